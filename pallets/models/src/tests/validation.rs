//! Specs that are refused, each for its reason.

use crate::{
    fixtures::{encoder, file, name, seal, symbolic, tensor, variant},
    mock::*,
};
use candor_primitives::{DType, Dim, ReleaseSpec, ValueRange};
use frame_support::{assert_ok, BoundedVec};
use sp_core::{Get, H256};
use sp_runtime::Permill;

/// The encoder, changed; roots are computed anew.
fn changed(change: impl FnOnce(&mut ReleaseSpec)) -> ReleaseSpec {
    let mut spec = encoder();
    change(&mut spec);
    seal(&mut spec);
    spec
}

/// The encoder, changed after its roots were computed.
fn broken(change: impl FnOnce(&mut ReleaseSpec)) -> ReleaseSpec {
    let mut spec = encoder();
    change(&mut spec);
    spec
}

fn with_paths(paths: &[&str]) -> ReleaseSpec {
    changed(|spec| {
        let files = paths.iter().enumerate().map(|(i, path)| file(path, i as u32));
        spec.files = BoundedVec::truncate_from(files.collect());
    })
}

fn list<X, S: Get<u32>>(items: Vec<X>) -> BoundedVec<X, S> {
    BoundedVec::truncate_from(items)
}

macro_rules! spec_refused {
    ($($spec:expr => $error:ident),+ $(,)?) => {
        run(|| {
            let repository = create("minilm", false);
            $( refused!(try_publish(repository, "1.0.0", $spec), $error); )+
        })
    };
}

#[test]
fn files_should_be_refused_when_missing_or_unsafe() {
    spec_refused!(changed(|spec| spec.files = list(vec![])) => NoFiles);
    for path in ["", "/etc/passwd", "../up", "a/../../b", "a//b", "a/", "./a", "a\\b", "a\nb", ".."] {
        spec_refused!(with_paths(&[path]) => InvalidPath);
    }
    let latin1 = changed(|spec| spec.files[0].path = list(vec![0xe9]));
    spec_refused!(latin1 => InvalidPath);
}

#[test]
fn files_should_be_refused_when_their_paths_clash() {
    spec_refused!(
        with_paths(&["model.onnx", "model.onnx"]) => PathConflict,
        with_paths(&["data/part", "data"]) => PathConflict,
        with_paths(&["a", "a/b/c"]) => PathConflict,
    );
    run(|| {
        let repository = create("minilm", false);
        assert_ok!(try_publish(repository, "1.0.0", with_paths(&["a.b", "a/b", "a/c", "ab", "..c/..."])));
    });
}

#[test]
fn model_root_should_be_refused_when_it_does_not_fit_the_files() {
    spec_refused!(
        broken(|spec| spec.model_root = H256::zero()) => WrongModelRoot,
        broken(|spec| spec.files[1].root = H256::repeat_byte(9)) => WrongModelRoot,
        broken(|spec| spec.files[1].path = list(b"other.json".to_vec())) => WrongModelRoot,
        broken(|spec| spec.files.as_mut().reverse()) => WrongModelRoot,
    );
}

#[test]
fn variants_should_be_refused_when_missing_or_wrong() {
    spec_refused!(
        changed(|spec| spec.variants = list(vec![])) => NoVariants,
        changed(|spec| spec.variants = list(vec![variant(1, 2)])) => UnknownGraph,
        broken(|spec| spec.variants[0].profile = H256::repeat_byte(7)) => WrongVariantRoot,
        broken(|spec| spec.variants[0].graph = 1) => WrongVariantRoot,
        broken(|spec| spec.variants[0].judging.exact = false) => WrongVariantRoot,
        broken(|spec| spec.variants[0].judging.weights = H256::zero()) => WrongVariantRoot,
        changed(|spec| spec.variants[0].judging.trace = 0) => EmptyTrace,
        changed(|spec| spec.variants[0].judging.trace = 8193) => LongTrace,
        changed(|spec| spec.variants = list(vec![variant(1, 0), variant(2, 0), variant(1, 0)])) => DuplicateVariant,
    );
}

#[test]
fn tensors_should_be_refused_when_missing_or_badly_named() {
    spec_refused!(
        changed(|spec| spec.inputs = list(vec![])) => NoInputs,
        changed(|spec| spec.outputs = list(vec![])) => NoOutputs,
        changed(|spec| spec.inputs[0].name = name("")) => InvalidTensorName,
        changed(|spec| spec.outputs[0].name = name("a\tb")) => InvalidTensorName,
        changed(|spec| spec.inputs[1].name = name("input_ids")) => DuplicateTensorName,
        changed(|spec| {
            let twice = spec.outputs[0].clone();
            spec.outputs.try_push(twice).unwrap();
        }) => DuplicateTensorName,
    );
    run(|| {
        let repository = create("minilm", false);
        // An input and an output may share a name: graphs pass values through.
        assert_ok!(try_publish(repository, "1.0.0", changed(|spec| spec.outputs[0].name = name("input_ids"))));
    });
}

#[test]
fn dimensions_should_be_refused_when_symbolic_without_name_or_length() {
    let shaped = |dim: Dim| changed(|spec| spec.inputs[0].shape = list(vec![dim]));
    spec_refused!(
        shaped(symbolic("", 8)) => InvalidDimension,
        shaped(symbolic("batch", 0)) => InvalidDimension,
        changed(|spec| spec.outputs[0].shape = list(vec![symbolic("batch", 0)])) => InvalidDimension,
    );
}

#[test]
fn ranges_should_be_refused_when_they_cannot_be_checked() {
    let range = |min, max| Some(ValueRange { min, max });
    let float = |dtype| {
        changed(move |spec| {
            spec.inputs[0].dtype = dtype;
            spec.inputs[0].range = range(0, 1);
        })
    };
    spec_refused!(
        changed(|spec| spec.inputs[0].range = range(2, 1)) => EmptyRange,
        changed(|spec| spec.outputs[0].range = range(0, 1)) => RangeOnOutput,
        float(DType::Float32) => RangeNotInteger,
        float(DType::String) => RangeNotInteger,
        float(DType::Bool) => RangeNotInteger,
    );
    run(|| {
        let repository = create("minilm", false);
        assert_ok!(try_publish(repository, "1.0.0", changed(|spec| spec.inputs[0].range = range(0, 30_521))));
        assert_ok!(try_publish(repository, "1.0.1", changed(|spec| spec.inputs[0].range = range(-1, -1))));
    });
}

#[test]
fn unit_rule_should_be_refused_when_it_cannot_be_counted() {
    spec_refused!(
        changed(|spec| spec.units.dims = list(vec![name("tokens")])) => UnknownUnitDimension,
        changed(|spec| spec.units.divisor = 0) => ZeroDivisor,
        changed(|spec| spec.units.reference = 0) => ZeroReference,
        changed(|spec| {
            // Known to an output only: not bound when a call is priced.
            spec.outputs = list(vec![tensor("y", DType::Float32, vec![symbolic("found", 9)])]);
            spec.units.dims = list(vec![name("found")]);
        }) => UnknownUnitDimension,
    );
    run(|| {
        let repository = create("minilm", false);
        assert_ok!(try_publish(repository, "1.0.0", changed(|spec| spec.units.dims = list(vec![]))));
    });
}

#[test]
fn terms_should_be_refused_when_royalty_licence_tags_or_source_are_wrong() {
    let above = Permill::from_parts(MaxRoyalty::get().deconstruct() + 1);
    spec_refused!(
        changed(|spec| spec.royalty = above) => RoyaltyTooHigh,
        changed(|spec| spec.licence = name("")) => NoLicence,
        changed(|spec| spec.licence = name("MIT\n")) => InvalidText,
        changed(|spec| spec.tags = list(vec![name("text"), name("")])) => EmptyTag,
        changed(|spec| spec.tags = list(vec![list(vec![0xff])])) => InvalidText,
        changed(|spec| spec.source = source("somewhere")) => InvalidSource,
        changed(|spec| spec.source = source("https://a b\0")) => InvalidText,
    );
    run(|| {
        let repository = create("minilm", false);
        assert_ok!(try_publish(repository, "1.0.0", changed(|spec| spec.royalty = MaxRoyalty::get())));
    });
}
