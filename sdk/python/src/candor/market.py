"""Hosts, offers, prices, and stake, as the chain tells of them. Amounts are planck, accounts addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ChainError
from .keys import ss58_encode


@dataclass(frozen=True)
class Offer:
    """A host that runs a release."""

    host: str
    release: int
    variant: bytes
    price_per_call: int
    price_per_unit: int
    capacity: int
    in_flight: int
    live: bool

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Offer:
        """Read the chain's answer."""
        return cls(
            ss58_encode(view["host"]),
            view["release"],
            view["variant"],
            view["price_per_call"],
            view["price_per_unit"],
            view["capacity"],
            view["in_flight"],
            view["live"],
        )


@dataclass(frozen=True)
class Quote:
    """What a call costs now: the cheapest and the dearest live offer, and the deposit of a job."""

    units: int
    lowest: int
    highest: int
    offers: int
    deposit: int

    @classmethod
    def from_chain(cls, answer: Mapping[str, Any]) -> Quote:
        """Read the chain's answer."""
        if "Err" in answer:
            raise ChainError(f"Jobs.{answer['Err']}", "there is no price for this call")
        return cls(**answer["Ok"])


@dataclass(frozen=True)
class Host:
    """A host. ``worker`` is the key that signs its receipts, ``endpoint`` where it can be reached."""

    address: str
    worker: bytes
    endpoint: str
    hardware: str
    stake: int
    free_stake: int
    open_receipts: int
    live: bool
    chilled: bool
    offers: tuple[int, ...]

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Host:
        """Read the chain's answer."""
        return cls(
            ss58_encode(view["account"]),
            view["worker"],
            view["endpoint"].decode(errors="replace"),
            view["hardware"].decode(errors="replace"),
            view["stake"],
            view["free_stake"],
            view["open_receipts"],
            view["live"],
            view["chilled"],
            tuple(view["offers"]),
        )


@dataclass(frozen=True)
class Pool:
    """The stake behind a host, and its record. ``commission`` is in millionths, ``return_ppb`` in parts per billion."""

    host: str
    own: int
    delegated: int
    stakers: int
    free: int
    required: int
    commission: int
    paid: int
    penalties: int
    slashes: int
    slashed: int
    return_ppb: int

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Pool:
        """Read the chain's answer."""
        names = ["own", "delegated", "stakers", "free", "required", "commission"]
        names += ["paid", "penalties", "slashes", "slashed", "return_ppb"]
        return cls(ss58_encode(view["pool"]), **{name: view[name] for name in names})


@dataclass(frozen=True)
class Unbonding:
    """Stake that can be withdrawn from a block on."""

    amount: int
    at: int


@dataclass(frozen=True)
class Position:
    """What an account has staked for a host."""

    host: str
    active: int
    unbonding: tuple[Unbonding, ...]

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Position:
        """Read the chain's answer."""
        parts = tuple(Unbonding(part["amount"], part["at"]) for part in view["unbonding"])
        return cls(ss58_encode(view["pool"]), view["active"], parts)
