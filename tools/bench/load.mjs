// Transfers on Candor beside a plain solochain of the same SDK: load.mjs CODE GENESIS SPEC COUNT ACCOUNTS TURNS
//
// CODE and GENESIS are the plain chain's runtime and the patch of its genesis, SPEC is Candor's raw specification. The chains take
// turns, fresh ones each time, run by the same program with the same arguments: one validator, COUNT transfers of ACCOUNTS accounts,
// handed over faster than blocks take them. Afterwards a fresh node gets the chain from the first and says what importing it took.

import { readFileSync } from 'node:fs';
import { Node } from '../../e2e/dist/lib/node.js';
import { freePort, until } from '../../e2e/dist/lib/process.js';
import { chainOf } from '../../e2e/dist/lib/runtimes.js';
import { account, connect, eventsAt, named, signed } from './chain.mjs';
import { idle, press, roomOf, summary, weigh } from './pressure.mjs';

const [code, genesis, spec, ...numbers] = process.argv.slice(2);
const [count, accounts, turns] = numbers.map(Number);
const CNDR = 1_000_000_000_000n;
/** Lists of extrinsics that are handed over side by side. */
const LANES = 64;
if (count % accounts !== 0) throw new Error(`${count} transfers cannot be shared out among ${accounts} accounts`);

const specs = { plain: await chainOf(code, JSON.parse(readFileSync(genesis, 'utf8'))), candor: spec };
const people = Array.from({ length: accounts }, (_, at) => account(`//load//${at}`));

/** Everybody gets what all its transfers and their fees will need. */
async function fund(api) {
    const alice = account('//Alice');
    const gifts = [];
    for (const [nonce, { address }] of people.entries()) {
        gifts.push((await signed(api.tx.balances.transferKeepAlive(address, 100n * CNDR), alice, nonce)).toHex());
    }
    await press(api, [gifts]);
}

/** Signed transfers of everybody to the next one, in the order of their nonces. */
async function transfers(api) {
    const lanes = Array.from({ length: LANES }, () => []);
    for (let nonce = 0; nonce < count / accounts; nonce += 1) {
        for (const [at, person] of people.entries()) {
            const transfer = api.tx.balances.transferKeepAlive(people[(at + 1) % accounts].address, CNDR / 1000n);
            lanes[at % LANES].push((await signed(transfer, person, nonce)).toHex());
        }
    }
    return lanes;
}

/** What has to be the same for both chains, if they are to be compared. */
const limits = ({ consts }) =>
    JSON.stringify([
        consts.system.blockWeights,
        consts.system.blockLength,
        consts.system.dbWeight,
        consts.babe.expectedBlockTime,
        consts.balances.existentialDeposit,
    ]);

/** A node's metrics: values by name, added up over all labels but `reason`, which follows the name. */
async function metrics(port) {
    const found = {};
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const line of text.split('\n')) {
        const [, name, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
        if (name === undefined) continue;
        const reason = /reason="(\w+)"/.exec(labels)?.[1];
        const key = reason ? `${name} ${reason}` : name;
        found[key] = (found[key] ?? 0) + Number(value);
    }
    return found;
}

/** What one metric says; it has to be there. */
function metric(all, name) {
    if (all[name] === undefined) throw new Error(`the node has no metric ${name}`);
    return all[name];
}

const AUTHORING = 'substrate_proposer_block_constructed_sum';
const IMPORT = 'substrate_block_verification_and_import_time_sum';
const END = 'substrate_proposer_end_proposal_reason ';

/** Seconds of verifying and importing that a fresh node needs for the chain up to a block. */
async function importing(node, last) {
    const port = await freePort();
    const follower = await Node.start('follower', { spec: node.options.spec, follows: node, metrics: port });
    const best = async () => (await follower.api.rpc.chain.getHeader()).number.toNumber() >= last;
    await until(`a fresh node has block ${last}`, best, 300_000);
    const seconds = metric(await metrics(port), IMPORT);
    await follower.stop();
    return seconds;
}

async function turn(chain) {
    const port = await freePort();
    const node = await Node.start(chain, { spec: specs[chain], metrics: port });
    const pids = { node: node.process.pid };
    const api = await connect(node.url);
    await fund(api);
    const lanes = await transfers(api);
    const transfer = await weigh(api, lanes[0][0]);
    const quiet = await idle(pids);

    const before = await metrics(port);
    const { passed, spent, blocks, again } = await press(api, lanes, pids);
    const after = await metrics(port);

    for (const { number, hash } of blocks) {
        const failed = named({ events: await eventsAt(api, hash) }, 'system.ExtrinsicFailed').length;
        if (failed > 0) throw new Error(`${failed} extrinsics of block ${number} failed`);
    }
    const ends = Object.entries(after).filter(([name]) => name.startsWith(END));
    const micros = (seconds, of) => (1e6 * seconds) / of;
    const result = {
        chain,
        limits: limits(api),
        room: roomOf(api),
        transfer,
        ...summary(blocks),
        again,
        cpu: { spent: micros(spent.node / 1000, count), idle: micros((quiet.node * passed) / 1000, count) },
        authoring: micros(metric(after, AUTHORING) - metric(before, AUTHORING), count),
        importing: micros(await importing(node, blocks.at(-1).number), count + accounts),
        ends: Object.fromEntries(ends.map(([name, times]) => [name.slice(END.length), times - (before[name] ?? 0)])),
        each: blocks,
    };
    await api.disconnect();
    await node.stop();
    console.error(`${chain}: ${result.perSecond.toFixed(1)} transfers a second`);
    return result;
}

const runs = [];
for (let at = 0; at < turns; at += 1) {
    for (const chain of ['plain', 'candor']) runs.push(await turn(chain));
}
if (new Set(runs.map((run) => run.limits)).size !== 1) throw new Error('the chains have other limits: they cannot be compared');
console.log(JSON.stringify({ transfers: count, accounts, runs: runs.map(({ limits: _, ...run }) => run) }));
process.exit(0);
