//! Calls and answers, whole.

use super::*;
use crate::{
    backend::{CallError, InferResponse},
    datatype::{datatype, DATATYPES},
    tensor::{NamedTensor, TensorData},
};
use bytes::Bytes;
use candor_primitives::DType;
use proptest::prelude::*;

fn body(text: impl Into<String>) -> Bytes {
    Bytes::from(text.into())
}

fn field(text: &str) -> String {
    match decode(&body(text), None) {
        Err(CallError::Invalid { field, .. }) => field,
        other => panic!("{text}: {other:?}"),
    }
}

/// A call whose only input has this after its name.
fn call(input: &str) -> String {
    format!(r#"{{"inputs":[{{"name":"x",{input}}}]}}"#)
}

#[test]
fn calls_should_be_read_when_keys_come_in_any_order() {
    let wanted = decode(&body(call(r#""datatype":"FP32","shape":[2],"data":[1,2]"#)), None).unwrap();
    let other = decode(&body(call(r#" "data" : [1,2] , "shape":[2],"datatype":"FP32" "#)), None).unwrap();
    assert_eq!(wanted, other);
    assert_eq!(wanted.inputs[0].tensor.data, [1.0f32, 2.0].map(f32::to_le_bytes).concat());
    let all = decode(
        &body(
            r#"{"id":"a\"","parameters":{"timeout":1500,"binary_data_output":true,"priority":1},"more":[{}],"inputs":[],
            "outputs":[{"name":"y"},{"name":"z","parameters":{"binary_data":false}}]}"#,
        ),
        None,
    )
    .unwrap();
    assert_eq!(all.id.as_deref(), Some("a\""));
    assert_eq!(all.timeout, Some(std::time::Duration::from_micros(1500)));
    assert!(all.binary);
    assert_eq!(all.outputs[1], Wanted { name: "z".into(), binary: Some(false) });
}

#[test]
fn the_field_should_be_named_when_a_call_is_wrong() {
    for (text, wanted) in [
        ("", "body"),
        ("[]", "body"),
        ("{}", "inputs"),
        (r#"{"inputs":{}}"#, "inputs"),
        (r#"{"inputs":[1]}"#, "inputs[0]"),
        (r#"{"inputs":[]} x"#, "body"),
        (r#"{"id":1,"inputs":[]}"#, "id"),
        (r#"{"inputs":[],"parameters":[]}"#, "parameters"),
        (r#"{"inputs":[],"parameters":{"timeout":-1}}"#, "parameters.timeout"),
        (r#"{"inputs":[],"parameters":{"sequence_id":3}}"#, "parameters.sequence_id"),
        (r#"{"inputs":[],"outputs":[{}]}"#, "outputs[0].name"),
        (r#"{"inputs":[],"outputs":[{"name":"y"},{"name":"y"}]}"#, "outputs[1].name"),
        (
            r#"{"inputs":[],"outputs":[{"name":"y","parameters":{"classification":2}}]}"#,
            "outputs[0].parameters.classification",
        ),
    ] {
        assert_eq!(field(text), wanted, "{text}");
    }
    for (input, wanted) in [
        (r#""datatype":"FP32","shape":[1]"#, "inputs[0].data"),
        (r#""datatype":"FP32","data":[1]"#, "inputs[0].shape"),
        (r#""shape":[1],"data":[1]"#, "inputs[0].datatype"),
        (r#""datatype":"fp32","shape":[1],"data":[1]"#, "inputs[0].datatype"),
        (r#""datatype":"FP32","shape":[-1],"data":[1]"#, "inputs[0].shape"),
        (r#""datatype":"FP32","shape":[1,1,1,1,1,1,1,1,1],"data":[1]"#, "inputs[0].shape"),
        (r#""datatype":"FP32","shape":[4294967295,4294967295,4294967295],"data":[1]"#, "inputs[0].shape"),
        (r#""datatype":"FP32","shape":[4294967295,4294967295],"data":[1]"#, "inputs[0].data"),
        (r#""datatype":"FP32","shape":[3],"data":[1,2]"#, "inputs[0].data"),
        (r#""datatype":"INT8","shape":[3],"data":[1,2,300]"#, "inputs[0].data[2]"),
        (r#""data":[1,2,300],"datatype":"INT8","shape":[3]"#, "inputs[0].data[2]"),
        (
            r#""datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}"#,
            "inputs[0].parameters.binary_data_size",
        ),
        (
            r#""datatype":"FP32","shape":[1],"parameters":{"shared_memory_region":"r"}"#,
            "inputs[0].parameters.shared_memory_region",
        ),
    ] {
        assert_eq!(field(&call(input)), wanted, "{input}");
    }
}

#[test]
fn binary_data_should_be_taken_in_order_when_it_follows_the_json() {
    let json = r#"{"inputs":[{"name":"a","datatype":"UINT8","shape":[2],"parameters":{"binary_data_size":2}},
        {"name":"b","datatype":"BOOL","shape":[1],"data":[true]},
        {"name":"c","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":5}}]}"#;
    let bytes = |tail: &[u8]| Bytes::from([json.as_bytes(), tail].concat());
    let decoded = decode(&bytes(b"\x01\x02\x01\0\0\0z"), Some(json.len())).unwrap();
    assert_eq!(decoded.inputs[0].tensor.data, [1, 2].as_slice());
    assert_eq!(decoded.inputs[2].tensor.data, b"\x01\0\0\0z".as_slice());
    for (tail, length) in [
        (b"\x01\x02\x01\0\0\0zz".as_slice(), json.len()),
        (b"\x01\x02\x01\0\0\0", json.len()),
        (b"\x01\x02\x02\0\0\0z", json.len()),
        (b"\x01\x02\x01\0\0\0\xff", json.len()),
        (b"\x01\x02\x01\0\0\0z", json.len() - 1),
        (b"", usize::MAX),
    ] {
        assert!(matches!(decode(&bytes(tail), Some(length)), Err(CallError::Invalid { .. })), "{tail:?}");
    }
}

fn answer(dtype: DType, shape: &[u32], data: Vec<u8>) -> InferResponse {
    let tensor = TensorData { dtype, shape: shape.to_vec().try_into().unwrap(), data: data.into() };
    InferResponse {
        model: "acme/id".into(),
        version: "1".into(),
        outputs: vec![NamedTensor { name: "x".into(), tensor }],
        receipt: None,
        output_roots: Vec::new(),
    }
}

/// Send an answer's only output back as the input of a call.
fn back(encoded: &Encoded) -> NamedTensor {
    let json = &encoded.body[..encoded.header.unwrap_or(encoded.body.len())];
    let inputs = String::from_utf8(json.to_vec()).unwrap().replace("\"outputs\"", "\"inputs\"");
    let binary = encoded.header.map(|header| &encoded.body[header..]).unwrap_or_default();
    let body = Bytes::from([inputs.as_bytes(), binary].concat());
    decode(&body, encoded.header.map(|_| inputs.len())).unwrap().inputs.remove(0)
}

#[test]
fn tensors_should_come_back_when_they_are_empty_or_scalar() {
    for (dtype, _) in DATATYPES {
        for shape in [&[][..], &[0], &[2, 0, 3], &[1], &[1, 1, 1, 1, 1, 1, 1, 1]] {
            let count: u32 = shape.iter().product();
            let element = dtype.size().map_or_else(|| b"\x02\0\0\0ab".to_vec(), |size| vec![1; size as usize]);
            let answer = answer(dtype, shape, element.repeat(count as usize));
            for binary in [false, true] {
                let encoded = encode(&answer, None, &[], binary).unwrap();
                assert_eq!(encoded.header.is_some(), binary);
                assert_eq!(back(&encoded), answer.outputs[0], "{} {shape:?}", datatype(dtype));
            }
        }
    }
}

#[test]
fn outputs_should_be_binary_when_they_were_wanted_so() {
    let mut answer = answer(DType::Uint8, &[2], vec![1, 2]);
    answer.outputs.push(NamedTensor { name: "y".into(), tensor: answer.outputs[0].tensor.clone() });
    let wanted = [Wanted { name: "x".into(), binary: Some(false) }, Wanted { name: "y".into(), binary: None }];
    let encoded = encode(&answer, Some("7"), &wanted, true).unwrap();
    let header = encoded.header.unwrap();
    assert_eq!(&encoded.body[header..], [1, 2]);
    let json: serde_json::Value = serde_json::from_slice(&encoded.body[..header]).unwrap();
    assert_eq!(json["id"], "7");
    assert_eq!(json["outputs"][0]["data"], serde_json::json!([1, 2]));
    assert_eq!(json["outputs"][1]["parameters"]["binary_data_size"], 2);
}

proptest! {
    #[test]
    fn every_bit_should_come_back_when_it_is_binary(data in prop::collection::vec(any::<u8>(), 0..200)) {
        for (dtype, _) in DATATYPES {
            let Some(size) = dtype.size() else { continue };
            let count = data.len() / size as usize;
            let mut data = data[..count * size as usize].to_vec();
            if dtype == DType::Bool {
                data.iter_mut().for_each(|byte| *byte &= 1);
            }
            let answer = answer(dtype, &[count as u32], data);
            prop_assert_eq!(&back(&encode(&answer, None, &[], true).unwrap()), &answer.outputs[0]);
        }
    }

    #[test]
    fn nothing_should_panic_when_the_body_is_anything(data in prop::collection::vec(any::<u8>(), 0..300), header in prop::option::of(0usize..320)) {
        let _ = decode(&Bytes::from(data), header);
    }

    /// Bytes of a good call changed at random places.
    #[test]
    fn nothing_should_panic_when_a_call_is_damaged(changes in prop::collection::vec((0usize..160, any::<u8>()), 0..6), cut in 0usize..170) {
        let mut data = br#"{"id":"1","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[[1.5,-2e3]]},{"name":"y","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":5}}]}"#.to_vec();
        for (at, byte) in changes {
            data[at] = byte;
        }
        data.truncate(cut);
        let header = data.len();
        data.extend_from_slice(b"\x01\0\0\0z");
        let _ = decode(&Bytes::from(data), Some(header));
    }
}
