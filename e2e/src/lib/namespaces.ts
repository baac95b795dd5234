// A network of the test's own: a Linux network namespace for every node, a switch between them that delays and loses frames
// and cuts nodes off, clocks that go wrong, disks that fill up. `e2e/run` starts the tests that use it within namespaces of their
// own (`in_namespaces` of scripts/lib.sh), so that nothing of it is left however a test ends, and nobody has to be root.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { REPO, scratch } from './env.js';
import { run } from './process.js';

/** Why this process cannot make namespaces; nothing if it can. */
export const withoutNamespaces: string | undefined =
    process.env.CANDOR_NAMESPACES === 'here'
        ? undefined
        : (process.env.CANDOR_NAMESPACES ?? 'it was not started within namespaces of its own: run it by e2e/run');

/** What a node is started in. */
export interface Station {
    name: string;
    address: string;
    /** A program of this station, as a program of this process. */
    within(program: string, args: string[]): [string, string[]];
}

/** How the wires are. */
export interface Wires {
    /** Milliseconds one way. */
    delay: number;
    /** By which the delay is longer or shorter. */
    jitter: number;
    /** Part of the frames that is lost. */
    loss: number;
}

/** What passed between stations. */
export interface Passed {
    frames: number;
    bytes: number;
    lost: number;
    cut: number;
}

const NET = '10.61.0';

export class Network {
    /** Where this process listens for its stations. */
    readonly address = `${NET}.1`;
    readonly stations = new Map<string, Station>();
    #switch: ChildProcess;
    #answers: ((line: string) => void)[] = [];

    private constructor(child: ChildProcess) {
        this.#switch = child;
    }

    static async start(names: string[], wires: Wires): Promise<Network> {
        if (withoutNamespaces) throw new Error(withoutNamespaces);
        const devices = ['control', ...names.map((_, at) => `port${at + 1}`)];
        const child = spawn('python3', [join(REPO, 'e2e', 'switch.py'), ...devices], { stdio: ['pipe', 'pipe', 'inherit'] });
        process.on('exit', () => child.kill('SIGKILL'));
        const network = new Network(child);
        const ready = new Promise<string>((resolve) => network.#answers.push(resolve));
        createInterface(child.stdout!).on('line', (line) => network.#answers.shift()?.(line));
        const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the switch ended with status ${code}`)));
        ended.catch(() => {});
        await Promise.race([ready, ended]);
        await ip('address', 'add', `${NET}.1/24`, 'dev', 'control');
        await ip('link', 'set', 'control', 'up');
        for (const [at, name] of names.entries()) await network.#join(name, `port${at + 1}`, `${NET}.${at + 2}`);
        await network.#tell({ ...wires });
        return network;
    }

    async #join(name: string, device: string, address: string): Promise<void> {
        await ip('netns', 'add', name);
        await ip('link', 'set', device, 'netns', name);
        // Frames of version 6 would only be more of the same.
        await run('ip', ['netns', 'exec', name, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'], true);
        await ip('-n', name, 'link', 'set', 'lo', 'up');
        await ip('-n', name, 'address', 'add', `${address}/24`, 'dev', device);
        await ip('-n', name, 'link', 'set', device, 'up');
        const within = (program: string, args: string[]): [string, string[]] => ['ip', ['netns', 'exec', name, program, ...args]];
        this.stations.set(name, { name, address, within });
    }

    station(name: string): Station {
        const found = this.stations.get(name);
        if (!found) throw new Error(`the network has no ${name}`);
        return found;
    }

    #tell(command: Record<string, unknown>): Promise<Passed> {
        const answer = new Promise<string>((resolve) => this.#answers.push(resolve));
        this.#switch.stdin!.write(`${JSON.stringify(command)}\n`);
        return answer.then((line) => JSON.parse(line) as Passed);
    }

    /** Change the wires; gives what passed so far. */
    wires(wires: Partial<Wires> = {}): Promise<Passed> {
        return this.#tell({ ...wires });
    }

    /** Let nothing pass between these groups; who is in none of them is in the first. This process reaches all of them. */
    async partition(...groups: string[][]): Promise<void> {
        const names = [...this.stations.keys()];
        const group = (name: string): number => Math.max(0, groups.findIndex((group) => group.includes(name)));
        const pairs = names.flatMap((a, at) => names.slice(0, at).flatMap((b, other) => (group(a) === group(b) ? [] : [[at + 1, other + 1]])));
        for (const name of groups.flat()) this.station(name);
        await this.#tell({ cut: pairs });
    }

    /** Cut these off from all others, and from each other. */
    isolate(...names: string[]): Promise<void> {
        return this.partition([], ...names.map((name) => [name]));
    }

    /** Everybody reaches everybody again. */
    async heal(): Promise<void> {
        await this.#tell({ cut: [] });
    }

    async stop(): Promise<void> {
        const ended = once(this.#switch, 'exit');
        this.#switch.stdin!.end();
        await ended;
        for (const name of this.stations.keys()) await ip('netns', 'delete', name);
    }
}

const ip = (...args: string[]): Promise<unknown> => run('ip', args);

// --- Clocks ---------------------------------------------------------------------------------------------------------

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** Why clocks cannot be set wrong; nothing if they can. */
export const withoutClocks: string | undefined = existsSync(LIBRARY) ? undefined : `${LIBRARY} is missing: install the Debian package faketime`;

/** A clock that a process reads in place of the machine's, and that can be set wrong while it runs. */
export class Clock {
    readonly #file = join(scratch('clock'), 'offset');

    constructor() {
        this.set(0);
    }

    /** What a process needs in its environment. Only the time of day is wrong: timers go on. */
    get env(): NodeJS.ProcessEnv {
        return {
            LD_PRELOAD: LIBRARY,
            FAKETIME_TIMESTAMP_FILE: this.#file,
            FAKETIME_CACHE_DURATION: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            DONT_FAKE_MONOTONIC: '1',
        };
    }

    /** Let it go wrong by so many seconds, within a second. */
    set(seconds: number): void {
        writeFileSync(this.#file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    }
}

// --- Disks ----------------------------------------------------------------------------------------------------------

/** A disk of its own for a node, in memory, that can be filled. */
export class Disk {
    private constructor(readonly path: string) {}

    static async mount(name: string, mebibytes: number): Promise<Disk> {
        const path = scratch(name);
        mkdirSync(path, { recursive: true });
        await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
        return new Disk(path);
    }

    /** Take all that is free; gives how many bytes that was. */
    async fill(): Promise<number> {
        const file = await open(join(this.path, 'ballast'), 'a');
        let written = 0;
        try {
            for (let size = 1 << 20; size >= 1 << 12; ) {
                try {
                    written += (await file.write(Buffer.alloc(size))).bytesWritten;
                } catch {
                    size >>= 1;
                }
            }
        } finally {
            await file.close();
        }
        return written;
    }

    /** Give it back. */
    free(): void {
        rmSync(join(this.path, 'ballast'), { force: true });
    }

    async unmount(): Promise<void> {
        await run('umount', [this.path]);
    }
}
