// A light client: it follows finality, reads with proofs, sends transactions, and needs a specification and a boot node only.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Header } from '@polkadot/types/interfaces';
import { u8aToHex } from '@polkadot/util';
import { account, alice, balances, bestNumber, bob, CNDR, dave, ok, rpc, untilFinalized } from '../lib/chain.js';
import { connectLight, devSpec, type FollowEvent, LightClient, webListen, withBootNode } from '../lib/light.js';
import { createRepository, publishRelease } from '../lib/market.js';
import { Node } from '../lib/node.js';
import { freePort, until } from '../lib/process.js';
import { testChain } from '../lib/runtimes.js';
import { toySpec } from '../lib/toy.js';

describe('light client', { timeout: 400_000 }, () => {
    let node: Node;
    let port: number;
    let spec: string;
    let light: LightClient;
    let subscription: string;
    /** Everything that was told of the chain's head. */
    const told: FollowEvent[] = [];

    before(async () => {
        port = await freePort();
        node = await Node.start('light', { args: ['--listen-addr', webListen(port)] });
        const repository = await createRepository(node.api, dave, 'toy');
        await publishRelease(node.api, dave, repository, '1.0.0', toySpec());
        await untilFinalized(node.api, await bestNumber(node.api));
        spec = await withBootNode(await devSpec(), node, port);
        light = await LightClient.start(spec);
        subscription = await light.follow();
    });
    after(async () => {
        light?.stop();
        await node?.stop();
    });

    const listen = (): FollowEvent[] => {
        told.push(...light.events(subscription));
        assert.ok(!told.some(({ event }) => event === 'stop'), light.log);
        return told;
    };

    /** Wait until something is told of the chain's head. */
    const awaited = (what: string, matches: (event: FollowEvent) => boolean): Promise<FollowEvent> =>
        until(what, () => listen().find(matches), 60_000, 50);

    /** Start an operation on a block and wait for what it gives. */
    const operation = async (method: string, ...params: unknown[]): Promise<FollowEvent> => {
        const started = await light.request<{ operationId: string }>(`chainHead_v1_${method}`, subscription, ...params);
        const found = await awaited(method, ({ operationId, event }) => {
            return operationId === started.operationId && event !== 'operationWaitingForContinue';
        });
        assert.ok(!['operationError', 'operationInaccessible'].includes(found.event), JSON.stringify(found));
        return found;
    };

    /** A value of the state, with its proof. */
    const stored = async (block: string, key: string): Promise<string | undefined> => {
        const { items } = await operation('storage', block, [{ key, type: 'value' }], null);
        return (items as { value: string }[] | undefined)?.[0]?.value;
    };

    /** Hashes of the blocks that the light client says are final, oldest first. */
    const final = (): string[] =>
        listen().flatMap(({ event, finalizedBlockHashes }) => {
            return ['initialized', 'finalized'].includes(event) ? (finalizedBlockHashes as string[]) : [];
        });

    /** Wait until the light client has so many final blocks more than now, and hold all against the full node's. */
    const followed = async (more: number, timeout = 60_000): Promise<void> => {
        const wanted = final().length + more;
        const hashes = await until(`${more} final blocks`, () => final().length >= wanted && final(), timeout);
        const headers = await Promise.all(hashes.map((hash) => node.api.rpc.chain.getHeader(hash)));
        const first = headers[0]!.number.toNumber();
        for (const [at, { number }] of headers.entries()) {
            assert.equal(number.toNumber(), first + at, 'one after the other');
            assert.equal((await node.api.rpc.chain.getBlockHash(first + at)).toHex(), hashes[at]);
        }
    };

    test('final blocks should be those of the full node when a light client follows', async () => {
        const first = await awaited('the light client has synced', ({ event }) => event === 'initialized');
        const { spec } = first.finalizedBlockRuntime as { spec: { specName: string; specVersion: number } };
        assert.equal(spec.specName, node.api.runtimeVersion.specName.toString());
        assert.equal(spec.specVersion, node.api.runtimeVersion.specVersion.toNumber());
        await followed(4);
    });

    test('storage and runtime calls should be as the full node has them when they are read with proofs', async () => {
        const block = final().at(-1)!;
        const key = node.api.query.system!.account!.key(alice.address);
        assert.equal(await stored(block, key), await rpc(node.api, 'state_getStorage', key, block));

        // Ten releases from number 0 on.
        const call = ['ModelsApi_releases', '0x000000000a000000'];
        const { output } = await operation('call', block, ...call);
        assert.equal(output, await rpc(node.api, 'state_call', ...call, block));
        assert.notEqual(output, '0x00', 'the release is there');
    });

    test('a transaction should become final when a light client broadcasts it', async () => {
        const { api } = node;
        const to = account('//light//broadcast').address;
        const key = api.query.system!.account!.key(to);
        const signed = await api.tx.balances!.transferKeepAlive!(to, CNDR).signAsync(bob, { nonce: -1 });
        const broadcast = await light.request<string>('transaction_v1_broadcast', signed.toHex());
        const found = await until('a final block has the money', async () => {
            const block = final().at(-1)!;
            const value = await stored(block, key);
            return value !== undefined && { block, value };
        });
        await light.request('transaction_v1_stop', broadcast);
        assert.equal(found.value, await rpc(api, 'state_getStorage', key, found.block));
        assert.equal((await balances(api, to, found.block)).free, CNDR);
    });

    test('an application should do as with a full node when Polkadot.js has a light client below it', async () => {
        const api = await connectLight(spec);
        try {
            assert.equal(api.genesisHash.toHex(), node.api.genesisHash.toHex());
            const block = (await api.rpc.chain.getFinalizedHead()).toHex();
            assert.deepEqual(await balances(api, alice.address, block), await balances(node.api, alice.address, block));
            const [mine, theirs] = await Promise.all([api, node.api].map((api) => api.call.modelsApi!.release!(0)));
            assert.equal(u8aToHex(mine!.toU8a()), u8aToHex(theirs!.toU8a()));

            const to = account('//light//signed').address;
            const sent = await ok(api, api.tx.balances!.transferKeepAlive!(to, 2n * CNDR), bob);
            await untilFinalized(api, sent.number);
            assert.equal((await node.api.rpc.chain.getBlockHash(sent.number)).toHex(), sent.block);
            assert.equal((await balances(node.api, to, sent.block)).free, 2n * CNDR);
        } finally {
            await api.disconnect();
        }
    });

    test('a light client should go on when the full node was away', async () => {
        await node.stop();
        await node.up();
        await followed(3, 180_000);
    });

    test('a light client should need no boot node when it has the database of another one', async () => {
        const database = await light.request<string>('chainHead_unstable_finalizedDatabase', 2 ** 20);
        const { number } = await node.api.rpc.chain.getHeader(final().at(-1)!);
        const alone = JSON.stringify({ ...JSON.parse(spec), bootNodes: [] });
        const found = await begins(node, alone, database);
        assert.ok(found.number >= number.toNumber(), found.log);
    });
});

describe('light client with a checkpoint', { timeout: 400_000 }, () => {
    let node: Node;
    let port: number;

    before(async () => {
        port = await freePort();
        // Its epochs are short: smoldot takes no checkpoint of the chain's first two.
        node = await Node.start('light-checkpoint', { spec: await testChain(), args: ['--listen-addr', webListen(port)] });
    });
    after(() => node?.stop());

    test('a light client should begin there when its specification has one', async () => {
        const { api } = node;
        await until(
            'a final block of the third epoch',
            async () => {
                const final = await api.at(await api.rpc.chain.getFinalizedHead());
                return Number(await final.query.babe!.epochIndex!()) >= 2;
            },
            180_000,
        );
        const made = await rpc<{ lightSyncState: { finalizedBlockHeader: string } }>(api, 'sync_state_genSyncSpec', true);
        const header = api.registry.createType('Header', made.lightSyncState.finalizedBlockHeader) as unknown as Header;
        const { number, log } = await begins(node, await withBootNode(made, node, port));
        assert.ok(number >= header.number.toNumber());
        const start = `Chain specification starting at: ${header.hash.toHex().slice(0, 6)}`;
        assert.ok(log.includes(start), `${start}:\n${log}`);
    });
});

/** Start another light client, and give the number of the final block that it begins with. */
async function begins(node: Node, spec: string, database?: string): Promise<{ number: number; log: string }> {
    const light = await LightClient.start(spec, database);
    try {
        const subscription = await light.follow();
        const first = await until('it has synced', () => {
            return light.events(subscription).find(({ event }) => event === 'initialized');
        });
        const { number } = await node.api.rpc.chain.getHeader((first.finalizedBlockHashes as string[]).at(-1)!);
        return { number: number.toNumber(), log: light.log };
    } finally {
        light.stop();
    }
}
