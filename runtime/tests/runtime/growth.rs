//! What jobs leave behind in the state: nothing, however many there were. And what one holds while it is open.
//!
//! `CANDOR_GROWTH_JOBS=100000 CANDOR_CHECK_EVERY=500 cargo test --release -p candor-runtime growth -- --nocapture` for many, as
//! `scripts/bench growth` runs it.

use crate::{
    chain::*,
    soak::{burned, outcome, sign, worker_of},
};
use candor_primitives::{
    traits::{DutySource, Heartbeats, WorkSource},
    worker::{Task, TaskDone, WorkDone, WorkOrder},
    HostBlake2b, Payload, Receipt,
};
use candor_runtime::{
    AllPalletsWithSystem, Audits, Executive, Hosts, Jobs, Runtime, RuntimeCall, RuntimeEvent, System, CNDR, EPOCH_SLOTS,
};
use codec::Encode;
use frame_support::{storage::unhashed, traits::StorageInfoTrait};
use serde_json::{json, Value};
use sp_core::{storage::Storage, Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

const HOSTS: [Sr25519Keyring; 3] = [Ferdie, Eve, Charlie];
const PEOPLE: [Sr25519Keyring; 4] = [Alice, Bob, Charlie, Eve];
/// Jobs submitted in a block: well below what fits.
const PER_BLOCK: u64 = 32;
/// Blocks until what changed is written away. What came and went in between is never written.
const COMMIT_EVERY: u32 = 16;
/// Longest that it takes until nothing is open any more, in blocks.
const PATIENCE: u32 = 600;
/// Values of the largest input that a job may bring along.
const MOST_VALUES: usize = 4_096;

/// What may be more than after the first third of the jobs, because it does not grow beyond a bound: pallet and item, the most keys,
/// why. Everything else must not be more.
const BOUNDED: [(&str, &str, u64, &str); 6] = [
    ("System", "BlockHash", 2_402, "hashes of the last 2 400 blocks and of the first"),
    ("System", "Events", 1, "events of the last block"),
    ("System", "BlockWeight", 1, "weight of the last block, in as many bytes as it takes"),
    ("Historical", "HistoricalSessions", 10, "validators of the sessions that may still be punished"),
    ("Audits", "WithoutVerdict", 1, "a counter that is not there before it has counted"),
    ("StakePools", "Records", HOSTS.len() as u64, "what each host earned in its last 8 periods"),
];

/// What something takes of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    keys: u64,
    /// Of keys and values.
    bytes: u64,
}

impl Size {
    fn json(&self) -> Value {
        json!({ "keys": self.keys, "bytes": self.bytes })
    }
}

/// Sizes by pallet and storage item.
type Sizes = BTreeMap<(String, String), Size>;
type Pairs = BTreeMap<Vec<u8>, Vec<u8>>;

fn bound(item: &(String, String)) -> Option<u64> {
    BOUNDED.iter().find(|(pallet, name, ..)| *pallet == item.0 && *name == item.1).map(|bounded| bounded.2)
}

/// The whole state.
fn pairs() -> Pairs {
    let mut pairs = Pairs::new();
    let mut key = Vec::new();
    while let Some(next) = sp_io::storage::next_key(&key) {
        let value = unhashed::get_raw(&next).expect("a key has a value");
        pairs.insert(next.clone(), value);
        key = next;
    }
    pairs
}

/// Which pallet and item a key is of, by its first 32 bytes, or by its first 16 where the item is not one of the pallet's.
struct Names {
    items: BTreeMap<Vec<u8>, (String, String)>,
    pallets: BTreeMap<Vec<u8>, String>,
}

impl Names {
    fn new() -> Self {
        let mut names = Self { items: BTreeMap::new(), pallets: BTreeMap::new() };
        for info in AllPalletsWithSystem::storage_info() {
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("a name");
            let (pallet, item) = (text(info.pallet_name), text(info.storage_name));
            names.pallets.insert(info.prefix[..16].to_vec(), pallet.clone());
            names.items.insert(info.prefix, (pallet, item));
        }
        names
    }

    fn of(&self, key: &[u8]) -> (String, String) {
        let known = key.get(..32).and_then(|prefix| self.items.get(prefix));
        known.cloned().unwrap_or_else(|| {
            let pallet = key.get(..16).and_then(|prefix| self.pallets.get(prefix));
            (pallet.map_or("none", String::as_str).into(), hex::encode(key))
        })
    }

    fn sizes(&self, pairs: &Pairs) -> Sizes {
        let mut sizes = Sizes::new();
        for (key, value) in pairs {
            let size = sizes.entry(self.of(key)).or_default();
            size.keys += 1;
            size.bytes += (key.len() + value.len()) as u64;
        }
        sizes
    }
}

fn sum<'a>(sizes: impl IntoIterator<Item = &'a Size>) -> Size {
    sizes
        .into_iter()
        .fold(Size::default(), |sum, size| Size { keys: sum.keys + size.keys, bytes: sum.bytes + size.bytes })
}

/// Everything but what moves within its bound.
fn fixed(sizes: &Sizes) -> Size {
    sum(sizes.iter().filter(|(item, _)| bound(item).is_none()).map(|(_, size)| size))
}

/// What becomes of a job, by its number.
fn is_ignored(job: u64) -> bool {
    job % 20 == 7
}

fn is_redundant(job: u64) -> bool {
    job % 25 == 3
}

fn is_insured(job: u64) -> bool {
    job % 40 == 9
}

/// A job that is one of many. Whoever gets an input that begins below zero does not answer.
fn call(job: u64) -> pallet_jobs::Call<Runtime> {
    let first = (job + 1) as f32;
    let mut values = vec![if is_ignored(job) { -first } else { first }];
    values.resize(1 + (job % 5) as usize, 0.5);
    let options = pallet_jobs::JobOptions {
        redundancy: if is_redundant(job) { 2 } else { 1 },
        insured: if is_insured(job) { CNDR } else { 0 },
        ..Default::default()
    };
    pallet_jobs::Call::submit_with { release: 0, input: input(&values), max_fee: CNDR, options }
}

fn first_value(input: &Payload) -> f32 {
    let Payload::Inline(inputs) = input else { panic!("inline input") };
    f32::from_le_bytes(inputs[0].data[..4].try_into().expect("a value"))
}

/// Those who submit, host and audit, and what came of it.
#[derive(Default)]
struct Crew {
    submitted: u64,
    finalised: u64,
    expired: u64,
    audited: u64,
    /// What hosts made of work that they are not done with: the answer that was sealed is the one to be shown.
    made: [BTreeMap<H256, WorkDone>; HOSTS.len()],
}

impl Crew {
    /// Look at what happened in the block that has ended.
    fn count(&mut self) {
        for event in Chain::events() {
            match event {
                RuntimeEvent::Jobs(pallet_jobs::Event::JobFinalised { .. }) => self.finalised += 1,
                RuntimeEvent::Jobs(pallet_jobs::Event::JobExpired { .. }) => self.expired += 1,
                RuntimeEvent::Audits(pallet_audits::Event::AuditEnded { .. }) => self.audited += 1,
                _ => {},
            }
        }
    }

    /// Submit jobs until there are `until`, or the block has enough.
    fn submit(&mut self, chain: &mut Chain, until: u64) {
        for _ in 0..PER_BLOCK.min(until.saturating_sub(self.submitted)) {
            let who = PEOPLE[(self.submitted % PEOPLE.len() as u64) as usize];
            match chain.send(who, call(self.submitted)) {
                // The first block of a session is full from the beginning.
                Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) => return,
                sent => sent.expect("valid").expect("succeeds"),
            };
            self.submitted += 1;
        }
    }

    /// All hosts do what they owe.
    fn work(&mut self) {
        for (host, made) in HOSTS.into_iter().zip(&mut self.made) {
            beat(host);
            answer(host, made);
            audit(host);
        }
    }
}

/// Give it to the block. What is late, or finds no room, is left out.
fn apply(call: impl Into<RuntimeCall>) {
    match Executive::apply_extrinsic(Chain::authorised(call)) {
        Err(TransactionValidityError::Invalid(InvalidTransaction::Stale | InvalidTransaction::ExhaustsResources)) => {},
        applied => {
            applied.expect("authorised").expect("accepted");
        },
    }
}

/// A host gives a sign of life when one is due.
fn beat(host: Sr25519Keyring) {
    let who = account(host);
    if <Hosts as Heartbeats<_>>::due(&who) {
        apply(<Hosts as Heartbeats<_>>::heartbeat(&who, System::block_number(), &sign(host)).expect("it is signed"));
    }
}

fn run(host: Sr25519Keyring, order: WorkOrder) -> WorkDone {
    let (outcome, output) = outcome(&order.input, false);
    let receipt = Receipt { draft: order.draft, outcome };
    let signature = worker_of(host).sign(receipt.hash::<HostBlake2b>().as_bytes());
    WorkDone { outcome, signature, output: Some(output) }
}

/// A host answers its calls, but for those that nobody answers.
fn answer(host: Sr25519Keyring, made: &mut BTreeMap<H256, WorkDone>) {
    let who = account(host);
    let before = std::mem::take(made);
    for id in Jobs::pending(&who, u32::MAX) {
        // The hooks of this block come before its first transaction: they may have moved the job on since.
        let Some(order) = Jobs::order(&who, id) else { continue };
        if first_value(&order.input) < 0. {
            continue;
        }
        let done = before.get(&id).cloned().unwrap_or_else(|| run(host, order));
        if let Some(call) = Jobs::answer(&who, id, done.clone(), &sign(host)) {
            apply(call);
        }
        made.insert(id, done);
    }
}

/// A host does what it owes to audits, but for one in twenty.
fn audit(host: Sr25519Keyring) {
    let who = account(host);
    for task in Audits::duties(&who, 64) {
        let Task::Digest { draft, input, seed } = &task else { panic!("inputs are on chain") };
        if seed.0[0] < 13 {
            continue;
        }
        let digest = H256(sp_io::hashing::blake2_256(&(draft.id::<HostBlake2b>(), seed).encode()));
        let done = TaskDone::Digest { outcome: outcome(input, false).0, digest };
        if let Some(call) = Audits::answer(&who, &task, done, &sign(host)) {
            apply(call);
        }
    }
}

/// Whether anything is open: jobs, what waits to be drawn, audits.
fn is_anything_open() -> bool {
    pallet_jobs::Jobs::<Runtime>::iter_keys().next().is_some()
        || pallet_audits::Waiting::<Runtime>::iter_keys().next().is_some()
        || pallet_audits::Audits::<Runtime>::iter_keys().next().is_some()
}

/// A chain whose state is written away now and then: what is gone costs nothing any more.
struct World {
    ext: sp_io::TestExternalities,
    chain: Chain,
    crew: Crew,
    names: Names,
    /// Blocks since the state was written.
    unwritten: u32,
    /// The most jobs that were open when the state was written, and its size then.
    busiest: (u64, Sizes),
}

impl World {
    /// Three hosts that take whatever comes.
    fn new() -> Self {
        let mut ext = sp_io::TestExternalities::new(genesis());
        let (chain, names) = ext.execute_with(|| {
            let mut chain = Chain::new(burned);
            chain.market();
            for host in [Eve, Charlie] {
                chain.register(host, &worker_of(host));
            }
            chain.block();
            for host in HOSTS {
                chain.ok(
                    host,
                    pallet_hosts::Call::offer {
                        release: 0,
                        variant: Hosts::offer_views(0, 0, 1)[0].variant,
                        price_per_call: PER_CALL,
                        price_per_unit: PER_UNIT,
                        capacity: 10_000,
                    },
                );
            }
            (chain, Names::new())
        });
        Self { ext, chain, crew: Crew::default(), names, unwritten: 0, busiest: Default::default() }
    }

    fn within<R>(&mut self, act: impl FnOnce(&mut Chain, &mut Crew) -> R) -> R {
        let Self { ext, chain, crew, .. } = self;
        ext.execute_with(|| act(chain, crew))
    }

    /// The next block, with new jobs until there are `until`.
    fn block(&mut self, until: u64) {
        self.within(|chain, crew| {
            chain.close();
            crew.count();
            chain.block();
            crew.work();
            crew.submit(chain, until);
        });
        self.unwritten += 1;
        if self.unwritten >= COMMIT_EVERY {
            self.write();
        }
    }

    /// End the block, write the state away, and say how large what is.
    fn write(&mut self) -> Sizes {
        let (top, open) = self.within(|chain, _| {
            chain.close();
            (pairs(), pallet_jobs::Jobs::<Runtime>::iter_keys().count() as u64)
        });
        let sizes = self.names.sizes(&top);
        if open > self.busiest.0 {
            self.busiest = (open, sizes.clone());
        }
        self.ext = sp_io::TestExternalities::new(Storage { top, children_default: Default::default() });
        self.unwritten = 0;
        sizes
    }

    /// Go on until nothing is open, and to blocks in which no session begins soon: its first block has no room.
    fn settle(&mut self) -> Sizes {
        let mut blocks = 0;
        while self.within(|_, _| is_anything_open()) {
            self.block(0);
            blocks += 1;
            assert!(blocks < PATIENCE, "something stays open");
        }
        loop {
            self.block(0);
            let place = self.within(|_, _| System::block_number()) % EPOCH_SLOTS as u32;
            if (3..200).contains(&place) {
                return self.write();
            }
        }
    }

    /// The most that one job of so many values and hosts holds, from its submission to its end.
    fn largest(&mut self, values: usize, hosts: u8) -> Size {
        let before = fixed(&self.settle());
        let options = pallet_jobs::JobOptions { redundancy: hosts, ..Default::default() };
        let input = input(&vec![1.0; values]);
        self.within(|chain, _| {
            chain.block();
            chain.ok(Bob, pallet_jobs::Call::submit_with { release: 0, input, max_fee: 10 * CNDR, options });
        });
        let mut most = Size::default();
        while self.within(|_, _| is_anything_open()) {
            let now = fixed(&self.write());
            most.keys = most.keys.max(now.keys.saturating_sub(before.keys));
            most.bytes = most.bytes.max(now.bytes.saturating_sub(before.bytes));
            self.block(0);
        }
        most
    }
}

/// What is more at a later point than after the first third of the jobs, and should not be.
fn grown(points: &[Sizes]) -> Vec<String> {
    let (first, later) = (&points[1], &points[2..]);
    let mut grown = Vec::new();
    for (item, size) in later.iter().flatten() {
        let before = first.get(item).copied().unwrap_or_default();
        let is_more = match bound(item) {
            Some(most) => size.keys > most,
            None => size.keys > before.keys || size.bytes > before.bytes,
        };
        if is_more {
            grown.push(format!("{}.{}: {before:?}, then {size:?}", item.0, item.1));
        }
    }
    grown
}

/// Sizes by pallet, without what moves within its bound.
fn by_pallet(sizes: &Sizes) -> BTreeMap<&str, Size> {
    let mut pallets = BTreeMap::<&str, Size>::new();
    for ((pallet, _), size) in sizes.iter().filter(|(item, _)| bound(item).is_none()) {
        let all = pallets.entry(pallet).or_default();
        *all = sum([&*all, size]);
    }
    pallets
}

fn bounded(points: &[Sizes]) -> Vec<Value> {
    let row = |&(pallet, item, most, why): &(&str, &str, u64, &str)| {
        let key = (pallet.to_string(), item.to_string());
        let sizes: Vec<_> = points.iter().map(|point| point.get(&key).copied().unwrap_or_default().json()).collect();
        json!({ "item": format!("{pallet}.{item}"), "most": most, "why": why, "sizes": sizes })
    };
    BOUNDED.iter().map(row).collect()
}

#[test]
fn state_should_not_grow_when_jobs_are_finished() {
    let jobs = setting("CANDOR_GROWTH_JOBS", 300).max(60);
    let begun = Instant::now();
    let mut world = World::new();
    // Two sessions pass first: what they bring along is there from then on.
    (0..2 * EPOCH_SLOTS).for_each(|_| world.block(0));
    let mut points = vec![world.settle()];
    let mut told = 0;
    for third in 1..=3 {
        let until = jobs * third / 3;
        while world.crew.submitted < until {
            world.block(until);
            if world.crew.submitted >= told + jobs.div_ceil(20) {
                told = world.crew.submitted;
                println!("{told} jobs of {jobs}, {:.0} s", begun.elapsed().as_secs_f64());
            }
        }
        points.push(world.settle());
    }
    let ignored = (0..jobs).filter(|job| is_ignored(*job)).count() as u64;
    let Crew { submitted, finalised, expired, audited, .. } = world.crew;
    assert_eq!((submitted, finalised, expired), (jobs, jobs - ignored, ignored), "every job came to its end, once");
    assert!(audited > 0, "some were audited");

    let open = world.busiest.0;
    let held = fixed(&world.busiest.1).bytes.saturating_sub(fixed(&points[1]).bytes);
    let shapes = [(1, 1), (1, 3), (MOST_VALUES, 1), (MOST_VALUES, 3)];
    let largest = shapes.map(|(values, hosts)| (values, hosts, world.largest(values, hosts)));
    points.push(world.settle());
    let blocks = world.within(|_, _| System::block_number());

    println!();
    println!("bytes of the state, before and after each third of {jobs} jobs, and at the end:");
    let pallets: Vec<_> = points.iter().map(by_pallet).collect();
    let names: BTreeSet<&str> = pallets.iter().flat_map(|point| point.keys().copied()).collect();
    for name in &names {
        let bytes = pallets.iter().map(|point| format!("{:>10}", point.get(name).map_or(0, |size| size.bytes)));
        println!("{name:>24} {}", bytes.collect::<String>());
    }
    let shapes: Vec<_> = largest
        .iter()
        .map(|(values, hosts, size)| json!({ "values": values, "hosts": hosts, "size": size.json() }))
        .collect();
    let report = json!({
        "jobs": jobs, "final": finalised, "expired": expired, "audited": audited, "blocks": blocks,
        "redundant": (0..jobs).filter(|job| is_redundant(*job)).count(),
        "insured": (0..jobs).filter(|job| is_insured(*job)).count(),
        "seconds": begun.elapsed().as_secs_f64(),
        "points": points.iter().map(|point| fixed(point).json()).collect::<Vec<_>>(),
        "pallets": names.iter().map(|name| {
            let sizes = pallets.iter().map(|point| point.get(name).copied().unwrap_or_default().json());
            json!({ "pallet": name, "sizes": sizes.collect::<Vec<_>>() })
        }).collect::<Vec<_>>(),
        "bounded": bounded(&points),
        "open": { "jobs": open, "bytes": held },
        "largest": shapes,
    });
    println!("growth: {report}");
    let grown = grown(&points);
    assert!(grown.is_empty(), "{grown:#?}");
}
