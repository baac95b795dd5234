// The vectors of the Rust crates, recomputed here.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
    bindingHash,
    CHUNK,
    cryptoReady,
    DataHasher,
    encodeBinding,
    encodeDraft,
    encodeReceipt,
    encodeVoucher,
    fileRoot,
    fromHex,
    type Hex,
    ListHasher,
    listRoot,
    modelRoot,
    type Outcome,
    type ReceiptPath,
    receiptHash,
    renewalMessage,
    reportData,
    SignedReceipt,
    SignedVoucher,
    TAG,
    tensorRoot,
    tensorsRoot,
    toAddress,
    toHex,
    VoucherKey,
    voucherHash,
} from '@candor/sdk';

const REPO = join(import.meta.dirname, '..', '..', '..', '..');
const read = <T>(path: string): T => JSON.parse(readFileSync(join(REPO, path), 'utf8')) as T;
const hex = (text: string): Hex => (text.startsWith('0x') ? text : `0x${text}`) as Hex;
/** Byte i of data of any length is (i * 31 + 7) mod 251. */
const rule = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + 7) % 251);
// A package that was taken out of its repository has no vectors beside it.
const skip = !existsSync(join(REPO, 'primitives', 'commitments', 'vectors.json'));

interface Commitments {
    chunk: number;
    data: { len: number; merkle: string; file: string }[];
    tensors: { name: string; dtype: number; dims: number[]; len: number; root: string }[];
    lists: { tensors: number[]; root: string }[];
    models: { files: { path: string; len: number }[]; root: string }[];
    tags: Record<string, number>;
}

test('roots should equal the vectors when recomputed', { skip }, async () => {
    const vectors = read<Commitments>('primitives/commitments/vectors.json');
    // Once in plain JavaScript, once in WebAssembly.
    for (const ready of [async () => {}, cryptoReady]) {
        await ready();
        assert.equal(CHUNK, vectors.chunk);
        for (const [name, tag] of Object.entries(TAG)) {
            if (name in vectors.tags) assert.equal(tag, vectors.tags[name], name);
        }
        for (const { len, merkle, file } of vectors.data) {
            assert.equal(toHex(new DataHasher().update(rule(len)).dataRoot()), hex(merkle), `merkle ${len}`);
            assert.equal(fileRoot(rule(len)), hex(file), `file ${len}`);
        }
        const roots = vectors.tensors.map(({ name, dtype, dims, len, root }) => {
            assert.equal(tensorRoot(dtype, dims, rule(len)), hex(root), name);
            return hex(root);
        });
        for (const { tensors, root } of vectors.lists) {
            assert.equal(tensorsRoot(tensors.map((at) => roots[at]!)), hex(root));
        }
        for (const { files, root } of vectors.models) {
            assert.equal(modelRoot(files.map(({ path, len }) => ({ path, root: fileRoot(rule(len)) }))), hex(root));
        }
    }
});

test('data should have one root when it comes in any pieces', () => {
    for (const length of [0, 1, 1_023, 1_024, 1_025, 5_000]) {
        const whole = fileRoot(rule(length));
        for (const piece of [1, 7, 1_024, 1_500]) {
            const hasher = new DataHasher();
            for (let at = 0; at < length; at += piece) hasher.update(rule(length).subarray(at, at + piece));
            assert.equal(hasher.length, length);
            assert.equal(hasher.fileRoot(), whole, `${length} in pieces of ${piece}`);
        }
    }
});

test('list should go on where it was when it was kept', () => {
    const roots = Array.from({ length: 20 }, (_, at) => toHex(new Uint8Array(32).fill(at)));
    let list = new ListHasher(TAG.batch);
    for (const [at, root] of roots.entries()) {
        list = new ListHasher(TAG.batch, JSON.parse(JSON.stringify(list.state())));
        list.push(root);
        assert.equal(list.length, at + 1);
        assert.equal(list.root(), listRoot(TAG.batch, roots.slice(0, at + 1)));
    }
});

interface ReceiptVectors {
    receipts: {
        receipt: {
            draft: Record<string, unknown> & { path: { job: string } | { session: { session: string; index: string } } };
            outcome: { output: string } | { failed: { node: number; index: string } };
        };
        draft_id: string;
        encoded: string;
        hash: string;
        signer: string;
        signature: string;
    }[];
}

test('receipts should have the bytes, hashes and signers of the vectors when recomputed', { skip }, async () => {
    const { receipts } = read<ReceiptVectors>('primitives/core/vectors.json');
    assert.ok(receipts.length > 0);
    for (const { receipt, encoded, hash, signer, signature } of receipts) {
        const { draft, outcome } = receipt;
        const path: ReceiptPath =
            'job' in draft.path
                ? { job: BigInt(draft.path.job) }
                : { session: BigInt(draft.path.session.session), index: BigInt(draft.path.session.index) };
        const came: Outcome =
            'output' in outcome
                ? { output: hex(outcome.output) }
                : { failed: { node: outcome.failed.node, index: BigInt(outcome.failed.index) } };
        const value = {
            genesis: hex(draft.genesis as string),
            release: draft.release as number,
            variant: hex(draft.variant as string),
            inputRoot: hex(draft.input_root as string),
            requester: toAddress(hex(draft.requester as string)),
            host: toAddress(hex(draft.host as string)),
            units: BigInt(draft.units as string),
            fee: BigInt(draft.fee as string),
            insured: BigInt(draft.insured as string),
            block: draft.block as number,
            path,
            outcome: came,
        };
        assert.equal(toHex(encodeReceipt(value)), hex(encoded));
        assert.ok(toHex(encodeReceipt(value)).startsWith(toHex(encodeDraft(value))));
        assert.equal(receiptHash(value), hex(hash));
        const signed = SignedReceipt.of(fromHex(encoded), hex(signature));
        assert.deepEqual(signed.receipt, value);
        assert.equal(await signed.signedBy(hex(signer)), true);
        assert.equal(await signed.signedBy(toAddress(hex(signer))), true);
        assert.equal(await signed.signedBy(toHex(new Uint8Array(32).fill(9))), false);
        assert.deepEqual(SignedReceipt.fromBase64(signed.toBase64()), signed);
        const changed = signed.encode();
        changed[170]! ^= 1;
        assert.equal(await SignedReceipt.decode(changed).signedBy(hex(signer)), false);
        assert.throws(() => SignedReceipt.decode(signed.encode().subarray(1)));
        assert.throws(() => SignedReceipt.decode(new Uint8Array([...signed.encode(), 0])), /goes on/);
    }
});

interface VoucherVectors {
    vouchers: {
        voucher: { genesis: string; session: string; calls: number; fee: string; receipts: string };
        encoded: string;
        hash: string;
        signer: string;
        signature: string;
    }[];
}

test('vouchers should have the bytes and hashes of the vectors when recomputed', { skip }, async () => {
    await cryptoReady();
    const { vouchers } = read<VoucherVectors>('primitives/core/vectors.json');
    assert.ok(vouchers.length > 0);
    for (const { voucher, encoded, hash, signer, signature } of vouchers) {
        const value = {
            genesis: hex(voucher.genesis),
            session: BigInt(voucher.session),
            calls: voucher.calls,
            fee: BigInt(voucher.fee),
            receipts: hex(voucher.receipts),
        };
        assert.equal(toHex(encodeVoucher(value)), hex(encoded));
        assert.equal(voucherHash(value), hex(hash));
        assert.equal(await new SignedVoucher(value, hex(signature)).signedBy(hex(signer)), true);
    }
});

test('voucher should be laid out as the protocol says when encoded', async () => {
    await cryptoReady();
    const fill = (byte: number): Hex => toHex(new Uint8Array(32).fill(byte));
    const voucher = { genesis: fill(0x11), session: 99n, calls: 3, fee: 1_234_567_890_123n, receipts: fill(0x66) };
    assert.equal(
        toHex(encodeVoucher(voucher)),
        `0x${'11'.repeat(32)}6300000000000000${'03000000'}cb04fb711f0100000000000000000000${'66'.repeat(32)}`,
    );
    // BLAKE2b-256 of 0x11 and the bytes above, by Python's hashlib.
    assert.equal(voucherHash(voucher), '0xaac312a4e2935ce3346adc90a1df9d588626d175e4c4122dd18f71d14a20c987');
    const key = new VoucherKey(fill(5));
    const signed = SignedVoucher.sign(voucher, key);
    assert.equal(await signed.signedBy(key.public), true);
    assert.deepEqual(SignedVoucher.decode(signed.encode()), signed);
});

interface BindingVectors {
    bindings: {
        binding: { genesis: string; host: string; worker: string; engine: string; expires: string };
        encoded: string;
        hash: string;
        nonce: string;
        report_data: string;
        evidence: string;
        renewal_message: string;
    }[];
}

test('bindings should have the bytes and hashes of the vectors when recomputed', { skip }, () => {
    const { bindings } = read<BindingVectors>('primitives/core/vectors.json');
    assert.ok(bindings.length > 0);
    for (const { binding, encoded, hash, nonce, report_data, evidence, renewal_message } of bindings) {
        const value = {
            genesis: hex(binding.genesis),
            host: toAddress(hex(binding.host)),
            worker: hex(binding.worker),
            engine: hex(binding.engine),
            expires: BigInt(binding.expires),
        };
        assert.equal(toHex(encodeBinding(value)), hex(encoded));
        assert.equal(bindingHash(value), hex(hash));
        assert.equal(reportData(value, hex(nonce)), hex(report_data));
        assert.equal(renewalMessage(value, fromHex(evidence)), hex(renewal_message));
    }
});
