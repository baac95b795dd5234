import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DType, DTYPES, Tensor, tensor, toHex } from '@candor/sdk';

const CASES: [DType, unknown, string][] = [
    ['float32', [1.5, -0, NaN], '0x0000c03f000000800000c07f'],
    ['uint8', [0, 255], '0x00ff'],
    ['int8', [-128, 127], '0x807f'],
    ['uint16', [65_535], '0xffff'],
    ['int16', [-2], '0xfeff'],
    ['int32', [-1], '0xffffffff'],
    ['int64', [-1n, 2 ** 53 - 1], '0xffffffffffffffffffffffffffff1f00'],
    ['string', ['é', ''], '0x02000000c3a900000000'],
    ['bool', [true, false], '0x0100'],
    ['float16', [1, -2, 65_504, 6e-8], '0x003c00c0ff7b0100'],
    ['float64', [Math.PI], '0x182d4454fb210940'],
    ['uint32', [4_294_967_295], '0xffffffff'],
    ['uint64', [18_446_744_073_709_551_615n], '0xffffffffffffffff'],
    ['bfloat16', [1, 3.14159], '0x803f4940'],
];

test('every type should have the bytes of ONNX when made of plain values', () => {
    assert.deepEqual(CASES.map(([dtype]) => dtype).sort(), [...DTYPES].sort());
    for (const [dtype, values, bytes] of CASES) {
        const made = tensor(values as never, dtype);
        assert.equal(toHex(made.bytes()), bytes, dtype);
        const back = Tensor.fromBytes(dtype, made.shape, made.bytes());
        assert.deepEqual(back, made, dtype);
        assert.equal(back.root(), made.root());
    }
});

test('every float16 should stay the same when it becomes a number and back', () => {
    for (let bits = 0; bits < 0x10000; bits += 1) {
        const value = new Tensor('float16', [1], Uint16Array.of(bits)).item() as number;
        const back = (tensor([value], 'float16').data as Uint16Array)[0]!;
        if (Number.isNaN(value)) assert.equal(back, 0x7e00);
        else assert.equal(back, bits);
    }
});

test('float16 should be rounded to even when between two numbers', () => {
    const bits = (value: number): number => (tensor([value], 'float16').data as Uint16Array)[0]!;
    assert.equal(bits(1 + 2 ** -11), 0x3c00);
    assert.equal(bits(1 + 3 * 2 ** -11), 0x3c02);
    assert.equal(bits(65_519), 0x7bff);
    assert.equal(bits(65_520), 0x7c00);
    assert.equal(bits(2 ** -25), 0);
    assert.equal(bits(3 * 2 ** -25), 2);
    assert.equal(bits(2 ** -14 - 2 ** -26), 0x0400);
});

test('bfloat16 should stay the same when it becomes a number and back', () => {
    for (let bits = 0; bits < 0x10000; bits += 1) {
        const value = new Tensor('bfloat16', [1], Uint16Array.of(bits)).item() as number;
        if (!Number.isNaN(value)) assert.equal((tensor([value], 'bfloat16').data as Uint16Array)[0], bits);
    }
});

test('shape should be that of the arrays when they are nested', () => {
    const made = tensor([[[1], [2]], [[3], [4]], [[5], [6]]], 'int32');
    assert.deepEqual(made.shape, [3, 2, 1]);
    assert.deepEqual(made.toArray(), [[[1], [2]], [[3], [4]], [[5], [6]]]);
    assert.deepEqual(tensor(7, 'uint8').shape, []);
    assert.equal(tensor(7, 'uint8').item(), 7);
    assert.deepEqual(tensor([], 'float32').shape, [0]);
    assert.deepEqual(tensor([[], []], 'float32').shape, [2, 0]);
    assert.deepEqual(tensor('text').toArray(), 'text');
    assert.deepEqual(tensor([[true], [false]]).toArray(), [[true], [false]]);
    assert.deepEqual(tensor(BigInt64Array.of(1n, 2n)).dtype, 'int64');
    assert.deepEqual(tensor(Float32Array.of(1, 2, 3, 4), undefined, [2, 2]).toArray(), [[1, 2], [3, 4]]);
    assert.deepEqual(tensor(Uint16Array.of(0x3c00), 'float16').toArray(), [1]);
});

test('tensor should be refused when data do not fit', () => {
    assert.throws(() => new Tensor('float32', [3], Float32Array.of(1)), /has 3 elements, the data 1/);
    assert.throws(() => new Tensor('float32', [1], Float64Array.of(1) as never), /wants Float32Array/);
    assert.throws(() => new Tensor('bool', [1], Uint8Array.of(2)), /0 or 1/);
    assert.throws(() => new Tensor('float32', [-1], new Float32Array()), /no shape/);
    assert.throws(() => new Tensor('float32', [1.5], new Float32Array()), /no shape/);
    assert.throws(() => tensor([1, 2]), /which element type/);
    assert.throws(() => tensor([[1], [2, 3]], 'int32'), /equally long/);
    assert.throws(() => tensor([[1], 2], 'int32'), /equally long/);
    assert.throws(() => tensor([300], 'uint8'), /300 does not fit uint8/);
    assert.throws(() => tensor([1.5], 'int32'), /no integer/);
    assert.throws(() => tensor([2 ** 53], 'int64'), /bigint/);
    assert.throws(() => tensor([2n ** 63n], 'int64'), /does not fit int64/);
    assert.throws(() => tensor(['x'], 'float32'), /no number/);
    assert.throws(() => tensor([1], 'string'), /no string/);
    assert.throws(() => tensor(['\ud800'], 'string'), /surrogate/);
    assert.throws(() => tensor(Float32Array.of(1), 'int64'), /wants BigInt64Array/);
    assert.throws(() => Tensor.fromBytes('string', [1], Uint8Array.of(1, 0, 0, 0, 0xff)), /UTF-8/);
    assert.throws(() => Tensor.fromBytes('string', [1], Uint8Array.of(9, 0, 0, 0)), /too early/);
    assert.throws(() => Tensor.fromBytes('string', [0], Uint8Array.of(9)), /after their end/);
    assert.throws(() => Tensor.fromBytes('int64', [1], new Uint8Array(7)), /has not 7 bytes/);
    assert.throws(() => tensor([1], 'float32').as('int64'), /float32, not int64/);
});
