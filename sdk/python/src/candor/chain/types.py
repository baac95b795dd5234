"""Blocks, events, and what came of a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Block:
    """A block: ``transactions`` are the BLAKE2b-256 hashes of what it holds."""

    hash: str
    number: int
    parent: str
    transactions: tuple[bytes, ...]


@dataclass(frozen=True)
class Event:
    """An event. ``extrinsic`` is the place of the transaction that it is of, if it is of one."""

    pallet: str
    name: str
    fields: dict[str, Any]
    extrinsic: int | None

    def is_(self, pallet: str, name: str, **fields: Any) -> bool:
        """Whether it is this event, with these fields."""
        same = self.pallet == pallet and self.name == name
        return same and all(self.fields.get(key) == value for key, value in fields.items())


@dataclass(frozen=True)
class Included:
    """A transaction in a block, with its events."""

    block: str
    number: int
    events: tuple[Event, ...]

    def find(self, pallet: str, name: str) -> Event | None:
        """The first event of this name."""
        return next((event for event in self.events if event.is_(pallet, name)), None)

    def one(self, pallet: str, name: str) -> Event:
        """The event of this name, which must be there."""
        found = self.find(pallet, name)
        if found is None:
            raise KeyError(f"the transaction has no event {pallet}.{name}")
        return found


def read_events(records: list[dict[str, Any]]) -> list[Event]:
    """Events as the chain stores them."""
    events = []
    for record in records:
        pallet, inner = _only(record["event"])
        name, fields = _only(inner)
        phase = record["phase"]
        extrinsic = phase["ApplyExtrinsic"] if isinstance(phase, dict) else None
        events.append(Event(pallet, name, fields if isinstance(fields, dict) else {"value": fields}, extrinsic))
    return events


def _only(value: Any) -> tuple[str, Any]:
    if isinstance(value, str):
        return value, {}
    name, fields = next(iter(value.items()))
    return str(name), fields
