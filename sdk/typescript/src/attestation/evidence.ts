// What the hardware says, read and verified by the Rust code of the chain itself, as Wasm (sdk/attestation-module).

import { fromBase64, type Hex } from '../bytes.js';
import { AttestationError, ConfigurationError, ProtocolError } from '../errors.js';
import { Reader, Writer } from '../scale.js';

/** Who makes the hardware. */
export type TeeVendor = 'intel' | 'amd';
/** The kind of machine. */
export type Tee = 'sgx' | 'tdx' | 'sev-snp';

/** What runs in the machine, as the hardware measured it. */
export type Measurement =
    | { tee: 'sgx'; /** MRENCLAVE. */ enclave: Hex; /** MRSIGNER. */ signer: Hex }
    | { tee: 'tdx'; /** MRTD. */ machine: Hex; /** RTMR 0 to 3. */ runtime: Hex[] }
    | { tee: 'sev-snp'; /** MEASUREMENT. */ machine: Hex };

/** How the vendor judges the machine's firmware, in Intel's words; AMD publishes no judgement. */
export type TcbStatus = (typeof STATUSES)[number];

/** What was proven of a machine and what runs in it. */
export interface Attestation {
    tee: Tee;
    measurement: Measurement;
    /** 64 bytes that the software in the machine chose. */
    reportData: Hex;
    /** SGX flags, TDX attributes, or the SEV-SNP policy. */
    attributes: bigint;
    /** The machine among others of its kind: the processor's chip id, or Intel's PPID, filled up with zeros. */
    platform: Hex;
    tcbStatus: TcbStatus;
    /** Versions of the parts of its firmware. */
    svns: number[];
    /** Seconds since 1970: Intel's date of that status; zero for AMD. */
    tcbDate: number;
    /** Intel's security advisories that bear on it, for example `INTEL-SA-00615`. */
    advisories: string[];
    /** The last second, since 1970, in which everything that this rests on is valid. */
    expires: number;
}

/** How evidence is verified. */
export interface EvidenceOptions {
    /** Seconds since 1970; the clock's if left out. */
    now?: number;
    /**
     * The root certificate to trust, in DER. Left out, it is the vendor's own, and nothing else is right outside of tests: whoever has
     * the key of another root can make any evidence.
     */
    root?: Uint8Array;
}

const TEES = ['sgx', 'tdx', 'sev-snp'] as const;
const STATUSES = [
    'UpToDate',
    'SWHardeningNeeded',
    'ConfigurationNeeded',
    'ConfigurationAndSWHardeningNeeded',
    'OutOfDate',
    'OutOfDateConfigurationNeeded',
    'Revoked',
    'RelaunchAdvised',
    'RelaunchAdvisedConfigurationNeeded',
    'Unjudged',
] as const;

/** The clock, in seconds since 1970. */
export const clock = (): number => Math.floor(Date.now() / 1000);
/** A vendor as SCALE has it. */
export const vendorIndex = (vendor: TeeVendor): number => (vendor === 'intel' ? 0 : 1);

/** SCALE of the key under which the chain holds the collateral that this evidence needs. */
export const collateralKey = (vendor: TeeVendor, evidence: Uint8Array): Promise<Uint8Array> =>
    ask(new Writer().u8(1).u8(vendorIndex(vendor)).vec(evidence).finish());

/** Verify evidence; `collateral` is what the chain holds for it, in SCALE. An `AttestationError` says why it does not hold. */
export async function verifyEvidence(
    vendor: TeeVendor,
    evidence: Uint8Array,
    collateral: Uint8Array | undefined,
    options: EvidenceOptions = {},
): Promise<Attestation> {
    return decodeAttestation(await verified(vendor, evidence, collateral, options));
}

/** The same, in SCALE. */
export function verified(
    vendor: TeeVendor,
    evidence: Uint8Array,
    collateral: Uint8Array | undefined,
    { now = clock(), root }: EvidenceOptions,
): Promise<Uint8Array> {
    if (root?.length === 0) throw new TypeError('the root certificate is empty');
    const question = new Writer().u8(2).u8(vendorIndex(vendor)).vec(evidence);
    question.option(collateral, (writer, bytes) => writer.vec(bytes));
    return ask(question.vec(root ?? new Uint8Array()).u64(now).finish());
}

/** Reads SCALE of an attestation. */
export function decodeAttestation(bytes: Uint8Array): Attestation {
    const reader = new Reader(bytes);
    const found = {
        tee: one(TEES, reader.u8()),
        measurement: readMeasurement(reader),
        reportData: reader.hex(64),
        attributes: reader.u64(),
        platform: reader.hex(64),
        tcbStatus: one(STATUSES, reader.u8()),
        svns: [...reader.bytes(16)],
        tcbDate: Number(reader.u64()),
        advisories: Array.from({ length: reader.compact() }, () => `INTEL-SA-${String(reader.u32()).padStart(5, '0')}`),
        expires: Number(reader.u64()),
    };
    reader.finish();
    return found;
}

/** SCALE of a measurement, and of the machine that it was found on: what the chain keeps things under. */
export function keysOf(attestation: Uint8Array): { measurement: Uint8Array; platform: Uint8Array } {
    const lengths = [65, 241, 49];
    const end = 1 + (lengths[attestation[1]!] ?? 0);
    const measurement = attestation.slice(1, end);
    return { measurement, platform: attestation.slice(end + 64 + 8, end + 64 + 8 + 64) };
}

function readMeasurement(reader: Reader): Measurement {
    const tee = one(TEES, reader.u8());
    if (tee === 'sgx') return { tee, enclave: reader.hex(32), signer: reader.hex(32) };
    const machine = reader.hex(48);
    return tee === 'tdx' ? { tee, machine, runtime: Array.from({ length: 4 }, () => reader.hex(48)) } : { tee, machine };
}

function one<T>(all: readonly T[], index: number): T {
    const found = all[index];
    if (found === undefined) throw new RangeError(`there is no value ${index} of ${all.join(', ')}`);
    return found;
}

interface Exports {
    memory: WebAssembly.Memory;
    alloc: (length: number) => number;
    ask: (at: number, length: number) => number;
}

let loaded: Promise<Exports> | undefined;

async function load(): Promise<Exports> {
    const { MODULE } = await import('./module.js');
    if (MODULE === '') {
        throw new ConfigurationError('this build of the package cannot check attestations: install Rust (scripts/setup), then npm run build');
    }
    const packed = new Blob([fromBase64(MODULE) as Uint8Array<ArrayBuffer>]).stream();
    const bytes = await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
    const { instance } = await WebAssembly.instantiate(bytes);
    return instance.exports as unknown as Exports;
}

/** Ask the module: an answer, or an `AttestationError`. */
export async function ask(question: Uint8Array): Promise<Uint8Array> {
    loaded ??= load();
    const { memory, alloc, ask } = await loaded;
    const at = alloc(question.length) >>> 0;
    if (at === 0) throw new RangeError(`there is no memory for ${question.length} bytes`);
    new Uint8Array(memory.buffer, at, question.length).set(question);
    const answer = ask(at, question.length) >>> 0;
    if (answer === 0) throw new ProtocolError('the Wasm module does not know this question: was it built from another version?');
    const length = new DataView(memory.buffer).getUint32(answer, true);
    const reader = new Reader(new Uint8Array(memory.buffer, answer + 4, length).slice());
    if (reader.u8() === 0) return reader.vec();
    const text = (): string => new TextDecoder().decode(reader.vec());
    const code = text();
    throw new AttestationError(text(), code);
}
