// Prints what costs.mjs found as Markdown: costs-table.mjs RESULT [CALL...]; without calls, all of Candor's and transfers.

import { readFileSync } from 'node:fs';
import { spaced } from './document.mjs';

const [file, ...wanted] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, 'utf8'));
const { calls } = result.data ?? result;
const OURS = /^(models|hosts|jobs|stakePools|audits|challenges|sessions|balances\.transferKeepAlive)\b/;
const shown = calls.filter(({ call }) => (wanted.length > 0 ? wanted.some((name) => call.startsWith(name)) : OURS.test(call)));
const range = ({ median, most }, show) => (show(median) === show(most) ? show(median) : `${show(median)} to ${show(most)}`);

console.log('| transaction | times | bytes | weight, µs | fee, CNDR | |');
console.log('|---|---:|---:|---:|---:|---|');
for (const { call, count, bytes, weightUs, feeCndr, free, failed } of shown) {
    const notes = [free === count ? 'free' : free > 0 ? `${free} free` : '', failed > 0 ? `${failed} refused` : ''];
    const fee = range(feeCndr, (value) => value.toFixed(5));
    console.log(`| \`${call.replace(' ', '` ')}${call.includes(' ') ? '' : '`'} | ${count} | ${range(bytes, spaced)} | ${range(weightUs, spaced)} | ${fee} | ${notes.filter(Boolean).join(', ')} |`);
}
