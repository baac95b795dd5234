// What Prometheus sees of the chain: events of final blocks and what the state holds, as the chain itself says.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { account, alice, awaitEvent, big, bob, charlie, CNDR, dave, history, MILLI, ok, one, untilFinalized } from '../lib/chain.js';
import { openMarket } from '../lib/market.js';
import { inline } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { freePort, until } from '../lib/process.js';
import { perceptron, states } from '../lib/shapes.js';

const PRICE = { perCall: 3n * MILLI, perUnit: 0n, capacity: 4 };

describe('metrics', { timeout: 300_000 }, () => {
    let node: Node;
    let port: number;
    let release: number;

    before(async () => {
        const model = await perceptron();
        port = await freePort();
        node = await Node.start('metrics', { engine: true, metrics: port });
        ({ release } = await openMarket(node, model, dave, charlie, PRICE));
    });
    after(() => node?.stop());

    /** Values by name and labels, as in `candor_jobs{chain="candor_dev",state="waiting"}` without the chain. */
    const scrape = async (): Promise<Map<string, number>> => {
        const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        const found = new Map<string, number>();
        for (const line of text.split('\n').filter((line) => line.startsWith('candor_'))) {
            const at = line.lastIndexOf(' ');
            const name = line.slice(0, at).replace(/,?chain="[^"]*"/, '').replace('{,', '{').replace('{}', '');
            found.set(name, Number(line.slice(at + 1)));
        }
        return found;
    };

    test('jobs, fees and stake should be counted when a job was paid', async () => {
        const { api } = node;
        const sent = await ok(api, api.tx.jobs!.submit!(release, inline([states(1)]), CNDR), bob);
        const job = one(sent.events, 'jobs.JobSubmitted').data.job;
        const of = (name: string) => (event: { name: string; data: Record<string, unknown> }) =>
            event.name === name && String(event.data.job) === String(job);
        const answered = await awaitEvent(api, sent.number, of('jobs.ResultDelivered'), 'the answer');
        const paid = await awaitEvent(api, answered.number, of('jobs.HostPaid'), 'the payment');
        await untilFinalized(api, paid.number);
        const found = await until(
            'the payment is counted',
            async () => {
                const found = await scrape();
                return found.get('candor_jobs_finished_total{result="paid"}') === 1 ? found : undefined;
            },
            30_000,
            500,
        );
        assert.equal(found.get('candor_metrics_readable'), 1);
        assert.equal(found.get('candor_jobs_submitted_total'), 1);
        assert.equal(found.get('candor_job_latency_blocks_sum'), answered.number - sent.number);
        assert.equal(found.get('candor_job_settlement_blocks_sum'), paid.number - answered.number);
        for (const [payee, field] of [['host', 'amount'], ['stakers', 'stakers'], ['auditors', 'levy'], ['treasury', 'treasury']]) {
            assert.equal(found.get(`candor_fees_planck_total{payee="${payee}"}`), Number(big(paid.data[field!])), payee);
        }
        assert.equal(found.get('candor_hosts'), 1);
        assert.equal(found.get('candor_hosts_attested'), 0);
        assert.equal(found.get('candor_offers'), 1);
        const { own } = (await api.call.stakeApi!.pool!(charlie.address)).toJSON() as { own: string };
        assert.ok(Math.abs(found.get('candor_stake_planck{kind="own"}')! - Number(big(own))) <= 1);
        const issued = await until('the gauges are of now', async () => {
            const [shown, real] = [(await scrape()).get('candor_issuance_planck'), await api.query.balances!.totalIssuance!()];
            return shown === Number(big(real.toString())) ? shown : undefined;
        });
        assert.ok(issued > 0);
        await until('the job is gone', async () => (await scrape()).get('candor_jobs{state="delivered"}') === 0, 30_000, 500);
    });

    test('what waits should be shown when nobody answers', async () => {
        const { api } = node;
        process.kill(node.enginePid(), 'SIGSTOP');
        try {
            await ok(api, api.tx.jobs!.submit!(release, inline([states(2)]), CNDR), bob);
            await until('the job is shown', async () => (await scrape()).get('candor_jobs{state="assigned"}') === 1, 30_000, 500);
            const found = await scrape();
            assert.equal(found.get('candor_receipts_unsettled'), 1);
            assert.ok(found.get('candor_liability_planck')! > 0);
        } finally {
            process.kill(node.enginePid(), 'SIGCONT');
        }
    });

    /** The metrics, once this one has that value. */
    const shown = (name: string, value: number): Promise<Map<string, number>> =>
        until(
            `${name} is ${value}`,
            async () => {
                const found = await scrape();
                return found.get(name) === value ? found : undefined;
            },
            30_000,
            500,
        );
    const stash = account('//Alice//stash');

    test('validators should be those of the chain when the node has the keys of one', async () => {
        const { api } = node;
        const found = await shown('candor_own_validators{state="validating"}', 1);
        const { counted } = (await api.call.validatorsApi!.validator!(stash.address)).toJSON() as { counted: string };
        const stake = Number(big(counted));
        // Floating point: exact to 53 bits.
        const near = (name: string) => assert.ok(Math.abs(found.get(name)! - stake) <= stake / 2 ** 52, `${name}: ${found.get(name)}`);
        near('candor_own_validator_stake_planck');
        near('candor_validator_stake_planck{of="all"}');
        near('candor_validator_stake_planck{of="least"}');
        for (const [name, value] of [
            ['candor_validators', ((await api.query.session!.validators!()).toJSON() as string[]).length],
            ['candor_validator_candidates{state="standing"}', 1],
            ['candor_validator_stake_planck{of="next"}', 0],
            ['candor_validator_seats', 21],
            ['candor_validator_offline_blocks', 20],
            ['candor_own_validator_missed_blocks', 0],
            ['candor_validator_offline_total', 0],
            ['candor_fees_waiting_planck', 0],
        ] as const) {
            assert.equal(found.get(name), value, name);
        }
    });

    test('pay of authors should be what blocks tell of when transactions have paid fees', async () => {
        const { api } = node;
        const { number } = await ok(api, api.tx.balances!.transferKeepAlive!(dave.address, CNDR), bob);
        await untilFinalized(api, number);
        const paid = (await history(api, 1)).filter(({ name }) => name === 'validators.Paid');
        const amount = paid.reduce((sum, { data }) => sum + Number(big(data.amount)), 0);
        assert.ok(amount > 0);
        await until('the pay is counted', async () => {
            const shown = (await scrape()).get('candor_validator_paid_planck_total{source="fees"}') ?? 0;
            return Math.abs(shown - amount) <= amount / 2 ** 40 || undefined;
        });
    });

    test('own validator should be shown as chilled when it does not stand any more', async () => {
        const { api } = node;
        await ok(api, api.tx.validators!.chill!(), stash);
        const found = await shown('candor_own_validators{state="chilled"}', 1);
        assert.equal(found.get('candor_own_validators{state="validating"}'), 0);
        assert.equal(found.get('candor_validator_candidates{state="chilled"}'), 1);
        await ok(api, api.tx.validators!.resume!(), stash);
        await shown('candor_own_validators{state="validating"}', 1);
    });

    test('referendum and upgrade should be shown when they are coming', async () => {
        const { api } = node;
        const version = api.runtimeVersion.specVersion.toNumber();
        const before = await shown('candor_spec_version{of="chain"}', version);
        assert.equal(before.get('candor_spec_version{of="node"}'), version);
        assert.equal(before.get('candor_referenda{state="preparing"}'), 0);
        assert.equal(before.get('candor_upgrade_authorized'), 0);
        const call = api.tx.system!.remark!('0x01').method;
        await ok(api, api.tx.referenda!.submit!({ system: 'Root' }, { Inline: call.toHex() }, { After: 0 }), dave);
        await shown('candor_referenda{state="preparing"}', 1);
        const hash = `0x${'11'.repeat(32)}`;
        await ok(api, api.tx.sudo!.sudo!(api.tx.system!.authorizeUpgrade!(hash)), alice);
        await shown('candor_upgrade_authorized', 1);
    });
});
