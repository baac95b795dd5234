// Scheduled inference: paid ahead, run by the chain, its history readable, what was missed or cancelled refunded.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
    awaitEvent,
    balances,
    big,
    bob,
    charlie,
    constant,
    dave,
    MILLI,
    ok,
    one,
    untilBlock,
    untilFinalized,
    wealth,
} from '../lib/chain.js';
import { candor } from '../lib/cli.js';
import { openMarket } from '../lib/market.js';
import { inline, type Input, minilm, reference, rootOf, WordPiece } from '../lib/model.js';
import { Node } from '../lib/node.js';

const SENTENCE = 'the pump is running';
const PRICE = { perCall: 3n * MILLI, perUnit: 0n, capacity: 4 };
const PERIOD = 6;

interface Run {
    due: number;
    result: Record<string, { job?: number; host?: string; outcome?: { output?: string }; paid?: string | number }>;
}

describe('schedules', { timeout: 300_000 }, () => {
    let node: Node;
    let market: Awaited<ReturnType<typeof openMarket>>;
    let input: Input[];
    let spent = 0n;
    const [requester, host, publisher] = [bob, charlie, dave];

    const history = async (id: bigint): Promise<Run[]> =>
        (await node.api.call.jobsApi!.runs!(id, 0, 100)).toJSON() as unknown as Run[];
    const plan = (count: number) =>
        node.api.tx.jobs!.schedule!(market.release, inline(input), PRICE.perCall, PERIOD, count, {
            host: null,
            redundancy: 1,
            attested: false,
            insured: 0,
        });

    before(async () => {
        const model = await minilm();
        node = await Node.start('schedules', { engine: true });
        market = await openMarket(node, model, publisher, host, PRICE);
        input = new WordPiece(model.file('tokenizer.json')).inputs(SENTENCE);
    });
    after(() => node?.stop());

    test('every run should be answered as plain ONNX Runtime answers when hosts are there', async () => {
        const { api } = node;
        const before = await wealth(api, requester.address);
        const made = await ok(api, plan(3), requester);
        const created = one(made.events, 'jobs.ScheduleCreated').data;
        const id = big(created.schedule);
        const { reserved } = await balances(api, requester.address, made.block);
        assert.ok(reserved > big(created.prepaid) && big(created.prepaid) > 3n * PRICE.perCall, 'all runs are held');
        await awaitEvent(
            api,
            made.number,
            ({ name, data }) => name === 'jobs.ScheduleEnded' && big(data.schedule) === id,
            'all runs are started',
        );
        const last = (await history(id)).at(-1)!;
        const job = BigInt(last.result.running?.job ?? last.result.final!.job!);
        const final = await awaitEvent(
            api,
            made.number,
            ({ name, data }) => name === 'jobs.JobFinalised' && big(data.job) === job,
            'the last job is final',
        );
        await untilFinalized(api, final.number);
        const runs = await history(id);
        assert.deepEqual(
            runs.map(({ due }) => due - made.number),
            [1, 1 + PERIOD, 1 + 2 * PERIOD],
        );
        const { embeddings } = await reference([SENTENCE]);
        const root = Buffer.from(rootOf([{ dtype: 'Float32', shape: [1, 384], data: embeddings }])).toString('hex');
        for (const { result } of runs) {
            assert.equal(result.final?.outcome?.output, `0x${root}`);
            assert.equal(result.final?.host, host.address);
            assert.equal(big(result.final?.paid), PRICE.perCall);
        }
        const removed = await ok(api, api.tx.jobs!.removeSchedule!(id), requester);
        const fee = big(constant(api, 'jobs', 'runFee'));
        spent = 3n * (PRICE.perCall + fee) + made.fee + removed.fee;
        assert.equal(before - (await wealth(api, requester.address, removed.block)), spent, 'to the planck');
        assert.equal((await balances(api, requester.address, removed.block)).reserved, 0n);
    });

    test('runs should be missed and cost their start when no host takes work, and be cancelled by one command', async () => {
        const { api } = node;
        await ok(api, api.tx.hosts!.chill!(), host);
        const before = await wealth(api, requester.address);
        const made = await ok(api, plan(50), requester);
        const id = big(one(made.events, 'jobs.ScheduleCreated').data.schedule);
        await untilBlock(api, made.number + 2);
        const shown = await candor<{ runs: { state: string; reason?: string }[] }>(
            node,
            '//Bob',
            ...['schedule', 'show', String(id)],
        );
        assert.equal(shown.runs[0]!.state, 'missed');
        assert.match(shown.runs[0]!.reason!, /^Jobs (NoLiveHost|NoOffer)$/);
        const listed = await candor<{ schedule: number; count: number }[]>(node, '//Bob', 'schedule', 'list');
        assert.deepEqual(listed.map(({ schedule, count }) => [schedule, count]), [[Number(id), 50]]);
        const cancelled = await ok(api, api.tx.jobs!.cancelSchedule!(id), requester);
        const ended = one(cancelled.events, 'jobs.ScheduleEnded').data;
        const removed = await ok(api, api.tx.jobs!.removeSchedule!(id), requester);
        const starts = big(ended.done) * big(constant(api, 'jobs', 'runFee'));
        assert.ok(starts > 0n, 'a run was missed');
        const fees = made.fee + cancelled.fee + removed.fee + starts;
        assert.equal(before - (await wealth(api, requester.address, removed.block)), fees, 'only fees');
    });
});
