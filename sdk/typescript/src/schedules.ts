// The same call again and again, paid ahead and started by the chain.

import type { Variant } from './chain/plain.js';
import { event } from './chain/transactions.js';
import type { Context } from './context.js';
import { toAddress } from './crypto.js';
import { toPlanck } from './amounts.js';
import type { Inputs } from './inference.js';
import type { Jobs, JobOptions } from './jobs.js';
import type { Outcome } from './receipt.js';
import { type ReleaseRef, resolve } from './releases.js';

/** When a call is repeated. */
export interface ScheduleOptions extends JobOptions {
    /** From run to run, in blocks. */
    period: number;
    /** Runs in all, 1 to 1000. */
    count: number;
}

/** A call that is repeated. Amounts are in planck. */
export interface Schedule {
    id: bigint;
    requester: string;
    release: number;
    /** Most that each host of a run may cost. */
    maxFee: bigint;
    /** From run to run, in blocks. */
    period: number;
    /** Runs in all. */
    count: number;
    /** Runs that were started or missed. */
    done: number;
    /** Block of the next run; `undefined` when it has ended. */
    next: number | undefined;
    /** Held for the runs to come. */
    prepaid: bigint;
    /** Comes back when the history is removed. */
    deposit: bigint;
}

/** What came of a run. */
export type Run = { number: number; due: number } & (
    | { state: 'running'; job: bigint }
    | { state: 'final'; job: bigint; host: string; outcome: Outcome; paid: bigint }
    | { state: 'unanswered'; job: bigint }
    | { state: 'missed'; reason: string }
);

/** Schedules on chain. */
export class Schedules {
    readonly #context: Context;
    readonly #jobs: Jobs;

    constructor(context: Context, jobs: Jobs) {
        this.#context = context;
        this.#jobs = jobs;
    }

    /** Repeat a call: one job every `period` blocks, `count` times, the first in the next block. All runs are paid ahead. */
    async create(ref: ReleaseRef, inputs: Inputs, options: ScheduleOptions): Promise<Schedule> {
        const chain = await this.#context.chain();
        const release = await resolve(chain, ref);
        const { payload, maxFee } = await this.#jobs.prepare(chain, release, inputs, options);
        const { period, count, host, redundancy = 1, insured = 0n, attested = false, signal } = options;
        const more = { host: host ?? null, redundancy, insured: toPlanck(insured), attested };
        const call = chain.call('jobs', 'schedule', release.id, payload, maxFee, period, count, more);
        const done = await (await this.#context.transactions()).submit(call, signal ? { signal } : {});
        const id = BigInt(event(done, 'jobs.ScheduleCreated').schedule as bigint);
        return (await this.get(id))!;
    }

    /** A schedule that is not removed. */
    async get(id: bigint): Promise<Schedule | undefined> {
        const chain = await this.#context.chain();
        const view = await chain.ask<Schedule | undefined>('jobsApi', 'schedule', id);
        return view && { ...view, id: BigInt(view.id) };
    }

    /** Schedules of an account; of the SDK's own account if left out. */
    async list(account?: string): Promise<Schedule[]> {
        const chain = await this.#context.chain();
        const who = toAddress(account ?? (await this.#context.account()).address);
        const all: Schedule[] = [];
        for (;;) {
            const start = (all.at(-1)?.id ?? -1n) + 1n;
            const page = await chain.ask<Schedule[]>('jobsApi', 'schedulesOf', who, start, 100);
            if (page.length === 0) return all;
            all.push(...page.map((view) => ({ ...view, id: BigInt(view.id) })));
        }
    }

    /** What came of the runs so far. Outputs of a run are those of its job, as long as that is not final. */
    async history(id: bigint): Promise<Run[]> {
        const chain = await this.#context.chain();
        const all: Run[] = [];
        for (;;) {
            const page = await chain.ask<{ due: number; result: Variant }[]>('jobsApi', 'runs', id, all.length, 100);
            if (page.length === 0) return all;
            all.push(...page.map(({ due, result }, at) => readRun(all.length + at, due, result)));
        }
    }

    /** Take back the runs that are still to come. What was held for them is released; the history stays. */
    async cancel(id: bigint): Promise<void> {
        const chain = await this.#context.chain();
        await (await this.#context.transactions()).submit(chain.call('jobs', 'cancelSchedule', id));
    }

    /** Remove the history of a schedule that has ended; its deposit comes back. */
    async remove(id: bigint): Promise<void> {
        const chain = await this.#context.chain();
        await (await this.#context.transactions()).submit(chain.call('jobs', 'removeSchedule', id));
    }
}

function readRun(number: number, due: number, result: Variant): Run {
    const value = result.value as { job: bigint; host: string; outcome: Variant; paid: bigint };
    switch (result.type) {
        case 'Running':
            return { number, due, state: 'running', job: value.job };
        case 'Final':
            return { number, due, state: 'final', ...value, outcome: readOutcome(value.outcome) };
        case 'Unanswered':
            return { number, due, state: 'unanswered', job: value.job };
        default:
            return { number, due, state: 'missed', reason: JSON.stringify(result.value) };
    }
}

/** An outcome as the chain says it. */
export function readOutcome({ type, value }: Variant): Outcome {
    return type === 'Output'
        ? { output: value as `0x${string}` }
        : { failed: value as { node: number; index: bigint } };
}
