//! Random sequences of calls against the whole runtime: money is conserved, invariants hold, nothing panics.

use crate::chain::*;
use candor_runtime::{Hosts, RuntimeCall, CNDR, MILLI};
use proptest::prelude::*;
use sp_keyring::Sr25519Keyring;

#[derive(Clone, Debug)]
enum Step {
    Submit { who: usize, values: usize, max_fee: u128, redundancy: u8, insured: u128 },
    Answer,
    Blocks(u32),
    Stake { amount: u128 },
    Unstake { amount: u128 },
    Withdraw,
    Chill,
    Unchill,
    Offer { per_call: u128, capacity: u32 },
    Cancel { who: usize, back: u64 },
    Expire { back: u64 },
    Finalise { back: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4usize, 0..6usize, prop_oneof![Just(CNDR), 0..3 * CNDR], 0..4u8, prop_oneof![Just(0), 0..200 * CNDR])
            .prop_map(|(who, values, max_fee, redundancy, insured)| Step::Submit { who, values, max_fee, redundancy, insured }),
        4 => Just(Step::Answer),
        4 => (1..14u32).prop_map(Step::Blocks),
        1 => (0..1_000 * CNDR).prop_map(|amount| Step::Stake { amount }),
        1 => (0..10_000 * CNDR).prop_map(|amount| Step::Unstake { amount }),
        1 => Just(Step::Withdraw),
        1 => Just(Step::Chill),
        1 => Just(Step::Unchill),
        1 => (0..2 * CNDR, 0..3u32).prop_map(|(per_call, capacity)| Step::Offer { per_call, capacity }),
        1 => (0..4usize, 0..4u64).prop_map(|(who, back)| Step::Cancel { who, back }),
        1 => (0..4u64).prop_map(|back| Step::Expire { back }),
        1 => (0..4u64).prop_map(|back| Step::Finalise { back }),
    ]
}

const PEOPLE: [Sr25519Keyring; 4] = [Bob, Charlie, Eve, Alice];

fn run(chain: &mut Chain, step: Step) {
    let job = |back: u64| pallet_jobs::NextJobId::<candor_runtime::Runtime>::get().saturating_sub(1 + back);
    let mut send = |who, call: RuntimeCall| {
        // Valid or not, it must leave the invariants intact; the chain checks them at the end of every block.
        let _ = chain.send(who, call);
    };
    match step {
        Step::Submit { who, values, max_fee, redundancy, insured } => {
            let options = pallet_jobs::JobOptions { host: None, redundancy, insured, attested: false };
            let input = input(&vec![1.5; values]);
            let call = pallet_jobs::Call::submit_with { release: 0, input, max_fee, options };
            send(PEOPLE[who], call.into());
        },
        Step::Answer => {
            chain.block();
            chain.answer_all(Ferdie, &worker());
        },
        Step::Blocks(count) => chain.blocks(count),
        Step::Stake { amount } => send(Ferdie, StakeCall::stake { pool: account(Ferdie), amount }.into()),
        Step::Unstake { amount } => send(Ferdie, StakeCall::unstake { pool: account(Ferdie), amount }.into()),
        Step::Withdraw => send(Ferdie, StakeCall::withdraw { pool: account(Ferdie) }.into()),
        Step::Chill => send(Ferdie, pallet_hosts::Call::chill {}.into()),
        Step::Unchill => send(Ferdie, pallet_hosts::Call::unchill {}.into()),
        Step::Offer { per_call, capacity } => {
            let variant = Hosts::offer_views(0, 0, 1).first().map(|o| o.variant).unwrap_or_default();
            let call = pallet_hosts::Call::offer {
                release: 0,
                variant,
                price_per_call: per_call,
                price_per_unit: MILLI,
                capacity,
            };
            send(Ferdie, call.into());
        },
        Step::Cancel { who, back } => send(PEOPLE[who], pallet_jobs::Call::cancel { job: job(back) }.into()),
        Step::Expire { back } => send(Bob, pallet_jobs::Call::expire { job: job(back) }.into()),
        Step::Finalise { back } => send(Bob, pallet_jobs::Call::finalise { job: job(back) }.into()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn money_should_be_conserved_when_calls_are_random(steps in prop::collection::vec(step(), 1..60)) {
        chain(|chain| {
            chain.market();
            for step in steps {
                run(chain, step);
            }
            // Everything open comes to its end without help.
            chain.blocks(150);
            assert_eq!(pallet_jobs::Jobs::<candor_runtime::Runtime>::iter().count(), 0);
        });
    }
}
