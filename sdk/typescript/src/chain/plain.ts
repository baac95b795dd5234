// Values of the chain as plain ones: numbers of up to 53 bits are numbers, larger ones bigints, bytes are hexadecimal,
// accounts are addresses.

import type { Codec } from '@polkadot/types-codec/types';
import { fromHex, fromUtf8, type Hex, toHex } from '../bytes.js';
import { toAddress } from '../crypto.js';

/** A value of an enumeration: its name, and what it carries. */
export interface Variant<T = unknown> {
    type: string;
    value: T;
}

interface Shapes {
    isNone?: boolean;
    unwrap?: () => Codec;
    bitLength?: () => number;
    toBigInt?: () => bigint;
    isTrue?: boolean;
    type?: string;
    inner?: Codec;
    isBasic?: boolean;
    isOk?: boolean;
}

/** A value of the chain as a plain one. */
export function plain(codec: Codec): unknown {
    const value = codec as Codec & Shapes;
    const raw = value.toRawType();
    if (typeof value.isNone === 'boolean' && typeof value.unwrap === 'function') {
        return value.isNone ? undefined : plain(value.unwrap());
    }
    if (value.toBigInt && value.bitLength) return value.bitLength() <= 32 ? Number(value.toBigInt()) : value.toBigInt();
    if (value instanceof Boolean) return value.valueOf();
    if (value instanceof String) return value.toString();
    if (value instanceof Uint8Array) return raw === 'AccountId' ? toAddress(value.slice()) : toHex(unprefixed(value));
    if (value instanceof Map) {
        // Names that the client keeps for itself (`size`) get an underscore from it.
        const entries = [...(value as Map<string, Codec>)];
        return Object.fromEntries(entries.map(([name, inner]) => [name.replace(/_$/, ''), plain(inner)]));
    }
    if (Array.isArray(value)) return (value as Codec[]).map(plain);
    if (typeof value.type === 'string' && value.inner !== undefined) {
        return { type: value.type, value: value.isBasic ? undefined : plain(value.inner) } satisfies Variant;
    }
    return undefined;
}

/** Bytes of variable length without their length. */
const unprefixed = (value: Codec & Uint8Array): Uint8Array => value.toU8a(true);

/** Text of bytes that the chain keeps as such; what is no UTF-8 stays hexadecimal. */
export function text(bytes: Hex): string {
    try {
        return fromUtf8(fromHex(bytes));
    } catch {
        return bytes;
    }
}
