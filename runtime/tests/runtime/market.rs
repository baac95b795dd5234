//! A release that ten thousand hosts offer: draws have the weights that they should, and nothing takes longer than it may.

use crate::chain::*;
use candor_economics::weight;
use candor_primitives::{
    traits::{DrawRequest, HostMarket},
    AccountId, Balance,
};
use candor_runtime::{
    configs::RuntimeBlockWeights, Balances, Hosts, Jobs, Runtime, RuntimeOrigin, System, CNDR, MAX_BLOCK_WEIGHT, MILLI,
};
use frame_support::{traits::OnPoll, weights::WeightMeter};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::traits::Dispatchable;
use std::{collections::BTreeMap, time::Instant};

const OFFERS: u32 = 10_000;
const DRAWS: u64 = 40_000;
/// Units of the calls, those that prices are compared at.
const UNITS: u64 = 4;

/// Price per call and stake of a host: 16 kinds.
fn terms(index: u32) -> (Balance, Balance) {
    let price = [100, 120, 150, 200][(index % 4) as usize] * MILLI;
    let stake = [100, 110, 130, 150][(index / 4 % 4) as usize] * CNDR;
    (price, stake)
}

fn host(index: u32) -> AccountId {
    AccountId::new(sp_io::hashing::blake2_256(&index.to_le_bytes()))
}

fn crowd() {
    let rich = [Alice, Bob, Charlie, Eve];
    for index in 0..OFFERS {
        let (who, (price_per_call, stake)) = (host(index), terms(index));
        let from = RuntimeOrigin::signed(account(rich[(index % 4) as usize]));
        Balances::transfer_keep_alive(from, who.clone().into(), stake + CNDR).expect("rich enough");
        let worker = sr25519::Pair::from_seed(who.as_ref());
        let register = pallet_hosts::Call::<Runtime>::register {
            worker: worker.public(),
            proof: worker.sign(&Hosts::bind_message(&who)),
            endpoint: b"http://127.0.0.1".to_vec().try_into().expect("short"),
            hardware: b"two cores".to_vec().try_into().expect("short"),
            stake,
        };
        let variant = Hosts::offer_views(0, 0, 1)[0].variant;
        let offer = pallet_hosts::Call::<Runtime>::offer {
            release: 0,
            variant,
            price_per_call,
            price_per_unit: MILLI,
            capacity: 2,
        };
        for call in [register, offer] {
            candor_runtime::RuntimeCall::from(call)
                .dispatch(RuntimeOrigin::signed(who.clone()))
                .expect("becomes a host");
        }
    }
}

fn draw(seed: u64) -> Option<AccountId> {
    let seed = H256(sp_io::hashing::blake2_256(&seed.to_le_bytes()));
    let request = DrawRequest {
        release: 0,
        units: UNITS,
        max_fee: CNDR,
        insured: 0,
        deposit: None,
        excluded: &[],
        named: None,
        attested: false,
        seed,
    };
    Hosts::draw(&request).ok().map(|drawn| drawn.host)
}

/// Among hosts of 16 kinds each is drawn in proportion to its free stake over the square of its price.
fn check_shares() {
    let kinds: BTreeMap<AccountId, (Balance, Balance)> = (0..OFFERS).map(|index| (host(index), terms(index))).collect();
    let worth = |(price, stake): (Balance, Balance)| weight(stake, price + Balance::from(UNITS) * MILLI) as f64;
    let total: f64 = kinds.values().map(|kind| worth(*kind)).sum();
    let mut found = BTreeMap::<(Balance, Balance), f64>::new();
    for seed in 0..DRAWS {
        // The host of the small market, which has another stake, may be drawn too.
        if let Some(kind) = draw(seed).and_then(|host| kinds.get(&host).copied()) {
            *found.entry(kind).or_default() += 1.;
        }
    }
    let drawn: f64 = found.values().sum();
    assert!(drawn > 0.95 * DRAWS as f64);
    for index in 0..16 {
        let kind = terms(index);
        let share = worth(kind) * f64::from(OFFERS / 16) / total;
        let (expected, deviation) = (share * drawn, (share * (1. - share) * drawn).sqrt());
        let found = found.get(&kind).copied().unwrap_or(0.);
        assert!((found - expected).abs() < 5. * deviation, "{kind:?}: {found}, not {expected}");
    }
}

/// A draw takes less time than its weight says, even in native code on a busy machine: the middle one of a hundred.
fn check_draw_time() {
    let mut times: Vec<_> = (0..100u64)
        .map(|seed| {
            let begun = Instant::now();
            assert!(draw(seed).is_some());
            begun.elapsed().as_nanos() * 1_000
        })
        .collect();
    times.sort();
    let allowed = u128::from(Hosts::draw_weight(0, false).ref_time());
    println!("a draw among {OFFERS} offers: {} us of {} us", times[50] / 1_000_000, allowed / 1_000_000);
    assert!(times[50] < allowed);
}

/// Jobs wait for the hosts until they have room; the hooks look at them within their part of the block.
fn check_hooks(chain: &mut Chain) {
    for _ in 0..4 {
        chain.block_unchecked();
        // As many as there is room for.
        let sent = (0..100).take_while(|_| chain.send(Dave, submit(&[1.0, 2.0])).is_ok()).count();
        assert!(sent > 0);
    }
    // Nobody answers: every deadline passes, hundreds of jobs are drawn for again.
    for _ in 0..14 {
        chain.block_unchecked();
        let mut meter = WeightMeter::with_limit(MAX_BLOCK_WEIGHT);
        let begun = Instant::now();
        <Jobs as OnPoll<u32>>::on_poll(System::block_number(), &mut meter);
        let took = begun.elapsed().as_nanos() * 1_000;
        let most = <Runtime as pallet_jobs::Config>::MaxHookWeight::get();
        assert!(meter.consumed().all_lte(most), "{} is more than {most}", meter.consumed());
        assert!(took <= u128::from(most.ref_time()), "{took} ps");
        let total = System::block_weight().total();
        assert!(total.all_lte(RuntimeBlockWeights::get().max_block), "{total}");
    }
    let reassigned = pallet_jobs::Jobs::<Runtime>::iter_values().filter(|job| job.rounds.count > 0).count();
    assert!(reassigned > 0, "the hooks had something to do");
}

#[test]
fn draws_should_keep_their_weights_when_ten_thousand_hosts_offer_a_release() {
    chain(|chain| {
        chain.market();
        crowd();
        assert_eq!(pallet_hosts::Offers::<Runtime>::iter_key_prefix(0).count() as u32, OFFERS + 1);
        check_shares();
        check_draw_time();
        check_hooks(chain);
    });
}
