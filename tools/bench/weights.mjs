// Reads what calls are granted: the generated pallets/*/src/weights.rs, and the calls that take their weights from there. Anything that
// is not understood is an error: a weight that nobody checked must not look like one that was.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Weight of a read and a write of ParityDB, in picoseconds, as frame-support has them. */
const PARITY_DB = { read: 8_000_000, write: 50_000_000 };

const FUNCTION = /^\tfn (\w+)\(((?:_?[a-z]: u32, )*)\) -> Weight ?([;{])$/;
const RANGE = /^\t\/\/\/ The range of component `([a-z])` is `\[(\d+), (\d+)\]`\.$/;
const BASE = /^\t\tWeight::from_parts\(([\d_]+), ([\d_]+)\)$/;
const SLOPE = /^\t\t\t\.saturating_add\(Weight::from_parts\(([\d_]+), ([\d_]+)\)\.saturating_mul\(([a-z])\.into\(\)\)\)$/;
const ACCESS = /^\t\t\t\.saturating_add\(T::DbWeight::get\(\)\.(reads|writes)\(([\d_]+)_u64\)\)$/;
const ACCESS_SLOPE = /^\t\t\t\.saturating_add\(T::DbWeight::get\(\)\.(reads|writes)\(\(([\d_]+)_u64\)\.saturating_mul\(([a-z])\.into\(\)\)\)\)$/;

const number = (text) => Number(text.replaceAll('_', ''));
const components = (text) => [...text.matchAll(/_?([a-z]): u32, /g)].map(([, name]) => name);

/** What the runtime says that a read and a write of its database weigh, in picoseconds. */
export function databaseWeight(systemConfig) {
    if (!/^ {4}type DbWeight = ParityDbWeight;$/m.test(systemConfig)) throw new Error('the runtime has another database than ParityDB');
    return PARITY_DB;
}

/**
 * The functions of a generated file, by name: their components with the range that was measured, and the formula of the runtime's
 * implementation. Beside them the names that its trait has, unless it takes the trait of another file.
 */
export function parseWeights(text) {
    const lines = text.split('\n');
    const at = lines.indexOf('impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {');
    const end = lines.indexOf('}', at);
    if (at < 0 || end < 0) throw new Error('there is no implementation for the runtime');
    const functions = new Map();
    let ranges = {};
    let open;
    lines.slice(at + 1, end).forEach((line, index) => {
        const fail = (what) => {
            throw new Error(`line ${at + 2 + index}: ${what}: ${line}`);
        };
        const used = (name) => (open.components.includes(name) ? name : fail('an unknown component'));
        let match;
        if ((match = RANGE.exec(line))) ranges[match[1]] = [Number(match[2]), Number(match[3])];
        else if (/^\t\/\/\/ (Storage|Proof): /.test(line) || /^\t\t+\/\/ /.test(line)) return;
        else if (!open && (match = FUNCTION.exec(line)) && match[3] === '{') {
            const name = match[1];
            if (functions.has(name)) fail('it is there twice');
            open = { name, components: components(match[2]), ranges, slopes: [] };
            if (open.components.join() !== Object.keys(ranges).join()) fail('components and ranges differ');
            functions.set(name, open);
            ranges = {};
        } else if (open && line === '\t}') {
            if (!open.base) fail('it has no weight');
            open = undefined;
        } else if (open && !open.base && (match = BASE.exec(line))) open.base = { time: number(match[1]), reads: 0, writes: 0 };
        // The proof of a read is not limited in this chain's blocks.
        else if (open?.base && (match = SLOPE.exec(line))) open.slopes.push({ of: 'time', slope: number(match[1]), component: used(match[3]) });
        else if (open?.base && (match = ACCESS.exec(line))) open.base[match[1]] += number(match[2]);
        else if (open?.base && (match = ACCESS_SLOPE.exec(line))) open.slopes.push({ of: match[1], slope: number(match[2]), component: used(match[3]) });
        else fail('it is not understood');
    });
    return { functions, trait: parseTrait(lines) };
}

function parseTrait(lines) {
    const at = lines.indexOf('pub trait WeightInfo {');
    if (at < 0) {
        if (!lines.includes('pub use crate::weights::WeightInfo;')) throw new Error('there is no trait');
        return undefined;
    }
    return lines.slice(at + 1, lines.indexOf('}', at)).map((line) => {
        const match = FUNCTION.exec(line);
        if (match?.[3] !== ';') throw new Error(`a line of the trait is not understood: ${line}`);
        return match[1];
    });
}

/** What a function grants with these components: time without the database in picoseconds, reads and writes. */
export function granted({ base, slopes }, values) {
    const all = { ...base };
    for (const { of, slope, component } of slopes) all[of] += slope * values[component];
    return all;
}

// --- Calls ----------------------------------------------------------------------------------------------------------

/** The text behind an opening bracket, up to the one that closes it. */
function balanced(text, from, [opening, closing]) {
    let depth = 1;
    for (let at = from; at < text.length; at += 1) {
        if (text[at] === opening) depth += 1;
        if (text[at] === closing) depth -= 1;
        if (depth === 0) return text.slice(from, at);
    }
    throw new Error(`a bracket is never closed: ${text.slice(from, from + 60)}`);
}

function attribute(text, name) {
    const begin = `#[pallet::${name}(`;
    const at = text.indexOf(begin);
    return at < 0 ? undefined : balanced(text, at + begin.length, '()');
}

/** The calls of a pallet by its lib.rs: their names, and the expressions of their weights and of that of authorising them. */
export function parseCalls(lib) {
    const begin = /#\[pallet::call(\(weight[^\n]*\))?\]\n/.exec(lib);
    if (!begin) return [];
    const body = balanced(lib, lib.indexOf('{', begin.index) + 1, '{}');
    const indices = body.split('#[pallet::call_index(').length - 1;
    const calls = [...body.matchAll(/#\[pallet::call_index\(\d+\)\]([\s\S]*?)\bpub fn (\w+)/g)].map(([, attributes, name]) => ({
        name,
        weight: attribute(attributes, 'weight') ?? (begin[1] && `T::WeightInfo::${name}()`),
        authorised: attribute(attributes, 'authorize') === undefined ? undefined : (attribute(attributes, 'weight_of_authorize') ?? ''),
    }));
    if (calls.length === 0 || calls.length !== indices) throw new Error('the calls are not understood');
    return calls;
}

/** Names of the weight functions that an expression comes to, through the pallet's own functions in `sources`. */
export function functionsBehind(expression, sources, seen = new Set()) {
    const found = new Set([...expression.matchAll(/\bWeightInfo::(\w+)/g)].map(([, name]) => name));
    for (const [, name] of expression.matchAll(/\b(?:Self|Pallet::<T(?:, I)?>)::(\w+)/g)) {
        if (seen.has(name)) continue;
        seen.add(name);
        for (const source of sources) {
            const head = new RegExp(`\\bfn ${name}\\b[^{;]*\\{`).exec(source);
            if (!head) continue;
            const body = balanced(source, head.index + head[0].length, '{}');
            for (const one of functionsBehind(body, sources, seen)) found.add(one);
        }
    }
    return found;
}

/** What is wrong with the weights of a pallet's calls: those that no benchmark stands behind. */
export function unweighed(lib, sources, trait) {
    return parseCalls(lib).flatMap(({ name, weight, authorised }) => {
        const expressions = [weight ?? '', ...(authorised === undefined ? [] : [authorised])];
        return expressions.flatMap((expression, which) => {
            const behind = [...functionsBehind(expression, sources)];
            const what = which === 0 ? `call ${name}` : `authorising call ${name}`;
            if (behind.length === 0) return [`${what} has a weight that was not measured`];
            return behind.filter((one) => !trait.includes(one)).map((one) => `${what} takes its weight from ${one}, which is not in WeightInfo`);
        });
    });
}

// --- Pallets --------------------------------------------------------------------------------------------------------

/** What the benchmarks of the runtime measure whose names are not those of a pallet: the pallet, and its file of weights. */
const INSTANCES = {
    pallet_attestations_amd: ['attestations', 'weights_amd.rs'],
    // Validators' pools take the weights of the hosts' pools.
    pallet_stake_pools_validators: ['stake-pools', 'weights.rs'],
};

/** The pallets of the repository that have calls. */
export function palletsWithCalls(repository) {
    const folder = join(repository, 'pallets');
    const hasCalls = (name) => readFileSync(join(folder, name, 'src', 'lib.rs'), 'utf8').includes('#[pallet::call');
    return readdirSync(folder).filter(hasCalls);
}

/** Weights, trait and errors of what the runtime's list of benchmarks calls `name`. */
export function readPallet(repository, name) {
    const [pallet, file] = INSTANCES[name] ?? [name.replace(/^pallet_/, '').replaceAll('_', '-'), 'weights.rs'];
    const folder = join(repository, 'pallets', pallet, 'src');
    const read = (file) => readFileSync(join(folder, file), 'utf8');
    try {
        const { functions, trait = parseWeights(read('weights.rs')).trait } = parseWeights(read(file));
        const sources = readdirSync(folder)
            .filter((file) => file.endsWith('.rs') && !file.startsWith('weights') && !['benchmarking.rs', 'mock.rs', 'tests.rs'].includes(file))
            .map(read);
        return { functions, trait, errors: unweighed(read('lib.rs'), sources, trait).map((error) => `${name}: ${error}`) };
    } catch (error) {
        throw new Error(`${name}, ${join(folder, file)}: ${error.message}`);
    }
}
