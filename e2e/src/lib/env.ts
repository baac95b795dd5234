// Where things are: the repository, the programs under test, what set-up downloaded.

import { existsSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPO = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const CANDOR_HOME = process.env.CANDOR_HOME ?? join(homedir(), '.cache', 'candor');

const TARGET = join(process.env.CARGO_TARGET_DIR ?? join(CANDOR_HOME, 'target'), 'release');

/** Path of a program or artefact of the release build. */
export function built(name: string): string {
    const path = join(TARGET, name);
    if (!existsSync(path)) throw new Error(`${path} is missing: build it with \`cargo build --release --workspace\``);
    return path;
}

/** MiniLM as it was before it was prepared. */
export const MINILM_SOURCE = process.env.CANDOR_MINILM ?? join(CANDOR_HOME, 'models', 'minilm');

/** Python with onnxruntime. */
export const PYTHON = join(process.env.CANDOR_VENV ?? join(CANDOR_HOME, 'venv'), 'bin', 'python');

/** A fresh folder that `run` removes when all tests passed. */
export const scratch = (name: string): string => mkdtempSync(join(process.env.E2E_TMP ?? tmpdir(), `${name}-`));
