#!/usr/bin/env python3
"""Writes ONNX's backend node tests as cases for `conformance`. usage: onnx_backend.py OUT

A case is OUT/NAME/model.onnx and OUT/NAME/test_data_set_0/input_K.pb; inputs that are no tensors (sequences, optional
values) leave skip.txt with the reason. Needs onnx 1.23.
"""
import os
import sys
import warnings

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases


def tensor(value, info):
    """The TensorProto of an input; None if it is no tensor."""
    if isinstance(value, onnx.TensorProto):
        return value
    if isinstance(value, (list, dict)) or value is None:
        return None
    proto = numpy_helper.from_array(np.asarray(value), info.name)
    wanted = info.type.tensor_type.elem_type
    if info.type.WhichOneof("value") != "tensor_type":
        return None
    if wanted and proto.data_type != wanted:
        # Types that numpy does not have come as plain arrays.
        proto = onnx.helper.make_tensor(info.name, wanted, np.shape(value), np.asarray(value).ravel().tolist())
    return proto


OLDEST_OPSET, OLDEST_IR = 13, 7  # that Candor judges
NEWEST_OPSET, NEWEST_IR = 26, 13  # that ONNX Runtime 1.31 runs


def same_meaning(graph, one, other):
    """Whether every operator of the graph has one definition in both operator sets."""

    def version(node, opset):
        return onnx.defs.get_schema(node.op_type, opset, node.domain).since_version

    for node in graph.node:
        try:
            if version(node, one) != version(node, other):
                return False
        except onnx.defs.SchemaError:
            return False
        for attribute in node.attribute:
            inner = [attribute.g, *attribute.graphs]
            if not all(same_meaning(g, one, other) for g in inner if g.node):
                return False
    return True


def restamp(model):
    """Stamp a model with an operator set that Candor judges, if all its operators mean the same there."""
    own = [o for o in model.opset_import if o.domain in ("", "ai.onnx")]
    if len(own) != 1 or model.functions:
        return
    opset = min(max(own[0].version, OLDEST_OPSET), NEWEST_OPSET)
    if opset != own[0].version and same_meaning(model.graph, own[0].version, opset):
        own[0].version = opset
        model.ir_version = min(max(model.ir_version, OLDEST_IR), NEWEST_IR)


def write(out, case):
    """One case."""
    restamp(case.model)
    folder = os.path.join(out, case.name)
    data = os.path.join(folder, "test_data_set_0")
    os.makedirs(data, exist_ok=True)
    onnx.save(case.model, os.path.join(folder, "model.onnx"))
    for i, (info, value) in enumerate(zip(case.model.graph.input, case.data_sets[0][0])):
        proto = tensor(value, info)
        if proto is None:
            with open(os.path.join(data, "skip.txt"), "w") as f:
                f.write("an input is a sequence, a map or an optional value\n")
            return
        with open(os.path.join(data, f"input_{i}.pb"), "wb") as f:
            f.write(proto.SerializeToString())


def main():
    """All cases."""
    out = sys.argv[1]
    warnings.simplefilter("ignore")
    cases = collect_testcases(None)
    for case in cases:
        if case.model is None or not case.data_sets:
            print(f"{case.name}: no model or no data", file=sys.stderr)
            continue
        write(out, case)
    print(f"{len(cases)} cases in {out}")


if __name__ == "__main__":
    main()
