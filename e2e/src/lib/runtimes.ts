// Chains whose runtime is another one than the node's.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, REPO, scratch } from './env.js';
import type { Node } from './node.js';
import { run } from './process.js';

const CHOPSTICKS = join(REPO, 'e2e', 'node_modules', '@acala-network', 'chopsticks', 'chopsticks.cjs');

/** A chain that `candor-node` knows, with another runtime: file of its specification. */
export async function chainWith(code: string, chain = 'dev'): Promise<string> {
    const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', chain, '--raw']);
    const spec = JSON.parse(stdout) as { genesis: { raw: { top: Record<string, string> } } };
    // ":code"
    spec.genesis.raw.top['0x3a636f6465'] = `0x${readFileSync(code).toString('hex')}`;
    const file = join(scratch('spec'), `${chain}.json`);
    writeFileSync(file, JSON.stringify(spec));
    return file;
}

/** A chain with the runtime for tests, which trusts keys of the tests and has epochs of 20 slots. `e2e/run` builds it for every
 *  test that names this function. */
export async function testChain(chain = 'dev'): Promise<string> {
    const code = process.env.E2E_TEST_RUNTIME;
    if (code === undefined) throw new Error('E2E_TEST_RUNTIME names no runtime: e2e/run builds one');
    return chainWith(code, chain);
}

interface Spec {
    genesis: { runtimeGenesis: { code: string; patch: unknown } };
}

/** The development chain as `candor-node` makes it. */
async function development(): Promise<Spec> {
    const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', 'dev']);
    return JSON.parse(stdout) as Spec;
}

/** The runtime that is tried, as hex: that of the file which `E2E_RUNTIME` names, or the one in `candor-node`. */
export async function newRuntime(): Promise<string> {
    const file = process.env.E2E_RUNTIME;
    if (file !== undefined) return `0x${readFileSync(file).toString('hex')}`;
    return (await development()).genesis.runtimeGenesis.code;
}

/** A development chain of another runtime, which makes its genesis itself out of a patch: file of its specification. */
export async function chainOf(code: string, patch: unknown): Promise<string> {
    const chain = await development();
    chain.genesis.runtimeGenesis = { code: `0x${readFileSync(code).toString('hex')}`, patch };
    const plain = join(scratch('spec'), 'plain.json');
    writeFileSync(plain, JSON.stringify(chain));
    // Its state is made here, once: every start of every node would make it again.
    const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', plain, '--raw']);
    const spec = join(scratch('spec'), 'raw.json');
    writeFileSync(spec, stdout);
    return spec;
}

/** The last release of the runtime, and a development chain whose genesis it makes itself: file of its specification. */
export async function releasedChain(): Promise<{ spec: string; version: number }> {
    const releases = join(REPO, 'runtime', 'releases');
    const numbers = readdirSync(releases).flatMap((name) => /^v(\d+)\.wasm$/.exec(name)?.[1] ?? []);
    const version = Math.max(...numbers.map(Number));
    const patch = JSON.parse(readFileSync(join(releases, `v${version}.development.json`), 'utf8')) as unknown;
    return { spec: await chainOf(join(releases, `v${version}.wasm`), patch), version };
}

/** Why invariants cannot be checked; nothing if they can. */
export const withoutTryState: string | undefined =
    process.env.E2E_TRY_RUNTIME === undefined ? 'E2E_TRY_RUNTIME names no Wasm of the runtime with the feature try-runtime' : undefined;

/** Check the invariants of all pallets (`try_state`) in the state after a block. */
export async function tryState(node: Node, block: string): Promise<void> {
    if (withoutTryState !== undefined) throw new Error(withoutTryState);
    const args = ['--endpoint', node.url, '--block', block, '--runtime', process.env.E2E_TRY_RUNTIME!];
    const { stdout } = await run(process.execPath, [CHOPSTICKS, 'try-runtime', ...args, '--checks', 'TryState', '--disable-spec-check']);
    if (!stdout.includes('Consumed weight')) throw new Error(`try_state did not come to its end:\n${stdout}`);
}
