//! Byte-exact encodings, checked against `vectors.json`, which other languages check too.

use crate::{
    attestation::{AttestationBinding, AttestationEvidence, TeeVendor},
    receipt::{Outcome, Receipt, ReceiptDraft, ReceiptPath},
    release::*,
    tensor::*,
    AccountId, HostBlake2b, Voucher, WorkerKey,
};
use codec::{Decode, Encode};
use serde_json::{json, Value};
use sp_core::{sr25519, Pair, H256};

fn draft(path: ReceiptPath) -> ReceiptDraft {
    ReceiptDraft {
        genesis: H256([0x11; 32]),
        release: 7,
        variant: H256([0x22; 32]),
        input_root: H256([0x33; 32]),
        requester: AccountId::new([0x44; 32]),
        host: AccountId::new([0x55; 32]),
        units: 16,
        fee: 1_234_567_890_123,
        insured: 5_000_000_000_000,
        block: 42,
        path,
    }
}

fn receipts() -> Vec<Receipt> {
    let job = ReceiptPath::Job(99);
    let session = ReceiptPath::Session { session: 3, index: u64::MAX };
    vec![
        Receipt { draft: draft(job), outcome: Outcome::Output(H256([0x66; 32])) },
        Receipt { draft: draft(job), outcome: Outcome::Failed { node: 17, index: 1 << 40 } },
        Receipt { draft: draft(session), outcome: Outcome::Output(H256::zero()) },
    ]
}

fn vouchers() -> Vec<Voucher> {
    let voucher =
        |calls, fee| Voucher { genesis: H256([0x11; 32]), session: 3, calls, fee, receipts: H256([0x77; 32]) };
    vec![voucher(1, 1_060_000_000), voucher(u32::MAX, u128::MAX)]
}

fn bindings() -> Vec<AttestationBinding> {
    let binding = |worker, engine, expires| AttestationBinding {
        genesis: H256([0x11; 32]),
        host: AccountId::new([0x55; 32]),
        worker: WorkerKey::from_raw([worker; 32]),
        engine: H256([engine; 32]),
        expires,
    };
    vec![binding(0x77, 0xee, 1_800_086_400), binding(0, 0xff, u64::MAX)]
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn describe(receipt: &Receipt) -> Value {
    let d = &receipt.draft;
    let path = match d.path {
        ReceiptPath::Job(job) => json!({ "job": job.to_string() }),
        ReceiptPath::Session { session, index } => {
            json!({ "session": { "session": session.to_string(), "index": index.to_string() } })
        },
    };
    let outcome = match receipt.outcome {
        Outcome::Output(root) => json!({ "output": hex(root) }),
        Outcome::Failed { node, index } => json!({ "failed": { "node": node, "index": index.to_string() } }),
    };
    json!({
        "draft": {
            "genesis": hex(d.genesis), "release": d.release, "variant": hex(d.variant), "input_root": hex(d.input_root),
            "requester": hex(&d.requester), "host": hex(&d.host), "units": d.units.to_string(),
            "fee": d.fee.to_string(), "insured": d.insured.to_string(), "block": d.block, "path": path,
        },
        "outcome": outcome,
    })
}

/// Vectors of this version of the encoding. Signatures are not among what is compared (sr25519 draws randomness): the
/// file keeps one signature for each, which must verify.
fn vectors(signature: impl Fn(&str, usize, H256) -> String, public: &sr25519::Public) -> Value {
    let receipts: Vec<Value> = receipts()
        .iter()
        .enumerate()
        .map(|(i, r)| {
            json!({
                "receipt": describe(r), "encoded": hex(r.encode()), "hash": hex(r.hash::<HostBlake2b>()),
                "draft_id": hex(r.draft.id::<HostBlake2b>()), "signer": hex(public),
                "signature": signature("receipts", i, r.hash::<HostBlake2b>()),
            })
        })
        .collect();
    let vouchers: Vec<Value> = vouchers()
        .iter()
        .enumerate()
        .map(|(i, v)| {
            json!({
                "voucher": {
                    "genesis": hex(v.genesis), "session": v.session.to_string(), "calls": v.calls,
                    "fee": v.fee.to_string(), "receipts": hex(v.receipts),
                },
                "encoded": hex(v.encode()), "hash": hex(v.hash::<HostBlake2b>()), "signer": hex(public),
                "signature": signature("vouchers", i, v.hash::<HostBlake2b>()),
            })
        })
        .collect();
    let (nonce, evidence) = (H256(core::array::from_fn(|at| at as u8)), b"evidence");
    let bindings: Vec<Value> = bindings()
        .iter()
        .map(|b| {
            let answer =
                AttestationEvidence { vendor: TeeVendor::Amd, binding: b.clone(), nonce, evidence: evidence.to_vec() };
            json!({
                "answer": hex(answer.encode()),
                "binding": {
                    "genesis": hex(b.genesis), "host": hex(&b.host), "worker": hex(b.worker), "engine": hex(b.engine),
                    "expires": b.expires.to_string(),
                },
                "encoded": hex(b.encode()), "hash": hex(b.hash::<HostBlake2b>()), "nonce": hex(nonce),
                "report_data": hex(b.report_data::<HostBlake2b>(&nonce)), "evidence": hex(evidence),
                "renewal_message": hex(b.renewal_message::<HostBlake2b>(evidence)),
            })
        })
        .collect();
    json!({ "receipts": receipts, "vouchers": vouchers, "bindings": bindings })
}

const FILE: &str = "vectors.json";

#[test]
fn vectors_should_be_up_to_date_when_compared() {
    let pair = sr25519::Pair::from_string("//Candor//vectors", None).expect("a valid secret");
    if std::env::var_os("CANDOR_BLESS").is_some() {
        let fresh = vectors(|_, _, hash| hex(pair.sign(hash.as_bytes())), &pair.public());
        let text = serde_json::to_string_pretty(&fresh).expect("json");
        std::fs::write(FILE, text + "\n").expect("writable");
    }
    let stored: Value = serde_json::from_slice(&std::fs::read(FILE).expect("vectors.json")).expect("json");
    let signature = |list: &str, i: usize, hash: H256| {
        let text = stored[list][i]["signature"].as_str().expect("a signature").to_owned();
        let bytes = hex::decode(&text[2..]).expect("hex");
        let signature = sr25519::Signature::try_from(&bytes[..]).expect("64 bytes");
        assert!(sr25519::Pair::verify(&signature, hash, &pair.public()));
        text
    };
    assert_eq!(vectors(signature, &pair.public()), stored, "run again with CANDOR_BLESS=1");
}

#[test]
fn receipt_should_survive_a_round_trip_when_encoded() {
    for receipt in receipts() {
        assert_eq!(Receipt::decode(&mut &receipt.encode()[..]), Ok(receipt));
    }
}

#[test]
fn seal_should_differ_when_host_or_signature_differ() {
    let receipt = receipts().remove(0);
    let (a, b) = (sr25519::Signature::from_raw([1; 64]), sr25519::Signature::from_raw([2; 64]));
    let mut copied = receipt.clone();
    copied.draft.host = AccountId::new([0x56; 32]);
    assert_ne!(receipt.seal::<HostBlake2b>(&a), receipt.seal::<HostBlake2b>(&b));
    assert_ne!(receipt.seal::<HostBlake2b>(&a), copied.seal::<HostBlake2b>(&a));
}

fn tensor(dtype: DType, shape: &[u32], data: &[u8]) -> Tensor {
    Tensor { dtype, shape: shape.to_vec().try_into().expect("rank"), data: data.to_vec().try_into().expect("small") }
}

#[test]
fn tensor_check_should_refuse_when_bytes_do_not_fit() {
    assert_eq!(tensor(DType::Float32, &[2], &[0; 8]).check(), Ok(()));
    assert_eq!(tensor(DType::Float32, &[], &[0; 4]).check(), Ok(()));
    assert_eq!(tensor(DType::Float32, &[3, 0], &[]).check(), Ok(()));
    assert_eq!(tensor(DType::Float32, &[2], &[0; 7]).check(), Err(TensorError::Length));
    assert_eq!(tensor(DType::Bool, &[2], &[0, 2]).check(), Err(TensorError::Bool));
    assert_eq!(tensor(DType::Uint8, &[u32::MAX, u32::MAX, u32::MAX], &[]).check(), Err(TensorError::Overflow));
    let strings = [&2u32.to_le_bytes()[..], b"hi", &0u32.to_le_bytes()[..]].concat();
    assert_eq!(tensor(DType::String, &[2], &strings).check(), Ok(()));
    assert_eq!(tensor(DType::String, &[1], &strings).check(), Err(TensorError::Strings));
    assert_eq!(tensor(DType::String, &[u32::MAX, u32::MAX], &strings).check(), Err(TensorError::Strings));
    let invalid = [&1u32.to_le_bytes()[..], &[0xff]].concat();
    assert_eq!(tensor(DType::String, &[1], &invalid).check(), Err(TensorError::Strings));
}

fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().expect("short")
}

fn symbolic(text: &str, max: u32) -> Dim {
    Dim::Symbolic { name: name(text), max }
}

fn spec() -> ReleaseSpec {
    let input = |n: &str| TensorSpec {
        name: name(n),
        dtype: DType::Int64,
        shape: vec![symbolic("batch", 4), symbolic("sequence", 512)].try_into().expect("rank"),
        range: Some(ValueRange { min: 0, max: 9 }),
    };
    let output = TensorSpec {
        name: name("y"),
        dtype: DType::Float32,
        shape: vec![symbolic("batch", 4), Dim::Fixed(384)].try_into().expect("rank"),
        range: None,
    };
    ReleaseSpec {
        manifest_hash: H256::zero(),
        model_root: H256::zero(),
        files: Default::default(),
        variants: Default::default(),
        inputs: vec![input("a"), input("b")].try_into().expect("few"),
        outputs: vec![output].try_into().expect("few"),
        units: UnitRule {
            dims: vec![name("batch"), name("sequence")].try_into().expect("few"),
            divisor: 16,
            reference: 1,
        },
        licence: name("MIT"),
        tags: Default::default(),
        royalty: Default::default(),
        source: Default::default(),
    }
}

fn shape(dims: &[u32]) -> Shape {
    dims.to_vec().try_into().expect("rank")
}

#[test]
fn fit_should_bind_and_count_when_shapes_match() {
    let spec = spec();
    let s = shape(&[2, 17]);
    let (bound, units) = spec.fit_inputs([(DType::Int64, &s), (DType::Int64, &s)].into_iter()).expect("fits");
    assert_eq!(units, 3, "34 / 16, rounded up");
    assert_eq!(spec.output_bytes(&bound), Some(2 * 384 * 4));
    let y = shape(&[2, 384]);
    assert_eq!(spec.fit_outputs([(DType::Float32, &y)].into_iter(), bound.clone()), Ok(()));
    let wrong = shape(&[1, 384]);
    assert_eq!(spec.fit_outputs([(DType::Float32, &wrong)].into_iter(), bound), Err(FitError::Shape));
}

#[test]
fn fit_should_refuse_when_shapes_do_not_match() {
    let spec = spec();
    let fit = |a: (DType, &[u32]), b: (DType, &[u32])| {
        let (sa, sb) = (shape(a.1), shape(b.1));
        spec.fit_inputs([(a.0, &sa), (b.0, &sb)].into_iter()).map(|(_, units)| units)
    };
    let int = DType::Int64;
    assert_eq!(fit((int, &[1, 1]), (int, &[1, 1])), Ok(1));
    assert_eq!(fit((DType::Int32, &[1, 1]), (int, &[1, 1])), Err(FitError::DType));
    assert_eq!(fit((int, &[1]), (int, &[1, 1])), Err(FitError::Shape));
    assert_eq!(fit((int, &[1, 2]), (int, &[1, 3])), Err(FitError::Shape), "one name, two lengths");
    assert_eq!(fit((int, &[5, 1]), (int, &[5, 1])), Err(FitError::Shape), "over the maximum");
    assert_eq!(spec.fit_inputs([].into_iter()).err(), Some(FitError::Count));
}

#[test]
fn bools_should_be_refused_when_neither_0_nor_1() {
    let shape = vec![Dim::Fixed(2)].try_into().unwrap();
    let spec = TensorSpec { name: b"m".to_vec().try_into().unwrap(), dtype: DType::Bool, shape, range: None };
    assert!(spec.admits(&[0, 1]));
    assert!(!spec.admits(&[1, 2]));
    let ranged = TensorSpec { range: Some(ValueRange { min: 1, max: 1 }), ..spec };
    assert!(!ranged.admits(&[0, 1]) && ranged.admits(&[1, 1]));
}

#[test]
fn range_should_cover_every_integer_type_when_asked() {
    let range = ValueRange { min: -1, max: 5 };
    assert!(range.contains_all(DType::Int64, &5i64.to_le_bytes()));
    assert!(!range.contains_all(DType::Int64, &6i64.to_le_bytes()));
    assert!(range.contains_all(DType::Int8, &[0xff]));
    assert!(!range.contains_all(DType::Uint8, &[0xff]));
    assert!(!range.contains_all(DType::Uint64, &u64::MAX.to_le_bytes()));
    assert!(!range.contains_all(DType::Float32, &0f32.to_le_bytes()));
}

#[test]
fn dtype_code_should_be_the_encoded_byte_when_compared() {
    for code in 0..=20u8 {
        if let Ok(dtype) = DType::decode(&mut &[code][..]) {
            assert_eq!((dtype.code(), dtype.encode()), (code, vec![code]));
        }
    }
}
