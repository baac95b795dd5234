// Trace files of `candor verify`, read and changed: written from the words of verifier/README.md.

import { tensorRoot } from './commitments.js';

const MAGIC = 'candort1';
const SLOT = 82;
const FLOAT32 = 1;

/** A tensor of a trace file. */
export interface Kept {
    position: number;
    dtype: number;
    dims: number[];
    data: Buffer;
}

/** A trace file in memory. */
export class Trace {
    readonly #bytes: Buffer;

    constructor(bytes: Uint8Array) {
        this.#bytes = Buffer.from(bytes);
        if (this.#bytes.subarray(0, 8).toString() !== MAGIC) throw new Error('this is no trace file');
    }

    get count(): number {
        return this.#bytes.readUInt32LE(8);
    }

    get bytes(): Buffer {
        return this.#bytes;
    }

    root(position: number): Buffer {
        return this.#bytes.subarray(12 + 32 * position, 44 + 32 * position);
    }

    /** All roots, one after the other. */
    get roots(): Buffer {
        return this.#bytes.subarray(12, 12 + 32 * this.count);
    }

    tensor(position: number): Kept {
        const slot = this.#bytes.subarray(12 + 32 * this.count + SLOT * position).subarray(0, SLOT);
        const word = (at: number) => Number(slot.readBigUInt64LE(at));
        const dims = Array.from({ length: slot.readUInt8(1) }, (_, n) => word(2 + 8 * n));
        const data = this.#bytes.subarray(word(66), word(66) + word(74));
        return { position, dtype: slot.readUInt8(0), dims, data };
    }

    /** The float tensor in the middle of the run that has at least so many bytes. */
    middle(bytes: number): Kept {
        const able = Array.from({ length: this.count }, (_, position) => this.tensor(position)).filter(
            ({ dtype, data }) => dtype === FLOAT32 && data.length >= bytes,
        );
        return able[Math.floor(able.length / 2)]!;
    }

    /** Flip a bit of a tensor and commit to it. */
    lie({ position, dtype, dims, data }: Kept, byte: number, bit: number): void {
        data[byte]! ^= 1 << bit;
        this.root(position).set(tensorRoot(dtype, dims, data));
    }
}
