//! Errors as they travel over HTTP: JSON that says what is wrong, where, and what to do.
//!
//! [`Problem`] is the body of every answer of the Open Inference Protocol that is not a success. `error` is what the
//! protocol's clients read; the rest is for programs. [`Problem::into_error`] gives back the [`CallError`].

use crate::{
    backend::{CallError, PaymentNeeded, PaymentProblem},
    wire::decimal,
};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use candor_primitives::{AccountId, Balance, ReleaseId, SignedReceipt, Units};
use codec::{DecodeAll, Encode};
use serde::{Deserialize, Serialize};
use sp_core::{
    crypto::{Ss58AddressFormat, Ss58Codec},
    H256,
};

/// Prefix of addresses in JSON.
const SS58_PREFIX: u16 = 2609;

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// For people.
    pub error: String,
    /// For programs: [`code`].
    #[serde(default)]
    pub code: String,
    /// The field of the request that is wrong, for example `inputs[0].shape`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u32>,
    /// What must be paid, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentBody>,
    /// The receipt of a run that failed: SCALE in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// What is wrong with a payment. Amounts are planck in decimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentBody {
    /// What is wrong.
    #[serde(flatten)]
    pub problem: PaymentTag,
    /// Hash of the genesis block of the chain on which the session must be, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesis: Option<String>,
    /// Address of the host to open a session with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The release to open it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseId>,
    /// Units of this call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
}

/// [`PaymentProblem`] as JSON: its name under `problem`, and what belongs to it beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum PaymentTag {
    /// Nothing pays for the call.
    Missing,
    /// The session is being looked up.
    UnknownSession,
    /// The session takes no calls here.
    Closed,
    /// The session is for another release.
    WrongRelease {
        /// The one that it is for.
        session_release: ReleaseId,
    },
    /// The call costs more than a call of this session may.
    TooDear {
        /// Its fee.
        #[serde(with = "decimal")]
        fee: Balance,
    },
    /// The deposit does not cover the call.
    Deposit {
        /// What is missing.
        #[serde(with = "decimal")]
        missing: Balance,
    },
    /// Answered calls are not paid.
    Unpaid {
        /// Calls that the voucher must cover at least.
        calls: u32,
        /// What they cost together.
        #[serde(with = "decimal")]
        fee: Balance,
    },
    /// The voucher is wrong.
    Voucher {
        /// Why.
        reason: String,
    },
    /// The index is not the next one.
    Index {
        /// The next one.
        next: u32,
    },
}

impl From<&PaymentProblem> for PaymentTag {
    fn from(problem: &PaymentProblem) -> Self {
        match problem {
            PaymentProblem::Missing => Self::Missing,
            PaymentProblem::UnknownSession => Self::UnknownSession,
            PaymentProblem::Closed => Self::Closed,
            PaymentProblem::Release(release) => Self::WrongRelease { session_release: *release },
            PaymentProblem::TooDear(fee) => Self::TooDear { fee: *fee },
            PaymentProblem::Deposit { missing } => Self::Deposit { missing: *missing },
            PaymentProblem::Unpaid { calls, fee } => Self::Unpaid { calls: *calls, fee: *fee },
            PaymentProblem::Voucher(reason) => Self::Voucher { reason: reason.clone() },
            PaymentProblem::Index(next) => Self::Index { next: *next },
        }
    }
}

impl From<PaymentTag> for PaymentProblem {
    fn from(tag: PaymentTag) -> Self {
        match tag {
            PaymentTag::Missing => Self::Missing,
            PaymentTag::UnknownSession => Self::UnknownSession,
            PaymentTag::Closed => Self::Closed,
            PaymentTag::WrongRelease { session_release } => Self::Release(session_release),
            PaymentTag::TooDear { fee } => Self::TooDear(fee),
            PaymentTag::Deposit { missing } => Self::Deposit { missing },
            PaymentTag::Unpaid { calls, fee } => Self::Unpaid { calls, fee },
            PaymentTag::Voucher { reason } => Self::Voucher(reason),
            PaymentTag::Index { next } => Self::Index(next),
        }
    }
}

impl From<&PaymentNeeded> for PaymentBody {
    fn from(needed: &PaymentNeeded) -> Self {
        let address = |host: &AccountId| host.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX));
        Self {
            problem: (&needed.problem).into(),
            genesis: needed.genesis.map(|genesis| format!("{genesis:?}")),
            host: needed.host.as_ref().map(address),
            release: needed.release,
            units: needed.units,
        }
    }
}

impl From<PaymentBody> for PaymentNeeded {
    fn from(body: PaymentBody) -> Self {
        let account = |text: String| AccountId::from_ss58check_with_version(&text).ok().map(|(account, _)| account);
        Self {
            problem: body.problem.into(),
            genesis: body.genesis.and_then(|text| text.parse::<H256>().ok()),
            host: body.host.and_then(account),
            release: body.release,
            units: body.units,
        }
    }
}

/// HTTP status of an error.
pub const fn status(error: &CallError) -> u16 {
    match error {
        CallError::Invalid { .. } => 400,
        CallError::Unauthorized(_) => 401,
        CallError::Payment(needed) if matches!(needed.problem, PaymentProblem::Index(_)) => 409,
        CallError::Payment(_) => 402,
        CallError::NotFound(_) => 404,
        CallError::Run { .. } => 422,
        CallError::Busy { .. } => 429,
        CallError::Internal(_) => 500,
        CallError::Unavailable(_) => 503,
        CallError::Deadline => 504,
    }
}

/// What programs know an error by.
pub const fn code(error: &CallError) -> &'static str {
    match error {
        CallError::Invalid { .. } => "invalid",
        CallError::Unauthorized(_) => "unauthorized",
        CallError::Payment(_) => "payment",
        CallError::NotFound(_) => "not_found",
        CallError::Run { .. } => "run_failed",
        CallError::Busy { .. } => "busy",
        CallError::Internal(_) => "internal",
        CallError::Unavailable(_) => "unavailable",
        CallError::Deadline => "deadline",
    }
}

/// Milliseconds after which a call that was refused so may be tried again.
pub fn retry_ms(error: &CallError) -> Option<u32> {
    match error {
        CallError::Busy { retry_ms } => Some(*retry_ms),
        CallError::Payment(needed) if needed.problem == PaymentProblem::UnknownSession => Some(2_000),
        CallError::Unavailable(_) => Some(1_000),
        _ => None,
    }
}

impl From<&CallError> for Problem {
    fn from(error: &CallError) -> Self {
        let (mut field, mut payment, mut receipt) = (None, None, None);
        match error {
            CallError::Invalid { field: name, .. } => field = Some(name.clone()),
            CallError::Payment(needed) => payment = Some(PaymentBody::from(&**needed)),
            CallError::Run { receipt: Some(signed), .. } => receipt = Some(STANDARD.encode(signed.encode())),
            _ => {},
        }
        Self { error: error.to_string(), code: code(error).into(), field, retry_ms: retry_ms(error), payment, receipt }
    }
}

impl Problem {
    /// The error that became this problem, sent with this status. A server that sends no `code` is judged by the status.
    pub fn into_error(self, status: u16) -> CallError {
        let message = self.error;
        let by_status = match status {
            400 | 413 | 415 => "invalid",
            401 | 403 => "unauthorized",
            402 | 409 if self.payment.is_some() => "payment",
            404 => "not_found",
            408 | 504 => "deadline",
            422 => "run_failed",
            429 => "busy",
            503 => "unavailable",
            _ => "internal",
        };
        let code = if self.code.is_empty() { by_status } else { &self.code };
        match (code, self.payment) {
            ("payment", Some(payment)) => CallError::Payment(Box::new(payment.into())),
            ("unauthorized", _) => CallError::Unauthorized(message),
            ("not_found", _) => CallError::NotFound(message),
            ("deadline", _) => CallError::Deadline,
            ("busy", _) => CallError::Busy { retry_ms: self.retry_ms.unwrap_or(1_000) },
            ("unavailable", _) => CallError::Unavailable(message),
            ("run_failed", _) => {
                let receipt = self.receipt.and_then(|text| STANDARD.decode(text).ok());
                let receipt = receipt.and_then(|bytes| SignedReceipt::decode_all(&mut bytes.as_slice()).ok());
                CallError::Run { message, receipt: receipt.map(Box::new) }
            },
            ("internal", _) => CallError::Internal(message),
            _ => CallError::Invalid { field: self.field.unwrap_or_default(), message },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(problem: PaymentProblem) -> CallError {
        let host = AccountId::new([7; 32]);
        CallError::Payment(Box::new(PaymentNeeded {
            problem,
            genesis: Some(H256([1; 32])),
            host: Some(host),
            release: Some(9),
            units: Some(16),
        }))
    }

    fn errors() -> Vec<CallError> {
        vec![
            CallError::NotFound("no such model".into()),
            CallError::Invalid { field: "inputs[0].shape".into(), message: "it has 3 elements".into() },
            CallError::Unauthorized("send a key".into()),
            payment(PaymentProblem::Missing),
            payment(PaymentProblem::UnknownSession),
            payment(PaymentProblem::Closed),
            payment(PaymentProblem::Release(3)),
            payment(PaymentProblem::TooDear(u128::MAX)),
            payment(PaymentProblem::Deposit { missing: 1 << 70 }),
            payment(PaymentProblem::Unpaid { calls: 4, fee: 1 << 90 }),
            payment(PaymentProblem::Voucher("it is of another session".into())),
            payment(PaymentProblem::Index(12)),
            CallError::Busy { retry_ms: 20 },
            CallError::Deadline,
            CallError::Unavailable("it is being loaded".into()),
            CallError::Run { message: "index out of range".into(), receipt: None },
            CallError::Internal("disk".into()),
        ]
    }

    #[test]
    fn errors_should_be_the_same_when_they_have_travelled() {
        for error in errors() {
            let text = serde_json::to_string(&Problem::from(&error)).unwrap();
            let problem: Problem = serde_json::from_str(&text).unwrap();
            assert_eq!(problem.into_error(status(&error)), error, "{text}");
        }
    }

    #[test]
    fn payments_should_say_everything_when_they_are_needed() {
        let error = payment(PaymentProblem::Unpaid { calls: 4, fee: u128::MAX });
        let json: serde_json::Value = serde_json::to_value(Problem::from(&error)).unwrap();
        assert_eq!(json["payment"]["problem"], "unpaid");
        assert_eq!(json["payment"]["calls"], 4);
        assert_eq!(json["payment"]["fee"], u128::MAX.to_string());
        assert_eq!(json["payment"]["release"], 9);
        assert_eq!(json["payment"]["genesis"], format!("0x{}", "01".repeat(32)));
    }

    #[test]
    fn errors_should_be_guessed_when_a_server_sends_a_text_only() {
        let problem: Problem = serde_json::from_str(r#"{"error":"no"}"#).unwrap();
        assert_eq!(problem.clone().into_error(404), CallError::NotFound("no".into()));
        assert_eq!(problem.into_error(500), CallError::Internal("no".into()));
    }
}
