//! Specs for tests and benchmarks.

use alloc::{format, vec, vec::Vec};
use candor_commitments::model_root;
use candor_primitives::{
    release::{FilePath, Name, Source, MAX_VARIANTS},
    tensor::{MAX_RANK, MAX_TENSORS},
    DType, Dim, FileSpec, HostBlake2b, Judging, ReleaseSpec, TensorSpec, UnitRule, Variant,
};
use frame_support::BoundedVec;
use sp_core::H256;
use sp_runtime::Permill;

/// A name (cut at its largest length).
pub(crate) fn name(text: &str) -> Name {
    Name::truncate_from(text.as_bytes().to_vec())
}

/// A symbolic dimension.
pub(crate) fn symbolic(text: &str, max: u32) -> Dim {
    Dim::Symbolic { name: name(text), max }
}

/// An input or output.
pub(crate) fn tensor(text: &str, dtype: DType, shape: Vec<Dim>) -> TensorSpec {
    TensorSpec { name: name(text), dtype, shape: BoundedVec::truncate_from(shape), range: None }
}

/// A file whose root is made from its number.
pub(crate) fn file(path: &str, number: u32) -> FileSpec {
    FileSpec {
        path: FilePath::truncate_from(path.as_bytes().to_vec()),
        size: 1_000_000,
        root: H256::from_slice(&[&[1u8; 28][..], &number.to_be_bytes()].concat()),
    }
}

/// A small sentence encoder: two files, one variant, symbolic batch and length.
pub(crate) fn encoder() -> ReleaseSpec {
    let ids = vec![symbolic("batch", 32), symbolic("sequence", 512)];
    let mut spec = ReleaseSpec {
        manifest_hash: H256::repeat_byte(1),
        model_root: H256::zero(),
        files: BoundedVec::truncate_from(vec![file("model.onnx", 0), file("tokenizer/tokenizer.json", 1)]),
        variants: BoundedVec::truncate_from(vec![variant(1, 0)]),
        inputs: BoundedVec::truncate_from(vec![
            tensor("input_ids", DType::Int64, ids.clone()),
            tensor("attention_mask", DType::Int64, ids),
        ]),
        outputs: BoundedVec::truncate_from(vec![tensor(
            "embedding",
            DType::Float32,
            vec![symbolic("batch", 32), Dim::Fixed(384)],
        )]),
        units: UnitRule {
            dims: BoundedVec::truncate_from(vec![name("batch"), name("sequence")]),
            divisor: 1,
            reference: 128,
        },
        licence: name("Apache-2.0"),
        tags: BoundedVec::truncate_from(vec![name("embedding")]),
        royalty: Permill::from_percent(5),
        source: Source::truncate_from(b"https://models.example".to_vec()),
    };
    seal(&mut spec);
    spec
}

/// The largest spec with `files` files.
#[cfg_attr(not(feature = "runtime-benchmarks"), allow(dead_code))]
pub(crate) fn largest(files: u32) -> ReleaseSpec {
    let tensors = |kind: &str| {
        let one = |i: u32| {
            let shape = (0..MAX_RANK).map(|d| symbolic(&wide("d", i.saturating_mul(MAX_RANK).saturating_add(d)), 64));
            tensor(&wide(kind, i), DType::Float32, shape.collect())
        };
        (0..MAX_TENSORS).map(one).collect::<Vec<_>>()
    };
    let last = files.saturating_sub(1) as u16;
    let mut spec = ReleaseSpec {
        files: BoundedVec::truncate_from((0..files).map(|i| file(&deep(i), i)).collect()),
        variants: BoundedVec::truncate_from((0..MAX_VARIANTS).map(|i| variant(i as u8, last)).collect()),
        inputs: BoundedVec::truncate_from(tensors("x")),
        outputs: BoundedVec::truncate_from(tensors("y")),
        units: UnitRule {
            dims: BoundedVec::truncate_from((124..128).map(|d| name(&wide("d", d))).collect()),
            divisor: 1,
            reference: 1,
        },
        licence: name(&wide("l", 0)),
        tags: BoundedVec::truncate_from((0..8).map(|i| name(&wide("t", i))).collect()),
        source: largest_source(),
        ..encoder()
    };
    seal(&mut spec);
    spec
}

/// The largest spec with one float32 input and output: `x` and `y` of shape `[n <= 16384]`.
#[cfg_attr(not(feature = "runtime-benchmarks"), allow(dead_code))]
pub(crate) fn vector() -> ReleaseSpec {
    let shape = || vec![symbolic("n", 16_384)];
    ReleaseSpec {
        inputs: BoundedVec::truncate_from(vec![tensor("x", DType::Float32, shape())]),
        outputs: BoundedVec::truncate_from(vec![tensor("y", DType::Float32, shape())]),
        units: UnitRule { dims: BoundedVec::truncate_from(vec![name("n")]), divisor: 1024, reference: 1 },
        ..largest(candor_primitives::release::MAX_FILES)
    }
}

/// A source of the largest length.
#[cfg_attr(not(feature = "runtime-benchmarks"), allow(dead_code))]
pub(crate) fn largest_source() -> Source {
    Source::truncate_from(format!("https://{:0>248}", 0).into_bytes())
}

/// Make the roots fit the files.
pub(crate) fn seal(spec: &mut ReleaseSpec) {
    let files = spec.files.iter().map(|file| (file.path.as_slice(), file.root.0));
    spec.model_root = H256(model_root::<HostBlake2b>(files));
    for variant in spec.variants.iter_mut() {
        if let Some(graph) = spec.files.get(usize::from(variant.graph)) {
            variant.root = Variant::compute_root::<HostBlake2b>(&variant.profile, &graph.root, &variant.judging);
        }
    }
}

/// Something to judge by.
fn judging() -> Judging {
    Judging {
        rules: 1,
        graph: H256::repeat_byte(0xaa),
        weights: H256::repeat_byte(0xbb),
        trace: 100,
        trace_bytes: 1 << 20,
        exact: true,
    }
}

/// A variant whose profile is made from its number. Its root is set by [`seal`].
pub(crate) fn variant(number: u8, graph: u16) -> Variant {
    Variant { profile: H256::repeat_byte(number), graph, judging: judging(), root: H256::zero() }
}

/// A name of 64 bytes.
fn wide(prefix: &str, number: u32) -> alloc::string::String {
    format!("{prefix}{number:0>63}")
}

/// A path of 128 bytes with as many folders as fit.
fn deep(number: u32) -> alloc::string::String {
    format!("{}{number:0>4}", "a/".repeat(62))
}
