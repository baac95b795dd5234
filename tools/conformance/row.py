"""Random and adversarial cases of the row operators.

usage: row.py OUT [--operators A,B] [--rounds N] [--seed N] [--text]

Writes OUT/CASE/model.onnx and OUT/CASE/test_data_set_0/input_K.pb (the layout of ONNX's own tests), one node per case;
with --text instead one file OUT: each case with what ONNX Runtime computes for it, as the adjudicator's test reads it
(CANDOR_ROW_CASES=OUT cargo test --release -p candor-adjudicator row). Needs numpy, onnx, onnxruntime 1.31.
"""

import argparse
import os

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

MS = "com.microsoft"
F, D, H = np.float32, np.float64, np.float16
LARGEST = np.finfo(F).max
LENGTHS = [*range(1, 70), 95, 96, 97, 127, 128, 129, 143, 144, 145, 255, 256, 257, 383, 384, 511, 512, 513, 768, 1000]
LONG = [1023, 1024, 1025, 2047, 2048, 3072, 4095, 4096, 4097]
ROWS = 700  # elements of a case, about
np.seterr(all="ignore")


class Cases:
    """Where cases go."""

    def __init__(self, out, text, rng):
        self.out, self.text, self.rng, self.count = out, text, rng, 0
        self.file = open(out, "w", encoding="ascii") if text else None
        self.failed = {}

    def add(self, operator, inputs, domain="", opset=18, threads=1, outputs=1, weights=(), **attributes):
        """One node; `inputs` by name in order (None: absent); those in `weights` are initialisers."""
        attributes = {k: v for k, v in attributes.items() if v is not None}
        names = [n if v is not None else "" for n, v in inputs.items()]
        wanted = [f"y{i}" for i in range(outputs)] if isinstance(outputs, int) else list(outputs)
        node = helper.make_node(operator, names, wanted, domain=domain, **attributes)
        given = {n: np.ascontiguousarray(v) if np.ndim(v) else np.asarray(v) for n, v in inputs.items() if v is not None}
        fed = {n: v for n, v in given.items() if n not in weights}
        graph = helper.make_graph(
            [node],
            "case",
            [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for n, v in fed.items()],
            [onnx.ValueInfoProto(name=n) for n in wanted if n],
            [numpy_helper.from_array(v, n) for n, v in given.items() if n in weights],
        )
        opsets = [helper.make_opsetid("", opset), helper.make_opsetid(MS, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        self.count += 1
        if not self.text:
            return self._write(operator, model, fed, threads)
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        try:
            session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
            got = iter(session.run(None, fed))
        except Exception as error:  # what ONNX Runtime refuses is no case
            self.failed.setdefault(operator, str(error)[:300])
            return None
        lines = [f"case {'ms' if domain else 'onnx'} {operator} {opset if not domain else 1} {threads} avx512"]
        for name, value in attributes.items():
            lines.append(f"attr {name} " + self._attribute(value))
        for name, value in inputs.items():
            lines.append("in " + self._value(value, "w" if name in weights else "t"))
        for name in wanted:
            lines.append("out " + self._value(next(got) if name else None, "t"))
        self.file.write("\n".join(lines) + "\n")
        return None

    @staticmethod
    def _attribute(value):
        if isinstance(value, float):
            return f"f {int(F(value).view(np.uint32))}"
        if isinstance(value, int):
            return f"i {value}"
        if isinstance(value, str):
            return f"s {value}"
        return "l " + ",".join(str(int(v)) for v in value)

    @staticmethod
    def _value(value, place):
        if value is None:
            return "-"
        value = np.asarray(value)
        shape = ",".join(str(d) for d in value.shape) or "."
        return f"{place} {helper.np_dtype_to_tensor_dtype(value.dtype)} {shape} {value.tobytes().hex()}"

    def _write(self, operator, model, fed, threads):
        folder = os.path.join(self.out, f"{operator}_{self.count:05d}_t{threads}")
        os.makedirs(os.path.join(folder, "test_data_set_0"), exist_ok=True)
        onnx.save(model, os.path.join(folder, "model.onnx"))
        for k, (name, value) in enumerate(fed.items()):
            with open(os.path.join(folder, "test_data_set_0", f"input_{k}.pb"), "wb") as file:
                file.write(numpy_helper.from_array(value, name).SerializeToString())

    def data(self, *shape, kind=None):
        """Numbers of one of nine kinds: normal, wide, with an offset, of many sizes, positive, cancelling, ties, an
        outlier, subnormal."""
        rng, shape = self.rng, tuple(int(s) for s in shape)
        x = rng.normal(0, 1, shape)
        kind = int(rng.integers(9)) if kind is None else kind
        flat = x.reshape(-1)
        i = np.arange(flat.size)
        if kind == 1:
            flat = flat * 20
        if kind == 2:
            flat = flat + 1e4 * rng.normal()
        if kind == 3:
            flat = flat * np.exp2(rng.uniform(-20, 6, flat.shape))
        if kind == 4:
            flat = np.abs(flat)
        if kind == 5:
            flat = np.where(i % 2, 1, -1) * 2.0**12 + flat * 2.0**-10
        if kind == 6:
            flat = rng.integers(-3, 4, flat.shape) * 2.0 ** rng.integers(-12, 13, flat.shape)
            flat = flat + rng.integers(0, 2, flat.shape) * 2.0**-12
        if kind == 7 and flat.size:
            flat = flat.copy()
            flat[rng.integers(flat.size)] = 1e4
        if kind == 8:
            flat = flat * 1e-39
        return flat.reshape(shape).astype(F)

    def holes(self, x, share=0.02):
        """The same with infinities and NaN strewn in."""
        x = np.array(x)
        for v in (np.inf, -np.inf, np.nan):
            if self.rng.random() < 0.7:
                x[self.rng.random(x.shape) < share] = v
        return x

    def length(self, long=False):
        return int(self.rng.choice(LENGTHS + (LONG if long else [])))

    def shape(self, most=400):
        """A small shape of rank 1 to 5."""
        while True:
            shape = [int(v) for v in self.rng.choice([1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33], int(self.rng.integers(1, 6)))]
            if np.prod(shape) <= most:
                return shape

    def threads(self):
        return int(self.rng.choice([1, 1, 2, 4]))


def softmax(c, operator):
    k = c.length(long=True)
    rows = max(2, ROWS * 2 // k)
    x = c.data(rows, k)
    kind = c.rng.integers(6)
    if kind == 0:
        x = np.where(c.rng.random(x.shape) < 0.5, -LARGEST, x)
    if kind == 1:
        x = np.where(c.rng.random(x.shape) < 0.5, -np.inf, x)
        x[0] = -np.inf
    if kind == 2:
        x = c.holes(x)
    x = x.astype(F)
    opset = int(c.rng.choice([13, 18, 21, 24]))
    if kind == 3:
        n = int(c.rng.integers(1, 20))
        x = c.data(2, min(k, 300), n)
        return c.add(operator, {"x": x}, opset=opset, axis=int(c.rng.choice([0, 1, -2, 2])), threads=c.threads())
    if kind == 4 and operator != "Hardmax":
        return c.add(operator, {"x": x.astype(D)}, opset=opset, axis=-1)
    return c.add(operator, {"x": x}, opset=opset, axis=None if c.rng.integers(2) else -1, threads=c.threads())


def layer_norm(c, operator):
    k = c.length(long=True)
    rows = max(2, ROWS * 3 // 2 // k)
    x, g, b = c.data(rows, k), c.data(k, kind=0), c.data(k, kind=0)
    if c.rng.integers(5) == 0:
        x = c.holes(x)
    kind = c.rng.integers(8)
    dtype = D if kind == 0 else H if kind == 1 else F
    if dtype == H:
        x = np.clip(x, -60000, 60000)
    x, g, b = (v.astype(dtype) for v in (x, g, b))
    epsilon = float(c.rng.choice([1e-5, 1e-12, 1e-3]))
    inputs = {"x": x, "g": g, "b": b if c.rng.integers(2) and operator == "LayerNormalization" else None}
    axis = -1
    if kind == 2 and k < 100:
        n = int(c.rng.integers(1, 9))
        inputs["x"] = c.data(3, k, n).astype(dtype)
        inputs["g"] = c.data(k, n, kind=0)
        inputs["b"] = c.data(k, n, kind=0) if inputs["b"] is not None else None
        axis = int(c.rng.choice([1, -2]))
    if kind == 3 and k < 100:
        n = int(c.rng.integers(1, 6))
        inputs["x"] = c.data(2, n, k)
        shapes = [(1,), (n, k), (2, 1, k), (n, 1), (1, n, k), (k,)]
        inputs["g"] = c.data(*shapes[int(c.rng.integers(6))], kind=0)
        inputs["b"] = c.data(*shapes[int(c.rng.integers(6))], kind=0) if inputs["b"] is not None else None
        if c.rng.integers(3) == 0:
            inputs = {n: v if v is None else v.astype(c.rng.choice([H])) for n, v in inputs.items()}
    if inputs["b"] is None:
        del inputs["b"]
    outputs = {"LayerNormalization": 3, "SimplifiedLayerNormalization": 2, "RMSNormalization": 1}[operator]
    opset = {"LayerNormalization": 17, "SimplifiedLayerNormalization": 17, "RMSNormalization": 23}[operator]
    weights = ("g", "b") if c.rng.integers(2) else ()
    outputs = int(c.rng.choice([1, outputs]))
    c.add(operator, inputs, opset=opset, outputs=outputs, weights=weights, axis=axis, epsilon=epsilon, threads=c.threads())


def skip_norm(c, operator):
    k = c.length(long=True)
    rows = max(2, ROWS // k)
    simple = operator.startswith("SkipS")
    dtype = H if c.rng.integers(5) == 0 else F
    x, z = (np.clip(c.data(2, rows, k), -30000, 30000).astype(dtype) for _ in range(2))
    g, b, bias = (c.data(k, kind=0).astype(dtype) for _ in range(3))
    if c.rng.integers(5) == 0:
        z = z[:1]
    elif c.rng.integers(5) == 0:
        z = z[0]
    inputs = {"x": x, "z": z, "g": g}
    with_bias = c.rng.integers(2)
    if not simple and (with_bias or c.rng.integers(2)):
        inputs["b"] = b if c.rng.integers(4) else None
    if with_bias:
        inputs["bias"] = bias
    if inputs.get("b", 0) is None and not with_bias:
        del inputs["b"]
    outputs = 4 if c.rng.integers(2) else ["y0", "", "", "y3"] if c.rng.integers(2) else 1
    epsilon = float(c.rng.choice([1e-5, 1e-12]))
    weights = ("g", "b", "bias") if c.rng.integers(2) else ()
    weights = tuple(w for w in weights if inputs.get(w) is not None)
    c.add(operator, inputs, MS, outputs=outputs, weights=weights, epsilon=epsilon, threads=c.threads())


def other_norm(c, operator):
    k = c.length()
    if operator == "LpNormalization":
        x = c.data(max(2, ROWS // k), k)
        x = c.holes(x) if c.rng.integers(5) == 0 else x
        x = x * F(c.rng.choice([1, 1, 1e-25, 1e25, 0]))
        x = x.astype(D) * 1.1 if c.rng.integers(4) == 0 else x
        axis = int(c.rng.choice([-1, 0, 1, -2]))
        return c.add(operator, {"x": x}, axis=axis, p=int(c.rng.choice([1, 2])), opset=int(c.rng.choice([13, 22])))
    if operator == "InstanceNormalization":
        shape = (2, int(c.rng.integers(1, 5)), *([k] if c.rng.integers(2) else [int(v) for v in c.rng.integers(1, 16, 2)]))
        x, g, b = c.data(*shape), c.data(shape[1], kind=0), c.data(shape[1], kind=0)
        x = c.holes(x) if c.rng.integers(6) == 0 else x
        return c.add(operator, {"x": x, "g": g, "b": b}, epsilon=1e-5, opset=int(c.rng.choice([13, 22])), threads=c.threads())
    if operator == "MeanVarianceNormalization":
        shape = [int(v) for v in c.rng.integers(1, 9, int(c.rng.integers(3, 5)))]
        axes = sorted(c.rng.choice(len(shape), int(c.rng.integers(1, len(shape))), replace=False))
        axes = None if c.rng.integers(4) == 0 else [int(a) for a in axes]
        return c.add(operator, {"x": c.data(*shape)}, opset=13, axes=axes, threads=c.threads())
    ids = c.rng.integers(0, 30, (2, 5)).astype(np.int32)
    segments = c.rng.integers(0, 2, (2, 5)).astype(np.int32)
    mask = (np.arange(5)[None] < np.array([[3], [5]])).astype(np.int32)
    w, p, s, g, b = c.data(30, k), c.data(9, k), c.data(2, k), c.data(k, kind=0), c.data(k, kind=0)
    typed = c.rng.integers(2)
    inputs = {"ids": ids, "seg": segments if typed else None, "w": w, "p": p, "s": s if typed else None, "g": g, "b": b}
    if c.rng.integers(2):
        inputs["mask"] = mask
    elif c.rng.integers(2):
        inputs["mask"] = None
        inputs["pos"] = c.rng.integers(0, 9, (int(c.rng.integers(1, 3)), 5)).astype(np.int32)
    return c.add(operator, inputs, MS, outputs=3, epsilon=1e-12)


def reduction(c, operator):
    opset = int(c.rng.choice([13, 18, 20]))
    kind = c.rng.integers(10)
    if kind < 3:
        k, n = c.length(long=True), int(c.rng.integers(1, 12))
        shape = [[max(2, 600 // k), k], [k, n], [3, k, n], [n, k, 3], [2, n, k]][int(c.rng.integers(5))]
        shape = shape if np.prod(shape) < 60000 else shape[-2:]
    else:
        shape = c.shape(3000)
    rank = len(shape)
    axes = [int(a) for a in c.rng.choice(rank, int(c.rng.integers(1, rank + 1)), replace=False)]
    axes = [a - rank if c.rng.integers(3) == 0 else a for a in axes]
    if c.rng.integers(6) == 0:
        axes = []
    if kind == 9:
        shape = [0 if c.rng.integers(3) == 0 else d for d in shape]
    if kind == 8 and c.rng.integers(4) == 0:
        shape, axes = [], []
    dtype = c.rng.choice([0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5])
    most = operator in ("ReduceMax", "ReduceMin")
    if dtype in (0, 1) or (dtype > 3 and not most):
        x = c.data(*shape)
        if operator == "ReduceProd":
            x = (1 + x / np.abs(x).max() if x.size and c.rng.integers(2) else np.abs(x) ** 0.01 * np.sign(x)).astype(F)
        if operator == "ReduceLogSum" and c.rng.integers(3):
            x = np.abs(x)
        x = c.holes(x) if c.rng.integers(6) == 0 else x
        if most and c.rng.integers(4) == 0:
            x = np.where(c.rng.integers(0, 2, x.shape), F(0), F(-0.0)).astype(F)
        if dtype == 1:
            x = x.astype(D) * (1 + 1e-9)
    elif dtype < 4:
        x = c.rng.integers(-4, 5, shape) * 10 ** c.rng.integers(0, 19 if dtype == 3 else 9, shape)
        x = x if c.rng.integers(3) else c.rng.integers(-(2**34), 2**34, shape)
        x = x.astype(np.int32 if dtype == 2 else np.int64)
    elif dtype == 4:
        x = c.rng.integers(-128, 256, shape).astype(c.rng.choice([np.int8, np.uint8]))
    else:
        x, opset = c.rng.integers(0, 2, shape).astype(bool), 20
    keep = [None, 0, 1][int(c.rng.integers(3))]
    noop = int(c.rng.integers(2)) if c.rng.integers(2) else None
    x = np.asarray(x)
    if (operator == "ReduceSum" and opset >= 13) or opset >= 18:
        inputs = {"x": x, "axes": np.array(axes, np.int64)} if axes or c.rng.integers(2) else {"x": x}
        weights = ("axes",) if "axes" in inputs and c.rng.integers(2) else ()
        c.add(operator, inputs, opset=opset, keepdims=keep, noop_with_empty_axes=noop, weights=weights, threads=c.threads())
    else:
        c.add(operator, {"x": x}, opset=opset, keepdims=keep, axes=axes or None, threads=c.threads())


def select(c, operator):
    shape = [c.length()] if c.rng.integers(4) == 0 else c.shape(1500)
    axis = int(c.rng.integers(-len(shape), len(shape)))
    dtype = c.rng.choice([F, F, F, D, np.int32, np.int64, np.int8, np.uint8])
    if dtype in (F, D):
        x = c.data(*shape) if c.rng.integers(3) else np.round(c.data(*shape, kind=0) * 2).astype(F)
        x = x * c.rng.choice([1, -1], x.shape).astype(F)
        x = (c.holes(x) if c.rng.integers(5) == 0 else x).astype(dtype)
    else:
        most = [9, 127, 2**31 - 1, 2**34][int(c.rng.integers(4))]
        x = c.rng.integers(0, most, shape).astype(dtype)
    if operator == "TopK":
        k = int(c.rng.integers(1, shape[axis] + 1))
        k = max(1, k // 4) if c.rng.integers(2) else k
        largest, is_sorted = ([None, 0, 1][int(v)] for v in c.rng.integers(0, 3, 2))
        opset = int(c.rng.choice([13, 24]))
        inputs = {"x": x, "k": np.array([k], np.int64)}
        return c.add(operator, inputs, opset=opset, outputs=2, axis=axis, largest=largest, sorted=is_sorted, threads=c.threads())
    keep, last = ([None, 0, 1][int(v)] for v in c.rng.integers(0, 3, 2))
    return c.add(operator, {"x": x}, opset=13, axis=axis, keepdims=keep, select_last_index=last, threads=c.threads())


def cumulative(c, operator):
    shape = [c.length(long=True)] if c.rng.integers(3) == 0 else c.shape(1500)
    axis = np.array(int(c.rng.integers(-len(shape), len(shape))), c.rng.choice([np.int32, np.int64]))
    x = c.data(*shape)
    if operator == "CumProd":
        x = (1 + x / np.abs(x).max() / 3).astype(F) if c.rng.integers(3) else x
    x = c.holes(x) if c.rng.integers(6) == 0 else x
    dtype = c.rng.choice([F, F, D, np.int32, np.int64] + ([np.uint32, np.uint64] if operator == "CumProd" else []))
    if dtype not in (F, D):
        x = c.rng.integers(0 if dtype in (np.uint32, np.uint64) else -1000, 2**31, shape)
    flags = {n: [None, 0, 1][int(c.rng.integers(3))] for n in ("exclusive", "reverse")}
    opset = 26 if operator == "CumProd" else 14
    c.add(operator, {"x": x.astype(dtype), "axis": axis}, opset=opset, threads=c.threads(), **flags)


def rotary(c, _):
    contrib = c.rng.integers(2)
    batch, length, heads = (int(v) for v in c.rng.integers(1, 5, 3))
    size = 2 * int(c.rng.integers(1, 50))
    turned = 2 * int(c.rng.integers(1, size // 2 + 1)) if c.rng.integers(3) == 0 else size
    x = c.data(batch, heads, length, size) if c.rng.integers(2) else c.data(batch, length, heads * size)
    angles = c.rng.uniform(-3, 3, (16, turned // 2))
    positions = c.rng.integers(0, 16, (batch, length))
    attributes = {"interleaved": int(c.rng.integers(2))}
    if turned != size or x.ndim == 3:
        attributes["num_heads"] = heads
    if turned != size:
        attributes["rotary_embedding_dim"] = turned
    if not contrib and c.rng.integers(3) == 0:
        angles, positions = angles[positions], None
    if contrib and c.rng.integers(3) == 0:
        positions = np.array([int(c.rng.integers(0, 16 - length))])
    dtype = H if c.rng.integers(4) == 0 else F
    tables = {"cos": np.cos(angles).astype(dtype), "sin": np.sin(angles).astype(dtype)}
    x = np.clip(x, -30000, 30000).astype(dtype)
    if contrib:
        inputs = {"x": x, "pos": positions, **tables}
        return c.add("RotaryEmbedding", inputs, MS, threads=c.threads(), **attributes)
    inputs = {"x": x, **tables} | ({} if positions is None else {"pos": positions})
    return c.add("RotaryEmbedding", inputs, opset=23, threads=c.threads(), **attributes)


OPERATORS = {}
for name in ("Softmax", "LogSoftmax", "Hardmax"):
    OPERATORS[name] = softmax
for name in ("LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization"):
    OPERATORS[name] = layer_norm
for name in ("SkipLayerNormalization", "SkipSimplifiedLayerNormalization"):
    OPERATORS[name] = skip_norm
for name in ("InstanceNormalization", "MeanVarianceNormalization", "LpNormalization", "EmbedLayerNormalization"):
    OPERATORS[name] = other_norm
for name in ("Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"):
    OPERATORS["Reduce" + name] = reduction
OPERATORS.update(ArgMax=select, ArgMin=select, TopK=select, CumSum=cumulative, CumProd=cumulative, RotaryEmbedding=rotary)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out")
    arguments.add_argument("--operators", default="")
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--text", action="store_true")
    arguments.add_argument("--short", action="store_true", help="rows of at most 40 elements, for vectors in the repository")
    a = arguments.parse_args()
    if a.short:
        LENGTHS[:], LONG[:] = range(1, 40), []
        globals()["ROWS"] = 40
    names = [n for n in a.operators.split(",") if n] or list(OPERATORS)
    cases = Cases(a.out, a.text, np.random.default_rng(a.seed))
    for name in names:
        for _ in range(a.rounds):
            OPERATORS[name](cases, name)
    print(cases.count, "cases", cases.failed or "")


if __name__ == "__main__":
    main()
