// Validators by stake: a newcomer is elected with what token holders stake for it and shares the fees with them; one that is silent is
// chilled; one that signs two blocks for a slot is slashed. Plain extrinsics, four nodes and a fifth, epochs of 20 slots.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import { u8aToHex } from '@polkadot/util';
import {
    account,
    alice,
    awaitEvent,
    balances,
    bestNumber,
    big,
    bob,
    CNDR,
    eve,
    ferdie,
    history,
    ok,
    rpc,
    send,
    setParameter,
} from '../lib/chain.js';
import { candor, refused } from '../lib/cli.js';
import { Node } from '../lib/node.js';
import { until } from '../lib/process.js';
import { testChain } from '../lib/runtimes.js';

const OWN = 20_000n * CNDR;
const STAKED = 100_000n * CNDR;

interface View {
    validator: string;
    isStanding: boolean;
    hasKeys: boolean;
    isValidating: boolean;
    own: string;
    counted: string;
    exposure: string | null;
}

describe('validators', { timeout: 1_500_000 }, () => {
    const nodes = new Map<string, Node>();
    let spec: string;
    let boot: string[];
    let api: ApiPromise;
    const stash = (name: string) => account(`//${name}//stash`).address;

    const start = async (name: string, args: string[]): Promise<Node> => {
        const node = await Node.start(`validators-${name}`, { chain: 'local', spec, args: [...args, ...boot] });
        nodes.set(name, node);
        return node;
    };

    before(async () => {
        [spec, boot] = [await testChain('local'), []];
        const first = await start('alice', ['--alice']);
        api = first.api;
        const peer = (await api.rpc.system.localPeerId()).toString();
        boot = ['--bootnodes', `/ip4/127.0.0.1/tcp/${first.p2pPort}/p2p/${peer}`];
        await Promise.all(['bob', 'charlie', 'dave'].map((name) => start(name, [`--${name}`])));
        await setParameter(api, 'Validators', 'OfflineBlocks', 4);
    });
    after(() => Promise.all([...nodes.values()].map((node) => node.stop())));

    const validating = async (): Promise<string[]> => (await api.query.session!.validators!()).toJSON() as string[];
    const view = async (who: string): Promise<View> =>
        (await api.call.validatorsApi!.validator!(who)).toJSON() as unknown as View;

    test('genesis should have validators with stake in pools of their own', async () => {
        assert.deepEqual((await validating()).sort(), ['Alice', 'Bob', 'Charlie', 'Dave'].map(stash).sort());
        const { own, exposure, isValidating } = await view(stash('Alice'));
        assert.ok(isValidating && big(own) === 100_000n * CNDR && big(exposure) === 100_000n * CNDR);
        const pool = (await api.call.validatorsApi!.validatorPool!(stash('Alice'))).toJSON() as { own: string };
        assert.equal(big(pool.own), 100_000n * CNDR);
    });

    test('candidate should be elected and author when token holders stake for it', async () => {
        // Eve runs a node; nobody knows its keys but itself.
        const fifth = await start('eve', ['--validator', '--name', 'eve', '--unsafe-force-node-key-generation']);
        await setParameter(api, 'Validators', 'ValidatorCount', 4);
        assert.equal((await send(api, api.tx.validators!.validate!(OWN), eve)).error, 'validators.NoSessionKeys');
        const generated = await rpc<{ keys: string; proof: string }>(fifth.api, 'author_rotateKeysWithOwner', u8aToHex(eve.addressRaw));
        // Whoever has not the keys cannot claim them.
        const stolen = await send(api, api.tx.session!.setKeys!(generated.keys, generated.proof), ferdie);
        assert.equal(stolen.error, 'session.InvalidProof');
        await ok(api, api.tx.session!.setKeys!(generated.keys, generated.proof), eve);
        await ok(api, api.tx.validators!.validate!(OWN), eve);
        const before = await view(eve.address);
        assert.ok(before.isStanding && before.hasKeys && !before.isValidating);
        await ok(api, api.tx.validatorPools!.stake!(eve.address, STAKED), ferdie);
        assert.equal(big((await view(eve.address)).counted), OWN + STAKED);

        // With 120 000 it is among the first four; of the four equal ones one has to go.
        await until('it validates', async () => (await validating()).includes(eve.address), 180_000, 1_000);
        assert.equal((await validating()).length, 4);
        const exposed = await view(eve.address);
        assert.equal(big(exposed.exposure), OWN + STAKED);
        const number = await bestNumber(api);
        const paid = await feesOf(eve.address, number);
        // Ferdie's stake is five sixths of the pool; Eve keeps a twentieth of its reward.
        const reward = (paid.amount * STAKED) / (OWN + STAKED);
        const kept = reward / 20n;
        assert.ok(paid.stakers >= reward - kept - 2n && paid.stakers <= reward - kept + 2n, `${paid.stakers} of ${paid.amount}`);
        const [position] = (await api.call.validatorsApi!.validatorPositions!(ferdie.address, null, 100)).toJSON() as unknown as {
            active: string;
        }[];
        assert.ok(big(position!.active) > STAKED, 'it has grown');
    });

    /** Transfers until `who` authors a block with fees: what it was paid for it. */
    async function feesOf(who: string, from: number): Promise<{ amount: bigint; stakers: bigint }> {
        return until(
            'it is paid',
            async () => {
                await ok(api, api.tx.balances!.transferKeepAlive!(alice.address, CNDR), bob);
                const events = await history(api, from);
                const paid = events.find(({ name, data }) => name === 'validators.Paid' && data.validator === who);
                return paid && { amount: big(paid.data.amount), stakers: big(paid.data.stakers) };
            },
            120_000,
        );
    }

    test('commands should do the same as extrinsics', async () => {
        const fifth = nodes.get('eve')!;
        const rotated = await candor<{ owner: string; keys: string }>(fifth, '//Eve', 'keys', 'rotate');
        assert.equal(rotated.owner, eve.address);
        const keys = async () => (await api.query.session!.nextKeys!(eve.address)).toHex();
        await until('the other nodes have the block', async () => (await keys()) === rotated.keys);
        const listed = await candor<{ validator: string; state: string }[]>(fifth, '//Eve', 'validator', 'list');
        assert.equal(listed.length, 5);
        assert.equal(listed.find(({ validator }) => validator === eve.address)!.state, 'validates');
        const pools = await candor<{ validator: string; stakers: number }[]>(fifth, '//Eve', 'stake', 'list', '--validators');
        assert.equal(pools.find(({ validator }) => validator === eve.address)!.stakers, 1);
        const status = await candor<{ delegated: string }>(fifth, '//Eve', 'validator', 'status');
        assert.ok(Number(status.delegated) >= 100_000);
        const { error } = await refused(fifth, '//Ferdie', 'validator', 'status');
        assert.match(error.hint!, /candor keys rotate/);
        const staked = await candor<{ active: string }>(fifth, '//Bob', 'stake', 'add', eve.address, '5', '--validators');
        // A share is worth more than when there were none: what rounding takes is a planck.
        assert.ok(Number(staked.active) > 4.999, staked.active);
    });

    test('validator should be chilled and pay when its node is gone', async () => {
        const from = await bestNumber(api);
        const name = (await validating()).includes(stash('Bob')) ? 'bob' : 'charlie';
        const who = stash(name[0]!.toUpperCase() + name.slice(1));
        await nodes.get(name)!.kill();
        const offline = await awaitEvent(api, from, (e) => e.name === 'validators.Offline', 'it is found out', 400_000);
        assert.equal(offline.data.validator, who);
        assert.equal(big(offline.data.penalty), CNDR);
        assert.equal(big((await view(who)).own), 100_000n * CNDR - CNDR);
        await until('it is out of the set', async () => !(await validating()).includes(who), 180_000, 1_000);
        // Back, it stands again.
        await nodes.get(name)!.up();
        assert.equal((await view(who)).isStanding, false);
        await ok(api, api.tx.validators!.resume!(), account(`//${name[0]!.toUpperCase() + name.slice(1)}//stash`));
        assert.equal((await view(who)).isStanding, true);
    });

    test('validator should be slashed, chilled and disabled when it signs two blocks for a slot', async () => {
        const from = await bestNumber(api);
        const set = await validating();
        const name = ['Dave', 'Charlie', 'Bob'].find((one) => set.includes(stash(one)))!;
        const who = stash(name);
        // Two processes with the keys of one validator.
        await start('twin', [`--${name.toLowerCase()}`]);
        const offence = await awaitEvent(api, from, (e) => e.name === 'validators.Offended', 'it is found out', 300_000);
        assert.equal(offence.data.validator, who);
        // One of four: the share is (3 / 4)^2.
        const share = offence.data.fraction as number;
        assert.equal(share, 562_500_000);
        const events = await history(api, from);
        const slashed = events.find((e) => e.name === 'validatorPools.Slashed' && e.data.pool === who);
        const exposure = (big(offence.data.slash) * 1_000_000_000n) / BigInt(share);
        assert.ok(exposure > 99_000n * CNDR, 'what it had at stake');
        assert.equal(big(slashed!.data.selfStake), big(offence.data.slash));
        assert.equal(big(slashed!.data.rewarded), big(offence.data.slash) / 10n);
        assert.equal(big(slashed!.data.burned), big(slashed!.data.selfStake) - big(slashed!.data.rewarded));
        assert.ok(events.some((e) => e.name === 'offences.Offence'));
        assert.equal((await view(who)).isStanding, false);
        const disabled = (await api.query.session!.disabledValidators!()).toJSON() as unknown[];
        assert.equal(disabled.length, 1);
        await nodes.get('twin')!.kill();
        await until('it is out of the set', async () => !(await validating()).includes(who), 180_000, 1_000);
    });

    test('stake should come back when it has unbonded', async () => {
        await ok(api, api.tx.validatorPools!.unstakeAll!(eve.address), ferdie);
        await ok(api, api.tx.validators!.leave!(), eve);
        const [position] = (await api.call.validatorsApi!.validatorPositions!(ferdie.address, null, 100)).toJSON() as unknown as {
            unbonding: { amount: string; at: number }[];
        }[];
        const [part] = position!.unbonding;
        await until('it is due', async () => (await bestNumber(api)) > part!.at, 300_000, 1_000);
        const before = (await balances(api, ferdie.address)).free;
        const { fee } = await ok(api, api.tx.validatorPools!.withdraw!(eve.address), ferdie);
        const now = (await balances(api, ferdie.address)).free;
        assert.equal(now - before + fee, big(part!.amount));
        assert.ok(big(part!.amount) > STAKED);
    });
});
