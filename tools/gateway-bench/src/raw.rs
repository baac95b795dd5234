//! The same calls in ONNX Runtime, in this process.

use crate::{
    plan::{Input, Workload},
    Result,
};
use candor_verifier::library::Library;
use ort::{
    session::{Session, SessionInputValue},
    value::{DynValue, Tensor},
};
use std::path::Path;

/// A session with its inputs at hand.
pub(crate) struct Raw {
    session: Session,
    inputs: Vec<(String, DynValue)>,
}

fn value(input: &Input) -> Result<DynValue> {
    let shape: Vec<i64> = input.shape.iter().map(|length| *length as i64).collect();
    Ok(match input.datatype.as_str() {
        "INT64" => Tensor::from_array((shape, input.integers()))?.into_dyn(),
        "FP32" => Tensor::from_array((shape, input.floats()))?.into_dyn(),
        other => return Err(format!("inputs are INT64 or FP32, not {other}").into()),
    })
}

impl Raw {
    /// Open the prepared graph as the engine does, with one thread inside an operator.
    pub(crate) fn open(library: &Library, workload: &Workload) -> Result<Self> {
        let session = library.open_prepared(Path::new(&workload.graph), 1).map_err(|e| e.to_string())?;
        let inputs: Result<Vec<_>> = workload.inputs.iter().map(|i| Ok((i.name.clone(), value(i)?))).collect();
        Ok(Self { session, inputs: inputs? })
    }

    /// One call. The outputs' floats if they are wanted.
    pub(crate) fn call(&mut self, wanted: bool) -> Result<Vec<u8>> {
        let inputs: Vec<(&str, SessionInputValue<'_>)> =
            self.inputs.iter().map(|(name, value)| (name.as_str(), value.view().into())).collect();
        let outputs = self.session.run(inputs).map_err(|e| e.to_string())?;
        let mut bytes = Vec::new();
        if wanted {
            for (_, output) in &outputs {
                let (_, floats) = output.try_extract_tensor::<f32>().map_err(|e| e.to_string())?;
                bytes.extend(floats.iter().flat_map(|v| v.to_le_bytes()));
            }
        }
        Ok(bytes)
    }
}
