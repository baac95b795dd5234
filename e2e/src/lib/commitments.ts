// Candor's commitments, written from the words of primitives/commitments/README.md and primitives/core: nothing here is
// shared with the Rust code.

import { bnToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';

export const CHUNK = 1024;

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
    seal: 0x09,
    worker: 0x0a,
    graph: 0x0b,
    weights: 0x0c,
    variant: 0x0d,
    voucher: 0x11,
} as const;

/** ONNX's numbers of the element types that the tests use. */
export const DTYPE = { Float32: 1, Int32: 6, Int64: 7 } as const;

export const hash = (...parts: Uint8Array[]): Uint8Array => blake2AsU8a(u8aConcat(...parts), 256);
export const u8 = (n: number): Uint8Array => Uint8Array.of(n);
export const u16 = (n: number): Uint8Array => bnToU8a(n, { bitLength: 16, isLe: true });
export const u32 = (n: number): Uint8Array => bnToU8a(n, { bitLength: 32, isLe: true });
export const u64 = (n: bigint | number): Uint8Array => bnToU8a(BigInt(n), { bitLength: 64, isLe: true });
export const u128 = (n: bigint | number): Uint8Array => bnToU8a(BigInt(n), { bitLength: 128, isLe: true });

export const leaf = (data: Uint8Array): Uint8Array => hash(u8(TAG.leaf), data);
export const node = (left: Uint8Array, right: Uint8Array): Uint8Array => hash(u8(TAG.node), left, right);

/** The largest power of two smaller than n. */
export function split(n: number): number {
    let k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}

/** RFC 6962's tree over leaf hashes. */
export function tree(leaves: Uint8Array[]): Uint8Array {
    if (leaves.length === 0) return leaf(new Uint8Array());
    if (leaves.length === 1) return leaves[0]!;
    const k = split(leaves.length);
    return node(tree(leaves.slice(0, k)), tree(leaves.slice(k)));
}

/** Data in chunks of 1024 bytes; empty data has one empty chunk. */
export function chunks(data: Uint8Array): Uint8Array[] {
    const all: Uint8Array[] = [];
    for (let at = 0; at < data.length; at += CHUNK) all.push(data.subarray(at, at + CHUNK));
    return all.length > 0 ? all : [data];
}

export const dataRoot = (data: Uint8Array): Uint8Array => tree(chunks(data).map(leaf));

export const fileRoot = (data: Uint8Array): Uint8Array => hash(u8(TAG.file), u64(data.length), dataRoot(data));

export function tensorRoot(dtype: number, dims: readonly number[], data: Uint8Array): Uint8Array {
    const shape = dims.map((dim) => u64(dim));
    return hash(u8(TAG.tensor), u8(dtype), u8(dims.length), ...shape, u64(data.length), dataRoot(data));
}

export const listRoot = (tag: number, roots: Uint8Array[]): Uint8Array =>
    hash(u8(tag), u32(roots.length), tree(roots.map(leaf)));

export const tensorsRoot = (roots: Uint8Array[]): Uint8Array => listRoot(TAG.tensors, roots);

export function modelRoot(files: { path: Uint8Array; root: Uint8Array }[]): Uint8Array {
    const leaves = files.map((file) => leaf(u8aConcat(u32(file.path.length), file.path, file.root)));
    return hash(u8(TAG.model), u32(files.length), tree(leaves));
}

/** What disputes about runs of a variant are judged against. */
export interface Judging {
    rules: number;
    graph: Uint8Array;
    weights: Uint8Array;
    trace: number;
    traceBytes: number;
    exact: boolean;
}

/** Root of a variant: binds execution profile, graph file and judging. */
export const variantRoot = (profile: Uint8Array, graph: Uint8Array, judging: Judging): Uint8Array =>
    hash(
        u8(TAG.variant),
        profile,
        graph,
        u16(judging.rules),
        judging.graph,
        judging.weights,
        u32(judging.trace),
        u64(judging.traceBytes),
        u8(judging.exact ? 1 : 0),
    );

// --- Range openings -------------------------------------------------------------------------------------------------

/** The largest subtrees of [start, start + size) that hold no leaf of [first, end). */
function outside(start: number, size: number, first: number, end: number): [number, number][] {
    if (start + size <= first || start >= end) return [[start, size]];
    if (first <= start && start + size <= end) return [];
    const k = split(size);
    return [...outside(start, k, first, end), ...outside(start + k, size - k, first, end)];
}

/** Level at which a subtree is joined with its sibling; a lone last node is promoted as it is. */
function level(start: number, size: number, total: number): number {
    let at = size <= 1 ? 0 : 32 - Math.clz32(size - 1);
    while (start >>> at === Math.ceil(total / 2 ** at) - 1 && (start >>> at) % 2 === 0) at += 1;
    return at;
}

/** Root from opened leaf hashes and a proof, which is ordered from the leaves up, left before right. */
export function rangeRoot(total: number, first: number, opened: Uint8Array[], proof: Uint8Array[]): Uint8Array {
    const needed = outside(0, total, first, first + opened.length);
    needed.sort((a, b) => level(...a, total) - level(...b, total) || a[0] - b[0]);
    if (needed.length !== proof.length) throw new Error(`the proof has ${proof.length} hashes, not ${needed.length}`);
    const known = new Map(needed.map(([start, size], at) => [`${start}+${size}`, proof[at]!]));
    const walk = (start: number, size: number): Uint8Array => {
        const found = known.get(`${start}+${size}`);
        if (found) return found;
        if (size === 1) return opened[start - first]!;
        const k = split(size);
        return node(walk(start, k), walk(start + k, size - k));
    };
    return walk(0, total);
}

// --- Receipts -------------------------------------------------------------------------------------------------------

export type Outcome = { output: Uint8Array } | { failed: { node: number; index: bigint } };
export type Path = { job: bigint } | { session: bigint; index: bigint };

/** A receipt in plain values; `encodeReceipt` gives its SCALE bytes. */
export interface Receipt {
    genesis: Uint8Array;
    release: number;
    variant: Uint8Array;
    inputRoot: Uint8Array;
    requester: Uint8Array;
    host: Uint8Array;
    units: bigint;
    fee: bigint;
    insured: bigint;
    block: number;
    path: Path;
    outcome: Outcome;
}

export function encodeDraft(receipt: Omit<Receipt, 'outcome'>): Uint8Array {
    const { path } = receipt;
    return u8aConcat(
        receipt.genesis,
        u32(receipt.release),
        receipt.variant,
        receipt.inputRoot,
        receipt.requester,
        receipt.host,
        u64(receipt.units),
        u128(receipt.fee),
        u128(receipt.insured),
        u32(receipt.block),
        'job' in path ? u8aConcat(u8(0), u64(path.job)) : u8aConcat(u8(1), u64(path.session), u64(path.index)),
    );
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
    const { outcome } = receipt;
    return u8aConcat(
        encodeDraft(receipt),
        'output' in outcome
            ? u8aConcat(u8(0), outcome.output)
            : u8aConcat(u8(1), u32(outcome.failed.node), u64(outcome.failed.index)),
    );
}

/** What identifies a receipt, and what the worker key signs. */
export const receiptHash = (encoded: Uint8Array): Uint8Array => hash(u8(TAG.receipt), encoded);

/** What a host publishes before it reveals, in redundant jobs. */
export const sealOf = (receipt: Uint8Array, signature: Uint8Array): Uint8Array =>
    hash(u8(TAG.seal), receiptHash(receipt), signature);

/** What a worker key signs to bring a seal. */
export const sealMessage = (genesis: Uint8Array, job: bigint, host: Uint8Array, seal: Uint8Array): Uint8Array =>
    hash(u8(TAG.seal), new TextEncoder().encode('seal'), genesis, u64(job), host, seal);

/** What a worker key signs to say that it works for a host. */
export const bindMessage = (genesis: Uint8Array, host: Uint8Array): Uint8Array =>
    hash(u8(TAG.worker), new TextEncoder().encode('bind'), genesis, host);

/** What a worker key signs to show that its host lives at a block. */
export const heartbeatMessage = (genesis: Uint8Array, host: Uint8Array, block: number): Uint8Array =>
    hash(u8(TAG.worker), new TextEncoder().encode('heartbeat'), genesis, host, u32(block));

// --- Vouchers -------------------------------------------------------------------------------------------------------

/** What pays for the first `calls` calls of a session; `receipts` are the hashes of their receipts. */
export interface Voucher {
    genesis: Uint8Array;
    session: bigint;
    calls: number;
    fee: bigint;
    receipts: Uint8Array;
}

export const encodeVoucher = (voucher: Voucher): Uint8Array =>
    u8aConcat(voucher.genesis, u64(voucher.session), u32(voucher.calls), u128(voucher.fee), voucher.receipts);

/** What the session's key signs. */
export const voucherHash = (voucher: Voucher): Uint8Array => hash(u8(TAG.voucher), encodeVoucher(voucher));

/** What the host's worker key signs to end a session with this voucher: not what accepts a settlement, which is public. */
export const lastHash = (voucher: Voucher): Uint8Array =>
    hash(u8(TAG.voucher), encodeVoucher(voucher), new TextEncoder().encode('last'));

/** Commitment to the hashes of a session's receipts, by index. */
export const batchRoot = (hashes: Uint8Array[]): Uint8Array => listRoot(TAG.batch, hashes);

export const hex = (bytes: Uint8Array): string => u8aToHex(bytes).slice(2);
