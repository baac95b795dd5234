// How many small jobs fit a block: flood.mjs URL RELEASE INPUTS COUNT
//
// First by weights: what the runtime says that `submit` and `submit_result` cost, against the room of a block. Then by
// filling the transaction pool with COUNT signed jobs of several accounts at once and counting what comes into blocks.

import { readFileSync } from 'node:fs';
import { account, Blocks, connect, named, Requester, sleep } from './chain.mjs';

const [url, release, inputs, count] = process.argv.slice(2);
const api = await connect(url);
const all = JSON.parse(readFileSync(inputs, 'utf8'));
const jobs = Number(count);
const SIGNERS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve'];
const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** Weight (in picoseconds), class and length of an extrinsic, by the runtime's own word. */
async function weigh(encoded) {
    // The runtime takes the extrinsic as it is stored in a block, and the length.
    const length = (encoded.length - 2) / 2;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(length);
    const raw = await api.plain('state_call', 'TransactionPaymentApi_query_info', encoded + hex(size));
    const info = api.registry.createType('(WeightV2, DispatchClass, u128)', raw);
    return { time: info[0].refTime.toNumber(), class: info[1].toString(), length };
}

const requesters = [];
for (const signer of SIGNERS) requesters.push(await new Requester(api, account(signer), Number(release)).start());
const blocks = await Blocks.follow(api);

// One job, to have both transactions.
const probe = await requesters[0].sign(all[0]);
const submit = await weigh(probe.toHex());
await probe.send();
let answer;
while (!answer) {
    const block = await blocks.next();
    const event = named(block, 'jobs.ResultDelivered')[0];
    if (!event) continue;
    const { block: stored } = await api.plain('chain_getBlock', block.hash);
    answer = await weigh(stored.extrinsics[event.extrinsic]);
}

const weights = api.consts.system.blockWeights;
const { max: lengths } = api.consts.system.blockLength;
const normal = weights.perClass.normal;
const room = normal.maxTotal.unwrap().refTime.toNumber();
const base = normal.baseExtrinsic.refTime.toNumber();
const bytes = lengths.normal.toNumber();
const fit = (...parts) => ({
    byWeight: Math.floor(room / parts.reduce((sum, part) => sum + part.time + base, 0)),
    byLength: Math.floor(bytes / parts.reduce((sum, part) => sum + part.length, 0)),
});

const paired = ({ submitted, delivered }) => Math.min(submitted, delivered);

// All signed before the first is sent, so that the pool fills faster than blocks empty it.
const signed = [];
for (let i = 0; i < jobs; i += 1) signed.push(await requesters[i % requesters.length].sign(all[i % all.length]));
const filled = [];
let included = 0;
// Each account in the order of its nonces: what comes too early may be dropped.
const sending = Promise.all(
    requesters.map(async (_, at) => {
        for (let i = at; i < signed.length; i += requesters.length) await signed[i].send();
    }),
);
let silent = 0;
while (included < jobs) {
    const block = await Promise.race([blocks.next(), sleep(120_000)]);
    if (!block) throw new Error(`no block for two minutes, ${included} of ${jobs} jobs are in blocks`);
    const submitted = named(block, 'jobs.JobSubmitted').length;
    silent = submitted === 0 ? silent + 1 : 0;
    if (silent > 20) throw new Error(`${included} of ${jobs} jobs are in blocks, and no more come`);
    if (included === 0 && submitted === 0) continue;
    included += submitted;
    const used = await api.query.system.blockWeight.at(block.hash);
    filled.push({
        block: block.number,
        at: block.at,
        submitted,
        delivered: named(block, 'jobs.ResultDelivered').length,
        normal: used.normal.refTime.toNumber() / room,
    });
}
await sending;
blocks.stop();

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
    }),
);
process.exit(0);
