"""A proxy or gateway: models, calls and embeddings by the Open Inference Protocol and OpenAI's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx

from .. import protocol
from .._compat import async_sleep
from ..errors import ApiError, ConnectionFailed, ProtocolError
from ..protocol import ModelInfo, Request, Result, SessionCall
from ..tensors import Array, Inputs, Tensor, TensorLike

#: Tries of a request that never reached anybody, or that may be repeated.
TRIES = 3
# Before these nothing was sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class AsyncEndpoint:
    """A proxy or gateway at an address."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        headers = {} if api_key is None else {"authorization": f"Bearer {api_key}"}
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
        self._http = httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=timeout, transport=transport, limits=limits
        )
        self._infos: dict[str, ModelInfo] = {}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def models(self) -> list[str]:
        """Names of all models that can be called here."""
        answer = self._json(await self._get("/v1/models"))
        data = answer.get("data")
        if not isinstance(data, list):
            raise ProtocolError(f"{self.url}/v1/models gives no list")
        return [str(entry["id"]) for entry in data if isinstance(entry, dict) and "id" in entry]

    async def model(self, model: str | int, version: str | None = None) -> ModelInfo:
        """Inputs and outputs of a model, as the endpoint has them."""
        return protocol.model_info((await self._get(protocol.model_path(model, version))).content)

    async def ready(self, model: str | int | None = None, version: str | None = None) -> bool:
        """Whether the endpoint, or a model there, answers calls now."""
        path = "/v2/health/ready" if model is None else f"{protocol.model_path(model, version)}/ready"
        try:
            await self._get(path)
        except ApiError:
            return False
        return True

    async def tensors(self, model: str | int, version: str | None, inputs: Inputs) -> dict[str, Tensor]:
        """Inputs as tensors. Arrays keep their type; lists take the one that the model declares."""
        if any(not _has_type(value) for value in inputs.values()):
            info = await self._info(model, version)
            declared = {name: info.input(name) for name in inputs}
        else:
            declared = {}
        tensors = {}
        for name, value in inputs.items():
            spec = None if _has_type(value) else declared.get(name)
            tensors[name] = Tensor.of(value, spec.dtype if spec else None)
        return tensors

    async def _info(self, model: str | int, version: str | None) -> ModelInfo:
        key = protocol.model_path(model, version)
        if key not in self._infos:
            self._infos[key] = await self.model(model, version)
        return self._infos[key]

    async def infer(
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
        tensors = await self.tensors(model, version, inputs)
        request = protocol.infer_request(
            model, version, tensors, outputs, id=id, binary=binary, payment=payment, timeout=timeout
        )
        response = await self._post(request, repeatable=payment is not None, timeout=timeout)
        return protocol.infer_result(response.content, response.headers, tensors)

    async def embeddings(self, model: str | int, texts: Sequence[str], *, dimensions: int | None = None) -> Array:
        """Vectors of texts, one row each."""
        request = protocol.embeddings_request(model, texts, dimensions=dimensions)
        response = await self._post(request, repeatable=False)
        return protocol.embeddings_result(response.content, len(texts))

    async def send(self, path: str, body: bytes, content_type: str = "application/octet-stream") -> httpx.Response:
        """Send bytes to a path, by POST; repeated when nobody answers."""
        return await self._post(Request(path, body, {"content-type": content_type}), repeatable=True)

    async def get_json(self, path: str) -> dict[str, Any]:
        """A JSON document of the endpoint."""
        return self._json(await self._get(path))

    async def _get(self, path: str) -> httpx.Response:
        return await self._request("GET", path, b"", {}, repeatable=True)

    async def _post(self, request: Request, *, repeatable: bool, timeout: float | None = None) -> httpx.Response:
        return await self._request(
            "POST", request.path, request.body, request.headers, repeatable=repeatable, timeout=timeout
        )

    async def _request(
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
                response = await self._http.request(method, path, content=body, headers=headers, timeout=limit)
            except httpx.TransportError as error:
                again = repeatable or isinstance(error, _NOT_SENT)
                if not again or attempt == TRIES:
                    what = str(error) or type(error).__name__
                    raise ConnectionFailed(f"{self.url} does not answer: {what}") from error
                await async_sleep(0.1 * attempt)
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
