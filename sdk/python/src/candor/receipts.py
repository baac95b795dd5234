"""Receipts and vouchers: their exact bytes, hashes and signatures, as ``primitives/core`` defines them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .commitments import TAG_RECEIPT, TAG_VOUCHER, blake2b_256
from .errors import ProtocolError
from .keys import ss58_encode, verify_signature

if TYPE_CHECKING:
    from .keys import Keypair

#: What a failed run gives as node or element where it is not known.
UNKNOWN_NODE = 0xFFFF_FFFF
UNKNOWN_ELEMENT = 0xFFFF_FFFF_FFFF_FFFF


class _Reader:
    """Reads fixed-width little-endian fields."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._at = 0
        self._what = what

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise ProtocolError(f"{self._what} is cut short: {len(self._data)} bytes")
        self._at += count
        return piece

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def end(self) -> None:
        if self._at != len(self._data):
            raise ProtocolError(f"{self._what} has {len(self._data) - self._at} bytes too many")


def _number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "little")


@dataclass(frozen=True)
class JobPath:
    """Anchor of a receipt: an on-chain job."""

    job: int

    def encode(self) -> bytes:
        """SCALE."""
        return b"\x00" + _number(self.job, 8)


@dataclass(frozen=True)
class SessionPath:
    """Anchor of a receipt: a call of a session."""

    session: int
    index: int

    def encode(self) -> bytes:
        """SCALE."""
        return b"\x01" + _number(self.session, 8) + _number(self.index, 8)


@dataclass(frozen=True)
class Output:
    """The run gave outputs; ``root`` commits to their list."""

    root: bytes

    def encode(self) -> bytes:
        """SCALE."""
        return b"\x00" + self.root


@dataclass(frozen=True)
class Failed:
    """ONNX Runtime ended the run with an error at this node and element, all ones where they are not known."""

    node: int
    index: int

    def encode(self) -> bytes:
        """SCALE."""
        return b"\x01" + _number(self.node, 4) + _number(self.index, 8)


@dataclass(frozen=True)
class Receipt:
    """The host's statement: this release, this input, this output, this price.

    Accounts and roots are 32 bytes, amounts planck.
    """

    genesis: bytes
    release: int
    variant: bytes
    input_root: bytes
    requester: bytes
    host: bytes
    units: int
    fee: int
    insured: int
    block: int
    path: JobPath | SessionPath
    outcome: Output | Failed

    def draft(self) -> bytes:
        """SCALE of what was fixed before the run: everything but the outcome."""
        return b"".join(
            [
                self.genesis,
                _number(self.release, 4),
                self.variant,
                self.input_root,
                self.requester,
                self.host,
                _number(self.units, 8),
                _number(self.fee, 16),
                _number(self.insured, 16),
                _number(self.block, 4),
                self.path.encode(),
            ]
        )

    def encode(self) -> bytes:
        """SCALE of the receipt."""
        return self.draft() + self.outcome.encode()

    def draft_id(self) -> bytes:
        """Identifies the work that was asked for."""
        return blake2b_256(TAG_RECEIPT + self.draft())

    def hash(self) -> bytes:
        """Identifies the receipt; what the host's worker key signs."""
        return blake2b_256(TAG_RECEIPT + self.encode())

    @classmethod
    def decode(cls, data: bytes) -> Receipt:
        """Read SCALE; refuses anything but exactly one receipt."""
        read = _Reader(data, "the receipt")
        receipt = cls._read(read)
        read.end()
        return receipt

    @classmethod
    def _read(cls, read: _Reader) -> Receipt:
        genesis, release = read.take(32), read.number(4)
        variant, input_root, requester, host = (read.take(32) for _ in range(4))
        units, fee, insured, block = read.number(8), read.number(16), read.number(16), read.number(4)
        path: JobPath | SessionPath
        match read.number(1):
            case 0:
                path = JobPath(read.number(8))
            case 1:
                path = SessionPath(read.number(8), read.number(8))
            case kind:
                raise ProtocolError(f"the receipt has a path of unknown kind {kind}")
        outcome: Output | Failed
        match read.number(1):
            case 0:
                outcome = Output(read.take(32))
            case 1:
                outcome = Failed(read.number(4), read.number(8))
            case kind:
                raise ProtocolError(f"the receipt has an outcome of unknown kind {kind}")
        return cls(genesis, release, variant, input_root, requester, host, units, fee, insured, block, path, outcome)


@dataclass(frozen=True)
class SignedReceipt:
    """A receipt with the signature of the host's worker key (sr25519) over its hash."""

    receipt: Receipt
    signature: bytes

    @property
    def hash(self) -> bytes:
        """Hash of the receipt."""
        return self.receipt.hash()

    @property
    def host(self) -> str:
        """Address of the host."""
        return ss58_encode(self.receipt.host)

    @property
    def fee(self) -> int:
        """Fee in planck; of a failed run only the price per call is due."""
        return self.receipt.fee

    @property
    def failed(self) -> bool:
        """Whether the run failed on the input."""
        return isinstance(self.receipt.outcome, Failed)

    def is_signed_by(self, worker: bytes) -> bool:
        """Whether this worker key signed it."""
        return verify_signature(worker, self.hash, self.signature)

    def encode(self) -> bytes:
        """SCALE."""
        return self.receipt.encode() + self.signature

    @classmethod
    def decode(cls, data: bytes) -> SignedReceipt:
        """Read SCALE."""
        read = _Reader(data, "the signed receipt")
        receipt = Receipt._read(read)
        signature = read.take(64)
        read.end()
        return cls(receipt, signature)

    def to_base64(self) -> str:
        """As it travels in HTTP headers."""
        return base64.b64encode(self.encode()).decode()

    @classmethod
    def from_base64(cls, text: str) -> SignedReceipt:
        """Read what a header holds."""
        return cls.decode(decode_base64(text, "the receipt"))


@dataclass(frozen=True)
class Voucher:
    """The requester's word that a session's first ``calls`` calls were answered and cost ``fee`` planck together."""

    genesis: bytes
    session: int
    calls: int
    fee: int
    receipts: bytes

    def encode(self) -> bytes:
        """SCALE."""
        return self.genesis + _number(self.session, 8) + _number(self.calls, 4) + _number(self.fee, 16) + self.receipts

    def hash(self) -> bytes:
        """What the session's key signs."""
        return blake2b_256(TAG_VOUCHER + self.encode())

    def last_hash(self) -> bytes:
        """What the host's worker key signs to end the session with this voucher at once."""
        return blake2b_256(TAG_VOUCHER + self.encode() + b"last")

    def close_message(self) -> bytes:
        """What the session's key signs to ask the host for that."""
        return blake2b_256(b"candor-close" + self.hash())

    def sign(self, key: Keypair) -> SignedVoucher:
        """With the key that the session was opened with."""
        return SignedVoucher(self, key.sign(self.hash()))

    def with_calls(self, calls: int, fee: int, receipts: bytes) -> Voucher:
        """A voucher of the same session for more calls."""
        return replace(self, calls=calls, fee=fee, receipts=receipts)


@dataclass(frozen=True)
class SignedVoucher:
    """A voucher with the signature of the session's key over its hash."""

    voucher: Voucher
    signature: bytes

    def encode(self) -> bytes:
        """SCALE."""
        return self.voucher.encode() + self.signature

    def to_base64(self) -> str:
        """As it travels in HTTP headers."""
        return base64.b64encode(self.encode()).decode()

    @classmethod
    def decode(cls, data: bytes) -> SignedVoucher:
        """Read SCALE."""
        read = _Reader(data, "the voucher")
        voucher = Voucher(read.take(32), read.number(8), read.number(4), read.number(16), read.take(32))
        signature = read.take(64)
        read.end()
        return cls(voucher, signature)


def decode_base64(text: str, what: str) -> bytes:
    """Base64 with padding (RFC 4648)."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProtocolError(f"{what} is not base64") from error


def decode_roots(data: bytes) -> list[bytes]:
    """SCALE of a list of roots."""
    first = data[:1]
    if not first:
        raise ProtocolError("the list of roots is empty of bytes")
    mode = first[0] & 3
    if mode > 1:
        raise ProtocolError("the list of roots is too long")
    width = mode + 1
    count = int.from_bytes(data[:width], "little") >> 2
    rest = data[width:]
    if len(rest) != count * 32:
        raise ProtocolError("the list of roots has another length than it says")
    return [rest[at : at + 32] for at in range(0, len(rest), 32)]
