/** Bytes in hexadecimal, with `0x` before them. */
export type Hex = `0x${string}`;

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as `0x...`. */
export function toHex(bytes: Uint8Array): Hex {
    let text = '0x';
    for (const byte of bytes) text += DIGITS[byte];
    return text as Hex;
}

/** Bytes of `0x...` (the `0x` may be missing). */
export function fromHex(text: string): Uint8Array {
    const digits = text.startsWith('0x') ? text.slice(2) : text;
    if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new TypeError(`not hexadecimal: ${text.slice(0, 80)}`);
    return Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}

/** Bytes as base64 (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
}

/** Bytes of base64. */
export function fromBase64(text: string): Uint8Array {
    let binary: string;
    try {
        binary = atob(text);
    } catch {
        throw new TypeError(`not base64: ${text.slice(0, 80)}`);
    }
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
}

/** One array with all of them in it. */
export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

/** Whether the bytes are the same. */
export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
    a.length === b.length && a.every((byte, at) => byte === b[at]);

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

// Text that is not UTF-8 is an error and never a question mark; a byte order mark is a character like others.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Text of UTF-8 bytes; throws if they are anything else. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);
