"""SCALE by a chain's own type registry.

=================  =====================================================================================
SCALE              Python
=================  =====================================================================================
bytes, arrays of   ``bytes``, whatever they hold (texts too)
u8
other lists        ``list``; tuples and structs without names are ``tuple``, those with one field the field
structs            ``dict``
Option             ``None``, or the value
other enums        the variant's name if it has no fields, else ``{name: fields}``
numbers            ``int``, exact whatever their width
=================  =====================================================================================

What is encoded may also be ``str`` where bytes are wanted (as UTF-8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import CandorError


class ScaleError(CandorError, ValueError):
    """Bytes or values that are not of the chain's type."""


class Reader:
    """Reads SCALE from bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        piece = self.data[self.at : self.at + count]
        if len(piece) != count:
            raise ScaleError("the bytes end too early")
        self.at += count
        return piece

    def number(self, width: int, *, signed: bool = False) -> int:
        """A number of fixed width."""
        return int.from_bytes(self.take(width), "little", signed=signed)

    def compact(self) -> int:
        """A compact number."""
        first = self.take(1)[0]
        match first & 3:
            case 0:
                return first >> 2
            case 1:
                return (first | self.number(1) << 8) >> 2
            case 2:
                return (first | self.number(3) << 8) >> 2
            case _:
                return self.number((first >> 2) + 4)

    def bytes(self) -> bytes:
        """Bytes with their length before them."""
        return self.take(self.compact())

    def text(self) -> str:
        """A text with its length before it."""
        return self.bytes().decode()

    def end(self) -> None:
        """Refuse bytes that are left."""
        if self.at != len(self.data):
            raise ScaleError(f"{len(self.data) - self.at} bytes are left over")


def encode_compact(value: int) -> bytes:
    """A compact number."""
    if value < 0:
        raise ScaleError(f"{value} is negative")
    if value < 1 << 6:
        return bytes([value << 2])
    if value < 1 << 14:
        return (value << 2 | 1).to_bytes(2, "little")
    if value < 1 << 30:
        return (value << 2 | 2).to_bytes(4, "little")
    width = (value.bit_length() + 7) // 8
    return bytes([(width - 4) << 2 | 3]) + value.to_bytes(width, "little")


# name, type
Field = tuple[str | None, int]

_NUMBERS: dict[int, tuple[int, bool]] = {
    3: (1, False),
    4: (2, False),
    5: (4, False),
    6: (8, False),
    7: (16, False),
    8: (32, False),
    9: (1, True),
    10: (2, True),
    11: (4, True),
    12: (8, True),
    13: (16, True),
    14: (32, True),
}
_BOOL, _CHAR, _STR, _U8 = 0, 1, 2, 3


@dataclass(frozen=True)
class Variant:
    """A variant of an enum."""

    name: str
    index: int
    fields: tuple[Field, ...]
    docs: str


@dataclass(frozen=True)
class Type:
    """A type of the registry. ``kind`` says which of the other fields hold."""

    path: tuple[str, ...]
    kind: str
    fields: tuple[Field, ...] = ()
    variants: tuple[Variant, ...] = ()
    inner: int = 0
    length: int = 0
    primitive: int = 0

    @property
    def is_option(self) -> bool:
        """Whether it is Rust's ``Option``."""
        return self.path == ("Option",)

    def variant(self, name: str) -> Variant:
        """The variant of this name."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        names = ", ".join(variant.name for variant in self.variants)
        raise ScaleError(f"{'::'.join(self.path)} has no variant {name!r}; it has {names}")


class Registry:
    """All types of a chain, by id."""

    def __init__(self, types: dict[int, Type]) -> None:
        self._types = types
        self._variants: dict[int, dict[int, Variant]] = {}

    @classmethod
    def read(cls, reader: Reader) -> Registry:
        """Read a portable registry."""
        types = {}
        for _ in range(reader.compact()):
            number = reader.compact()
            types[number] = _read_type(reader)
        return cls(types)

    def __getitem__(self, number: int) -> Type:
        try:
            return self._types[number]
        except KeyError as error:
            raise ScaleError(f"the chain has no type {number}") from error

    def decode(self, number: int, data: bytes) -> Any:
        """Read exactly one value."""
        reader = Reader(data)
        value = self.read_value(number, reader)
        reader.end()
        return value

    def read_value(self, number: int, reader: Reader) -> Any:
        """Read a value."""
        kind = self[number]
        match kind.kind:
            case "composite":
                return self._read_fields(kind.fields, reader)
            case "variant":
                return self._read_variant(number, kind, reader)
            case "sequence" | "array":
                count = reader.compact() if kind.kind == "sequence" else kind.length
                if self._is_byte(kind.inner):
                    return reader.take(count)
                return [self.read_value(kind.inner, reader) for _ in range(count)]
            case "tuple":
                return tuple(self.read_value(inner, reader) for _, inner in kind.fields)
            case "primitive":
                return _read_primitive(kind.primitive, reader)
            case "compact":
                return self._wrap_compact(kind.inner, reader.compact())
            case _:
                count = (reader.compact() + 7) // 8
                return reader.take(count)

    def _read_fields(self, fields: tuple[Field, ...], reader: Reader) -> Any:
        if not fields:
            return None
        if fields[0][0] is not None:
            return {name: self.read_value(inner, reader) for name, inner in fields}
        values = tuple(self.read_value(inner, reader) for _, inner in fields)
        return values[0] if len(values) == 1 else values

    def _read_variant(self, number: int, kind: Type, reader: Reader) -> Any:
        by_index = self._variants.get(number)
        if by_index is None:
            by_index = self._variants[number] = {variant.index: variant for variant in kind.variants}
        index = reader.number(1)
        variant = by_index.get(index)
        if variant is None:
            raise ScaleError(f"{'::'.join(kind.path)} has no variant {index}")
        value = self._read_fields(variant.fields, reader)
        if kind.is_option:
            return value
        return {variant.name: value} if variant.fields else variant.name

    def _wrap_compact(self, number: int, value: int) -> Any:
        # A compact struct is one with a single number inside.
        kind = self[number]
        if kind.kind == "composite" and kind.fields and kind.fields[0][0] is not None:
            return {kind.fields[0][0]: self._wrap_compact(kind.fields[0][1], value)}
        return value

    def _is_byte(self, number: int) -> bool:
        kind = self[number]
        return kind.kind == "primitive" and kind.primitive == _U8

    def encode(self, number: int, value: Any) -> bytes:
        """Write a value."""
        out = bytearray()
        self._write(number, value, out)
        return bytes(out)

    def _write(self, number: int, value: Any, out: bytearray) -> None:
        kind = self[number]
        match kind.kind:
            case "composite":
                self._write_fields(kind.fields, value, out, "::".join(kind.path))
            case "variant":
                self._write_variant(kind, value, out)
            case "sequence" | "array":
                self._write_list(kind, value, out)
            case "tuple":
                items = tuple(value) if kind.fields else ()
                if len(items) != len(kind.fields):
                    raise ScaleError(f"{len(kind.fields)} values are wanted, not {len(items)}")
                for (_, inner), item in zip(kind.fields, items, strict=True):
                    self._write(inner, item, out)
            case "primitive":
                out += _primitive(kind.primitive, value)
            case "compact":
                while isinstance(value, dict) and len(value) == 1:
                    value = next(iter(value.values()))
                out += encode_compact(int(value))
            case _:
                raise ScaleError("sequences of bits cannot be written")

    def _write_fields(self, fields: tuple[Field, ...], value: Any, out: bytearray, what: str) -> None:
        if not fields:
            return
        if fields[0][0] is not None:
            if not isinstance(value, dict):
                raise ScaleError(f"{what}: fields by name are wanted, not {value!r}")
            unknown = set(value) - {name for name, _ in fields}
            if unknown:
                raise ScaleError(f"{what} has no field {', '.join(sorted(unknown))}")
            for name, inner in fields:
                if name not in value:
                    raise ScaleError(f"{what}: the field {name} is missing")
                self._write(inner, value[name], out)
            return
        values = (value,) if len(fields) == 1 else tuple(value)
        if len(values) != len(fields):
            raise ScaleError(f"{what}: {len(fields)} fields are wanted, not {len(values)}")
        for (_, inner), item in zip(fields, values, strict=True):
            self._write(inner, item, out)

    def _write_variant(self, kind: Type, value: Any, out: bytearray) -> None:
        if kind.is_option:
            if value is None:
                out.append(0)
                return
            value = {"Some": value}
        if isinstance(value, str):
            name, fields = value, None
        elif isinstance(value, dict) and len(value) == 1:
            name, fields = next(iter(value.items()))
        else:
            raise ScaleError(f"a variant of {'::'.join(kind.path)} is wanted, not {value!r}")
        variant = kind.variant(name)
        out.append(variant.index)
        self._write_fields(variant.fields, fields, out, name)

    def _write_list(self, kind: Type, value: Any, out: bytearray) -> None:
        is_bytes = self._is_byte(kind.inner)
        if is_bytes and isinstance(value, str):
            value = value.encode()
        items = bytes(value) if is_bytes else list(value)
        if kind.kind == "sequence":
            out += encode_compact(len(items))
        elif len(items) != kind.length:
            raise ScaleError(f"{kind.length} items are wanted, not {len(items)}")
        if isinstance(items, bytes):
            out += items
            return
        for item in items:
            self._write(kind.inner, item, out)


def _read_type(reader: Reader) -> Type:
    path = tuple(reader.text() for _ in range(reader.compact()))
    for _ in range(reader.compact()):
        reader.text()
        if reader.number(1):
            reader.compact()
    kind = _read_definition(path, reader)
    for _ in range(reader.compact()):
        reader.bytes()
    return kind


def _read_definition(path: tuple[str, ...], reader: Reader) -> Type:
    match reader.number(1):
        case 0:
            return Type(path, "composite", fields=_read_fields(reader))
        case 1:
            variants = []
            for _ in range(reader.compact()):
                name, fields, index = reader.text(), _read_fields(reader), reader.number(1)
                variants.append(Variant(name, index, fields, _read_docs(reader)))
            return Type(path, "variant", variants=tuple(variants))
        case 2:
            return Type(path, "sequence", inner=reader.compact())
        case 3:
            length = reader.number(4)
            return Type(path, "array", length=length, inner=reader.compact())
        case 4:
            return Type(path, "tuple", fields=tuple((None, reader.compact()) for _ in range(reader.compact())))
        case 5:
            return Type(path, "primitive", primitive=reader.number(1))
        case 6:
            return Type(path, "compact", inner=reader.compact())
        case 7:
            reader.compact()
            reader.compact()
            return Type(path, "bits")
        case other:
            raise ScaleError(f"the registry has a definition of unknown kind {other}")


def _read_fields(reader: Reader) -> tuple[Field, ...]:
    fields: list[Field] = []
    for _ in range(reader.compact()):
        name = reader.text() if reader.number(1) else None
        inner = reader.compact()
        if reader.number(1):
            reader.bytes()
        _read_docs(reader)
        fields.append((name, inner))
    return tuple(fields)


def _read_docs(reader: Reader) -> str:
    return " ".join(line.strip() for line in [reader.text() for _ in range(reader.compact())] if line.strip())


def _read_primitive(primitive: int, reader: Reader) -> Any:
    if primitive in _NUMBERS:
        width, signed = _NUMBERS[primitive]
        return reader.number(width, signed=signed)
    if primitive == _BOOL:
        return reader.number(1) == 1
    if primitive == _STR:
        return reader.text()
    if primitive == _CHAR:
        return chr(reader.number(4))
    raise ScaleError(f"the registry has an unknown primitive {primitive}")


def _primitive(primitive: int, value: Any) -> bytes:
    if primitive in _NUMBERS:
        width, signed = _NUMBERS[primitive]
        try:
            return int(value).to_bytes(width, "little", signed=signed)
        except (OverflowError, TypeError, ValueError) as error:
            raise ScaleError(f"{value!r} does not fit {'i' if signed else 'u'}{width * 8}") from error
    if primitive == _BOOL:
        return b"\x01" if value else b"\x00"
    if primitive == _STR:
        text = str(value).encode()
        return encode_compact(len(text)) + text
    if primitive == _CHAR:
        return ord(value).to_bytes(4, "little")
    raise ScaleError(f"the registry has an unknown primitive {primitive}")
