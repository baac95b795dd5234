"""What can go wrong, one class for each thing that a program would handle differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .receipts import SignedReceipt


class CandorError(Exception):
    """Everything that this package raises on purpose."""


class ConnectionFailed(CandorError):
    """Nobody answered at an address: the endpoint, the node, or a source of files."""


class ProtocolError(CandorError):
    """Something answered that does not speak the protocol: the wrong port, or a server of another version."""


class TensorError(CandorError, ValueError):
    """The values do not fit a tensor's type and shape."""


class VerificationError(CandorError):
    """A receipt or an answer is not what it must be. Do not use the answer; keep the receipt, it is what the host signed."""


class AttestationError(CandorError):
    """A host's attestation does not hold. ``code`` names the reason for programs, for example ``evidence.expired``."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class KeyFormatError(CandorError, ValueError):
    """A key or an address cannot be read."""


class ApiError(CandorError):
    """The endpoint refused or failed a request. ``status`` is the HTTP status, ``code`` what programs know it by."""

    def __init__(self, message: str, *, status: int = 0, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        #: When to try again, in seconds, if the endpoint said so.
        self.retry_after = retry_after


class InvalidRequest(ApiError):
    """The request is wrong; ``field`` says where, for example ``inputs[0].shape``."""

    def __init__(self, message: str, *, field: str = "", **more: Any) -> None:
        super().__init__(f"{field}: {message}" if field else message, **more)
        self.field = field


class Unauthorized(ApiError):
    """The API key is missing, or not one that may do this."""


class NotFound(ApiError):
    """No such model, version, session or file."""


class Busy(ApiError):
    """Too many calls wait; try again after ``retry_after`` seconds."""


class DeadlineExceeded(ApiError):
    """The deadline passed before the run ended. It costs nothing."""


class Unavailable(ApiError):
    """It is there, but cannot be used now."""


class ServerError(ApiError):
    """The endpoint's machine failed."""


@dataclass(frozen=True)
class Payment:
    """What is wrong with the payment of a call. Amounts are planck (1 CNDR = 10^12)."""

    #: ``missing``, ``unknown_session``, ``closed``, ``wrong_release``, ``too_dear``, ``deposit``, ``unpaid``,
    #: ``voucher``, ``index``; or the endpoint's own word.
    problem: str
    #: Genesis hash of the chain on which the session must be.
    genesis: bytes | None = None
    #: Address of the host to open a session with.
    host: str | None = None
    #: Release to open it for.
    release: int | None = None
    #: Units of the call.
    units: int | None = None
    #: ``deposit``: by how much the deposit falls short.
    missing: int | None = None
    #: ``too_dear``: the fee of the call. ``unpaid``: what the voucher must pay.
    fee: int | None = None
    #: ``unpaid``: calls that the voucher must cover at least.
    calls: int | None = None
    #: ``index``: index of the session's next call.
    next: int | None = None
    #: ``wrong_release``: the release that the session is for.
    session_release: int | None = None
    #: ``voucher``: what is wrong with it.
    reason: str | None = None


class PaymentRequired(ApiError):
    """The call must be paid first; ``payment`` says exactly what is missing."""

    def __init__(self, message: str, *, payment: Payment, **more: Any) -> None:
        super().__init__(message, **more)
        self.payment = payment


class RunFailed(ApiError):
    """The model failed on this input. That was work: ``receipt`` is the host's signed statement of it, if it was paid."""

    def __init__(self, message: str, *, receipt: SignedReceipt | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.receipt = receipt


class ChainError(CandorError):
    """The chain refused a call. ``name`` is the error as the chain knows it (``Jobs.FeeTooLow``)."""

    def __init__(self, name: str, docs: str = "") -> None:
        super().__init__(f"[{name}] {docs}" if docs else f"[{name}]")
        self.name = name
        self.docs = docs


class TransactionError(CandorError):
    """A transaction did not come into a block: refused by the pool, or too old by now."""


class JobFailed(CandorError):
    """A job ended without an answer; the fee came back. ``reason`` is ``expired``, ``cancelled`` or ``disagreed``."""

    def __init__(self, job: int, reason: str, message: str | None = None) -> None:
        super().__init__(message or f"job {job} ended without an answer: {reason}; the fee came back")
        self.job = job
        self.reason = reason


class ToolError(CandorError):
    """The ``candor`` program is missing or failed; it is needed to prepare ONNX models only."""
