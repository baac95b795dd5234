// What the tests say to the chain: extrinsics with their errors decoded, events, balances.

import { once } from 'node:events';
import { createConnection } from 'node:net';
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { EventRecord, Header } from '@polkadot/types/interfaces';
import type { AnyJson } from '@polkadot/types-codec/types';
import { stringCamelCase } from '@polkadot/util';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { sleep, until } from './process.js';

export const CNDR = 1_000_000_000_000n;
export const MILLI = CNDR / 1_000n;
export const SS58 = 2609;

export type Tx = SubmittableExtrinsic<'promise'>;

await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519', ss58Format: SS58 });
/** A well-known account, or any other secret URI. */
export const account = (uri: string): KeyringPair => keyring.addFromUri(uri);
export const [alice, bob, charlie, dave, eve, ferdie] = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map(
    (name) => account(`//${name}`),
) as [KeyringPair, KeyringPair, KeyringPair, KeyringPair, KeyringPair, KeyringPair];

/** Connect, with types from the chain's metadata alone. `check` may throw while it waits. */
export async function connect(url: string, check: () => void = () => {}, timeout = 180_000): Promise<ApiPromise> {
    const end = Date.now() + timeout;
    for (;;) {
        check();
        const provider = new WsProvider(url, false);
        try {
            // The provider would not tell that nobody listens yet, and wait.
            await reached(url);
            await provider.connect();
            await within(20_000, provider.isReady);
            return await within(60_000, ApiPromise.create({ provider, noInitWarn: true }));
        } catch (error) {
            await provider.disconnect().catch(() => {});
            if (Date.now() > end) throw new Error(`${url} does not answer`, { cause: error });
            await sleep(100);
        }
    }
}

/** Somebody listens there. */
async function reached(url: string): Promise<void> {
    const { hostname, port } = new URL(url);
    const socket = createConnection({ host: hostname, port: Number(port), timeout: 5_000 });
    try {
        await Promise.race([
            once(socket, 'connect'),
            once(socket, 'timeout').then(() => Promise.reject(new Error(`${url}: no answer within 5 s`))),
        ]);
    } finally {
        socket.destroy();
    }
}

/** A call of the node's RPC as it is, past the client's types. */
export function rpc<T>(api: ApiPromise, method: string, ...params: unknown[]): Promise<T> {
    const { provider } = (api as unknown as { _rpcCore: { provider: WsProvider } })._rpcCore;
    return provider.send<T>(method, params);
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
    const timer = new AbortController();
    const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`no answer within ${ms} ms`);
    });
    late.catch(() => {});
    try {
        return await Promise.race([promise, late]);
    } finally {
        timer.abort();
    }
}

/** An event in plain values: numbers of more than 53 bits are bigints as text, hashes are hex. */
export interface Happened {
    name: string;
    data: Record<string, AnyJson>;
    extrinsic: number | undefined;
}

export function plain(record: EventRecord): Happened {
    const { event, phase } = record;
    const names = event.data.names ?? event.data.map((_, at) => String(at));
    const data = Object.fromEntries(names.map((name, at) => [stringCamelCase(name), event.data[at]!.toJSON()]));
    const extrinsic = phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : undefined;
    return { name: `${event.section}.${event.method}`, data, extrinsic };
}

/** All events of a block. */
export async function eventsAt(api: ApiPromise, block: string): Promise<Happened[]> {
    const at = await api.at(block);
    const records = (await at.query.system!.events!()) as unknown as EventRecord[];
    return records.map(plain);
}

/** An event with its block's number. */
export type Placed = Happened & { block: number };

/** All events from block `from` to block `to`, or to the best one. Reads many blocks at a time. */
export async function history(api: ApiPromise, from: number, to?: number): Promise<Placed[]> {
    const last = to ?? (await bestNumber(api));
    const all: Placed[] = [];
    for (let first = from; first <= last; first += 32) {
        const numbers = Array.from({ length: Math.min(32, last + 1 - first) }, (_, at) => first + at);
        const found = numbers.map(async (block) => {
            const hash = (await api.rpc.chain.getBlockHash(block)).toHex();
            return (await eventsAt(api, hash)).map((event) => ({ ...event, block }));
        });
        all.push(...(await Promise.all(found)).flat());
    }
    return all;
}

/** A number of an event, whatever form it has. */
export const big = (value: AnyJson | undefined): bigint => BigInt(value as string | number);

/** What came of an extrinsic. */
export interface Included {
    block: string;
    number: number;
    events: Happened[];
    /** Name of the error (`jobs.FeeTooLow`), if it failed. */
    error: string | undefined;
    /** What its signer paid for it, in planck. */
    fee: bigint;
}

export interface SendOptions {
    /** Wait until its block is final. */
    finalized?: boolean;
    /** The next one if left out. */
    nonce?: number;
    /** For how many blocks it is valid, on this fork; 0 for ever and on every fork. */
    era?: number;
}

/** Send an extrinsic and wait until a block has it. Several at once need a nonce each. */
export async function send(
    api: ApiPromise,
    tx: Tx,
    signer: KeyringPair,
    { finalized = false, nonce = -1, era }: SendOptions = {},
): Promise<Included> {
    const included = await new Promise<{ hash: string; index: number }>((resolve, reject) => {
        let unsubscribe: (() => void) | undefined;
        const late = setTimeout(() => done(() => reject(new Error(`${label(tx)}: in no block after 90 s`))), 90_000);
        const done = (end: () => void) => {
            clearTimeout(late);
            unsubscribe?.();
            end();
        };
        tx.signAndSend(signer, era === undefined ? { nonce } : { nonce, era }, (result) => {
            const { status, txIndex } = result;
            const hash = status.isFinalized ? status.asFinalized : status.isInBlock ? status.asInBlock : undefined;
            if (hash !== undefined && (status.isFinalized || !finalized)) {
                if (txIndex === undefined) return done(() => reject(new Error(`${label(tx)}: not found in its block`)));
                done(() => resolve({ hash: hash.toHex(), index: txIndex }));
            } else if (status.isDropped || status.isInvalid || status.isUsurped) {
                done(() => reject(new Error(`${label(tx)}: ${status.type}`)));
            }
        }).then(
            (stop) => (unsubscribe = stop),
            (error: unknown) => done(() => reject(new Error(`${label(tx)} was not taken`, { cause: error }))),
        );
    });
    const header = await api.rpc.chain.getHeader(included.hash);
    const events = (await eventsAt(api, included.hash)).filter((event) => event.extrinsic === included.index);
    const paid = events.find((event) => event.name === 'transactionPayment.TransactionFeePaid');
    return {
        block: included.hash,
        number: header.number.toNumber(),
        events,
        error: failure(api, events),
        fee: paid ? big(paid.data.actualFee) : 0n,
    };
}

const label = (tx: Tx): string => `${tx.method.section}.${tx.method.method}`;

/** Name of the error among an extrinsic's events. */
function failure(api: ApiPromise, events: Happened[]): string | undefined {
    const failed = events.find((event) => event.name === 'system.ExtrinsicFailed');
    if (!failed) return sudoFailure(api, events);
    return errorName(api, failed.data.dispatchError);
}

function sudoFailure(api: ApiPromise, events: Happened[]): string | undefined {
    const sudid = events.find((event) => event.name === 'sudo.Sudid');
    const result = sudid?.data.sudoResult as { err?: AnyJson } | undefined;
    return result?.err === undefined ? undefined : errorName(api, result.err);
}

/** Name of a dispatch error as the metadata has it. */
export function errorName(api: ApiPromise, json: AnyJson | undefined): string {
    const error = api.registry.createType('DispatchError', json as never) as unknown as {
        isModule: boolean;
        asModule: Parameters<typeof api.registry.findMetaError>[0];
        toString(): string;
    };
    if (!error.isModule) return error.toString();
    const { section, name } = api.registry.findMetaError(error.asModule);
    return `${section}.${name}`;
}

/** Send an extrinsic that has to succeed. */
export async function ok(
    api: ApiPromise,
    tx: Tx,
    signer: KeyringPair,
    options: SendOptions = {},
): Promise<Included> {
    const included = await send(api, tx, signer, options);
    if (included.error !== undefined) throw new Error(`${label(tx)} failed: ${included.error}`);
    return included;
}

/** Send extrinsics of one signer at once; they come into blocks in this order. */
export async function sendAll(api: ApiPromise, txs: Tx[], signer: KeyringPair): Promise<Included[]> {
    const first = (await api.rpc.system.accountNextIndex(signer.address)).toNumber();
    return Promise.all(txs.map((tx, at) => send(api, tx, signer, { nonce: first + at })));
}

/** The one event of this name. */
export function one(events: Happened[], name: string): Happened {
    const [found, ...more] = events.filter((event) => event.name === name);
    if (!found || more.length > 0) {
        const names = events.map((event) => event.name).join(', ');
        throw new Error(`${name}: ${more.length + (found ? 1 : 0)} times, among ${names}`);
    }
    return found;
}

/** Everything an account has, free and on hold. */
export async function wealth(api: ApiPromise, who: string, block?: string): Promise<bigint> {
    const { free, reserved } = await balances(api, who, block);
    return free + reserved;
}

export async function balances(
    api: ApiPromise,
    who: string,
    block?: string,
): Promise<{ free: bigint; reserved: bigint }> {
    const at = block === undefined ? api : await api.at(block);
    const found = (await at.query.system!.account!(who)) as unknown as {
        data: { free: { toBigInt(): bigint }; reserved: { toBigInt(): bigint } };
    };
    return { free: found.data.free.toBigInt(), reserved: found.data.reserved.toBigInt() };
}

/** An account that the runtime names as a constant. */
export const constant = (api: ApiPromise, pallet: string, name: string): string => {
    const found = api.consts[pallet]?.[name];
    if (!found) throw new Error(`the runtime has no constant ${pallet}.${name}`);
    return found.toString();
};

export const bestNumber = async (api: ApiPromise): Promise<number> =>
    (await api.rpc.chain.getHeader()).number.toNumber();

/** Wait until the best block is at least `number`. */
export const untilBlock = (api: ApiPromise, number: number): Promise<number> =>
    until(
        `block ${number}`,
        async () => {
            const best = await bestNumber(api);
            return best >= number ? best : undefined;
        },
        180_000,
        250,
    );

/** Wait for an event in the blocks from `from` on; gives it with its block. */
export async function awaitEvent(
    api: ApiPromise,
    from: number,
    matches: (event: Happened) => boolean,
    what: string,
    timeout = 120_000,
): Promise<Happened & { block: string; number: number }> {
    let next = from;
    return until(
        what,
        async () => {
            for (const best = await bestNumber(api); next <= best; next += 1) {
                const block = (await api.rpc.chain.getBlockHash(next)).toHex();
                const found = (await eventsAt(api, block)).find(matches);
                if (found) return { ...found, block, number: next };
            }
            return undefined;
        },
        timeout,
    );
}

/** Wait until GRANDPA finalised the block of this number. */
export const untilFinalized = (api: ApiPromise, number: number, timeout = 60_000): Promise<Header> =>
    until(
        `block ${number} is finalised`,
        async () => {
            const header = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
            return header.number.toNumber() >= number ? header : undefined;
        },
        timeout,
    );

/** Set one of the chain's parameters by sudo. */
export const setParameter = (
    api: ApiPromise,
    pallet: 'Jobs' | 'Hosts' | 'Audits' | 'Attestations' | 'Validators',
    name: string,
    value: number | bigint,
): Promise<Included> =>
    ok(
        api,
        api.tx.sudo!.sudo!(api.tx.parameters!.setParameter!({ [pallet]: { [name]: [null, value] } })),
        alice,
    );
