// Calls in a session, straight to its host: every answer is checked before it is paid, and paid by the voucher that
// comes with the next call.

import { concat, equal, fromBase64, fromHex, type Hex, toBase64, toHex } from '../bytes.js';
import { type ListState, ListHasher, TAG, tensorsRoot } from '../commitments.js';
import { sr25519Good, VoucherKey } from '../crypto.js';
import {
    CandorError,
    ConnectionError,
    EndpointError,
    PaymentRequiredError,
    ProtocolError,
    ReceiptError,
    RunFailedError,
    SessionEndedError,
} from '../errors.js';
import { type CallOptions, pause } from '../http.js';
import { compareRoots, HEADER, type Inference, type InferResult, type Inputs, type RawAnswer } from '../inference.js';
import type { Named } from '../oip.js';
import { encodeDraft, type ReceiptDraft, type SignedReceipt } from '../receipt.js';
import { arrange, countUnits, type Release } from '../releases.js';
import { type DType, Tensor } from '../tensor.js';
import { closeMessage, draftOf, earns, lastHash, type SessionTerms, SignedVoucher, type Voucher } from '../voucher.js';
import { parse, type SessionStore, stringify } from './store.js';

/** What a session is. */
export interface SessionParts {
    release: Release;
    terms: SessionTerms;
    /** Key that signs its receipts. */
    worker: Hex;
    /** Where its host's gateway is. */
    endpoint: string;
    /** Seed of the key that signs its vouchers. */
    seed: Hex;
}

/** What is kept of a session. */
interface Kept {
    endpoint: string;
    seed: Hex;
    receipts: ListState;
    fee: bigint;
    pending: KeptCall | undefined;
}

interface KeptCall {
    inputs: { name: string; dtype: DType; shape: readonly number[]; data: string }[];
}

/** A call that may have been answered. */
interface Pending {
    given: Named[];
    draft: ReceiptDraft;
}

/** How often a call is sent again when nobody knows whether it was answered: it gets the same answer. */
const REPEATS = 3;
/** How long a host may take until it has seen a new session, in milliseconds. */
const LOOKUP = 60_000;

/** An open session and its calls, one after the other. */
export class SessionChannel {
    readonly release: Release;
    #terms: SessionTerms;
    readonly #worker: Hex;
    readonly #endpoint: string;
    readonly #key: VoucherKey;
    readonly #inference: Inference;
    readonly #store: SessionStore;
    readonly #receipts: ListHasher;
    #fee: bigint;
    #voucher: SignedVoucher | undefined;
    #pending: Pending | undefined;
    #turn: Promise<unknown> = Promise.resolve();
    #broken: Error | undefined;

    private constructor(parts: SessionParts, inference: Inference, store: SessionStore, receipts?: ListState, fee = 0n) {
        this.release = parts.release;
        this.#terms = parts.terms;
        this.#worker = parts.worker;
        this.#endpoint = parts.endpoint;
        this.#key = new VoucherKey(parts.seed);
        this.#inference = inference;
        this.#store = store;
        this.#receipts = new ListHasher(TAG.batch, receipts);
        this.#fee = fee;
        this.#sign();
    }

    /** A session that was just opened. */
    static async begin(parts: SessionParts, inference: Inference, store: SessionStore): Promise<SessionChannel> {
        const channel = new SessionChannel(parts, inference, store);
        await channel.#save();
        return channel;
    }

    /** A session that is kept in a store. */
    static async resume(
        id: bigint,
        parts: Omit<SessionParts, 'endpoint' | 'seed'>,
        open: (endpoint: string) => Inference,
        store: SessionStore,
    ): Promise<SessionChannel> {
        const text = await store.load(id);
        if (text === undefined) throw new CandorError(`session ${id} is not kept here`, 'unknown_session');
        const kept = parse(text) as Kept;
        const all = { ...parts, endpoint: kept.endpoint, seed: kept.seed };
        const channel = new SessionChannel(all, open(kept.endpoint), store, kept.receipts, kept.fee);
        if (kept.pending) {
            const given = kept.pending.inputs.map(({ name, dtype, shape, data }): Named => {
                return [name, Tensor.fromBytes(dtype, shape, fromBase64(data))];
            });
            channel.#pending = { given, draft: channel.#draft(given) };
        }
        return channel;
    }

    get id(): bigint {
        return this.#terms.session;
    }
    get terms(): SessionTerms {
        return this.#terms;
    }
    /** Calls that were answered and checked. */
    get calls(): number {
        return this.#receipts.length;
    }
    /** What they cost, in planck. */
    get spent(): bigint {
        return this.#fee;
    }
    /** The newest voucher; none before the first answer. */
    get voucher(): SignedVoucher | undefined {
        return this.#voucher;
    }

    /** Call the session's model. Calls wait for each other. */
    infer(inputs: Inputs, options: CallOptions = {}): Promise<InferResult> {
        const given = arrange(this.release, inputs);
        return this.#inTurn(async () => {
            options.signal?.throwIfAborted();
            await this.#clear(options);
            const draft = this.#draft(given);
            if (this.#fee + draft.fee > this.#terms.deposit) {
                const missing = this.#fee + draft.fee - this.#terms.deposit;
                throw new CandorError(`the deposit lacks ${missing} planck for this call: top the session up`, 'deposit');
            }
            this.#pending = { given, draft };
            await this.#save();
            return this.#perform(this.#pending, options);
        });
    }

    /** The last voucher, once it is known what came of every call; it is sent to the host. */
    finish(): Promise<SignedVoucher | undefined> {
        return this.#inTurn(async () => {
            await this.#clear({}).catch(() => {});
            if (this.#voucher) await this.#deliver(this.#voucher).catch(() => {});
            return this.#voucher;
        });
    }

    /**
     * Ask the host to end the session: its signature over the last voucher, which pays for every answered call, and which the
     * chain takes by `sessions.closeAgreed`. The session takes no calls from then on.
     */
    agree(): Promise<{ voucher: Voucher; signature: Hex }> {
        return this.#inTurn(async () => {
            await this.#clear({});
            const voucher = this.#voucher?.voucher ?? this.#next();
            const signed = this.#voucher ?? SignedVoucher.sign(voucher, this.#key);
            const body = concat(signed.encode(), this.#key.sign(closeMessage(voucher)));
            const headers = { 'Content-Type': 'application/octet-stream' };
            const path = `/candor/v1/sessions/${this.id}/close`;
            const answer = await this.#inference.endpoint.send(path, { method: 'POST', headers, body, timeout: 10_000 });
            const signature = toHex(answer.body);
            if (answer.body.length !== 64 || !sr25519Good(fromHex(lastHash(voucher)), signature, this.#worker)) {
                throw new ProtocolError('the host did not sign the last voucher');
            }
            return { voucher, signature };
        });
    }

    /** Deposit and expiry grew. */
    async extend(deposit: bigint, expires: number): Promise<void> {
        this.#terms = { ...this.#terms, deposit, expires };
    }

    #inTurn<T>(work: () => Promise<T>): Promise<T> {
        const done = this.#turn.then(work);
        this.#turn = done.catch(() => {});
        return done;
    }

    /** What the receipt of the next call must say. */
    #draft(given: readonly Named[]): ReceiptDraft {
        const units = countUnits(this.release, given);
        const root = tensorsRoot(given.map(([, tensor]) => tensor.root()));
        const draft = draftOf(this.#terms, this.#receipts.length, units, root);
        if (draft === undefined) {
            throw new CandorError(`a call of ${units} units costs more than ${this.#terms.maxFee} planck, the session's most`, 'too_dear');
        }
        return draft;
    }

    /** Find out what came of a call that nobody knows of: the host answers it again, or for the first time. */
    async #clear(options: CallOptions): Promise<void> {
        if (this.#broken) throw this.#broken;
        if (!this.#pending) return;
        try {
            await this.#perform(this.#pending, options);
        } catch (error) {
            // Refused or failed: in both cases it is over.
            if (this.#pending || this.#broken) throw error;
        }
    }

    async #perform(call: Pending, options: CallOptions): Promise<InferResult> {
        try {
            const answer = await this.#send(call, options);
            return await this.#accept(call, answer);
        } catch (error) {
            if (error instanceof RunFailedError && error.receipt) await this.#acceptFailure(call, error.receipt);
            else if (isRefusal(error)) await this.#refused(error);
            throw error;
        }
    }

    /** Send a call until it is answered or refused. A call that is sent again gets the same answer and is paid once. */
    async #send(call: Pending, options: CallOptions): Promise<RawAnswer> {
        const until = Date.now() + LOOKUP;
        const payment: Record<string, string> = {
            [HEADER.session]: String(this.#terms.session),
            [HEADER.index]: String(this.#receipts.length),
            ...(this.#voucher ? { [HEADER.voucher]: this.#voucher.toBase64() } : {}),
        };
        for (let failures = 0; ; ) {
            try {
                return await this.#inference.call(this.#model(), call.given, options, payment);
            } catch (error) {
                const unseen = error instanceof PaymentRequiredError && error.needed.problem === 'unknown_session';
                const lost = error instanceof ConnectionError;
                if (unseen && Date.now() < until) await pause(1_000, options.signal);
                else if (lost && failures < REPEATS) await pause(250 * 2 ** failures++, options.signal);
                else throw error;
            }
        }
    }

    #model(): string {
        return String(this.release.id);
    }

    async #accept(call: Pending, answer: RawAnswer): Promise<InferResult> {
        const { receipt, outputRoots, outputs, model, version } = answer;
        if (!receipt) return this.#distrust(['there is no receipt'], undefined);
        const problems = [
            ...(await this.#problems(call, receipt)),
            ...compareRoots(receipt, this.release, call.given, outputs, outputRoots),
        ];
        if (problems.length > 0) return this.#distrust(problems, receipt);
        await this.#book(receipt);
        return { outputs: Object.fromEntries(outputs), receipt, outputRoots, model, version };
    }

    async #acceptFailure(call: Pending, receipt: SignedReceipt): Promise<void> {
        const problems = await this.#problems(call, receipt);
        if ('output' in receipt.receipt.outcome) problems.push('its receipt says that there are outputs');
        if (problems.length > 0) this.#distrust(problems, receipt);
        await this.#book(receipt);
    }

    async #problems(call: Pending, receipt: SignedReceipt): Promise<string[]> {
        const problems: string[] = [];
        if (!(await receipt.signedBy(this.#worker))) problems.push("its receipt is not signed by the host's worker key");
        if (!equal(encodeDraft(receipt.receipt), encodeDraft(call.draft))) problems.push('its receipt is of another call');
        return problems;
    }

    /** A checked answer is paid by the next voucher. */
    async #book(receipt: SignedReceipt): Promise<void> {
        this.#receipts.push(receipt.hash);
        this.#fee += earns(this.#terms, receipt.receipt.fee, receipt.receipt.outcome);
        this.#pending = undefined;
        this.#sign();
        await this.#save();
    }

    /** A wrong answer is never paid, and the session takes no more calls: keep the receipt, it is evidence. */
    #distrust(problems: string[], receipt: SignedReceipt | undefined): never {
        this.#broken = new ReceiptError(problems, receipt);
        throw this.#broken;
    }

    async #refused(error: EndpointError): Promise<void> {
        this.#pending = undefined;
        await this.#save();
        if (error instanceof PaymentRequiredError && error.needed.problem === 'index') {
            this.#broken = new SessionEndedError(
                this.id,
                `the host says that call ${error.needed.index ?? '?'} is next, here it is ${this.#receipts.length}: close the session`,
            );
        }
    }

    #sign(): void {
        if (this.#receipts.length > 0) this.#voucher = SignedVoucher.sign(this.#next(), this.#key);
    }

    /** A voucher for all calls that were answered and checked. */
    #next(): Voucher {
        const { genesis, session } = this.#terms;
        return { genesis, session, calls: this.#receipts.length, fee: this.#fee, receipts: this.#receipts.root() };
    }

    async #deliver(voucher: SignedVoucher): Promise<void> {
        const path = `/candor/v1/sessions/${this.id}/voucher`;
        const headers = { 'Content-Type': 'application/octet-stream' };
        await this.#inference.endpoint.send(path, { method: 'POST', headers, body: voucher.encode(), timeout: 10_000 });
    }

    async #save(): Promise<void> {
        const pending = this.#pending && {
            inputs: this.#pending.given.map(([name, tensor]) => {
                return { name, dtype: tensor.dtype, shape: tensor.shape, data: toBase64(tensor.bytes()) };
            }),
        };
        const kept: Kept = {
            endpoint: this.#endpoint,
            seed: this.#key.seed,
            receipts: this.#receipts.state(),
            fee: this.#fee,
            pending,
        };
        await this.#store.save(this.id, stringify(kept));
    }
}

/** Whether the host said that it did not answer. What stands between may say anything. */
function isRefusal(error: unknown): error is EndpointError {
    if (!(error instanceof EndpointError)) return false;
    if (error.status < 500 || error.status === 503) return true;
    const body = error.body as { code?: unknown } | null;
    return typeof body === 'object' && typeof body?.code === 'string';
}
