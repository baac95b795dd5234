// Transactions without a signature: what authorises them is in the call.

import { compactAddLength, u8aConcat, u8aToHex } from '@polkadot/util';
import type { Tx } from './chain.js';

/** Version 5 of the transaction format, of the kind "general". */
const GENERAL = 0b0100_0101;

/** A call as a general transaction, as bytes in hexadecimal. */
export function general(tx: Tx): string {
    // The extensions that have bytes: era (immortal), nonce, tip, mode of the metadata hash; all of them zero.
    const extensions = Uint8Array.of(0, 0, 0, 0);
    const body = u8aConcat(Uint8Array.of(GENERAL, 0), extensions, tx.method.toU8a());
    return u8aToHex(compactAddLength(body));
}
