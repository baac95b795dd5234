//! Runs in ONNX Runtime that show every value.
//!
//! Declaring a value as an output changes nothing of what is computed (measured, and tested here), so a trace need not be
//! kept: it is made again, bit for bit, when somebody asks.

mod patch;
mod rerun;
mod trace;

pub use rerun::{RerunSession, Rerunner};
pub use trace::{Shown, TraceSession, Tracer};

use crate::tensor::TensorError;

/// Why a run cannot be traced.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// ONNX Runtime does not open the model.
    #[error("ONNX Runtime does not open the model: {0}")]
    Open(String),
    /// The run ended in an error.
    #[error("the run failed: {0}")]
    Run(String),
    /// A tensor cannot be fed or read.
    #[error("value {name:?}: {source}")]
    Tensor {
        /// Value.
        name: String,
        /// Cause.
        source: TensorError,
    },
    /// More or fewer inputs than the graph has, or a position that it does not have.
    #[error("{0}")]
    Call(String),
    /// The receiver of the tensors stopped.
    #[error("{0}")]
    Sink(Box<dyn std::error::Error + Send + Sync>),
}

/// What a receiver of tensors answers; an error ends the run.
pub type SinkResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

#[cfg(test)]
mod tests;
