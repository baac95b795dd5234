// What the programs share that write numbers into docs/benchmarks.md.

import { readFileSync, writeFileSync } from 'node:fs';

/** A whole number, its thousands apart. */
export const spaced = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ' ');

/** A share in percent, of small ones a digit more. */
export const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** A table in Markdown; all columns but the first are numbers. */
export function table(header, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    const rule = header.map((_, at) => (at === 0 ? '---' : '---:'));
    return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** When, after which commit and on what machine results of `measure` came about, and what else is to be said of it. */
export function measured(results, ...more) {
    const { date, commit, cpu, cores, memory_kib } = results[0];
    const machine = [`${date}${commit ? ` after ${commit}` : ''}`, cpu, `${cores} cores`, `${(memory_kib / 2 ** 20).toFixed(0)} GiB`, ...more].join(', ');
    return `*${machine}${results.some(({ disturbed }) => disturbed) ? '; a compiler ran beside it' : ''}.*`;
}

/** Put `blocks` where the document keeps what `writer` writes under this name, instead of what is there. */
export function writeSection(document, name, writer, blocks) {
    const begin = `<!-- ${name}: written by ${writer} -->`;
    const end = `<!-- end of ${name} -->`;
    const [before, rest] = readFileSync(document, 'utf8').split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`${document} has no place for these numbers: ${begin}`);
    writeFileSync(document, `${before}${begin}\n\n${blocks.join('\n\n')}\n\n${end}${after}`);
}
