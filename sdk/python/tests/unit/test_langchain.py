from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.messages import ToolMessage
from langchain_core.vectorstores import InMemoryVectorStore
from pydantic import BaseModel

from candor import AsyncCandor, Candor, Result
from candor.langchain import CandorEmbeddings, CandorTool

from ..fakes.server import FakeServer


def test_embeddings_should_serve_langchain(client: Candor, server: FakeServer) -> None:
    embeddings = CandorEmbeddings("acme/echo", client=client, chunk_size=2)
    assert isinstance(embeddings, Embeddings)
    assert [row[0] for row in embeddings.embed_documents(["a", "bc", "def"])] == [1.0, 2.0, 3.0]
    assert sum(path == "/v1/embeddings" for _, path, _, _ in server.requests) == 2
    assert embeddings.embed_query("abcd")[0] == 4.0
    assert embeddings.embed_documents([]) == []
    with pytest.raises(ValueError, match="at least 1"):
        CandorEmbeddings("acme/echo", client=client, chunk_size=0)


def test_embeddings_should_fill_a_vector_store(client: Candor) -> None:
    store = InMemoryVectorStore(CandorEmbeddings("acme/echo", client=client))
    store.add_texts(["a", "something longer"])
    assert store.similarity_search("a", k=1)[0].page_content == "a"


def test_embeddings_should_work_asynchronously(client: Candor, server: FakeServer) -> None:
    async def calls() -> None:
        threads = CandorEmbeddings("acme/echo", client=client)
        assert (await threads.aembed_query("ab"))[0] == 2.0
        async with AsyncCandor(server.url) as candor:
            own = CandorEmbeddings("acme/echo", client=client, async_client=candor)
            assert [row[0] for row in await own.aembed_documents(["a", "bc"])] == [1.0, 2.0]

    asyncio.run(calls())


def test_a_tool_should_take_the_models_inputs(client: Candor) -> None:
    tool = CandorTool.for_model("acme/echo", client=client, description="Gives back what it gets.")
    assert tool.name == "echo"
    assert set(tool.args) == {"x", "n"}
    assert tool.invoke({"x": [[1, 2]], "n": 3}) == {"x": [[1.0, 2.0]], "n": 3}
    call = {"name": "echo", "args": {"x": [[1, 2]], "n": 3}, "id": "1", "type": "tool_call"}
    message = tool.invoke(call)
    assert isinstance(message, ToolMessage)
    assert isinstance(message.artifact, Result)
    assert message.artifact["x"].dtype == np.float32


def test_a_tool_should_translate_arguments_and_answers(client: Candor, server: FakeServer) -> None:
    class Arguments(BaseModel):
        numbers: list[float]

    def to_inputs(numbers: list[float]) -> dict[str, Any]:
        return {"x": np.array([numbers], dtype=np.float32)}

    async def calls() -> None:
        async with AsyncCandor(server.url) as candor:
            for more in ({}, {"async_client": candor}):
                tool = CandorTool.for_model(
                    "acme/echo",
                    client=client,
                    name="sum",
                    description="Adds numbers.",
                    args_schema=Arguments,
                    to_inputs=to_inputs,
                    to_answer=lambda result: float(result["x"].sum()),
                    **more,
                )
                assert await tool.ainvoke({"numbers": [1, 2, 3.5]}) == 6.5
                assert tool.invoke({"numbers": [1, 2]}) == 3.0

    asyncio.run(calls())
