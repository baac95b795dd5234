// What a stream of jobs costs the node: stream.mjs URL RELEASE INPUTS COUNT WINDOW NODE_PID
//
// Keeps WINDOW jobs under way until COUNT are answered, then waits until all are final, then lets the node idle for as long
// as all that took. CPU time by the system's accounting (/proc/PID/stat): the node with its off-chain worker, transaction
// pool, RPC, authoring and finality; the engine apart.

import { readFileSync } from 'node:fs';
import { account, accounted, Blocks, connect, engineOf, jobOf, memory, named, Requester, sleep } from './chain.mjs';

const [url, release, inputs, count, window, nodePid] = process.argv.slice(2);
const api = await connect(url);
const all = JSON.parse(readFileSync(inputs, 'utf8'));
const jobs = Number(count);
const pids = { node: Number(nodePid), engine: engineOf(nodePid) };
const requester = await new Requester(api, account('//Bob'), Number(release)).start();

const mine = new Set();
const seen = { delivered: 0, final: 0, expired: 0, missed: 0 };
const perBlock = [];

async function stream() {
    const blocks = await Blocks.follow(api);
    const started = Date.now();
    let sent = 0;
    let answeredAfter = 0;
    while (seen.final + seen.expired < jobs) {
        while (sent < jobs && sent - seen.delivered - seen.expired < Number(window)) {
            await requester.send(all[sent % all.length]);
            sent += 1;
        }
        const block = await blocks.next();
        for (const event of named(block, 'jobs.JobSubmitted')) mine.add(jobOf(event));
        const count = (name) => named(block, name).filter((event) => mine.has(jobOf(event))).length;
        const delivered = count('jobs.ResultDelivered');
        seen.delivered += delivered;
        if (delivered > 0) perBlock.push(delivered);
        seen.final += count('jobs.JobFinalised');
        seen.expired += count('jobs.JobExpired');
        seen.missed += count('jobs.HostNoShow');
        if (seen.delivered + seen.expired >= jobs && answeredAfter === 0) answeredAfter = Date.now() - started;
    }
    blocks.stop();
    return answeredAfter;
}

const busy = await accounted(pids, stream);
const resident = { node: memory(pids.node), engine: memory(pids.engine) };
// One connection that follows heads is part of what is measured, so the idle node has it too.
const idle = await accounted(pids, async () => {
    const blocks = await Blocks.follow(api);
    const end = Date.now() + busy.passed;
    while (Date.now() < end) await Promise.race([blocks.next(), sleep(end - Date.now())]);
    blocks.stop();
});

const per = (ms) => ms / seen.delivered;
console.log(
    JSON.stringify({
        jobs,
        tokens: all[0].length,
        ...seen,
        seconds: busy.result / 1000,
        perBlock: { most: Math.max(...perBlock), mean: perBlock.reduce((a, b) => a + b, 0) / perBlock.length },
        passed: busy.passed / 1000,
        node: { spent: per(busy.spent.node), idle: per((idle.spent.node * busy.passed) / idle.passed) },
        engine: { spent: per(busy.spent.engine), idle: per((idle.spent.engine * busy.passed) / idle.passed) },
        idleShare: { node: idle.spent.node / idle.passed, engine: idle.spent.engine / idle.passed },
        memory: resident,
    }),
);
process.exit(0);
