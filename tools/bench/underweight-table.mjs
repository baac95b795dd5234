// Says which weights are too low, and exits with status 1 if any is: underweight-table.mjs RESULT [DOCUMENT]
//
// With a document the whole table goes between its markers, if nothing is missing.

import { readFileSync } from 'node:fs';
import { measured, spaced, table, writeSection } from './document.mjs';

const [file, document] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, 'utf8'));
const { tolerance, slower, errors, rows } = result.data;
const SHOWN = 12;
// A block that is full takes 0.7 s of weight, a slot is 2 s.
const TOO_SLOW = 2 / 0.7;

const us = (picoseconds) => spaced(picoseconds / 1e6);
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const where = ({ at }) => Object.entries(at).map(([name, value]) => `${name} = ${spaced(value)}`).join(', ');
const counted = (measured, granted) => (measured > granted ? `**${spaced(measured)} of ${spaced(granted)}**` : spaced(measured));
const name = ({ pallet, benchmark }) => `${pallet.replace(/^pallet_/, '')}.${benchmark}`;

// Of each benchmark the point at which it comes closest to its weight; those that are underweight first.
const worst = new Map();
const heavier = (a, b) => b.reasons.length - a.reasons.length || b.share - a.share;
for (const row of [...rows].sort(heavier)) if (!worst.has(name(row))) worst.set(name(row), row);
const under = rows.filter(({ reasons }) => reasons.length > 0);
if (slower > TOO_SLOW) errors.push(`this machine takes ${slower.toFixed(1)} times as long as weights grant: full blocks do not fit into its slots`);

if (slower > 1) console.log(`    most take ${slower.toFixed(2)} times as long here as on the machine of the weights; times are divided by that`);
console.log(`    ${rows.length} points of ${worst.size} benchmarks; the ${SHOWN} that come closest to their weight:`);
for (const row of [...worst.values()].slice(0, SHOWN)) {
    console.log(`    ${percent(row.share).padStart(6)}  ${name(row)} ${where(row)}`);
}
for (const row of under) {
    const { measured, granted } = row;
    console.log(
        `    underweight: ${name(row)} ${where(row)}: ${percent(row.share)} (${row.reasons.join(', ')}); ${us(measured.median)} µs of ${us(granted.time)}, ` +
            `${measured.reads} reads of ${granted.reads}, ${measured.writes} writes of ${granted.writes}`,
    );
}
for (const error of errors) console.log(`    error: ${error}`);

if (document && errors.length === 0) {
    const line = (row) => [
        `\`${name(row)}\``,
        where(row),
        us(row.granted.all),
        us(row.granted.time),
        us(row.measured.median),
        us(row.measured.p90),
        counted(row.measured.reads, row.granted.reads),
        counted(row.measured.writes, row.granted.writes),
        row.reasons.length > 0 ? `**${percent(row.share)}**` : percent(row.share),
    ];
    const pallets = new Set(rows.map(({ pallet }) => pallet));
    writeSection(document, 'underweight', 'scripts/bench underweight', [
        measured([result]),
        `Every call, hook and authorisation of ours in the release Wasm, on states as large as it takes, with each component at its least, in the middle and at its most ` +
            `while the others are at their most: ${spaced(rows.length)} points of ${worst.size} benchmarks of ${pallets.size} pallets and instances, none left out. ` +
            `${slower > 1 ? `Most took ${slower.toFixed(2)} times as long here as on the machine of the weights, and all times are held against weights divided by that. ` : ''}` +
            `Underweight, that is more than ${percent(tolerance)} above what is granted (the tolerance for a busier machine), or with more reads and writes: ${under.length || 'none'}.`,
        table(
            ['weight', 'at', 'granted, µs', 'of it time', 'time: median', 'p90', 'reads', 'writes', 'used / granted'],
            [...worst.values()].map(line),
        ),
        'Used is the median of the time and what was read and written at the weights of the runtime’s database (8 and 50 µs); times in microseconds. ' +
            'Of each benchmark the point that comes closest to its weight. **Bold** counts of reads or writes are above what the formula has: it is a fit of whole numbers.',
    ]);
}
if (under.length > 0 || errors.length > 0) process.exit(1);
