//! Payment, time, errors, streams, what there is.

use super::{app, ask, call, framed, infer, input, Answered, Echo};
use crate::{
    backend::{CallError, Payment, PaymentNeeded, PaymentProblem},
    grpc::{proto, router},
    problem::Problem,
    rest::{keys, Options},
};
use base64::{
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
    Engine as _,
};
use bytes::Bytes;
use candor_primitives::{
    AccountId, Outcome, Receipt, ReceiptDraft, ReceiptPath, SignedReceipt, SignedVoucher, Voucher,
};
use codec::{Decode, Encode};
use sp_core::{sr25519, H256};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

fn bin(answered: &Answered, name: &str) -> Vec<u8> {
    STANDARD_NO_PAD.decode(answered.headers[name].as_bytes()).unwrap()
}

/// The JSON beside an error.
pub(super) fn problem(answered: &Answered) -> Problem {
    serde_json::from_slice(&bin(answered, "candor-error-bin")).unwrap()
}

fn signed_receipt() -> SignedReceipt {
    let draft = ReceiptDraft {
        genesis: H256([1; 32]),
        release: 1,
        variant: H256([2; 32]),
        input_root: H256([3; 32]),
        requester: AccountId::new([4; 32]),
        host: AccountId::new([5; 32]),
        units: 6,
        fee: 7,
        insured: 0,
        block: 8,
        path: ReceiptPath::Session { session: 7, index: 4 },
    };
    let receipt = Receipt { draft, outcome: Outcome::Output(H256([9; 32])) };
    SignedReceipt { receipt, signature: Default::default() }
}

#[tokio::test]
async fn payment_and_receipt_should_travel_when_a_call_is_paid() {
    let voucher = Voucher { genesis: H256([1; 32]), session: 7, calls: 4, fee: 99, receipts: H256([2; 32]) };
    let voucher = SignedVoucher { voucher, signature: sr25519::Signature::default() };
    let backend = Arc::new(Echo { receipt: Some(signed_receipt()), ..Default::default() });
    for encoded in [STANDARD.encode(voucher.encode()), STANDARD_NO_PAD.encode(voucher.encode())] {
        let metadata = [("candor-session", "7"), ("candor-index", "4"), ("candor-voucher-bin", &*encoded)];
        let answered = ask(app(&backend), "ModelInfer", &metadata, framed(&call(vec![], vec![]))).await;
        assert_eq!(answered.code(), 0);
        let paid = backend.last.lock().unwrap().take().unwrap().payment;
        assert_eq!(paid, Some(Payment { session: 7, index: 4, voucher: Some(voucher.clone()) }));
        let receipt = SignedReceipt::decode(&mut bin(&answered, "candor-receipt-bin").as_slice()).unwrap();
        assert_eq!(receipt, signed_receipt());
        assert_eq!(bin(&answered, "candor-output-roots-bin"), vec![H256([8; 32])].encode());
    }
    for wrong in [&[("candor-session", "7")][..], &[("candor-index", "7")], &[("candor-voucher-bin", "AAAA")]] {
        let answered = ask(app(&backend), "ModelInfer", wrong, framed(&call(vec![], vec![]))).await;
        assert_eq!(answered.code(), 3, "{wrong:?}");
    }
}

#[tokio::test]
async fn errors_should_be_told_when_a_call_is_not_answered() {
    let needed = PaymentNeeded {
        problem: PaymentProblem::Unpaid { calls: 3, fee: 1 << 100 },
        genesis: Some(H256([1; 32])),
        host: Some(AccountId::new([2; 32])),
        release: Some(4),
        units: Some(5),
    };
    let cases = [
        (5, CallError::NotFound("no".into())),
        (3, CallError::Invalid { field: "x".into(), message: "wrong, and ünïcode".into() }),
        (16, CallError::Unauthorized("no".into())),
        (9, CallError::Payment(Box::new(needed))),
        (8, CallError::Busy { retry_ms: 20 }),
        (4, CallError::Deadline),
        (14, CallError::Unavailable("loading".into())),
        (10, CallError::Run { message: "index out of range".into(), receipt: None }),
        (13, CallError::Internal("disk".into())),
    ];
    for (code, error) in cases {
        let backend = Arc::new(Echo { error: Some(error.clone()), ..Default::default() });
        let answered = infer(&backend, &call(vec![], vec![])).await;
        assert_eq!(answered.code(), code);
        assert_eq!(problem(&answered).into_error(500), error);
    }
    let failed = CallError::Run { message: "no".into(), receipt: Some(Box::new(signed_receipt())) };
    let backend = Arc::new(Echo { error: Some(failed), ..Default::default() });
    let answered = infer(&backend, &call(vec![], vec![])).await;
    assert_eq!(bin(&answered, "candor-receipt-bin"), signed_receipt().encode());
    let long = CallError::Run { message: "ä".repeat(100_000), receipt: None };
    let answered = infer(&Arc::new(Echo { error: Some(long), ..Default::default() }), &call(vec![], vec![])).await;
    assert!(answered.headers.iter().map(|(_, value)| value.len()).sum::<usize>() < 16_000);
}

#[tokio::test]
async fn a_call_should_end_when_its_time_is_over() {
    let backend = Arc::new(Echo { slow: true, ..Default::default() });
    let started = Instant::now();
    for timeout in ["50m", "50000u", "50000000n"] {
        let answered =
            ask(app(&backend), "ModelInfer", &[("grpc-timeout", timeout)], framed(&call(vec![], vec![]))).await;
        assert_eq!(answered.code(), 4);
    }
    assert!(started.elapsed() >= Duration::from_millis(150));
    let wrong = ask(app(&backend), "ModelInfer", &[("grpc-timeout", "5x")], framed(&call(vec![], vec![]))).await;
    assert_eq!(wrong.code(), 3);
    let mut message = call(vec![], vec![]);
    let micros = proto::infer_parameter::ParameterChoice::Int64Param(1000);
    message.parameters.insert("timeout".into(), proto::InferParameter { parameter_choice: Some(micros) });
    assert_eq!(infer(&backend, &message).await.code(), 4);
}

#[tokio::test]
async fn calls_should_be_refused_when_they_are_too_large_or_without_key() {
    let backend = Arc::new(Echo::default());
    let small = router(backend.clone(), Options { body_limit: 100, ..Options::default() });
    let message = call(vec![input("x", "UINT8", &[1000], None)], vec![Bytes::from(vec![0; 1000])]);
    assert_eq!(ask(small, "ModelInfer", &[], framed(&message)).await.code(), 11);
    let closed = || router(backend.clone(), Options { caller: keys(["secret"]), ..Options::default() });
    assert_eq!(ask(closed(), "ModelInfer", &[], framed(&call(vec![], vec![]))).await.code(), 16);
    let key = [("authorization", "Bearer secret")];
    assert_eq!(ask(closed(), "ModelInfer", &key, framed(&call(vec![], vec![]))).await.code(), 0);
}

#[tokio::test]
async fn answers_should_come_in_order_when_calls_are_streamed() {
    let backend = Arc::new(Echo::default());
    let mut body = Vec::new();
    for n in 0..5u8 {
        let mut message = call(vec![input("x", "UINT8", &[], None)], vec![Bytes::from(vec![n])]);
        message.id = n.to_string();
        if n == 3 {
            message.raw_input_contents.clear();
        }
        body.extend(framed(&message));
    }
    let answered = ask(app(&backend), "ModelStreamInfer", &[], body.into()).await;
    assert_eq!((answered.code(), answered.messages.len()), (0, 5));
    for (n, bytes) in answered.messages.into_iter().enumerate() {
        let message: proto::ModelStreamInferResponse = prost::Message::decode(bytes).unwrap();
        match message.infer_response {
            Some(answer) => assert_eq!((answer.id, answer.raw_output_contents[0][0]), (n.to_string(), n as u8)),
            None => assert!(n == 3 && message.error_message.contains("raw contents"), "{}", message.error_message),
        }
    }
}

#[tokio::test]
async fn models_should_be_described_when_they_are_asked_for() {
    let backend = Arc::new(Echo::default());
    let empty = Bytes::from_static(&[0; 5]);
    let live: proto::ServerLiveResponse = ask(app(&backend), "ServerLive", &[], empty.clone()).await.message();
    let ready: proto::ServerReadyResponse = ask(app(&backend), "ServerReady", &[], empty.clone()).await.message();
    assert!(live.live && ready.ready);
    let server: proto::ServerMetadataResponse =
        ask(app(&backend), "ServerMetadata", &[], empty.clone()).await.message();
    assert_eq!(server.name, "candor");
    let wanted =
        |name: &str, version: &str| framed(&proto::ModelMetadataRequest { name: name.into(), version: version.into() });
    let model: proto::ModelMetadataResponse =
        ask(app(&backend), "ModelMetadata", &[], wanted("acme/echo", "")).await.message();
    assert_eq!(model.versions, ["1", "2"]);
    assert_eq!((&*model.inputs[0].datatype, &*model.inputs[0].shape), ("BF16", &[-1, 3][..]));
    let model: proto::ModelMetadataResponse =
        ask(app(&backend), "ModelMetadata", &[], wanted("acme/echo", "1")).await.message();
    assert_eq!(model.versions, ["1"]);
    let ready: proto::ModelReadyResponse =
        ask(app(&backend), "ModelReady", &[], wanted("acme/echo", "")).await.message();
    assert!(ready.ready);
    assert_eq!(ask(app(&backend), "ModelMetadata", &[], wanted("acme/echo", "9")).await.code(), 5);
    assert_eq!(ask(app(&backend), "ModelReady", &[], wanted("other", "")).await.code(), 5);
    let index: proto::RepositoryIndexResponse =
        ask(app(&backend), "RepositoryIndex", &[], empty.clone()).await.message();
    assert_eq!(
        index.models.iter().map(|m| (&*m.version, &*m.state)).collect::<Vec<_>>(),
        [("1", "READY"), ("2", "READY")]
    );
    assert_eq!(ask(app(&backend), "ModelConfig", &[], empty).await.code(), 12);
}
