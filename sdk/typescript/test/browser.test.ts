// The built package in a real browser: calls of every type, receipts, errors, a session.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type * as Sdk from '@candor/sdk';
import { toHex, VoucherKey } from '@candor/sdk';
import { published, skip, vectors } from './lib/attested.js';
import { Fake, TERMS } from './lib/fake.js';
import { browser, openPage } from './lib/page.js';

describe('browser', { skip: browser === undefined && 'there is no chromium', timeout: 120_000 }, () => {
    let fake: Fake;
    let page: Page;
    let close: () => Promise<void>;
    before(async () => {
        fake = await Fake.start();
        ({ page, close } = await openPage());
        page.on('pageerror', (error) => assert.fail(error));
    });
    after(async () => {
        await close?.();
        await fake?.stop();
    });

    test('tensors of every type should come back the same when the package runs in a page', async () => {
        const found = await page.evaluate(async (endpoint) => {
            const { Candor, DTYPES, tensor } = (await import('/candor.js' as string)) as typeof Sdk;
            const candor = new Candor({ endpoint });
            const inputs = Object.fromEntries(
                DTYPES.map((dtype) => {
                    const value = dtype === 'string' ? ['naïve', '😀'] : dtype === 'bool' ? [true, false] : [1, 2];
                    return [`x_${dtype}`, tensor(value, dtype)];
                }),
            );
            const { outputs, receipt } = await candor.infer('echo', inputs);
            const roots = (tensors: Record<string, Sdk.Tensor>) => Object.values(tensors).map((one) => one.root());
            const [vector] = await candor.embeddings('echo', 'text');
            return {
                sent: roots(inputs),
                came: roots(outputs),
                float: [...outputs.x_float32!.as('float32').data],
                large: String(outputs.x_int64!.as('int64').data[1]),
                receipt: receipt!.toBase64(),
                vector: [...vector!],
            };
        }, fake.url);
        assert.equal(found.sent.length, 14);
        assert.deepEqual(found.came, found.sent);
        assert.deepEqual([found.float, found.large], [[1, 2], '2']);
        assert.deepEqual(found.vector, [4, Math.fround(0.1), -0]);
        const { SignedReceipt } = await import('@candor/sdk');
        assert.equal(await SignedReceipt.fromBase64(found.receipt).signedBy(toHex(fake.worker.publicKey)), true);
    });

    test('receipt should be verified when the package runs in a page', async () => {
        const found = await page.evaluate(
            async ([endpoint, worker]) => {
                const { Candor, DTYPES, tensor } = (await import('/candor.js' as string)) as typeof Sdk;
                const candor = new Candor({ endpoint });
                const inputs = Object.fromEntries(DTYPES.map((dtype) => [`x_${dtype}`, tensor(dtype === 'string' ? ['a'] : [1], dtype)]));
                const { outputs, receipt } = await candor.infer('echo', inputs);
                const good = await candor.verify(receipt!, inputs, outputs, { worker });
                const other = { ...outputs, x_int8: tensor([2], 'int8') };
                return [good, await candor.verify(receipt!, inputs, other, { worker })];
            },
            [fake.url, toHex(fake.worker.publicKey)] as const,
        );
        assert.deepEqual(found[0], { valid: true, problems: [] });
        assert.equal(found[1]!.valid, false);
    });

    test('attestations should be checked when the package runs in a page', { skip }, async () => {
        const vector = vectors().hosts[0]!;
        const quote = vectors().published.find(({ name }) => name === 'tdx_quote')!;
        fake.next.push((_, response) => {
            response.writeHead(200, { 'access-control-allow-origin': '*' }).end(JSON.stringify(vector.answer));
        });
        const found = await page.evaluate(
            async ({ vector, quote, evidence, url }) => {
                const { checkAttestation, Endpoint, fromHex, toAddress, toHex, verifyEvidence } = (await import('/candor.js' as string)) as typeof Sdk;
                // The answer of the vector is to a nonce of its own.
                crypto.getRandomValues = (into) => (new Uint8Array(into!.buffer).set(fromHex(vector.answer.nonce)), into);
                const { genesis, host, worker } = vector.answer.binding;
                const stored: Record<string, Sdk.Hex> = { collaterals: vector.collateral, allowances: vector.allowance, rules: vector.policy };
                const chain = {
                    genesis,
                    ask: async () => ({ account: toAddress(host), worker, endpoint: toHex(new TextEncoder().encode(url)), hardware: '0x' }),
                    best: async () => ({ hash: '0xb1', number: 1 }),
                    raw: async (_: string, item: string) => (stored[item] === undefined ? undefined : fromHex(stored[item])),
                } as unknown as Sdk.AttestationChain;
                const open = (endpoint: string) => new Endpoint({ endpoint });
                const verdict = await checkAttestation(chain, open, url, { now: vector.now, root: fromHex(vector.root) });
                const real = await verifyEvidence('intel', fromHex(evidence), fromHex(quote.collateral), { now: quote.now });
                const late = await verifyEvidence('intel', fromHex(evidence), fromHex(quote.collateral)).catch((error: Sdk.CandorError) => error.code);
                return [verdict.ok, verdict.label, real.tcbStatus, late];
            },
            { vector, quote, evidence: toHex(published(quote)), url: fake.url },
        );
        assert.deepEqual(found, [true, vector.label, 'UpToDate', 'evidence.expired']);
    });

    test('errors should have their names when the package runs in a page', async () => {
        const payment = { problem: 'deposit', missing: '12' };
        fake.next.push((_, response) => {
            response.writeHead(402, { 'access-control-allow-origin': '*' });
            response.end(JSON.stringify({ error: 'not paid', code: 'payment', payment }));
        });
        const found = await page.evaluate(async (endpoint) => {
            const { Candor, PaymentRequiredError, ConnectionError, tensor } = (await import('/candor.js' as string)) as typeof Sdk;
            const inputs = { x: tensor([1], 'int8') };
            const caught = (url: string) => new Candor({ endpoint: url }).infer('echo', inputs).catch((error: unknown) => error);
            const [paid, gone] = [await caught(endpoint), await caught('http://127.0.0.1:9')];
            return [paid instanceof PaymentRequiredError && String(paid.needed.missing), gone instanceof ConnectionError];
        }, fake.url);
        assert.deepEqual(found, ['12', true]);
    });

    test('session should be paid call by call when the package runs in a page', async () => {
        const key = new VoucherKey();
        fake.terms = { ...TERMS, key: key.public };
        const parts = { terms: fake.terms, worker: toHex(fake.worker.publicKey), endpoint: fake.url, seed: key.seed };
        const found = await page.evaluate(async (parts) => {
            const { Endpoint, Inference, SessionChannel, tensor, webStore } = (await import('/candor.js' as string)) as typeof Sdk;
            const any = [{ name: 'x', dtype: 'float32' as const, shape: [{ name: 'n', max: 9 }], range: undefined }];
            const release = { id: 3, inputs: any, outputs: any, units: { dims: ['n'], divisor: 1, reference: 1n } };
            const inference = () => new Inference(new Endpoint({ endpoint: parts.endpoint }));
            const all = { ...parts, release: release as unknown as Sdk.Release };
            const session = await SessionChannel.begin(all, inference(), webStore());
            await session.infer({ x: tensor([1], 'float32') });
            await session.infer({ x: tensor([1, 2], 'float32') });
            // As after the page was loaded again.
            const again = await SessionChannel.resume(session.id, all, inference, webStore());
            await again.infer({ x: tensor([3], 'float32') });
            return { calls: again.calls, spent: String(again.spent) };
        }, parts);
        assert.deepEqual(found, { calls: 3, spent: String(300n + 3n * 4n) });
        assert.deepEqual(fake.calls.map(({ index, voucher }) => [index, voucher?.voucher.calls]), [[0, undefined], [1, 1], [2, 2]]);
        assert.equal(await fake.calls[2]!.voucher!.signedBy(key.public), true);
    });
});
