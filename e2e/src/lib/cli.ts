// The command line under test.

import { built } from './env.js';
import type { Node } from './node.js';
import { run } from './process.js';

/** Runs `candor` against a node; gives what it printed as JSON. */
export async function candor<T = Record<string, unknown>>(node: Node, key: string, ...args: string[]): Promise<T> {
    const { stdout } = await run(built('candor'), [...args, ...settings(node, key)]);
    return JSON.parse(stdout) as T;
}

/** The same for a command whose exit code is its verdict. */
export async function judged<T = Record<string, unknown>>(node: Node, key: string, ...args: string[]): Promise<T & { code: number }> {
    const { code, stdout } = await run(built('candor'), [...args, ...settings(node, key)], true);
    return { ...(JSON.parse(stdout) as T), code };
}

/** The same for a command that has to fail: its exit code and its error. */
export async function refused(
    node: Node,
    key: string,
    ...args: string[]
): Promise<{ code: number; error: { name: string | null; message: string; hint: string | null } }> {
    const { code, stdout, stderr } = await run(built('candor'), [...args, ...settings(node, key)], true);
    if (code === 0) throw new Error(`candor ${args.join(' ')} did not fail`);
    const text = stdout.trim() === '' ? stderr : stdout;
    return { code, error: (JSON.parse(text) as { error: { name: string; message: string; hint: string } }).error };
}

const settings = (node: Node, key: string): string[] => [
    ...['--json', '--url', node.url, '--key', key],
    ...['--engine', node.engineUrl, '--engine-token-file', node.tokenFile],
];
