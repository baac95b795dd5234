//! Inputs that go over the chain: shown by the host of a call, taken by its auditor.

use super::{
    finish, floats, order_of,
    requester::named,
    tasks::{done, status},
    tensor, World,
};
use crate::tensors::TensorData;
use candor_commitments::Blake2b256;
use candor_primitives::{
    worker::{Task, TaskDone, TaskStatus, WorkOrder, WorkStatus},
    DType, Payload, ReceiptDraft, TensorRef,
};
use sp_core::H256;

/// More than one piece.
fn large() -> TensorData {
    let values: Vec<f32> = (0..30_000).map(|n| n as f32).collect();
    tensor(DType::Float32, &[30_000], &floats(&values))
}

fn content(input: &TensorRef, source: &str) -> Payload {
    let (tensors, source) = (vec![input.clone()].try_into().unwrap(), source.as_bytes().to_vec().try_into().unwrap());
    Payload::Content { tensors, source }
}

/// A call whose input lies in a folder; the folder too.
fn remote(world: &World, input: &TensorData) -> (WorkOrder, std::path::PathBuf) {
    let folder = world.folder.path().join("inputs");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join(hex::encode(input.root())), &input.data).unwrap();
    let payload = content(&input.to_ref(), &format!("file://{}", folder.display()));
    (order_of(&world.spec, 1, payload), folder)
}

/// All pieces of the only input of a call, as its host shows them, checked as the chain does.
async fn shown(world: &World, draft: &ReceiptDraft, input: &Payload, of: &TensorRef) -> Vec<u8> {
    let mut whole = Vec::new();
    let chunks = of.byte_len().unwrap().div_ceil(1024) as u32;
    for first in (0..chunks).step_by(64) {
        let (draft, input, count) = (draft.clone(), input.clone(), 64.min(chunks - first));
        let task = Task::Show { draft, input, tensor: 0, first, count };
        let TaskDone::Shown { bytes, proof } = done(&world.engine, &task).await else { panic!("not shown") };
        of.verify::<Blake2b256>(first.into(), &bytes, &proof).unwrap();
        whole.extend_from_slice(&bytes);
    }
    whole
}

#[tokio::test(flavor = "multi_thread")]
async fn input_of_a_job_should_be_shown_when_its_source_is_gone() {
    let world = World::copying();
    let input = large();
    let (order, folder) = remote(&world, &input);
    assert!(matches!(finish(&world.engine, &order).await, WorkStatus::Done(_)));
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!(shown(&world, &order.draft, &order.input, &input.to_ref()).await, input.data);
    let beyond = Task::Show { draft: order.draft, input: order.input, tensor: 0, first: 128, count: 64 };
    assert!(matches!(status(&world.engine, &beyond).await, TaskStatus::Refused(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn input_of_a_session_should_be_shown_when_only_its_file_has_it() {
    let world = World::copying();
    let mut requester = world.in_session().await;
    let input = large();
    let response = requester.call(&world.engine, vec![named("x", input.clone())]).await;
    let draft = response.receipt.unwrap().receipt.draft;
    // Somebody presented the receipt and says that the input lies where it does not.
    let payload = content(&input.to_ref(), "file:///nowhere");
    if let Some(kept) = world.engine.store.find_output(&input.root()) {
        std::fs::remove_file(kept).unwrap();
    }
    assert_eq!(shown(&world, &draft, &payload, &input.to_ref()).await, input.data);
}

#[tokio::test(flavor = "multi_thread")]
async fn digest_should_be_the_same_when_the_input_comes_from_the_chain() {
    let (host, auditor) = (World::copying(), World::copying());
    let input = large();
    let (order, folder) = remote(&host, &input);
    assert!(matches!(finish(&host.engine, &order).await, WorkStatus::Done(_)));
    std::fs::remove_dir_all(folder).unwrap();
    let (draft, payload, seed) = (order.draft.clone(), order.input.clone(), H256::repeat_byte(1));
    let plain = Task::Digest { draft: draft.clone(), input: payload.clone(), seed };
    let own = done(&host.engine, &plain).await;
    assert!(matches!(status(&auditor.engine, &plain).await, TaskStatus::Refused(_)), "it cannot be fetched");
    let task =
        |shown: Vec<u8>| Task::DigestShown { draft: draft.clone(), input: payload.clone(), shown: vec![shown], seed };
    let wrong = status(&auditor.engine, &task(vec![0; input.data.len()])).await;
    assert!(matches!(wrong, TaskStatus::Refused(reason) if reason.contains("root")));
    assert_eq!(done(&auditor.engine, &task(input.data.to_vec())).await, own);
    // It has it now, also for a dispute.
    let again = Task::Digest { draft, input: payload, seed: H256::repeat_byte(2) };
    assert!(matches!(done(&auditor.engine, &again).await, TaskDone::Digest { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn input_should_be_kept_for_a_dispute_when_an_auditor_fetched_it() {
    let auditor = World::copying();
    let (order, folder) = remote(&auditor, &large());
    let task = |seed| Task::Digest { draft: order.draft.clone(), input: order.input.clone(), seed };
    done(&auditor.engine, &task(H256::repeat_byte(1))).await;
    std::fs::remove_dir_all(folder).unwrap();
    assert!(matches!(done(&auditor.engine, &task(H256::repeat_byte(2))).await, TaskDone::Digest { .. }));
}
