//! How long to wait before an engine that ended is started again.

use std::time::Duration;

/// First pause.
const FIRST: Duration = Duration::from_millis(500);

/// Longest pause.
const LONGEST: Duration = Duration::from_secs(30);

/// A run of this length counts as healthy: the next pause is the first one again.
const HEALTHY: Duration = Duration::from_secs(60);

/// Pauses that double from run to run, until a run was healthy.
#[derive(Debug, Clone)]
pub struct Backoff {
    next: Duration,
    first: Duration,
    longest: Duration,
    healthy: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(FIRST, LONGEST, HEALTHY)
    }
}

impl Backoff {
    /// Pauses from `first` to `longest`; a run of at least `healthy` starts again with `first`.
    pub fn new(first: Duration, longest: Duration, healthy: Duration) -> Self {
        Self { next: first, first, longest, healthy }
    }

    /// The pause after a run that lasted `run`.
    pub fn pause_after(&mut self, run: Duration) -> Duration {
        if run >= self.healthy {
            self.next = self.first;
        }
        let pause = self.next;
        self.next = pause.saturating_mul(2).min(self.longest);
        pause
    }
}
