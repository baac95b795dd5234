"""A real network, as ``scripts/run`` starts one, named by the environment.

==========================  ================================================================
``CANDOR_URL``              a node; without it every test here is skipped
``CANDOR_ENDPOINT``         ``candor proxy`` or a gateway with MiniLM; for calls through it
``CANDOR_ENGINE``           the engine of the host, and its token:
``CANDOR_ENGINE_TOKEN_FILE``
``CANDOR_KEY``              who pays, ``//Bob`` if left out
``CANDOR_PREPARED``         folder of MiniLM as ``candor model prepare`` wrote it
==========================  ================================================================

MiniLM is published and offered there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from candor import Candor

#: "How are you?", as MiniLM's tokenizer cuts it.
IDS = [101, 2129, 2024, 2017, 1029, 102]


def need(name: str) -> str:
    """A setting; without it the test is skipped."""
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set")
    return value


@pytest.fixture(scope="session")
def key() -> str:
    return os.environ.get("CANDOR_KEY", "//Bob")


@pytest.fixture(scope="session")
def network(key: str) -> Iterator[Candor]:
    need("CANDOR_URL")
    with Candor(key=key) as candor:
        yield candor


@pytest.fixture(scope="session")
def inputs() -> dict[str, Any]:
    ids = np.array([IDS])
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}


@pytest.fixture(scope="session")
def embedding(network: Candor, inputs: dict[str, Any]) -> np.ndarray[Any, Any]:
    """What a job on chain answers: everything else must give the same bytes."""
    return network.jobs.infer("minilm", inputs)["sentence_embedding"]
