//! Inputs of a case: from its files, or made up.

use candor_adjudicator::{DType, Header};
use candor_verifier::{
    onnx::{proto::TensorProto, GraphDim, GraphValue, OnnxModel},
    tensor::{byte_len, OwnedTensor},
};
use prost::Message;
use std::{collections::HashMap, path::Path};

/// A small generator of numbers (splitmix64): the same inputs every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Roughly normal: the sum of four uniform numbers.
    fn normal(&mut self) -> f32 {
        let uniform = |n: u64| (n >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        (0..4).map(|_| uniform(self.next())).sum::<f32>() * 1.7
    }
}

/// The inputs of a model, in its order.
pub fn inputs(model: &OnnxModel, case: &Path) -> Result<Vec<OwnedTensor>, String> {
    let mut bound = HashMap::new();
    let mut numbers = Numbers(1);
    let folder = case.join("test_data_set_0");
    if let Ok(reason) = std::fs::read_to_string(folder.join("skip.txt")) {
        return Err(reason.trim().to_owned());
    }
    let inputs = model.inputs();
    inputs
        .iter()
        .enumerate()
        .map(|(position, input)| {
            let file = folder.join(format!("input_{position}.pb"));
            if file.exists() {
                read(model, &file)
            } else {
                make_up(input, &mut bound, &mut numbers)
            }
        })
        .collect()
}

fn read(model: &OnnxModel, file: &Path) -> Result<OwnedTensor, String> {
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    let proto = TensorProto::decode(bytes.as_slice()).map_err(|e| format!("{}: {e}", file.display()))?;
    let header = model.header(&proto).map_err(|e| e.to_string())?;
    let data = model.data(&proto).map_err(|e| e.to_string())?;
    OwnedTensor::new(header, data.bytes).map_err(|e| e.to_string())
}

fn make_up(input: &GraphValue, bound: &mut HashMap<String, u64>, numbers: &mut Numbers) -> Result<OwnedTensor, String> {
    let dtype = DType::from_code(i64::from(input.elem_type)).ok_or("an input of a type that cannot be judged")?;
    let shape = input.shape.as_ref().ok_or("an input of unknown rank")?;
    let dims = shape
        .iter()
        .map(|dim| match dim {
            GraphDim::Fixed(length) => *length,
            GraphDim::Named(name) => *bound.entry(name.clone()).or_insert(2),
            GraphDim::Unknown => 2,
        })
        .collect();
    let header = Header::new(dtype, dims).ok_or("an input of a shape that is too large")?;
    let len = byte_len(&header).ok_or("an input of a shape that is too large")?;
    let mut data = Vec::with_capacity(len);
    for _ in 0..header.count() {
        match dtype {
            DType::Float32 => data.extend_from_slice(&numbers.normal().to_le_bytes()),
            DType::Float64 => data.extend_from_slice(&f64::from(numbers.normal()).to_le_bytes()),
            // The upper half of a binary32 is a bfloat16; for binary16, small numbers of both signs.
            DType::Bfloat16 => data.extend_from_slice(&numbers.normal().to_le_bytes()[2..]),
            DType::Float16 => {
                let bits = 0x2c00 + (numbers.next() % 0x1400) as u16 + ((numbers.next() & 1) as u16 * 0x8000);
                data.extend_from_slice(&bits.to_le_bytes());
            },
            DType::Bool => data.push((numbers.next() & 1) as u8),
            // Mostly token ids, types and masks: 0 and 1 are valid for all of them.
            _ => data.extend_from_slice(&(numbers.next() % 2).to_le_bytes()[..dtype.size()]),
        }
    }
    OwnedTensor::new(header, data).map_err(|e| e.to_string())
}
