// Requests to an endpoint: time limits, cancellation, repetition where nothing was done, errors by name.

import type { Hex } from './bytes.js';
import {
    BusyError,
    CandorError,
    ConnectionError,
    InvalidRequestError,
    NotFoundError,
    type PaymentNeeded,
    PaymentRequiredError,
    ProtocolError,
    RunFailedError,
    ServerError,
    TimeoutError,
    UnauthorizedError,
    UnavailableError,
} from './errors.js';
import { SignedReceipt } from './receipt.js';

/** How a call may be ended before its answer. */
export interface CallOptions {
    /** Cancels it; the error is the signal's reason. */
    signal?: AbortSignal;
    /** Milliseconds after which it is given up with a `TimeoutError`. */
    timeout?: number;
}

/** Settings of an endpoint. */
export interface EndpointOptions {
    /** Where it is, for example `http://127.0.0.1:8000`. */
    endpoint: string | URL;
    /** Sent as bearer token. */
    apiKey?: string;
    /** More headers of every request. */
    headers?: Record<string, string>;
    /** Milliseconds for each request; 60 000 if left out. */
    timeout?: number;
    /** How often a call is tried again that a busy endpoint refused unanswered; 3 if left out. */
    retries?: number;
    /** Takes the place of the global `fetch`. */
    fetch?: typeof globalThis.fetch;
}

/** A request. */
export interface Request extends CallOptions {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
}

/** An answer that was a success, read to its end. */
export interface Answer {
    headers: Headers;
    body: Uint8Array<ArrayBuffer>;
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason before, if it is cancelled. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', cancel);
            resolve();
        }, ms);
        const cancel = (): void => {
            clearTimeout(timer);
            reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', cancel, { once: true });
    });
}

/** An HTTP endpoint. */
export class Endpoint {
    readonly url: string;
    readonly #options: EndpointOptions;

    constructor(options: EndpointOptions) {
        this.url = String(options.endpoint).replace(/\/+$/, '');
        this.#options = options;
    }

    /** Send a request; what was refused because the endpoint is busy is sent again after a while. */
    async send(path: string, request: Request = {}): Promise<Answer> {
        const tries = this.#options.retries ?? 3;
        for (let tried = 0; ; tried += 1) {
            try {
                return await this.sendOnce(path, request);
            } catch (error) {
                if (!(error instanceof BusyError) || tried >= tries) throw error;
                await pause(error.retryAfter * 2 ** tried, request.signal);
            }
        }
    }

    /** Send a request once. */
    async sendOnce(path: string, request: Request = {}): Promise<Answer> {
        const { signal, method = 'GET', body } = request;
        signal?.throwIfAborted();
        const ms = request.timeout ?? this.#options.timeout ?? 60_000;
        const late = AbortSignal.timeout(ms);
        const headers = { ...this.#options.headers, ...request.headers };
        if (this.#options.apiKey !== undefined) headers.Authorization = `Bearer ${this.#options.apiKey}`;
        const fetch = this.#options.fetch ?? globalThis.fetch;
        try {
            const response = await fetch(this.url + path, {
                method,
                headers,
                signal: signal ? AbortSignal.any([signal, late]) : late,
                ...(body === undefined ? {} : { body }),
            });
            const bytes = new Uint8Array(await response.arrayBuffer());
            if (!response.ok) throw errorOf(response.status, response.headers, bytes);
            return { headers: response.headers, body: bytes };
        } catch (error) {
            if (error instanceof CandorError) throw error;
            if (signal?.aborted) throw signal.reason;
            if (late.aborted) throw new TimeoutError(`${this.url} gave no answer within ${ms} ms`, { cause: error });
            throw new ConnectionError(`${this.url} cannot be reached`, { cause: error });
        }
    }

    /** The JSON document at a path. */
    async json(path: string, request: Request = {}): Promise<unknown> {
        const { body } = await this.send(path, request);
        try {
            return JSON.parse(new TextDecoder().decode(body));
        } catch (error) {
            throw new ProtocolError(`${this.url}${path} is no JSON`, { cause: error });
        }
    }
}

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The error that an answer stands for. */
export function errorOf(status: number, headers: Headers, bytes: Uint8Array): CandorError {
    const text = new TextDecoder().decode(bytes);
    let body: unknown = text;
    try {
        body = JSON.parse(text);
    } catch {
        // Plain text of whatever stands between.
    }
    const json = isJson(body) ? body : {};
    // `{"error": "..."}` of the Open Inference Protocol, `{"error": {"message": ...}}` of OpenAI.
    const inner = isJson(json.error) ? json.error : json;
    const said = inner.message ?? json.error ?? json.message;
    const message = typeof said === 'string' ? said : text.slice(0, 500) || `status ${status}`;
    const code = json.code ?? inner.code;
    const payment = json.payment ?? inner.payment;

    if ((status === 402 || status === 409 || code === 'payment') && isJson(payment)) {
        return new PaymentRequiredError(message, status, body, neededOf(payment));
    }
    switch (status) {
        case 401:
        case 403:
            return new UnauthorizedError(message, status, body);
        case 402:
            return new PaymentRequiredError(message, status, body, { problem: 'missing' });
        case 404:
            return new NotFoundError(message, status, body);
        case 408:
        case 504:
            return new TimeoutError(message);
        case 422:
            return new RunFailedError(message, status, body, receiptOf(headers, json));
        case 429:
            return new BusyError(message, status, body, retryAfter(headers, json));
        case 503:
            return new UnavailableError(message, status, body);
        default: {
            if (status >= 500) return new ServerError(message, status, body);
            const field = json.field ?? inner.field ?? inner.param;
            return new InvalidRequestError(message, status, body, typeof field === 'string' ? field : undefined);
        }
    }
}

function retryAfter(headers: Headers, json: Json): number {
    if (typeof json.retry_ms === 'number') return json.retry_ms;
    const seconds = Number(headers.get('retry-after'));
    return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 250;
}

function receiptOf(headers: Headers, json: Json): SignedReceipt | undefined {
    const text = headers.get('candor-receipt') ?? json.receipt;
    if (typeof text !== 'string') return undefined;
    try {
        return SignedReceipt.fromBase64(text);
    } catch {
        return undefined;
    }
}

function neededOf(payment: Json): PaymentNeeded {
    const big = (value: unknown): bigint | undefined =>
        typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? BigInt(value) : undefined;
    const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    const problem = text(payment.problem) ?? 'missing';
    const needed = {
        problem: problem === 'wrong_release' ? 'release' : problem,
        genesis: text(payment.genesis) as Hex | undefined,
        host: text(payment.host),
        release: number(payment.session_release) ?? number(payment.release),
        units: big(payment.units),
        missing: big(payment.missing),
        calls: number(payment.calls),
        fee: big(payment.fee),
        index: number(payment.index) ?? number(payment.next),
    };
    return Object.fromEntries(Object.entries(needed).filter(([, value]) => value !== undefined)) as unknown as PaymentNeeded;
}
