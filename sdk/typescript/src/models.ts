// The registry of models: find, publish, fetch.

import { fromHex, type Hex, toHex } from './bytes.js';
import { event } from './chain/transactions.js';
import { DataHasher, fileRoot } from './commitments.js';
import type { Context } from './context.js';
import { blake2 } from './crypto.js';
import { CandorError, ConfigurationError, ProtocolError } from './errors.js';
import { type CallOptions, Endpoint } from './http.js';
import { allReleases, type Release, type ReleaseRef, resolve } from './releases.js';

/** A release that `candor model prepare` made: its manifest, and its files by path. */
export interface Prepared {
    /** The bytes of `manifest.json`. */
    manifest: Uint8Array;
    file(path: string): Promise<Uint8Array>;
}

/** `manifest.json`. */
interface Manifest {
    name: string;
    version: string;
    license: string;
    tags: string[];
    files: { path: string; size: number; root: string }[];
    model_root: string;
    variants: {
        profile: string;
        graph: string;
        judging: { rules: number; graph: string; weights: string; trace: number; trace_bytes: number; exact: boolean };
        root: string;
    }[];
    inputs: TensorJson[];
    outputs: TensorJson[];
    unit_dims: string[];
    unit_divisor: number;
    reference_units: number;
    royalty_permill: number;
}

interface TensorJson {
    name: string;
    dtype: string;
    shape: (number | { name: string; max: number })[];
    range: [number, number] | null;
}

/** An offer of a release by a host. */
export interface Offer {
    host: string;
    release: number;
    variant: Hex;
    /** In planck. */
    pricePerCall: bigint;
    pricePerUnit: bigint;
    capacity: number;
    inFlight: number;
    live: boolean;
}

/** A host. */
export interface Host {
    account: string;
    /** Key that signs its receipts. */
    worker: Hex;
    /** Where it can be reached off chain. */
    endpoint: string;
    hardware: string;
    stake: bigint;
    freeStake: bigint;
    openReceipts: number;
    live: boolean;
    chilled: boolean;
    leavesAt: number | undefined;
    lastSeen: number;
    offers: number[];
}

/** Where files are put and fetched by content id: an engine. */
export interface Store {
    /** Address of the engine, for example `http://127.0.0.1:9955`. */
    engine: string;
    /** Its token; needed to put something there. */
    token?: string;
}

const hex = (root: string): Hex => (root.startsWith('0x') ? root : `0x${root}`) as Hex;
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The registry of models. */
export class Models {
    readonly #context: Context;

    constructor(context: Context) {
        this.#context = context;
    }

    /** All releases. */
    async list(): Promise<Release[]> {
        return allReleases(await this.#context.chain());
    }

    /** Releases that have all words in name, tags, licence or publisher; deprecated ones only if `deprecated` is set. */
    async search(words: string, options: { deprecated?: boolean } = {}): Promise<Release[]> {
        const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '');
        return (await this.list()).filter((release) => {
            if (release.deprecated !== undefined && !options.deprecated) return false;
            const text = [release.name, ...release.tags, release.licence, release.publisher].join(' ').toLowerCase();
            return wanted.every((word) => text.includes(word));
        });
    }

    /** One release. */
    async get(ref: ReleaseRef): Promise<Release> {
        return resolve(await this.#context.chain(), ref);
    }

    /** Who offers a release, and for how much. */
    async offers(ref: ReleaseRef): Promise<Offer[]> {
        const chain = await this.#context.chain();
        const { id } = await resolve(chain, ref);
        const all: Offer[] = [];
        for (;;) {
            const page = await chain.ask<Offer[]>('hostsApi', 'offers', id, all.length, 100);
            if (page.length === 0) return all;
            all.push(...page);
        }
    }

    /** Create a repository for the releases of one model; gives its id. */
    async create(name: string, options: { private?: boolean } = {}): Promise<number> {
        const chain = await this.#context.chain();
        const transactions = await this.#context.transactions();
        const done = await transactions.submit(chain.call('models', 'createRepository', name, options.private ?? false));
        return event(done, 'models.RepositoryCreated').repository as number;
    }

    /** The account's repository of this name. */
    async repository(name: string): Promise<number | undefined> {
        const chain = await this.#context.chain();
        const { address } = await this.#context.account();
        return chain.read<number | undefined>('models', 'repositoryIds', address, name);
    }

    /**
     * Publish a prepared release, in a repository that is created if there is none. Its files must lie (or soon lie)
     * under `source` by content id. The same release again changes nothing.
     */
    async release(prepared: Prepared, options: { source: string; private?: boolean; royalty?: number }): Promise<Release> {
        const chain = await this.#context.chain();
        const { address } = await this.#context.account();
        const manifest = readManifest(prepared.manifest);
        const found = await chain.ask<number | undefined>('modelsApi', 'findRelease', address, manifest.name, manifest.version);
        if (found !== undefined) {
            const release = await resolve(chain, found);
            if (release.manifestHash === toHex(blake2(prepared.manifest))) return release;
            throw new CandorError(`${manifest.name}@${manifest.version} is published already, with other content`, 'published');
        }
        const repository =
            (await this.repository(manifest.name)) ?? (await this.create(manifest.name, { private: options.private ?? false }));
        const [major, minor, patch] = manifest.version.split('.').map(Number);
        const spec = specOf(prepared.manifest, manifest, options);
        const transactions = await this.#context.transactions();
        const done = await transactions.submit(
            chain.call('models', 'publishRelease', repository, { major, minor, patch }, spec),
        );
        return resolve(chain, event(done, 'models.ReleasePublished').release as number);
    }

    /** Put the files of a prepared release on an engine. Gives the source for `release`. */
    async upload(prepared: Prepared, store: Store, options: CallOptions = {}): Promise<string> {
        const engine = this.#engine(store);
        for (const { path, root } of readManifest(prepared.manifest).files) {
            const id = hex(root);
            const there = await engine.sendOnce(`/v1/store/${id}`, { ...options, method: 'HEAD' }).catch(() => undefined);
            if (there) continue;
            const body = new Uint8Array(await prepared.file(path));
            if (fileRoot(body) !== id) throw new CandorError(`${path} is not the file of the manifest: prepare the release again`, 'changed');
            await engine.send(`/v1/store/${id}`, { ...options, method: 'PUT', body });
        }
        return `${engine.url}/v1/store`;
    }

    /** Fetch the files of a release, one after the other, every byte checked. */
    async *download(
        ref: ReleaseRef,
        options: CallOptions & { source?: string } = {},
    ): AsyncGenerator<{ path: string; bytes: Uint8Array }> {
        const release = await this.get(ref);
        for (const { path, root, size } of release.files) {
            yield { path, bytes: await this.#fetch(options.source ?? release.source, root, size, options) };
        }
    }

    /** No new jobs and offers for a release, for good. */
    async deprecate(ref: ReleaseRef, reason: string): Promise<void> {
        const chain = await this.#context.chain();
        const { id } = await resolve(chain, ref);
        await (await this.#context.transactions()).submit(chain.call('models', 'deprecate', id, reason));
    }

    #engine({ engine, token }: Store): Endpoint {
        return this.#context.endpoint(engine, { ...(token === undefined ? {} : { apiKey: token }), timeout: 600_000 });
    }

    async #fetch(source: string, root: Hex, size: number, options: CallOptions): Promise<Uint8Array> {
        if (!/^https?:/.test(source)) throw new ConfigurationError(`files at ${source} cannot be fetched here: name another source`);
        const { body } = await this.#context.endpoint(source).send(`/${root.slice(2)}`, { timeout: 600_000, ...options });
        if (body.length !== size || new DataHasher().update(body).fileRoot() !== root) {
            throw new ProtocolError(`${source} gave other bytes than ${root}`);
        }
        return body;
    }
}

function readManifest(bytes: Uint8Array): Manifest {
    try {
        return JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
    } catch (error) {
        throw new ConfigurationError(`manifest.json cannot be read: ${String(error)}`);
    }
}

/** A release as the call `models.publishRelease` takes it. */
function specOf(bytes: Uint8Array, manifest: Manifest, options: { source: string; royalty?: number }): object {
    const tensor = ({ name, dtype, shape, range }: TensorJson): object => ({
        name,
        dtype: capital(dtype),
        shape: shape.map((dim) => (typeof dim === 'number' ? { Fixed: dim } : { Symbolic: dim })),
        range: range === null ? null : { min: range[0], max: range[1] },
    });
    return {
        manifestHash: blake2(bytes),
        modelRoot: fromHex(manifest.model_root),
        files: manifest.files.map(({ path, size, root }) => ({ path, size, root: fromHex(root) })),
        variants: manifest.variants.map(({ profile, graph, judging, root }) => ({
            profile: fromHex(profile),
            graph: manifest.files.findIndex(({ path }) => path === graph),
            judging: {
                rules: judging.rules,
                graph: fromHex(judging.graph),
                weights: fromHex(judging.weights),
                trace: judging.trace,
                traceBytes: judging.trace_bytes,
                exact: judging.exact,
            },
            root: fromHex(root),
        })),
        inputs: manifest.inputs.map(tensor),
        outputs: manifest.outputs.map(tensor),
        units: { dims: manifest.unit_dims, divisor: manifest.unit_divisor, reference: manifest.reference_units },
        licence: manifest.license,
        tags: manifest.tags,
        royalty: options.royalty ?? manifest.royalty_permill,
        source: options.source,
    };
}
