// A publisher and a host, by plain extrinsics.

import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { u8aToHex } from '@polkadot/util';
import { account, big, CNDR, ok, one } from './chain.js';
import { bindMessage } from './commitments.js';
import type { Prepared } from './model.js';
import type { Node } from './node.js';

/** Create a repository; gives its id. */
export async function createRepository(
    api: ApiPromise,
    publisher: KeyringPair,
    name: string,
    isPrivate = false,
): Promise<number> {
    const done = await ok(api, api.tx.models!.createRepository!(name, isPrivate), publisher);
    return Number(big(one(done.events, 'models.RepositoryCreated').data.repository));
}

/** Publish a release; gives its id. */
export async function publishRelease(
    api: ApiPromise,
    publisher: KeyringPair,
    repository: number,
    version: string,
    spec: Record<string, unknown>,
): Promise<number> {
    const [major, minor, patch] = version.split('.').map(Number);
    const tx = api.tx.models!.publishRelease!(repository, { major, minor, patch }, spec);
    const done = await ok(api, tx, publisher);
    return Number(big(one(done.events, 'models.ReleasePublished').data.release));
}

/** Put all files of a release on the node's engine. */
export async function upload(node: Node, release: Prepared): Promise<void> {
    for (const { path, root } of release.manifest.files) {
        const response = await fetch(`${node.storeUrl}/${root}`, {
            method: 'PUT',
            headers: { authorization: `Bearer ${node.token}` },
            body: new Uint8Array(release.file(path)),
        });
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
}

/** Hand a worker key to the node's keystore; gives the key. */
export async function insertWorker(api: ApiPromise, uri: string): Promise<KeyringPair> {
    const worker = account(uri);
    await api.rpc.author.insertKey('cndw', uri, u8aToHex(worker.publicKey));
    return worker;
}

/** Register a host whose worker key signs the bind message here. */
export async function register(
    api: ApiPromise,
    host: KeyringPair,
    worker: KeyringPair,
    stake = 1_000n * CNDR,
    endpoint = 'http://127.0.0.1',
): Promise<void> {
    const proof = worker.sign(bindMessage(api.genesisHash.toU8a(), host.publicKey));
    const tx = api.tx.hosts!.register!(worker.publicKey, proof, endpoint, 'a test machine', stake);
    await ok(api, tx, host);
}

export interface Price {
    perCall: bigint;
    perUnit: bigint;
    capacity: number;
}

/** Offer a release. */
export async function offer(
    api: ApiPromise,
    host: KeyringPair,
    release: number,
    variant: Uint8Array | string,
    { perCall, perUnit, capacity }: Price,
): Promise<void> {
    await ok(api, api.tx.hosts!.offer!(release, variant, perCall, perUnit, capacity), host);
}

/** MiniLM, published by one account and offered by another on the node's engine. */
export async function openMarket(
    node: Node,
    model: Prepared,
    publisher: KeyringPair,
    host: KeyringPair,
    price: Price,
    options: { source?: string; royalty?: number; upload?: boolean; stake?: bigint } = {},
): Promise<{ release: number; worker: KeyringPair }> {
    const { api } = node;
    const worker = await insertWorker(api, `//worker-${host.address.slice(-6)}`);
    if (options.upload !== false) await upload(node, model);
    const repository = await createRepository(api, publisher, model.manifest.name);
    const spec = model.spec(options.source ?? node.storeUrl, options.royalty);
    const release = await publishRelease(api, publisher, repository, model.manifest.version, spec);
    await register(api, host, worker, options.stake, node.engineUrl);
    await offer(api, host, release, `0x${model.manifest.variants[0]!.root}`, price);
    return { release, worker };
}
