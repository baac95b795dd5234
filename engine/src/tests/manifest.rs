//! Manifests that mean harm: texts changed anywhere, and manifests changed anywhere whose hashes follow again.
//!
//! `CANDOR_FUZZ_SECONDS=600 cargo test --release -p candor-engine hostile_manifests -- --nocapture` goes on for as long.

use crate::prepare::{DimEntry, FileEntry, JudgingEntry, Manifest, TensorEntry, VariantEntry};
use candor_commitments::{model_root, Blake2b256, Hasher};
use candor_primitives::{DType, Variant};
use codec::{Decode, Encode};
use sp_core::H256;
use std::time::{Duration, Instant};

/// Random numbers, the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let n = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ n >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn good() -> Manifest {
    let file = |path: &str| FileEntry { path: path.into(), size: 9, root: "ab".repeat(32) };
    let dim = DimEntry::Symbolic { name: "rows".into(), max: 64 };
    let tensor = |name: &str| TensorEntry {
        name: name.into(),
        dtype: DType::Float32,
        shape: vec![dim.clone(), DimEntry::Fixed(4)],
        range: Some((-5, 5)),
    };
    let judging = JudgingEntry {
        rules: 1,
        graph: "01".repeat(32),
        weights: "02".repeat(32),
        trace: 3,
        trace_bytes: 96,
        exact: true,
    };
    let mut manifest = Manifest {
        candor_manifest: 1,
        name: "name".into(),
        version: "1.0.0".into(),
        license: "MIT".into(),
        description: "A \"model\".".into(),
        tags: vec!["text".into()],
        files: vec![file("model.onnx"), file("prepared.onnx"), file("prepared.onnx.judging")],
        model_root: String::new(),
        variants: vec![VariantEntry {
            profile: String::new(),
            profile_text: "profile".into(),
            graph: "prepared.onnx".into(),
            judging,
            root: String::new(),
        }],
        inputs: vec![tensor("a"), tensor("b")],
        outputs: vec![tensor("c")],
        unit_dims: vec!["rows".into()],
        unit_divisor: 8,
        reference_units: 1,
        royalty_permill: 10,
        tokenizer: None,
    };
    follow(&mut manifest);
    manifest
}

/// Make the hashes follow from the rest, as far as they can.
fn follow(manifest: &mut Manifest) {
    let root = |text: &str| crate::store::parse_root(text).unwrap_or_default();
    let files: Vec<(&[u8], [u8; 32])> = manifest.files.iter().map(|f| (f.path.as_bytes(), root(&f.root).0)).collect();
    manifest.model_root = hex::encode(model_root::<Blake2b256>(files));
    for variant in &mut manifest.variants {
        let graph = manifest.files.iter().find(|f| f.path == variant.graph).map(|f| root(&f.root)).unwrap_or_default();
        let profile = H256(Blake2b256::hash(variant.profile_text.as_bytes()));
        variant.profile = hex::encode(profile);
        let Ok(judging) = variant.judging.to_judging() else { continue };
        variant.root = hex::encode(Variant::compute_root::<Blake2b256>(&profile, &graph, &judging));
    }
}

const PIECES: [&str; 24] = [
    "0",
    "-1",
    "1e999",
    "18446744073709551615",
    "18446744073709551616",
    "4294967296",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"../x\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[[[[[[[[",
    "{\"a\":",
    ",",
    "]",
    "}",
    "\"",
    "\u{feff}",
    "1.5",
    "{\"name\":\"rows\",\"max\":0}",
    "-9223372036854775809",
];

/// A text with some places changed.
fn changed(text: &[u8], noise: &mut Noise) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=noise.below(4) {
        let at = noise.below(text.len() + 1);
        let to = (at + noise.below(24)).min(text.len());
        // Where a value begins.
        let value = text.iter().skip(at).position(|b| *b == b':').map_or(at, |n| at + n + 1);
        let end = text.iter().skip(value).position(|b| b",}]".contains(b)).map_or(text.len(), |n| value + n);
        let piece = PIECES[noise.below(PIECES.len())].as_bytes().to_vec();
        match noise.below(7) {
            0 => drop(text.get_mut(at).map(|byte| *byte ^= 1 << noise.below(8))),
            1 => drop(text.splice(at..to, [])),
            2 => drop(text.splice(at..at, piece.repeat(1 + noise.below(200)))),
            3 | 4 => drop(text.splice(value..end, piece)),
            5 => {
                let part = text[at..to].to_vec();
                let other = noise.below(text.len());
                text.splice(other..other, part.repeat(1 + noise.below(9)));
            },
            _ => {
                let long = vec![b'a' + noise.below(26) as u8; noise.below(400)];
                text.splice(value..end, [b"\"", long.as_slice(), b"\""].concat());
            },
        }
    }
    text
}

/// Whether the text is a manifest, and whether that can be published.
fn read(text: &[u8]) -> (bool, bool) {
    let Ok(mut manifest) = Manifest::from_bytes(text) else { return (false, false) };
    let canonical = manifest.canonical().unwrap();
    assert_eq!(Manifest::from_bytes(&canonical).unwrap(), manifest);
    let _ = manifest.to_spec("");
    follow(&mut manifest);
    let Ok(spec) = manifest.to_spec("https://example.org") else { return (true, false) };
    assert_eq!(candor_primitives::ReleaseSpec::decode(&mut &spec.encode()[..]).unwrap(), spec);
    (true, true)
}

#[test]
fn hostile_manifests_should_be_refused_or_read_when_anything_is_changed() {
    let seconds = std::env::var("CANDOR_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok());
    let (start, mut noise) = (Instant::now(), Noise(1));
    let mut pool = vec![good().canonical().unwrap()];
    assert_eq!(read(&pool[0]), (true, true));
    let (mut count, mut manifests, mut specs) = (0u64, 0u64, 0u64);
    while seconds.map_or(count < 20_000, |s| start.elapsed() < Duration::from_secs(s)) {
        let text = changed(&pool[noise.below(pool.len())], &mut noise);
        let (manifest, spec) = read(&text);
        count += 1;
        manifests += u64::from(manifest);
        specs += u64::from(spec);
        // What is still a manifest is changed further.
        if manifest && text.len() < 64 * 1024 {
            let place = noise.below(500);
            match pool.get_mut(place.max(1)) {
                Some(old) => *old = text,
                None => pool.push(text),
            }
        }
    }
    println!("{count} texts, {manifests} of them manifests, {specs} of those could be published");
    assert!(manifests > count / 50 && specs > 0);
}
