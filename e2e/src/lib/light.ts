// A light client of the test's own: smoldot, which checks what it is told against proofs and the chain's specification alone.

import { Worker } from 'node:worker_threads';
import { ApiPromise, ScProvider } from '@polkadot/api';
import type { AddChainOptions } from 'smoldot';
import { built } from './env.js';
import type { Node } from './node.js';
import { run } from './process.js';

/** Where a node listens for those that only have WebSockets. */
export const webListen = (port: number): string => `/ip4/127.0.0.1/tcp/${port}/ws`;

/** The development chain's specification, raw. */
export async function devSpec(): Promise<object> {
    const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', 'dev', '--raw']);
    return JSON.parse(stdout) as object;
}

/** A specification with this node as its only boot node. */
export async function withBootNode(spec: object, node: Node, port: number): Promise<string> {
    const peer = (await node.api.rpc.system.localPeerId()).toString();
    return JSON.stringify({ ...spec, bootNodes: [`${webListen(port)}/p2p/${peer}`] });
}

/** A chain that a light client follows. */
export interface LightChain {
    sendJsonRpc(request: string): void;
    remove(): void;
}

/** Start smoldot in a thread of its own, which is its whole world: it ends with it. */
export function addChain(
    options: AddChainOptions,
    onResponse: (response: string) => void,
    onLog: (line: string) => void = () => {},
): Promise<LightChain> {
    const worker = new Worker(new URL('./light-worker.js', import.meta.url), { workerData: options });
    return new Promise((resolve, reject) => {
        worker.once('error', reject);
        worker.on('message', ({ log, response }: { log?: string; response?: string }) => {
            if (log !== undefined) onLog(log);
            else if (response !== undefined) onResponse(response);
            else resolve({ sendJsonRpc: (request) => worker.postMessage(request), remove: () => void worker.terminate() });
        });
    });
}

/** Polkadot.js with a light client below it, as docs/operate/light-clients.md has it. */
export async function connectLight(chainSpec: string): Promise<ApiPromise> {
    const client = {
        addChain: (chainSpec: string, onResponse: (response: string) => void) => addChain({ chainSpec }, onResponse),
    };
    const provider = new ScProvider({ WellKnownChain: {}, createScClient: () => client } as never, chainSpec);
    await provider.connect();
    return ApiPromise.create({ provider, noInitWarn: true });
}

/** Something that happened to the chain's head, as `chainHead_v1_follow` tells it. */
export interface FollowEvent {
    event: string;
    [field: string]: unknown;
}

interface Pending {
    resolve: (value: never) => void;
    reject: (reason: Error) => void;
}

/** A light client by its JSON-RPC. */
export class LightClient {
    readonly #log: string[] = [];
    readonly #pending = new Map<number, Pending>();
    readonly #events = new Map<string, FollowEvent[]>();
    #chain!: LightChain;
    #last = 0;

    private constructor() {}

    /** Start one that knows nothing but the specification, and in `databaseContent` what another one wrote down. */
    static async start(chainSpec: string, databaseContent?: string): Promise<LightClient> {
        const light = new LightClient();
        const options = { chainSpec, ...(databaseContent === undefined ? {} : { databaseContent }) };
        light.#chain = await addChain(
            options,
            (response) => light.#take(response),
            (line) => light.#log.push(line),
        );
        return light;
    }

    /** What it said. */
    get log(): string {
        return this.#log.join('\n');
    }

    #take(text: string): void {
        const { id, result, error, params } = JSON.parse(text) as Record<string, any>;
        if (params !== undefined) {
            this.#queue(params.subscription as string).push(params.result as FollowEvent);
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

    stop(): void {
        this.#chain.remove();
    }
}
