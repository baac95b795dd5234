#!/usr/bin/env python3
"""Makes different inputs for MiniLM of one length: inputs.py TOKENIZER TOKENS COUNT [SEED].

Prints a JSON array: for each input the token ids, TOKENS of them with [CLS] and [SEP], all of ordinary words.
"""

import json
import random
import sys

from tokenizers import Tokenizer

SPECIAL = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}


def main():
    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokens, count = int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(sys.argv[4] if len(sys.argv) > 4 else "candor")
    words = sorted(i for word, i in tokenizer.get_vocab().items() if word.isalpha() and word not in SPECIAL)
    first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    print(json.dumps([[first, *chance.choices(words, k=tokens - 2), last] for _ in range(count)]))


if __name__ == "__main__":
    main()
