// Calls of models at an endpoint: a gateway, a proxy, or any server of the Open Inference Protocol.

import { fromBase64, type Hex } from './bytes.js';
import { cryptoReady } from './crypto.js';
import { ProtocolError, ReceiptError } from './errors.js';
import { type CallOptions, Endpoint, pause } from './http.js';
import { decodeResponse, encodeRequest, JSON_LENGTH, type Named } from './oip.js';
import { SignedReceipt } from './receipt.js';
import { decodeHashes } from './scale.js';
import { type DType, dtypeOfWire, ownDType, Tensor, tensor, type TensorLike } from './tensor.js';
import { listedRoot } from './verify.js';

/** An input or output of a model. */
export interface TensorInfo {
    name: string;
    dtype: DType;
    /** -1 for a length that each call chooses. */
    shape: number[];
}

/** What an endpoint says of a model. */
export interface ModelMetadata {
    name: string;
    versions: string[];
    platform: string;
    /** In the order of the release. */
    inputs: TensorInfo[];
    outputs: TensorInfo[];
}

/** Inputs of a call by name: tensors, typed arrays (of one dimension), or nested arrays of plain values. */
export type Inputs = Readonly<Record<string, TensorLike>>;
/** Outputs of a call by name. */
export type Outputs = Record<string, Tensor>;

/** Options of a call of a model. */
export interface InferOptions extends CallOptions {
    /** Version of the model; the newest if left out. */
    version?: string;
    /** Names of the outputs that are wanted; all if left out. */
    outputs?: readonly string[];
    /** What the call is called in the endpoint's logs. */
    id?: string;
}

/** An answer. */
export interface InferResult {
    outputs: Outputs;
    /** The host's receipt, where the endpoint gave one. Its input and output roots have been compared with the tensors. */
    receipt: SignedReceipt | undefined;
    /** Roots of all outputs, in the release's order, where there is a receipt. */
    outputRoots: Hex[] | undefined;
    model: string;
    version: string | undefined;
}

/** Headers of a paid call and its answer. */
export const HEADER = {
    session: 'candor-session',
    index: 'candor-index',
    voucher: 'candor-voucher',
    receipt: 'candor-receipt',
    roots: 'candor-output-roots',
} as const;

/** What an endpoint said, before it is believed. */
export interface RawAnswer {
    outputs: Named[];
    receipt: SignedReceipt | undefined;
    outputRoots: Hex[] | undefined;
    model: string;
    version: string | undefined;
}

/** Calls of models at one endpoint. */
export class Inference {
    readonly endpoint: Endpoint;
    readonly #metadata = new Map<string, Promise<ModelMetadata>>();

    constructor(endpoint: Endpoint) {
        this.endpoint = endpoint;
    }

    /** What the endpoint says of a model. Asked for once. */
    metadata(model: string, version?: string, options: CallOptions = {}): Promise<ModelMetadata> {
        const path = modelPath(model, version);
        const known = this.#metadata.get(path);
        if (known) return known;
        const asked = this.#fetchMetadata(path, options);
        this.#metadata.set(path, asked);
        asked.catch(() => this.#metadata.delete(path));
        return asked;
    }

    /** Whether the endpoint answers calls of this model (or any calls) now. */
    async ready(model?: string, version?: string, options: CallOptions = {}): Promise<boolean> {
        const path = model === undefined ? '/v2/health/ready' : `${modelPath(model, version)}/ready`;
        try {
            await this.endpoint.sendOnce(path, options);
            return true;
        } catch (error) {
            if (error instanceof Error && 'status' in error) return false;
            throw error;
        }
    }

    /** Resolves when the endpoint answers calls of this model. */
    async untilReady(model: string, options: CallOptions = {}): Promise<void> {
        const end = Date.now() + (options.timeout ?? 60_000);
        for (;;) {
            const ready = await this.ready(model, undefined, { ...options, timeout: 5_000 }).catch((error: unknown) => {
                if (options.signal?.aborted || Date.now() > end) throw error;
                return false;
            });
            if (ready) return;
            if (Date.now() > end) throw new ProtocolError(`${model} is not ready at ${this.endpoint.url}`);
            await pause(250, options.signal);
        }
    }

    /** Names of the models that can be called here. */
    async models(options: CallOptions = {}): Promise<string[]> {
        const document = (await this.endpoint.json('/v1/models', options)) as { data?: { id: string }[] };
        if (!Array.isArray(document.data)) throw new ProtocolError('the list of models is none');
        return document.data.map(({ id }) => id);
    }

    /** Call a model. */
    async infer(model: string, inputs: Inputs, options: InferOptions = {}): Promise<InferResult> {
        const given = await this.tensors(model, inputs, options);
        const answer = await this.call(model, given, options);
        const { receipt, outputRoots } = answer;
        if (receipt) await this.#compare(model, given, answer, options);
        return {
            outputs: Object.fromEntries(answer.outputs),
            receipt,
            outputRoots,
            model: answer.model,
            version: answer.version,
        };
    }

    /** Vectors of texts, by the OpenAI protocol. */
    async embeddings(model: string, input: string | readonly string[], options: CallOptions = {}): Promise<Float32Array[]> {
        const body = JSON.stringify({ model, input, encoding_format: 'base64' });
        const headers = { 'Content-Type': 'application/json' };
        const document = await this.endpoint.json('/v1/embeddings', { ...options, method: 'POST', headers, body });
        const { data } = document as { data?: { index: number; embedding: string | number[] }[] };
        if (!Array.isArray(data)) throw new ProtocolError('the answer has no embeddings');
        return [...data].sort((a, b) => a.index - b.index).map(({ embedding }) => vector(embedding));
    }

    /** Inputs as tensors; the model is asked for the types of plain numbers. */
    async tensors(model: string, inputs: Inputs, options: InferOptions = {}): Promise<Named[]> {
        const entries = Object.entries(inputs);
        const plain = entries.some(([, value]) => !(value instanceof Tensor));
        const known = plain ? await this.metadata(model, options.version, options) : undefined;
        return entries.map(([name, value]): Named => {
            const dtype = known?.inputs.find((input) => input.name === name)?.dtype;
            try {
                return [name, tensor(value, value instanceof Tensor ? undefined : (dtype ?? ownDType(value)))];
            } catch (error) {
                const why = error instanceof Error ? error.message : String(error);
                throw new TypeError(`the input ${name}: ${why}`, { cause: error });
            }
        });
    }

    /** Call a model with tensors, and with headers that pay for it; the answer is as the endpoint gave it. */
    async call(
        model: string,
        inputs: readonly Named[],
        options: InferOptions = {},
        payment: Record<string, string> = {},
    ): Promise<RawAnswer> {
        const { outputs, id, signal, timeout } = options;
        const { body, headers } = encodeRequest({
            inputs,
            ...(outputs === undefined ? {} : { outputs }),
            ...(id === undefined ? {} : { id }),
        });
        const answer = await this.endpoint.send(`${modelPath(model, options.version)}/infer`, {
            method: 'POST',
            headers: { ...headers, ...payment },
            body,
            ...(signal ? { signal } : {}),
            ...(timeout === undefined ? {} : { timeout }),
        });
        const decoded = decodeResponse(answer.body, answer.headers.get(JSON_LENGTH));
        const [receipt, roots] = [answer.headers.get(HEADER.receipt), answer.headers.get(HEADER.roots)];
        try {
            return {
                outputs: decoded.outputs,
                receipt: receipt === null ? undefined : SignedReceipt.fromBase64(receipt),
                outputRoots: roots === null ? undefined : decodeHashes(fromBase64(roots)),
                model: decoded.model,
                version: decoded.version,
            };
        } catch (error) {
            throw new ProtocolError('the receipt of the answer cannot be read', { cause: error });
        }
    }

    /** Compare a receipt with what was sent and came back: no network is needed but the order of the model's tensors. */
    async #compare(model: string, given: Named[], answer: RawAnswer, options: InferOptions): Promise<void> {
        const { receipt, outputRoots, outputs } = answer;
        // Hashes are much faster with it.
        await cryptoReady();
        const metadata = await this.metadata(model, options.version, options);
        const problems = compareRoots(receipt!, metadata, given, outputs, outputRoots);
        if (problems.length > 0) throw new ReceiptError(problems, receipt);
    }

    async #fetchMetadata(path: string, options: CallOptions): Promise<ModelMetadata> {
        const document = (await this.endpoint.json(path, options)) as {
            name: string;
            versions?: string[];
            platform?: string;
            inputs: { name: string; datatype: string; shape: number[] }[];
            outputs: { name: string; datatype: string; shape: number[] }[];
        };
        const info = ({ name, datatype, shape }: { name: string; datatype: string; shape: number[] }): TensorInfo => ({
            name,
            dtype: dtypeOfWire(datatype),
            shape,
        });
        try {
            return {
                name: document.name,
                versions: document.versions ?? [],
                platform: document.platform ?? '',
                inputs: document.inputs.map(info),
                outputs: document.outputs.map(info),
            };
        } catch (error) {
            throw new ProtocolError(`${this.endpoint.url}${path} does not describe a model`, { cause: error });
        }
    }
}

/** What is wrong between a receipt and the tensors of its call. */
export function compareRoots(
    receipt: SignedReceipt,
    order: { inputs: readonly { name: string }[]; outputs: readonly { name: string }[] },
    inputs: readonly Named[],
    outputs: readonly Named[],
    outputRoots: readonly Hex[] | undefined,
): string[] {
    const problems: string[] = [];
    const { inputRoot, outcome } = receipt.receipt;
    const given = new Map(inputs);
    const sent = order.inputs.map(({ name }) => given.get(name)?.root());
    if (sent.includes(undefined) || listedRoot(sent as Hex[]) !== inputRoot) problems.push('its receipt is of another input');
    if (!('output' in outcome)) return [...problems, 'its receipt says that the run failed, but there are outputs'];
    const got = new Map(outputs);
    const roots: readonly (Hex | undefined)[] = outputRoots ?? order.outputs.map(({ name }) => got.get(name)?.root());
    if (roots.includes(undefined) || listedRoot(roots as Hex[]) !== outcome.output) {
        problems.push('the outputs are not those that were signed');
    }
    for (const [name, value] of outputs) {
        const at = order.outputs.findIndex((output) => output.name === name);
        if (at < 0 || value.root() !== roots[at]) problems.push(`the output ${name} is not the one that was signed`);
    }
    return problems;
}

function modelPath(model: string, version?: string): string {
    const name = `/v2/models/${encodeURIComponent(model)}`;
    return version === undefined ? name : `${name}/versions/${encodeURIComponent(version)}`;
}

function vector(embedding: string | number[]): Float32Array {
    if (Array.isArray(embedding)) return Float32Array.from(embedding);
    const bytes = fromBase64(embedding);
    if (bytes.length % 4 !== 0) throw new ProtocolError('an embedding is no list of floats');
    return new Float32Array(bytes.buffer, 0, bytes.length / 4);
}
