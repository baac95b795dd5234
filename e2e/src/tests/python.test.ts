// The Python SDK's own integration tests, against a real chain with an engine and `candor proxy`: jobs, models, schedules,
// sessions, calls through the proxy, the quickstart.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import { candor } from '../lib/cli.js';
import { built, REPO } from '../lib/env.js';
import { minilm, type Prepared } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { freePort, Running, until } from '../lib/process.js';

const [PUBLISHER, HOST, REQUESTER, PROXY] = ['//Dave', '//Charlie', '//Bob', '//Ferdie'];
const CHECK = join(REPO, 'sdk', 'python', 'check');

describe('Python SDK', { timeout: 1_200_000 }, () => {
    let node: Node;
    let model: Prepared;
    let proxy: Running | undefined;
    let endpoint: string;

    before(async () => {
        model = await minilm();
        node = await Node.start('python', { engine: true });
        await candor(node, PUBLISHER, 'model', 'publish', model.folder);
        await candor(node, HOST, 'keys', 'worker', '--keystore', node.keystore, '--insert');
        await candor(
            node,
            HOST,
            ...['host', 'register', '--keystore', node.keystore, '--endpoint', node.engineUrl],
            ...['--hardware', 'a test machine', '--stake', '10000'],
        );
        await candor(
            node,
            HOST,
            ...['host', 'offer', 'minilm', '--per-call', '0.001', '--per-unit', '0.00001', '--capacity', '64'],
        );
        const port = await freePort();
        endpoint = `http://127.0.0.1:${port}`;
        proxy = new Running(
            built('candor'),
            [
                ...['proxy', '--budget', '20', '--listen', `127.0.0.1:${port}`, '--no-grpc'],
                ...['--data', join(node.base, 'proxy'), '--url', node.url, '--key', PROXY],
            ],
            join(node.base, 'proxy.log'),
        );
        await until('the proxy answers', async () => (await fetch(`${endpoint}/v2/health/ready`)).ok, 90_000);
    });
    after(async () => {
        if (proxy && !proxy.over) await proxy.stop(60_000);
        await node?.stop();
    });

    /** Runs the SDK's own checks to their end, however long that takes; gives what they printed. */
    async function check(mode: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
        const log = join(node.base, `check${mode}.log`);
        const how = await new Running(CHECK, [mode], log, env).ended;
        const printed = readFileSync(log, 'utf8');
        assert.equal(how, 'status 0', printed);
        return printed;
    }

    test('package should be installed with its dependencies', async () => {
        await check('--fast');
    });

    test('package should do everything when it meets a real network', async () => {
        const printed = await check('--network', {
            CANDOR_URL: node.url,
            CANDOR_ENDPOINT: endpoint,
            CANDOR_ENGINE: node.engineUrl,
            CANDOR_ENGINE_TOKEN_FILE: node.tokenFile,
            CANDOR_KEY: REQUESTER,
            CANDOR_PREPARED: model.folder,
        });
        assert.match(printed, /^[1-9]\d* passed, 0 failed$/m, printed);
        assert.doesNotMatch(printed, /skipped/, printed);
    });
});
