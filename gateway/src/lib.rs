#![doc = include_str!("../README.md")]

pub mod backend;
pub mod tensor;
pub mod wire;

pub use backend::{
    Backend, CallError, InferRequest, InferResponse, ModelInfo, Payment, PaymentNeeded, PaymentProblem, TensorInfo,
};
pub use tensor::{NamedTensor, TensorData, TensorError};
