// Holds what benchmarks measured against what the runtime grants: underweight.mjs REPOSITORY FOLDER TOLERANCE_PERCENT
//
// FOLDER has a file PALLET.json for each pallet: what the benchmark program writes with --json-file. Prints JSON: for every point that
// was measured what it took and what the formula in weights.rs grants there, worst first, and which of them are underweight: in times of the
// machine that the weights were measured on, as slower as most of them take longer here.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile } from './numbers.mjs';
import { databaseWeight, granted, readPallet } from './weights.mjs';

/**
 * Accesses to the database are counted, not measured, so that no tolerance is needed; but a formula is a fit, whose numbers are whole.
 * What that loses may be so much of all that is granted.
 */
const ROUNDING = 0.02;

/** Results of a benchmark by the values of its components. */
function points(batches) {
    const points = new Map();
    const at = ({ components }) => {
        const key = JSON.stringify(components);
        if (!points.has(key)) points.set(key, { values: Object.fromEntries(components), times: [], reads: [], writes: [] });
        return points.get(key);
    };
    for (const { time_results, db_results } of batches) {
        // Nanoseconds, weights are picoseconds.
        for (const result of time_results) at(result).times.push(result.extrinsic_time * 1_000);
        for (const result of db_results) {
            at(result).reads.push(result.reads);
            at(result).writes.push(result.writes);
        }
    }
    return [...points.values()];
}

/** What is wrong with what was measured of a benchmark, as far as it can be seen without looking at the numbers. */
function incomplete(name, formula, points) {
    const { components, ranges } = formula;
    const errors = [];
    const isMost = ({ values }) => components.every((component) => values[component] === ranges[component][1]);
    for (const { values, times, reads } of points) {
        const at = `${name} at ${JSON.stringify(values)}`;
        if (Object.keys(values).sort().join() !== [...components].sort().join()) errors.push(`${at}: the weight function has other components`);
        else if (components.some((component) => values[component] < ranges[component][0] || values[component] > ranges[component][1])) {
            errors.push(`${at}: its weight was measured for ${JSON.stringify(ranges)}`);
        }
        if (times.length === 0 || reads.length === 0) errors.push(`${at}: nothing was measured`);
    }
    if (errors.length === 0 && !points.some(isMost)) errors.push(`${name} was not measured with everything at its most: ${JSON.stringify(ranges)}`);
    return errors;
}

function judge(pallet, benchmark, formula, { values, times, reads, writes }, { database, tolerance, slower }) {
    const accesses = (reads, writes) => reads * database.read + writes * database.write;
    const weigh = (time, { reads, writes }) => time + accesses(reads, writes);
    const grants = granted(formula, values);
    const counted = { reads: Math.max(...reads), writes: Math.max(...writes) };
    const all = weigh(grants.time, grants);
    const share = (time) => weigh(time / slower, counted) / all;
    const [median, p90] = [quantile(times, 0.5), quantile(times, 0.9)];
    const missing = accesses(Math.max(0, counted.reads - grants.reads), Math.max(0, counted.writes - grants.writes));
    const reasons = [];
    if (!(share(median) <= 1 + tolerance)) reasons.push('it takes longer');
    if (missing > ROUNDING * all) reasons.push('it reads or writes more');
    return {
        pallet,
        benchmark,
        at: values,
        samples: times.length,
        granted: { ...grants, all },
        measured: { median, p90, ...counted },
        share: share(median),
        share90: share(p90),
        reasons,
    };
}

/**
 * All points of a pallet's benchmarks. `read` is what `readPallet` gives, `batches` what the benchmark program wrote, `tolerance` by how
 * much, as a share, something may take longer than it is granted, `slower` how many times as long this machine takes for the same.
 */
export function comparePallet(name, { functions, trait, errors }, batches, { database, tolerance, slower = 1 }) {
    const found = [...errors];
    const strange = batches.filter(({ pallet }) => pallet !== name);
    if (strange.length > 0) found.push(`${name}: there are results of ${strange[0].pallet} among its own`);
    const measured = groupBy(batches);
    for (const benchmark of measured.keys()) if (!functions.has(benchmark)) found.push(`${name}: benchmark ${benchmark} has no weight function`);
    for (const one of trait) {
        if (!functions.has(one)) found.push(`${name}: ${one} has no weight`);
        if (!measured.has(one)) found.push(`${name}: ${one} was not measured`);
    }
    const rows = [];
    for (const [benchmark, formula] of functions) {
        const all = points(measured.get(benchmark) ?? []);
        const wrong = all.length > 0 ? incomplete(`${name}: ${benchmark}`, formula, all) : [];
        found.push(...wrong);
        if (wrong.length === 0) rows.push(...all.map((point) => judge(name, benchmark, formula, point, { database, tolerance, slower })));
    }
    return { errors: found, rows };
}

/** How many times as long as granted most of what was measured takes; 1 if it is less. */
export function slowness(rows) {
    return Math.max(1, quantile(rows.map(({ granted, measured }) => measured.median / granted.time), 0.5));
}

function groupBy(batches) {
    const groups = new Map();
    for (const batch of batches) groups.set(batch.benchmark, [...(groups.get(batch.benchmark) ?? []), batch]);
    return groups;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [repository, folder, percent] = process.argv.slice(2);
    const tolerance = Number(percent) / 100;
    const database = databaseWeight(readFileSync(join(repository, 'runtime/src/configs/system.rs'), 'utf8'));
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    if (files.length === 0) throw new Error(`nothing was measured: ${folder}`);
    const pallets = files.map((file) => {
        const name = basename(file, '.json');
        return [name, readPallet(repository, name), JSON.parse(readFileSync(join(folder, file), 'utf8'))];
    });
    const compare = (slower) => pallets.map(([name, read, batches]) => comparePallet(name, read, batches, { database, tolerance, slower }));
    const slower = slowness(compare(1).flatMap(({ rows }) => rows));
    const all = compare(slower);
    const rows = all.flatMap(({ rows }) => rows).sort((a, b) => b.share - a.share);
    console.log(JSON.stringify({ tolerance, slower, database, errors: all.flatMap(({ errors }) => errors), rows }));
}
