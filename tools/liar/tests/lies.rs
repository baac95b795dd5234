//! Every lie, told by a real engine with the real ONNX Runtime, against an honest auditor's engine and the judge of the
//! chain. Run `scripts/setup` first.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use candor_engine::conduct::Conduct;
use candor_liar::{Liar, Lie};
use std::sync::Arc;
use support::{dispute, Found, World};

fn liar(lie: &str) -> Arc<dyn Conduct> {
    Arc::new(Liar::new(lie.parse::<Lie>().unwrap()))
}

async fn against(lie: &str) -> Found {
    let (host, auditor) = (World::new(liar(lie)), World::honest());
    // Two calls, for lies about the call before.
    dispute(&host, &auditor, &host.order(1, 0.5), false).await;
    dispute(&host, &auditor, &host.order(2, 1.5), false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn host_should_be_clean_when_it_is_honest() {
    let (host, auditor) = (World::honest(), World::honest());
    for job in 1..20 {
        let found = dispute(&host, &auditor, &host.order(job, job as f32 * 0.37), false).await;
        assert_eq!(found, Found::Clean);
    }
    // Accused all the same, nothing can be shown.
    assert_eq!(support::accused(&host, &auditor, &host.order(20, 3.0)).await, Found::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn liar_should_be_convicted_when_its_answer_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.onnx");
    std::fs::write(&other, support::model(0.25)).unwrap();
    let strange = folder.path().join("strange.onnx");
    std::fs::write(&strange, support::strange()).unwrap();
    let lies = [
        format!("other-model:{}", other.display()),
        format!("other-model:{}", strange.display()),
        format!("stale-release:{}", other.display()),
        "quantised".into(),
        "flip-output".into(),
        // Its inputs travel with the calls: there is nothing to withhold.
        "withhold-input".into(),
        "flip-hidden".into(),
        "flip-hidden:0".into(),
        "cached".into(),
        "noise".into(),
        "rescaled".into(),
        "rescaled:0.5".into(),
        "false-failure:2".into(),
        "false-failure:4000000000".into(),
    ];
    for lie in lies {
        let found = against(&lie).await;
        let Found::Convicted { bytes, .. } = found else { panic!("{lie}: {found:?}") };
        assert!(bytes < 64 << 10, "{lie}: {bytes} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn liar_should_need_no_demands_when_it_serves_its_trace_over_http() {
    for lie in ["flip-hidden", "rescaled", "false-failure:1"] {
        let (host, auditor) = (World::new(liar(lie)), World::honest());
        let found = dispute(&host, &auditor, &host.order(1, 0.5), true).await;
        assert!(matches!(found, Found::Convicted { demands: 0, .. }), "{lie}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn liar_should_be_found_silent_when_it_withholds() {
    assert_eq!(against("withhold-result").await, Found::Silent("result"));
    assert_eq!(against("withhold-digest").await, Found::Silent("digest"));
    assert_eq!(against("withhold-trace").await, Found::Silent("trace"));
    assert_eq!(against("withhold-chunk").await, Found::Silent("opening"));
}

#[tokio::test(flavor = "multi_thread")]
async fn right_answer_should_be_no_shelter_when_the_trace_is_another_run_s() {
    // Nobody looks as long as the answer is right; whoever does, convicts.
    let (host, auditor) = (World::new(liar("stale-trace")), World::honest());
    assert_eq!(dispute(&host, &auditor, &host.order(1, 0.5), false).await, Found::Clean);
    let found = support::accused(&host, &auditor, &host.order(2, 1.5)).await;
    assert!(matches!(found, Found::Convicted { .. }), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_should_differ_when_host_or_auditor_did_not_run() {
    assert_eq!(against("wrong-digest").await, Found::Digests);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("digest");
    std::fs::write(&file, "ab".repeat(32)).unwrap();
    for lie in ["asleep".to_owned(), format!("copied-digest:{}", file.display())] {
        let (host, auditor) = (World::honest(), World::new(liar(&lie)));
        assert_eq!(dispute(&host, &auditor, &host.order(1, 0.5), false).await, Found::Digests, "{lie}");
        // About its own runs it tells the truth.
        assert_eq!(dispute(&auditor, &host, &auditor.order(2, 0.5), false).await, Found::Clean, "{lie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accusation_should_come_to_nothing_when_the_host_is_honest() {
    let (host, auditor) = (World::honest(), World::new(liar("false-accusation")));
    assert_eq!(dispute(&host, &auditor, &host.order(1, 0.5), false).await, Found::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn equivocation_should_leave_two_signed_receipts_when_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("second");
    let (host, auditor) = (World::new(liar(&format!("equivocate:{}", file.display()))), World::honest());
    let order = host.order(1, 0.5);
    assert_eq!(dispute(&host, &auditor, &order, false).await, Found::Clean);
    let text = std::fs::read_to_string(&file).unwrap();
    support::check_second_receipt(&order, &hex::decode(text.trim()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn liar_should_be_convicted_when_its_lie_is_in_a_session() {
    for lie in ["flip-output", "flip-hidden", "noise", "rescaled", "false-failure:2"] {
        let (host, auditor) = (World::new(liar(lie)), World::honest());
        let found = support::dispute_in_session(&host, &auditor).await;
        assert!(matches!(found, Found::Convicted { .. }), "{lie}: {found:?}");
    }
    let (host, auditor) = (World::honest(), World::honest());
    assert_eq!(support::dispute_in_session(&host, &auditor).await, Found::Clean);
    let host = World::new(liar("withhold-sample"));
    assert_eq!(support::dispute_in_session(&host, &auditor).await, Found::Silent("sample"));
    let host = World::new(liar("wrong-digest"));
    assert_eq!(support::dispute_in_session(&host, &auditor).await, Found::Digests);
}

#[tokio::test(flavor = "multi_thread")]
async fn lie_should_be_the_same_when_the_liar_starts_again() {
    // What it shows of a run follows from the call: a restart does not make it contradict itself.
    let roots = |world: World| async move {
        let order = world.order(1, 0.5);
        support::trace(&world, &order).await.unwrap()
    };
    assert_eq!(roots(World::new(liar("noise"))).await, roots(World::new(liar("noise"))).await);
}
