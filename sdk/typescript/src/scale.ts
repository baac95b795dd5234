// SCALE as receipts, vouchers and attestations need it: integers little-endian and of fixed width, bytes with or without their length.

import { concat, fromHex, type Hex, toHex } from './bytes.js';

/** An unsigned integer of `bytes` bytes, little-endian. */
export function uint(value: bigint | number, bytes: number): Uint8Array {
    let rest = BigInt(value);
    if (rest < 0n || rest >> BigInt(8 * bytes) !== 0n) throw new RangeError(`${value} does not fit ${8 * bytes} bits`);
    const out = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 1) {
        out[at] = Number(rest & 0xffn);
        rest >>= 8n;
    }
    return out;
}

/** Appends values one after the other. */
export class Writer {
    readonly #parts: Uint8Array[] = [];

    u8(value: number): this {
        return this.bytes(uint(value, 1));
    }
    u16(value: number): this {
        return this.bytes(uint(value, 2));
    }
    u32(value: number): this {
        return this.bytes(uint(value, 4));
    }
    u64(value: bigint | number): this {
        return this.bytes(uint(value, 8));
    }
    u128(value: bigint | number): this {
        return this.bytes(uint(value, 16));
    }
    bytes(bytes: Uint8Array): this {
        this.#parts.push(bytes);
        return this;
    }
    /** Bytes after their length in SCALE's compact form. */
    vec(bytes: Uint8Array): this {
        const { length } = bytes;
        if (length < 1 << 6) return this.u8(length << 2).bytes(bytes);
        if (length < 1 << 14) return this.u16((length << 2) | 1).bytes(bytes);
        return this.u32(length * 4 + 2).bytes(bytes);
    }
    /** A value that may be missing. */
    option<T>(value: T | undefined, write: (writer: this, value: T) => unknown): this {
        this.u8(value === undefined ? 0 : 1);
        if (value !== undefined) write(this, value);
        return this;
    }
    /** Exactly `length` bytes. */
    hex(value: Hex | Uint8Array, length: number): this {
        const bytes = typeof value === 'string' ? fromHex(value) : value;
        if (bytes.length !== length) throw new RangeError(`${length} bytes are wanted here, not ${bytes.length}`);
        return this.bytes(bytes);
    }
    finish(): Uint8Array<ArrayBuffer> {
        return concat(...this.#parts);
    }
}

/** Reads values one after the other; every byte must be used. */
export class Reader {
    readonly #bytes: Uint8Array;
    #at = 0;

    constructor(bytes: Uint8Array) {
        this.#bytes = bytes;
    }

    bytes(length: number): Uint8Array {
        const end = this.#at + length;
        if (end > this.#bytes.length) throw new RangeError('the encoding ends too early');
        const bytes = this.#bytes.slice(this.#at, end);
        this.#at = end;
        return bytes;
    }
    hex(length: number): Hex {
        return toHex(this.bytes(length));
    }
    u8(): number {
        return Number(this.#uint(1));
    }
    u32(): number {
        return Number(this.#uint(4));
    }
    u64(): bigint {
        return this.#uint(8);
    }
    u128(): bigint {
        return this.#uint(16);
    }
    /** A length in SCALE's compact form. */
    compact(): number {
        const first = this.u8();
        const mode = first & 3;
        if (mode === 0) return first >> 2;
        if (mode === 1) return (first >> 2) | (this.u8() << 6);
        if (mode === 2) return Number((BigInt(first) | (this.#uint(3) << 8n)) >> 2n);
        throw new RangeError('a length of more than 2^30');
    }
    /** Bytes after their length. */
    vec(): Uint8Array {
        return this.bytes(this.compact());
    }
    finish(): void {
        if (this.#at !== this.#bytes.length) throw new RangeError('the encoding goes on after its end');
    }

    #uint(bytes: number): bigint {
        const read = this.bytes(bytes);
        return read.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    }
}

/** SCALE of a list of hashes. */
export function decodeHashes(bytes: Uint8Array): Hex[] {
    const reader = new Reader(bytes);
    const count = reader.compact();
    if (count > bytes.length / 32) throw new RangeError('the encoding ends too early');
    const hashes = Array.from({ length: count }, () => reader.hex(32));
    reader.finish();
    return hashes;
}
