// A `candor proxy` of the test's own.

import { join } from 'node:path';
import { built, scratch } from './env.js';
import type { Node } from './node.js';
import { freePort, Running, until } from './process.js';

export class Proxy {
    #running: Running | undefined;

    private constructor(
        readonly data: string,
        readonly port: number,
        readonly node: Node,
        readonly args: string[],
    ) {}

    /** Start a proxy in a fresh folder; `key` pays. */
    static async start(node: Node, key: string, args: string[]): Promise<Proxy> {
        const proxy = new Proxy(scratch('proxy'), await freePort(), node, ['--key', key, ...args]);
        await proxy.up();
        return proxy;
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}`;
    }
    get log(): string {
        return join(this.data, 'proxy.log');
    }
    get process(): Running {
        if (!this.#running) throw new Error('the proxy is not running');
        return this.#running;
    }

    /** Start it, in the same folder as before, and wait until it answers. */
    async up(): Promise<void> {
        const args = ['proxy', '--url', this.node.url, '--listen', `127.0.0.1:${this.port}`, '--no-grpc', '--data', this.data];
        const running = new Running(built('candor'), [...args, ...this.args], this.log);
        this.#running = running;
        await until(
            'the proxy answers',
            async () => {
                if (running.over) throw new Error(`the proxy ended:\n${running.tail()}`);
                return (await fetch(`${this.url}/v2/health/live`)).ok;
            },
            90_000,
        );
    }

    /** What was spent, as the proxy says. */
    async spend(): Promise<Record<string, any>> {
        return (await (await fetch(`${this.url}/candor/v1/spend`)).json()) as Record<string, any>;
    }

    /** `kill -9`. */
    async kill(): Promise<void> {
        await this.process.kill();
        this.#running = undefined;
    }

    /** Stop it in order: sessions are closed. */
    async stop(): Promise<void> {
        if (this.#running && !this.#running.over) await this.#running.stop(60_000);
        this.#running = undefined;
    }
}
