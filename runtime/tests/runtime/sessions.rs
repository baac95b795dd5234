//! The life of a session through the whole runtime, as its host's worker and its requester see it.

use crate::chain::*;
use candor_commitments::{leaf_hash, list_root, open, TAG_BATCH};
use candor_primitives::{
    tensor::list_root as tensor_list_root,
    traits::{Batches, DutySource, ReceiptKey, SessionSource},
    worker::{Sample, Task, TaskDone},
    Balance, HostBlake2b, Outcome, Payload, Receipt, ReceiptPath, SessionId, SessionTerms, SignedReceipt,
    SignedVoucher, Voucher, WorkerSignature,
};
use candor_runtime::{
    configs::*, Balances, Challenges, Executive, Runtime, RuntimeCall, RuntimeEvent, Sessions, System, CNDR,
};
use frame_support::traits::fungible::InspectHold;
use pallet_sessions::{Call, Event, SessionState};
use sp_core::{sr25519, Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::DispatchError;

/// Signs vouchers; owns nothing.
fn voucher_key() -> sr25519::Pair {
    sr25519::Pair::from_string("//Bob//vouchers", None).expect("a secret")
}

const DEPOSIT: Balance = 20 * CNDR;

/// What requester and host of a session know off chain.
#[derive(Clone)]
pub struct Book {
    pub terms: SessionTerms,
    pub worker: sr25519::Pair,
    pub receipts: Vec<(SignedReceipt, Payload, Vec<H256>)>,
    pub fee: Balance,
}

/// What is asked to open a session of calls with up to eight values.
pub fn open_call(host: Option<Sr25519Keyring>, deposit: Balance, expires: u32) -> Call<Runtime> {
    let (host, key) = (host.map(account), voucher_key().public());
    Call::open { release: 0, host, max_units: 8, max_fee: CNDR, deposit, expires, key, attested: false }
}

impl Book {
    /// The latest session.
    pub fn latest(worker: sr25519::Pair) -> Option<Self> {
        let id = pallet_sessions::NextSessionId::<Runtime>::get().checked_sub(1)?;
        let terms = Sessions::get(id)?.terms;
        Some(Self { terms, worker, receipts: Vec::new(), fee: 0 })
    }

    pub fn id(&self) -> SessionId {
        self.terms.session
    }

    /// One more call is answered: twice the inputs, or so much times.
    pub fn answer(&mut self, values: &[f32], factor: f32) {
        let input = input(values);
        let output = crate::chain::input(&values.iter().map(|value| factor * value).collect::<Vec<_>>());
        let roots: Vec<_> = output.refs::<HostBlake2b>().iter().map(|tensor| tensor.root).collect();
        let outcome = Outcome::Output(tensor_list_root::<HostBlake2b>(roots.iter()));
        let index = self.receipts.len() as u32;
        let draft = self.terms.draft(index, values.len() as u64, input.root::<HostBlake2b>()).expect("affordable");
        self.fee += draft.fee;
        let receipt = Receipt { draft, outcome };
        let signature = self.worker.sign(receipt.hash::<HostBlake2b>().as_bytes());
        self.receipts.push((SignedReceipt { receipt, signature }, input, roots));
    }

    pub fn hashes(&self, calls: u32) -> Vec<[u8; 32]> {
        let receipts = self.receipts[..calls as usize].iter();
        receipts.map(|(signed, ..)| signed.receipt.hash::<HostBlake2b>().0).collect()
    }

    pub fn voucher(&self) -> SignedVoucher {
        let calls = self.receipts.len() as u32;
        let receipts = H256(list_root::<HostBlake2b>(TAG_BATCH, &self.hashes(calls)));
        let voucher = Voucher { genesis: self.terms.genesis, session: self.id(), calls, fee: self.fee, receipts };
        let signature = voucher_key().sign(voucher.hash::<HostBlake2b>().as_bytes());
        SignedVoucher { voucher, signature }
    }

    /// What the host's worker sends, if the chain takes it now.
    pub fn settlement(&self) -> Option<Call<Runtime>> {
        let sign = |message: &[u8]| Some(self.worker.sign(message));
        <Sessions as SessionSource<_>>::settle(&self.terms.host, &self.voucher(), &sign)
    }

    /// The host's consent to the newest voucher.
    pub fn acceptance(&self) -> WorkerSignature {
        self.worker.sign(self.voucher().voucher.hash::<HostBlake2b>().as_bytes())
    }

    /// The host's consent to end with the newest voucher.
    pub fn farewell(&self) -> WorkerSignature {
        self.worker.sign(self.voucher().voucher.last_hash::<HostBlake2b>().as_bytes())
    }

    /// What the engine makes of a drawn call.
    pub fn sample(&self, calls: u32, index: u32) -> Sample {
        let leaves: Vec<_> = self.hashes(calls).iter().map(|hash| leaf_hash::<HostBlake2b>(hash)).collect();
        let proof = open::<HostBlake2b>(&leaves, index.into(), 1).expect("it is one of them");
        let (receipt, input, outputs) = self.receipts[index as usize].clone();
        Sample { receipt, proof: proof.into_iter().map(H256).collect(), input, outputs }
    }

    pub fn key(&self, index: u32) -> ReceiptKey<candor_primitives::AccountId> {
        let path = ReceiptPath::Session { session: self.id(), index: index.into() };
        ReceiptKey { path, host: self.terms.host.clone() }
    }
}

fn apply(call: impl Into<RuntimeCall>) {
    Executive::apply_extrinsic(Chain::authorised(call)).expect("authorised").expect("accepted");
}

/// Bob opens a session at Ferdie.
fn opened(chain: &mut Chain) -> Book {
    chain.market();
    chain.block();
    chain.ok(Bob, open_call(None, DEPOSIT, 200));
    chain.block();
    Book::latest(worker()).expect("open")
}

/// The worker settles when the chain takes it.
fn settle(chain: &mut Chain, book: &Book) {
    loop {
        match book.settlement() {
            Some(call) => return apply(call),
            None => chain.block(),
        }
    }
}

/// The worker opens what was drawn.
fn open_drawn(book: &Book) -> usize {
    let tasks = Sessions::duties(&account(Ferdie), 64);
    for task in &tasks {
        let Task::Sample { calls, index, .. } = task else { panic!("a drawn call") };
        let done = TaskDone::Sample(book.sample(*calls, *index));
        apply(Sessions::answer(&account(Ferdie), task, done, &|_| None).expect("owed"));
    }
    tasks.len()
}

fn count(name: fn(&Event<Runtime>) -> bool) -> usize {
    Chain::events().iter().filter(|e| matches!(e, RuntimeEvent::Sessions(event) if name(event))).count()
}

#[test]
fn session_should_pay_everyone_when_settled() {
    chain(|chain| {
        let mut book = opened(chain);
        assert_eq!(Sessions::session_view(0).expect("open").endpoint, b"http://127.0.0.1:9955");
        assert_eq!(<Sessions as SessionSource<_>>::terms(&account(Ferdie), 0), Some(book.terms.clone()));
        let before = (total(&account(Bob)), total(&account(Ferdie)), total(&account(Dave)));
        let pots = (total(&TreasuryAccount::get()), total(&AuditPot::get()));
        (0..100).for_each(|n| book.answer(&[n as f32, 1.0, 2.0], 2.0));
        settle(chain, &book);
        assert_eq!(Sessions::batch_view(0, 0).expect("open").calls, 100);
        chain.block();
        // Whatever audits draw is opened.
        for _ in 0..20 {
            open_drawn(&book);
            chain.block();
        }
        let (fee, each) = (100 * (PER_CALL + 3 * PER_UNIT), PER_CALL + 3 * PER_UNIT);
        if Sessions::batch_view(0, 0).is_none() {
            let (royalty, levy, treasury) = (fee / 20, 100 * (each / 100), fee / 100);
            assert_eq!(before.0 - total(&account(Bob)), fee);
            assert_eq!(total(&account(Ferdie)) - before.1, fee - royalty - levy - treasury);
            assert_eq!(total(&account(Dave)) - before.2, royalty);
            assert_eq!(total(&AuditPot::get()) - pots.1, levy);
            assert_eq!(total(&TreasuryAccount::get()) - pots.0, treasury);
        }
        let call = Call::close { session: 0, voucher: None };
        chain.ok(Bob, call);
        chain.blocks(40);
        assert!(Sessions::session_view(0).is_none_or(|view| view.terms.session == 0 && !view.batches.is_empty()));
    });
}

#[test]
fn settlement_should_cost_its_sender_nothing_and_its_key_needs_nothing() {
    chain(|chain| {
        let mut book = opened(chain);
        book.answer(&[1.0], 2.0);
        assert_eq!(total(&voucher_key().public().into()), 0);
        let before = (total(&account(Bob)), total(&account(Ferdie)));
        settle(chain, &book);
        assert_eq!(count(|e| matches!(e, Event::SessionSettled { .. })), 1);
        assert_eq!((total(&account(Bob)), total(&account(Ferdie))), before);
    });
}

#[test]
fn session_should_return_what_was_not_used_when_it_ends() {
    chain(|chain| {
        let mut book = opened(chain);
        assert!(candor_runtime::StakePools::pool(account(Ferdie)).expect("a pool").open_receipts >= 180);
        book.answer(&[1.0, 2.0], 2.0);
        book.answer(&[3.0], 2.0);
        let before = total(&account(Bob));
        let signature = book.farewell();
        let free = Balances::free_balance(account(Bob));
        chain.ok(Bob, Call::close_agreed { voucher: book.voucher().voucher, signature });
        let fee = 2 * PER_CALL + 3 * PER_UNIT;
        assert!(Balances::free_balance(account(Bob)) > free + DEPOSIT - fee - CNDR, "at once");
        assert_eq!(Balances::total_balance_on_hold(&account(Bob)), fee + 50 * candor_runtime::MILLI);
        assert!(before - total(&account(Bob)) < CNDR, "the transaction's fee");
        for _ in 0..20 {
            open_drawn(&book);
            chain.block();
        }
        chain.blocks(60);
        assert_eq!(Sessions::get(0), None);
        assert_eq!(Balances::total_balance_on_hold(&account(Bob)), 0);
        assert_eq!(candor_runtime::StakePools::pool(account(Ferdie)).expect("a pool").open_receipts, 0);
    });
}

/// Slashes burn.
fn burned() -> Balance {
    let burned = |event: &RuntimeEvent| match event {
        RuntimeEvent::StakePools(pallet_stake_pools::Event::Slashed { burned, .. }) => *burned,
        _ => 0,
    };
    Chain::events().iter().map(burned).sum()
}

#[test]
fn host_should_lose_its_stake_when_it_does_not_open_a_drawn_call() {
    chain_with_burns(burned, |chain| {
        let mut book = opened(chain);
        book.answer(&[1.0], 3.0);
        settle(chain, &book);
        let key = candor_primitives::traits::BatchKey { session: 0, number: 0, host: account(Ferdie) };
        Sessions::sample(&key, 0, H256::repeat_byte(1)).expect("the batch is open");
        let (held, stake) = (total(&account(Bob)), total(&account(Ferdie)));
        chain.blocks(20);
        assert!(Sessions::get(0).is_none(), "the hook convicted it and cleared the session");
        assert_eq!((total(&account(Bob)), Balances::total_balance_on_hold(&account(Bob))), (held, 0));
        assert!(total(&account(Ferdie)) < stake - 5 * CNDR);
    });
}

#[test]
fn lie_in_a_session_should_be_convicted_through_challenges() {
    chain_with_burns(burned, |chain| {
        let mut book = opened(chain);
        book.answer(&[1.0], 2.0);
        book.answer(&[2.0], 3.0);
        settle(chain, &book);
        // Bob found it by himself.
        let (receipt, input, outputs) = book.receipts[1].clone();
        let other = Outcome::Failed { node: 0, index: 0 };
        chain.ok(Bob, Call::present { receipt: receipt.clone(), input, outputs });
        chain.ok(Charlie, pallet_challenges::Call::challenge { key: book.key(1) });
        let dispute = Challenges::dispute_view_of(book.key(1)).expect("open").id;
        let sign = |message: &[u8]| Some(worker().sign(message));
        assert!(
            Challenges::duties(&account(Ferdie), 8).iter().any(|task| matches!(task, Task::Trace { .. })),
            "the host owes its trace like for a job"
        );
        let _ = sign;
        // And before it has to show it, somebody has a second receipt of that call.
        let second = Receipt { outcome: other, ..receipt.receipt.clone() };
        let signature = worker().sign(second.hash::<HostBlake2b>().as_bytes());
        let before = Balances::total_balance_on_hold(&account(Bob));
        assert!(before >= DEPOSIT);
        chain.ok(Charlie, pallet_challenges::Call::report_equivocation { receipt: second, signature });
        assert_eq!(count(|e| matches!(e, Event::SessionOverturned { .. })), 1);
        assert_eq!(Balances::total_balance_on_hold(&account(Bob)), 50 * candor_runtime::MILLI, "all of it");
        assert!(matches!(Sessions::get(0).expect("swept next").state, SessionState::Overturned { .. }));
        chain.blocks(3);
        assert_eq!(Sessions::get(0), None);
        assert!(Challenges::dispute_view(dispute).is_none_or(|view| view.claims.is_empty()));
    });
}

#[test]
fn silent_host_should_be_convicted_for_a_call_of_a_session() {
    chain_with_burns(burned, |chain| {
        let mut book = opened(chain);
        book.answer(&[2.0], 3.0);
        let (receipt, input, outputs) = book.receipts[0].clone();
        chain.ok(Bob, Call::present { receipt, input, outputs });
        chain.ok(Charlie, pallet_challenges::Call::challenge { key: book.key(0) });
        let stake = total(&account(Ferdie));
        chain.blocks(30);
        assert_eq!(Sessions::get(0), None, "its trace never came");
        assert!(total(&account(Ferdie)) < stake);
        assert_eq!(Balances::total_balance_on_hold(&account(Bob)), 0);
    });
}

#[test]
fn host_should_not_leave_while_it_has_sessions() {
    chain(|chain| {
        opened(chain);
        let left = chain.send(Ferdie, pallet_hosts::Call::deregister {});
        assert!(matches!(left, Ok(Err(DispatchError::Module(_)))));
        chain.ok(Ferdie, Call::close { session: 0, voucher: None });
        chain.ok(Ferdie, pallet_hosts::Call::deregister {});
        assert!(System::block_number() > 0);
    });
}
