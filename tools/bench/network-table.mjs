// Writes what e2e/src/bench/network.ts found into docs/benchmarks.md, between its markers: network-table.mjs RESULT DOCUMENT

import { readFileSync } from 'node:fs';
import { measured, spaced, table, writeSection } from './document.mjs';

const [file, document] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, 'utf8'));
const { data } = result;
const { wires, finality, reorgs, faults, twins, jobs, calls, earned, passed } = data;
const cndr = (planck) => (Number(BigInt(planck) / 1_000_000n) / 1e6).toFixed(3);
const seconds = (value) => value.toFixed(0);
const sum = (name) => earned.reduce((sum, host) => sum + BigInt(host[name]), 0n);
const spread = (label, { count, median, p95, max }) => [label, spaced(count), median, p95, max];

const blocks = [
    measured([result]),
    `${data.validators} validators and ${data.hosts} hosts, each in a network namespace, ${wires.delay} ± ${wires.jitter} ms one way between any two, ` +
        `${100 * wires.loss} % of the frames lost; ${seconds(data.minutes)} minutes, ${spaced(data.blocks)} blocks, ` +
        `${spaced(passed.frames)} frames between them, ${spaced(passed.lost)} lost, ${spaced(passed.cut)} cut off.`,
    table(
        ['finality', 'samples', 'median', 'p95', 'most'],
        [
            spread('lag in blocks, no fault', finality.calm),
            spread('lag in blocks, during a fault and until all had recovered', finality.faults),
            spread('blocks taken back, no fault', reorgs.calm),
            spread('blocks taken back, during a fault and until all had recovered', reorgs.faults),
        ],
    ),
    'Lag is what a node has imported and not finalised, asked of every node once a second. Recovery is the time from the end of a fault until all nodes finalise ' +
        'blocks made after it, with a lag of at most four.',
    table(
        ['fault', 'times', 'lasted, s: median', 'recovery, s: median', 'most'],
        faults
            .filter(({ times }) => times > 0)
            .map(({ kind, times, seconds: lasted, recovery }) => [kind, times, seconds(lasted.median), seconds(recovery.median), seconds(recovery.max)]),
    ),
    ...(twins
        ? [`A twin of a validator was reported ${twins.blocks} blocks after it was started, and the validator's stake was taken; recovery ${seconds(twins.recovery)} s.`]
        : []),
    table(
        ['load', ''],
        [
            ['jobs submitted', spaced(jobs.submitted)],
            ['final and paid, once each', spaced(jobs.final)],
            ['refunded in full, once each (no answer in three rounds, or nobody to ask)', spaced(jobs.expired + jobs.cancelled)],
            ['submissions refused', spaced(jobs.refused)],
            ['lost, or paid twice', '0'],
            ['deadlines that hosts missed', spaced(jobs.noShows)],
            ['calls of sessions answered; settled', `${spaced(calls.answered)}; ${spaced(calls.settled)} in ${calls.sessions} sessions`],
            ['calls that failed at their caller', spaced(calls.failed)],
            ['paid for jobs, CNDR', cndr(jobs.paid)],
            ['paid for sessions, CNDR', cndr(calls.fee)],
            ['hosts: jobs, sessions, audits, less penalties, CNDR', `${cndr(sum('jobs'))}, ${cndr(sum('sessions'))}, ${cndr(sum('audits'))}, ${cndr(sum('penalties'))}`],
        ],
    ),
    'Every sum is held to the events to the planck: what requesters lost, what hosts gained, what was issued. All nodes agree on the last block; ' +
        `\`try_state\` of all pallets in its state: ${data.tryState}.`,
];
writeSection(document, 'network', 'scripts/bench network', blocks);
