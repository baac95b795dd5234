"""Sessions, as the chain tells of them: many calls to one host, paid out of one deposit. Amounts are planck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ChainError
from .keys import ss58_encode
from .receipts import Receipt
from .verify import Price


@dataclass(frozen=True)
class SessionTerms:
    """What requester and host agreed on when the session was opened. Only ``deposit`` and ``expires`` can grow."""

    session: int
    genesis: bytes
    requester: bytes
    host: bytes
    release: int
    variant: bytes
    #: Key that signs the vouchers.
    key: bytes
    price_per_call: int
    price_per_unit: int
    #: Most that one call may cost.
    max_fee: int
    #: What all calls together may cost.
    deposit: int
    #: Block in which it was opened.
    opened: int
    #: Last block in which calls are answered.
    expires: int

    @property
    def price(self) -> Price:
        """Fixed since it was opened."""
        return Price(self.price_per_call, self.price_per_unit)

    def earns(self, receipt: Receipt, *, failed: bool) -> int:
        """What a call earns its host: of a failed run, the price per call."""
        return min(receipt.fee, self.price_per_call) if failed else receipt.fee


@dataclass(frozen=True)
class SessionInfo:
    """A session on chain. ``phase`` is ``Open``, ``Closing``, ``Ended`` or ``Overturned``."""

    terms: SessionTerms
    #: Key that signs its receipts.
    worker: bytes
    #: Where the host answers.
    endpoint: str
    phase: str
    #: Block after which anyone can end it.
    ends_after: int | None
    #: Calls that the last voucher on chain pays for, and what they cost together.
    settled_calls: int
    settled_fee: int
    #: Held for fees.
    held: int
    #: Held for what the chain stores of it.
    bond: int
    #: Numbers of the settlements that are not final.
    batches: tuple[int, ...]

    @property
    def id(self) -> int:
        """Number of the session."""
        return self.terms.session

    @property
    def host(self) -> str:
        """Address of the host."""
        return ss58_encode(self.terms.host)

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> SessionInfo:
        """Read the chain's answer."""
        return cls(
            terms=SessionTerms(**view["terms"]),
            worker=view["worker"],
            endpoint=view["endpoint"].decode(errors="replace"),
            phase=view["phase"],
            ends_after=view["ends_after"],
            settled_calls=view["settled_calls"],
            settled_fee=view["settled_fee"],
            held=view["held"],
            bond=view["bond"],
            batches=tuple(view["batches"]),
        )


@dataclass(frozen=True)
class SessionQuote:
    """What a session would cost now: with the host that was named, or the one that would be drawn."""

    host: str
    variant: bytes
    price_per_call: int
    price_per_unit: int
    #: Of a call of the most units.
    max_fee: int
    #: Such calls that the deposit pays for.
    calls: int
    bond: int

    @classmethod
    def from_chain(cls, answer: Mapping[str, Any]) -> SessionQuote:
        """Read the chain's answer."""
        if "Err" in answer:
            raise ChainError(f"Sessions.{answer['Err']}", "no host would open this session now")
        quote = answer["Ok"]
        names = ["variant", "price_per_call", "price_per_unit", "max_fee", "calls", "bond"]
        return cls(ss58_encode(quote["host"]), **{name: quote[name] for name in names})
