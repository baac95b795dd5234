"""Accounts: sr25519 keys, secret URIs, and addresses (SS58)."""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

import bip39
import sr25519

from .errors import KeyFormatError

#: Prefix of Candor's addresses.
SS58_PREFIX = 2609

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The well-known phrase of development accounts (`//Alice` is derived from it).
_DEV_PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
_URI = re.compile(r"^(?P<secret>[^/]*)(?P<path>(//?[^/]+)*)$")
_JUNCTION = re.compile(r"/(/?)([^/]+)")


class Keypair:
    """An sr25519 key. It signs transactions, and vouchers of sessions.

    >>> Keypair.from_uri("//Alice").public_key.hex()
    'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
    """

    def __init__(self, public_key: bytes, secret: bytes) -> None:
        self._public = public_key
        self._secret = secret

    @classmethod
    def from_seed(cls, seed: bytes) -> Keypair:
        """From a seed of 32 bytes."""
        if len(seed) != 32:
            raise KeyFormatError(f"a seed has 32 bytes, not {len(seed)}")
        public, secret = sr25519.pair_from_seed(seed)
        return cls(bytes(public), bytes(secret))

    @classmethod
    def from_uri(cls, uri: str, password: str = "") -> Keypair:
        """From a secret phrase or a `0x` seed, with or without derivation (`//hard`, `/soft`); `//Alice` works too."""
        found = _URI.match(uri.strip())
        if not found:
            raise KeyFormatError("this is not a secret URI: phrase or 0x seed, then //junctions")
        secret, path = found["secret"], found["path"] or ""
        if secret.startswith("0x"):
            seed = _hex(secret, "the seed")
        else:
            try:
                seed = bytes(bip39.bip39_to_mini_secret(secret or _DEV_PHRASE, password))
            except ValueError as error:
                raise KeyFormatError("this is not a secret phrase: twelve or more words of the BIP-39 list") from error
        if len(seed) != 32:
            raise KeyFormatError(f"a seed has 32 bytes, not {len(seed)}")
        public, private = sr25519.pair_from_seed(seed)
        for hard, name in _JUNCTION.findall(path):
            derive = sr25519.hard_derive_keypair if hard else sr25519.derive_keypair
            _, public, private = derive((_chain_code(name), public, private), b"")
        return cls(bytes(public), bytes(private))

    @classmethod
    def from_file(cls, path: str | Path) -> Keypair:
        """From a file that holds a secret phrase, a seed or a URI, as `candor keys generate --out` writes it."""
        return cls.from_uri(Path(path).expanduser().read_text().strip())

    @classmethod
    def generate(cls) -> Keypair:
        """A new random key, for example for the vouchers of one session."""
        import secrets

        return cls.from_seed(secrets.token_bytes(32))

    @property
    def public_key(self) -> bytes:
        """The account: 32 bytes."""
        return self._public

    @property
    def address(self) -> str:
        """The account as people write it."""
        return ss58_encode(self._public)

    def sign(self, message: bytes) -> bytes:
        """Signature of 64 bytes (context ``substrate``)."""
        return bytes(sr25519.sign((self._public, self._secret), message))

    def __repr__(self) -> str:
        return f"Keypair({self.address})"


def verify_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key signed the message."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    try:
        return bool(sr25519.verify(signature, message, public_key))
    except ValueError:
        return False


def load_key(key: Keypair | str | Path) -> Keypair:
    """A key as users give it: a key, a secret URI, or a file that holds one."""
    if isinstance(key, Keypair):
        return key
    if isinstance(key, Path):
        return Keypair.from_file(key)
    if not key.startswith("//") and ("/" in key or key.startswith("~")) and Path(key).expanduser().is_file():
        return Keypair.from_file(key)
    return Keypair.from_uri(key)


def account_id(who: Keypair | bytes | str) -> bytes:
    """The 32 bytes of an account given as key, bytes, address, `0x` public key, or development URI (`//Alice`)."""
    if isinstance(who, Keypair):
        return who.public_key
    if isinstance(who, str):
        if who.startswith("//"):
            return Keypair.from_uri(who).public_key
        who = _hex(who, "the public key") if who.startswith("0x") else ss58_decode(who)
    if len(who) != 32:
        raise KeyFormatError(f"an account has 32 bytes, not {len(who)}")
    return bytes(who)


def ss58_encode(public_key: bytes, prefix: int = SS58_PREFIX) -> str:
    """Address of an account."""
    data = _prefix_bytes(prefix) + public_key
    return _base58_encode(data + _checksum(data))


def ss58_decode(address: str) -> bytes:
    """Account of an address, whatever chain's prefix it has."""
    data = _base58_decode(address)
    start = 2 if data[:1] and data[0] >= 64 else 1
    if len(data) != start + 34 or _checksum(data[:-2]) != data[-2:]:
        raise KeyFormatError(f"{address!r} is not an address: check for a typing mistake")
    return data[start:-2]


def _prefix_bytes(prefix: int) -> bytes:
    if prefix < 64:
        return bytes([prefix])
    return bytes([((prefix & 0b1111_1100) >> 2) | 0b0100_0000, (prefix >> 8) | ((prefix & 0b11) << 6)])


def _checksum(data: bytes) -> bytes:
    return blake2b(b"SS58PRE" + data).digest()[:2]


def _base58_encode(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _base58_decode(text: str) -> bytes:
    number = 0
    for letter in text:
        digit = _ALPHABET.find(letter)
        if digit < 0:
            raise KeyFormatError(f"{text!r} is not an address: {letter!r} does not occur in addresses")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _chain_code(name: str) -> bytes:
    if name.isascii() and name.isdigit():
        data = int(name).to_bytes(32, "little")
    else:
        text = name.encode()
        length = len(text) << 2
        # SCALE of a text: lengths under 64 take one byte, others two.
        data = (bytes([length]) if len(text) < 64 else (length | 1).to_bytes(2, "little")) + text
    return blake2b(data, digest_size=32).digest() if len(data) > 32 else data.ljust(32, b"\0")


def _hex(text: str, what: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise KeyFormatError(f"{what} is not hexadecimal") from error
