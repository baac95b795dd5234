// `kill -9` of engine, proxy and node while a program calls: every answer it got has its receipt, vouchers never go down, host
// and requester never differ by more than one call, and what is paid at the end is what was answered. E2E_ROUNDS says how
// many times.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { u8aToHex } from '@polkadot/util';
import { balances, bestNumber, big, charlie, CNDR, dave, ferdie, type Happened, history, MILLI, untilFinalized, wealth } from '../lib/chain.js';
import { candor } from '../lib/cli.js';
import { openMarket } from '../lib/market.js';
import { int64, minilm, type Prepared } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { sleep, until } from '../lib/process.js';
import { Proxy } from '../lib/proxy.js';
import { infer, type NamedInput, placeOf, stateAt } from '../lib/sessions.js';

const ROUNDS = Number(process.env.E2E_ROUNDS ?? 20);
const PRICE = { perCall: MILLI, perUnit: MILLI / 100n, capacity: 100 };
const SEED = Number(process.env.E2E_SEED ?? 7);

interface Kept {
    hash: string;
    session: number;
    index: number;
    paid: string;
}

/** Planck of CNDR in decimal. */
function planck(text: string): bigint {
    const [whole, part = ''] = text.split('.');
    return BigInt(whole!) * CNDR + BigInt(part.padEnd(12, '0'));
}

describe('session faults', { timeout: 3_600_000 }, () => {
    let node: Node;
    let proxy: Proxy;
    let model: Prepared;
    let from: number;
    let start: bigint;
    let state = SEED;
    const random = (below: number): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
    /** Answers that the program got. */
    const answered: { call: number; session: bigint; index: number; hash: string; output: string }[] = [];
    let running = true;
    let paused: (() => void) | undefined;
    let resume: () => void = () => {};

    before(async () => {
        model = await minilm();
        node = await Node.start('session-faults', { engine: true, args: ['--engine-arg=--settle-after', '--engine-arg=3'] });
        const market = await openMarket(node, model, dave, charlie, PRICE, { stake: 10_000n * CNDR });
        await until(
            'the engine is ready',
            async () => (await fetch(`${node.engineUrl}/v2/models/${market.release}/ready`)).ok,
            120_000,
        );
        from = await bestNumber(node.api);
        start = await wealth(node.api, ferdie.address);
        proxy = await Proxy.start(node, '//Ferdie', ['--budget', '200', '--deposit', '5', '--timeout', '20']);
    });
    after(async () => {
        running = false;
        resume();
        await proxy?.stop().catch(() => {});
        await node?.stop();
    });

    /** Every call has inputs of its own. */
    function inputs(call: number): NamedInput[] {
        const rows: [string, number[]][] = [
            ['input_ids', [101, 1_000 + (call % 20_000), 2_000 + Math.floor(call / 20_000), 102]],
            ['attention_mask', [1, 1, 1, 1]],
            ['token_type_ids', [0, 0, 0, 0]],
        ];
        return rows.map(([name, values]) => ({ name, dtype: 'Int64', shape: [1, 4], data: int64(values) }));
    }

    /** A program that calls and calls, one call after the other, whatever happens. */
    async function client(): Promise<void> {
        for (let call = 0; running; call += 1) {
            if (paused) {
                const wait = new Promise<void>((go) => (resume = go));
                paused();
                await wait;
            }
            try {
                const answer = await infer(proxy.url, 'minilm', inputs(call), {}, AbortSignal.timeout(60_000));
                if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
                assert.ok(answer.receipt, 'an answer without a receipt');
                const { session, index, hash } = placeOf(answer.receipt);
                answered.push({ call, session, index, hash: u8aToHex(hash), output: u8aToHex(answer.outputs[0]!.data.slice(0, 64)) });
            } catch (error) {
                if ((error as Error).name === 'AssertionError') throw error;
                await sleep(100);
            }
        }
    }

    /** Runs `work` while no call is under way. */
    async function between<T>(work: () => Promise<T>): Promise<T> {
        await new Promise<void>((quiet) => (paused = quiet));
        paused = undefined;
        try {
            return await work();
        } finally {
            resume();
        }
    }

    const more = (count: number) => {
        const target = answered.length + count;
        return until(`${count} more calls are answered`, () => answered.length >= target, 180_000, 2);
    };

    test(`nothing should be lost and nothing paid twice when processes are killed ${ROUNDS} times`, async (t) => {
        const calling = client();
        calling.catch(() => {});
        const vouched = new Map<number, { calls: number; fee: bigint }>();
        const victims = { engine: 0, proxy: 0, node: 0 };
        let difference = 0;

        for (let round = 0; round < ROUNDS; round += 1) {
            await Promise.race([more(1 + random(6)), calling]);
            await sleep(random(25));
            const victim = (['engine', 'proxy', 'engine', 'proxy', 'node'] as const)[round % 5]!;
            victims[victim] += 1;
            if (victim === 'engine') {
                const engine = node.enginePid();
                process.kill(engine, 'SIGKILL');
                await until('the engine is started again', () => node.enginePid() !== engine);
            } else if (victim === 'proxy') {
                await proxy.kill();
                await sleep(random(200));
                await proxy.up();
            } else {
                await node.kill();
                await node.up();
            }
            await Promise.race([more(2), calling]);

            await between(async () => {
                const spend = await proxy.spend();
                for (const live of spend.sessions as { session: number; calls: number; vouched_calls: number; vouched: string }[]) {
                    const host = await stateAt(node.engineUrl, BigInt(live.session));
                    if (!host.known) continue;
                    const at = `round ${round}, session ${live.session}: host ${JSON.stringify(host)}, proxy ${JSON.stringify(live)}`;
                    const apart = Math.abs(host.answered + host.beyond.length - live.calls);
                    difference = Math.max(difference, apart);
                    assert.ok(apart <= 1, at);
                    assert.ok(host.answered - host.vouched <= 1, `the host has waited for a voucher: ${at}`);
                    const last = vouched.get(live.session) ?? { calls: 0, fee: 0n };
                    assert.ok(host.vouched >= last.calls && BigInt(host.fee) >= last.fee, `the voucher went down: ${at}`);
                    vouched.set(live.session, { calls: host.vouched, fee: BigInt(host.fee) });
                }
            });
        }
        running = false;
        await calling;
        t.diagnostic(`${answered.length} answered calls, killed ${JSON.stringify(victims)}, at most ${difference} calls apart`);

        // What the program got is on record, each under a place of its own.
        const kept = await receipts();
        const places = new Map(kept.map((receipt) => [`${receipt.session}:${receipt.index}`, receipt]));
        assert.equal(places.size, kept.length, 'one receipt for each place');
        for (const { session, index, hash } of answered) assert.equal(places.get(`${session}:${index}`)?.hash, hash);
        assert.equal(new Set(answered.map(({ hash }) => hash)).size, answered.length);
        await candor(node, '//Ferdie', 'receipts', 'verify', '--data', proxy.data);
    });

    const receipts = async (): Promise<Kept[]> => {
        const found = await candor<Kept[] | { receipts: Kept[] }>(
            node,
            '//Ferdie',
            ...['receipts', 'list', '--limit', '0', '--data', proxy.data],
        );
        return Array.isArray(found) ? found : found.receipts;
    };

    test('what is paid should be what was answered when the sessions are closed', async (t) => {
        await proxy.stop();
        const { api } = node;
        await until(
            'nothing is left of the sessions',
            async () => ((await api.call.sessionsApi!.sessionsOf!(ferdie.address, 0, 100)).toJSON() as unknown[]).length === 0,
            300_000,
            1_000,
        );
        const best = await bestNumber(api);
        await untilFinalized(api, best);
        const events = await history(api, from);
        const named = (name: string) => events.filter((event) => event.name === name);
        const kept = await receipts();
        let paid = 0n;
        for (const { data } of named('sessions.SessionEnded')) {
            const session = Number(data.session);
            const mine = kept.filter((receipt) => receipt.session === session);
            assert.equal(data.calls, mine.length, `calls of session ${session}`);
            assert.equal(big(data.fee), mine.reduce((sum, receipt) => sum + planck(receipt.paid), 0n), `fee of session ${session}`);
            assert.deepEqual(mine.map(({ index }) => index).sort((a, b) => a - b), mine.map((_, at) => at), 'no index is missing');
            paid += big(data.fee);
        }
        // Batches of a session follow each other: the vouchers that made them never went down.
        const next = new Map<string, number>();
        for (const { data } of named('sessions.SessionSettled')) {
            const session = String(data.session);
            assert.equal(data.first, next.get(session) ?? 0, `session ${session}`);
            next.set(session, Number(data.first) + Number(data.calls));
        }
        const fee = (event: Happened): boolean =>
            event.name === 'transactionPayment.TransactionFeePaid' && event.data.who === ferdie.address;
        const fees = events.filter(fee).reduce((sum, { data }) => sum + big(data.actualFee), 0n);
        assert.equal(start - (await wealth(api, ferdie.address)), paid + fees);
        assert.equal((await balances(api, ferdie.address)).reserved, 0n);
        assert.deepEqual(named('sessions.SessionOverturned'), []);
        const work = kept.length - answered.length;
        t.diagnostic(`${next.size} sessions, ${kept.length} receipts, ${work} of them for calls whose program had gone; ${paid} planck`);
    });
});
