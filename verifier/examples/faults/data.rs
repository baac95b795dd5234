//! Inputs by type and declared shape, from a seed.

use candor_adjudicator::{DType, Header};
use candor_verifier::{
    onnx::{GraphDim, GraphValue, OnnxModel},
    tensor::OwnedTensor,
};
use std::collections::HashMap;

/// A small generator of numbers (splitmix64): the same every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn normal(&mut self) -> f32 {
        let uniform = |n: u64| (n >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        (0..4).map(|_| uniform(self.next())).sum::<f32>() * 1.7
    }
}

/// The inputs of a model, in its order. Integers are small: identifiers, lengths, masks.
pub fn inputs(model: &OnnxModel, seed: u64) -> Result<Vec<OwnedTensor>, String> {
    let mut bound = HashMap::new();
    let mut numbers = Numbers(seed);
    model.inputs().iter().map(|input| one(input, &mut bound, &mut numbers)).collect()
}

fn one(input: &GraphValue, bound: &mut HashMap<String, u64>, numbers: &mut Numbers) -> Result<OwnedTensor, String> {
    let dtype = DType::from_code(i64::from(input.elem_type)).ok_or("an input of a type that cannot be judged")?;
    let dims = input.shape.as_ref().ok_or("an input of unknown rank")?.iter().map(|dim| match dim {
        GraphDim::Fixed(length) => *length,
        GraphDim::Named(name) => *bound.entry(name.clone()).or_insert(3),
        GraphDim::Unknown => 3,
    });
    let header = Header::new(dtype, dims.collect()).ok_or("an input of a shape that is too large")?;
    let mut data = Vec::new();
    for n in 0..header.count() {
        match dtype {
            DType::Float32 => data.extend_from_slice(&numbers.normal().to_le_bytes()),
            DType::Bool => data.push(1),
            _ if input.name.contains("mask") => data.extend_from_slice(&1u64.to_le_bytes()[..dtype.size()]),
            _ if input.name.contains("position") => data.extend_from_slice(&n.to_le_bytes()[..dtype.size()]),
            _ => data.extend_from_slice(&numbers.below(50).to_le_bytes()[..dtype.size()]),
        }
    }
    OwnedTensor::new(header, data).map_err(|e| e.to_string())
}
