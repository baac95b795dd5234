// A steady stream of jobs into a network in which nodes come and go, and what the chain made of them in the end.

import assert from 'node:assert/strict';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { ISubmittableResult } from '@polkadot/types/types';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import { u8aToHex } from '@polkadot/util';
import { decodeAddress } from '@polkadot/util-crypto';
import { account, alice, balances, big, type Happened, type Placed, rpc, sendAll, type Tx, untilFinalized, wealth } from './chain.js';
import type { Node } from './node.js';
import { sleep } from './process.js';

type Signed = SubmittableExtrinsic<'promise', ISubmittableResult>;

/** Milliseconds after which a node that does not answer is given up for now. */
const PATIENCE = 4_000;
/** Milliseconds after which a node is told again of a transaction that is in no block of its own. */
const AGAIN = 12_000;

/** Someone who submits one transaction after the other, each until some block has it: the nonce sees to it that none counts twice. */
interface Sender {
    who: KeyringPair;
    first: number;
    signed: Signed[];
    /** When which node was told of which transaction last. */
    told: Map<string, number>;
}

export class Load {
    #running = true;
    #loops: Promise<void>[];
    readonly #senders: Sender[];

    private constructor(
        readonly from: number,
        senders: Sender[],
        readonly nodes: () => Node[],
        readonly make: (api: ApiPromise, number: number) => Tx,
        readonly pause: number,
    ) {
        this.#senders = senders;
        this.#loops = senders.map((sender, at) => this.#loop(sender, at));
    }

    /** Accounts that do nothing else, with this much each. */
    static async accounts(api: ApiPromise, count: number, amount: bigint): Promise<KeyringPair[]> {
        const found = Array.from({ length: count }, (_, at) => account(`//load//${at}`));
        const sent = await sendAll(api, found.map(({ address }) => api.tx.balances!.transferKeepAlive!(address, amount)), alice);
        await untilFinalized(api, Math.max(...sent.map(({ number }) => number)));
        return found;
    }

    /** Every one of `senders` sends what `make` makes every `pause` milliseconds, at most four of them on their way, to some of the
     *  nodes that run. */
    static async start(
        nodes: () => Node[],
        senders: KeyringPair[],
        make: (api: ApiPromise, number: number) => Tx,
        pause: number,
    ): Promise<Load> {
        const { api } = nodes()[0]!;
        const from = (await api.rpc.chain.getHeader()).number.toNumber() + 1;
        const found = senders.map(async (who) => ({ who, first: await nonceOf(api, who.address), signed: [], told: new Map() }));
        return new Load(from, await Promise.all(found), nodes, make, pause);
    }

    /** How many transactions were signed so far. */
    get sent(): number {
        return this.#senders.reduce((sum, { signed }) => sum + signed.length, 0);
    }

    get senders(): KeyringPair[] {
        return this.#senders.map(({ who }) => who);
    }

    async #loop(sender: Sender, at: number): Promise<void> {
        let turn = at;
        let next = Date.now();
        for (;;) {
            const done = await patient(async () => {
                const nodes = this.nodes();
                const { api, url } = nodes[(turn += 1) % nodes.length]!;
                const known = (await nonceOf(api, sender.who.address)) - sender.first;
                // A node on another fork may be behind; what it does not know it gets again.
                const waiting = sender.signed.slice(Math.max(0, known));
                if (this.#running && waiting.length < 4 && Date.now() >= next) {
                    const tx = this.make(api, this.sent);
                    const signed = await tx.signAsync(sender.who, { nonce: sender.first + sender.signed.length, era: 0 });
                    sender.signed.push(signed as Signed);
                    waiting.push(signed as Signed);
                    next = Math.max(next + this.pause, Date.now() - this.pause);
                }
                for (const tx of waiting.slice(0, 8)) {
                    const told = `${url} ${tx.nonce.toString()}`;
                    if (Date.now() < (sender.told.get(told) ?? 0) + AGAIN) continue;
                    sender.told.set(told, Date.now());
                    // It may have it already.
                    await rpc(api, 'author_submitExtrinsic', tx.toHex()).catch(() => {});
                }
                return waiting.length === 0 && !this.#running;
            });
            if (done) return;
            await sleep(Math.min(1_000, this.pause));
        }
    }

    /** Send no more, and wait until blocks have all that was sent. */
    async stop(): Promise<void> {
        this.#running = false;
        await Promise.all(this.#loops);
    }
}

async function nonceOf(api: ApiPromise, who: string): Promise<number> {
    // Past the client, which would complain about every node that is away.
    const nonce = await rpc<string>(api, 'state_call', 'AccountNonceApi_account_nonce', u8aToHex(decodeAddress(who)));
    return Buffer.from(nonce.slice(2), 'hex').readUInt32LE();
}

/** What `work` gives, or nothing if it fails or takes too long. */
async function patient<T>(work: () => Promise<T>): Promise<T | undefined> {
    const timer = new AbortController();
    const late = sleep(PATIENCE, undefined, { signal: timer.signal }).catch(() => undefined);
    try {
        return await Promise.race([work(), late]);
    } catch {
        return undefined;
    } finally {
        timer.abort();
    }
}

// --- Accounts -------------------------------------------------------------------------------------------------------

/** What became of jobs. */
export interface Accounts {
    blocks: number;
    submitted: number;
    refused: number;
    final: number;
    expired: number;
    cancelled: number;
    overturned: number;
    noShows: number;
    convicted: number;
    /** What requesters paid for jobs, in planck. */
    paid: bigint;
}

const ENDS = ['JobFinalised', 'JobExpired', 'JobCancelled', 'JobOverturned'].map((name) => `jobs.${name}`);

/** Hold the chain to what it says: every job of the load ends exactly once, is paid at most once, and every requester has lost
 *  what it paid and the fees of its transactions, to the planck. `all` are the events since its first block. */
export async function settle(api: ApiPromise, load: Load, to: number, all: Placed[]): Promise<Accounts> {
    const named = (name: string) => all.filter((event) => event.name === name);
    const requesters = new Set(load.senders.map(({ address }) => address));
    const submitted = named('jobs.JobSubmitted').filter(({ data }) => requesters.has(data.requester as string));
    const fees = named('transactionPayment.TransactionFeePaid').filter(({ data }) => requesters.has(data.who as string));
    const payers = new Map(fees.map(({ block, extrinsic, data }) => [`${block}:${extrinsic}`, data.who as string]));
    const refused = named('system.ExtrinsicFailed').filter(({ block, extrinsic }) => payers.has(`${block}:${extrinsic}`));
    const jobs = new Map(submitted.map(({ data }) => [String(data.job), data.requester as string]));
    assert.equal(jobs.size, submitted.length, 'every job has a number of its own');
    assert.equal(jobs.size + refused.length, load.sent, 'what was sent is on the chain, once');

    const ends = new Map<string, Happened[]>();
    for (const event of all.filter(({ name }) => ENDS.includes(name))) {
        const job = String(event.data.job);
        ends.set(job, [...(ends.get(job) ?? []), event]);
    }
    const wrong = [...jobs.keys()].filter((job) => ends.get(job)?.length !== 1);
    assert.deepEqual(wrong.map((job) => [job, ends.get(job) ?? []]), [], 'every job ends exactly once');

    const final = named('jobs.JobFinalised').filter(({ data }) => jobs.has(String(data.job)));
    const payments = named('jobs.HostPaid').filter(({ data }) => jobs.has(String(data.job)));
    const paidJobs = payments.map(({ data }) => String(data.job));
    assert.equal(new Set(paidJobs).size, paidJobs.length, 'no job is paid twice');
    const shares = new Map(
        payments.map(({ data }) => {
            const parts = [data.amount, data.stakers, data.royalty, data.levy, data.treasury].map(big);
            return [String(data.job), parts.reduce((sum, part) => sum + part, 0n)];
        }),
    );
    for (const { data } of final) assert.equal(shares.get(String(data.job)), big(data.paid), `shares of job ${data.job}`);
    assert.equal(shares.size, final.length, 'who was not final was not paid');

    const start = (await api.rpc.chain.getBlockHash(load.from - 1)).toHex();
    const end = (await api.rpc.chain.getBlockHash(to)).toHex();
    for (const address of requesters) {
        const spent = fees.filter(({ data }) => data.who === address).reduce((sum, { data }) => sum + big(data.actualFee), 0n);
        const paid = final
            .filter(({ data }) => jobs.get(String(data.job)) === address)
            .reduce((sum, { data }) => sum + big(data.paid), 0n);
        const lost = (await wealth(api, address, start)) - (await wealth(api, address, end));
        assert.equal(lost, spent + paid, `what ${address} has lost`);
        assert.equal((await balances(api, address, end)).reserved, 0n, `nothing of ${address} stays on hold`);
    }
    const count = (name: string) => named(name).filter(({ data }) => jobs.has(String(data.job))).length;
    return {
        blocks: to + 1 - load.from,
        submitted: jobs.size,
        refused: refused.length,
        final: final.length,
        expired: count('jobs.JobExpired'),
        cancelled: count('jobs.JobCancelled'),
        overturned: count('jobs.JobOverturned'),
        noShows: count('jobs.HostNoShow'),
        convicted: named('challenges.HostConvicted').length,
        paid: final.reduce((sum, { data }) => sum + big(data.paid), 0n),
    };
}

/** All that all accounts have is what was issued, and that changed by what events say: `all` of those after block `from`. */
export async function conserved(api: ApiPromise, from: number, to: number, all: Happened[]): Promise<{ before: bigint; after: bigint }> {
    const at = async (block: number) => api.at((await api.rpc.chain.getBlockHash(block)).toHex());
    const issued = async (block: number) => big((await (await at(block)).query.balances!.totalIssuance!()).toString());
    const [before, after] = [await issued(from), await issued(to)];
    const accounts = (await (await at(to)).query.system!.account!.entries()) as unknown as [
        unknown,
        { data: { free: { toBigInt(): bigint }; reserved: { toBigInt(): bigint } } },
    ][];
    const sum = accounts.reduce((sum, [, { data }]) => sum + data.free.toBigInt() + data.reserved.toBigInt(), 0n);
    assert.equal(sum, after, 'the sum of all accounts is what was issued');
    const change = (names: string[]): bigint =>
        all.filter(({ name }) => names.includes(name)).reduce((sum, { data }) => sum + big(data.amount), 0n);
    // What is slashed and given to nobody is `BurnedDebt`.
    const burned = change(['balances.Burned', 'balances.BurnedHeld', 'balances.BurnedDebt', 'balances.Rescinded']);
    const minted = change(['balances.Minted', 'balances.MintedCredit', 'balances.Issued']);
    assert.equal(before - after, burned - minted, 'nothing was burned or minted without an event');
    return { before, after };
}
