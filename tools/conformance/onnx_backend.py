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


NEWEST_OPSET, NEWEST_IR = 26, 13  # of ONNX Runtime 1.31


def newest_definition(graph, opset):
    """The newest operator set in which a node of the graph was redefined."""
    versions = [0]
    for node in graph.node:
        try:
            versions.append(onnx.defs.get_schema(node.op_type, opset, node.domain).since_version)
        except onnx.defs.SchemaError:
            return opset
        for attribute in node.attribute:
            versions += [newest_definition(g, opset) for g in [attribute.g, *attribute.graphs] if g.node]
    return max(versions)


def restamp(model):
    """Stamp a model with an operator set that ONNX Runtime runs, if all its operators mean the same there."""
    own = [o for o in model.opset_import if o.domain in ("", "ai.onnx")]
    if len(own) == 1 and own[0].version > NEWEST_OPSET and not model.functions:
        if newest_definition(model.graph, own[0].version) <= NEWEST_OPSET:
            own[0].version = NEWEST_OPSET
            model.ir_version = min(model.ir_version, NEWEST_IR)


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
