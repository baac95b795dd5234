// Sessions: one host, prices fixed once, many calls off chain that are paid after they were answered and checked.

import { type Amount, toPlanck } from './amounts.js';
import { type Hex, toHex } from './bytes.js';
import type { Chain } from './chain/connection.js';
import { text, type Variant } from './chain/plain.js';
import { event } from './chain/transactions.js';
import type { Context } from './context.js';
import { cryptoReady, publicKey, toAddress, VoucherKey } from './crypto.js';
import { CandorError } from './errors.js';
import { type Release, type ReleaseRef, resolve } from './releases.js';
import { Inference } from './inference.js';
import { memoryStore, type SessionStore } from './sessions/store.js';
import { SessionChannel } from './sessions/channel.js';
import type { SessionTerms } from './voucher.js';

/** How a session is opened. */
export interface OpenOptions {
    /** What all calls together may cost: held until it was spent or the session ends. */
    deposit: Amount;
    /** The host; one that the market draws if left out. */
    host?: string;
    /** Units of the largest call; those of a typical call if left out. */
    maxUnits?: bigint | number;
    /** Most that one call may cost; what the dearest live offer asks for the largest call if left out. */
    maxFee?: Amount;
    /** Whether only a host whose machine is attested may answer: calls are final sooner, audited less often. */
    attested?: boolean;
    /** For how many blocks calls are answered; 1800 (an hour) if left out. */
    blocks?: number;
    /** Where the host's gateway is; where the chain says if left out. */
    endpoint?: string;
    /** Where the session's key, receipts' commitment and calls in flight are kept; in memory if left out. */
    store?: SessionStore;
    signal?: AbortSignal;
}

/** A session as the chain has it. Amounts are in planck. */
export interface SessionInfo {
    terms: SessionTerms;
    /** Key that signs its receipts. */
    worker: Hex;
    /** Where its host can be reached. */
    endpoint: string;
    /** `open`, `closing`, `ended` or `overturned`. */
    state: string;
    /** Block after which anyone can end it. */
    endsAfter: number | undefined;
    /** What the last voucher that the chain took pays for. */
    settled: { calls: number; fee: bigint; receipts: Hex };
    /** Held for fees. */
    held: bigint;
    /** Held for what it stores. */
    bond: bigint;
    /** Numbers of the batches that are not final. */
    batches: number[];
}

/** What a session would cost now. Amounts are in planck. */
export interface SessionQuote {
    /** Host that would be drawn now, or the one that was named. */
    host: string;
    variant: Hex;
    pricePerCall: bigint;
    pricePerUnit: bigint;
    /** What a call of the most units costs. */
    maxFee: bigint;
    /** How many such calls the deposit pays for. */
    calls: number;
    /** Held beside the deposit. */
    bond: bigint;
}

/** Sessions on chain, and calls in them without a proxy. */
export class Sessions {
    readonly #context: Context;

    constructor(context: Context) {
        this.#context = context;
    }

    /** Open a session; resolves when a block holds it. Calls are made by `session.infer`. */
    async open(ref: ReleaseRef, options: OpenOptions): Promise<SessionChannel> {
        const chain = await this.#context.chain();
        const transactions = await this.#context.transactions();
        const release = await resolve(chain, ref);
        await cryptoReady();
        const key = new VoucherKey();
        const { deposit, host, blocks = 1_800, attested = false, signal } = options;
        const maxUnits = BigInt(options.maxUnits ?? release.units.reference);
        const maxFee = options.maxFee === undefined ? await dearest(chain, release, maxUnits, host) : toPlanck(options.maxFee);
        const expires = (await chain.best()).number + blocks;
        const call = chain.call(
            'sessions',
            'open',
            release.id,
            host ?? null,
            maxUnits,
            maxFee,
            toPlanck(deposit),
            expires,
            key.public,
            attested,
        );
        const done = await transactions.submit(call, signal ? { signal } : {});
        const id = event(done, 'sessions.SessionOpened').session as bigint;
        const info = await this.get(id);
        if (info === undefined) throw new CandorError(`session ${id} is gone`, 'unknown_session');
        const endpoint = options.endpoint ?? info.endpoint;
        const inference = new Inference(this.#context.endpoint(endpoint));
        const store = options.store ?? memoryStore();
        return SessionChannel.begin({ release, terms: info.terms, worker: info.worker, endpoint, seed: key.seed }, inference, store);
    }

    /** Go on with a session that is kept in a store. */
    async resume(id: bigint, store: SessionStore): Promise<SessionChannel> {
        const chain = await this.#context.chain();
        const info = await this.get(id);
        if (info === undefined) throw new CandorError(`session ${id} is not on the chain any more`, 'unknown_session');
        const release = await resolve(chain, info.terms.release);
        await cryptoReady();
        const open = (endpoint: string): Inference => new Inference(this.#context.endpoint(endpoint));
        return SessionChannel.resume(id, { release, terms: info.terms, worker: info.worker }, open, store);
    }

    /** What a session would cost. */
    async quote(ref: ReleaseRef, options: Pick<OpenOptions, 'deposit' | 'host' | 'maxUnits' | 'attested'>): Promise<SessionQuote> {
        const chain = await this.#context.chain();
        const release = await resolve(chain, ref);
        const { host, deposit, attested = false } = options;
        const units = BigInt(options.maxUnits ?? release.units.reference);
        const asked = [release.id, host ?? null, units, toPlanck(deposit), attested];
        const answer = await chain.ask<Variant>('sessionsApi', 'quoteSession', ...asked);
        if (answer.type === 'Ok') return answer.value as SessionQuote;
        throw new CandorError(`no session can be opened now: ${(answer.value as Variant).type}`, 'no_quote');
    }

    /** A session of which something is left to be done. */
    async get(id: bigint): Promise<SessionInfo | undefined> {
        const found = await (await this.#context.chain()).ask<SessionJson | undefined>('sessionsApi', 'session', id);
        return found && readSession(found);
    }

    /** Sessions of an account; of the SDK's own account if left out. */
    async list(account?: string): Promise<SessionInfo[]> {
        const chain = await this.#context.chain();
        const who = toAddress(account ?? (await this.#context.account()).address);
        const all: SessionInfo[] = [];
        for (;;) {
            const start = (all.at(-1)?.terms.session ?? -1n) + 1n;
            const page = await chain.ask<SessionJson[]>('sessionsApi', 'sessionsOf', who, start, 100);
            if (page.length === 0) return all;
            all.push(...page.map(readSession));
        }
    }

    /** Add to a session's deposit, or give it more time (in blocks). */
    async topUp(session: bigint | SessionChannel, amount: Amount, options: { blocks?: number } = {}): Promise<void> {
        const chain = await this.#context.chain();
        const id = typeof session === 'bigint' ? session : session.id;
        const expires = options.blocks === undefined ? null : (await chain.best()).number + options.blocks;
        const call = chain.call('sessions', 'topUp', id, toPlanck(amount), expires);
        const done = await (await this.#context.transactions()).submit(call);
        const now = event(done, 'sessions.SessionToppedUp') as { deposit: bigint; expires: number };
        if (typeof session !== 'bigint') await session.extend(now.deposit, now.expires);
    }

    /**
     * Close a session. Its host is asked to agree on the last voucher: then it ends at once. A host that does not, or
     * whose session is named by its number, has some blocks to settle; then the rest of the deposit comes back by itself.
     */
    async close(session: bigint | SessionChannel): Promise<void> {
        const chain = await this.#context.chain();
        const transactions = await this.#context.transactions();
        if (typeof session === 'bigint') return void (await transactions.submit(chain.call('sessions', 'close', session, null)));
        let agreed;
        try {
            agreed = await session.agree();
        } catch {
            await session.finish();
            return void (await transactions.submit(chain.call('sessions', 'close', session.id, null)));
        }
        await transactions.submit(chain.call('sessions', 'closeAgreed', agreed.voucher, agreed.signature));
    }
}

interface SessionJson {
    terms: Omit<SessionTerms, 'key'> & { key: string };
    worker: string;
    endpoint: Hex;
    phase: Variant;
    endsAfter: number | undefined;
    settledCalls: number;
    settledFee: bigint;
    receipts: Hex;
    held: bigint;
    bond: bigint;
    batches: number[];
}

function readSession(view: SessionJson): SessionInfo {
    const key = (text: string): Hex => (text.startsWith('0x') ? (text as Hex) : toHex(publicKey(text)));
    const { terms, worker, endpoint, phase, endsAfter, settledCalls, settledFee, receipts, held, bond, batches } = view;
    return {
        terms: { ...terms, key: key(terms.key) },
        worker: key(worker),
        endpoint: text(endpoint),
        state: phase.type.toLowerCase(),
        endsAfter,
        settled: { calls: settledCalls, fee: settledFee, receipts },
        held,
        bond,
        batches,
    };
}

/** What the dearest live offer asks for a call of so many units. */
async function dearest(chain: Chain, release: Release, units: bigint, host?: string): Promise<bigint> {
    interface Price {
        host: string;
        live: boolean;
        pricePerCall: bigint;
        pricePerUnit: bigint;
    }
    const offers = await chain.ask<Price[]>('hostsApi', 'offers', release.id, 0, 100);
    const only = host === undefined ? undefined : toAddress(host);
    const fees = offers
        .filter((offer) => offer.live && (only === undefined || offer.host === only))
        .map((offer) => offer.pricePerCall + offer.pricePerUnit * units);
    if (fees.length === 0) throw new CandorError(`no live host offers ${release.name}@${release.version} right now`, 'no_quote');
    return fees.reduce((most, fee) => (fee > most ? fee : most));
}

