"""A chain's description of itself: metadata of version 15, or 14 without runtime APIs."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from .scale import Reader, Registry, ScaleError

_MAGIC = b"meta"
_MASK = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True)
class Storage:
    """A storage item."""

    pallet: str
    name: str
    hashers: tuple[int, ...]
    key: int
    value: int
    default: bytes | None

    def raw_key(self, key: bytes | None) -> bytes:
        """Where a value lies; of a map with one key, under that key's SCALE."""
        if len(self.hashers) != (key is not None):
            raise ScaleError(f"{self.pallet}.{self.name} has {len(self.hashers)} keys")
        prefix = twox_128(self.pallet.encode()) + twox_128(self.name.encode())
        return prefix if key is None else prefix + _hashed(self.hashers[0], key)


@dataclass(frozen=True)
class Pallet:
    """A pallet."""

    name: str
    index: int
    calls: int | None
    errors: int | None
    storage: dict[str, Storage]
    constants: dict[str, tuple[int, bytes]]


@dataclass(frozen=True)
class Extension:
    """A transaction extension: what it adds to a transaction, and to what is signed."""

    name: str
    extra: int
    additional: int


@dataclass(frozen=True)
class Method:
    """A method of a runtime API."""

    inputs: tuple[tuple[str, int], ...]
    output: int


@dataclass
class Metadata:
    """Types, pallets, runtime APIs and transaction extensions of a chain."""

    registry: Registry
    pallets: dict[str, Pallet] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()
    apis: dict[str, dict[str, Method]] = field(default_factory=dict)

    @classmethod
    def decode(cls, data: bytes) -> Metadata:
        """Read metadata as the chain gives it."""
        reader = Reader(data)
        if reader.take(4) != _MAGIC:
            raise ScaleError("this is no metadata")
        version = reader.number(1)
        if version not in (14, 15):
            raise ScaleError(f"metadata of version {version} cannot be read")
        metadata = cls(Registry.read(reader))
        pallets = [_read_pallet(reader, version) for _ in range(reader.compact())]
        metadata.pallets = {pallet.name: pallet for pallet in pallets}
        if version == 14:
            reader.compact()
        reader.number(1)
        if version == 15:
            # Types of address, call, signature and extensions.
            for _ in range(4):
                reader.compact()
        metadata.extensions = tuple(
            Extension(reader.text(), reader.compact(), reader.compact()) for _ in range(reader.compact())
        )
        reader.compact()
        if version == 15:
            metadata.apis = dict(_read_api(reader) for _ in range(reader.compact()))
        return metadata

    def pallet(self, name: str) -> Pallet:
        """The pallet of this name."""
        try:
            return self.pallets[name]
        except KeyError as error:
            raise ScaleError(f"the chain has no pallet {name}") from error

    def storage(self, pallet: str, name: str) -> Storage:
        """The storage item of this name."""
        try:
            return self.pallet(pallet).storage[name]
        except KeyError as error:
            raise ScaleError(f"the chain has no storage {pallet}.{name}") from error

    def method(self, api: str, name: str) -> Method:
        """The method of a runtime API."""
        try:
            return self.apis[api][name]
        except KeyError as error:
            raise ScaleError(f"the chain has no runtime API {api}.{name}: is it an older version?") from error

    def encode_call(self, pallet: str, name: str, arguments: dict[str, Any]) -> bytes:
        """A call with its arguments by name."""
        found = self.pallet(pallet)
        if found.calls is None:
            raise ScaleError(f"the pallet {pallet} has no calls")
        return bytes([found.index]) + self.registry.encode(found.calls, {name: arguments})

    def constant(self, pallet: str, name: str) -> Any:
        """A constant of a pallet."""
        try:
            kind, value = self.pallet(pallet).constants[name]
        except KeyError as error:
            raise ScaleError(f"the chain has no constant {pallet}.{name}") from error
        return self.registry.decode(kind, value)

    def storage_key(self, item: Storage, keys: tuple[Any, ...]) -> bytes:
        """Key of an entry; with fewer keys than the map has, the prefix of all entries under them."""
        out = twox_128(item.pallet.encode()) + twox_128(item.name.encode())
        kinds = self.key_types(item)
        if len(keys) > len(kinds):
            raise ScaleError(f"{item.pallet}.{item.name} has {len(kinds)} keys, not {len(keys)}")
        for hasher, kind, key in zip(item.hashers, kinds, keys, strict=False):
            out += _hashed(hasher, self.registry.encode(kind, key))
        return out

    def key_types(self, item: Storage) -> tuple[int, ...]:
        """Types of a map's keys."""
        if len(item.hashers) < 2:
            return (item.key,) if item.hashers else ()
        return tuple(inner for _, inner in self.registry[item.key].fields)

    def read_key(self, item: Storage, key: bytes) -> tuple[Any, ...]:
        """The keys of an entry, where its hashers keep them."""
        reader = Reader(key)
        reader.take(32)
        keys = []
        for hasher, kind in zip(item.hashers, self.key_types(item), strict=True):
            reader.take(_HASH_BYTES[hasher])
            keys.append(self.registry.read_value(kind, reader) if hasher in _KEEPS_KEY else None)
        return tuple(keys)

    def error(self, index: int, code: int) -> tuple[str, str]:
        """Name and text of a pallet's error."""
        for pallet in self.pallets.values():
            if pallet.index == index and pallet.errors is not None:
                for variant in self.registry[pallet.errors].variants:
                    if variant.index == code:
                        return f"{pallet.name}.{variant.name}", variant.docs
        return f"module {index}, error {code}", ""


def _read_pallet(reader: Reader, version: int) -> Pallet:
    name = reader.text()
    storage = _read_storage(reader, name) if reader.number(1) else {}
    calls = _optional(reader)
    _optional(reader)
    constants = {}
    for _ in range(reader.compact()):
        constant, kind, value = reader.text(), reader.compact(), reader.bytes()
        _skip_docs(reader)
        constants[constant] = (kind, value)
    errors = _optional(reader)
    index = reader.number(1)
    if version == 15:
        _skip_docs(reader)
    return Pallet(name, index, calls, errors, storage, constants)


def _read_storage(reader: Reader, pallet: str) -> dict[str, Storage]:
    reader.text()
    items = {}
    for _ in range(reader.compact()):
        name, modifier = reader.text(), reader.number(1)
        hashers: tuple[int, ...]
        if reader.number(1) == 0:
            hashers, key, value = (), 0, reader.compact()
        else:
            hashers = tuple(reader.number(1) for _ in range(reader.compact()))
            key, value = reader.compact(), reader.compact()
        default = reader.bytes()
        _skip_docs(reader)
        items[name] = Storage(pallet, name, hashers, key, value, default if modifier == 1 else None)
    return items


def _read_api(reader: Reader) -> tuple[str, dict[str, Method]]:
    name = reader.text()
    methods = {}
    for _ in range(reader.compact()):
        method = reader.text()
        inputs = tuple((reader.text(), reader.compact()) for _ in range(reader.compact()))
        methods[method] = Method(inputs, reader.compact())
        _skip_docs(reader)
    _skip_docs(reader)
    return name, methods


def _optional(reader: Reader) -> int | None:
    return reader.compact() if reader.number(1) else None


def _skip_docs(reader: Reader) -> None:
    for _ in range(reader.compact()):
        reader.bytes()


_BLAKE2_128, _BLAKE2_256, _BLAKE2_128_CONCAT, _TWOX_128, _TWOX_256, _TWOX_64_CONCAT, _IDENTITY = range(7)
_HASH_BYTES = {0: 16, 1: 32, 2: 16, 3: 16, 4: 32, 5: 8, 6: 0}
_KEEPS_KEY = (_BLAKE2_128_CONCAT, _TWOX_64_CONCAT, _IDENTITY)


def _hashed(hasher: int, key: bytes) -> bytes:
    match hasher:
        case 0:
            return blake2b(key, digest_size=16).digest()
        case 1:
            return blake2b(key, digest_size=32).digest()
        case 2:
            return blake2b(key, digest_size=16).digest() + key
        case 3:
            return _twox(key, 2)
        case 4:
            return _twox(key, 4)
        case 5:
            return _twox(key, 1) + key
        case 6:
            return key
        case other:
            raise ScaleError(f"the chain hashes keys in an unknown way: {other}")


def twox_128(data: bytes) -> bytes:
    """Two rounds of XXH64; names of pallets and storage items are hashed so."""
    return _twox(data, 2)


def _twox(data: bytes, rounds: int) -> bytes:
    return b"".join(_xxh64(data, seed).to_bytes(8, "little") for seed in range(rounds))


_P1, _P2, _P3, _P4, _P5 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)


def _rotl(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _round(acc: int, lane: int) -> int:
    return _rotl((acc + lane * _P2) & _MASK, 31) * _P1 & _MASK


def _xxh64(data: bytes, seed: int) -> int:
    """XXH64, for keys of a few bytes."""
    reader, length = Reader(data), len(data)
    if length >= 32:
        lanes = [seed + _P1 + _P2, seed + _P2, seed, seed - _P1]
        lanes = [lane & _MASK for lane in lanes]
        while length - reader.at >= 32:
            lanes = [_round(lane, reader.number(8)) for lane in lanes]
        acc = sum(_rotl(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
        for lane in lanes:
            acc = ((acc ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        acc = (seed + _P5) & _MASK
    acc = (acc + length) & _MASK
    while length - reader.at >= 8:
        acc = (_rotl(acc ^ _round(0, reader.number(8)), 27) * _P1 + _P4) & _MASK
    if length - reader.at >= 4:
        acc = (_rotl(acc ^ (reader.number(4) * _P1 & _MASK), 23) * _P2 + _P3) & _MASK
    while length - reader.at:
        acc = _rotl(acc ^ (reader.number(1) * _P5 & _MASK), 11) * _P1 & _MASK
    acc = (acc ^ (acc >> 33)) * _P2 & _MASK
    acc = (acc ^ (acc >> 29)) * _P3 & _MASK
    return acc ^ (acc >> 32)
