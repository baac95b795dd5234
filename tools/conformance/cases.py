"""Writes cases in the layout of ONNX's own tests: DIR/NAME/model.onnx, DIR/NAME/test_data_set_0/input_K.pb."""
import pathlib

import numpy as np
import onnx
from onnx import helper, numpy_helper


def value(name, array):
    """A graph input of an array's type and shape."""
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)


class Cases:
    """A folder of cases of one node each."""

    def __init__(self, folder, seed=0):
        self.folder = pathlib.Path(folder)
        self.rng = np.random.default_rng(seed)
        self.count = 0

    def add(self, op, inputs, outputs=1, opset=22, domain="", constants=(), **attributes):
        """One case. `inputs`: arrays, or None where absent; `constants`: positions that become initialisers."""
        names = [f"i{k}" if a is not None else "" for k, a in enumerate(inputs)]
        while names and not names[-1]:
            names.pop()
        # An underscore at the end keeps an attribute apart from a parameter of this function.
        attributes = {name.rstrip("_"): v for name, v in attributes.items()}
        node = helper.make_node(op, names, [f"o{k}" for k in range(outputs)], domain=domain, **attributes)
        given = {f"i{k}": np.asarray(a) for k, a in enumerate(inputs) if a is not None}
        fed = {name: a for name, a in given.items() if int(name[1:]) not in constants}
        graph = helper.make_graph(
            [node],
            "case",
            [value(name, a) for name, a in fed.items()],
            [onnx.ValueInfoProto(name=name) for name in node.output],
            [numpy_helper.from_array(a, name) for name, a in given.items() if name not in fed],
        )
        imports = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])
        self.write(op, helper.make_model(graph, opset_imports=imports, ir_version=10), fed)

    def add_blocked(self, op, image, channels_last=0, **attributes):
        """A node on blocked channels between the two that reorder; `op` None: those two alone."""
        domain = "com.microsoft.nchwc"
        node = lambda op, i, o, **a: helper.make_node(op, [i], [o], domain=domain, **a)
        channels = image.shape[-1 if channels_last else 1]
        nodes = [node("ReorderInput", "x", "a", channels_last=channels_last)]
        nodes += [node(op, "a", "b", **attributes)] if op else []
        nodes += [node("ReorderOutput", nodes[-1].output[0], "y", channels=channels, channels_last=channels_last)]
        graph = helper.make_graph(nodes, "case", [value("x", image)], [onnx.ValueInfoProto(name="y")])
        imports = [helper.make_opsetid("", 22), helper.make_opsetid(domain, 1)]
        self.write(f"nchwc_{op}", helper.make_model(graph, opset_imports=imports, ir_version=10), {"x": image})

    def write(self, name, model, fed):
        """A model and what it is fed."""
        folder = self.folder / f"{name}_{self.count:05}"
        self.count += 1
        data = folder / "test_data_set_0"
        data.mkdir(parents=True, exist_ok=True)
        onnx.save(model, folder / "model.onnx")
        for k, (key, array) in enumerate(fed.items()):
            (data / f"input_{k}.pb").write_bytes(numpy_helper.from_array(array, key).SerializeToString())

    def dims(self, low=0, high=5, least=1, most=7):
        """A random shape: rank from `low` to `high`, lengths from `least` to `most`."""
        return [int(n) for n in self.rng.integers(least, most + 1, self.rng.integers(low, high + 1))]

    def pick(self, *choices):
        """One of the choices."""
        return choices[self.rng.integers(len(choices))]

    def data(self, dims, dtype):
        """Random elements, special values of floats among them."""
        dtype = np.dtype(dtype)
        if dtype == bool:
            return self.rng.integers(0, 2, dims).astype(bool)
        if dtype.kind in "iu":
            info = np.iinfo(dtype)
            return self.rng.integers(info.min, info.max, dims, dtype=dtype, endpoint=True)
        out = np.array(self.rng.normal(0, 1, dims) * np.exp2(self.rng.integers(-8, 9, dims))).astype(dtype)
        special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, np.finfo(dtype).max, np.finfo(dtype).tiny / 4], dtype)
        return np.where(self.rng.random(dims) < 0.02, special[self.rng.integers(0, len(special), dims)], out).astype(dtype)
