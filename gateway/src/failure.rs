//! Errors as they travel: one body for HTTP and gRPC, from which a client gets the very error back.
//!
//! Over HTTP it is the JSON body of every answer that is not a success: the protocol's `error` (a text), and beside it what a
//! program needs to act. Over gRPC the same JSON is the metadata [`DETAIL`](crate::wire::DETAIL)`-bin`. The receipt of a failed
//! run travels like any receipt.
//!
//! | error | code | HTTP | gRPC |
//! |---|---|---|---|
//! | no such model or version | `not_found` | 404 | `NOT_FOUND` |
//! | the request is wrong | `invalid` | 400 | `INVALID_ARGUMENT` |
//! | the caller may not | `unauthorized` | 401 | `UNAUTHENTICATED` |
//! | payment is missing | `payment` | 402 | `FAILED_PRECONDITION` |
//! | the index is taken, or not the next | `payment` | 409 | `FAILED_PRECONDITION` |
//! | the queue is full | `busy` | 429 | `RESOURCE_EXHAUSTED` |
//! | the deadline passed | `deadline` | 504 | `DEADLINE_EXCEEDED` |
//! | it cannot be called now | `unavailable` | 503 | `UNAVAILABLE` |
//! | the run failed on this input | `run` | 422 | `ABORTED` |
//! | this machine failed | `internal` | 500 | `INTERNAL` |

use crate::backend::{CallError, PaymentNeeded, PaymentProblem};
use candor_primitives::{AccountId, Balance, ReleaseId, SignedReceipt, Units};
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// Which error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// [`CallError::NotFound`].
    NotFound,
    /// [`CallError::Invalid`].
    Invalid,
    /// [`CallError::Unauthorized`].
    Unauthorized,
    /// [`CallError::Payment`].
    Payment,
    /// [`CallError::Busy`].
    Busy,
    /// [`CallError::Deadline`].
    Deadline,
    /// [`CallError::Unavailable`].
    Unavailable,
    /// [`CallError::Run`].
    Run,
    /// [`CallError::Internal`].
    Internal,
}

/// The body of an answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What is wrong, for people.
    pub error: String,
    /// Which error it is.
    pub code: ErrorCode,
    /// The field that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u32>,
    /// What to pay, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentBody>,
}

/// Which part of a payment is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// [`PaymentProblem::Missing`].
    Missing,
    /// [`PaymentProblem::UnknownSession`].
    UnknownSession,
    /// [`PaymentProblem::Closed`].
    Closed,
    /// [`PaymentProblem::Release`]; `session_release` says which.
    Release,
    /// [`PaymentProblem::TooDear`]; `fee` is what it costs.
    TooDear,
    /// [`PaymentProblem::Deposit`]; `missing` is what is missing.
    Deposit,
    /// [`PaymentProblem::Unpaid`]; `calls` and `fee` are what the voucher must say at least.
    Unpaid,
    /// [`PaymentProblem::Voucher`]; `reason` says why.
    Voucher,
    /// [`PaymentProblem::Index`]; `index` is the next one.
    Index,
}

/// What pays for a call: everything that a program needs to open a session and to sign the voucher that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentBody {
    /// What is wrong.
    pub problem: ProblemCode,
    /// Hash of the genesis block of the chain on which the session must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesis: Option<H256>,
    /// The host to open a session with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<AccountId>,
    /// The release to open it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseId>,
    /// Units of this call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
    /// Release of the session that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_release: Option<ReleaseId>,
    /// A fee in planck, in decimal.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "planck")]
    pub fee: Option<Balance>,
    /// What the deposit lacks, in planck, in decimal.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "planck")]
    pub missing: Option<Balance>,
    /// Calls that the voucher must cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u32>,
    /// Index of the next call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Why the voucher is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl CallError {
    /// Status of the HTTP answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 400,
            Self::Unauthorized(_) => 401,
            Self::Payment(needed) => match needed.problem {
                PaymentProblem::Index(_) => 409,
                _ => 402,
            },
            Self::NotFound(_) => 404,
            Self::Run { .. } => 422,
            Self::Busy { .. } => 429,
            Self::Internal(_) => 500,
            Self::Unavailable(_) => 503,
            Self::Deadline => 504,
        }
    }

    /// As it travels.
    pub fn body(&self) -> ErrorBody {
        let (code, field, retry_ms, payment) = match self {
            Self::NotFound(_) => (ErrorCode::NotFound, None, None, None),
            Self::Invalid { field, .. } => (ErrorCode::Invalid, Some(field.clone()), None, None),
            Self::Unauthorized(_) => (ErrorCode::Unauthorized, None, None, None),
            Self::Payment(needed) => (ErrorCode::Payment, None, None, Some(PaymentBody::from(&**needed))),
            Self::Busy { retry_ms } => (ErrorCode::Busy, None, Some(*retry_ms), None),
            Self::Deadline => (ErrorCode::Deadline, None, None, None),
            Self::Unavailable(_) => (ErrorCode::Unavailable, None, None, None),
            Self::Run { .. } => (ErrorCode::Run, None, None, None),
            Self::Internal(_) => (ErrorCode::Internal, None, None, None),
        };
        ErrorBody { error: self.to_string(), code, field, retry_ms, payment }
    }
}

impl ErrorBody {
    /// The error that was sent. A body that contradicts itself is an internal error of the sender.
    pub fn into_error(self, receipt: Option<Box<SignedReceipt>>) -> CallError {
        match self.code {
            ErrorCode::NotFound => CallError::NotFound(self.error),
            ErrorCode::Invalid => CallError::Invalid { field: self.field.unwrap_or_default(), message: self.error },
            ErrorCode::Unauthorized => CallError::Unauthorized(self.error),
            ErrorCode::Payment => match self.payment.and_then(PaymentBody::into_needed) {
                Some(needed) => CallError::Payment(Box::new(needed)),
                None => CallError::Internal(self.error),
            },
            ErrorCode::Busy => CallError::Busy { retry_ms: self.retry_ms.unwrap_or(DEFAULT_RETRY_MS) },
            ErrorCode::Deadline => CallError::Deadline,
            ErrorCode::Unavailable => CallError::Unavailable(self.error),
            ErrorCode::Run => CallError::Run { message: self.error, receipt },
            ErrorCode::Internal => CallError::Internal(self.error),
        }
    }
}

/// Pause before a busy server that named none is asked again, in milliseconds.
pub const DEFAULT_RETRY_MS: u32 = 1000;

impl From<&PaymentNeeded> for PaymentBody {
    fn from(needed: &PaymentNeeded) -> Self {
        let PaymentNeeded { problem, genesis, host, release, units } = needed.clone();
        let mut body = Self {
            problem: ProblemCode::Missing,
            genesis,
            host,
            release,
            units,
            session_release: None,
            fee: None,
            missing: None,
            calls: None,
            index: None,
            reason: None,
        };
        body.problem = match problem {
            PaymentProblem::Missing => ProblemCode::Missing,
            PaymentProblem::UnknownSession => ProblemCode::UnknownSession,
            PaymentProblem::Closed => ProblemCode::Closed,
            PaymentProblem::Release(of) => {
                body.session_release = Some(of);
                ProblemCode::Release
            },
            PaymentProblem::TooDear(fee) => {
                body.fee = Some(fee);
                ProblemCode::TooDear
            },
            PaymentProblem::Deposit { missing } => {
                body.missing = Some(missing);
                ProblemCode::Deposit
            },
            PaymentProblem::Unpaid { calls, fee } => {
                (body.calls, body.fee) = (Some(calls), Some(fee));
                ProblemCode::Unpaid
            },
            PaymentProblem::Voucher(reason) => {
                body.reason = Some(reason);
                ProblemCode::Voucher
            },
            PaymentProblem::Index(next) => {
                body.index = Some(next);
                ProblemCode::Index
            },
        };
        body
    }
}

impl PaymentBody {
    /// What was sent; `None` if a number is missing that belongs to the problem.
    pub fn into_needed(self) -> Option<PaymentNeeded> {
        let problem = match self.problem {
            ProblemCode::Missing => PaymentProblem::Missing,
            ProblemCode::UnknownSession => PaymentProblem::UnknownSession,
            ProblemCode::Closed => PaymentProblem::Closed,
            ProblemCode::Release => PaymentProblem::Release(self.session_release?),
            ProblemCode::TooDear => PaymentProblem::TooDear(self.fee?),
            ProblemCode::Deposit => PaymentProblem::Deposit { missing: self.missing? },
            ProblemCode::Unpaid => PaymentProblem::Unpaid { calls: self.calls?, fee: self.fee? },
            ProblemCode::Voucher => PaymentProblem::Voucher(self.reason?),
            ProblemCode::Index => PaymentProblem::Index(self.index?),
        };
        let Self { genesis, host, release, units, .. } = self;
        Some(PaymentNeeded { problem, genesis, host, release, units })
    }
}

/// Amounts, which JavaScript would round, as text.
mod planck {
    use candor_primitives::Balance;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Option<Balance>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Balance>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn needed(problem: PaymentProblem) -> CallError {
        CallError::Payment(Box::new(PaymentNeeded {
            problem,
            genesis: Some(H256::repeat_byte(7)),
            host: Some(AccountId::new([9; 32])),
            release: Some(3),
            units: Some(128),
        }))
    }

    #[test]
    fn errors_should_come_back_as_they_were_when_sent_as_json() {
        let problems = [
            PaymentProblem::Missing,
            PaymentProblem::UnknownSession,
            PaymentProblem::Closed,
            PaymentProblem::Release(4),
            PaymentProblem::TooDear(u128::MAX),
            PaymentProblem::Deposit { missing: 10 },
            PaymentProblem::Unpaid { calls: 3, fee: 1 << 100 },
            PaymentProblem::Voucher("its signature is wrong".into()),
            PaymentProblem::Index(8),
        ];
        let others = [
            CallError::NotFound("no model `x`".into()),
            CallError::Invalid { field: "inputs[0].shape".into(), message: "wrong".into() },
            CallError::Unauthorized("no".into()),
            CallError::Busy { retry_ms: 20 },
            CallError::Deadline,
            CallError::Unavailable("loading".into()),
            CallError::Run { message: "index out of range".into(), receipt: None },
            CallError::Internal("disk".into()),
        ];
        for error in others.into_iter().chain(problems.into_iter().map(needed)) {
            let text = serde_json::to_string(&error.body()).unwrap();
            let body: ErrorBody = serde_json::from_str(&text).unwrap();
            assert_eq!(body.into_error(None), error, "{text}");
        }
    }

    #[test]
    fn payment_should_be_readable_when_shown_to_a_person() {
        let text = serde_json::to_string(&needed(PaymentProblem::Unpaid { calls: 3, fee: 5 }).body()).unwrap();
        assert!(text.contains(r#""code":"payment""#), "{text}");
        assert!(text.contains(r#""problem":"unpaid""#), "{text}");
        assert!(text.contains(r#""fee":"5""#), "{text}");
        assert!(text.contains(r#""genesis":"0x0707"#), "{text}");
        assert!(!text.contains("null"), "{text}");
    }
}
