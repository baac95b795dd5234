"""The gateway itself, in front of models in memory: ``cargo run --release -p candor-gateway --example echo``.

``GATEWAY_URL`` names it; without it these tests are skipped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from candor import (
    ApiError,
    AsyncCandor,
    Busy,
    Candor,
    DeadlineExceeded,
    DType,
    InvalidRequest,
    NotFound,
    PaymentRequired,
    RunFailed,
    ServerError,
    Tensor,
    Unauthorized,
    Unavailable,
)

from ..unit.samples import SAMPLES
from .conftest import need


@pytest.fixture(scope="module")
def gateway() -> Iterator[Candor]:
    with Candor(need("GATEWAY_URL")) as candor:
        yield candor


@pytest.mark.parametrize(("dtype", "array"), SAMPLES)
def test_every_type_should_come_back_exactly(gateway: Candor, dtype: DType, array: Any) -> None:
    tensor = Tensor.of(array)
    result = gateway.infer(f"candor/identity-{dtype.datatype.lower()}", {"x": array})
    assert result.tensors["y"] == tensor


@pytest.mark.parametrize(("dtype", "array"), SAMPLES)
def test_every_finite_value_should_come_back_exactly_as_json(gateway: Candor, dtype: DType, array: Any) -> None:
    tensor = Tensor.of(array)
    values = tensor.to_json()
    if any(isinstance(value, float) and not np.isfinite(value) for value in values):
        finite = np.isfinite(array.astype(np.float64))
        tensor = Tensor.of(array[finite])
    result = gateway.infer(f"identity-{dtype.datatype.lower()}", {"x": tensor}, binary=False)
    assert result.tensors["y"] == tensor


@pytest.mark.parametrize(
    ("why", "kind", "status"),
    [
        ("payment", PaymentRequired, 402),
        ("unknown", PaymentRequired, 402),
        ("index", PaymentRequired, 409),
        ("busy", Busy, 429),
        ("down", Unavailable, 503),
        ("run", RunFailed, 422),
        ("internal", ServerError, 500),
        ("no", Unauthorized, 401),
    ],
)
def test_errors_should_have_their_class(gateway: Candor, why: str, kind: type[ApiError], status: int) -> None:
    with pytest.raises(kind) as caught:
        gateway.infer("candor/refusing", {"why": [why]})
    error = caught.value
    assert (type(error), error.status) == (kind, status)
    if isinstance(error, Busy):
        assert error.retry_after == 1.5
    if isinstance(error, PaymentRequired) and why == "payment":
        payment = error.payment
        assert (payment.problem, payment.calls, payment.fee) == ("unpaid", 3, 2**100)
        assert (payment.genesis, payment.release, payment.units) == (b"\x07" * 32, 3, 16)
    if isinstance(error, PaymentRequired) and why == "index":
        assert error.payment.next == 4


def test_wrong_calls_should_be_named(gateway: Candor) -> None:
    with pytest.raises(NotFound):
        gateway.infer("candor/nothing", {"x": np.zeros(1)})
    with pytest.raises(NotFound):
        gateway.infer("candor/add@9.9.9", {"a": [[0.0]]})
    with pytest.raises(InvalidRequest) as caught:
        gateway.infer("candor/tokens", {"input_ids": np.zeros((1, 2), dtype=np.int32), "attention_mask": [[1, 1]]})
    assert caught.value.field == "inputs[0].datatype"
    with pytest.raises(DeadlineExceeded):
        gateway.infer("candor/identity-fp32", {"x": np.zeros(1, dtype=np.float32)}, id="slow", timeout=0.2)


def test_models_and_embeddings_should_be_served(gateway: Candor) -> None:
    assert "candor/add" in gateway.endpoint.models()
    info = gateway.endpoint.model("candor/add")
    assert (info.versions, info.inputs[0].shape) == (("1.0.0", "1.1.0"), (1, 384))
    assert gateway.endpoint.ready()
    assert gateway.endpoint.ready("candor/add", "1.0.0")
    assert not gateway.endpoint.ready("candor/nothing")
    vectors = gateway.embeddings("candor/tokens", ["a", "b c", "c"])
    with pytest.raises(InvalidRequest, match="no tokens"):
        gateway.embeddings("candor/tokens", [""])
    assert vectors.shape[0] == 3
    assert np.array_equal(vectors[1], gateway.embeddings("candor/tokens", "b c")[0])
    ones = np.ones((1, 384), dtype=np.float32)
    assert (gateway.infer("add", {"a": ones, "b": [[2] * 384]})["sum"] == 3).all()


def test_many_calls_should_share_connections(gateway: Candor) -> None:
    ones = np.ones((1, 384), dtype=np.float32)

    async def calls() -> float:
        async with AsyncCandor(need("GATEWAY_URL")) as candor:
            await candor.infer("add", {"a": ones, "b": ones})
            began = time.perf_counter()
            results = await candor.infer_batch("add", [{"a": ones, "b": ones * i} for i in range(200)], concurrency=16)
            assert [float(result["sum"][0, 0]) for result in results] == [1.0 + i for i in range(200)]
            return time.perf_counter() - began

    assert asyncio.run(calls()) < 30
    results = gateway.infer_batch("add", [{"a": ones, "b": ones * i} for i in range(200)], concurrency=16)
    assert [float(result["sum"][0, 0]) for result in results] == [1.0 + i for i in range(200)]
