// What token holders do with a wallet to change the chain: preimage, referendum, deposit, votes, enactment; with sudo and, once its
// key is gone for good, without. Plain extrinsics, on a chain whose referenda take a minute.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { alice, awaitEvent, big, bob, charlie, CNDR, dave, eve, ferdie, ok, one, send, type Tx, wealth } from '../lib/chain.js';
import { Node } from '../lib/node.js';
import { testChain } from '../lib/runtimes.js';

/** What each voter votes with: support is a share of all tokens. */
const VOTES = 900_000n * CNDR;
/** Longer than a referendum takes: 2 blocks, 20, 3 and 2. */
const PATIENCE = 120_000;

/** Whom a referendum speaks as. */
type Origin = { system: 'Root' } | { Origins: 'ParametersAdmin' | 'Treasurer' };

describe('governance', { timeout: 600_000 }, () => {
    let node: Node;
    let api: ApiPromise;

    before(async () => {
        node = await Node.start('governance', { spec: await testChain() });
        api = node.api;
    });
    after(() => node?.stop());

    /** From the preimage to the decision deposit: index of the referendum. */
    const propose = async (origin: Origin, call: Tx, who: KeyringPair): Promise<number> => {
        const { hash, encodedLength: len } = call.method;
        await ok(api, api.tx.preimage!.notePreimage!(call.method.toHex()), who);
        const submit = api.tx.referenda!.submit!(origin, { Lookup: { hash, len } }, { After: 0 });
        const index = Number(big(one((await ok(api, submit, who)).events, 'referenda.Submitted').data.index));
        await ok(api, api.tx.referenda!.placeDecisionDeposit!(index), who);
        return index;
    };
    const aye = (index: number): Tx => {
        const vote = { Standard: { vote: { aye: true, conviction: 'Locked1x' }, balance: VOTES } };
        return api.tx.convictionVoting!.vote!(index, vote);
    };
    /** All of them say aye; waits until the scheduler has made the call. Gives its block and what came of it. */
    const pass = async (index: number, from: number, voters: KeyringPair[]): Promise<{ block: string; number: number; failed: boolean }> => {
        await Promise.all(voters.map((voter) => ok(api, aye(index), voter)));
        await awaitEvent(api, from, (e) => e.name === 'referenda.Confirmed' && Number(e.data.index) === index, 'the vote', PATIENCE);
        const made = await awaitEvent(
            api,
            from,
            // Alarms of referenda have no name, enactments have.
            (e) => e.name === 'scheduler.Dispatched' && e.data.id !== null,
            'the enactment',
            PATIENCE,
        );
        return { block: made.block, number: made.number, failed: 'err' in (made.data.result as object) };
    };
    const best = async (): Promise<number> => (await api.rpc.chain.getHeader()).number.toNumber();
    const finalityWindow = async (): Promise<unknown> =>
        (await api.query.parameters!.parameters!({ Jobs: { FinalityWindow: null } })).toJSON();
    const setWindow = (blocks: number): Tx =>
        api.tx.parameters!.setParameter!({ Jobs: { FinalityWindow: [null, blocks] } });

    test('parameter should change when two accounts vote for it', async () => {
        assert.equal(await finalityWindow(), null);
        const from = await best();
        const before = await wealth(api, dave.address);
        const index = await propose({ Origins: 'ParametersAdmin' }, setWindow(77), dave);
        assert.equal((await pass(index, from, [bob, charlie])).failed, false);
        assert.deepEqual(await finalityWindow(), { jobs: { finalityWindow: 77 } });
        await ok(api, api.tx.referenda!.refundDecisionDeposit!(index), dave);
        await ok(api, api.tx.referenda!.refundSubmissionDeposit!(index), dave);
        assert.ok(before - (await wealth(api, dave.address)) < CNDR, 'deposits are not spent');
    });

    test('vote should be refused when it is of more than there is, or given away', async () => {
        const more = { Standard: { vote: { aye: true, conviction: 'None' }, balance: 100_000_000n * CNDR } };
        const index = await propose({ Origins: 'Treasurer' }, api.tx.system!.remark!('0x00'), ferdie);
        assert.equal((await send(api, api.tx.convictionVoting!.vote!(index, more), eve)).error, 'convictionVoting.InsufficientFunds');
        const delegate = api.tx.convictionVoting!.delegate!(0, bob.address, 'None', CNDR);
        assert.equal((await send(api, delegate, eve)).error, 'system.CallFiltered');
    });

    test('referendum should act as root when the key of sudo is removed', async () => {
        await ok(api, api.tx.sudo!.removeKey!(), alice);
        assert.equal((await api.query.sudo!.key!()).toJSON(), null);
        const refused = await send(api, api.tx.sudo!.sudo!(setWindow(5)), alice);
        assert.equal(refused.error, 'sudo.RequireSudo');
        const key = '0x63616e646f72';
        const from = await best();
        const index = await propose({ system: 'Root' }, api.tx.system!.setStorage!([[key, '0x01']]), dave);
        assert.equal((await pass(index, from, [bob, charlie, eve])).failed, false);
        assert.equal(String(await api.rpc.state.getStorage(key)), '0x01');
    });
});
