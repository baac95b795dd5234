// The network under load, with faults at random, for as long as BENCH_MINUTES says: what it took to recover from each, and what is
// left of jobs, sessions and money in the end. Prints its numbers as JSON; says what it does on standard error. `scripts/bench
// network` starts it within namespaces.
//
//   BENCH_MINUTES   minutes of faults (60)
//   BENCH_SEED      of the faults (1)
//   BENCH_PAUSE     milliseconds between two jobs of each of four requesters (4000)
//   BENCH_FAULTS    kinds of faults, by their names, in place of all

import assert from 'node:assert/strict';
import type { ApiPromise } from '@polkadot/api';
import { u8aToHex } from '@polkadot/util';
import { account, alice, awaitEvent, balances, bestNumber, big, CNDR, dave, eve, ferdie, type Happened, history, ok, wealth } from '../lib/chain.js';
import { candor } from '../lib/cli.js';
import { agreed, Cluster, localValidators, recovered, stand } from '../lib/cluster.js';
import { Field } from '../lib/field.js';
import { conserved, Load, settle } from '../lib/load.js';
import { inline } from '../lib/model.js';
import { Clock, Disk, withoutClocks } from '../lib/namespaces.js';
import { sleep, until } from '../lib/process.js';
import { Proxy } from '../lib/proxy.js';
import { testChain, tryState, withoutTryState } from '../lib/runtimes.js';
import { infer, placeOf } from '../lib/sessions.js';
import { perceptron, states } from '../lib/shapes.js';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 60);
const PAUSE = Number(process.env.BENCH_PAUSE ?? 4_000);
const WIRES = { delay: 40, jitter: 10, loss: 0.01 };
const HOSTS = { 'host-1': ferdie, 'host-2': eve, 'host-3': dave };
// Nobody who makes blocks: fees of transactions would be among what it gains.
const publisher = account('//Ferdie//stash');
const REQUESTERS = 4;
const PAYER = '//load//proxy';

let state = Number(process.env.BENCH_SEED ?? 1);
const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
};
const some = <T>(list: readonly T[]): T => list[random(list.length)]!;
const began = Date.now();
const say = (...words: unknown[]): void => console.error(((Date.now() - began) / 1_000).toFixed(0).padStart(6), ...words);

/** What should not be. The numbers are printed all the same. */
const problems: string[] = [];
async function checked<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
        return await work();
    } catch (error) {
        problems.push(String((error as Error).stack ?? error));
        say('WRONG:', error);
        return undefined;
    }
}

// --- The network ----------------------------------------------------------------------------------------------------

const validators = await localValidators();
const hosts = Object.keys(HOSTS);
const clocks = new Map<string, Clock>();
if (withoutClocks === undefined) for (const name of validators.slice(1, 3)) clocks.set(name, new Clock());
const full = validators.at(-1)!;
const disk = await Disk.mount('disk', 1_024);
const cluster = await Cluster.start(
    await testChain('local'),
    [
        ...validators.map((name) => ({
            name,
            keys: name,
            options: { ...(clocks.has(name) ? { env: clocks.get(name)!.env } : {}), ...(name === full ? { base: disk.path } : {}) },
        })),
        ...hosts.map((name) => ({ name, options: { engine: true, args: ['--engine-arg=--settle-after', '--engine-arg=60'] } })),
        { name: 'twin', keys: full },
    ],
    WIRES,
    ['twin'],
);
say(`${validators.length} validators and ${hosts.length} hosts run`);
const first = cluster.node(validators[0]!);
const plans = Object.values(HOSTS).map((who) => ({ who }));
const field = await Field.open(hosts.map((name) => cluster.node(name)), await perceptron(), publisher, plans);
const requesters = await Load.accounts(first.api, REQUESTERS, 10_000n * CNDR);
const payer = account(PAYER);
await ok(first.api, first.api.tx.balances!.transferKeepAlive!(payer.address, 10_000n * CNDR), alice, { finalized: true });
say('the market is open');

// --- The load -------------------------------------------------------------------------------------------------------

const make = (api: ApiPromise, number: number) => api.tx.jobs!.submit!(field.release, inline([states(number)]), CNDR);
const load = await Load.start(() => cluster.up('twin'), requesters, make, PAUSE);
const proxy = await Proxy.start(first, PAYER, ['--budget', '5000', '--deposit', '20', '--timeout', '20']);
const paid = await wealth(first.api, payer.address);
const answered: { session: bigint; index: number; hash: string }[] = [];
let [calling, failed] = [true, 0];

/** A program that calls and calls, whatever happens. */
async function client(): Promise<void> {
    for (let call = 0; calling; call += 1) {
        try {
            const input = { ...states(2_000_000 + call), name: 'states' };
            const answer = await infer(proxy.url, String(field.release), [input], {}, AbortSignal.timeout(60_000));
            if (answer.status !== 200 || !answer.receipt) throw new Error(JSON.stringify(answer.json));
            const { session, index, hash } = placeOf(answer.receipt);
            answered.push({ session, index, hash: u8aToHex(hash) });
        } catch {
            failed += 1;
        }
        await sleep(500);
    }
}
const client1 = client();

// --- What is seen ---------------------------------------------------------------------------------------------------

interface Sample {
    calm: boolean;
    lag: number;
}
const samples: Sample[] = [];
const reorgs: { node: string; depth: number; calm: boolean }[] = [];
const hashes = new Map<string, Map<number, string>>();
let calm = true;
let watching = true;

/** What a node finalised and what it took back, once a second. */
async function look(name: string): Promise<void> {
    const { api } = cluster.node(name);
    const now = await stand(cluster.node(name));
    samples.push({ calm, lag: now.best - now.finalized });
    const seen = hashes.get(name) ?? new Map<number, string>();
    hashes.set(name, seen);
    let depth = 0;
    const last = Math.max(...seen.keys(), 0);
    for (let number = last; number > now.finalized && seen.has(number); number -= 1) {
        if (number <= now.best && (await api.rpc.chain.getBlockHash(number)).toHex() === seen.get(number)) break;
        seen.delete(number);
        depth += 1;
    }
    if (depth > 0) reorgs.push({ node: name, depth, calm });
    for (let number = now.best; number > now.finalized && !seen.has(number); number -= 1) {
        seen.set(number, (await api.rpc.chain.getBlockHash(number)).toHex());
    }
    for (const number of seen.keys()) if (number < now.finalized - 10) seen.delete(number);
}
async function watch(name: string): Promise<void> {
    while (watching) {
        if (cluster.node(name).running) await Promise.race([look(name).catch(() => {}), sleep(5_000)]);
        await sleep(1_000);
    }
}
const watches = [...validators, ...hosts].map(watch);

// --- Faults ---------------------------------------------------------------------------------------------------------

/** Seconds of a fault. */
const hold = (least: number, most: number): Promise<void> => sleep((least + random(most - least + 1)) * 1_000);

const faults: Record<string, () => Promise<string>> = {
    async partition() {
        const shuffled = validators.toSorted(() => random(3) - 1);
        const half = shuffled.length >> 1;
        const sides = hosts.map(() => random(2));
        const side = (at: number): string[] => [
            ...(at === 0 ? shuffled.slice(0, half) : shuffled.slice(half)),
            ...hosts.filter((_, host) => sides[host] === at),
        ];
        await cluster.network.partition(side(0), side(1));
        await hold(15, 45);
        await cluster.network.heal();
        return `${side(0).join(' ')} | ${side(1).join(' ')}`;
    },
    async 'validator cut off'() {
        const name = some(validators);
        await cluster.network.isolate(name);
        await hold(15, 60);
        await cluster.network.heal();
        return name;
    },
    async 'host cut off'() {
        const name = some(hosts);
        await cluster.network.isolate(name);
        await hold(15, 60);
        await cluster.network.heal();
        return name;
    },
    async 'validator killed'() {
        const name = some(validators);
        await cluster.node(name).kill();
        await hold(1, 30);
        await cluster.node(name).up();
        return name;
    },
    async 'host killed'() {
        const name = some(hosts);
        await cluster.node(name).kill();
        await hold(1, 30);
        await cluster.node(name).up();
        return name;
    },
    async 'engine killed'() {
        const name = some(hosts);
        process.kill(cluster.node(name).enginePid(), 'SIGKILL');
        await hold(1, 5);
        return name;
    },
    async 'bad line'() {
        await cluster.network.wires({ delay: 200, jitter: 100, loss: 0.1 });
        await hold(20, 60);
        await cluster.network.wires(WIRES);
        return 'delay 200 ± 100 ms, loss 10 %';
    },
    async 'full disk'() {
        const node = cluster.node(full);
        const filled = await disk.fill();
        const ended = await Promise.race([node.ended, sleep(60_000).then(() => undefined)]);
        disk.free();
        if (ended === undefined) await node.kill();
        await node.up();
        return `${full}, ${filled >> 20} MiB, ${ended ?? 'it went on for a minute'}`;
    },
};
if (clocks.size > 0) {
    faults['wrong clock'] = async () => {
        const name = some([...clocks.keys()]);
        const seconds = (2 + random(12)) * (random(2) === 0 ? 1 : -1);
        clocks.get(name)!.set(seconds);
        await hold(15, 40);
        clocks.get(name)!.set(0);
        return `${name}, ${seconds} s`;
    };
}
const kinds = process.env.BENCH_FAULTS?.split(',') ?? Object.keys(faults);

interface Fault {
    kind: string;
    detail: string;
    /** Seconds from its beginning until it was undone. */
    seconds: number;
    /** Seconds from then until all nodes finalise again. */
    recovery: number;
}
const played: Fault[] = [];
const TIMEOUT = 300_000;

async function play(kind: string): Promise<void> {
    calm = false;
    const start = Date.now();
    const detail = await faults[kind]!();
    const seconds = (Date.now() - start) / 1_000;
    const recovery = (await checked(() => recovered(cluster.up('twin'), TIMEOUT))) ?? TIMEOUT / 1_000;
    calm = true;
    played.push({ kind, detail, seconds, recovery });
    say(`${kind} (${detail}): ${seconds.toFixed(0)} s, recovered after ${recovery.toFixed(1)} s; ${load.sent} jobs, ${answered.length} calls`);
}

await recovered(cluster.up(), TIMEOUT);
const end = Date.now() + MINUTES * 60_000;
// Each kind once before any comes again.
let deck: string[] = [];
while (Date.now() < end) {
    await sleep((10 + random(15)) * 1_000);
    if (deck.length === 0) deck = kinds.toSorted(() => random(3) - 1);
    const kind = deck.pop()!;
    await checked(() => play(kind));
}

/** A twin of a validator: reported, and its stake taken. */
async function equivocation(): Promise<Record<string, unknown> | undefined> {
    const { api } = first;
    if (api.events.offences === undefined || process.env.BENCH_FAULTS) return undefined;
    calm = false;
    const from = await bestNumber(api);
    await cluster.add('twin');
    const offence = await awaitEvent(api, from, ({ name }) => name === 'offences.Offence', 'the offence is reported', 240_000);
    const slashed = await awaitEvent(api, offence.number, ({ name }) => name.endsWith('.Slashed'), 'stake is taken', 60_000);
    await cluster.node('twin').kill();
    const recovery = await recovered(cluster.up(), TIMEOUT);
    calm = true;
    return { blocks: offence.number - from, slashed: slashed.data, recovery };
}
const twins = await checked(equivocation);

// --- The end --------------------------------------------------------------------------------------------------------

say('the faults are over');
calling = false;
await client1;
await load.stop();
await proxy.stop();
const { api } = first;
const sessions = async () => ((await api.call.sessionsApi!.sessionsOf!(payer.address, 0, 100)).toJSON() as unknown[]).length;
const ended = (what: string, left: () => Promise<number>): Promise<unknown> =>
    checked(() => until(`all ${what} end`, async () => (await left()) === 0, 600_000, 1_000));
await ended('jobs', async () => (await api.query.jobs!.jobs!.keys()).length);
await ended('sessions', sessions);
await ended('audits', async () => (await api.query.audits!.audits!.keys()).length);
const finality = await recovered(cluster.up('twin'), TIMEOUT);
watching = false;
await Promise.all(watches);
const { number, hash } = await agreed(cluster.up('twin'));
say(`all nodes agree on block ${number}, ${hash}`);

let invariants = 'left out';
if (withoutTryState === undefined) {
    invariants = (await checked(() => tryState(first, hash).then(() => 'clean'))) ?? 'violated';
}
say(`try_state: ${withoutTryState ?? invariants}`);
const all = await history(api, load.from, number);
const accounts = await checked(() => settle(api, load, number, all));
const issuance = await checked(() => conserved(api, load.from - 1, number, all));
const named = (name: string): Happened[] => all.filter((event) => event.name === name);
const at = async (block: number): Promise<string> => (await api.rpc.chain.getBlockHash(block)).toHex();

/** What sessions paid is what was answered. */
async function calls(): Promise<Record<string, unknown>> {
    const list = await candor<any>(first, PAYER, 'receipts', 'list', '--limit', '0', '--data', proxy.data);
    const kept = (Array.isArray(list) ? list : list.receipts) as { hash: string; session: number; index: number; paid: string }[];
    const places = new Map(kept.map((receipt) => [`${receipt.session}:${receipt.index}`, receipt]));
    assert.equal(places.size, kept.length, 'one receipt for each place');
    for (const { session, index, hash } of answered) assert.equal(places.get(`${session}:${index}`)?.hash, hash, 'the receipt is kept');
    const over = named('sessions.SessionEnded');
    let settled = 0;
    for (const { data } of over) {
        const mine = kept.filter((receipt) => receipt.session === Number(data.session));
        assert.equal(data.calls, mine.length, `calls of session ${data.session}`);
        settled += mine.length;
    }
    assert.equal(settled, kept.length, 'every answer was settled');
    const spent = named('transactionPayment.TransactionFeePaid')
        .filter(({ data }) => data.who === payer.address)
        .reduce((sum, { data }) => sum + big(data.actualFee), 0n);
    const fee = over.reduce((sum, { data }) => sum + big(data.fee), 0n);
    const lost = paid - (await wealth(api, payer.address, await at(number)));
    assert.equal(lost, fee + spent, 'the payer has lost what it paid');
    assert.equal((await balances(api, payer.address, await at(number))).reserved, 0n);
    return { sessions: over.length, answered: answered.length, settled, failed, fee };
}

/** What hosts have is what events gave them. */
async function earnings(): Promise<Record<string, unknown>[]> {
    const found = [];
    for (const [name, { address }] of Object.entries(HOSTS)) {
        const sum = (event: string, who: string, amount: string): bigint =>
            named(event)
                .filter(({ data }) => data[who] === address)
                .reduce((sum, { data }) => sum + big(data[amount]), 0n);
        const jobs = sum('jobs.HostPaid', 'host', 'amount');
        const sessions = sum('sessions.BatchPaid', 'host', 'amount');
        const audits = sum('audits.AuditorPaid', 'auditor', 'paid');
        const penalties =
            sum('jobs.HostNoShow', 'host', 'penalty') + sum('audits.AuditorNoShow', 'auditor', 'penalty') + sum('audits.HostSilent', 'host', 'penalty');
        const fees = sum('transactionPayment.TransactionFeePaid', 'who', 'actualFee');
        const gained = (await wealth(api, address, await at(number))) - (await wealth(api, address, await at(load.from - 1)));
        assert.equal(gained, jobs + sessions + audits - penalties - fees, `what ${name} has gained`);
        found.push({ name, jobs, sessions, audits, penalties, fees, gained });
    }
    return found;
}
const [sessionsPaid, earned] = [await checked(calls), await checked(earnings)];

const quantile = (values: number[], part: number): number => values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
const spread = (values: number[]): Record<string, number> => {
    const sorted = values.toSorted((a, b) => a - b);
    return { count: sorted.length, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), max: sorted.at(-1) ?? 0 };
};
const depths = (calm: boolean) => spread(reorgs.filter((reorg) => reorg.calm === calm).map(({ depth }) => depth));
const passed = await cluster.network.wires();
const slots = (await api.rpc.chain.getHeader()).number.toNumber();
await cluster.stop();
await disk.unmount();

const result = {
    validators: validators.length,
    hosts: hosts.length,
    wires: WIRES,
    minutes: (Date.now() - began) / 60_000,
    blocks: number,
    best: slots,
    hash,
    tryState: invariants,
    problems,
    finality: {
        end: finality,
        calm: spread(samples.filter(({ calm }) => calm).map(({ lag }) => lag)),
        faults: spread(samples.filter(({ calm }) => !calm).map(({ lag }) => lag)),
    },
    reorgs: { calm: depths(true), faults: depths(false) },
    faults: kinds.map((kind) => {
        const mine = played.filter((fault) => fault.kind === kind);
        return { kind, times: mine.length, seconds: spread(mine.map(({ seconds }) => seconds)), recovery: spread(mine.map(({ recovery }) => recovery)) };
    }),
    twins,
    jobs: accounts,
    calls: sessionsPaid,
    earned,
    issuance,
    passed,
    played,
};
console.log(JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? String(value) : value), 1));
process.exit(problems.length === 0 ? 0 : 1);
