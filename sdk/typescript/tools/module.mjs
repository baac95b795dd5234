// Writes src/attestation/module.ts: the Wasm module that checks attestations, built from Rust, compressed and in base64, so that one
// file has everything. Where it cannot be built the package is made without it, and says so when it is needed.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src', 'attestation', 'module.ts');
const packed = join(root, 'src', 'attestation', 'module.wasm.gz');
const build = join(root, '..', 'attestation-module', 'build');

try {
    execFileSync(build, [packed], { stdio: 'inherit' });
} catch (error) {
    console.warn(`warning: attestations cannot be checked by this build: ${error.message}`);
}
const module = existsSync(packed) ? readFileSync(packed).toString('base64') : '';
const text = `/** The Wasm module, by gzip, in base64; made by tools/module.mjs. */\nexport const MODULE: string = '${module}';\n`;
if (!existsSync(source) || readFileSync(source, 'utf8') !== text) writeFileSync(source, text);
