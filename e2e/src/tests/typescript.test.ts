// The TypeScript SDK and its examples against a real node, engine and proxy: sdk/typescript/test/network.test.ts.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { charlie, CNDR, MILLI } from '../lib/chain.js';
import { REPO, scratch } from '../lib/env.js';
import { openMarket } from '../lib/market.js';
import { minilm, type Prepared } from '../lib/model.js';
import { Node } from '../lib/node.js';
import { Running, until } from '../lib/process.js';
import { Proxy } from '../lib/proxy.js';

const PRICE = { perCall: MILLI, perUnit: MILLI / 100n, capacity: 100 };

describe('typescript sdk', { timeout: 900_000 }, () => {
    let node: Node;
    let proxy: Proxy;
    let model: Prepared;
    before(async () => {
        model = await minilm();
        node = await Node.start('typescript', { engine: true });
        const { release } = await openMarket(node, model, charlie, charlie, PRICE, { stake: 10_000n * CNDR });
        await until('the engine is ready', async () => (await fetch(`${node.engineUrl}/v2/models/${release}/ready`)).ok, 120_000);
        proxy = await Proxy.start(node, '//Eve', ['--budget', '50']);
    });
    after(async () => {
        await proxy?.stop();
        await node?.stop();
    });

    test('its tests and examples should pass when there is a network', async () => {
        const env = {
            // A test runner inside of another one would say that it passed without having run.
            NODE_TEST_CONTEXT: undefined,
            CANDOR_CHAIN: node.url,
            CANDOR_ENDPOINT: proxy.url,
            CANDOR_KEY: '//Bob',
            CANDOR_ENGINE: node.engineUrl,
            CANDOR_ENGINE_TOKEN: node.token,
            CANDOR_PREPARED: model.folder,
        };
        const log = join(scratch('sdk'), 'check.log');
        const check = new Running(join(REPO, 'sdk', 'typescript', 'check'), ['network'], log, env);
        assert.equal(await check.ended, 'status 0', check.tail(120));
    });
});
