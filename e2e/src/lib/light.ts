// A light client of the test's own: smoldot, which checks what it is told against proofs and the chain's specification alone.

import { Worker } from 'node:worker_threads';
import { ApiPromise, ScProvider } from '@polkadot/api';
import { type Chain, type Client, start } from 'smoldot';
import { built } from './env.js';
import type { Node } from './node.js';
import { run } from './process.js';

/** Where a node listens for those that only have WebSockets. */
export const webListen = (port: number): string => `/ip4/127.0.0.1/tcp/${port}/ws`;

/** A specification with this node as its only boot node. */
export async function withBootNode(spec: object, node: Node, port: number): Promise<string> {
    const peer = (await node.api.rpc.system.localPeerId()).toString();
    return JSON.stringify({ ...spec, bootNodes: [`${webListen(port)}/p2p/${peer}`] });
}

/** The development chain's specification, raw. */
export async function devSpec(): Promise<object> {
    const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', 'dev', '--raw']);
    return JSON.parse(stdout) as object;
}

/** Something that happened to a block, as `chainHead_v1_follow` tells it. */
export interface FollowEvent {
    event: string;
    [field: string]: unknown;
}

interface Pending {
    resolve: (value: never) => void;
    reject: (reason: Error) => void;
}

/** A light client, and a chain that it follows. */
export class LightClient {
    readonly #log: string[] = [];
    readonly #worker = new Worker(new URL('./light-worker.js', import.meta.url));
    readonly #client: Client;
    readonly #pending = new Map<number, Pending>();
    /** By subscription; what comes before anybody asked for it is kept. */
    readonly #events = new Map<string, FollowEvent[]>();
    #chain!: Chain;
    #api: ApiPromise | undefined;
    #last = 0;

    private constructor(readonly spec: string) {
        const logCallback = (level: number, target: string, message: string) => {
            this.#log.push(`${new Date().toISOString()} ${level} ${target} ${message}`);
        };
        const { port1, port2 } = new MessageChannel();
        this.#worker.postMessage(port1, [port1 as never]);
        this.#client = start({ maxLogLevel: 3, logCallback, portToWorker: port2 });
    }

    /** Start one that knows nothing but the specification, and in `database` what another one wrote down. */
    static async start(spec: string, database?: string): Promise<LightClient> {
        const light = new LightClient(spec);
        light.#chain = await light.#client.addChain({
            chainSpec: spec,
            ...(database === undefined ? {} : { databaseContent: database }),
        });
        void light.#read();
        return light;
    }

    /** What it said. */
    get log(): string {
        return this.#log.join('\n');
    }

    async #read(): Promise<void> {
        try {
            for await (const text of this.#chain.jsonRpcResponses) this.#take(text);
        } catch (error) {
            for (const { reject } of this.#pending.values()) reject(error as Error);
        }
    }

    #take(text: string): void {
        const { id, result, error, params } = JSON.parse(text) as Record<string, any>;
        if (params !== undefined) {
            const { subscription, result: event } = params as { subscription: string; result: FollowEvent };
            this.#queue(subscription).push(event);
            return;
        }
        const pending = this.#pending.get(id as number);
        this.#pending.delete(id as number);
        if (error === undefined) pending?.resolve(result as never);
        else pending?.reject(new Error(JSON.stringify(error)));
    }

    #queue(subscription: string): FollowEvent[] {
        const found = this.#events.get(subscription) ?? [];
        this.#events.set(subscription, found);
        return found;
    }

    /** A call of its JSON-RPC. */
    request<T>(method: string, ...params: unknown[]): Promise<T> {
        this.#last += 1;
        const id = this.#last;
        return new Promise<T>((resolve, reject) => {
            this.#pending.set(id, { resolve, reject });
            this.#chain.sendJsonRpc(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
        });
    }

    /** Follow the head of the chain; gives the subscription. */
    follow(): Promise<string> {
        return this.request<string>('chainHead_v1_follow', true);
    }

    /** What was told of a subscription since this was called last. */
    events(subscription: string): FollowEvent[] {
        return this.#queue(subscription).splice(0);
    }

    /** Polkadot.js on top of it, as an application has it. */
    async api(): Promise<ApiPromise> {
        this.#api ??= await connectLight(this.#client, this.spec);
        return this.#api;
    }

    async stop(): Promise<void> {
        await this.#api?.disconnect();
        await this.#client.terminate();
        // Its timers would keep the test alive.
        await this.#worker.terminate();
    }
}

/** Connect Polkadot.js to a chain by a light client: what docs/operate/light-clients.md shows. */
export async function connectLight(client: Client, chainSpec: string): Promise<ApiPromise> {
    const addChain = async (chainSpec: string, onResponse: (response: string) => void) => {
        const chain = await client.addChain({ chainSpec });
        const read = async () => {
            for await (const response of chain.jsonRpcResponses) onResponse(response);
        };
        read().catch(() => {});
        return { sendJsonRpc: (request: string) => chain.sendJsonRpc(request), remove: () => chain.remove() };
    };
    const provider = new ScProvider({ WellKnownChain: {}, createScClient: () => ({ addChain }) } as never, chainSpec);
    await provider.connect();
    return ApiPromise.create({ provider, noInitWarn: true });
}
