use super::*;
use crate::{
    audit::{AuditOptions, Auditor, Claim},
    fixtures::{convolutions, gathering, indices, info, judged, judged_prepared, library, model, node, noise, tensor},
};

const SEED: Hash = [7; 32];

fn image() -> OwnedTensor {
    tensor(&[2, 3, 8, 8], noise(9, 384))
}

fn digest(judged: &Judged, inputs: &[OwnedTensor], seed: Hash, memory: u64) -> AuditDigest {
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    audit_digest(&seed, judged, &tracer, inputs, &RootsOptions { memory }, &mut |_, _| ()).unwrap()
}

/// The definition, word by word.
fn by_definition(seed: Hash, judged: &Judged, values: &[Option<OwnedTensor>], end: &[u8]) -> Hash {
    let mut bytes = [&[TAG_DIGEST][..], &seed].concat();
    for (v, value) in values.iter().enumerate() {
        let maker = judged.node_of(v).map(|(node, _)| judged.graph.nodes[node].operator.as_slice());
        if matches!(maker, Some(b"Reshape" | b"Identity" | b"ReorderInput" | b"ReorderOutput")) {
            continue;
        }
        let mut value = value.clone().unwrap();
        if let Some(blocked) = judged.graph.values[v].blocked {
            value.data = blocked.block(&value.header, &value.data).unwrap().into();
        }
        let chunks: Vec<&[u8]> = match value.data.len() {
            0 => vec![&[]],
            _ => value.data.chunks(1024).collect(),
        };
        for (g, group) in chunks.chunks(16).enumerate() {
            let drawn = [&[TAG_SAMPLE][..], &seed, &(v as u32).to_le_bytes(), &(g as u32 / 32).to_le_bytes()].concat();
            let at = usize::from(Blake2b256::hash(&drawn)[g % 32]) % group.len();
            bytes.extend((v as u32).to_le_bytes());
            bytes.extend((g as u64 * 16 + at as u64).to_le_bytes());
            bytes.extend(Blake2b256::hash(&[&[TAG_LEAF][..], group[at]].concat()));
        }
    }
    bytes.extend(end);
    Blake2b256::hash(&bytes)
}

#[test]
fn digests_should_follow_the_definition_when_values_are_blocked() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged_prepared(&convolutions(), folder.path());
    assert!(judged.graph.values.iter().any(|v| v.blocked.is_some()), "no blocked kernel was used");
    let values = Tracer::new(library(), &judged.model, &judged.graph, 1).run_all(&[image()]).unwrap();
    let own = digest(&judged, &[image()], SEED, 2 << 30);
    assert_eq!(own.digest, by_definition(SEED, &judged, &values, &[0]));
    assert_eq!(own.runs, 1);
    let End::Outputs(list) = &own.end else { panic!() };
    let root = |t: &OwnedTensor| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root;
    let outputs = judged.graph.outputs.iter().map(|s| match s {
        Source::Value(v) => root(values[*v].as_ref().unwrap()),
        Source::Weight(_) => panic!(),
    });
    assert_eq!(list.roots(), outputs.collect::<Vec<_>>());
    assert_eq!(own.output_root(), Some(list.root()));
}

#[test]
fn digests_should_be_equal_when_run_and_seed_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged_prepared(&convolutions(), folder.path());
    let own = digest(&judged, &[image()], SEED, 2 << 30);
    // In several runs, and with other threads.
    let parts = digest(&judged, &[image()], SEED, 20_000);
    assert!(parts.runs > 1);
    assert_eq!((parts.digest, parts.bytes, parts.chunks), (own.digest, own.bytes, own.chunks));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    assert_eq!(pool.install(|| digest(&judged, &[image()], SEED, 2 << 30)).digest, own.digest);
    assert_ne!(digest(&judged, &[image()], [8; 32], 2 << 30).digest, own.digest);
    let mut other = image();
    let mut data = other.data.to_vec();
    data[3] ^= 1;
    other.data = data.into();
    assert_ne!(digest(&judged, &[other], SEED, 2 << 30).digest, own.digest);
}

#[test]
fn a_run_should_be_enough_when_values_fit_whose_sizes_the_file_does_not_state() {
    let folder = tempfile::tempdir().unwrap();
    let add = |from: &str, to: &str| node("Add", &[from, from], &[to], vec![]);
    let nodes = vec![add("x", "a"), add("a", "b"), add("b", "c"), node("Gather", &["c", "indices"], &["y"], vec![])];
    let (inputs, outputs) = (vec![info("x", 1, &[4, 3]), info("indices", 7, &[-1])], vec![info("y", 1, &[-1, 3])]);
    let judged = judged(&model(nodes, vec![], inputs, outputs), folder.path());
    let inputs = [tensor(&[4, 3], noise(1, 12)), indices(&[1; 100])];
    // Fed 848 bytes, returned 1 200, three of 48 each that the file says nothing about.
    assert_eq!(digest(&judged, &inputs, SEED, 2_400).runs, 1);
    assert!(digest(&judged, &inputs, SEED, 2_000).runs > 1);
}

#[test]
fn a_digest_should_change_when_a_sampled_chunk_changes() {
    let value = tensor(&[100, 100], noise(3, 10_000));
    let of = |value: &OwnedTensor| {
        let mut sample = Sample::new(SEED);
        let shown = Shown { position: 5, tensor: value.view(), blocked: None };
        sample.take(&[&shown]);
        sample.finish(End::Failed { node: 0, index: 0 }, 1).digest
    };
    let chosen: Vec<u64> = sampled(&SEED, 5, 40).collect();
    assert_eq!(chosen.len(), 3);
    let honest = of(&value);
    for chunk in 0..40 {
        let mut data = value.data.to_vec();
        data[chunk as usize * 1024 + 17] ^= 4;
        let changed = OwnedTensor::new(value.header.clone(), data).unwrap();
        assert_eq!(of(&changed) != honest, chosen.contains(&chunk), "chunk {chunk}");
    }
}

#[test]
fn every_group_should_have_one_chunk_when_a_sample_is_drawn() {
    for chunks in [1, 2, 15, 16, 17, 512, 513, 5000] {
        let chosen: Vec<u64> = sampled(&SEED, 3, chunks).collect();
        assert_eq!(chosen.len() as u64, chunks.div_ceil(16));
        assert!(chosen.iter().zip(0..).all(|(c, g)| c / 16 == g && *c < chunks));
    }
    // Of every value others, and every place of a group in its turn.
    let first: Vec<u64> = (0..400).map(|value| sampled(&SEED, value, 16).next().unwrap()).collect();
    assert!((0..16).all(|place| (8..48).contains(&first.iter().filter(|c| **c == place).count())));
    assert_eq!(sampled(&SEED, 3, 80).collect::<Vec<_>>(), VECTOR);
}

/// For other implementations: seed of 32 bytes 7, value 3, 80 chunks.
const VECTOR: [u64; 5] = [9, 28, 33, 52, 73];

#[test]
fn a_digest_should_name_the_element_when_a_run_fails() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let x = tensor(&[4, 3], noise(1, 12));
    let own = digest(&judged, &[x.clone(), indices(&[0, 3, 4, 1])], SEED, 2 << 30);
    assert!(matches!(own.end, End::Failed { node: 1, index: 6 }), "{:?}", own.end);
    assert_eq!(own.output_root(), None);
    let mut values = vec![Some(x.clone()), Some(indices(&[0, 3, 4, 1]))];
    values.push(Some(tensor(&[4, 3], noise(1, 12).map(|v| v + v))));
    let end = [&[1u8][..], &1u32.to_le_bytes(), &6u64.to_le_bytes()].concat();
    assert_eq!(own.digest, by_definition(SEED, &judged, &values, &end));
    assert_eq!(digest(&judged, &[x.clone(), indices(&[0, 3, 4, 1])], SEED, 8).digest, own.digest);
}

#[test]
fn an_auditor_should_see_a_wrong_end_when_it_samples() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let auditor = Auditor::new(library(), &judged, 1, AuditOptions::default());
    let root = |t: &OwnedTensor| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root;
    let x = tensor(&[4, 3], noise(1, 12));
    for (picked, fails) in [(indices(&[1, 2]), false), (indices(&[1, 9]), true)] {
        let inputs = [x.clone(), picked];
        let roots: Vec<Hash> = inputs.iter().map(root).collect();
        let own = digest(&judged, &inputs, SEED, 2 << 30);
        let claims = [
            own.end.clone(),
            End::Failed { node: 1, index: 0 },
            End::Outputs(RootList::new(TAG_TENSORS, vec![[1; 32]])),
        ];
        for (n, end) in claims.into_iter().enumerate() {
            let mut claim = Claim::outputs(roots.clone(), Vec::new());
            claim.end = end;
            let sampled = auditor.sample(&claim, &inputs, &SEED, &mut |_, _| ()).unwrap();
            assert_eq!(sampled.clean, n == 0 || (fails && n == 1));
            assert_eq!(sampled.own.digest, own.digest);
        }
    }
}
