// An upgrade, rehearsed: a chain that the last release of the runtime began, full of open business, goes on with the runtime
// of this build. Nothing is lost, nothing stands still, no program is started anew.
//
// E2E_RUNTIME=FILE upgrades to the runtime in a file instead: one that was proposed, for instance.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { AnyJson } from '@polkadot/types-codec/types';
import { stringToU8a } from '@polkadot/util';
import { encodeAddress } from '@polkadot/util-crypto';
import {
    account,
    alice,
    awaitEvent,
    balances,
    bestNumber,
    big,
    bob,
    charlie,
    CNDR,
    dave,
    errorName,
    eve,
    eventsAt,
    ferdie,
    type Happened,
    history,
    MILLI,
    ok,
    one,
    rpc,
    setParameter,
    untilBlock,
    untilFinalized,
    SS58,
} from '../lib/chain.js';
import { hash, TAG, u8 } from '../lib/commitments.js';
import { scratch } from '../lib/env.js';
import { Field } from '../lib/field.js';
import { inline, type Prepared } from '../lib/model.js';
import { run, until } from '../lib/process.js';
import { Proxy } from '../lib/proxy.js';
import { newRuntime, releasedChain } from '../lib/runtimes.js';
import { infer, payment, placeOf, sessionAt, voucherFor } from '../lib/sessions.js';
import { perceptron, states } from '../lib/shapes.js';

/** What a call may cost. */
const FEE = CNDR;
const STAKE = 100n * CNDR;
const UNSTAKED = 30n * CNDR;
/** Blocks that everything open lasts, so that it is open when the upgrade comes. */
const LONG = 60;
/** Blocks for answers of machines that are off when the upgrade comes, and have a runtime to compile afterwards. */
const PATIENT = 200;
/** Events of a block in which money went from one account to another by itself. */
const PAID = /HostPaid|BatchPaid|AuditorPaid|Slashed|Penalised|JobFinalised|JobExpired|SessionEnded|ClaimSettled/;

interface Books {
    issuance: bigint;
    /** Free and on hold, by account. */
    accounts: Record<string, readonly [bigint, bigint]>;
    /** Pools with their stake and what their hosts answer for, positions of stakers. */
    stake: unknown;
}

/** The account of a pallet's id. */
const pot = (id: string): string => encodeAddress(stringToU8a(`modl${id}`.padEnd(32, '\0')), SS58);

/** What migrations move, by the release that they begin with: planck that accounts have more of, free. */
const MOVED: Record<number, [string, bigint][]> = {
    // The account that fees lie in until a block ends exists by a deposit of the treasury's.
    100: [[pot('cndrtrsy'), -MILLI], [pot('cndrfees'), MILLI]],
};

describe('upgrade', { timeout: 1_200_000 }, () => {
    let field: Field;
    let api: ApiPromise;
    let model: Prepared;
    let released: number;
    let start: bigint;
    /** Jobs by what becomes of them. */
    const jobs: Record<string, { id: bigint; from: number }> = {};
    let session: { id: bigint; from: number };
    let upgraded: number;
    let proxy: Proxy;
    /** The session of the proxy. */
    let proxied: bigint;
    let seed = 0;
    const key = account('//a key for vouchers');
    const receipts: { hash: Uint8Array; fee: bigint }[] = [];

    before(async () => {
        model = await perceptron();
        const { spec, version } = await releasedChain();
        released = version;
        const plans = [{ who: ferdie }, { who: eve }, { who: charlie, lie: ['--lie', 'flip-output'] }];
        field = await Field.start(model, dave, plans, spec);
        api = field.api;
    });
    after(async () => {
        await proxy?.stop().catch(() => {});
        await field?.stop();
    });

    const books = async (number: number): Promise<Books> => {
        const block = (await api.rpc.chain.getBlockHash(number)).toHex();
        const at = await api.at(block);
        const entries = await at.query.system!.account!.entries();
        const accounts = entries.map(([name, value]) => {
            const { data } = value as unknown as { data: { free: { toBigInt(): bigint }; reserved: { toBigInt(): bigint } } };
            return [name.args[0]!.toString(), [data.free.toBigInt(), data.reserved.toBigInt()]] as const;
        });
        const pools = (await at.call.stakeApi!.pools!(null, 100)).toJSON();
        const positions = (await at.call.stakeApi!.positions!(bob.address, null, 100)).toJSON();
        const issuance = big((await at.query.balances!.totalIssuance!()).toString());
        return { issuance, accounts: Object.fromEntries(accounts), stake: { pools, positions } };
    };
    const owned = ({ accounts }: Books): bigint => Object.values(accounts).reduce((sum, [free, held]) => sum + free + held, 0n);

    /** A file with the whole state of a block, looked at by the runtime's own invariants. */
    const inspect = async (number: number): Promise<void> => {
        const program = process.env.E2E_RUNTIME_TESTS;
        if (program === undefined) throw new Error('E2E_RUNTIME_TESTS names no program: e2e/run builds it');
        const file = join(scratch('state'), 'pairs.json');
        const block = (await api.rpc.chain.getBlockHash(number)).toHex();
        writeFileSync(file, JSON.stringify(await rpc(api, 'state_getPairs', '0x', block)));
        const { stdout } = await run(program, ['--ignored', '--nocapture', 'state_should_be_clean'], false, { CANDOR_STATE: file });
        assert.match(stdout, /1 passed/);
    };

    /** Have root put another runtime in place. Until it is in a block nothing is read whose types may change by it. */
    const replace = async (name: string, code: string) => {
        const tx = api.tx.sudo!.sudoUncheckedWeight!(api.tx.system![name]!(code), { refTime: 0, proofSize: 0 });
        const signed = (await tx.signAsync(alice, { nonce: -1 })).toHex();
        let next = (await bestNumber(api)) + 1;
        await rpc(api, 'author_submitExtrinsic', signed);
        const found = await until('the upgrade is in a block', async () => {
            for (const best = await bestNumber(api); next <= best; next += 1) {
                const block = await rpc<string>(api, 'chain_getBlockHash', next);
                const { block: { extrinsics } } = await rpc<{ block: { extrinsics: string[] } }>(api, 'chain_getBlock', block);
                const index = extrinsics.indexOf(signed);
                if (index >= 0) return { block, index, number: next };
            }
            return undefined;
        });
        // The new runtime's metadata are those of the block that it makes first.
        await untilBlock(api, found.number + 1);
        api = await field.hosts[0]!.node.reconnect();
        const events = (await eventsAt(api, found.block)).filter(({ extrinsic }) => extrinsic === found.index);
        const { err } = one(events, 'sudo.Sudid').data.sudoResult as { err?: AnyJson };
        const paid = events.find((event) => event.name === 'transactionPayment.TransactionFeePaid');
        const fee = paid ? big(paid.data.actualFee) : 0n;
        return { number: found.number, events, fee, error: err === undefined ? undefined : errorName(api, err) };
    };

    const ask = async (host: KeyringPair, insured = 0n): Promise<{ id: bigint; from: number }> => {
        seed += 1;
        const options = { host: host.address, redundancy: 1, insured, attested: false };
        const tx = api.tx.jobs!.submitWith!(field.release, inline([states(seed * 5)]), FEE, options);
        const sent = await ok(api, tx, bob);
        return { id: big(one(sent.events, 'jobs.JobSubmitted').data.job), from: sent.number };
    };
    const about = (id: bigint, name: string) => (event: Happened): boolean => {
        const job = event.data.job ?? (event.data.key as { path?: { job?: number } } | undefined)?.path?.job;
        return event.name === name && job !== undefined && big(job) === id;
    };
    const happens = (job: { id: bigint; from: number }, name: string, timeout = 240_000) =>
        awaitEvent(api, job.from, about(job.id, name), `${name} of job ${job.id}`, timeout);

    const call = async (): Promise<void> => {
        const url = field.hosts[0]!.node.engineUrl;
        const input = { ...states(1_000 + receipts.length * 5), name: model.manifest.inputs[0]!.name };
        const voucher = receipts.length === 0 ? undefined : voucherFor(api, session.id, receipts, key);
        const answer = await until('the host answers', async () => {
            const found = await infer(url, String(field.release), [input], payment(session.id, receipts.length, voucher));
            return found.json.payment?.problem === 'unknown_session' ? undefined : found;
        });
        assert.equal(answer.status, 200, JSON.stringify(answer.json));
        const place = placeOf(answer.receipt!);
        assert.deepEqual([place.session, place.index], [session.id, receipts.length]);
        receipts.push({ hash: place.hash, fee: place.fee });
    };

    /** Call by the proxy, which knows nothing of runtimes; gives the session that paid. */
    const callProxy = async (): Promise<bigint> => {
        seed += 1;
        const answer = await infer(proxy.url, model.manifest.name, [{ ...states(seed * 5), name: model.manifest.inputs[0]!.name }]);
        assert.equal(answer.status, 200, JSON.stringify(answer.json));
        return placeOf(answer.receipt!).session;
    };

    test('released runtime should be full of open business before the upgrade', async () => {
        assert.equal(api.runtimeVersion.specVersion.toNumber(), released);
        start = (await books(0)).issuance;
        await ok(api, api.tx.stakePools!.stake!(ferdie.address, STAKE), bob);
        jobs.finished = await ask(ferdie);
        await happens(jobs.finished, 'jobs.JobFinalised');

        for (const [pallet, name, value] of [
            ['Jobs', 'FinalityWindow', LONG],
            ['Hosts', 'UnbondingPeriod', LONG],
            ['Jobs', 'ResultDeadline', PATIENT],
            ['Audits', 'SealDeadline', PATIENT],
            // Whatever is answered is audited, in a long window too.
            ['Audits', 'AuditsPerWindow', 1_000_000],
        ] as const) {
            await setParameter(api, pallet, name, value);
        }
        await ok(api, api.tx.stakePools!.unstake!(ferdie.address, UNSTAKED), bob);

        const expires = (await bestNumber(api)) + 1_000;
        const tx = api.tx.sessions!.open!(field.release, ferdie.address, 16, FEE, 10n * FEE, expires, key.publicKey, false);
        const opened = await ok(api, tx, bob);
        session = { id: big(one(opened.events, 'sessions.SessionOpened').data.session), from: opened.number };
        await call();
        await call();
        const voucher = voucherFor(api, session.id, receipts, key);
        const accepted = field.hosts[0]!.worker.sign(hash(u8(TAG.voucher), voucher.subarray(0, -64)));
        await ok(api, api.tx.sessions!.settle!(voucher, accepted), bob);
        await call();
        const payer = '//Alice//stash';
        proxy = await Proxy.start(field.hosts[0]!.node, payer, ['--budget', '50', '--deposit', '2', '--hosts', ferdie.address]);
        proxied = await callProxy();

        // Eve's machine is off: what she is asked stays unanswered.
        await field.hosts[1]!.node.stop();
        jobs.open = await ask(eve);
        jobs.lie = await ask(charlie, 10n * MILLI);
        await happens(jobs.lie, 'jobs.ResultDelivered');
        // So is the liar's: nobody is left to audit Ferdie.
        await field.hosts[2]!.node.stop();
        jobs.audited = await ask(ferdie);
        await happens(jobs.audited, 'audits.AuditStarted');
        jobs.disputed = await ask(ferdie);
        await happens(jobs.disputed, 'jobs.ResultDelivered');
        const receipt = { path: { Job: jobs.disputed.id }, host: ferdie.address };
        await ok(api, api.tx.challenges!.challenge!(receipt), account('//Alice//stash'));
    });

    test('books should be the same to the planck when the runtime is another one', async (t) => {
        const code = await newRuntime();
        let done = await replace('setCode', code);
        // Right after a release, this build is the release.
        const same = done.error === 'system.SpecVersionNeedsToIncrease';
        if (same) {
            t.diagnostic('this build has the version of the release: it takes its own place');
            done = await replace('setCodeWithoutChecks', code);
        }
        assert.equal(done.error, undefined);
        one(done.events, 'system.CodeUpdated');
        upgraded = done.number + 1;
        await untilBlock(api, upgraded);
        const [last, first] = [await books(done.number), await books(upgraded)];
        for (const side of [last, first]) assert.equal(owned(side), side.issuance, 'all money belongs to somebody');
        const alone = await books(done.number - 1);
        assert.equal(alone.accounts[alice.address]![0] - last.accounts[alice.address]![0], done.fee, 'the upgrade costs its fee');
        const events = await eventsAt(api, (await api.rpc.chain.getBlockHash(upgraded)).toHex());
        const paid = events.filter(({ name }) => PAID.test(name)).map(({ name }) => name);
        for (const [who, amount] of same ? [] : (MOVED[released] ?? [])) {
            const [free, held] = last.accounts[who] ?? [0n, 0n];
            last.accounts[who] = [free + amount, held];
        }
        if (paid.length === 0) assert.deepEqual(first, last, 'accounts, pools and positions');
        else t.diagnostic(`money moved in the first block by itself: ${paid.join(', ')}`);
        assert.equal(api.runtimeVersion.specVersion.toNumber() > released, !same);
        for (const [name, map] of [['sessions', 'sessions'], ['audits', 'audits'], ['challenges', 'disputes']] as const) {
            assert.ok((await api.query[name]![map]!.keys()).length > 0, `${map} are open`);
        }
        for (const name of ['open', 'audited', 'disputed', 'lie']) {
            assert.ok(!(await api.query.jobs!.jobs!(jobs[name]!.id)).isEmpty, `the job "${name}" is open`);
        }
        await inspect(done.number - 1);
        await inspect(upgraded);
    });

    test('open business should come to its end when the runtime is another one', async () => {
        await Promise.all(field.hosts.slice(1).map(({ node }) => node.up()));
        const answered = await happens(jobs.open!, 'jobs.ResultDelivered');
        assert.ok(answered.number >= upgraded);
        await setParameter(api, 'Jobs', 'FinalityWindow', 10);

        await call();
        const spent = receipts.reduce((sum, { fee }) => sum + fee, 0n);
        const held = (await sessionAt(api, session.id))!;
        assert.equal(held.settledCalls, 2);
        const closed = await ok(api, api.tx.sessions!.close!(session.id, null), bob);
        const mine = (name: string) => (event: Happened) => event.name === name && big(event.data.session) === session.id;
        // The fourth call has no voucher: it is the host's to lose. The third was paid with the fourth.
        const vouched = spent - receipts.at(-1)!.fee;
        const end = await awaitEvent(api, closed.number, mine('sessions.SessionEnded'), 'the session ends', 240_000);
        assert.deepEqual([end.data.calls, big(end.data.fee), big(end.data.refunded)], [3, vouched, 10n * FEE - vouched]);

        assert.equal(await callProxy(), proxied, 'the proxy goes on');
        await proxy.stop();
        const over = (event: Happened) => event.name === 'sessions.SessionEnded' && big(event.data.session) === proxied;
        const last = await awaitEvent(api, upgraded, over, "the proxy's session ends", 240_000);
        assert.equal(last.data.calls, 2);

        const convicted = await happens(jobs.lie!, 'challenges.HostConvicted', 400_000);
        assert.ok(convicted.number >= upgraded);
        const upheld = await happens(jobs.disputed!, 'challenges.ReceiptUpheld', 400_000);
        assert.ok(upheld.number >= upgraded);
        const audited = await happens(jobs.audited!, 'audits.AuditEnded', 400_000);
        assert.ok(audited.number >= upgraded);
        assert.equal(audited.data.result, 'Clean');
        for (const job of [jobs.audited!, jobs.open!]) await happens(job, 'jobs.JobFinalised', 400_000);
        await awaitEvent(api, session.from, mine('sessions.SessionRemoved'), 'the session is removed', 400_000);

        const positions = (await api.call.stakeApi!.positions!(bob.address, null, 100)).toJSON() as unknown as {
            unbonding: { amount: string; at: number }[];
        }[];
        const [chunk] = positions[0]!.unbonding;
        await untilBlock(api, chunk!.at + 1);
        const had = await balances(api, bob.address);
        const done = await ok(api, api.tx.stakePools!.withdraw!(ferdie.address), bob);
        const has = await balances(api, bob.address, done.block);
        assert.equal(has.free - had.free + done.fee, big(chunk!.amount));
    });

    test('new work should be done and all money be accounted for at the end', async () => {
        const job = await ask(ferdie);
        await happens(job, 'jobs.JobFinalised', 400_000);
        const end = await untilFinalized(api, await bestNumber(api));
        const number = end.number.toNumber();
        const burned = (await history(api, 1, number)).reduce((sum, { name, data }) => {
            if (name === 'stakePools.WrittenOff') return sum + big(data.amount);
            return /^(stakePools\.(Slashed|Penalised)|challenges\.ClaimSettled)$/.test(name) ? sum + big(data.burned) : sum;
        }, 0n);
        const final = await books(number);
        assert.equal(owned(final), final.issuance);
        assert.equal(start - final.issuance, burned, 'what is gone was burned');
        assert.ok(burned > 0n, 'the liar lost something');
        await inspect(number);
        for (const { node } of field.hosts) {
            await untilFinalized(node.api, number);
            const theirs = await node.api.rpc.chain.getBlockHash(number);
            assert.ok(theirs.eq(end.hash), 'every node follows');
        }
    });
});
