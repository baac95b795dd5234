// A host that lies among honest ones: Charlie beside Ferdie and Eve. Dave publishes the model and stakes behind Charlie; Bob
// asks.

import assert from 'node:assert/strict';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { big, bob, charlie, CNDR, dave, eve, ferdie, type Happened, ok, one } from './chain.js';
import { built } from './env.js';
import { Field, type FieldHost, liar } from './field.js';
import { inline, type Prepared } from './model.js';
import { run } from './process.js';
import { perceptron, states } from './shapes.js';

/** Charlie's own stake, as far as a test wants no more; Dave puts twice as much behind it. */
export const OWN = 100n * CNDR;
/** Own stake with which Charlie is drawn for nine audits in ten: Eve, beside whom it is drawn, has a tenth of it. */
export const MOST = 100_000n * CNDR;
/** What Charlie asks for a call. */
export const FEE = CNDR;

/** What was taken in a slash, as events tell it. */
export interface Slashed {
    selfStake: string;
    delegated: string;
    missing: string;
    compensated: string;
    rewarded: string;
    burned: string;
}

/** A pool as `stakeApi.pool` describes it, as far as it is looked at. */
export interface Pool {
    own: string;
    delegated: string;
    required: string;
}

/** Whether an event is about the receipt of a job. */
export const about =
    (job: number) =>
    (event: Happened): boolean =>
        (event.data.key as { path?: { job?: number } } | undefined)?.path?.job === job;

/** The field, and what its liar was told to say. */
export class Lies {
    /** Names of the lies that were told. */
    readonly told = new Set<string>();
    #seed = 0;

    private constructor(
        readonly field: Field,
        readonly model: Prepared,
    ) {}

    static async start(): Promise<Lies> {
        const model = await perceptron();
        const price = { perCall: FEE, perUnit: 0n, capacity: 64 };
        const field = await Field.start(model, dave, [
            { who: ferdie },
            { who: eve },
            { who: charlie, lie: ['--lie', 'flip-output'], stake: OWN, price },
        ]);
        return new Lies(field, model);
    }

    get api(): ApiPromise {
        return this.field.api;
    }

    /** Charlie, with its node and worker key. */
    get host(): FieldHost {
        return this.field.hosts[2]!;
    }

    /** A pool now, or after a block. */
    async pool({ address }: KeyringPair, block?: string): Promise<Pool> {
        const at = block === undefined ? this.api : await this.api.at(block);
        return (await at.call.stakeApi!.pool!(address)).toJSON() as unknown as Pool;
    }

    /** Have Charlie's engine tell another lie. */
    async tell(lie: string): Promise<void> {
        const { node } = this.host;
        this.told.add(lie.split(':')[0]!);
        await node.stop();
        node.options.enginePath = liar(lie.replaceAll(/[^a-z]/g, '-'), ['--lie', lie]);
        await node.up();
    }

    /** Charlie's own stake as at first, or more of it, and Dave's behind it. */
    async stake(least = OWN): Promise<void> {
        const { api } = this;
        const { own, delegated } = await this.pool(charlie);
        if (big(own) < least) await ok(api, api.tx.stakePools!.stake!(charlie.address, least - big(own)), charlie);
        if (big(delegated) < 2n * OWN) {
            await ok(api, api.tx.stakePools!.stake!(charlie.address, 2n * OWN - big(delegated)), dave);
        }
        const { events } = await ok(api, api.tx.hosts!.reweigh!(charlie.address), bob);
        assert.ok(big(one(events, 'hosts.Reweighed').data.weight) >= least, 'Charlie is live');
    }

    /** A call that nobody asked for yet. */
    payload(): Record<string, unknown> {
        this.#seed += 1;
        return inline([states(this.#seed * 5)]);
    }

    /** Ask Charlie, or another host; gives the job, and the block that has it. */
    async ask(insured: bigint, payload = this.payload(), host = charlie): Promise<{ job: number; from: number }> {
        const { api } = this;
        const options = { host: host.address, redundancy: 1, insured, attested: false };
        const sent = await ok(api, api.tx.jobs!.submitWith!(this.field.release, payload, FEE, options), bob);
        return { job: Number(big(one(sent.events, 'jobs.JobSubmitted').data.job)), from: sent.number };
    }

    stop(): Promise<void> {
        return this.field.stop();
    }
}

/** Names of all lies that the lying engine knows, as its help lists them. */
export async function known(): Promise<string[]> {
    const { stdout } = await run(built('candor-liar'), ['--help']);
    const list = stdout.slice(stdout.indexOf('Lies of a host'), stdout.indexOf('Example:'));
    const lines = list.split('\n').filter((line) => /^ {2}[a-z]/.test(line));
    const names = lines.flatMap((line) => line.trim().split(/ {2,}/)[0]!.split(', '));
    return names.map((name) => name.replace(/[:[].*$/, ''));
}
