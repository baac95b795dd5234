//! What a failed attempt means for the call.

use super::live::Live;
use candor_gateway::{client::ClientError, wire, CallError, PaymentProblem};
use std::time::Duration;

/// How long a host may take to hear of a new session.
const HEARS: Duration = Duration::from_secs(30);
/// Wait before it is asked again.
const HEAR: Duration = Duration::from_millis(300);
/// How long a busy host is asked again before another one is.
const BUSY: Duration = Duration::from_secs(2);

/// What to do next.
pub(super) enum Verdict {
    /// Ask the same once more after a while; it counts as no attempt.
    Wait(Duration),
    /// The host may have answered.
    Doubt,
    /// Nothing was sent.
    Unsent,
    /// It is not answered here.
    Refused,
    /// The index is not the next, or taken.
    Taken,
    /// The host takes nothing under this index but what it took before.
    Bound,
    /// Nothing can be done with this session any more.
    Broken,
}

/// What an attempt that ended with `error` means, after so long.
pub(super) fn judge(live: &Live, error: &ClientError, waited: Duration) -> Verdict {
    let error = match error {
        ClientError::Call(error) => error,
        ClientError::Connect(_) => return Verdict::Unsent,
        ClientError::Lost(_) | ClientError::Timeout | ClientError::Protocol(_) => return Verdict::Doubt,
        ClientError::Url(..) | ClientError::Request(_) => return Verdict::Refused,
    };
    match error {
        CallError::Busy { retry_ms } if waited < BUSY => {
            Verdict::Wait(Duration::from_millis(u64::from(*retry_ms).clamp(10, 1000)))
        },
        CallError::Payment(needed) => match needed.problem {
            // It hears of the chain a block or two later than this program.
            PaymentProblem::UnknownSession | PaymentProblem::Deposit { .. } if waited < HEARS => Verdict::Wait(HEAR),
            PaymentProblem::Closed if live.age() < HEARS && waited < HEARS => Verdict::Wait(HEAR),
            PaymentProblem::Index(_) => Verdict::Taken,
            PaymentProblem::Unpaid { .. } | PaymentProblem::UnknownSession | PaymentProblem::Deposit { .. } => {
                Verdict::Refused
            },
            _ => Verdict::Broken,
        },
        CallError::Deadline | CallError::Internal(_) | CallError::Unavailable(_) => Verdict::Doubt,
        // A failed run without its receipt: the host may have kept it back.
        CallError::Run { .. } => Verdict::Doubt,
        CallError::Invalid { field, .. } if field == wire::INDEX => Verdict::Bound,
        CallError::NotFound(_) | CallError::Invalid { .. } | CallError::Unauthorized(_) | CallError::Busy { .. } => {
            Verdict::Refused
        },
    }
}
