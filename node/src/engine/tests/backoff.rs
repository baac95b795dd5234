use crate::engine::backoff::Backoff;
use std::time::Duration;

const SHORT_RUN: Duration = Duration::from_secs(1);

#[test]
fn pauses_should_double_up_to_thirty_seconds_when_runs_are_short() {
    let mut backoff = Backoff::default();
    let pauses: Vec<u128> = (0..9).map(|_| backoff.pause_after(SHORT_RUN).as_millis()).collect();
    assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
}

#[test]
fn pauses_should_start_again_when_a_run_was_healthy() {
    let mut backoff = Backoff::default();
    for _ in 0..5 {
        backoff.pause_after(SHORT_RUN);
    }
    assert_eq!(backoff.pause_after(Duration::from_secs(60)), Duration::from_millis(500));
    assert_eq!(backoff.pause_after(Duration::from_secs(59)), Duration::from_secs(1));
}
