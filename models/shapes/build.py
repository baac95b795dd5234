#!/usr/bin/env python3
"""Writes generated models in the shape of well-known ones: the same name and size give the same bytes.

Each goes into OUT/NAME: `model.onnx` (with `model.onnx.data` beside it above 1.5 GB) and `release.json`.
"""

import argparse
import json
import pathlib

import cnn
import mlp
import onnx
import quantised
import transformer

FAMILIES = {
    "resnet50": cnn.resnet50,
    "mobilenet": cnn.mobilenet,
    "unet": cnn.unet,
    "gpt2": transformer.gpt2,
    "llama": transformer.llama,
    "audio": transformer.audio,
    "qdq": quantised.qdq,
    "qlinear": quantised.qlinear,
    "mlp": None,
}
# Parameters of the perceptron where --params does not say.
MLP_PARAMETERS = {"tiny": 20_000, "full": 10_000_000}


def write(name, folder, size, parameters=None):
    """Writes one model and its release file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if name == "mlp":
        about = mlp.save(folder, parameters or MLP_PARAMETERS[size])
    else:
        graph, about = FAMILIES[name](size)
        model = graph.proto()
        onnx.checker.check_model(model, full_check=True)
        (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    release = {
        "name": f"shape-{name}" if size == "full" else f"shape-{name}-{size}",
        "version": "1.0.0",
        "license": "Apache-2.0",
        "description": f"{name} ({size}) with generated weights: for tests and benchmarks, of no other use.",
        "reference_units": 1,
        "royalty_permill": 0,
        **about,
    }
    (folder / "release.json").write_text(json.dumps(release, indent=2) + "\n", "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=[*FAMILIES, "all"])
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder to write NAME/ into")
    parser.add_argument("--size", choices=["tiny", "full"], default="full")
    parser.add_argument("--params", type=int, help="parameters of mlp, about")
    arguments = parser.parse_args()
    for name in FAMILIES if arguments.name == "all" else [arguments.name]:
        write(name, arguments.out / name, arguments.size, arguments.params)


if __name__ == "__main__":
    main()
