// `kill -9` of the engine and of the node in the middle of many jobs, damaged and interrupted downloads. E2E_JOBS says
// how many jobs.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { KeyringPair } from '@polkadot/keyring/types';
import {
    awaitEvent,
    big,
    bob,
    charlie,
    CNDR,
    dave,
    eve,
    ferdie,
    history,
    MILLI,
    ok,
    one,
    balances,
    wealth,
} from '../lib/chain.js';
import { fileRoot, hex } from '../lib/commitments.js';
import { Files } from '../lib/files.js';
import { openMarket } from '../lib/market.js';
import { inline, type Input, int64, minilm, type Prepared } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { sleep, until } from '../lib/process.js';

const JOBS = Number(process.env.E2E_JOBS ?? 60);
const FEE = MILLI;
const PRICE = { perCall: FEE, perUnit: 0n, capacity: 1_000 };

describe('faults', { timeout: 900_000 }, () => {
    let node: Node;
    let model: Prepared;
    let files: Files;
    let release: number;
    /** The one file that the engine needs. */
    let graph: { path: string; root: string; size: number };
    const requesters = [bob, dave, eve, ferdie];
    // Long enough that a batch of jobs keeps the engine busy for a while, and short enough to go inline.
    const shape = [4, 160];
    const input: Input[] = [[101, 2_158, 102], [1], [0]].map((values) => ({
        dtype: 'Int64',
        shape,
        data: int64(Array.from({ length: 640 }, (_, at) => values[at % values.length]!)),
    }));
    const submit = () => node.api.tx.jobs!.submit!(release, inline(input), FEE);

    before(async () => {
        model = await minilm();
        graph = model.manifest.files.find(({ path }) => path === model.manifest.variants[0]!.graph)!;
        files = await Files.start((root) => model.byRoot(root));
        node = await Node.start('faults', { engine: true });
    });
    after(async () => {
        await node?.stop();
        await files?.stop();
    });

    const ready = () =>
        until(
            'the engine is ready',
            async () => {
                const response = await fetch(`${node.engineUrl}/v1/releases`);
                const { releases } = (await response.json()) as { releases: { id: number; stage: string }[] };
                return releases.some(({ id, stage }) => id === release && stage === 'ready');
            },
            120_000,
        );
    const stored = () => join(node.engineDir, 'store', graph.root);
    const requests = () => files.asked.filter(({ root }) => root === graph.root);
    const infer = async () => {
        const done = await ok(node.api, submit(), bob);
        const job = big(one(done.events, 'jobs.JobSubmitted').data.job);
        return awaitEvent(
            node.api,
            done.number,
            ({ name, data }) => name === 'jobs.ResultDelivered' && big(data.job) === job,
            'the result is delivered',
        );
    };

    test('download should go on where it was when the engine is killed and the source breaks off', async () => {
        files.next.set(graph.root, ['stalled', 'broken']);
        ({ release } = await openMarket(node, model, charlie, charlie, PRICE, { source: files.url, upload: false }));
        await ok(node.api, node.api.tx.stakePools!.stake!(charlie.address, 10_000n * CNDR), charlie);
        await until('the download stalls', () => requests().length === 1);
        await sleep(1_000);
        const first = node.enginePid();
        process.kill(first, 'SIGKILL');
        await until('the engine is started again', () => node.enginePid() !== first);
        await node.engineUp();
        await ready();
        const [one, two, three, ...more] = requests();
        assert.deepEqual([one!.from, one!.manner], [0, 'stalled']);
        assert.ok(two!.from > 0 && two!.manner === 'broken', JSON.stringify(two));
        assert.ok(three!.from > two!.from && three!.manner === 'whole', JSON.stringify(three));
        assert.deepEqual(more, []);
        assert.equal(hex(fileRoot(readFileSync(stored()))), graph.root.replace(/^0x/, ''));
        await infer();
    });

    test('jobs should end once each when engine and node are killed in their middle', async (t) => {
        const from = (await node.api.rpc.chain.getHeader()).number.toNumber();
        const start = (await node.api.rpc.chain.getBlockHash(from)).toHex();
        const first = big((await node.api.query.jobs!.nextJobId!()).toString());
        const nonces = new Map<string, number>();
        for (const { address } of requesters) {
            nonces.set(address, (await node.api.rpc.system.accountNextIndex(address)).toNumber());
        }
        const share = (at: number): number => Math.floor((JOBS + requesters.length - 1 - at) / requesters.length);

        /** Send what the chain does not know of a requester's first `upto` jobs. */
        async function send(who: KeyringPair, upto: number): Promise<void> {
            const begin = nonces.get(who.address)!;
            const next = (await node.api.rpc.system.accountNextIndex(who.address)).toNumber();
            for (let nonce = next; nonce < begin + upto; nonce += 1) {
                const tx = await submit().signAsync(who, { nonce });
                await node.api.rpc.author.submitExtrinsic(tx);
            }
        }
        const sendPart = (part: number) =>
            Promise.all(requesters.map((who, at) => send(who, Math.ceil(share(at) * part))));
        /** Wait until the engine is in the middle of its work: some runs are done, others wait. */
        async function midway(): Promise<string> {
            const health = () => node.engineUp() as Promise<{ pending: number; receipts: number }>;
            const { receipts } = await health();
            const now = await until(
                'the engine is at work',
                async () => {
                    const now = await health();
                    return now.pending > 0 && now.receipts > receipts + 2 ? now : undefined;
                },
                60_000,
                5,
            );
            return `${now.receipts - receipts} runs done and ${now.pending} to do`;
        }

        let [reached] = await Promise.all([midway(), sendPart(0.5)]);
        const engine = node.enginePid();
        process.kill(engine, 'SIGKILL');
        t.diagnostic(`engine killed with ${reached}`);
        await until('the engine is started again', () => node.enginePid() !== engine);
        await node.engineUp();

        [reached] = await Promise.all([midway(), sendPart(1)]);
        await node.kill();
        // At once, as a service manager does, though the old engine may still be ending.
        await node.up();
        const best = (await node.api.rpc.chain.getHeader()).number.toNumber();
        t.diagnostic(`node killed with ${reached}; it came back at block ${best}`);
        // A transaction that was in no block died with the node's pool: its sender sends it again.
        await sendPart(1);

        await until(
            'all jobs end',
            async () => {
                const next = big((await node.api.query.jobs!.nextJobId!()).toString());
                const open = await node.api.query.jobs!.jobs!.keys();
                return next === first + BigInt(JOBS) && open.length === 0;
            },
            240_000,
            1_000,
        );

        const events = await history(node.api, from + 1);
        const mine = (name: string) => events.filter((event) => event.name === name && big(event.data.job) >= first);
        const ids = (name: string) => mine(name).map(({ data }) => big(data.job));
        const all = Array.from({ length: JOBS }, (_, at) => first + BigInt(at));
        const sorted = (list: bigint[]) => list.toSorted((a, b) => (a < b ? -1 : 1));
        assert.deepEqual(sorted(ids('jobs.JobSubmitted')), all, 'submitted');
        assert.deepEqual(sorted([...ids('jobs.JobFinalised'), ...ids('jobs.JobExpired')]), all, 'each ends once');
        assert.deepEqual(sorted(ids('jobs.ResultDelivered')), sorted(ids('jobs.JobFinalised')), 'answered once');
        assert.deepEqual(sorted(ids('jobs.HostPaid')), sorted(ids('jobs.JobFinalised')), 'paid once');
        const outcomes = new Set(mine('jobs.ResultDelivered').map(({ data }) => JSON.stringify(data.outcome)));
        assert.equal(outcomes.size, 1, 'the same input gives the same bytes');
        const expired = ids('jobs.JobExpired').length;
        t.diagnostic(`${JOBS - expired} delivered, ${expired} expired with refund, ${mine('jobs.HostNoShow').length} no-shows`);
        // On a slow machine some deadlines pass while engine and node are away.
        assert.ok(expired <= JOBS / 3, `${expired} of ${JOBS} jobs expired`);

        for (const { data } of mine('jobs.JobFinalised')) assert.equal(big(data.paid), FEE);
        for (const { data } of mine('jobs.JobExpired')) assert.equal(big(data.refunded), FEE);
        const fees = (address: string) =>
            events
                .filter(({ name, data }) => name === 'transactionPayment.TransactionFeePaid' && data.who === address)
                .reduce((sum, { data }) => sum + big(data.actualFee), 0n);
        const paidBy = (address: string) => {
            const own = mine('jobs.JobSubmitted').filter(({ data }) => data.requester === address);
            const paid = new Set(ids('jobs.JobFinalised'));
            return FEE * BigInt(own.filter(({ data }) => paid.has(big(data.job))).length);
        };
        // The job of the first test may have become final in between: it was the first requester's.
        const earlier = (address: string) =>
            address === bob.address
                ? events
                      .filter(({ name, data }) => name === 'jobs.JobFinalised' && big(data.job) < first)
                      .reduce((sum, { data }) => sum + big(data.paid), 0n)
                : 0n;
        for (const { address } of requesters) {
            const lost = (await wealth(node.api, address, start)) - (await wealth(node.api, address));
            assert.equal(lost, fees(address) + paidBy(address) + earlier(address), address);
            assert.equal((await balances(node.api, address)).reserved, 0n, 'nothing stays on hold');
        }
    });

    test('file should be fetched again when it was damaged on the disk', async () => {
        await node.stop();
        assert.doesNotMatch(readFileSync(node.log, 'utf8'), /Essential task .* failed/, 'an orderly stop is no failure');
        const bytes = readFileSync(stored());
        const middle = bytes.length >> 1;
        bytes[middle] = bytes[middle]! ^ 1;
        writeFileSync(stored(), bytes);
        const earlier = requests().length;
        await node.up();
        await infer();
        assert.ok(requests().length > earlier, 'the source was asked again');
        assert.equal(hex(fileRoot(readFileSync(stored()))), graph.root.replace(/^0x/, ''));
    });

    test('file should be refused when the source gives other bytes', async () => {
        const { token, storeUrl } = node;
        const headers = { authorization: `Bearer ${token}` };
        const root = model.manifest.files.find((file) => file.size < 10_000_000)!.root;
        const wrong = new Uint8Array(model.byRoot(root));
        wrong[0]! ^= 1;
        const other = hex(fileRoot(new TextEncoder().encode('something that nobody published')));
        const refused = await fetch(`${storeUrl}/${other}`, { method: 'PUT', headers, body: wrong });
        assert.equal(refused.status, 422, await refused.text());
        assert.ok(!existsSync(join(node.engineDir, 'store', other)));
        const stranger = await fetch(`${storeUrl}/${other}`, { method: 'PUT', body: wrong });
        assert.equal(stranger.status, 401);
    });
});
