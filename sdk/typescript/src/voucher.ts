// Vouchers: the requester's word that a session's first calls were answered, and what they cost.

import { concat, fromHex, type Hex, toBase64, toHex, utf8 } from './bytes.js';
import { TAG, taggedHash } from './commitments.js';
import { blake2, cryptoReady, sr25519Good, type VoucherKey } from './crypto.js';
import type { Outcome, ReceiptDraft } from './receipt.js';
import { Reader, Writer } from './scale.js';

/** What a session was opened with. */
export interface SessionTerms {
    session: bigint;
    genesis: Hex;
    /** Address of who asks and pays. */
    requester: string;
    /** Address of who answers. */
    host: string;
    release: number;
    /** Root of the variant that is run. */
    variant: Hex;
    /** Key that signs the vouchers. */
    key: Hex;
    /** In planck; all that a failed run costs. */
    pricePerCall: bigint;
    /** In planck. */
    pricePerUnit: bigint;
    /** Most that one call may cost, in planck. */
    maxFee: bigint;
    /** What all calls together may cost, in planck. */
    deposit: bigint;
    /** Block in which it was opened. */
    opened: number;
    /** Last block in which calls are answered. */
    expires: number;
}

/** Fee of a call, in planck; `undefined` if it exceeds what a call may cost. */
export function feeOf(terms: SessionTerms, units: bigint): bigint | undefined {
    const fee = terms.pricePerUnit * units + terms.pricePerCall;
    return fee <= terms.maxFee ? fee : undefined;
}

/** What a call of `fee` earns its host: the price per call if the run failed. */
export function earns(terms: SessionTerms, fee: bigint, outcome: Outcome): bigint {
    if ('output' in outcome) return fee;
    return fee < terms.pricePerCall ? fee : terms.pricePerCall;
}

/** What the receipt of a call must say; `undefined` if it costs more than a call may. */
export function draftOf(
    terms: SessionTerms,
    index: number | bigint,
    units: bigint,
    inputRoot: Hex,
): ReceiptDraft | undefined {
    const fee = feeOf(terms, units);
    if (fee === undefined) return undefined;
    return {
        genesis: terms.genesis,
        release: terms.release,
        variant: terms.variant,
        inputRoot,
        requester: terms.requester,
        host: terms.host,
        units,
        fee,
        insured: 0n,
        block: terms.opened,
        path: { session: terms.session, index: BigInt(index) },
    };
}

/** It replaces every voucher before it. */
export interface Voucher {
    genesis: Hex;
    session: bigint;
    /** How many calls it pays for: those with index below. */
    calls: number;
    /** What they cost together, in planck. */
    fee: bigint;
    /** Commitment to the hashes of their receipts, by index. */
    receipts: Hex;
}

/** SCALE of a voucher. */
export const encodeVoucher = (voucher: Voucher): Uint8Array<ArrayBuffer> =>
    new Writer()
        .hex(voucher.genesis, 32)
        .u64(voucher.session)
        .u32(voucher.calls)
        .u128(voucher.fee)
        .hex(voucher.receipts, 32)
        .finish();

/** What the session's key signs. */
export const voucherHash = (voucher: Voucher): Hex => toHex(taggedHash(TAG.voucher, encodeVoucher(voucher)));

/** What the host's worker key signs to end a session with this voucher, at once. */
export const lastHash = (voucher: Voucher): Hex => toHex(taggedHash(TAG.voucher, concat(encodeVoucher(voucher), utf8('last'))));

/** What the session's key signs to ask its host for that. */
export const closeMessage = (voucher: Voucher): Uint8Array => blake2(concat(utf8('candor-close'), fromHex(voucherHash(voucher))));

/** A voucher with the signature of the session's key. */
export class SignedVoucher {
    readonly voucher: Voucher;
    readonly signature: Hex;

    constructor(voucher: Voucher, signature: Hex) {
        this.voucher = voucher;
        this.signature = signature;
    }

    static sign(voucher: Voucher, key: VoucherKey): SignedVoucher {
        return new SignedVoucher(voucher, toHex(key.sign(fromHex(voucherHash(voucher)))));
    }

    static decode(bytes: Uint8Array): SignedVoucher {
        const reader = new Reader(bytes);
        const voucher = {
            genesis: reader.hex(32),
            session: reader.u64(),
            calls: reader.u32(),
            fee: reader.u128(),
            receipts: reader.hex(32),
        };
        const signature = reader.hex(64);
        reader.finish();
        return new SignedVoucher(voucher, signature);
    }

    encode(): Uint8Array<ArrayBuffer> {
        return new Writer().bytes(encodeVoucher(this.voucher)).hex(this.signature, 64).finish();
    }

    toBase64(): string {
        return toBase64(this.encode());
    }

    async signedBy(key: Hex): Promise<boolean> {
        await cryptoReady();
        return sr25519Good(fromHex(voucherHash(this.voucher)), this.signature, key);
    }
}
