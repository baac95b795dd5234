//! Calls and answers of the Open Inference Protocol over REST: JSON, and the binary tensor data extension.
//!
//! In the extension the JSON comes first, with its length in the header [`HEADER_LENGTH`]; the bytes of tensors follow it one
//! after the other, and their places in the JSON carry `binary_data_size` instead of `data`.

mod request;
mod response;

pub use request::{decode, Decoded, Wanted};
pub use response::{encode, Encoded};

/// Name of the HTTP header with the length of the JSON, in bytes.
pub const HEADER_LENGTH: &str = "inference-header-content-length";

#[cfg(test)]
mod tests;
