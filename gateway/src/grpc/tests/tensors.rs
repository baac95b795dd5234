//! Tensors of every type, raw and typed.

use super::{call, infer, input, Echo, InferTensorContents, ModelInferResponse};
use crate::datatype::DATATYPES;
use bytes::Bytes;
use candor_primitives::DType;
use std::sync::Arc;

#[tokio::test]
async fn tensors_should_come_back_exactly_when_they_are_raw() {
    let backend = Arc::new(Echo::default());
    let (mut inputs, mut raw) = (Vec::new(), Vec::new());
    for (dtype, name) in DATATYPES {
        let size = dtype.size().map_or(0, |size| size as usize);
        let (bytes, text): (Vec<u8>, &[u8]) = match dtype {
            DType::Bool => (vec![1, 0, 1, 1, 0, 0], &[1]),
            DType::String => ([&[1, 0, 0, 0, b'a'][..], &[0; 20]].concat(), &[2, 0, 0, 0, 0xc3, 0xa4]),
            _ => ((0..size * 6).map(|n| [0xff, 0x7f, 0x80, 0x00, 0x01][n % 5]).collect(), &[0xff; 8][..size]),
        };
        inputs.push(input(&format!("{name}.many"), name, &[2, 3], None));
        raw.push(Bytes::from(bytes));
        inputs.push(input(&format!("{name}.none"), name, &[3, 0], None));
        raw.push(Bytes::new());
        inputs.push(input(&format!("{name}.one"), name, &[], None));
        raw.push(Bytes::copy_from_slice(text));
    }
    let answered = infer(&backend, &call(inputs.clone(), raw.clone())).await;
    let message: ModelInferResponse = answered.message();
    assert_eq!(message.raw_output_contents, raw);
    for (output, input) in message.outputs.iter().zip(&inputs) {
        assert_eq!((&output.name, &output.datatype, &output.shape), (&input.name, &input.datatype, &input.shape));
        assert!(output.contents.is_none());
    }
}

/// Contents of every type that has a field, with the ends of its range.
fn typed() -> Vec<(&'static str, usize, InferTensorContents)> {
    let none = InferTensorContents::default;
    let nan = f32::from_bits(0x7fc0_0001);
    vec![
        ("BOOL", 2, InferTensorContents { bool_contents: vec![true, false], ..none() }),
        ("INT8", 3, InferTensorContents { int_contents: vec![-128, 127, 0], ..none() }),
        ("INT16", 2, InferTensorContents { int_contents: vec![-32768, 32767], ..none() }),
        ("INT32", 2, InferTensorContents { int_contents: vec![i32::MIN, i32::MAX], ..none() }),
        ("INT64", 2, InferTensorContents { int64_contents: vec![i64::MIN, i64::MAX], ..none() }),
        ("UINT8", 2, InferTensorContents { uint_contents: vec![0, 255], ..none() }),
        ("UINT16", 2, InferTensorContents { uint_contents: vec![0, 65535], ..none() }),
        ("UINT32", 2, InferTensorContents { uint_contents: vec![0, u32::MAX], ..none() }),
        ("UINT64", 2, InferTensorContents { uint64_contents: vec![0, u64::MAX], ..none() }),
        ("FP32", 3, InferTensorContents { fp32_contents: vec![-0.0, f32::INFINITY, nan], ..none() }),
        ("FP64", 2, InferTensorContents { fp64_contents: vec![5e-324, f64::MAX], ..none() }),
        ("BYTES", 2, InferTensorContents { bytes_contents: vec![Bytes::new(), "ä".into()], ..none() }),
    ]
}

fn bits(contents: &InferTensorContents) -> (InferTensorContents, Vec<u32>) {
    let mut contents = contents.clone();
    let floats = std::mem::take(&mut contents.fp32_contents);
    (contents, floats.into_iter().map(f32::to_bits).collect())
}

#[tokio::test]
async fn tensors_should_come_back_exactly_when_they_are_typed() {
    let backend = Arc::new(Echo::default());
    let inputs: Vec<_> =
        typed().into_iter().map(|(name, count, contents)| input(name, name, &[count as i64], Some(contents))).collect();
    let message: ModelInferResponse = infer(&backend, &call(inputs.clone(), vec![])).await.message();
    assert!(message.raw_output_contents.is_empty());
    for (output, input) in message.outputs.iter().zip(&inputs) {
        assert_eq!(bits(output.contents.as_ref().unwrap()), bits(input.contents.as_ref().unwrap()), "{}", input.name);
    }
    for empty in typed() {
        let inputs = vec![input("x", empty.0, &[0], Some(InferTensorContents::default()))];
        let message: ModelInferResponse = infer(&backend, &call(inputs, vec![])).await.message();
        assert_eq!(message.outputs[0].shape, [0]);
    }
}

#[tokio::test]
async fn the_field_should_be_named_when_a_tensor_is_wrong() {
    let backend = Arc::new(Echo::default());
    let floats = |values: Vec<f32>| Some(InferTensorContents { fp32_contents: values, ..Default::default() });
    let ints = |values: Vec<i32>| Some(InferTensorContents { int_contents: values, ..Default::default() });
    let raw = |bytes: &'static [u8]| vec![Bytes::from_static(bytes)];
    let cases = [
        ("inputs[0].datatype", call(vec![input("x", "FP8", &[1], None)], raw(&[0]))),
        ("inputs[0].shape", call(vec![input("x", "BOOL", &[-1], None)], raw(&[0]))),
        ("inputs[0].shape", call(vec![input("x", "BOOL", &[1; 9], None)], raw(&[0]))),
        ("inputs[0].data", call(vec![input("x", "FP32", &[1], None)], raw(&[0]))),
        ("inputs[0].data", call(vec![input("x", "BOOL", &[1], None)], raw(&[2]))),
        ("inputs[0].data", call(vec![input("x", "BYTES", &[1], None)], raw(&[1, 0, 0, 0, 0xff]))),
        ("inputs[0].data", call(vec![input("x", "FP32", &[2], floats(vec![1.0]))], vec![])),
        ("inputs[0].contents", call(vec![input("x", "FP16", &[1], floats(vec![1.0]))], vec![])),
        ("inputs[0].contents", call(vec![input("x", "FP64", &[1], floats(vec![1.0]))], vec![])),
        ("inputs[0].contents", call(vec![input("x", "INT8", &[1], ints(vec![128]))], vec![])),
        ("inputs[0].contents", call(vec![input("x", "FP32", &[1], floats(vec![1.0]))], raw(&[0, 0, 0, 0]))),
        ("raw_input_contents", call(vec![input("x", "BOOL", &[1], None)], vec![])),
        ("raw_input_contents", call(vec![], raw(&[0]))),
    ];
    for (field, message) in cases {
        let answered = infer(&backend, &message).await;
        assert_eq!(answered.code(), 3, "{message:?}");
        let problem = super::calls::problem(&answered);
        assert_eq!(problem.field.as_deref(), Some(field), "{message:?}: {}", problem.error);
    }
}
