"""Random cases of the pointwise operators. usage: pointwise.py DIR [CASES PER OPERATOR] [ELEMENTS PER CASE] [SEED]"""
import sys

import ml_dtypes
import numpy as np
from onnx import TensorProto

from cases import Cases

F16, F32, F64, BF16 = np.float16, np.float32, np.float64, ml_dtypes.bfloat16
I8, I16, I32, I64 = np.int8, np.int16, np.int32, np.int64
U8, U16, U32, U64 = np.uint8, np.uint16, np.uint32, np.uint64
INTEGERS = (I8, I16, I32, I64, U8, U16, U32, U64)
MS = "com.microsoft"

# Where kernels change their formula or saturate: neighbours of these are tried.
THRESHOLDS = (
    0, 0.5, 0.6744, 0.7071068, 0.921875, 0.975, 1, 1.1875, 1.5, 2, 2.4375, 3, 3.925, 4.5, 9, 17.5, 18, 22, 53.4236,
    87.3365, 88.376, 88.7228, 89.4, 103.972, 104, 120, 18838, 25966, 2**-12, 2**-14, 2**-25, 2**-28, 2**23, 2**24,
    2**31, 2**32, 2**63, 2**64, 1e-45, 1.1754944e-38, np.pi, np.pi / 2, np.pi / 4, 3.4028235e38, 65504, 65520, np.inf,
)


def floats(c, dims, dtype):
    """Elements from several distributions, random bit patterns, and neighbours of thresholds."""
    n = int(np.prod(dims)) if len(dims) else 1
    r = c.rng
    with np.errstate(all="ignore"):
        kind = r.integers(0, 6, n)
        wide = np.exp2(r.uniform(-60, 60, n)) * r.choice([-1, 1], n)
        values = np.choose(kind, [r.normal(0, 1, n), r.uniform(-20, 20, n), wide, r.normal(0, 4, n), r.uniform(-110, 110, n),
                                  r.integers(-300, 300, n) / 2]).astype(dtype)
        bits = np.dtype(f"uint{np.dtype(dtype).itemsize * 8}")
        patterns = r.integers(0, 2 ** (bits.itemsize * 8), n, dtype=bits, endpoint=False).view(dtype)
        edges = np.array(THRESHOLDS, F64)[r.integers(0, len(THRESHOLDS), n)].astype(dtype)
        moved = (edges.view(bits).astype(I64) + r.integers(-20, 21, n)).clip(0).astype(bits).view(dtype)
        moved = np.where(r.random(n) < 0.5, moved, -moved).astype(dtype)
        special = r.random(n)
        values = np.where(special < 0.15, patterns, np.where(special < 0.3, moved, values)).astype(dtype)
        values = np.where(special > 0.99, np.array(np.nan, dtype), values).astype(dtype)
    return values.reshape(dims)


def data(c, dims, dtype):
    """Random elements of a type."""
    if np.dtype(dtype) in (np.dtype(F16), np.dtype(F32), np.dtype(F64), np.dtype(BF16)):
        return floats(c, dims, dtype)
    if dtype is bool or c.rng.random() < 0.3:
        return c.data(dims, dtype)
    # Small numbers, so that equal and zero ones occur; the limits now and then.
    info = np.iinfo(dtype)
    out = c.rng.integers(max(info.min, -9), 10, dims).astype(dtype)
    limits = np.array([info.min, info.max], dtype)
    return np.where(c.rng.random(dims) < 0.02, limits[c.rng.integers(0, 2, dims)], out).astype(dtype)


class Shapes:
    """Shapes of about a number of elements."""

    def __init__(self, c, elements):
        self.c, self.elements = c, elements

    def one(self):
        """Of one operand; odd lengths so that packets are not filled."""
        c = self.c
        if c.rng.random() < 0.2:
            return c.dims(0, 4)
        n = int(self.elements * c.rng.uniform(0.5, 1)) + int(c.rng.integers(0, 8))
        return [n] if c.rng.random() < 0.5 else [int(c.rng.integers(1, 5)), max(n // 4, 1)]

    def several(self, count):
        """Of operands that broadcast."""
        c = self.c
        out = c.dims(1, 5, 1, 5) if c.rng.random() < 0.4 else [int(c.rng.integers(1, 6)), max(self.elements // 25, 1), 5]
        if c.rng.random() < 0.2:
            out = out + [1]
        if c.rng.random() < 0.3:
            return [list(out) for _ in range(count)]
        shapes = []
        for _ in range(count):
            own = [n if c.rng.random() < 0.7 else 1 for n in out]
            shapes.append(own[c.rng.integers(0, len(own) + 1):] if c.rng.random() < 0.4 else own)
        return shapes


def unary(op, types, opsets=(13, 22, 23), domain="", **choices):
    def make(c, s):
        attributes = {k: v(c) if callable(v) else v for k, v in choices.items() if c.rng.random() < 0.8}
        c.add(op, [data(c, s.one(), c.pick(*types))], opset=c.pick(*opsets), domain=domain, **attributes)

    return op, make


def binary(op, types, opsets=(14, 22), **attributes):
    def make(c, s):
        dtype = c.pick(*types)
        a, b = s.several(2)
        x, y = data(c, a, dtype), data(c, b, dtype)
        if op in ("Div", "Mod") and np.dtype(dtype).kind in "iu" and c.rng.random() < 0.95:
            # Zero fails, and the smallest integer divided by -1 may stop the process.
            y = np.where((y == 0) | (y == np.array(-1).astype(dtype)), np.array(3, dtype), y).astype(dtype)
        chosen = {k: v(c) if callable(v) else v for k, v in attributes.items()}
        constants = (1,) if c.rng.random() < 0.3 else ()
        c.add(op, [x, y], opset=c.pick(*opsets), constants=constants, **chosen)

    return op, make


def variadic(op, types):
    def make(c, s):
        dtype = c.pick(*types)
        c.add(op, [data(c, d, dtype) for d in s.several(int(c.rng.integers(1, 5)))], opset=c.pick(13, 22))

    return op, make


def modulo(c, s):
    dtype = c.pick(F16, F32, F64, *INTEGERS)
    fmod = 1 if np.dtype(dtype).kind == "f" else int(c.rng.integers(0, 2))
    binary("Mod", (dtype,), fmod=fmod)[1](c, s)


def power(c, s):
    base, exponent = c.pick((F32, F32), (F32, F32), (F32, F32), (F32, I64), (F32, I32), (F32, F64), (I32, I32), (I64, I64), (I32, F32), (F64, F64), (F64, F32))
    a, b = s.several(2)
    x, y = data(c, a, base), data(c, b, exponent)
    whole = c.rng.random() < 0.5
    if np.dtype(exponent).kind == "i":
        y = c.rng.integers(-3, 8, b).astype(exponent)
    elif whole:
        y = (c.rng.integers(-8, 9, b) / c.pick(1, 2)).astype(exponent)
    if np.dtype(base).kind == "i":
        x = c.rng.integers(-20, 21, a).astype(base)
    if c.rng.random() < 0.4:
        y = np.array(c.pick(2, 3, 0, 1), exponent).reshape(c.pick([], [1], [1, 1], [1, 1, 1]))
    c.add("Pow", [x, y], opset=c.pick(13, 15), constants=(1,) if c.rng.random() < 0.5 else ())


def clip(c, s):
    dtype = c.pick(F32, F32, F64, F16, I8, I32, I64, U8, U32, U64)
    bound = lambda: data(c, [], dtype) if c.rng.random() < 0.7 else None
    c.add("Clip", [data(c, s.one(), dtype), bound(), bound()], opset=c.pick(13, 22))


def where(c, s):
    dtype = c.pick(F32, F32, F64, I32, I64, U8, bool)
    p, a, b = s.several(3)
    if c.rng.random() < 0.3:
        b = c.pick([], [1], [1, 1])
    if c.rng.random() < 0.3:
        p = c.pick([], [1], [1, 1])
    x, y = data(c, a, dtype), data(c, b, dtype)
    if np.dtype(dtype).kind == "f":
        x = np.where(c.rng.random(a) < 0.1, np.array(-0.0, dtype), x).astype(dtype)
        y = np.where(c.rng.random(b) < 0.1, np.array(-0.0, dtype), y).astype(dtype)
    c.add("Where", [data(c, p, bool), x, y], opset=c.pick(13, 16))


def shift(c, s):
    dtype = c.pick(U8, U32, U64)
    a, b = s.several(2)
    y = c.rng.integers(0, 70, b).astype(dtype)
    c.add("BitShift", [c.data(a, dtype), y], opset=13, direction=c.pick("LEFT", "RIGHT"))


CODES = {
    F16: TensorProto.FLOAT16, F32: TensorProto.FLOAT, F64: TensorProto.DOUBLE, BF16: TensorProto.BFLOAT16, bool: TensorProto.BOOL,
    I8: TensorProto.INT8, I16: TensorProto.INT16, I32: TensorProto.INT32, I64: TensorProto.INT64,
    U8: TensorProto.UINT8, U16: TensorProto.UINT16, U32: TensorProto.UINT32, U64: TensorProto.UINT64,
}


def cast(c, s):
    source, target = c.pick(*CODES), c.pick(*CODES)
    c.add("Cast", [data(c, s.one(), source)], opset=c.pick(13, 19, 21, 23), to=CODES[target])


def cast_like(c, s):
    source, target = c.pick(*CODES), c.pick(*CODES)
    c.add("CastLike", [data(c, s.one(), source), np.zeros([1], target)], opset=c.pick(15, 19, 21))


def normalization(c, s):
    dtype = c.pick(F32, F32, F32, F64)
    channels = int(c.rng.integers(1, 9))
    inner = c.dims(0, 3, 1, 9)
    batch = max(int(s.elements // (channels * np.prod(inner, initial=1))), 1)
    parameters = [data(c, [channels], dtype) if c.rng.random() < 0.2 else c.rng.normal(0, 1, channels).astype(dtype) for _ in range(4)]
    parameters[3] = np.abs(parameters[3])
    c.add("BatchNormalization", [data(c, [batch, channels, *inner], dtype), *parameters], opset=c.pick(14, 15, 22),
          constants=(1, 2, 3, 4) if c.rng.random() < 0.5 else (), epsilon=float(c.rng.uniform(1e-6, 1e-2)))


def biased(op):
    def make(c, s):
        width = int(c.rng.integers(1, 40))
        rows = max(s.elements // width, 1)
        x = data(c, [rows, width] if c.rng.random() < 0.5 else [1, rows, width], F32)
        bias = None if op == "FastGelu" and c.rng.random() < 0.3 else data(c, [width], F32)
        c.add(op, [x, bias], domain=MS)

    return op, make


def prelu(c, s):
    x = data(c, [2, 3, max(s.elements // 30, 1), 5], F32)
    c.add("PRelu", [x, data(c, c.pick([], [1], [5], [3, 1, 1], list(x.shape)), F32)], opset=c.pick(13, 16))


def positive(c):
    return float(c.rng.uniform(0.05, 3))


def signed(c):
    return float(c.rng.normal())


FLOATS = (F32, F32, F64)
OPERATORS = (
    unary("Abs", (F32, F64, *INTEGERS)), unary("Neg", (F32, F64, I8, I16, I32, I64)), unary("Sign", (F32, F64, F16, BF16, *INTEGERS)),
    binary("Add", (F32, F64, *INTEGERS)), binary("Sub", (F32, F64, *INTEGERS)), binary("Mul", (F32, F64, *INTEGERS)),
    binary("Div", (F32, F64, *INTEGERS)), ("Mod", modulo), ("Pow", power), unary("Sqrt", FLOATS), unary("Reciprocal", FLOATS),
    unary("Floor", FLOATS), unary("Ceil", FLOATS), unary("Round", (F32, F64, F16)), variadic("Sum", FLOATS), variadic("Mean", (F32,)),
    variadic("Min", (F32, F64, F16, I8, I32, I64, U8, U32, U64)), variadic("Max", (F32, F64, F16, I8, I32, I64, U8, U32, U64)),
    ("Clip", clip), unary("Relu", (F32, F64, I8, I32), (14, 22)),
    unary("Shrink", (F32, F64, F16, *INTEGERS), (13,), bias=signed, lambd=signed),
    *(binary(op, (F32, F64, *INTEGERS), (13, 19)) for op in ("Greater", "GreaterOrEqual", "Less", "LessOrEqual")),
    binary("Equal", (F32, F64, bool, *INTEGERS), (13, 19)),
    *(binary(op, (bool,), (13,)) for op in ("And", "Or", "Xor")), unary("Not", (bool,), (13,)),
    unary("IsNaN", (F32, F64, F16, BF16), (20,)),
    unary("IsInf", (F32, F64, F16, BF16), (20,), detect_positive=lambda c: int(c.rng.integers(2)), detect_negative=lambda c: int(c.rng.integers(2))),
    ("BitShift", shift), *(binary(op, INTEGERS, (18,)) for op in ("BitwiseAnd", "BitwiseOr", "BitwiseXor")),
    unary("BitwiseNot", INTEGERS, (18,)), ("Where", where), ("Cast", cast), ("Cast", cast), ("CastLike", cast_like),
    *(unary(op, FLOATS) for op in ("Exp", "Log", "Sin", "Cos", "Tanh", "Sigmoid")),
    *(unary(op, (F32,)) for op in ("Erf", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Softsign", "Softplus")),
    unary("Gelu", (F32,), (20, 22), approximate=lambda c: c.pick("none", "tanh")), unary("LeakyRelu", (F32,), (13, 16), alpha=signed),
    ("PRelu", prelu), unary("ThresholdedRelu", (F32,), (13, 22), alpha=signed), unary("HardSigmoid", (F32,), (13, 22), alpha=signed, beta=signed),
    unary("HardSwish", (F32,), (14, 22)), unary("Elu", (F32,), (13, 22), alpha=signed), unary("Selu", (F32,), (13, 22), alpha=positive, gamma=positive),
    unary("Celu", (F32,), (13,), alpha=positive), unary("Mish", (F32,), (18, 22)), unary("Swish", (F32,), (24,), alpha=signed),
    ("BatchNormalization", normalization), unary("Gelu", (F32,), domain=MS), unary("QuickGelu", (F32,), domain=MS, alpha=lambda c: c.pick(1.0, 1.702, signed(c))),
    biased("BiasGelu"), biased("FastGelu"),
)


def main():
    cases = Cases(sys.argv[1], int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    shapes = Shapes(cases, int(sys.argv[3]) if len(sys.argv) > 3 else 2000)
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 4):
        for _, make in OPERATORS:
            make(cases, shapes)
    print(cases.count, "cases")


if __name__ == "__main__":
    main()
