// All roles by plain extrinsics: publish, register, offer, submit, read the result from events and storage.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { u8aEq, u8aToHex } from '@polkadot/util';
import { sr25519Verify } from '@polkadot/util-crypto';
import {
    awaitEvent,
    balances,
    big,
    bob,
    charlie,
    constant,
    dave,
    type Included,
    MILLI,
    ok,
    one,
    untilFinalized,
    wealth,
} from '../lib/chain.js';
import { hex } from '../lib/commitments.js';
import { complete, draftOf, jobAt, outputsOf, permill } from '../lib/jobs.js';
import { openMarket } from '../lib/market.js';
import { inline, type Input, minilm, type Prepared, reference, rootOf, WordPiece } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { until } from '../lib/process.js';

const SENTENCE = 'A man is eating food, and a girl is carrying a baby!';
const PRICE = { perCall: 3n * MILLI + 1n, perUnit: 10_007n, capacity: 4 };
const ROYALTY = 50_000;

describe('roles', { timeout: 300_000 }, () => {
    let node: Node;
    let model: Prepared;
    let market: Awaited<ReturnType<typeof openMarket>>;
    let input: Input[];
    let submitted: Included;
    let delivered: Awaited<ReturnType<typeof awaitEvent>>;
    let job: bigint;
    const [requester, host, publisher] = [bob, charlie, dave];
    const units = () => BigInt(input[0]!.shape[1]!);
    const fee = () => PRICE.perCall + PRICE.perUnit * units();

    before(async () => {
        model = await minilm();
        node = await Node.start('roles', { engine: true });
    });
    after(() => node?.stop());

    test('manifest should name the roots of its files when they are recomputed', () => {
        const { files, model: root, variants } = model.roots();
        assert.deepEqual(files, model.manifest.files.map((file) => file.root.replace(/^0x/, '')));
        assert.equal(root, model.manifest.model_root.replace(/^0x/, ''));
        assert.deepEqual(variants, model.manifest.variants.map((variant) => variant.root.replace(/^0x/, '')));
    });

    test('chain should present itself to wallets when asked', async () => {
        const { api } = node;
        const properties = await api.rpc.system.properties();
        assert.deepEqual(properties.tokenSymbol.unwrap().toHuman(), ['CNDR']);
        assert.deepEqual(properties.tokenDecimals.unwrap().toJSON(), [12]);
        assert.equal(properties.ss58Format.unwrap().toNumber(), 2609);
        assert.equal(constant(api, 'system', 'ss58Prefix'), '2609');
    });

    test('model should be published and offered when its roles send plain extrinsics', async () => {
        market = await openMarket(node, model, publisher, host, PRICE, { royalty: ROYALTY });
        const { api } = node;
        const found = await api.query.models!.releases!(market.release);
        assert.equal((found.toJSON() as { repository: number }).repository, 0);
        await until('the engine is ready', async () => {
            const response = await fetch(`${node.engineUrl}/v1/releases`);
            const { releases } = (await response.json()) as { releases: { id: number; stage: string }[] };
            return releases.some(({ id, stage }) => id === market.release && stage === 'ready');
        });
    });

    test('quote should be the price of the offer when asked by the runtime API', async () => {
        input = new WordPiece(model.file('tokenizer.json')).inputs(SENTENCE);
        const quote = await node.api.call.jobsApi!.quote!(
            market.release,
            input.map(({ shape }) => shape),
        );
        const { ok: found } = quote.toJSON() as { ok: Record<string, string | number> };
        assert.equal(big(found.units), units());
        assert.equal(big(found.lowest), fee());
        assert.equal(big(found.highest), fee());
        assert.equal(found.offers, 1);
    });

    test('job should be assigned when it is submitted', async () => {
        const { api } = node;
        submitted = await ok(api, api.tx.jobs!.submit!(market.release, inline(input), fee()), requester);
        const { data } = one(submitted.events, 'jobs.JobSubmitted');
        job = big(data.job);
        assert.equal(data.requester, requester.address);
        assert.equal(big(data.units), units());
        const assigned = one(submitted.events, 'jobs.JobAssigned').data;
        assert.equal(assigned.host, host.address);
        assert.equal(big(assigned.fee), fee());
        const bytes = input.reduce((sum, { data }) => sum + data.length, 0) + 384 * 4;
        const deposit = big(constant(api, 'jobs', 'depositBase')) + big(constant(api, 'jobs', 'depositPerByte')) * BigInt(bytes);
        const { reserved } = await balances(api, requester.address, submitted.block);
        assert.equal(reserved, fee() + deposit);
    });

    test('result should be the bytes of plain ONNX Runtime when it is delivered', async () => {
        const { api } = node;
        delivered = await awaitEvent(
            api,
            submitted.number,
            ({ name, data }) => name === 'jobs.ResultDelivered' && big(data.job) === job,
            'the result is delivered',
        );
        const { ids, embeddings } = await reference([SENTENCE]);
        assert.deepEqual(new WordPiece(model.file('tokenizer.json')).ids(SENTENCE), ids[0]);
        const outputs = await outputsOf(api, job, host.address, delivered.block);
        assert.deepEqual(outputs.map(({ dtype, shape }) => [dtype, shape]), [['Float32', [1, 384]]]);
        assert.equal(u8aToHex(outputs[0]!.data), u8aToHex(embeddings));
    });

    test('receipt should commit to input and output and be signed by the worker when recomputed', async () => {
        const { api } = node;
        const stored = await jobAt(api, job, delivered.block);
        const { work } = stored!.state.delivered!;
        const outputs = await outputsOf(api, job, host.address, delivered.block);
        const draft = draftOf(api, job, stored!, work.assignment);
        assert.ok(u8aEq(draft.inputRoot, rootOf(input)), 'input root');
        assert.equal(hex(draft.variant), model.manifest.variants[0]!.root.replace(/^0x/, ''));
        assert.equal(draft.block, submitted.number);
        const { hash, encoded } = complete({ ...draft, outcome: { output: rootOf(outputs) } });
        assert.equal(u8aToHex(hash), delivered.data.receipt);
        assert.equal(work.answer.outcome.output, u8aToHex(rootOf(outputs)));
        assert.ok(sr25519Verify(hash, work.answer.signature, market.worker.publicKey), 'signature');
        const view = (await api.call.jobsApi!.job!(job)).toJSON() as { answers: { receiptBytes: string }[] };
        assert.equal(view.answers[0]!.receiptBytes, u8aToHex(encoded));
    });

    test('everyone should have exactly their share when the job is finalised', async () => {
        const { api } = node;
        const final = await awaitEvent(
            api,
            delivered.number,
            ({ name, data }) => name === 'jobs.JobFinalised' && big(data.job) === job,
            'the job is final',
        );
        await untilFinalized(api, final.number);
        assert.equal(big(final.data.paid), fee());
        const before = (await api.rpc.chain.getBlockHash(submitted.number - 1)).toHex();
        const gain = async (who: string) => (await wealth(api, who, final.block)) - (await wealth(api, who, before));
        const royalty = permill(fee(), BigInt(ROYALTY));
        const [levy, treasury] = [permill(fee(), 10_000n), permill(fee(), 10_000n)];
        assert.equal(await gain(publisher.address), royalty, 'publisher');
        assert.equal(await gain(constant(api, 'jobs', 'auditPot')), levy, 'audit pot');
        assert.equal(await gain(constant(api, 'jobs', 'treasury')), treasury, 'treasury');
        assert.equal(await gain(host.address), fee() - royalty - levy - treasury, 'host');
        assert.equal(await gain(requester.address), -(fee() + submitted.fee), 'requester');
        assert.equal((await balances(api, requester.address, final.block)).reserved, 0n);
        assert.equal(await jobAt(api, job), undefined);
        assert.ok((await api.query.jobs!.inputs!(job)).isEmpty);
    });

    test('release should take no jobs when its publisher deprecated it', async () => {
        const { api } = node;
        await ok(api, api.tx.models!.deprecate!(market.release, 'a newer one is out'), publisher);
        const refused = api.tx.jobs!.submit!(market.release, inline(input), fee());
        await assert.rejects(ok(api, refused, requester), /jobs.DeprecatedRelease/);
    });
});
