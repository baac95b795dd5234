"""Transactions: nonces under concurrency, lost answers, lost transactions, errors, upgrades."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from candor import AsyncChain, Chain, ChainError, ConnectionFailed, Keypair, ProtocolError, TransactionError
from candor.chain.scale import Reader, ScaleError, encode_compact

from ..fakes.node import FakeNode

BOB, EVE = Keypair.from_uri("//Bob"), Keypair.from_uri("//Eve")


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("candor._sync.chain.POLL", 0.001)
    monkeypatch.setattr("candor._async.chain.POLL", 0.001)


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


@pytest.fixture
def chain(node: FakeNode) -> Chain:
    return Chain("ws://node", transport=node.transport())


def write(chain: Chain, text: str = "x", key: Keypair = BOB, **more: Any) -> Any:
    return chain.submit(key, "Notes", "write", text=text, value=0, **more)


def test_a_call_should_give_its_own_events(chain: Chain) -> None:
    done = write(chain, "hello")
    assert done.number == 1
    assert done.one("Notes", "Written").fields == {"text": b"hello", "number": 7}
    with pytest.raises(KeyError):
        done.one("Notes", "Erased")


def test_a_failed_call_should_name_the_chains_error(chain: Chain) -> None:
    with pytest.raises(ChainError, match="nothing to write") as caught:
        write(chain, "")
    assert caught.value.name == "Notes.Empty"
    # Its nonce is used all the same.
    assert write(chain).number == 2


def test_nonces_should_never_clash_when_threads_send(chain: Chain, node: FakeNode) -> None:
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda i: write(chain, f"note {i}", BOB if i % 3 else EVE), range(60)))
    assert [one.one("Notes", "Written").fields["text"] for one in done] == [f"note {i}".encode() for i in range(60)]
    assert node.nonces == {BOB.public_key: 40, EVE.public_key: 20}
    # The nonce is asked for once for each account.
    assert node.calls.count("system_accountNextIndex") == 2


def test_nonces_should_never_clash_when_tasks_send(node: FakeNode) -> None:
    async def calls() -> None:
        chain = AsyncChain("ws://node", transport=node.transport())
        tasks = [chain.submit(BOB, "Notes", "write", text=f"note {i}", value=0) for i in range(40)]
        done = await asyncio.gather(*tasks)
        assert [one.one("Notes", "Written").fields["text"] for one in done] == [f"note {i}".encode() for i in range(40)]
        await chain.aclose()

    asyncio.run(calls())
    assert node.nonces[BOB.public_key] == 40


def test_the_nonce_should_be_read_again_when_another_program_used_it(chain: Chain, node: FakeNode) -> None:
    write(chain)
    node.nonces[BOB.public_key] = 5
    assert write(chain, "after").one("Notes", "Written").fields["text"] == b"after"
    assert node.nonces[BOB.public_key] == 6


def test_a_transaction_should_be_the_same_when_the_answer_was_lost(chain: Chain, node: FakeNode) -> None:
    node.deaf = 1
    assert write(chain, "once").one("Notes", "Written").fields["text"] == b"once"
    assert node.nonces[BOB.public_key] == 1
    assert node.calls.count("author_submitExtrinsic") == 2


def test_a_lost_transaction_should_be_given_up_when_it_is_too_old(chain: Chain, node: FakeNode) -> None:
    node.forget, node.idle = 1, True
    with pytest.raises(TransactionError, match="within 64 blocks"):
        write(chain, "lost")
    node.idle = False
    # Its nonce is free again.
    assert write(chain, "next").one("Notes", "Written").fields["text"] == b"next"


def test_a_refused_transaction_should_say_why(chain: Chain) -> None:
    with pytest.raises(TransactionError, match="Inability to pay"):
        chain.submit(BOB, "Notes", "write", text="x", value=2**128 - 1)
    assert write(chain).number == 1


def test_finality_should_be_waited_for(chain: Chain, node: FakeNode) -> None:
    node.idle = True
    assert write(chain, "final", finalized=True).number >= 1


def test_metadata_should_be_read_again_when_the_runtime_was_upgraded(chain: Chain, node: FakeNode) -> None:
    write(chain)
    node.spec_version = 2
    # The signature covers the new version.
    assert write(chain).number == 2


def test_apis_storage_and_constants_should_be_read_by_the_metadata(chain: Chain) -> None:
    assert chain.call("NotesApi", "double", 21) == 42
    assert chain.constant("Notes", "Limit") == 77
    assert chain.balance(BOB.public_key) == 0
    with pytest.raises(ScaleError, match=r"no runtime API NotesApi\.triple"):
        chain.call("NotesApi", "triple", 1)
    with pytest.raises(ScaleError, match="takes 1 arguments"):
        chain.call("NotesApi", "double")
    with pytest.raises(ScaleError, match="no storage"):
        chain.storage("Notes", "Pages")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": "x"}, "value is missing"),
        ({"text": "x", "value": 0, "more": 1}, "no field more"),
        ({"text": "x", "value": -1}, "does not fit u128"),
        ({"text": "x", "value": 2**128}, "does not fit u128"),
    ],
)
def test_calls_should_be_refused_here_when_arguments_do_not_fit(chain: Chain, arguments: Any, words: str) -> None:
    with pytest.raises(ScaleError, match=words):
        chain.submit(BOB, "Notes", "write", **arguments)
    with pytest.raises(ScaleError, match="no variant 'erase'"):
        chain.submit(BOB, "Notes", "erase")


def test_nobody_should_be_said_when_no_node_answers() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ConnectionFailed, match="no node answers"):
        Chain("ws://nowhere", transport=httpx.MockTransport(broken)).best()
    other = httpx.MockTransport(lambda request: httpx.Response(200, text="<html>"))
    with pytest.raises(ProtocolError, match="no node's JSON-RPC"):
        Chain("http://web", transport=other).best()


@pytest.mark.parametrize("value", [0, 1, 63, 64, 2**14 - 1, 2**14, 2**30 - 1, 2**30, 2**64, 2**128 - 1, 2**535])
def test_compact_numbers_should_round_trip(value: int) -> None:
    encoded = encode_compact(value)
    reader = Reader(encoded)
    assert reader.compact() == value
    reader.end()
    # The examples of the specification.
    known = {1: "04", 63: "fc", 64: "0101", 2**30 - 1: "feffffff", 2**30: "0300000040"}
    assert encoded.hex() == known.get(value, encoded.hex())
