"""Transformers as exporters write them: GPT-2, blocks of Llama, an audio encoder with a convolutional front end."""

import numpy as np
from graph import Graph

LARGEST = float(np.finfo(np.float32).max)


def split_heads(graph, x, name, heads, head_size, order):
    """[batch, sequence, heads * head_size] to heads apart, transposed by `order`. In Reshape a 0 keeps a dimension."""
    x = graph.add("Reshape", [x, graph.ints(0, 0, heads, head_size)], f"{name}.split")
    return graph.add("Transpose", [x], f"{name}.heads", perm=order)


def join_heads(graph, x, name, width):
    """The heads' rows side by side again."""
    x = graph.add("Transpose", [x], f"{name}.rows", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [x, graph.ints(0, 0, width)], name)


class Gpt2:
    """The layers of GPT-2. Dense layers are Gemm between two Reshapes, which is how `Conv1D` leaves PyTorch."""

    def __init__(self, graph, width, heads, layers, positions):
        self.graph = graph
        self.width = width
        self.heads = heads
        self.layers = layers
        self.positions = positions

    def dense(self, x, name, out, deviation=0.02):
        """x W + b over the last axis."""
        graph = self.graph
        inner = 4 * self.width if name.endswith("mlp.c_proj") else self.width
        flat = graph.add("Reshape", [x, graph.ints(-1, inner)], f"{name}.flat")
        weight = graph.normal(f"{name}.weight", [inner, out], deviation)
        bias = graph.normal(f"{name}.bias", [out], 0.02)
        y = graph.add("Gemm", [flat, weight, bias], f"{name}.product")
        lead = graph.add("Shape", [x], f"{name}.lead", start=0, end=2)
        shape = graph.add("Concat", [lead, graph.ints(out)], f"{name}.shape", axis=0)
        return graph.add("Reshape", [y, shape], name)

    def gelu(self, x, name):
        """0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), written out."""
        graph = self.graph
        cube = graph.add("Pow", [x, graph.scalar(3.0)], f"{name}.cube")
        cube = graph.add("Mul", [cube, graph.scalar(0.044715)], f"{name}.cube.scaled")
        inner = graph.add("Add", [x, cube], f"{name}.inner")
        inner = graph.add("Mul", [inner, graph.scalar((2 / np.pi) ** 0.5)], f"{name}.inner.scaled")
        gate = graph.add("Add", [graph.add("Tanh", [inner], f"{name}.tanh"), graph.scalar(1.0)], f"{name}.gate")
        half = graph.add("Mul", [x, graph.scalar(0.5)], f"{name}.half")
        return graph.add("Mul", [half, gate], name)

    def attention(self, x, causal, padding, name):
        """Causal self-attention: scores of later tokens replaced, scores of padding pushed down."""
        graph = self.graph
        head_size = self.width // self.heads
        x = self.dense(x, f"{name}.c_attn", 3 * self.width)
        parts = [f"{name}.query", f"{name}.key", f"{name}.value"]
        query, key, value = graph.add("Split", [x], f"{name}.qkv", outputs=parts, axis=2, num_outputs=3)
        query = split_heads(graph, query, f"{name}.query", self.heads, head_size, [0, 2, 1, 3])
        key = split_heads(graph, key, f"{name}.key", self.heads, head_size, [0, 2, 3, 1])
        value = split_heads(graph, value, f"{name}.value", self.heads, head_size, [0, 2, 1, 3])
        scores = graph.add("MatMul", [query, key], f"{name}.scores")
        scores = graph.add("Div", [scores, graph.scalar(head_size**0.5)], f"{name}.scores.scaled")
        scores = graph.add("Where", [causal, scores, graph.scalar(-LARGEST)], f"{name}.scores.causal")
        scores = graph.add("Add", [scores, padding], f"{name}.scores.masked")
        shares = graph.add("Softmax", [scores], f"{name}.shares", axis=-1)
        context = graph.add("MatMul", [shares, value], f"{name}.context.heads")
        context = join_heads(graph, context, f"{name}.context", self.width)
        return self.dense(context, f"{name}.c_proj", self.width, 0.02 / (2 * self.layers) ** 0.5)

    def masks(self, ids, mask):
        """The causal mask cut to the sequence, and what is added to the scores of padding."""
        graph = self.graph
        triangle = np.tril(np.ones((self.positions, self.positions), bool))[None, None]
        length = graph.add("Shape", [ids], "length", start=1, end=2)
        causal = [graph.constant("triangle", triangle), graph.ints(0), length]
        causal = graph.add("Slice", [*causal, graph.ints(2), graph.ints(1)], "causal.rows")
        causal = graph.add("Slice", [causal, graph.ints(0), length, graph.ints(3), graph.ints(1)], "causal")
        mask = graph.add("Cast", [graph.add("Unsqueeze", [mask, graph.ints(1, 2)], "mask.scores")], "mask", to=1)
        padding = graph.add("Sub", [graph.scalar(1.0), mask], "mask.dropped")
        return length, causal, graph.add("Mul", [padding, graph.scalar(-LARGEST)], "padding")

    def build(self, vocabulary):
        """The whole model; the output layer is the transposed word table."""
        graph = self.graph
        ids = graph.input("input_ids", "int64", ["batch", "sequence"])
        mask = graph.input("attention_mask", "int64", ["batch", "sequence"])
        length, causal, padding = self.masks(ids, mask)
        words = graph.normal("wte.weight", [vocabulary, self.width], 0.02)
        places = graph.normal("wpe.weight", [self.positions, self.width], 0.01)
        last = graph.add("Squeeze", [length, graph.ints(0)], "length.scalar")
        positions = graph.add("Range", [graph.scalar(0, np.int64), last, graph.scalar(1, np.int64)], "positions")
        positions = graph.add("Unsqueeze", [positions, graph.ints(0)], "positions.row")
        x = graph.add("Gather", [words, ids], "wte", axis=0)
        x = graph.add("Add", [x, graph.add("Gather", [places, positions], "wpe", axis=0)], "embeddings")
        for index in range(self.layers):
            name = f"h.{index}"
            y = graph.layer_norm(x, f"{name}.ln_1", self.width)
            x = graph.add("Add", [self.attention(y, causal, padding, f"{name}.attn"), x], f"{name}.middle")
            y = self.dense(graph.layer_norm(x, f"{name}.ln_2", self.width), f"{name}.mlp.c_fc", 4 * self.width)
            y = self.gelu(y, f"{name}.mlp.act")
            y = self.dense(y, f"{name}.mlp.c_proj", self.width, 0.02 / (2 * self.layers) ** 0.5)
            x = graph.add("Add", [x, y], name)
        x = graph.layer_norm(x, "ln_f", self.width)
        head = graph.add("Transpose", [words], "lm_head", perm=[1, 0])
        graph.output(graph.add("MatMul", [x, head], "scores"), "logits", "float32", ["batch", "sequence", vocabulary])


def gpt2(size):
    """GPT-2 small: 12 layers of width 768. Tiny: 2 of width 64."""
    tiny = size == "tiny"
    width, heads, layers, positions, vocabulary = (64, 4, 2, 64, 128) if tiny else (768, 12, 12, 1024, 50257)
    graph = Graph("gpt2", 18)
    Gpt2(graph, width, heads, layers, positions).build(vocabulary)
    return graph, {
        "unit_rule": {"dims": ["batch", "sequence"], "divisor": 1},
        "limits": {"batch": 16, "sequence": positions},
        "ranges": {"input_ids": [0, vocabulary - 1], "attention_mask": [0, 1]},
        "tags": ["text"],
    }


class Llama:
    """Blocks of Llama: RMS norm, rotary positions, fewer key-value heads than query heads, SiLU."""

    def __init__(self, graph, width, heads, key_heads, inner):
        self.graph = graph
        self.width = width
        self.heads = heads
        self.key_heads = key_heads
        self.head_size = width // heads
        self.inner = inner
        self.cosines = self.sines = self.mask = None

    def rms_norm(self, x, name):
        """x / sqrt(mean(x^2) + epsilon) * gain, written out."""
        graph = self.graph
        square = graph.add("Pow", [x, graph.scalar(2.0)], f"{name}.square")
        mean = graph.add("ReduceMean", [square, graph.ints(-1)], f"{name}.mean", keepdims=1)
        root = graph.add("Sqrt", [graph.add("Add", [mean, graph.scalar(1e-5)], f"{name}.shifted")], f"{name}.root")
        inverse = graph.add("Div", [graph.scalar(1.0), root], f"{name}.inverse")
        y = graph.add("Mul", [x, inverse], f"{name}.scaled")
        return graph.add("Mul", [graph.normal(f"{name}.weight", [self.width], 0.1, mean=1.0), y], name)

    def positions(self, ids, mask, ranks):
        """Cosines and sines of every position, and the mask: 0 where a token may look, the smallest number elsewhere."""
        graph = self.graph
        half = self.head_size // 2
        frequencies = (10000.0 ** (-np.arange(half, dtype=np.float64) / half)).astype(np.float32)[None, :, None]
        row = graph.add("Cast", [graph.add("Unsqueeze", [ranks, graph.ints(1)], "ranks.row")], "ranks.float", to=1)
        angles = graph.add("MatMul", [graph.constant("frequencies", frequencies), row], "angles.columns")
        angles = graph.add("Transpose", [angles], "angles.half", perm=[0, 2, 1])
        angles = graph.add("Concat", [angles, angles], "angles", axis=-1)
        for kind in ("Cos", "Sin"):
            wave = graph.add("Unsqueeze", [graph.add(kind, [angles], kind.lower()), graph.ints(1)], f"{kind.lower()}.heads")
            if kind == "Cos":
                self.cosines = wave
            else:
                self.sines = wave
        length = graph.add("Shape", [ids], "length", start=1, end=2)
        last = graph.add("Squeeze", [length, graph.ints(0)], "length.scalar")
        order = graph.add("Range", [graph.scalar(0, np.int64), last, graph.scalar(1, np.int64)], "order")
        column = graph.add("Unsqueeze", [order, graph.ints(1)], "order.column")
        causal = graph.add("LessOrEqual", [graph.add("Unsqueeze", [order, graph.ints(0)], "order.row"), column], "causal")
        kept = graph.add("Cast", [graph.add("Unsqueeze", [mask, graph.ints(1, 2)], "mask.scores")], "mask.kept", to=9)
        allowed = graph.add("And", [causal, kept], "allowed")
        self.mask = graph.add("Where", [allowed, graph.scalar(0.0), graph.scalar(-LARGEST)], "mask")

    def rotate(self, x, name):
        """x cos + rotated(x) sin, where rotated swaps the halves of each head and negates the second."""
        graph = self.graph
        half = graph.ints(self.head_size // 2)
        first = graph.add("Slice", [x, graph.ints(0), half, graph.ints(3)], f"{name}.first")
        second = graph.add("Slice", [x, half, graph.ints(2**63 - 1), graph.ints(3)], f"{name}.second")
        swapped = [graph.add("Neg", [second], f"{name}.negated"), first]
        swapped = graph.add("Concat", swapped, f"{name}.swapped", axis=-1)
        parts = [
            graph.add("Mul", [x, self.cosines], f"{name}.cos"),
            graph.add("Mul", [swapped, self.sines], f"{name}.sin"),
        ]
        return graph.add("Add", parts, f"{name}.rotated")

    def repeat(self, x, name):
        """Every key-value head once for each query head that shares it, by Expand."""
        graph = self.graph
        shape = graph.add("Shape", [x], f"{name}.shape")
        group = graph.ints(self.heads // self.key_heads)
        batch = graph.add("Slice", [shape, graph.ints(0), graph.ints(2)], f"{name}.shape.lead")
        rest = graph.add("Slice", [shape, graph.ints(2), graph.ints(4)], f"{name}.shape.rest")
        target = graph.add("Concat", [batch, group, rest], f"{name}.shape.repeated", axis=0)
        x = graph.add("Unsqueeze", [x, graph.ints(2)], f"{name}.column")
        x = graph.add("Expand", [x, target], f"{name}.repeated")
        first = graph.add("Slice", [shape, graph.ints(0), graph.ints(1)], f"{name}.shape.batch")
        joined = graph.add("Concat", [first, graph.ints(self.heads), rest], f"{name}.shape.joined", axis=0)
        return graph.add("Reshape", [x, joined], f"{name}.all")

    def attention(self, x, name):
        """Self-attention with shared key-value heads."""
        graph = self.graph
        order = [0, 2, 1, 3]
        narrow = self.key_heads * self.head_size
        query = graph.linear(x, f"{name}.q_proj", [self.width, self.width], bias=False)
        key = graph.linear(x, f"{name}.k_proj", [self.width, narrow], bias=False)
        value = graph.linear(x, f"{name}.v_proj", [self.width, narrow], bias=False)
        query = self.rotate(split_heads(graph, query, f"{name}.q", self.heads, self.head_size, order), f"{name}.q")
        key = self.rotate(split_heads(graph, key, f"{name}.k", self.key_heads, self.head_size, order), f"{name}.k")
        value = split_heads(graph, value, f"{name}.v", self.key_heads, self.head_size, order)
        key = graph.add("Transpose", [self.repeat(key, f"{name}.k")], f"{name}.k.columns", perm=[0, 1, 3, 2])
        scores = graph.add("MatMul", [query, key], f"{name}.scores")
        scores = graph.add("Mul", [scores, graph.scalar(self.head_size**-0.5)], f"{name}.scores.scaled")
        scores = graph.add("Add", [scores, self.mask], f"{name}.scores.masked")
        shares = graph.add("Softmax", [scores], f"{name}.shares", axis=-1)
        context = graph.add("MatMul", [shares, self.repeat(value, f"{name}.v")], f"{name}.context.heads")
        context = join_heads(graph, context, f"{name}.context", self.width)
        return graph.linear(context, f"{name}.o_proj", [self.width, self.width], bias=False)

    def block(self, x, name):
        """Attention, then the gated feed-forward part, each added to its input."""
        graph = self.graph
        x = graph.add("Add", [x, self.attention(self.rms_norm(x, f"{name}.norm1"), f"{name}.attn")], f"{name}.middle")
        y = self.rms_norm(x, f"{name}.norm2")
        gate = graph.silu(graph.linear(y, f"{name}.gate_proj", [self.width, self.inner], bias=False), f"{name}.act")
        y = graph.add("Mul", [gate, graph.linear(y, f"{name}.up_proj", [self.width, self.inner], bias=False)], f"{name}.gated")
        return graph.add("Add", [x, graph.linear(y, f"{name}.down_proj", [self.inner, self.width], bias=False)], name)


def llama(size):
    """Two blocks of Llama of width 2048 with 32 query and 8 key-value heads, a word table and an output layer."""
    tiny = size == "tiny"
    width, heads, key_heads, inner, vocabulary = (64, 4, 2, 160, 128) if tiny else (2048, 32, 8, 5632, 8192)
    sequence = 64 if tiny else 2048
    graph = Graph("llama", 21)
    net = Llama(graph, width, heads, key_heads, inner)
    ids = graph.input("input_ids", "int64", ["batch", "sequence"])
    mask = graph.input("attention_mask", "int64", ["batch", "sequence"])
    ranks = graph.input("position_ids", "int64", ["batch", "sequence"])
    net.positions(ids, mask, ranks)
    x = graph.add("Gather", [graph.normal("embed.weight", [vocabulary, width], 1.0), ids], "embed", axis=0)
    for index in range(2):
        x = net.block(x, f"layers.{index}")
    x = graph.linear(net.rms_norm(x, "norm"), "lm_head", [width, vocabulary], bias=False)
    graph.output(x, "logits", "float32", ["batch", "sequence", vocabulary])
    return graph, {
        "unit_rule": {"dims": ["batch", "sequence"], "divisor": 1},
        "limits": {"batch": 16, "sequence": sequence},
        "ranges": {"input_ids": [0, vocabulary - 1], "attention_mask": [0, 1], "position_ids": [0, sequence - 1]},
        "tags": ["text"],
    }


def audio(size):
    """Whisper's encoder: two one-dimensional convolutions with Gelu over a spectrogram, positions, two blocks."""
    tiny = size == "tiny"
    bands, width, heads, frames = (16, 32, 2, 64) if tiny else (80, 512, 8, 3000)
    head_size = width // heads
    graph = Graph("audio", 20)

    def convolution(x, name, channels, stride):
        weight = graph.normal(f"{name}.weight", [width, channels, 3], (2 / (3 * channels)) ** 0.5)
        inputs = [x, weight, graph.normal(f"{name}.bias", [width], 0.02)]
        x = graph.add("Conv", inputs, name, kernel_shape=[3], strides=[stride], pads=[1, 1])
        return graph.gelu(x, f"{name}.gelu")

    def attention(x, name):
        query = graph.linear(x, f"{name}.query", [width, width])
        query = graph.add("Mul", [query, graph.scalar(head_size**-0.5)], f"{name}.query.scaled")
        key = graph.linear(x, f"{name}.key", [width, width], bias=False)
        value = graph.linear(x, f"{name}.value", [width, width])
        query = split_heads(graph, query, f"{name}.query", heads, head_size, [0, 2, 1, 3])
        key = split_heads(graph, key, f"{name}.key", heads, head_size, [0, 2, 3, 1])
        value = split_heads(graph, value, f"{name}.value", heads, head_size, [0, 2, 1, 3])
        shares = graph.add("Softmax", [graph.add("MatMul", [query, key], f"{name}.scores")], f"{name}.shares", axis=-1)
        context = graph.add("MatMul", [shares, value], f"{name}.context.heads")
        return graph.linear(join_heads(graph, context, f"{name}.context", width), f"{name}.out", [width, width])

    x = graph.input("mel", "float32", ["batch", bands, "frames"])
    x = convolution(convolution(x, "conv1", bands, 1), "conv2", width, 2)
    x = graph.add("Transpose", [x], "states", perm=[0, 2, 1])
    places = graph.normal("positions.weight", [frames // 2, width], 0.1)
    length = graph.add("Shape", [x], "length", start=1, end=2)
    places = graph.add("Slice", [places, graph.ints(0), length, graph.ints(0)], "positions")
    x = graph.add("Add", [x, places], "embeddings")
    for index in range(2):
        name = f"blocks.{index}"
        y = attention(graph.layer_norm(x, f"{name}.attn_ln", width), f"{name}.attn")
        x = graph.add("Add", [x, y], f"{name}.middle")
        y = graph.linear(graph.layer_norm(x, f"{name}.mlp_ln", width), f"{name}.mlp.0", [width, 4 * width])
        y = graph.linear(graph.gelu(y, f"{name}.mlp.gelu"), f"{name}.mlp.2", [4 * width, width])
        x = graph.add("Add", [x, y], name)
    x = graph.layer_norm(x, "ln_post", width)
    graph.output(x, "encoded", "float32", ["batch", "tokens", width])
    return graph, {
        "unit_rule": {"dims": ["batch", "frames"], "divisor": 2},
        "limits": {"batch": 4, "frames": frames},
        "tags": ["audio"],
    }
