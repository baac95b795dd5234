//! Time: of the clock, and of the processors. What is compared runs in turns, and shares are taken turn by turn.

use std::time::Instant;

/// Seconds by the clock and of all threads' processor time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Time {
    pub wall: f64,
    pub cpu: f64,
}

/// Run something once.
pub fn once<T>(run: impl FnOnce() -> T) -> (T, Time) {
    let (wall, cpu) = (Instant::now(), processor());
    let result = run();
    (result, Time { wall: wall.elapsed().as_secs_f64(), cpu: processor() - cpu })
}

/// Processor time of this process so far, in seconds.
#[allow(unsafe_code)]
fn processor() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a live timespec for the call to fill.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Medians of times.
pub fn typical(times: &[Time]) -> Time {
    Time { wall: median(times.iter().map(|t| t.wall).collect()), cpu: median(times.iter().map(|t| t.cpu).collect()) }
}

/// Medians of the shares of paired times.
pub fn share(of: &[Time], by: &[Time]) -> Time {
    let pairs = || of.iter().zip(by);
    Time {
        wall: median(pairs().map(|(a, b)| a.wall / b.wall).collect()),
        cpu: median(pairs().map(|(a, b)| a.cpu / b.cpu).collect()),
    }
}
