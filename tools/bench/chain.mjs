// What the measurements share: a connection, signed jobs, events block by block, CPU time and memory of processes.

import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
// The packages are those of the end-to-end tests, and loaded as their library loads them: once.
import { ApiPromise, Keyring, WsProvider } from '../../e2e/node_modules/@polkadot/api/index.js';
import { cryptoWaitReady } from '../../e2e/node_modules/@polkadot/util-crypto/index.js';

export { sleep };

export async function connect(url) {
    await cryptoWaitReady();
    const provider = new WsProvider(url);
    const api = await ApiPromise.create({ provider, noInitWarn: true });
    // Calls whose results are wanted as they come.
    api.plain = (method, ...params) => provider.send(method, params);
    return api;
}

export const account = (uri) => new Keyring({ type: 'sr25519', ss58Format: 7007 }).addFromUri(uri);

/** Accounts of every development chain that ask for jobs and sessions where one is not enough. */
export const REQUESTERS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve'];

/** An extrinsic signed for all time, without asking the node anything. */
export const signed = (tx, pair, nonce) => tx.signAsync(pair, { nonce, era: 0 });

/** MiniLM's three inputs of one row of token ids, as `jobs.submit` takes them. */
function payload(ids) {
    const row = (values) => ({
        dtype: 'Int64',
        shape: [1, ids.length],
        data: `0x${Buffer.from(BigInt64Array.from(values, BigInt).buffer).toString('hex')}`,
    });
    return { Inline: [row(ids), row(ids.map(() => 1)), row(ids.map(() => 0))] };
}

/** Signs jobs of one account with a nonce each, without asking the node anything. */
export class Requester {
    constructor(api, pair, release) {
        this.api = api;
        this.pair = pair;
        this.release = release;
    }

    async start() {
        this.nonce = (await this.api.rpc.system.accountNextIndex(this.pair.address)).toNumber();
        return this;
    }

    /** A signed job. */
    async sign(ids, maxFee = 1_000_000_000_000n) {
        return signed(this.api.tx.jobs.submit(this.release, payload(ids), maxFee), this.pair, this.nonce++);
    }

    /** Sign and hand over. */
    async send(ids) {
        await (await this.sign(ids)).send();
    }
}

/** The blocks of the chain one after the other, each with number, hash, time of arrival and events. */
export class Blocks {
    #last;
    #waiting = [];
    #wake;

    static async follow(api) {
        const blocks = new Blocks();
        blocks.api = api;
        blocks.#last = (await api.rpc.chain.getHeader()).number.toNumber();
        blocks.stop = await api.rpc.chain.subscribeNewHeads((header) => {
            blocks.#waiting.push({ number: header.number.toNumber(), hash: header.hash.toHex(), at: Date.now() });
            blocks.#wake?.();
        });
        return blocks;
    }

    async next() {
        for (;;) {
            while (this.#waiting.length === 0) await new Promise((resolve) => (this.#wake = resolve));
            const head = this.#waiting.shift();
            if (head.number <= this.#last) continue;
            if (head.number > this.#last + 1) {
                // A head that was not announced: fetch it.
                this.#waiting.unshift(head);
                head.number = this.#last + 1;
                head.hash = (await this.api.rpc.chain.getBlockHash(head.number)).toHex();
                this.#waiting[0] = { ...this.#waiting[0], number: head.number + 1 };
            }
            this.#last = head.number;
            return { ...head, events: await eventsAt(this.api, head.hash) };
        }
    }
}

/** All events of a block. */
export const eventsAt = async (api, hash) => (await api.query.system.events.at(hash)).map(plain);

function plain({ event, phase }) {
    return {
        name: `${event.section}.${event.method}`,
        data: event.data,
        extrinsic: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : undefined,
    };
}

/** Events of one name. */
export const named = (block, name) => block.events.filter((event) => event.name === name);

/** Number of the job that an event tells of. */
export const jobOf = (event) => event.data[0].toString();

// --- Costs ----------------------------------------------------------------------------------------------------------

/**
 * What the transactions of a block cost, inherents left out. Bytes are those of the whole extrinsic; weight is what the runtime charged
 * after dispatch; the fee is what was paid, or for calls that nobody pays for what their bytes and weight would cost at the fee of an
 * empty chain.
 */
export async function costsOf(api, number) {
    const hash = await api.rpc.chain.getBlockHash(number);
    const [signed, records] = await Promise.all([api.rpc.chain.getBlock(hash), api.query.system.events.at(hash)]);
    const costs = [];
    for (const [index, extrinsic] of signed.block.extrinsics.entries()) {
        const { method, section } = extrinsic.method;
        if (section === 'timestamp') continue;
        const events = records.map(plain).filter((event) => event.extrinsic === index);
        const end = events.find(({ name }) => /^system\.Extrinsic(Success|Failed)$/.test(name));
        const failed = end.name === 'system.ExtrinsicFailed';
        const info = end.data[failed ? 1 : 0];
        const paid = events.find(({ name }) => name === 'transactionPayment.TransactionFeePaid')?.data.actualFee.toBigInt() ?? 0n;
        const bytes = extrinsic.encodedLength;
        costs.push({
            index,
            call: `${section}.${method}`,
            args: extrinsic.method.args,
            events,
            bytes,
            weightUs: info.weight.refTime.toNumber() / 1e6,
            proofBytes: info.weight.proofSize.toNumber(),
            feeCndr: Number(paid > 0n ? paid : await wouldCost(api, bytes, info)) / 1e12,
            free: paid === 0n,
            failed,
        });
    }
    return costs;
}

async function wouldCost(api, bytes, info) {
    const base = api.consts.system.blockWeights.perClass[info.class.toString().toLowerCase()].baseExtrinsic;
    const payment = api.call.transactionPaymentApi;
    const parts = await Promise.all([payment.queryLengthToFee(bytes), payment.queryWeightToFee(info.weight), payment.queryWeightToFee(base)]);
    return parts.reduce((sum, part) => sum + part.toBigInt(), 0n);
}

// --- Processes ------------------------------------------------------------------------------------------------------

const TICK_MS = 10;

/** CPU time of a process and all its threads, in milliseconds. */
function cpuMs(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of a process, now and at most, in bytes. */
export function memory(pid) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024;
    return { resident: field('VmRSS'), most: field('VmHWM') };
}

/** The engine that a node started. */
export function engineOf(node) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
            const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
            if (fields[1] === String(node) && stat.includes('(candor-engine')) return Number(pid);
        } catch {
            // It ended meanwhile.
        }
    }
    throw new Error('the node has no engine');
}

/** CPU time that processes spend while `work` runs. */
export async function accounted(pids, work) {
    const before = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)]));
    const started = Date.now();
    const result = await work();
    const passed = Date.now() - started;
    const spent = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid) - before[name]]));
    return { result, passed, spent };
}
