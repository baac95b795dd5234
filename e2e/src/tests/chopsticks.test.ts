// The runtime loads in a tool of the ecosystem: Chopsticks builds blocks with it, from genesis.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ApiPromise } from '@polkadot/api';
import { bestNumber, big, bob, charlie, CNDR, connect, dave, eventsAt, type Happened, one, rpc, type Tx, wealth } from '../lib/chain.js';
import type { KeyringPair } from '@polkadot/keyring/types';
import { u8aToHex } from '@polkadot/util';
import { xxhashAsHex } from '@polkadot/util-crypto';
import { bindMessage } from '../lib/commitments.js';
import { built, REPO, scratch } from '../lib/env.js';
import { inline } from '../lib/model.js';
import { freePort, run, Running } from '../lib/process.js';
import { pair, toySpec, VARIANT, vector } from '../lib/toy.js';

const WASM = 'wbuild/candor-runtime/candor_runtime.compact.compressed.wasm';
const SLOT_MS = 2_000;
const CHOPSTICKS = join(REPO, 'e2e', 'node_modules', '@acala-network', 'chopsticks', 'chopsticks.cjs');

/**
 * A raw chain specification whose first state has a time, on the edge of a slot. Without one Chopsticks reads the clock twice for the first
 * block, once for its slot and once for its time: a machine that takes long in between makes a block that the runtime refuses.
 */
function begunNow(spec: string): string {
    const parsed = JSON.parse(spec);
    const time = new Uint8Array(new BigUint64Array([BigInt(Math.floor(Date.now() / SLOT_MS) * SLOT_MS)]).buffer);
    parsed.genesis.raw.top[xxhashAsHex('Timestamp', 128) + xxhashAsHex('Now', 128).slice(2)] = u8aToHex(time);
    return JSON.stringify(parsed);
}

describe('chopsticks', { timeout: 300_000 }, () => {
    let chopsticks: Running;
    let api: ApiPromise;

    before(async () => {
        const folder = scratch('chopsticks');
        const spec = join(folder, 'spec.json');
        const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', 'dev', '--raw']);
        writeFileSync(spec, begunNow(stdout));
        const port = await freePort();
        const config = join(folder, 'config.yml');
        writeFileSync(
            config,
            [
                `genesis: ${spec}`,
                `wasm-override: ${built(WASM)}`,
                `port: ${port}`,
                'build-block-mode: Manual',
                'mock-signature-host: false',
            ].join('\n'),
        );
        chopsticks = new Running(process.execPath, [CHOPSTICKS, '--config', config], join(folder, 'chopsticks.log'));
        api = await connect(`ws://127.0.0.1:${port}`, () => {
            if (chopsticks.over) throw new Error(`chopsticks ended:\n${chopsticks.tail()}`);
        });
    });
    after(async () => {
        await api?.disconnect();
        await chopsticks?.stop().catch(() => chopsticks.kill());
    });

    /** Send an extrinsic, build a block, give its events of this extrinsic. */
    async function inBlock(tx: Tx, signer: KeyringPair): Promise<Happened[]> {
        const signed = await tx.signAsync(signer, { nonce: -1 });
        await api.rpc.author.submitExtrinsic(signed);
        const block = await newBlock();
        const { block: found } = await api.rpc.chain.getBlock(block);
        const index = found.extrinsics.findIndex((extrinsic) => extrinsic.toHex() === signed.toHex());
        const events = (await eventsAt(api, block)).filter(({ extrinsic }) => extrinsic === index);
        one(events, 'system.ExtrinsicSuccess');
        return events;
    }
    const newBlock = () => rpc<string>(api, 'dev_newBlock', { count: 1 });

    test('blocks should be built when the runtime runs in chopsticks', async () => {
        assert.equal(api.runtimeVersion.specName.toString(), 'candor');
        const before = await bestNumber(api);
        await newBlock();
        await newBlock();
        assert.equal(await bestNumber(api), before + 2);
    });

    test('transfer should work when it is sent to chopsticks', async () => {
        const before = await wealth(api, dave.address);
        await inBlock(api.tx.balances!.transferKeepAlive!(dave.address, 5n * CNDR), bob);
        assert.equal((await wealth(api, dave.address)) - before, 5n * CNDR);
    });

    test('model should be published, offered and asked when its extrinsics are sent to chopsticks', async () => {
        const created = await inBlock(api.tx.models!.createRepository!('toy', false), dave);
        const repository = big(one(created, 'models.RepositoryCreated').data.repository);
        const version = { major: 1, minor: 0, patch: 0 };
        const published = await inBlock(api.tx.models!.publishRelease!(repository, version, toySpec()), dave);
        const release = big(one(published, 'models.ReleasePublished').data.release);
        // What the runtime takes for the genesis hash, which a tool may fake.
        const genesis = await api.query.system!.blockHash!(0);
        const proof = bob.sign(bindMessage(genesis.toU8a(), charlie.publicKey));
        const register = api.tx.hosts!.register!(bob.publicKey, proof, 'http://127.0.0.1', 'none', 1_000n * CNDR);
        one(await inBlock(register, charlie), 'hosts.Registered');
        one(await inBlock(api.tx.hosts!.offer!(release, VARIANT, CNDR, 0, 1), charlie), 'hosts.OfferSet');
        const submitted = await inBlock(api.tx.jobs!.submit!(release, inline([vector(3), pair(1, 2)]), CNDR), dave);
        const assigned = one(submitted, 'jobs.JobAssigned').data;
        assert.equal(assigned.host, charlie.address);
        assert.equal(big(assigned.fee), CNDR);
    });
});
