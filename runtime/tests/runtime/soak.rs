//! Long random lives of the whole chain: hosts that work, sleep and lie, stakers, auditors, challengers. After every block
//! all invariants hold; nothing but declared burns changes the issuance; at the end everything open has ended.
//!
//! `CANDOR_CALLS=1000000 CANDOR_CHECK_EVERY=100 cargo test --release -p candor-runtime soak` for a long one, in which the invariants
//! are checked in every hundredth block and at the end (the issuance in every one), `CANDOR_SEED=7` for another one.

use crate::{
    chain::*,
    sessions::{open_call, Book},
};
use candor_primitives::{
    traits::{DutySource, ReceiptKey, WorkSource},
    worker::{Demand, Task, TaskDone, WorkDone},
    AccountId, Balance, HostBlake2b, Outcome, Payload, Receipt, ReceiptPath, SignedReceipt, WorkerSignature,
};
use candor_runtime::{Audits, Challenges, Executive, Hosts, Jobs, Runtime, RuntimeCall, Sessions, CNDR, MILLI};
use codec::Encode;
use proptest::{
    prelude::RngExt,
    test_runner::{RngAlgorithm, TestRng},
};
use sp_core::{sr25519, Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::Permill;
use std::collections::BTreeMap;

const HOSTS: [Sr25519Keyring; 3] = [Ferdie, Eve, Charlie];
const PEOPLE: [Sr25519Keyring; 6] = [Alice, Bob, Charlie, Dave, Eve, Ferdie];

pub fn worker_of(host: Sr25519Keyring) -> sr25519::Pair {
    pair(&format!("//{host}//worker"))
}

pub fn sign(host: Sr25519Keyring) -> impl Fn(&[u8]) -> Option<WorkerSignature> {
    move |message| Some(worker_of(host).sign(message))
}

/// What the run of a call gives, and what a lie would be.
pub fn outcome(input: &Payload, lie: bool) -> (Outcome, Payload) {
    let Payload::Inline(inputs) = input else { panic!("inline input") };
    let factor = if lie { 3.0 } else { 2.0 };
    let bytes = inputs[0].data.chunks_exact(4);
    let bytes = bytes.flat_map(|c| (factor * f32::from_le_bytes(c.try_into().expect("four bytes"))).to_le_bytes());
    let output = inline(bytes.collect());
    (Outcome::Output(output.root::<HostBlake2b>()), output)
}

struct Soak {
    chain: Chain,
    dice: TestRng,
    /// Calls sent, and those that did something, by name.
    calls: BTreeMap<&'static str, (u64, u64)>,
    /// Sessions, as their parties know them.
    books: Vec<Book>,
}

impl Soak {
    fn count(&mut self, name: &'static str, done: bool) {
        let entry = self.calls.entry(name).or_default();
        entry.0 += 1;
        entry.1 += u64::from(done);
    }

    fn sent(&self) -> u64 {
        self.calls.values().map(|(sent, _)| sent).sum()
    }

    /// Valid or not, it must leave the invariants intact.
    fn send(&mut self, name: &'static str, who: Sr25519Keyring, call: impl Into<RuntimeCall>) {
        let done = matches!(self.chain.send(who, call), Ok(Ok(_)));
        self.count(name, done);
    }

    fn authorised(&mut self, name: &'static str, call: impl Into<RuntimeCall>) {
        let done = matches!(Executive::apply_extrinsic(Chain::authorised(call)), Ok(Ok(_)));
        self.count(name, done);
    }

    fn chance(&mut self, of: u32) -> bool {
        self.dice.random_range(0..of) == 0
    }

    fn host(&mut self) -> Sr25519Keyring {
        HOSTS[self.dice.random_range(0..HOSTS.len())]
    }

    fn person(&mut self) -> Sr25519Keyring {
        PEOPLE[self.dice.random_range(0..PEOPLE.len())]
    }

    fn amount(&mut self) -> Balance {
        match self.dice.random_range(0..6u8) {
            0 => 0,
            1 => self.dice.random_range(0..100),
            2 => self.dice.random_range(0..CNDR),
            3 => u128::MAX >> self.dice.random_range(0..100u32),
            _ => self.dice.random_range(0..2_000 * CNDR),
        }
    }

    /// A receipt of one of the latest jobs, open or not.
    fn key(&mut self) -> ReceiptKey<AccountId> {
        let latest = pallet_jobs::NextJobId::<Runtime>::get();
        let job = latest.saturating_sub(1 + self.dice.random_range(0..12));
        let which = self.dice.random_range(0..3);
        let host = match pallet_jobs::Jobs::<Runtime>::get(job)
            .and_then(|j| j.state.assignments().iter().cycle().nth(which).map(|a| a.host.clone()))
        {
            Some(host) => host,
            None => account(self.host()),
        };
        ReceiptKey { path: ReceiptPath::Job(job), host }
    }

    fn dispute(&mut self) -> u64 {
        let latest = pallet_challenges::NextDisputeId::<Runtime>::get();
        latest.saturating_sub(1 + self.dice.random_range(0..6))
    }

    fn submit(&mut self) {
        let who = self.person();
        let values: Vec<f32> = (0..self.dice.random_range(1..6)).map(|_| self.dice.random()).collect();
        let host = if self.chance(4) { Some(account(self.host())) } else { None };
        let redundancy = if host.is_none() && self.chance(4) { self.dice.random_range(0..4) } else { 1 };
        let insured = if self.chance(3) { self.dice.random_range(0..20 * CNDR) } else { 0 };
        let max_fee = if self.chance(8) { self.amount() } else { CNDR };
        let options = pallet_jobs::JobOptions { host, redundancy, insured, attested: false };
        self.send(
            "jobs.submit_with",
            who,
            pallet_jobs::Call::submit_with { release: 0, input: input(&values), max_fee, options },
        );
    }

    /// Hosts answer their calls: most of them right, some falsely, some not at all.
    fn work(&mut self) {
        let host = self.host();
        let who = account(host);
        for id in Jobs::pending(&who, 8) {
            if self.chance(12) {
                continue;
            }
            let order = Jobs::order(&who, id);
            let Some(order) = order else {
                // What it answered a moment ago may have ended this call too, never one that is still listed.
                assert!(!Jobs::pending(&who, 64).contains(&id), "an order behind each id");
                continue;
            };
            let lie = self.chance(6);
            let (outcome, output) = outcome(&order.input, lie);
            let receipt = Receipt { draft: order.draft, outcome };
            let signature = worker_of(host).sign(receipt.hash::<HostBlake2b>().as_bytes());
            let done = WorkDone { outcome, signature, output: Some(output) };
            if let Some(call) = Jobs::answer(&who, id, done, &sign(host)) {
                self.authorised("jobs.answer", call);
            }
            if self.chance(30) {
                self.equivocate(host, &receipt);
            }
        }
    }

    /// Somebody shows that `host` signed two outcomes of one call.
    fn equivocate(&mut self, host: Sr25519Keyring, answered: &Receipt) {
        let receipt = Receipt { outcome: Outcome::Output(H256::repeat_byte(9)), ..answered.clone() };
        let signature = worker_of(host).sign(receipt.hash::<HostBlake2b>().as_bytes());
        let who = self.person();
        let call = pallet_challenges::Call::report_equivocation { receipt, signature };
        self.send("challenges.report_equivocation", who, call);
    }

    /// Hosts do what they owe in audits and disputes: most of it right, some of it falsely, some not at all.
    fn duties(&mut self) {
        let host = self.host();
        let who = account(host);
        self.open_drawn(&who);
        for task in Audits::duties(&who, 8) {
            if self.chance(10) {
                continue;
            }
            let wrong = self.chance(12);
            if let Some(call) = Audits::answer(&who, &task, self.done(&task, wrong), &sign(host)) {
                self.authorised("audits.answer", call);
            }
        }
        for task in Challenges::duties(&who, 8) {
            if self.chance(6) {
                continue;
            }
            let wrong = self.chance(12);
            if let Some(call) = Challenges::answer(&who, &task, self.done(&task, wrong), &sign(host)) {
                self.authorised("challenges.answer", call);
            }
        }
    }

    /// What an engine makes of a task.
    fn done(&mut self, task: &Task, wrong: bool) -> TaskDone {
        match task {
            Task::Digest { draft, input, seed } => {
                let outcome = outcome(input, wrong && self.chance(2)).0;
                let digest = H256(sp_io::hashing::blake2_256(&(draft.id::<HostBlake2b>(), seed, wrong).encode()));
                TaskDone::Digest { outcome, digest }
            },
            Task::Trace { draft, .. } => {
                let root = draft.id::<HostBlake2b>();
                TaskDone::Trace(vec![root; if wrong { 3 } else { 2 }])
            },
            Task::Open { .. } => TaskDone::Opened(vec![7; 64]),
            Task::Accuse { receipt, .. } => match self.dice.random_range(0..3u8) {
                0 => TaskDone::Nothing,
                1 => TaskDone::Evidence(receipt.encode()),
                _ => TaskDone::Needs(Demand::Chunks { position: 0, first: 0, count: 1 }),
            },
            Task::Sample { .. } | Task::Show { .. } | Task::DigestShown { .. } => TaskDone::Nothing,
        }
    }

    /// Bob opens sessions; calls are answered off chain, most of them right; they are settled, topped up, closed, and their
    /// receipts presented and reported.
    fn session(&mut self) {
        use pallet_sessions::Call;
        let host = self.chance(3).then(|| self.host());
        if self.books.is_empty() || self.chance(12) {
            let expires = candor_runtime::System::block_number() + self.dice.random_range(1..120);
            let deposit = if self.chance(6) { self.amount() } else { self.dice.random_range(0..20 * CNDR) };
            let before = pallet_sessions::NextSessionId::<Runtime>::get();
            self.send("sessions.open", Bob, open_call(host, deposit, expires));
            if pallet_sessions::NextSessionId::<Runtime>::get() > before {
                let terms = Sessions::get(before).expect("open").terms;
                let answers = HOSTS.into_iter().find(|host| account(*host) == terms.host).expect("one of them");
                self.books.push(Book { terms, worker: worker_of(answers), receipts: Vec::new(), fee: 0 });
                // The oldest have long ended.
                if self.books.len() > 64 {
                    self.books.remove(0);
                }
            }
            return;
        }
        let latest = self.books.len().saturating_sub(1 + self.dice.random_range(0..4));
        let (who, index) = (self.person(), self.dice.random_range(0..8));
        let lie = self.chance(8);
        let mut book = self.books[latest].clone();
        let session = book.id();
        match self.dice.random_range(0..14u8) {
            0..=5 => {
                // Of a long one each voucher would take longer than the one before.
                let calls = if book.receipts.len() < 200 { self.dice.random_range(1..6) } else { 0 };
                (0..calls).for_each(|n| book.answer(&[n as f32, 1.0], if lie { 3.0 } else { 2.0 }));
                if let Some(call) = book.settlement() {
                    self.authorised("sessions.settle", call);
                }
            },
            6 => self.send(
                "sessions.settle",
                who,
                Call::settle { voucher: book.voucher(), acceptance: book.acceptance() },
            ),
            7 => {
                let (amount, expires) = (self.amount() / 1_000, Some(book.terms.expires + 10));
                self.send("sessions.top_up", Bob, Call::top_up { session, amount, expires });
            },
            8 => {
                let voucher = self.chance(2).then(|| book.voucher());
                let closes =
                    HOSTS.into_iter().find(|host| account(*host) == book.terms.host).filter(|_| self.chance(2));
                self.send("sessions.close", closes.unwrap_or(Bob), Call::close { session, voucher });
            },
            9 => {
                let (voucher, signature) = (book.voucher().voucher, book.farewell());
                self.send("sessions.close_agreed", Bob, Call::close_agreed { voucher, signature });
            },
            10 => self.send("sessions.end", who, Call::end { session }),
            11 => {
                let number = index as u32;
                self.send("sessions.finalise", who, Call::finalise { session, number });
                self.send("sessions.retire", who, Call::retire { session, index: number });
                self.send("sessions.expire_sample", who, Call::expire_sample { session, index: number });
            },
            _ if book.receipts.is_empty() => {},
            12 => {
                let index = book.receipts.len().saturating_sub(1 + index);
                let (receipt, input, outputs) = book.receipts[index].clone();
                self.send("sessions.present", who, Call::present { receipt, input, outputs });
                let key = book.key(index as u32);
                self.send("challenges.challenge", who, pallet_challenges::Call::challenge { key });
            },
            _ => {
                let (first, ..) = book.receipts[index % book.receipts.len()].clone();
                let outcome = Outcome::Failed { node: 0, index: 0 };
                let receipt = Receipt { outcome, ..first.receipt.clone() };
                let signature = book.worker.sign(receipt.hash::<HostBlake2b>().as_bytes());
                if lie {
                    let second = SignedReceipt { receipt, signature };
                    self.send("sessions.report_two", who, Call::report_two { first, second });
                } else {
                    let call = pallet_challenges::Call::report_equivocation { receipt, signature };
                    self.send("challenges.report_equivocation", who, call);
                }
            },
        }
        self.books[latest] = book;
    }

    /// Hosts open what was drawn: most of it.
    fn open_drawn(&mut self, who: &AccountId) {
        for task in Sessions::duties(who, 8) {
            let Task::Sample { session, calls, index } = task else { panic!("a drawn call") };
            if self.chance(40) {
                continue;
            }
            let Some(book) = self.books.iter().find(|book| book.id() == session) else { continue };
            let done = TaskDone::Sample(book.sample(calls, index));
            if let Some(call) = Sessions::answer(who, &task, done, &|_| None) {
                self.authorised("sessions.open_sample", call);
            }
        }
    }

    fn stake(&mut self) {
        let (who, pool) = (self.person(), account(self.host()));
        let amount = self.amount();
        match self.dice.random_range(0..8u8) {
            0..=2 => self.send("stakePools.stake", who, StakeCall::stake { pool, amount }),
            3 => self.send("stakePools.unstake", who, StakeCall::unstake { pool, amount }),
            4 => self.send("stakePools.unstake_all", who, StakeCall::unstake_all { pool }),
            5 => self.send("stakePools.withdraw", who, StakeCall::withdraw { pool }),
            6 => {
                let staker = account(self.person());
                self.send("stakePools.withdraw_for", who, StakeCall::withdraw_for { pool, staker });
            },
            _ => {
                let to = account(self.host());
                self.send("stakePools.restake", who, StakeCall::restake { from: pool, to });
            },
        }
    }

    /// Hosts come, go and change their terms.
    fn market(&mut self) {
        let host = self.host();
        match self.dice.random_range(0..9u8) {
            0 => self.send("hosts.chill", host, pallet_hosts::Call::chill {}),
            1..=2 => self.send("hosts.unchill", host, pallet_hosts::Call::unchill {}),
            3 if self.chance(8) => self.send("hosts.deregister", host, pallet_hosts::Call::deregister {}),
            4 => {
                let gone = account(host);
                self.send("hosts.remove", Bob, pallet_hosts::Call::remove { host: gone });
                self.chain.try_register(host, &worker_of(host));
            },
            5 => {
                let commission = Permill::from_percent(self.dice.random_range(0..60));
                self.send("stakePools.set_commission", host, StakeCall::set_commission { commission });
            },
            6 => {
                let host = account(host);
                self.send("hosts.reweigh", Bob, pallet_hosts::Call::reweigh { host });
            },
            7 => {
                let price_per_call = self.dice.random_range(0..CNDR);
                let variant = Hosts::offer_views(0, 0, 1).first().map(|o| o.variant).unwrap_or_default();
                let call = pallet_hosts::Call::offer {
                    release: 0,
                    variant,
                    price_per_call,
                    price_per_unit: MILLI,
                    capacity: 4,
                };
                self.send("hosts.offer", host, call);
            },
            _ => self.send("hosts.withdraw_offer", host, pallet_hosts::Call::withdraw_offer { release: 0 }),
        }
    }

    fn dispute_calls(&mut self) {
        let (who, key, dispute) = (self.person(), self.key(), self.dispute());
        match self.dice.random_range(0..6u8) {
            0..=1 => self.send("challenges.challenge", who, pallet_challenges::Call::challenge { key }),
            2 => {
                let part = Demand::Hashes { position: self.dice.random_range(0..3), first: 0, count: 1 };
                self.send("challenges.demand", who, pallet_challenges::Call::demand { dispute, part });
            },
            3 => {
                let hash = H256::random();
                self.send(
                    "challenges.commit_evidence",
                    who,
                    pallet_challenges::Call::commit_evidence { dispute, hash },
                );
            },
            4 if self.chance(3) => self.send("audits.draw", who, pallet_audits::Call::draw {}),
            4 => self.send("challenges.expire_dispute", who, pallet_challenges::Call::expire_dispute { dispute }),
            _ => {
                let audit =
                    pallet_audits::NextAuditId::<Runtime>::get().saturating_sub(1 + self.dice.random_range(0..6));
                self.send("audits.expire_audit", who, pallet_audits::Call::expire_audit { audit });
            },
        }
    }

    fn job_calls(&mut self) {
        let who = self.person();
        let job = pallet_jobs::NextJobId::<Runtime>::get().saturating_sub(1 + self.dice.random_range(0..20));
        match self.dice.random_range(0..4u8) {
            0 => self.send("jobs.cancel", who, pallet_jobs::Call::cancel { job }),
            1 => self.send("jobs.expire", who, pallet_jobs::Call::expire { job }),
            2 => self.send("jobs.finalise", who, pallet_jobs::Call::finalise { job }),
            _ => self.send("jobs.assign", who, pallet_jobs::Call::assign { job }),
        }
    }

    fn step(&mut self) {
        match self.dice.random_range(0..36u8) {
            0..=7 => self.submit(),
            30.. => self.session(),
            8..=12 => self.work(),
            13..=17 => self.duties(),
            18..=20 => self.stake(),
            21 => self.market(),
            22..=23 => self.dispute_calls(),
            24 => self.job_calls(),
            _ => {
                let blocks = if self.chance(10) { self.dice.random_range(1..12) } else { 1 };
                self.chain.blocks(blocks);
                self.beat();
            },
        }
    }

    /// Hosts that are there give a sign of life.
    fn beat(&mut self) {
        use candor_primitives::traits::Heartbeats;
        for host in HOSTS {
            let (who, block) = (account(host), candor_runtime::System::block_number());
            if <Hosts as Heartbeats<AccountId>>::due(&who) {
                if let Some(call) = <Hosts as Heartbeats<AccountId>>::heartbeat(&who, block, &sign(host)) {
                    self.authorised("hosts.heartbeat", call);
                }
            }
        }
    }
}

/// What the events of a block say was burned.
pub fn burned() -> Balance {
    use candor_runtime::RuntimeEvent as E;
    Chain::events()
        .iter()
        .map(|event| match event {
            E::StakePools(pallet_stake_pools::Event::Slashed { burned, .. }) => *burned,
            E::StakePools(pallet_stake_pools::Event::WrittenOff { amount, .. }) => *amount,
            E::StakePools(pallet_stake_pools::Event::Penalised { burned, .. }) => *burned,
            E::Challenges(pallet_challenges::Event::ClaimSettled { burned, .. }) => *burned,
            _ => 0,
        })
        .sum()
}

/// Steps between two commits of the state.
const PART: usize = 200;

#[test]
fn money_should_be_conserved_when_everybody_does_anything() {
    let (calls, seed) = (setting("CANDOR_CALLS", 4_000), setting("CANDOR_SEED", 1));
    let mut long = LongChain::new();
    let mut soak = long.part(|| {
        let mut chain = Chain::new(burned);
        chain.market();
        for host in [Eve, Charlie] {
            chain.register(host, &worker_of(host));
        }
        let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &H256::from_low_u64_be(seed).0);
        Soak { chain, dice, calls: BTreeMap::new(), books: Vec::new() }
    });
    let begun = std::time::Instant::now();
    let mut told = 0;
    while soak.sent() < calls {
        long.part(|| (0..PART).for_each(|_| soak.step()));
        if soak.sent() >= told + 10_000 {
            told = soak.sent();
            println!("{told} of {calls} calls, {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    let (sent, seconds) = (soak.sent(), begun.elapsed().as_secs_f64());
    let blocks = long.part(candor_runtime::System::block_number);
    println!("{sent} calls in {blocks} blocks, {:.0} calls/s", sent as f64 / seconds);
    println!("{:>32} {:>9} {:>9}", "call", "sent", "effective");
    for (name, (sent, done)) in &soak.calls {
        println!("{name:>32} {sent:>9} {done:>9}");
    }
    // Everything open comes to its end without help.
    (0..6).for_each(|_| long.part(|| soak.chain.blocks(100)));
    long.part(|| {
        assert_eq!(pallet_jobs::Jobs::<Runtime>::iter().count(), 0, "no job is left");
        assert_eq!(pallet_sessions::Sessions::<Runtime>::iter().count(), 0, "no session is left");
        assert_eq!(pallet_audits::Audits::<Runtime>::iter().count(), 0, "no audit is left");
        assert_eq!(pallet_audits::Waiting::<Runtime>::iter().count(), 0, "nothing waits to be drawn");
        assert_eq!(pallet_challenges::Disputes::<Runtime>::iter().count(), 0, "no dispute is left");
        for host in HOSTS {
            use candor_primitives::traits::HostStake;
            assert_eq!(candor_runtime::StakePools::open_receipts(&account(host)), 0, "nothing is answered for");
        }
        soak.chain.close();
        check_invariants();
    });
}
