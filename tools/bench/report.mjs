// Writes what was measured into docs/benchmarks.md, between its markers: report.mjs RESULTS DOCUMENT

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measured as measuredOn, percent, spaced as thousands, table, writeSection } from './document.mjs';

const [folder, document] = process.argv.slice(2);
const TARGETS = { median: 2, p95: 3, share: 20, resident: 1.5 };

const read = (name) => {
    const path = join(folder, `${name}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
const fixed = (value, digits = 2) => value.toFixed(digits);
const gib = (value) => fixed(value / 2 ** 30);
const met = (value, most) => (value <= most ? 'met' : '**missed**');

const measured = (...results) => measuredOn(results, `ONNX Runtime ${results[0].onnxruntime}`);

function latency() {
    const result = read('latency');
    if (!result) return [];
    const { jobs, lost, perSecond, blocks, ms } = result.data;
    const spread = Object.entries(blocks.counts).map(([count, jobs]) => `${jobs} after ${count}`);
    return [
        '## Latency',
        measured(result),
        `${jobs} jobs of MiniLM, ${perSecond} a second, engine on the node's machine, blocks of 2 s. Lost: ${lost}.`,
        table(
            ['', 'median', 'p95', 'most', 'target'],
            [
                [
                    'blocks from submission to result',
                    ...[blocks.median, blocks.p95, blocks.max],
                    `median ≤ ${TARGETS.median}: ${met(blocks.median, TARGETS.median)}; p95 ≤ ${TARGETS.p95}: ${met(blocks.p95, TARGETS.p95)}`,
                ],
                [
                    'seconds from sending until the result is read',
                    ...[ms.median, ms.p95, ms.max].map((value) => fixed(value / 1000, 1)),
                    '',
                ],
            ],
        ),
        `Blocks: ${spread.join(', ')}.`,
    ];
}

function stream() {
    const runs = [128, 10]
        .map((tokens) => ({ tokens, run: read(`stream-${tokens}`), raw: read(`raw-${tokens}`), both: read(`raw-${tokens}-parallel`) }))
        .filter(({ run, raw, both }) => run && raw && both);
    if (runs.length === 0) return [];
    const row = (label, value, target = () => '') => [label, ...runs.map(value), target()];
    const share = ({ run, raw }, less = 0) => (run.data.node.spent - less) / raw.data.cpu_ms;
    const over = ({ run }) => share({ run, raw: runs.find((r) => r.run === run).raw }, run.data.node.idle);
    return [
        '## What the chain costs beside the inference',
        measured(...runs.map(({ run }) => run), ...runs.map(({ raw }) => raw)),
        'CPU time per job in milliseconds. The node does everything of a chain of one validator: pool, RPC, authoring, import, finality, ' +
            'off-chain worker, settlement; the client that submits is another process.',
        table(
            ['', ...runs.map(({ tokens }) => `${tokens} tokens`), 'target'],
            [
                row('jobs', ({ run }) => thousands(run.data.jobs)),
                row('answered, final, expired, missed', ({ run: { data } }) => [data.delivered, data.final, data.expired, data.missed].join(', ')),
                row('jobs a second', ({ run }) => fixed(run.data.delivered / run.data.seconds, 1)),
                row('results in a block: mean, most', ({ run: { data } }) => `${fixed(data.perBlock.mean, 1)}, ${data.perBlock.most}`),
                row('plain ONNX Runtime, one call at a time', ({ raw }) => fixed(raw.data.cpu_ms)),
                row('plain ONNX Runtime, as many at once as the engine', ({ both }) => fixed(both.data.cpu_ms)),
                row('engine', ({ run }) => fixed(run.data.engine.spent)),
                row('node', ({ run }) => fixed(run.data.node.spent)),
                row('of it an idle node in the same time', ({ run }) => fixed(run.data.node.idle)),
                row('**node / plain inference**', (one) => `**${percent(share(one))}**`, () => `≤ ${TARGETS.share} %: ${runs.map((one) => met(100 * share(one), TARGETS.share)).join(', ')}`),
                row('the same without the idle node', (one) => percent(over(one))),
                row('node and engine / plain inference', ({ run, raw }) => percent((run.data.node.spent + run.data.engine.spent) / raw.data.cpu_ms)),
            ],
        ),
    ];
}

function memory() {
    const runs = [128, 10].map((tokens) => read(`stream-${tokens}`)).filter(Boolean);
    if (runs.length === 0) return [];
    const worst = runs.reduce((a, b) => (total(b, 'most') > total(a, 'most') ? b : a));
    const row = (label, field) => {
        const { node, engine } = worst.data.memory;
        const sum = (node[field] + engine[field]) / 2 ** 30;
        return [label, gib(node[field]), gib(engine[field]), fixed(sum), `< ${TARGETS.resident}: ${met(sum, TARGETS.resident)}`];
    };
    return [
        '## Memory',
        measured(worst),
        'Resident memory in GiB, with MiniLM loaded in every worker of the engine, after a stream of jobs.',
        table(['', 'node', 'engine', 'together', 'target'], [row('after the stream', 'resident'), row('at most', 'most')]),
    ];
}

const total = (run, field) => run.data.memory.node[field] + run.data.memory.engine[field];

function block() {
    const result = read('block');
    if (!result) return [];
    const { tokens, room, base, bytes, submit, answer, onlySubmit, both, flood } = result.data;
    const micro = (value) => thousands(value / 1e6);
    const cost = (name, part) => [name, micro(part.time), micro(part.time + base), thousands(part.length)];
    return [
        '## Jobs in a block',
        measured(result),
        `Jobs of one sentence of ${tokens} tokens. Ordinary transactions have ${thousands(room / 1e9)} ms of weight and ${thousands(bytes)} bytes of a block.`,
        table(
            ['', 'weight, µs', 'with the base of a transaction, µs', 'bytes'],
            [cost('`jobs.submit`', submit), cost('`jobs.submit_result`', answer)],
        ),
        table(
            ['', 'by weight', 'by bytes', 'counted'],
            [
                ['submissions in a block', onlySubmit.byWeight, onlySubmit.byLength, flood.most.submitted],
                ['jobs with their results in a block', both.byWeight, both.byLength, Math.min(flood.pairs.submitted, flood.pairs.delivered)],
            ],
        ),
        `Counted: ${thousands(flood.jobs)} jobs handed to the pool at once. The block with most submissions had ${words(flood.most)}; ` +
            `the one with most of both had ${words(flood.pairs)}. Weight is what calls declare; what they did not use is given back when they have run, so more fit.`,
        ...blockTimes(),
    ];
}

const ENDS = {
    HitBlockWeightLimit: 'no weight was left',
    HitBlockSizeLimit: 'no bytes were left',
    HitDeadline: 'no time was left',
    NoMoreTransactions: 'nothing was left to add',
};

function blockTimes() {
    const result = read('block-times');
    if (!result) return [];
    const { limit, full, blocks } = result.data;
    const ms = (value) => fixed(value / 1e6, 1);
    const row = (label, { median, most }, show = ms) => [label, show(median), show(most)];
    const rows = full.count > 0 && [
        row('weight, ms', full.weight),
        row('executed again, ms', full.took),
        row('the slowest of its executions, ms', full.longest),
        row('executed again / weight', full.share, percent),
        ...(full.authored ? [row('made by its author, ms', full.authored)] : []),
    ];
    const ends = Object.entries(full.ends ?? {}).map(([end, count]) => `${ENDS[end] ?? end} (${count})`);
    return [
        '### How long full blocks take',
        measured(result),
        `The ${thousands(blocks.count)} blocks of the flood, executed again by the release Wasm on the node's database (\`candor-node time-blocks\`), several ` +
            `times each, of which the middle one counts. ${thousands(full.count)} of them used more than nine tenths of the weight for ordinary transactions.`,
        ...(rows ? [table(['a full block', 'median', 'most'], rows)] : []),
        `A block may take ${thousands(limit / 1e6)} ms; the longest execution of any took ${ms(blocks.longest)} ms: ${met(blocks.longest, limit)}. ` +
            `${blocks.over} of all took longer than their weight.` +
            (ends.length > 0
                ? ` Why authors stopped adding to full blocks: ${ends.join(', ')}. An author whose block is full goes on looking for something that ` +
                  'fits until a part of its slot is over, so the time of making a block says nothing of its weight.'
                : ''),
    ];
}

const words = ({ submitted, delivered, normal }) => `${submitted} and ${delivered} results, ${percent(normal)} of the weight for ordinary transactions`;

const sections = [...latency(), ...stream(), ...memory(), ...block()];
writeSection(document, 'numbers', 'scripts/bench', sections);
