#!/usr/bin/env python3
"""What a prepared release is, and inputs for one call of it: model.py RELEASE FOLDER.

Writes a NumPy file for each input into FOLDER, and prints JSON: parameters and nodes of the prepared graph, the files by the
names of the inputs. The same release gives the same inputs. A release with a tokenizer takes text: it gets no files.
"""

import json
import math
import pathlib
import sys

import numpy as np
import onnx

# Length of dimensions that are no batch, where the release takes so many.
LENGTH = 16


def dims(shape, lengths):
    """One row, or a sequence of LENGTH."""
    for dim in shape:
        if isinstance(dim, int):
            yield dim
        else:
            yield lengths.setdefault(dim["name"], 1 if "batch" in dim["name"] else min(LENGTH, dim["max"]))


def values(tensor, shape, random):
    """Plausible numbers within the declared range: full masks, positions in order, no types."""
    dtype, name = np.dtype(tensor["dtype"]), tensor["name"]
    if dtype.kind == "f":
        return random.standard_normal(shape).astype(dtype)
    if dtype.kind == "b" or "mask" in name:
        return np.ones(shape, dtype)
    if "position" in name:
        return np.broadcast_to(np.arange(shape[-1], dtype=dtype), shape)
    low, high = tensor["range"] or (0, 1)
    if "type" in name:
        return np.full(shape, low, dtype)
    return random.integers(low, high, size=shape, dtype=dtype, endpoint=True)


def main():
    release, folder = map(pathlib.Path, sys.argv[1:])
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    model = onnx.load(release / manifest["variants"][0]["graph"], load_external_data=False)
    about = {
        "name": manifest["name"],
        "version": manifest["version"],
        "parameters": sum(math.prod(weight.dims) for weight in model.graph.initializer),
        "nodes": len(model.graph.node),
        "inputs": {},
    }
    if not manifest.get("tokenizer"):
        folder.mkdir(parents=True, exist_ok=True)
        random, lengths = np.random.default_rng(7), {}
        for number, tensor in enumerate(manifest["inputs"]):
            path = folder / f"{number}.npy"
            np.save(path, values(tensor, tuple(dims(tensor["shape"], lengths)), random))
            about["inputs"][tensor["name"]] = str(path)
    print(json.dumps(about))


if __name__ == "__main__":
    main()
