// MiniLM as the tests use it: prepared by the command line, its manifest read, sentences cut to tokens, and what plain
// ONNX Runtime makes of them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexToU8a, stringToU8a, u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';
import { DTYPE, fileRoot, hex, type Judging, modelRoot, tensorRoot, tensorsRoot, variantRoot } from './commitments.js';
import { built, MINILM_SOURCE, PYTHON, REPO, scratch } from './env.js';
import { run } from './process.js';

interface Tensor {
    name: string;
    dtype: string;
    shape: (number | { name: string; max: number })[];
    range: [number, number] | null;
}

/** `manifest.json` of a prepared release. */
export interface Manifest {
    name: string;
    version: string;
    license: string;
    tags: string[];
    files: { path: string; size: number; root: string }[];
    model_root: string;
    variants: {
        profile: string;
        profile_text: string;
        graph: string;
        judging: {
            rules: number;
            graph: string;
            weights: string;
            trace: number;
            trace_bytes: number;
            exact: boolean;
        };
        root: string;
    }[];
    inputs: Tensor[];
    outputs: Tensor[];
    unit_dims: string[];
    unit_divisor: number;
    reference_units: number;
    royalty_permill: number;
}

/** A folder that `candor model prepare` wrote. */
export class Prepared {
    readonly manifest: Manifest;
    readonly #manifestBytes: Buffer;

    constructor(readonly folder: string) {
        this.#manifestBytes = readFileSync(join(folder, 'manifest.json'));
        this.manifest = JSON.parse(this.#manifestBytes.toString()) as Manifest;
    }

    /** Bytes of a file, by its path in the release. */
    file(path: string): Buffer {
        return readFileSync(join(this.folder, path));
    }

    /** The file that a content id names. */
    byRoot(root: string): Buffer {
        const found = this.manifest.files.find((file) => file.root === root);
        if (!found) throw new Error(`no file has the root ${root}`);
        return this.file(found.path);
    }

    /** The manifest's roots, computed again from the files. */
    roots(): { files: string[]; model: string; variants: string[] } {
        const files = this.manifest.files.map(({ path }) => ({ path: stringToU8a(path), root: fileRoot(this.file(path)) }));
        const variants = this.manifest.variants.map(({ profile_text, graph, judging }) => {
            const at = this.manifest.files.findIndex((file) => file.path === graph);
            return hex(variantRoot(blake2AsU8a(stringToU8a(profile_text), 256), files[at]!.root, judgement(judging)));
        });
        return { files: files.map(({ root }) => hex(root)), model: hex(modelRoot(files)), variants };
    }

    /** The release as the call `models.publishRelease` takes it. */
    spec(source: string, royalty: number = this.manifest.royalty_permill): Record<string, unknown> {
        const { manifest } = this;
        const dim = (dim: Tensor['shape'][number]) =>
            typeof dim === 'number' ? { Fixed: dim } : { Symbolic: { name: dim.name, max: dim.max } };
        const tensor = ({ name, dtype, shape, range }: Tensor) => ({
            name,
            dtype: capital(dtype),
            shape: shape.map(dim),
            range: range === null ? null : { min: range[0], max: range[1] },
        });
        return {
            manifestHash: blake2AsU8a(this.#manifestBytes, 256),
            modelRoot: bytes(manifest.model_root),
            files: manifest.files.map(({ path, size, root }) => ({ path: path, size, root: bytes(root) })),
            variants: manifest.variants.map(({ profile, graph, judging, root }) => ({
                profile: bytes(profile),
                graph: manifest.files.findIndex((file) => file.path === graph),
                judging: judgement(judging),
                root: bytes(root),
            })),
            inputs: manifest.inputs.map(tensor),
            outputs: manifest.outputs.map(tensor),
            units: {
                dims: manifest.unit_dims,
                divisor: manifest.unit_divisor,
                reference: manifest.reference_units,
            },
            licence: manifest.license,
            tags: manifest.tags,
            royalty,
            source: source,
        };
    }
}

const judgement = (entry: Manifest['variants'][number]['judging']): Judging => ({
    rules: entry.rules,
    graph: bytes(entry.graph),
    weights: bytes(entry.weights),
    trace: entry.trace,
    traceBytes: entry.trace_bytes,
    exact: entry.exact,
});
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const bytes = (root: string): Uint8Array => hexToU8a(root.startsWith('0x') ? root : `0x${root}`);

/** MiniLM, prepared once for all tests of a run. */
export async function minilm(): Promise<Prepared> {
    const folder = process.env.E2E_MINILM ?? join(scratch('minilm'), 'minilm');
    if (!existsSync(join(folder, 'manifest.json'))) {
        await run(built('candor'), ['model', 'prepare', MINILM_SOURCE, '--out', folder]);
    }
    return new Prepared(folder);
}

// --- Input ----------------------------------------------------------------------------------------------------------

/** A tensor as calls take it, with what its commitment needs. */
export interface Input {
    dtype: string;
    shape: number[];
    data: Uint8Array;
}

/** ONNX's numbers of element types. */
export const CODES: Record<string, number> = DTYPE;

/** Root of a list of tensors. */
export const rootOf = (tensors: Input[]): Uint8Array =>
    tensorsRoot(tensors.map(({ dtype, shape, data }) => tensorRoot(CODES[dtype]!, shape, data)));

/** Tensors as a payload with their bytes. */
export const inline = (tensors: Input[]): Record<string, unknown> => ({
    Inline: tensors.map(({ dtype, shape, data }) => ({ dtype, shape, data: u8aToHex(data) })),
});

/** Tensors by content id, to be fetched at `source`. */
export const content = (tensors: Input[], source: string): Record<string, unknown> => ({
    Content: {
        tensors: tensors.map(({ dtype, shape, data }) => ({ dtype, shape, root: u8aToHex(tensorRoot(CODES[dtype]!, shape, data)) })),
        source,
    },
});

export const int64 = (values: number[]): Uint8Array =>
    new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
export const float32 = (values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

/** A small WordPiece: enough for plain English sentences. */
export class WordPiece {
    readonly #vocabulary: Record<string, number>;

    constructor(tokenizer: Buffer) {
        const { model } = JSON.parse(tokenizer.toString()) as { model: { vocab: Record<string, number> } };
        this.#vocabulary = model.vocab;
    }

    ids(sentence: string): number[] {
        const words = sentence.toLowerCase().match(/[a-z0-9]+|[^\sa-z0-9]/g) ?? [];
        return [this.#id('[CLS]'), ...words.flatMap((word) => this.#pieces(word)), this.#id('[SEP]')];
    }

    /** MiniLM's three inputs for one sentence. */
    inputs(sentence: string): Input[] {
        const ids = this.ids(sentence);
        const row = (values: number[]): Input => ({ dtype: 'Int64', shape: [1, ids.length], data: int64(values) });
        return [row(ids), row(ids.map(() => 1)), row(ids.map(() => 0))];
    }

    #pieces(word: string): number[] {
        const found: number[] = [];
        for (let start = 0; start < word.length; ) {
            let end = word.length;
            const piece = () => (start > 0 ? '##' : '') + word.slice(start, end);
            while (end > start && !(piece() in this.#vocabulary)) end -= 1;
            if (end === start) return [this.#id('[UNK]')];
            found.push(this.#id(piece()));
            start = end;
        }
        return found;
    }

    #id(token: string): number {
        const id = this.#vocabulary[token];
        if (id === undefined) throw new Error(`the vocabulary has no ${token}`);
        return id;
    }
}

/** What the model that was not prepared gives in plain ONNX Runtime, and the token ids that the tokenizer gives. */
export async function reference(sentences: string[]): Promise<{ ids: number[][]; embeddings: Uint8Array }> {
    const { stdout } = await run(PYTHON, [join(REPO, 'e2e', 'reference.py'), MINILM_SOURCE, ...sentences]);
    const { ids, embeddings } = JSON.parse(stdout) as { ids: number[][]; embeddings: string };
    return { ids, embeddings: hexToU8a(`0x${embeddings}`) };
}
