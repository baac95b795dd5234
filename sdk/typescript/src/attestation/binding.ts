// What an attested engine states of itself: the exact bytes that its hardware vouches for.

import { concat, fromHex, type Hex, toHex, utf8 } from '../bytes.js';
import { TAG, taggedHash } from '../commitments.js';
import { blake2, publicKey } from '../crypto.js';
import { Writer } from '../scale.js';

/** What an attested engine states of itself. */
export interface AttestationBinding {
    /** Hash of the chain's genesis block. */
    genesis: Hex;
    /** Address of the host that it works for. */
    host: string;
    /** The key that it signs receipts with. */
    worker: Hex;
    /** BLAKE2b-256 of the engine's program file. */
    engine: Hex;
    /** The last second, since 1970, for which it wants to be believed. */
    expires: number | bigint;
}

/** SCALE of a binding. */
export const encodeBinding = (binding: AttestationBinding): Uint8Array<ArrayBuffer> =>
    new Writer()
        .hex(binding.genesis, 32)
        .hex(publicKey(binding.host), 32)
        .hex(binding.worker, 32)
        .hex(binding.engine, 32)
        .u64(binding.expires)
        .finish();

/** Hash of a binding, which the hardware signs. */
export const bindingHash = (binding: AttestationBinding): Hex =>
    toHex(taggedHash(TAG.attestation, concat(utf8('binding'), encodeBinding(binding))));

/** The 64 bytes that the hardware signs along: the binding's hash, then the nonce. */
export const reportData = (binding: AttestationBinding, nonce: Hex): Hex => toHex(concat(fromHex(bindingHash(binding)), fromHex(nonce)));

/** What the worker key signs to have this evidence taken by the chain without a fee. */
export const renewalMessage = (binding: AttestationBinding, evidence: Uint8Array): Hex =>
    toHex(taggedHash(TAG.attestation, concat(utf8('renew'), encodeBinding(binding), blake2(evidence))));
