"""The Open Inference Protocol v2 over HTTP, with its binary extension, and how paid calls travel in it.

Everything here makes or reads messages; nothing sends them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np

from .errors import (
    ApiError,
    Busy,
    DeadlineExceeded,
    InvalidRequest,
    NotFound,
    Payment,
    PaymentRequired,
    ProtocolError,
    RunFailed,
    ServerError,
    TensorError,
    Unauthorized,
    Unavailable,
)
from .receipts import SignedReceipt, SignedVoucher, decode_base64, decode_roots
from .tensors import Array, DType, Tensor

#: Length of the JSON before the tensors' bytes.
HEADER_LENGTH = "inference-header-content-length"
SESSION = "candor-session"
INDEX = "candor-index"
VOUCHER = "candor-voucher"
RECEIPT = "candor-receipt"
ROOTS = "candor-output-roots"
TIMEOUT = "candor-timeout-ms"


@dataclass(frozen=True)
class TensorInfo:
    """An input or output of a model; ``None`` in the shape stands for a length that each call chooses."""

    name: str
    dtype: DType
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class ModelInfo:
    """What an endpoint says of a model."""

    name: str
    versions: tuple[str, ...]
    platform: str
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]

    def input(self, name: str) -> TensorInfo | None:
        """The input of this name."""
        return next((info for info in self.inputs if info.name == name), None)


@dataclass(frozen=True)
class SessionCall:
    """How a call is paid by a session: its index there, and the newest voucher, for earlier calls."""

    session: int
    index: int
    voucher: SignedVoucher | None = None


@dataclass(frozen=True)
class Request:
    """An HTTP request to be."""

    path: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Result(Mapping[str, Array]):
    """The answer of a call: outputs by name as NumPy arrays, and the host's receipt where the call was paid for.

    ``tensors`` has the outputs with their exact bytes; ``inputs`` what was sent, so that the receipt can be checked.
    """

    model: str
    version: str
    id: str | None
    tensors: dict[str, Tensor]
    inputs: dict[str, Tensor] = field(default_factory=dict, repr=False)
    receipt: SignedReceipt | None = None
    #: Roots of all outputs of the model in its order, those not asked for included.
    output_roots: tuple[bytes, ...] = field(default=(), repr=False)

    def __getitem__(self, name: str) -> Array:
        return self.tensors[name].numpy()

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    @property
    def output(self) -> Array:
        """The only output; an error where there are several."""
        if len(self.tensors) != 1:
            raise KeyError(f"the model has {len(self.tensors)} outputs: {', '.join(self.tensors)}")
        return next(iter(self.tensors.values())).numpy()


def model_path(model: str | int, version: str | None = None) -> str:
    """Path of a model. ``publisher/name`` is one segment; ``name@1.2.3`` names a version."""
    name = str(model)
    if version is None and "@" in name:
        name, version = name.rsplit("@", 1)
    path = f"/v2/models/{quote(name, safe='')}"
    return path if version is None else f"{path}/versions/{quote(version, safe='')}"


def infer_request(
    model: str | int,
    version: str | None,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str] | None = None,
    *,
    id: str | None = None,  # noqa: A002
    binary: bool = True,
    payment: SessionCall | None = None,
    timeout: float | None = None,
) -> Request:
    """A call. With ``binary`` tensors travel as bytes after the JSON, which is exact and fast; without, as JSON."""
    document: dict[str, Any] = {"inputs": []}
    if id is not None:
        document["id"] = id
    blobs: list[bytes] = []
    for name, tensor in inputs.items():
        entry: dict[str, Any] = {"name": name, "shape": list(tensor.shape), "datatype": tensor.dtype.datatype}
        if binary:
            entry["parameters"] = {"binary_data_size": len(tensor.data)}
            blobs.append(tensor.data)
        else:
            entry["data"] = tensor.to_json()
        document["inputs"].append(entry)
    if outputs:
        document["outputs"] = [{"name": name, "parameters": {"binary_data": binary}} for name in outputs]
    elif binary:
        document["parameters"] = {"binary_data_output": True}
    try:
        head = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as error:
        raise TensorError("JSON has no numbers for NaN and infinities: send them with binary=True") from error
    headers = {"content-type": "application/json", "accept": "application/json"}
    if binary:
        headers = {"content-type": "application/octet-stream", HEADER_LENGTH: str(len(head))}
    if payment is not None:
        headers |= {SESSION: str(payment.session), INDEX: str(payment.index)}
        if payment.voucher is not None:
            headers[VOUCHER] = payment.voucher.to_base64()
    if timeout is not None:
        headers[TIMEOUT] = str(max(1, int(timeout * 1000)))
    return Request(f"{model_path(model, version)}/infer", b"".join([head, *blobs]), headers)


def infer_result(body: bytes, headers: Mapping[str, str], inputs: Mapping[str, Tensor]) -> Result:
    """Read the answer of a call. ``headers`` has lower-case names."""
    length = headers.get(HEADER_LENGTH)
    end = len(body) if length is None else _natural(length, "the length of the header")
    document = _document(body[:end])
    binary, at = memoryview(body)[end:], 0
    tensors: dict[str, Tensor] = {}
    for entry in _list(document.get("outputs"), "outputs"):
        name, dtype, shape = _entry(entry)
        size = (entry.get("parameters") or {}).get("binary_data_size")
        if size is None:
            tensors[name] = _from_json(dtype, shape, entry.get("data"), name)
            continue
        size = _natural(size, f"the size of {name}")
        piece = bytes(binary[at : at + size])
        at += size
        tensor = Tensor(dtype, shape, piece)
        if len(piece) != size:
            raise ProtocolError(f"the answer is cut short in the output {name}")
        try:
            tensor.check()
        except TensorError as error:
            raise ProtocolError(f"the output {name} is damaged: {error}") from error
        tensors[name] = tensor
    if at != len(binary):
        raise ProtocolError(f"the answer has {len(binary) - at} bytes too many")
    receipt = headers.get(RECEIPT)
    roots = headers.get(ROOTS)
    return Result(
        model=str(document.get("model_name", "")),
        version=str(document.get("model_version") or ""),
        id=document.get("id"),
        tensors=tensors,
        inputs=dict(inputs),
        receipt=None if receipt is None else SignedReceipt.from_base64(receipt),
        output_roots=() if roots is None else tuple(decode_roots(decode_base64(roots, "the list of roots"))),
    )


def model_info(body: bytes) -> ModelInfo:
    """Read a model's metadata."""
    document = _document(body)

    def tensors(key: str) -> tuple[TensorInfo, ...]:
        found = []
        for entry in _list(document.get(key, []), key):
            dims = _list(entry.get("shape"), f"{key}.shape")
            shape = tuple(None if dim is None or int(dim) < 0 else int(dim) for dim in dims)
            found.append(TensorInfo(str(entry.get("name")), _dtype(entry), shape))
        return tuple(found)

    return ModelInfo(
        name=str(document.get("name", "")),
        versions=tuple(str(version) for version in document.get("versions") or []),
        platform=str(document.get("platform", "")),
        inputs=tensors("inputs"),
        outputs=tensors("outputs"),
    )


def embeddings_request(model: str | int, texts: Sequence[str], *, dimensions: int | None = None) -> Request:
    """OpenAI's embeddings; vectors are asked for as base64 of floats, which is exact."""
    document: dict[str, Any] = {"model": str(model), "input": list(texts), "encoding_format": "base64"}
    if dimensions is not None:
        document["dimensions"] = dimensions
    body = json.dumps(document).encode()
    return Request("/v1/embeddings", body, {"content-type": "application/json"})


def embeddings_result(body: bytes, count: int) -> Array:
    """Rows of an embeddings answer, in the order of the texts."""
    rows: list[Array | None] = [None] * count
    for entry in _list(_document(body).get("data"), "data"):
        index, vector = entry.get("index"), entry.get("embedding")
        if not isinstance(index, int) or not 0 <= index < count or rows[index] is not None:
            raise ProtocolError("the answer has not one embedding for each text")
        if isinstance(vector, str):
            rows[index] = np.frombuffer(decode_base64(vector, "an embedding"), dtype="<f4")
        else:
            rows[index] = np.array(_list(vector, "embedding"), dtype="<f4")
    if any(row is None for row in rows):
        raise ProtocolError("the answer has not one embedding for each text")
    if not rows:
        return np.empty((0, 0), dtype=np.float32)
    return np.stack([row for row in rows if row is not None])


_BY_CODE: dict[str, type[ApiError]] = {
    "invalid": InvalidRequest,
    "unauthorized": Unauthorized,
    "not_found": NotFound,
    "not_attested": NotFound,
    "deadline": DeadlineExceeded,
    "unavailable": Unavailable,
    "internal": ServerError,
    "busy": Busy,
    "run_failed": RunFailed,
    "payment": PaymentRequired,
}
_BY_STATUS: dict[int, str] = {
    400: "invalid",
    401: "unauthorized",
    402: "payment",
    403: "unauthorized",
    404: "not_found",
    408: "deadline",
    409: "payment",
    413: "invalid",
    415: "invalid",
    422: "run_failed",
    429: "busy",
    503: "unavailable",
    504: "deadline",
}


def api_error(status: int, body: bytes, headers: Mapping[str, str]) -> ApiError:
    """The error that an answer with this status is."""
    document, message = _error_document(status, body)
    # A server that sends no code of ours is judged by the status. OpenAI's errors have words of their own there.
    code = document.get("code")
    if code not in _BY_CODE:
        code = _BY_STATUS.get(status, "internal" if status >= 500 else "invalid")
    payment = document.get("payment")
    if code == "payment" and not isinstance(payment, dict):
        payment = {"problem": "missing"} if status == 402 else None
        code = "payment" if payment else "invalid"
    more: dict[str, Any] = {"status": status, "code": code, "retry_after": _retry_after(document, headers)}
    if code == "payment" and payment is not None:
        return PaymentRequired(message, payment=_payment(payment), **more)
    if code == "run_failed":
        receipt = document.get("receipt") or headers.get(RECEIPT)
        signed = SignedReceipt.from_base64(receipt) if isinstance(receipt, str) else None
        return RunFailed(message, receipt=signed, **more)
    if code == "invalid":
        return InvalidRequest(message, field=str(document.get("field") or document.get("param") or ""), **more)
    return _BY_CODE[code](message, **more)


def _error_document(status: int, body: bytes) -> tuple[dict[str, Any], str]:
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        text = body[:500].decode(errors="replace").strip()
        return {}, text or f"the endpoint answered with status {status}"
    error = document.get("error")
    if isinstance(error, dict):
        # OpenAI's form, and the engine's own: everything lies under `error`.
        document = {**document, **error}
        error = error.get("message")
    message = (
        error or document.get("message") or document.get("detail") or f"the endpoint answered with status {status}"
    )
    return document, str(message)


def _payment(body: Mapping[str, Any]) -> Payment:
    def number(key: str) -> int | None:
        value = body.get(key)
        return None if value is None else _natural(value, key)

    genesis = body.get("genesis")
    return Payment(
        problem=str(body.get("problem", "missing")),
        genesis=bytes.fromhex(genesis.removeprefix("0x")) if isinstance(genesis, str) else None,
        host=body.get("host"),
        release=number("release"),
        units=number("units"),
        missing=number("missing"),
        fee=number("fee"),
        calls=number("calls"),
        next=number("next"),
        session_release=number("session_release"),
        reason=body.get("reason"),
    )


def _retry_after(document: Mapping[str, Any], headers: Mapping[str, str]) -> float | None:
    if isinstance(document.get("retry_ms"), int):
        return float(document["retry_ms"]) / 1000
    after = headers.get("retry-after", "")
    return float(after) if after.isdigit() else None


def _document(body: bytes | memoryview) -> dict[str, Any]:
    try:
        document = json.loads(bytes(body))
    except ValueError as error:
        raise ProtocolError("the answer is not JSON: is this the address of a proxy or gateway?") from error
    if not isinstance(document, dict):
        raise ProtocolError("the answer is not a JSON object")
    return document


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ProtocolError(f"the answer has no list of {what}")
    return value


def _natural(value: Any, what: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"{what} is not a number: {value!r}") from error
    if number < 0:
        raise ProtocolError(f"{what} is negative")
    return number


def _dtype(entry: Mapping[str, Any]) -> DType:
    try:
        return DType.of(str(entry.get("datatype")))
    except TensorError as error:
        raise ProtocolError(str(error)) from error


def _entry(entry: Any) -> tuple[str, DType, tuple[int, ...]]:
    if not isinstance(entry, dict):
        raise ProtocolError("an output is not an object")
    shape = tuple(_natural(dim, "a length") for dim in _list(entry.get("shape"), "lengths"))
    return str(entry.get("name")), _dtype(entry), shape


def _from_json(dtype: DType, shape: tuple[int, ...], data: Any, name: str) -> Tensor:
    try:
        return Tensor.from_json(dtype, shape, _list(data, f"data of {name}"))
    except (TensorError, TypeError, ValueError, OverflowError) as error:
        raise ProtocolError(f"the output {name} is damaged: {error}") from error
