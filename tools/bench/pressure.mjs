// Extrinsics handed to a node faster than its blocks take them: what blocks hold then, how fast they come, what they cost the node.

import { accounted, sleep } from './chain.mjs';
import { spread } from './numbers.mjs';

/** Most extrinsics handed over and in no block yet: less than a node's pool holds as it is set up by itself (8192). */
const MOST_WAITING = 6_000;
/** So long there may be no block, and so many there may be without any of ours. */
const PATIENCE_MS = 120_000;
const PATIENCE_BLOCKS = 20;
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
 * Gives the blocks since then, and the CPU time that `pids` spent.
 *
 * Of a block: `mine`, how many of ours it holds; `weight` and `length`, how full of ordinary transactions it is by weight, and of all by bytes;
 * `left`, how many more the pool had when the block was begun, at least; `seconds` since the block before.
 */
export async function press(api, lanes, pids = {}) {
    const waiting = new Set(lanes.flat());
    const count = waiting.size;
    if (count !== sum(lanes.map((lane) => lane.length))) throw new Error('an extrinsic is there twice');
    const { result: seen, passed, spent } = await accounted(pids, () => untilIncluded(api, lanes, waiting));

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
        known = accepted;
        before = now;
    }
    return { count, passed, spent, blocks };
}

async function untilIncluded(api, lanes, waiting) {
    const count = waiting.size;
    let accepted = 0;
    const handOver = async (lane) => {
        for (const extrinsic of lane) {
            while (accepted - (count - waiting.size) >= MOST_WAITING) await sleep(20);
            await api.plain('author_submitExtrinsic', extrinsic);
            accepted += 1;
        }
    };

    let last = (await api.rpc.chain.getHeader()).number.toNumber();
    const heads = [];
    let wake = () => {};
    const stop = await api.rpc.chain.subscribeNewHeads((header) => {
        heads.push({ number: header.number.toNumber(), accepted });
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
    const blocks = [];
    let silent = 0;
    while (waiting.size > 0) {
        const { number, accepted: then } = await Promise.race([head(), refused]);
        for (; last < number; last += 1) {
            const hash = (await api.rpc.chain.getBlockHash(last + 1)).toHex();
            const { extrinsics } = (await api.plain('chain_getBlock', hash)).block;
            const mine = extrinsics.filter((extrinsic) => waiting.delete(extrinsic)).length;
            blocks.push({ number: last + 1, hash, mine, bytes: sum(extrinsics.map(bytesOf)), accepted: then });
            silent = mine === 0 ? silent + 1 : 0;
        }
        if (silent > PATIENCE_BLOCKS) throw new Error(`${waiting.size} of ${count} are in no block, and no more come`);
    }
    stop();
    return blocks;
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
