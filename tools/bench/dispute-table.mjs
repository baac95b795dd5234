// Writes what disputes cost into docs/benchmarks.md, between its markers, model beside model: dispute-table.mjs DOCUMENT RESULT...

import { readFileSync } from 'node:fs';
import { measured, spaced, table, writeSection } from './document.mjs';

const [document, ...files] = process.argv.slice(2);
const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const of = (result) => result.data.transactions;
const sum = (transactions, what) => transactions.reduce((sum, one) => sum + one[what], 0);
const short = (n) => Number(n.toPrecision(3));
const count = (n) => (n >= 1e9 ? `${short(n / 1e9)} B` : n >= 1e6 ? `${short(n / 1e6)} M` : spaced(n));
/** How a model is called here: perceptrons by their size. */
function label({ data: { model } }) {
    const name = model.name.replace(/^shape-/, '');
    return name === 'mlp' ? `perceptron of ${count(model.parameters)}` : name;
}
const roots = (result) => of(result).find((one) => one.roots !== undefined).roots;
// From the audit on: submission and answer are of every job.
const dispute = (result) => of(result).filter(({ call }) => !call.startsWith('jobs.'));
const judging = (result) => of(result).find(({ call }) => call === 'challenges.proveFault');
const milli = (us) => (us / 1000).toFixed(us < 10_000 ? 1 : 0);

/** Transactions in the order of the first model; what only others have stands at its place among theirs. A call that comes again has a number. */
function rows() {
    const order = [];
    const byModel = results.map((result) => {
        const seen = new Map();
        let at = 0;
        for (const one of of(result)) {
            const times = [...seen.keys()].filter((key) => key.split(' ')[0] === one.call).length;
            const key = times > 0 ? `${one.call} ${times + 1}` : one.call;
            seen.set(key, one);
            const known = order.indexOf(key);
            if (known < 0) order.splice(at, 0, key);
            at = (known < 0 ? at : known) + 1;
        }
        return seen;
    });
    return order.map((key) => ({ key, cells: byModel.map((seen) => seen.get(key)) }));
}

function costs() {
    const columns = results.flatMap((result) => ['bytes', 'weight, µs', 'fee, CNDR', 'block'].map((what) => `${label(result)}: ${what}`));
    const body = rows().map(({ key, cells }) => {
        const [call, times] = key.split(' ');
        const numbers = cells.flatMap((one) =>
            one ? [spaced(one.bytes), spaced(one.weightUs), `${one.feeCndr.toFixed(5)}${one.free ? '' : ' paid'}`, one.after] : ['', '', '', ''],
        );
        return [`\`${call}\`${times ? ` (${times})` : ''}`, ...numbers];
    });
    const total = results.flatMap((result) => {
        const part = dispute(result);
        return [`**${spaced(sum(part, 'bytes'))}**`, `**${spaced(sum(part, 'weightUs'))}**`, `**${sum(part, 'feeCndr').toFixed(5)}**`, ''];
    });
    return table(['transaction', ...columns], [...body, ['**from the audit to the verdict**', ...total]]);
}

const models = results.map((result) => {
    const { parameters, nodes } = result.data.model;
    return `${label(result)} (${count(parameters)} parameters, ${spaced(nodes)} nodes, ${spaced(roots(result))} roots in a trace)`;
});
const shares = results.map((result) => {
    const { data } = result;
    const weight = sum(dispute(result), 'weightUs');
    const share = ((100 * weight) / data.blockUs).toFixed(1);
    return `${label(result)}: ${milli(weight)} ms of weight from the audit to the verdict, ${share} % of one block, ${milli(judging(result).weightUs)} ms of them for the evidence; ` +
        `${spaced(sum(dispute(result), 'bytes'))} bytes; convicted ${of(result).at(-1).after} blocks after the answer.`;
});

writeSection(document, 'dispute', 'scripts/bench dispute', [
    measured(results, `ONNX Runtime ${results[0].onnxruntime}`),
    `${models.join('; ')}. A host flips one bit of one value in the middle of the graph and computes on honestly; the other host is drawn as auditor. Nobody interferes; blocks of 2 s. ` +
        'Weight is what was charged after dispatch. Where a fee was not paid it is what bytes and weight would cost. *block* counts from that of the answer.',
    costs(),
    ...shares,
]);
