// How many blocks from a job's submission to its result: latency.mjs URL RELEASE INPUTS COUNT PER_SECOND
//
// Jobs are sent one by one at an even pace. Counted from the block that holds the submission to the block that holds the
// result; and the time from sending until the block with the result has arrived.

import { readFileSync } from 'node:fs';
import { account, Blocks, connect, jobOf, named, Requester, sleep } from './chain.mjs';
import { counts, quantile } from './numbers.mjs';

const [url, release, inputs, count, pace] = process.argv.slice(2);
const api = await connect(url);
const all = JSON.parse(readFileSync(inputs, 'utf8'));
const jobs = Number(count);
const requester = await new Requester(api, account('//Bob'), Number(release)).start();
const blocks = await Blocks.follow(api);

const sentAt = new Map();
const firstNonce = requester.nonce;
const sending = (async () => {
    const started = Date.now();
    for (let i = 0; i < jobs; i += 1) {
        await sleep(Math.max(0, started + (i * 1000) / Number(pace) - Date.now()));
        sentAt.set(requester.nonce, Date.now());
        await requester.send(all[i % all.length]);
    }
})();

// Jobs of one account come into blocks in the order of their nonces.
let nonce = firstNonce;
const submitted = new Map();
const results = [];
const lost = [];
while (results.length + lost.length < jobs) {
    const block = await blocks.next();
    for (const event of named(block, 'jobs.JobSubmitted')) submitted.set(jobOf(event), { block: block.number, nonce: nonce++ });
    for (const event of named(block, 'jobs.ResultDelivered')) {
        const from = submitted.get(jobOf(event));
        if (from) results.push({ blocks: block.number - from.block, ms: block.at - sentAt.get(from.nonce) });
    }
    for (const event of named(block, 'jobs.JobExpired')) if (submitted.has(jobOf(event))) lost.push(jobOf(event));
}
await sending;
blocks.stop();

const inBlocks = results.map((result) => result.blocks);
const inMs = results.map((result) => result.ms);
const few = (values) => ({ median: quantile(values, 0.5), p95: quantile(values, 0.95), max: Math.max(...values) });
console.log(
    JSON.stringify({
        jobs: results.length,
        lost: lost.length,
        perSecond: Number(pace),
        blocks: { ...few(inBlocks), counts: counts(inBlocks) },
        ms: few(inMs),
    }),
);
process.exit(0);
