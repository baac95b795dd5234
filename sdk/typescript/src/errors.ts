// What can go wrong, by name. Every error of this package is a `CandorError`.

import type { Hex } from './bytes.js';
import type { SignedReceipt } from './receipt.js';

/** An error of this package. `code` names it for programs. */
export class CandorError extends Error {
    readonly code: string;

    constructor(message: string, code: string, options?: ErrorOptions) {
        super(message, options);
        this.name = new.target.name;
        this.code = code;
    }
}

/** Something is missing in how the SDK was set up: no endpoint, no chain, no key. */
export class ConfigurationError extends CandorError {
    constructor(message: string) {
        super(message, 'configuration');
    }
}

/** Endpoint or node cannot be reached. */
export class ConnectionError extends CandorError {
    constructor(message: string, options?: ErrorOptions) {
        super(message, 'connection', options);
    }
}

/** There was no answer in time. */
export class TimeoutError extends CandorError {
    constructor(message: string, options?: ErrorOptions) {
        super(message, 'timeout', options);
    }
}

/** An answer of the endpoint with an error status. */
export class EndpointError extends CandorError {
    /** HTTP status. */
    readonly status: number;
    /** The answer's body, as JSON if it is that. */
    readonly body: unknown;

    constructor(message: string, code: string, status: number, body: unknown) {
        super(message, code);
        this.status = status;
        this.body = body;
    }
}

/** The request is wrong. */
export class InvalidRequestError extends EndpointError {
    /** The field that is wrong, if the endpoint named one. */
    readonly field: string | undefined;

    constructor(message: string, status: number, body: unknown, field?: string) {
        super(message, 'invalid_request', status, body);
        this.field = field;
    }
}

/** No such model, version or path. */
export class NotFoundError extends EndpointError {
    constructor(message: string, status: number, body: unknown) {
        super(message, 'not_found', status, body);
    }
}

/** The endpoint wants an API key, or another one. */
export class UnauthorizedError extends EndpointError {
    constructor(message: string, status: number, body: unknown) {
        super(message, 'unauthorized', status, body);
    }
}

/** What an endpoint says must be paid. Amounts are in planck. */
export interface PaymentNeeded {
    /** What is wrong, for programs: `missing`, `unknown_session`, `closed`, `release`, `too_dear`, `deposit`, `unpaid`, `voucher`, `index`. */
    problem: string;
    /** Hash of the genesis block of the chain on which the session must be. */
    genesis?: Hex;
    /** The host to open a session with. */
    host?: string;
    /** The release to open it for, or that the session is for. */
    release?: number;
    /** Units of the call. */
    units?: bigint;
    /** What the deposit lacks. */
    missing?: bigint;
    /** Calls that a voucher must cover at least. */
    calls?: number;
    /** What they, or the call, cost. */
    fee?: bigint;
    /** Index of the next call. */
    index?: number;
}

/** The call must be paid first: `needed` says what is missing. */
export class PaymentRequiredError extends EndpointError {
    readonly needed: PaymentNeeded;

    constructor(message: string, status: number, body: unknown, needed: PaymentNeeded) {
        super(message, 'payment_required', status, body);
        this.needed = needed;
    }
}

/** Too many calls wait. */
export class BusyError extends EndpointError {
    /** When to try again, in milliseconds. */
    readonly retryAfter: number;

    constructor(message: string, status: number, body: unknown, retryAfter: number) {
        super(message, 'busy', status, body);
        this.retryAfter = retryAfter;
    }
}

/** The model is there, but cannot be called now. */
export class UnavailableError extends EndpointError {
    constructor(message: string, status: number, body: unknown) {
        super(message, 'unavailable', status, body);
    }
}

/** The model itself failed on this input. That was work: its receipt says so. */
export class RunFailedError extends EndpointError {
    readonly receipt: SignedReceipt | undefined;

    constructor(message: string, status: number, body: unknown, receipt?: SignedReceipt) {
        super(message, 'run_failed', status, body);
        this.receipt = receipt;
    }
}

/** The endpoint, or what is behind it, failed. */
export class ServerError extends EndpointError {
    constructor(message: string, status: number, body: unknown) {
        super(message, 'server', status, body);
    }
}

/** An answer that is no answer of the protocol. */
export class ProtocolError extends CandorError {
    constructor(message: string, options?: ErrorOptions) {
        super(message, 'protocol', options);
    }
}

/** A receipt does not say what it must: the answer must not be trusted. */
export class ReceiptError extends CandorError {
    /** Everything that is wrong. */
    readonly problems: readonly string[];
    readonly receipt: SignedReceipt | undefined;

    constructor(problems: readonly string[], receipt?: SignedReceipt) {
        super(`the answer must not be trusted: ${problems.join('; ')}`, 'receipt');
        this.problems = problems;
        this.receipt = receipt;
    }
}

/** A hardware's evidence does not hold. `code` says why, for example `evidence.expired`. */
export class AttestationError extends CandorError {}

/** The chain refused a transaction or a question: `pallet.name` is the chain's own name of the reason. */
export class ChainError extends CandorError {
    readonly pallet: string;
    readonly reason: string;

    constructor(pallet: string, reason: string, docs: string) {
        super(docs === '' ? `${pallet}.${reason}` : `${docs} [${pallet}.${reason}]`, 'chain');
        this.pallet = pallet;
        this.reason = reason;
    }
}

/** A transaction was in no block: refused, replaced, or too late. */
export class TransactionError extends CandorError {
    constructor(message: string, options?: ErrorOptions) {
        super(message, 'transaction', options);
    }
}

/** A job ended without an answer. */
export class JobEndedError extends CandorError {
    readonly job: bigint;
    /** `expired`, `cancelled`, `overturned`, `disagreed` or `final`. */
    readonly how: string;
    /** What came back, in planck, if the chain said so. */
    readonly refunded: bigint | undefined;

    constructor(job: bigint, how: string, refunded?: bigint) {
        super(`job ${job} is ${how === 'final' ? 'final and gone from the chain' : how}`, 'job_ended');
        this.job = job;
        this.how = how;
        this.refunded = refunded;
    }
}

/** A session can take no more calls. */
export class SessionEndedError extends CandorError {
    readonly session: bigint;

    constructor(session: bigint, message: string) {
        super(message, 'session_ended');
        this.session = session;
    }
}
