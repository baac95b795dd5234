// Jobs as the chain stores them, and the receipts that answer them.

import type { ApiPromise } from '@polkadot/api';
import type { AnyJson } from '@polkadot/types-codec/types';
import { hexToU8a } from '@polkadot/util';
import { decodeAddress } from '@polkadot/util-crypto';
import { big } from './chain.js';
import { encodeReceipt, receiptHash, type Receipt } from './commitments.js';
import type { Input } from './model.js';

/** A host at work on a job. */
export interface Assignment {
    host: string;
    variant: string;
    fee: string | number;
    baseFee: string | number;
    block: number;
}

interface JobJson {
    request: {
        requester: string;
        release: number;
        units: string | number;
        inputRoot: string;
        insured: string | number;
        deposit: string | number;
    };
    state: {
        assigned?: { assignment: Assignment; deadline: number };
        sealing?: { sealers: { assignment: Assignment; seal: string | null }[]; deadline: number };
        delivered?: {
            work: { assignment: Assignment; answer: { outcome: { output?: string }; signature: string } };
            finalAt: number;
        };
    } & Record<string, AnyJson>;
}

/** A job in storage; nothing if it is final. */
export async function jobAt(api: ApiPromise, job: bigint, block?: string): Promise<JobJson | undefined> {
    const at = block === undefined ? api : await api.at(block);
    const found = (await at.query.jobs!.jobs!(job)).toJSON() as unknown as JobJson | null;
    return found ?? undefined;
}

/** Everything that the chain fixed of a job's receipt. */
export function draftOf(api: ApiPromise, job: bigint, stored: JobJson, assignment: Assignment): Omit<Receipt, 'outcome'> {
    const { request } = stored;
    return {
        genesis: api.genesisHash.toU8a(),
        release: request.release,
        variant: hexToU8a(assignment.variant),
        inputRoot: hexToU8a(request.inputRoot),
        requester: decodeAddress(request.requester),
        host: decodeAddress(assignment.host),
        units: big(request.units),
        fee: big(assignment.fee),
        insured: big(request.insured),
        block: assignment.block,
        path: { job },
    };
}

/** A receipt as the call `jobs.submitResult` takes it, and the hash that the worker key signs. */
export function complete(receipt: Receipt): { encoded: Uint8Array; hash: Uint8Array } {
    const encoded = encodeReceipt(receipt);
    return { encoded, hash: receiptHash(encoded) };
}

/** Outputs of a job in storage. */
export async function outputsOf(api: ApiPromise, job: bigint, host: string, block?: string): Promise<Input[]> {
    const at = block === undefined ? api : await api.at(block);
    const found = (await at.query.jobs!.outputs!(job, host)).toJSON() as unknown as {
        inline?: { dtype: string; shape: number[]; data: string }[];
    } | null;
    if (!found?.inline) throw new Error(`job ${job} has no inline outputs of ${host}`);
    return found.inline.map(({ dtype, shape, data }) => ({ dtype, shape, data: hexToU8a(data) }));
}

/** The free parts of a fee: `amount` parts in a million, rounded down. */
export const permill = (fee: bigint, parts: bigint): bigint => (fee * parts) / 1_000_000n;
