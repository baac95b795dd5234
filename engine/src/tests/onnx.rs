use super::models;
use crate::onnx::{GraphDim, OnnxError, OnnxSummary};
use candor_primitives::DType;
use proptest::prelude::*;

#[test]
fn summary_should_name_inputs_nodes_and_dimensions_when_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.onnx");
    std::fs::write(&path, models::gather()).unwrap();
    let summary = OnnxSummary::read(&path).unwrap();
    assert_eq!(summary.inputs.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(), ["data", "index"]);
    assert_eq!(summary.inputs[1].shape, Some(vec![GraphDim::Named("m".into())]));
    assert_eq!(summary.node_position("pick"), Some(1));
    assert_eq!(summary.node_position("absent"), None);
    assert_eq!(summary, OnnxSummary::decode(&models::gather()).unwrap());
}

#[test]
fn summary_should_name_external_files_and_leave_weights_out_of_inputs() {
    let summary = OnnxSummary::decode(&models::external("weights.bin")).unwrap();
    assert_eq!(summary.external_data.into_iter().collect::<Vec<_>>(), ["weights.bin"]);
    assert_eq!(summary.inputs.len(), 1);
}

#[test]
fn window_should_skip_large_unknown_fields_when_file_is_larger_than_it() {
    // Field 100, length-delimited, 300 000 bytes, before the model: what weights look like to the reader.
    let mut bytes = vec![0xa2, 0x06, 0xe0, 0xa7, 0x12];
    bytes.extend(vec![0xff; 300_000]);
    bytes.extend(models::identity(DType::Float32));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.onnx");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(OnnxSummary::read(&path).unwrap().nodes.len(), 1);
    std::fs::write(&path, &bytes[..200_000]).unwrap();
    assert!(matches!(OnnxSummary::read(&path), Err(OnnxError::Malformed { .. })));
}

#[test]
fn reading_should_fail_with_reason_when_file_is_missing_or_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.onnx");
    assert!(matches!(OnnxSummary::read(&path), Err(OnnxError::Io { .. })));
    std::fs::write(&path, []).unwrap();
    assert!(matches!(OnnxSummary::read(&path), Err(OnnxError::NoGraph { .. })));
}

proptest! {
    #[test]
    fn reading_should_never_panic_when_bytes_are_random(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.onnx");
        std::fs::write(&path, &bytes).unwrap();
        let streamed = OnnxSummary::read(&path).ok();
        prop_assert_eq!(streamed, OnnxSummary::decode(&bytes).ok());
    }
}
