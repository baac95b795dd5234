"""Candor's commitments: BLAKE2b-256 over tagged Merkle trees, as ``primitives/commitments`` defines them.

Every hash starts with a byte that says what is hashed. The tree is that of RFC 6962 over chunks of 1024 bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

#: Bytes of a chunk. Every chunk is this long, except the last of its data.
CHUNK = 1024

TAG_LEAF = b"\x00"
TAG_NODE = b"\x01"
TAG_TENSOR = b"\x02"
TAG_TENSORS = b"\x03"
TAG_FILE = b"\x04"
TAG_MODEL = b"\x05"
TAG_RECEIPT = b"\x06"
TAG_BATCH = b"\x08"
TAG_VARIANT = b"\x0d"
TAG_VOUCHER = b"\x11"
TAG_ATTESTATION = b"\x12"

#: Most roots that count in a length field of 32 bits.
_MAX_COUNT = 0xFFFF_FFFF


def blake2b_256(data: bytes) -> bytes:
    """BLAKE2b with a digest of 32 bytes."""
    return blake2b(data, digest_size=32).digest()


def leaf_hash(data: bytes | memoryview) -> bytes:
    """Hash of a leaf: a chunk of data, or an item of a list."""
    digest = blake2b(TAG_LEAF, digest_size=32)
    digest.update(data)
    return digest.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return blake2b_256(TAG_NODE + left + right)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root of the tree over leaves that are hashed already."""
    if not leaves:
        return leaf_hash(b"")
    level = list(leaves)
    while len(level) > 1:
        above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            # A last node without a neighbour is promoted as it is.
            above.append(level[-1])
        level = above
    return level[0]


def data_root(data: bytes | memoryview) -> bytes:
    """Merkle root over the chunks of some data; empty data has one empty chunk."""
    view = memoryview(data)
    if not view:
        return leaf_hash(b"")
    return merkle_root([leaf_hash(view[at : at + CHUNK]) for at in range(0, len(view), CHUNK)])


def tensor_root(dtype: int, shape: Sequence[int], data: bytes | memoryview) -> bytes:
    """Commitment to a tensor: ONNX's number of its type, shape, and bytes (raw, little-endian, row-major)."""
    dims = b"".join(dim.to_bytes(8, "little") for dim in shape)
    header = TAG_TENSOR + bytes([dtype, len(shape)]) + dims + len(data).to_bytes(8, "little")
    return blake2b_256(header + data_root(data))


def list_root(tag: bytes, roots: Sequence[bytes]) -> bytes:
    """Commitment to a list of roots under a tag of its own."""
    count = min(len(roots), _MAX_COUNT).to_bytes(4, "little")
    return blake2b_256(tag + count + merkle_root([leaf_hash(root) for root in roots]))


def tensors_root(roots: Sequence[bytes]) -> bytes:
    """Commitment to a call's inputs or outputs by their tensor roots, in the order of the release."""
    return list_root(TAG_TENSORS, roots)


def batch_root(receipts: Sequence[bytes]) -> bytes:
    """Commitment of a voucher to the hashes of a session's receipts, by index."""
    return list_root(TAG_BATCH, receipts)


class FileHasher:
    """Computes the root of a file from pieces of any size."""

    def __init__(self) -> None:
        self.size = 0
        self._pending = b""
        # Roots of the complete subtrees so far, with their numbers of leaves, largest first.
        self._peaks: list[tuple[int, bytes]] = []

    def update(self, data: bytes) -> None:
        """Append bytes."""
        self.size += len(data)
        data = self._pending + data
        whole = len(data) - len(data) % CHUNK
        view = memoryview(data)
        for at in range(0, whole, CHUNK):
            self._push(leaf_hash(view[at : at + CHUNK]))
        self._pending = data[whole:]

    def _push(self, root: bytes) -> None:
        leaves = 1
        while self._peaks and self._peaks[-1][0] == leaves:
            root = node_hash(self._peaks.pop()[1], root)
            leaves *= 2
        self._peaks.append((leaves, root))

    def root(self) -> bytes:
        """File root of all bytes so far."""
        peaks = [root for _, root in self._peaks]
        if self._pending or not peaks:
            peaks.append(leaf_hash(self._pending))
        merkle = peaks.pop()
        while peaks:
            merkle = node_hash(peaks.pop(), merkle)
        return blake2b_256(TAG_FILE + self.size.to_bytes(8, "little") + merkle)


def file_root(data: bytes) -> bytes:
    """Commitment to a file, its content id."""
    hasher = FileHasher()
    hasher.update(data)
    return hasher.root()


def file_root_of(path: Path) -> bytes:
    """Content id of a file on disk, of any size."""
    hasher = FileHasher()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            hasher.update(piece)
    return hasher.root()


def model_root(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Commitment to the files of a release: paths and file roots, in order."""
    leaves = []
    for path, root in files:
        name = path.encode()
        leaves.append(leaf_hash(len(name).to_bytes(4, "little") + name + root))
    return blake2b_256(TAG_MODEL + len(leaves).to_bytes(4, "little") + merkle_root(leaves))
