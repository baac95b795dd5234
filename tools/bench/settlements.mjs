// Settlements of many sessions at once: settlements.mjs URL ENGINE KEYSTORE HOST RELEASE COUNT NODE_PID
//
// Opens COUNT sessions with the host, makes real calls of the addition in each through its gateway, and signs a voucher for what the
// receipts say. All vouchers are then handed over as the host's node would: without an account, with the signature of the worker key,
// which lies in KEYSTORE. Nothing is settled before: the host is given no voucher.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash, TAG, u8 } from '../../e2e/dist/lib/commitments.js';
import { general } from '../../e2e/dist/lib/general.js';
import { float32 } from '../../e2e/dist/lib/model.js';
import { until } from '../../e2e/dist/lib/process.js';
import { infer, payment, placeOf, voucherFor } from '../../e2e/dist/lib/sessions.js';
import { account, connect, eventsAt, named, Requester, REQUESTERS, signed } from './chain.mjs';
import { idle, press, summary, weigh } from './pressure.mjs';

const [url, engine, keystore, host, release, count, nodePid] = process.argv.slice(2);
const sessions = Number(count);
const pids = { node: Number(nodePid) };
const api = await connect(url);
/** Calls of a session: a host answers eight without a voucher. */
const CALLS = 4;
/** More than a call costs, in planck. */
const MAX_FEE = 2_000_000_000n;
/** Blocks that sessions are open, at most. */
const DURATION = 100_000;
/** Sessions that are called in at the same time. */
const AT_ONCE = 96;
/** Lists of settlements that are handed over side by side. */
const LANES = 16;

/** The host's worker key: the node keeps it under its type, `cndw`, and its public half. */
function workerKey() {
    const prefix = Buffer.from('cndw').toString('hex');
    const [name, ...more] = readdirSync(keystore).filter((name) => name.startsWith(prefix));
    if (name === undefined || more.length > 0) throw new Error(`${keystore} has ${more.length + (name ? 1 : 0)} worker keys`);
    const pair = account(JSON.parse(readFileSync(join(keystore, name), 'utf8')));
    if (Buffer.from(pair.publicKey).toString('hex') !== name.slice(prefix.length)) throw new Error(`${name} holds another key`);
    return pair;
}

/** Events of one name in all these blocks. */
async function all(blocks, name) {
    const found = [];
    for (const { hash } of blocks) found.push(...named({ events: await eventsAt(api, hash) }, name));
    return found;
}

// --- Sessions -------------------------------------------------------------------------------------------------------

const worker = workerKey();
const keys = Array.from({ length: sessions }, (_, at) => account(`//voucher//${at}`));
const expires = (await api.rpc.chain.getHeader()).number.toNumber() + DURATION;
const requesters = [];
for (const uri of REQUESTERS) requesters.push(await new Requester(api, account(uri), Number(release)).start());
const lanes = requesters.map(() => []);
for (const [at, key] of keys.entries()) {
    const requester = requesters[at % requesters.length];
    const terms = [account(host).address, 1, MAX_FEE, MAX_FEE * BigInt(CALLS), expires, key.publicKey, false];
    const open = await signed(api.tx.sessions.open(Number(release), ...terms), requester.pair, requester.nonce++);
    lanes[at % lanes.length].push(open.toHex());
}
const open = await weigh(api, lanes[0][0]);
const opening = await press(api, lanes);
const ids = (await all(opening.blocks, 'sessions.SessionOpened')).map(({ data }) => data[0].toBigInt());
if (ids.length !== sessions) throw new Error(`${ids.length} of ${sessions} sessions were opened`);
const byKey = new Map(keys.map((key) => [Buffer.from(key.publicKey).toString('hex'), key]));
const stored = await api.query.sessions.sessions.multi(ids);
const keyOf = new Map(ids.map((id, at) => [id, byKey.get(stored[at].unwrap().terms.key.toHex().slice(2))]));
console.error(`${sessions} sessions are open`);

// --- Calls ----------------------------------------------------------------------------------------------------------

const row = float32(Array.from({ length: 384 }, (_, at) => at / 4));
const inputs = ['a', 'b'].map((name) => ({ name, dtype: 'Float32', shape: [1, 384], data: row }));

/** Receipts of a session's calls. The engine hears of a new session with some block to come. */
async function called(id) {
    const receipts = [];
    for (let index = 0; index < CALLS; index += 1) {
        const answer = await until(
            `call ${index} of session ${id} is answered`,
            async () => {
                const answer = await infer(engine, 'bench-add', inputs, payment(id, index));
                return answer.json.payment?.problem !== 'unknown_session' && answer;
            },
            600_000,
        );
        if (answer.status !== 200) throw new Error(`call ${index} of session ${id}: ${JSON.stringify(answer.json)}`);
        const receipt = placeOf(answer.receipt);
        if (receipt.session !== id || receipt.index !== index) throw new Error(`a receipt of session ${id} is of another call`);
        receipts.push(receipt);
    }
    return receipts;
}

const receipts = new Map();
const left = [...ids];
await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
        for (let id = left.shift(); id !== undefined; id = left.shift()) receipts.set(id, await called(id));
    }),
);
console.error(`${sessions * CALLS} calls are answered`);

// --- Settlements ----------------------------------------------------------------------------------------------------

const settlements = ids.map((id) => {
    const voucher = voucherFor(api, id, receipts.get(id), keyOf.get(id));
    // Both sign the same hash, of the voucher without its signature.
    const acceptance = worker.sign(hash(u8(TAG.voucher), voucher.subarray(0, -64)));
    return general(api.tx.sessions.settle(voucher, acceptance));
});
const settle = await weigh(api, settlements[0]);
const quiet = await idle(pids);
const sides = Array.from({ length: LANES }, (_, lane) => settlements.filter((_, at) => at % LANES === lane));
const { passed, spent, blocks } = await press(api, sides, pids);

const settled = await all(blocks, 'sessions.SessionSettled');
const calls = settled.reduce((sum, { data }) => sum + data[3].toNumber(), 0);
if (settled.length !== sessions || calls !== sessions * CALLS) {
    throw new Error(`${settled.length} of ${sessions} sessions are settled, with ${calls} calls`);
}
console.log(
    JSON.stringify({
        sessions,
        calls: CALLS,
        open,
        opening: summary(opening.blocks),
        settle,
        settling: summary(blocks),
        cpu: { spent: (1000 * spent.node) / sessions, idle: (1000 * quiet.node * passed) / sessions },
        drawn: (await all(blocks, 'sessions.SampleDrawn')).length,
        each: blocks,
    }),
);
process.exit(0);
