"""Random cases of the index operators. usage: index.py DIR [CASES PER OPERATOR] [SEED]"""
import sys

import numpy as np

from cases import Cases

F16, F32, F64, I8, I16, I32, I64 = np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64
ANY = (F16, F32, F64, I8, np.uint8, I16, np.uint16, I32, np.uint32, I64, np.uint64, bool)
A = np.array


def ints(c, low, high, n):
    return c.rng.integers(low, high + 1, n).astype(I64)


def axis_of(c, rank):
    return int(c.rng.integers(-rank, rank))


def indices(c, length, dims, wrong=0.03):
    """Indices into an axis, negative ones too; now and then one that is out of range."""
    out = c.rng.integers(-length, length, dims) if length else np.zeros(dims)
    if out.size and c.rng.random() < wrong:
        out.flat[c.rng.integers(out.size)] = c.pick(length, -length - 1)
    return out.astype(c.pick(I32, I64))


def reshape(c):
    x = c.data(c.dims(), c.pick(*ANY))
    factors = [int(n) for n in x.shape]
    c.rng.shuffle(factors)
    while len(factors) > 1 and c.rng.random() < 0.4:
        factors[-2:] = [factors[-2] * factors[-1]]
    if factors and c.rng.random() < 0.5:
        factors[c.rng.integers(len(factors))] = -1
    if factors and c.rng.random() < 0.3:
        factors[c.rng.integers(len(factors))] = 0
    c.add("Reshape", [x, A(factors, I64)], opset=c.pick(13, 14, 19, 23), **({"allowzero": 1} if c.rng.random() < 0.2 else {}))


def reshape_empty(c):
    x = c.data(c.dims(1, 4, 0, 2), F32)
    c.add("Reshape", [x, ints(c, -1, 2, c.rng.integers(0, 4))], opset=14, allowzero=int(c.rng.integers(2)))


def identity(c):
    c.add("Identity", [c.data(c.dims(), c.pick(*ANY))], opset=c.pick(13, 16, 22))


def flatten(c):
    x = c.data(c.dims(), c.pick(*ANY))
    c.add("Flatten", [x], opset=c.pick(13, 21), axis=int(c.rng.integers(-x.ndim, x.ndim + 1)))


def squeeze(c):
    x = c.data(c.dims(1, 5, 1, 3), c.pick(*ANY))
    ones = [a if c.rng.random() < 0.5 else a - x.ndim for a in range(x.ndim) if x.shape[a] == 1 and c.rng.random() < 0.6]
    c.add("Squeeze", [x, None if c.rng.random() < 0.3 else A(ones, I64)], opset=c.pick(13, 21))


def unsqueeze(c):
    x = c.data(c.dims(0, 4), c.pick(*ANY))
    n = int(c.rng.integers(1, 4))
    axes = c.rng.permutation(x.ndim + n)[:n] - (x.ndim + n) * c.rng.integers(0, 2, n)
    c.add("Unsqueeze", [x, axes.astype(I64)], opset=c.pick(13, 21))


def transpose(c):
    x = c.data(c.dims(1, 6, 1, 4), c.pick(*ANY))
    c.add("Transpose", [x], opset=c.pick(13, 21), **({"perm": c.rng.permutation(x.ndim)} if c.rng.random() < 0.9 else {}))


def slice_(c):
    x = c.data(c.dims(1, 4, 0 if c.rng.random() < 0.1 else 1, 8), c.pick(F32, F64, I8, np.uint8, I16, I32, I64, bool))
    n = int(c.rng.integers(1, x.ndim + 1))
    extreme = [2**31 - 1, -(2**31), 2**63 - 1, -(2**63)]
    bound = lambda: A([c.pick(*extreme) if c.rng.random() < 0.15 else int(c.rng.integers(-12, 13)) for _ in range(n)], I64)
    steps = A([c.pick(1, 2, 3, -1, -2, -3, 2**63 - 1, -(2**63), 1, -1) for _ in range(n)], I64)
    axes = (c.rng.permutation(x.ndim)[:n] - x.ndim * c.rng.integers(0, 2, n)).astype(I64)
    full = [x, bound(), bound(), axes, steps]
    if c.rng.random() < 0.2:
        full[3] = None
    if c.rng.random() < 0.2:
        full[4] = None
    if c.rng.random() < 0.2:
        full = [x] + [a if a is None else a.clip(-(2**31), 2**31 - 1).astype(I32) for a in full[1:]]
    c.add("Slice", full, opset=13)


def split(c):
    x = c.data(c.dims(1, 4), c.pick(F32, F64, I8, np.uint8, I32, I64, bool))
    axis = axis_of(c, x.ndim)
    length, n = x.shape[axis], int(c.rng.integers(1, 5))
    if c.rng.random() < 0.5:
        cuts = np.sort(c.rng.integers(0, length + 1, n - 1))
        c.add("Split", [x, np.diff(np.concatenate([[0], cuts, [length]])).astype(I64)], outputs=n, opset=c.pick(13, 18), axis=axis)
    elif c.rng.random() < 0.3 and length % n == 0:
        c.add("Split", [x], outputs=n, opset=13, axis=axis)
    else:
        c.add("Split", [x], outputs=n, opset=18, axis=axis, num_outputs=n)


def concat(c):
    dims, dtype, n = c.dims(1, 4), c.pick(*ANY), int(c.rng.integers(1, 5))
    axis = axis_of(c, len(dims))
    parts = []
    for _ in range(n):
        own = list(dims)
        own[axis] = int(c.rng.integers(0, 6))
        parts.append(c.data(own, dtype))
    c.add("Concat", parts, opset=13, axis=axis)


def gather(c):
    x = c.data(c.dims(1, 4), c.pick(*ANY))
    axis = axis_of(c, x.ndim)
    c.add("Gather", [x, indices(c, x.shape[axis], c.dims(0, 2))], opset=13, axis=axis)


def gather_elements(c):
    x = c.data(c.dims(1, 4), c.pick(F32, F64, I8, np.uint8, I32, I64, bool, F16))
    axis = axis_of(c, x.ndim)
    dims = [int(c.rng.integers(1, d + 1)) for d in x.shape]
    dims[axis] = int(c.rng.integers(1, 9))
    c.add("GatherElements", [x, indices(c, x.shape[axis], dims)], opset=13, axis=axis)


def coordinates(c, dims, shape, wrong=0.03):
    """Tuples of indices into the leading axes `dims`."""
    out = np.stack([c.rng.integers(-d, d, shape) for d in dims], -1).astype(I64)
    if out.size and c.rng.random() < wrong:
        k = int(c.rng.integers(len(dims)))
        out[..., k].flat[0] = c.pick(dims[k], -dims[k] - 1)
    return out


def gather_nd(c):
    x = c.data(c.dims(1, 5), c.pick(*ANY))
    batch = int(c.rng.integers(0, min(x.ndim, 3)))
    width = int(c.rng.integers(1, x.ndim - batch + 1))
    shape = list(x.shape[:batch]) + c.dims(0, 2, 1, 4)
    c.add("GatherND", [x, coordinates(c, x.shape[batch : batch + width], shape)], opset=13, batch_dims=batch)
    if c.rng.random() < 0.2:
        tuples = coordinates(c, x.shape[:width], c.dims(1, 2))
        c.add("GatherND", [c.data(x.shape, F32), tuples.astype(c.pick(I32, I64))], domain="com.microsoft")


def scatter_elements(c):
    dtype, reduction = c.pick(F32, F64, I8, np.uint8, I32, np.uint32, I64, np.uint64), c.pick("none", "add", "mul", "max", "min")
    x = c.data(c.dims(1, 4), dtype)
    axis = axis_of(c, x.ndim)
    dims = [int(c.rng.integers(1, d + 1)) for d in x.shape]
    dims[axis] = int(c.rng.integers(1, 9))
    given = [x, indices(c, x.shape[axis], dims), c.data(dims, dtype)]
    c.add("ScatterElements", given, opset=c.pick(16, 18) if reduction in ("none", "add", "mul") else 18, axis=axis, reduction=reduction)


def scatter_nd(c):
    dtype, reduction = c.pick(F32, F64, I8, np.uint8, I32, np.uint32, I64, np.uint64), c.pick("none", "add", "mul", "max", "min")
    x = c.data(c.dims(1, 4), dtype)
    width = int(c.rng.integers(1, x.ndim + 1))
    shape = c.dims(0, 2)
    given = [x, coordinates(c, x.shape[:width], shape), c.data(shape + list(x.shape[width:]), dtype)]
    c.add("ScatterND", given, opset=c.pick(16, 18) if reduction in ("none", "add", "mul") else 18, reduction=reduction)


def tensor_scatter(c):
    dims = c.dims(2, 5)
    axis = int(c.rng.integers(1, len(dims)))
    dims[axis] = int(c.rng.integers(1, 12))
    new = list(dims)
    new[axis] = int(c.rng.integers(1, dims[axis] + 1))
    dtype, mode = c.pick(F32, F16, I8, I64), c.pick("linear", "circular")
    start = None if c.rng.random() < 0.2 else ints(c, 0, dims[axis] - new[axis] if mode == "linear" else dims[axis] - 1, dims[0])
    c.add("TensorScatter", [c.data(dims, dtype), c.data(new, dtype), start], opset=24, axis=axis - c.pick(0, len(dims)), mode=mode)


def expand(c):
    x = c.data(c.dims(0, 4, 1, 3), c.pick(F32, F64, I8, np.uint8, I32, I64, bool, F16))
    shape = [int(c.pick(1, d, d if d > 1 else c.rng.integers(0, 6))) for d in x.shape]
    c.add("Expand", [x, A(c.dims(0, 2, 1, 3) + shape[c.rng.integers(0, len(shape) + 1) :], I64)], opset=13)


def tile(c):
    x = c.data(c.dims(1, 4, 1, 5), c.pick(F32, F64, I8, np.uint8, I32, I64, bool))
    c.add("Tile", [x, ints(c, 0 if c.rng.random() < 0.1 else 1, 4, x.ndim)], opset=13)


def pad(c):
    mode = c.pick("constant", "reflect", "edge", "wrap")
    x = c.data(c.dims(1, 4, 0 if c.rng.random() < 0.1 else 1, 7), c.pick(F32, F64, I8, np.uint8, I32, np.uint32, I64, np.uint64, bool))
    n = int(c.rng.integers(1, x.ndim + 1)) if c.rng.random() < 0.5 else x.ndim
    axes = (c.rng.permutation(x.ndim)[:n] - x.ndim * c.rng.integers(0, 2, n)).astype(c.pick(I32, I64))
    pads = ints(c, -2 if c.rng.random() < 0.4 else 0, c.pick(2, 5), 2 * n)
    value = c.data([], x.dtype) if c.rng.random() < 0.6 else None
    c.add("Pad", [x, pads, value] + ([axes] if n != x.ndim or c.rng.random() < 0.3 else []), opset=c.pick(19, 21, 23), mode=mode)
    if x.dtype == F32 and mode != "wrap":
        c.add("Pad", [x, ints(c, 0, 2, 2 * x.ndim), A([1.5], F32)], domain="com.microsoft", mode=mode)


def shape(c):
    ends = {"start": int(c.rng.integers(-6, 7)), "end": int(c.rng.integers(-6, 7))}
    c.add("Shape", [c.data(c.dims(), F32)], opset=c.pick(15, 21, 23), **{k: v for k, v in ends.items() if c.rng.random() < 0.7})
    c.add("Shape", [c.data(c.dims(), I64)], opset=13)
    c.add("Size", [c.data(c.dims(0, 4, 0), F32)], opset=13)


def range_(c):
    dtype = c.pick(F32, F64, I16, I32, I64)
    step = c.rng.normal(0, 3) if dtype in (F32, F64) else c.pick(*range(-7, 8))
    start = c.rng.normal(0, 50) if dtype in (F32, F64) else c.rng.integers(-100, 100)
    limit = start + step * c.rng.integers(-3, 400) + (c.rng.random() if dtype in (F32, F64) else c.rng.integers(0, 2))
    c.add("Range", [A(dtype(start)), A(dtype(limit)), A(dtype(step))], opset=11)


def constant_of_shape(c):
    from onnx import numpy_helper

    dtype = c.pick(F16, F32, F64, I8, np.uint8, I16, I32, I64, np.uint64, bool)
    attribute = {"value": numpy_helper.from_array(c.data([1], dtype))} if c.rng.random() < 0.9 else {}
    c.add("ConstantOfShape", [A(c.dims(0, 4, 0 if c.rng.random() < 0.1 else 1), I64)], opset=c.pick(9, 20, 21, 23), **attribute)


def eye_like(c):
    x = c.data(c.dims(2, 2), c.pick(F32, F64, I32, I64, np.uint64))
    kind = {"dtype": c.pick(1, 7, 11, 6)} if c.rng.random() < 0.5 else {}
    c.add("EyeLike", [x], opset=9, k=int(c.rng.integers(-5, 6)), **kind)


def one_hot(c):
    i, v, d = c.pick((I64, I64, I64), (F32, F32, F32), (I64, I32, F32), (I64, F32, I64), (I64, F32, F32), (I32, F32, I32), (F32, I64, I64))
    depth = int(c.rng.integers(1, 9))
    at = c.rng.integers(-depth - 1, depth + 2, c.dims(1, 3)).astype(i)
    if i == F32 and c.rng.random() < 0.3:
        at = at + F32(0.5)
    c.add("OneHot", [at, A(c.pick(depth, [depth]), d), c.data([2], v)], opset=11, axis=int(c.rng.integers(-at.ndim - 1, at.ndim + 1)))


def trilu(c):
    x = c.data(c.dims(2, 4), c.pick(F32, F64, I64, bool))
    given = [x, A(int(c.rng.integers(-8, 9)), I64)][: c.pick(1, 2, 2)]
    domain = {"domain": "com.microsoft"} if c.rng.random() < 0.2 and x.dtype in (F32, I64) else {}
    c.add("Trilu", given, opset=14, upper=int(c.rng.integers(2)), **domain)


def blocks(c):
    n, ch, h, w, b = (int(v) for v in c.rng.integers(1, 5, 5))
    dtype = c.pick(F32, F64)
    c.add("DepthToSpace", [c.data([n, ch * b * b, h, w], dtype)], opset=13, blocksize=b, mode=c.pick("DCR", "CRD"))
    c.add("SpaceToDepth", [c.data([n, ch, h * b, w * b], dtype)], opset=13, blocksize=b)


def reverse_sequence(c):
    x = c.data(c.dims(2, 4), c.pick(F32, F64, I8, np.uint8, I16, I32, I64, bool))
    time = int(c.rng.integers(2))
    high = x.shape[time] + (1 if c.rng.random() < 0.05 else 0)
    c.add("ReverseSequence", [x, ints(c, 0, high, x.shape[1 - time])], opset=10, time_axis=time, batch_axis=1 - time)


def compress(c):
    x = c.data(c.dims(1, 4), c.pick(*ANY))
    axis = None if c.rng.random() < 0.3 else axis_of(c, x.ndim)
    length = x.size if axis is None else x.shape[axis]
    condition = c.data([int(c.rng.integers(1, length + 3))], bool)
    c.add("Compress", [x, condition], opset=11, **({} if axis is None else {"axis": axis}))


def non_zero(c):
    x = c.data(c.dims(0, 4), c.pick(bool, F32, I32, I64, np.uint8))
    c.add("NonZero", [np.where(c.rng.random(x.shape) < 0.5, x, np.zeros_like(x)).astype(x.dtype)], opset=13)


def others(c):
    c.add("ExpandDims", [c.data(c.dims(1, 3), F32), A(int(c.rng.integers(-2, 2)), I32)], domain="com.microsoft")
    c.add("Dropout", [c.data(c.dims(), c.pick(F32, F64))], outputs=c.pick(1, 2), opset=c.pick(13, 22))
    x = c.data([int(c.rng.integers(1, 3)), 4 * int(c.rng.integers(1, 12)), *c.dims(2, 2)], F32)
    last = int(c.rng.integers(2))
    c.add_blocked(None, np.moveaxis(x, 1, -1).copy() if last else x, last)


TRANSFORMATIONS = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize", "tf_half_pixel_for_nn"]


def resize(c):
    """Scales or sizes of any axes; interpolation of two or three of them."""
    mode = c.pick("nearest", "linear", "cubic")
    opset = c.pick(11, 13, 18, 19, 23)
    rank = int(c.rng.integers(1, 6)) if mode == "nearest" else c.pick(2, 3, 4, 5) if mode == "linear" else c.pick(2, 4)
    dims = [int(n) for n in c.rng.integers(1, 8, rank)]
    dtype = F32 if mode == "cubic" else c.pick(F32, F32, I8, np.uint8, I32)
    x = c.data(dims, dtype)
    if dtype == I32:
        x = x >> 8
    scaled = range(rank) if mode == "nearest" else range(rank - 3 if rank in (3, 5) else rank - 2, rank)
    if rank == 4 and mode == "linear" and c.rng.random() < 0.3:
        scaled = (1, 2)
    scales = np.ones(rank, F32)
    for axis in scaled:
        scales[axis] = c.pick(1, 2, 3, 0.5, 1.5, float(c.rng.uniform(0.3, 4)))
    made = {"mode": mode, "coordinate_transformation_mode": c.pick(*TRANSFORMATIONS[: 6 if opset >= 19 or mode != "nearest" else 7])}
    if made["coordinate_transformation_mode"] == "half_pixel_symmetric" and opset < 19:
        made["coordinate_transformation_mode"] = "half_pixel"
    if mode == "nearest":
        made["nearest_mode"] = c.pick("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
    if mode == "cubic":
        made |= {"cubic_coeff_a": c.pick(-0.75, -0.5), "exclude_outside": int(c.rng.integers(2))}
    crop = made["coordinate_transformation_mode"] == "tf_crop_and_resize"
    if crop:
        made["extrapolation_value"] = 7.0
    roi = np.zeros(0, F32) if not crop and opset < 13 else None if not crop else np.concatenate([c.rng.uniform(-0.2, 0.5, rank), c.rng.uniform(0.4, 1.3, rank)]).astype(F32)
    sizes = np.maximum(np.round(scales * dims), 1).astype(I64)
    axes = {}
    if opset >= 18 and c.rng.random() < 0.4 and not crop:
        axes = {"axes": c.rng.permutation(np.array(scaled)).tolist()}
        scales, sizes = scales[axes["axes"]], sizes[axes["axes"]]
    if c.rng.random() < 0.5:
        c.add("Resize", [x, roi, scales], opset=opset, **made, **axes)
    else:
        if opset >= 18 and axes:
            made["keep_aspect_ratio_policy"] = c.pick("stretch", "not_larger", "not_smaller")
        c.add("Resize", [x, roi, None, sizes], opset=opset, **made, **axes)


def upsample_blocked(c):
    h, w, fh, fw = (int(n) for n in c.rng.integers(1, 7, 4))
    made = {} if c.rng.random() < 0.4 else {"mode": "linear", "coordinate_transformation_mode": c.pick("asymmetric", "align_corners", "half_pixel")}
    c.add_blocked("Upsample", c.data([1, 4 * int(c.rng.integers(1, 9)), h, w], F32), scales=[1, 1, fh, fw], **made)


def grid_sample(c):
    opset = c.pick(16, 20, 22)
    axes = 2 if opset < 20 else c.pick(2, 2, 3)
    linear, cubic = ("bilinear", "bicubic") if opset < 20 else ("linear", "cubic")
    x = c.data([int(c.rng.integers(1, 3)), int(c.rng.integers(1, 4)), *c.rng.integers(2, 8, axes)], F32)
    if c.rng.random() < 0.7:
        x = np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0)
    grid = c.rng.uniform(-c.pick(1, 1.5, 6), c.pick(1, 1.5, 6), [x.shape[0], *c.rng.integers(1, 8, axes), axes]).astype(F32)
    mode = c.pick("nearest", linear, *([cubic] if axes == 2 else []))
    c.add("GridSample", [x, grid], opset=opset, mode=mode, padding_mode=c.pick("zeros", "border", "reflection"), align_corners=int(c.rng.integers(2)))


OPERATORS = [grid_sample, resize, upsample_blocked, reshape, reshape_empty, identity, flatten, squeeze, unsqueeze, transpose, slice_, split, concat, gather]
OPERATORS += [gather_elements, gather_nd, scatter_elements, scatter_nd, tensor_scatter, expand, tile, pad, shape, range_]
OPERATORS += [constant_of_shape, eye_like, one_hot, trilu, blocks, reverse_sequence, compress, non_zero, others]


if __name__ == "__main__":
    cases = Cases(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    for operator in OPERATORS:
        for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 200):
            operator(cases)
