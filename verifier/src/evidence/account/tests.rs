use super::*;
use crate::{
    audit::{
        host::{HostTrace, MemoryHost},
        AuditOptions, Audited, Auditor, Claim,
    },
    commit::CommittedTensor,
    evidence::FileError,
    fixtures::{decoded, floats, info, library, model, node, noise, tensor},
    judge::machine_isa,
    judged::Judged,
    lower::{lower, LowerOptions},
    run::Tracer,
    tensor::OwnedTensor,
};
use candor_adjudicator::{Expected, Layout, Schedule};
use codec::Decode;

/// A product and a sum, judged.
fn product(mode: Mode) -> (Judged, OwnedTensor, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let proto = model(
        vec![
            node("Transpose", &["x"], &["t"], vec![crate::fixtures::ints("perm", &[1, 0])]),
            node("MatMul", &["t", "w"], &["p"], vec![]),
            node("Add", &["p", "b"], &["y"], vec![]),
        ],
        vec![floats("w", &[8, 4], noise(1, 32)), floats("b", &[4], noise(2, 4))],
        vec![info("x", 1, &[8, 3])],
        vec![info("y", 1, &[3, 4])],
    );
    let onnx = decoded(&proto, folder.path());
    let graph = lower(&onnx, &LowerOptions { block: 8, mode: &|_, _| mode }).unwrap();
    (Judged::new(onnx, graph, 8).unwrap(), tensor(&[8, 3], noise(3, 24)), folder)
}

fn root(tensor: &OwnedTensor) -> [u8; 32] {
    CommittedTensor::new(&tensor.header, &tensor.data, Layout::Natural).root
}

/// Evidence against a host that changed the highest bit of one element of value `value`, and keeps to it.
fn convicted(mode: Mode, value: usize) -> EvidenceFile {
    let (judged, input, _folder) = product(mode);
    let honest = Tracer::new(library(), &judged.model, &judged.graph, 1).run_all(std::slice::from_ref(&input)).unwrap();
    let mut values = honest;
    let lie = values[value].as_mut().unwrap();
    let mut data = lie.data.to_vec();
    data[7] ^= 0x80;
    lie.data = data.into();
    let host = MemoryHost::new(&judged, &values);
    let output = values.last().unwrap().as_ref().unwrap();
    let claim = Claim::outputs(vec![root(&input)], vec![root(output)]);
    let auditor = Auditor::new(library(), &judged, 1, AuditOptions::default());
    let roots = crate::commit::RootList::new(candor_commitments::TAG_TRACE, host.roots().unwrap());
    match auditor.compare(&claim, &[input], Some(roots.root()), &host, &mut |_, _| ()).unwrap() {
        Audited::Fault(proof) => EvidenceFile { commitments: proof.commitments, evidence: proof.evidence },
        other => panic!("not convicted: {other:?}"),
    }
}

fn exact() -> Mode {
    Mode::Exact(Schedule { isa: machine_isa().unwrap_or(Isa::Avx2), threads: 1, variant: 0 })
}

#[test]
fn account_should_name_node_element_and_values_when_an_element_is_wrong() {
    let file = convicted(exact(), 3);
    let account = Account::of(&file).unwrap();
    assert!(account.faulty);
    assert_eq!(account.fault, "element");
    let node = account.node.as_ref().unwrap();
    assert_eq!((node.position, node.operator.as_str(), node.domain), (2, "Add", "ai.onnx"));
    let place = account.place.as_ref().unwrap();
    assert_eq!((place.index, place.coordinates.as_deref()), (Some(1), Some([0, 1].as_slice())));
    let FindingAccount::Element { claimed, expected: ExpectedText::Exact { value } } = &account.finding else {
        panic!("{:?}", account.finding)
    };
    assert_eq!(claimed.decimal.trim_start_matches('-'), value.decimal.trim_start_matches('-'));
    assert_eq!(claimed.bits.len(), 10);
    let text = account.to_string();
    for words in
        ["The run is wrong: element [0, 1] of output 0 of node 2 (Add)", "bit for bit", "one thread", &claimed.bits]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    assert_eq!(account.size.bytes, file.evidence.encode().len());
    assert!(account.size.chunks > 0 && account.size.tensors >= 2);
}

#[test]
fn account_should_show_bounds_when_the_node_is_bounded() {
    let account = Account::of(&convicted(Mode::Bounded, 2)).unwrap();
    let FindingAccount::Element { expected: ExpectedText::Within { low, high, nan: false }, .. } = &account.finding
    else {
        panic!("{:?}", account.finding)
    };
    assert!(low.parse::<f64>().unwrap() <= high.parse::<f64>().unwrap());
    assert!(account.to_string().contains("rigorous bound"), "{account}");
    assert!(!account.node.unwrap().exact);
}

#[test]
fn account_should_list_attributes_when_the_node_has_some() {
    let account = Account::of(&convicted(exact(), 1)).unwrap();
    let node = account.node.as_ref().unwrap();
    assert_eq!(node.attributes, [("perm".to_owned(), "[1, 0]".to_owned())]);
    assert!(account.to_string().contains("perm = [1, 0]"));
    assert!(serde_json::to_value(&account).unwrap()["finding"]["claimed"]["bits"].is_string());
}

#[test]
fn account_should_clear_the_run_when_the_element_is_right() {
    let mut file = convicted(exact(), 3);
    // Another element, which the same chunks show.
    file.evidence.fault = candor_adjudicator::evidence::Fault::Element { output: 0, index: 0 };
    let account = Account::of(&file).unwrap();
    assert!(!account.faulty);
    assert!(account.verdict.starts_with("No fault:"), "{}", account.verdict);
}

#[test]
fn file_should_be_the_same_when_it_is_read_again() {
    let file = convicted(exact(), 3);
    let bytes = file.to_bytes();
    assert_eq!(EvidenceFile::from_bytes(&bytes).unwrap(), file);
    let mut rest = &bytes[8..];
    let judged =
        <(candor_adjudicator::evidence::Commitments, candor_adjudicator::evidence::Evidence)>::decode(&mut rest);
    assert_eq!(judged.unwrap(), (file.commitments.clone(), file.evidence.clone()));
    assert_eq!(&bytes[8..], file.to_judge_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.bin");
    file.write(&path).unwrap();
    assert_eq!(EvidenceFile::read(&path).unwrap(), file);
}

#[test]
fn file_should_be_refused_when_it_is_cut_changed_or_too_long() {
    let file = convicted(exact(), 3);
    let bytes = file.to_bytes();
    for end in 0..bytes.len() {
        assert!(EvidenceFile::from_bytes(&bytes[..end]).is_err(), "{end} bytes");
    }
    assert!(matches!(EvidenceFile::from_bytes(b"candorj1"), Err(FileError::Magic | FileError::Commitments)));
    assert!(matches!(EvidenceFile::from_bytes(b"PK"), Err(FileError::Magic)));
    let mut long = bytes.clone();
    long.push(0);
    assert!(EvidenceFile::from_bytes(&long).is_err());
    assert!(matches!(EvidenceFile::from_bytes(&vec![0; super::super::MAX_FILE + 1]), Err(FileError::TooLarge)));
    // Another trace: the openings do not hold.
    let mut other = file;
    other.commitments.trace[0] ^= 1;
    assert!(matches!(other.judge(), Err(EvidenceError::Open(_))));
}

#[test]
fn values_should_read_as_their_type_says() {
    let decimal = |dtype, bits| value(dtype, bits).decimal;
    assert_eq!(decimal(DType::Float32, 0x3dcc_cccd), "0.1");
    assert_eq!(decimal(DType::Float32, 0x7fc0_0000), "NaN");
    assert_eq!(decimal(DType::Float16, 0x3c00), "1.0");
    assert_eq!(decimal(DType::Bfloat16, 0xbf80), "-1.0");
    assert_eq!(decimal(DType::Int8, 0xff), "-1");
    assert_eq!(decimal(DType::Uint64, u64::MAX), u64::MAX.to_string());
    assert_eq!(decimal(DType::Bool, 1), "true");
    assert_eq!(value(DType::Float16, 0x3c00).bits, "0x3c00");
    assert_eq!(value(DType::Int64, 1).bits, "0x0000000000000001");
    let fails = ExpectedText::new(DType::Float32, Expected::Fails).to_string();
    assert!(fails.contains("fails"));
}
