// Validators and hosts, each in a network namespace of its own, and what they agree on.

import { blake2AsU8a, base58Encode, ed25519PairFromSeed } from '@polkadot/util-crypto';
import { stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { built } from './env.js';
import { Network, type Wires } from './namespaces.js';
import { Node, type NodeOptions } from './node.js';
import { run, until } from './process.js';

/** Names that `candor-node` has a flag for, in the order in which genesis makes them validators. */
const NAMES = ['alice', 'bob', 'charlie', 'dave'];

/** The validators of the preset `local`. */
export async function localValidators(): Promise<string[]> {
    const { stdout } = await run(built('candor-node'), ['export-chain-spec', '--chain', 'local']);
    const { genesis } = JSON.parse(stdout) as { genesis: { runtimeGenesis: { patch: { session: { keys: unknown[] } } } } };
    return NAMES.slice(0, genesis.runtimeGenesis.patch.session.keys.length);
}

/** A network key that a name fixes, and the peer id that others know it by. */
function networkKey(name: string): { secret: string; peer: string } {
    const seed = blake2AsU8a(stringToU8a(`network key of ${name}`), 256);
    const { publicKey } = ed25519PairFromSeed(seed);
    // The identity multihash of the key in libp2p's protocol buffer.
    const peer = base58Encode(u8aConcat(Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20), publicKey));
    return { secret: u8aToHex(seed).slice(2), peer };
}

/** A node of the network. */
export interface Member {
    name: string;
    /** The validator whose session keys it has; none if left out. */
    keys?: string;
    options?: NodeOptions;
}

/** Where a node stands. */
export interface Stand {
    best: number;
    finalized: number;
}

const P2P = 30_333;

export class Cluster {
    readonly nodes = new Map<string, Node>();

    private constructor(
        readonly network: Network,
        readonly members: Member[],
    ) {}

    /** Start the network and those of its members that `later` does not name. */
    static async start(spec: string, members: Member[], wires: Wires, later: string[] = []): Promise<Cluster> {
        const network = await Network.start(members.map(({ name }) => name), wires);
        const cluster = new Cluster(network, members);
        const boot = members
            .filter(({ name, keys }) => keys === name)
            .map(({ name }) => `/ip4/${network.station(name).address}/tcp/${P2P}/p2p/${networkKey(name).peer}`);
        for (const member of members) {
            const { name, keys, options = {} } = member;
            member.options = {
                chain: 'local',
                spec,
                station: network.station(name),
                p2pPort: P2P,
                ...options,
                args: [
                    ...(keys ? [`--${keys}`] : []),
                    ...['--name', name, '--node-key', networkKey(name).secret, '--bootnodes', ...boot],
                    ...(options.args ?? []),
                ],
            };
        }
        try {
            const now = members.filter(({ name }) => !later.includes(name));
            await Promise.all(now.map(({ name }) => cluster.add(name)));
        } catch (error) {
            await cluster.stop();
            throw error;
        }
        return cluster;
    }

    /** Start a member that was left for later. */
    async add(name: string): Promise<Node> {
        const member = this.members.find((member) => member.name === name);
        if (!member) throw new Error(`there is no ${name}`);
        const node = await Node.start(name, member.options);
        this.nodes.set(name, node);
        return node;
    }

    node(name: string): Node {
        const found = this.nodes.get(name);
        if (!found) throw new Error(`${name} was not started`);
        return found;
    }

    /** Nodes that run, but for those that are named. */
    up(...without: string[]): Node[] {
        return [...this.nodes].filter(([name, node]) => node.running && !without.includes(name)).map(([, node]) => node);
    }

    async stop(): Promise<void> {
        const failed = await Promise.allSettled([...this.nodes.values()].map((node) => node.stop()));
        await this.network.stop();
        for (const one of failed) if (one.status === 'rejected') throw one.reason;
    }
}

export async function stand({ api }: Node): Promise<Stand> {
    const [best, finalized] = await Promise.all([
        api.rpc.chain.getHeader(),
        api.rpc.chain.getFinalizedHead().then((hash) => api.rpc.chain.getHeader(hash)),
    ]);
    return { best: best.number.toNumber(), finalized: finalized.number.toNumber() };
}

/** By how many blocks the slowest of these nodes has finalised less than the fastest has made. */
export async function lag(nodes: Node[]): Promise<number> {
    const stands = await Promise.all(nodes.map(stand));
    return Math.max(...stands.map(({ best }) => best)) - Math.min(...stands.map(({ finalized }) => finalized));
}

/** Wait until all of these nodes have finalised all but the newest blocks, and a block made after this call; gives the seconds
 *  that it took. */
export async function recovered(nodes: Node[], timeout = 180_000, most = 4): Promise<number> {
    const began = Date.now();
    const first = Math.max(...(await Promise.all(nodes.map(stand))).map(({ best }) => best));
    await until(
        `all of ${nodes.length} nodes finalise with a lag of at most ${most}`,
        async () => {
            const stands = await Promise.all(nodes.map(stand));
            const best = Math.max(...stands.map(({ best }) => best));
            return stands.every(({ finalized }) => finalized > first && best - finalized <= most);
        },
        timeout,
        500,
    );
    return (Date.now() - began) / 1_000;
}

/** The newest block that all of these nodes have finalised; it is an error if it is not the same one. */
export async function agreed(nodes: Node[]): Promise<{ number: number; hash: string }> {
    const number = Math.min(...(await Promise.all(nodes.map(stand))).map(({ finalized }) => finalized));
    const hashes = new Set(await Promise.all(nodes.map(async ({ api }) => (await api.rpc.chain.getBlockHash(number)).toHex())));
    if (hashes.size !== 1) throw new Error(`block ${number} has ${hashes.size} hashes: ${[...hashes].join(', ')}`);
    return { number, hash: [...hashes][0]! };
}
