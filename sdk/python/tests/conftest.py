from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from candor import Candor

from .fakes.server import FakeServer

REPO = Path(__file__).resolve().parents[3]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def client(server: FakeServer) -> Iterator[Candor]:
    with Candor(server.url) as candor:
        yield candor


def vectors(crate: str) -> Any:
    """What the Rust code computes: the file that its own tests keep up to date."""
    path = REPO / "primitives" / crate / "vectors.json"
    if not path.exists():
        pytest.skip(f"{path} is part of Candor's repository")
    return json.loads(path.read_text())
