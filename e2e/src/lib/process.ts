// Processes of the tests: started with their output in a log file, stopped however the test ends.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

const running = new Set<Running>();
process.on('exit', () => running.forEach((child) => child.signal('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
}

/** A process that runs until it is stopped. */
export class Running {
    readonly ended: Promise<string>;
    #child: ChildProcess;
    #over = false;

    constructor(
        program: string,
        args: string[],
        readonly log: string,
        env: NodeJS.ProcessEnv = {},
    ) {
        const out = openSync(log, 'a');
        this.#child = spawn(program, args, { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
        closeSync(out);
        running.add(this);
        this.ended = new Promise((resolve) => {
            const end = (how: string) => {
                this.#over = true;
                running.delete(this);
                resolve(how);
            };
            this.#child.once('exit', (code, signal) => end(signal ?? `status ${code}`));
            this.#child.once('error', (error) => end(error.message));
        });
    }

    get pid(): number {
        if (this.#child.pid === undefined) throw new Error(`not started, see ${this.log}`);
        return this.#child.pid;
    }

    get over(): boolean {
        return this.#over;
    }

    /** Process ids of its children. */
    children(): number[] {
        const parent = String(this.pid);
        return readdirSync('/proc')
            .filter((name) => /^\d+$/.test(name))
            .filter((name) => parentOf(name) === parent)
            .map(Number);
    }

    signal(signal: NodeJS.Signals): void {
        if (!this.#over) this.#child.kill(signal);
    }

    /** `kill -9`, and wait until it is gone. */
    async kill(): Promise<void> {
        this.signal('SIGKILL');
        await this.ended;
    }

    /** Ask it to end; it has to within `grace` milliseconds. */
    async stop(grace = 15_000): Promise<void> {
        this.signal('SIGTERM');
        const late = new AbortController();
        const how = await Promise.race([
            this.ended,
            sleep(grace, undefined, { signal: late.signal }).catch(() => undefined),
        ]);
        late.abort();
        if (how === undefined) {
            await this.kill();
            throw new Error(`process ${this.pid} did not end within ${grace} ms, see ${this.log}`);
        }
    }

    /** The end of its log. */
    tail(lines = 40): string {
        return readFileSync(this.log, 'utf8').split('\n').slice(-lines).join('\n');
    }
}

function parentOf(pid: string): string | undefined {
    try {
        // The program's name, in parentheses, may hold anything; what follows it does not.
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    } catch {
        return undefined;
    }
}

/** Result of a program that ran to its end. */
export interface Finished {
    code: number;
    stdout: string;
    stderr: string;
}

/** Run a program to its end; a status other than 0 is an error unless `allow` says otherwise. */
export function run(program: string, args: string[], allow = false, env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return new Promise((resolve, reject) => {
        const options = { maxBuffer: 2 ** 29, timeout: 180_000, env: { ...process.env, ...env } };
        execFile(program, args, options, (error, stdout, stderr) => {
            const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
            if (code === 0 || (allow && code > 0)) resolve({ code, stdout, stderr });
            else reject(new Error(`${program} ${args.join(' ')}: ${error?.message}\n${stdout}\n${stderr}`));
        });
    });
}

/** Wait until `test` gives something; its errors count as nothing. */
export async function until<T>(
    what: string,
    test: () => Promise<T | undefined | false> | T | undefined | false,
    timeout = 60_000,
    pause = 200,
): Promise<T> {
    const end = Date.now() + timeout;
    let last: unknown;
    for (;;) {
        try {
            const found = await test();
            if (found !== undefined && found !== false) return found;
        } catch (error) {
            last = error;
        }
        if (Date.now() > end) {
            throw new Error(`not within ${timeout} ms: ${what}`, last === undefined ? undefined : { cause: last });
        }
        await sleep(pause);
    }
}
