// A host that lies: drawn, audited, accused, convicted by the chain, slashed, all by itself; amounts to the planck. And an
// auditor that lies: not believed, not paid.
//
// E2E_LIES=all tells every lie that `candor-liar` knows; by default a few.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import { hexToU8a } from '@polkadot/util';
import {
    account,
    awaitEvent,
    balances,
    bestNumber,
    big,
    bob,
    charlie,
    eve,
    ferdie,
    type Happened,
    history,
    MILLI,
    ok,
    one,
    setParameter,
    untilBlock,
    wealth,
} from '../lib/chain.js';
import { candor } from '../lib/cli.js';
import { scratch } from '../lib/env.js';
import { PRICE } from '../lib/field.js';
import { Files } from '../lib/files.js';
import { about, FEE, known, Lies, MOST, type Slashed } from '../lib/lies.js';
import { content, inline } from '../lib/model.js';
import { until } from '../lib/process.js';
import { callIn, payingHash, placeOf, voucherFor } from '../lib/sessions.js';
import { otherGraph, states } from '../lib/shapes.js';

const ALL = process.env.E2E_LIES === 'all';
const INSURED = 100n * MILLI;

/** An event with the block that has it. */
type Found = Happened & { block: string; number: number };

describe('lies', { timeout: ALL ? 2_400_000 : 900_000 }, () => {
    let lies: Lies;
    let api: ApiPromise;
    let folder: string;
    let other: string;

    before(async () => {
        other = await otherGraph();
        folder = scratch('lies');
        lies = await Lies.start();
        api = lies.api;
    });
    after(() => lies?.stop());

    const hashAt = async (number: number): Promise<string> => (await api.rpc.chain.getBlockHash(number)).toHex();

    /** What Charlie's pool lost in the block of a slash is what the event says, enough, and went somewhere. Gives the amounts. */
    const taken = async (found: Found) => {
        const slashed = found.data.slashed as unknown as Slashed;
        const [own, delegated, missing] = [big(slashed.selfStake), big(slashed.delegated), big(slashed.missing)];
        const [compensated, rewarded, burned] = [big(slashed.compensated), big(slashed.rewarded), big(slashed.burned)];
        const pool = await lies.pool(charlie, await hashAt(found.number - 1));
        const left = await lies.pool(charlie, found.block);
        assert.ok(own + delegated + missing >= big(pool.required), 'at least what was required');
        assert.equal(own + delegated, compensated + rewarded + burned, 'what was taken went somewhere');
        assert.equal(big(pool.own) - big(left.own), own, 'own stake');
        assert.equal(big(pool.delegated) - big(left.delegated), delegated, 'delegated stake');
        return { own, compensated, rewarded, burned };
    };

    /** Charlie is convicted of this job; everybody has exactly what the event says. */
    const convicted = async (job: number, from: number, insured: bigint, by?: string): Promise<string> => {
        const found = await awaitEvent(
            api,
            from,
            (e) => (e.name === 'challenges.HostConvicted' || e.name === 'challenges.ReceiptUpheld') && about(job)(e),
            `a verdict about job ${job}`,
            240_000,
        );
        assert.equal(found.name, 'challenges.HostConvicted', JSON.stringify(found.data));
        const { compensated, rewarded, burned } = await taken(found);
        assert.equal(compensated, insured, 'the requester is made whole');
        assert.equal(big(found.data.refunded), FEE, 'and has its fee back');
        assert.ok(rewarded > 0n && burned >= rewarded, 'most of it is burned');
        const parent = await hashAt(found.number - 1);
        const held = async (block: string): Promise<bigint> => (await balances(api, bob.address, block)).reserved;
        assert.ok((await held(parent)) - (await held(found.block)) >= FEE, 'nothing is held for the job any more');
        const prover = found.data.by as string;
        if (by === undefined) {
            const gain = (await wealth(api, prover, found.block)) - (await wealth(api, prover, parent));
            assert.ok(gain >= rewarded, 'the auditor has its reward');
            assert.ok([ferdie, eve].some(({ address }) => address === prover), 'an honest host audited');
        } else {
            assert.equal(prover, by);
        }
        const offence = found.data.offence as unknown;
        return typeof offence === 'string' ? offence : Object.keys(offence as object)[0]!;
    };

    const audit = (name: string, job: number) => (event: Happened) => event.name === `audits.${name}` && about(job)(event);
    const ended = (job: number, from: number): Promise<Found> =>
        awaitEvent(api, from, audit('AuditEnded', job), `the audit of job ${job} ends`, 240_000);
    const final = (job: number, from: number): Promise<Found> =>
        awaitEvent(api, from, (e) => e.name === 'jobs.JobFinalised' && Number(big(e.data.job)) === job, `job ${job} is final`, 120_000);

    const some: [string, RegExp][] = [
        ['flip-hidden', /falseRun/i],
        ['withhold-chunk', /noOpening/i],
        ['false-failure', /falseRun/i],
    ];
    const all: [string, RegExp][] = [
        ...some,
        ['flip-output', /falseRun/i],
        ['other-model', /falseRun/i],
        ['stale-release', /falseRun/i],
        ['quantised', /falseRun/i],
        ['noise', /falseRun/i],
        ['rescaled', /falseRun/i],
        ['withhold-trace', /noTrace/i],
    ];
    for (const [lie, offence] of ALL ? all : some) {
        test(`liar should be convicted when it tells ${lie}`, async () => {
            await lies.tell(['other-model', 'stale-release'].includes(lie) ? `${lie}:${other}` : lie);
            await lies.stake();
            const { job, from } = await lies.ask(INSURED);
            assert.match(await convicted(job, from, INSURED), offence);
        });
    }

    test('liar should be convicted when a stranger challenges it from the command line', async () => {
        // Two of a hundred receipts are drawn: the others are found out by who looks.
        await setParameter(api, 'Audits', 'MaxRate', 20_000);
        await lies.tell('flip-hidden');
        for (;;) {
            await lies.stake();
            const { job, from } = await lies.ask(INSURED);
            const answer = (e: Happened) => e.name === 'jobs.ResultDelivered' && Number(big(e.data.job)) === job;
            const { number } = await awaitEvent(api, from, answer, 'the answer');
            await untilBlock(api, number + 3);
            const events = await history(api, number);
            if (events.some(audit('AuditStarted', job))) {
                await convicted(job, from, INSURED);
                continue;
            }
            const done = await candor(lies.field.hosts[0]!.node, '//Alice//stash', 'challenge', String(job), '--yes');
            const stash = account('//Alice//stash').address;
            assert.match(await convicted(job, from, INSURED, stash), /falseRun/i, JSON.stringify(done));
            break;
        }
        await setParameter(api, 'Audits', 'MaxRate', 1_000_000);
    });

    test('liar should be convicted when it gives the answer of the call before', { skip: !ALL }, async () => {
        await lies.tell('cached');
        await lies.stake();
        await lies.ask(0n);
        const { job, from } = await lies.ask(0n);
        assert.match(await convicted(job, from, 0n), /falseRun/i);
    });

    test('host should be harmless when it withholds its result', { skip: !ALL }, async () => {
        await lies.tell('withhold-result');
        await lies.stake();
        const { job, from } = await lies.ask(0n);
        const late = await awaitEvent(api, from, (e) => e.name === 'jobs.HostNoShow' && Number(big(e.data.job)) === job, 'a no-show');
        assert.ok(big(late.data.penalty) > 0n);
        const end = await awaitEvent(api, from, (e) => e.name === 'jobs.JobExpired' && Number(big(e.data.job)) === job, 'the refund');
        assert.equal(big(end.data.refunded), FEE);
    });

    test('liar should be convicted when nobody else can have the inputs of its call', { skip: !ALL }, async () => {
        const input = states(1_000);
        let gone = false;
        // Where the requester put them, until the answer is there.
        const files = await Files.start(() => {
            if (gone) throw new Error('gone');
            return Buffer.from(input.data);
        });
        try {
            await lies.tell('withhold-input');
            await lies.stake();
            const { job, from } = await lies.ask(INSURED, content([input], files.url));
            await awaitEvent(api, from, (e) => e.name === 'jobs.ResultDelivered' && Number(big(e.data.job)) === job, 'the answer');
            gone = true;
            const asked = await awaitEvent(api, from, (e) => e.name === 'audits.InputAskedFor', 'the inputs are asked for', 240_000);
            assert.equal(asked.data.host, charlie.address, 'the first auditor is excused');
            const found = await awaitEvent(api, from, audit('InputWithheld', job), 'the conviction', 240_000);
            const { compensated, rewarded } = await taken(found);
            assert.equal(big(found.data.refunded), FEE);
            assert.equal(compensated, INSURED, 'the requester is made whole');
            assert.equal(rewarded, 0n, 'nobody proved anything');
            assert.equal(String((await ended(job, from)).data.result), 'Withheld');
        } finally {
            await files.stop();
        }
    });

    test('host should be slashed once when it does not open the calls of a session that were drawn', { skip: !ALL }, async () => {
        await lies.tell('withhold-sample');
        await lies.stake();
        const { node, worker } = lies.host;
        const release = String(lies.field.release);
        await until('the engine is ready', async () => (await fetch(`${node.engineUrl}/v2/models/${release}/ready`)).ok, 120_000);

        // It asks for nothing else, so that what it has can be told to the planck.
        const requester = account('//Bob//stash');
        const key = account('//a key for vouchers');
        const deposit = 3n * FEE;
        const expires = (await bestNumber(api)) + 500;
        const open = api.tx.sessions!.open!(lies.field.release, charlie.address, 16, FEE, deposit, expires, key.publicKey, false);
        const opened = await ok(api, open, requester);
        const start = await hashAt(opened.number - 1);
        const id = big(one(opened.events, 'sessions.SessionOpened').data.session);
        const receipts: { hash: Uint8Array; fee: bigint }[] = [];
        const name = lies.model.manifest.inputs[0]!.name;
        for (const index of [0, 1]) {
            const voucher = index === 0 ? undefined : voucherFor(api, id, receipts, key);
            const answer = await callIn(node.engineUrl, release, id, index, [{ ...states(2_000 + 5 * index), name }], voucher);
            assert.equal(answer.status, 200, JSON.stringify(answer.json));
            receipts.push(placeOf(answer.receipt!));
        }
        const voucher = voucherFor(api, id, receipts, key);
        const settled = await ok(api, api.tx.sessions!.settle!(voucher, worker.sign(payingHash(voucher))), eve);
        const batch = one(settled.events, 'sessions.SessionSettled').data;
        assert.deepEqual([batch.first, batch.calls, big(batch.fee)], [0, 2, 2n * FEE]);

        const of = (name: string) => (e: Happened) => e.name === `sessions.${name}` && big(e.data.session) === id;
        const missed = await awaitEvent(api, settled.number, of('SampleMissed'), 'the host is convicted', 240_000);
        const removed = await awaitEvent(api, missed.number, of('SessionRemoved'), 'nothing is left of the session');
        const events = (await history(api, opened.number)).filter(({ block }) => block <= removed.number);
        const data = (name: string) => events.filter(of(name)).map(({ data }) => data);
        assert.deepEqual(data('SampleDrawn').map(({ index }) => index).sort(), [0, 1], 'all calls were drawn');
        assert.deepEqual(data('ReceiptShown'), []);
        assert.equal(data('SampleMissed').length, 1, 'one slash, however many calls are not opened');
        assert.deepEqual(data('BatchPaid'), []);
        assert.deepEqual(data('SessionOverturned').map(({ refunded }) => big(refunded)), [deposit]);

        const { own, compensated, rewarded, burned } = await taken(missed);
        assert.deepEqual([compensated, rewarded], [0n, 0n], 'nobody proved anything, and nothing was insured');
        const issued = async (block: string) => big((await (await api.at(block)).query.balances!.totalIssuance!()).toString());
        assert.equal((await issued(await hashAt(missed.number - 1))) - (await issued(missed.block)), burned);
        const gain = async (who: string) => (await wealth(api, who, removed.block)) - (await wealth(api, who, start));
        assert.equal(await gain(requester.address), -opened.fee, 'the requester has everything back but for the fee of opening');
        const held = async (block: string) => (await balances(api, requester.address, block)).reserved;
        assert.equal(await held(removed.block), await held(start), 'free to use');
        assert.equal(await gain(charlie.address), -own, 'the host has nothing for its answers');
    });

    for (const lie of ['withhold-digest', 'wrong-digest', 'stale-trace']) {
        test(`right answer should stand when its host tells ${lie}`, { skip: !ALL }, async () => {
            await lies.tell(lie);
            await lies.stake();
            const { job, from } = await lies.ask(0n);
            const end = await ended(job, from);
            assert.match(String(end.data.result), lie === 'wrong-digest' ? /Inconclusive|Unaudited/ : /Clean/);
            await final(job, from);
        });
    }

    /** Have Charlie audit a call of Ferdie. Gives the job, the block that has it, and the audit. */
    const audits = async (payload = lies.payload()): Promise<{ job: number; from: number; id: bigint }> => {
        await lies.stake(MOST);
        for (let round = 0; round < 12; round += 1) {
            const { job, from } = await lies.ask(0n, payload, ferdie);
            const started = await awaitEvent(api, from, audit('AuditStarted', job), 'the audit starts');
            const id = big(started.data.audit);
            const first = (e: Happened) => e.name === 'audits.AuditorDrawn' && big(e.data.audit) === id;
            const drawn = await awaitEvent(api, started.number, first, 'an auditor is drawn');
            if (drawn.data.auditor === charlie.address) return { job, from, id };
            await ended(job, from);
        }
        return assert.fail('Charlie is never drawn');
    };

    /** What happened in an audit up to a block. */
    const course = async (id: bigint, from: number, to: number): Promise<Happened[]> => {
        const events = (await history(api, from)).filter(({ block }) => block <= to);
        return events.filter(({ name, data }) => /^audits\./.test(name) && data.audit !== undefined && big(data.audit) === id);
    };

    test('honest host should lose nothing when an auditor accuses it falsely', { skip: !ALL }, async () => {
        await lies.tell('false-accusation');
        const before = big((await lies.pool(ferdie)).own);
        const { job, from } = await audits();
        assert.equal(String((await ended(job, from)).data.result), 'Accused');
        const upheld = await awaitEvent(api, from, (e) => /ReceiptUpheld|HostConvicted/.test(e.name) && about(job)(e), 'a verdict', 240_000);
        assert.equal(upheld.name, 'challenges.ReceiptUpheld');
        assert.equal(big((await lies.pool(ferdie)).own), before, 'nothing was taken from the honest host');
        const settled = await awaitEvent(api, upheld.number, (e) => e.name === 'challenges.ClaimSettled', 'the claim is settled');
        assert.equal(settled.data.who, charlie.address);
        assert.ok(big(settled.data.penalty) > 0n, 'the accuser paid');
    });

    /**
     * Charlie, who did not run the call, audits Ferdie: it finds the receipt right, and is not believed. Eve looks, too, is
     * believed, and is the only one who is paid; nobody loses anything. Gives the digest that Charlie showed.
     */
    const disbelieved = async (payload?: Record<string, unknown>): Promise<string> => {
        const { job, from, id } = await audits(payload);
        const end = await ended(job, from);
        assert.equal(String(end.data.result), 'Clean');
        const happened = await course(id, from, end.number);
        const who = ({ name, data }: Happened) => [name.replace('audits.', ''), data.auditor ?? data.host];
        assert.deepEqual(happened.map(who), [
            ['AuditStarted', undefined],
            ['AuditorDrawn', charlie.address],
            ['VerdictSealed', charlie.address],
            ['DigestPublished', ferdie.address],
            ['VerdictRevealed', charlie.address],
            ['DigestsDiffer', charlie.address],
            ['AuditorDrawn', eve.address],
            ['VerdictSealed', eve.address],
            ['DigestPublished', ferdie.address],
            ['VerdictRevealed', eve.address],
            ['AuditorPaid', eve.address],
            ['AuditEnded', undefined],
        ]);
        const named = (name: string) => happened.filter((e) => e.name === `audits.${name}`).map(({ data }) => data);
        const [told, found] = named('VerdictRevealed');
        const [first, second] = named('DigestPublished');
        assert.deepEqual(told!.outcome, found!.outcome, 'both find the receipt right');
        assert.notEqual(told!.digest, first!.digest);
        assert.equal(found!.digest, second!.digest);
        assert.notEqual(first!.digest, second!.digest, 'each round asks for something else');
        // A thousandth of a CNDR, and 1.18 fees.
        const [pay] = named('AuditorPaid');
        assert.deepEqual([big(pay!.paid), big(pay!.unpaid)], [MILLI + (118n * PRICE.perCall) / 100n, 0n]);

        const start = await hashAt(from - 1);
        assert.equal(await wealth(api, charlie.address, end.block), await wealth(api, charlie.address, start), 'Charlie has nothing of it');
        assert.equal((await lies.pool(ferdie, end.block)).own, (await lies.pool(ferdie, start)).own, 'nothing was taken from Ferdie');
        const events = (await history(api, from)).filter(({ block }) => block <= end.number);
        const punished = events.filter(({ name }) => /^(stakePools\.(Penalised|Slashed)|audits\.ProfileSuspended)$/.test(name));
        assert.deepEqual(punished, []);
        await final(job, from);
        return String(told!.digest);
    };

    test('auditor should earn nothing and harm nobody when it finds receipts right in its sleep', { skip: !ALL }, async () => {
        await lies.tell('asleep');
        await disbelieved();
    });

    test('auditor should earn nothing and harm nobody when it copies a digest off the chain', { skip: !ALL }, async () => {
        const file = join(folder, 'digest');
        writeFileSync(file, '');
        await lies.tell(`copied-digest:${file}`);
        const payload = inline([states(3_000)]);
        // As long as there is nothing to copy, it is honest.
        const { job, from, id } = await audits(payload);
        const end = await ended(job, from);
        assert.equal(String(end.data.result), 'Clean');
        const happened = await course(id, from, end.number);
        assert.equal(one(happened, 'audits.AuditorPaid').data.auditor, charlie.address);
        await final(job, from);
        // What Ferdie showed of the very same call, for another audit.
        const digest = String(one(happened, 'audits.DigestPublished').data.digest);
        writeFileSync(file, digest);
        assert.equal(await disbelieved(payload), digest);
    });

    test('equivocation should convict when anybody shows both receipts', { skip: !ALL }, async () => {
        const file = join(folder, 'second');
        writeFileSync(file, '');
        await lies.tell(`equivocate:${file}`);
        await lies.stake();
        const { job, from } = await lies.ask(0n);
        await awaitEvent(api, from, (e) => e.name === 'jobs.ResultDelivered', 'the answer');
        // SCALE of the receipt, then 64 bytes of signature.
        const bytes = hexToU8a(`0x${readFileSync(file, 'utf8').trim().split('\n').at(-1)!}`);
        const [receipt, signature] = [bytes.slice(0, -64), bytes.slice(-64)];
        const report = api.tx.challenges!.reportEquivocation!(api.createType(receiptType(api), receipt), signature);
        await ok(api, report, bob);
        assert.match(await convicted(job, from, 0n, bob.address), /equivocation/i);
    });

    test('no lie should be left out when all are told', { skip: !ALL }, async () => {
        assert.deepEqual([...lies.told].sort(), (await known()).sort());
    });
});

/** Name of the type of a receipt in the chain's metadata. */
const receiptType = (api: ApiPromise): string => api.tx.challenges!.reportEquivocation!.meta.args[0]!.type.toString();
