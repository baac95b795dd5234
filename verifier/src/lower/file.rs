//! Small questions to the file's messages.

use crate::onnx::{
    is_onnx,
    proto::{NodeProto, TensorProto, ValueInfo},
    GraphValue,
};
use candor_adjudicator::Domain;

pub(super) fn domain(name: &str) -> Option<Domain> {
    match name {
        _ if is_onnx(name) => Some(Domain::Onnx),
        "com.microsoft" => Some(Domain::Microsoft),
        "com.microsoft.nchwc" => Some(Domain::Nchwc),
        _ => None,
    }
}

pub(super) fn rank(info: &ValueInfo) -> Option<usize> {
    GraphValue::new(info).shape.map(|s| s.len())
}

/// Why a value of this type cannot be judged.
pub(super) fn cannot_judge(info: &ValueInfo) -> Option<String> {
    let kind = info.kind.as_ref()?;
    let Some(tensor) = &kind.tensor else {
        // A type that is not a tensor; a message without any type says nothing.
        return None;
    };
    if tensor.elem_type == 0 || crate::onnx::dtype_of_code(tensor.elem_type).is_some() {
        return None;
    }
    Some(match tensor.elem_type {
        8 => "texts cannot be judged".into(),
        other => format!("element type {other} cannot be judged"),
    })
}

/// The tensor that a `Constant` node holds; `None` if it is sparse or a text.
pub(super) fn constant(node: &NodeProto) -> Option<TensorProto> {
    let attribute = node.attribute.first()?;
    let list = |data_type: i32, len: usize| TensorProto { data_type, dims: vec![len as i64], ..Default::default() };
    let scalar = |data_type: i32| TensorProto { data_type, ..Default::default() };
    Some(match attribute.name.as_str() {
        "value" => attribute.t.clone()?,
        "value_float" => TensorProto { float_data: vec![attribute.f?], ..scalar(1) },
        "value_int" => TensorProto { int64_data: vec![attribute.i?], ..scalar(7) },
        "value_floats" => TensorProto { float_data: attribute.floats.clone(), ..list(1, attribute.floats.len()) },
        "value_ints" => TensorProto { int64_data: attribute.ints.clone(), ..list(7, attribute.ints.len()) },
        _ => return None,
    })
}
