"""The cases of the adjudicator's unit tests of contractions, with digests of ONNX Runtime's outputs, as Rust."""
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

MS, NCHWC = "com.microsoft", "com.microsoft.nchwc"
BLOCK = 16

# operator, domain, shapes of the inputs (None: absent), positions of weights, threads, attributes
CASES = [
    ("MatMul", "", [(2, 300), (300, 5)], (), 1, {}),
    ("MatMul", "", [(2, 300), (300, 5)], (1,), 1, {}),
    ("MatMul", "", [(1, 300), (300, 5)], (), 1, {}),
    ("MatMul", "", [(3, 5, 300), (300,)], (), 1, {}),
    ("MatMul", "", [(6, 1030), (1030, 16)], (), 4, {}),
    ("MatMul", "", [(2, 4, 900), (2, 900, 20)], (), 3, {}),
    ("FusedMatMul", MS, [(3, 2, 40), (3, 5, 40)], (), 1, {"transB": 1, "transBatchA": 0, "alpha": 0.3}),
    ("FusedMatMul", MS, [(7, 3, 40), (40, 3, 5)], (), 1, {"transBatchA": 1, "transBatchB": 1}),
    ("Gemm", "", [(1, 129), (7, 129), (7,)], (), 1, {"transB": 1}),
    ("Gemm", "", [(129, 3), (129, 9), (3, 1)], (1,), 2, {"transA": 1, "alpha": 0.3, "beta": 0.7}),
    ("FusedGemm", MS, [(3, 129), (129, 9), (9,)], (1,), 1, {"activation": "Tanh"}),
    ("FusedGemm", MS, [(3, 9), (9, 9)], (1,), 1, {"activation": "Selu", "activation_alpha": 0.3, "activation_gamma": 1.1}),
    ("Conv", "", [(1, 20, 9, 8), (6, 20, 3, 3), (6,)], (1, 2), 4, {"pads": [1, 1, 1, 1]}),
    ("Conv", "", [(2, 6, 9), (6, 1, 3)], (1,), 2, {"group": 6, "strides": [2]}),
    ("Conv", "", [(1, 4, 5, 4, 6), (3, 4, 2, 3, 2), (3,)], (1, 2), 1, {"dilations": [1, 1, 2], "auto_pad": "VALID"}),
    ("FusedConv", MS, [(1, 20, 9, 8), (6, 20, 1, 1), None, (1, 6, 9, 8)], (1,), 2, {"activation": "Relu"}),
    ("Conv", NCHWC, [(1, 3, 6, 5), (16, 3, 3, 3), (16,)], (1, 2), 1, {"auto_pad": "SAME_UPPER", "activation": "Sigmoid"}),
    ("Conv", NCHWC, [(1, 48, 4, 3), (16, 48, 3, 3), (16,), (1, 16, 4, 3)], (1, 2), 2, {"pads": [1, 1, 1, 1]}),
    ("Conv", NCHWC, [(1, 144, 3, 3), (16, 144, 1, 1)], (1,), 1, {"strides": [2, 2], "activation": "Relu"}),
    ("Conv", NCHWC, [(1, 16, 4, 4), (16, 1, 3, 3)], (1,), 1, {"group": 16, "pads": [1, 0, 0, 1]}),
    ("ConvTranspose", "", [(2, 6, 4, 3), (6, 2, 3, 2), (4,)], (1, 2), 2, {"group": 2, "strides": [2, 1], "pads": [1, 0, 0, 1]}),
    ("ConvTranspose", "", [(1, 40, 5), (40, 3, 4)], (), 1, {"strides": [3], "output_padding": [1]}),
    ("Einsum", "", [(2, 3, 4, 33), (2, 3, 5, 33)], (), 1, {"equation": "bhid, bhjd->bjhi"}),
    ("Einsum", "", [(4, 4, 6), (6, 5, 3)], (), 1, {"equation": "iij,jkl->lik"}),
]


def values(count, seed):
    """Numbers of 16 bits, so that sums round."""
    mask = np.uint64(2**32 - 1)
    z = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(seed * 40503)) & mask
    z ^= z >> np.uint64(15)
    z = (z * np.uint64(0x2C1B3C6D)) & mask
    z ^= z >> np.uint64(12)
    return ((z & np.uint64(0xFFFF)).astype(np.int64) - 32768).astype(np.float32) * np.float32(2.0**-12)


def block_value(t):
    n, c, h, w = t.shape
    return t.reshape(n, c // BLOCK, BLOCK, h, w).transpose(0, 1, 3, 4, 2).reshape(t.shape)


def unblock_value(t):
    n, c, h, w = t.shape
    return t.reshape(n, c // BLOCK, h, w, BLOCK).transpose(0, 1, 4, 2, 3).reshape(t.shape)


def block_filter(t):
    o, i, h, w = t.shape
    if i < BLOCK:
        return t.reshape(o // BLOCK, BLOCK, i, h, w).transpose(0, 2, 3, 4, 1).reshape(t.shape)
    return t.reshape(o // BLOCK, BLOCK, i // BLOCK, BLOCK, h, w).transpose(0, 2, 4, 5, 3, 1).reshape(t.shape)


def digest(y):
    out = 0xCBF29CE484222325
    for bits in y.view(np.uint32).ravel().tolist():
        out = ((out ^ bits) * 0x100000001B3) % 2**64
    return out


def run(op, domain, shapes, weights, threads, attributes):
    """ONNX Runtime's output on the plain layout's numbers."""
    given = {f"i{k}": values(int(np.prod(s)), k + 1).reshape(s) for k, s in enumerate(shapes) if s is not None}
    if domain == NCHWC:
        few = shapes[0][1] < BLOCK
        given = {
            key: block_filter(a) if key == "i1" else block_value(a) if a.ndim == 4 and not (few and key == "i0") else a
            for key, a in given.items()
        }
    fed = {key: a for key, a in given.items() if int(key[1:]) not in weights}
    node = helper.make_node(op, [f"i{k}" if s is not None else "" for k, s in enumerate(shapes)], ["y"], domain=domain, **attributes)
    graph = helper.make_graph(
        [node],
        "case",
        [helper.make_tensor_value_info(key, TensorProto.FLOAT, a.shape) for key, a in fed.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.ascontiguousarray(a), key) for key, a in given.items() if key not in fed],
    )
    imports = [helper.make_opsetid("", 21), helper.make_opsetid(MS, 1), helper.make_opsetid(NCHWC, 1)]
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = threads
    model = helper.make_model(graph, opset_imports=imports, ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    y = session.run(None, {key: np.ascontiguousarray(a) for key, a in fed.items()})[0]
    return np.ascontiguousarray(unblock_value(y)) if domain == NCHWC else y


def attribute(v):
    if isinstance(v, int):
        return f"Int({v})"
    if isinstance(v, float):
        return f"Float(0x{int(np.float32(v).view(np.uint32)):08x})"
    return f'Text(b"{v}".to_vec())' if isinstance(v, str) else f"Ints(vec!{v})"


def main():
    for op, domain, shapes, weights, threads, attributes in CASES:
        y = digest(run(op, domain, shapes, weights, threads, attributes))
        own = ", ".join(f'("{k}", Attribute::{attribute(v)})' for k, v in attributes.items())
        shape = lambda k, s: "None" if s is None else f"Some((vec!{list(s)}, {str(k in weights).lower()}))"
        inputs = ", ".join(shape(k, s) for k, s in enumerate(shapes))
        where = {"": "Onnx", MS: "Microsoft", NCHWC: "Nchwc"}[domain]
        print(
            f'        Case {{ domain: Domain::{where}, name: "{op}", attributes: vec![{own}], '
            f"inputs: vec![{inputs}], threads: {threads}, digest: 0x{y:016x} }},"
        )
