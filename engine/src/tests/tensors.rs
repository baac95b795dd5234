use super::{library, models, shape, tensor};
use crate::tensors::{ConvertError, OrtTensor, TensorData};
use candor_primitives::DType;

const ALL: [DType; 14] = [
    DType::Float32,
    DType::Uint8,
    DType::Int8,
    DType::Uint16,
    DType::Int16,
    DType::Int32,
    DType::Int64,
    DType::String,
    DType::Bool,
    DType::Float16,
    DType::Float64,
    DType::Uint32,
    DType::Uint64,
    DType::Bfloat16,
];

/// Bytes that use every bit of the type, NaNs with payloads and strings with zero bytes among them.
fn sample(dtype: DType, count: usize) -> Vec<u8> {
    match dtype {
        DType::Bool => (0..count).map(|i| (i % 2) as u8).collect(),
        DType::String => {
            let texts = ["", "snow ☃", "a\0b", "plain"];
            let all = (0..count).map(|i| texts[i % texts.len()]);
            all.flat_map(|t| [(t.len() as u32).to_le_bytes().to_vec(), t.as_bytes().to_vec()].concat()).collect()
        },
        other => {
            let bytes = count * other.size().unwrap() as usize;
            (0..bytes).map(|i| (i * 37 + 0xf1) as u8).collect()
        },
    }
}

fn names(dims: usize) -> Vec<String> {
    (0..dims).map(|i| format!("d{i}")).collect()
}

fn copied(dtype: DType, dims: &[u32]) -> (TensorData, TensorData) {
    let names = names(dims.len());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let graph = models::identity_of(dtype, &names);
    let mut session = library().open_bytes(&graph, std::path::Path::new("."), 1).unwrap();
    let count = dims.iter().product::<u32>() as usize;
    let input = TensorData { dtype, shape: shape(dims), data: sample(dtype, count).into() };
    let outputs = session.run(vec![("x", input.to_value().unwrap())]).unwrap();
    let output = TensorData::from_value(&outputs["y"]).unwrap();
    drop(outputs);
    (input, output)
}

#[test]
fn tensor_should_come_back_unchanged_when_it_went_through_onnx_runtime() {
    for dtype in ALL {
        let (sent, received) = copied(dtype, &[7]);
        assert_eq!(sent, received, "{dtype:?}");
    }
}

#[test]
fn scalar_and_empty_tensors_should_come_back_unchanged() {
    for dtype in ALL {
        let (sent, received) = copied(dtype, &[]);
        assert_eq!(sent, received, "{dtype:?} scalar");
        let (sent, received) = copied(dtype, &[2, 0, 3]);
        assert_eq!(sent, received, "{dtype:?} empty");
    }
}

#[test]
fn conversion_should_refuse_when_bytes_do_not_fit() {
    library();
    let wrong = [
        tensor(DType::Float32, &[2], &[0; 7]),
        tensor(DType::Bool, &[2], &[0, 2]),
        tensor(DType::String, &[1], &[5, 0, 0, 0, b'a']),
        tensor(DType::String, &[1], &[1, 0, 0, 0, 0xff]),
        tensor(DType::String, &[u32::MAX, u32::MAX], &[]),
        tensor(DType::Uint8, &[u32::MAX; 8], &[]),
    ];
    for tensor in wrong {
        assert!(matches!(tensor.to_value(), Err(ConvertError::Bytes)), "{tensor:?}");
    }
}

#[test]
fn root_should_be_the_one_of_the_primitives() {
    let data = tensor(DType::Float32, &[2, 1], &[1, 2, 3, 4, 5, 6, 7, 8]);
    let inline = data.clone().into_inline().unwrap();
    assert_eq!(data.root(), inline.root::<candor_commitments::Blake2b256>());
    assert_eq!(data.to_ref(), inline.to_ref::<candor_commitments::Blake2b256>());
}
