"""The server under test: `GATEWAY_URL`, started by `run`."""

import os

import pytest


@pytest.fixture(scope="session")
def url():
    return os.environ["GATEWAY_URL"]
