// The network of four validators: it finalises, also while one of them is away.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bestNumber, bob, eve, MILLI, ok, untilBlock, untilFinalized, wealth } from '../lib/chain.js';
import { Node } from '../lib/node.js';
import { until } from '../lib/process.js';

describe('local testnet', { timeout: 300_000 }, () => {
    const nodes: Node[] = [];

    before(async () => {
        const options = (name: string, args: string[] = []) => ({ chain: 'local', args: [`--${name}`, ...args] });
        const alice = await Node.start('alice', options('alice'));
        nodes.push(alice);
        const peer = (await alice.api.rpc.system.localPeerId()).toString();
        const boot = ['--bootnodes', `/ip4/127.0.0.1/tcp/${alice.p2pPort}/p2p/${peer}`];
        nodes.push(...(await Promise.all(['bob', 'charlie', 'dave'].map((name) => Node.start(name, options(name, boot))))));
    });
    after(() => Promise.all(nodes.map((node) => node.stop())));

    test('blocks should be finalised by all when four validators run', async () => {
        for (const { api } of nodes) {
            await until('all are connected', async () => (await api.rpc.system.health()).peers.toNumber() === 3);
        }
        const [first, ...others] = nodes;
        const header = await untilFinalized(first!.api, 5, 120_000);
        for (const { api } of others) {
            await untilFinalized(api, 5);
            const hash = await api.rpc.chain.getBlockHash(5);
            assert.ok(hash.eq(await first!.api.rpc.chain.getBlockHash(5)), 'the same chain');
        }
        assert.ok(header.number.toNumber() >= 5);
        const validators = (await first!.api.query.session!.validators!()).toJSON() as string[];
        assert.equal(validators.length, 4);
    });

    test('transfer should reach all validators when it is sent to one', async () => {
        const [first, second, third] = nodes as [Node, Node, Node];
        const before = await wealth(first.api, eve.address);
        const { number } = await ok(second.api, second.api.tx.balances!.transferKeepAlive!(eve.address, 7n * MILLI), bob, {
            finalized: true,
        });
        await untilFinalized(third.api, number);
        const hash = (await third.api.rpc.chain.getBlockHash(number)).toHex();
        assert.equal((await wealth(third.api, eve.address, hash)) - before, 7n * MILLI);
    });

    test('finality should go on when one validator is away, stop when two are, and go on when one comes back', async () => {
        // GRANDPA needs more than two thirds of four: three of them.
        const [first, , third, fourth] = nodes as [Node, Node, Node, Node];
        await fourth.kill();
        await untilFinalized(first.api, (await bestNumber(first.api)) + 2, 120_000);
        await third.kill();
        const best = await untilBlock(first.api, (await bestNumber(first.api)) + 3);
        const finalized = async () =>
            (await first.api.rpc.chain.getHeader(await first.api.rpc.chain.getFinalizedHead())).number.toNumber();
        assert.ok((await finalized()) < best, 'blocks go on, finality waits');
        await third.up();
        await untilFinalized(first.api, best, 120_000);
        await untilFinalized(third.api, best, 120_000);
    });
});
