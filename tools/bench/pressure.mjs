// Extrinsics handed to a node faster than its blocks take them: what blocks hold then, how fast they come, what they cost the node.

import { accounted, sleep } from './chain.mjs';
import { spread } from './numbers.mjs';

/**
 * Most extrinsics handed over and in no block yet. A node's pool holds 8192 as it is set up by itself, among them for a while those of
 * the last two blocks (some 1150 transfers each); when it is full, it refuses.
 */
const MOST_WAITING = 4_000;
/**
 * Most handed over in a second: more than blocks take. What comes while a block is imported the pool sorts in afterwards, in no order; of
 * those whose nonce is not yet the next it holds 819, and forgets the others.
 */
const MOST_A_SECOND = 1_000;
/** So long there may be no block, and so many there may be without any of ours before they are handed over again, so often. */
const PATIENCE_MS = 120_000;
const PATIENCE_BLOCKS = 5;
const MOST_TIMES = 5;
/** What a node answers to an extrinsic that its pool has. */
const IN_POOL = 1013;
/** How long a node is watched that has nothing to do. */
const IDLE_MS = 10_000;

/** What a block has for ordinary transactions: weight in picoseconds, the base weight of each, bytes. */
export function roomOf(api) {
    const { maxTotal, baseExtrinsic } = api.consts.system.blockWeights.perClass.normal;
    return {
        time: maxTotal.unwrap().refTime.toNumber(),
        base: baseExtrinsic.refTime.toNumber(),
        bytes: api.consts.system.blockLength.max.normal.toNumber(),
    };
}

/** Weight (in picoseconds), class and length of an extrinsic, by the runtime's own word. */
export async function weigh(api, encoded) {
    // The runtime takes the extrinsic as it is stored in a block, and the length.
    const length = bytesOf(encoded);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(length);
    const raw = await api.plain('state_call', 'TransactionPaymentApi_query_info', encoded + size.toString('hex'));
    const info = api.registry.createType('(WeightV2, DispatchClass, u128)', raw);
    return { time: info[0].refTime.toNumber(), class: info[1].toString(), length };
}

const bytesOf = (encoded) => (encoded.length - 2) / 2;
const sum = (values) => values.reduce((a, b) => a + b, 0);

/** CPU time that processes spend while nobody asks them anything, as a share of the time that passes. */
export async function idle(pids) {
    const { passed, spent } = await accounted(pids, () => sleep(IDLE_MS));
    return Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, ms / passed]));
}

/**
 * Hands over signed extrinsics (in hexadecimal; those of a lane one after the other, the lanes side by side) until blocks have them all.
 * Gives the blocks since then, and the CPU time that `pids` spent. A pool may forget extrinsics that it had taken, and what has a later nonce
 * waits for them: what stays away is handed over again, as a wallet would; `again` is how many.
 *
 * Of a block: `mine`, how many of ours it holds; `weight` and `length`, how full of ordinary transactions it is by weight, and of all by bytes;
 * `left`, how many more the pool had when the block was begun, at least; `seconds` since the block before.
 */
export async function press(api, lanes, pids = {}) {
    const waiting = new Set(lanes.flat());
    const count = waiting.size;
    if (count !== sum(lanes.map((lane) => lane.length))) throw new Error('an extrinsic is there twice');
    const { result, passed, spent } = await accounted(pids, () => untilIncluded(api, lanes, waiting));
    const { seen, order } = result;
    const poolHad = kept(order);

    const room = roomOf(api);
    const timeAt = async (hash) => (await api.query.timestamp.now.at(hash)).toNumber();
    let before = await timeAt(await api.rpc.chain.getBlockHash(seen[0].number - 1));
    let known = 0;
    let included = 0;
    const blocks = [];
    for (const { number, hash, mine, bytes, accepted } of seen) {
        const [weight, now] = [await api.query.system.blockWeight.at(hash), await timeAt(hash)];
        included += mine;
        blocks.push({
            number,
            hash,
            mine,
            weight: weight.normal.refTime.toNumber() / room.time,
            length: bytes / room.bytes,
            left: Math.max(0, known - included),
            seconds: (now - before) / 1000,
            at: now,
        });
        // What had been accepted when this block came was there when the next was begun.
        known = poolHad[accepted];
        before = now;
    }
    return { count, passed, spent, blocks, again: order.length - count };
}

/** How many of the first n extrinsics of a list the pool had for good, for every n: what comes again later had been forgotten. */
function kept(order) {
    const last = new Map(order.map((extrinsic, at) => [extrinsic, at]));
    const counts = [0];
    for (const [at, extrinsic] of order.entries()) counts.push(counts[at] + (last.get(extrinsic) === at ? 1 : 0));
    return counts;
}

async function untilIncluded(api, lanes, waiting) {
    const count = waiting.size;
    // As they were accepted.
    const order = [];
    const started = Date.now();
    const early = () => order.length > ((Date.now() - started) / 1000 + 0.1) * MOST_A_SECOND;
    let first = 0;
    const handOver = async (lane) => {
        for (const extrinsic of lane) {
            while (first - (count - waiting.size) >= MOST_WAITING || early()) await sleep(20);
            await api.plain('author_submitExtrinsic', extrinsic);
            order.push(extrinsic);
            first += 1;
        }
    };
    // In the order of their nonces, as they are in their lanes. Those that the pool has it refuses.
    const handOverAgain = async () => {
        for (const extrinsic of lanes.flat().filter((one) => waiting.has(one))) {
            while (early()) await sleep(20);
            try {
                await api.plain('author_submitExtrinsic', extrinsic);
                order.push(extrinsic);
            } catch (error) {
                if (error.code !== IN_POOL) throw error;
            }
        }
    };

    let last = (await api.rpc.chain.getHeader()).number.toNumber();
    const heads = [];
    let wake = () => {};
    const stop = await api.rpc.chain.subscribeNewHeads((header) => {
        heads.push({ number: header.number.toNumber(), accepted: order.length });
        wake();
    });
    const head = async () => {
        while (heads.length === 0) {
            const come = await Promise.race([new Promise((resolve) => (wake = () => resolve(true))), sleep(PATIENCE_MS)]);
            if (!come) throw new Error(`no block for ${PATIENCE_MS / 1000} s, ${waiting.size} of ${count} are in none`);
        }
        return heads.shift();
    };

    const refused = new Promise((_, reject) => Promise.all(lanes.map(handOver)).catch(reject));
    const seen = [];
    let silent = 0;
    let times = 0;
    while (waiting.size > 0) {
        const { number, accepted: then } = await Promise.race([head(), refused]);
        for (; last < number; last += 1) {
            const hash = (await api.rpc.chain.getBlockHash(last + 1)).toHex();
            const { extrinsics } = (await api.plain('chain_getBlock', hash)).block;
            const mine = extrinsics.filter((extrinsic) => waiting.delete(extrinsic)).length;
            seen.push({ number: last + 1, hash, mine, bytes: sum(extrinsics.map(bytesOf)), accepted: then });
            silent = mine === 0 ? silent + 1 : 0;
        }
        if (silent > PATIENCE_BLOCKS) {
            if (times === MOST_TIMES) throw new Error(`${waiting.size} of ${count} are in no block, and no more come`);
            await handOverAgain();
            [silent, times] = [0, times + 1];
        }
    }
    stop();
    return { seen, order };
}

/** How fast it went in the blocks that could have had more: those that left something which lay in the pool before they were begun. */
export function summary(blocks) {
    const full = blocks.filter(({ left }) => left > 0);
    if (full.length === 0) throw new Error('no block was full: more extrinsics are needed');
    const few = (name) => spread(full.map((block) => block[name]));
    return {
        blocks: full.length,
        perSecond: sum(full.map(({ mine }) => mine)) / sum(full.map(({ seconds }) => seconds)),
        perBlock: few('mine'),
        weight: few('weight'),
        length: few('length'),
    };
}
