// Writes what finished jobs left in the state into docs/benchmarks.md, between its markers: growth-table.mjs RESULT DOCUMENT
//
// RESULT is what the test `state_should_not_grow_when_jobs_are_finished` of the runtime found.

import { readFileSync } from 'node:fs';
import { measured, spaced, table, writeSection } from './document.mjs';

const [file, document] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, 'utf8'));
const { jobs, final, expired, audited, redundant, insured, blocks, points, pallets, bounded, open, largest } = result.data;

const header = (first) => [first, 'before the first job', 'after a third', 'after two thirds', 'after all', 'at the end'];
const size = ({ keys, bytes }) => `${spaced(bytes)} (${spaced(keys)})`;
const total = (sizes) => ({ keys: sum(sizes, 'keys'), bytes: sum(sizes, 'bytes') });
const sum = (sizes, name) => sizes.reduce((all, one) => all + one[name], 0);
const stays = ({ sizes }) => new Set(sizes.map(size)).size === 1;
const [same, changed] = [pallets.filter(stays), pallets.filter((one) => !stays(one))];
const [, third, , all] = points;
const left = (all.bytes - third.bytes) / (jobs - Math.floor(jobs / 3));

const sections = [
    measured([result]),
    `${spaced(jobs)} jobs through the whole runtime in ${spaced(blocks)} blocks: ${spaced(final)} answered, final and paid, ${spaced(expired)} that nobody answered in three rounds, ` +
        `refunded; ${spaced(redundant)} of them by two hosts, ${spaced(insured)} with an insured value; ${spaced(audited)} audits, some of them with auditors that never came. ` +
        'Bytes of keys and values, in brackets the number of keys, whenever nothing was open.',
    table(header('pallet'), [
        ...changed.map(({ pallet, sizes }) => [pallet, ...sizes.map(size)]),
        [`${same.length} others, each the same all the time`, ...points.map((_, at) => size(total(same.map(({ sizes }) => sizes[at]))))],
        ['**all**', ...points.map((point) => `**${size(point)}**`)],
    ]),
    `**A finished job leaves ${left.toFixed(2)} bytes.** Not counted above is what moves within a bound, whatever the number of jobs:`,
    table(
        [...header('item'), 'keys at most'],
        bounded.map(({ item, why, most, sizes }) => [`${item}: ${why}`, ...sizes.map(size), spaced(most)]),
    ),
    'What one job holds while it is open, at most, with all that audits and stake keep of it:',
    table(
        ['values of input and output', 'hosts', 'bytes of inputs and outputs', 'bytes of the state', 'keys'],
        largest.map(({ values, hosts, size }) => [values, hosts, 4 * values * (1 + hosts), size.bytes, size.keys].map(spaced)),
    ),
    `With ${spaced(open.jobs)} jobs of 1 to 5 values open at once (the most that were): ${spaced(open.bytes)} bytes, ${spaced(open.bytes / open.jobs)} each.`,
];
writeSection(document, 'growth', 'scripts/bench growth', sections);
console.log(`    ${left.toFixed(2)} bytes left by a finished job; ${spaced(open.bytes / open.jobs)} bytes held by an open one, ${spaced(Math.max(...largest.map(({ size }) => size.bytes)))} by the largest`);
