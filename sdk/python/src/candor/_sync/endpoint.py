# Made from candor/_async by tools/unasync.py: change that instead.
"""A proxy or gateway: models, calls and embeddings by the Open Inference Protocol and OpenAI's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx

from .. import protocol
from .._compat import sync_sleep
from ..errors import ApiError, ConnectionFailed, ProtocolError
from ..protocol import ModelInfo, Request, Result, SessionCall
from ..tensors import Array, Inputs, Tensor, TensorLike

#: Tries of a request that never reached anybody, or that may be repeated.
TRIES = 3
# Before these nothing was sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Endpoint:
    """A proxy or gateway at an address."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        headers = {} if api_key is None else {"authorization": f"Bearer {api_key}"}
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
        self._http = httpx.Client(
            base_url=self.url, headers=headers, timeout=timeout, transport=transport, limits=limits
        )
        self._infos: dict[str, ModelInfo] = {}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def models(self) -> list[str]:
        """Names of all models that can be called here."""
        answer = self._json(self._get("/v1/models"))
        data = answer.get("data")
        if not isinstance(data, list):
            raise ProtocolError(f"{self.url}/v1/models gives no list")
        return [str(entry["id"]) for entry in data if isinstance(entry, dict) and "id" in entry]

    def model(self, model: str | int, version: str | None = None) -> ModelInfo:
        """Inputs and outputs of a model, as the endpoint has them."""
        return protocol.model_info((self._get(protocol.model_path(model, version))).content)

    def ready(self, model: str | int | None = None, version: str | None = None) -> bool:
        """Whether the endpoint, or a model there, answers calls now."""
        path = "/v2/health/ready" if model is None else f"{protocol.model_path(model, version)}/ready"
        try:
            self._get(path)
        except ApiError:
            return False
        return True

    def tensors(self, model: str | int, version: str | None, inputs: Inputs) -> dict[str, Tensor]:
        """Inputs as tensors. Arrays keep their type; lists take the one that the model declares."""
        if any(not _has_type(value) for value in inputs.values()):
            info = self._info(model, version)
            declared = {name: info.input(name) for name in inputs}
        else:
            declared = {}
        tensors = {}
        for name, value in inputs.items():
            spec = None if _has_type(value) else declared.get(name)
            tensors[name] = Tensor.of(value, spec.dtype if spec else None)
        return tensors

    def _info(self, model: str | int, version: str | None) -> ModelInfo:
        key = protocol.model_path(model, version)
        if key not in self._infos:
            self._infos[key] = self.model(model, version)
        return self._infos[key]

    def infer(
        self,
        model: str | int,
        inputs: Inputs,
        *,
        version: str | None = None,
        outputs: Sequence[str] | None = None,
        id: str | None = None,  # noqa: A002
        binary: bool = True,
        timeout: float | None = None,
        payment: SessionCall | None = None,
    ) -> Result:
        """Call a model. A call that is paid by index may be repeated, others are sent once."""
        tensors = self.tensors(model, version, inputs)
        request = protocol.infer_request(
            model, version, tensors, outputs, id=id, binary=binary, payment=payment, timeout=timeout
        )
        response = self._post(request, repeatable=payment is not None, timeout=timeout)
        return protocol.infer_result(response.content, response.headers, tensors)

    def embeddings(self, model: str | int, texts: Sequence[str], *, dimensions: int | None = None) -> Array:
        """Vectors of texts, one row each."""
        request = protocol.embeddings_request(model, texts, dimensions=dimensions)
        response = self._post(request, repeatable=False)
        return protocol.embeddings_result(response.content, len(texts))

    def send(self, path: str, body: bytes, content_type: str = "application/octet-stream") -> httpx.Response:
        """Send bytes to a path, by POST; repeated when nobody answers."""
        return self._post(Request(path, body, {"content-type": content_type}), repeatable=True)

    def get_json(self, path: str) -> dict[str, Any]:
        """A JSON document of the endpoint."""
        return self._json(self._get(path))

    def _get(self, path: str) -> httpx.Response:
        return self._request("GET", path, b"", {}, repeatable=True)

    def _post(self, request: Request, *, repeatable: bool, timeout: float | None = None) -> httpx.Response:
        return self._request(
            "POST", request.path, request.body, request.headers, repeatable=repeatable, timeout=timeout
        )

    def _request(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        *,
        repeatable: bool,
        timeout: float | None = None,
    ) -> httpx.Response:
        # The server ends the call at its deadline and says so; this is for servers that say nothing.
        limit: Any = httpx.USE_CLIENT_DEFAULT if timeout is None else httpx.Timeout(timeout + 5)
        for attempt in range(1, TRIES + 1):
            try:
                response = self._http.request(method, path, content=body, headers=headers, timeout=limit)
            except httpx.TransportError as error:
                again = repeatable or isinstance(error, _NOT_SENT)
                if not again or attempt == TRIES:
                    what = str(error) or type(error).__name__
                    raise ConnectionFailed(f"{self.url} does not answer: {what}") from error
                sync_sleep(0.1 * attempt)
                continue
            if response.is_success:
                return response
            raise protocol.api_error(response.status_code, response.content, response.headers)
        raise ConnectionFailed(f"{self.url} does not answer")

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        try:
            answer = json.loads(response.content)
        except ValueError as error:
            raise ProtocolError(f"{self.url} answers with something else than JSON") from error
        if not isinstance(answer, dict):
            raise ProtocolError(f"{self.url} answers with something else than a JSON object")
        return answer


def _has_type(value: TensorLike) -> bool:
    return isinstance(value, Tensor) or hasattr(value, "dtype")
