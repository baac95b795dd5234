// Writes what was measured into docs/benchmarks.md, between its markers: report.mjs RESULTS DOCUMENT

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, document] = process.argv.slice(2);
const BEGIN = '<!-- numbers: written by scripts/bench -->';
const END = '<!-- end of numbers -->';
const TARGETS = { median: 2, p95: 3, share: 20, resident: 1.5 };

const read = (name) => {
    const path = join(folder, `${name}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
const fixed = (value, digits = 2) => value.toFixed(digits);
const percent = (value) => `${fixed(100 * value, value < 0.1 ? 1 : 0)} %`;
const gib = (value) => fixed(value / 2 ** 30);
const thousands = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ' ');
const met = (value, most) => (value <= most ? 'met' : '**missed**');

function table(header, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    const rule = header.map((_, at) => (at === 0 ? '---' : '---:'));
    return [line(header), line(rule), ...rows.map(line)].join('\n');
}

function measured(...results) {
    const { date, commit, cpu, cores, memory_kib, onnxruntime } = results[0];
    const disturbed = results.some((result) => result.disturbed);
    const machine = `${date}${commit ? ` after ${commit}` : ''}, ${cpu}, ${cores} cores, ${fixed(memory_kib / 2 ** 20, 0)} GiB, ONNX Runtime ${onnxruntime}`;
    return `*${machine}${disturbed ? '; a compiler ran beside it' : ''}.*`;
}

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
    ];
}

const words = ({ submitted, delivered, normal }) => `${submitted} and ${delivered} results, ${percent(normal)} of the weight for ordinary transactions`;

const sections = [...latency(), ...stream(), ...memory(), ...block()];
const text = readFileSync(document, 'utf8');
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) throw new Error(`${document} has lost its markers`);
writeFileSync(document, `${before}${BEGIN}\n\n${sections.join('\n\n')}\n\n${END}${after}`);
