// The vectors of the Rust crates, recomputed here.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hexToU8a, stringToU8a, u8aConcat } from '@polkadot/util';
import { cryptoWaitReady, sr25519Verify } from '@polkadot/util-crypto';
import {
    CHUNK,
    chunks,
    dataRoot,
    encodeDraft,
    encodeReceipt,
    fileRoot,
    hex,
    leaf,
    modelRoot,
    type Outcome,
    type Path,
    rangeRoot,
    receiptHash,
    TAG,
    tensorRoot,
    tensorsRoot,
    tree,
    u64,
} from '../lib/commitments.js';
import { REPO } from '../lib/env.js';

const read = <T>(path: string): T => JSON.parse(readFileSync(join(REPO, path), 'utf8')) as T;
const unhex = (text: string): Uint8Array => hexToU8a(text.startsWith('0x') ? text : `0x${text}`);
const bare = (text: string): string => text.replace(/^0x/, '');

interface Commitments {
    chunk: number;
    data: { len: number; merkle: string; file: string }[];
    trees: { leaves: number; root: string }[];
    tensors: { name: string; dtype: number; dims: number[]; len: number; root: string }[];
    lists: { tensors: number[]; root: string }[];
    models: { files: { path: string; len: number }[]; root: string }[];
    ranges: { len: number; first: number; count: number; merkle: string; proof: string[] }[];
    tags: Record<string, number>;
}

const vectors = read<Commitments>('primitives/commitments/vectors.json');
/** Byte i of data of any length is (i * 31 + 7) mod 251. */
const rule = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + 7) % 251);

test('constants should be those of the vectors when compared', () => {
    assert.equal(CHUNK, vectors.chunk);
    assert.deepEqual(TAG, { ...vectors.tags, ...TAG });
    for (const [name, tag] of Object.entries(vectors.tags)) assert.equal(TAG[name as keyof typeof TAG], tag, name);
});

test('data and file roots should equal the vectors when recomputed', () => {
    assert.ok(vectors.data.length > 0);
    for (const { len, merkle, file } of vectors.data) {
        assert.equal(hex(dataRoot(rule(len))), merkle, `merkle ${len}`);
        assert.equal(hex(fileRoot(rule(len))), file, `file ${len}`);
    }
});

test('trees should equal the vectors when recomputed', () => {
    assert.ok(vectors.trees.length > 0);
    const filler = new Uint8Array(24).fill(0xa5);
    for (const { leaves, root } of vectors.trees) {
        const hashes = Array.from({ length: leaves }, (_, i) => u8aConcat(u64(i), filler));
        assert.equal(hex(tree(hashes)), root, `tree ${leaves}`);
    }
});

test('tensor, list and model roots should equal the vectors when recomputed', () => {
    const tensors = vectors.tensors.map(({ name, dtype, dims, len, root }) => {
        const found = tensorRoot(dtype, dims, rule(len));
        assert.equal(hex(found), root, name);
        return found;
    });
    for (const { tensors: list, root } of vectors.lists) {
        assert.equal(hex(tensorsRoot(list.map((at) => tensors[at]!))), root, `list ${String(list)}`);
    }
    for (const { files, root } of vectors.models) {
        const entries = files.map(({ path, len }) => ({ path: stringToU8a(path), root: fileRoot(rule(len)) }));
        assert.equal(hex(modelRoot(entries)), root, files.map(({ path }) => path).join(', '));
    }
});

test('range openings should give the vectors when recomputed', () => {
    assert.ok(vectors.ranges.length > 0);
    for (const { len, first, count, merkle, proof } of vectors.ranges) {
        const all = chunks(rule(len));
        const opened = all.slice(first, first + count).map(leaf);
        assert.equal(opened.length, count);
        assert.equal(hex(rangeRoot(all.length, first, opened, proof.map(unhex))), merkle, `${len} ${first}+${count}`);
    }
});

test('range openings should be refused when a hash is missing', () => {
    assert.throws(() => rangeRoot(2, 0, [leaf(rule(CHUNK))], []), /proof has 0 hashes/);
});

// --- Receipts -------------------------------------------------------------------------------------------------------

interface ReceiptVectors {
    receipts: {
        receipt: {
            draft: {
                genesis: string;
                release: number;
                variant: string;
                input_root: string;
                requester: string;
                host: string;
                units: string;
                fee: string;
                insured: string;
                block: number;
                path: { job: string } | { session: { session: string; index: string } };
            };
            outcome: { output: string } | { failed: { node: number; index: string } };
        };
        draft_id: string;
        encoded: string;
        hash: string;
        signer: string;
        signature: string;
    }[];
}

test('receipts should have the bytes, hashes and signers of the vectors when recomputed', async () => {
    await cryptoWaitReady();
    const { receipts } = read<ReceiptVectors>('primitives/core/vectors.json');
    assert.ok(receipts.length > 0);
    for (const { receipt, draft_id, encoded, hash, signer, signature } of receipts) {
        const { draft, outcome } = receipt;
        const path: Path =
            'job' in draft.path
                ? { job: BigInt(draft.path.job) }
                : { session: BigInt(draft.path.session.session), index: BigInt(draft.path.session.index) };
        const came: Outcome =
            'output' in outcome
                ? { output: unhex(outcome.output) }
                : { failed: { node: outcome.failed.node, index: BigInt(outcome.failed.index) } };
        const fixed = {
            genesis: unhex(draft.genesis),
            release: draft.release,
            variant: unhex(draft.variant),
            inputRoot: unhex(draft.input_root),
            requester: unhex(draft.requester),
            host: unhex(draft.host),
            units: BigInt(draft.units),
            fee: BigInt(draft.fee),
            insured: BigInt(draft.insured),
            block: draft.block,
            path,
        };
        const bytes = encodeReceipt({ ...fixed, outcome: came });
        assert.equal(hex(bytes), bare(encoded));
        assert.equal(hex(receiptHash(encodeDraft(fixed))), bare(draft_id));
        assert.equal(hex(receiptHash(bytes)), bare(hash));
        assert.ok(sr25519Verify(receiptHash(bytes), unhex(signature), unhex(signer)), 'signature');
    }
});
