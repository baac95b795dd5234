// The only two primitives that verification needs, and keys.

import { Keyring } from '@polkadot/keyring';
import type { KeyringPair } from '@polkadot/keyring/types';
import {
    blake2AsU8a,
    cryptoWaitReady,
    decodeAddress,
    encodeAddress,
    randomAsU8a,
    sr25519PairFromSeed,
    sr25519Sign,
    sr25519Verify,
} from '@polkadot/util-crypto';
import { fromHex, type Hex, toHex } from './bytes.js';

/** Prefix of Candor's addresses. */
export const SS58 = 2609;

/** BLAKE2b-256. */
export const blake2 = (data: Uint8Array): Uint8Array => blake2AsU8a(data, 256);

/** Resolves when signatures can be made and checked: they are computed in WebAssembly, which is loaded once. */
export async function cryptoReady(): Promise<void> {
    if (!(await cryptoWaitReady())) throw new Error('WebAssembly cannot be loaded here, and signatures need it');
}

/** Whether `signature` of a key (32 bytes) over a message is good. `cryptoReady` must have resolved before. */
export function sr25519Good(message: Uint8Array, signature: Hex | Uint8Array, key: Hex | Uint8Array): boolean {
    try {
        return sr25519Verify(message, signature, key);
    } catch {
        return false;
    }
}

/** A key that signs vouchers: made for one session and worth no more than its deposit. */
export class VoucherKey {
    readonly seed: Hex;
    readonly public: Hex;
    readonly #pair: ReturnType<typeof sr25519PairFromSeed>;

    /** The key of a seed; a new one without. `cryptoReady` must have resolved before. */
    constructor(seed: Hex = toHex(randomAsU8a(32))) {
        this.seed = seed;
        this.#pair = sr25519PairFromSeed(fromHex(seed));
        this.public = toHex(this.#pair.publicKey);
    }

    sign(message: Uint8Array): Uint8Array {
        return sr25519Sign(message, this.#pair);
    }
}

/** The key pair of a secret: a phrase, a `0x` seed, or a development key as `//Alice`. */
export async function keyPair(secret: string): Promise<KeyringPair> {
    await cryptoReady();
    return new Keyring({ type: 'sr25519', ss58Format: SS58 }).addFromUri(secret);
}

/** An account as an address of Candor. */
export const toAddress = (account: Hex | Uint8Array | string): string => encodeAddress(publicKey(account), SS58);

/** The public key of an account: of an address with any prefix, or 32 bytes. */
export function publicKey(account: Hex | Uint8Array | string): Uint8Array {
    return decodeAddress(account);
}
