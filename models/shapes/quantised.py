"""Quantised models: QDQ (float graph with quantise-dequantise pairs) and QLinear (integer operators written out).

Scales are derived from the deviation that random weights give, four deviations wide, instead of from calibration runs:
so they do not depend on who builds the file.
"""

import numpy as np
from graph import MICROSOFT, Graph

# Deviations that the 8-bit range of an activation covers on each side.
WIDTH = 4.0


def quantised(values, axis=None):
    """`values` as int8 with symmetric scales, one for all or one per index of `axis`."""
    others = tuple(i for i in range(values.ndim) if i != axis) if axis is not None else None
    scale = (np.abs(values).max(axis=others) / np.float32(127)).astype(np.float32)
    shape = [-1 if i == axis else 1 for i in range(values.ndim)] if axis is not None else []
    steps = np.rint(values / (scale.reshape(shape) if shape else scale))
    return np.clip(steps, -127, 127).astype(np.int8), scale


class Quantiser:
    """Scales, zero points and quantised constants of one graph."""

    def __init__(self, graph):
        self.graph = graph

    def point(self, name, deviation, positive=False):
        """Scale and zero point (uint8) of the activation `name`; `positive` for what follows a ReLU."""
        scale = self.graph.constant(f"{name}.scale", activation_scale(deviation, positive))
        zero = 0 if positive else 128
        return scale, self.graph.constant(f"zero_{zero}", np.uint8(zero))

    def pair(self, x, deviation, positive=False):
        """QuantizeLinear and DequantizeLinear of the activation x."""
        point = self.point(x, deviation, positive)
        steps = self.graph.add("QuantizeLinear", [x, *point], f"{x}.quantised")
        return self.graph.add("DequantizeLinear", [steps, *point], f"{x}.restored")

    def weight(self, name, shape, deviation, axis=None):
        """Constants of an int8 weight: values, scales, zero points; and the scales themselves."""
        values = self.graph.random(name).standard_normal(shape, dtype=np.float32) * np.float32(deviation)
        steps, scale = quantised(values, axis)
        zero = np.zeros_like(scale, dtype=np.int8)
        names = [
            self.graph.constant(name, steps),
            self.graph.constant(f"{name}.scale", scale),
            self.graph.constant(f"{name}.zero", zero),
        ]
        return names, scale

    def restored_weight(self, name, shape, deviation, axis=None):
        """A weight behind its DequantizeLinear, and its scales."""
        names, scale = self.weight(name, shape, deviation, axis)
        attributes = {"axis": axis} if axis is not None else {}
        return self.graph.add("DequantizeLinear", names, f"{name}.restored", **attributes), scale

    def bias(self, name, size, scale):
        """Constants of an int32 bias in steps of `scale` (the product of input and weight scales)."""
        values = self.graph.random(name).normal(0, 0.05, size)
        return self.graph.constant(name, np.rint(values / scale).astype(np.int32))

    def restored_bias(self, name, size, scale):
        """A bias behind its DequantizeLinear, as quantisers write it."""
        steps = self.bias(name, size, scale)
        zero = self.graph.constant(f"{name}.zero", np.zeros_like(scale, dtype=np.int32))
        names = [steps, self.graph.constant(f"{name}.scale", scale.astype(np.float32)), zero]
        attributes = {"axis": 0} if np.ndim(scale) else {}
        return self.graph.add("DequantizeLinear", names, f"{name}.restored", **attributes)


def activation_scale(deviation, positive=False):
    """The scale that `Quantiser.point` gives, as a number."""
    return np.float32(WIDTH * deviation * (1 if positive else 2) / 255)


def qdq_image(graph, quantiser, pixels, widths, classes):
    """A residual convolutional network with a quantise-dequantise pair around every operator."""

    def convolution(x, name, shape, scale, stride=1, group=1, deviation=1.0, relu=True):
        fan_in = shape[1] * shape[2] * shape[3]
        weight, steps = quantiser.restored_weight(f"{name}.weight", shape, (2 / fan_in) ** 0.5, 0)
        bias = quantiser.restored_bias(f"{name}.bias", shape[0], scale * steps)
        pads = [shape[2] // 2] * 4
        attributes = {"kernel_shape": shape[2:], "strides": [stride] * 2, "pads": pads, "group": group}
        x = graph.add("Conv", [x, weight, bias], name, **attributes)
        x = graph.add("Relu", [x], f"{name}.relu") if relu else x
        return quantiser.pair(x, deviation, relu), activation_scale(deviation, relu)

    x = graph.input("image", "float32", ["batch", 3, pixels, pixels])
    x, scale = quantiser.pair(x, 1.0), activation_scale(1.0)
    x, scale = convolution(x, "stem", [widths[0], 3, 3, 3], scale, 2)
    x = graph.add("MaxPool", [x], "stem.pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    x = quantiser.pair(x, 1.0, True)
    channels = widths[0]
    for stage, width in enumerate(widths):
        name = f"stage{stage}"
        y, step = convolution(x, f"{name}.conv1", [width, channels, 3, 3], scale, 2 if stage else 1, deviation=1.5)
        y, step = convolution(y, f"{name}.depthwise", [width, 1, 3, 3], step, group=width, deviation=1.5)
        y, step = convolution(y, f"{name}.conv2", [width, width, 1, 1], step, deviation=1.5, relu=False)
        if stage:
            x, scale = convolution(x, f"{name}.shortcut", [width, channels, 1, 1], scale, 2, deviation=1.5, relu=False)
        x = graph.add("Relu", [graph.add("Add", [y, x], f"{name}.sum")], name)
        x, scale, channels = quantiser.pair(x, 2.0, True), activation_scale(2.0, True), width
    x = quantiser.pair(graph.add("GlobalAveragePool", [x], "pool"), 0.5, True)
    x = quantiser.pair(graph.add("Flatten", [x], "features", axis=1), 0.5, True)
    weight, steps = quantiser.restored_weight("fc.weight", [classes, channels], channels**-0.5)
    bias = quantiser.restored_bias("fc.bias", classes, activation_scale(0.5, True) * steps)
    x = quantiser.pair(graph.add("Gemm", [x, weight, bias], "fc", transB=1), 1.0)
    graph.output(x, "logits", "float32", ["batch", classes])


def qdq_text(graph, quantiser, width, heads, length):
    """A transformer block with quantised products, float LayerNormalization, and Softmax and Gelu in between."""
    head_size = width // heads

    def linear(x, name, shape, deviation=1.0):
        weight, _ = quantiser.restored_weight(f"{name}.weight", shape, shape[0] ** -0.5, 1)
        x = graph.add("MatMul", [x, weight], f"{name}.product")
        x = graph.add("Add", [x, graph.normal(f"{name}.bias", shape[1:], 0.02)], name)
        return quantiser.pair(x, deviation)

    def heads_of(x, name, order):
        x = graph.add("Reshape", [x, graph.ints(0, 0, heads, head_size)], f"{name}.split")
        x = quantiser.pair(x, 1.0)
        return quantiser.pair(graph.add("Transpose", [x], f"{name}.heads", perm=order), 1.0)

    states = graph.input("states", "float32", ["batch", "sequence", width])
    x = quantiser.pair(states, 1.0)
    query = heads_of(linear(x, "query", [width, width]), "query", [0, 2, 1, 3])
    key = heads_of(linear(x, "key", [width, width]), "key", [0, 2, 3, 1])
    value = heads_of(linear(x, "value", [width, width]), "value", [0, 2, 1, 3])
    scores = quantiser.pair(graph.add("MatMul", [query, key], "scores"), head_size**0.5)
    scores = graph.add("Mul", [scores, graph.scalar(head_size**-0.5)], "scores.scaled")
    scores = quantiser.pair(scores, 1.0)
    shares = quantiser.pair(graph.add("Softmax", [scores], "shares", axis=-1), 0.25, True)
    context = quantiser.pair(graph.add("MatMul", [shares, value], "context.heads"), 1.0)
    context = graph.add("Transpose", [context], "context.rows", perm=[0, 2, 1, 3])
    context = quantiser.pair(context, 1.0)
    context = quantiser.pair(graph.add("Reshape", [context, graph.ints(0, 0, width)], "context.joined"), 1.0)
    y = linear(context, "output", [width, width])
    x = quantiser.pair(graph.add("Add", [y, x], "middle"), 1.5)
    x = quantiser.pair(graph.layer_norm(x, "norm1", width), 1.0)
    y = quantiser.pair(graph.gelu(linear(x, "mlp.0", [width, 4 * width]), "mlp.gelu"), 0.8)
    y = linear(y, "mlp.1", [4 * width, width])
    x = quantiser.pair(graph.add("Add", [y, x], "sum"), 1.5)
    x = graph.layer_norm(x, "norm2", width)
    graph.output(x, "encoded", "float32", ["batch", "sequence", width])


def qdq(size):
    """Int8 QDQ: a convolutional network and a transformer block in one file."""
    tiny = size == "tiny"
    graph = Graph("qdq", 21)
    quantiser = Quantiser(graph)
    qdq_image(graph, quantiser, *((16, [16, 32], 10) if tiny else (224, [64, 128, 256, 512], 1000)))
    length = 32 if tiny else 512
    qdq_text(graph, quantiser, *((32, 2, length) if tiny else (768, 12, length)))
    return graph, {
        "unit_rule": {"dims": ["batch", "sequence"], "divisor": 1},
        "limits": {"batch": 8, "sequence": length},
        "tags": ["quantised"],
    }


class QLinear:
    """Integer operators over one graph; a value travels as (name, scale and zero point)."""

    def __init__(self, graph):
        self.graph = graph
        self.quantiser = Quantiser(graph)

    def quantise(self, x, name, deviation):
        """QuantizeLinear."""
        point = self.quantiser.point(name, deviation)
        return self.graph.add("QuantizeLinear", [x, *point], f"{name}.quantised"), point, activation_scale(deviation)

    def convolution(self, x, name, shape, deviation, positive, stride=1, group=1, axis=0):
        """QLinearConv with scales per output channel (axis 0) or one for all (None)."""
        fan_in = shape[1] * shape[2] * shape[3]
        weight, steps = self.quantiser.weight(f"{name}.weight", shape, (2 / fan_in) ** 0.5, axis)
        value, point, scale = x
        bias = self.quantiser.bias(f"{name}.bias", shape[0], scale * steps)
        out = self.quantiser.point(name, deviation, positive)
        attributes = {
            "kernel_shape": shape[2:], "strides": [stride] * 2, "pads": [shape[2] // 2] * 4, "group": group,
        }  # fmt: skip
        y = self.graph.add("QLinearConv", [value, *point, *weight, *out, bias], name, **attributes)
        return y, out, activation_scale(deviation, positive)

    def unary(self, operator, x, name, deviation, positive=False, **attributes):
        """A contrib operator of one quantised input."""
        out = self.quantiser.point(name, deviation, positive)
        y = self.graph.add(operator, [x[0], *x[1], *out], name, domain=MICROSOFT, **attributes)
        return y, out, activation_scale(deviation, positive)

    def binary(self, operator, a, b, name, deviation, positive=False):
        """QLinearAdd or QLinearMul."""
        out = self.quantiser.point(name, deviation, positive)
        y = self.graph.add(operator, [a[0], *a[1], b[0], *b[1], *out], name, domain=MICROSOFT)
        return y, out, activation_scale(deviation, positive)

    def product(self, x, name, shape, deviation):
        """QLinearMatMul with a constant int8 weight."""
        weight, _ = self.quantiser.weight(f"{name}.weight", shape, shape[0] ** -0.5)
        out = self.quantiser.point(name, deviation)
        y = self.graph.add("QLinearMatMul", [x[0], *x[1], *weight, *out], name)
        return y, out, activation_scale(deviation)


def qlinear_integer(graph, image, width, classes, features):
    """Products that leave integers: ConvInteger and MatMulInteger on dynamically quantised values."""
    outputs = ["image.dynamic", "image.dynamic.scale", "image.dynamic.zero"]
    graph.add("DynamicQuantizeLinear", [image], "image.dynamic", outputs=outputs)
    shape = [width, 3, 3, 3]
    steps, scale = quantised(graph.random("integer.weight").standard_normal(shape, dtype=np.float32))
    weight = graph.constant("integer.weight", steps)
    attributes = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4}
    x = graph.add("ConvInteger", [outputs[0], weight, outputs[2]], "integer.sums", **attributes)
    factor = graph.add("Mul", [outputs[1], graph.constant("integer.scale", scale / np.float32(6))], "integer.factor")
    x = graph.add("Mul", [graph.add("Cast", [x], "integer.float", to=1), factor], "integer.image")
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x], "integer.pool")], "integer.features", axis=1)
    graph.output(x, "integer_features", "float32", ["batch", width])
    outputs = ["dynamic", "dynamic.scale", "dynamic.zero"]
    graph.add("DynamicQuantizeLinear", [features], "dynamic", outputs=outputs)
    shape = [4 * width, classes]
    steps, scale = quantised(graph.random("dynamic.weight").standard_normal(shape, dtype=np.float32))
    zero = graph.constant("int8_zero", np.int8(0))
    inputs = [outputs[0], graph.constant("dynamic.weight", steps), outputs[2], zero]
    x = graph.add("MatMulInteger", inputs, "dynamic.sums")
    factor = graph.add("Mul", [outputs[1], graph.constant("dynamic.weight.scale", scale)], "dynamic.factor")
    x = graph.add("Mul", [graph.add("Cast", [x], "dynamic.float", to=1), factor], "dynamic.product")
    x = graph.add("Add", [x, graph.normal("dynamic.bias", [classes], 0.05)], "dynamic.scores")
    graph.output(x, "dynamic_logits", "float32", ["batch", classes])


def qlinear(size):
    """The integer operators written out: QLinearConv (dense, depthwise, one scale for all), QLinearMatMul, QLinearAdd,
    QLinearMul, QLinearSigmoid, QLinearLeakyRelu, QLinearConcat, QLinear pooling, QGemm, ConvInteger, MatMulInteger."""
    tiny = size == "tiny"
    graph = Graph("qlinear", 17)
    net = QLinear(graph)
    pixels, width, classes = (16, 16, 10) if tiny else (224, 64, 1000)
    image = graph.input("image", "float32", ["batch", 3, pixels, pixels])
    x = net.convolution(net.quantise(image, "image", 1.0), "stem", [width, 3, 3, 3], 1.0, True, 2)
    x = net.convolution(x, "conv1", [width, width, 3, 3], 1.5, True, 2)
    y = net.convolution(x, "depthwise", [width, 1, 3, 3], 1.5, False, group=width)
    y = net.convolution(y, "conv2", [width, width, 1, 1], 1.5, False, axis=None)
    gate = net.unary("QLinearSigmoid", y, "gate", 0.25, True)
    y = net.binary("QLinearMul", y, gate, "gated", 1.0)
    x = net.binary("QLinearAdd", x, y, "sum", 2.0)
    leaky = net.unary("QLinearLeakyRelu", x, "leaky", 2.0, alpha=0.1)
    pooled = {"kernel_shape": [2, 2], "strides": [2, 2]}
    a = net.unary("QLinearAveragePool", leaky, "average", 2.0, **pooled)
    b = net.convolution(leaky, "conv3", [width, width, 3, 3], 2.0, False, 2)
    out = net.quantiser.point("joined", 2.0)
    parts = [*out, a[0], *a[1], b[0], *b[1]]
    x = graph.add("QLinearConcat", parts, "joined", domain=MICROSOFT, axis=1), out, activation_scale(2.0)
    x = net.unary("QLinearGlobalAveragePool", x, "pool", 0.5, channels_last=0)
    x = graph.add("Flatten", [x[0]], "features", axis=1), x[1], x[2]
    x = net.product(x, "hidden", [2 * width, 4 * width], 1.0)
    weight, steps = net.quantiser.weight("fc.weight", [4 * width, classes], (4 * width) ** -0.5, 1)
    bias = net.quantiser.bias("fc.bias", classes, x[2] * steps)
    out = net.quantiser.point("fc", 1.0)
    y = graph.add("QGemm", [x[0], *x[1], *weight, bias, *out], "fc", domain=MICROSOFT)
    graph.output(graph.add("DequantizeLinear", [y, *out], "scores"), "logits", "float32", ["batch", classes])
    features = graph.add("DequantizeLinear", [x[0], *x[1]], "hidden.restored")
    qlinear_integer(graph, image, width, classes, features)
    return graph, {"unit_rule": {"dims": ["batch"], "divisor": 1}, "limits": {"batch": 8}, "tags": ["quantised"]}
