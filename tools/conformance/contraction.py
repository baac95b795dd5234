"""Random cases of the contractions. usage: contraction.py DIR [CASES PER FAMILY] [SEED] | contraction.py vectors

The convolutions of `blocked` become com.microsoft.nchwc when they are prepared. `vectors` prints the cases of the
adjudicator's unit tests with digests of ONNX Runtime's outputs (AVX-512).
"""
import sys

import numpy as np
from onnx import helper

from cases import Cases, value

F32, F64 = np.float32, np.float64
MS = "com.microsoft"
SUM_LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 1000, 1025)
EQUATIONS = (
    "ij,jk->ik bij,bjk->bik bhid,bhjd->bhij bhij,bhjd->bhid ij,kj->ik ji,jk->ki abc,cd->abd i,i-> i,j->ij ij,ij->ij "
    "ij,ij->i ij,ij-> ...ij,...jk->...ik b...i,ij->b...j abcd,cdef->abef abcd,aecd->abe ii,ij->ij ij,jk ij->ji ij->i "
    "ii->i bqhd,bkhd->bhqk bhqk,bkhd->bqhd ijk,il->jk bij,j->bi abc,abd->acd xy,yz->zx"
).split()


def hard(c, dims, kind=None):
    """Numbers at which orders of addition differ: half-ulp sums, block-wise signs, outliers, constants, cancellation,
    subnormal, huge, infinite and NaN."""
    dims = tuple(int(n) for n in dims)
    k = dims[-1] if dims else 1
    x = c.rng.normal(0, 1, dims)
    lines = dims[:-1] + (1,) if dims else ()
    at = np.arange(k)
    kind = int(c.rng.integers(12)) if kind is None else kind
    if kind == 1:
        x = x + 1e4 * c.rng.normal(size=lines)
    if kind == 2:
        x = x * np.exp2(c.rng.uniform(-20, 6, dims))
    if kind == 3:
        x = np.abs(x)
    if kind == 4:
        x = np.where(at % 2, 1, -1) * 2.0**12 + x * 2.0**-10
    if kind == 5:
        x = c.rng.integers(-3, 4, dims) * 2.0 ** c.rng.integers(-12, 13, dims) + c.rng.integers(0, 2, dims) * 2.0**-12
    if kind == 6 and k:
        x = np.where(at == c.rng.integers(k), 1e4, x)
    if kind == 7:
        x = x * 1e-39
    if kind == 8:
        x = np.where(at // 16 % 2, 1, -1) * (1 + 2.0**-12) * np.ones(dims)
    if kind == 9:
        x = np.full(dims, c.rng.normal())
    if kind == 10:
        x = x * 1e18 * np.exp2(c.rng.uniform(-2, 3, dims))
    if kind == 11:
        x = np.where(c.rng.random(dims) < 0.003, c.rng.choice([np.inf, -np.inf, np.nan, 0.0, -0.0], dims), x)
    return np.asarray(x).astype(F32)


def number(c, low, high):
    return int(c.rng.integers(low, high + 1))


def numbers(c, low, high, n):
    return [number(c, low, high) for _ in range(n)]


def length(c):
    return c.pick(*SUM_LENGTHS) if c.rng.random() < 0.7 else number(c, 1, 1500)


def size(c, k):
    """Rows or columns: often one, few for long sums."""
    return 1 if c.rng.random() < 0.25 else number(c, 2, max(2, min(70, 30000 // k)))


def matmul(c):
    k = length(c)
    m, n = size(c, k), size(c, k)
    batch = numbers(c, 1, 3, number(c, 0, 2))
    own = [d if c.rng.random() < 0.7 else 1 for d in batch] if c.rng.random() < 0.5 else []
    a, b = hard(c, batch + [m, k]), hard(c, own + [k, n])
    if c.rng.random() < 0.15:
        a, own = a[(0,) * (a.ndim - 1)], own
    elif c.rng.random() < 0.15:
        b = b[(0,) * len(own)][:, 0]
    if c.rng.random() < 0.15:
        a, b = a.astype(F64), b.astype(F64)
    c.add("MatMul", [a, b], opset=c.pick(9, 13), constants=c.pick((), (1,)))


def matmul_integer(c):
    m, k, n = numbers(c, 1, 12, 3)
    kind = c.pick(np.int32, np.uint32, np.int64, np.uint64)
    c.add("MatMul", [c.data([m, k], kind), c.data([k, n], kind)], opset=13)


def fused_matmul(c):
    k = length(c)
    m, n = size(c, k), size(c, k)
    batch = numbers(c, 1, 3, number(c, 1, 2))
    flags = {f: number(c, 0, 1) for f in ("transA", "transB", "transBatchA", "transBatchB")}
    a, b = (k, m) if flags["transA"] else (m, k), (n, k) if flags["transB"] else (k, n)
    shape = lambda own, moved: [own[0], *batch, own[1]] if moved else [*batch, *own]
    x, y = hard(c, shape(a, flags["transBatchA"])), hard(c, shape(b, flags["transBatchB"]))
    if not flags["transBatchA"] and not flags["transBatchB"] and c.rng.random() < 0.5:
        x, y = x[(0,) * len(batch)], y[(0,) * len(batch)]
    c.add("FusedMatMul", [x, y], domain=MS, constants=c.pick((), (1,)), alpha=c.pick(1.0, 0.125, 0.3), **flags)


def gemm(c, op="Gemm", domain="", **attributes):
    k = length(c)
    m, n = size(c, k), size(c, k)
    ta, tb = number(c, 0, 1), number(c, 0, 1)
    bias = c.pick(None, (n,), (1, n), (m, 1), (m, n), (1,), ())
    given = [hard(c, (k, m) if ta else (m, k)), hard(c, (n, k) if tb else (k, n)), None if bias is None else hard(c, bias)]
    if op == "Gemm" and c.rng.random() < 0.15:
        given = [None if a is None else a.astype(F64) for a in given]
    constants = c.pick((), (1,)) + (() if bias is None else c.pick((), (2,)))
    alpha, beta = c.pick((1.0, 1.0), (1.0, 1.0), (0.3, 1.0), (1.0, 0.7), (0.3, 0.7), (1.0, 0.0))
    c.add(op, given, opset=13, domain=domain, constants=constants, transA=ta, transB=tb, alpha=alpha, beta=beta, **attributes)


def fused_gemm(c):
    kind = c.pick("Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "Elu", "Selu", "Softplus", "Softsign", "ThresholdedRelu")
    names = {"LeakyRelu": "a", "HardSigmoid": "ab", "Elu": "a", "Selu": "ag", "ThresholdedRelu": "a"}.get(kind, "")
    full = {"a": ("activation_alpha", 0.3), "b": ("activation_beta", 0.4), "g": ("activation_gamma", 1.1)}
    gemm(c, "FusedGemm", MS, activation=kind, **dict(full[n] for n in names))


def window(c, rank):
    """Sizes and attributes of a convolution."""
    kind = number(c, 0, 5)
    kernel = [1] * rank if kind == 0 else numbers(c, 1, 4, rank)
    group = c.pick(1, 1, 2, 3)
    depth, filters = number(c, 1, 40), number(c, 1, 40)
    if kind == 1:
        group, depth, filters = number(c, 1, 20), 1, number(c, 1, 3)
    space = numbers(c, 4, [0, 200, 18, 8][rank], rank)
    if kind == 2:
        group, depth, kernel[-1] = 1, 1, space[-1]
    stride = numbers(c, 1, 2, rank) if kind > 2 else [1] * rank
    dilation = numbers(c, 1, 2, rank) if kind == 5 else [1] * rank
    pads = numbers(c, 0, 1, 2 * rank) if kind > 2 else [0] * (2 * rank)
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    space = [max(s, n) for s, n in zip(space, span)]
    attributes = {"strides": stride, "dilations": dilation, "kernel_shape": kernel, "group": group}
    if c.rng.random() < 0.2 and max(dilation) == 1:
        attributes["auto_pad"] = c.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    else:
        attributes["pads"] = pads
    return depth * group, depth, filters * group, space, kernel, attributes


def conv(c, op="Conv", domain="", extra=lambda out: ([], {})):
    rank = c.pick(1, 2, 2, 3)
    channels, depth, filters, space, kernel, attributes = window(c, rank)
    batch = number(c, 1, 2)
    given = [hard(c, [batch, channels, *space]), hard(c, [filters, depth, *kernel], number(c, 0, 9))]
    given.append(hard(c, [filters]) if c.rng.random() < 0.6 else None)
    more, own = extra((batch, filters, space, attributes))
    c.add(op, given + more, opset=11, domain=domain, constants=c.pick((1, 2), (1,), ()), **attributes, **own)


def fused_conv(c):
    kind, parameters = c.pick(
        ("Relu", None), ("Sigmoid", None), ("Tanh", None), ("LeakyRelu", [0.125]), ("Clip", [-1.0, 2.0]), ("HardSigmoid", [0.25, 0.5])
    )
    own = {"activation": kind} | ({} if parameters is None else {"activation_params": parameters})

    def extra(sizes):
        batch, filters, space, attributes = sizes
        if "pads" not in attributes or c.rng.random() < 0.5:
            return [], own
        heads, tails = np.split(np.array(attributes["pads"]), 2)
        span = np.array(attributes["dilations"]) * (np.array(attributes["kernel_shape"]) - 1) + 1
        out = (np.array(space) + heads + tails - span) // np.array(attributes["strides"]) + 1
        return [hard(c, [batch, filters, *out], number(c, 0, 9))], own

    conv(c, "FusedConv", MS, extra)


def blocked(c):
    """Convolutions that preparation turns into blocked ones: few channels, 1x1, k x k, grouped, depthwise, odd channels;
    then a sum, an activation, an upsampling."""
    kind = number(c, 0, 5)
    k = 1 if kind == 1 else number(c, 1, 5)
    group = number(c, 2, 4) if kind == 3 else 1
    channels = number(c, 1, 7) if kind == 0 else group * 16 * number(c, 1, 17 if kind == 1 else 3)
    filters = number(c, 17, 80) if group == 1 and c.rng.random() < 0.2 else group * 16 * number(c, 1, 3)
    if kind == 4:
        group = filters = channels
    if kind == 5:
        channels = 4 * number(c, 4, 20)
    dilation, stride = c.pick(1, 1, 2), number(c, 1, 2)
    space = [max(n, dilation * k) for n in numbers(c, 2, 20, 2)]
    attributes = {"strides": [stride] * 2, "dilations": [dilation] * 2, "kernel_shape": [k, k], "group": group}
    if dilation == 1 and c.rng.random() < 0.2:
        attributes["auto_pad"] = c.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    else:
        attributes["pads"] = numbers(c, 0, k - 1, 4)
    x = hard(c, [number(c, 1, 2), channels, *space])
    constants = {"w": hard(c, [filters, channels // group, k, k], number(c, 0, 9)), "b": hard(c, [filters])}
    nodes = [helper.make_node("Conv", ["x", "w", "b"][: c.pick(2, 3)], ["v0"], **attributes)]
    if c.rng.random() < 0.4:
        constants["w2"] = hard(c, constants["w"].shape, 0)
        nodes += [helper.make_node("Conv", ["x", "w2"], ["s"], **attributes), helper.make_node("Add", ["v0", "s"], ["v1"])]
    act, own = c.pick(("", {}), ("Relu", {}), ("Sigmoid", {}), ("Tanh", {}), ("LeakyRelu", {"alpha": 0.1}), ("HardSigmoid", {}))
    if act:
        nodes.append(helper.make_node(act, [nodes[-1].output[0]], ["v2"], **own))
    if c.rng.random() < 0.3:
        mode, place = c.pick(("nearest", "asymmetric"), ("linear", "asymmetric"), ("linear", "half_pixel"), ("linear", "align_corners"))
        constants["scales"] = np.array([1, 1, *numbers(c, 1, 3, 2)], F32)
        own = {"nearest_mode": "floor"} if mode == "nearest" else {}
        nodes.append(helper.make_node("Resize", [nodes[-1].output[0], "", "scales"], ["v3"], mode=mode, coordinate_transformation_mode=place, **own))
    c.add_graph("nchwc.Conv", nodes, {"x": x}, constants)


def conv_transpose(c):
    rank = c.pick(1, 2, 2, 3)
    group = c.pick(1, 1, 2, 3)
    channels, filters = group * number(c, 1, 40), number(c, 1, 20)
    kernel, space = numbers(c, 1, 4, rank), numbers(c, 1, [0, 120, 12, 5][rank], rank)
    stride, dilation = numbers(c, 1, 3, rank), numbers(c, 1, 2, rank)
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(space, stride, kernel, dilation)]
    attributes = {"strides": stride, "dilations": dilation, "group": group, "kernel_shape": kernel}
    form = number(c, 0, 3)
    if form == 0:
        attributes["auto_pad"] = c.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    elif form == 1:
        attributes["output_shape"] = [max(1, n - number(c, 0, 1)) for n in full]
    elif min(full) > 2:
        attributes["pads"] = numbers(c, 0, 1, 2 * rank)
    if c.rng.random() < 0.3:
        attributes["output_padding"] = [number(c, 0, s - 1) for s in stride]
    given = [hard(c, [number(c, 1, 2), channels, *space]), hard(c, [channels, filters, *kernel], number(c, 0, 9))]
    given.append(hard(c, [filters * group]) if c.rng.random() < 0.5 else None)
    c.add("ConvTranspose", given, opset=11, constants=c.pick((1, 2), ()), **attributes)


def einsum(c):
    equation = c.pick(*EQUATIONS)
    lengths = {letter: number(c, 1, 60 if letter in "djk" else 8) for letter in "abcdefhijklqxyz"}
    hidden = numbers(c, 1, 3, number(c, 1, 2))
    shapes = []
    for term in equation.split("->")[0].split(","):
        dims = [[lengths[letter] for letter in part] for part in term.split("...")]
        shapes.append(dims[0] + (hidden + dims[1] if len(dims) == 2 else []))
    if sum(int(np.prod(s)) for s in shapes) > 200000:
        return
    kind = c.pick(F32, F32, F32, F64, np.int64)
    given = [c.data(s, kind) if kind == np.int64 else hard(c, s).astype(kind) for s in shapes]
    c.add("Einsum", given, opset=12, equation=equation)


FAMILIES = (matmul, matmul_integer, fused_matmul, gemm, fused_gemm, conv, fused_conv, blocked, conv_transpose, einsum)


class Contractions(Cases):
    """Cases of several nodes too."""

    def add_graph(self, name, nodes, fed, constants):
        from onnx import ValueInfoProto, numpy_helper

        used = {i for node in nodes for i in node.input}
        weights = [numpy_helper.from_array(a, key) for key, a in constants.items() if key in used]
        out = [ValueInfoProto(name=nodes[-1].output[0])]
        graph = helper.make_graph(nodes, "case", [value(key, a) for key, a in fed.items()], out, weights)
        self.write(name, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), fed)


def main(folder, count="40", seed="1"):
    c = Contractions(folder, int(seed))
    for family in FAMILIES:
        for _ in range(int(count)):
            family(c)
    print(f"{c.count} cases in {folder}")


if __name__ == "__main__":
    if sys.argv[1] == "vectors":
        import contraction_vectors

        contraction_vectors.main()
    else:
        main(*sys.argv[1:])
