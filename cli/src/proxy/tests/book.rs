//! The books under every order of answers, losses and crashes.

use crate::proxy::book::{Book, NoRoom, Out};
use candor_commitments::{list_root, Blake2b256, TAG_BATCH};
use candor_primitives::{AccountId, Balance, SessionTerms};
use proptest::prelude::*;
use sp_core::{sr25519, Pair, H256};
use std::collections::BTreeMap;

fn terms(deposit: Balance) -> SessionTerms {
    SessionTerms {
        session: 7,
        genesis: H256([1; 32]),
        requester: AccountId::new([2; 32]),
        host: AccountId::new([3; 32]),
        release: 4,
        variant: H256([5; 32]),
        key: key().public(),
        price_per_call: 10,
        price_per_unit: 1,
        max_fee: 100,
        deposit,
        opened: 9,
        expires: 1000,
    }
}

fn key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[8; 32])
}

fn root(n: u64) -> H256 {
    H256::from_low_u64_be(n + 1)
}

#[test]
fn call_should_wait_when_the_window_is_full() {
    let mut book = Book::new(terms(10_000));
    book.set_window(2);
    assert_eq!(book.take(root(0), 5, &key()).unwrap().index, 0);
    assert_eq!(book.take(root(1), 5, &key()).unwrap().index, 1);
    assert_eq!(book.take(root(2), 5, &key()).unwrap_err(), NoRoom::Window);
    // The second is answered first: nothing more is paid for, and there is no more room.
    assert!(!book.answered(1, root(101), 15));
    assert_eq!(book.take(root(2), 5, &key()).unwrap_err(), NoRoom::Window);
    assert!(book.answered(0, root(100), 15));
    let slot = book.take(root(2), 5, &key()).unwrap();
    let voucher = slot.voucher.unwrap().voucher;
    assert_eq!((slot.index, voucher.calls, voucher.fee), (2, 2, 30));
    assert_eq!(voucher.receipts.0, list_root::<Blake2b256>(TAG_BATCH, &[root(100).0, root(101).0]));
}

#[test]
fn call_should_be_refused_when_the_deposit_or_the_price_does_not_allow_it() {
    let mut book = Book::new(terms(30));
    assert_eq!(book.take(root(0), 91, &key()).unwrap_err(), NoRoom::TooDear);
    book.take(root(0), 10, &key()).unwrap();
    assert_eq!(book.take(root(1), 10, &key()).unwrap_err(), NoRoom::Deposit(10));
    book.extend(40, 1000);
    book.take(root(1), 10, &key()).unwrap();
}

#[test]
fn index_should_be_used_again_when_the_host_did_not_answer_it() {
    let mut book = Book::new(terms(1000));
    book.take(root(0), 1, &key()).unwrap();
    book.lost(0);
    assert_eq!(book.doubts(), [0]);
    book.unanswered(0);
    assert_eq!(book.take(root(1), 1, &key()).unwrap().index, 0);
    // The first was answered after all: it is doubtful again, and comes out of the same index.
    assert!(!book.refused(0, true));
    assert_eq!((book.doubts(), book.doubtful_root(0)), (vec![0], Some(root(0))));
    let slot = book.retake(0, 1, &key()).unwrap();
    assert_eq!(slot.draft.input_root, root(0));
    assert!(book.answered(0, root(100), 11));
    assert_eq!((book.calls(), book.fee()), (1, 11));
}

#[test]
fn earlier_call_should_be_bound_when_its_index_is_free_or_used_by_a_cheaper_one() {
    let mut book = Book::new(terms(100));
    book.take(root(0), 70, &key()).unwrap();
    book.lost(0);
    // Only the host says that it has not answered it; should that have come too early, it is owed after all.
    book.unanswered(0);
    assert_eq!(book.bound(), 80);
    book.take(root(1), 10, &key()).unwrap();
    assert_eq!(book.bound(), 80);
    assert_eq!(book.take(root(2), 11, &key()).unwrap_err(), NoRoom::Deposit(1));
    // Once one is answered under the index, the other one cannot be.
    assert!(book.answered(0, root(100), 20));
    assert_eq!(book.bound(), 20);
    book.take(root(2), 70, &key()).unwrap();
}

#[test]
fn session_should_be_given_up_when_its_host_answered_what_nobody_sent() {
    let mut book = Book::new(terms(1000));
    book.take(root(0), 1, &key()).unwrap();
    assert!(book.refused(0, true));
}

#[test]
fn last_voucher_should_be_of_no_calls_when_nothing_was_answered() {
    let mut book = Book::new(terms(1000));
    let none = book.last_voucher(&key());
    assert_eq!((none.voucher.session, none.voucher.calls, none.voucher.fee), (7, 0, 0));
    assert_eq!(none.voucher.receipts.0, list_root::<Blake2b256>(TAG_BATCH, &[]));
    assert!(sr25519::Pair::verify(&none.signature, none.voucher.hash::<Blake2b256>().0, &key().public()));
    // That nothing is paid for is said at the end only: no call brings it.
    assert_eq!(book.voucher(&key()), None);
    assert_eq!(book.take(root(0), 1, &key()).unwrap().voucher, None);
    assert!(book.answered(0, root(100), 11));
    let newest = book.voucher(&key()).unwrap();
    assert_eq!((newest.voucher.calls, newest.voucher.fee), (1, 11));
    assert_eq!(book.last_voucher(&key()), newest);
}

/// A host: what it has answered, what it was paid.
#[derive(Default)]
struct Host {
    answered: BTreeMap<u32, (H256, Balance)>,
    calls: u32,
    fee: Balance,
}

impl Host {
    /// Answers, unless something else was answered under the index.
    fn ask(&mut self, index: u32, root: H256, fee: Balance) -> Option<(H256, Balance)> {
        let answer = self.answered.entry(index).or_insert((root, fee));
        (answer.0 == root).then_some((receipt(index, root), answer.1))
    }

    fn pay(&mut self, book: &mut Book) {
        let Some(signed) = book.voucher(&key()) else { return };
        let voucher = signed.voucher;
        assert!(voucher.calls >= self.calls && voucher.fee >= self.fee, "a voucher went back");
        let paid: Vec<_> = (0..voucher.calls).map(|i| self.answered[&i]).collect();
        assert_eq!(voucher.fee, paid.iter().map(|(_, fee)| fee).sum::<Balance>(), "paid is not answered");
        let hashes: Vec<[u8; 32]> = paid.iter().enumerate().map(|(i, (root, _))| receipt(i as u32, *root).0).collect();
        assert_eq!(voucher.receipts.0, list_root::<Blake2b256>(TAG_BATCH, &hashes));
        (self.calls, self.fee) = (voucher.calls, voucher.fee);
    }
}

fn receipt(index: u32, root: H256) -> H256 {
    H256(sp_crypto_hashing::blake2_256(&[&index.to_le_bytes()[..], &root.0].concat()))
}

/// What is written down of a session.
#[derive(Default)]
struct Written {
    sent: BTreeMap<u32, Vec<Out>>,
    answered: BTreeMap<u32, (H256, Balance)>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A new call goes out, with so many units.
    Send(u8),
    /// The n-th call in flight is answered.
    Answer(u8),
    /// It is answered, and the answer is lost.
    LoseAfter(u8),
    /// It never arrives.
    LoseBefore(u8),
    /// The host refuses it.
    Refuse(u8),
    /// The host says what it has answered.
    Mend,
    /// The program dies and starts again.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..80u8).prop_map(Step::Send),
        4 => any::<u8>().prop_map(Step::Answer),
        1 => any::<u8>().prop_map(Step::LoseAfter),
        1 => any::<u8>().prop_map(Step::LoseBefore),
        1 => any::<u8>().prop_map(Step::Refuse),
        1 => Just(Step::Mend),
        1 => Just(Step::Crash),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn books_should_pay_exactly_what_was_answered_when_anything_fails(steps in prop::collection::vec(step(), 1..120)) {
        let deposit = 1500;
        let (mut book, mut host, mut written) = (Book::new(terms(deposit)), Host::default(), Written::default());
        let mut flying: BTreeMap<u32, Out> = BTreeMap::new();
        let mut made = 0;
        for step in steps.into_iter().chain([Step::Mend, Step::Mend]) {
            match step {
                Step::Send(units) => {
                    if let Ok(slot) = book.take(root(made), units.into(), &key()) {
                        made += 1;
                        let out = Out { input_root: slot.draft.input_root, fee: slot.draft.fee };
                        written.sent.entry(slot.index).or_default().push(out);
                        prop_assert!(flying.insert(slot.index, out).is_none(), "one index twice in flight");
                    }
                },
                Step::Answer(n) | Step::LoseAfter(n) | Step::LoseBefore(n) | Step::Refuse(n) => {
                    let Some(index) = flying.keys().copied().nth(n as usize % flying.len().max(1)) else { continue };
                    let out = flying.remove(&index).unwrap();
                    match step {
                        Step::Answer(_) => match host.ask(index, out.input_root, out.fee) {
                            Some((receipt, fee)) => {
                                written.answered.insert(index, (receipt, fee));
                                book.answered(index, receipt, fee);
                            },
                            None => {
                                written.sent.entry(index).or_default().retain(|o| *o != out);
                                prop_assert!(!book.refused(index, true));
                            },
                        },
                        Step::LoseAfter(_) => {
                            host.ask(index, out.input_root, out.fee);
                            book.lost(index);
                        },
                        Step::LoseBefore(_) => book.lost(index),
                        _ => match host.answered.contains_key(&index) {
                            true => {
                                written.sent.entry(index).or_default().retain(|o| *o != out);
                                prop_assert!(!book.refused(index, true));
                            },
                            false => {
                                written.sent.entry(index).or_default().retain(|o| *o != out);
                                book.refused(index, false);
                            },
                        },
                    }
                },
                Step::Mend => for index in book.doubts() {
                    if !host.answered.contains_key(&index) && book.unanswered(index) {
                        continue;
                    }
                    // One of what went out under this index was answered.
                    while let Some(slot) = book.retake(index, 1, &key()) {
                        match host.ask(index, slot.draft.input_root, 0) {
                            Some((receipt, fee)) => {
                                written.answered.insert(index, (receipt, fee));
                                book.answered(index, receipt, fee);
                            },
                            None => {
                                written.sent.entry(index).or_default().retain(|o| o.input_root != slot.draft.input_root);
                                prop_assert!(!book.refused(index, true));
                            },
                        }
                    }
                },
                Step::Crash => {
                    // What was in flight may have been answered or not.
                    for (index, out) in std::mem::take(&mut flying) {
                        if index % 2 == 0 {
                            host.ask(index, out.input_root, out.fee);
                        }
                    }
                    book = Book::new(terms(deposit));
                    let indices: Vec<u32> = written.sent.keys().chain(written.answered.keys()).copied().collect();
                    for index in indices {
                        if book.doubts().contains(&index) || index < book.calls() {
                            continue;
                        }
                        let outs = written.sent.get(&index).cloned().unwrap_or_default();
                        book.replay(index, outs, written.answered.get(&index).copied());
                    }
                    book.replayed();
                },
            }
            prop_assert!(book.bound() <= deposit, "more may be owed than there is");
            host.pay(&mut book);
            // Whatever the host answered and was not paid for lies within its window, or is doubtful and fetched again.
            let unpaid = host.answered.len() as u32 - host.calls;
            prop_assert!(unpaid <= book.window());
        }
        // Everything that was answered is known here, but for what is in flight.
        let known = written.answered.len();
        let answered = host.answered.keys().filter(|index| !flying.contains_key(index)).count();
        prop_assert!(answered <= known + flying.len() && known <= host.answered.len());
        prop_assert!(book.doubts().is_empty());
    }
}
