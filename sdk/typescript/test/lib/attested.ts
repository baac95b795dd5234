// Attested hosts of a test root and published quotes, from the vectors of primitives/attestation-check.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttestationChain, fromHex, type Hex, toAddress, toHex } from '@candor/sdk';

const PRIMITIVES = join(import.meta.dirname, '..', '..', '..', '..', '..', 'primitives');
const FILE = join(PRIMITIVES, 'attestation-check', 'vectors.json');
/** A package that was taken out of its repository has no vectors beside it. */
export const skip = !existsSync(FILE);

export interface Told {
    tee: string;
    measurement: Hex;
    report_data: Hex;
    attributes: string;
    platform: Hex;
    tcb_status: string;
    svns: Hex;
    tcb_date: number;
    advisories: string[];
    expires: number;
}

export interface Answer {
    vendor: 'intel' | 'amd';
    tee: string;
    binding: { genesis: Hex; host: Hex; worker: Hex; engine: Hex; expires: number };
    nonce: Hex;
    report_data: Hex;
    evidence: string;
}

export interface HostVector {
    name: string;
    now: number;
    answer: Answer;
    root: Hex;
    key: Hex;
    collateral: Hex;
    allowance: Hex;
    label: string;
    policy: Hex;
    attestation: Told;
    expires: number;
}

export interface PublishedVector {
    name: string;
    file: string;
    vendor: 'intel' | 'amd';
    now: number;
    key: Hex;
    collateral: Hex;
    attestation: Told | null;
    code: string | null;
    reason: string | null;
}

export const vectors = (): { hosts: HostVector[]; published: PublishedVector[] } =>
    JSON.parse(readFileSync(FILE, 'utf8')) as { hosts: HostVector[]; published: PublishedVector[] };

/** Evidence of a published quote. */
export const published = (vector: PublishedVector): Uint8Array =>
    new Uint8Array(readFileSync(join(PRIMITIVES, 'attestation', 'testdata', vector.file)));

/** A chain that knows one attested host, and what it was asked for. */
export class FakeChain implements AttestationChain {
    genesis: Hex;
    host: { account: Hex; worker: Hex; endpoint: string } | undefined;
    /** Storage by `pallet.item` and key. */
    readonly storage = new Map<string, Hex>();
    readonly read: string[] = [];

    constructor(vector: HostVector, endpoint: string) {
        const { vendor, binding } = vector.answer;
        this.genesis = binding.genesis;
        this.host = { account: binding.host, worker: binding.worker, endpoint };
        const pallet = `${vendor}Attestations`;
        this.storage.set(`${pallet}.collaterals ${vector.key}`, vector.collateral);
        this.storage.set(`${pallet}.allowances ${vector.attestation.measurement}`, vector.allowance);
        this.storage.set(`${pallet}.rules`, vector.policy);
    }

    /** Change, or take away, the storage of an item. */
    set(item: string, change: (value: Hex) => Hex | undefined): void {
        for (const [name, value] of this.storage) {
            if (!name.includes(`.${item}`)) continue;
            const changed = change(value);
            if (changed === undefined) this.storage.delete(name);
            else this.storage.set(name, changed);
        }
    }

    async ask<T>(section: string, method: string, account: string): Promise<T> {
        if (`${section}.${method}` !== 'hostsApi.host') throw new Error(`asked for ${section}.${method}`);
        const { host } = this;
        if (!host || toAddress(host.account) !== account) return undefined as T;
        return { ...host, account: toAddress(host.account), endpoint: toHex(new TextEncoder().encode(host.endpoint)), hardware: '0x' } as T;
    }

    async best(): Promise<{ hash: Hex; number: number }> {
        return { hash: '0xb1', number: 1 };
    }

    async raw(pallet: string, item: string, key: Uint8Array | undefined, block: Hex): Promise<Uint8Array | undefined> {
        if (block !== '0xb1') throw new Error(`asked in block ${block}`);
        const name = `${pallet}.${item}${key ? ` ${toHex(key)}` : ''}`;
        this.read.push(name);
        const found = this.storage.get(name);
        return found === undefined ? undefined : fromHex(found);
    }
}
