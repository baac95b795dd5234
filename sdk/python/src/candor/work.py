"""Jobs and schedules, as the chain tells of them. Amounts are planck, accounts addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .keys import ss58_encode
from .receipts import Receipt, SignedReceipt
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
    """One run of a schedule. ``result`` is the chain's word for what came of it, in lower case, ``details`` the rest.

    A run that was ``missed`` cost nothing: what was held for it came back.
    """

    number: int
    #: Block in which it was due.
    due: int
    result: str
    details: dict[str, Any]

    @property
    def job(self) -> int | None:
        """Its job, while it runs."""
        job = self.details.get("job")
        return job if isinstance(job, int) else None

    @classmethod
    def from_chain(cls, number: int, view: Mapping[str, Any]) -> Run:
        """Read the chain's answer."""
        result = view["result"]
        name, details = (result, {}) if isinstance(result, str) else next(iter(result.items()))
        details = details if isinstance(details, dict) else {"value": details}
        return cls(number, view["due"], name.lower(), details)


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
