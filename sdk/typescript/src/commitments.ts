// How Candor commits to bytes, tensors, files and models: primitives/commitments/README.md, in TypeScript.

import { concat, type Hex, fromHex, toHex, utf8 } from './bytes.js';
import { blake2 } from './crypto.js';
import { uint } from './scale.js';

/** Bytes of a chunk. */
export const CHUNK = 1024;

/** The first byte of everything that is hashed. */
export const TAG = {
    leaf: 0x00,
    node: 0x01,
    tensor: 0x02,
    tensors: 0x03,
    file: 0x04,
    model: 0x05,
    receipt: 0x06,
    trace: 0x07,
    batch: 0x08,
    variant: 0x0d,
    voucher: 0x11,
    attestation: 0x12,
} as const;

const tagged = (tag: number, ...parts: Uint8Array[]): Uint8Array => blake2(concat(Uint8Array.of(tag), ...parts));
const leaf = (bytes: Uint8Array): Uint8Array => tagged(TAG.leaf, bytes);
const node = (left: Uint8Array, right: Uint8Array): Uint8Array => tagged(TAG.node, left, right);

/** The tree of RFC 6962 over leaves as they come, in 32 bytes per level. */
class Accumulator {
    readonly peaks: Uint8Array[];
    count: number;

    constructor(peaks: Uint8Array[] = [], count = 0) {
        this.peaks = peaks;
        this.count = count;
    }

    /** Append a leaf. Like adding one to a binary counter: each carry joins two subtrees of equal size. */
    push(hash: Uint8Array): void {
        let carried = hash;
        for (let rest = this.count; rest % 2 === 1; rest = Math.floor(rest / 2)) carried = node(this.peaks.pop()!, carried);
        this.peaks.push(carried);
        this.count += 1;
    }

    root(): Uint8Array {
        if (this.peaks.length === 0) return leaf(new Uint8Array());
        return this.peaks.reduceRight((right, left) => node(left, right));
    }
}

/** Builds the root of data that comes in pieces, whatever the pieces. */
export class DataHasher {
    readonly #tree = new Accumulator();
    #pending = new Uint8Array();
    #length = 0;

    update(bytes: Uint8Array): this {
        this.#length += bytes.length;
        const all = this.#pending.length > 0 ? concat(this.#pending, bytes) : bytes;
        let at = 0;
        // A whole last chunk waits, too: the data may end here.
        for (; all.length - at >= CHUNK; at += CHUNK) this.#tree.push(leaf(all.subarray(at, at + CHUNK)));
        this.#pending = all.slice(at);
        return this;
    }

    /** Bytes so far. */
    get length(): number {
        return this.#length;
    }

    /** Merkle root over the chunks of all bytes. */
    dataRoot(): Uint8Array {
        if (this.#pending.length > 0) {
            this.#tree.push(leaf(this.#pending));
            this.#pending = new Uint8Array();
        }
        return this.#tree.root();
    }

    /** Content id of a file with these bytes. */
    fileRoot(): Hex {
        const size = uint(this.#length, 8);
        return toHex(tagged(TAG.file, size, this.dataRoot()));
    }
}

/** Content id of a file. */
export const fileRoot = (bytes: Uint8Array): Hex => new DataHasher().update(bytes).fileRoot();

/** Root of a tensor: ONNX's number of its type, its shape, its bytes. */
export function tensorRoot(dtype: number, shape: readonly number[], bytes: Uint8Array): Hex {
    const head = [Uint8Array.of(dtype, shape.length), ...shape.map((length) => uint(length, 8)), uint(bytes.length, 8)];
    return toHex(tagged(TAG.tensor, ...head, new DataHasher().update(bytes).dataRoot()));
}

/** Where a list of roots stands: enough to append to it. */
export interface ListState {
    count: number;
    peaks: Hex[];
}

/** Commitment to a list of roots that grows. */
export class ListHasher {
    readonly #tag: number;
    readonly #tree: Accumulator;

    constructor(tag: number, state: ListState = { count: 0, peaks: [] }) {
        this.#tag = tag;
        this.#tree = new Accumulator(state.peaks.map(fromHex), state.count);
    }

    push(root: Hex): this {
        this.#tree.push(leaf(fromHex(root)));
        return this;
    }
    get length(): number {
        return this.#tree.count;
    }
    root(): Hex {
        return toHex(tagged(this.#tag, uint(this.#tree.count, 4), this.#tree.root()));
    }
    state(): ListState {
        return { count: this.#tree.count, peaks: this.#tree.peaks.map(toHex) };
    }
}

/** Commitment to a list of roots. */
export function listRoot(tag: number, roots: readonly Hex[]): Hex {
    const list = new ListHasher(tag);
    for (const root of roots) list.push(root);
    return list.root();
}

/** Root of a call's inputs or outputs, from the roots of its tensors in the release's order. */
export const tensorsRoot = (roots: readonly Hex[]): Hex => listRoot(TAG.tensors, roots);

/** Root of a model's files, in the manifest's order. */
export function modelRoot(files: readonly { path: string; root: Hex }[]): Hex {
    const tree = new Accumulator();
    for (const { path, root } of files) {
        const name = utf8(path);
        tree.push(leaf(concat(uint(name.length, 4), name, fromHex(root))));
    }
    return toHex(tagged(TAG.model, uint(files.length, 4), tree.root()));
}

/** What follows the tag of a receipt, draft or voucher, hashed. */
export const taggedHash = (tag: number, encoded: Uint8Array): Uint8Array => tagged(tag, encoded);
