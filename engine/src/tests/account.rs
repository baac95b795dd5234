//! Money of a session: whatever is called, answered, given up and vouched for, in any order.

use super::requester::{session_key, sign};
use crate::ledger::{Account, Place, Proven};
use candor_commitments::{list_root, Blake2b256, TAG_BATCH};
use candor_primitives::{session::SessionTerms, AccountId, Balance, Voucher};
use proptest::prelude::*;
use sp_core::{Pair as _, H256};

const WINDOW: u32 = 4;

fn terms(deposit: Balance) -> SessionTerms {
    SessionTerms {
        session: 1,
        genesis: H256::zero(),
        requester: AccountId::new([1; 32]),
        host: AccountId::new([2; 32]),
        release: 0,
        variant: H256::zero(),
        key: session_key().public(),
        price_per_call: 1,
        price_per_unit: 1,
        max_fee: 100,
        deposit,
        opened: 1,
        expires: 100,
    }
}

#[derive(Clone, Debug)]
enum Step {
    Call { ahead: u32, fee: Balance },
    Answer { nth: usize, failed: bool },
    GiveUp { nth: usize },
    Vouch { less: u32, wrong: bool },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..6u32, 1..20u128).prop_map(|(ahead, fee)| Step::Call { ahead, fee }),
        (0..4usize, any::<bool>()).prop_map(|(nth, failed)| Step::Answer { nth, failed }),
        (0..4usize).prop_map(|nth| Step::GiveUp { nth }),
        (0..3u32, prop::bool::weighted(0.2)).prop_map(|(less, wrong)| Step::Vouch { less, wrong }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_should_be_owed_beyond_the_deposit_and_vouchers_should_only_grow(
        steps in prop::collection::vec(step(), 1..80),
        deposit in 1..300u128,
    ) {
        let mut account = Account::new(terms(deposit), WINDOW);
        let mut running: Vec<(u32, u64, Balance)> = Vec::new();
        let mut answered: Vec<Option<([u8; 32], Balance)>> = Vec::new();
        let mut last = (0u32, 0u128);
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Call { ahead, fee } => {
                    let index = account.vouched() + ahead;
                    if account.place(index, fee) == Ok(Place::Free) {
                        prop_assert!(index < account.vouched() + WINDOW);
                        running.push((index, account.begin(index, H256::zero(), fee), fee));
                    }
                },
                Step::Answer { nth, failed } if nth < running.len() => {
                    let (index, _, fee) = running.remove(nth);
                    let (hash, earned) = ([n as u8; 32], if failed { 1 } else { fee });
                    account.answer(index, hash, earned);
                    answered.resize(answered.len().max(index as usize + 1), None);
                    answered[index as usize] = Some((hash, earned));
                },
                Step::GiveUp { nth } if nth < running.len() => {
                    let (index, number, _) = running.remove(nth);
                    account.give_up(index, number);
                },
                Step::Vouch { less, wrong } => {
                    let (due, _) = account.due();
                    let calls = due.saturating_sub(less);
                    let paid: Vec<_> = answered.iter().take(calls as usize).map(|a| a.unwrap()).collect();
                    let hashes: Vec<_> = paid.iter().map(|(hash, _)| *hash).collect();
                    let fee = paid.iter().map(|(_, earned)| earned).sum::<Balance>() + Balance::from(wrong);
                    let receipts = H256(list_root::<Blake2b256>(TAG_BATCH, &hashes));
                    let before = account.vouched();
                    let voucher = sign(Voucher { genesis: H256::zero(), session: 1, calls, fee, receipts });
                    let proven = Proven::of(&voucher, &session_key().public()).unwrap();
                    match account.take(&proven) {
                        Ok(newer) => prop_assert_eq!(newer, calls > before && !wrong),
                        Err(_) => prop_assert!(wrong && calls > before),
                    }
                },
                _ => {},
            }
            let (calls, fee) = account.due();
            let expected: Balance = answered.iter().take(calls as usize).map(|a| a.unwrap().1).sum();
            prop_assert_eq!(fee, expected, "what is due is what was answered, to the last planck");
            let all: Balance = answered.iter().flatten().map(|(_, earned)| earned).sum();
            prop_assert_eq!(account.paid() + account.unpaid(), all);
            let running: Balance = running.iter().map(|(_, _, fee)| fee).sum();
            prop_assert!(all + running <= deposit);
            prop_assert!((account.vouched(), account.paid()) >= last);
            last = (account.vouched(), account.paid());
        }
    }
}
