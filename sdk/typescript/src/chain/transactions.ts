// Transactions of one account, as many at once as you like: they are signed one after the other, each with the nonce
// after the one before, and a nonce that turns out wrong is asked for again.

import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { Signer } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { Hex } from '../bytes.js';
import { ConfigurationError, TransactionError } from '../errors.js';
import { pause } from '../http.js';
import type { BlockInfo, Chain, ChainEvent } from './connection.js';

/** Who signs: a key of this program, or an account of a wallet. */
export type Account = KeyringPair | { address: string; signer: Signer };

/** A call that can be signed. */
export type Call = SubmittableExtrinsic<'promise'>;

/** Options of a transaction. */
export interface SubmitOptions {
    /** Wait until its block is final; else until a best block holds it. */
    finalized?: boolean;
    /** Stops waiting (and signing, if it is not signed yet). What was sent may still happen. */
    signal?: AbortSignal;
}

/** A transaction in a block, without errors. */
export interface Included {
    hash: Hex;
    block: BlockInfo;
    /** Its events. */
    events: ChainEvent[];
}

/** How often a transaction is signed anew when others of the same account, of another program, come before it. */
const ATTEMPTS = 8;
/** How many blocks after its last one a transaction is given up: the node may have been on another branch. */
const GRACE = 3;

interface Pending {
    nonce: number;
    /** Last block that can hold it. */
    dies: number;
    include(block: BlockInfo, index: number): void;
    fail(error: Error): void;
}

/** Transactions of one account. */
export class Transactions {
    readonly #chain: Chain;
    readonly #account: Account;
    /** Transactions that a node has and no block. */
    readonly #pending = new Map<Hex, Pending>();
    #turn: Promise<unknown> = Promise.resolve();
    /** The least nonce that is not known to be used. */
    #floor = 0;
    #watching: Promise<() => void> | undefined;

    constructor(chain: Chain, account: Account) {
        this.#chain = chain;
        this.#account = account;
    }

    /** Address of the account. */
    get address(): string {
        return this.#account.address;
    }

    /** Sign and send a call; resolves when a block holds it and it succeeded there. Throws a `ChainError` if it failed there. */
    async submit(call: Call, options: SubmitOptions = {}): Promise<Included> {
        const { signal, finalized = false } = options;
        signal?.throwIfAborted();
        const sent = this.#turn.then(() => this.#send(call, signal));
        this.#turn = sent.catch(() => {});
        const { hash, included } = await sent;
        const { block, index } = await abortable(included, signal);
        const events = (await this.#chain.events(block.hash)).filter(({ extrinsic }) => extrinsic === index);
        if (events.some(({ name }) => name === 'system.ExtrinsicFailed')) {
            throw (await this.#chain.failure(block.hash, index)) ?? new TransactionError('the transaction failed');
        }
        return finalized ? this.#final(hash, { hash, block, events }, signal) : { hash, block, events };
    }

    /** Sign and hand over one transaction. Only one at a time runs here. */
    async #send(call: Call, signal?: AbortSignal): Promise<{ hash: Hex; included: Promise<{ block: BlockInfo; index: number }> }> {
        for (let attempt = 0; ; attempt += 1) {
            signal?.throwIfAborted();
            const nonce = await this.#nonce();
            const best = await this.#chain.best();
            const signed = await this.#sign(call, nonce);
            const hash = signed.hash.toHex();
            const era = signed.era;
            const dies = era.isMortalEra ? era.asMortalEra.death(best.number) : best.number + 64;
            const included = this.#await(hash, nonce, dies);
            included.catch(() => {});
            try {
                await this.#watch(best.number);
                await this.#chain.submit(signed.toHex());
                this.#floor = Math.max(this.#floor, nonce + 1);
                return { hash, included };
            } catch (error) {
                // Whatever went wrong, the node knows better than we do which nonce is next.
                this.#pending.delete(hash);
                this.#floor = 0;
                if (!isNonceError(error) || attempt + 1 >= ATTEMPTS) throw refusal(error);
                await pause(100 * (attempt + 1), signal);
            }
        }
    }

    /** The next nonce: what the node says, but never one that a transaction of ours has. */
    async #nonce(): Promise<number> {
        const said = (await this.#chain.api.rpc.system.accountNextIndex(this.address)).toNumber();
        const used = [...this.#pending.values()].reduce((most, { nonce }) => Math.max(most, nonce + 1), this.#floor);
        return Math.max(said, used);
    }

    async #sign(call: Call, nonce: number): Promise<Call> {
        if ('signer' in this.#account) {
            return call.signAsync(this.#account.address, { nonce, signer: this.#account.signer });
        }
        return call.signAsync(this.#account, { nonce });
    }

    #await(hash: Hex, nonce: number, dies: number): Promise<{ block: BlockInfo; index: number }> {
        return new Promise((resolve, reject) => {
            this.#pending.set(hash, { nonce, dies, include: (block, index) => resolve({ block, index }), fail: reject });
        });
    }

    /** Look for pending transactions in every block, as long as there are any. */
    async #watch(from: number): Promise<void> {
        this.#watching ??= this.#chain.watch(from, (block) => this.#look(block));
        try {
            await this.#watching;
        } catch (error) {
            this.#watching = undefined;
            throw error;
        }
    }

    async #look(block: BlockInfo): Promise<void> {
        if (this.#pending.size > 0) {
            const { block: found } = await this.#chain.api.rpc.chain.getBlock(block.hash);
            found.extrinsics.forEach((extrinsic, index) => {
                const hash = extrinsic.hash.toHex();
                const pending = this.#pending.get(hash);
                if (!pending) return;
                this.#pending.delete(hash);
                pending.include(block, index);
            });
            for (const [hash, pending] of this.#pending) {
                if (block.number <= pending.dies + GRACE) continue;
                this.#pending.delete(hash);
                this.#floor = 0;
                pending.fail(new TransactionError('the transaction was in no block and is too old for another one'));
            }
        }
        if (this.#pending.size === 0 && this.#watching) {
            const watching = this.#watching;
            this.#watching = undefined;
            void watching.then((stop) => stop());
        }
    }

    /** Wait until a final block holds the transaction. */
    async #final(hash: Hex, first: Included, signal?: AbortSignal): Promise<Included> {
        let stop: (() => void) | undefined;
        const found = new Promise<{ block: BlockInfo; index: number }>((resolve, reject) => {
            const listener = async (block: BlockInfo): Promise<void> => {
                if (block.number > first.block.number + 256) reject(new TransactionError('the transaction is in no final block'));
                const { block: body } = await this.#chain.api.rpc.chain.getBlock(block.hash);
                const index = body.extrinsics.findIndex((extrinsic) => extrinsic.hash.toHex() === hash);
                if (index >= 0) resolve({ block, index });
            };
            this.#chain.watch(first.block.number - 1, listener, true).then((end) => (stop = end), reject);
        });
        try {
            const { block, index } = await abortable(found, signal);
            const events = (await this.#chain.events(block.hash)).filter(({ extrinsic }) => extrinsic === index);
            return { hash, block, events };
        } finally {
            stop?.();
        }
    }
}

/** The event of this name; the chain reports it for sure if versions fit. */
export function event(included: Included, name: string): Record<string, unknown> {
    const found = included.events.find((event) => event.name === name);
    if (!found) throw new ConfigurationError(`the chain did not report ${name}: is it of another version?`);
    return found.data;
}

async function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!signal) return promise;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
        const cancel = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', cancel, { once: true });
        promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
    });
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The node refuses the nonce: 1010 "outdated" (it was used), 1014 (another transaction waits with it), 1012 and 1013 (it had this one before). */
function isNonceError(error: unknown): boolean {
    return /^(1010:.*(outdated|stale)|1014:|1013:|1012:)/i.test(words(error));
}

function refusal(error: unknown): Error {
    if (error instanceof DOMException) return error;
    return new TransactionError(`the node did not take the transaction: ${words(error)}`, { cause: error });
}
