// A fork that drops a submitted job: nobody loses anything, and the job is there once.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import {
    account,
    balances,
    bestNumber,
    big,
    bob,
    charlie,
    CNDR,
    dave,
    eve,
    history,
    rpc,
    untilBlock,
    wealth,
} from '../lib/chain.js';
import { jobAt } from '../lib/jobs.js';
import { createRepository, offer, publishRelease, register } from '../lib/market.js';
import { inline } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { until } from '../lib/process.js';
import { pair, toySpec, VARIANT, vector } from '../lib/toy.js';

const FEE = CNDR;

describe('fork', { timeout: 600_000 }, () => {
    let first: Node;
    let second: Node;
    let release: number;
    let base: number;
    /** The newest block with a job on the fork that loses. */
    let lost: { number: number; hash: string };
    let signed: string;
    const had: Record<string, bigint> = {};

    // Two of the four validators of the local network. Without the others nothing becomes final, so forks can lose.
    before(async () => {
        first = await Node.start('fork-first', { chain: 'local', args: ['--alice', '--force-authoring'] });
        const { api } = first;
        const [repository] = await Promise.all([
            createRepository(api, dave, 'toy'),
            register(api, charlie, account('//fork//worker')),
        ]);
        release = await publishRelease(api, dave, repository, '1.0.0', toySpec());
        await offer(api, charlie, release, VARIANT, { perCall: FEE, perUnit: 0n, capacity: 4 });
        // The other one comes when all is set up: two that author at once make forks of their own.
        const peer = (await api.rpc.system.localPeerId()).toString();
        const boot = `/ip4/127.0.0.1/tcp/${first.p2pPort}/p2p/${peer}`;
        second = await Node.start('fork-second', {
            chain: 'local',
            args: ['--charlie', '--force-authoring', '--bootnodes', boot],
        });
        base = await bestNumber(api);
        await untilBlock(second.api, base);
        for (const { address } of [bob, eve]) had[address] = await wealth(api, address);
    });
    after(() => Promise.all([first?.stop(), second?.stop()]));

    const submit = (api: ApiPromise) => api.tx.jobs!.submit!(release, inline([vector(3), pair(0, 1)]), FEE);

    test('jobs should be assigned when they are submitted on a fork', async () => {
        await first.stop();
        const { api } = second;
        const own = await untilBlock(api, (await bestNumber(api)) + 1);
        // One transaction names no block and is valid on every fork; the other is bound to this one.
        const free = await submit(api).signAsync(bob, { nonce: -1, era: 0 });
        const bound = await submit(api).signAsync(eve, {
            nonce: -1,
            era: api.registry.createType('ExtrinsicEra', { current: own, period: 64 }) as never,
            blockHash: await api.rpc.chain.getBlockHash(own),
        });
        await Promise.all([free, bound].map((tx) => api.rpc.author.submitExtrinsic(tx)));
        signed = free.toHex();
        const submitted = await until('both are in blocks', async () => {
            const events = await history(api, own);
            const found = events.filter(({ name }) => name === 'jobs.JobAssigned');
            return found.length === 2 && found;
        });
        const number = Math.max(...submitted.map(({ block }) => block));
        lost = { number, hash: (await api.rpc.chain.getBlockHash(number)).toHex() };
        for (const { address } of [bob, eve]) assert.ok((await balances(api, address)).reserved > FEE);
        await second.stop();
    });

    test('money should be whole and each job there once when another fork wins', async () => {
        await first.up();
        const { api } = first;
        assert.equal((await api.query.jobs!.nextJobId!()).toString(), '0', 'this fork knows no job');
        // The other fork had a block or two; this one wins when it has more blocks in primary slots.
        await until('this fork is heavier', async () => (await primaries(api, base + 1)) > 2, 400_000, 1_000);
        await second.up();
        await until(
            'the second validator leaves its fork',
            async () => {
                const hash = await second.api.rpc.chain.getBlockHash(lost.number);
                return !hash.isEmpty && hash.toHex() !== lost.hash;
            },
            90_000,
        );
        // Whether its pool took the transaction over from the fork that lost or not: its sender may send it again.
        await rpc(second.api, 'author_submitExtrinsic', signed).catch(() => undefined);
        const events = await until('the job is submitted again', async () => {
            const all = await history(second.api, base + 1);
            return all.some(({ name }) => name === 'jobs.JobSubmitted') && all;
        });
        await untilBlock(second.api, (await bestNumber(second.api)) + 2);
        const jobs = (await history(second.api, base + 1)).filter(({ name }) => name === 'jobs.JobSubmitted');
        assert.deepEqual(jobs.map(({ data }) => data.requester), [bob.address]);
        const paid = events.find(({ name, data }) => name.endsWith('TransactionFeePaid') && data.who === bob.address);
        const now = second.api;
        assert.equal(await wealth(now, bob.address), had[bob.address]! - big(paid!.data.actualFee));
        const job = await jobAt(now, big(jobs[0]!.data.job));
        assert.equal((await balances(now, bob.address)).reserved, FEE + big(job!.request.deposit));
        // What was bound to the fork that lost never happened.
        assert.equal(await wealth(now, eve.address), had[eve.address]!);
        assert.equal((await balances(now, eve.address)).reserved, 0n);
    });
});

/** Blocks from number `from` on whose author won the slot by its primary lottery: what BABE weighs forks by. */
async function primaries(api: ApiPromise, from: number): Promise<number> {
    const best = await bestNumber(api);
    let found = 0;
    for (let number = from; number <= best; number += 1) {
        const { digest } = await api.rpc.chain.getHeader(await api.rpc.chain.getBlockHash(number));
        const slot = digest.logs.find((log) => log.isPreRuntime)!.asPreRuntime[1].toU8a(true);
        if (slot[0] === 1) found += 1;
    }
    return found;
}
