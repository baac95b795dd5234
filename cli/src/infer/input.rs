//! Inputs of a call before they travel: checked against what the release declares, in its order.

use crate::{
    errors::{CliError, Result},
    output::text,
};
use candor_commitments::{tensor_root, Blake2b256};
use candor_primitives::{
    release::{Bindings, FitError},
    tensor::{elements, Shape},
    DType, Dim, Payload, ReleaseSpec, Tensor, TensorRef, TensorSpec, Units, MAX_INLINE_INPUT,
};
use sp_core::H256;

/// A tensor of any size, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Name of the graph's input.
    pub name: String,
    /// Element type.
    pub dtype: DType,
    /// Shape, outermost dimension first.
    pub shape: Vec<u32>,
    /// Raw little-endian, row-major (strings as [`DType::String`] says).
    pub data: Vec<u8>,
}

impl Input {
    /// Commitment to it.
    pub fn root(&self) -> H256 {
        let dims: Vec<u64> = self.shape.iter().map(|dim| u64::from(*dim)).collect();
        H256(tensor_root::<Blake2b256>(self.dtype.code(), &dims, &self.data))
    }

    fn to_ref(&self) -> Result<TensorRef> {
        Ok(TensorRef { dtype: self.dtype, shape: shape_of(&self.shape)?, root: self.root() })
    }
}

/// A shape as it travels.
fn shape_of(dims: &[u32]) -> Result<Shape> {
    Shape::try_from(dims.to_vec()).map_err(|_| CliError::usage("a tensor can have eight dimensions at most"))
}

/// Put inputs into the release's order and check names, types, shapes and ranges.
pub fn arrange(spec: &ReleaseSpec, mut given: Vec<Input>) -> Result<Vec<Input>> {
    let mut ordered = Vec::with_capacity(spec.inputs.len());
    for declared in &spec.inputs {
        let name = text(&declared.name);
        let position = given.iter().position(|input| input.name == name).ok_or_else(|| {
            CliError::usage(format!("the input `{name}` is missing")).hint(format!("the model wants {}", wants(spec)))
        })?;
        let input = given.swap_remove(position);
        check(declared, &name, &input)?;
        ordered.push(input);
    }
    match given.first() {
        Some(extra) => Err(CliError::usage(format!("the model has no input `{}`", extra.name))
            .hint(format!("it wants {}", wants(spec)))),
        None => Ok(ordered),
    }
}

fn check(declared: &TensorSpec, name: &str, input: &Input) -> Result<()> {
    if input.dtype != declared.dtype {
        return Err(CliError::usage(format!(
            "the input `{name}` is {}, but the model takes {}",
            dtype_name(input.dtype),
            dtype_name(declared.dtype)
        )));
    }
    let count = elements(&input.shape).ok_or_else(|| CliError::usage(format!("the shape of `{name}` is too large")))?;
    let bytes = declared.dtype.size().map(|size| count.saturating_mul(u64::from(size)));
    if bytes.is_some_and(|bytes| bytes != input.data.len() as u64) {
        return Err(CliError::usage(format!(
            "the input `{name}` has not as many values as its shape {:?} says",
            input.shape
        )));
    }
    if declared.dtype == DType::Bool && input.data.iter().any(|byte| *byte > 1) {
        return Err(CliError::usage(format!("the input `{name}` has a bool that is neither 0 nor 1")));
    }
    if let Some(range) = declared.range {
        if !range.contains_all(declared.dtype, &input.data) {
            return Err(CliError::usage(format!(
                "the input `{name}` has a value outside {}..={}, which the model does not take",
                range.min, range.max
            )));
        }
    }
    Ok(())
}

/// Check the shapes together; gives the lengths of the symbolic dimensions and the units of the call.
pub fn fit<'a>(spec: &'a ReleaseSpec, payload: &'a Payload) -> Result<(Bindings<'a>, Units)> {
    spec.fit_inputs(payload.shapes().into_iter()).map_err(|error| match error {
        FitError::Count => CliError::usage(format!("the model wants {}", wants(spec))),
        FitError::DType => CliError::usage(format!("an input has another type; the model wants {}", wants(spec))),
        FitError::Shape => {
            let shapes: Vec<String> =
                payload.shapes().iter().map(|(_, shape)| format!("{:?}", shape.as_slice())).collect();
            CliError::usage(format!("the shapes {} do not fit the model", shapes.join(", ")))
                .hint(format!("it wants {}; dimensions of the same name have the same length", wants(spec)))
        },
        FitError::Overflow => CliError::usage("the inputs are too large to be priced"),
    })
}

/// How inputs travel: with the job if they are small, else by content id from `source`.
pub fn payload(inputs: &[Input], source: &str) -> Result<Payload> {
    let bytes: usize = inputs.iter().map(|input| input.data.len()).sum();
    if bytes <= MAX_INLINE_INPUT as usize {
        let tensors: Result<Vec<Tensor>> = inputs
            .iter()
            .map(|input| {
                let data = input.data.clone().try_into().map_err(|_| CliError::usage("an input is too large"))?;
                Ok(Tensor { dtype: input.dtype, shape: shape_of(&input.shape)?, data })
            })
            .collect();
        return Ok(Payload::Inline(tensors?.try_into().map_err(|_| too_many())?));
    }
    let tensors: Result<Vec<TensorRef>> = inputs.iter().map(Input::to_ref).collect();
    let source = source.as_bytes().to_vec().try_into();
    let source = source.map_err(|_| CliError::usage("the address of the engine is too long (256 bytes at most)"))?;
    Ok(Payload::Content { tensors: tensors?.try_into().map_err(|_| too_many())?, source })
}

fn too_many() -> CliError {
    CliError::usage("a call can have sixteen inputs at most")
}

/// The inputs that a release declares, in words.
pub fn wants(spec: &ReleaseSpec) -> String {
    spec.inputs.iter().map(describe).collect::<Vec<_>>().join(", ")
}

/// A declared tensor: `ids int64 [batch <= 32, 128]`.
pub fn describe(spec: &TensorSpec) -> String {
    let dims: Vec<String> = spec
        .shape
        .iter()
        .map(|dim| match dim {
            Dim::Fixed(length) => length.to_string(),
            Dim::Symbolic { name, max } => format!("{} <= {max}", text(name)),
        })
        .collect();
    let range = spec.range.map(|range| format!(" in {}..={}", range.min, range.max)).unwrap_or_default();
    format!("{} {} [{}]{range}", text(&spec.name), dtype_name(spec.dtype), dims.join(", "))
}

/// Name of an element type: `float32`.
pub fn dtype_name(dtype: DType) -> String {
    format!("{dtype:?}").to_lowercase()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use candor_primitives::{release::ValueRange, UnitRule};

    pub(crate) fn declared(name: &str, dtype: DType, shape: Vec<Dim>, range: Option<(i64, i64)>) -> TensorSpec {
        TensorSpec {
            name: name.as_bytes().to_vec().try_into().unwrap(),
            dtype,
            shape: shape.try_into().unwrap(),
            range: range.map(|(min, max)| ValueRange { min, max }),
        }
    }

    pub(crate) fn up_to(name: &str, max: u32) -> Dim {
        Dim::Symbolic { name: name.as_bytes().to_vec().try_into().unwrap(), max }
    }

    pub(crate) fn spec(inputs: Vec<TensorSpec>, outputs: Vec<TensorSpec>) -> ReleaseSpec {
        ReleaseSpec {
            manifest_hash: H256::zero(),
            model_root: H256::zero(),
            files: Default::default(),
            variants: Default::default(),
            inputs: inputs.try_into().unwrap(),
            outputs: outputs.try_into().unwrap(),
            units: UnitRule { dims: Default::default(), divisor: 1, reference: 1 },
            licence: Default::default(),
            tags: Default::default(),
            royalty: Default::default(),
            source: Default::default(),
        }
    }

    fn input(name: &str, shape: &[u32], data: &[i32]) -> Input {
        let data = data.iter().flat_map(|v| v.to_le_bytes()).collect();
        Input { name: name.into(), dtype: DType::Int32, shape: shape.to_vec(), data }
    }

    fn two() -> ReleaseSpec {
        let a = declared("a", DType::Int32, vec![up_to("n", 4)], Some((0, 9)));
        let b = declared("b", DType::Int32, vec![up_to("n", 4)], None);
        spec(vec![a, b], vec![])
    }

    #[test]
    fn arrange_should_follow_the_release_when_names_come_in_another_order() {
        let ordered = arrange(&two(), vec![input("b", &[1], &[5]), input("a", &[1], &[6])]).unwrap();
        assert_eq!(ordered.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn arrange_should_name_the_fault_when_inputs_do_not_fit() {
        let error = |given| arrange(&two(), given).unwrap_err().to_string();
        assert!(error(vec![input("a", &[1], &[1])]).contains("`b` is missing"));
        let both = |a| vec![a, input("b", &[1], &[1])];
        assert!(error(both(input("a", &[1], &[10]))).contains("outside 0..=9"));
        assert!(error(both(input("a", &[2], &[1]))).contains("not as many values"));
        let float = Input { dtype: DType::Float32, ..input("a", &[1], &[1]) };
        assert!(error(both(float)).contains("is float32, but the model takes int32"));
        let mut three = both(input("a", &[1], &[1]));
        three.push(input("c", &[1], &[1]));
        assert!(error(three).contains("no input `c`"));
    }

    #[test]
    fn fit_should_refuse_when_equal_names_have_two_lengths() {
        let inputs = [input("a", &[1], &[1]), input("b", &[2], &[1, 2])];
        let payload = payload(&inputs, "http://e").unwrap();
        let error = fit(&two(), &payload).unwrap_err().to_string();
        assert!(error.contains("a int32 [n <= 4] in 0..=9, b int32 [n <= 4]"), "{error}");
    }

    #[test]
    fn payload_should_go_by_content_when_it_is_over_the_inline_limit() {
        let limit = MAX_INLINE_INPUT / 4;
        let small = input("a", &[limit], &vec![1; limit as usize]);
        assert!(matches!(payload(&[small], "http://e").unwrap(), Payload::Inline(_)));
        let large = input("a", &[limit + 1], &vec![1; limit as usize + 1]);
        let by_content = payload(std::slice::from_ref(&large), "http://e").unwrap();
        let Payload::Content { tensors, source } = &by_content else { panic!("inline") };
        assert_eq!((tensors[0].root, source.as_slice()), (large.root(), &b"http://e"[..]));
    }
}
