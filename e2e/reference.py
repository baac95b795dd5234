#!/usr/bin/env python3
"""Embeds sentences by plain ONNX Runtime: reference.py FOLDER SENTENCE...

FOLDER holds model.onnx (as built, not prepared) and tokenizer.json. Prints one JSON document: the token ids of each
sentence, and the bytes of the output as hexadecimal.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


def main():
    folder, sentences = pathlib.Path(sys.argv[1]), sys.argv[2:]
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    rows = tokenizer.encode_batch(sentences)
    feeds = {
        "input_ids": np.array([row.ids for row in rows], np.int64),
        "attention_mask": np.array([row.attention_mask for row in rows], np.int64),
        "token_type_ids": np.array([row.type_ids for row in rows], np.int64),
    }
    (output,) = session.run(["sentence_embedding"], feeds)
    print(json.dumps({"ids": [row.ids for row in rows], "embeddings": output.tobytes().hex()}))


if __name__ == "__main__":
    main()
