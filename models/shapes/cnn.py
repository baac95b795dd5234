"""Convolutional networks: ResNet-50, MobileNet v2, and a U-Net as diffusion models use it."""

import numpy as np
from graph import Graph


def convolution(graph, x, name, shape, stride=1, group=1, bias=False):
    """A convolution with square kernel, padded to keep the size at stride 1. Weights by He's rule."""
    fan_in = shape[1] * shape[2] * shape[3]
    inputs = [x, graph.normal(f"{name}.weight", shape, (2 / fan_in) ** 0.5)]
    if bias:
        inputs.append(graph.normal(f"{name}.bias", shape[:1], 0.02))
    pad = shape[2] // 2
    attributes = {"kernel_shape": shape[2:], "strides": [stride] * 2, "pads": [pad] * 4, "group": group}
    return graph.add("Conv", inputs, name, **attributes)


def batch_norm(graph, x, name, channels, gain=1.0):
    """BatchNormalization with statistics as after training: means around 0, variances around 1."""
    scale = graph.normal(f"{name}.scale", [channels], 0.1 * gain, mean=gain)
    bias = graph.normal(f"{name}.bias", [channels], 0.1)
    mean = graph.normal(f"{name}.mean", [channels], 0.1)
    variance = graph.constant(f"{name}.variance", np.abs(graph.random(name).normal(1, 0.1, channels)).astype(np.float32))
    return graph.add("BatchNormalization", [x, scale, bias, mean, variance], name, epsilon=1e-5)


def classifier(graph, x, channels, classes):
    """Mean over the image, then one dense layer."""
    x = graph.add("GlobalAveragePool", [x], "pool")
    x = graph.add("Flatten", [x], "features", axis=1)
    weight = graph.normal("fc.weight", [classes, channels], 0.02)
    x = graph.add("Gemm", [x, weight, graph.normal("fc.bias", [classes], 0.02)], "fc", transB=1)
    graph.output(x, "logits", "float32", ["batch", classes])


def resnet50(size):
    """ResNet-50: bottlenecks of 1x1, 3x3, 1x1 with BatchNormalization and shortcuts. Tiny: one per stage, narrow."""
    tiny = size == "tiny"
    graph = Graph("resnet50", 17)
    pixels, first, classes = (32, 16, 10) if tiny else (224, 64, 1000)
    stages = [(16, 1), (16, 1), (32, 1), (32, 1)] if tiny else [(64, 3), (128, 4), (256, 6), (512, 3)]

    def block(x, name, shape, stride=1, gain=1.0, relu=True):
        x = convolution(graph, x, f"{name}.conv", shape, stride)
        x = batch_norm(graph, x, f"{name}.norm", shape[0], gain)
        return graph.add("Relu", [x], name) if relu else x

    x = graph.input("image", "float32", ["batch", 3, pixels, pixels])
    x = block(x, "stem", [first, 3, 7, 7], 2)
    x = graph.add("MaxPool", [x], "stem.pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    channels = first
    for stage, (width, depth) in enumerate(stages):
        for index in range(depth):
            name = f"stage{stage}.{index}"
            stride = 2 if stage and not index else 1
            y = block(x, f"{name}.reduce", [width, channels, 1, 1])
            y = block(y, f"{name}.middle", [width, width, 3, 3], stride)
            y = block(y, f"{name}.expand", [4 * width, width, 1, 1], gain=0.3, relu=False)
            if not index:
                x = block(x, f"{name}.shortcut", [4 * width, channels, 1, 1], stride, relu=False)
            x = graph.add("Relu", [graph.add("Add", [y, x], f"{name}.sum")], name)
            channels = 4 * width
    classifier(graph, x, channels, classes)
    return graph, {"unit_rule": {"dims": ["batch"], "divisor": 1}, "limits": {"batch": 16}, "tags": ["vision"]}


def mobilenet(size):
    """MobileNet v2: inverted residuals with depthwise convolutions and ReLU6 (Clip)."""
    tiny = size == "tiny"
    graph = Graph("mobilenet", 17)
    pixels, first, last, classes = (32, 16, 64, 10) if tiny else (224, 32, 1280, 1000)
    # (expansion, channels, repeats, stride), the table of the paper.
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    table = [(1, 16, 1, 1), (3, 24, 2, 2), (2, 32, 1, 2)] if tiny else table

    def block(x, name, shape, stride=1, group=1, gain=1.0, relu=True):
        x = convolution(graph, x, f"{name}.conv", shape, stride, group)
        x = batch_norm(graph, x, f"{name}.norm", shape[0], gain)
        return graph.add("Clip", [x, graph.scalar(0.0), graph.scalar(6.0)], name) if relu else x

    x = graph.input("image", "float32", ["batch", 3, pixels, pixels])
    x = block(x, "stem", [first, 3, 3, 3], 2)
    channels = first
    for stage, (expansion, width, repeats, stride) in enumerate(table):
        for index in range(repeats):
            name = f"stage{stage}.{index}"
            wide = channels * expansion
            step = stride if not index else 1
            y = block(x, f"{name}.expand", [wide, channels, 1, 1]) if expansion > 1 else x
            y = block(y, f"{name}.depthwise", [wide, 1, 3, 3], step, group=wide)
            y = block(y, f"{name}.project", [width, wide, 1, 1], gain=0.7, relu=False)
            x = graph.add("Add", [x, y], name) if step == 1 and channels == width else y
            channels = width
    x = block(x, "head", [last, channels, 1, 1])
    classifier(graph, x, last, classes)
    return graph, {"unit_rule": {"dims": ["batch"], "divisor": 1}, "limits": {"batch": 16}, "tags": ["vision"]}


class UNet:
    """The residual blocks of a U-Net over one graph."""

    def __init__(self, graph, groups, time_width):
        self.graph = graph
        self.groups = groups
        self.time_width = time_width
        self.time = None

    def group_norm(self, x, name, channels):
        """GroupNorm as exporters write it: InstanceNormalization of the groups, reshaped there and back."""
        graph = self.graph
        ones = graph.constant("group_ones", np.ones(self.groups, np.float32))
        zeros = graph.constant("group_zeros", np.zeros(self.groups, np.float32))
        grouped = graph.add("Reshape", [x, graph.ints(0, self.groups, -1)], f"{name}.grouped")
        y = graph.add("InstanceNormalization", [grouped, ones, zeros], f"{name}.instance", epsilon=1e-5)
        y = graph.add("Reshape", [y, graph.add("Shape", [x], f"{name}.shape")], f"{name}.ungrouped")
        y = graph.add("Mul", [y, graph.normal(f"{name}.weight", [channels, 1, 1], 0.1, mean=1.0)], f"{name}.scaled")
        return graph.add("Add", [y, graph.normal(f"{name}.bias", [channels, 1, 1], 0.05)], name)

    def embed_time(self, step):
        """The time step as sines and cosines, then a dense layer with SiLU."""
        graph = self.graph
        half = self.time_width // 2
        frequencies = np.exp(-np.log(10000.0) * np.arange(half) / half).astype(np.float32)[None]
        column = graph.add("Unsqueeze", [step, graph.ints(1)], "time.column")
        angles = graph.add("Mul", [column, graph.constant("time.frequencies", frequencies)], "time.angles")
        parts = [graph.add("Sin", [angles], "time.sin"), graph.add("Cos", [angles], "time.cos")]
        x = graph.add("Concat", parts, "time.waves", axis=-1)
        self.time = graph.silu(self.dense(x, "time.dense", self.time_width), "time")

    def dense(self, x, name, width):
        """A dense layer on the time embedding, as Gemm with transposed weights."""
        graph = self.graph
        weight = graph.normal(f"{name}.weight", [width, self.time_width], self.time_width**-0.5)
        return graph.add("Gemm", [x, weight, graph.normal(f"{name}.bias", [width], 0.02)], name, transB=1)

    def residual(self, x, name, channels, width):
        """GroupNorm, SiLU, convolution, twice, with the time added in between and a shortcut around."""
        graph = self.graph
        y = graph.silu(self.group_norm(x, f"{name}.norm1", channels), f"{name}.act1")
        y = convolution(graph, y, f"{name}.conv1", [width, channels, 3, 3], bias=True)
        shift = self.dense(self.time, f"{name}.time", width)
        shift = graph.add("Unsqueeze", [shift, graph.ints(2, 3)], f"{name}.time.image")
        y = graph.add("Add", [y, shift], f"{name}.timed")
        y = graph.silu(self.group_norm(y, f"{name}.norm2", width), f"{name}.act2")
        y = convolution(graph, y, f"{name}.conv2", [width, width, 3, 3], bias=True)
        if channels != width:
            x = convolution(graph, x, f"{name}.shortcut", [width, channels, 1, 1], bias=True)
        return graph.add("Add", [x, y], name)


def unet(size):
    """A U-Net piece without attention: down, middle, up with Resize and skip connections."""
    tiny = size == "tiny"
    graph = Graph("unet", 18)
    pixels, widths, groups, time_width = (16, [16, 32], 4, 32) if tiny else (64, [64, 128, 256], 32, 256)
    x = graph.input("sample", "float32", ["batch", 4, pixels, pixels])
    net = UNet(graph, groups, time_width)
    net.embed_time(graph.input("timestep", "float32", ["batch"]))
    x = convolution(graph, x, "stem", [widths[0], 4, 3, 3], bias=True)
    channels, skips = widths[0], []
    for level, width in enumerate(widths):
        x = net.residual(x, f"down{level}", channels, width)
        skips.append(x)
        channels = width
        if level + 1 < len(widths):
            x = convolution(graph, x, f"down{level}.sample", [width, width, 3, 3], 2, bias=True)
    x = net.residual(x, "middle", channels, channels)
    for level, width in reversed(list(enumerate(widths))):
        x = graph.add("Concat", [x, skips[level]], f"up{level}.skip", axis=1)
        x = net.residual(x, f"up{level}", channels + width, width)
        channels = width
        if level:
            scales = graph.constant("double", np.array([1, 1, 2, 2], np.float32))
            modes = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
            x = graph.add("Resize", [x, "", scales], f"up{level}.resized", **modes)
            x = convolution(graph, x, f"up{level}.sample", [width, width, 3, 3], bias=True)
    x = graph.silu(net.group_norm(x, "out.norm", channels), "out.act")
    x = convolution(graph, x, "out", [4, channels, 3, 3], bias=True)
    graph.output(x, "noise", "float32", ["batch", 4, pixels, pixels])
    return graph, {"unit_rule": {"dims": ["batch"], "divisor": 1}, "limits": {"batch": 16}, "tags": ["image"]}
