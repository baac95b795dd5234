// Runs test files, several at a time, those first that take longest, so that none of them runs on alone at the end:
// node dist/run.js CONCURRENCY FILE... (`node --test` takes files by name)

import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { basename, resolve } from 'node:path';

/** Files that take three minutes and more, as measured on two cores. */
const LONGEST = ['validators', 'lies', 'upgrade', 'fork', 'session-faults', 'python', 'sessions', 'attested'];

const [concurrency, ...files] = process.argv.slice(2);
const rank = (file: string) => {
    const at = LONGEST.indexOf(basename(file, '.test.js'));
    return at < 0 ? LONGEST.length : at;
};
const ordered = files.map((file) => resolve(file)).sort((a, b) => rank(a) - rank(b));

run({ files: ordered, concurrency: Number(concurrency) })
    .on('test:fail', () => {
        process.exitCode = 1;
    })
    .compose(new spec())
    .pipe(process.stdout);
