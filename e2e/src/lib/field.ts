// A field of hosts: one node that authors, one node and engine for every host, all of them with the same release.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiPromise } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { CNDR, MILLI, ok } from './chain.js';
import { built, scratch } from './env.js';
import { createRepository, insertWorker, offer, type Price, publishRelease, upload } from './market.js';
import { bindMessage } from './commitments.js';
import type { Prepared } from './model.js';
import { Node } from './node.js';
import { until } from './process.js';

/** Someone who hosts. */
export interface HostPlan {
    who: KeyringPair;
    /** How its engine lies: arguments of `candor-liar`; an honest engine if left out. */
    lie?: string[];
    /** Folder in which its engine finds attesting hardware. */
    tsm?: string;
    /** Own stake. */
    stake?: bigint;
    /** What it asks. */
    price?: Price;
}

export interface FieldHost {
    who: KeyringPair;
    worker: KeyringPair;
    node: Node;
}

export const PRICE: Price = { perCall: 10n * MILLI, perUnit: 0n, capacity: 64 };

/** A program that is the lying engine with these lies, or the honest one if there are none; with this attesting hardware. */
export function liar(name: string, lie: string[], tsm?: string): string {
    const path = join(scratch(`engine-${name}`), 'engine');
    const quote = (words: string[]): string => words.map((word) => ` '${word}'`).join('');
    const program = built(lie.length > 0 ? 'candor-liar' : 'candor-engine');
    const hardware = tsm === undefined ? [] : ['--tsm', tsm];
    writeFileSync(path, `#!/bin/sh\nexec '${program}'${quote(lie)} "$@"${quote(hardware)}\n`);
    chmodSync(path, 0o755);
    return path;
}

/** Hosts that offer one release of one publisher. The first host's node authors the blocks. */
export class Field {
    private constructor(
        readonly hosts: FieldHost[],
        readonly release: number,
    ) {}

    /** Start it, on the development chain or on that of `spec`. */
    static async start(model: Prepared, publisher: KeyringPair, plans: HostPlan[], spec?: string): Promise<Field> {
        const nodes: Node[] = [];
        try {
            for (const [at, { lie = [], tsm }] of plans.entries()) {
                const options = {
                    engine: true,
                    ...(spec ? { spec } : {}),
                    ...(lie.length > 0 || tsm ? { enginePath: liar(`${at}`, lie, tsm) } : {}),
                    ...(nodes[0] ? { follows: nodes[0] } : {}),
                };
                nodes.push(await Node.start(`host-${at}`, options));
            }
            return await Field.open(nodes, model, publisher, plans);
        } catch (error) {
            await Promise.all(nodes.map((node) => node.stop().catch(() => {})));
            throw error;
        }
    }

    /** The same on nodes that run. */
    static async open(nodes: Node[], model: Prepared, publisher: KeyringPair, plans: HostPlan[]): Promise<Field> {
        const [first] = nodes as [Node, ...Node[]];
        const { api } = first;
        for (const node of nodes.slice(1)) {
            await until('the node follows', async () => (await node.api.rpc.system.health()).peers.toNumber() > 0);
        }
        await upload(first, model);
        const repository = await createRepository(api, publisher, model.manifest.name);
        const spec = model.spec(first.storeUrl);
        const release = await publishRelease(api, publisher, repository, model.manifest.version, spec);
        const hosts: FieldHost[] = [];
        for (const [at, plan] of plans.entries()) {
            const node = nodes[at]!;
            const worker = await insertWorker(node.api, `//worker-${plan.who.address.slice(-6)}`);
            await registerAt(api, plan.who, worker, node.engineUrl, plan.stake ?? 10_000n * CNDR);
            await offer(api, plan.who, release, `0x${model.manifest.variants[0]!.root}`, plan.price ?? PRICE);
            hosts.push({ who: plan.who, worker, node });
        }
        for (const { node } of hosts) await ready(node);
        return new Field(hosts, release);
    }

    /** Where extrinsics are sent. */
    get api(): ApiPromise {
        return this.hosts[0]!.node.api;
    }

    async stop(): Promise<void> {
        await Promise.all(this.hosts.map(({ node }) => node.stop()));
    }
}

async function registerAt(
    api: ApiPromise,
    host: KeyringPair,
    worker: KeyringPair,
    endpoint: string,
    stake: bigint,
): Promise<void> {
    const proof = worker.sign(bindMessage(api.genesisHash.toU8a(), host.publicKey));
    await ok(api, api.tx.hosts!.register!(worker.publicKey, proof, endpoint, 'a test machine', stake), host);
}

/** Wait until the engine of a node has a release loaded. */
const ready = (node: Node): Promise<unknown> =>
    until(
        'the engine has the release loaded',
        async () => {
            const response = await fetch(`${node.engineUrl}/v1/releases`);
            const { releases } = (await response.json()) as { releases: { stage: string }[] };
            return releases.some(({ stage }) => stage === 'ready');
        },
        120_000,
    );
