// What the parts of the SDK share: endpoint, chain and account, each made when it is first needed.

import type { ApiPromise } from '@polkadot/api';
import { type Account, Transactions } from './chain/transactions.js';
import { Chain } from './chain/connection.js';
import { keyPair } from './crypto.js';
import { ConfigurationError } from './errors.js';
import { Endpoint, type EndpointOptions } from './http.js';
import { Inference } from './inference.js';

/** Settings of the SDK. Nothing is connected before it is needed. */
export interface CandorOptions extends Partial<EndpointOptions> {
    /** A node: its WebSocket address, or a connection of `@polkadot/api`. */
    chain?: string | ApiPromise;
    /** Who signs transactions: a secret phrase, a `0x` seed, or a development key as `//Alice`. */
    key?: string;
    /** Who signs transactions: a key pair, or an account of a wallet (`{ address, signer }`). */
    signer?: Account;
}

/** The parts of the SDK, connected. */
export class Context {
    readonly options: CandorOptions;
    #inference: Inference | undefined;
    #chain: Promise<Chain> | undefined;
    #account: Promise<Account> | undefined;
    #transactions: Promise<Transactions> | undefined;

    constructor(options: CandorOptions) {
        if (options.key !== undefined && options.signer !== undefined) {
            throw new ConfigurationError('give a key or a signer, not both');
        }
        this.options = options;
    }

    get inference(): Inference {
        const { endpoint } = this.options;
        if (endpoint === undefined) throw new ConfigurationError('this needs an endpoint: new Candor({ endpoint: "http://127.0.0.1:8000" })');
        return (this.#inference ??= new Inference(this.endpoint(endpoint)));
    }

    /** Another endpoint with the same settings. */
    endpoint(endpoint: string | URL, options: Partial<EndpointOptions> = {}): Endpoint {
        return new Endpoint({ ...this.options, ...options, endpoint });
    }

    chain(): Promise<Chain> {
        const { chain } = this.options;
        if (chain === undefined) throw new ConfigurationError('this needs a node: new Candor({ chain: "ws://127.0.0.1:9944" })');
        if (this.#chain === undefined) {
            const connected = Chain.connect(chain);
            this.#chain = connected;
            connected.catch(() => (this.#chain = undefined));
        }
        return this.#chain;
    }

    /** Whether there is a node to ask. */
    get hasChain(): boolean {
        return this.options.chain !== undefined;
    }

    account(): Promise<Account> {
        const { key, signer } = this.options;
        if (signer !== undefined) return Promise.resolve(signer);
        if (key === undefined) throw new ConfigurationError('this needs somebody who signs: new Candor({ key }) or new Candor({ signer })');
        return (this.#account ??= keyPair(key));
    }

    /** Transactions of the account: one queue for all parts of the SDK. */
    async transactions(): Promise<Transactions> {
        const [chain, account] = await Promise.all([this.chain(), this.account()]);
        return (this.#transactions ??= Promise.resolve(new Transactions(chain, account)));
    }

    async close(): Promise<void> {
        const chain = this.#chain;
        this.#chain = undefined;
        this.#transactions = undefined;
        await chain?.then((open) => open.close(), () => {});
    }
}
