//! The client against a server that is written out by hand.

mod calls;
mod connections;
mod server;

use super::{Client, Options};
use crate::{
    backend::InferRequest,
    tensor::{NamedTensor, TensorData},
};
use candor_primitives::DType;
use server::Server;

fn tensor(dtype: DType, shape: &[u32], data: &[u8]) -> TensorData {
    TensorData { dtype, shape: shape.to_vec().try_into().unwrap(), data: data.to_vec().into() }
}

fn named(name: &str, tensor: TensorData) -> NamedTensor {
    NamedTensor { name: name.into(), tensor }
}

fn request(inputs: Vec<NamedTensor>) -> InferRequest {
    InferRequest {
        model: "acme/echo".into(),
        version: None,
        id: None,
        inputs,
        outputs: Vec::new(),
        deadline: None,
        payment: None,
        caller: None,
    }
}

fn client(server: &Server) -> Client {
    Client::new(&server.url, Options::default()).unwrap()
}

/// Tensors of every type: a few elements, no elements, one element without a dimension.
fn every_tensor() -> Vec<TensorData> {
    let mut all = Vec::new();
    let types = [
        (DType::Uint8, 1),
        (DType::Int8, 1),
        (DType::Uint16, 2),
        (DType::Int16, 2),
        (DType::Float16, 2),
        (DType::Bfloat16, 2),
        (DType::Uint32, 4),
        (DType::Int32, 4),
        (DType::Float32, 4),
        (DType::Uint64, 8),
        (DType::Int64, 8),
        (DType::Float64, 8),
    ];
    for (dtype, size) in types {
        // Among them the largest numbers, NaN with a payload, infinities, and minus zero.
        let bytes: Vec<u8> = (0..size * 6).map(|n| [0xff, 0x7f, 0x80, 0x00, 0x01, 0xc0, 0xfe][n % 7]).collect();
        all.push(tensor(dtype, &[2, 3], &bytes));
        all.push(tensor(dtype, &[0, 3], &[]));
        all.push(tensor(dtype, &[], &bytes[..size]));
    }
    all.push(tensor(DType::Bool, &[3], &[0, 1, 1]));
    all.push(tensor(DType::Bool, &[], &[1]));
    all.push(tensor(DType::String, &[2], &[3, 0, 0, 0, 0xe2, 0x82, 0xac, 0, 0, 0, 0]));
    all.push(tensor(DType::String, &[0], &[]));
    all.push(tensor(DType::String, &[], &[2, 0, 0, 0, b'"', b'\\']));
    all
}
