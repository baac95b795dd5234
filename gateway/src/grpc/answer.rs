//! Messages out of answers.

use super::{
    contents,
    proto::{
        model_infer_response::InferOutputTensor, model_metadata_response::TensorMetadata, ModelInferResponse,
        ModelMetadataResponse,
    },
};
use crate::{
    backend::{ModelInfo, TensorInfo},
    datatype::datatype,
    tensor::{NamedTensor, TensorData},
};

/// Add the outputs to an answer; `raw` if the call's inputs were.
pub(super) fn outputs(message: &mut ModelInferResponse, outputs: Vec<NamedTensor>, raw: bool) {
    let typed: Option<Vec<_>> = match raw {
        true => None,
        false => outputs.iter().map(|output| contents::write(&output.tensor)).collect(),
    };
    let raw = typed.is_none();
    let mut typed = typed.unwrap_or_default().into_iter();
    for output in outputs {
        let TensorData { dtype, shape, data } = output.tensor;
        message.outputs.push(InferOutputTensor {
            name: output.name,
            datatype: datatype(dtype).into(),
            shape: shape.iter().map(|length| i64::from(*length)).collect(),
            contents: typed.next(),
            ..Default::default()
        });
        if raw {
            message.raw_output_contents.push(data);
        }
    }
}

/// What a model is.
pub(super) fn model(model: ModelInfo) -> ModelMetadataResponse {
    let tensor = |tensor: TensorInfo| TensorMetadata {
        name: tensor.name,
        datatype: datatype(tensor.dtype).into(),
        shape: tensor.shape.iter().map(|length| length.map_or(-1, i64::from)).collect(),
    };
    ModelMetadataResponse {
        name: model.name,
        versions: model.versions,
        platform: "onnx".into(),
        inputs: model.inputs.into_iter().map(tensor).collect(),
        outputs: model.outputs.into_iter().map(tensor).collect(),
    }
}
