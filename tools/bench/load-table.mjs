// Writes what load.mjs, flood.mjs and settlements.mjs found into docs/benchmarks.md, between its markers: load-table.mjs RESULTS DOCUMENT

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measured, percent, spaced, table, writeSection } from './document.mjs';

const [folder, document] = process.argv.slice(2);
const NAMES = { plain: 'plain', candor: 'Candor' };

const read = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
const [load, jobs, sessions] = ['load', 'load-jobs', 'load-settlements'].map(read);
const { runs, transfers, accounts } = load.data;
const { room } = runs[0];

const few = ({ median, most }, show = spaced) => `${show(median)}, ${show(most)}`;
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const of = (chain, value) => mean(runs.filter((run) => run.chain === chain).map(value));
const ratio = (value) => percent(of('candor', value) / of('plain', value));
const row = (label, value) => [label, ...runs.map(value)];
const ended = ({ ends }) => ['hit_block_weight_limit', 'hit_block_size_limit', 'hit_deadline', 'no_more_transactions'].map((name) => ends[name] ?? 0);

/** Weight with what every transaction takes beside it, in microseconds. */
const micros = ({ time }) => spaced((time + room.base) / 1e6);
const kind = (name, extrinsic, found) => [
    name,
    micros(extrinsic),
    spaced(extrinsic.length),
    found.perSecond.toFixed(1),
    found.perBlock.median,
    found.perBlock.most,
    percent(found.weight.median),
    percent(found.length.median),
    found.blocks,
];
const last = runs.filter(({ chain }) => chain === 'candor').at(-1);
const { sessions: count, calls, opening, settling, cpu, drawn } = sessions.data;

writeSection(document, 'load', 'scripts/bench load', [
    measured([load, jobs, sessions], `ONNX Runtime ${load.onnxruntime}`),
    `${spaced(transfers)} transfers of ${spaced(accounts)} accounts on each chain; ordinary transactions have ${spaced(room.time / 1e9)} ms of weight and ` +
        `${spaced(room.bytes)} bytes of a block. Times are microseconds for each transfer.`,
    table(
        ['transfers', ...runs.map(({ chain }) => NAMES[chain])],
        [
            row('weight that one declares, with the base of a transaction, µs', ({ transfer }) => micros(transfer)),
            row('**a second**', ({ perSecond }) => `**${perSecond.toFixed(1)}**`),
            row('in a full block: median, most', ({ perBlock }) => few(perBlock)),
            row('weight that is filled: median, most', ({ weight }) => few(weight, percent)),
            row('bytes that are filled: median, most', ({ length }) => few(length, percent)),
            row('full blocks', ({ blocks }) => blocks),
            row('blocks that ended by weight, bytes, time, lack of transactions', (run) => ended(run).join(', ')),
            row('handed over again: the pool had forgotten them', ({ again }) => spaced(again)),
            row('authoring', ({ authoring }) => spaced(authoring)),
            row('importing, at a fresh node', ({ importing }) => spaced(importing)),
            row('CPU time of the node', ({ cpu }) => spaced(cpu.spent)),
            row('of it an idle node in the same time', ({ cpu }) => spaced(cpu.idle)),
        ],
    ),
    `Candor takes ${ratio(({ perSecond }) => perSecond)} of the plain chain's transfers a second, with ${ratio(({ authoring }) => authoring)} of its time for authoring, ` +
        `${ratio(({ importing }) => importing)} of its time for importing and ${ratio(({ cpu }) => cpu.spent)} of its CPU time.`,
    table(
        ['on Candor', 'weight, µs', 'bytes', 'a second', 'in a full block: median', 'most', 'weight filled', 'bytes filled', 'full blocks'],
        [
            kind('`balances.transferKeepAlive`, the last turn above', last.transfer, last),
            kind(`\`jobs.submit\`, ${jobs.data.tokens} tokens of MiniLM`, jobs.data.submit, jobs.data.load),
            kind('`sessions.open`', sessions.data.open, opening),
            kind(`\`sessions.settle\` of ${calls} calls`, sessions.data.settle, settling),
        ],
    ),
    `${spaced(jobs.data.flood.jobs)} jobs, ${spaced(count)} sessions with a settlement each. While jobs come in, hosts' results stand in the same blocks: ` +
        `${spaced(jobs.data.flood.blocks.reduce((sum, { delivered }) => sum + delivered, 0))} of them here. ` +
        `A settlement took the node ${(cpu.spent / 1000).toFixed(1)} ms of CPU time, an idle one ${(cpu.idle / 1000).toFixed(1)} ms in the same time; ` +
        `${spaced(drawn)} of the ${spaced(count * calls)} calls were drawn for audit meanwhile.`,
]);
