// How long blocks took beside the weight that they used: blocks.mjs TIMES LIMIT_MS TOLERANCE_PERCENT [FLOOD LOG]
//
// TIMES is what `candor-node time-blocks --json` says, LIMIT_MS what a block may take. With the result of flood.mjs only its blocks
// count, and those are full that used nine tenths of the weight for ordinary transactions; LOG is that of the node which made them.
// Without it those are full that used as much weight altogether. Prints JSON.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { counts, spread } from './numbers.mjs';

/** Weight for ordinary transactions, of that of a block. */
const NORMAL = 0.75;
const FULL = 0.9;

/** What a node's log says of the blocks that it made: by number, the nanoseconds that it took and why it stopped. */
export function authored(log) {
    const lines = log.matchAll(/Prepared block for proposing at (\d+) \((\d+) ms\).*? end: (\w+)/g);
    return new Map([...lines].map(([, number, ms, end]) => [Number(number), { authored: Number(ms) * 1e6, end }]));
}

/**
 * What the times of blocks say. Times and weights in nanoseconds, `limit` too: what a block may take. It fails by blocks that took
 * longer than that, or that are full and took longer than their weight and the share `tolerance` of it.
 */
export function judge(times, limit, tolerance, flood, log) {
    const used = flood && new Map(flood.blocks.map(({ block, normal }) => [block, normal]));
    const made = authored(log ?? '');
    const blocks = times
        .filter(({ block }) => !used || used.has(block))
        .map((timed) => ({ ...timed, normal: used?.get(timed.block) ?? timed.weight / (NORMAL * limit), ...made.get(timed.block) }));
    if (blocks.length === 0) throw new Error('there are no blocks to judge');
    const full = blocks.filter(({ normal }) => normal >= FULL);
    const slow = full.filter(({ median, weight }) => median > weight * (1 + tolerance));
    const late = blocks.filter(({ most }) => most > limit);
    const told = full.filter(({ end }) => end);
    return {
        limit,
        tolerance,
        blocks: {
            count: blocks.length,
            over: blocks.filter(({ median, weight }) => median > weight).length,
            late: late.length,
            longest: Math.max(...blocks.map(({ most }) => most)),
        },
        full: {
            count: full.length,
            ...(full.length > 0 && {
                weight: spread(full.map(({ weight }) => weight)),
                took: spread(full.map(({ median }) => median)),
                longest: spread(full.map(({ most }) => most)),
                share: spread(full.map(({ median, weight }) => median / weight)),
            }),
            ...(told.length > 0 && { authored: spread(told.map(({ authored }) => authored)), ends: counts(told.map(({ end }) => end)) }),
        },
        failed: [...new Set([...slow, ...late])].map(({ block }) => block).sort((a, b) => a - b),
        all: blocks,
    };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [times, limit, tolerance, flood, log] = process.argv.slice(2);
    const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
    const result = judge(read(times), Number(limit) * 1e6, Number(tolerance) / 100, flood && read(flood).data.flood, log && readFileSync(log, 'utf8'));
    console.log(JSON.stringify(result));
}
