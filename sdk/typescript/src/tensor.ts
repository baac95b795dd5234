// Tensors: every element type of ONNX that Candor knows, without loss.

import { concat, fromUtf8, type Hex, utf8 } from './bytes.js';
import { tensorRoot } from './commitments.js';
import { float16ToNumber, numberToFloat16 } from './float16.js';
import { uint } from './scale.js';

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new Error('this machine is not little-endian');

/** What holds the elements of each type. `float16` and `bfloat16` are their bits; a `bool` is 0 or 1. */
export interface DataOf {
    float32: Float32Array;
    uint8: Uint8Array;
    int8: Int8Array;
    uint16: Uint16Array;
    int16: Int16Array;
    int32: Int32Array;
    int64: BigInt64Array;
    string: string[];
    bool: Uint8Array;
    float16: Uint16Array;
    float64: Float64Array;
    uint32: Uint32Array;
    uint64: BigUint64Array;
    bfloat16: Uint16Array;
}

/** Element type. */
export type DType = keyof DataOf;
/** Elements. */
export type Data = DataOf[DType];

type Numeric = Exclude<Data, string[]>;
type NumericConstructor = { new (length: number): Numeric; readonly BYTES_PER_ELEMENT: number };

interface Kind {
    /** ONNX's number. */
    code: number;
    /** Name in the Open Inference Protocol. */
    wire: string;
    /** Array of the elements; none for strings. */
    array: NumericConstructor | undefined;
}

/** What there is to know of each element type. */
export const KINDS: Readonly<Record<DType, Kind>> = {
    float32: { code: 1, wire: 'FP32', array: Float32Array },
    uint8: { code: 2, wire: 'UINT8', array: Uint8Array },
    int8: { code: 3, wire: 'INT8', array: Int8Array },
    uint16: { code: 4, wire: 'UINT16', array: Uint16Array },
    int16: { code: 5, wire: 'INT16', array: Int16Array },
    int32: { code: 6, wire: 'INT32', array: Int32Array },
    int64: { code: 7, wire: 'INT64', array: BigInt64Array },
    string: { code: 8, wire: 'BYTES', array: undefined },
    bool: { code: 9, wire: 'BOOL', array: Uint8Array },
    float16: { code: 10, wire: 'FP16', array: Uint16Array },
    float64: { code: 11, wire: 'FP64', array: Float64Array },
    uint32: { code: 12, wire: 'UINT32', array: Uint32Array },
    uint64: { code: 13, wire: 'UINT64', array: BigUint64Array },
    bfloat16: { code: 16, wire: 'BF16', array: Uint16Array },
};

/** All element types. */
export const DTYPES = Object.keys(KINDS) as DType[];

const BY_WIRE = new Map(DTYPES.map((dtype) => [KINDS[dtype].wire, dtype]));
/** The element type of a name in the Open Inference Protocol. */
export function dtypeOfWire(wire: string): DType {
    const dtype = BY_WIRE.get(wire);
    if (dtype === undefined) throw new TypeError(`unknown element type ${wire}`);
    return dtype;
}

/** Number of elements of a shape: 1 for a scalar. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** A tensor: type, shape, elements in row-major order. */
export class Tensor<D extends DType = DType> {
    readonly dtype: D;
    /** Outermost dimension first; empty for a scalar. */
    readonly shape: readonly number[];
    readonly data: DataOf[D];

    /** Throws a `TypeError` if the data does not fit type and shape. */
    constructor(dtype: D, shape: readonly number[], data: DataOf[D]) {
        const kind = KINDS[dtype];
        if (kind === undefined) throw new TypeError(`unknown element type ${String(dtype)}`);
        if (!shape.every((length) => Number.isInteger(length) && length >= 0 && length < 2 ** 32)) {
            throw new TypeError(`[${shape.join(', ')}] is no shape`);
        }
        const right = kind.array ? data instanceof kind.array : Array.isArray(data);
        if (!right) throw new TypeError(`${dtype} wants ${kind.array?.name ?? 'an array of strings'}`);
        if (data.length !== elements(shape)) {
            throw new TypeError(`shape [${shape.join(', ')}] has ${elements(shape)} elements, the data ${data.length}`);
        }
        if (dtype === 'bool' && (data as Uint8Array).some((value) => value > 1)) {
            throw new TypeError('a bool is 0 or 1');
        }
        if (dtype === 'string') (data as string[]).forEach(checkText);
        this.dtype = dtype;
        this.shape = Object.freeze([...shape]);
        this.data = data;
    }

    /** The tensor of these bytes: little-endian, row-major; for strings a u32 length and UTF-8 each. */
    static fromBytes<D extends DType>(dtype: D, shape: readonly number[], bytes: Uint8Array): Tensor<D> {
        const { array } = KINDS[dtype];
        if (array === undefined) return new Tensor(dtype, shape, readStrings(bytes, elements(shape)) as DataOf[D]);
        if (bytes.length !== elements(shape) * array.BYTES_PER_ELEMENT) {
            throw new TypeError(`${dtype} of shape [${shape.join(', ')}] has not ${bytes.length} bytes`);
        }
        const data = new array(elements(shape));
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes);
        return new Tensor(dtype, shape, data as DataOf[D]);
    }

    /** Its bytes, as `fromBytes` takes them. They are the tensor's own where they can be: do not write to them. */
    bytes(): Uint8Array {
        const data: Data = this.data;
        if (Array.isArray(data)) {
            return concat(
                ...data.flatMap((text) => {
                    const bytes = utf8(text);
                    return [uint(bytes.length, 4), bytes];
                }),
            );
        }
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    }

    /** Its root: what receipts commit to. */
    root(): Hex {
        return tensorRoot(KINDS[this.dtype].code, this.shape, this.bytes());
    }

    /** Number of elements. */
    get size(): number {
        return this.data.length;
    }

    /** Itself, if it has this type; throws otherwise. For TypeScript: `outputs.y.as('float32').data` is a Float32Array. */
    as<E extends DType>(dtype: E): Tensor<E> {
        if ((this.dtype as DType) !== dtype) throw new TypeError(`the tensor is ${this.dtype}, not ${dtype}`);
        return this as unknown as Tensor<E>;
    }

    /** The only element of a tensor that has one. */
    item(): number | bigint | string | boolean {
        if (this.size !== 1) throw new TypeError(`the tensor has ${this.size} elements`);
        return this.#value(0);
    }

    /** Its elements in nested arrays; `float16` and `bfloat16` as numbers, `bool` as booleans. */
    toArray(): NestedValue {
        let at = 0;
        const walk = (axis: number): NestedValue =>
            axis === this.shape.length
                ? this.#value(at++)
                : Array.from({ length: this.shape[axis]! }, () => walk(axis + 1));
        return walk(0);
    }

    #value(at: number): number | bigint | string | boolean {
        const value = this.data[at]!;
        if (this.dtype === 'bool') return value === 1;
        if (this.dtype === 'float16') return float16ToNumber(value as number);
        if (this.dtype === 'bfloat16') return bfloat16ToNumber(value as number);
        return value;
    }
}

/** An element, or arrays of elements in arrays, all as long as their neighbours. */
export type NestedValue = number | bigint | string | boolean | readonly NestedValue[];

/** What stands for a tensor where one is wanted: a typed array has one dimension. */
export type TensorLike = Tensor | Numeric | NestedValue;

const OF_ARRAY = new Map<unknown, DType>([
    [Float32Array, 'float32'],
    [Float64Array, 'float64'],
    [Int8Array, 'int8'],
    [Uint8Array, 'uint8'],
    [Int16Array, 'int16'],
    [Uint16Array, 'uint16'],
    [Int32Array, 'int32'],
    [Uint32Array, 'uint32'],
    [BigInt64Array, 'int64'],
    [BigUint64Array, 'uint64'],
]);

/** The type that a value has by itself: numbers in plain arrays have none, they can be anything. */
export function ownDType(value: TensorLike): DType | undefined {
    if (value instanceof Tensor) return value.dtype;
    if (ArrayBuffer.isView(value)) {
        for (const [array, dtype] of OF_ARRAY) if (value instanceof (array as NumericConstructor)) return dtype;
        throw new TypeError('this typed array is of no element type');
    }
    let first: NestedValue | undefined = value;
    while (Array.isArray(first)) first = first[0] as NestedValue | undefined;
    return typeof first === 'string' ? 'string' : typeof first === 'boolean' ? 'bool' : undefined;
}

/**
 * A tensor of a value. `dtype` is needed for numbers in plain arrays, and says what a typed array's elements are where
 * there are several possibilities (`Uint16Array`: uint16, float16, bfloat16; `Uint8Array`: uint8, bool).
 */
export function tensor(value: TensorLike, dtype?: DType, shape?: readonly number[]): Tensor {
    if (value instanceof Tensor) {
        if (dtype !== undefined && value.dtype !== dtype) throw new TypeError(`the tensor is ${value.dtype}, not ${dtype}`);
        return shape === undefined ? value : new Tensor(value.dtype, shape, value.data);
    }
    const type = dtype ?? ownDType(value);
    if (type === undefined) throw new TypeError('say which element type these numbers are');
    if (ArrayBuffer.isView(value)) {
        const { array } = KINDS[type];
        if (array === undefined || !(value instanceof array)) {
            throw new TypeError(`${type} wants ${array?.name ?? 'strings'}, not ${value.constructor.name}`);
        }
        return new Tensor(type, shape ?? [value.length], value as DataOf[DType]);
    }
    const own: number[] = [];
    for (let inner: NestedValue | undefined = value; Array.isArray(inner); inner = inner[0] as NestedValue | undefined) {
        own.push(inner.length);
    }
    const flat: NestedValue[] = [];
    flatten(value, own, 0, flat);
    return new Tensor(type, shape ?? own, fill(type, flat));
}

function flatten(value: NestedValue, shape: readonly number[], axis: number, into: NestedValue[]): void {
    if (Array.isArray(value) !== axis < shape.length || (Array.isArray(value) && value.length !== shape[axis])) {
        throw new TypeError('the arrays are not equally long');
    }
    if (Array.isArray(value)) for (const inner of value) flatten(inner as NestedValue, shape, axis + 1, into);
    else into.push(value);
}

/** Elements of plain values; a value that the type cannot hold is an error (floats are rounded). */
function fill(dtype: DType, values: readonly NestedValue[]): DataOf[DType] {
    const { array } = KINDS[dtype];
    if (array === undefined) {
        return values.map((value) => {
            if (typeof value !== 'string') throw new TypeError(`${String(value)} is no string`);
            return value;
        });
    }
    const data = new array(values.length);
    values.forEach((value, at) => {
        data[at] = element(dtype, value);
        const exact = dtype.startsWith('float') || dtype === 'bfloat16' || dtype === 'bool';
        if (!exact && BigInt(data[at]!) !== BigInt(value as number)) throw new TypeError(`${String(value)} does not fit ${dtype}`);
    });
    return data as DataOf[DType];
}

function element(dtype: DType, value: NestedValue): number | bigint {
    if (dtype === 'bool') {
        if (typeof value !== 'boolean' && value !== 0 && value !== 1) throw new TypeError(`${String(value)} is no bool`);
        return Number(value);
    }
    if (typeof value !== 'number' && typeof value !== 'bigint') throw new TypeError(`${String(value)} is no number`);
    if (dtype === 'int64' || dtype === 'uint64') {
        if (typeof value === 'number' && !Number.isSafeInteger(value)) {
            throw new TypeError(`${value} does not fit ${dtype}: write large integers as bigint`);
        }
        return BigInt(value);
    }
    if (dtype === 'float16') return numberToFloat16(Number(value));
    if (dtype === 'bfloat16') return numberToBfloat16(Number(value));
    if (!dtype.startsWith('float') && !Number.isInteger(Number(value))) throw new TypeError(`${value} is no integer`);
    return Number(value);
}

/** bfloat16 bits of a number, rounded to nearest, ties to even. */
function numberToBfloat16(value: number): number {
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
    if (Number.isNaN(value)) return 0x7fc0;
    return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The number of bfloat16 bits. */
function bfloat16ToNumber(bits: number): number {
    return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}

function checkText(text: unknown): void {
    if (typeof text !== 'string') throw new TypeError(`${String(text)} is no string`);
    // With the u flag this finds halves of pairs only, which have no UTF-8.
    if (/[\uD800-\uDFFF]/u.test(text)) throw new TypeError('a string has half of a surrogate pair');
}

/** Texts of a string tensor's bytes. */
function readStrings(bytes: Uint8Array, count: number): string[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const texts: string[] = [];
    let at = 0;
    for (let n = 0; n < count; n += 1) {
        if (at + 4 > bytes.length) throw new TypeError('the bytes of the strings end too early');
        const end = at + 4 + view.getUint32(at, true);
        if (end > bytes.length) throw new TypeError('the bytes of the strings end too early');
        try {
            texts.push(fromUtf8(bytes.subarray(at + 4, end)));
        } catch {
            throw new TypeError('a string is not UTF-8');
        }
        at = end;
    }
    if (at !== bytes.length) throw new TypeError('the bytes of the strings go on after their end');
    return texts;
}
