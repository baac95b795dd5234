/**
 * What needs files: prepared releases, downloads, sessions that survive the program.
 *
 * @packageDocumentation
 */

import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { CandorError } from './errors.js';
import type { Models, Prepared } from './models.js';
import type { ReleaseRef } from './releases.js';
import type { SessionStore } from './sessions/store.js';

/** A release in a folder that `candor model prepare` wrote. */
export async function readPrepared(folder: string): Promise<Prepared> {
    const manifest = await readFile(join(folder, 'manifest.json'));
    return { manifest, file: (path) => readFile(inside(folder, path)) };
}

/** Fetch the files of a release into a folder, every byte checked. Gives their paths. */
export async function downloadTo(models: Models, ref: ReleaseRef, folder: string, source?: string): Promise<string[]> {
    const paths: string[] = [];
    for await (const { path, bytes } of models.download(ref, source === undefined ? {} : { source })) {
        const to = inside(folder, path);
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, bytes);
        paths.push(to);
    }
    return paths;
}

/** A path that stays in its folder: the chain checks paths, this program does not rely on it. */
function inside(folder: string, path: string): string {
    const plain = normalize(path);
    if (isAbsolute(plain) || plain === '..' || plain.startsWith(`..${sep}`)) {
        throw new CandorError(`the release has a file whose path leaves its folder: ${path}`, 'path');
    }
    return join(folder, plain);
}

/** Sessions in a folder, a file each; what was saved is on the disk. */
export function fileStore(folder: string): SessionStore {
    const path = (session: bigint): string => join(folder, `session-${session}.json`);
    return {
        load: async (session) => {
            try {
                return await readFile(path(session), 'utf8');
            } catch (error) {
                if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
                throw error;
            }
        },
        save: async (session, text) => {
            await mkdir(folder, { recursive: true, mode: 0o700 });
            const fresh = `${path(session)}.new`;
            const file = await open(fresh, 'w', 0o600);
            try {
                await file.writeFile(text);
                await file.sync();
            } finally {
                await file.close();
            }
            await rename(fresh, path(session));
        },
        remove: (session) => rm(path(session), { force: true }),
    };
}
