#![doc = include_str!("../README.md")]
// Input of any kind must not make what is tested fail; what tests may.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod attestation;
mod attributes;
mod bytes;
mod calls;
mod case;
pub mod evidence;
mod files;
mod openings;
pub mod seeds;

pub use case::{full_name, Case, Measured};

/// A node of any operator with operands of any kind.
pub fn operators(data: &[u8]) {
    Case::new(data).judge();
}

/// A name and what is done with bytes from a stranger.
pub type Target = (&'static str, fn(&[u8]));

/// What takes bytes from strangers, by name.
pub const TARGETS: [Target; 7] = [
    ("attestation", attestation::bytes),
    ("calls", calls::bytes),
    ("evidence", evidence::bytes),
    ("judging", files::judging),
    ("onnx", files::onnx),
    ("openings", openings::bytes),
    ("operators", operators),
];

/// The target of a name.
pub fn target(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|(n, _)| *n == name).map(|(_, run)| *run)
}
