// A host that lies: drawn, audited, accused, convicted by the chain, slashed, all by itself; amounts to the planck.
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
    big,
    bob,
    charlie,
    CNDR,
    dave,
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
import { Field, liar } from '../lib/field.js';
import { Files } from '../lib/files.js';
import { content, inline } from '../lib/model.js';
import { otherGraph, perceptron, states } from '../lib/shapes.js';

const INSURED = 100n * MILLI;
const OWN = 100n * CNDR;

interface Slashed {
    selfStake: string;
    delegated: string;
    missing: string;
    compensated: string;
    rewarded: string;
    burned: string;
}
interface Pool {
    own: string;
    delegated: string;
    required: string;
}

describe('lies', { timeout: process.env.E2E_LIES === 'all' ? 2_400_000 : 900_000 }, () => {
    let field: Field;
    let folder: string;
    let other: string;
    let seed = 0;

    before(async () => {
        const model = await perceptron();
        other = await otherGraph();
        folder = scratch('lies');
        const price = { perCall: CNDR, perUnit: 0n, capacity: 64 };
        field = await Field.start(model, dave, [
            { who: ferdie },
            { who: eve },
            { who: charlie, lie: ['--lie', 'flip-output'], stake: OWN, price },
        ]);
    });
    after(() => field?.stop());

    const pool = async (block?: string): Promise<Pool> => {
        const at = block === undefined ? field.api : await field.api.at(block);
        return (await at.call.stakeApi!.pool!(charlie.address)).toJSON() as unknown as Pool;
    };

    /** Have Charlie's engine tell another lie. */
    const tell = async (lie: string): Promise<void> => {
        const host = field.hosts[2]!;
        await host.node.stop();
        host.node.options.enginePath = liar(lie.replaceAll(/[^a-z]/g, '-'), ['--lie', lie]);
        await host.node.up();
    };

    /** Charlie's own stake as at first, and Dave's behind it. */
    const stake = async (): Promise<void> => {
        const { api } = field;
        const { own, delegated } = await pool();
        if (big(own) < OWN) await ok(api, api.tx.stakePools!.stake!(charlie.address, OWN - big(own)), charlie);
        if (big(delegated) < 2n * OWN) {
            await ok(api, api.tx.stakePools!.stake!(charlie.address, 2n * OWN - big(delegated)), dave);
        }
        await ok(api, api.tx.hosts!.reweigh!(charlie.address), bob);
    };

    /** Ask Charlie; gives the job. */
    const ask = async (insured: bigint, payload?: Record<string, unknown>): Promise<{ job: number; from: number }> => {
        const { api } = field;
        seed += 1;
        const options = { host: charlie.address, redundancy: 1, insured, attested: false };
        const tx = api.tx.jobs!.submitWith!(field.release, payload ?? inline([states(seed * 5)]), CNDR, options);
        const sent = await ok(api, tx, bob);
        return { job: Number(big(one(sent.events, 'jobs.JobSubmitted').data.job)), from: sent.number };
    };

    const about = (job: number) => (event: Happened) =>
        (event.data.key as { path?: { job?: number } } | undefined)?.path?.job === job;

    /** Charlie is convicted of this job; everybody has exactly what the event says. */
    const convicted = async (job: number, from: number, insured: bigint, by?: string): Promise<string> => {
        const { api } = field;
        const found = await awaitEvent(
            api,
            from,
            (e) => (e.name === 'challenges.HostConvicted' || e.name === 'challenges.ReceiptUpheld') && about(job)(e),
            `a verdict about job ${job}`,
            240_000,
        );
        assert.equal(found.name, 'challenges.HostConvicted', JSON.stringify(found.data));
        const parent = (await api.rpc.chain.getBlockHash(found.number - 1)).toHex();
        const slashed = found.data.slashed as unknown as Slashed;
        const [own, delegated, missing] = [big(slashed.selfStake), big(slashed.delegated), big(slashed.missing)];
        const [compensated, rewarded, burned] = [big(slashed.compensated), big(slashed.rewarded), big(slashed.burned)];
        const [pool0, pool1] = [await pool(parent), await pool(found.block)];
        assert.ok(own + delegated + missing >= big(pool0.required), 'at least what was required');
        assert.equal(own + delegated, compensated + rewarded + burned, 'what was taken went somewhere');
        assert.equal(compensated, insured, 'the requester is made whole');
        assert.equal(big(found.data.refunded), CNDR, 'and has its fee back');
        assert.equal(big(pool0.own) - big(pool1.own), own, 'own stake');
        assert.equal(big(pool0.delegated) - big(pool1.delegated), delegated, 'delegated stake');
        assert.ok(rewarded > 0n && burned >= rewarded, 'most of it is burned');
        const held = async (block: string): Promise<bigint> => (await balances(api, bob.address, block)).reserved;
        assert.ok((await held(parent)) - (await held(found.block)) >= CNDR, 'nothing is held for the job any more');
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
    for (const [lie, offence] of process.env.E2E_LIES === 'all' ? all : some) {
        test(`liar should be convicted when it tells ${lie}`, async () => {
            await tell(['other-model', 'stale-release'].includes(lie) ? `${lie}:${other}` : lie);
            await stake();
            const { job, from } = await ask(INSURED);
            assert.match(await convicted(job, from, INSURED), offence);
        });
    }

    test('liar should be convicted when a stranger challenges it from the command line', async () => {
        const { api } = field;
        // Two of a hundred receipts are drawn: the others are found out by who looks.
        await setParameter(api, 'Audits', 'MaxRate', 20_000);
        await tell('flip-hidden');
        for (;;) {
            await stake();
            const { job, from } = await ask(INSURED);
            const answer = (e: Happened) => e.name === 'jobs.ResultDelivered' && Number(big(e.data.job)) === job;
            const { number } = await awaitEvent(api, from, answer, 'the answer');
            await untilBlock(api, number + 3);
            const events = await history(api, number);
            if (events.some((e) => e.name === 'audits.AuditStarted' && about(job)(e))) {
                await convicted(job, from, INSURED);
                continue;
            }
            const done = await candor(field.hosts[0]!.node, '//Alice//stash', 'challenge', String(job), '--yes');
            const stash = account('//Alice//stash').address;
            assert.match(await convicted(job, from, INSURED, stash), /falseRun/i, JSON.stringify(done));
            break;
        }
        await setParameter(api, 'Audits', 'MaxRate', 1_000_000);
    });

    test('liar should be convicted when it gives the answer of the call before', { skip: process.env.E2E_LIES !== 'all' }, async () => {
        await tell('cached');
        await stake();
        await ask(0n);
        const { job, from } = await ask(0n);
        assert.match(await convicted(job, from, 0n), /falseRun/i);
    });

    test('host should be harmless when it withholds its result', { skip: process.env.E2E_LIES !== 'all' }, async () => {
        await tell('withhold-result');
        await stake();
        const { job, from } = await ask(0n);
        const { api } = field;
        const late = await awaitEvent(api, from, (e) => e.name === 'jobs.HostNoShow' && Number(big(e.data.job)) === job, 'a no-show');
        assert.ok(big(late.data.penalty) > 0n);
        const end = await awaitEvent(api, from, (e) => e.name === 'jobs.JobExpired' && Number(big(e.data.job)) === job, 'the refund');
        assert.equal(big(end.data.refunded), CNDR);
    });

    test('liar should be convicted when nobody else can have the inputs of its call', { skip: process.env.E2E_LIES !== 'all' }, async () => {
        const { api } = field;
        const input = states(1_000);
        let gone = false;
        // Where the requester put them, until the answer is there.
        const files = await Files.start(() => {
            if (gone) throw new Error('gone');
            return Buffer.from(input.data);
        });
        try {
            await tell('withhold-input');
            await stake();
            const { job, from } = await ask(INSURED, content([input], files.url));
            await awaitEvent(api, from, (e) => e.name === 'jobs.ResultDelivered' && Number(big(e.data.job)) === job, 'the answer');
            gone = true;
            const asked = await awaitEvent(api, from, (e) => e.name === 'audits.InputAskedFor', 'the inputs are asked for', 240_000);
            assert.equal(asked.data.host, charlie.address, 'the first auditor is excused');
            const found = await awaitEvent(api, from, (e) => e.name === 'audits.InputWithheld' && about(job)(e), 'the conviction', 240_000);
            const slashed = found.data.slashed as unknown as Slashed;
            assert.equal(big(found.data.refunded), CNDR);
            assert.equal(big(slashed.compensated), INSURED, 'the requester is made whole');
            assert.equal(big(slashed.rewarded), 0n, 'nobody proved anything');
            const end = await awaitEvent(api, from, (e) => e.name === 'audits.AuditEnded' && about(job)(e), 'the audit ends');
            assert.equal(String(end.data.result), 'Withheld');
        } finally {
            await files.stop();
        }
    });

    for (const lie of ['withhold-digest', 'wrong-digest', 'stale-trace']) {
        test(`right answer should stand when its host tells ${lie}`, { skip: process.env.E2E_LIES !== 'all' }, async () => {
            await tell(lie);
            await stake();
            const { job, from } = await ask(0n);
            const end = await awaitEvent(field.api, from, (e) => e.name === 'audits.AuditEnded' && about(job)(e), 'the audit ends', 240_000);
            assert.match(String(end.data.result), lie === 'wrong-digest' ? /Inconclusive|Unaudited/ : /Clean/);
            await awaitEvent(field.api, from, (e) => e.name === 'jobs.JobFinalised' && Number(big(e.data.job)) === job, 'the job is final', 120_000);
        });
    }

    test('honest host should lose nothing when an auditor accuses it falsely', { skip: process.env.E2E_LIES !== 'all' }, async () => {
        const { api } = field;
        await tell('false-accusation');
        await stake();
        const before = big(((await api.call.stakeApi!.pool!(ferdie.address)).toJSON() as unknown as Pool).own);
        // Ferdie works; Charlie audits sooner or later.
        for (let round = 0; round < 40; round += 1) {
            seed += 1;
            const options = { host: ferdie.address, redundancy: 1, insured: 0, attested: false };
            const sent = await ok(api, api.tx.jobs!.submitWith!(field.release, inline([states(seed)]), CNDR, options), bob);
            const job = Number(big(one(sent.events, 'jobs.JobSubmitted').data.job));
            const end = await awaitEvent(api, sent.number, (e) => e.name === 'audits.AuditEnded' && about(job)(e), 'the audit ends', 240_000);
            if (String(end.data.result) !== 'Accused') continue;
            const upheld = await awaitEvent(api, sent.number, (e) => /ReceiptUpheld|HostConvicted/.test(e.name) && about(job)(e), 'a verdict', 240_000);
            assert.equal(upheld.name, 'challenges.ReceiptUpheld');
            const after = big(((await api.call.stakeApi!.pool!(ferdie.address)).toJSON() as unknown as Pool).own);
            assert.equal(after, before, 'nothing was taken from the honest host');
            const settled = await awaitEvent(api, upheld.number, (e) => e.name === 'challenges.ClaimSettled', 'the claim is settled');
            assert.equal(settled.data.who, charlie.address);
            assert.ok(big(settled.data.penalty) > 0n, 'the accuser paid');
            return;
        }
        assert.fail('Charlie never audited');
    });

    test('equivocation should convict when anybody shows both receipts', { skip: process.env.E2E_LIES !== 'all' }, async () => {
        const { api } = field;
        const file = join(folder, 'second');
        writeFileSync(file, '');
        await tell(`equivocate:${file}`);
        await stake();
        const { job, from } = await ask(0n);
        await awaitEvent(api, from, (e) => e.name === 'jobs.ResultDelivered', 'the answer');
        // SCALE of the receipt, then 64 bytes of signature.
        const bytes = hexToU8a(`0x${readFileSync(file, 'utf8').trim().split('\n').at(-1)!}`);
        const [receipt, signature] = [bytes.slice(0, -64), bytes.slice(-64)];
        const report = api.tx.challenges!.reportEquivocation!(api.createType(receiptType(api), receipt), signature);
        await ok(api, report, bob);
        assert.match(await convicted(job, from, 0n, bob.address), /equivocation/i);
    });
});

/** Name of the type of a receipt in the chain's metadata. */
const receiptType = (api: ApiPromise): string => api.tx.challenges!.reportEquivocation!.meta.args[0]!.type.toString();
