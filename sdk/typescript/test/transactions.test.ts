// Many transactions of one account at once: every nonce is used once, whatever the node says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type BlockInfo, type Call, type Chain, ChainError, TransactionError, Transactions } from '@candor/sdk';

interface Signed {
    hash: { toHex(): string };
    nonce: number;
    name: string;
}

/** A node with a pool: it refuses nonces that were used or wait already, and makes a block when it is told to. */
class FakeNode {
    next = 5;
    pool: Signed[] = [];
    readonly blocks: { hash: string; number: number; extrinsics: Signed[] }[] = [];
    /** What the node says of the nonce, if it is wrong. */
    lag = 0;
    /** Names of calls that fail in their block. */
    readonly failing = new Set<string>();
    readonly listeners = new Set<(block: BlockInfo) => Promise<void> | void>();
    sent = 0;
    readonly submitted: Signed[] = [];
    readonly made = new Map<string, Signed>();
    /** Errors of the next submissions. */
    readonly refuse: string[] = [];

    taken(): number {
        return this.pool.reduce((most, { nonce }) => Math.max(most, nonce + 1), this.next);
    }

    submit(signed: Signed): void {
        this.submitted.push(signed);
        const refused = this.refuse.shift();
        if (refused !== undefined) throw new Error(refused);
        if (signed.nonce < this.next) throw new Error('1010: Invalid Transaction: Transaction is outdated');
        if (this.pool.some(({ nonce }) => nonce === signed.nonce)) {
            throw new Error('1014: Priority is too low: (100 vs 100): The transaction has too low priority to replace another transaction already in the pool.');
        }
        this.pool.push(signed);
    }

    async block(take = (_: Signed): boolean => true): Promise<void> {
        const extrinsics = this.pool.filter(take);
        this.pool = this.pool.filter((signed) => !extrinsics.includes(signed));
        this.next = extrinsics.reduce((most, { nonce }) => Math.max(most, nonce + 1), this.next);
        const block = { hash: `0xb${this.blocks.length}`, number: this.blocks.length + 1, extrinsics };
        this.blocks.push(block);
        for (const listener of this.listeners) await listener({ hash: block.hash as `0x${string}`, number: block.number });
    }

    /** The connection that `Transactions` uses, and no more of it. */
    chain(): Chain {
        const api = {
            rpc: {
                system: { accountNextIndex: async () => ({ toNumber: () => this.taken() - this.lag }) },
                chain: {
                    getBlock: async (hash: string) => ({ block: this.blocks.find((block) => block.hash === hash) }),
                },
            },
        };
        return {
            api,
            submit: async (hex: string) => this.submit(this.made.get(hex)!),
            best: async () => ({ hash: '0x', number: this.blocks.length }),
            watch: async (_: number, listener: (block: BlockInfo) => void) => {
                this.listeners.add(listener);
                return () => this.listeners.delete(listener);
            },
            events: async (hash: string) =>
                this.blocks
                    .find((block) => block.hash === hash)!
                    .extrinsics.map(({ name }, extrinsic) => ({
                        name: this.failing.has(name) ? 'system.ExtrinsicFailed' : 'system.ExtrinsicSuccess',
                        data: { of: name },
                        extrinsic,
                    })),
            failure: async () => new ChainError('jobs', 'FeeTooLow', 'raise it'),
        } as unknown as Chain;
    }

    call(name: string, error?: Error): Call {
        return {
            signAsync: async (_: unknown, { nonce }: { nonce: number }) => {
                if (error) throw error;
                this.sent += 1;
                const hash = `0x${name}-${nonce}-${this.sent}`;
                this.made.set(hash, { name, nonce, hash: { toHex: () => hash } });
                return { name, nonce, toHex: () => hash, hash: { toHex: () => hash }, era: { isMortalEra: true, asMortalEra: { death: () => 20 } } };
            },
        } as unknown as Call;
    }
}

const account = { address: 'somebody', signer: {} } as Account;
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

test('nonces should follow each other when many transactions are sent at once', async () => {
    const node = new FakeNode();
    const transactions = new Transactions(node.chain(), account);
    const sent = Array.from({ length: 25 }, (_, at) => transactions.submit(node.call(`call${at}`)));
    await settle();
    assert.deepEqual(node.pool.map(({ nonce }) => nonce), Array.from({ length: 25 }, (_, at) => 5 + at));
    assert.equal(node.sent, 25, 'none was signed twice');
    await node.block(({ nonce }) => nonce < 15);
    await node.block();
    const included = await Promise.all(sent);
    assert.deepEqual(included.map(({ events }) => events.map(({ data }) => data.of)), Array.from({ length: 25 }, (_, at) => [`call${at}`]));
    assert.equal(node.listeners.size, 0, 'nobody listens when nothing waits');
});

test('nonces should follow each other when the node lags behind', async () => {
    const node = new FakeNode();
    const transactions = new Transactions(node.chain(), account);
    const first = transactions.submit(node.call('first'));
    await settle();
    node.lag = 1;
    const second = transactions.submit(node.call('second'));
    await settle();
    await node.block();
    await Promise.all([first, second]);
    node.lag = 2;
    const third = transactions.submit(node.call('third'));
    await settle();
    await node.block();
    await third;
    assert.deepEqual(node.submitted.map(({ nonce }) => nonce), [5, 6, 7]);
});

test('transaction should be signed anew when another program took its nonce', async () => {
    const node = new FakeNode();
    const chain = node.chain();
    // Two queues of one account that do not know of each other.
    const [one, two] = [new Transactions(chain, account), new Transactions(chain, account)];
    const sent = Array.from({ length: 5 }, (_, at) => [one.submit(node.call(`one${at}`)), two.submit(node.call(`two${at}`))]).flat();
    for (let round = 0; round < 40 && node.pool.length + node.next - 5 < 10; round += 1) await settle();
    await node.block();
    const included = await Promise.all(sent);
    assert.equal(included.length, 10);
    assert.deepEqual(node.blocks[0]!.extrinsics.map(({ nonce }) => nonce).sort((a, b) => a - b), Array.from({ length: 10 }, (_, at) => 5 + at));
});

test('next transaction should take the nonce when one is refused', async () => {
    const node = new FakeNode();
    const transactions = new Transactions(node.chain(), account);
    node.refuse.push('1010: Invalid Transaction: Inability to pay some fees');
    await assert.rejects(transactions.submit(node.call('poor')), TransactionError);
    await assert.rejects(transactions.submit(node.call('denied', new Error('Cancelled'))), /Cancelled/);
    const sent = transactions.submit(node.call('good'));
    await settle();
    await node.block();
    await sent;
    assert.deepEqual(node.blocks[0]!.extrinsics.map(({ name, nonce }) => [name, nonce]), [['good', 5]]);
});

test('error should be the chain’s when a call fails in its block', async () => {
    const node = new FakeNode();
    node.failing.add('dear');
    const transactions = new Transactions(node.chain(), account);
    const sent = transactions.submit(node.call('dear'));
    sent.catch(() => {});
    await settle();
    await node.block();
    await assert.rejects(sent, { name: 'ChainError', pallet: 'jobs', reason: 'FeeTooLow' });
});

test('transaction should be given up when no block took it in its time', async () => {
    const node = new FakeNode();
    const transactions = new Transactions(node.chain(), account);
    const sent = transactions.submit(node.call('lost'));
    sent.catch(() => {});
    await settle();
    node.pool = [];
    for (let at = 0; at < 24; at += 1) await node.block();
    await assert.rejects(sent, /too old/);
    const next = transactions.submit(node.call('next'));
    await settle();
    await node.block();
    await next;
    assert.equal(node.submitted.at(-1)!.nonce, 5, 'the lost nonce is free again');
});

test('waiting should end when it is cancelled', async () => {
    const node = new FakeNode();
    const transactions = new Transactions(node.chain(), account);
    const control = new AbortController();
    const sent = transactions.submit(node.call('slow'), { signal: control.signal });
    sent.catch(() => {});
    await settle();
    control.abort(new Error('enough'));
    await assert.rejects(sent, /enough/);
    const next = transactions.submit(node.call('next'));
    await settle();
    await node.block();
    await next;
    assert.deepEqual(node.blocks[0]!.extrinsics.map(({ nonce }) => nonce), [5, 6]);
});
