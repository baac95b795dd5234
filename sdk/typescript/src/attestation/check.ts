// Whether a host's worker key lives in a machine that keeps it from its operator: asked of the host, judged here.

import { fromBase64, type Hex, toHex } from '../bytes.js';
import type { Chain } from '../chain/connection.js';
import { publicKey, toAddress } from '../crypto.js';
import { AttestationError, CandorError, NotFoundError, ProtocolError } from '../errors.js';
import { hostOf } from '../hosts.js';
import type { CallOptions, Endpoint } from '../http.js';
import type { Host } from '../models.js';
import { Reader, Writer } from '../scale.js';
import { type AttestationBinding, encodeBinding } from './binding.js';
import {
    ask,
    type Attestation,
    clock,
    collateralKey,
    decodeAttestation,
    type EvidenceOptions,
    keysOf,
    type TeeVendor,
    vendorIndex,
    verified,
} from './evidence.js';

/** How a host's attestation is checked. */
export interface AttestationOptions extends CallOptions, EvidenceOptions {
    /** Where the host's engine is asked; the endpoint that the host has on chain if left out. */
    endpoint?: string;
}

/** What was found out about a host. */
export interface AttestationFacts {
    /** Address of the host. */
    host: string;
    /** Where it was asked. */
    endpoint: string;
    /** What it was asked with: random, so the answer is newer than the question. */
    nonce: Hex;
    /** When it was judged, in seconds since 1970. */
    now: number;
    vendor: TeeVendor;
    /** What the engine states of itself. */
    binding: AttestationBinding;
    /** What the hardware says. */
    attestation: Attestation;
    /** Which release of the engine it is, by the chain's allow-list. */
    label: string;
    /** The last second, since 1970, in which all of this holds, if the chain changes nothing. */
    expires: number;
}

/** Why a host is not believed. `evidence.` is followed by what is wrong with the hardware's evidence. */
export type AttestationCode =
    | 'not_attested'
    | 'unknown_host'
    | 'other_nonce'
    | 'other_genesis'
    | 'other_host'
    | 'other_worker'
    | 'binding_expired'
    | 'no_collateral'
    | `evidence.${string}`
    | 'other_report_data'
    | 'not_allowed'
    | 'other_engine'
    | 'allowance_ended'
    | 'platform_revoked'
    | 'status_not_accepted'
    | 'below_floor'
    | 'unknown_format';

/** Whether a host is believed; if not, the first reason, and what was found out until then. */
export type AttestationVerdict =
    | ({ ok: true } & AttestationFacts)
    | ({ ok: false; code: AttestationCode; reason: string } & Partial<AttestationFacts>);

/** What the check reads of the chain. */
export type AttestationChain = Pick<Chain, 'genesis' | 'ask' | 'best' | 'raw'>;

const PALLETS = { intel: 'intelAttestations', amd: 'amdAttestations' } as const;

/** Check the attestation of a host, by its address or by the endpoint of its engine. */
export async function checkAttestation(
    chain: AttestationChain,
    open: (endpoint: string) => Endpoint,
    of: string,
    options: AttestationOptions = {},
): Promise<AttestationVerdict> {
    const isEndpoint = /^https?:\/\//i.test(of);
    const known = isEndpoint ? undefined : await hostOf(chain, toAddress(of));
    const endpoint = open(options.endpoint ?? known?.endpoint ?? of);
    const { now = clock(), signal, timeout } = options;
    const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)));
    const facts: Partial<AttestationFacts> = { endpoint: endpoint.url, nonce, now };
    if (known) facts.host = toAddress(known.account);
    try {
        const request = { ...(signal ? { signal } : {}), ...(timeout === undefined ? {} : { timeout }) };
        const told = readAnswer(await answerOf(endpoint, nonce, request), endpoint.url);
        Object.assign(facts, { vendor: told.vendor, binding: told.binding });
        const host = known ?? (await boundHost(chain, told.binding.host));
        facts.host = toAddress(host.account);
        return { ok: true, ...(await judge(chain, told, host, facts, { ...options, now })) };
    } catch (error) {
        if (!(error instanceof AttestationError)) throw error;
        return { ok: false, code: error.code as AttestationCode, reason: error.message, ...facts };
    }
}

/** The steps of `primitives/attestation-check`, each with what it needs of the chain. Adds to the facts what it finds. */
async function judge(
    chain: AttestationChain,
    { vendor, binding, nonce, evidence }: Answer,
    host: Pick<Host, 'account' | 'worker'>,
    facts: Partial<AttestationFacts>,
    options: EvidenceOptions & { now: number },
): Promise<AttestationFacts> {
    const expected = new Writer()
        .u64(options.now)
        .hex(facts.nonce!, 32)
        .hex(chain.genesis, 32)
        .hex(publicKey(host.account), 32)
        .hex(host.worker, 32)
        .finish();
    const bound = encodeBinding(binding);
    await ask(new Writer().u8(0).u8(vendorIndex(vendor)).bytes(bound).hex(nonce, 32).vec(evidence).bytes(expected).finish());

    const pallet = PALLETS[vendor];
    const { hash: block } = await chain.best();
    const collateral = await chain.raw(pallet, 'collaterals', await collateralKey(vendor, evidence), block);
    const found = await verified(vendor, evidence, collateral, options);
    facts.attestation = decodeAttestation(found);

    const keys = keysOf(found);
    const [allowance, revocation, policy] = await Promise.all([
        chain.raw(pallet, 'allowances', keys.measurement, block),
        chain.raw(pallet, 'revokedPlatforms', keys.platform, block),
        chain.raw(pallet, 'rules', undefined, block),
    ]);
    const question = new Writer().u8(3).bytes(bound).bytes(found).option(allowance, (writer, bytes) => writer.vec(bytes));
    question.u8(revocation === undefined ? 0 : 1).vec(policy ?? new Uint8Array()).bytes(expected);
    const accepted = new Reader(await ask(question.finish()));
    facts.label = new TextDecoder().decode(accepted.vec());
    facts.expires = Number(accepted.u64());
    return facts as AttestationFacts;
}

interface Answer {
    vendor: TeeVendor;
    binding: AttestationBinding;
    nonce: Hex;
    evidence: Uint8Array;
}

async function answerOf(endpoint: Endpoint, nonce: Hex, options: CallOptions): Promise<unknown> {
    try {
        return await endpoint.json(`/attestation?nonce=${nonce.slice(2)}`, options);
    } catch (error) {
        const body = error instanceof NotFoundError ? (error.body as { error?: { code?: unknown } } | null) : null;
        if (body?.error?.code === 'not_attested') throw new AttestationError((error as Error).message, 'not_attested');
        throw error;
    }
}

async function boundHost(chain: AttestationChain, account: string): Promise<Host> {
    try {
        return await hostOf(chain, account);
    } catch (error) {
        if (error instanceof CandorError && error.code === 'unknown_host') throw new AttestationError(error.message, error.code);
        throw error;
    }
}

function readAnswer(json: unknown, url: string): Answer {
    const wrong = (): never => {
        throw new ProtocolError(`${url} gives no attestation that this version can read`);
    };
    const object = (value: unknown): Record<string, unknown> =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : wrong();
    const hash = (value: unknown): Hex =>
        typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value) ? (value.toLowerCase() as Hex) : wrong();
    const answer = object(json);
    const { vendor, evidence } = answer;
    if (vendor !== 'intel' && vendor !== 'amd') return wrong();
    const { genesis, host, worker, engine, expires } = object(answer.binding);
    if (typeof evidence !== 'string' || !Number.isSafeInteger(expires) || (expires as number) < 0) return wrong();
    let bytes: Uint8Array;
    try {
        bytes = fromBase64(evidence);
    } catch {
        return wrong();
    }
    return {
        vendor,
        binding: {
            genesis: hash(genesis),
            host: toAddress(hash(host)),
            worker: hash(worker),
            engine: hash(engine),
            expires: expires as number,
        },
        nonce: hash(answer.nonce),
        evidence: bytes,
    };
}
