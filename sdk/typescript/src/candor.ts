// The SDK in one object.

import { type AttestationOptions, type AttestationVerdict, checkAttestation } from './attestation/check.js';
import { Context, type CandorOptions } from './context.js';
import { Stake, hostOf } from './hosts.js';
import type { CallOptions } from './http.js';
import type { InferOptions, InferResult, Inputs, ModelMetadata, Outputs } from './inference.js';
import { Jobs } from './jobs.js';
import { Models } from './models.js';
import type { SignedReceipt } from './receipt.js';
import { arrange, resolve } from './releases.js';
import { toAddress } from './crypto.js';
import { Schedules } from './schedules.js';
import { Sessions } from './sessions.js';
import { type TensorLike, tensor } from './tensor.js';
import { checkReceipt, type Expected, type Verdict } from './verify.js';

/** Options of many calls. */
export interface BatchOptions extends InferOptions {
    /** Calls at the same time; 4 if left out. */
    concurrency?: number;
}

/**
 * Verified inference.
 *
 * ```ts
 * const candor = new Candor({ endpoint: 'http://127.0.0.1:8000' });
 * const { outputs, receipt } = await candor.infer('minilm', { input_ids: [[101, 102]], attention_mask: [[1, 1]], token_type_ids: [[0, 0]] });
 * ```
 */
export class Candor {
    /** The registry of models. */
    readonly models: Models;
    /** Calls by extrinsic. */
    readonly jobs: Jobs;
    /** Calls that are repeated by the chain. */
    readonly schedules: Schedules;
    /** Prepaid calls of one host, off chain. */
    readonly sessions: Sessions;
    /** Hosts and stake. */
    readonly stake: Stake;
    readonly #context: Context;

    constructor(options: CandorOptions) {
        this.#context = new Context(options);
        this.models = new Models(this.#context);
        this.jobs = new Jobs(this.#context);
        this.schedules = new Schedules(this.#context, this.jobs);
        this.sessions = new Sessions(this.#context);
        this.stake = new Stake(this.#context);
    }

    /** Call a model at the endpoint. */
    infer(model: string, inputs: Inputs, options: InferOptions = {}): Promise<InferResult> {
        return this.#context.inference.infer(model, inputs, options);
    }

    /** Call a model many times; answers are in the order of the calls. The first failure cancels what has not begun or ended. */
    async inferBatch(model: string, calls: readonly Inputs[], options: BatchOptions = {}): Promise<InferResult[]> {
        const { concurrency = 4, ...rest } = options;
        const failed = new AbortController();
        const signal = rest.signal ? AbortSignal.any([rest.signal, failed.signal]) : failed.signal;
        const results: InferResult[] = [];
        let next = 0;
        const work = async (): Promise<void> => {
            for (let at = next++; at < calls.length; at = next++) {
                results[at] = await this.infer(model, calls[at]!, { ...rest, signal });
            }
        };
        try {
            await Promise.all(Array.from({ length: Math.min(concurrency, calls.length) }, work));
        } catch (error) {
            failed.abort(error);
            throw error;
        }
        return results;
    }

    /** Vectors of texts, one for each. */
    embeddings(model: string, input: string | readonly string[], options: CallOptions = {}): Promise<Float32Array[]> {
        return this.#context.inference.embeddings(model, input, options);
    }

    /** Inputs and outputs of a model at the endpoint. */
    metadata(model: string, version?: string, options: CallOptions = {}): Promise<ModelMetadata> {
        return this.#context.inference.metadata(model, version, options);
    }

    /** Whether the endpoint answers calls of this model (or any calls) now. */
    ready(model?: string, options: CallOptions = {}): Promise<boolean> {
        return this.#context.inference.ready(model, undefined, options);
    }

    /**
     * Verify a receipt here: the tensors' roots, the encoding, the signature, and with a chain that key, variant and
     * chain are the right ones. Without a chain say which key must have signed (`worker`), and give inputs and outputs in
     * the release's order. `outputs` is `'failed'` for a run that failed.
     */
    async verify(
        receipt: SignedReceipt,
        inputs: Inputs | readonly TensorLike[],
        outputs: Outputs | readonly TensorLike[] | 'failed',
        expected: Expected = {},
    ): Promise<Verdict> {
        const all: Expected = { ...expected };
        const list = (tensors: readonly TensorLike[]) => tensors.map((value) => tensor(value));
        const isList = (value: unknown): value is readonly TensorLike[] => Array.isArray(value);
        if (this.#context.hasChain) {
            const chain = await this.#context.chain();
            const release = await resolve(chain, receipt.receipt.release);
            all.genesis ??= chain.genesis;
            all.variants ??= release.variants.map(({ root }) => root);
            all.worker ??= (await hostOf(chain, receipt.receipt.host)).worker;
            all.inputs = isList(inputs) ? list(inputs) : arrange(release, inputs).map(([, value]) => value);
            all.outputs =
                outputs === 'failed' || isList(outputs)
                    ? outputs === 'failed'
                        ? outputs
                        : list(outputs)
                    : release.outputs.map(({ name }) => named(outputs, name));
        } else {
            if (all.worker === undefined) throw new TypeError('without a chain, say which worker key must have signed: { worker }');
            all.inputs = list(isList(inputs) ? inputs : Object.values(inputs));
            all.outputs = outputs === 'failed' ? outputs : list(isList(outputs) ? outputs : Object.values(outputs));
        }
        return checkReceipt(receipt, all);
    }

    /**
     * Check here whether a host's worker key lives in a machine that keeps it from its operator. The host, by its address or by the
     * endpoint of its engine (`https://...`), is asked for fresh evidence of its hardware; collateral, allow-list and rules are the
     * chain's. Whatever the host says is a verdict, with a `code` if it is not believed; errors are for questions without an answer.
     */
    async attestation(host: string, options: AttestationOptions = {}): Promise<AttestationVerdict> {
        // The endpoint's API key is not the host's business.
        const open = (endpoint: string) => this.#context.endpoint(endpoint, { apiKey: undefined });
        return checkAttestation(await this.#context.chain(), open, host, options);
    }

    /** What an account has, in planck: free, and on hold. The SDK's own account if left out. */
    async balance(account?: string): Promise<{ free: bigint; reserved: bigint }> {
        const chain = await this.#context.chain();
        const who = toAddress(account ?? (await this.#context.account()).address);
        const { data } = await chain.read<{ data: { free: bigint; reserved: bigint } }>('system', 'account', who);
        return { free: data.free, reserved: data.reserved };
    }

    /** Address of the account that signs. */
    async address(): Promise<string> {
        return toAddress((await this.#context.account()).address);
    }

    /** Close the connection to the node, if there is one. */
    close(): Promise<void> {
        return this.#context.close();
    }
}

function named(outputs: Outputs, name: string): Outputs[string] {
    const found = outputs[name];
    if (found === undefined) throw new TypeError(`the output ${name} is missing: a receipt covers all outputs`);
    return found;
}
