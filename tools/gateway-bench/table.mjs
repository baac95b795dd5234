// Prints what candor-gateway-bench measured as Markdown: table.mjs RESULTS.json
import { readFileSync } from 'node:fs';

const { data, cpu, cores, onnxruntime, date, disturbed } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const number = (value, digits) => value.toFixed(digits);
const digits = (ms) => (ms < 1 ? 3 : 2);

console.log(`${date}, ${cpu}, ${cores} cores, ONNX Runtime ${onnxruntime}${disturbed ? ', disturbed by a compiler' : ''}`);
for (const workload of [...new Set(data.rows.map((row) => row.workload))]) {
  const rows = data.rows.filter((row) => row.workload === workload);
  console.log(`\n${workload}\n`);
  console.log(`| server | tensors | median | p95 | over ONNX Runtime | calls/s with ${rows[0].clients} clients | of ONNX Runtime | same bits |`);
  console.log('|---|---|---|---|---|---|---|---|');
  for (const row of rows) {
    const over = row.encoding ? `${number(row.over_raw_ms * 1000, 0)} us (${number(row.over_raw_percent, 1)} %)` : '';
    const exact = row.exact === null ? '' : row.exact ? 'yes' : 'no';
    const ms = (value) => `${number(value, digits(value))} ms`;
    console.log(
      `| ${row.target} | ${row.encoding} | ${ms(row.median_ms)} | ${ms(row.p95_ms)} | ${over} | ` +
        `${number(row.calls_per_second, 0)} | ${number(row.of_raw_percent, 1)} % | ${exact} |`,
    );
  }
}
console.log('\n| server | resident memory |\n|---|---|');
for (const [name, mib] of Object.entries(data.memory_mib)) console.log(`| ${name} | ${number(mib, 0)} MiB |`);
