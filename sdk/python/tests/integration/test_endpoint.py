"""Calls through the proxy or gateway of a real network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from candor import Candor, InvalidRequest, NotFound
from candor.langchain import CandorEmbeddings

from .conftest import IDS, need

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def endpoint(network: Candor) -> Candor:
    need("CANDOR_ENDPOINT")
    assert network.endpoint.ready()
    return network


def test_calls_should_give_what_jobs_give(
    endpoint: Candor, inputs: dict[str, Any], embedding: np.ndarray[Any, Any]
) -> None:
    results = [endpoint.infer("minilm", inputs), endpoint.infer("minilm", inputs, binary=False)]
    results.append(endpoint.infer("minilm@1.0.0", {name: array.tolist() for name, array in inputs.items()}, timeout=30))
    assert all(np.array_equal(result["sentence_embedding"], embedding) for result in results)
    assert results[0].version == "1.0.0"


def test_answers_should_pass_verification_here(endpoint: Candor, inputs: dict[str, Any]) -> None:
    result = endpoint.infer("minilm", inputs, outputs=["sentence_embedding"])
    if result.receipt is None:
        pytest.skip("the endpoint gives no receipts: it is a gateway, not the proxy")
    assert endpoint.verify(result).units == 6
    assert len(endpoint.infer_batch("minilm", [inputs] * 20, verify=True)) == 20


def test_embeddings_should_be_the_models(endpoint: Candor, embedding: np.ndarray[Any, Any]) -> None:
    vectors = endpoint.embeddings("minilm", ["How are you?", "Fine, thanks."])
    assert vectors.shape == (2, 384)
    # Padding to the longer text changes the last bits.
    assert np.allclose(vectors[0], embedding[0], atol=1e-5)
    assert np.array_equal(endpoint.embeddings("minilm", "How are you?"), embedding)
    adapter = CandorEmbeddings("minilm", client=endpoint)
    assert np.array_equal(np.array(adapter.embed_query("How are you?"), dtype=np.float32), embedding[0])


def test_the_endpoint_should_describe_its_models(endpoint: Candor) -> None:
    assert any("minilm" in name for name in endpoint.endpoint.models())
    info = endpoint.endpoint.model("minilm")
    assert [spec.name for spec in info.inputs] == ["input_ids", "attention_mask", "token_type_ids"]
    assert info.inputs[0].shape == (None, None)
    assert endpoint.endpoint.ready("minilm")


def test_wrong_calls_should_be_named(endpoint: Candor, inputs: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        endpoint.infer("no-such-model", inputs)
    with pytest.raises(InvalidRequest) as caught:
        endpoint.infer("minilm", {**inputs, "token_type_ids": np.zeros((1, 6), dtype=np.float32)})
    assert "token_type_ids" in str(caught.value) or "inputs[2]" in caught.value.field
    with pytest.raises(InvalidRequest):
        endpoint.infer("minilm", {name: inputs[name] for name in ("input_ids", "attention_mask")})


def test_the_quickstart_should_run(endpoint: Candor, embedding: np.ndarray[Any, Any]) -> None:
    result = endpoint.infer("minilm", {"input_ids": [IDS], "attention_mask": [[1] * 6], "token_type_ids": [[0] * 6]})
    if result.receipt is None:
        pytest.skip("the endpoint gives no receipts: it is a gateway, not the proxy")
    script = ROOT / "examples" / "quickstart.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert str(embedding[0, :4]) in done.stdout
    assert "checked here" in done.stdout
