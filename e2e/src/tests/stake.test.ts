// What a token holder does with a wallet: find a host, stake, see the reward, be slashed, take the stake out. Plain
// extrinsics; the test answers the host's jobs itself.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import {
    account,
    awaitEvent,
    balances,
    big,
    bob,
    CNDR,
    dave,
    eve,
    ferdie,
    ok,
    one,
    setParameter,
    untilBlock,
} from '../lib/chain.js';
import { hash as blake2, type Receipt } from '../lib/commitments.js';
import { complete, draftOf, jobAt } from '../lib/jobs.js';
import { createRepository, offer, publishRelease, register } from '../lib/market.js';
import { inline, rootOf } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { pair, toySpec, VARIANT, vector } from '../lib/toy.js';

const OWN = 100n * CNDR;
const STAKE = 100n * CNDR;
const FEE = CNDR;

/** Equal but for what counting in shares rounds away. */
const near = (a: bigint, b: bigint): boolean => (a > b ? a - b : b - a) <= 2n;

interface Pool {
    pool: string;
    own: string;
    delegated: string;
    free: string;
    required: string;
    commission: number;
    stakers: number;
    paid: number;
    slashes: number;
    slashed: string;
    returnPpb: string | number;
}
interface Position {
    pool: string;
    active: string;
    unbonding: { amount: string; at: number }[];
}

describe('stake', { timeout: 400_000 }, () => {
    let node: Node;
    let api: ApiPromise;
    let release: number;
    const worker = account('//stake//worker');
    const y = vector(3);

    before(async () => {
        node = await Node.start('stake');
        api = node.api;
        await setParameter(api, 'Jobs', 'FinalityWindow', 4);
        const repository = await createRepository(api, dave, 'toy');
        release = await publishRelease(api, dave, repository, '1.0.0', toySpec());
        await register(api, ferdie, worker, OWN);
        await offer(api, ferdie, release, VARIANT, { perCall: FEE, perUnit: 0n, capacity: 4 });
    });
    after(() => node?.stop());

    const pools = async (): Promise<Pool[]> =>
        (await api.call.stakeApi!.pools!(null, 100)).toJSON() as unknown as Pool[];
    const position = async (block?: string): Promise<Position> => {
        const at = block === undefined ? api : await api.at(block);
        const found = (await at.call.stakeApi!.positions!(eve.address, null, 100)).toJSON() as unknown as Position[];
        assert.equal(found.length, 1);
        return found[0]!;
    };

    /** A job that Ferdie answers; gives it with its receipt. */
    const work = async (): Promise<{ job: bigint; from: number; receipt: Receipt }> => {
        const tx = api.tx.jobs!.submit!(release, inline([y, pair(0, 9)]), FEE);
        const sent = await ok(api, tx, bob);
        const job = big(one(sent.events, 'jobs.JobSubmitted').data.job);
        const stored = await jobAt(api, job);
        const draft = draftOf(api, job, stored!, stored!.state.assigned!.assignment);
        const receipt: Receipt = { ...draft, outcome: { output: rootOf([y]) } };
        const { encoded, hash } = complete(receipt);
        await ok(api, api.tx.jobs!.submitResult!(encoded, worker.sign(hash), inline([y])), bob);
        return { job, from: sent.number, receipt };
    };

    test('host should be found with its stake, commission, record and return when pools are listed', async () => {
        const [found, ...more] = await pools();
        assert.equal(more.length, 0);
        assert.equal(found!.pool, ferdie.address);
        assert.deepEqual([big(found!.own), big(found!.delegated), big(found!.free)], [OWN, 0n, OWN]);
        assert.deepEqual([found!.commission, found!.paid, found!.slashes], [50_000, 0, 0]);
        assert.equal(BigInt(found!.returnPpb), 0n);
    });

    test('stake should leave the wallet and show as a position when somebody stakes', async () => {
        const before = await balances(api, eve.address);
        const { fee, block } = await ok(api, api.tx.stakePools!.stake!(ferdie.address, STAKE), eve);
        const after = await balances(api, eve.address, block);
        assert.equal(before.free - after.free, STAKE + fee);
        const { active, unbonding } = await position();
        assert.ok(STAKE - big(active) <= 1n, `${active}`);
        assert.deepEqual(unbonding, []);
    });

    test('reward should grow the stake when a job is paid', async () => {
        const { job, from } = await work();
        const paid = await awaitEvent(api, from, (e) => e.name === 'jobs.HostPaid' && big(e.data.job) === job, 'the pay');
        const parent = (await api.rpc.chain.getBlockHash(paid.number - 1)).toHex();
        const { amount, stakers, royalty, levy, treasury } = paid.data;
        assert.equal(big(amount) + big(stakers) + big(royalty) + big(levy) + big(treasury), FEE);
        // Half of the stake is Eve's; five per cent of her half of the reward is commission.
        const half = (big(amount) + big(stakers)) / 2n;
        const expected = half - (half * 50_000n) / 1_000_000n;
        assert.ok(near(big(stakers), expected), `${stakers} instead of ${expected}`);
        const grown = big((await position(paid.block)).active) - big((await position(parent)).active);
        assert.ok(near(grown, big(stakers)), `${grown} of ${stakers}`);
        const [pool] = await pools();
        assert.equal(pool!.paid, 1);
        assert.ok(BigInt(pool!.returnPpb) > 0n, 'the list shows a return');
    });

    test('stake should shrink when its host is convicted', async () => {
        const { receipt } = await work();
        const before = await position();
        const [pool] = await pools();
        const other = complete({ ...receipt, outcome: { output: blake2(new Uint8Array([1])) } });
        const report = api.tx.challenges!.reportEquivocation!(other.encoded, worker.sign(other.hash));
        const done = await ok(api, report, bob);
        const slashed = one(done.events, 'stakePools.Slashed').data;
        assert.equal(big(slashed.selfStake), big(pool!.own), 'own stake first, all of it');
        assert.ok(big(slashed.delegated) > 0n);
        assert.ok(big(slashed.selfStake) + big(slashed.delegated) + big(slashed.missing) >= big(pool!.required));
        const lost = big(before.active) - big((await position(done.block)).active);
        assert.ok(near(lost, big(slashed.delegated)), `${lost} of ${slashed.delegated}`);
        const convicted = one(done.events, 'challenges.HostConvicted').data;
        assert.equal(convicted.by, bob.address);
        const after = (await pools())[0]!;
        assert.deepEqual([after.slashes, big(after.own)], [1, 0n]);
    });

    test('stake should be back in the wallet when it was unstaked and its time is over', async () => {
        await setParameter(api, 'Hosts', 'UnbondingPeriod', 5);
        const worth = big((await position()).active);
        await ok(api, api.tx.stakePools!.unstakeAll!(ferdie.address), eve);
        const { active, unbonding } = await position();
        assert.equal(big(active), 0n);
        assert.ok(worth - big(unbonding[0]!.amount) <= 2n);
        await untilBlock(api, unbonding[0]!.at + 1);
        const before = await balances(api, eve.address);
        const done = await ok(api, api.tx.stakePools!.withdraw!(ferdie.address), eve);
        const after = await balances(api, eve.address, done.block);
        assert.equal(after.free - before.free + done.fee, big(unbonding[0]!.amount));
        const left = (await api.call.stakeApi!.positions!(eve.address, null, 100)).toJSON();
        assert.deepEqual(left, []);
    });
});
