"""A chain in memory: what runtime APIs answer, and what was submitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from candor import Candor, Chain
from candor.chain import Metadata
from candor.chain.types import Block, Event, Included
from candor.keys import Keypair

from .model import GENESIS


class FakeChain:
    """Stands in for a client's chain."""

    def __init__(self) -> None:
        self.number = 40
        self.first = GENESIS
        self.answers: dict[str, Any] = {}
        self.storages: dict[str, Any] = {}
        # Bytes of storage by pallet, item and key, and what was read.
        self.raws: dict[tuple[str, str, bytes | None], bytes] = {}
        self.read: list[tuple[str, str, bytes | None]] = []
        # What a call emits.
        self.emits: dict[str, list[Event]] = {}
        self.submitted: list[tuple[str, dict[str, Any]]] = []
        self.history: list[Event] = []
        self.described: Metadata | None = None

    def attach(self, candor: Candor) -> None:
        candor.chain.close()
        candor.chain = cast("Chain", self)

    def event(self, pallet: str, name: str, **fields: Any) -> Event:
        return Event(pallet, name, fields, 1)

    def call(self, api: str, name: str, *arguments: Any) -> Any:
        answer = self.answers[f"{api}.{name}"]
        return answer(*arguments) if callable(answer) else answer

    def storage(self, pallet: str, item: str, *keys: Any) -> Any:
        return self.storages.get(f"{pallet}.{item}")

    def raw(self, pallet: str, item: str, key: bytes | None = None, *, at: str | None = None) -> bytes | None:
        assert at == self.best()
        self.read.append((pallet, item, key))
        return self.raws.get((pallet, item, key))

    def submit(self, key: Keypair, pallet: str, call: str, /, **arguments: Any) -> Included:
        self.submitted.append((f"{pallet}.{call}", arguments))
        self.number += 1
        return Included("0x01", self.number, tuple(self.emits.get(f"{pallet}.{call}", [])))

    def metadata(self) -> Metadata | None:
        return self.described

    def genesis(self) -> bytes:
        return self.first

    def best(self) -> str:
        return "0x01"

    def block(self, block_hash: str) -> Block:
        return Block(block_hash, self.number, "0x00", ())

    def find_event(self, matches: Callable[[Event], bool], *, since: int, back: int = 64) -> Any:
        self.number += 1
        found = next((event for event in self.history if matches(event)), None)
        return None if found is None else (found, self.block("0x01"))

    def close(self) -> None:
        pass
