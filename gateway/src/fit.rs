//! Whether a call fits the model: names, types, shapes, bytes. Errors name the field of the request.

use crate::{
    backend::{CallError, InferRequest, ModelInfo, TensorInfo},
    datatype::datatype,
    tensor::{strings, NamedTensor},
};
use candor_primitives::{tensor::elements, DType};

fn invalid(field: String, message: impl Into<String>) -> CallError {
    CallError::Invalid { field, message: message.into() }
}

fn shape_text(shape: impl IntoIterator<Item = Option<u32>>) -> String {
    let dims: Vec<String> = shape.into_iter().map(|dim| dim.map_or("any".into(), |dim| dim.to_string())).collect();
    format!("[{}]", dims.join(", "))
}

fn names(tensors: &[TensorInfo]) -> String {
    tensors.iter().map(|tensor| format!("`{}`", tensor.name)).collect::<Vec<_>>().join(", ")
}

impl TensorInfo {
    /// Check name-independent properties of `tensor`, which lies at `field` of the request: type, shape, bytes.
    pub fn admit(&self, field: &str, tensor: &NamedTensor) -> Result<(), CallError> {
        let (dtype, shape) = (tensor.tensor.dtype, &tensor.tensor.shape);
        if dtype != self.dtype {
            let message = format!("`{}` is {}, not {}", self.name, datatype(self.dtype), datatype(dtype));
            return Err(invalid(format!("{field}.datatype"), message));
        }
        let fits = shape.len() == self.shape.len()
            && self.shape.iter().zip(shape.iter()).all(|(wanted, given)| wanted.is_none_or(|w| w == *given));
        if !fits {
            let given = shape_text(shape.iter().map(|dim| Some(*dim)));
            let message = format!("`{}` has the shape {}, not {given}", self.name, shape_text(self.shape.clone()));
            return Err(invalid(format!("{field}.shape"), message));
        }
        check_bytes(field, tensor)
    }
}

/// Check that the bytes of `tensor`, which lies at `field` of the request, are what type and shape ask for: as many as there
/// are elements, 0 or 1 where they are bool, UTF-8 where they are texts.
pub fn check_bytes(field: &str, tensor: &NamedTensor) -> Result<(), CallError> {
    let data = &tensor.tensor.data;
    let wrong = |message: String| Err(invalid(format!("{field}.data"), message));
    let Some(count) = elements(&tensor.tensor.shape) else {
        return Err(invalid(format!("{field}.shape"), "the shape has more elements than can be counted"));
    };
    let Some(size) = tensor.tensor.dtype.size() else {
        let texts = strings(data, count).map(drop);
        let message = || format!("{} bytes are not {count} texts in UTF-8, each with its length before it", data.len());
        return texts.ok_or(()).or_else(|()| wrong(message()));
    };
    if count.checked_mul(u64::from(size)) != Some(data.len() as u64) {
        let kind = datatype(tensor.tensor.dtype);
        return wrong(format!("{count} elements of {kind} have {size} bytes each; {} bytes were sent", data.len()));
    }
    let not_bool = |byte: &u8| *byte > 1;
    match data.iter().position(not_bool).filter(|_| tensor.tensor.dtype == DType::Bool) {
        Some(index) => wrong(format!("element {index} is neither 0 nor 1")),
        None => Ok(()),
    }
}

impl ModelInfo {
    /// Check a call against the model, and put its inputs in the model's order. What only the backend knows (equal lengths of
    /// equal symbols, largest lengths, ranges of values) is not checked.
    pub fn fit(&self, request: &mut InferRequest) -> Result<(), CallError> {
        for (index, input) in request.inputs.iter().enumerate() {
            let field = format!("inputs[{index}]");
            let Some(info) = self.inputs.iter().find(|info| info.name == input.name) else {
                let message = format!("there is no input `{}`; the model has {}", input.name, names(&self.inputs));
                return Err(invalid(format!("{field}.name"), message));
            };
            if request.inputs[..index].iter().any(|before| before.name == input.name) {
                return Err(invalid(format!("{field}.name"), format!("the input `{}` is given twice", input.name)));
            }
            info.admit(&field, input)?;
        }
        if let Some(missing) = self.inputs.iter().find(|info| request.inputs.iter().all(|i| i.name != info.name)) {
            return Err(invalid("inputs".into(), format!("the input `{}` is missing", missing.name)));
        }
        for (index, name) in request.outputs.iter().enumerate() {
            if self.outputs.iter().all(|info| info.name != *name) {
                let message = format!("there is no output `{name}`; the model has {}", names(&self.outputs));
                return Err(invalid(format!("outputs[{index}].name"), message));
            }
        }
        let place = |input: &NamedTensor| self.inputs.iter().position(|info| info.name == input.name);
        request.inputs.sort_by_key(place);
        Ok(())
    }

    /// Whether the model is called so: by its name or one of its aliases.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::TensorData;
    use bytes::Bytes;

    fn model() -> ModelInfo {
        let info =
            |name: &str, dtype, shape: &[Option<u32>]| TensorInfo { name: name.into(), dtype, shape: shape.into() };
        ModelInfo {
            name: "acme/m".into(),
            aliases: vec!["7".into()],
            versions: vec!["1".into()],
            release: None,
            inputs: vec![info("a", DType::Float32, &[None, Some(2)]), info("b", DType::Bool, &[])],
            outputs: vec![info("y", DType::Float32, &[])],
            ready: true,
        }
    }

    fn tensor(name: &str, dtype: DType, shape: &[u32], data: &[u8]) -> NamedTensor {
        let shape = shape.to_vec().try_into().unwrap();
        NamedTensor { name: name.into(), tensor: TensorData { dtype, shape, data: Bytes::copy_from_slice(data) } }
    }

    fn call(inputs: Vec<NamedTensor>, outputs: &[&str]) -> InferRequest {
        InferRequest {
            model: "acme/m".into(),
            version: None,
            id: None,
            inputs,
            outputs: outputs.iter().map(ToString::to_string).collect(),
            deadline: None,
            payment: None,
            caller: None,
        }
    }

    fn field(inputs: Vec<NamedTensor>, outputs: &[&str]) -> String {
        match model().fit(&mut call(inputs, outputs)) {
            Err(CallError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn inputs_should_be_in_the_models_order_when_they_fit() {
        let a = tensor("a", DType::Float32, &[1, 2], &[0; 8]);
        let b = tensor("b", DType::Bool, &[], &[1]);
        let mut request = call(vec![b, a], &["y"]);
        model().fit(&mut request).unwrap();
        assert_eq!(request.inputs.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn the_field_should_be_named_when_a_call_does_not_fit() {
        let a = || tensor("a", DType::Float32, &[1, 2], &[0; 8]);
        let b = || tensor("b", DType::Bool, &[], &[1]);
        assert_eq!(field(vec![a()], &[]), "inputs");
        assert_eq!(field(vec![a(), b(), tensor("c", DType::Bool, &[], &[1])], &[]), "inputs[2].name");
        assert_eq!(field(vec![a(), a()], &[]), "inputs[1].name");
        assert_eq!(field(vec![tensor("a", DType::Float64, &[1, 2], &[0; 16])], &[]), "inputs[0].datatype");
        assert_eq!(field(vec![tensor("a", DType::Float32, &[2], &[0; 8])], &[]), "inputs[0].shape");
        assert_eq!(field(vec![tensor("a", DType::Float32, &[2, 3], &[0; 24])], &[]), "inputs[0].shape");
        assert_eq!(field(vec![tensor("a", DType::Float32, &[1, 2], &[0; 7])], &[]), "inputs[0].data");
        assert_eq!(field(vec![tensor("b", DType::Bool, &[], &[2])], &[]), "inputs[0].data");
        assert_eq!(field(vec![a(), b()], &["z"]), "outputs[0].name");
    }

    #[test]
    fn texts_should_be_refused_when_they_are_not_utf8() {
        let good = tensor("s", DType::String, &[2], &[1, 0, 0, 0, b'a', 0, 0, 0, 0]);
        assert_eq!(check_bytes("inputs[0]", &good), Ok(()));
        let bad = tensor("s", DType::String, &[1], &[1, 0, 0, 0, 0xff]);
        assert!(check_bytes("inputs[0]", &bad).unwrap_err().to_string().contains("UTF-8"));
    }
}
