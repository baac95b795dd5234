from __future__ import annotations

from pathlib import Path

import pytest

from candor import KeyFormatError, Keypair
from candor.keys import account_id, load_key, ss58_decode, ss58_encode, verify_signature

# As `subkey inspect` prints them.
ALICE = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
BOB = "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"
DEV = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
SEED = "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e"
ROOT = "46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a"


@pytest.mark.parametrize(
    ("uri", "public"),
    [
        ("//Alice", ALICE),
        ("//Bob", BOB),
        (f"{DEV}//Alice", ALICE),
        (f"{SEED}//Alice", ALICE),
        (DEV, ROOT),
        (SEED, ROOT),
    ],
)
def test_keys_should_be_those_of_other_tools(uri: str, public: str) -> None:
    assert Keypair.from_uri(uri).public_key.hex() == public


def test_junctions_should_be_derived_when_soft_long_or_numbers() -> None:
    keys = {
        Keypair.from_uri(uri).public_key for uri in ("//1", "//01", "/Alice", "//Alice", "//Alice/x", f"//{'x' * 40}")
    }
    # "1" and "01" are the same number.
    assert len(keys) == 5


@pytest.mark.parametrize("uri", ["bottom drive", "0x12", "0xzz", "//", "a/b c//"])
def test_keys_should_be_refused_when_they_cannot_be_read(uri: str) -> None:
    with pytest.raises(KeyFormatError):
        Keypair.from_uri(uri)


def test_signatures_should_hold_for_their_key_and_message_only() -> None:
    alice, bob = Keypair.from_uri("//Alice"), Keypair.from_uri("//Bob")
    signature = alice.sign(b"message")
    assert verify_signature(alice.public_key, b"message", signature)
    assert not verify_signature(bob.public_key, b"message", signature)
    assert not verify_signature(alice.public_key, b"other", signature)
    assert not verify_signature(alice.public_key, b"message", signature[:63])
    assert not verify_signature(b"\xff" * 32, b"message", signature)


def test_addresses_should_be_those_of_the_chain() -> None:
    alice = Keypair.from_uri("//Alice")
    assert alice.address == "abnVoGVhNqrk4k28K3SbHbaHb7A1KozBCQnpErUmx756tUX1r"
    assert ss58_decode(alice.address) == alice.public_key
    # The same account with Substrate's own prefix.
    assert ss58_decode("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY") == alice.public_key
    assert ss58_encode(alice.public_key, 42) == "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    for who in (alice, alice.public_key, alice.address, f"0x{ALICE}", "//Alice"):
        assert account_id(who) == alice.public_key


@pytest.mark.parametrize("address", ["", "abc", "abnVoGVhNqrk4k28K3SbHbaHb7A1KozBCQnpErUmx756tUX1s", "0x12", "O0Il"])
def test_addresses_should_be_refused_when_they_are_mistyped(address: str) -> None:
    with pytest.raises(KeyFormatError):
        account_id(address)


def test_keys_should_be_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{DEV}//Alice\n")
    assert load_key(file).public_key.hex() == ALICE
    assert load_key(str(file)).public_key.hex() == ALICE
    assert load_key("//Bob").public_key.hex() == BOB
    key = Keypair.generate()
    assert load_key(key) is key
    assert "Keypair(ab" in repr(key)
