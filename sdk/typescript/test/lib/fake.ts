// A server of the Open Inference Protocol that gives back what it gets, signs receipts for it, and fails on demand.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeyringPair } from '@polkadot/keyring/types';
import {
    cryptoReady,
    draftOf,
    fromBase64,
    fromHex,
    type Hex,
    keyPair,
    lastHash,
    type Receipt,
    receiptHash,
    rootOf,
    type SessionTerms,
    SignedReceipt,
    SignedVoucher,
    Tensor,
    tensorsRoot,
    toAddress,
    toBase64,
    toHex,
    type DType,
    DTYPES,
    type Voucher,
} from '@candor/sdk';

const WIRE: Record<DType, string> = {
    float32: 'FP32',
    uint8: 'UINT8',
    int8: 'INT8',
    uint16: 'UINT16',
    int16: 'INT16',
    int32: 'INT32',
    int64: 'INT64',
    string: 'BYTES',
    bool: 'BOOL',
    float16: 'FP16',
    float64: 'FP64',
    uint32: 'UINT32',
    uint64: 'UINT64',
    bfloat16: 'BF16',
};
const DTYPE = Object.fromEntries(Object.entries(WIRE).map(([dtype, wire]) => [wire, dtype])) as Record<string, DType>;

export interface Seen {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
    body: Buffer;
}

/** Answers a request in the server's place; `false` leaves it to the server. */
export type Manner = (seen: Seen, response: ServerResponse) => boolean | void;

export interface Call {
    index: number;
    voucher: SignedVoucher | undefined;
}

const CORS = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': '*',
    'access-control-expose-headers': '*',
};

export class Fake {
    readonly url: string;
    readonly worker: KeyringPair;
    readonly seen: Seen[] = [];
    /** What happens to the next requests, in order. */
    readonly next: Manner[] = [];
    /** Calls in the session. */
    readonly calls: Call[] = [];
    /** Terms of the session in which calls are answered; none: calls are not paid. */
    terms: SessionTerms | undefined;
    /** Changes a receipt before it is signed. */
    lie: (receipt: Receipt) => Receipt = (receipt) => receipt;
    /** What ended the session. */
    asked: { voucher: Voucher; signature: Hex } | undefined;
    /** Loses so many answers after they were given. */
    lose = 0;
    /** Answers in JSON, without the binary extension. */
    plain = false;
    readonly #answers = new Map<number, { root: string; body: Buffer; headers: Record<string, string> }>();
    readonly #server: Server;

    private constructor(url: string, worker: KeyringPair, server: Server) {
        this.url = url;
        this.worker = worker;
        this.#server = server;
    }

    static async start(): Promise<Fake> {
        await cryptoReady();
        const worker = await keyPair('//Fake//worker');
        let fake: Fake | undefined;
        const server = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request.on('data', (chunk: Buffer) => chunks.push(chunk));
            request.on('end', () => {
                const { method = 'GET', url = '/', headers } = request;
                fake!.#answer({ method, url, headers, body: Buffer.concat(chunks) }, response);
            });
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        fake = new Fake(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, worker, server);
        return fake;
    }

    async stop(): Promise<void> {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }

    /** Forgets the answers from this call on. */
    forget(from = 0): void {
        for (const index of [...this.#answers.keys()]) if (index >= from) this.#answers.delete(index);
    }

    #answer(seen: Seen, response: ServerResponse): void {
        if (seen.method === 'OPTIONS') return void response.writeHead(204, CORS).end();
        this.seen.push(seen);
        const manner = this.next.shift();
        if (manner && manner(seen, response) !== false) return;
        try {
            this.#route(seen, response);
        } catch (error) {
            send(response, 500, { error: String(error), code: 'internal' });
        }
    }

    #route(seen: Seen, response: ServerResponse): void {
        if (seen.url === '/v2/health/ready') return send(response, 200, {});
        if (seen.url === '/v1/models') return send(response, 200, { object: 'list', data: [{ id: 'echo' }] });
        if (seen.url === '/v1/embeddings') {
            const { input } = JSON.parse(seen.body.toString()) as { input: string | string[] };
            const data = [input].flat().map((text, index) => {
                const vector = Float32Array.of(text.length, 0.1, -0);
                return { object: 'embedding', index, embedding: toBase64(new Uint8Array(vector.buffer)) };
            });
            return send(response, 200, { object: 'list', data: data.reverse(), model: 'echo' });
        }
        if (seen.url === '/v2/models/echo') {
            const tensors = DTYPES.map((dtype) => ({ name: `x_${dtype}`, datatype: WIRE[dtype], shape: [-1] }));
            return send(response, 200, { name: 'echo', versions: ['1.0.0'], platform: 'fake', inputs: tensors, outputs: tensors });
        }
        if (/^\/candor\/v1\/sessions\/\d+\/voucher$/.test(seen.url)) {
            const voucher = SignedVoucher.decode(seen.body);
            this.calls.push({ index: -1, voucher });
            return void response.writeHead(204, CORS).end();
        }
        if (/^\/candor\/v1\/sessions\/\d+\/close$/.test(seen.url)) {
            const { voucher } = SignedVoucher.decode(seen.body.subarray(0, -64));
            this.asked = { voucher, signature: toHex(seen.body.subarray(-64)) };
            return void response.writeHead(200, CORS).end(this.worker.sign(fromHex(lastHash(voucher))));
        }
        if (/^\/v2\/models\/[^/]+\/infer$/.test(seen.url)) return this.#infer(seen, response);
        send(response, 404, { error: 'no such path', code: 'not_found' });
    }

    #infer(seen: Seen, response: ServerResponse): void {
        const inputs = readInputs(seen);
        const { terms } = this;
        if (terms === undefined) {
            const { body, headers } = this.#body(inputs);
            response.writeHead(200, { ...CORS, ...headers, ...this.#receipt(inputs) }).end(body);
            return;
        }
        const header = (name: string): string => String(seen.headers[name] ?? '');
        const index = Number(header('candor-index'));
        const voucher = header('candor-voucher') === '' ? undefined : SignedVoucher.decode(fromBase64(header('candor-voucher')));
        this.calls.push({ index, voucher });
        const root = rootOf(inputs.map(([, tensor]) => tensor));
        let answer = this.#answers.get(index);
        if (answer && answer.root !== root) {
            return send(response, 409, { error: 'taken', code: 'payment', payment: { problem: 'index', next: this.#answers.size } });
        }
        if (!answer) {
            const { body, headers } = this.#body(inputs);
            answer = { root, body, headers: { ...headers, ...this.#receipt(inputs, terms, index) } };
            this.#answers.set(index, answer);
        }
        if (this.lose > 0) {
            this.lose -= 1;
            response.destroy();
            return;
        }
        response.writeHead(200, { ...CORS, ...answer.headers }).end(answer.body);
    }

    #body(tensors: [string, Tensor][]): { body: Buffer; headers: Record<string, string> } {
        const described = tensors.map(([name, { dtype, shape }]) => ({ name, datatype: WIRE[dtype], shape }));
        if (this.plain) {
            // 64-bit integers as they are, numbers that JSON lacks as text.
            const value = (element: unknown): string =>
                typeof element === 'bigint' || (typeof element === 'number' && Number.isFinite(element))
                    ? Object.is(element, -0) ? '-0.0' : String(element)
                    : JSON.stringify(typeof element === 'number' ? String(element) : element);
            const outputs = described.map((output, at) => {
                const elements = ([tensors[at]![1].toArray()] as unknown[]).flat(Infinity).map(value).join(',');
                return `${JSON.stringify(output).slice(0, -1)},"data":[${elements}]}`;
            });
            const text = `{"model_name":"echo","outputs":[${outputs.join(',')}]}`;
            return { body: Buffer.from(text), headers: { 'content-type': 'application/json' } };
        }
        const parts = tensors.map(([, tensor]) => tensor.bytes());
        const outputs = described.map((output, at) => ({ ...output, parameters: { binary_data_size: parts[at]!.length } }));
        const json = Buffer.from(JSON.stringify({ model_name: 'echo', model_version: '1.0.0', outputs }));
        return {
            body: Buffer.concat([json, ...parts]),
            headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) },
        };
    }

    #receipt(tensors: [string, Tensor][], terms = TERMS, index = 0): Record<string, string> {
        const roots = tensors.map(([, tensor]) => tensor.root());
        const draft = draftOf(terms, index, BigInt(tensors[0]![1].size || 1), tensorsRoot(roots))!;
        const receipt = this.lie({ ...draft, outcome: { output: tensorsRoot(roots) } });
        const signature = toHex(this.worker.sign(fromHex(receiptHash(receipt))));
        const count = Uint8Array.of(roots.length << 2);
        return {
            'candor-receipt': new SignedReceipt(receipt, signature).toBase64(),
            'candor-output-roots': toBase64(Buffer.concat([count, ...roots.map(fromHex)])),
        };
    }
}

const hash = (byte: number): `0x${string}` => toHex(new Uint8Array(32).fill(byte));

/** Terms of a session. */
export const TERMS: SessionTerms = {
    session: 7n,
    genesis: hash(1),
    requester: toAddress(hash(4)),
    host: toAddress(hash(5)),
    release: 3,
    variant: hash(2),
    key: hash(3),
    pricePerCall: 100n,
    pricePerUnit: 3n,
    maxFee: 1_000n,
    deposit: 5_000n,
    opened: 40,
    expires: 2_000,
};

/** An answer as JSON. */
export function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
}

function readInputs(seen: Seen): [string, Tensor][] {
    const length = Number(seen.headers['inference-header-content-length']);
    const { inputs } = JSON.parse(seen.body.subarray(0, length).toString()) as {
        inputs: { name: string; shape: number[]; datatype: string; parameters: { binary_data_size: number } }[];
    };
    let at = length;
    return inputs.map(({ name, shape, datatype, parameters }) => {
        const bytes = seen.body.subarray(at, at + parameters.binary_data_size);
        at += parameters.binary_data_size;
        return [name, Tensor.fromBytes(DTYPE[datatype]!, shape, bytes)];
    });
}
