"""`openai`, as OpenAI publishes it."""

import asyncio

import numpy as np
import openai
import pytest


@pytest.fixture(scope="module")
def client(url):
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_models_should_be_listed_when_asked_for(client):
    assert "candor/tokens" in [model.id for model in client.models.list()]
    assert client.models.retrieve("candor/tokens").owned_by == "candor"


@pytest.mark.parametrize("model", ["candor/tokens", "candor/pooled@1.0.0", "tokens"])
def test_vectors_should_be_the_same_when_texts_come_in_any_form(client, model):
    def ask(given, **more):
        return client.embeddings.create(model=model, input=given, **more)

    # The client asks for base64 unless it is told otherwise.
    alone = ask("a b").data[0].embedding
    floats = ask("a b", encoding_format="float").data[0].embedding
    assert np.float32(floats).tobytes() == np.float32(alone).tobytes()
    assert ask([2, 3]).data[0].embedding == alone
    several = ask(["c", "a b", "a b c a b c"])
    assert [row.index for row in several.data] == [0, 1, 2]
    assert several.data[1].embedding == alone
    assert ask([[4], [2, 3]]).data[1].embedding == alone
    assert several.usage.prompt_tokens == several.usage.total_tokens == 9
    assert ask("a", dimensions=3).data[0].index == 0


def test_vectors_should_come_when_the_client_is_asynchronous(url):
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none") as client:
            asked = [client.embeddings.create(model="tokens", input=text) for text in ("a", "b", "c")]
            return await asyncio.gather(*asked)

    assert len(asyncio.run(ask())) == 3


def test_errors_should_have_their_class_when_a_request_is_wrong(client):
    def ask(model="tokens", given="a", **more):
        return client.embeddings.create(model=model, input=given, **more)

    with pytest.raises(openai.NotFoundError) as raised:
        ask(model="none")
    assert (raised.value.code, raised.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("none")
    with pytest.raises(openai.BadRequestError) as raised:
        ask(dimensions=2)
    assert (raised.value.type, raised.value.param) == ("invalid_request_error", "dimensions")
    with pytest.raises(openai.BadRequestError):
        ask(given=[])
    with pytest.raises(openai.BadRequestError) as raised:
        ask(model="add")
    assert "tokenizer.json" in raised.value.message
