use super::*;
use crate::{
    audit::{AuditOptions, Audited, Auditor, Claim},
    commit::CommittedTensor,
    fixtures::{convolutions, decoded, library, noise, tensor},
    lower::{lower, LowerOptions, Source},
};
use candor_adjudicator::{evidence::Fault, Mode};

struct World {
    judged: Judged,
    input: OwnedTensor,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let onnx = decoded(&convolutions(), folder.path());
        let graph = lower(&onnx, &LowerOptions { block: 8, mode: &|_, _| Mode::Bounded }).unwrap();
        let judged = Judged::new(onnx, graph, 8).unwrap();
        Self { judged, input: tensor(&[1, 3, 8, 8], noise(5, 192)), folder }
    }

    /// Write a trace, a few values at a time.
    fn written(&self, values: bool) -> (std::path::PathBuf, RunRoots) {
        let path = self.folder.path().join("own.trace");
        let tracer = Tracer::new(library(), &self.judged.model, &self.judged.graph, 1);
        let (inputs, options) = (std::slice::from_ref(&self.input), RootsOptions { memory: 10_000 });
        let run = write_trace(&self.judged, &tracer, inputs, &options, &path, values, &mut |_, _| ()).unwrap();
        (path, run)
    }

    fn claim(&self, roots: &[Hash]) -> Claim {
        let root = |t: &OwnedTensor| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root;
        let output = |source: &Source| match source {
            Source::Value(at) => roots[self.judged.graph.values[*at].first_root as usize],
            Source::Weight(_) => panic!(),
        };
        Claim::outputs(vec![root(&self.input)], self.judged.graph.outputs.iter().map(output).collect())
    }

    fn audited(&self, file: &TraceFile) -> Audited {
        let auditor = Auditor::new(library(), &self.judged, 1, AuditOptions::default());
        let claim = self.claim(&file.roots);
        let inputs = std::slice::from_ref(&self.input);
        auditor.compare(&claim, inputs, Some(file.root()), file, &mut |_, _| ()).unwrap()
    }
}

/// Change a byte of the value at `position` in a trace file, and commit to the change.
fn lie(path: &Path, position: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    let count = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let slot = 12 + count * 32 + position * SLOT;
    let known = Slot::from_bytes(&bytes[slot..slot + SLOT]).unwrap();
    let (from, to) = (known.offset as usize, (known.offset + known.bytes) as usize);
    bytes[from + 3] ^= 0x40;
    let dtype = DType::from_code(i64::from(known.dtype)).unwrap();
    let tensor = CommittedTensor::from_leaves(dtype, known.dims, chunk_hashes::<Blake2b256>(&bytes[from..to]));
    bytes[12 + position * 32..12 + position * 32 + 32].copy_from_slice(&tensor.root);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn trace_should_be_clean_when_it_is_the_own_one_read_back() {
    let world = World::new();
    let (path, run) = world.written(true);
    assert!(run.runs > 1, "one run was enough: the budget was not kept to");
    let file = TraceFile::open(&path).unwrap();
    assert_eq!(file.roots().unwrap(), run.list.roots());
    assert!(matches!(world.audited(&file), Audited::Clean(_)));
    let auditor = Auditor::new(library(), &world.judged, 1, AuditOptions::default());
    let claim = world.claim(&file.roots);
    let rejudged =
        auditor.rejudge(&claim, std::slice::from_ref(&world.input), Some(file.root()), &file, &mut |_, _| ()).unwrap();
    assert!(matches!(rejudged, Audited::Clean(_)), "{rejudged:?}");
}

#[test]
fn trace_should_convict_when_a_value_in_it_was_changed() {
    let world = World::new();
    let (path, _) = world.written(true);
    let values = &world.judged.graph.values;
    let position = values.iter().find(|v| v.name == "a").unwrap().first_root as usize;
    lie(&path, position);
    let file = TraceFile::open(&path).unwrap();
    let Audited::Fault(proof) = world.audited(&file) else { panic!("not convicted") };
    assert!(proof.verdict.faulty);
    assert!(matches!(proof.evidence.fault, Fault::Element { .. } | Fault::Layouts { .. }));
}

#[test]
fn trace_should_say_that_values_are_missing_when_it_holds_roots_only() {
    let world = World::new();
    let (path, run) = world.written(false);
    let file = TraceFile::open(&path).unwrap();
    assert!(matches!(world.audited(&file), Audited::Clean(_)));
    let mut roots = run.list.roots().concat();
    roots[32 * 3] ^= 1;
    std::fs::write(&path, roots).unwrap();
    let file = TraceFile::open(&path).unwrap();
    match world.audited(&file) {
        Audited::Withheld(reason) => assert!(reason.contains("does not hold value 3"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn trace_should_be_refused_when_it_is_cut_or_nothing_of_the_kind() {
    let world = World::new();
    let (path, run) = world.written(true);
    let bytes = std::fs::read(&path).unwrap();
    let head = 12 + run.list.count() as usize * (32 + SLOT);
    for end in [1, 7, 9, 12, head - 1] {
        std::fs::write(&path, &bytes[..end]).unwrap();
        assert!(TraceFile::open(&path).is_err(), "{end} bytes");
    }
    std::fs::write(&path, &bytes[..head + 5]).unwrap();
    let file = TraceFile::open(&path).unwrap();
    assert!((0..run.list.count()).any(|position| file.leaves(position).is_err()));
    std::fs::write(&path, b"not a trace").unwrap();
    assert!(matches!(TraceFile::open(&path), Err(TraceFileError::Format)));
}
