// A candor-node of the test's own: free ports, a folder of its own, its engine beside it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiPromise } from '@polkadot/api';
import { connect } from './chain.js';
import { built, scratch } from './env.js';
import type { Station } from './namespaces.js';
import { freePort, Running, until } from './process.js';

export interface NodeOptions {
    /** `--chain`; `dev` by default. */
    chain?: string;
    /** File of the chain's specification that takes the place of the development chain's. */
    spec?: string;
    /** Start the engine too. */
    engine?: boolean;
    /** Program that takes the engine's place; the engine of the build if left out. */
    enginePath?: string;
    /** A node whose development chain this one follows, without authoring itself. */
    follows?: Node;
    /** Port on which it shows its metrics; it shows none if left out. */
    metrics?: number;
    /** Where it runs; beside the test, on loopback addresses, if left out. */
    station?: Station;
    /** Port on which it listens for other nodes; a free one if left out. */
    p2pPort?: number;
    /** Its folder; a fresh one if left out. */
    base?: string;
    /** More of its environment. */
    env?: NodeJS.ProcessEnv;
    /** More arguments. */
    args?: string[];
}

export class Node {
    #running: Running | undefined;
    #api: ApiPromise | undefined;
    /** Where its log lies: not on a disk of its own, which may be full. */
    readonly #logs: string;

    private constructor(
        readonly base: string,
        readonly rpcPort: number,
        readonly p2pPort: number,
        readonly enginePort: number,
        readonly options: NodeOptions,
    ) {
        this.#logs = options.base === undefined ? base : scratch('log');
    }

    /** Start a node in a fresh folder and wait for its RPC. */
    static async start(name: string, options: NodeOptions = {}): Promise<Node> {
        const ports = [await freePort(), options.p2pPort ?? (await freePort()), await freePort()] as const;
        const node = new Node(options.base ?? scratch(name), ...ports, options);
        await node.up();
        return node;
    }

    get address(): string {
        return this.options.station?.address ?? '127.0.0.1';
    }
    get url(): string {
        return `ws://${this.address}:${this.rpcPort}`;
    }
    /** The engine, or what it shows to the world. */
    get engineUrl(): string {
        return `http://${this.address}:${this.enginePort}`;
    }
    /** Where the engine gives and takes files. */
    get storeUrl(): string {
        return `${this.engineUrl}/v1/store`;
    }
    get log(): string {
        return join(this.#logs, 'node.log');
    }
    get chainDir(): string {
        return join(this.base, 'chains', this.chain === 'dev' ? 'candor_dev' : 'candor_local');
    }
    get keystore(): string {
        return join(this.chainDir, 'keystore');
    }
    get engineDir(): string {
        return join(this.chainDir, 'engine');
    }
    get tokenFile(): string {
        return join(this.engineDir, 'token');
    }
    get token(): string {
        return readFileSync(this.tokenFile, 'utf8').trim();
    }
    /** How its process ended, or will. */
    get ended(): Promise<string> {
        return this.#running?.ended ?? Promise.resolve('it was stopped');
    }
    /** Whether its process runs, and answers. */
    get running(): boolean {
        return this.#running !== undefined && !this.#running.over && this.#api !== undefined;
    }
    get process(): Running {
        if (!this.#running) throw new Error('the node is not running');
        return this.#running;
    }
    get api(): ApiPromise {
        if (!this.#api) throw new Error('the node is not running');
        return this.#api;
    }
    private get chain(): string {
        return this.options.chain ?? 'dev';
    }

    /** Start it, in the same folder as before, and wait for its RPC (and its engine). */
    async up(): Promise<void> {
        if (this.#running && !this.#running.over) throw new Error('the node is running already');
        const { follows, enginePath, spec, metrics, station } = this.options;
        const authors = this.chain === 'dev' && !follows;
        const chain = authors && !spec ? ['--dev'] : ['--chain', spec ?? this.chain, '--no-mdns'];
        if (authors && spec) chain.push('--alice', '--force-authoring');
        if (follows) {
            const peer = (await follows.api.rpc.system.localPeerId()).toString();
            chain.push('--bootnodes', `/ip4/${follows.address}/tcp/${follows.p2pPort}/p2p/${peer}`);
        }
        const args = [
            ...chain,
            ...['--base-path', this.base, '--rpc-port', String(this.rpcPort)],
            ...['--listen-addr', `/ip4/${this.address}/tcp/${this.p2pPort}`],
            ...(station ? ['--unsafe-rpc-external', '--rpc-methods', 'unsafe', '--rpc-cors', 'all'] : []),
            // In MiB: Chopsticks reads a runtime of 8 MB at once.
            ...['--rpc-max-response-size', '64'],
            // All blocks and states are kept, so that the tests can look back.
            ...['--state-pruning', 'archive', '--blocks-pruning', 'archive'],
            ...(metrics ? ['--prometheus-port', String(metrics)] : ['--no-prometheus']),
            '--no-telemetry',
            // Compiled code that all nodes share.
            ...['--runtime-cache', process.env.E2E_RUNTIME_CACHE ?? join(this.base, 'runtime-cache')],
            ...(this.options.engine ? ['--engine', '--engine-listen', `127.0.0.1:${this.enginePort}`] : []),
            ...(this.options.engine && station ? ['--engine-arg=--gateway-listen', `--engine-arg=${this.address}:${this.enginePort}`] : []),
            ...(enginePath ? ['--engine-path', enginePath] : []),
            ...(this.options.args ?? []),
        ];
        const env = { RUST_LOG: process.env.E2E_RUST_LOG ?? 'info,runtime::host-worker=debug', ...this.options.env };
        const node = new Running(...(station?.within(built('candor-node'), args) ?? [built('candor-node'), args] as const), this.log, env);
        this.#running = node;
        this.#api = undefined;
        try {
            this.#api = await connect(this.url, () => {
                if (node.over) throw new Error(`the node ended:\n${node.tail()}`);
            });
            if (this.options.engine) await this.engineUp();
        } catch (error) {
            // Whoever started it has no node to stop.
            await node.kill();
            throw new Error(`the node did not come up, see ${this.log}`, { cause: error });
        }
    }

    /** Connect anew: after an upgrade the client reads blocks of before with types of after. */
    async reconnect(): Promise<ApiPromise> {
        await this.api.disconnect();
        this.#api = await connect(this.url);
        return this.#api;
    }

    /** Wait until the engine answers. */
    async engineUp(): Promise<Record<string, unknown>> {
        return until('the engine answers', async () => {
            const response = await fetch(`${this.engineUrl}/health`);
            return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
        });
    }

    /** Process id of the engine. */
    enginePid(): number {
        const found = this.process.children().find((pid) => {
            const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0];
            return program?.endsWith('candor-engine');
        });
        if (found === undefined) throw new Error('the node has no engine');
        return found;
    }

    /** `kill -9`. */
    async kill(): Promise<void> {
        await this.#api?.disconnect();
        await this.process.kill();
        this.#running = undefined;
    }

    /** Stop it in order, as Ctrl-C does. */
    async stop(): Promise<void> {
        await this.#api?.disconnect();
        if (this.#running && !this.#running.over) await this.#running.stop();
        this.#running = undefined;
    }
}
