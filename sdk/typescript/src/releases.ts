// Releases as the chain describes them, and their names.

import type { Hex } from './bytes.js';
import type { Chain } from './chain/connection.js';
import { text, type Variant } from './chain/plain.js';
import { keyPair, toAddress } from './crypto.js';
import { CandorError, ConfigurationError } from './errors.js';
import type { Inputs } from './inference.js';
import type { Named } from './oip.js';
import { type DType, tensor } from './tensor.js';

/** A length of a declared shape: fixed, or bound by the call (equal names are equal lengths) up to a maximum. */
export type Dim = number | { name: string; max: number };

/** A declared input or output. */
export interface TensorSpec {
    name: string;
    dtype: DType;
    shape: Dim[];
    /** Allowed values of integers, both ends included. */
    range: { min: bigint; max: bigint } | undefined;
}

/** An immutable version of a model. */
export interface Release {
    id: number;
    repository: number;
    /** Address of the owner of the repository. */
    publisher: string;
    name: string;
    version: string;
    /** Why, if it was deprecated. */
    deprecated: string | undefined;
    private: boolean;
    manifestHash: Hex;
    modelRoot: Hex;
    files: { path: string; size: number; root: Hex }[];
    /** Prepared for these execution profiles. */
    variants: { profile: Hex; root: Hex; graph: number }[];
    inputs: TensorSpec[];
    outputs: TensorSpec[];
    /** How units are counted: product of the lengths of `dims`, divided, rounded up, at least 1. */
    units: { dims: string[]; divisor: number; reference: bigint };
    licence: string;
    tags: string[];
    /** Publisher's share of every fee, in parts per million. */
    royalty: number;
    /** Where the files can be fetched by content id. */
    source: string;
}

interface TensorJson {
    name: Hex;
    dtype: Variant;
    shape: (Variant<number> | Variant<{ name: Hex; max: number }>)[];
    range: { min: bigint; max: bigint } | undefined;
}

/** A release as the chain's `ReleaseView` says. */
export function readRelease(view: unknown): Release {
    const { spec, ...about } = view as {
        id: number;
        repository: number;
        publisher: string;
        name: Hex;
        version: Hex;
        deprecated: Hex | undefined;
        private: boolean;
        spec: {
            manifestHash: Hex;
            modelRoot: Hex;
            files: { path: Hex; size: bigint; root: Hex }[];
            variants: { profile: Hex; root: Hex; graph: number }[];
            inputs: TensorJson[];
            outputs: TensorJson[];
            units: { dims: Hex[]; divisor: number; reference: bigint };
            licence: Hex;
            tags: Hex[];
            royalty: number;
            source: Hex;
        };
    };
    return {
        ...about,
        name: text(about.name),
        version: text(about.version),
        deprecated: about.deprecated === undefined ? undefined : text(about.deprecated),
        manifestHash: spec.manifestHash,
        modelRoot: spec.modelRoot,
        files: spec.files.map(({ path, size, root }) => ({ path: text(path), size: Number(size), root })),
        variants: spec.variants.map(({ profile, root, graph }) => ({ profile, root, graph })),
        inputs: spec.inputs.map(readTensor),
        outputs: spec.outputs.map(readTensor),
        units: { ...spec.units, dims: spec.units.dims.map(text) },
        licence: text(spec.licence),
        tags: spec.tags.map(text),
        royalty: spec.royalty,
        source: text(spec.source),
    };
}

const readTensor = ({ name, dtype, shape, range }: TensorJson): TensorSpec => ({
    name: text(name),
    dtype: dtype.type.toLowerCase() as DType,
    shape: shape.map(({ type, value }) => {
        if (type === 'Fixed') return value as number;
        const symbolic = value as { name: Hex; max: number };
        return { name: text(symbolic.name), max: symbolic.max };
    }),
    range,
});

/** `publisher/name@1.2.3`, `name@1.2.3`, `name` (the newest that is not deprecated), or a number. */
export type ReleaseRef = string | number | Release;

interface Parsed {
    publisher: string | undefined;
    name: string;
    version: string | undefined;
}

/** The parts of a reference. */
export function parseRef(ref: string): Parsed {
    const slash = ref.lastIndexOf('/');
    const publisher = slash < 0 ? undefined : ref.slice(0, slash);
    const [name, version, ...more] = ref.slice(slash + 1).split('@');
    const good = name !== '' && name !== undefined && publisher !== '' && more.length === 0;
    if (!good || (version !== undefined && !/^v?\d+\.\d+\.\d+$/.test(version))) {
        throw new ConfigurationError(`${ref} names no release: write publisher/name@1.2.3, name@1.2.3, name, or its number`);
    }
    return { publisher, name, version: version?.replace(/^v/, '') };
}

/** All releases of the registry. */
export async function allReleases(chain: Chain): Promise<Release[]> {
    const all: Release[] = [];
    for (;;) {
        const start = (all.at(-1)?.id ?? -1) + 1;
        const page = await chain.ask<unknown[]>('modelsApi', 'releases', start, 100);
        if (page.length === 0) return all;
        all.push(...page.map(readRelease));
    }
}

/** Find a release. */
export async function resolve(chain: Chain, ref: ReleaseRef): Promise<Release> {
    if (typeof ref === 'object') return ref;
    const byId = async (id: number): Promise<Release> => {
        const view = await chain.ask<unknown>('modelsApi', 'release', id);
        if (view === undefined) throw unknown(`there is no release ${id}`);
        return readRelease(view);
    };
    if (typeof ref === 'number' || /^\d+$/.test(ref)) return byId(Number(ref));
    const { publisher, name, version } = parseRef(ref);
    if (publisher !== undefined) {
        const owner = publisher.startsWith('//') ? (await keyPair(publisher)).address : toAddress(publisher);
        const id = await chain.ask<number | undefined>('modelsApi', 'findRelease', owner, name, version ?? '');
        if (id === undefined) throw unknown(`no release is called ${ref}`);
        return byId(id);
    }
    return newest(await allReleases(chain), name, version);
}

/** The newest release of a name, if only one publisher has it; a deprecated one only if nothing else is left. */
export function newest(all: readonly Release[], name: string, version?: string): Release {
    let found = all.filter((release) => release.name === name && (version === undefined || release.version === version));
    if (new Set(found.map(({ publisher }) => publisher)).size > 1) {
        const names = found.map((release) => `${release.publisher}/${release.name}@${release.version}`);
        throw new ConfigurationError(`several publishers have a ${name}: ${names.join(', ')}`);
    }
    if (version === undefined && found.some(({ deprecated }) => deprecated === undefined)) {
        found = found.filter(({ deprecated }) => deprecated === undefined);
    }
    const last = found.sort((a, b) => compareVersions(a.version, b.version)).at(-1);
    if (last === undefined) throw unknown(`no release is called ${name}${version === undefined ? '' : `@${version}`}`);
    return last;
}

const unknown = (message: string): CandorError => new CandorError(message, 'unknown_release');

function compareVersions(a: string, b: string): number {
    const [x, y] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
    return x[0]! - y[0]! || x[1]! - y[1]! || x[2]! - y[2]!;
}

/** Inputs of a call in the release's order, checked against what it declares. */
export function arrange(release: Release, inputs: Inputs): Named[] {
    const extra = Object.keys(inputs).find((name) => !release.inputs.some((input) => input.name === name));
    if (extra !== undefined) throw new TypeError(`the model has no input ${extra}: it wants ${wants(release)}`);
    return release.inputs.map(({ name, dtype, range }): Named => {
        const value = inputs[name];
        if (value === undefined) throw new TypeError(`the input ${name} is missing: the model wants ${wants(release)}`);
        let made;
        try {
            made = tensor(value, dtype);
        } catch (error) {
            throw new TypeError(`the input ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        }
        if (range && !Array.from<number | bigint | string>(made.data).every((element) => within(BigInt(element), range))) {
            throw new TypeError(`the input ${name} has a value outside ${range.min} to ${range.max}`);
        }
        return [name, made];
    });
}

const within = (value: bigint, { min, max }: { min: bigint; max: bigint }): boolean => min <= value && value <= max;

const wants = (release: Release): string =>
    release.inputs.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.map(dimension).join(', ')}]`).join(', ');
const dimension = (dim: Dim): string => (typeof dim === 'number' ? String(dim) : `${dim.name} <= ${dim.max}`);

/** Units of a call with these inputs, in the release's order. */
export function countUnits(release: Release, inputs: readonly Named[]): bigint {
    const bound = new Map<string, number>();
    release.inputs.forEach((spec, at) => {
        const { shape } = inputs[at]![1];
        const fits = (dim: Dim, length: number): boolean => {
            if (typeof dim === 'number') return dim === length;
            const before = bound.get(dim.name);
            bound.set(dim.name, length);
            return length <= dim.max && (before === undefined || before === length);
        };
        if (shape.length !== spec.shape.length || !spec.shape.every((dim, axis) => fits(dim, shape[axis]!))) {
            throw new TypeError(`the shape [${shape.join(', ')}] of ${spec.name} does not fit: the model wants ${wants(release)}`);
        }
    });
    const { dims, divisor } = release.units;
    const product = dims.reduce((all, name) => all * BigInt(bound.get(name) ?? 1), 1n);
    const by = BigInt(Math.max(divisor, 1));
    const units = (product + by - 1n) / by;
    return units > 1n ? units : 1n;
}
