// What a node shows to others: no unsafe call over a port that is open to the network, no secret in a file, an argument or a log.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { u8aToHex } from '@polkadot/util';
import { mnemonicGenerate } from '@polkadot/util-crypto';
import { account, rpc } from '../lib/chain.js';
import { insertWorker } from '../lib/market.js';
import { Node } from '../lib/node.js';

/** What an operator may do and nobody else: keys, the engine's token, peers, logs, work without an end. */
const UNSAFE: Record<string, (genesis: string) => unknown[]> = {
    author_hasKey: () => ['0x00', 'babe'],
    author_hasSessionKeys: () => ['0x00'],
    author_insertKey: () => ['babe', '//Nobody', u8aToHex(account('//Nobody').publicKey)],
    author_removeExtrinsic: () => [[]],
    author_rotateKeys: () => [],
    author_rotateKeysWithOwner: () => ['0x00'],
    babe_epochAuthorship: () => [],
    offchain_localStorageClear: () => ['PERSISTENT', '0x00'],
    offchain_localStorageGet: () => ['PERSISTENT', u8aToHex(new TextEncoder().encode('candor::engine::token'))],
    offchain_localStorageSet: () => ['PERSISTENT', '0x00', '0x00'],
    state_callRecorded: (genesis) => ['Core_version', '0x', genesis],
    state_getPairs: () => ['0x'],
    state_queryStorage: (genesis) => [['0x00'], genesis],
    state_traceBlock: (genesis) => [genesis],
    system_addLogFilter: () => ['trace'],
    system_addReservedPeer: () => ['/ip4/127.0.0.1/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'],
    system_dryRun: () => ['0x00'],
    system_peers: () => [],
    system_removeReservedPeer: () => ['12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'],
    system_resetLogFilter: () => [],
    system_unstable_networkState: () => [],
};

const methods = async (node: Node): Promise<string[]> => (await rpc<{ methods: string[] }>(node.api, 'rpc_methods')).methods;

describe('a node whose RPC others reach', { timeout: 300_000 }, () => {
    let node: Node;

    before(async () => {
        node = await Node.start('outside', { chain: 'local', args: ['--rpc-external'] });
    });
    after(() => node?.stop());

    test('unsafe calls should be denied when the port is open to the network', async () => {
        const known = await methods(node);
        const genesis = node.api.genesisHash.toHex();
        for (const [method, params] of Object.entries(UNSAFE)) {
            // Else a call that has another name now would be denied as well.
            assert.ok(known.includes(method), `${method} is not there`);
            await assert.rejects(rpc(node.api, method, ...params(genesis)), /unsafe/, method);
        }
        assert.equal(readdirSync(node.keystore).length, 0, 'no key was made');
    });

    test('safe calls should be answered when the port is open to the network', async () => {
        assert.equal(await rpc(node.api, 'system_chain'), 'Candor Local Testnet');
        assert.ok(await rpc(node.api, 'chain_getHeader'));
        assert.deepEqual(await rpc(node.api, 'author_pendingExtrinsics'), []);
    });
});

describe('a node of one machine', { timeout: 300_000 }, () => {
    const phrase = mnemonicGenerate();
    let node: Node;

    before(async () => {
        node = await Node.start('secrets', { engine: true });
        await insertWorker(node.api, phrase);
    });
    after(() => node?.stop());

    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

    test('unsafe calls should be answered when the port is of this machine only', async () => {
        assert.equal(await rpc(node.api, 'author_hasKey', u8aToHex(account(phrase).publicKey), 'cndw'), true);
        assert.ok(Array.isArray(await rpc(node.api, 'system_peers')));
    });

    test('folders and files of secrets should be closed to other users', () => {
        for (const folder of [node.chainDir, node.keystore, node.engineDir]) assert.equal(mode(folder), '700', folder);
        const keys = readdirSync(node.keystore).map((name) => join(node.keystore, name));
        assert.ok(keys.length > 0, 'a key was inserted');
        for (const file of [...keys, node.tokenFile, join(node.chainDir, 'network', 'secret_ed25519')]) {
            assert.equal(mode(file), '600', file);
        }
    });

    test('secrets should be in no argument of a process and in no line of the log', async () => {
        const put = (token: string) =>
            fetch(`${node.storeUrl}/${'00'.repeat(32)}`, {
                method: 'PUT',
                headers: { authorization: `Bearer ${token}` },
                body: new Uint8Array([1]),
            });
        assert.equal((await put(node.token)).status, 422, 'the token is right, the root is not');
        assert.equal((await put(`${node.token}0`)).status, 401);
        const processes = [node.process.pid, ...node.process.children()];
        assert.ok(processes.includes(node.enginePid()));
        const words = processes.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).join('\n');
        const log = readFileSync(node.log, 'utf8');
        for (const secret of [node.token, phrase]) {
            assert.ok(!words.includes(secret), 'an argument');
            assert.ok(!log.includes(secret), 'the log');
        }
    });
});
