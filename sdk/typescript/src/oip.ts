// The Open Inference Protocol, version 2, over REST, with the binary tensor extension: JSON first, then the raw bytes
// of the tensors one after the other.

import { concat, fromUtf8, utf8 } from './bytes.js';
import { ProtocolError } from './errors.js';
import { type DType, dtypeOfWire, elements, KINDS, Tensor, tensor, type NestedValue } from './tensor.js';

/** Header that says how long the JSON before the tensors is. */
export const JSON_LENGTH = 'Inference-Header-Content-Length';

/** A tensor with its name. */
export type Named = readonly [name: string, tensor: Tensor];

/** A call. */
export interface WireRequest {
    inputs: readonly Named[];
    /** All outputs if left out. */
    outputs?: readonly string[];
    id?: string;
}

/** Body and headers of a call. */
export function encodeRequest(request: WireRequest): { body: Uint8Array<ArrayBuffer>; headers: Record<string, string> } {
    const parts: Uint8Array[] = [];
    const inputs = request.inputs.map(([name, value]) => {
        const bytes = value.bytes();
        parts.push(bytes);
        const { wire } = KINDS[value.dtype];
        return { name, shape: value.shape, datatype: wire, parameters: { binary_data_size: bytes.length } };
    });
    const document = {
        ...(request.id === undefined ? {} : { id: request.id }),
        inputs,
        ...(request.outputs === undefined
            ? {}
            : { outputs: request.outputs.map((name) => ({ name, parameters: { binary_data: true } })) }),
        parameters: { binary_data_output: true },
    };
    const json = utf8(JSON.stringify(document));
    return {
        body: concat(json, ...parts),
        headers: { 'Content-Type': 'application/octet-stream', [JSON_LENGTH]: String(json.length) },
    };
}

/** An answer. */
export interface WireResponse {
    model: string;
    version: string | undefined;
    id: string | undefined;
    outputs: Named[];
}

interface OutputJson {
    name: string;
    shape: number[];
    datatype: string;
    parameters?: { binary_data_size?: number };
    data?: unknown;
}

/** Reads an answer: its body and the header `JSON_LENGTH`, if it had one. */
export function decodeResponse(body: Uint8Array, jsonLength: string | null): WireResponse {
    const split = jsonLength === null ? body.length : Number(jsonLength);
    if (!Number.isInteger(split) || split < 0 || split > body.length) {
        throw new ProtocolError(`${JSON_LENGTH} is ${jsonLength}, but the body has ${body.length} bytes`);
    }
    try {
        const document = parseExact(fromUtf8(body.subarray(0, split))) as {
            model_name?: string;
            model_version?: string;
            id?: string;
            outputs?: OutputJson[];
        };
        if (!Array.isArray(document.outputs)) throw new TypeError('it has no outputs');
        let at = split;
        const outputs = document.outputs.map((output): Named => {
            const size = output.parameters?.binary_data_size;
            if (size === undefined) return [output.name, fromJson(output)];
            if (!Number.isInteger(size) || size < 0 || at + size > body.length) throw new TypeError('it ends too early');
            const bytes = body.subarray(at, at + size);
            at += size;
            return [output.name, Tensor.fromBytes(dtypeOfWire(output.datatype), output.shape, bytes)];
        });
        if (at !== body.length) throw new TypeError('it goes on after its end');
        return { model: document.model_name ?? '', version: document.model_version, id: document.id, outputs };
    } catch (error) {
        if (error instanceof ProtocolError) throw error;
        const why = error instanceof Error ? error.message : String(error);
        throw new ProtocolError(`the answer is none of the Open Inference Protocol: ${why}`, { cause: error });
    }
}

/** A tensor whose elements are in the JSON, flat or nested. */
function fromJson({ name, shape, datatype, data }: OutputJson): Tensor {
    const dtype = dtypeOfWire(datatype);
    if (!Array.isArray(data)) throw new TypeError(`the output ${name} has no data`);
    const flat = (data as unknown[]).flat(Infinity) as unknown[];
    if (flat.length !== elements(shape)) throw new TypeError(`the output ${name} has not as many values as its shape says`);
    return tensor(flat.map((value) => plainValue(value, dtype)), dtype, shape);
}

/** Numbers that JSON has no word for come as text. */
const WORDS: Record<string, number> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity, inf: Infinity, '-inf': -Infinity };

function plainValue(value: unknown, dtype: DType): NestedValue {
    if (typeof value === 'string' && dtype !== 'string') {
        const number = WORDS[value];
        if (number === undefined) throw new TypeError(`${value} is no number`);
        return number;
    }
    return value as NestedValue;
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON whose large integers do not lose digits: they become bigints. */
export function parseExact(text: string): unknown {
    const large: bigint[] = [];
    // Texts are matched so that numbers in them are left alone.
    const marked = text.replace(TOKENS, (token) => {
        if (!/^-?\d{16,}$/.test(token) || Number.isSafeInteger(Number(token))) return token;
        large.push(BigInt(token));
        return `{"$large":${large.length - 1}}`;
    });
    if (large.length === 0) return JSON.parse(text);
    return JSON.parse(marked, (_, value: unknown) => {
        const at = (value as { $large?: unknown } | null)?.$large;
        return typeof at === 'number' ? large[at] : value;
    });
}
