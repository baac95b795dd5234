// Calls by extrinsic: a job on chain, answered by a host that the chain draws.

import { fromHex, type Hex, toHex, utf8 } from './bytes.js';
import type { Chain } from './chain/connection.js';
import { text, type Variant } from './chain/plain.js';
import { event } from './chain/transactions.js';
import type { Context } from './context.js';
import { toAddress } from './crypto.js';
import { CandorError, ConfigurationError, JobEndedError, ProtocolError, ReceiptError, TimeoutError } from './errors.js';
import { type Amount, toPlanck } from './amounts.js';
import { hostOf } from './hosts.js';
import { type CallOptions, pause } from './http.js';
import type { Inputs, Outputs } from './inference.js';
import type { Store } from './models.js';
import type { Named } from './oip.js';
import { SignedReceipt } from './receipt.js';
import { arrange, countUnits, type Release, type ReleaseRef, resolve } from './releases.js';
import { type DType, Tensor } from './tensor.js';
import { checkReceipt, rootOf } from './verify.js';

/** Largest input that travels in an extrinsic, in bytes. */
const MAX_INLINE_INPUT = 16 * 1024;

/** Options of a job. */
export interface JobOptions {
    /** Most that each host may cost; the dearest live offer if left out. */
    maxFee?: Amount;
    /** The only host that may answer. */
    host?: string;
    /** How many hosts answer, 1 to 5. */
    redundancy?: number;
    /** Stake that must answer beside the fee. */
    insured?: Amount;
    /** Whether only a host whose machine is attested may answer: final sooner, audited less often. */
    attested?: boolean;
    /** Where inputs of more than 16 KiB in all are put for the host to fetch. */
    store?: Store;
    signal?: AbortSignal;
}

/** What a call costs. Amounts are in planck. */
export interface Quote {
    units: bigint;
    lowest: bigint;
    highest: bigint;
    offers: number;
    deposit: bigint;
}

/** A job that was sent. */
export interface Job {
    id: bigint;
    release: Release;
    /** Block of submission. */
    block: number;
    inputRoot: Hex;
}

/** A checked answer. */
export interface JobResult {
    job: bigint;
    outputs: Outputs;
    receipt: SignedReceipt;
    host: string;
    /** All answers of a redundant job. */
    answers: { host: string; receipt: SignedReceipt; outputs: Outputs | undefined }[];
}

/** A job that is not final yet, as the chain describes it. Amounts are in planck. */
export interface JobView {
    id: bigint;
    requester: string;
    release: number;
    units: bigint;
    maxFee: bigint;
    escrow: bigint;
    phase: Variant;
    submitted: number;
    deadline: number;
    hosts: string[];
    answers: {
        host: string;
        receipt: Hex;
        receiptBytes: Hex;
        signature: Hex;
        outcome: Variant;
        output: Variant | undefined;
    }[];
}

interface InlineTensor {
    dtype: Variant;
    shape: number[];
    data: Hex;
}
interface ContentTensor {
    dtype: Variant;
    shape: number[];
    root: Hex;
}

/** Jobs on chain. */
export class Jobs {
    readonly #context: Context;

    constructor(context: Context) {
        this.#context = context;
    }

    /** What a call with these inputs costs. */
    async quote(ref: ReleaseRef, inputs: Inputs): Promise<Quote> {
        const chain = await this.#context.chain();
        const release = await resolve(chain, ref);
        return quote(chain, release, arrange(release, inputs));
    }

    /** Send a job; resolves when a block holds it. */
    async submit(ref: ReleaseRef, inputs: Inputs, options: JobOptions = {}): Promise<Job> {
        const chain = await this.#context.chain();
        const release = await resolve(chain, ref);
        const { given, payload, maxFee } = await this.prepare(chain, release, inputs, options);
        const { host, redundancy = 1, insured = 0n, attested = false, signal } = options;
        const call =
            host === undefined && redundancy === 1 && insured === 0n && !attested
                ? chain.call('jobs', 'submit', release.id, payload, maxFee)
                : chain.call('jobs', 'submitWith', release.id, payload, maxFee, {
                      host: host ?? null,
                      redundancy,
                      insured: toPlanck(insured),
                      attested,
                  });
        const done = await (await this.#context.transactions()).submit(call, signal ? { signal } : {});
        return {
            id: event(done, 'jobs.JobSubmitted').job as bigint,
            release,
            block: done.block.number,
            inputRoot: rootOf(given.map(([, tensor]) => tensor)),
        };
    }

    /** A job that is not final yet. */
    async get(job: bigint | Job): Promise<JobView | undefined> {
        return (await this.#context.chain()).ask('jobsApi', 'job', idOf(job));
    }

    /** Jobs of an account that are not final yet; of the SDK's own account if left out. */
    async list(account?: string): Promise<JobView[]> {
        const chain = await this.#context.chain();
        const who = toAddress(account ?? (await this.#context.account()).address);
        const all: JobView[] = [];
        for (;;) {
            const start = (all.at(-1)?.id ?? -1n) + 1n;
            const page = await chain.ask<JobView[]>('jobsApi', 'jobsOf', who, start, 100);
            if (page.length === 0) return all;
            all.push(...page);
        }
    }

    /** Wait until a job is answered, and check the answer. Throws a `JobEndedError` if it ended without one. */
    async wait(job: bigint | Job, options: CallOptions = {}): Promise<JobResult> {
        const chain = await this.#context.chain();
        const from = typeof job === 'bigint' ? (await chain.best()).number : job.block;
        const { signal, timeout = 300_000 } = options;
        const end = Date.now() + timeout;
        // Blocks wake it up; the clock does so too, should the node be silent.
        let wake: () => void = () => {};
        let number = from;
        const stop = await chain.watch(from, (block) => {
            number = block.number;
            wake();
        });
        try {
            let looked = from - 1;
            for (;;) {
                signal?.throwIfAborted();
                const view = await this.get(job);
                if (view !== undefined && isAnswered(view)) return await this.#check(chain, job, view);
                if (view === undefined) {
                    const best = (await chain.best()).number;
                    const ended = await endOf(chain, idOf(job), looked + 1, best);
                    looked = best;
                    if (ended) throw ended;
                    if (typeof job === 'bigint') throw new JobEndedError(job, 'final');
                }
                if (Date.now() > end) throw new TimeoutError(`job ${idOf(job)} has no answer within ${timeout} ms (block ${number})`);
                const woken = new Promise<void>((resolve) => (wake = resolve));
                await Promise.race([woken, pause(5_000, signal)]);
            }
        } finally {
            stop();
        }
    }

    /** The checked answer of a job, if there is one on chain now. */
    async result(job: bigint | Job): Promise<JobResult | undefined> {
        const view = await this.get(job);
        if (view === undefined || !isAnswered(view)) return undefined;
        return this.#check(await this.#context.chain(), job, view);
    }

    /** Take back a job that waits for a host. */
    async cancel(job: bigint | Job): Promise<void> {
        const chain = await this.#context.chain();
        await (await this.#context.transactions()).submit(chain.call('jobs', 'cancel', idOf(job)));
    }

    /** Inputs as the chain takes them, and the most that a host may cost. */
    async prepare(
        chain: Chain,
        release: Release,
        inputs: Inputs,
        options: Pick<JobOptions, 'maxFee' | 'store' | 'signal'>,
    ): Promise<{ given: Named[]; payload: object; maxFee: bigint }> {
        const given = arrange(release, inputs);
        countUnits(release, given);
        const maxFee = options.maxFee === undefined ? (await quote(chain, release, given)).highest : toPlanck(options.maxFee);
        return { given, payload: await this.#payload(given, options), maxFee };
    }

    async #payload(given: Named[], { store, signal }: Pick<JobOptions, 'store' | 'signal'>): Promise<object> {
        const capital = (dtype: DType): string => dtype.charAt(0).toUpperCase() + dtype.slice(1);
        const tensors = given.map(([, tensor]) => ({ tensor, bytes: tensor.bytes() }));
        if (tensors.reduce((sum, { bytes }) => sum + bytes.length, 0) <= MAX_INLINE_INPUT) {
            return {
                Inline: tensors.map(({ tensor, bytes }) => ({
                    dtype: capital(tensor.dtype),
                    shape: tensor.shape,
                    data: toHex(bytes),
                })),
            };
        }
        if (store === undefined) {
            throw new ConfigurationError('inputs of more than 16 KiB in all must be put on an engine: set `store`');
        }
        const engine = this.#context.endpoint(store.engine, store.token === undefined ? {} : { apiKey: store.token });
        for (const { tensor, bytes } of tensors) {
            const path = `/v1/outputs/${tensor.root()}?dtype=${tensor.dtype}&shape=${tensor.shape.join(',')}`;
            await engine.send(path, { method: 'PUT', body: new Uint8Array(bytes), ...(signal ? { signal } : {}) });
        }
        return {
            Content: {
                tensors: tensors.map(({ tensor }) => ({ dtype: capital(tensor.dtype), shape: tensor.shape, root: tensor.root() })),
                source: toHex(utf8(`${engine.url}/v1/outputs`)),
            },
        };
    }

    async #check(chain: Chain, job: bigint | Job, view: JobView): Promise<JobResult> {
        const release = await resolve(chain, typeof job === 'bigint' ? view.release : job.release);
        const answers = await Promise.all(
            view.answers.map(async (answer) => {
                const receipt = SignedReceipt.of(fromHex(answer.receiptBytes), answer.signature);
                const tensors = answer.output && (await this.#outputs(answer.output));
                const { valid, problems } = await checkReceipt(receipt, {
                    worker: (await hostOf(chain, answer.host)).worker,
                    outputs: tensors ?? 'failed',
                    genesis: chain.genesis,
                    release: view.release,
                    variants: release.variants.map(({ root }) => root),
                    requester: view.requester,
                    host: answer.host,
                    units: view.units,
                    maxFee: view.maxFee,
                });
                const { path, inputRoot } = receipt.receipt;
                const others = [...problems];
                if (!('job' in path) || path.job !== view.id) others.push('its receipt is of another job');
                if (typeof job !== 'bigint' && inputRoot !== job.inputRoot) others.push('its receipt is of another input');
                if (!valid || others.length > 0) throw new ReceiptError(others, receipt);
                const outputs =
                    tensors && Object.fromEntries(release.outputs.map(({ name }, at) => [name, tensors[at]!] as const));
                return { host: answer.host, receipt, outputs };
            }),
        );
        const first = answers.find(({ outputs }) => outputs !== undefined);
        if (first?.outputs === undefined) throw new RunOfJobFailedError(view.id, answers[0]!.receipt);
        return { job: view.id, outputs: first.outputs, receipt: first.receipt, host: first.host, answers };
    }

    /** The tensors of an answer, fetched if they are not on chain. */
    async #outputs(output: Variant): Promise<Tensor[]> {
        const dtype = (variant: Variant): DType => variant.type.toLowerCase() as DType;
        if (output.type === 'Inline') {
            return (output.value as InlineTensor[]).map((tensor) =>
                Tensor.fromBytes(dtype(tensor.dtype), tensor.shape, fromHex(tensor.data)),
            );
        }
        const { tensors, source } = output.value as { tensors: ContentTensor[]; source: Hex };
        const endpoint = this.#context.endpoint(text(source));
        return Promise.all(
            tensors.map(async ({ dtype: type, shape, root }) => {
                const { body } = await endpoint.send(`/${root.slice(2)}`);
                const tensor = Tensor.fromBytes(dtype(type), shape, body);
                if (tensor.root() !== root) throw new ProtocolError(`${endpoint.url} gave other bytes than ${root}`);
                return tensor;
            }),
        );
    }
}

/** The model failed on the inputs of a job. The host did its work and is paid its price per call. */
export class RunOfJobFailedError extends CandorError {
    readonly job: bigint;
    readonly receipt: SignedReceipt;

    constructor(job: bigint, receipt: SignedReceipt) {
        super(`the model failed on the inputs of job ${job}`, 'run_failed');
        this.job = job;
        this.receipt = receipt;
    }
}

const idOf = (job: bigint | Job): bigint => (typeof job === 'bigint' ? job : job.id);
const isAnswered = (view: JobView): boolean => view.phase.type === 'Delivered' && view.answers.length > 0;

async function quote(chain: Chain, release: Release, given: readonly Named[]): Promise<Quote> {
    const shapes = given.map(([, { shape }]) => shape);
    const answer = await chain.ask<Variant>('jobsApi', 'quote', release.id, shapes);
    if (answer.type === 'Ok') return answer.value as Quote;
    const why = (answer.value as Variant).type;
    throw new CandorError(
        why === 'NoOffer' ? `no live host offers ${release.name}@${release.version} right now` : `there is no price: ${why}`,
        'no_quote',
    );
}

const ENDS: Record<string, string> = {
    'jobs.JobExpired': 'expired',
    'jobs.JobCancelled': 'cancelled',
    'jobs.JobOverturned': 'overturned',
    'jobs.JobDisagreed': 'disagreed',
    'jobs.JobFinalised': 'final',
};

/** How a job ended, by the events of these blocks. */
async function endOf(chain: Chain, job: bigint, from: number, to: number): Promise<JobEndedError | undefined> {
    for (let number = from; number <= to; number += 1) {
        const hash = (await chain.api.rpc.chain.getBlockHash(number)).toHex();
        for (const { name, data } of await chain.events(hash)) {
            const how = ENDS[name];
            if (how !== undefined && data.job === job) return new JobEndedError(job, how, data.refunded as bigint | undefined);
        }
    }
    return undefined;
}
