// Against a real network, where the environment names one:
//
//   CANDOR_CHAIN      a node of a development chain on which release 0 is MiniLM and a host offers it
//   CANDOR_KEY        who pays (//Bob); another account than the publisher's
//   CANDOR_ENDPOINT   a proxy or gateway; calls at it are left out without
//   CANDOR_ENGINE, CANDOR_ENGINE_TOKEN, CANDOR_PREPARED   an engine, its token, and MiniLM's folder of `candor model prepare`

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { Signer } from '@polkadot/api/types';
import { Candor, Chain, ChainError, CNDR, fileRoot, keyPair, publicKey, tensor, toAddress } from '@candor/sdk';
import type * as Sdk from '@candor/sdk';
import { downloadTo, fileStore, readPrepared } from '@candor/sdk/node';
import { browser, openPage } from './lib/page.js';

const { CANDOR_CHAIN: chain, CANDOR_ENDPOINT: endpoint, CANDOR_KEY: key = '//Bob' } = process.env;
const { CANDOR_ENGINE: engine, CANDOR_ENGINE_TOKEN: token, CANDOR_PREPARED: folder } = process.env;
const run = promisify(execFile);
const example = (name: string) =>
    run(process.execPath, [join(import.meta.dirname, '..', 'examples', `${name}.js`)], { env: process.env, timeout: 120_000 });

const IDS = [[101, 2129, 2024, 2017, 1029, 102]];
const INPUTS = { input_ids: IDS, attention_mask: [[1, 1, 1, 1, 1, 1]], token_type_ids: [[0, 0, 0, 0, 0, 0]] };
/** The first elements of the vector of "How are you?", rounded: enough to know it from another. */
const norm = (vector: Float32Array): number => Math.hypot(...vector);

describe('network', { skip: chain === undefined && 'CANDOR_CHAIN names no node', timeout: 600_000 }, () => {
    let candor: Candor;
    before(() => {
        candor = new Candor({ chain: chain!, key, ...(endpoint ? { endpoint } : {}) });
    });
    after(() => candor?.close());

    const has = async (pallet: string, call: string): Promise<boolean> => {
        const api = await ApiPromise.create({ provider: new WsProvider(chain!), noInitWarn: true });
        const known = api.tx[pallet]?.[call] !== undefined;
        await api.disconnect();
        return known;
    };

    /** A session once its host has settled so many calls. */
    async function settled(id: bigint, calls: number): Promise<Sdk.SessionInfo> {
        for (let wait = 0; wait < 120; wait += 1) {
            const info = await candor.sessions.get(id);
            assert.ok(info, 'the session is on chain');
            if (info.settled.calls === calls) return info;
            await new Promise((resolve) => setTimeout(resolve, 500));
        }
        throw new Error(`${calls} calls of session ${id} are not settled`);
    }

    test('storage should be the chain’s bytes when read raw', async () => {
        const connected = await Chain.connect(chain!);
        const { hash } = await connected.best();
        const at = await connected.api.at(hash);
        const nobody = new Uint8Array(32).fill(9);
        for (const account of [publicKey(await candor.address()), nobody]) {
            assert.deepEqual(await connected.raw('system', 'account', account, hash), (await at.query.system!.account!(account)).toU8a());
        }
        assert.deepEqual(await connected.raw('system', 'number', undefined, hash), (await at.query.system!.number!()).toU8a());
        assert.equal(await connected.raw('hosts', 'hosts', nobody, hash), undefined);
        await assert.rejects(connected.raw('system', 'nothing', undefined, hash), /no storage system.nothing/);
        await connected.close();
    });

    test('registry should be read when asked', async () => {
        const release = await candor.models.get(0);
        assert.deepEqual(release.inputs.map(({ name, dtype }) => [name, dtype]), Object.keys(INPUTS).map((name) => [name, 'int64']));
        assert.deepEqual(release.inputs[0]!.shape, [{ name: 'batch', max: 64 }, { name: 'sequence', max: 512 }]);
        assert.deepEqual(release.inputs[0]!.range, { min: 0n, max: 30_521n });
        assert.equal(release.units.divisor, 1);
        assert.ok(release.files.every(({ size }) => size > 0));
        const [listed] = await candor.models.list();
        assert.deepEqual(listed, release);
        assert.deepEqual((await candor.models.search('EMBEDDING minilm'))[0], release);
        assert.deepEqual(await candor.models.search('nothing of that name'), []);
        assert.deepEqual(await candor.models.get(`${release.publisher}/${release.name}@${release.version}`), release);
        const offers = await candor.models.offers(0);
        assert.ok(offers.length > 0 && offers[0]!.pricePerCall > 0n && offers[0]!.live);
        await assert.rejects(candor.models.get('nothing'), { code: 'unknown_release' });
        await assert.rejects(candor.models.get(4_000), { code: 'unknown_release' });
        const host = await candor.stake.host(offers[0]!.host);
        assert.match(host.worker, /^0x[0-9a-f]{64}$/);
        const pools = await candor.stake.pools();
        assert.equal(pools.find(({ pool }) => pool === host.account)?.own, host.stake);
        assert.deepEqual(await candor.stake.positions(), []);
        assert.equal((await candor.stake.pool(host.account))?.pool, host.account);
    });

    test('jobs should be answered and checked when many are sent at once', async (t) => {
        const before = await candor.balance();
        const quote = await candor.jobs.quote(0, INPUTS);
        assert.equal(quote.units, 6n);
        const jobs = await Promise.all(Array.from({ length: 6 }, () => candor.jobs.submit(0, INPUTS)));
        assert.equal(new Set(jobs.map(({ id }) => id)).size, 6);
        const results = await Promise.all(jobs.map((job) => candor.jobs.wait(job)));
        const vectors = results.map(({ outputs }) => outputs.sentence_embedding!.as('float32').data);
        t.diagnostic(`fee ${results[0]!.receipt.receipt.fee} planck, first elements ${vectors[0]!.slice(0, 3).join(' ')}`);
        for (const [at, { receipt, outputs, host }] of results.entries()) {
            assert.deepEqual(vectors[at], vectors[0], 'the same bits every time');
            assert.ok(Math.abs(norm(vectors[at]!) - 1) < 1e-5);
            assert.deepEqual(receipt.receipt.path, { job: jobs[at]!.id });
            assert.equal(receipt.receipt.host, host);
            assert.deepEqual(await candor.verify(receipt, INPUTS, outputs), { valid: true, problems: [] });
            const wrong = await candor.verify(receipt, { ...INPUTS, attention_mask: [[1, 1, 1, 1, 1, 0]] }, outputs);
            assert.deepEqual(wrong.problems, ['its receipt is of another input']);
        }
        const listed = await candor.jobs.list();
        assert.ok(jobs.every(({ id }) => listed.some((view) => view.id === id)));
        assert.deepEqual((await candor.jobs.result(jobs[0]!.id))?.receipt.hash, results[0]!.receipt.hash);
        await assert.rejects(candor.jobs.cancel(jobs[0]!), (error: Error) => error instanceof ChainError && error.reason === 'AlreadyAssigned');
        const after = await candor.balance();
        assert.ok(after.free < before.free);
    });

    test('errors should be the chain’s when it refuses', async () => {
        await assert.rejects(candor.jobs.submit(0, INPUTS, { maxFee: 1n }), (error: Error) => {
            assert.ok(error instanceof ChainError);
            assert.deepEqual([error.pallet, error.reason], ['jobs', 'FeeTooLow']);
            assert.match(error.message, /raise it/);
            return true;
        });
        await assert.rejects(candor.jobs.submit(0, { ...INPUTS, input_ids: [[-1, 0, 0, 0, 0, 0]] }), /outside 0 to 30521/);
        await assert.rejects(candor.jobs.submit(0, { ...INPUTS, input_ids: [[1]] }), /does not fit/);
        await assert.rejects(candor.jobs.wait(1_000_000n), { name: 'JobEndedError' });
        assert.equal(await candor.jobs.result(1_000_000n), undefined);
    });

    test('transactions of one account should not clash when two programs and a wallet sign', async (t) => {
        const pair = await keyPair(key);
        const api = await ApiPromise.create({ provider: new WsProvider(chain!), noInitWarn: true });
        // As wallets do: the payload is shown and signed elsewhere.
        const signer: Signer = {
            signPayload: async (payload) => {
                const { signature } = api.registry.createType('ExtrinsicPayload', payload, { version: payload.version }).sign(pair);
                return { id: 1, signature };
            },
        };
        const others = [new Candor({ chain: chain!, key }), new Candor({ chain: api, signer: { address: pair.address, signer } })];
        t.after(async () => {
            await Promise.all(others.map((one) => one.close()));
            await api.disconnect();
        });
        const all = [candor, ...others].flatMap((one, at) =>
            Array.from({ length: 3 }, (_, nth) => one.models.create(`clash-${at}-${nth}-${Date.now()}`)),
        );
        assert.equal(new Set(await Promise.all(all)).size, 9);
    });

    test('job should go to the host that was named when options are given', async () => {
        const [offer] = await candor.models.offers(0);
        const job = await candor.jobs.submit(0, INPUTS, { host: offer!.host, maxFee: '0.01', insured: 0n });
        const { host, answers } = await candor.jobs.wait(job);
        assert.equal(host, offer!.host);
        assert.equal(answers.length, 1);
    });

    test('runs should be repeated when they are scheduled', async (t) => {
        if (!(await has('jobs', 'schedule'))) return t.skip('the chain knows no schedules');
        const schedule = await candor.schedules.create(0, INPUTS, { period: 10, count: 3, maxFee: '0.01' });
        assert.deepEqual([schedule.count, schedule.period, schedule.done], [3, 10, 0]);
        assert.ok((await candor.schedules.list()).some(({ id }) => id === schedule.id));
        let history = await candor.schedules.history(schedule.id);
        for (let wait = 0; wait < 60 && history.length === 0; wait += 1) {
            await new Promise((resolve) => setTimeout(resolve, 500));
            history = await candor.schedules.history(schedule.id);
        }
        const [first] = history;
        assert.ok(first?.state === 'running' || first?.state === 'final', JSON.stringify(first, (_, value: unknown) => String(value)));
        const { outputs } = await candor.jobs.wait(first.job);
        assert.equal(outputs.sentence_embedding!.size, 384);
        await candor.schedules.cancel(schedule.id);
        assert.equal((await candor.schedules.get(schedule.id))?.next, undefined);
        await assert.rejects(candor.schedules.cancel(schedule.id), ChainError);
        await candor.schedules.remove(schedule.id);
        assert.equal(await candor.schedules.get(schedule.id), undefined);
    });

    test('input should be fetched by the host when it is large', async (t) => {
        if (engine === undefined || token === undefined) return t.skip('CANDOR_ENGINE or CANDOR_ENGINE_TOKEN is missing');
        const rows = (value: number) => tensor(Array.from({ length: 4 }, () => new Array<number>(256).fill(value)), 'int64');
        const inputs = { input_ids: rows(101), attention_mask: rows(1), token_type_ids: rows(0) };
        await assert.rejects(candor.jobs.submit(0, inputs, { maxFee: '1' }), /set `store`/);
        const job = await candor.jobs.submit(0, inputs, { maxFee: '1', store: { engine, token } });
        const { outputs, receipt } = await candor.jobs.wait(job);
        assert.deepEqual(outputs.sentence_embedding!.shape, [4, 384]);
        assert.equal((await candor.verify(receipt, inputs, outputs)).valid, true);
    });

    test('endpoint should answer with a receipt when it is called', { skip: endpoint === undefined && 'CANDOR_ENDPOINT is missing' }, async (t) => {
        const { outputs, receipt } = await candor.infer('minilm', INPUTS);
        assert.ok(Math.abs(norm(outputs.sentence_embedding!.as('float32').data) - 1) < 1e-5);
        if (receipt) assert.deepEqual(await candor.verify(receipt, INPUTS, outputs), { valid: true, problems: [] });
        else t.diagnostic('the endpoint gives no receipts');
        const calls = Array.from({ length: 12 }, (_, at) => ({ ...INPUTS, input_ids: [[101, 2_000 + at, 2024, 2017, 1029, 102]] }));
        const batch = await candor.inferBatch('minilm', calls);
        assert.equal(new Set(batch.map((one) => one.outputs.sentence_embedding!.root())).size, 12);
        const [vector] = await candor.embeddings('minilm', ['How are you?']);
        assert.deepEqual(vector, outputs.sentence_embedding!.data);
    });

    test('session should be paid call by call when it goes straight to its host', async (t) => {
        if (!(await has('sessions', 'open'))) return t.skip('the chain knows no sessions');
        const kept = mkdtempSync(join(tmpdir(), 'candor-sessions-'));
        t.after(() => rmSync(kept, { recursive: true }));
        const store = fileStore(kept);
        const quote = await candor.sessions.quote(0, { deposit: '0.1', maxUnits: 16 });
        assert.ok(quote.calls > 10 && quote.maxFee > 0n);
        const session = await candor.sessions.open(0, { deposit: '0.1', store, ...(engine ? { endpoint: engine } : {}) });
        assert.ok((await candor.sessions.list()).some(({ terms }) => terms.session === session.id));
        const [one, two] = await Promise.all([session.infer(INPUTS), session.infer(INPUTS)]);
        assert.deepEqual(one.outputs, two.outputs);
        const again = await candor.sessions.resume(session.id, store);
        const three = await again.infer(INPUTS);
        assert.deepEqual(three.receipt!.receipt.path, { session: session.id, index: 2n });
        assert.equal((await candor.verify(three.receipt!, INPUTS, three.outputs)).valid, true);
        await candor.sessions.topUp(again, '0.1');
        assert.equal(again.terms.deposit, CNDR / 5n);
        await candor.sessions.close(again);
        const info = await settled(session.id, 3);
        assert.equal(info.settled.fee, again.spent);
        assert.equal(info.state, 'ended', 'its host agreed');
    });

    test('page should pay a host by itself when it has a wallet', { skip: browser === undefined && 'there is no chromium' }, async (t) => {
        if (!(await has('sessions', 'open'))) return t.skip('the chain knows no sessions');
        const { page, close } = await openPage();
        t.after(close);
        const given = { chain: chain!, key, endpoint: engine, inputs: INPUTS };
        const found = await page.evaluate(async ({ chain, key, endpoint, inputs }) => {
            const { Candor, webStore } = (await import('/candor.js' as string)) as typeof Sdk;
            const candor = new Candor({ chain, key });
            const session = await candor.sessions.open(0, { deposit: '0.1', store: webStore(), ...(endpoint ? { endpoint } : {}) });
            const { outputs, receipt } = await session.infer(inputs);
            await session.infer(inputs);
            const verdict = await candor.verify(receipt!, inputs, outputs);
            await candor.sessions.close(session);
            await candor.close();
            return { size: outputs.sentence_embedding!.size, valid: verdict.valid, session: session.id, spent: session.spent };
        }, given);
        assert.deepEqual([found.size, found.valid], [384, true]);
        assert.equal((await settled(found.session, 2)).settled.fee, found.spent);
    });

    test('example for Polkadot.js should print a vector when it is run', async () => {
        const { stdout } = await example('polkadotjs');
        assert.match(stdout, /^Float32Array\(384\) \[/);
    });

    test('quickstart should print a vector when it is run', { skip: endpoint === undefined && 'CANDOR_ENDPOINT is missing' }, async () => {
        const { stdout } = await example('quickstart');
        assert.match(stdout, /^Float32Array\(384\) \[/);
    });

    // The last one: from here on two publishers have the name.
    test('model should be found again when it was published', async (t) => {
        if (engine === undefined || folder === undefined) return t.skip('CANDOR_ENGINE or CANDOR_PREPARED is missing');
        const prepared = await readPrepared(folder);
        const source = await candor.models.upload(prepared, { engine, ...(token ? { token } : {}) });
        const release = await candor.models.release(prepared, { source });
        assert.equal(release.publisher, toAddress((await keyPair(key)).address));
        assert.equal((await candor.models.release(prepared, { source })).id, release.id, 'the same again changes nothing');
        const copy = mkdtempSync(join(tmpdir(), 'candor-download-'));
        t.after(() => rmSync(copy, { recursive: true }));
        const paths = await downloadTo(candor.models, release, copy);
        assert.equal(paths.length, release.files.length);
        paths.forEach((path, at) => assert.equal(fileRoot(readFileSync(path)), release.files[at]!.root));
        await assert.rejects(candor.models.get(release.name), /several publishers/);
        await candor.models.deprecate(release, 'a test');
        assert.equal((await candor.models.get(release.id)).deprecated, 'a test');
    });
});
