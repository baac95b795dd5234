"""Client of Candor, a chain for verifiable inference of ONNX models.

>>> from candor import Candor
>>> candor = Candor()                                            # doctest: +SKIP
>>> result = candor.infer("scaler", {"x": [[1.0, 2.0]]})         # doctest: +SKIP
>>> result["y"], result.receipt                                  # doctest: +SKIP

``AsyncCandor`` is the same with ``await``.
"""

from ._async.chain import AsyncChain
from ._async.client import AsyncCandor
from ._async.sessions import AsyncSession
from ._sync.chain import Chain
from ._sync.client import Candor
from ._sync.sessions import Session
from .amounts import CNDR, cndr, planck
from .attestation import (
    Attestation,
    AttestationBinding,
    AttestationVerdict,
    Attested,
    NotAttested,
    SgxMeasurement,
    SnpMeasurement,
    TdxMeasurement,
    collateral_key,
    verify_evidence,
)
from .errors import (
    ApiError,
    AttestationError,
    Busy,
    CandorError,
    ChainError,
    ConnectionFailed,
    DeadlineExceeded,
    InvalidRequest,
    JobFailed,
    KeyFormatError,
    NotFound,
    Payment,
    PaymentRequired,
    ProtocolError,
    RunFailed,
    ServerError,
    TensorError,
    ToolError,
    TransactionError,
    Unauthorized,
    Unavailable,
    VerificationError,
)
from .keys import Keypair
from .market import Host, Offer, Pool, Position, Quote
from .paid import SessionInfo, SessionQuote, SessionTerms
from .protocol import ModelInfo, Result, TensorInfo
from .receipts import Failed, JobPath, Output, Receipt, SessionPath, SignedReceipt, SignedVoucher, Voucher
from .releases import Prepared, Release, TensorSpec, prepare
from .tensors import DType, Tensor
from .work import Job, Run, Schedule, Submitted

__version__ = "0.1.0"

__all__ = [
    "CNDR",
    "ApiError",
    "AsyncCandor",
    "AsyncChain",
    "AsyncSession",
    "Attestation",
    "AttestationBinding",
    "AttestationError",
    "AttestationVerdict",
    "Attested",
    "Busy",
    "Candor",
    "CandorError",
    "Chain",
    "ChainError",
    "ConnectionFailed",
    "DType",
    "DeadlineExceeded",
    "Failed",
    "Host",
    "InvalidRequest",
    "Job",
    "JobFailed",
    "JobPath",
    "KeyFormatError",
    "Keypair",
    "ModelInfo",
    "NotAttested",
    "NotFound",
    "Offer",
    "Output",
    "Payment",
    "PaymentRequired",
    "Pool",
    "Position",
    "Prepared",
    "ProtocolError",
    "Quote",
    "Receipt",
    "Release",
    "Result",
    "Run",
    "RunFailed",
    "Schedule",
    "ServerError",
    "Session",
    "SessionInfo",
    "SessionPath",
    "SessionQuote",
    "SessionTerms",
    "SgxMeasurement",
    "SignedReceipt",
    "SignedVoucher",
    "SnpMeasurement",
    "Submitted",
    "TdxMeasurement",
    "Tensor",
    "TensorError",
    "TensorInfo",
    "TensorSpec",
    "ToolError",
    "TransactionError",
    "Unauthorized",
    "Unavailable",
    "VerificationError",
    "Voucher",
    "cndr",
    "collateral_key",
    "planck",
    "prepare",
    "verify_evidence",
]
