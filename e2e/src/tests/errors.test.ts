// Every named error of wrong input and wrong answers, by plain extrinsics: refused calls cost their sender the
// transaction fee and nothing else. The tests hold the worker keys and answer the jobs themselves.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { u8aToHex } from '@polkadot/util';
import {
    account,
    awaitEvent,
    balances,
    big,
    bob,
    charlie,
    CNDR,
    dave,
    eve,
    eventsAt,
    ferdie,
    MILLI,
    ok,
    one,
    rpc,
    sendAll,
    setParameter,
    type Tx,
    untilBlock,
    wealth,
} from '../lib/chain.js';
import { hash as blake2, heartbeatMessage, type Receipt, sealMessage, sealOf } from '../lib/commitments.js';
import { general } from '../lib/general.js';
import { complete, draftOf, jobAt, permill } from '../lib/jobs.js';
import { offer, register } from '../lib/market.js';
import { float32, inline, type Input, rootOf } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { pair, toySpec, VARIANT, vector } from '../lib/toy.js';

const PRICE = { perCall: 100n * MILLI, perUnit: MILLI, capacity: 8 };
const MAX_FEE = CNDR;
const U128_MAX = 2n ** 128n - 1n;
const LENGTH = 5;
const FEE = PRICE.perCall + PRICE.perUnit * BigInt(LENGTH);

describe('errors', { timeout: 500_000 }, () => {
    let node: Node;
    let api: ApiPromise;
    let release: number;
    let unoffered: number;
    let hidden: number;
    let hiddenRepository: number;
    const workers = { charlie: account('//errors//charlie'), eve: account('//errors//eve') };
    const poor = account('//errors//poor');
    const input = inline([vector(LENGTH), pair(0, 9)]);

    const submit = (id: number, payload: unknown, fee: bigint = MAX_FEE): Tx => api.tx.jobs!.submit!(id, payload, fee);
    const submitWith = (options: Record<string, unknown>, fee: bigint = MAX_FEE): Tx =>
        api.tx.jobs!.submitWith!(release, input, fee, { host: null, redundancy: 1, insured: 0, attested: false, ...options });

    /** The call that brings a receipt, signed by this key. */
    function answer(receipt: Receipt, worker: KeyringPair, outputs: Input[] | undefined): Tx {
        const { encoded, hash } = complete(receipt);
        return api.tx.jobs!.submitResult!(encoded, worker.sign(hash), outputs ? inline(outputs) : null);
    }

    /** Hand a call to the pool without a signature. */
    const free = (tx: Tx) => rpc<string>(api, 'author_submitExtrinsic', general(tx));

    /** All of them have to fail with their errors, at no other cost than the transaction fees. */
    async function refuse(signer: KeyringPair, ...cases: [Tx, string][]): Promise<void> {
        const done = await sendAll(
            api,
            cases.map(([tx]) => tx),
            signer,
        );
        assert.deepEqual(
            done.map(({ error }) => error),
            cases.map(([, error]) => error),
        );
        const first = Math.min(...done.map(({ number }) => number));
        const last = Math.max(...done.map(({ number }) => number));
        const before = (await api.rpc.chain.getBlockHash(first - 1)).toHex();
        const after = (await api.rpc.chain.getBlockHash(last)).toHex();
        const fees = done.reduce((sum, { fee }) => sum + fee, 0n);
        assert.ok(fees > 0n);
        const lost = (await wealth(api, signer.address, before)) - (await wealth(api, signer.address, after));
        assert.equal(lost, fees + (signer === bob ? await paidInBlocks(first, last) : 0n));
    }

    /** What the one requester paid for jobs that became final in these blocks. */
    async function paidInBlocks(first: number, last: number): Promise<bigint> {
        const blocks = Array.from({ length: last - first + 1 }, (_, at) => api.rpc.chain.getBlockHash(first + at));
        const events = await Promise.all((await Promise.all(blocks)).map((block) => eventsAt(api, block.toHex())));
        return events
            .flat()
            .filter(({ name }) => name === 'jobs.JobFinalised')
            .reduce((sum, { data }) => sum + big(data.paid), 0n);
    }

    before(async () => {
        node = await Node.start('errors');
        ({ api } = node);
        const { models } = api.tx;
        const version = (minor: number) => ({ major: 1, minor, patch: 0 });
        // Ids count from 0, in the order of the calls.
        const repository = 0;
        hiddenRepository = 1;
        [release, unoffered, hidden] = [0, 1, 2];
        const published = sendAll(
            api,
            [
                models!.createRepository!('toy', false),
                models!.createRepository!('hidden', true),
                models!.publishRelease!(repository, version(0), toySpec()),
                models!.publishRelease!(repository, version(1), toySpec()),
                models!.publishRelease!(hiddenRepository, version(0), toySpec()),
            ],
            dave,
        );
        await Promise.all([
            published,
            register(api, charlie, workers.charlie),
            register(api, eve, workers.eve),
            ok(api, api.tx.balances!.transferKeepAlive!(poor.address, FEE), ferdie),
        ]);
        for (const { error } of await published) assert.equal(error, undefined);
        await Promise.all([offer(api, charlie, release, VARIANT, PRICE), offer(api, eve, release, VARIANT, PRICE)]);
    });
    after(() => node?.stop());

    test('submit should be refused by name when the input is wrong', async () => {
        const short: Input = { ...vector(LENGTH), data: new Uint8Array(3) };
        const ints: Input = { dtype: 'Int32', shape: [LENGTH], data: new Uint8Array(4 * LENGTH) };
        const square: Input = { dtype: 'Float32', shape: [1, LENGTH], data: vector(LENGTH).data };
        const three: Input = { dtype: 'Int64', shape: [3], data: new Uint8Array(24) };
        await refuse(
            bob,
            [submit(999, input), 'jobs.UnknownRelease'],
            [submit(release, inline([vector(LENGTH)])), 'jobs.WrongInputCount'],
            [submit(release, inline([ints, pair(0, 0)])), 'jobs.WrongDType'],
            [submit(release, inline([square, pair(0, 0)])), 'jobs.WrongShape'],
            [submit(release, inline([vector(101), pair(0, 0)])), 'jobs.WrongShape'],
            [submit(release, inline([vector(LENGTH), three])), 'jobs.WrongShape'],
            [submit(release, inline([vector(4097), pair(0, 0)])), 'jobs.InputTooLarge'],
            [submit(release, inline([short, pair(0, 0)])), 'jobs.BadTensor'],
            [submit(release, inline([vector(LENGTH), pair(0, 10)])), 'jobs.InputOutOfRange'],
            [submit(release, inline([vector(LENGTH), pair(-1, 0)])), 'jobs.InputOutOfRange'],
            [submit(release, { Content: { tensors: [], source: '' } }), 'jobs.NoSource'],
        );
    });

    test('submit should be refused by name when price, host or options do not fit', async () => {
        await refuse(
            bob,
            [submit(release, input, FEE - 1n), 'jobs.FeeTooLow'],
            [submit(release, input, 0n), 'jobs.FeeTooLow'],
            [submit(unoffered, input), 'jobs.NoOffer'],
            [submit(hidden, input), 'jobs.PrivateRelease'],
            [submitWith({ insured: 1n }, U128_MAX), 'jobs.PriceOverflow'],
            [submitWith({ redundancy: 2 }, U128_MAX), 'jobs.PriceOverflow'],
            [submitWith({ insured: 1_000_000_000n * CNDR }), 'jobs.NotBacked'],
            [submitWith({ redundancy: 0 }), 'jobs.BadRedundancy'],
            [submitWith({ redundancy: 6 }), 'jobs.BadRedundancy'],
            [submitWith({ redundancy: 3 }), 'jobs.NotEnoughHosts'],
            [submitWith({ redundancy: 2, host: charlie.address }), 'jobs.RedundantNamedHost'],
            [submitWith({ host: ferdie.address }), 'jobs.NoOffer'],
        );
        await refuse(poor, [submit(release, input), 'jobs.FundsTooLow']);
    });

    test('offer should be refused by name when it can not be kept', async () => {
        const make = (id: number, variant: Uint8Array, perUnit: bigint, capacity: number): Tx =>
            api.tx.hosts!.offer!(id, variant, PRICE.perCall, perUnit, capacity);
        await refuse(
            charlie,
            [make(release, VARIANT, U128_MAX, 1), 'hosts.PriceOverflow'],
            [make(hidden, VARIANT, 0n, 1), 'hosts.ReleasePrivate'],
            [make(999, VARIANT, 0n, 1), 'hosts.UnknownRelease'],
            [make(release, blake2(VARIANT), 0n, 1), 'hosts.UnknownVariant'],
            [make(release, VARIANT, 0n, 0), 'hosts.ZeroCapacity'],
        );
        await refuse(ferdie, [make(release, VARIANT, 0n, 1), 'hosts.NotRegistered']);
        const proof = workers.eve.sign(new Uint8Array(32));
        await refuse(
            ferdie,
            [api.tx.hosts!.register!(workers.eve.publicKey, proof, '', '', 1_000n * CNDR), 'hosts.WorkerTaken'],
            [api.tx.hosts!.register!(bob.publicKey, proof, '', '', 1_000n * CNDR), 'hosts.BadProof'],
        );
    });

    test('private release should be usable when its publisher allows it', async () => {
        await ok(api, api.tx.models!.setAccess!(hiddenRepository, bob.address, true), dave);
        await refuse(bob, [submit(hidden, input), 'jobs.NoOffer']);
        await refuse(bob, [api.tx.models!.setAccess!(hiddenRepository, ferdie.address, true), 'models.NotOwner']);
    });

    const y = vector(LENGTH);
    const outcome = (outputs: Input[]) => ({ output: rootOf(outputs) });

    describe('an answer', () => {
        let job: bigint;
        let draft: Omit<Receipt, 'outcome'>;

        before(async () => {
            const done = await ok(api, submitWith({ host: charlie.address }), bob);
            job = big(one(done.events, 'jobs.JobSubmitted').data.job);
            const stored = await jobAt(api, job, done.block);
            draft = draftOf(api, job, stored!, stored!.state.assigned!.assignment);
            assert.equal(draft.fee, FEE);
        });

        test('should be refused by name when it is wrong', async () => {
            const right: Receipt = { ...draft, outcome: outcome([y]) };
            const worker = workers.charlie;
            const long: Input = { dtype: 'Float32', shape: [10_000], data: new Uint8Array(40_000) };
            const flat: Input = { dtype: 'Float32', shape: [1, LENGTH], data: y.data };
            const ints: Input = { dtype: 'Int32', shape: [LENGTH], data: y.data };
            const shorter = vector(LENGTH - 1);
            const other: Input = { ...y, data: float32([9, 9, 9, 9, 9]) };
            const failed = { failed: { node: 0, index: 0n } };
            const of = (outputs: Input[]): [Tx, string] => [
                answer({ ...draft, outcome: outcome(outputs) }, worker, outputs),
                'jobs.WrongOutputShape',
            ];
            await refuse(
                ferdie,
                [answer(right, workers.eve, [y]), 'jobs.BadSignature'],
                [answer({ ...right, host: eve.publicKey }, workers.eve, [y]), 'jobs.NotAssigned'],
                [answer({ ...right, path: { job: job + 1n } }, worker, [y]), 'jobs.UnknownJob'],
                [answer({ ...right, path: { session: 1n, index: 0n } }, worker, [y]), 'jobs.WrongReceipt'],
                [answer({ ...right, fee: FEE + 1n }, worker, [y]), 'jobs.WrongReceipt'],
                [answer({ ...right, requester: ferdie.publicKey }, worker, [y]), 'jobs.WrongReceipt'],
                [answer({ ...right, genesis: new Uint8Array(32) }, worker, [y]), 'jobs.WrongReceipt'],
                [answer(right, worker, undefined), 'jobs.MissingOutput'],
                [answer({ ...draft, outcome: failed }, worker, [y]), 'jobs.UnexpectedOutput'],
                of([shorter]),
                of([flat]),
                of([ints]),
                of([y, y]),
                [answer(right, worker, [other]), 'jobs.WrongOutputRoot'],
                [answer({ ...draft, outcome: outcome([long, long]) }, worker, [long, long]), 'jobs.OutputTooLarge'],
                [api.tx.jobs!.sealResult!(job, charlie.address, new Uint8Array(32), worker.sign('')), 'jobs.NotSealing'],
            );
        });

        test('should be refused by the pool when it is free and wrong', async () => {
            const right: Receipt = { ...draft, outcome: outcome([y]) };
            await assert.rejects(free(answer(right, workers.eve, [y])), /1010: Invalid Transaction/);
        });

        test('should be free and count once when anyone sends it without an account', async () => {
            const right: Receipt = { ...draft, outcome: outcome([y]) };
            const tx = answer(right, workers.charlie, [y]);
            const sent = (await api.rpc.chain.getHeader()).number.toNumber();
            await free(tx);
            const delivered = await awaitEvent(
                api,
                sent,
                ({ name, data }) => name === 'jobs.ResultDelivered' && big(data.job) === job,
                'the answer is in a block',
                20_000,
            );
            assert.equal(delivered.data.receipt, u8aToHex(complete(right).hash));
            await assert.rejects(free(tx), /10(10|13): /);
            await refuse(ferdie, [tx, 'jobs.AlreadyAnswered']);
        });

        test('should be moved by nobody when its time has not come', async () => {
            const { jobs } = api.tx;
            await refuse(
                ferdie,
                [jobs!.cancel!(job), 'jobs.NotRequester'],
                [jobs!.expire!(job), 'jobs.AlreadyDelivered'],
                [jobs!.finalise!(job), 'jobs.TooEarly'],
                [jobs!.assign!(job), 'jobs.NotOpen'],
                [jobs!.finalise!(job + 5n), 'jobs.UnknownJob'],
            );
            await refuse(bob, [jobs!.cancel!(job), 'jobs.AlreadyAssigned']);
        });
    });

    test('redundant job should pay both hosts when they reveal what they sealed', async () => {
        const done = await ok(api, submitWith({ redundancy: 2 }), bob);
        const job = big(one(done.events, 'jobs.JobSubmitted').data.job);
        // These hosts have no engines: nobody would answer an audit. Without audits no stake is enough for more work, so only now.
        for (const rate of ['MinRate', 'MaxRate']) await setParameter(api, 'Audits', rate, 0);
        const stored = await jobAt(api, job, done.block);
        const about = (event: string) => (happened: { name: string; data: Record<string, unknown> }) =>
            happened.name === event && big(happened.data.job as string) === job;
        const hosts = [charlie, eve].map((host) => {
            const worker = host === charlie ? workers.charlie : workers.eve;
            const { assignment } = stored!.state.sealing!.sealers.find((sealer) => sealer.assignment.host === host.address)!;
            const receipt: Receipt = { ...draftOf(api, job, stored!, assignment), outcome: outcome([y]) };
            const { encoded, hash } = complete(receipt);
            const signature = worker.sign(hash);
            const seal = sealOf(encoded, signature);
            const bring = (seal: Uint8Array): Tx => {
                const signed = worker.sign(sealMessage(api.genesisHash.toU8a(), job, host.publicKey, seal));
                return api.tx.jobs!.sealResult!(job, host.address, seal, signed);
            };
            // A transaction is signed in place: one for each time it is sent.
            const reveal = () => api.tx.jobs!.submitResult!(encoded, signature, inline([y]));
            // Signing again gives other bytes, which is another answer than the sealed one.
            const other = api.tx.jobs!.submitResult!(encoded, worker.sign(hash), inline([y]));
            return { seal: bring(seal), again: bring(hash), reveal, other };
        }) as [Brought, Brought];
        type Brought = { seal: Tx; again: Tx; reveal: () => Tx; other: Tx };
        const [first, second] = hosts;
        const sealed = await sendAll(api, [first.reveal(), first.seal, first.again, second.seal], ferdie);
        assert.deepEqual(
            sealed.map(({ error }) => error),
            ['jobs.SealFirst', undefined, 'jobs.AlreadySealed', undefined],
        );
        one(sealed[3]!.events, 'jobs.RevealStarted');
        const revealed = await sendAll(api, [first.other, first.reveal(), first.reveal(), second.reveal()], ferdie);
        assert.deepEqual(
            revealed.map(({ error }) => error),
            ['jobs.WrongSeal', undefined, 'jobs.AlreadyAnswered', undefined],
        );
        const agreed = revealed[3]!.events.find(about('jobs.JobAgreed'))!;
        assert.deepEqual([agreed.data.hosts, big(agreed.data.refunded)], [2, 0n]);
        // Paid when the window has passed, and nothing of it waits to be drawn any more.
        const end = await awaitEvent(api, done.number, about('jobs.JobFinalised'), 'the job is final');
        assert.deepEqual([big(end.data.paid), big(end.data.refunded)], [2n * FEE, 0n]);
        const paid = (await eventsAt(api, end.block)).filter(about('jobs.HostPaid')).map((event) => event.data.host);
        assert.deepEqual(paid.toSorted(), [charlie.address, eve.address].toSorted());
        await setParameter(api, 'Audits', 'MinRate', 100);
        await setParameter(api, 'Audits', 'MaxRate', 1_000_000);
    });

    test('requester should be refunded when the host misses its deadline', async () => {
        await setParameter(api, 'Jobs', 'ResultDeadline', 2);
        const done = await ok(api, submitWith({ host: eve.address }), bob);
        const job = big(one(done.events, 'jobs.JobSubmitted').data.job);
        const before = (await api.rpc.chain.getBlockHash(done.number - 1)).toHex();
        const about = (event: string) => (happened: { name: string; data: Record<string, unknown> }) =>
            happened.name === event && big(happened.data.job as string) === job;
        const missed = await awaitEvent(api, done.number, about('jobs.HostNoShow'), 'the host misses its deadline', 30_000);
        const expired = await awaitEvent(api, done.number, about('jobs.JobExpired'), 'the job expires', 90_000);
        assert.equal(big(expired.data.refunded), FEE);
        const penalty = permill(FEE, 500_000n);
        assert.equal(big(missed.data.penalty), penalty);
        const gain = async (who: string) => (await wealth(api, who, expired.block)) - (await wealth(api, who, before));
        assert.equal(await gain(eve.address), -penalty, 'host');
        assert.equal(await jobAt(api, job), undefined);
        // Fees of earlier jobs may leave in the same blocks.
        const paid = await paidInBlocks(done.number, expired.number);
        assert.equal(await gain(bob.address), -(done.fee + paid), 'requester');
        // Earlier jobs keep what they hold until they are final: settled ones their deposit, answered ones, which are
        // audited, their fee too.
        let kept = 0n;
        for (let earlier = 0n; earlier < job; earlier += 1n) {
            const stored = await jobAt(api, earlier, expired.block);
            if (stored === undefined || stored.request.requester !== bob.address) continue;
            kept += big(stored.request.deposit) + big(stored.state.delivered?.work.assignment.fee ?? 0);
        }
        const { reserved } = await balances(api, bob.address, expired.block);
        assert.equal(reserved, kept, 'nothing else stays on hold');
    });

    test('submit should be refused by name when the hosts are chilled or not live', async () => {
        await Promise.all([charlie, eve].map((host) => ok(api, api.tx.hosts!.chill!(), host)));
        await refuse(bob, [submit(release, input), 'jobs.NoLiveHost']);
        const [, { number }] = await Promise.all([
            ok(api, api.tx.hosts!.unchill!(), charlie),
            setParameter(api, 'Hosts', 'LivenessWindow', 4),
        ]);
        await setParameter(api, 'Hosts', 'HeartbeatInterval', 2);
        await untilBlock(api, number + 5);
        await refuse(bob, [submit(release, input), 'jobs.NoLiveHost']);
    });

    test('heartbeat should be refused by name when it is wrong', async () => {
        // So late that a signature over block 1 is too old.
        const now = await untilBlock(api, 35);
        const message = (block: number) => heartbeatMessage(api.genesisHash.toU8a(), charlie.publicKey, block);
        const beat = (block: number, worker: KeyringPair): Tx =>
            api.tx.hosts!.heartbeat!(charlie.address, block, worker.sign(message(block)));
        await refuse(
            ferdie,
            [beat(now, workers.eve), 'hosts.BadSignature'],
            [beat(now + 1_000, workers.charlie), 'hosts.HeartbeatTooEarly'],
            [beat(1, workers.charlie), 'hosts.HeartbeatTooOld'],
        );
        await ok(api, beat(now, workers.charlie), ferdie);
        await refuse(ferdie, [beat(now, workers.charlie), 'hosts.HeartbeatReplayed']);
        // The sign of life makes the host eligible again.
        const done = await ok(api, submitWith({ host: charlie.address }), bob);
        one(done.events, 'jobs.JobAssigned');
    });
});
