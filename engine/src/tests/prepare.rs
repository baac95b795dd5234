use super::{finish, floats, library, models, order, profile, shape};
use crate::{
    engine::Engine,
    library::candor_home,
    prepare::{prepare, PrepareError, PrepareOptions, PreparedRelease, ReleaseMeta, MANIFEST_FILE},
    tensors::{OrtTensor, TensorData},
};
use candor_primitives::{
    worker::{ReleaseDescriptor, WorkStatus},
    DType, Dim, Outcome, Payload,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LIMITS: &str =
    r#"{"license":"MIT","limits":{"rows":64,"columns":32,"n":32,"m":8},"unit_rule":{"dims":["rows"],"divisor":8}}"#;

fn write(model: &[u8], meta: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, model).unwrap();
    std::fs::write(folder.path().join("release.json"), meta).unwrap();
    (folder, path)
}

fn made(model: &[u8], meta: &str) -> Result<(TempDir, PreparedRelease), PrepareError> {
    library();
    let (folder, path) = write(model, meta);
    let options = PrepareOptions::new(&path, folder.path().join("release"));
    prepare(&options).map(|release| (folder, release))
}

#[test]
fn release_should_describe_the_model_when_it_is_prepared() {
    let (_folder, release) = made(&models::addition(), LIMITS).unwrap();
    let spec = &release.spec;
    let prepared = format!("prepared-{}.onnx", profile().short());
    let paths: Vec<_> = spec.files.iter().map(|f| String::from_utf8(f.path.to_vec()).unwrap()).collect();
    assert_eq!(paths, ["model.onnx".to_owned(), prepared.clone(), format!("{prepared}.judging")]);
    let judging = &spec.variants[0].judging;
    // Two inputs and their sum, no weights; the reference call, one unit, has eight rows of one column.
    assert_eq!((judging.trace, judging.trace_bytes, judging.exact), (3, 96, true));
    let report = release.report.as_ref().unwrap();
    assert_eq!((report.counts(), report.values), ((1, 0, 0), 3));
    assert!(report.judged() >= candor_verifier::prove::MIN_ELEMENTS && report.nodes[0].adversarial > 0);
    assert!(report.threads.iter().all(|(_, same)| *same));
    assert_eq!((spec.variants[0].graph, spec.variants[0].profile), (1, profile().hash));
    assert_eq!(spec.inputs[0].name.to_vec(), b"a");
    let rows = b"rows".to_vec().try_into().unwrap();
    assert_eq!(spec.inputs[0].shape[0], Dim::Symbolic { name: rows, max: 64 });
    let given = [(DType::Float32, &shape(&[9, 1])), (DType::Float32, &shape(&[9, 1]))];
    assert_eq!(spec.fit_inputs(given.into_iter()).unwrap().1, 2, "nine rows by eight, rounded up");
}

#[test]
fn release_should_be_the_same_when_it_is_read_from_its_folder() {
    let (_folder, release) = made(&models::addition(), LIMITS).unwrap();
    let read = PreparedRelease::open(&release.folder, "https://example.org/files").unwrap();
    assert_eq!(read.manifest, release.manifest);
    assert_eq!(read.spec.model_root, release.spec.model_root);
    assert_eq!(read.spec.manifest_hash, release.spec.manifest_hash);
    let text = std::fs::read(release.folder.join(MANIFEST_FILE)).unwrap();
    assert_eq!(text, read.manifest.canonical().unwrap());
    std::fs::write(release.folder.join("model.onnx"), b"changed").unwrap();
    assert!(
        matches!(PreparedRelease::open(&release.folder, ""), Err(PrepareError::Changed(path)) if path == "model.onnx")
    );
}

#[test]
fn manifest_should_be_refused_when_its_hashes_do_not_follow() {
    let (_folder, release) = made(&models::addition(), LIMITS).unwrap();
    let mut wrong = release.manifest.clone();
    wrong.files[0].path = "../model.onnx".into();
    assert!(matches!(wrong.to_spec(""), Err(PrepareError::Manifest(_))));
    let mut wrong = release.manifest.clone();
    wrong.files[0].size += 1;
    wrong.files[0].root = "00".repeat(32);
    assert!(matches!(wrong.to_spec(""), Err(PrepareError::Manifest(_))));
    let mut wrong = release.manifest;
    wrong.variants[0].profile_text.push('!');
    assert!(matches!(wrong.to_spec(""), Err(PrepareError::Manifest(_))));
}

#[test]
fn preparing_should_say_what_is_missing() {
    let addition = models::addition();
    let error = made(&addition, "{}").unwrap_err();
    assert!(matches!(&error, PrepareError::NoLimit { dim, .. } if dim == "rows"), "{error}");
    let error = made(&addition, r#"{"limits":{"rows":4,"columns":4},"unit_rule":{"dims":["words"]}}"#).unwrap_err();
    assert!(matches!(&error, PrepareError::Meta { field, .. } if field == "unit_rule.dims"), "{error}");
    let error = made(&addition, r#"{"limits":{"rows":4,"columns":4},"ranges":{"a":[0,1]}}"#).unwrap_err();
    assert!(matches!(&error, PrepareError::RangeType { tensor } if tensor == "a"), "{error}");
    let error = made(&addition, r#"{"limit":{}}"#).unwrap_err();
    assert!(error.to_string().contains("unknown field"), "{error}");
    let error = made(&addition, r#"{"limits":{"rows":4,"columns":4},"tokenizer":"../secret"}"#).unwrap_err();
    assert!(matches!(&error, PrepareError::MissingFile(path) if path == "../secret"), "{error}");
    assert!(matches!(made(b"no model", "{}"), Err(PrepareError::Onnx(_))));
}

#[test]
fn preparing_should_refuse_when_a_dimension_has_no_name() {
    let nodes = vec![models::node("copy", "Identity", &["x"], &["y"])];
    let graph = models::graph(nodes, vec![models::value("x", 1, &[""])], vec![models::value("y", 1, &[""])]);
    let model = models::model(graph);
    let error = made(&model, "{}").unwrap_err();
    assert!(matches!(&error, PrepareError::UnnamedDim { tensor, position: 0 } if tensor == "x"), "{error}");
    assert!(made(&model, r#"{"shapes":{"x":["n"],"y":["n"]},"limits":{"n":9}}"#).is_ok());
    let error = made(&model, r#"{"shapes":{"x":["n"],"y":[3]},"limits":{"n":9}}"#).unwrap_err();
    assert!(matches!(&error, PrepareError::OutputShape { .. }), "{error}");
}

#[test]
fn preparing_should_refuse_when_the_model_draws_random_numbers_or_fails() {
    let random = vec![models::node("noise", "RandomNormalLike", &["x"], &["y"])];
    let graph = models::graph(random, vec![models::value("x", 1, &["n"])], vec![models::value("y", 1, &["n"])]);
    let error = made(&models::model(graph), LIMITS).unwrap_err();
    assert!(matches!(&error, PrepareError::Random { node, .. } if node == "noise"), "{error}");
    let wild = r#"{"limits":{"n":4,"m":4},"ranges":{"index":[1000,2000]}}"#;
    let error = made(&models::gather(), wild).unwrap_err();
    assert!(matches!(&error, PrepareError::Run { .. }), "{error}");
}

#[test]
fn preparing_should_leave_other_folders_alone() {
    let (folder, path) = write(&models::addition(), LIMITS);
    let error = prepare(&PrepareOptions::new(&path, folder.path())).unwrap_err();
    assert!(matches!(error, PrepareError::OutputExists(_)), "{error}");
    // Other programs have files of this name, too.
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join(MANIFEST_FILE), "{}").unwrap();
    let error = prepare(&PrepareOptions::new(&path, &other)).unwrap_err();
    assert!(matches!(error, PrepareError::OutputExists(_)), "{error}");
    assert!(other.join(MANIFEST_FILE).is_file());
    let out = folder.path().join("release");
    for _ in 0..2 {
        prepare(&PrepareOptions::new(&path, &out)).unwrap();
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 4, "model, release.json, other, release");
}

#[test]
fn release_should_have_several_variants_when_it_is_prepared_on_several_profiles() {
    let (folder, first) = made(&models::addition(), LIMITS).unwrap();
    let mut options = PrepareOptions::new(folder.path().join("model.onnx"), &first.folder);
    options.threads = 2;
    options.variants_of = Some(first.folder.clone());
    let both = prepare(&options).unwrap();
    let variants = &both.manifest.variants;
    assert_eq!(variants.len(), 2);
    assert_eq!(variants[0], first.manifest.variants[0]);
    assert_eq!(both.spec.variants[1].profile, crate::profile::Profile::of(library(), 2).hash);
    assert_eq!(PreparedRelease::open(&first.folder, "").unwrap().manifest, both.manifest);
    // Again: this profile's variant is replaced, not doubled.
    assert_eq!(prepare(&options).unwrap().manifest, both.manifest);
    std::fs::write(folder.path().join("release.json"), LIMITS.replace("64", "32")).unwrap();
    let error = prepare(&options).unwrap_err();
    assert!(matches!(&error, PrepareError::OtherRelease { reason, .. } if reason.contains("inputs")), "{error}");
    std::fs::write(folder.path().join("release.json"), LIMITS).unwrap();
    let dims = ["rows", "columns"];
    let nodes = vec![models::node("another", "Add", &["a", "b"], &["y"])];
    let inputs = vec![models::value("a", 1, &dims), models::value("b", 1, &dims)];
    let another = models::graph(nodes, inputs, vec![models::value("y", 1, &dims)]);
    std::fs::write(folder.path().join("model.onnx"), models::model(another)).unwrap();
    let error = prepare(&options).unwrap_err();
    assert!(matches!(&error, PrepareError::OtherRelease { reason, .. } if reason.contains("model.onnx")), "{error}");
}

#[test]
fn preparing_should_name_node_and_reason_when_a_node_cannot_be_judged() {
    let vector = |name| models::value(name, 1, &["n"]);
    let inverse = vec![models::node("det", "Det", &["x"], &["y"])];
    let square = models::value("x", 1, &["n", "n"]);
    let graph = models::graph(inverse, vec![square], vec![models::value("y", 1, &[])]);
    let error = made(&models::model(graph), r#"{"limits":{"n":8}}"#).unwrap_err();
    let PrepareError::Refused(refusals) = &error else { panic!("{error}") };
    assert_eq!((refusals[0].name.as_str(), refusals[0].operator.as_str()), ("det", "Det"));
    assert!(error.to_string().contains("\"det\" (Det): the adjudicator does not define"), "{error}");
    // Texts have no elements that could be opened.
    let graph = models::graph(
        vec![models::node("copy", "Identity", &["x"], &["y"])],
        vec![models::value("x", 8, &["n"])],
        vec![vector("y")],
    );
    let error = made(&models::model(graph), r#"{"limits":{"n":8}}"#).unwrap_err();
    assert!(matches!(&error, PrepareError::Type { code: 8, .. }), "{error}");
}

async fn serve(release: &PreparedRelease, inputs: Vec<TensorData>, data: &Path) -> Vec<TensorData> {
    let by_id = data.join("by-id");
    release.link_by_id(&by_id).unwrap();
    let mut spec = release.spec.clone();
    spec.source = format!("file://{}", by_id.display()).into_bytes().try_into().unwrap();
    let engine = Engine::start(super::config(data)).unwrap();
    engine.describe(ReleaseDescriptor { id: 1, spec: spec.clone(), title: None }).unwrap();
    let mut order = order(&spec, 1, inputs);
    let shapes = order.input.shapes();
    order.draft.units = spec.fit_inputs(shapes.into_iter()).unwrap().1;
    match finish(&engine, &order).await {
        WorkStatus::Done(done) => {
            assert!(matches!(done.outcome, Outcome::Output(_)));
            let Some(Payload::Inline(outputs)) = done.output else { panic!("not inline") };
            outputs.iter().map(TensorData::from).collect()
        },
        other => panic!("not done: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_in_a_file_of_their_own_should_be_kept_and_served() {
    library();
    let (folder, path) = write(&models::external("weights.bin"), r#"{"limits":{"n":4}}"#);
    let error = prepare(&PrepareOptions::new(&path, folder.path().join("release"))).unwrap_err();
    assert!(matches!(error, PrepareError::Runtime(_)), "{error}");
    let weights: Vec<f32> = (0..1024u16).map(f32::from).collect();
    std::fs::write(folder.path().join("weights.bin"), floats(&weights)).unwrap();
    let release = prepare(&PrepareOptions::new(&path, folder.path().join("release"))).unwrap();
    let paths: Vec<&str> = release.manifest.files.iter().map(|f| f.path.as_str()).collect();
    let graph = format!("prepared-{}.onnx", profile().short());
    assert_eq!(paths, ["model.onnx", &graph, &format!("{graph}.data"), &format!("{graph}.judging"), "weights.bin"]);
    let input = TensorData { dtype: DType::Float32, shape: shape(&[1, 1024]), data: floats(&[0.5; 1024]).into() };
    let data = tempfile::tempdir().unwrap();
    let output = serve(&release, vec![input], data.path()).await;
    let expected: Vec<f32> = weights.iter().map(|w| w + 0.5).collect();
    assert_eq!(output[0].data, floats(&expected));
}

/// The real model, if `scripts/setup` has built it.
fn minilm() -> PathBuf {
    let path = candor_home().join("models/minilm/model.onnx");
    assert!(path.is_file(), "{} is missing: run scripts/setup", path.display());
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn minilm_should_give_the_bytes_of_plain_onnx_runtime() {
    let library = library();
    let folder = tempfile::tempdir().unwrap();
    let model = minilm();
    let release = prepare(&PrepareOptions::new(&model, folder.path().join("release"))).unwrap();
    assert_eq!(release.manifest.tokenizer.as_deref(), Some("tokenizer.json"));
    let meta = ReleaseMeta::read(model.parent().unwrap()).unwrap().unwrap();
    assert_eq!(release.spec.units.reference, meta.reference_units);
    let ids = |values: &[i64]| TensorData {
        dtype: DType::Int64,
        shape: shape(&[1, values.len() as u32]),
        data: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
    };
    let inputs = [ids(&[101, 7592, 2088, 102]), ids(&[1; 4]), ids(&[0; 4])];
    let inputs: Vec<TensorData> = release
        .spec
        .inputs
        .iter()
        .map(|spec| match spec.name.as_slice() {
            b"input_ids" => inputs[0].clone(),
            b"attention_mask" => inputs[1].clone(),
            _ => inputs[2].clone(),
        })
        .collect();
    // Plain: every optimisation that ONNX Runtime has, nothing saved, nothing switched off.
    let mut plain = library.open_unaltered(&model, 1).unwrap();
    let values: Vec<(String, ort::session::SessionInputValue<'_>)> = release
        .spec
        .inputs
        .iter()
        .zip(&inputs)
        .map(|(spec, t)| (String::from_utf8(spec.name.to_vec()).unwrap(), t.to_value().unwrap().into()))
        .collect();
    let outputs = plain.run(values).unwrap();
    let expected: Vec<TensorData> = release
        .spec
        .outputs
        .iter()
        .map(|spec| TensorData::from_value(&outputs[std::str::from_utf8(&spec.name).unwrap()]).unwrap())
        .collect();
    drop(outputs);
    let served = serve(&release, inputs, folder.path()).await;
    assert_eq!(served, expected);
}
