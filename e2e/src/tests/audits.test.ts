// Honest hosts, every receipt audited: nobody is ever accused, whatever the inputs, and the books stay right.
//
// E2E_AUDITS=2000 audits so many receipts, E2E_WAVE=100 so many at a time.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
    awaitEvent,
    bestNumber,
    big,
    bob,
    charlie,
    CNDR,
    dave,
    eve,
    eventsAt,
    ferdie,
    type Happened,
    one,
    sendAll,
    setParameter,
} from '../lib/chain.js';
import { Field } from '../lib/field.js';
import { inline } from '../lib/model.js';
import { until } from '../lib/process.js';
import { perceptron, states } from '../lib/shapes.js';

const AUDITS = Number(process.env.E2E_AUDITS ?? 24);
/** Jobs sent at a time. */
const WAVE = Number(process.env.E2E_WAVE ?? 24);

describe('audits', { timeout: 300_000 + AUDITS * 3_000 }, () => {
    let field: Field;

    before(async () => {
        const model = await perceptron();
        field = await Field.start(model, dave, [{ who: ferdie }, { who: eve }, { who: charlie }]);
        // Whatever the number of open receipts, all of them.
        await setParameter(field.api, 'Audits', 'AuditsPerWindow', 1_000_000);
    });
    after(() => field?.stop());

    test('honest hosts should never be accused when every receipt is audited', async () => {
        const { api } = field;
        const start = await bestNumber(api);
        const issued = async (): Promise<bigint> => big((await api.query.balances!.totalIssuance!()).toString());
        const before = await issued();
        let [sent, seen] = [0, start + 1];
        const results = new Map<string, number>();
        const others: Happened[] = [];
        const paid = { auditors: 0n, unpaid: 0n };
        const read = async (): Promise<number> => {
            for (const best = await bestNumber(api); seen <= best; seen += 1) {
                const hash = (await api.rpc.chain.getBlockHash(seen)).toHex();
                for (const event of await eventsAt(api, hash)) {
                    if (event.name === 'audits.AuditEnded') {
                        const result = String(event.data.result);
                        results.set(result, (results.get(result) ?? 0) + 1);
                    } else if (event.name === 'audits.AuditorPaid') {
                        paid.auditors += big(event.data.paid);
                        paid.unpaid += big(event.data.unpaid);
                    } else if (/^challenges\.|Slashed|NoShow|HostSilent|DigestsDiffer|Expired/.test(event.name)) {
                        others.push(event);
                    }
                }
            }
            return [...results.values()].reduce((sum, count) => sum + count, 0);
        };
        while (sent < AUDITS) {
            const count = Math.min(WAVE, AUDITS - sent);
            const txs = Array.from({ length: count }, (_, at) =>
                api.tx.jobs!.submit!(field.release, inline([states(sent + at)]), CNDR),
            );
            const done = await sendAll(api, txs, bob);
            for (const { error } of done) assert.equal(error, undefined);
            sent += count;
            // No more open than the hosts can audit within their deadlines.
            await until(`${sent} receipts are audited`, async () => (await read()) >= sent, 240_000, 1_000);
        }
        assert.deepEqual(others, [], 'nobody was accused, late, or disagreed');
        assert.deepEqual(Object.fromEntries(results), { Clean: AUDITS });
        assert.ok(paid.auditors > 0n && paid.unpaid === 0n, 'auditors were paid in full');
        await until('all jobs are final', async () => (await api.query.jobs!.jobs!.keys()).length === 0, 120_000, 1_000);
        assert.equal(await issued(), before, 'nothing was burned');
        console.log(`${AUDITS} receipts audited in ${(await bestNumber(api)) - start} blocks, auditors paid ${paid.auditors} planck`);
    });

    test('auditor should be another host than the audited one when it is drawn', async () => {
        const { api } = field;
        const from = (await bestNumber(api)) + 1;
        const tx = api.tx.jobs!.submit!(field.release, inline([states(1_000_003)]), CNDR);
        const [sent] = await sendAll(api, [tx], bob);
        const job = one(sent!.events, 'jobs.JobSubmitted').data.job;
        const drawn = await awaitEvent(api, from, (e) => e.name === 'audits.AuditorDrawn', 'an auditor is drawn');
        const started = await awaitEvent(api, from, (e) => e.name === 'audits.AuditStarted', 'the audit starts');
        const { path, host } = started.data.key as { path: { job: number }; host: string };
        assert.equal(path.job, job);
        assert.notEqual(drawn.data.auditor, host);
        assert.ok([ferdie, eve, charlie].some(({ address }) => address === drawn.data.auditor));
    });
});
