#!/usr/bin/env python3
"""Writes all-MiniLM-L6-v2 as an ONNX model from its published weights.

The graph takes `input_ids`, `attention_mask` and `token_type_ids` (int64, [batch, sequence]) and gives
`sentence_embedding` (float32, [batch, 384]): BERT with 6 layers, mean over the tokens that the mask keeps, L2
normalisation, as the model's authors use it. Only operators of the ONNX standard. The same weights give the same bytes.
"""

import argparse
import json
import math
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

OPSET = 21
IR_VERSION = 10
# What the authors add to the attention score of a token that the mask drops: after Softmax nothing is left of it.
MASKED_SCORE = -10000.0
# The authors' guard against dividing by zero where the mask drops every token: such a row is all zeros.
SMALLEST_COUNT = 1e-9


class Graph:
    """Collects nodes and constants; every value is named after what it is."""

    def __init__(self):
        self.nodes = []
        self.initializers = {}

    def constant(self, name, value):
        """Adds a constant once and returns its name."""
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operator, inputs, name, **attributes):
        """Adds a node with one output, which carries the node's name."""
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name


class Bert:
    """The encoder's layers over a graph, with the weights' own names."""

    def __init__(self, graph, weights, config):
        self.graph = graph
        self.weights = weights
        self.heads = config["num_attention_heads"]
        self.hidden = config["hidden_size"]
        self.head_size = self.hidden // self.heads
        self.layers = config["num_hidden_layers"]
        self.epsilon = config["layer_norm_eps"]

    def linear(self, x, name):
        """x W^T + b, W transposed here because MatMul takes it that way."""
        graph = self.graph
        weight = graph.constant(f"{name}.weight", self.weights[f"{name}.weight"].T)
        bias = graph.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return graph.add("Add", [graph.add("MatMul", [x, weight], f"{name}.product"), bias], name)

    def layer_norm(self, x, name):
        """LayerNormalization over the last axis."""
        graph = self.graph
        scale = graph.constant(f"{name}.weight", self.weights[f"{name}.weight"])
        bias = graph.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return graph.add("LayerNormalization", [x, scale, bias], name, axis=-1, epsilon=self.epsilon)

    def embeddings(self, input_ids, token_type_ids):
        """The sum of word, position and token type embeddings, normalised."""
        graph = self.graph

        def table(kind):
            name = f"embeddings.{kind}_embeddings.weight"
            return graph.constant(name, self.weights[name])

        words = graph.add("Gather", [table("word"), input_ids], "embeddings.words", axis=0)
        types = graph.add("Gather", [table("token_type"), token_type_ids], "embeddings.types", axis=0)
        length = graph.add("Shape", [input_ids], "sequence_length", start=1, end=2)
        first = graph.constant("first_position", np.array([0], np.int64))
        axis = graph.constant("position_axis", np.array([0], np.int64))
        positions = graph.add("Slice", [table("position"), first, length, axis], "embeddings.positions")
        total = graph.add("Add", [words, types], "embeddings.words_and_types")
        total = graph.add("Add", [total, positions], "embeddings.sum")
        return self.layer_norm(total, "embeddings.LayerNorm")

    def attention(self, x, mask, name):
        """Attention of every head, back as one tensor. In Reshape a 0 keeps the dimension, so no shape is computed."""
        graph = self.graph
        split = graph.constant("split_heads", np.array([0, 0, self.heads, self.head_size], np.int64))
        join = graph.constant("join_heads", np.array([0, 0, self.hidden], np.int64))
        scale = graph.constant("score_scale", np.float32(1 / math.sqrt(self.head_size)))

        def heads(kind, order):
            value = self.linear(x, f"{name}.self.{kind}")
            value = graph.add("Reshape", [value, split], f"{name}.self.{kind}.split")
            return graph.add("Transpose", [value], f"{name}.self.{kind}.heads", perm=order)

        query = heads("query", [0, 2, 1, 3])
        key = heads("key", [0, 2, 3, 1])
        value = heads("value", [0, 2, 1, 3])
        scores = graph.add("MatMul", [query, key], f"{name}.scores")
        scores = graph.add("Mul", [scores, scale], f"{name}.scores.scaled")
        scores = graph.add("Add", [scores, mask], f"{name}.scores.masked")
        shares = graph.add("Softmax", [scores], f"{name}.shares", axis=-1)
        context = graph.add("MatMul", [shares, value], f"{name}.context.heads")
        context = graph.add("Transpose", [context], f"{name}.context.rows", perm=[0, 2, 1, 3])
        return graph.add("Reshape", [context, join], f"{name}.context")

    def gelu(self, x, name):
        """0.5 x (1 + erf(x / sqrt 2)) in the form that ONNX Runtime recognises and fuses."""
        graph = self.graph
        root = graph.constant("sqrt_two", np.float32(math.sqrt(2)))
        one = graph.constant("one", np.float32(1))
        half = graph.constant("half", np.float32(0.5))
        erf = graph.add("Erf", [graph.add("Div", [x, root], f"{name}.scaled")], f"{name}.erf")
        product = graph.add("Mul", [x, graph.add("Add", [erf, one], f"{name}.erf_plus_one")], f"{name}.product")
        return graph.add("Mul", [product, half], name)

    def layer(self, x, mask, name):
        """One layer: attention, then the feed-forward part, each added to its input and normalised."""
        graph = self.graph
        context = self.attention(x, mask, f"{name}.attention")
        y = self.linear(context, f"{name}.attention.output.dense")
        y = graph.add("Add", [y, x], f"{name}.attention.output.sum")
        x = self.layer_norm(y, f"{name}.attention.output.LayerNorm")
        y = self.gelu(self.linear(x, f"{name}.intermediate.dense"), f"{name}.intermediate.gelu")
        y = self.linear(y, f"{name}.output.dense")
        y = graph.add("Add", [y, x], f"{name}.output.sum")
        return self.layer_norm(y, f"{name}.output.LayerNorm")

    def encode(self, input_ids, token_type_ids, mask):
        """Every token's last hidden state; `mask` is [batch, sequence], 1 for tokens that count."""
        graph = self.graph
        one = graph.constant("one", np.float32(1))
        axes = graph.constant("score_axes", np.array([1, 2], np.int64))
        dropped = graph.add("Sub", [one, mask], "mask.dropped")
        dropped = graph.add("Mul", [dropped, graph.constant("masked_score", np.float32(MASKED_SCORE))], "mask.rows")
        dropped = graph.add("Unsqueeze", [dropped, axes], "mask.scores")
        x = self.embeddings(input_ids, token_type_ids)
        for index in range(self.layers):
            x = self.layer(x, dropped, f"encoder.layer.{index}")
        return x


def pool(graph, states, mask, output):
    """The mean of the states that the mask keeps, scaled to length 1."""
    last = graph.constant("last_axis", np.array([2], np.int64))
    tokens = graph.constant("token_axis", np.array([1], np.int64))
    column = graph.add("Unsqueeze", [mask, last], "pooling.mask")
    kept = graph.add("Mul", [states, column], "pooling.kept")
    total = graph.add("ReduceSum", [kept, tokens], "pooling.sum", keepdims=0)
    count = graph.add("ReduceSum", [column, tokens], "pooling.count", keepdims=0)
    count = graph.add("Max", [count, graph.constant("smallest_count", np.float32(SMALLEST_COUNT))], "pooling.divisor")
    mean = graph.add("Div", [total, count], "pooling.mean")
    return graph.add("LpNormalization", [mean], output, axis=-1, p=2)


def build_model(weights, config):
    """The whole model as an ONNX protobuf."""
    graph = Graph()
    bert = Bert(graph, weights, config)
    mask = graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    states = bert.encode("input_ids", "token_type_ids", mask)
    pool(graph, states, mask, "sentence_embedding")

    rows = ["batch", "sequence"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, rows)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", bert.hidden])]
    proto = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, list(graph.initializers.values()))
    model = helper.make_model(
        proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="candor"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def build_tokenizer(source):
    """The tokenizer without its fixed padding to 128 tokens (padding is a caller's matter, and paid for) and with the
    truncation that the authors state for sentences instead of its default."""
    tokenizer = json.loads((source / "tokenizer.json").read_text("utf-8"))
    limits = json.loads((source / "sentence_bert_config.json").read_text("utf-8"))
    tokenizer["padding"] = None
    tokenizer["truncation"]["max_length"] = limits["max_seq_length"]
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, required=True, help="folder with model.safetensors, config.json, tokenizer.json")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder to write model.onnx and tokenizer.json into")
    arguments = parser.parse_args()

    config = json.loads((arguments.source / "config.json").read_text("utf-8"))
    model = build_model(load_file(arguments.source / "model.safetensors"), config)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (arguments.out / "tokenizer.json").write_text(build_tokenizer(arguments.source), "utf-8")


if __name__ == "__main__":
    main()
