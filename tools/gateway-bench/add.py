#!/usr/bin/env python3
"""The near-free model: one addition of two rows of 384 floats. add.py FOLDER writes model.onnx and release.json."""

import json
import pathlib
import sys

import onnx
from onnx import TensorProto, helper


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 384]) for name in ("a", "b", "sum")]
    node = helper.make_node("Add", ["a", "b"], ["sum"], name="add")
    graph = helper.make_graph([node], "add", values[:2], values[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    release = {
        "name": "bench-add",
        "version": "1.0.0",
        "license": "Apache-2.0",
        "description": "One addition of 384 floats: for benchmarks of the gateway, of no other use.",
        "reference_units": 1,
        "royalty_permill": 0,
    }
    (folder / "release.json").write_text(json.dumps(release, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
