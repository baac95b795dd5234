// The package as it is published: what is in it, and that it works from there.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

test('package should work when it is packed and unpacked elsewhere', { timeout: 120_000 }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'candor-package-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
    const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    const paths = packed!.files.map(({ path }) => path);
    for (const path of ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'dist/node.js', 'dist/attestation/module.js', 'dist/browser/candor.js']) {
        assert.ok(paths.includes(path), path);
    }
    assert.ok(paths.every((path) => /^(package\.json|README\.md|LICENSE|dist\/.*\.(js|d\.ts))$/.test(path)), paths.join(' '));

    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '@candor'), { recursive: true });
    await run('tar', ['-xzf', join(folder, packed!.filename), '-C', folder]);
    symlinkSync(join(folder, 'package'), join(modules, '@candor', 'sdk'));
    // Its dependencies, as an installation puts them beside it.
    for (const name of ['@polkadot', '@noble', '@scure', '@types']) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    const program = `
        import { Candor, tensor, verifyEvidence } from '@candor/sdk';
        import { fileStore, readPrepared } from '@candor/sdk/node';
        import { Candor as Bundled, verifyEvidence as bundled } from '@candor/sdk/browser';
        const code = (verify) => verify('intel', new Uint8Array(), undefined).catch((error) => error.code);
        console.log(typeof Candor, typeof Bundled, typeof fileStore, typeof readPrepared, await code(verifyEvidence), await code(bundled), tensor([1], 'int8').root());
    `;
    const node = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
    assert.match(node.stdout, /^function function function function no_collateral no_collateral 0x[0-9a-f]{64}\n$/);
});
