// The same by the command line: its embedding equals a plain ONNX Runtime run byte for byte.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { u8aToHex } from '@polkadot/util';
import { candor, judged, refused } from '../lib/cli.js';
import { minilm, type Prepared, reference } from '../lib/model.js';
import { Node } from '../lib/node.js';

const [PUBLISHER, HOST, REQUESTER] = ['//Dave', '//Charlie', '//Bob'];
const SENTENCES = ['Substrate is a framework for building blockchains.', 'ONNX Runtime runs models on them!'];

describe('command line', { timeout: 300_000 }, () => {
    let node: Node;
    let model: Prepared;
    let release: number;

    before(async () => {
        model = await minilm();
        node = await Node.start('cli', { engine: true });
    });
    after(() => node?.stop());

    test('model should be published when its folder is given', async () => {
        const published = await candor<{ release: number; name: string; new: boolean }>(
            node,
            PUBLISHER,
            ...['model', 'publish', model.folder],
        );
        release = published.release;
        assert.equal(published.name, 'minilm@1.0.0');
        assert.equal(published.new, true);
    });

    test('publishing should change nothing when it is repeated', async () => {
        const again = await candor<{ release: number; new: boolean }>(node, PUBLISHER, 'model', 'publish', model.folder);
        assert.deepEqual([again.release, again.new], [release, false]);
    });

    test('release should be found when it is searched, shown and downloaded', async () => {
        const shown = JSON.stringify(await candor(node, REQUESTER, 'model', 'show', 'minilm@1.0.0'));
        assert.ok(shown.includes(model.manifest.model_root.replace(/^0x/, '')), shown);
        assert.match(JSON.stringify(await candor(node, REQUESTER, 'model', 'search', 'embedding')), /minilm/);
        assert.match(JSON.stringify(await candor(node, REQUESTER, 'model', 'list')), /minilm/);
        const folder = join(node.base, 'downloaded');
        await candor(node, REQUESTER, 'model', 'download', 'minilm', '--out', folder);
        for (const { path } of model.manifest.files) {
            assert.ok(readFileSync(join(folder, path)).equals(model.file(path)), path);
        }
    });

    test('host should be registered and offer the model when its commands are run', async () => {
        const { inserted } = await candor<{ inserted: boolean }>(
            node,
            HOST,
            ...['keys', 'worker', '--keystore', node.keystore, '--insert'],
        );
        assert.equal(inserted, true);
        await candor(
            node,
            HOST,
            ...['host', 'register', '--keystore', node.keystore, '--endpoint', node.engineUrl],
            ...['--hardware', 'a test machine', '--stake', '1000'],
        );
        await candor(node, HOST, 'host', 'offer', 'minilm', '--per-call', '0.001', '--per-unit', '0.00001');
        const status = await candor<{ host?: { live: boolean }; live?: boolean }>(node, HOST, 'host', 'status');
        assert.equal(status.live ?? status.host?.live, true, JSON.stringify(status));
    });

    test('embedding should be the bytes of plain ONNX Runtime when inferred from text', async () => {
        const raw = join(node.base, 'embedding.bin');
        const answer = await candor<{
            outputs: { name: string; dtype: string; shape: number[]; data: number[] }[];
            receipt: { hash: string; signature: string };
            fee: string;
            units: number;
            blocks: number;
            job: number;
        }>(node, REQUESTER, 'infer', 'minilm', ...SENTENCES, '--raw', raw);
        const { ids, embeddings } = await reference(SENTENCES);
        assert.equal(u8aToHex(readFileSync(raw)), u8aToHex(embeddings));
        const [output] = answer.outputs;
        assert.deepEqual([output!.dtype, output!.shape], ['float32', [2, 384]]);
        const values = Buffer.from(Float32Array.from(output!.data.flat()).buffer);
        assert.equal(u8aToHex(values), u8aToHex(embeddings), 'values in JSON');
        assert.equal(answer.units, 2 * ids[0]!.length);
        assert.match(answer.receipt.hash, /^0x[0-9a-f]{64}$/);
        assert.ok(answer.blocks <= 5, `${answer.blocks} blocks`);
    });

    test('answer should be verified when it is run again and compared with the trace of its host', async () => {
        const answer = join(node.base, 'answer.json');
        writeFileSync(answer, JSON.stringify(await candor(node, REQUESTER, 'infer', 'minilm', ...SENTENCES)));
        const given = ['verify', 'minilm', ...SENTENCES, '--answer', answer];
        const rerun = await candor<{ verdict: string; outputs: { state: string }[] }>(node, REQUESTER, ...given);
        assert.deepEqual([rerun.verdict, rerun.outputs[0]!.state], ['clean', 'equal'], JSON.stringify(rerun));
        const audited = await candor<{ verdict: string; roots: number; work: { differing: number } }>(
            node,
            REQUESTER,
            ...[...given, '--host', node.engineUrl],
        );
        assert.deepEqual([audited.verdict, audited.work.differing], ['clean', 0], JSON.stringify(audited));
        // Right, and of a host without attesting hardware.
        const ordinary = await judged<{ verdict: string; attestation: { ok: boolean; code: string } }>(
            node,
            REQUESTER,
            ...[...given, '--attested'],
        );
        const { code, verdict, attestation } = ordinary;
        assert.deepEqual([code, verdict, attestation.ok, attestation.code], [6, 'clean', false, 'not_attested']);
        assert.equal(audited.roots, model.manifest.variants[0]!.judging.trace);
    });

    test('errors should be the words of the chain when it refuses', async () => {
        const cheap = await refused(node, REQUESTER, 'infer', 'minilm', 'Too cheap.', '--max-fee', '0.000000001');
        assert.equal(cheap.error.name, 'Jobs.FeeTooLow', JSON.stringify(cheap));
        const twice = await refused(
            node,
            HOST,
            ...['host', 'register', '--keystore', node.keystore, '--endpoint', node.engineUrl],
            ...['--hardware', 'a test machine', '--stake', '1000'],
        );
        assert.equal(twice.error.name, 'Hosts.AlreadyRegistered', JSON.stringify(twice));
        const unknown = await refused(node, REQUESTER, 'infer', 'no-such-model', 'Hello');
        for (const { error, code } of [cheap, twice, unknown]) {
            assert.ok(code >= 1 && code <= 4, `exit code ${code}`);
            assert.doesNotMatch(error.message, /[Mm]odule|\d+:\d+/);
            assert.ok(error.message.length > 10, error.message);
        }
    });

    test('account should show what it has when its balance is asked', async () => {
        const balance = JSON.stringify(await candor(node, REQUESTER, 'balance'));
        assert.match(balance, /9999\d\d/);
    });
});
