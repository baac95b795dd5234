"""Tensors: every type and shape of ONNX, without loss, to and from NumPy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .commitments import tensor_root
from .errors import TensorError

Array: TypeAlias = npt.NDArray[Any]
#: What is taken as a tensor: a tensor, an array, or nested lists.
TensorLike: TypeAlias = "Tensor | npt.ArrayLike"
#: Inputs of a call by name. Each is a `TensorLike`; `Any`, because dictionaries of several kinds have no better type.
Inputs: TypeAlias = Mapping[str, Any]


class DType(Enum):
    """Element type. ``code`` is ONNX's number (``TensorProto.DataType``), ``datatype`` the Open Inference Protocol's name."""

    FLOAT32 = ("float32", 1, "FP32", 4)
    UINT8 = ("uint8", 2, "UINT8", 1)
    INT8 = ("int8", 3, "INT8", 1)
    UINT16 = ("uint16", 4, "UINT16", 2)
    INT16 = ("int16", 5, "INT16", 2)
    INT32 = ("int32", 6, "INT32", 4)
    INT64 = ("int64", 7, "INT64", 8)
    STRING = ("string", 8, "BYTES", None)
    BOOL = ("bool", 9, "BOOL", 1)
    FLOAT16 = ("float16", 10, "FP16", 2)
    FLOAT64 = ("float64", 11, "FP64", 8)
    UINT32 = ("uint32", 12, "UINT32", 4)
    UINT64 = ("uint64", 13, "UINT64", 8)
    BFLOAT16 = ("bfloat16", 16, "BF16", 2)

    def __init__(self, label: str, code: int, datatype: str, size: int | None) -> None:
        self.label = label
        self.code = code
        self.datatype = datatype
        #: Bytes of one element; none for strings.
        self.size = size

    @classmethod
    def of(cls, name: str | DType) -> DType:
        """By Candor's name (`float32`), the chain's (`Float32`), or the protocol's (`FP32`)."""
        if isinstance(name, DType):
            return name
        found = _BY_NAME.get(name) or _BY_NAME.get(name.lower())
        if found is None:
            raise TensorError(f"there is no element type {name!r}; there are {', '.join(d.label for d in cls)}")
        return found

    @classmethod
    def of_array(cls, array: Array) -> DType:
        """That of an array."""
        if array.dtype.kind in "USO":
            return cls.STRING
        name = array.dtype.name
        if name not in _BY_NAME:
            raise TensorError(f"arrays of {name} cannot be sent; convert them with astype")
        return _BY_NAME[name]

    @property
    def numpy(self) -> np.dtype[Any]:
        """NumPy's type, little-endian. Strings are objects; bfloat16 needs `ml_dtypes`, without it is ``uint16``."""
        if self is DType.STRING:
            return np.dtype(object)
        if self is DType.BFLOAT16:
            return _bfloat16() or np.dtype("<u2")
        dtype: np.dtype[Any] = np.dtype(self.label).newbyteorder("<")
        return dtype

    def __repr__(self) -> str:
        return f"DType.{self.name}"


_BY_NAME: dict[str, DType] = {name: dtype for dtype in DType for name in (dtype.label, dtype.datatype)}


def _bfloat16() -> np.dtype[Any] | None:
    try:
        import ml_dtypes
    except ImportError:
        return None
    dtype: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return dtype


@dataclass(frozen=True)
class Tensor:
    """A tensor with its exact bytes: raw little-endian, row-major.

    Of a string, the length of its UTF-8 in four bytes, then the UTF-8; of a bool, one byte, 0 or 1.
    """

    dtype: DType
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, value: TensorLike, dtype: str | DType | None = None) -> Tensor:
        """From an array, a scalar, or nested lists.

        ``dtype`` converts lists; an array already has a type, and another one is refused.
        """
        wanted = None if dtype is None else DType.of(dtype)
        if isinstance(value, Tensor):
            if wanted not in (None, value.dtype):
                raise TensorError(f"the tensor is {value.dtype.label}, not {wanted.label if wanted else ''}")
            value.check()
            return value
        if isinstance(value, np.ndarray | np.generic):
            array: Array = np.asarray(value)
            given = DType.of_array(array)
            # Without ml_dtypes, bfloat16 is its bit patterns.
            patterns = wanted is DType.BFLOAT16 and given is DType.UINT16
            if wanted not in (None, given) and not patterns:
                raise TensorError(f"the array is {given.label}, but {wanted.label if wanted else ''} is wanted")
            return cls._of_array(array, wanted or given)
        return cls._of_array(_array_of(value, wanted), wanted)

    @classmethod
    def _of_array(cls, array: Array, dtype: DType | None) -> Tensor:
        dtype = dtype or DType.of_array(array)
        shape = tuple(array.shape)
        if dtype is DType.STRING:
            return cls(dtype, shape, b"".join(_text_bytes(item) for item in array.ravel(order="C").tolist()))
        order = array.dtype.newbyteorder("<") if array.dtype.byteorder == ">" else array.dtype
        return cls(dtype, shape, array.astype(order, copy=False).tobytes(order="C"))

    def check(self) -> None:
        """Refuse bytes that are not exactly what type and shape ask for."""
        count = math.prod(self.shape)
        if self.dtype.size is None:
            _texts(self.data, count)
        elif count * self.dtype.size != len(self.data):
            raise TensorError(
                f"{count} elements of {self.dtype.label} have {count * self.dtype.size} bytes, not {len(self.data)}"
            )
        elif self.dtype is DType.BOOL and self.data.translate(None, b"\0\1"):
            raise TensorError("a bool is neither 0 nor 1")

    def numpy(self) -> Array:
        """As an array of its own. Strings are ``str`` objects; bfloat16 without `ml_dtypes` is ``uint16`` bit patterns."""
        self.check()
        if self.dtype is DType.STRING:
            texts = _texts(self.data, math.prod(self.shape))
            array: Array = np.empty(len(texts), dtype=object)
            for at, text in enumerate(texts):
                array[at] = _decoded(text)
        else:
            # A copy, because bytes cannot be written to.
            array = np.frombuffer(self.data, dtype=self.dtype.numpy).copy()
        shaped: Array = array.reshape(self.shape)
        return shaped

    def root(self) -> bytes:
        """Commitment to type, shape and bytes."""
        return tensor_root(self.dtype.code, self.shape, self.data)

    def texts(self) -> list[bytes]:
        """Elements of a string tensor, as bytes."""
        return _texts(self.data, math.prod(self.shape))

    def to_json(self) -> list[Any]:
        """Elements as the protocol's JSON has them, flat."""
        if self.dtype is DType.STRING:
            return [text.decode() for text in self.texts()]
        if self.dtype is DType.BFLOAT16:
            bits = np.frombuffer(self.data, dtype="<u2").astype("<u4") << 16
            widened: list[Any] = bits.view("<f4").tolist()
            return widened
        exact: list[Any] = np.frombuffer(self.data, dtype=self.dtype.numpy).tolist()
        return exact

    @classmethod
    def from_json(cls, dtype: DType, shape: Sequence[int], data: Any) -> Tensor:
        """From the protocol's JSON: elements flat or nested."""
        flat = _flatten(data)
        if dtype is DType.STRING:
            raw = b"".join(_text_bytes(item) for item in flat)
        elif dtype is DType.BFLOAT16:
            # Truncation is exact for values that are bfloat16.
            raw = (np.array([_float(item) for item in flat], dtype="<f4").view("<u4") >> 16).astype("<u2").tobytes()
        elif dtype in (DType.FLOAT16, DType.FLOAT32, DType.FLOAT64):
            raw = _floats(flat, dtype.numpy)
        else:
            raw = np.array(flat, dtype=dtype.numpy).tobytes()
        tensor = cls(dtype, tuple(shape), raw)
        tensor.check()
        return tensor


def _array_of(value: Any, dtype: DType | None) -> Array:
    """Nested lists as an array of a type; values that the type does not have are refused."""
    if dtype is None:
        array: Array = np.asarray(value)
        if array.dtype.kind == "O" and not all(isinstance(item, str | bytes) for item in array.ravel()):
            raise TensorError("the values are neither numbers nor texts, or their lists differ in length")
        return array
    if dtype is DType.STRING:
        return np.array(value, dtype=object)
    try:
        if dtype.numpy.kind in "iu":
            # Through objects: no number may be rounded or wrap around on the way.
            array = np.array(value, dtype=object)
            limits = np.iinfo(dtype.numpy)
            for item in array.ravel():
                if isinstance(item, bool) or not isinstance(item, int | np.integer):
                    raise TensorError(f"{item!r} is not an integer, but {dtype.label} is wanted")
                if not limits.min <= int(item) <= limits.max:
                    raise TensorError(f"{item} does not fit {dtype.label}")
            return array.astype(dtype.numpy)
        return np.array(value, dtype=dtype.numpy)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, TensorError):
            raise
        raise TensorError(f"the values cannot be {dtype.label}: {error}") from error


def _text_bytes(item: Any) -> bytes:
    if isinstance(item, str):
        item = item.encode()
    if not isinstance(item, bytes | bytearray):
        raise TensorError(f"{item!r} is not a text")
    return len(item).to_bytes(4, "little") + bytes(item)


def _texts(data: bytes, count: int) -> list[bytes]:
    texts, at = [], 0
    for _ in range(count):
        length = data[at : at + 4]
        end = at + 4 + int.from_bytes(length, "little")
        if len(length) < 4 or end > len(data):
            raise TensorError(f"the bytes are not {count} texts, each with its length before it")
        texts.append(data[at + 4 : end])
        at = end
    if at != len(data):
        raise TensorError(f"the bytes are more than {count} texts")
    return texts


def _decoded(text: bytes) -> str | bytes:
    try:
        return text.decode()
    except UnicodeDecodeError:
        # Candor's own strings are UTF-8; other servers may send any bytes.
        return text


def _flatten(data: Any) -> list[Any]:
    if not isinstance(data, list):
        return [data]
    flat: list[Any] = []
    for item in data:
        if isinstance(item, list):
            flat.extend(_flatten(item))
        else:
            flat.append(item)
    return flat


def _floats(items: list[Any], dtype: np.dtype[Any]) -> bytes:
    try:
        return np.array(items, dtype=dtype).tobytes()
    except (TypeError, ValueError):
        return np.array([_float(item) for item in items], dtype=dtype).tobytes()


def _float(item: Any) -> float:
    # JSON has no numbers for these; they come as words, or as null.
    return math.nan if item is None else float(item)
