"""Receipts byte by byte as the Rust code has them, and vouchers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from candor import (
    Failed,
    JobPath,
    Keypair,
    Output,
    ProtocolError,
    Receipt,
    SessionPath,
    SignedReceipt,
    SignedVoucher,
    Voucher,
)
from candor.commitments import blake2b_256
from candor.keys import verify_signature
from candor.receipts import decode_roots

from ..conftest import vectors


def receipt() -> Receipt:
    accounts = {name: bytes([byte]) * 32 for name, byte in [("genesis", 0x11), ("variant", 0x22), ("input_root", 0x33)]}
    return Receipt(
        **accounts,
        release=7,
        requester=b"\x44" * 32,
        host=b"\x55" * 32,
        units=16,
        fee=1_234_567_890_123,
        insured=5_000_000_000_000,
        block=42,
        path=JobPath(99),
        outcome=Output(b"\x66" * 32),
    )


def test_receipts_should_be_those_of_the_vectors() -> None:
    cases = vectors("core")["receipts"]
    assert len(cases) >= 3
    for case in cases:
        encoded = bytes.fromhex(case["encoded"][2:])
        decoded = Receipt.decode(encoded)
        assert decoded.encode() == encoded
        assert decoded.hash().hex() == case["hash"][2:]
        assert decoded.draft_id().hex() == case["draft_id"][2:]
        signed = SignedReceipt(decoded, bytes.fromhex(case["signature"][2:]))
        assert signed.is_signed_by(bytes.fromhex(case["signer"][2:]))
        assert not signed.is_signed_by(Keypair.from_uri("//Alice").public_key)
    outcomes = [type(Receipt.decode(bytes.fromhex(case["encoded"][2:])).outcome) for case in cases]
    assert set(outcomes) == {Output, Failed}


def test_the_hash_should_be_the_one_of_the_protocols_page() -> None:
    assert receipt().hash().hex() == "6224f55faf92c073f3656d89868b5b5c9289a026c80ffcff4224442f1eced378"
    assert receipt().draft_id().hex() == "76a4d46c8982fb66eeb9f2aa1fe765b00f2c1a2c7ccf9e5071d04c496bd27f2a"


def test_signed_receipts_should_survive_a_header() -> None:
    session = replace(receipt(), path=SessionPath(3, 2**64 - 1), outcome=Failed(17, 1 << 40))
    signed = SignedReceipt(session, bytes(range(64)))
    assert SignedReceipt.from_base64(signed.to_base64()) == signed
    assert signed.failed
    assert signed.host.startswith("ab")


@pytest.mark.parametrize("cut", [0, 1, 208, 249])
def test_receipts_should_be_refused_when_they_are_cut(cut: int) -> None:
    with pytest.raises(ProtocolError, match="cut short"):
        Receipt.decode(receipt().encode()[:cut])


def test_receipts_should_be_refused_when_anything_is_wrong() -> None:
    with pytest.raises(ProtocolError, match="too many"):
        Receipt.decode(receipt().encode() + b"\0")
    with pytest.raises(ProtocolError, match="path of unknown kind"):
        Receipt.decode(receipt().encode()[:208] + b"\x07" + receipt().encode()[209:])
    with pytest.raises(ProtocolError, match="outcome of unknown kind"):
        Receipt.decode(receipt().encode()[:217] + b"\x07" + receipt().encode()[218:])
    with pytest.raises(ProtocolError, match="base64"):
        SignedReceipt.from_base64("***")


def test_vouchers_should_be_signed_over_their_tagged_hash() -> None:
    key = Keypair.from_uri("//Bob//session")
    voucher = Voucher(b"\x01" * 32, session=5, calls=3, fee=10**15, receipts=b"\x02" * 32)
    encoded = b"\x01" * 32 + (5).to_bytes(8, "little") + (3).to_bytes(4, "little")
    encoded += (10**15).to_bytes(16, "little") + b"\x02" * 32
    assert voucher.encode() == encoded
    assert voucher.hash() == blake2b_256(b"\x11" + encoded)
    signed = voucher.sign(key)
    assert verify_signature(key.public_key, voucher.hash(), signed.signature)
    assert SignedVoucher.decode(signed.encode()) == signed


def test_vouchers_should_be_those_of_the_vectors() -> None:
    cases = vectors("core")["vouchers"]
    assert len(cases) >= 2
    for case in cases:
        told = case["voucher"]
        genesis, receipts = (bytes.fromhex(told[name][2:]) for name in ("genesis", "receipts"))
        voucher = Voucher(genesis, int(told["session"]), told["calls"], int(told["fee"]), receipts)
        signature = bytes.fromhex(case["signature"][2:])
        assert voucher.encode().hex() == case["encoded"][2:]
        assert voucher.hash().hex() == case["hash"][2:]
        assert verify_signature(bytes.fromhex(case["signer"][2:]), voucher.hash(), signature)
        assert SignedVoucher.decode(voucher.encode() + signature).voucher == voucher


def test_roots_should_be_read_whatever_their_number() -> None:
    roots = [bytes([i % 256]) * 32 for i in range(100)]
    assert decode_roots(bytes([3 << 2]) + b"".join(roots[:3])) == roots[:3]
    assert decode_roots((100 << 2 | 1).to_bytes(2, "little") + b"".join(roots)) == roots
    for bad in (b"", b"\x04", b"\x03" + bytes(9), b"\x08" + bytes(32)):
        with pytest.raises(ProtocolError):
            decode_roots(bad)
