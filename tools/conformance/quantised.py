"""Random and adversarial cases of the quantised operators.

usage: quantised.py OUT [--operators A,B] [--rounds N] [--seed N] [--text]

Writes OUT/CASE/model.onnx and OUT/CASE/test_data_set_0/input_K.pb (the layout of ONNX's own tests), one node per case, for
`cargo run --release -p candor-verifier --example conformance -- OUT --threads 1,2`. With --text instead one file OUT: small
cases with what ONNX Runtime computes for them, as the adjudicator's test reads them (its vectors.txt: --rounds 100 --seed 3).
Needs numpy, onnx; --text needs onnxruntime 1.31.
"""

import argparse

import numpy as np
from onnx import helper

from cases import Cases

MS = "com.microsoft"
F, H = np.float32, np.float16
BYTES = (np.uint8, np.int8)
SHORTS = (np.uint16, np.int16)
np.seterr(all="ignore")


class Quantised(Cases):
    """Cases with quantised data."""

    # Most rows, products in a sum, columns of a product; longest line of a softmax;
    # most channels of a global pool.
    ROWS, TERMS, COLUMNS, LINE, CHANNELS = 40, 160, 70, 300, 900

    def bytes(self, dims, dtype):
        """Elements of one of five kinds: any, extremes, the top, the bottom, few values."""
        info = np.iinfo(dtype)
        kind = self.rng.integers(8)
        if kind == 0:
            return self.rng.choice([info.min, info.max], dims).astype(dtype)
        if kind == 1:
            return np.full(dims, info.max, dtype)
        if kind == 2:
            return np.full(dims, info.min, dtype)
        if kind == 3:
            return self.rng.integers(-1 if info.min else 0, 3, dims).astype(dtype)
        return self.rng.integers(info.min, info.max, dims, dtype=dtype, endpoint=True)

    def zero(self, dtype, dims=()):
        """A zero point, often at an end."""
        info = np.iinfo(dtype)
        kind = self.rng.integers(4)
        if kind == 0:
            return np.full(dims, info.min, dtype)
        if kind == 1:
            return np.full(dims, info.max, dtype)
        if kind == 2:
            return np.zeros(dims, dtype)
        return np.asarray(self.rng.integers(info.min, info.max, dims, dtype=dtype, endpoint=True), dtype)

    def scale(self, dims=(), dtype=F, wild=True):
        """Scales: any, powers of two (ties), now and then very small or large."""
        kind = self.rng.integers(12)
        s = np.exp2(self.rng.uniform(-9, -2, dims))
        if kind < 3:
            s = np.exp2(self.rng.integers(-8, 2, dims))
        if wild and kind == 4 and dtype == F:
            s = s * self.rng.choice([1e-30, 1e30, 1e-38, 1e-6, 1e6])
        return np.asarray(s, dtype)

    def floats(self, dims, dtype=F):
        """Numbers to quantise: normal, ties, special."""
        kind = self.rng.integers(5)
        x = self.rng.normal(0, 1, dims) * np.exp2(self.rng.integers(-4, 12))
        if kind == 0:
            x = self.rng.integers(-600, 600, dims) * 0.5
        if kind == 1:
            x = self.rng.integers(-600, 600, dims) / 512
        if kind == 2:
            x = np.where(self.rng.random(dims) < 0.1, self.rng.choice([np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-40, -0.0], dims), x)
        return np.asarray(x).astype(dtype)

    def fixed(self, *positions):
        """These positions as constants, or not."""
        return positions if self.rng.integers(3) else ()


class Text(Quantised):
    """A file of small cases, at most `EACH` per operator, with their results."""

    EACH, SMALL = 3, 320
    ROWS, TERMS, COLUMNS, LINE, CHANNELS = 5, 24, 6, 40, 9

    def __init__(self, out, seed):
        super().__init__(".", seed)
        self.file, self.kept = open(out, "w", encoding="ascii"), {}

    def add(self, op, inputs, outputs=1, opset=22, domain="", constants=(), **attributes):
        self.about = (op, domain, opset, constants, {k.rstrip("_"): v for k, v in attributes.items()}, inputs)
        super().add(op, inputs, outputs, opset, domain, constants, **attributes)

    def write(self, name, model, fed):
        import onnxruntime as ort

        op, domain, opset, constants, attributes, inputs = self.about
        key = (op, domain, np.asarray(inputs[0]).dtype.name)
        size = sum(np.asarray(a).nbytes for a in inputs if a is not None)
        if self.kept.get(key, 0) >= self.EACH or size > self.SMALL:
            return
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 4
        try:
            got = ort.InferenceSession(model.SerializeToString(), options).run(None, fed)
        except Exception:  # what ONNX Runtime refuses is no case
            return
        if sum(a.nbytes for a in got) > self.SMALL:
            return
        self.kept[key] = self.kept.get(key, 0) + 1
        self.count += 1
        lines = [f"case {'ms' if domain else 'onnx'} {op} {1 if domain else opset}"]
        lines += [f"attr {name} {self.attribute(v)}" for name, v in attributes.items()]
        lines += ["in " + self.value(a, "w" if n in constants else "t") for n, a in enumerate(inputs)]
        lines += ["out " + self.value(a, "t") for a in got]
        self.file.write("\n".join(lines) + "\n")

    @staticmethod
    def attribute(value):
        if isinstance(value, float):
            return f"f {int(F(value).view(np.uint32))}"
        if isinstance(value, str):
            return f"s {value}"
        return f"i {value}" if isinstance(value, int) else "l " + ",".join(map(str, value))

    @staticmethod
    def value(value, place):
        if value is None:
            return "-"
        value = np.asarray(value)
        shape = ",".join(map(str, value.shape)) or "."
        return f"{place} {helper.np_dtype_to_tensor_dtype(value.dtype)} {shape} {value.tobytes().hex()}"


def quantize(c, op, domain=""):
    x_type = H if c.rng.integers(4) == 0 and not domain else F
    dtype = c.pick(*BYTES, *SHORTS)
    opset = 21 if dtype in SHORTS or not c.rng.integers(3) else int(c.pick(13, 19, 21, 23, 25))
    x_type = F if opset < 19 else x_type
    dims = c.dims(1, 4, most=12)
    kind = c.rng.integers(3)
    axis = int(c.rng.integers(-len(dims), len(dims)))
    shape, attributes = (), {}
    if kind == 1:
        shape, attributes = (dims[axis],), {"axis": axis}
    if kind == 2 and opset >= 21 and not domain:
        block = int(c.rng.integers(1, 5))
        shape = tuple(-(-d // block) if n == axis % len(dims) else d for n, d in enumerate(dims))
        attributes = {"axis": axis, "block_size": block}
    scale = c.scale(shape, x_type)
    if op == "DequantizeLinear":
        dtype = np.int32 if c.rng.integers(6) == 0 else dtype
        x = c.bytes(dims, dtype)
        zero = c.zero(dtype, shape) if dtype != np.int32 else np.zeros(shape, dtype)
        inputs = [x, scale, zero if c.rng.integers(4) else None]
    else:
        x = c.floats(dims, x_type)
        x = x * scale if kind == 0 and c.rng.integers(2) else x
        inputs = [x.astype(x_type), scale, c.zero(dtype, shape)]
        if c.rng.integers(6) == 0 and opset >= 21:
            inputs[2] = None
            attributes["output_dtype"] = {np.uint8: 2, np.int8: 3, np.uint16: 4, np.int16: 5}[dtype]
            if domain:
                attributes.pop("output_dtype")
    c.add(op, inputs, opset=opset, domain=domain, constants=c.fixed(1, 2), **attributes)


def dynamic(c, op):
    x = c.floats(c.dims(1, 3, most=20))
    if c.rng.integers(8):
        x = np.nan_to_num(x, nan=1.0, posinf=3e38, neginf=-3e38)
    kind = c.rng.integers(8)
    x = np.abs(x) if kind == 0 else -np.abs(x) if kind == 1 else x * F(0) if kind == 2 else x * F(1e-36) if kind == 3 else x
    c.add(op, [x.astype(F)], outputs=3)


def shapes(c):
    """Operands of a product: matrices, stacks, vectors."""
    m, k, n = (int(c.rng.integers(1, most)) for most in (c.ROWS, c.TERMS, c.COLUMNS))
    batch = c.dims(0, 2, most=3)
    kind = c.rng.integers(5)
    a, b = [m, k], [k, n]
    if kind == 1:
        a = batch + a
    if kind == 2:
        a, b = batch + a, batch + b
    if kind == 3 and batch:
        a, b = [1] * len(batch) + a, batch + b
    return a, b, n


def types(c):
    """Types of two operands."""
    return c.pick((np.uint8, np.uint8), (np.uint8, np.int8), (np.int8, np.int8), (np.uint8, np.int8))


def output_scale(c, a, b, k):
    """A scale under which most results are within range."""
    return np.asarray(F(a) * np.mean(b) * np.sqrt(k) * F(c.pick(5, 60, 60, 1)), F)


def matmul(c, op):
    a, b, n = shapes(c)
    ta, tb = types(c)
    if op == "MatMulInteger" and c.rng.integers(5) == 0:
        ta, tb = np.int8, np.uint8
    per = c.rng.integers(2)
    width = (n,) if per else ()
    width = (*b[:-2], 1, n) if per and len(b) > 2 and c.rng.integers(2) else width
    zero_b = c.zero(tb, width) if tb == np.uint8 or c.rng.integers(2) else np.zeros(width, tb)
    a_, b_, zero_a = c.bytes(a, ta), c.bytes(b, tb), c.zero(ta)
    if op == "MatMulInteger":
        inputs = [a_, b_] + [[], [zero_a], [zero_a, zero_b]][c.rng.integers(3)]
        return c.add(op, inputs, opset=c.pick(10, 21), constants=c.fixed(1, 3) if len(inputs) > 3 else c.fixed(1))
    sa, sb = c.scale(wild=False), c.scale(width, wild=False)
    if op == "QLinearMatMul":
        sy = c.scale() if c.rng.integers(6) == 0 else output_scale(c, sa, sb, a[-1])
        inputs = [a_, sa, zero_a, b_, sb, zero_b, sy, c.zero(ta)]
        return c.add(op, inputs, opset=c.pick(10, 21), constants=c.pick((1, 2, 4, 5, 6, 7), (1, 2, 3, 4, 5, 6, 7)))
    bias = c.rng.normal(0, 3, n).astype(F) if c.rng.integers(2) else None
    if op == "MatMulIntegerToFloat":
        inputs = [a_, b_, sa, sb, zero_a if c.rng.integers(3) else None, zero_b if c.rng.integers(3) else None, bias]
        return c.add(op, inputs, domain=MS, constants=tuple(p for p in c.fixed(1, 3, 5, 6) if inputs[p] is not None))
    x = np.nan_to_num(c.floats(a), nan=1.0, posinf=100.0, neginf=-50.0).clip(-1e5, 1e5).astype(F)
    inputs = [x, b_, sb, zero_b if c.rng.integers(3) else None, bias]
    c.add(op, inputs, domain=MS, constants=tuple(p for p in c.fixed(1, 2, 3, 4) if inputs[p] is not None))


def gemm(c, op):
    m, k, n = (int(c.rng.integers(1, most)) for most in (c.ROWS, c.TERMS, c.COLUMNS))
    ta, tb = types(c)
    trans_a, trans_b = int(c.rng.integers(2)), int(c.rng.integers(2))
    width = (n,) if c.rng.integers(2) else ()
    sa, sb = c.scale(wild=False), c.scale(width, wild=False)
    bias = c.rng.integers(-20000, 20000, [(n,), (1, n), (1,), (m, n), (m, 1)][c.rng.integers(5)]).astype(np.int32)
    inputs = [
        c.bytes([k, m] if trans_a else [m, k], ta), sa, c.zero(ta),
        c.bytes([n, k] if trans_b else [k, n], tb), sb, c.zero(tb, width),
        bias if c.rng.integers(3) else None,
    ]  # fmt: skip
    alpha = c.pick(1.0, 0.5, 1.3, -0.7)
    if c.rng.integers(3):
        inputs += [output_scale(c, sa, sb, k), c.zero(ta)]
    constants = tuple(p for p in c.pick((1, 2, 4, 5, 6, 7, 8), (1, 2, 3, 4, 5, 6, 7, 8)) if p < len(inputs) and inputs[p] is not None)
    c.add(op, inputs, domain=MS, constants=constants, transA=trans_a, transB=trans_b, alpha=alpha)


def conv(c, op, domain=""):
    kind = c.rng.integers(6)
    rank = 1 if c.rng.integers(8) == 0 and not domain else 3 if c.rng.integers(10) == 0 and not domain else 2
    kernel = [1] * rank if kind == 0 else [int(v) for v in c.rng.integers(1, 4, rank)]
    groups, ci, m = 1, int(c.rng.integers(1, 24)), int(c.rng.integers(1, 24))
    if kind == 2:
        groups = ci = m = int(c.rng.integers(1, 40))
    if kind == 3:
        groups = int(c.rng.integers(2, 5))
        ci, m = groups * int(c.rng.integers(1, 5)), groups * int(c.rng.integers(1, 5))
    strides = [int(v) for v in c.rng.integers(1, 3, rank)]
    dilations = [2 if kind == 4 else 1] * rank
    pads = [int(v) for v in c.rng.integers(0, np.array(kernel + kernel))]
    size = [int(c.rng.integers(d * k, d * k + 7)) for d, k in zip(dilations, kernel)]
    tx, tw = types(c)
    if op == "ConvInteger":
        tx, tw = np.uint8, c.pick(np.uint8, np.int8)
    x, w = c.bytes([int(c.rng.integers(1, 3)), ci, *size], tx), c.bytes([m, ci // groups, *kernel], tw)
    attributes = {"strides": strides, "dilations": dilations, "pads": pads, "group": groups, "kernel_shape": kernel}
    if c.rng.integers(5) == 0:
        attributes.pop("pads")
        attributes["auto_pad"] = c.pick("VALID", "SAME_UPPER", "SAME_LOWER")
        if "SAME" in attributes["auto_pad"]:
            attributes["dilations"] = [1] * rank
    if op == "ConvInteger":
        zeros = [[], [c.zero(tx)], [c.zero(tx), c.zero(tw)]][c.rng.integers(3)]
        return c.add(op, [x, w, *zeros], opset=13, constants=c.fixed(1), **attributes)
    width = (m,) if c.rng.integers(2) else ()
    sx, sw = c.scale(wild=False), c.scale(width, wild=False)
    sy = c.scale() if c.rng.integers(8) == 0 else output_scale(c, sx, sw, ci // groups * np.prod(kernel))
    zero_w = np.full(width, c.zero(tw), tw)
    bias = [c.rng.integers(-20000, 20000, m).astype(np.int32)] if c.rng.integers(3) else []
    if domain:
        x = np.ascontiguousarray(np.moveaxis(x, 1, -1))
        attributes["channels_last"] = 1
    inputs = [x, sx, c.zero(tx), w, sw, zero_w, sy, c.zero(tx), *bias]
    c.add(op, inputs, opset=13 if not domain else 22, domain=domain, constants=tuple(range(1, len(inputs))), **attributes)


def binary(c, op):
    dtype = c.pick(*BYTES)
    dims = c.dims(1, 4, most=14)
    kind = c.rng.integers(6)
    a, b = list(dims), list(dims)
    if kind == 1:
        a[-1] = 1
    if kind == 2:
        b[-1] = 1
    if kind == 3:
        b = [1]
    if kind == 4:
        a = [d if c.rng.integers(2) else 1 for d in dims]
        b = [d if c.rng.integers(2) else 1 for d in dims]
    if kind == 5:
        a = a[c.rng.integers(len(a)) :]
    sa, sb = c.scale(), c.scale()
    if op == "QLinearMul":
        sy = np.asarray(sa * sb * F(c.pick(20, 64, 100, 1e-7)), F)
    else:
        sy = np.asarray(max(sa, sb) * F(c.pick(1, 1.7, 0.5, 1e-8)), F)
    inputs = [c.bytes(a, dtype), sa, c.zero(dtype), c.bytes(b, dtype), sb, c.zero(dtype), sy, c.zero(dtype)]
    c.add(op, inputs, domain=MS, constants=c.fixed(1, 2, 4, 5, 6, 7))


def unary(c, op):
    dtype = c.pick(*BYTES)
    attributes = {"alpha": float(c.pick(0.1, 0.01, 1.5, -0.3))} if op == "QLinearLeakyRelu" and c.rng.integers(4) else {}
    sy = c.scale() if op == "QLinearLeakyRelu" or c.rng.integers(3) else np.asarray(1 / 256, F)
    inputs = [c.bytes(c.dims(1, 3, most=20), dtype), c.scale(), c.zero(dtype), sy, c.zero(dtype)]
    c.add(op, inputs, domain=MS, constants=c.fixed(1, 2, 3, 4), **attributes)


def concat(c, op):
    dtype = c.pick(*BYTES)
    dims = c.dims(1, 4, most=12)
    axis = int(c.rng.integers(-len(dims), len(dims)))
    out = [c.scale(), c.zero(dtype)]
    inputs = list(out)
    for _ in range(int(c.rng.integers(1, 5))):
        part = list(dims)
        part[axis] = int(c.rng.integers(1, 6))
        own = out if c.rng.integers(3) == 0 else [c.scale(), c.zero(dtype)]
        inputs += [c.bytes(part, dtype), *own]
    fed = tuple(range(2, len(inputs), 3))
    c.add(op, inputs, domain=MS, constants=tuple(n for n in range(len(inputs)) if n not in fed) if c.rng.integers(3) else (), axis=axis)


def pool(c, op):
    dtype = c.pick(*BYTES)
    rank = int(c.pick(1, 2, 2, 2, 3))
    last = int(c.rng.integers(2)) if op != "NhwcMaxPool" else 1
    n, ch, size = int(c.rng.integers(1, 3)), int(c.rng.integers(1, 40)), [int(v) for v in c.rng.integers(3, 14 if rank < 3 else 8, rank)]
    if op == "QLinearGlobalAveragePool":
        n, ch = int(c.rng.integers(1, 5)), int(c.rng.integers(1, c.CHANNELS))
    x = c.bytes([n, *size, ch] if last else [n, ch, *size], dtype)
    kernel = [int(v) for v in c.rng.integers(1, 4, rank)]
    attributes = {"kernel_shape": kernel, "strides": [int(v) for v in c.rng.integers(1, 4, rank)]}
    if c.rng.integers(4) == 0:
        attributes["auto_pad"] = c.pick("VALID", "SAME_UPPER", "SAME_LOWER")
    else:
        attributes["pads"] = [int(v) for v in c.rng.integers(0, np.array(kernel + kernel))]
    if c.rng.integers(3) == 0:
        attributes["ceil_mode"] = 1
    if op == "NhwcMaxPool":
        if c.rng.integers(4) == 0 and "pads" in attributes:
            attributes["dilations"] = [2 if 2 * k - 1 <= s else 1 for k, s in zip(kernel, size)]
        return c.add(op, [x], domain=MS, **attributes)
    sx = c.scale(wild=False)
    quantisation = [sx, c.zero(dtype), np.asarray(sx * F(c.rng.uniform(0.05, 2)), F), c.zero(dtype)]
    if op == "QLinearGlobalAveragePool":
        return c.add(op, [x, *quantisation], domain=MS, constants=c.fixed(1, 2, 3, 4), channels_last=last)
    attributes.update(channels_last=last, count_include_pad=int(c.rng.integers(2)))
    c.add(op, [x, *quantisation], domain=MS, constants=c.fixed(1, 2, 3, 4), **attributes)


def softmax(c, op):
    dtype = c.pick(*BYTES)
    dims = c.dims(1, 3, most=12) + [int(c.rng.integers(1, c.LINE))]
    x = c.bytes(dims, dtype) if c.rng.integers(2) else np.clip(c.rng.normal(40, 20, dims), 0, 127).astype(dtype)
    sy = np.asarray(c.pick(1 / 256, 1 / 256, 1 / 255, 0.01, 1e-3), F)
    attributes = {"axis": int(c.rng.integers(-len(dims), len(dims))) if c.rng.integers(3) == 0 else -1}
    zero = np.asarray(np.iinfo(dtype).min if c.rng.integers(2) else 0, dtype)
    inputs = [x, c.scale(wild=False), c.zero(dtype), sy, zero]
    c.add(op, inputs, domain=MS, constants=c.fixed(1, 2, 3, 4), opset_=int(c.pick(13, 13, 11)), **attributes)


def microsoft(make):
    """The same operator, of com.microsoft."""
    return lambda c, op: make(c, op.removeprefix("ms."), MS)


OPERATORS = {
    "QuantizeLinear": quantize, "DequantizeLinear": quantize, "DynamicQuantizeLinear": dynamic,
    "ms.QuantizeLinear": microsoft(quantize), "ms.DequantizeLinear": microsoft(quantize),
    "MatMulInteger": matmul, "QLinearMatMul": matmul, "MatMulIntegerToFloat": matmul, "DynamicQuantizeMatMul": matmul,
    "QGemm": gemm, "ConvInteger": conv, "QLinearConv": conv, "ms.QLinearConv": microsoft(conv),
    "QLinearAdd": binary, "QLinearMul": binary, "QLinearSigmoid": unary, "QLinearLeakyRelu": unary, "QLinearConcat": concat,
    "QLinearAveragePool": pool, "QLinearGlobalAveragePool": pool, "NhwcMaxPool": pool, "QLinearSoftmax": softmax,
}  # fmt: skip


def main():
    """Writes the cases."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out")
    arguments.add_argument("--operators", default="")
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--text", action="store_true")
    a = arguments.parse_args()
    cases = (Text if a.text else Quantised)(a.out, a.seed)
    for name in [n for n in a.operators.split(",") if n] or list(OPERATORS):
        for _ in range(a.rounds):
            OPERATORS[name](cases, name)
    print(cases.count, "cases")


if __name__ == "__main__":
    main()
