#!/usr/bin/env python3
"""Check vectors.json against an independent reading of README.md: python3 tests/vectors_check.py

Standard library only. The tree is built by RFC 6962's recursive definition, and ranges are verified recursively too,
so that nothing is shared with the Rust code but the words of the README.
"""

import hashlib
import json
import pathlib
import sys

CHUNK = 1024


def h(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def leaf(data):
    return h(b"\x00" + data)


def node(left, right):
    return h(b"\x01" + left + right)


def split(n):
    """Largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree(leaves):
    if not leaves:
        return leaf(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(tree(leaves[:k]), tree(leaves[k:]))


def chunks(data):
    return [data[i:i + CHUNK] for i in range(0, len(data), CHUNK)] or [b""]


def merkle(data):
    return tree([leaf(c) for c in chunks(data)])


def u32(n):
    return n.to_bytes(4, "little")


def u64(n):
    return n.to_bytes(8, "little")


def file_root(data):
    return h(b"\x04" + u64(len(data)) + merkle(data))


def tensor_root(dtype, dims, data):
    return h(b"\x02" + bytes([dtype, len(dims)]) + b"".join(map(u64, dims)) + u64(len(data)) + merkle(data))


def tensors_root(roots):
    return h(b"\x03" + u32(len(roots)) + tree([leaf(r) for r in roots]))


def model_root(files):
    leaves = [leaf(u32(len(path)) + path + root) for path, root in files]
    return h(b"\x05" + u32(len(files)) + tree(leaves))


def outside(start, size, first, end):
    """The largest subtrees of [start, start + size) that hold no leaf of [first, end)."""
    if start + size <= first or start >= end:
        return [(start, size)]
    if first <= start and start + size <= end:
        return []
    k = split(size)
    return outside(start, k, first, end) + outside(start + k, size - k, first, end)


def level(start, size, total):
    """Level at which a subtree is joined with its sibling; a lone last node is promoted as it is."""
    lv = (size - 1).bit_length()
    while start >> lv == -(-total // (1 << lv)) - 1 and (start >> lv) % 2 == 0:
        lv += 1
    return lv


def range_root(total, first, count, opened, proof):
    """Root from opened leaf hashes and a proof, which is ordered from the leaves up, left before right."""
    needed = outside(0, total, first, first + count)
    needed.sort(key=lambda item: (level(*item, total), item[0]))
    assert len(needed) == len(proof), "proof length"
    known = dict(zip(needed, proof))

    def walk(start, size):
        if (start, size) in known:
            return known[(start, size)]
        if size == 1:
            return opened[start - first]
        k = split(size)
        return node(walk(start, k), walk(start + k, size - k))

    return walk(0, total)


def rule(n):
    return bytes((i * 31 + 7) % 251 for i in range(n))


def main():
    path = pathlib.Path(__file__).resolve().parent.parent / "vectors.json"
    vectors = json.loads(path.read_text())
    checked = 0

    def equal(found, kept, what):
        nonlocal checked
        if found.hex() != kept:
            sys.exit(f"{what}: {found.hex()} is not {kept}")
        checked += 1

    for v in vectors["data"]:
        equal(merkle(rule(v["len"])), v["merkle"], f"merkle {v['len']}")
        equal(file_root(rule(v["len"])), v["file"], f"file {v['len']}")
    for v in vectors["trees"]:
        equal(tree([u64(i) + b"\xa5" * 24 for i in range(v["leaves"])]), v["root"], f"tree {v['leaves']}")
    tensors = []
    for v in vectors["tensors"]:
        tensors.append(tensor_root(v["dtype"], v["dims"], rule(v["len"])))
        equal(tensors[-1], v["root"], v["name"])
    for v in vectors["lists"]:
        equal(tensors_root([tensors[i] for i in v["tensors"]]), v["root"], f"list {v['tensors']}")
    for v in vectors["models"]:
        files = [(f["path"].encode(), file_root(rule(f["len"]))) for f in v["files"]]
        equal(model_root(files), v["root"], f"model {v['files']}")
    for v in vectors["ranges"]:
        all_chunks = chunks(rule(v["len"]))
        opened = [leaf(c) for c in all_chunks[v["first"]:v["first"] + v["count"]]]
        assert len(opened) == v["count"]
        proof = [bytes.fromhex(p) for p in v["proof"]]
        root = range_root(len(all_chunks), v["first"], v["count"], opened, proof)
        equal(root, v["merkle"], f"range {v['len']} {v['first']}+{v['count']}")
    print(f"{checked} vectors agree")


if __name__ == "__main__":
    main()
