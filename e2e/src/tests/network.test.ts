// Validators and hosts in network namespaces, with delay and loss between them, under a steady load of jobs: parted and healed,
// killed and started again, with wrong clocks, a full disk, twins that equivocate, hosts cut off in the middle of their work.
// `scripts/bench network` plays the same for an hour.

import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import { account, awaitEvent, bestNumber, big, CNDR, dave, eve, ferdie, history, ok, one, untilBlock } from '../lib/chain.js';
import { agreed, Cluster, lag, localValidators, recovered, stand } from '../lib/cluster.js';
import { Field } from '../lib/field.js';
import { conserved, Load, settle } from '../lib/load.js';
import { inline } from '../lib/model.js';
import { Clock, Disk, withoutClocks, withoutNamespaces } from '../lib/namespaces.js';
import type { Node } from '../lib/node.js';
import { sleep, until } from '../lib/process.js';
import { testChain, tryState, withoutTryState } from '../lib/runtimes.js';
import { perceptron, states } from '../lib/shapes.js';

/** Half of what a call on another continent takes, and what a bad line loses. */
const WIRES = { delay: 40, jitter: 10, loss: 0.01 };
const HOSTS = { 'host-1': ferdie, 'host-2': eve, 'host-3': dave };
const [publisher, challenger] = [account('//Ferdie//stash'), account('//Eve//stash')];
const requester = publisher;

describe('network', { skip: withoutNamespaces ?? false, timeout: 1_200_000 }, () => {
    let validators: string[];
    let cluster: Cluster;
    let field: Field;
    let load: Load;
    let clock: Clock | undefined;
    let disk: Disk;
    /** Jobs of the tests themselves. */
    let others = 0;

    before(async () => {
        validators = await localValidators();
        if (withoutClocks === undefined) clock = new Clock();
        disk = await Disk.mount('disk', 512);
        const last = validators.at(-1)!;
        const members = validators.map((name) => ({
            name,
            keys: name,
            options: {
                ...(name === validators[1] && clock ? { env: clock.env } : {}),
                ...(name === last ? { base: disk.path } : {}),
            },
        }));
        const hosts = Object.keys(HOSTS).map((name) => ({ name, options: { engine: true } }));
        const spec = await testChain('local');
        cluster = await Cluster.start(spec, [...members, ...hosts, { name: 'twin', keys: last }], WIRES, ['twin']);
        const plans = Object.values(HOSTS).map((who) => ({ who }));
        field = await Field.open(Object.keys(HOSTS).map((name) => cluster.node(name)), await perceptron(), publisher, plans);
        const make = (api: ApiPromise, number: number) => api.tx.jobs!.submit!(field.release, inline([states(number)]), CNDR);
        const { api } = cluster.node(validators[0]!);
        load = await Load.start(() => cluster.up(), await Load.accounts(api, 2, 1_000n * CNDR), make, 3_000);
    });
    after(async () => {
        await cluster?.stop();
        await disk?.unmount();
    });

    const finalized = async (node: Node): Promise<number> => (await stand(node)).finalized;
    const say = (t: TestContext, what: string, seconds: number): void => t.diagnostic(`${what}: ${seconds.toFixed(1)} s`);

    /** Ask a host by name; gives the job and the block before it. */
    async function ask(api: ApiPromise, host: string): Promise<{ job: number; from: number }> {
        const options = { host, redundancy: 1, insured: 0, attested: false };
        const sent = await ok(api, api.tx.jobs!.submitWith!(field.release, inline([states(1_000_000 + others)]), CNDR, options), requester);
        others += 1;
        return { job: Number(big(one(sent.events, 'jobs.JobSubmitted').data.job)), from: sent.number };
    }

    test('all nodes should finalise the same blocks when frames are late and lost', async (t) => {
        say(t, 'finality from the start', await recovered(cluster.up()));
        assert.ok((await lag(cluster.up())) < 5);
        await agreed(cluster.up());
        const passed = await cluster.network.wires();
        assert.ok(passed.lost > 0 && passed.cut === 0, JSON.stringify(passed));
    });

    test('finality should wait and catch up when the network is parted in two and healed', async (t) => {
        const half = validators.length >> 1;
        const [left, right] = [validators.slice(0, half), validators.slice(half)];
        await cluster.network.partition([...left, 'host-1'], [...right, 'host-2', 'host-3']);
        // What was on its way may still be finalised.
        await sleep(4_000);
        const [a, b] = [cluster.node(left[0]!), cluster.node(right[0]!)];
        const before = await Promise.all([stand(a), stand(b)]);
        await sleep(20_000);
        const after = await Promise.all([stand(a), stand(b)]);
        for (const side of [0, 1]) {
            assert.equal(after[side]!.finalized, before[side]!.finalized, 'no half finalises');
            assert.ok(after[side]!.best > before[side]!.best, 'each goes on');
        }
        const both = Math.min(after[0]!.best, after[1]!.best);
        const [one, other] = await Promise.all([a, b].map(({ api }) => api.rpc.chain.getBlockHash(both)));
        assert.notEqual(one!.toHex(), other!.toHex(), 'on a fork of its own');
        await cluster.network.heal();
        say(t, 'finality after healing', await recovered(cluster.up()));
        await agreed(cluster.up());
    });

    test('every node should catch up when it is killed and started again', async (t) => {
        const hosts = Object.keys(HOSTS);
        for (const [round, validator] of validators.entries()) {
            const names = [validator, ...hosts.slice(round, round + 1)];
            await Promise.all(names.map((name) => cluster.node(name).kill()));
            const [rest] = cluster.up();
            const before = await finalized(rest!);
            await sleep(8_000);
            const after = await finalized(rest!);
            if (validators.length < 4) assert.ok(after <= before + 2, 'finality needs all of three');
            else assert.ok(after > before, `finality goes on without ${validator}`);
            await Promise.all(names.map((name) => cluster.node(name).up()));
            say(t, `finality after ${names.join(' and ')} are up`, await recovered(cluster.up()));
        }
        await agreed(cluster.up());
    });

    for (const seconds of [7, -7]) {
        const way = seconds > 0 ? 'ahead' : 'behind';
        test(`finality should go on and the clock's node come back when a clock is ${way}`, { skip: withoutClocks ?? false }, async (t) => {
            const name = validators[1]!;
            clock!.set(seconds);
            const rest = cluster.up(name);
            const before = await stand(rest[0]!);
            await sleep(16_000);
            const after = await stand(rest[0]!);
            assert.ok(after.best > before.best, 'the others make blocks');
            if (validators.length >= 4) assert.ok(after.finalized > before.finalized, 'and finalise them');
            clock!.set(0);
            say(t, 'finality after the clock is right', await recovered(cluster.up()));
            await agreed(cluster.up());
        });
    }

    test('validator should come back without loss when its disk was full', async (t) => {
        const name = validators.at(-1)!;
        const node = cluster.node(name);
        const filled = await disk.fill();
        const before = await finalized(cluster.up(name)[0]!);
        const began = Date.now();
        await until(`${name} ends for want of space`, () => !node.running, 120_000);
        t.diagnostic(`${name} ended ${((Date.now() - began) / 1_000).toFixed(1)} s after ${filled >> 20} MiB were taken: ${await node.ended}`);
        if (validators.length >= 4) {
            // Two minutes were seen once, right after another validator's clock had been wrong, and the machine busy with other work.
            await until('the others go on', async () => (await finalized(cluster.up()[0]!)) > before, 240_000);
        }
        disk.free();
        await node.up();
        say(t, 'finality after it is up', await recovered(cluster.up()));
        await agreed(cluster.up());
    });

    test('job should find another host or be refunded when its host is cut off', async (t) => {
        const { api } = cluster.node(validators[0]!);
        const from = await bestNumber(api);
        await cluster.network.isolate('host-1');
        const about = (name: string) => (e: { name: string; data: Record<string, unknown> }) => e.name === name && e.data.host === ferdie.address;
        const missed = await awaitEvent(api, from, about('jobs.HostNoShow'), 'the host that is cut off misses a deadline', 240_000);
        const job = String(missed.data.job);
        const over = await awaitEvent(
            api,
            missed.number,
            ({ name, data }) => (name === 'jobs.JobFinalised' || name === 'jobs.JobExpired') && String(data.job) === job,
            'the job ends',
        );
        assert.ok(big(missed.data.penalty) > 0n);
        t.diagnostic(`job ${job}: ${over.name}, ${over.number - missed.number} blocks after its host missed the deadline`);
        await cluster.network.heal();
        say(t, 'the host after healing', await recovered(cluster.up()));
        const mine = await ask(api, ferdie.address);
        await awaitEvent(api, mine.from, ({ name, data }) => name === 'jobs.ResultDelivered' && Number(data.job) === mine.job, 'it works again');
    });

    test('receipt should be upheld when its host is cut off in a dispute and comes back in time', async (t) => {
        const { api } = cluster.node(validators[0]!);
        const { job, from } = await ask(api, eve.address);
        await awaitEvent(api, from, ({ name, data }) => name === 'jobs.ResultDelivered' && Number(data.job) === job, 'the answer');
        await cluster.network.isolate('host-2');
        const key = { path: { Job: job }, host: eve.address };
        const opened = await ok(api, api.tx.challenges!.challenge!(key), challenger);
        one(opened.events, 'challenges.DisputeOpened');
        const ticks = async () => Number((await api.query.challenges!.ticks!()).toString());
        const before = await ticks();
        await untilBlock(api, opened.number + 7);
        const passed = (await ticks()) - before;
        assert.ok(passed > 0, 'the clock of the dispute runs');
        const about = (name: string) => (e: { name: string; data: Record<string, unknown> }) =>
            e.name === name && (e.data.key as { path?: { job?: number } } | undefined)?.path?.job === job;
        await cluster.network.heal();
        const began = Date.now();
        const shown = await awaitEvent(api, opened.number, ({ name }) => name === 'challenges.TraceSubmitted', 'the host shows its trace');
        say(t, `the trace after healing, with ${passed} ticks passed`, (Date.now() - began) / 1_000);
        const verdict = await awaitEvent(
            api,
            shown.number,
            (e) => about('challenges.ReceiptUpheld')(e) || about('challenges.HostConvicted')(e),
            'the verdict',
            180_000,
        );
        assert.equal(verdict.name, 'challenges.ReceiptUpheld', JSON.stringify(verdict.data));
        await awaitEvent(api, from, ({ name, data }) => name === 'jobs.JobFinalised' && Number(data.job) === job, 'the job is paid');
        say(t, 'finality after it', await recovered(cluster.up()));
    });

    test('validator should lose stake when a twin with its keys makes blocks', async (t) => {
        const { api } = cluster.node(validators[0]!);
        const from = await bestNumber(api);
        await cluster.add('twin');
        const found = await awaitEvent(api, from, ({ name }) => name === 'offences.Offence', 'the offence is reported', 240_000);
        t.diagnostic(`reported after ${found.number - from} blocks: ${JSON.stringify(found.data)}`);
        const slashed = await awaitEvent(api, found.number, ({ name }) => name.endsWith('.Slashed'), 'stake is taken', 60_000);
        t.diagnostic(`${slashed.name}: ${JSON.stringify(slashed.data)}`);
        await cluster.node('twin').kill();
        say(t, 'finality without the twin', await recovered(cluster.up()));
    });

    test('nothing should be lost or paid twice when all of it is over', async (t) => {
        const { api } = cluster.node(validators[0]!);
        await load.stop();
        await until('all jobs end', async () => (await api.query.jobs!.jobs!.keys()).length === 0, 240_000, 1_000);
        say(t, 'finality at the end', await recovered(cluster.up()));
        const { number, hash } = await agreed(cluster.up());
        const all = await history(api, load.from, number);
        const accounts = await settle(api, load, number, all);
        await conserved(api, load.from - 1, number, all);
        if (withoutTryState === undefined) await tryState(cluster.node(validators[0]!), hash);
        else t.diagnostic(`try_state was left out: ${withoutTryState}`);
        assert.ok(accounts.final > 0);
        assert.equal(accounts.convicted, 0, 'nobody lied');
        t.diagnostic(`block ${number}, ${hash}, ${JSON.stringify(accounts, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`);
    });
});
