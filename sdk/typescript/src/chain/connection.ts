// A connection to a node: questions to the runtime, blocks as they come, errors in the chain's own words.

import { ApiPromise, WsProvider } from '@polkadot/api';
import type { DispatchError, EventRecord, Header } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types-codec/types';
import { stringCamelCase } from '@polkadot/util';
import { fromHex, type Hex } from '../bytes.js';
import { cryptoReady } from '../crypto.js';
import { ChainError, ConfigurationError, ConnectionError } from '../errors.js';
import { plain } from './plain.js';

/** Something that happened in a block. */
export interface ChainEvent {
    /** `pallet.Name`, for example `jobs.JobSubmitted`. */
    name: string;
    /** Fields in plain values. */
    data: Record<string, unknown>;
    /** Position of the extrinsic that it belongs to; `undefined` outside of extrinsics. */
    extrinsic: number | undefined;
}

/** A block. */
export interface BlockInfo {
    hash: Hex;
    number: number;
}

type BlockListener = (block: BlockInfo) => Promise<void> | void;

/** A node of the chain. */
export class Chain {
    readonly api: ApiPromise;
    /** Hash of the genesis block. */
    readonly genesis: Hex;
    readonly #own: boolean;
    readonly #blocks: Blocks;
    readonly #finalized: Blocks;

    private constructor(api: ApiPromise, own: boolean) {
        this.api = api;
        this.#own = own;
        this.genesis = api.genesisHash.toHex();
        this.#blocks = new Blocks(api, false);
        this.#finalized = new Blocks(api, true);
    }

    /** Connect to a node, or use a connection that there is. */
    static async connect(to: string | ApiPromise, timeout = 30_000): Promise<Chain> {
        await cryptoReady();
        if (typeof to !== 'string') {
            await to.isReadyOrError;
            return new Chain(to, false);
        }
        const provider = new WsProvider(to);
        let timer: ReturnType<typeof setTimeout> | undefined;
        const late = new Promise<never>((_, reject) => {
            timer = setTimeout(() => reject(new ConnectionError(`${to} does not answer within ${timeout} ms`)), timeout);
        });
        try {
            const api = await Promise.race([ApiPromise.create({ provider, noInitWarn: true }), late]);
            return new Chain(api, true);
        } catch (error) {
            await provider.disconnect().catch(() => {});
            if (error instanceof ConnectionError) throw error;
            throw new ConnectionError(`${to} cannot be used`, { cause: error });
        } finally {
            clearTimeout(timer);
        }
    }

    /** Ask the runtime, for example `ask('jobsApi', 'job', 12n)`. */
    async ask<T>(section: string, method: string, ...args: unknown[]): Promise<T> {
        const call = this.api.call[section]?.[method];
        if (!call) throw new ConfigurationError(`the chain does not know ${section}.${method}: is it a Candor chain of this version?`);
        return plain(await call(...args)) as T;
    }

    /** Read storage, for example `read('jobs', 'nextJobId')`. */
    async read<T>(pallet: string, item: string, ...keys: unknown[]): Promise<T> {
        const entry = this.api.query[pallet]?.[item];
        if (!entry) throw new ConfigurationError(`the chain has no storage ${pallet}.${item}`);
        return plain((await entry(...keys)) as Codec) as T;
    }

    /**
     * The bytes of a storage value as the chain keeps them, in a block: of a map under the SCALE of its key. The item's default if
     * there is none, or `undefined`.
     */
    async raw(pallet: string, item: string, key: Uint8Array | undefined, block: Hex): Promise<Uint8Array | undefined> {
        const entry = this.api.query[pallet]?.[item];
        if (!entry) throw new ConfigurationError(`the chain has no storage ${pallet}.${item}: is it a Candor chain of this version?`);
        const { meta } = entry.creator;
        const found = await this.#provider.send<Hex | null>('state_getStorage', [key ? entry.key(key) : entry.key(), block]);
        if (found !== null) return fromHex(found);
        return meta.modifier.isDefault ? meta.fallback.toU8a(true) : undefined;
    }

    /** A call, for example `call('jobs', 'cancel', 12n)`. */
    call(pallet: string, name: string, ...args: unknown[]): ReturnType<ApiPromise['tx'][string][string]> {
        const call = this.api.tx[pallet]?.[name];
        if (!call) throw new ConfigurationError(`the chain has no call ${pallet}.${name}`);
        return call(...args);
    }

    /** Hand a signed transaction to the node, past the client's log: a refusal is handled, or told by an error. */
    async submit(transaction: Hex): Promise<void> {
        await this.#provider.send('author_submitExtrinsic', [transaction]);
    }

    get #provider(): WsProvider {
        return (this.api as unknown as { _rpcCore: { provider: WsProvider } })._rpcCore.provider;
    }

    /** The best block. */
    async best(): Promise<BlockInfo> {
        const header = await this.api.rpc.chain.getHeader();
        return { hash: header.hash.toHex(), number: header.number.toNumber() };
    }

    /** All events of a block. */
    async events(block: Hex): Promise<ChainEvent[]> {
        const at = await this.api.at(block);
        const records = (await at.query.system!.events!()) as unknown as EventRecord[];
        return records.map(({ event, phase }) => {
            const names = event.data.names ?? event.data.map((_, index) => String(index));
            return {
                name: `${event.section}.${event.method}`,
                data: Object.fromEntries(names.map((name, index) => [stringCamelCase(name), plain(event.data[index]!)])),
                extrinsic: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : undefined,
            };
        });
    }

    /** The error of an extrinsic among the events of its block. */
    async failure(block: Hex, extrinsic: number): Promise<ChainError | undefined> {
        const at = await this.api.at(block);
        const records = (await at.query.system!.events!()) as unknown as EventRecord[];
        for (const { event, phase } of records) {
            if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== extrinsic) continue;
            if (event.section === 'system' && event.method === 'ExtrinsicFailed') {
                return this.errorOf(event.data[0] as unknown as DispatchError);
            }
        }
        return undefined;
    }

    /** A dispatch error with the chain's own words. */
    errorOf(error: DispatchError): ChainError {
        if (!error.isModule) return new ChainError('system', error.type, error.toString());
        const { section, name, docs } = this.api.registry.findMetaError(error.asModule);
        return new ChainError(section, name, docs.join(' ').trim());
    }

    /**
     * Hear of every block from the one after `from` on, on the best chain (or the final one), in order, until the
     * returned function is called. After a fork the blocks of the new branch follow.
     */
    watch(from: number, listener: BlockListener, finalized = false): Promise<() => void> {
        return (finalized ? this.#finalized : this.#blocks).watch(from, listener);
    }

    async close(): Promise<void> {
        if (this.#own) await this.api.disconnect();
    }
}

/** One subscription to heads for all who want to hear of blocks, and the blocks that it left out. */
class Blocks {
    readonly #api: ApiPromise;
    readonly #final: boolean;
    readonly #watchers = new Set<{ listener: BlockListener; seen: Map<Hex, number>; from: number; queue: Promise<void> }>();
    #stop: Promise<() => void> | undefined;

    constructor(api: ApiPromise, final: boolean) {
        this.#api = api;
        this.#final = final;
    }

    async watch(from: number, listener: BlockListener): Promise<() => void> {
        const watcher = { listener, seen: new Map<Hex, number>(), from, queue: Promise.resolve() };
        this.#watchers.add(watcher);
        const { chain } = this.#api.rpc;
        const tell = (header: Header): void => this.#tell(header);
        this.#stop ??= this.#final ? chain.subscribeFinalizedHeads(tell) : chain.subscribeNewHeads(tell);
        const subscribed = this.#stop;
        try {
            await subscribed;
            // What there is already, in case that no block comes for a while.
            const head = this.#final ? await chain.getHeader(await chain.getFinalizedHead()) : await chain.getHeader();
            this.#enqueue(watcher, head);
        } catch (error) {
            this.#watchers.delete(watcher);
            if (this.#stop === subscribed) this.#stop = undefined;
            throw new ConnectionError('the node does not tell of blocks', { cause: error });
        }
        return () => {
            this.#watchers.delete(watcher);
            if (this.#watchers.size > 0 || this.#stop === undefined) return;
            const stop = this.#stop;
            this.#stop = undefined;
            stop.then((end) => end(), () => {});
        };
    }

    #tell(header: Header): void {
        for (const watcher of this.#watchers) this.#enqueue(watcher, header);
    }

    #enqueue(watcher: { listener: BlockListener; seen: Map<Hex, number>; from: number; queue: Promise<void> }, header: Header): void {
        watcher.queue = watcher.queue.then(async () => {
            if (!this.#watchers.has(watcher)) return;
            try {
                for (const block of await this.#missing(watcher, header)) {
                    if (!this.#watchers.has(watcher)) return;
                    await watcher.listener(block);
                    watcher.seen.set(block.hash, block.number);
                }
            } catch {
                // The connection broke off: the next head brings what is missing.
            }
            for (const [hash, number] of watcher.seen) if (number < header.number.toNumber() - 256) watcher.seen.delete(hash);
        });
    }

    /** The block and its ancestors that the watcher has not seen, oldest first. */
    async #missing(watcher: { seen: Map<Hex, number>; from: number }, header: Header): Promise<BlockInfo[]> {
        const found: BlockInfo[] = [];
        for (let at = header; at.number.toNumber() > watcher.from; ) {
            const hash = at.hash.toHex();
            if (watcher.seen.has(hash)) break;
            found.push({ hash, number: at.number.toNumber() });
            if (at.number.toNumber() === watcher.from + 1) break;
            at = await this.#api.rpc.chain.getHeader(at.parentHash);
        }
        return found.reverse();
    }
}
