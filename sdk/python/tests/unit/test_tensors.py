from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from candor import DType, Tensor, TensorError

from .samples import SAMPLES


@pytest.mark.parametrize(("dtype", "array"), SAMPLES)
def test_arrays_should_be_the_same_when_they_come_back(dtype: DType, array: Any) -> None:
    tensor = Tensor.of(array)
    assert tensor.dtype is dtype
    assert tensor.shape == array.shape
    back = tensor.numpy()
    assert back.shape == array.shape
    assert Tensor.of(back, dtype) == tensor
    if dtype is not DType.STRING:
        assert back.tobytes() == array.astype(array.dtype.newbyteorder("<")).tobytes()
        back.flat[:1] = 0


def test_types_should_have_onnx_numbers_and_protocol_names() -> None:
    assert {dtype.code for dtype in DType} == {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16}
    assert DType.of("FP16") is DType.of("Float16") is DType.of("float16") is DType.FLOAT16
    with pytest.raises(TensorError, match="no element type"):
        DType.of("complex64")


def test_order_and_endianness_should_not_matter() -> None:
    array = np.arange(6, dtype=">i4").reshape(2, 3)
    assert Tensor.of(array).data == np.arange(6, dtype="<i4").tobytes()
    assert Tensor.of(np.asfortranarray(array)).data == np.arange(6, dtype="<i4").tobytes()
    assert Tensor.of(array[:, ::2]).data == np.array([0, 2, 3, 5], dtype="<i4").tobytes()


def test_texts_should_have_their_length_before_them() -> None:
    tensor = Tensor.of(np.array(["é", ""]))
    assert tensor.data == b"\x02\0\0\0\xc3\xa9\0\0\0\0"
    assert tensor.numpy().tolist() == ["é", ""]
    assert Tensor(DType.STRING, (1,), b"\x01\0\0\0\xff").numpy().tolist() == [b"\xff"]


def test_bfloat16_should_be_bit_patterns_when_ml_dtypes_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.array([1.5, -2.0], dtype=ml_dtypes.bfloat16)
    tensor = Tensor.of(array)
    monkeypatch.setattr("candor.tensors._bfloat16", lambda: None)
    patterns = tensor.numpy()
    assert patterns.dtype == np.uint16
    assert Tensor.of(patterns, "bfloat16") == tensor


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([256], "uint8"),
        ([-1], "uint64"),
        ([1.5], "int32"),
        ([True], "int64"),
        (["x"], "float32"),
        ([1], "string"),
        ([[1], [1, 2]], None),
    ],
)
def test_values_should_be_refused_when_the_type_does_not_have_them(value: Any, dtype: str | None) -> None:
    with pytest.raises((TensorError, ValueError)):
        Tensor.of(value, dtype)


def test_lists_should_be_exact_when_numbers_are_large() -> None:
    assert Tensor.of([2**64 - 1], "uint64").numpy().tolist() == [2**64 - 1]
    assert Tensor.of([-(2**63)], "int64").numpy().tolist() == [-(2**63)]
    assert Tensor.of(3, "float16").shape == ()
    assert Tensor.of([], "float32").shape == (0,)
    assert Tensor.of(["a", "bc"]).dtype is DType.STRING


def test_arrays_should_be_refused_when_another_type_is_wanted() -> None:
    with pytest.raises(TensorError, match="float64, but float32"):
        Tensor.of(np.zeros(2), "float32")
    with pytest.raises(TensorError, match="complex128"):
        Tensor.of(np.zeros(2, dtype=complex))
    with pytest.raises(TensorError, match="int8, not int32"):
        Tensor.of(Tensor(DType.INT8, (1,), b"\0"), "int32")


@pytest.mark.parametrize(
    ("dtype", "shape", "data"),
    [
        (DType.FLOAT32, (2,), bytes(7)),
        (DType.BOOL, (2,), b"\0\2"),
        (DType.STRING, (1,), b"\x05\0\0\0a"),
        (DType.STRING, (1,), b"\0\0\0\0\0"),
        (DType.STRING, (2**40,), b""),
    ],
)
def test_bytes_should_be_refused_when_they_do_not_fit(dtype: DType, shape: tuple[int, ...], data: bytes) -> None:
    with pytest.raises(TensorError):
        Tensor(dtype, shape, data).check()


def test_json_should_keep_values_when_they_have_no_words_in_json() -> None:
    tensor = Tensor.from_json(DType.FLOAT32, (2, 2), [[1.5, None], ["NaN", "-Infinity"]])
    values = tensor.numpy()
    assert values[0, 0] == 1.5
    assert math.isnan(values[0, 1])
    assert math.isnan(values[1, 0])
    assert values[1, 1] == -math.inf


@pytest.mark.parametrize(("dtype", "array"), SAMPLES)
def test_json_should_give_the_same_bytes_when_values_are_finite(dtype: DType, array: Any) -> None:
    tensor = Tensor.of(array)
    values = tensor.to_json()
    if all(not isinstance(value, float) or math.isfinite(value) for value in values):
        assert Tensor.from_json(dtype, tensor.shape, values) == tensor


def test_the_root_should_be_that_of_the_protocols_page() -> None:
    # "How are you?" for MiniLM.
    ids = Tensor.of(np.array([[101, 2129, 2024, 2017, 1029, 102]]))
    ones, zeros = Tensor.of(np.ones((1, 6), dtype=np.int64)), Tensor.of(np.zeros((1, 6), dtype=np.int64))
    roots = [tensor.root() for tensor in (ids, ones, zeros)]
    assert [(root.hex()[:8], root.hex()[-6:]) for root in roots] == [
        ("12cfba0f", "3a2dc9"),
        ("7a50dfcd", "331cf1"),
        ("10e50a61", "995dfa"),
    ]
    from candor.commitments import tensors_root

    assert tensors_root(roots).hex() == "64aedbdb2b775ef1d216fc2cfe8a3780bd70e47373051e3ab10139589fd99df8"
