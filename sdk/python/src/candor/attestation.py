"""Attestations: what a host's hardware says of the engine that holds its worker key, as Rust and the chain define it.

Evidence is verified by the chain's own Rust code, as a Wasm module: ``pip install 'candor[attestation]'``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from . import _module
from .chain.scale import Reader, encode_compact
from .commitments import TAG_ATTESTATION, blake2b_256
from .errors import CandorError, ProtocolError
from .receipts import decode_base64

Tee = Literal["sgx", "tdx", "sev-snp"]
TeeVendor = Literal["intel", "amd"]

_TEES: tuple[Tee, ...] = ("sgx", "tdx", "sev-snp")
_STATUSES = (
    "UpToDate",
    "SWHardeningNeeded",
    "ConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded",
    "OutOfDate",
    "OutOfDateConfigurationNeeded",
    "Revoked",
    "RelaunchAdvised",
    "RelaunchAdvisedConfigurationNeeded",
    "Unjudged",
)
#: The pallet that holds collateral, allow-list and rules of a vendor's hardware.
PALLETS: Mapping[TeeVendor, str] = {"intel": "IntelAttestations", "amd": "AmdAttestations"}


@dataclass(frozen=True)
class AttestationBinding:
    """What an attested engine states of itself. The hardware vouches that the software which it measured said so."""

    #: Hash of the chain's genesis block.
    genesis: bytes
    #: The host that it works for.
    host: bytes
    #: The key that it signs receipts with.
    worker: bytes
    #: BLAKE2b-256 of the engine's program file.
    engine: bytes
    #: The last second, since 1970, for which it wants to be believed.
    expires: int

    def encode(self) -> bytes:
        """SCALE."""
        return _hashes(self.genesis, self.host, self.worker, self.engine) + _u64(self.expires)

    def hash(self) -> bytes:
        """What the hardware signs."""
        return blake2b_256(TAG_ATTESTATION + b"binding" + self.encode())

    def report_data(self, nonce: bytes) -> bytes:
        """The 64 bytes that the hardware signs along: the binding's hash, then the nonce."""
        return self.hash() + nonce

    def renewal_message(self, evidence: bytes) -> bytes:
        """What the worker key signs to have this evidence taken by the chain without a fee."""
        return blake2b_256(TAG_ATTESTATION + b"renew" + self.encode() + blake2b_256(evidence))


@dataclass(frozen=True)
class SgxMeasurement:
    """An Intel SGX enclave: hash of its code and data (MRENCLAVE), and of the key that signed it (MRSIGNER)."""

    enclave: bytes
    signer: bytes


@dataclass(frozen=True)
class TdxMeasurement:
    """An Intel TDX virtual machine: hash of what it was started with (MRTD), and RTMR 0 to 3."""

    machine: bytes
    runtime: tuple[bytes, ...]


@dataclass(frozen=True)
class SnpMeasurement:
    """An AMD SEV-SNP virtual machine: hash of what it was started with (MEASUREMENT)."""

    machine: bytes


Measurement = SgxMeasurement | TdxMeasurement | SnpMeasurement


@dataclass(frozen=True)
class Attestation:
    """What was proven of a machine and what runs in it."""

    tee: Tee
    measurement: Measurement
    #: 64 bytes that the software in the machine chose.
    report_data: bytes
    #: SGX flags, TDX attributes, or the SEV-SNP policy.
    attributes: int
    #: The machine among others of its kind: the processor's chip id, or Intel's PPID, filled up with zeros.
    platform: bytes
    #: How the vendor judges its firmware, in Intel's words; ``Unjudged`` for AMD.
    tcb_status: str
    #: Versions of the parts of its firmware.
    svns: tuple[int, ...]
    #: Seconds since 1970: Intel's date of that status; zero for AMD.
    tcb_date: int
    #: Intel's security advisories that bear on it, for example ``INTEL-SA-00615``.
    advisories: tuple[str, ...]
    #: The last second, since 1970, in which everything that this rests on is valid.
    expires: int

    @classmethod
    def decode(cls, data: bytes) -> Attestation:
        """Read SCALE."""
        read = Reader(data)
        found = cls(
            tee=_TEES[read.number(1)],
            measurement=_read_measurement(read),
            report_data=read.take(64),
            attributes=read.number(8),
            platform=read.take(64),
            tcb_status=_STATUSES[read.number(1)],
            svns=tuple(read.take(16)),
            tcb_date=read.number(8),
            advisories=tuple(f"INTEL-SA-{read.number(4):05}" for _ in range(read.compact())),
            expires=read.number(8),
        )
        read.end()
        return found


def _read_measurement(read: Reader) -> Measurement:
    tee = _TEES[read.number(1)]
    if tee == "sgx":
        return SgxMeasurement(read.take(32), read.take(32))
    machine = read.take(48)
    return TdxMeasurement(machine, tuple(read.take(48) for _ in range(4))) if tee == "tdx" else SnpMeasurement(machine)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    #: Where the engine was asked.
    endpoint: str
    #: What it was asked with: random, so the answer is newer than the question.
    nonce: bytes
    #: When it was judged, in seconds since 1970.
    now: int


@dataclass(frozen=True, kw_only=True)
class Attested(_Asked):
    """A host that is believed. It is true in a condition."""

    #: Address of the host.
    host: str
    vendor: TeeVendor
    #: What the engine states of itself.
    binding: AttestationBinding
    #: What the hardware says.
    attestation: Attestation
    #: Which release of the engine it is, by the chain's allow-list.
    label: str
    #: The last second, since 1970, in which all of this holds, if the chain changes nothing.
    expires: int
    ok: Literal[True] = True

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, kw_only=True)
class NotAttested(_Asked):
    """A host that is not believed: the first thing that is wrong, and what was found out until then. False in a condition.

    Codes: ``not_attested``, ``unknown_host``, ``other_nonce``, ``other_genesis``, ``other_host``, ``other_worker``,
    ``binding_expired``, ``no_collateral``, ``evidence.`` and what is wrong with it (``evidence.expired``),
    ``other_report_data``, ``not_allowed``, ``other_engine``, ``allowance_ended``, ``platform_revoked``,
    ``status_not_accepted``, ``below_floor``, ``unknown_format``.
    """

    code: str
    #: The same for people.
    reason: str
    host: str | None = None
    vendor: TeeVendor | None = None
    binding: AttestationBinding | None = None
    attestation: Attestation | None = None
    ok: Literal[False] = False

    def __bool__(self) -> Literal[False]:
        return False


#: Whether a host is believed.
AttestationVerdict = Attested | NotAttested


@dataclass(frozen=True)
class Answer:
    """What an engine answers to ``GET /attestation``."""

    vendor: TeeVendor
    binding: AttestationBinding
    nonce: bytes
    evidence: bytes

    @classmethod
    def of_json(cls, document: Mapping[str, Any], url: str) -> Answer:
        """Read the engine's answer."""
        try:
            vendor, told = document["vendor"], document["binding"]
            names = ("genesis", "host", "worker", "engine")
            hashes = {name: _hash(told[name]) for name in names}
            binding = AttestationBinding(expires=told["expires"], **hashes)
            if vendor not in PALLETS or not isinstance(binding.expires, int) or not 0 <= binding.expires < 1 << 64:
                raise ValueError
            evidence = decode_base64(document["evidence"], "the evidence")
            return cls(cast("TeeVendor", vendor), binding, _hash(document["nonce"]), evidence)
        except (KeyError, TypeError, ValueError, ProtocolError) as error:
            raise ProtocolError(f"{url} gives no attestation that this version can read") from error

    def encode(self) -> bytes:
        """SCALE."""
        return _vendor(self.vendor) + self.binding.encode() + _hashes(self.nonce) + _vec(self.evidence)


def _hash(text: Any) -> bytes:
    # `bytes.fromhex` alone would skip spaces.
    if not isinstance(text, str) or not re.fullmatch("0x[0-9a-fA-F]{64}", text):
        raise ValueError(f"not a hash: {text!r}")
    return bytes.fromhex(text[2:])


# --- The steps of primitives/attestation-check -------------------------------------------------------------------------


def compare(answer: Answer, expected: bytes) -> None:
    """Refuse an answer that states something else than was expected."""
    _module.ask(b"\x00" + answer.encode() + expected)


def collateral_key(vendor: TeeVendor, evidence: bytes) -> bytes:
    """SCALE of the key under which the chain holds the collateral that this evidence needs."""
    return _module.ask(b"\x01" + _vendor(vendor) + _vec(evidence))


def verify_evidence(
    vendor: TeeVendor, evidence: bytes, collateral: bytes | None, *, now: int, root: bytes | None = None
) -> Attestation:
    """Verify evidence at a second since 1970; ``collateral`` is what the chain holds for it, in SCALE.

    Raises ``AttestationError`` if it does not hold. ``root`` is the root certificate to trust, in DER. Without it that
    is the vendor's own, and nothing else is right outside of tests: whoever has the key of another root can make any
    evidence.
    """
    return Attestation.decode(verified(vendor, evidence, collateral, now, root))


def verified(vendor: TeeVendor, evidence: bytes, collateral: bytes | None, now: int, root: bytes | None) -> bytes:
    """The same, in SCALE."""
    if root is not None and not root:
        raise CandorError("the root certificate is empty")
    question = b"\x02" + _vendor(vendor) + _vec(evidence) + _option(collateral) + _vec(root or b"")
    return _module.ask(question + _u64(now))


@dataclass(frozen=True)
class Rules:
    """What the chain holds that bears on one machine, as its own bytes."""

    allowance: bytes | None
    revocation: bytes | None
    policy: bytes | None

    def encode(self) -> bytes:
        """SCALE."""
        revoked = b"\x00" if self.revocation is None else b"\x01"
        return _option(self.allowance) + revoked + _vec(self.policy or b"")


def judge(binding: AttestationBinding, found: bytes, rules: Rules, expected: bytes) -> tuple[str, int]:
    """Label of the engine, and the last second; refuses what the hardware does not vouch for or the chain does not allow."""
    read = Reader(_module.ask(b"\x03" + binding.encode() + found + rules.encode() + expected))
    return read.bytes().decode(errors="replace"), read.number(8)


def encode_expected(now: int, nonce: bytes, genesis: bytes, host: bytes, worker: bytes) -> bytes:
    """What an answer must state, in SCALE."""
    return _u64(now) + _hashes(nonce, genesis, host, worker)


def keys_of(found: bytes) -> tuple[bytes, bytes]:
    """SCALE of the measurement, and of the machine that it was found on: what the chain keeps things under."""
    read = Reader(found)
    read.take(1)
    _read_measurement(read)
    measurement = found[1 : read.at]
    read.take(64 + 8)
    return measurement, read.take(64)


def _vendor(vendor: TeeVendor) -> bytes:
    return b"\x00" if vendor == "intel" else b"\x01"


def _hashes(*hashes: bytes) -> bytes:
    """Fields of 32 bytes; with any other length the fields after it would be read in the wrong place."""
    if any(len(field) != 32 for field in hashes):
        raise CandorError("hashes, keys and accounts have 32 bytes")
    return b"".join(hashes)


def _vec(data: bytes) -> bytes:
    return encode_compact(len(data)) + data


def _option(data: bytes | None) -> bytes:
    return b"\x00" if data is None else b"\x01" + _vec(data)


def _u64(value: int) -> bytes:
    return value.to_bytes(8, "little")
