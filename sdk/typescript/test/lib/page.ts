// A page in a real browser that can load the built package.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const BUNDLE = join(import.meta.dirname, '..', '..', '..', 'dist', 'browser', 'candor.js');
const PROGRAMS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** The browser; none if there is none. */
export const browser = PROGRAMS.find((path) => path !== undefined && existsSync(path));

/** Open an empty page of a site whose `/candor.js` is the package. */
export async function openPage(): Promise<{ page: Page; close: () => Promise<void> }> {
    const site = createServer((request, response) => {
        if (request.url === '/candor.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(BUNDLE));
        else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>test</title>');
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const program = await chromium.launch({ executablePath: browser!, headless: true, args: ARGS });
    const page = await program.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    const close = async (): Promise<void> => {
        await program.close();
        site.closeAllConnections();
        site.close();
    };
    return { page, close };
}
