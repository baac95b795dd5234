//! The measurements.

use crate::{
    bare::{self, Bare},
    client::Client,
    plan::{request, Plan, Workload},
    raw::Raw,
    Result,
};
use candor_verifier::library::Library;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Turns of the measurement with several clients.
const TURNS: usize = 3;

/// One kind of calls of one workload.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    workload: String,
    target: String,
    encoding: String,
    /// With one client, in milliseconds.
    median_ms: f64,
    p95_ms: f64,
    calls: usize,
    /// Median beside the one of ONNX Runtime.
    over_raw_ms: f64,
    over_raw_percent: f64,
    /// With several clients.
    clients: usize,
    calls_per_second: f64,
    /// Throughput as a part of ONNX Runtime's.
    of_raw_percent: f64,
    /// Whether the outputs have the bits that ONNX Runtime gives here; nothing where they are JSON.
    exact: Option<bool>,
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Results {
    rows: Vec<Row>,
    /// Resident memory of each server after the calls, in MiB.
    memory_mib: BTreeMap<String, f64>,
}

struct Kind {
    target: String,
    encoding: String,
    address: String,
    request: Vec<u8>,
}

/// Measure the plan, which lies in the file at `path`.
pub(crate) fn all(path: &str, plan: &Plan) -> Result<Results> {
    let library = Library::load(None)?;
    let mut rows = Vec::new();
    for workload in &plan.workloads {
        let bare = Bare::start(path, workload)?;
        let (target, encoding, address) = (bare::NAME.to_owned(), "binary".to_owned(), bare.address.clone());
        let mut kinds = vec![Kind { target, address, request: request(workload, "bare", &encoding)?, encoding }];
        for target in &plan.targets {
            let Some(model) = target.models.get(&workload.name) else { continue };
            for encoding in &target.encodings {
                kinds.push(Kind {
                    target: target.name.clone(),
                    encoding: encoding.clone(),
                    address: target.address.clone(),
                    request: request(workload, model, encoding)?,
                });
            }
        }
        rows.extend(measure(plan, library, workload, &kinds)?);
    }
    let mut memory_mib = BTreeMap::new();
    for target in plan.targets.iter().filter(|target| !target.pids.is_empty()) {
        let kib: u64 = target.pids.iter().map(|pid| resident(*pid)).sum();
        memory_mib.insert(target.name.clone(), kib as f64 / 1024.0);
    }
    Ok(Results { rows, memory_mib })
}

fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Calls of one kind in a row, so that each is measured as a client sees it that calls again and again.
const BURST: usize = 10;

/// Sessions of the plain run: where the weights of one happen to lie makes it up to three per cent faster or slower than another.
const SESSIONS: usize = 3;

/// Numbers that are the same in every run (Knuth's linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// Fisher and Yates.
    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            order.swap(last, self.below(last + 1));
        }
    }
}

fn measure(plan: &Plan, library: &Library, workload: &Workload, kinds: &[Kind]) -> Result<Vec<Row>> {
    let calls = ((plan.calls as f64 * workload.times) as usize).max(20);
    let mut raw = (0..SESSIONS).map(|_| Raw::open(library, workload)).collect::<Result<Vec<_>>>()?;
    let expected = raw[0].call(true)?;
    let (mut clients, mut exact) = (Vec::new(), Vec::new());
    for kind in kinds {
        let mut client = Client::connect(&kind.address).map_err(|e| format!("{}: {e}", kind.target))?;
        let (body, json) = client.ask(&kind.request).map_err(|e| format!("{}: {e}", kind.target))?;
        exact.push(json.map(|length| body.get(length..) == Some(&expected[..])));
        clients.push(client);
    }
    let mut times = vec![Vec::with_capacity(calls); kinds.len() + 1];
    let rounds = calls.div_ceil(BURST);
    let mut order: Vec<usize> = (0..times.len()).collect();
    let mut dice = Dice(1);
    for round in 0..=rounds {
        dice.shuffle(&mut order);
        for place in &order {
            if let Some(kind) = place.checked_sub(1) {
                clients[kind].wake()?;
            }
            for call in 0..=BURST {
                let started = Instant::now();
                match place.checked_sub(1) {
                    None => drop(raw[round % SESSIONS].call(false)?),
                    Some(kind) => {
                        let answered = clients[kind].ask(&kinds[kind].request);
                        answered.map_err(|e| format!("{}: {e}", kinds[kind].target))?;
                    },
                }
                // The first round warms up, and the first call of a turn finds the caches full of somebody else's data.
                if round > 0 && call > 0 {
                    times[*place].push(started.elapsed().as_nanos() as f64 / 1e6);
                }
            }
        }
    }
    drop(clients);
    let mut rates = vec![0.0; kinds.len() + 1];
    for _ in 0..TURNS {
        rates[0] += raw_rate(plan, library, workload)? / TURNS as f64;
        for (kind, rate) in kinds.iter().zip(&mut rates[1..]) {
            *rate += server_rate(plan, kind)? / TURNS as f64;
        }
    }
    for times in &mut times {
        times.sort_unstable_by(f64::total_cmp);
    }
    let at = |place: usize, percent: usize| times[place][(times[place].len() - 1) * percent / 100];
    let row = |place: usize, target: &str, encoding: &str, exact: Option<bool>| Row {
        workload: workload.name.clone(),
        target: target.into(),
        encoding: encoding.into(),
        median_ms: at(place, 50),
        p95_ms: at(place, 95),
        calls,
        over_raw_ms: at(place, 50) - at(0, 50),
        over_raw_percent: 100.0 * (at(place, 50) / at(0, 50) - 1.0),
        clients: plan.clients,
        calls_per_second: rates[place],
        of_raw_percent: 100.0 * rates[place] / rates[0],
        exact,
    };
    let mut rows = vec![row(0, "ONNX Runtime in this process", "", None)];
    for (place, kind) in kinds.iter().enumerate() {
        rows.push(row(place + 1, &kind.target, &kind.encoding, exact[place]));
    }
    Ok(rows)
}

/// Calls per second of `work`, one per thread, each made by `make` before the clock starts.
fn rate<W: FnMut() -> Result<()> + Send>(plan: &Plan, threads: usize, make: impl Fn() -> Result<W>) -> Result<f64> {
    let workers: Result<Vec<W>> = (0..threads).map(|_| make()).collect();
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let started = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = workers?
            .into_iter()
            .map(|mut work| {
                let (stop, done) = (&stop, &done);
                scope.spawn(move || -> Result<()> {
                    while !stop.load(Ordering::Relaxed) {
                        work()?;
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        thread::sleep(Duration::from_secs_f64(plan.seconds));
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().map_err(|_| "a client panicked")??;
        }
        Ok(done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
    })
}

/// As many threads as the machine can run, each with its own session: more would only wait.
fn raw_rate(plan: &Plan, library: &Library, workload: &Workload) -> Result<f64> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    rate(plan, plan.clients.min(cores), || {
        let mut raw = Raw::open(library, workload)?;
        raw.call(false)?;
        Ok(move || raw.call(false).map(drop))
    })
}

fn server_rate(plan: &Plan, kind: &Kind) -> Result<f64> {
    rate(plan, plan.clients, || {
        let mut client = Client::connect(&kind.address)?;
        client.ask(&kind.request)?;
        let request = &kind.request;
        Ok(move || client.ask(request).map(|_| ()))
    })
}
