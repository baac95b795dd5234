"""Random cases of the pooling operators. usage: pool.py DIR [CASES PER OPERATOR] [SEED]"""
import sys

import numpy as np

from cases import Cases

F32, F64, I8, U8, I64 = np.float32, np.float64, np.int8, np.uint8, np.int64


def window(c, axes, largest=5, dilations=False, most=24):
    """Attributes of random windows, and spatial lengths that they fit."""
    kernel = [int(k) for k in c.rng.integers(1, largest + 1, axes)]
    made = {"kernel_shape": kernel}
    dilation = [int(d) for d in c.rng.integers(1, 4, axes)] if dilations else [1] * axes
    if dilations:
        made["dilations"] = dilation
    if c.rng.random() < 0.8:
        made["strides"] = [int(s) for s in c.rng.integers(1, 4, axes)]
    padding = c.rng.random()
    if padding < 0.5:
        made["pads"] = [int(c.rng.integers(0, k)) for k in kernel * 2]
    elif padding < 0.7:
        made["auto_pad"] = c.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    if c.rng.random() < 0.3:
        made["ceil_mode"] = 1
    return made, [int(d * (k - 1) + c.rng.integers(1, most)) for k, d in zip(kernel, dilation)]


def image(c, spatial, dtype=F32, channels=3):
    """Numbers that add up badly; now and then all negative zeros, or with infinities and NaN."""
    dims = [int(c.rng.integers(1, 3)), int(c.rng.integers(1, channels + 1)), *spatial]
    if dtype in (I8, U8):
        return c.data(dims, dtype)
    x = c.data(dims, dtype)
    kind = c.rng.random()
    if kind < 0.05:
        return np.full(dims, -0.0, dtype)
    if kind < 0.15:
        return np.where(c.rng.random(dims) < 0.5, dtype(0.0), dtype(-0.0)).astype(dtype)
    return x if kind < 0.4 else np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=-3.0).clip(-1e30, 1e30).astype(dtype)


def max_pool(c):
    dilated = c.rng.random() < 0.3
    made, spatial = window(c, c.pick(1, 2, 2, 3), dilations=dilated)
    outputs, order = c.pick(1, 1, 2), c.pick(0, 0, 1)
    dtype = c.pick(F32, F32, F32, F64, I8, U8)
    if order:
        made["storage_order"] = 1
    c.add("MaxPool", [image(c, spatial, dtype)], outputs=outputs, opset=c.pick(12, 22), **made)


def max_pool_wide(c):
    axes = c.pick(1, 2, 3)
    made, spatial = window(c, axes, largest=c.pick(3, 40) if axes < 3 else 3)
    spatial[-1] += c.pick(0, 2000, 2045) if axes == 2 else 0
    c.add("MaxPool", [image(c, spatial, channels=1)], opset=12, **made)


def average_pool(c):
    opset = c.pick(11, 11, 19, 22)
    axes = c.pick(1, 2, 2, 3)
    made, spatial = window(c, axes, largest=c.pick(5, 5, 34) if axes < 3 else 4, dilations=opset >= 19 and c.rng.random() < 0.5)
    made["count_include_pad"] = int(c.rng.integers(2))
    c.add("AveragePool", [image(c, spatial)], opset=opset, **made)


def average_pool_image(c):
    """A window as large as the image: the global kernel."""
    spatial = [int(n) for n in c.rng.integers(1, 12, c.pick(1, 2, 3))]
    c.add("AveragePool", [image(c, spatial)], opset=11, kernel_shape=spatial)
    c.add("MaxPool", [image(c, spatial)], opset=12, kernel_shape=spatial)


def global_pool(c):
    spatial = [int(n) for n in c.rng.integers(1, 20, c.pick(1, 2, 2, 3))]
    for op in ("GlobalAveragePool", "GlobalMaxPool"):
        c.add(op, [image(c, spatial, channels=40)], opset=c.pick(11, 22))
    c.add("GlobalLpPool", [image(c, spatial, channels=40)], opset=c.pick(11, 22), p=int(c.rng.integers(1, 5)))


def lp_pool(c):
    opset = c.pick(11, 18, 22)
    made, spatial = window(c, c.pick(1, 2, 2, 3), largest=4, dilations=opset >= 18 and c.rng.random() < 0.4)
    if opset < 18:
        made.pop("ceil_mode", 0)
    c.add("LpPool", [image(c, spatial)], opset=opset, p=int(c.rng.integers(1, 5)), **made)


def blocked(c):
    made, spatial = window(c, 2, dilations=c.rng.random() < 0.2, most=14)
    x = image(c, spatial)
    channels = 4 * int(c.rng.integers(1, 9))
    x = c.data([x.shape[0], channels, *spatial], F32) if c.rng.random() < 0.5 else np.repeat(x[:, :1], channels, 1)
    c.add_blocked("MaxPool", x, **made)
    made.pop("dilations", 0)
    c.add_blocked("AveragePool", x, count_include_pad=int(c.rng.integers(2)), **made)
    c.add_blocked("GlobalMaxPool", x)
    c.add_blocked("GlobalAveragePool", x)


def channels_last(c):
    made, spatial = window(c, c.pick(1, 2, 3), dilations=c.rng.random() < 0.3, most=12)
    x = image(c, spatial, c.pick(I8, U8), 20)
    c.add("NhwcMaxPool", [np.moveaxis(x, 1, -1).copy()], domain="com.microsoft", **made)


def unpool(c):
    axes = c.pick(1, 2, 3)
    kernel = [int(k) for k in c.rng.integers(1, 4, axes)]
    strides = [int(s) for s in c.rng.integers(1, 4, axes)]
    x = image(c, [int(n) for n in c.rng.integers(1, 9, axes)])
    dims = [*x.shape[:2], *[(n - 1) * s + k for n, s, k in zip(x.shape[2:], strides, kernel)]]
    size = int(np.prod(dims))
    at = c.rng.integers(0, size, x.shape) if c.rng.random() < 0.5 else c.rng.permutation(max(size, x.size))[: x.size].reshape(x.shape)
    given = [x, at.astype(I64)] + ([np.array(dims, I64) + np.array([0, 0] + [1] * axes)] if c.rng.random() < 0.3 else [])
    c.add("MaxUnpool", given, opset=c.pick(11, 22), kernel_shape=kernel, strides=strides)


OPERATORS = [max_pool, max_pool_wide, average_pool, average_pool_image, global_pool, lp_pool, blocked, channels_last, unpool]


if __name__ == "__main__":
    cases = Cases(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    for operator in OPERATORS:
        for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 200):
            operator(cases)
