// Calls at an endpoint: what goes in comes out, and every error has its name.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
    BusyError,
    Candor,
    ConnectionError,
    DTYPES,
    InvalidRequestError,
    NotFoundError,
    PaymentRequiredError,
    ProtocolError,
    ReceiptError,
    RunFailedError,
    ServerError,
    Tensor,
    tensor,
    TimeoutError,
    UnauthorizedError,
    UnavailableError,
} from '@candor/sdk';
import { Fake, send } from './lib/fake.js';

/** A tensor of every type: values that are easily lost, in two dimensions. */
const HARD: Record<string, Tensor> = {
    x_float32: tensor([[NaN, Infinity], [-0, 1e-45]], 'float32'),
    x_uint8: tensor([[0, 255], [1, 2]], 'uint8'),
    x_int8: tensor([[-128, 127], [0, -1]], 'int8'),
    x_uint16: tensor([[65_535, 0], [1, 2]], 'uint16'),
    x_int16: tensor([[-32_768, 32_767], [0, 1]], 'int16'),
    x_int32: tensor([[-2_147_483_648, 2_147_483_647], [0, 1]], 'int32'),
    x_int64: tensor([[-(2n ** 63n), 2n ** 63n - 1n], [2n ** 53n + 1n, 0n]], 'int64'),
    x_string: tensor([['', 'naïve'], ['\ufeffmark', '😀\u0000']], 'string'),
    x_bool: tensor([[true, false], [false, true]], 'bool'),
    x_float16: tensor([[65_504, -0], [6e-8, 1]], 'float16'),
    x_float64: tensor([[Number.MIN_VALUE, -Infinity], [0.1, Number.MAX_VALUE]], 'float64'),
    x_uint32: tensor([[4_294_967_295, 0], [1, 2]], 'uint32'),
    x_uint64: tensor([[2n ** 64n - 1n, 0n], [2n ** 53n + 1n, 1n]], 'uint64'),
    x_bfloat16: tensor([[3.38953138925e38, -0], [1, 2]], 'bfloat16'),
};

describe('calls', () => {
    let fake: Fake;
    let candor: Candor;
    before(async () => {
        fake = await Fake.start();
        candor = new Candor({ endpoint: `${fake.url}/`, retries: 2 });
    });
    after(() => fake.stop());

    for (const plain of [false, true]) {
        test(`every type should come back the same when sent in ${plain ? 'JSON' : 'binary'}`, async (t) => {
            fake.plain = plain;
            t.after(() => (fake.plain = false));
            assert.deepEqual(Object.keys(HARD), DTYPES.map((dtype) => `x_${dtype}`));
            const { outputs, receipt } = await candor.infer('echo', HARD);
            assert.deepEqual(outputs, HARD);
            assert.ok(receipt);
            for (const [name, given] of Object.entries(HARD)) assert.equal(outputs[name]!.root(), given.root(), name);
        });
    }

    test('scalars and empty tensors should come back the same when sent', async () => {
        for (const shape of [[], [0], [3, 0, 2], [1, 1, 1]]) {
            const inputs = Object.fromEntries(
                Object.entries(HARD).map(([name, { dtype, data }]) => {
                    const size = shape.reduce((all, length) => all * length, 1);
                    return [name, new Tensor(dtype, shape, data.slice(0, size))];
                }),
            );
            const { outputs } = await candor.infer('echo', inputs);
            assert.deepEqual(outputs, inputs);
        }
    });

    test('plain numbers should get the model’s types when sent', async () => {
        const inputs = { ...HARD, x_int64: [[1, 2]], x_float16: [1.5], x_uint8: Uint8Array.of(7), x_bfloat16: Uint16Array.of(0x3f80) };
        const { outputs } = await candor.infer('echo', inputs);
        assert.deepEqual(outputs.x_int64!.as('int64').data, BigInt64Array.of(1n, 2n));
        assert.deepEqual(outputs.x_int64!.shape, [1, 2]);
        assert.deepEqual(outputs.x_float16!.toArray(), [1.5]);
        assert.deepEqual(outputs.x_bfloat16!.toArray(), [1]);
        await assert.rejects(candor.infer('echo', { ...HARD, x_int8: [1_000] }), /the input x_int8: 1000 does not fit int8/);
    });

    test('request should say what is wanted when options are given', async () => {
        const sent = new Candor({ endpoint: fake.url, apiKey: 'secret', headers: { 'x-more': 'yes' } });
        fake.next.push((seen, response) => {
            assert.equal(seen.url, '/v2/models/5Grw%2Fminilm/versions/1.0.0/infer');
            assert.equal(seen.headers.authorization, 'Bearer secret');
            assert.equal(seen.headers['x-more'], 'yes');
            const json = JSON.parse(seen.body.subarray(0, Number(seen.headers['inference-header-content-length'])).toString());
            assert.deepEqual(json.outputs, [{ name: 'y', parameters: { binary_data: true } }]);
            assert.equal(json.id, 'call 1');
            send(response, 200, { model_name: 'm', id: 'call 1', outputs: [{ name: 'y', shape: [1], datatype: 'INT64', data: [5] }] });
        });
        const options = { version: '1.0.0', outputs: ['y'], id: 'call 1' };
        const { outputs, receipt } = await sent.infer('5Grw/minilm', { x: tensor([1], 'int8') }, options);
        assert.deepEqual(outputs.y!.data, BigInt64Array.of(5n));
        assert.equal(receipt, undefined);
    });

    test('answers should be in the order of the calls when many are made', async () => {
        const calls = Array.from({ length: 20 }, (_, at) => ({ ...HARD, x_int32: [at] }));
        const before = fake.seen.length;
        const answers = await candor.inferBatch('echo', calls, { concurrency: 5 });
        assert.deepEqual(answers.map(({ outputs }) => outputs.x_int32!.toArray()), calls.map(({ x_int32 }) => x_int32));
        assert.equal(fake.seen.length - before, 20);
        fake.next.push((_, response) => send(response, 400, { error: 'no' }));
        await assert.rejects(candor.inferBatch('echo', calls, { concurrency: 2 }), InvalidRequestError);
        assert.deepEqual(await candor.inferBatch('echo', []), []);
    });

    test('embeddings should be in the order of the texts when asked for', async () => {
        const [one, two, ...more] = await candor.embeddings('echo', ['a', 'bcd']);
        assert.deepEqual([...one!], [1, Math.fround(0.1), -0]);
        assert.deepEqual([...two!], [3, Math.fround(0.1), -0]);
        assert.equal(more.length, 0);
        assert.equal((await candor.embeddings('echo', 'text')).length, 1);
    });

    test('errors should have their names when the endpoint refuses', async () => {
        const cases: [number, unknown, new (...args: never[]) => Error, RegExp][] = [
            [400, { error: 'it has 3 elements', code: 'invalid', field: 'inputs[0].shape' }, InvalidRequestError, /3 elements/],
            [400, { error: { message: 'bad input', param: 'input' } }, InvalidRequestError, /bad input/],
            [401, { error: 'send a key' }, UnauthorizedError, /send a key/],
            [404, { error: 'no such model' }, NotFoundError, /no such model/],
            [422, { error: 'index out of range', code: 'run_failed' }, RunFailedError, /out of range/],
            [500, 'oops', ServerError, /oops/],
            [502, '', ServerError, /status 502/],
            [503, { error: 'loading' }, UnavailableError, /loading/],
            [504, { error: 'the deadline passed' }, TimeoutError, /deadline/],
        ];
        for (const [status, body, type, words] of cases) {
            fake.next.push((_, response) => {
                if (typeof body === 'string') response.writeHead(status).end(body);
                else send(response, status, body);
            });
            await assert.rejects(candor.infer('echo', HARD), (error: Error) => {
                assert.ok(error instanceof type, `${status} gave ${error.name}`);
                assert.match(error.message, words);
                return true;
            });
        }
        fake.next.push((_, response) => send(response, 400, { error: 'no', field: 'inputs[0].shape' }));
        await assert.rejects(candor.infer('echo', HARD), { field: 'inputs[0].shape', code: 'invalid_request', status: 400 });
    });

    test('payment should say what is missing when it is required', async () => {
        const payment = { problem: 'unpaid', calls: 4, fee: '340282366920938463463374607431768211455', host: '5C4h', release: 9, units: 16, genesis: '0x01' };
        fake.next.push((_, response) => send(response, 402, { error: 'not paid', code: 'payment', payment }));
        await assert.rejects(candor.infer('echo', HARD), (error: Error) => {
            assert.ok(error instanceof PaymentRequiredError);
            const needed = { problem: 'unpaid', genesis: '0x01', host: '5C4h', release: 9, units: 16n, calls: 4, fee: 2n ** 128n - 1n };
            assert.deepEqual(error.needed, needed);
            return true;
        });
        for (const [body, needed] of [
            [{ problem: 'deposit', missing: '12' }, { problem: 'deposit', missing: 12n }],
            [{ problem: 'wrong_release', session_release: 3, release: 4 }, { problem: 'release', release: 3 }],
            [{ problem: 'index', next: 12 }, { problem: 'index', index: 12 }],
        ] as const) {
            fake.next.push((_, response) => send(response, 409, { error: 'no', code: 'payment', payment: body }));
            await assert.rejects(candor.infer('echo', HARD), { name: 'PaymentRequiredError', needed });
        }
    });

    test('call should be sent again when the endpoint is busy', async () => {
        const busy = (_: unknown, response: Parameters<typeof send>[0]): void =>
            send(response, 429, { error: 'full', code: 'busy', retry_ms: 1 });
        fake.next.push(busy, busy);
        await candor.infer('echo', HARD);
        fake.next.push(busy, busy, busy);
        await assert.rejects(candor.infer('echo', HARD), (error: Error) => error instanceof BusyError && error.retryAfter === 1);
    });

    test('call should end when it is cancelled or late', async () => {
        const silent = (): void => {};
        fake.next.push(silent);
        await assert.rejects(candor.infer('echo', HARD, { timeout: 50 }), TimeoutError);
        fake.next.push(silent);
        const control = new AbortController();
        const reason = new Error('not needed any more');
        setTimeout(() => control.abort(reason), 50);
        await assert.rejects(candor.infer('echo', HARD, { signal: control.signal }), reason);
        await assert.rejects(candor.infer('echo', HARD, { signal: AbortSignal.abort(reason) }), reason);
        fake.next.push((_, response) => void response.destroy());
        await assert.rejects(candor.infer('echo', HARD), ConnectionError);
        const nobody = new Candor({ endpoint: 'http://127.0.0.1:9' });
        await assert.rejects(nobody.infer('echo', HARD), ConnectionError);
    });

    test('answer should be refused when it is none of the protocol', async () => {
        const bodies: [string, Record<string, string>][] = [
            ['nothing', {}],
            ['{}', {}],
            ['{"outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[1]}]}', {}],
            ['{"outputs":[{"name":"y","shape":[1],"datatype":"FP8","data":[1]}]}', {}],
            ['{"outputs":[{"name":"y","shape":[1],"datatype":"INT8","data":[300]}]}', {}],
            ['{"outputs":[{"name":"y","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}', {}],
            ['{"outputs":[]}', { 'inference-header-content-length': '99' }],
            ['{"outputs":[]}x', { 'inference-header-content-length': '14' }],
            ['{"outputs":[]}', { 'candor-receipt': 'AAAA' }],
        ];
        for (const [body, headers] of bodies) {
            fake.next.push((_, response) => void response.writeHead(200, headers).end(body));
            await assert.rejects(candor.infer('echo', HARD), ProtocolError, body);
        }
    });

    test('answer should not be trusted when its receipt says something else', async () => {
        fake.lie = (receipt) => ({ ...receipt, inputRoot: receipt.genesis });
        await assert.rejects(candor.infer('echo', HARD), /another input/);
        fake.lie = (receipt) => ({ ...receipt, outcome: { output: receipt.genesis } });
        await assert.rejects(candor.infer('echo', HARD), (error: Error) => {
            assert.ok(error instanceof ReceiptError && error.receipt !== undefined);
            assert.match(error.message, /not those that were signed/);
            return true;
        });
        fake.lie = (receipt) => ({ ...receipt, outcome: { failed: { node: 1, index: 0n } } });
        await assert.rejects(candor.infer('echo', HARD), /the run failed/);
        fake.lie = (receipt) => receipt;
    });

    test('receipt should be verified here when the key is known', async () => {
        const { outputs, receipt } = await candor.infer('echo', HARD);
        const worker = fake.worker.address;
        assert.deepEqual(await candor.verify(receipt!, HARD, outputs, { worker }), { valid: true, problems: [] });
        const other = { ...outputs, x_int8: tensor([[1, 2], [3, 4]], 'int8') };
        const verdict = await candor.verify(receipt!, HARD, other, { worker: candorKey });
        assert.equal(verdict.valid, false);
        assert.equal(verdict.problems.length, 2, verdict.problems.join());
        const terms = { worker, release: 4, units: 9n, maxFee: 1n, genesis: candorKey };
        assert.equal((await candor.verify(receipt!, HARD, outputs, terms)).problems.length, 4);
        assert.equal((await candor.verify(receipt!, HARD, 'failed', { worker })).valid, false);
        await assert.rejects(candor.verify(receipt!, HARD, outputs), /which worker key/);
    });

    test('settings should be asked for when they are missing', async () => {
        await assert.rejects(async () => new Candor({}).infer('echo', HARD), /needs an endpoint/);
        await assert.rejects(new Candor({}).models.list(), /needs a node/);
        await assert.rejects(new Candor({ chain: 'ws://127.0.0.1:9' }).address(), /somebody who signs/);
        assert.throws(() => new Candor({ key: '//Alice', signer: fake.worker }), /not both/);
        assert.equal(await candor.ready(), true);
        assert.equal(await candor.ready('nothing'), false);
    });
});

const candorKey = `0x${'07'.repeat(32)}` as const;
