// Calls in a session, straight to a host that loses answers, refuses and lies.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { sr25519Verify } from '@polkadot/util-crypto';
import {
    closeMessage,
    ConnectionError,
    cryptoReady,
    earns,
    Endpoint,
    fromHex,
    type Hex,
    Inference,
    lastHash,
    listRoot,
    memoryStore,
    PaymentRequiredError,
    type Receipt,
    ReceiptError,
    receiptHash,
    type Release,
    rootOf,
    RunFailedError,
    SessionChannel,
    SessionEndedError,
    type SessionStore,
    SignedReceipt,
    TAG,
    tensor,
    TimeoutError,
    toHex,
    VoucherKey,
    webStore,
} from '@candor/sdk';
import { fileStore } from '@candor/sdk/node';
import { type Call, Fake, send, TERMS } from './lib/fake.js';

const RELEASE: Release = {
    id: 3,
    repository: 0,
    publisher: TERMS.host,
    name: 'echo',
    version: '1.0.0',
    deprecated: undefined,
    private: false,
    manifestHash: TERMS.genesis,
    modelRoot: TERMS.genesis,
    files: [],
    variants: [],
    inputs: [{ name: 'x', dtype: 'float32', shape: [{ name: 'n', max: 100 }], range: undefined }],
    outputs: [{ name: 'x', dtype: 'float32', shape: [{ name: 'n', max: 100 }], range: undefined }],
    units: { dims: ['n'], divisor: 1, reference: 4n },
    licence: 'Apache-2.0',
    tags: [],
    royalty: 0,
    source: '',
};

const rootOfX = (...values: number[]): Hex => rootOf([tensor(values, 'float32')]);
const hashOf = (receipt: Receipt): Uint8Array => fromHex(receiptHash(receipt));

describe('session', () => {
    let fake: Fake;
    let key: VoucherKey;
    let store: SessionStore;
    let session: SessionChannel;
    const x = (...values: number[]) => ({ x: tensor(values, 'float32') });
    const inference = () => new Inference(new Endpoint({ endpoint: fake.url, retries: 0 }));
    const parts = () => ({ release: RELEASE, terms: fake.terms!, worker: toHex(fake.worker.publicKey), endpoint: fake.url, seed: key.seed });
    before(async () => cryptoReady());
    beforeEach(async () => {
        fake = await Fake.start();
        key = new VoucherKey();
        fake.terms = { ...TERMS, key: key.public };
        store = memoryStore();
        session = await SessionChannel.begin(parts(), inference(), store);
    });
    afterEach(() => fake.stop());

    /** Every voucher covers exactly the answered calls before it. */
    async function vouchersFit(receipts: readonly SignedReceipt[], calls: readonly Call[]): Promise<void> {
        const hashes = receipts.map(({ hash }) => hash);
        for (const { index, voucher } of calls) {
            if (index === 0) assert.equal(voucher, undefined);
            if (voucher === undefined) continue;
            const { calls, fee } = voucher.voucher;
            if (index >= 0) assert.equal(calls, index);
            assert.equal(voucher.voucher.receipts, listRoot(TAG.batch, hashes.slice(0, calls) as Hex[]));
            assert.equal(fee, receipts.slice(0, calls).reduce((sum, { receipt }) => sum + earns(TERMS, receipt.fee, receipt.outcome), 0n));
            assert.equal(await voucher.signedBy(key.public), true);
        }
    }

    test('vouchers should pay for checked answers when calls follow each other', async () => {
        const receipts: SignedReceipt[] = [];
        // Sent at once, answered one after the other.
        const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => session.infer(x(...new Array<number>(n).fill(n)))));
        answers.forEach(({ outputs, receipt }, at) => {
            assert.deepEqual(outputs.x!.toArray(), new Array<number>(at + 1).fill(at + 1));
            receipts.push(receipt!);
        });
        assert.deepEqual(fake.calls.map(({ index }) => index), [0, 1, 2, 3, 4]);
        assert.equal(session.calls, 5);
        assert.equal(session.spent, 500n + 3n * 15n);
        const last = await session.finish();
        assert.deepEqual(last, session.voucher);
        assert.deepEqual(fake.calls.at(-1), { index: -1, voucher: last });
        await vouchersFit(receipts, fake.calls);
    });

    test('call should be asked again and paid once when its answer is lost', async () => {
        fake.lose = 2;
        const first = await session.infer(x(1));
        const second = await session.infer(x(2));
        assert.deepEqual(fake.calls.map(({ index }) => index), [0, 0, 0, 1]);
        assert.equal(session.calls, 2);
        await vouchersFit([first.receipt!, second.receipt!], fake.calls);
    });

    test('next call should learn first what came of the last one when that was given up', async () => {
        fake.lose = 4;
        await assert.rejects(session.infer(x(1)), ConnectionError);
        assert.equal(session.calls, 0);
        const { receipt } = await session.infer(x(2, 2));
        assert.deepEqual(fake.calls.map(({ index }) => index), [0, 0, 0, 0, 0, 1]);
        assert.equal(session.calls, 2, 'the given up call was answered, so it is paid');
        assert.deepEqual(receipt!.receipt.path, { session: 7n, index: 1n });
        fake.next.push(() => {});
        await assert.rejects(session.infer(x(3), { timeout: 50 }), TimeoutError);
        await session.infer(x(4));
        assert.equal(session.calls, 4);
    });

    test('index should be used again when a call is refused', async () => {
        fake.next.push((_, response) => send(response, 400, { error: 'no', code: 'invalid' }));
        await assert.rejects(session.infer(x(1)), /no/);
        fake.next.push((_, response) => send(response, 402, { error: 'looking', code: 'payment', payment: { problem: 'unknown_session' } }));
        await session.infer(x(2));
        assert.deepEqual(fake.calls.map(({ index }) => index), [0]);
        fake.next.push((_, response) => send(response, 402, { error: 'closed', code: 'payment', payment: { problem: 'closed' } }));
        await assert.rejects(session.infer(x(2)), PaymentRequiredError);
    });

    test('session should go on when it was kept in a store', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'candor-sessions-'));
        const items = new Map<string, string>();
        const storage = {
            getItem: (name: string) => items.get(name) ?? null,
            setItem: (name: string, text: string) => void items.set(name, text),
            removeItem: (name: string) => void items.delete(name),
        };
        for (const kept of [store, fileStore(folder), webStore(storage)]) {
            const before = fake.calls.length;
            fake.terms = { ...fake.terms!, session: fake.terms!.session + 1n };
            // A host that has seen nothing of this session.
            fake.forget();
            const opened = await SessionChannel.begin(parts(), inference(), kept);
            const first = await opened.infer(x(1));
            fake.lose = 4;
            await assert.rejects(opened.infer(x(2)), ConnectionError);
            const resumed = await SessionChannel.resume(opened.id, parts(), inference, kept);
            assert.equal(resumed.calls, 1);
            assert.deepEqual(resumed.voucher?.voucher, opened.voucher?.voucher);
            const third = await resumed.infer(x(3));
            assert.equal(resumed.calls, 3);
            assert.deepEqual(third.receipt!.receipt.path, { session: fake.terms.session, index: 2n });
            const seen = fake.calls.slice(before);
            assert.deepEqual(seen.map(({ index }) => index), [0, 1, 1, 1, 1, 1, 2]);
            assert.equal(first.receipt!.receipt.fee, 103n);
            await kept.remove(opened.id);
            await assert.rejects(SessionChannel.resume(opened.id, parts(), inference, kept), /not kept here/);
        }
        rmSync(folder, { recursive: true });
    });

    test('answer should not be paid when it is a lie', async () => {
        await session.infer(x(1));
        const lies: ((receipt: Receipt) => Receipt)[] = [
            (receipt) => ({ ...receipt, fee: receipt.fee + 1n }),
            (receipt) => ({ ...receipt, path: { session: 7n, index: 9n } }),
            (receipt) => ({ ...receipt, outcome: { output: TERMS.genesis } }),
            (receipt) => ({ ...receipt, units: 1_000n }),
        ];
        for (const lie of lies) {
            const resumed = await SessionChannel.resume(session.id, parts(), inference, store);
            fake.lie = lie;
            fake.forget(1);
            await assert.rejects(resumed.infer(x(2)), ReceiptError);
            await assert.rejects(resumed.infer(x(2)), ReceiptError, 'it takes no more calls');
            assert.equal(resumed.calls, 1);
            assert.equal((await resumed.finish())!.voucher.calls, 1);
        }
    });

    test('answer should not be paid when another key signed it', async () => {
        const other = await SessionChannel.begin({ ...parts(), worker: key.public }, inference(), memoryStore());
        await assert.rejects(other.infer(x(1)), /not signed by the host/);
        assert.equal(other.voucher, undefined);
    });

    test('failed run should cost the price per call when its receipt says so', async () => {
        const { receipt } = (await session.infer(x(1, 1))).receipt!;
        fake.next.push((seen, response) => {
            fake.calls.push({ index: Number(seen.headers['candor-index']), voucher: undefined });
            const inputRoot = rootOfX(2, 2);
            const failed = { ...receipt, inputRoot, path: { session: 7n, index: 1n }, outcome: { failed: { node: 3, index: 0n } } };
            const signature = toHex(fake.worker.sign(hashOf(failed)));
            send(response, 422, { error: 'index out of range', code: 'run_failed' }, { 'candor-receipt': new SignedReceipt(failed, signature).toBase64() });
        });
        await assert.rejects(session.infer(x(2, 2)), (error: Error) => error instanceof RunFailedError && error.receipt !== undefined);
        assert.equal(session.calls, 2);
        assert.equal(session.spent, 106n + 100n);
    });

    test('call should not be made when nothing would pay for it', async () => {
        const small = { ...parts(), terms: { ...fake.terms!, deposit: 250n } };
        const poor = await SessionChannel.begin(small, inference(), memoryStore());
        await poor.infer(x(1));
        await poor.infer(x(1));
        await assert.rejects(poor.infer(x(1)), { code: 'deposit', message: /59 planck/ });
        await poor.extend(1_000n, 3_000);
        await poor.infer(x(1));
        assert.throws(() => poor.infer({ y: [1] }), /no input y/);
        await assert.rejects(async () => poor.infer(x(...new Array<number>(101).fill(0))), /does not fit/);
        const dear = { ...parts(), terms: { ...fake.terms!, maxFee: 105n } };
        const limited = await SessionChannel.begin(dear, inference(), memoryStore());
        await assert.rejects(limited.infer(x(1, 1)), { code: 'too_dear' });
    });

    test('host should sign the last voucher when it is asked with the session’s key', async () => {
        const none = await session.agree();
        assert.deepEqual([none.voucher.calls, none.voucher.fee, none.voucher.receipts], [0, 0n, listRoot(TAG.batch, [])]);
        await session.infer(x(1));
        const { voucher, signature } = await session.agree();
        assert.deepEqual(voucher, session.voucher!.voucher);
        assert.deepEqual(fake.asked!.voucher, voucher);
        assert.equal(sr25519Verify(closeMessage(voucher), fake.asked!.signature, key.public), true);
        assert.equal(sr25519Verify(fromHex(lastHash(voucher)), signature, fake.worker.publicKey), true);
        const other = await SessionChannel.begin({ ...parts(), worker: key.public }, inference(), memoryStore());
        await assert.rejects(other.agree(), /did not sign/);
    });

    test('session should end when the host counts otherwise', async () => {
        const second = await SessionChannel.begin(parts(), inference(), memoryStore());
        await session.infer(x(1));
        await assert.rejects(second.infer(x(2)), PaymentRequiredError);
        await assert.rejects(second.infer(x(2)), SessionEndedError);
    });
});
