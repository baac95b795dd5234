use super::{
    config, declared, floats, models, profile, publish, release,
    requester::{named, problem, request, said, sign, terms, told, Requester, SESSION},
    tensor, World,
};
use crate::engine::Engine;
use candor_commitments::{verify_list, Blake2b256, TAG_BATCH};
use candor_gateway::{Backend, CallError, NamedTensor, Payment, PaymentProblem};
use candor_primitives::{
    session::SessionTerms,
    worker::{ReleaseDescriptor, Sample, SyncRequest, Task, TaskDone, TaskStatus},
    DType, Outcome, Payload, ReceiptPath, SignedReceipt, SignedVoucher, Voucher,
};
use sp_core::{sr25519::Pair, Pair as _, H256};
use std::time::{Duration, Instant};

fn x(values: &[f32]) -> Vec<NamedTensor> {
    vec![named("x", tensor(DType::Float32, &[values.len() as u32], &floats(values)))]
}

async fn opened(engine: &Engine, calls: u32, index: u32) -> Result<Sample, String> {
    let task = Task::Sample { session: SESSION, calls, index };
    for _ in 0..100 {
        let request = SyncRequest { tasks: vec![task.clone()], wait_ms: 200, ..said(10) };
        match engine.sync(request).await.unwrap().tasks.remove(0) {
            TaskStatus::Pending => {},
            TaskStatus::Done(TaskDone::Sample(sample)) => return Ok(sample),
            TaskStatus::Refused(reason) => return Err(reason),
            other => panic!("no sample: {other:?}"),
        }
    }
    panic!("the call is never opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn call_should_be_answered_with_a_receipt_when_a_session_pays() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    for n in 0..20 {
        let input = x(&[n as f32, -0.0]);
        let response = requester.call(&world.engine, input.clone()).await;
        let receipt = response.receipt.unwrap().receipt;
        assert_eq!(receipt.draft.path, ReceiptPath::Session { session: SESSION, index: n });
        assert_eq!((receipt.draft.units, receipt.draft.fee, receipt.draft.block), (1, 5, 5));
        assert_eq!(response.outputs, vec![NamedTensor { name: "y".into(), ..input[0].clone() }]);
        assert_eq!(response.output_roots, vec![input[0].tensor.root()]);
    }
    let state = world.engine.ledger.state(SESSION).await;
    assert_eq!((state.answered, state.vouched, state.fee, state.open), (20, 19, 95, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_call_should_have_the_same_answer_and_another_one_none() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    let payment = requester.payment();
    let first = requester.call(&world.engine, x(&[1.0])).await;
    let again = world.engine.infer(request(x(&[1.0]), Some(payment.clone()))).await.unwrap();
    assert_eq!(again.receipt, first.receipt, "the signature too");
    assert_eq!(again.outputs, first.outputs);
    requester.call(&world.engine, x(&[2.0])).await;
    let again = world.engine.infer(request(x(&[1.0]), Some(payment.clone()))).await.unwrap();
    assert_eq!(again.receipt, first.receipt, "also when it was paid since");
    let other = world.engine.infer(request(x(&[3.0]), Some(payment))).await;
    assert_eq!(problem(other), PaymentProblem::Index(2));
    assert_eq!(world.engine.ledger.state(SESSION).await.answered, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_should_wait_when_the_chain_has_to_be_asked_first() {
    let world = World::copying();
    world.engine.ready(1).await.unwrap();
    let terms = terms(&world.spec);
    let engine = world.engine.clone();
    let payment = Requester::new(terms.clone()).payment();
    let call = tokio::spawn(async move { engine.infer(request(x(&[1.0]), Some(payment))).await });
    let until = Instant::now() + Duration::from_secs(3);
    while !world.engine.sync(said(10)).await.unwrap().sessions.contains(&SESSION) {
        assert!(Instant::now() < until, "the session is asked for");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!call.is_finished());
    told(&world.engine, Some(terms)).await;
    assert!(call.await.unwrap().unwrap().receipt.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_should_be_refused_when_the_chain_knows_no_such_session() {
    let graph = models::identity(DType::Float32);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let world = World::tuned(&graph, specs("x"), specs("y"), |c| c.sessions.terms_wait = Duration::from_millis(500));
    world.engine.ready(1).await.unwrap();
    let payment = Requester::new(terms(&world.spec)).payment();
    let call = || world.engine.infer(request(x(&[1.0]), Some(payment.clone())));
    assert_eq!(problem(call().await), PaymentProblem::UnknownSession, "the node says nothing");
    let engine = world.engine.clone();
    let saying = tokio::spawn(async move {
        loop {
            told(&engine, None).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    assert_eq!(problem(call().await), PaymentProblem::Closed);
    let started = Instant::now();
    assert_eq!(problem(call().await), PaymentProblem::Closed);
    assert!(started.elapsed() < Duration::from_millis(300), "what was said stands for a while");
    saying.abort();
    let terms = terms(&world.spec);
    told(&world.engine, Some(terms)).await;
    call().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn call_should_be_refused_when_the_session_does_not_pay_for_it() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    let engine = &world.engine;
    let call = |terms: SessionTerms| async move {
        told(engine, Some(terms.clone())).await;
        engine.infer(request(x(&[1.0]), Some(Requester::new(terms).payment()))).await
    };
    let good = requester.terms.clone();
    let poor = SessionTerms { deposit: 4, ..good.clone() };
    assert_eq!(problem(call(poor).await), PaymentProblem::Deposit { missing: 1 });
    let dear = SessionTerms { max_fee: 4, opened: 6, ..good.clone() };
    assert_eq!(problem(call(dear).await), PaymentProblem::TooDear(5));
    let other = SessionTerms { release: 9, opened: 7, ..good.clone() };
    assert_eq!(problem(call(other).await), PaymentProblem::Release(9));
    let stale = SessionTerms { expires: 9, ..good.clone() };
    assert_eq!(problem(call(stale).await), PaymentProblem::Closed);
    told(engine, Some(good)).await;
    requester.call(engine, x(&[1.0])).await;
    told(engine, None).await;
    let closed = engine.infer(request(x(&[1.0]), Some(requester.payment()))).await;
    let Err(CallError::Payment(needed)) = closed else { panic!("it is closed") };
    assert_eq!(needed.problem, PaymentProblem::Closed);
    assert_eq!((needed.host, needed.release, needed.units), (Some(super::requester::host()), Some(1), Some(1)));
}

/// As many calls as are answered without a voucher.
async fn fill_the_window(engine: &Engine, requester: &mut Requester) {
    for index in 0..8 {
        let payment = Payment { session: SESSION, index, voucher: None };
        let response = engine.infer(request(x(&[1.0]), Some(payment))).await.unwrap();
        requester.take(&response.receipt.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_should_stop_at_the_window_when_no_voucher_comes() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    fill_the_window(&world.engine, &mut requester).await;
    let payment = Payment { session: SESSION, index: 8, voucher: None };
    let unpaid = world.engine.infer(request(x(&[1.0]), Some(payment))).await;
    assert_eq!(problem(unpaid), PaymentProblem::Unpaid { calls: 8, fee: 40 });
    let far = Payment { session: SESSION, index: 16, voucher: Some(requester.voucher()) };
    assert_eq!(problem(world.engine.infer(request(x(&[1.0]), Some(far))).await), PaymentProblem::Index(8));
    requester.call(&world.engine, x(&[1.0])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_should_be_answered_in_any_order_within_the_window() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    let mut receipts = Vec::new();
    for index in [2, 0, 3] {
        let payment = Payment { session: SESSION, index, voucher: None };
        let response = world.engine.infer(request(x(&[index as f32]), Some(payment))).await.unwrap();
        receipts.push((index, response.receipt.unwrap()));
    }
    let state = world.engine.ledger.state(SESSION).await;
    assert_eq!((state.answered, state.beyond), (1, vec![2, 3]));
    requester.take(&receipts[1].1);
    requester.call(&world.engine, x(&[1.0])).await;
    requester.take(&receipts[0].1);
    requester.take(&receipts[2].1);
    requester.call(&world.engine, x(&[4.0])).await;
    assert_eq!(world.engine.ledger.state(SESSION).await.vouched, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn voucher_should_be_refused_when_it_is_wrong() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    requester.call(&world.engine, x(&[1.0])).await;
    requester.call(&world.engine, x(&[2.0])).await;
    let good = requester.voucher();
    let wrong = [
        sign(Voucher { fee: good.voucher.fee - 1, ..good.voucher.clone() }),
        sign(Voucher { fee: good.voucher.fee + 1, ..good.voucher.clone() }),
        sign(Voucher { calls: 3, ..good.voucher.clone() }),
        sign(Voucher { receipts: H256::zero(), ..good.voucher.clone() }),
        sign(Voucher { session: SESSION + 1, ..good.voucher.clone() }),
        sign(Voucher { genesis: H256::zero(), ..good.voucher.clone() }),
        forged(&good),
    ];
    for voucher in wrong {
        let payment = Payment { session: SESSION, index: 2, voucher: Some(voucher.clone()) };
        let refused = problem(world.engine.infer(request(x(&[3.0]), Some(payment))).await);
        assert!(matches!(refused, PaymentProblem::Voucher(_)), "{voucher:?}");
        let alone = world.engine.ledger.voucher(SESSION, &voucher).await;
        assert!(matches!(alone, Err(PaymentProblem::Voucher(_))));
    }
    assert_eq!(world.engine.ledger.state(SESSION).await.vouched, 1, "nothing of them was taken");
    world.engine.ledger.voucher(SESSION, &good).await.unwrap();
    world.engine.ledger.voucher(SESSION, &good).await.unwrap();
    let state = world.engine.ledger.state(SESSION).await;
    assert_eq!((state.vouched, state.fee), (2, 10));
    requester.call(&world.engine, x(&[3.0])).await;
}

/// The same voucher, signed by somebody else.
fn forged(good: &SignedVoucher) -> SignedVoucher {
    let stranger = Pair::from_string("//Stranger", None).unwrap();
    SignedVoucher { signature: stranger.sign(good.voucher.hash::<Blake2b256>().as_bytes()), ..good.clone() }
}

/// A forged voucher on a call whose run would take most of a minute, after one that took `first`.
async fn forge(products: usize, first: u32) {
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n", "n"])];
    let world = World::with(&models::slow(products), specs("x"), specs("y"));
    let matrix = |n: u32| vec![named("x", tensor(DType::Float32, &[n, n], &vec![0; (n * n * 4) as usize]))];
    let mut requester = world.in_session().await;
    requester.call(&world.engine, matrix(first)).await;
    let good = requester.payment();
    let payment = Payment { voucher: good.voucher.as_ref().map(forged), ..good.clone() };
    let started = Instant::now();
    let refused = problem(world.engine.infer(request(matrix(1024), Some(payment))).await);
    assert!(matches!(refused, PaymentProblem::Voucher(_)));
    assert!(started.elapsed() < Duration::from_secs(10), "its end was waited for: {:?}", started.elapsed());
    assert_eq!(world.engine.ledger.running(), 0);
    requester.call(&world.engine, matrix(first)).await;
    assert_eq!(world.engine.ledger.state(SESSION).await.answered, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn run_should_end_when_its_voucher_is_forged() {
    forge(1_000, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn run_in_a_worker_should_end_when_its_voucher_is_forged() {
    // A run of more than a tenth of a second: the next one goes to a worker.
    forge(1_000, 256).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn call_should_not_run_when_only_a_forged_voucher_makes_room_for_it() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    fill_the_window(&world.engine, &mut requester).await;
    let runs = world.engine.metrics.run_seconds.get_sample_count();
    let payment = Payment { voucher: Some(forged(&requester.voucher())), ..requester.payment() };
    let refused = problem(world.engine.infer(request(x(&[1.0]), Some(payment))).await);
    assert!(matches!(refused, PaymentProblem::Voucher(_)));
    assert_eq!(world.engine.metrics.run_seconds.get_sample_count(), runs);
    requester.call(&world.engine, x(&[1.0])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_should_cost_the_price_of_a_call() {
    let inputs = vec![declared("data", DType::Float32, &["n"]), declared("index", DType::Int64, &["m"])];
    let world = World::with(&models::gather(), inputs, vec![declared("y", DType::Float32, &["m"])]);
    let mut requester = world.in_session().await;
    let call = |n: i64| {
        let data = tensor(DType::Float32, &[1], &floats(&[1.0]));
        vec![named("index", tensor(DType::Int64, &[1], &n.to_le_bytes())), named("data", data)]
    };
    let payment = requester.payment();
    let failed = |result| match result {
        Err(CallError::Run { receipt: Some(receipt), message }) => {
            assert!(message.contains("node 1"), "{message}");
            receipt
        },
        other => panic!("it does not fail: {other:?}"),
    };
    let receipt = failed(world.engine.infer(request(call(7), Some(payment.clone()))).await);
    assert_eq!(receipt.receipt.outcome, Outcome::Failed { node: 1, index: 0 });
    assert_eq!(failed(world.engine.infer(request(call(7), Some(payment))).await), receipt, "again the same");
    requester.take(&receipt);
    assert_eq!(requester.voucher().voucher.fee, 3);
    requester.call(&world.engine, call(0)).await;
}

/// An engine in a folder where another one was.
async fn start(folder: &std::path::Path) -> Engine {
    for _ in 0..200 {
        if let Ok(engine) = Engine::start(config(folder)) {
            return engine;
        }
        // The old engine's tasks end with their handles; its lock on the log goes with them.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the engine does not start");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_go_on_when_the_engine_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let graph = models::identity(DType::Float32);
    let source = publish(folder.path(), &graph);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let spec = release(&profile(), &graph, specs("x"), specs("y"), &source);
    let terms = terms(&spec);
    let mut requester = Requester::new(terms.clone());
    let mut calls: Vec<(Payment, [f32; 1], SignedReceipt)> = Vec::new();
    for round in 0..3u32 {
        let engine = start(folder.path()).await;
        engine.describe(ReleaseDescriptor { id: 1, spec: spec.clone(), title: None }).unwrap();
        engine.ready(1).await.unwrap();
        let before = engine.ledger.state(SESSION).await;
        assert_eq!((before.answered, before.open), (round * 3, false), "the chain has to say that it goes on");
        assert_eq!(before.vouched, (round * 3).saturating_sub(1), "each voucher came with the call after");
        let response = told(&engine, Some(terms.clone())).await;
        assert!(response.settle.len() <= 1);
        for (payment, input, receipt) in &calls {
            let again = engine.infer(request(x(input), Some(payment.clone()))).await.unwrap();
            assert_eq!(again.receipt.as_ref(), Some(receipt));
        }
        for n in 0..3u8 {
            let (payment, input) = (requester.payment(), [f32::from(n)]);
            let response = requester.call(&engine, x(&input)).await;
            calls.push((payment, input, response.receipt.unwrap()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_be_settled_with_the_newest_voucher_when_it_is_time() {
    let world = World::with(
        &models::identity(DType::Float32),
        vec![declared("x", DType::Float32, &["n"])],
        vec![declared("y", DType::Float32, &["n"])],
    );
    let mut requester = world.in_session().await;
    for _ in 0..3 {
        requester.call(&world.engine, x(&[1.0])).await;
    }
    assert!(world.engine.sync(said(11)).await.unwrap().settle.is_empty(), "too little is owed");
    // Its last blocks: everything that is vouched for, at once.
    let settle = world.engine.sync(said(980)).await.unwrap().settle;
    assert_eq!(settle.iter().map(|v| v.voucher.calls).collect::<Vec<_>>(), [2]);
    assert!(world.engine.sync(said(981)).await.unwrap().settle.is_empty(), "it is not said in every block");
    let newest = requester.voucher();
    world.engine.ledger.voucher(SESSION, &newest).await.unwrap();
    let settle = world.engine.sync(said(982)).await.unwrap().settle;
    assert_eq!(settle, vec![newest], "never an older one");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_be_settled_when_enough_is_owed_or_it_closes() {
    let graph = models::identity(DType::Float32);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let world = World::tuned(&graph, specs("x"), specs("y"), |config| config.sessions.settle_calls = 2);
    let mut requester = world.in_session().await;
    for _ in 0..3 {
        requester.call(&world.engine, x(&[1.0])).await;
    }
    let settle = world.engine.sync(said(11)).await.unwrap().settle;
    assert_eq!(settle.iter().map(|v| v.voucher.calls).collect::<Vec<_>>(), [2]);
    let newest = requester.voucher();
    world.engine.ledger.voucher(SESSION, &newest).await.unwrap();
    assert!(world.engine.sync(said(12)).await.unwrap().settle.is_empty());
    let settle = told(&world.engine, None).await.settle;
    assert_eq!(settle, vec![newest], "the notice runs: now or never");
}

#[tokio::test(flavor = "multi_thread")]
async fn drawn_call_should_be_opened_against_the_voucher() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    let mut receipts = Vec::new();
    for n in 0..7 {
        let response = requester.call(&world.engine, x(&[n as f32])).await;
        receipts.push(response.receipt.unwrap());
    }
    let voucher = requester.voucher().voucher;
    for index in 0..7u32 {
        let sample = opened(&world.engine, 7, index).await.unwrap();
        assert_eq!(sample.receipt, receipts[index as usize]);
        let hash = sample.receipt.receipt.hash::<Blake2b256>();
        let proof: Vec<[u8; 32]> = sample.proof.iter().map(|h| h.0).collect();
        let verified = verify_list::<Blake2b256>(TAG_BATCH, &voucher.receipts.0, 7, index, &[hash.0], &proof);
        verified.unwrap();
        assert_eq!(sample.input.root::<Blake2b256>(), sample.receipt.receipt.draft.input_root);
        assert!(matches!(sample.input, Payload::Inline(_)));
        assert_eq!(sample.outputs.len(), 1);
        let kept = world.engine.log.by_receipt(&hash).unwrap();
        assert!(kept.is_some_and(|kept| kept.input.is_some()), "its trace may be asked for");
    }
    assert!(opened(&world.engine, 8, 7).await.unwrap_err().contains("no such call"));
    assert!(opened(&world.engine, 5, 6).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn drawn_call_should_be_opened_by_content_when_its_inputs_are_large() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    let input = x(&vec![0.5; 100_000]);
    requester.call(&world.engine, input.clone()).await;
    let sample = opened(&world.engine, 1, 0).await.unwrap();
    let Payload::Content { tensors, source } = &sample.input else { panic!("it travels inline") };
    assert_eq!(tensors[0], input[0].tensor.to_ref());
    assert!(String::from_utf8_lossy(source).ends_with("/v1/outputs"));
    let kept = world.engine.store.find_output(&tensors[0].root).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), input[0].tensor.data);
}

#[tokio::test(flavor = "multi_thread")]
async fn index_should_be_free_again_when_nobody_waits_for_the_call_any_more() {
    let dims = ["n", "n"];
    let specs = |name: &str| vec![declared(name, DType::Float32, &dims)];
    let world = World::with(&models::slow(200), specs("x"), specs("y"));
    let mut requester = world.in_session().await;
    let matrix = |n: u32| vec![named("x", tensor(DType::Float32, &[n, n], &vec![0; (n * n * 4) as usize]))];
    let call = world.engine.infer(request(matrix(512), Some(requester.payment())));
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err(), "it runs for long");
    assert_eq!(world.engine.ledger.running(), 0);
    requester.call(&world.engine, matrix(1)).await;
    let mut late = request(matrix(512), Some(requester.payment()));
    late.deadline = Some(Instant::now() + Duration::from_millis(50));
    assert_eq!(world.engine.infer(late).await.unwrap_err(), CallError::Deadline);
    assert_eq!(world.engine.ledger.state(SESSION).await.answered, 1, "what was not answered is not owed");
}

#[tokio::test(flavor = "multi_thread")]
async fn same_call_should_run_once_when_it_is_sent_twice_at_the_same_time() {
    let dims = ["n", "n"];
    let specs = |name: &str| vec![declared(name, DType::Float32, &dims)];
    let world = World::with(&models::slow(20), specs("x"), specs("y"));
    let requester = world.in_session().await;
    let matrix = vec![named("x", tensor(DType::Float32, &[256, 256], &vec![0; 256 * 256 * 4]))];
    let calls = (0..4).map(|_| world.engine.infer(request(matrix.clone(), Some(requester.payment()))));
    let answers = futures::future::join_all(calls).await;
    let receipts: Vec<_> = answers.into_iter().map(|a| a.unwrap().receipt.unwrap()).collect();
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    assert_eq!(world.engine.ledger.state(SESSION).await.answered, 1);
}
