#![doc = include_str!("../README.md")]

pub mod backend;
pub mod client;
pub mod datatype;
pub mod fit;
pub mod grpc;
pub mod json;
pub mod message;
mod openai;
mod openapi;
pub mod problem;
pub mod rest;
pub mod secret;
pub mod serve;
pub mod tensor;
pub mod wire;

pub use backend::{
    Backend, CallError, InferRequest, InferResponse, ModelInfo, Payment, PaymentNeeded, PaymentProblem, TensorInfo,
};
pub use datatype::{datatype, parse_datatype};
pub use problem::Problem;
pub use secret::Secret;
pub use tensor::{NamedTensor, TensorData, TensorError};
