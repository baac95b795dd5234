// Attestations: hosts that are believed, and what each lie is refused with.

import assert from 'node:assert/strict';
import { after, before, describe, mock, test } from 'node:test';
import {
    type Attestation,
    AttestationError,
    type AttestationOptions,
    BusyError,
    checkAttestation,
    collateralKey,
    CandorError,
    Endpoint,
    fromBase64,
    fromHex,
    type Hex,
    NotFoundError,
    ProtocolError,
    toAddress,
    toBase64,
    toHex,
    UnavailableError,
    verifyEvidence,
} from '@candor/sdk';
import { type Answer, FakeChain, type HostVector, published, skip, type Told, vectors } from './lib/attested.js';
import { Fake, send } from './lib/fake.js';

const flip = (text: Hex): Hex => toHex(fromHex(text).map((byte, at) => (at === 0 ? byte ^ 1 : byte)));

/** What was found, as the vectors tell it. */
function told(found: Attestation): Told {
    const { measurement } = found;
    const parts = {
        sgx: () => (measurement.tee === 'sgx' ? ['0x00', measurement.enclave, measurement.signer] : []),
        tdx: () => (measurement.tee === 'tdx' ? ['0x01', measurement.machine, ...measurement.runtime] : []),
        'sev-snp': () => (measurement.tee === 'sev-snp' ? ['0x02', measurement.machine] : []),
    }[found.tee]();
    return {
        tee: found.tee,
        measurement: `0x${parts.map((part) => part.slice(2)).join('')}`,
        report_data: found.reportData,
        attributes: String(found.attributes),
        platform: found.platform,
        tcb_status: found.tcbStatus,
        svns: toHex(Uint8Array.from(found.svns)),
        tcb_date: found.tcbDate,
        advisories: found.advisories,
        expires: found.expires,
    };
}

describe('attestation', { skip }, () => {
    let fake: Fake;
    let nonce: Hex | undefined;
    before(async () => {
        fake = await Fake.start();
        // The answers of the vectors are to a nonce of theirs.
        const random = crypto.getRandomValues.bind(crypto);
        mock.method(crypto, 'getRandomValues', (into: Uint8Array) => {
            if (nonce !== undefined && into.length === 32) into.set(fromHex(nonce));
            else random(into as Uint8Array<ArrayBuffer>);
            return into;
        });
    });
    after(async () => {
        mock.restoreAll();
        await fake?.stop();
    });

    interface Question {
        vector: HostVector;
        chain: FakeChain;
        answer: Answer;
        options: AttestationOptions;
        of: string;
        /** Ask with a random nonce. */
        random?: boolean;
    }

    /** Check a host after some things were changed. */
    async function check(vector: HostVector, change: (question: Question) => void = () => {}) {
        const options = { now: vector.now, root: fromHex(vector.root) };
        const chain = new FakeChain(vector, fake.url);
        const question: Question = { vector, chain, answer: structuredClone(vector.answer), options, of: toAddress(vector.answer.binding.host) };
        change(question);
        nonce = question.random ? undefined : vector.answer.nonce;
        fake.next.push((seen, response) => {
            assert.match(seen.url, /^\/attestation\?nonce=[0-9a-f]{64}$/);
            if (nonce !== undefined) assert.ok(seen.url.endsWith(nonce.slice(2)));
            send(response, 200, question.answer);
        });
        return checkAttestation(question.chain, (endpoint) => new Endpoint({ endpoint }), question.of, question.options);
    }

    test('hosts should be believed when everything fits', async () => {
        for (const vector of vectors().hosts) {
            const verdict = await check(vector);
            assert.ok(verdict.ok, verdict.ok ? '' : verdict.reason);
            const { binding, vendor } = vector.answer;
            assert.deepEqual(told(verdict.attestation), vector.attestation);
            assert.deepEqual(verdict.binding, { ...binding, host: toAddress(binding.host) });
            assert.deepEqual([verdict.vendor, verdict.label, verdict.expires], [vendor, vector.label, vector.expires]);
            assert.deepEqual([verdict.host, verdict.endpoint, verdict.now], [toAddress(binding.host), fake.url, vector.now]);
            assert.equal(verdict.nonce, vector.answer.nonce);
        }
    });

    test('hosts should be believed when they are found by their endpoint', async () => {
        for (const vector of vectors().hosts) {
            const verdict = await check(vector, (question) => (question.of = `${fake.url}/`));
            assert.ok(verdict.ok, verdict.ok ? '' : verdict.reason);
            assert.equal(verdict.host, toAddress(vector.answer.binding.host));
            const elsewhere = await check(vector, ({ chain, options }) => {
                chain.host!.endpoint = 'http://127.0.0.1:9';
                options.endpoint = fake.url;
            });
            assert.equal(elsewhere.ok, true);
        }
    });

    const cases: [string, string, (question: Question) => void][] = [
        ['the answer is an old one', 'other_nonce', (question) => (question.random = true)],
        ['the chain is another', 'other_genesis', ({ chain }) => (chain.genesis = flip(chain.genesis))],
        ['the engine works for another host', 'other_host', ({ answer }) => (answer.binding.host = flip(answer.binding.host))],
        ['the worker key is another', 'other_worker', ({ chain }) => (chain.host!.worker = flip(chain.host!.worker))],
        ['its term is over', 'binding_expired', ({ options, answer }) => (options.now = answer.binding.expires + 1)],
        ['no host is known', 'unknown_host', (question) => {
            question.of = fake.url;
            question.chain.host = undefined;
        }],
        ['the chain has no collateral', 'no_collateral', ({ chain }) => chain.set('collaterals', () => undefined)],
        ['the collateral has another form', 'unknown_format', ({ chain }) => chain.set('collaterals', (value) => `${value}00`)],
        ['the collateral has run out', 'evidence.expired', ({ answer, options }) => {
            options.now = answer.binding.expires + 400 * 86_400;
            answer.binding.expires = options.now;
        }],
        ['the evidence is cut', 'evidence.truncated', ({ answer }) => {
            answer.evidence = toBase64(fromBase64(answer.evidence).subarray(0, 900));
        }],
        ['only the vendors are trusted', 'evidence.foreign_root', ({ options }) => delete options.root],
        ['it states another engine', 'other_report_data', ({ answer }) => (answer.binding.engine = flip(answer.binding.engine))],
        ['its key is not in the evidence', 'other_report_data', ({ chain, answer }) => {
            chain.host!.worker = answer.binding.worker = flip(answer.binding.worker);
        }],
        ['its measurement is not listed', 'not_allowed', ({ chain }) => chain.set('allowances', () => undefined)],
        // SCALE of 'x' as label, another engine, no end.
        ['another engine is listed', 'other_engine', ({ chain }) => chain.set('allowances', () => `0x047801${'00'.repeat(32)}00`)],
        ['its release has run out', 'allowance_ended', ({ chain }) => chain.set('allowances', () => '0x04780001ff00000000000000')],
        ['the list has another form', 'unknown_format', ({ chain }) => chain.set('allowances', () => '0x0478')],
        ['its platform is revoked', 'platform_revoked', ({ chain, vector }) => {
            chain.storage.set(`${vector.answer.vendor}Attestations.revokedPlatforms ${vector.attestation.platform}`, '0x0000000000');
        }],
        ['no status is accepted', 'status_not_accepted', ({ chain }) => chain.set('rules', () => `0x00${'00'.repeat(16)}`)],
        ['its firmware is too old', 'below_floor', ({ chain }) => chain.set('rules', (value) => `${value.slice(0, -32)}${'ff'.repeat(16)}` as Hex)],
    ];

    for (const [when, code, change] of cases) {
        test(`hosts should be refused when ${when}`, async () => {
            for (const vector of vectors().hosts) {
                const verdict = await check(vector, change);
                assert.ok(!verdict.ok, vector.name);
                assert.equal(verdict.code, code, `${vector.name}: ${verdict.reason}`);
                assert.ok(verdict.reason.length > 0);
                assert.equal(verdict.vendor, vector.answer.vendor);
                // What was found out until then stays.
                const judged = !/^(other_(nonce|genesis|host|worker)|binding|unknown|no_|evidence)/.test(code);
                if (judged) assert.deepEqual(told(verdict.attestation!), vector.attestation);
                assert.equal(verdict.expires, undefined);
            }
        });
    }

    test('host should be refused when its engine has no such hardware', async () => {
        const vector = vectors().hosts[0]!;
        const ask = () => checkAttestation(new FakeChain(vector, fake.url), (endpoint) => new Endpoint({ endpoint, retries: 0 }), fake.url);
        const none = { error: { code: 'not_attested', message: 'attested: no (no TEE device)' } };
        fake.next.push((_, response) => send(response, 404, none));
        const verdict = await ask();
        assert.ok(!verdict.ok);
        assert.deepEqual([verdict.code, verdict.reason], ['not_attested', 'attested: no (no TEE device)']);
        const errors: [number, unknown, new (...args: never[]) => Error][] = [
            [404, { error: { code: 'not_found', message: 'no such path' } }, NotFoundError],
            [404, 'nothing', NotFoundError],
            [429, { error: { code: 'busy', message: 'asked too often' } }, BusyError],
            [503, { error: { code: 'unavailable', message: 'no host yet' } }, UnavailableError],
        ];
        for (const [status, body, type] of errors) {
            fake.next.push((_, response) => send(response, status, body));
            await assert.rejects(ask(), type);
        }
    });

    test('answer should be an error when it is none of the protocol', async () => {
        const vector = vectors().hosts[0]!;
        const wrong: ((answer: Record<string, unknown>) => unknown)[] = [
            () => [],
            () => null,
            ({ vendor: _, ...rest }) => rest,
            (answer) => ({ ...answer, vendor: 'arm' }),
            (answer) => ({ ...answer, evidence: '***' }),
            (answer) => ({ ...answer, nonce: '0x00' }),
            (answer) => ({ ...answer, binding: null }),
            (answer) => ({ ...answer, binding: { ...vector.answer.binding, expires: 1.5 } }),
            (answer) => ({ ...answer, binding: { ...vector.answer.binding, expires: -1 } }),
            (answer) => ({ ...answer, binding: { ...vector.answer.binding, host: '5Grw' } }),
        ];
        for (const change of wrong) {
            const asked = check(vector, (question) => (question.answer = change({ ...vector.answer }) as Answer));
            await assert.rejects(asked, ProtocolError, String(change));
        }
        await assert.rejects(check(vector, ({ chain }) => (chain.host = undefined)), (error: Error) => {
            fake.next.length = 0;
            return error instanceof CandorError && error.code === 'unknown_host';
        });
    });

    test('the chain should be asked under the keys of the vectors when a host is checked', async () => {
        for (const vector of vectors().hosts) {
            const pallet = `${vector.answer.vendor}Attestations`;
            let chain: FakeChain | undefined;
            await check(vector, (question) => (chain = question.chain));
            const { measurement, platform } = vector.attestation;
            const names = [`collaterals ${vector.key}`, `allowances ${measurement}`, `revokedPlatforms ${platform}`, 'rules'];
            assert.deepEqual(chain!.read, names.map((name) => `${pallet}.${name}`));
        }
    });

    test('published quotes should be verified under the vendors’ roots when it is their time', async () => {
        const all = vectors().published;
        assert.ok(all.length >= 4);
        for (const vector of all) {
            const { vendor, now } = vector;
            const quote = published(vector);
            assert.equal(toHex(await collateralKey(vendor, quote)), vector.key);
            const collateral = fromHex(vector.collateral);
            const found = verifyEvidence(vendor, quote, collateral, { now });
            if (vector.attestation) assert.deepEqual(told(await found), vector.attestation);
            else await assert.rejects(found, { name: 'AttestationError', code: vector.code, message: vector.reason });
            const refused = (code: string, ...args: Parameters<typeof verifyEvidence>) =>
                assert.rejects(verifyEvidence(...args), (error: Error) => error instanceof AttestationError && error.code === code);
            await refused('evidence.expired', vendor, quote, collateral, { now: now + 366 * 86_400 });
            await refused('evidence.expired', vendor, quote, collateral, { now: 4_000_000_000 });
            await refused('evidence.foreign_root', vendor, quote, collateral, { now, root: fromHex(vectors().hosts[0]!.root) });
            await refused('evidence.truncated', vendor, quote.subarray(0, 600), collateral, { now });
            await refused('no_collateral', vendor, quote, undefined, { now });
            await assert.rejects(verifyEvidence(vendor, quote, collateral, { now, root: new Uint8Array() }), TypeError);
        }
    });

    test('evidence should be refused when it is anything', async () => {
        for (const vendor of ['intel', 'amd'] as const) {
            for (const length of [0, 1, 63, 64, 1_184, 16_383, 16_384, 20_000]) {
                await assert.rejects(collateralKey(vendor, new Uint8Array(length).fill(3)), AttestationError);
                await assert.rejects(verifyEvidence(vendor, new Uint8Array(length), new Uint8Array()), AttestationError);
            }
        }
    });
});
