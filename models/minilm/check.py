#!/usr/bin/env python3
"""Checks the built MiniLM in ONNX Runtime against the published weights.

The reference is a second computation of the same network, written apart from the builder: float64 numpy straight from the
safetensors, one sentence at a time, without padding or mask. Prints one line per check and closes with the counts.
"""

import argparse
import json
import math
import pathlib
import sys

import numpy as np
import onnxruntime
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TOLERANCE = 1e-5
SENTENCES = [
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "Substrate is a framework for building blockchains, and ONNX Runtime runs models on them!",
    "",
]

erf = np.vectorize(math.erf, otypes=[np.float64])


def reference(weights, config, ids, types):
    """The embedding of one sentence, every step in float64."""

    def dense(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def softmax(x):
        e = np.exp(x - x.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    heads = config["num_attention_heads"]
    table = "embeddings.{}_embeddings.weight".format
    x = weights[table("word")][ids] + weights[table("position")][: len(ids)] + weights[table("token_type")][types]
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            np.split(dense(x, f"{name}.attention.self.{kind}"), heads, axis=-1) for kind in ("query", "key", "value")
        )
        context = [softmax(q @ k.T / math.sqrt(q.shape[-1])) @ v for q, k, v in zip(query, key, value)]
        x = norm(x + dense(np.concatenate(context, -1), f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = dense(x, f"{name}.intermediate.dense")
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        x = norm(x + dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


class Model:
    """The built files, used as a requester's engine would."""

    def __init__(self, folder):
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def tokens(self, sentence):
        """Token ids and type ids of one sentence."""
        encoding = self.tokenizer.encode(sentence)
        return np.array(encoding.ids, np.int64), np.array(encoding.type_ids, np.int64)

    def run(self, ids, mask, types):
        """One call; all three arguments are [batch, sequence]."""
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        return self.session.run(["sentence_embedding"], feeds)[0]

    def embed(self, sentence):
        """One sentence alone."""
        ids, types = self.tokens(sentence)
        return self.run(ids[None], np.ones_like(ids)[None], types[None])[0]

    def embed_batch(self, sentences):
        """All sentences in one call, padded to the longest."""
        rows = [self.tokens(sentence) for sentence in sentences]
        shape = (len(rows), max(len(ids) for ids, _ in rows))
        ids, mask, types = (np.zeros(shape, np.int64) for _ in range(3))
        for row, (row_ids, row_types) in enumerate(rows):
            ids[row, : len(row_ids)] = row_ids
            types[row, : len(row_ids)] = row_types
            mask[row, : len(row_ids)] = 1
        return self.run(ids, mask, types)


def checks(source, folder):
    """Yields (name, passed, detail) for every check."""
    config = json.loads((source / "config.json").read_text("utf-8"))
    weights = {
        name: value.astype(np.float64)
        for name, value in load_file(source / "model.safetensors").items()
        if value.dtype == np.float32
    }
    model = Model(folder)
    alone = np.stack([model.embed(sentence) for sentence in SENTENCES])

    expected = np.stack([reference(weights, config, *model.tokens(sentence)) for sentence in SENTENCES])
    worst = np.abs(alone - expected).max()
    yield "embeddings should equal the float64 reference", worst < TOLERANCE, f"largest difference {worst:.1e}"

    ids = np.array([model.tokens(SENTENCES[0])[0]])
    ones = np.ones_like(ids)
    worst = np.abs(model.run(ids, ones, ones)[0] - reference(weights, config, ids[0], ones[0])).max()
    yield "token types should be used", worst < TOLERANCE, f"largest difference {worst:.1e}"

    worst = np.abs(model.embed_batch(SENTENCES) - alone).max()
    yield "padding should not change an embedding", worst < TOLERANCE, f"largest difference {worst:.1e}"

    worst = np.abs(np.linalg.norm(alone, axis=-1) - 1).max()
    yield "embeddings should have length 1", worst < TOLERANCE, f"largest difference {worst:.1e}"

    near, far = alone[0] @ alone[1], alone[0] @ alone[2]
    yield "sentences should be near when alike and far when not", near > 0.6 > 0.2 > far, f"cosines {near:.4f} and {far:.4f}"

    empty = model.run(ids, np.zeros_like(ids), np.zeros_like(ids))
    yield "an empty mask should give zeros, not NaN", not empty.any(), f"largest value {np.abs(empty).max():.1e}"

    longest = np.full((1, config["max_position_embeddings"]), 2000, np.int64)
    embedding = model.run(longest, np.ones_like(longest), np.zeros_like(longest))
    worst = np.abs(embedding[0] - reference(weights, config, longest[0], np.zeros_like(longest[0]))).max()
    yield "the longest sequence should work", worst < TOLERANCE, f"{longest.size} tokens, largest difference {worst:.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, required=True, help="folder with model.safetensors and config.json")
    parser.add_argument("--model", type=pathlib.Path, required=True, help="folder with model.onnx and tokenizer.json")
    arguments = parser.parse_args()
    passed = failed = 0
    for name, good, detail in checks(arguments.source, arguments.model):
        print(f"{'ok' if good else 'FAILED'}: {name} ({detail})")
        passed, failed = passed + bool(good), failed + (not good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
