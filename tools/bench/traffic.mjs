// Transfers, and jobs until they are final, for what they cost on chain: traffic.mjs URL RELEASE INPUTS COUNT

import { readFileSync } from 'node:fs';
import { account, Blocks, connect, jobOf, named, Requester, signed } from './chain.mjs';

const [url, release, inputs, count] = process.argv.slice(2);
const api = await connect(url);
const all = JSON.parse(readFileSync(inputs, 'utf8'));
const jobs = Number(count);
const requester = await new Requester(api, account('//Charlie'), Number(release)).start();
const blocks = await Blocks.follow(api);

for (let i = 0; i < jobs; i += 1) {
    const transfer = api.tx.balances.transferKeepAlive(account('//Dave').address, 1_000_000_000_000n);
    await (await signed(transfer, requester.pair, requester.nonce++)).send();
    await requester.send(all[i % all.length]);
}

const open = new Set();
let final = 0;
let lost = 0;
while (final + lost < jobs) {
    const block = await blocks.next();
    for (const event of named(block, 'jobs.JobSubmitted')) open.add(jobOf(event));
    for (const event of named(block, 'jobs.JobFinalised')) final += Number(open.has(jobOf(event)));
    for (const event of named(block, 'jobs.JobExpired')) lost += Number(open.has(jobOf(event)));
}
blocks.stop();
console.log(JSON.stringify({ jobs, final, lost }));
process.exit(0);
