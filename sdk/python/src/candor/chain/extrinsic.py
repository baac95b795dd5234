"""Signed transactions (extrinsic format 4)."""

from __future__ import annotations

from dataclasses import dataclass

from ..commitments import blake2b_256
from ..keys import Keypair
from .metadata import Metadata
from .scale import Registry, ScaleError, encode_compact

#: First byte of a signed transaction of format 4.
_SIGNED_V4 = b"\x84"
_ADDRESS_ID = b"\x00"
_SR25519 = b"\x01"


@dataclass(frozen=True)
class Era:
    """For how long a transaction is valid: ``period`` blocks from ``block`` on, on the fork of ``block_hash``."""

    period: int
    block: int
    block_hash: bytes

    def encode(self) -> bytes:
        """SCALE. The period is a power of two from 4 to 65536."""
        quantize = max(self.period >> 12, 1)
        phase = self.block % self.period // quantize * quantize
        low = min(15, max(1, (self.period & -self.period).bit_length() - 2))
        return (low | (phase // quantize) << 4).to_bytes(2, "little")


@dataclass(frozen=True)
class Terms:
    """What a transaction's signature covers beside the call."""

    genesis: bytes
    spec_version: int
    transaction_version: int
    era: Era
    nonce: int
    tip: int = 0


def sign_extrinsic(metadata: Metadata, call: bytes, key: Keypair, terms: Terms) -> bytes:
    """A signed transaction of an encoded call, with its length before it."""
    extra, additional = bytearray(), bytearray()
    for extension in metadata.extensions:
        extra += _extra(metadata.registry, extension.name, extension.extra, terms)
        additional += _additional(metadata.registry, extension.name, extension.additional, terms)
    payload = call + extra + additional
    signature = key.sign(blake2b_256(payload) if len(payload) > 256 else payload)
    body = b"".join([_SIGNED_V4, _ADDRESS_ID, key.public_key, _SR25519, signature, extra, call])
    return encode_compact(len(body)) + body


def _extra(registry: Registry, name: str, kind: int, terms: Terms) -> bytes:
    match name:
        case "CheckMortality" | "CheckEra":
            return terms.era.encode()
        case "CheckNonce":
            return encode_compact(terms.nonce)
        case "ChargeTransactionPayment":
            return encode_compact(terms.tip)
        case "CheckMetadataHash":
            # Mode: disabled.
            return b"\x00"
        case _:
            return _default(registry, name, kind)


def _additional(registry: Registry, name: str, kind: int, terms: Terms) -> bytes:
    match name:
        case "CheckMortality" | "CheckEra":
            return terms.era.block_hash
        case "CheckGenesis":
            return terms.genesis
        case "CheckSpecVersion":
            return terms.spec_version.to_bytes(4, "little")
        case "CheckTxVersion":
            return terms.transaction_version.to_bytes(4, "little")
        case _:
            return _default(registry, name, kind)


def _default(registry: Registry, name: str, kind: int) -> bytes:
    """Extensions that are not known are left out if they have nothing to say, or need not say it."""
    found = registry[kind]
    if found.is_option:
        return b"\x00"
    if found.kind in ("composite", "tuple"):
        return b"".join(_default(registry, name, inner) for _, inner in found.fields)
    raise ScaleError(f"the chain wants the transaction extension {name}, which this version does not know")
