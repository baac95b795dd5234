// Sessions against real processes: opened by plain extrinsics, called by plain fetch, paid to the planck; and the same by
// the proxy, which its callers need not know.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { u8aEq, u8aToHex } from '@polkadot/util';
import {
    account,
    awaitEvent,
    balances,
    bestNumber,
    big,
    bob,
    charlie,
    CNDR,
    constant,
    dave,
    eve,
    ferdie,
    type Happened,
    history,
    MILLI,
    ok,
    one,
    send,
    untilFinalized,
    wealth,
} from '../lib/chain.js';
import { candor } from '../lib/cli.js';
import { batchRoot, lastHash, voucherHash } from '../lib/commitments.js';
import { permill } from '../lib/jobs.js';
import { openMarket } from '../lib/market.js';
import { minilm, type Prepared, WordPiece } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { until } from '../lib/process.js';
import { Proxy } from '../lib/proxy.js';
import {
    callIn,
    check,
    type Checked,
    infer,
    type NamedInput,
    payingHash,
    payment,
    placeOf,
    sendVoucher,
    sessionAt,
    stateAt,
    voucherFor,
} from '../lib/sessions.js';

const PRICE = { perCall: MILLI, perUnit: MILLI / 100n, capacity: 100 };
const ROYALTY = 20_000;
const NAMES = ['input_ids', 'attention_mask', 'token_type_ids'];

describe('sessions', { timeout: 900_000 }, () => {
    let node: Node;
    let model: Prepared;
    let words: WordPiece;
    let market: Awaited<ReturnType<typeof openMarket>>;
    const [publisher, host] = [dave, charlie];
    const key = account('//a key for vouchers');

    before(async () => {
        model = await minilm();
        words = new WordPiece(model.file('tokenizer.json'));
        // Settled soon, for the sake of time: a host waits for ten minutes, or a thousand calls.
        node = await Node.start('sessions', { engine: true, args: ['--engine-arg=--settle-after', '--engine-arg=3'] });
        market = await openMarket(node, model, publisher, host, PRICE, { royalty: ROYALTY, stake: 10_000n * CNDR });
        await until(
            'the engine is ready',
            async () => (await fetch(`${node.engineUrl}/v2/models/${market.release}/ready`)).ok,
            120_000,
        );
    });
    after(() => node?.stop());

    const sentence = (text: string): NamedInput[] => words.inputs(text).map((input, at) => ({ ...input, name: NAMES[at]! }));
    const units = (inputs: NamedInput[]): bigint => BigInt(inputs[0]!.shape[0]! * inputs[0]!.shape[1]!);
    const name = (): string => String(market.release);

    /** Open a session; gives its terms and the block before it. */
    async function open(requester = bob, deposit = CNDR) {
        const { api } = node;
        const expires = (await bestNumber(api)) + 500;
        const most = PRICE.perCall + 16n * PRICE.perUnit;
        const tx = api.tx.sessions!.open!(market.release, null, 16, most, deposit, expires, key.publicKey, false);
        const done = await ok(api, tx, requester);
        const id = big(one(done.events, 'sessions.SessionOpened').data.session);
        return { id, done, terms: (await sessionAt(api, id))! };
    }

    const call = (id: bigint, index: number, inputs: NamedInput[], voucher?: Uint8Array) =>
        callIn(node.engineUrl, name(), id, index, inputs, voucher);

    const of = (id: bigint, name: string) => (event: Happened) =>
        event.name === `sessions.${name}` && big(event.data.session) === id;

    /** What happened in a session from a block on, once nothing is left of it. */
    async function ended(id: bigint, from: number) {
        const removed = await awaitEvent(node.api, from, of(id, 'SessionRemoved'), `session ${id} is removed`, 300_000);
        await untilFinalized(node.api, removed.number);
        const events = await history(node.api, from);
        const mine = (name: string) => events.filter(of(id, name));
        return { events, mine, block: removed.block };
    }

    const fees = (events: Happened[], who: string): bigint =>
        events
            .filter(({ name, data }) => name === 'transactionPayment.TransactionFeePaid' && data.who === who)
            .reduce((sum, { data }) => sum + big(data.actualFee), 0n);
    const sum = (events: Happened[], field: string): bigint => events.reduce((all, { data }) => all + big(data[field]), 0n);

    test('everyone should have exactly their share when calls were answered, settled and paid', async (t) => {
        const { api } = node;
        const { id, done, terms } = await open();
        const start = (await api.rpc.chain.getBlockHash(done.number - 1)).toHex();
        assert.equal((await balances(api, bob.address, done.block)).reserved, CNDR + terms.bond);
        assert.deepEqual([terms.host, terms.phase, terms.deposit], [host.address, 'Open', CNDR]);
        assert.equal(terms.worker, u8aToHex(market.worker.publicKey));

        const receipts: Checked[] = [];
        const voucher = () => (receipts.length === 0 ? undefined : voucherFor(api, id, receipts, key));
        for (const text of ['How are you?', 'Fine, thanks.', 'And you?', 'The pump is running.', 'Goodbye!']) {
            const inputs = sentence(text);
            const answer = await call(id, receipts.length, inputs, voucher());
            receipts.push(check(api, terms, receipts.length, units(inputs), inputs, answer));
        }
        const total = receipts.reduce((all, { fee }) => all + fee, 0n);

        // The same call again has the same answer; another one under its index has none.
        const again = await call(id, 4, sentence('Goodbye!'), voucherFor(api, id, receipts.slice(0, 4), key));
        assert.ok(u8aEq(check(api, terms, 4, units(sentence('Goodbye!')), sentence('Goodbye!'), again).hash, receipts[4]!.hash));
        const other = await call(id, 4, sentence('Goodbye.'), voucherFor(api, id, receipts.slice(0, 4), key));
        assert.deepEqual([other.status, other.json.payment?.problem], [409, 'index'], JSON.stringify(other.json));
        // A voucher that pays too little, or is signed by somebody else, buys nothing.
        const little = voucherFor(api, id, receipts.map((receipt, at) => ({ ...receipt, fee: receipt.fee - (at === 0 ? 1n : 0n) })), key);
        for (const wrong of [little, voucherFor(api, id, receipts, eve)]) {
            const refused = await call(id, 5, sentence('Hello?'), wrong);
            assert.deepEqual([refused.status, refused.json.payment?.problem], [402, 'voucher'], JSON.stringify(refused.json));
        }
        const free = await infer(node.engineUrl, name(), sentence('Hello?'));
        assert.deepEqual([free.status, free.json.payment?.problem], [402, 'missing'], JSON.stringify(free.json));

        await sendVoucher(node.engineUrl, id, voucher()!);
        const state = await stateAt(node.engineUrl, id);
        assert.deepEqual([state.known, state.open, state.answered, state.vouched, state.fee], [true, true, 5, 5, String(total)]);

        // Anybody who has a voucher that the host accepted may settle; the host's acceptance is its signature over the hash.
        const newest = voucher()!;
        const accepted = market.worker.sign(payingHash(newest));
        const alone = await send(api, api.tx.sessions!.settle!(newest, key.sign(payingHash(newest))), eve);
        assert.equal(alone.error, 'sessions.BadSignature');
        const batch = one((await ok(api, api.tx.sessions!.settle!(newest, accepted), eve)).events, 'sessions.SessionSettled').data;
        assert.deepEqual([batch.first, batch.calls, big(batch.fee)], [0, 5, total]);
        const settled = (await sessionAt(api, id))!;
        assert.deepEqual([settled.settledCalls, settled.settledFee], [5, total]);
        assert.equal(settled.receipts, u8aToHex(batchRoot(receipts.map(({ hash }) => hash))));

        // What comes after it is settled by the host itself, with a transaction of nobody, when the session is closing.
        const last = sentence('One more.');
        receipts.push(check(api, terms, 5, units(last), last, await call(id, 5, last, newest)));
        await sendVoucher(node.engineUrl, id, voucher()!);
        const all = receipts.reduce((sum, { fee }) => sum + fee, 0n);

        const closed = await ok(api, api.tx.sessions!.close!(id, null), bob);
        assert.equal(big(one(closed.events, 'sessions.SessionClosing').data.session), id);
        const { events, mine, block } = await ended(id, done.number);
        const end = mine('SessionEnded')[0]!.data;
        assert.deepEqual([end.calls, big(end.fee), big(end.refunded)], [6, all, CNDR - all]);
        assert.ok(mine('VoucherTaken').length > 0, 'the host settled');
        const batches = mine('SessionSettled');
        assert.equal(sum(batches, 'fee'), all);
        const paid = mine('BatchPaid');
        t.diagnostic(`${batches.length} batches for 6 calls, ${all} planck`);
        assert.equal(paid.length, batches.length);
        for (const [at, { data }] of paid.entries()) {
            const fee = big(batches.find((batch) => batch.data.number === data.number)!.data.fee);
            const [amount, stakers, royalty, levy, treasury] = ['amount', 'stakers', 'royalty', 'levy', 'treasury'].map((part) => big(data[part]));
            assert.equal(amount! + stakers! + royalty! + levy! + treasury!, fee, `batch ${at}`);
            assert.equal(royalty, permill(fee, BigInt(ROYALTY)));
            assert.equal(treasury, permill(fee, 10_000n));
        }
        const gain = async (who: string) => (await wealth(api, who, block)) - (await wealth(api, who, start));
        assert.equal(await gain(bob.address), -(all + fees(events, bob.address)), 'requester');
        assert.equal((await balances(api, bob.address, block)).reserved, 0n);
        assert.equal(await gain(publisher.address), sum(paid, 'royalty'), 'publisher');
        assert.equal(await gain(constant(api, 'sessions', 'treasury')), sum(paid, 'treasury'), 'treasury');
        assert.equal(await gain(constant(api, 'sessions', 'auditPot')), sum(paid, 'levy'), 'audit pot');
        assert.equal(await gain(host.address), sum(paid, 'amount'), 'host');
        assert.equal(await sessionAt(api, id), undefined);
    });

    test('session should end at once when both sign its last voucher', async () => {
        const { api } = node;
        const { id, done, terms } = await open(eve);
        const inputs = sentence('How are you?');
        const answer = await call(id, 0, inputs);
        const receipt = check(api, terms, 0, units(inputs), inputs, answer);
        const voucher = {
            genesis: api.genesisHash.toU8a(),
            session: id,
            calls: 1,
            fee: receipt.fee,
            receipts: batchRoot([receipt.hash]),
        };
        const signature = market.worker.sign(lastHash(voucher));
        for (const other of [eve.sign(lastHash(voucher)), market.worker.sign(voucherHash(voucher))]) {
            const refused = await send(api, api.tx.sessions!.closeAgreed!(voucher, other), eve);
            assert.equal(refused.error, 'sessions.BadSignature');
        }
        const closed = await ok(api, api.tx.sessions!.closeAgreed!(voucher, signature), eve);
        const end = one(closed.events, 'sessions.SessionEnded').data;
        assert.deepEqual([end.calls, big(end.fee), big(end.refunded)], [1, receipt.fee, CNDR - receipt.fee]);
        const { mine } = await ended(id, done.number);
        assert.equal(mine('BatchPaid').length, 1);
        const late = await infer(node.engineUrl, name(), inputs, payment(id, 1));
        assert.ok([402, 409].includes(late.status), JSON.stringify(late.json));
    });

    test('unanswered calls should cost nothing when a session expires without a voucher', async () => {
        const { api } = node;
        const before = await wealth(api, eve.address);
        const { id, done } = await open(eve);
        await ok(api, api.tx.sessions!.close!(id, null), eve);
        const { events, mine } = await ended(id, done.number);
        assert.equal(big(mine('SessionEnded')[0]!.data.refunded), CNDR);
        assert.deepEqual(mine('BatchPaid'), []);
        assert.equal((await wealth(api, eve.address)) - before, -fees(events, eve.address));
    });

    test('proxy should pay for exactly what it answered when programs call it by plain HTTP', async (t) => {
        const { api } = node;
        const from = await bestNumber(api);
        const before = await wealth(api, ferdie.address);
        const proxy = await Proxy.start(node, '//Ferdie', ['--budget', '50', '--deposit', '2']);
        t.after(() => proxy.stop().catch(() => {}));
        const texts = Array.from({ length: 12 }, (_, at) => `Sentence number ${at}`);
        const answers = await Promise.all(texts.map((text) => infer(proxy.url, 'minilm', sentence(text))));
        const direct = await fetch(`${proxy.url}/v1/embeddings`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ model: 'minilm', input: texts[0] }),
        });
        const { data } = (await direct.json()) as { data: { embedding: number[] }[] };
        const first = new Float32Array(answers[0]!.outputs[0]!.data.slice().buffer);
        assert.deepEqual(data[0]!.embedding.map(Math.fround), [...first], 'one model, two protocols');

        const places = answers.map(({ status, receipt, json }) => {
            assert.equal(status, 200, JSON.stringify(json));
            return placeOf(receipt!);
        });
        const id = places[0]!.session;
        assert.ok(places.every(({ session }) => session === id), 'one session for all');
        assert.deepEqual(places.map(({ index }) => index).sort((a, b) => a - b).slice(0, 12), Array.from({ length: 12 }, (_, at) => at));
        const kept = await candor<{ hash: string; session: number; index: number }[] | { receipts: { hash: string }[] }>(
            node,
            '//Ferdie',
            ...['receipts', 'list', '--limit', '0', '--data', proxy.data],
        );
        const list = Array.isArray(kept) ? kept : kept.receipts;
        const hashes = new Set(list.map(({ hash }) => hash));
        assert.equal(hashes.size, 13);
        for (const { hash } of places) assert.ok(hashes.has(u8aToHex(hash)), 'kept');
        await candor(node, '//Ferdie', 'receipts', 'verify', '--data', proxy.data);

        await proxy.stop();
        const { events, mine } = await ended(id, from);
        const end = mine('SessionEnded')[0]!.data;
        assert.equal(end.calls, 13);
        const thirteenth = PRICE.perCall + units(sentence(texts[0]!)) * PRICE.perUnit;
        assert.equal(big(end.fee), places.reduce((all, { fee }) => all + fee, thirteenth));
        assert.equal(sum(mine('SessionSettled'), 'fee'), big(end.fee));
        assert.equal((await wealth(api, ferdie.address)) - before, -(big(end.fee) + fees(events, ferdie.address)));
        assert.equal((await balances(api, ferdie.address)).reserved, 0n);
    });
});
