// Hosts and their stake, as the chain describes them.

import type { Hex } from './bytes.js';
import type { Chain } from './chain/connection.js';
import { text } from './chain/plain.js';
import type { Context } from './context.js';
import { toAddress } from './crypto.js';
import { CandorError } from './errors.js';
import type { Host } from './models.js';

/** What a host, and those who stake for it, have at stake. Amounts are in planck. */
export interface Pool {
    pool: string;
    own: bigint;
    delegated: bigint;
    stakers: number;
    free: bigint;
    required: bigint;
    openReceipts: number;
    /** What the host keeps of its stakers' part of a reward, in parts per million. */
    commission: number;
    /** Times that it was paid, was late, was convicted. */
    paid: number;
    penalties: number;
    slashes: number;
    slashed: bigint;
    /** What a stake gained or lost over the last periods, in parts per billion. */
    returnPpb: bigint;
}

/** What somebody has in a pool. Amounts are in planck. */
export interface Position {
    pool: string;
    staker: string;
    active: bigint;
    unbonding: { amount: bigint; at: number }[];
    leavesAt: number | undefined;
}

/** A host, or an error if it is none. */
export async function hostOf(chain: Pick<Chain, 'ask'>, account: string): Promise<Host> {
    const view = await chain.ask<(Omit<Host, 'endpoint' | 'hardware'> & { endpoint: Hex; hardware: Hex }) | undefined>(
        'hostsApi',
        'host',
        account,
    );
    if (view === undefined) throw new CandorError(`${account} is no host`, 'unknown_host');
    return { ...view, endpoint: text(view.endpoint), hardware: text(view.hardware) };
}

/** Hosts and stake. */
export class Stake {
    readonly #context: Context;

    constructor(context: Context) {
        this.#context = context;
    }

    /** A host. */
    async host(account: string): Promise<Host> {
        return hostOf(await this.#context.chain(), account);
    }

    /** The pool of a host. */
    async pool(host: string): Promise<Pool | undefined> {
        return (await this.#context.chain()).ask('stakeApi', 'pool', host);
    }

    /** All pools. */
    async pools(): Promise<Pool[]> {
        const chain = await this.#context.chain();
        return pages((last: Pool | undefined) => chain.ask<Pool[]>('stakeApi', 'pools', last?.pool ?? null, 100));
    }

    /** What an account has in pools; the SDK's own account if left out. */
    async positions(staker?: string): Promise<Position[]> {
        const chain = await this.#context.chain();
        const who = toAddress(staker ?? (await this.#context.account()).address);
        return pages((last: Position | undefined) => chain.ask<Position[]>('stakeApi', 'positions', who, last?.pool ?? null, 100));
    }
}

async function pages<T>(page: (last: T | undefined) => Promise<T[]>): Promise<T[]> {
    const all: T[] = [];
    for (;;) {
        const next = await page(all.at(-1));
        if (next.length === 0) return all;
        all.push(...next);
    }
}
