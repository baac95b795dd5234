// Chains whose runtime is another one than the node's.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, scratch } from './env.js';
import { run } from './process.js';

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
