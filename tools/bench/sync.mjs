// A chain of many blocks, and how long a fresh node takes for it: sync.mjs NODE CLOCK FOLDER BLOCKS SPEED
//
// One validator makes the chain with a clock (CLOCK, built from clock.c) that runs SPEED times as fast and begins so long ago that the
// chain ends about now: a block in each slot, finalised as on every chain. What is measured afterwards are nodes as they are, with the
// machine's clock. The blocks hold nothing but their time.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [program, clock, folder, wanted, factor] = process.argv.slice(2);
const [blocks, speed] = [Number(wanted), Number(factor)];
const SLOT = 2;
// A fresh node starts a warp with three peers.
const SERVERS = 3;

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** A node of the chain in its own folder below ours. */
class Node {
    constructor(name) {
        this.name = name;
        this.base = join(folder, name);
        this.log = join(folder, `${name}.log`);
    }

    async start(args, env = {}) {
        [this.rpc, this.port] = [await freePort(), await freePort()];
        const out = openSync(this.log, 'w');
        const common = ['--chain', spec, '--base-path', this.base, '--rpc-port', this.rpc, '--listen-addr', `/ip4/127.0.0.1/tcp/${this.port}`];
        const rest = ['--no-mdns', '--no-telemetry', '--no-prometheus', '--unsafe-force-node-key-generation'];
        this.began = performance.now();
        this.child = spawn(program, [...common, ...rest, ...args].map(String), {
            stdio: ['ignore', out, out],
            env: { ...process.env, RUST_LOG: 'warn,sync=info,substrate=warn', ...env },
        });
        running.add(this.child);
        this.ended = new Promise((resolve) => this.child.once('exit', resolve));
        await until(`${this.name} answers`, () => this.call('system_health'), 120);
        this.up = performance.now();
        return this;
    }

    async call(method, ...params) {
        if (this.child.exitCode !== null) throw new Fatal(`${this.name} ended, see ${this.log}`);
        const response = await fetch(`http://127.0.0.1:${this.rpc}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        });
        const { result, error } = await response.json();
        if (error) throw new Error(error.message);
        return result;
    }

    async best() {
        return Number((await this.call('chain_getHeader')).number);
    }

    async stop() {
        this.child.kill('SIGTERM');
        await this.ended;
        running.delete(this.child);
    }

    said(words) {
        return readFileSync(this.log, 'utf8').includes(words);
    }

    /** Bytes of its database on disk. */
    get bytes() {
        const size = (path) => {
            const stat = statSync(path);
            return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0) : stat.blocks * 512;
        };
        return size(join(this.base, 'chains'));
    }
}

class Fatal extends Error {}

async function until(what, test, seconds, pause = 100) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        try {
            const found = await test();
            if (found) return found;
        } catch (error) {
            if (error instanceof Fatal) throw error;
        }
        if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
        await sleep(pause);
    }
}

const seconds = (from, to) => Math.round(to - from) / 1000;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const spec = join(folder, 'spec.json');
writeFileSync(spec, execFileSync(program, ['export-chain-spec', '--chain', 'dev', '--raw'], { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] }));

// --- The chain ------------------------------------------------------------------------------------------------------

const author = new Node('author');
// A slot in fifty may pass without a block; and the node needs a while to start, which the clock runs away with.
const start = Math.floor(Date.now() / 1000) - Math.ceil(blocks * SLOT * 1.02) - 60 * speed;
await author.start(['--alice', '--force-authoring'], { LD_PRELOAD: clock, CLOCK_SPEED: speed, CLOCK_START: start });
const first = await until('the first block', () => author.best(), 60, 20);
const began = performance.now();
await until(`${blocks} blocks`, async () => (await author.best()) >= blocks, 120 + (blocks * SLOT * 4) / speed, 50);
const made = seconds(began, performance.now());
// Where its clock is at most; a block of a time to come would be refused.
const ends = start * 1000 + (performance.now() - author.began) * speed;
await author.stop();
console.error(`${blocks - first} blocks in ${made} s`);

// --- Who has it -----------------------------------------------------------------------------------------------------

const servers = [];
for (let n = 0; n < SERVERS; n += 1) {
    const server = new Node(`server-${n}`);
    const from = join(author.base, 'chains', 'candor_dev', 'paritydb');
    cpSync(from, join(server.base, 'chains', 'candor_dev', 'paritydb'), { recursive: true });
    await server.start(n === 0 ? [] : ['--bootnodes', servers[0].address]);
    server.address = `/ip4/127.0.0.1/tcp/${server.port}/p2p/${await server.call('system_localPeerId')}`;
    servers.push(server);
}
const target = await servers[0].best();
const hash = await servers[0].call('chain_getBlockHash', target);
const final = Number((await servers[0].call('chain_getHeader', await servers[0].call('chain_getFinalizedHead'))).number);
await sleep(Math.max(0, ends - Date.now()));

// --- Fresh nodes ----------------------------------------------------------------------------------------------------

async function fresh(sync) {
    const node = new Node(sync);
    await node.start(['--sync', sync, ...servers.flatMap(({ address }) => ['--bootnodes', address])]);
    await until(`${sync}: block ${target}`, async () => (await node.best()) >= target, 3600);
    const done = performance.now();
    if ((await node.call('chain_getBlockHash', target)) !== hash) throw new Error(`${sync}: another chain`);
    const result = { start: seconds(node.began, node.up), synced: seconds(node.up, done) };
    if (sync === 'warp') {
        result.bytes = node.bytes;
        await until('the blocks of the past', async () => {
            if (!node.said('Block history download is complete')) return false;
            const [old, middle] = await Promise.all([1, target >> 1].map((number) => node.call('chain_getBlockHash', number)));
            return (await node.call('chain_getBlock', old)) && (await node.call('chain_getBlock', middle));
        }, 3600);
        result.history = seconds(node.up, performance.now());
    }
    await node.stop();
    return { ...result, [sync === 'warp' ? 'bytesWithHistory' : 'bytes']: node.bytes };
}

const full = await fresh('full');
const warp = await fresh('warp');
for (const server of servers) await server.stop();
console.log(
    JSON.stringify({
        blocks: target,
        final,
        speed,
        made,
        madePerSecond: Math.round((blocks - first) / made),
        full: { ...full, perSecond: Math.round(target / full.synced) },
        warp,
        author: author.bytes,
    }),
);
