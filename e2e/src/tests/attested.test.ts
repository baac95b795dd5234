// Attested hosts, on a chain whose runtime trusts the keys of the tests: evidence from a (played) machine through engine and
// command line onto the chain; jobs final in the short window and audited by the formula; a lie is convicted all the same, and
// costs the machine. The release runtime, on a chain beside it, refuses the same hardware.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { hexToU8a } from '@polkadot/util';
import { Machine } from '../lib/attesting.js';
import {
    account,
    alice,
    awaitEvent,
    big,
    bob,
    charlie,
    CNDR,
    dave,
    eve,
    ferdie,
    type Happened,
    type Included,
    MILLI,
    ok,
    one,
    send,
    setParameter,
    type Tx,
} from '../lib/chain.js';
import { candor, refused } from '../lib/cli.js';
import { built, scratch } from '../lib/env.js';
import { Field, PRICE } from '../lib/field.js';
import { inline } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { run, until } from '../lib/process.js';
import { testChain } from '../lib/runtimes.js';
import { perceptron, states } from '../lib/shapes.js';

/** What another machine whose attestations can be forged is taken to cost. */
const WORTH = 1_000n * CNDR;
/** Share of receipts without hardware that are drawn, in millionths. */
const RATE = 5_000n;
/** What an audit of a call for one CNDR pays. */
const PAY = MILLI + (CNDR * 118n) / 100n;
const PRICE_DEAR = { ...PRICE, perCall: CNDR };

const up = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;

interface View {
    whyNot: string | null;
    platform: string;
    since: number;
}

describe('attested hosts', { timeout: 900_000 }, () => {
    let field: Field;
    let honest: Machine;
    let lying: Machine;
    let seed = 0;

    before(async () => {
        const [spec, model] = [await testChain(), await perceptron()];
        honest = await Machine.start('honest');
        lying = await Machine.start('lying', '--platform', `0x${'5a'.repeat(64)}`);
        const plans = [
            { who: ferdie, tsm: honest.folder, price: PRICE_DEAR },
            { who: eve, price: { ...PRICE_DEAR, perCall: CNDR / 10n } },
            { who: charlie, tsm: lying.folder, lie: ['--lie', 'flip-hidden'], price: PRICE_DEAR },
        ];
        field = await Field.start(model, dave, plans, spec);
        // Few receipts are drawn, so that the levy is below its cap; of attested hosts fewer, as a machine to lose makes lies dear.
        const { api } = field;
        await setParameter(api, 'Audits', 'MinRate', 0);
        await setParameter(api, 'Audits', 'MaxRate', Number(RATE));
        await setParameter(api, 'Audits', 'MachineWorth', WORTH);
        // No receipt is final before it could be drawn: the next block draws.
        await setParameter(api, 'Audits', 'DrawBlocks', 1);
    });
    after(async () => {
        await field?.stop();
        await Promise.all([honest?.stop(), lying?.stop()]);
    });

    const view = async (who: KeyringPair): Promise<View | null> =>
        (await field.api.call.attestationsApi!.attestation!(who.address)).toJSON() as unknown as View | null;
    const sudo = (tx: Tx): Promise<Included> => ok(field.api, field.api.tx.sudo!.sudo!(tx), alice);
    const required = async (who: KeyringPair, block: number): Promise<bigint> => {
        const at = await field.api.at(await field.api.rpc.chain.getBlockHash(block));
        return big(((await at.call.stakeApi!.pool!(who.address)).toJSON() as { required: string }).required);
    };

    /** Ask one host, or whoever is drawn; gives the job. */
    const ask = async (host: KeyringPair | null, attested: boolean): Promise<{ job: number; from: number }> => {
        const { api } = field;
        seed += 1;
        const options = { host: host?.address ?? null, redundancy: 1, insured: 0, attested };
        const tx = api.tx.jobs!.submitWith!(field.release, inline([states(seed * 5)]), CNDR, options);
        const sent = await ok(api, tx, bob);
        return { job: Number(big(one(sent.events, 'jobs.JobSubmitted').data.job)), from: sent.number };
    };
    const of = (name: string, job: number) => (event: Happened): boolean => event.name === name && Number(big(event.data.job)) === job;
    const about = (job: number) => (event: Happened): boolean =>
        (event.data.key as { path?: { job?: number } } | undefined)?.path?.job === job;

    /** Blocks from the answer until the job was final, and what went to the auditors. */
    const settled = async ({ job, from }: { job: number; from: number }): Promise<{ host: string; blocks: number; levy: bigint; paid: number }> => {
        const { api } = field;
        const answered = await awaitEvent(api, from, of('jobs.ResultDelivered', job), `the answer to job ${job}`);
        const final = await awaitEvent(api, answered.number, of('jobs.HostPaid', job), `job ${job} is final`, 240_000);
        return {
            host: String(final.data.host),
            blocks: final.number - answered.number,
            levy: big(final.data.levy),
            paid: final.number,
        };
    };

    test('nobody should be attested when nothing was shown', async () => {
        const { api } = field;
        assert.equal(await view(ferdie), null);
        const tx = api.tx.jobs!.submitWith!(field.release, inline([states(1)]), CNDR, {
            host: ferdie.address,
            redundancy: 1,
            insured: 0,
            attested: true,
        });
        assert.equal((await send(api, tx, bob)).error, 'jobs.NoAttestedHost');
        const missing = await refused(field.hosts[0]!.node, '//Ferdie', 'attestation', 'submit');
        assert.match(String(missing.error.name), /NoCollateral/);
        // A machine without hardware says so, and pretends nothing.
        const answer = await fetch(`${field.hosts[1]!.node.engineUrl}/attestation?nonce=${'00'.repeat(32)}`);
        assert.equal(answer.status, 404);
        assert.equal(((await answer.json()) as { error: { code: string } }).error.code, 'not_attested');
        const without = await refused(field.hosts[1]!.node, '//Eve', 'attestation', 'submit');
        assert.match(without.error.message, /no TEE device/);
    });

    test('hosts should be attested when their evidence is brought on chain', async () => {
        const { api } = field;
        const { told } = honest;
        await ok(api, api.tx.intelAttestations!.refresh!(hexToU8a(told.bundle)), bob);
        const unknown = await refused(field.hosts[0]!.node, '//Ferdie', 'attestation', 'submit');
        assert.match(String(unknown.error.name), /NotAllowed/);
        await sudo(api.tx.intelAttestations!.allow!(hexToU8a(told.measurement_scale), 'candor-engine of this test', null, null));
        for (const [at, key] of [[0, '//Ferdie'], [2, '//Charlie']] as const) {
            const shown = await candor<{ attested: boolean; tee: string }>(field.hosts[at]!.node, key, 'attestation', 'submit');
            assert.deepEqual([shown.attested, shown.tee], [true, 'tdx'], JSON.stringify(shown));
        }
        assert.notEqual((await view(ferdie))!.platform, (await view(charlie))!.platform);
        const status = await candor<{ attestation: { attested: boolean } }>(field.hosts[0]!.node, '//Ferdie', 'host', 'status');
        assert.equal(status.attestation.attested, true, JSON.stringify(status));
        // Anybody can look for himself, against the chain's collateral: at the keys of the tests, and of Intel.
        const root = join(scratch('root'), 'root.der');
        writeFileSync(root, hexToU8a(told.root));
        const { node } = field.hosts[0]!;
        const checked = await candor(node, '//Bob', 'attestation', 'check', '//Ferdie', '--root', root);
        assert.equal(checked.ok, true, JSON.stringify(checked));
        const release = await run(
            built('candor'),
            ['attestation', 'check', '//Ferdie', '--json', '--url', node.url],
            true,
        );
        assert.equal(release.code, 1, 'the release trusts no key of the tests');
    });

    test('jobs should be final sooner and pay less for audits when their host is attested', async () => {
        const slow = await settled(await ask(ferdie, false));
        // Nobody else is idle: the rate is that of one open receipt.
        const fast = await settled(await ask(ferdie, true));
        assert.equal(fast.host, ferdie.address);
        assert.ok(fast.blocks < slow.blocks && fast.blocks <= 6, `${fast.blocks} blocks, ${slow.blocks} without hardware`);
        const liability = await required(ferdie, fast.paid - 1);
        const rate = up(RATE * liability, liability + WORTH);
        assert.ok(rate < RATE / 2n, `${rate} of a million`);
        assert.equal(slow.levy, up(PAY * RATE, 1_000_000n));
        assert.equal(fast.levy, up(PAY * rate, 1_000_000n));
        // The cheapest host by far has no hardware.
        const drawn = await settled(await ask(null, true));
        assert.notEqual(drawn.host, eve.address);
    });

    test('liar should be convicted and lose its machine when its lie is challenged', async () => {
        const { api } = field;
        // A person needs longer than a program to ask for it.
        await setParameter(api, 'Jobs', 'AttestedWindow', 60);
        const { job, from } = await ask(charlie, true);
        await awaitEvent(api, from, of('jobs.ResultDelivered', job), 'the answer');
        await candor(field.hosts[0]!.node, '//Alice//stash', 'challenge', String(job), '--yes');
        const verdict = await awaitEvent(
            api,
            from,
            (e) => /challenges\.(HostConvicted|ReceiptUpheld)/.test(e.name) && about(job)(e),
            'the verdict',
            240_000,
        );
        assert.equal(verdict.name, 'challenges.HostConvicted', JSON.stringify(verdict.data));
        assert.ok(big((verdict.data.slashed as unknown as { selfStake: string }).selfStake) > 0n);
        assert.equal(big(verdict.data.refunded), CNDR);
        const revoked = await awaitEvent(api, verdict.number, (e) => e.name === 'intelAttestations.PlatformRevoked', 'the machine');
        assert.equal(revoked.number, verdict.number);
        assert.equal(revoked.data.platform, lying.told.platform);
        assert.equal(await view(charlie), null);
        assert.equal((await view(ferdie))!.whyNot, null, 'the other machine is as good as before');
        // Not even under another name.
        const again = await refused(field.hosts[2]!.node, '//Charlie', 'attestation', 'submit');
        assert.match(String(again.error.name), /Revoked/);
        assert.equal(verdict.data.by, account('//Alice//stash').address);
    });

    test('evidence should be renewed by the node when its time comes', async () => {
        const { api } = field;
        const { since } = (await view(ferdie))!;
        // Evidence of so many seconds is renewed when less than that is left.
        await setParameter(api, 'Attestations', 'RenewBefore', 40 * 86_400);
        await until('the evidence is renewed', async () => (await view(ferdie))!.since > since, 240_000, 2_000);
        assert.equal((await view(ferdie))!.whyNot, null);
    });

    test('release runtime should refuse the same hardware', async () => {
        const node = await Node.start('release');
        try {
            const api: ApiPromise = node.api;
            const sent = await send(api, api.tx.intelAttestations!.refresh!(hexToU8a(honest.told.bundle)), bob);
            assert.match(String(sent.error), /intelAttestations\.Refused/);
        } finally {
            await node.stop();
        }
    });
});
