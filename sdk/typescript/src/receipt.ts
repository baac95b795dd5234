// The receipt: the host's signed statement of what was asked, what came out, and what it costs.

import { fromBase64, fromHex, type Hex, toBase64, toHex } from './bytes.js';
import { TAG, taggedHash } from './commitments.js';
import { cryptoReady, publicKey, sr25519Good, toAddress } from './crypto.js';
import { Reader, Writer } from './scale.js';

/** Where a receipt is anchored. */
export type ReceiptPath = { job: bigint } | { session: bigint; index: bigint };

/** What a run came to: outputs, by the root of their list, or a failure at a node of the graph. */
export type Outcome = { output: Hex } | { failed: { node: number; index: bigint } };

/** A receipt before the run: everything that was fixed beforehand. */
export interface ReceiptDraft {
    /** Hash of the chain's genesis block. */
    genesis: Hex;
    release: number;
    /** Root of the variant that was run. */
    variant: Hex;
    /** Root of the list of inputs. */
    inputRoot: Hex;
    /** Address of who asked. */
    requester: string;
    /** Address of who answers. */
    host: string;
    units: bigint;
    /** In planck. */
    fee: bigint;
    /** Insured value, in planck. */
    insured: bigint;
    /** Block in which the host was assigned, or the session opened. */
    block: number;
    path: ReceiptPath;
}

/** A receipt. */
export interface Receipt extends ReceiptDraft {
    outcome: Outcome;
}

/** SCALE of a draft. */
export function encodeDraft(draft: ReceiptDraft): Uint8Array<ArrayBuffer> {
    const writer = new Writer()
        .hex(draft.genesis, 32)
        .u32(draft.release)
        .hex(draft.variant, 32)
        .hex(draft.inputRoot, 32)
        .hex(publicKey(draft.requester), 32)
        .hex(publicKey(draft.host), 32)
        .u64(draft.units)
        .u128(draft.fee)
        .u128(draft.insured)
        .u32(draft.block);
    const { path } = draft;
    if ('job' in path) writer.u8(0).u64(path.job);
    else writer.u8(1).u64(path.session).u64(path.index);
    return writer.finish();
}

/** SCALE of a receipt. */
export function encodeReceipt(receipt: Receipt): Uint8Array<ArrayBuffer> {
    const writer = new Writer().bytes(encodeDraft(receipt));
    const { outcome } = receipt;
    if ('output' in outcome) writer.u8(0).hex(outcome.output, 32);
    else writer.u8(1).u32(outcome.failed.node).u64(outcome.failed.index);
    return writer.finish();
}

/** Reads SCALE of a receipt, without its end. */
function readReceipt(reader: Reader): Receipt {
    const draft = {
        genesis: reader.hex(32),
        release: reader.u32(),
        variant: reader.hex(32),
        inputRoot: reader.hex(32),
        requester: toAddress(reader.bytes(32)),
        host: toAddress(reader.bytes(32)),
        units: reader.u64(),
        fee: reader.u128(),
        insured: reader.u128(),
        block: reader.u32(),
    };
    const anchor = reader.u8();
    if (anchor > 1) throw new RangeError('the receipt has an unknown path');
    const path = anchor === 0 ? { job: reader.u64() } : { session: reader.u64(), index: reader.u64() };
    const kind = reader.u8();
    if (kind > 1) throw new RangeError('the receipt has an unknown outcome');
    const outcome = kind === 0 ? { output: reader.hex(32) } : { failed: { node: reader.u32(), index: reader.u64() } };
    return { ...draft, path, outcome };
}

/** Hash of a receipt: what identifies it and what the host's worker key signs. */
export const receiptHash = (receipt: Receipt): Hex => toHex(taggedHash(TAG.receipt, encodeReceipt(receipt)));

/** A receipt with the signature of the host's worker key: keep it, it is what convicts a host that lied. */
export class SignedReceipt {
    readonly receipt: Receipt;
    readonly signature: Hex;
    /** SCALE of the receipt. */
    readonly encoded: Uint8Array<ArrayBuffer>;
    /** What the host signed. */
    readonly hash: Hex;

    constructor(receipt: Receipt, signature: Hex) {
        this.receipt = receipt;
        this.signature = signature;
        this.encoded = encodeReceipt(receipt);
        this.hash = toHex(taggedHash(TAG.receipt, this.encoded));
    }

    /** Reads SCALE of a receipt and its signature. */
    static decode(bytes: Uint8Array): SignedReceipt {
        const reader = new Reader(bytes);
        const receipt = readReceipt(reader);
        const signature = reader.hex(64);
        reader.finish();
        return new SignedReceipt(receipt, signature);
    }

    /** Reads SCALE of a receipt whose signature lies beside it. */
    static of(encoded: Uint8Array, signature: Hex): SignedReceipt {
        const reader = new Reader(encoded);
        const receipt = readReceipt(reader);
        reader.finish();
        return new SignedReceipt(receipt, signature);
    }

    static fromBase64(text: string): SignedReceipt {
        return SignedReceipt.decode(fromBase64(text));
    }

    /** SCALE of receipt and signature, as `decode` reads it. */
    encode(): Uint8Array<ArrayBuffer> {
        return new Writer().bytes(this.encoded).hex(this.signature, 64).finish();
    }

    toBase64(): string {
        return toBase64(this.encode());
    }

    /** Whether this worker key signed it. */
    async signedBy(worker: Hex | Uint8Array | string): Promise<boolean> {
        await cryptoReady();
        const key = typeof worker === 'string' && !worker.startsWith('0x') ? publicKey(worker) : (worker as Hex);
        return sr25519Good(fromHex(this.hash), this.signature, key);
    }
}
