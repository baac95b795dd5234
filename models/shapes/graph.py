"""A graph under construction, with seeded weights: the same name and seed give the same bytes wherever it is built."""

import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IR_VERSION = 10
MICROSOFT = "com.microsoft"
TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "int8": TensorProto.INT8, "uint8": TensorProto.UINT8}


class Graph:
    """Collects nodes and constants; every value is named after what it is."""

    def __init__(self, name, opset, seed=0):
        self.name = name
        self.opset = opset
        self.seed = seed
        self.nodes = []
        self.initializers = {}
        self.inputs = []
        self.outputs = []

    def input(self, name, dtype, shape):
        """Declares an input and returns its name; a string in `shape` is a symbolic dimension."""
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))
        return name

    def output(self, value, name, dtype, shape):
        """Gives `value` out under `name`."""
        self.add("Identity", [value], name)
        self.outputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))

    def random(self, name):
        """The generator of one constant: its stream depends on the constant's name and the seed only."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def constant(self, name, value):
        """Adds a constant once and returns its name."""
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def scalar(self, value, dtype=np.float32):
        """A constant scalar, named by its value."""
        return self.constant(f"{np.dtype(dtype).name}_{value}", np.array(value, dtype))

    def ints(self, *values):
        """A constant list of int64."""
        return self.constant("list_" + "_".join(str(v) for v in values), np.array(values, np.int64))

    def normal(self, name, shape, deviation, mean=0.0):
        """A constant of normally distributed f32."""
        if name in self.initializers:
            return name
        value = self.random(name).standard_normal(shape, dtype=np.float32)
        value *= np.float32(deviation)
        if mean:
            value += np.float32(mean)
        return self.constant(name, value)

    def add(self, operator, inputs, name, outputs=None, **attributes):
        """Adds a node. It has one output, which carries the node's name, or the `outputs` named."""
        self.nodes.append(helper.make_node(operator, inputs, outputs or [name], name=name, **attributes))
        return outputs or name

    def linear(self, x, name, shape, deviation=None, bias=True):
        """x W + b with W of `shape` [in, out], as MatMul and Add."""
        weight = self.normal(f"{name}.weight", shape, deviation or shape[0] ** -0.5)
        if not bias:
            return self.add("MatMul", [x, weight], name)
        product = self.add("MatMul", [x, weight], f"{name}.product")
        return self.add("Add", [self.normal(f"{name}.bias", shape[1:], 0.02), product], name)

    def layer_norm(self, x, name, size, epsilon=1e-5):
        """LayerNormalization over the last axis with gains near 1."""
        scale = self.normal(f"{name}.weight", [size], 0.1, mean=1.0)
        bias = self.normal(f"{name}.bias", [size], 0.05)
        return self.add("LayerNormalization", [x, scale, bias], name, axis=-1, epsilon=epsilon)

    def silu(self, x, name):
        """x Sigmoid(x), in two nodes as exporters write it."""
        return self.add("Mul", [x, self.add("Sigmoid", [x], f"{name}.gate")], name)

    def gelu(self, x, name):
        """0.5 x (1 + erf(x / sqrt 2)), in five nodes as exporters write it."""
        erf = self.add("Erf", [self.add("Div", [x, self.scalar(2**0.5)], f"{name}.scaled")], f"{name}.erf")
        shifted = self.add("Add", [erf, self.scalar(1.0)], f"{name}.shifted")
        product = self.add("Mul", [x, shifted], f"{name}.product")
        return self.add("Mul", [product, self.scalar(0.5)], name)

    def proto(self):
        """The model as a protobuf."""
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, list(self.initializers.values()))
        opsets = [helper.make_opsetid("", self.opset)]
        if any(node.domain == MICROSOFT for node in self.nodes):
            opsets.append(helper.make_opsetid(MICROSOFT, 1))
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="candor")
