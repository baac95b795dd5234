#!/usr/bin/env python3
"""Prepares built models as `candor model prepare` does and checks what the verifier rests on.

For every model: the optimised file run without optimisations gives the bits of the plain file with all of them, with one
thread and with two; the same with every intermediate value exposed. Then lists the operators that are left, with their
attributes.
"""

import argparse
import collections
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import helper

# engine/src/library.rs has the same list.
DISABLED = "AttentionFusion;GroupQueryAttentionFusion;GroupQueryAttentionPreNormFusion"
LEVEL = onnxruntime.GraphOptimizationLevel


def session(path, level, threads=1, save=None):
    """Opens a model on the CPU."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.graph_optimization_level = level
    disabled = DISABLED.split(";") if level == LEVEL.ORT_ENABLE_ALL else None
    if save:
        options.optimized_model_filepath = str(save)
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", f"{save.name}.data")
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=disabled
    )


def sample(model, release, dims, seed):
    """Inputs of a model: integers within the release's ranges, normally distributed floats."""
    generator = np.random.default_rng(seed)
    feeds = {}
    for value in model.graph.input:
        kind = value.type.tensor_type
        shape = [d.dim_value or dims[d.dim_param] for d in kind.shape.dim]
        if kind.elem_type == onnx.TensorProto.FLOAT:
            feeds[value.name] = generator.standard_normal(shape, dtype=np.float32)
        elif value.name == "position_ids":
            feeds[value.name] = np.broadcast_to(np.arange(shape[1], dtype=np.int64), shape).copy()
        elif value.name == "attention_mask":
            feeds[value.name] = (np.arange(shape[1])[None] < np.arange(shape[1], 0, -1)[: shape[0], None]).astype(np.int64)
        else:
            low, high = release["ranges"][value.name]
            feeds[value.name] = generator.integers(low, high + 1, shape)
    return feeds


def expose(path, traced):
    """Writes a copy of a prepared model that gives out every value; returns their names."""
    model = onnx.load(path, load_external_data=False)
    known = {value.name for value in model.graph.output}
    for node in model.graph.node:
        for name in node.output:
            if name and name not in known:
                model.graph.output.append(onnx.ValueInfoProto(name=name))
    onnx.save(model, traced)
    return [value.name for value in model.graph.output]


def operators(model):
    """Counts the nodes by operator, kinds of inputs and attributes."""
    constants = {value.name for value in model.graph.initializer}
    found = collections.Counter()
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        attributes = {k: v for k, v in attributes.items() if k not in ("shape", "value")}
        text = " ".join(f"{k}={plain(v)}" for k, v in sorted(attributes.items()))
        inputs = "".join("-" if not name else "c" if name in constants else "v" for name in node.input)
        found[f"{node.domain}.{node.op_type}".lstrip("."), inputs, text] += 1
    return found


def plain(value):
    """An attribute for people."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float):
        return f"{value:g}"
    return str(list(value) if hasattr(value, "__len__") else value).replace(" ", "")


def same(left, right):
    """Whether two lists of arrays have the same bytes."""
    return all(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in zip(left, right))


def check(folder, work, dims):
    """Prepares one model; returns failures and the operators of the prepared graph."""
    release = json.loads((folder / "release.json").read_text("utf-8"))
    path, prepared, traced = folder / "model.onnx", work / "prepared.onnx", work / "traced.onnx"
    names = [value.name for value in session(path, LEVEL.ORT_ENABLE_ALL, save=prepared).get_outputs()]
    every = expose(prepared, traced)
    model = onnx.load(prepared, load_external_data=False)
    failures = []
    for seed, dim in enumerate(dims):
        dim = {name: min(dim.get(name, 1), limit) for name, limit in release["limits"].items()}
        feeds = sample(onnx.load(path, load_external_data=False), release, dim, seed)
        first = None
        for threads in (1, 2):
            wanted = session(path, LEVEL.ORT_ENABLE_ALL, threads).run(names, feeds)
            got = session(prepared, LEVEL.ORT_DISABLE_ALL, threads).run(names, feeds)
            values = dict(zip(every, session(traced, LEVEL.ORT_DISABLE_ALL, threads).run(every, feeds)))
            first = first or values
            if not same(wanted, got):
                failures.append(f"{dim}, {threads} threads: prepared differs from plain")
            if not same(wanted, [values[name] for name in names]):
                failures.append(f"{dim}, {threads} threads: traced differs from plain")
            if not all(np.isfinite(v).all() for v in wanted):
                failures.append(f"{dim}: an output is not finite")
            moved = [name for name in every if first[name].tobytes() != values[name].tobytes()]
            if moved:
                kinds = {o: n.op_type for n in model.graph.node for o in n.output}
                where = f"{len(moved)} values, first {moved[0]} ({kinds[moved[0]]})"
                print(f"{folder.name}: {dim}, {threads} threads: other bits than with one thread in {where}")
    return failures, operators(model)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, nargs="+", help="built models, each with model.onnx and release.json")
    parser.add_argument("--operators", type=pathlib.Path, help="file to append the list of operators to, as Markdown")
    arguments = parser.parse_args()
    dims = [
        {"batch": 1, "sequence": 16, "frames": 48},
        {"batch": 3, "sequence": 13, "frames": 37},
    ]
    failed = 0
    for folder in arguments.folder:
        with tempfile.TemporaryDirectory() as work:
            failures, found = check(folder, pathlib.Path(work), dims)
        failed += len(failures)
        print(f"{'FAILED' if failures else 'ok'}: {folder.name}, {sum(found.values())} nodes", *failures, sep="\n  ")
        if arguments.operators:
            with arguments.operators.open("a") as out:
                out.write(f"\n## {folder}\n\n| operator | inputs (c constant, v value, - none) | attributes | nodes |\n")
                out.write("|---|---|---|---|\n")
                for (operator, inputs, text), count in sorted(found.items()):
                    out.write(f"| {operator} | {inputs} | {text} | {count} |\n")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
