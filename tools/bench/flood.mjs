// How many small jobs fit a block: flood.mjs URL RELEASE INPUTS COUNT
//
// First by weights: what the runtime says that `submit` and `submit_result` cost, against the room of a block. Then by
// filling the transaction pool with COUNT signed jobs of several accounts at once and counting what comes into blocks.

import { readFileSync } from 'node:fs';
import { account, Blocks, connect, eventsAt, named, Requester, REQUESTERS } from './chain.mjs';
import { press, roomOf, summary, weigh } from './pressure.mjs';

const [url, release, inputs, count] = process.argv.slice(2);
const api = await connect(url);
const all = JSON.parse(readFileSync(inputs, 'utf8'));
const jobs = Number(count);
const requesters = [];
for (const signer of REQUESTERS) requesters.push(await new Requester(api, account(signer), Number(release)).start());
const blocks = await Blocks.follow(api);

// One job, to have both transactions.
const probe = await requesters[0].sign(all[0]);
const submit = await weigh(api, probe.toHex());
await probe.send();
let answer;
while (!answer) {
    const block = await blocks.next();
    const event = named(block, 'jobs.ResultDelivered')[0];
    if (!event) continue;
    const { block: stored } = await api.plain('chain_getBlock', block.hash);
    answer = await weigh(api, stored.extrinsics[event.extrinsic]);
}
blocks.stop();

const { time: room, base, bytes } = roomOf(api);
const fit = (...parts) => ({
    byWeight: Math.floor(room / parts.reduce((sum, part) => sum + part.time + base, 0)),
    byLength: Math.floor(bytes / parts.reduce((sum, part) => sum + part.length, 0)),
});

const paired = ({ submitted, delivered }) => Math.min(submitted, delivered);

// All signed before the first is sent, so that the pool fills faster than blocks empty it; each account in the order of its
// nonces: what comes too early may be dropped.
const lanes = requesters.map(() => []);
for (let i = 0; i < jobs; i += 1) {
    const at = i % requesters.length;
    lanes[at].push((await requesters[at].sign(all[i % all.length])).toHex());
}
const pressed = await press(api, lanes);
const filled = [];
for (const { number, hash, mine, at, weight, length } of pressed.blocks) {
    const events = await eventsAt(api, hash);
    const times = (name) => named({ events }, name).length;
    const [submitted, delivered] = [times('jobs.JobSubmitted'), times('jobs.ResultDelivered')];
    if (submitted !== mine) throw new Error(`block ${number} has ${mine} jobs, of which it took ${submitted}`);
    filled.push({ block: number, at, submitted, delivered, normal: weight, bytes: length });
}

// The block in which most jobs could come in while as many were answered.
const pairs = filled.reduce((a, b) => (paired(b) > paired(a) ? b : a));
const best = filled.reduce((a, b) => (b.submitted > a.submitted ? b : a));
console.log(
    JSON.stringify({
        tokens: all[0].length,
        room,
        base,
        bytes,
        submit,
        answer,
        onlySubmit: fit(submit),
        both: fit(submit, answer),
        flood: { jobs, most: best, pairs, blocks: filled },
        load: summary(pressed.blocks),
    }),
);
process.exit(0);
