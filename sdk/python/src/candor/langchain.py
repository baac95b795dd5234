"""Adapters for LangChain: embeddings, and a tool that calls a model. Install with ``pip install candor[langchain]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

try:
    from langchain_core.embeddings import Embeddings
    from langchain_core.tools import BaseTool
except ImportError as error:
    raise ImportError("candor.langchain needs langchain-core: pip install 'candor[langchain]'") from error
from pydantic import BaseModel, ConfigDict, Field, create_model

from ._async.client import AsyncCandor
from ._sync.client import Candor
from .protocol import Result

__all__ = ["CandorEmbeddings", "CandorTool"]

#: Texts that are sent in one call.
CHUNK = 64


class CandorEmbeddings(Embeddings):
    """Embeddings by a model on Candor that has a tokenizer.

    >>> embeddings = CandorEmbeddings("minilm", client=Candor())       # doctest: +SKIP
    >>> embeddings.embed_query("How are you?")                         # doctest: +SKIP

    Without ``async_client`` asynchronous calls run in threads.
    """

    def __init__(
        self,
        model: str | int,
        *,
        client: Candor | None = None,
        async_client: AsyncCandor | None = None,
        chunk_size: int = CHUNK,
    ) -> None:
        if chunk_size < 1:
            raise ValueError("chunk_size is at least 1")
        self.model = model
        self.chunk_size = chunk_size
        self._client = client or Candor()
        self._async_client = async_client

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts."""
        rows: list[list[float]] = []
        for at in range(0, len(texts), self.chunk_size):
            rows += self._client.embeddings(self.model, texts[at : at + self.chunk_size]).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """Vector of one text."""
        return self.embed_documents([text])[0]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts."""
        if self._async_client is None:
            return await super().aembed_documents(texts)
        rows: list[list[float]] = []
        for at in range(0, len(texts), self.chunk_size):
            rows += (await self._async_client.embeddings(self.model, texts[at : at + self.chunk_size])).tolist()
        return rows

    async def aembed_query(self, text: str) -> list[float]:
        """Vector of one text."""
        return (await self.aembed_documents([text]))[0]


class CandorTool(BaseTool):
    """A tool that calls a model on Candor.

    Its arguments are the model's inputs as nested lists, or what ``args_schema`` says together with ``to_inputs``. It
    answers with the outputs as nested lists, or what ``to_answer`` makes of the result; the result itself, with the
    receipt, is the tool's artifact.

    >>> tool = CandorTool.for_model("scaler", client=Candor(), description="Scales a vector.")   # doctest: +SKIP
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: str | int
    client: Candor = Field(exclude=True)
    async_client: AsyncCandor | None = Field(default=None, exclude=True)
    to_inputs: Callable[..., Mapping[str, Any]] | None = Field(default=None, exclude=True)
    to_answer: Callable[[Result], Any] | None = Field(default=None, exclude=True)
    response_format: Any = "content_and_artifact"

    @classmethod
    def for_model(
        cls,
        model: str | int,
        *,
        client: Candor,
        name: str | None = None,
        description: str,
        args_schema: type[BaseModel] | None = None,
        **more: Any,
    ) -> CandorTool:
        """A tool of a model; without ``args_schema`` the endpoint is asked for the model's inputs."""
        if args_schema is None:
            info = client.endpoint.model(model)
            fields: dict[str, Any] = {}
            for spec in info.inputs:
                shape = ", ".join("any" if dim is None else str(dim) for dim in spec.shape)
                text = f"{spec.dtype.label} tensor of shape [{shape}], as nested lists"
                fields[spec.name] = (Any, Field(description=text))
            args_schema = create_model("Inputs", **fields)
        name = name or str(model).rpartition("/")[2].partition("@")[0].replace(".", "_")
        return cls(model=model, client=client, name=name, description=description, args_schema=args_schema, **more)

    def _run(self, **arguments: Any) -> tuple[Any, Result]:
        arguments.pop("run_manager", None)
        return self._answer(self.client.infer(self.model, self._inputs(arguments)))

    async def _arun(self, **arguments: Any) -> tuple[Any, Result]:
        arguments.pop("run_manager", None)
        if self.async_client is None:
            import asyncio

            return await asyncio.to_thread(lambda: self._run(**arguments))
        return self._answer(await self.async_client.infer(self.model, self._inputs(arguments)))

    def _inputs(self, arguments: dict[str, Any]) -> Mapping[str, Any]:
        return arguments if self.to_inputs is None else self.to_inputs(**arguments)

    def _answer(self, result: Result) -> tuple[Any, Result]:
        if self.to_answer is not None:
            return self.to_answer(result), result
        return {name: array.tolist() for name, array in result.items()}, result
