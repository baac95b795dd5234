#!/usr/bin/env python3
"""Writes large adversarial cases for `conformance`: a thousand million elements with threads 1,2,4. usage: mass.py OUT [ROWS]

Every case is one operator on ROWS x 128 numbers (65 536 rows): normal and log-uniform values, random bit patterns, sums of
half-ulps, block-wise signs, outliers, constants, subnormals, huge values, masks of infinities and NaN.
"""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

COLUMNS = 128
rng = np.random.default_rng(2609)
u = np.float32(2.0**-24)


def rows(count):
    """Rows of every kind of attack, mixed."""
    x = rng.normal(0, 1, (count, COLUMNS)).astype(np.float32)
    kinds = np.array_split(rng.permutation(count), 12)
    x[kinds[0]] *= 20
    x[kinds[1]] *= np.exp2(rng.uniform(-60, 7, (len(kinds[1]), COLUMNS))).astype(np.float32)
    bits = rng.integers(0, 2**32, (len(kinds[2]), COLUMNS), dtype=np.uint32).view(np.float32)
    x[kinds[2]] = bits
    x[kinds[3]] = u * np.float32(1.02)
    x[kinds[3], 0] = 1
    signs = np.where((np.arange(COLUMNS) // 16) % 2 == 0, 1, -1).astype(np.float32)
    x[kinds[4]] = signs * (1 + u * rng.integers(0, 3, (len(kinds[4]), COLUMNS))).astype(np.float32)
    x[kinds[5], rng.integers(0, COLUMNS, len(kinds[5]))] *= 1e4
    x[kinds[6]] = rng.normal(0, 1, (len(kinds[6]), 1)).astype(np.float32)
    x[kinds[7]] *= np.float32(1e-39)
    x[kinds[8]] *= np.float32(1e37)
    masked = rng.random((len(kinds[9]), COLUMNS))
    x[kinds[9]] = np.where(masked < 0.5, np.float32(-3.4028235e38), np.where(masked < 0.6, np.float32(-np.inf), x[kinds[9]]))
    nan = rng.random((len(kinds[10]), COLUMNS))
    x[kinds[10]] = np.where(nan < 0.02, np.float32(np.nan), np.where(nan < 0.04, np.float32(np.inf), x[kinds[10]]))
    x[kinds[11]] = rng.integers(-3, 4, (len(kinds[11]), COLUMNS)) * np.exp2(rng.integers(-12, 13, (len(kinds[11]), COLUMNS)))
    return x


def main(out, count=65536):
    os.makedirs(out, exist_ok=True)
    inputs = {}
    for name in "ab":
        path = os.path.join(out, f"{name}.pb")
        with open(path, "wb") as file:
            file.write(numpy_helper.from_array(rows(count), name).SerializeToString())
        inputs[name] = path

    def case(name, nodes, given="a", weights=(), shape=None, kind=TensorProto.FLOAT):
        folder = os.path.join(out, name, "test_data_set_0")
        os.makedirs(folder, exist_ok=True)
        for position, one in enumerate(given):
            link = os.path.join(folder, f"input_{position}.pb")
            if not os.path.lexists(link):
                os.symlink(os.path.abspath(inputs[one]), link)
        graph = helper.make_graph(
            nodes,
            name,
            [helper.make_tensor_value_info(one, TensorProto.FLOAT, [count, COLUMNS]) for one in given],
            [helper.make_tensor_value_info("y", kind, shape)],
            [numpy_helper.from_array(value, key) for key, value in weights],
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
        save(helper.make_model(graph, opset_imports=opsets, ir_version=10), os.path.join(out, name, "model.onnx"))

    node = helper.make_node
    for operator in (
        "Exp Erf Tanh Sigmoid Gelu Softplus Elu Selu HardSwish Relu LeakyRelu Abs Neg Sqrt Reciprocal Floor Round Sign "
        "Sin Cos Log Softsign Softmax LogSoftmax Identity"
    ).split():
        case(operator, [node(operator, ["a"], ["y"])])
    for operator in ("Add", "Sub", "Mul", "Div", "Max", "Min"):
        case(operator, [node(operator, ["a", "b"], ["y"])], "ab")
    for operator in ("QuickGelu", "FastGelu"):
        case(operator, [node(operator, ["a"], ["y"], domain="com.microsoft")])
    case("Transpose", [node("Transpose", ["a"], ["y"], perm=[1, 0])])
    case("CumSum", [node("CumSum", ["a", "axis"], ["y"])], weights=[("axis", np.array(1))])
    gamma, beta = (rng.normal(0, 1, COLUMNS).astype(np.float32) for _ in range(2))
    norm = [("g", gamma), ("b", beta)]
    case("LayerNormalization", [node("LayerNormalization", ["a", "g", "b"], ["y"])], weights=norm)
    matrix = rng.normal(0, 0.1, (COLUMNS, 64)).astype(np.float32)
    case("MatMul", [node("MatMul", ["a", "w"], ["y"])], weights=[("w", matrix)])
    case("Gemm", [node("Gemm", ["a", "w", "c"], ["y"])], weights=[("w", matrix), ("c", beta[:64])])
    case("ReduceSum", [node("ReduceSum", ["a", "axes"], ["y"], keepdims=0)], weights=[("axes", np.array([1]))])
    scale = [("s", np.float32(0.05)), ("z", np.uint8(128))]
    case("QuantizeLinear", [node("QuantizeLinear", ["a", "s", "z"], ["y"])], weights=scale, kind=TensorProto.UINT8)
    case("Clip", [node("Clip", ["a", "l", "h"], ["y"])], weights=[("l", np.float32(-1)), ("h", np.float32(6))])
    case("Greater", [node("Greater", ["a", "b"], ["y"])], "ab", kind=TensorProto.BOOL)
    case("Where", [node("Greater", ["a", "b"], ["m"]), node("Where", ["m", "a", "b"], ["y"])], "ab")


if __name__ == "__main__":
    main(sys.argv[1], *(int(n) for n in sys.argv[2:]))
