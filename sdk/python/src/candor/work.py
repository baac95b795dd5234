"""Jobs and schedules, as the chain tells of them. Amounts are planck, accounts addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .keys import ss58_encode
from .receipts import Failed, Output, Receipt, SignedReceipt
from .tensors import DType, Tensor


@dataclass(frozen=True)
class Content:
    """A tensor that travels off chain: its bytes are at ``<source>/<root as hex>``."""

    dtype: DType
    shape: tuple[int, ...]
    root: bytes
    source: str


@dataclass(frozen=True)
class Answer:
    """What a host answered to a job. ``outputs`` is ``None`` for a failed run."""

    host: str
    receipt: SignedReceipt
    outputs: tuple[Tensor | Content, ...] | None

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Answer:
        """Read the chain's answer."""
        signed = SignedReceipt(Receipt.decode(view["receipt_bytes"]), view["signature"])
        output = view["output"]
        return cls(ss58_encode(view["host"]), signed, None if output is None else read_payload(output))


@dataclass(frozen=True)
class Job:
    """A job that is not final yet. ``phase`` is ``Open``, ``Assigned``, ``Revealing`` or ``Delivered``."""

    id: int
    requester: str
    release: int
    units: int
    max_fee: int
    escrow: int
    phase: str
    submitted: int
    deadline: int
    hosts: tuple[str, ...]
    answers: tuple[Answer, ...]

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Job:
        """Read the chain's answer."""
        names = ["id", "release", "units", "max_fee", "escrow", "phase", "submitted", "deadline"]
        return cls(
            requester=ss58_encode(view["requester"]),
            hosts=tuple(map(ss58_encode, view["hosts"])),
            answers=tuple(map(Answer.from_chain, view["answers"])),
            **{name: view[name] for name in names},
        )

    @property
    def delivered(self) -> bool:
        """Whether it is answered."""
        return self.phase == "Delivered"


@dataclass(frozen=True)
class Submitted:
    """A job that was sent, with what it asked: what its answer is checked against."""

    job: int
    block: int
    release: int
    inputs: dict[str, Tensor]
    max_fee: int
    insured: int
    redundancy: int


@dataclass(frozen=True)
class Schedule:
    """A call that is repeated every ``period`` blocks, ``count`` times. ``next`` is ``None`` when it has ended."""

    id: int
    requester: str
    release: int
    max_fee: int
    period: int
    count: int
    done: int
    next: int | None
    #: Held for runs to come.
    prepaid: int
    #: Held for what the chain stores of it.
    deposit: int

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Schedule:
        """Read the chain's answer."""
        names = ["id", "release", "max_fee", "period", "count", "done", "next", "prepaid", "deposit"]
        return cls(requester=ss58_encode(view["requester"]), **{name: view[name] for name in names})


@dataclass(frozen=True)
class Run:
    """One run of a schedule. One that was ``missed`` or ``unanswered`` cost its start only: the rest of it came back."""

    number: int
    #: Block for which it was planned.
    due: int
    result: Literal["running", "final", "unanswered", "missed"]
    #: Its job; none of a run that was missed.
    job: int | None = None
    #: Of a final run: whose answer it is, what it came to, and what it cost in planck.
    host: str | None = None
    outcome: Output | Failed | None = None
    paid: int | None = None
    #: Of a missed run: why, by the chain's name (``Jobs.FeeTooLow``).
    error: str | None = None

    @classmethod
    def from_chain(cls, number: int, view: Mapping[str, Any], error_name: Callable[[Any], str]) -> Run:
        """Read the chain's answer."""
        name, details = next(iter(view["result"].items()))
        due = view["due"]
        match name:
            case "Running":
                return cls(number, due, "running", details["job"])
            case "Unanswered":
                return cls(number, due, "unanswered", details["job"])
            case "Missed":
                return cls(number, due, "missed", error=error_name(details))
            case _:
                host, outcome = ss58_encode(details["host"]), read_outcome(details["outcome"])
                return cls(number, due, "final", details["job"], host, outcome, details["paid"])


def read_outcome(outcome: Mapping[str, Any]) -> Output | Failed:
    """What a run came to, as the chain has it."""
    if "Output" in outcome:
        return Output(outcome["Output"])
    return Failed(**outcome["Failed"])


def inline(tensors: Sequence[Tensor]) -> dict[str, Any]:
    """Tensors with their bytes, as calls take them."""
    return {"Inline": [{"dtype": chain_name(t.dtype), "shape": t.shape, "data": t.data} for t in tensors]}


def by_content(tensors: Sequence[Tensor], source: str) -> dict[str, Any]:
    """Tensors by their roots, as calls take them."""
    refs = [{"dtype": chain_name(t.dtype), "shape": t.shape, "root": t.root()} for t in tensors]
    return {"Content": {"tensors": refs, "source": source}}


def chain_name(dtype: DType) -> str:
    """Name of an element type on chain."""
    return dtype.label.capitalize()


def read_payload(payload: Mapping[str, Any]) -> tuple[Tensor | Content, ...]:
    """Inputs or outputs as the chain has them."""
    if "Inline" in payload:
        return tuple(Tensor(DType.of(t["dtype"]), tuple(t["shape"]), t["data"]) for t in payload["Inline"])
    content = payload["Content"]
    source = content["source"].decode()
    return tuple(Content(DType.of(t["dtype"]), tuple(t["shape"]), t["root"], source) for t in content["tensors"])
