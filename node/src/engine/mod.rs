//! `candor-engine` beside the node: where it runs, how it is started and kept running.
//!
//! The engine is a process of its own, because a crash in ONNX Runtime or in a GPU's driver must not end a node. The off-chain
//! worker reaches it over HTTP; it finds the engine's address and token in the off-chain storage, where the node writes them
//! at start.

mod backoff;
mod error;
mod files;
mod metrics;
mod params;
mod setup;
mod supervisor;
#[cfg(test)]
mod tests;

pub use files::private_dir;
pub use params::EngineParams;
pub use setup::{data_dir, EngineSetup};
