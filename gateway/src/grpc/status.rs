//! Errors as gRPC has them.

use super::beside;
use crate::{backend::CallError, problem::Problem, wire};
use tonic::{metadata::MetadataMap, Code, Status};

/// The status code of an error.
pub(super) const fn code(error: &CallError) -> Code {
    match error {
        CallError::NotFound(_) => Code::NotFound,
        CallError::Invalid { .. } => Code::InvalidArgument,
        CallError::Unauthorized(_) => Code::Unauthenticated,
        CallError::Payment(_) => Code::FailedPrecondition,
        CallError::Busy { .. } => Code::ResourceExhausted,
        CallError::Deadline => Code::DeadlineExceeded,
        CallError::Unavailable(_) => Code::Unavailable,
        CallError::Run { .. } => Code::Aborted,
        CallError::Internal(_) => Code::Internal,
    }
}

/// Longest text of a status, in characters. It travels in a header, and clients take at most 8 KiB of headers.
const LONGEST: usize = 1000;

/// The status of an error, with the JSON that REST answers.
pub fn status(error: &CallError) -> Status {
    let mut metadata = MetadataMap::new();
    let mut problem = Problem::from(error);
    // The receipt has its own place.
    problem.receipt = None;
    if let Some((end, _)) = problem.error.char_indices().nth(LONGEST) {
        problem.error.truncate(end);
    }
    if let Ok(json) = serde_json::to_vec(&problem) {
        beside::put_bytes(&mut metadata, wire::DETAIL, &json);
    }
    if let CallError::Run { receipt: Some(receipt), .. } = error {
        beside::put(&mut metadata, wire::RECEIPT, &**receipt);
    }
    Status::with_metadata(code(error), problem.error, metadata)
}
