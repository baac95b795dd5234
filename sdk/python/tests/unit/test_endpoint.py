"""Calls to a server on a real socket: every type, every error, what is repeated and what is not."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from typing import Any

import numpy as np
import pytest

from candor import (
    ApiError,
    AsyncCandor,
    Busy,
    Candor,
    ConnectionFailed,
    DeadlineExceeded,
    DType,
    InvalidRequest,
    Keypair,
    NotFound,
    PaymentRequired,
    ProtocolError,
    RunFailed,
    ServerError,
    SignedReceipt,
    Tensor,
    Unauthorized,
    Unavailable,
    VerificationError,
)
from candor.protocol import SessionCall
from candor.receipts import Voucher

from ..fakes.server import FakeServer, json_answer
from .samples import SAMPLES
from .test_receipts import receipt


@pytest.mark.parametrize(("dtype", "array"), SAMPLES)
def test_every_type_should_round_trip_exactly(client: Candor, dtype: DType, array: Any) -> None:
    result = client.infer("acme/echo", {"x": array})
    assert result.tensors["x"] == Tensor.of(array)
    assert result["x"].shape == array.shape
    assert result.inputs["x"].dtype is dtype
    assert (result.model, result.version, result.receipt) == ("acme/echo", "1.0.0", None)


def test_json_should_carry_tensors_when_binary_is_off(client: Candor, server: FakeServer) -> None:
    array = np.array([[1, -(2**63)]])
    assert (client.infer("acme/echo", {"x": array}, binary=False)["x"] == array).all()
    document = json.loads(server.requests[-1][3])
    assert document["inputs"][0]["data"] == [1, -(2**63)]
    with pytest.raises(ValueError, match="binary=True"):
        client.infer("acme/echo", {"x": np.array([np.nan])}, binary=False)


def test_lists_should_take_the_declared_type(client: Candor, server: FakeServer) -> None:
    result = client.infer("acme/echo", {"x": [[1, 2]], "n": 2**64 - 1})
    assert result["x"].dtype == np.float32
    assert result["n"].dtype == np.uint64
    assert int(result["n"]) == 2**64 - 1
    client.infer("acme/echo", {"x": [[3, 4]]})
    asked = [path for method, path, _, _ in server.requests if method == "GET"]
    assert asked == ["/v2/models/acme%2Fecho"]


def test_only_wanted_outputs_should_come(client: Candor) -> None:
    inputs = {"x": np.zeros(2, dtype=np.float32), "y": np.ones(1, dtype=np.int8)}
    result = client.infer("acme/echo", inputs, outputs=["y"], id="call 7")
    assert list(result) == ["y"]
    assert result.output.tolist() == [1]
    assert result.id == "call 7"
    with pytest.raises(KeyError, match="2 outputs"):
        _ = client.infer("acme/echo", inputs).output


def test_models_should_be_named_with_or_without_version(client: Candor, server: FakeServer) -> None:
    client.infer("acme/echo@1.2.3", {"x": np.zeros(1)})
    client.infer("acme/echo", {"x": np.zeros(1)}, version="1.2.3")
    client.infer(7, {"x": np.zeros(1)})
    paths = [path for _, path, _, _ in server.requests]
    assert paths[0] == paths[1] == "/v2/models/acme%2Fecho/versions/1.2.3/infer"
    assert paths[2] == "/v2/models/7/infer"
    assert client.endpoint.models() == ["acme/echo", "acme/other"]
    assert client.endpoint.ready()
    assert client.endpoint.ready("acme/echo")
    info = client.endpoint.model("acme/echo")
    assert info.versions == ("1.0.0",)
    assert info.inputs[0].shape == (None, 2)


def test_embeddings_should_be_rows_in_order(client: Candor) -> None:
    vectors = client.embeddings("acme/echo", ["a", "bcd"])
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[1.0, 0.0, np.float32(0.1)], [3.0, 1.0, np.float32(0.1)]]
    assert client.embeddings("acme/echo", "one").shape == (1, 3)


def test_batches_should_keep_their_order(client: Candor) -> None:
    results = client.infer_batch("acme/echo", [{"x": np.array([i])} for i in range(30)], concurrency=7)
    assert [int(result["x"][0]) for result in results] == list(range(30))
    assert client.infer_batch("acme/echo", []) == []


def test_the_async_client_should_do_the_same(server: FakeServer) -> None:
    async def calls() -> None:
        async with AsyncCandor(server.url) as candor:
            calls = [{"x": np.array([i])} for i in range(30)]
            results = await candor.infer_batch("acme/echo", calls, concurrency=7)
            assert [int(result["x"][0]) for result in results] == list(range(30))
            assert (await candor.embeddings("acme/echo", ["a"])).shape == (1, 3)
            with pytest.raises(NotFound):
                await candor.endpoint.model("nobody/nothing")

    asyncio.run(calls())


def test_payment_and_receipt_should_travel_in_headers(client: Candor, server: FakeServer) -> None:
    key = Keypair.from_uri("//Bob")
    voucher = Voucher(bytes(32), 5, 1, 10, bytes(32)).sign(key)
    signed = SignedReceipt(receipt(), bytes(64))
    roots = base64.b64encode(b"\x04" + b"\x07" * 32).decode()

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        status, extra, content = server.answer(method, path, headers, body)
        return status, {**extra, "candor-receipt": signed.to_base64(), "candor-output-roots": roots}, content

    server.override = answer
    result = client.endpoint.infer("acme/echo", {"x": np.zeros(1)}, payment=SessionCall(5, 1, voucher), timeout=2.5)
    assert result.receipt == signed
    assert result.output_roots == (b"\x07" * 32,)
    headers = server.requests[-1][2]
    assert (headers["candor-session"], headers["candor-index"]) == ("5", "1")
    assert base64.b64decode(headers["candor-voucher"]) == voucher.encode()
    assert headers["candor-timeout-ms"] == "2500"


PAYMENT = {
    "problem": "deposit",
    "missing": str(2**100),
    "genesis": "0x" + "01" * 32,
    "host": "abnVoGVhNqrk4k28K3SbHbaHb7A1KozBCQnpErUmx756tUX1r",
    "release": 9,
    "units": 16,
}


@pytest.mark.parametrize(
    ("status", "document", "kind"),
    [
        (400, {"error": "it has 3 elements", "code": "invalid", "field": "inputs[0].shape"}, InvalidRequest),
        (401, {"error": "send a key", "code": "unauthorized"}, Unauthorized),
        (402, {"error": "pay", "code": "payment", "payment": PAYMENT}, PaymentRequired),
        (404, {"error": "no such model", "code": "not_found"}, NotFound),
        (409, {"error": "index", "code": "payment", "payment": {"problem": "index", "next": 4}}, PaymentRequired),
        (422, {"error": "Gather", "code": "run_failed"}, RunFailed),
        (429, {"error": "full", "code": "busy", "retry_ms": 250}, Busy),
        (500, {"error": "disk", "code": "internal"}, ServerError),
        (503, {"error": "loading", "code": "unavailable"}, Unavailable),
        (504, {"error": "late", "code": "deadline"}, DeadlineExceeded),
        # Servers with words of their own.
        (404, {"error": {"message": "no such model", "code": "model_not_found", "param": None}}, NotFound),
        (400, {"error": {"message": "wrong", "param": "input"}}, InvalidRequest),
        (402, {"error": "pay"}, PaymentRequired),
        (418, {"detail": "teapot"}, InvalidRequest),
        (502, None, ServerError),
    ],
)
def test_errors_should_have_their_class(
    client: Candor, server: FakeServer, status: int, document: Any, kind: type[ApiError]
) -> None:
    server.override = lambda *_: json_answer(status, document) if document else (status, {}, b"<html>bad gateway")
    with pytest.raises(kind) as caught:
        client.infer("acme/echo", {"x": np.zeros(1)})
    error = caught.value
    assert type(error) is kind
    assert error.status == status
    assert str(error)
    # Nothing that was answered is sent again.
    assert len(server.requests) == 1
    if isinstance(error, InvalidRequest) and isinstance(document, dict) and document.get("field"):
        assert error.field == "inputs[0].shape"
    if isinstance(error, Busy):
        assert error.retry_after == 0.25
    if isinstance(error, PaymentRequired) and document.get("payment") == PAYMENT:
        payment = error.payment
        assert (payment.problem, payment.missing, payment.release, payment.units) == ("deposit", 2**100, 9, 16)
        assert payment.genesis == b"\x01" * 32
        assert payment.host == PAYMENT["host"]


def test_a_failed_run_should_come_with_its_receipt(client: Candor, server: FakeServer) -> None:
    signed = SignedReceipt(receipt(), bytes(64))
    server.override = lambda *_: json_answer(
        422, {"error": "Gather", "code": "run_failed", "receipt": signed.to_base64()}
    )
    with pytest.raises(RunFailed) as caught:
        client.infer("acme/echo", {"x": np.zeros(1)})
    assert caught.value.receipt == signed


def test_unpaid_calls_should_be_sent_once_when_the_answer_is_lost(client: Candor, server: FakeServer) -> None:
    server.drop = 1
    with pytest.raises(ConnectionFailed):
        client.infer("acme/echo", {"x": np.zeros(1)})
    assert len(server.requests) == 1


def test_calls_with_an_index_should_be_repeated_when_the_answer_is_lost(client: Candor, server: FakeServer) -> None:
    server.drop = 2
    result = client.endpoint.infer("acme/echo", {"x": np.zeros(1)}, payment=SessionCall(1, 0))
    assert list(result) == ["x"]
    assert len(server.requests) == 3
    assert len({body for _, _, _, body in server.requests}) == 1


def test_reading_should_be_repeated_when_the_answer_is_lost(client: Candor, server: FakeServer) -> None:
    server.drop = 2
    assert client.endpoint.models() == ["acme/echo", "acme/other"]


def test_nobody_at_the_address_should_be_said(server: FakeServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Candor(url) as candor, pytest.raises(ConnectionFailed, match="does not answer"):
            candor.infer("acme/echo", {"x": np.zeros(1)})


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"outputs": 3}',
        b'{"outputs": [3]}',
        b'{"outputs": [{"name": "y", "datatype": "FP99", "shape": [1], "data": [1]}]}',
        b'{"outputs": [{"name": "y", "datatype": "FP32", "shape": [2], "data": [1]}]}',
        b'{"outputs": [{"name": "y", "datatype": "FP32", "shape": [-1], "data": [1]}]}',
        b'{"outputs": [{"name": "y", "datatype": "UINT8", "shape": [1], "data": ["x"]}]}',
        b'{"outputs": [{"name": "y", "datatype": "FP32", "shape": [1], "parameters": {"binary_data_size": 4}}]}',
    ],
)
def test_answers_should_be_refused_when_they_are_damaged(client: Candor, server: FakeServer, body: bytes) -> None:
    server.override = lambda *_: (200, {}, body)
    with pytest.raises(ProtocolError):
        client.infer("acme/echo", {"x": np.zeros(1)})


def test_an_answer_without_receipt_should_not_pass_verification(client: Candor) -> None:
    with pytest.raises(VerificationError, match="no receipt"):
        client.infer("acme/echo", {"x": np.zeros(1)}, verify=True)


def test_the_api_key_should_be_shown(server: FakeServer) -> None:
    with Candor(server.url, api_key="secret") as candor:
        candor.endpoint.models()
    assert server.requests[-1][2]["authorization"] == "Bearer secret"
