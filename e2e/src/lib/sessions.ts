// Sessions by hand: the Open Inference Protocol by plain fetch, receipts read and vouchers signed from the words of
// primitives/core and gateway/src/wire.rs.

import assert from 'node:assert/strict';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { u8aConcat, u8aEq, u8aToHex } from '@polkadot/util';
import { decodeAddress, sr25519Verify } from '@polkadot/util-crypto';
import { big } from './chain.js';
import {
    batchRoot,
    encodeDraft,
    encodeReceipt,
    encodeVoucher,
    hash,
    receiptHash,
    type Receipt,
    TAG,
    tensorRoot,
    tensorsRoot,
    u8,
    voucherHash,
} from './commitments.js';
import { CODES, type Input, rootOf } from './model.js';
import { until } from './process.js';

/** A session as `sessionsApi.session` describes it, in plain values. */
export interface SessionView {
    session: bigint;
    requester: string;
    host: string;
    release: number;
    variant: string;
    pricePerCall: bigint;
    pricePerUnit: bigint;
    maxFee: bigint;
    deposit: bigint;
    opened: number;
    worker: string;
    phase: string;
    settledCalls: number;
    settledFee: bigint;
    receipts: string;
    held: bigint;
    bond: bigint;
    batches: number[];
}

export async function sessionAt(api: ApiPromise, id: bigint): Promise<SessionView | undefined> {
    const found = (await api.call.sessionsApi!.session!(id)).toJSON() as Record<string, any> | null;
    if (found === null) return undefined;
    const { terms } = found;
    return {
        session: big(terms.session),
        requester: terms.requester,
        host: terms.host,
        release: terms.release,
        variant: terms.variant,
        pricePerCall: big(terms.pricePerCall),
        pricePerUnit: big(terms.pricePerUnit),
        maxFee: big(terms.maxFee),
        deposit: big(terms.deposit),
        opened: terms.opened,
        worker: found.worker,
        phase: found.phase,
        settledCalls: found.settledCalls,
        settledFee: big(found.settledFee),
        receipts: found.receipts,
        held: big(found.held),
        bond: big(found.bond),
        batches: found.batches,
    };
}

/** A tensor with its name. */
export type NamedInput = Input & { name: string };

/** An answer over HTTP, as it came. */
export interface Answer {
    status: number;
    json: Record<string, any>;
    outputs: NamedInput[];
    receipt: Uint8Array | undefined;
    roots: Uint8Array[] | undefined;
}

const WIRE: Record<string, string> = { Float32: 'FP32', Int64: 'INT64', Int32: 'INT32' };
const DTYPE = Object.fromEntries(Object.entries(WIRE).map(([dtype, wire]) => [wire, dtype]));

/** Call a model: tensors in binary both ways, as the protocol's extension has them. */
export async function infer(
    url: string,
    model: string,
    inputs: NamedInput[],
    headers: Record<string, string> = {},
    signal?: AbortSignal,
): Promise<Answer> {
    const document = {
        inputs: inputs.map(({ name, dtype, shape, data }) => {
            return { name, shape, datatype: WIRE[dtype], parameters: { binary_data_size: data.length } };
        }),
        parameters: { binary_data_output: true },
    };
    const json = Buffer.from(JSON.stringify(document));
    const response = await fetch(`${url}/v2/models/${encodeURIComponent(model)}/infer`, {
        method: 'POST',
        headers: {
            'content-type': 'application/octet-stream',
            'inference-header-content-length': String(json.length),
            ...headers,
        },
        body: new Uint8Array(Buffer.concat([json, ...inputs.map(({ data }) => data)])),
        ...(signal ? { signal } : {}),
    });
    const body = new Uint8Array(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length') ?? body.length);
    const answer = JSON.parse(Buffer.from(body.subarray(0, length)).toString()) as Record<string, any>;
    let at = length;
    const outputs = ((answer.outputs ?? []) as Record<string, any>[]).map(({ name, shape, datatype, parameters }) => {
        const size = parameters.binary_data_size as number;
        const data = body.slice(at, at + size);
        at += size;
        return { name, dtype: DTYPE[datatype]!, shape, data } as NamedInput;
    });
    const bytes = (name: string): Uint8Array | undefined => {
        const text = response.headers.get(name);
        return text === null ? undefined : new Uint8Array(Buffer.from(text, 'base64'));
    };
    const roots = bytes('candor-output-roots');
    return {
        status: response.status,
        json: answer,
        outputs,
        receipt: bytes('candor-receipt'),
        // A compact length of one byte, for fewer than 64 of them.
        roots: roots && Array.from({ length: roots[0]! >> 2 }, (_, n) => roots.slice(1 + 32 * n, 33 + 32 * n)),
    };
}

/** A receipt as it was checked. */
export interface Checked {
    index: number;
    hash: Uint8Array;
    fee: bigint;
    session: bigint;
    encoded: Uint8Array;
}

/** Check an answer's receipt: every byte of it, and the signature. */
export function check(api: ApiPromise, terms: SessionView, index: number, units: bigint, inputs: Input[], answer: Answer): Checked {
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    const { receipt: signed, outputs, roots } = answer;
    assert.ok(signed && roots, 'receipt and roots');
    const fee = terms.pricePerCall + terms.pricePerUnit * units;
    const outputRoots = outputs.map(({ dtype, shape, data }) => tensorRoot(CODES[dtype]!, shape, data));
    outputRoots.forEach((root, at) => assert.ok(u8aEq(root, roots[at]!), 'output root'));
    const draft: Omit<Receipt, 'outcome'> = {
        genesis: api.genesisHash.toU8a(),
        release: terms.release,
        variant: Buffer.from(terms.variant.slice(2), 'hex'),
        inputRoot: rootOf(inputs),
        requester: decodeAddress(terms.requester),
        host: decodeAddress(terms.host),
        units,
        fee,
        insured: 0n,
        block: terms.opened,
        path: { session: terms.session, index: BigInt(index) },
    };
    const encoded = encodeReceipt({ ...draft, outcome: { output: tensorsRoot(roots) } });
    assert.equal(u8aToHex(signed.subarray(0, -64)), u8aToHex(encoded), 'receipt');
    assert.ok(u8aToHex(encoded).startsWith(u8aToHex(encodeDraft(draft))));
    const hash = receiptHash(encoded);
    assert.ok(sr25519Verify(hash, signed.subarray(-64), terms.worker), 'signature');
    return { index, hash, fee, session: terms.session, encoded };
}

/** Where a receipt of a session is anchored: offsets of docs/protocol.md. */
export function placeOf(signed: Uint8Array): { session: bigint; index: number; fee: bigint; hash: Uint8Array } {
    const view = new DataView(signed.buffer, signed.byteOffset, signed.byteLength);
    assert.equal(view.getUint8(208), 1, 'a session');
    return {
        session: view.getBigUint64(209, true),
        index: Number(view.getBigUint64(217, true)),
        fee: view.getBigUint64(172, true) + (view.getBigUint64(180, true) << 64n),
        hash: receiptHash(signed.subarray(0, -64)),
    };
}

/** SCALE of a voucher for these receipts, with the key's signature. */
export function voucherFor(api: ApiPromise, session: bigint, receipts: readonly { hash: Uint8Array; fee: bigint }[], key: KeyringPair): Uint8Array {
    const voucher = {
        genesis: api.genesisHash.toU8a(),
        session,
        calls: receipts.length,
        fee: receipts.reduce((sum, { fee }) => sum + fee, 0n),
        receipts: batchRoot(receipts.map(({ hash }) => hash)),
    };
    return u8aConcat(encodeVoucher(voucher), key.sign(voucherHash(voucher)));
}

/** What both sign of a voucher: the hash of all but the requester's signature. */
export const payingHash = (signed: Uint8Array): Uint8Array => hash(u8(TAG.voucher), signed.subarray(0, -64));

/** Headers that pay for a call. */
export const payment = (session: bigint, index: number, voucher?: Uint8Array): Record<string, string> => ({
    'candor-session': String(session),
    'candor-index': String(index),
    ...(voucher ? { 'candor-voucher': Buffer.from(voucher).toString('base64') } : {}),
});

/** Call in a session; a host that does not know it yet is asked again. */
export const callIn = (url: string, model: string, session: bigint, index: number, inputs: NamedInput[], voucher?: Uint8Array): Promise<Answer> =>
    until('the host answers', async () => {
        const answer = await infer(url, model, inputs, payment(session, index, voucher));
        return answer.json.payment?.problem === 'unknown_session' ? undefined : answer;
    });

/** Where a session stands at its host. */
export interface HostState {
    session: number;
    known: boolean;
    open: boolean;
    answered: number;
    beyond: number[];
    vouched: number;
    fee: string;
    window: number;
}

export async function stateAt(url: string, session: bigint): Promise<HostState> {
    const response = await fetch(`${url}/candor/v1/sessions/${session}`);
    assert.equal(response.status, 200);
    return (await response.json()) as HostState;
}

/** Give a host a voucher without a call. */
export async function sendVoucher(url: string, session: bigint, voucher: Uint8Array): Promise<void> {
    const response = await fetch(`${url}/candor/v1/sessions/${session}/voucher`, { method: 'POST', body: new Uint8Array(voucher) });
    assert.equal(response.status, 204, await response.text());
}

