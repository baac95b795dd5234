//! Submitting: what is held, and every reason to refuse.

use super::*;
use frame_support::assert_noop;

fn try_submit(release: u32, input: Payload, max_fee: Balance) -> Result<(), DispatchError> {
    plain(Jobs::submit(RuntimeOrigin::signed(ALICE), release, input, max_fee))
}

fn try_with(options: JobOptions) -> Result<(), DispatchError> {
    plain(Jobs::submit_with(RuntimeOrigin::signed(ALICE), EMBED, input(), 200, options))
}

fn plain(result: DispatchResultWithPostInfo) -> Result<(), DispatchError> {
    result.map(|_| ()).map_err(|error| error.error)
}

#[test]
fn submit_should_hold_the_drawn_fee_and_the_deposit_when_a_host_is_free() {
    with_hosts(2, || {
        let id = submit();
        assert_eq!(escrow(&ALICE), FEE);
        assert_eq!(deposit(&ALICE), DEPOSIT);
        assert_eq!(free(&ALICE), 1_000_000 - FEE - DEPOSIT);
        let JobState::Assigned { assignment, deadline } = job(id).state else { panic!("assigned") };
        assert_eq!((assignment.host, assignment.fee, assignment.base_fee), (host(0), FEE, BASE_FEE));
        assert_eq!((assignment.block, deadline), (1, 11));
        assert_eq!(MockMarket::host(&host(0)).exposure, FEE);
        assert_event(Event::JobSubmitted { job: id, requester: ALICE, release: EMBED, units: 3, max_fee: 200 });
        assert_event(Event::JobAssigned { job: id, host: host(0), fee: FEE, deadline: 11 });
    });
}

#[test]
fn submit_should_cost_less_than_announced_when_offers_are_few() {
    with_hosts(2, || {
        let announced = Pallet::<Test>::weight_of_submit(&input(), 1);
        let info = Jobs::submit(RuntimeOrigin::signed(ALICE), EMBED, input(), 200).expect("a host is free");
        let used = info.actual_weight.expect("stated");
        assert_eq!(announced - used, DrawWeight::get() - DrawWeight::get() / 5);
        assert_eq!(info.pays_fee, Pays::Yes);
    });
}

#[test]
fn submit_should_wait_and_hold_the_maximum_when_all_hosts_are_busy() {
    with_hosts(1, || {
        submit();
        submit();
        let id = submit();
        assert_eq!(job(id).state, JobState::Open { retry_at: 4, deadline: 21 });
        assert_eq!(escrow(&ALICE), 2 * FEE + 200);
        assert_event(Event::JobWaiting { job: id, deadline: 21 });
    });
}

#[test]
fn submit_with_should_insure_and_name_a_host_when_asked_to() {
    with_hosts(3, || {
        let id = submit_with(JobOptions { host: Some(host(2)), insured: 5_000, ..Default::default() });
        assert_eq!(job(id).state.assignments()[0].host, host(2));
        assert_eq!(MockMarket::host(&host(2)).exposure, FEE + 5_000);
    });
}

#[test]
fn submit_with_should_draw_different_hosts_when_redundant() {
    with_hosts(4, || {
        let id = submit_with(redundant(3));
        let hosts: Vec<_> = job(id).state.assignments().into_iter().map(|a| a.host.clone()).collect();
        assert_eq!(hosts, vec![host(0), host(1), host(2)]);
        assert_eq!(escrow(&ALICE), 3 * FEE);
        assert_eq!(deposit(&ALICE), 50 + 24 + 3 * 16);
    });
}

#[test]
fn submit_should_work_without_any_randomness() {
    with_hosts(1, || {
        submit();
        let first = LastSeed::get();
        submit();
        assert_ne!(first, LastSeed::get(), "every draw has its own seed");
        Random::set(H256::repeat_byte(9));
        submit();
        assert_ne!(first, LastSeed::get());
    });
}

#[test]
fn submit_should_take_the_largest_deposit_when_the_output_size_is_unknown() {
    with_hosts(1, || {
        assert_ok!(try_submit(WIDE, content(vec![(DType::Float32, vec![1, 1, 1])], "http://x"), 200));
        assert_eq!(deposit(&ALICE), 50 + 64 * 1024);
    });
}

#[test]
fn submit_should_accept_content_when_it_has_a_source() {
    with_hosts(1, || {
        let shape = vec![(DType::Int64, vec![1, 4_000])];
        assert_refused!(try_submit(EMBED, content(shape.clone(), ""), 100_000), NoSource);
        MockMarket::change(&host(0), |host| host.stake = 1_000_000);
        assert_ok!(try_submit(EMBED, content(shape, "http://x"), 100_000));
        assert_eq!(job(0).request.units, 4_000);
        assert_eq!(deposit(&ALICE), 50 + 16, "content costs no deposit per byte");
    });
}

#[test]
fn submit_should_refuse_a_release_when_it_cannot_be_used() {
    with_hosts(1, || {
        assert_refused!(try_submit(99, input(), 200), UnknownRelease);
        assert_refused!(try_submit(PRIVATE, input(), 200), PrivateRelease);
        assert_refused!(try_submit(DEPRECATED, input(), 200), DeprecatedRelease);
        assert_ok!(Jobs::submit(RuntimeOrigin::signed(BOB), PRIVATE, input(), 200));
    });
}

#[test]
fn submit_should_refuse_input_when_it_does_not_fit_the_release() {
    with_hosts(1, || {
        assert_refused!(try_submit(EMBED, ids(&[0; 2_049]), 200), InputTooLarge);
        let cut = inline(vec![tensor(DType::Int64, &[1, 3], vec![0; 23])]);
        assert_refused!(try_submit(EMBED, cut, 200), BadTensor);
        assert_refused!(try_submit(EMBED, inline(vec![]), 200), WrongInputCount);
        let two = inline(vec![tensor(DType::Int64, &[1, 1], vec![0; 8]); 2]);
        assert_refused!(try_submit(EMBED, two, 200), WrongInputCount);
        let floats = inline(vec![tensor(DType::Float32, &[1, 3], vec![0; 12])]);
        assert_refused!(try_submit(EMBED, floats, 200), WrongDType);
        let flat = inline(vec![tensor(DType::Int64, &[3], vec![0; 24])]);
        assert_refused!(try_submit(EMBED, flat, 200), WrongShape);
        let wide = inline(vec![tensor(DType::Int64, &[9, 1], vec![0; 72])]);
        assert_refused!(try_submit(EMBED, wide, 200), WrongShape);
        assert_refused!(try_submit(EMBED, ids(&[1, 1_001]), 200), InputOutOfRange);
        assert_refused!(try_submit(EMBED, ids(&[-1]), 200), InputOutOfRange);
    });
}

#[test]
fn submit_should_accept_the_largest_inline_input() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.stake = 1_000_000);
        assert_ok!(try_submit(EMBED, ids(&[1_000; 2_048]), 100_000));
        assert_eq!(deposit(&ALICE), 50 + 16 * 1024 + 16);
    });
}

#[test]
fn submit_should_refuse_when_the_market_has_no_host() {
    with_hosts(0, || {
        assert_refused!(try_submit(EMBED, input(), 200), NoOffer);
        MockMarket::add(ordinary_host(0));
        assert_refused!(try_submit(EMBED, input(), FEE - 1), FeeTooLow);
        MockMarket::change(&host(0), |host| host.stake = FEE - 1);
        assert_refused!(try_submit(EMBED, input(), 200), NotBacked);
        MockMarket::change(&host(0), |host| host.live = false);
        assert_refused!(try_submit(EMBED, input(), 200), NoLiveHost);
    });
}

#[test]
fn submit_should_refuse_when_numbers_overflow() {
    with_hosts(1, || {
        let huge = content(vec![(DType::Float32, vec![u32::MAX; 3])], "http://x");
        assert_refused!(try_submit(WIDE, huge, 200), PriceOverflow);
        MockMarket::change(&host(0), |host| host.per_unit = Balance::MAX);
        assert_refused!(try_submit(EMBED, input(), 200), PriceOverflow);
        let many =
            |max_fee, options| plain(Jobs::submit_with(RuntimeOrigin::signed(ALICE), EMBED, input(), max_fee, options));
        assert_refused!(many(Balance::MAX, redundant(2)), PriceOverflow);
        assert_refused!(many(200, JobOptions { insured: Balance::MAX, ..Default::default() }), PriceOverflow);
    });
}

#[test]
fn submit_should_refuse_when_the_balance_is_too_low() {
    with_hosts(1, || {
        let poor = AccountId::new([9; 32]);
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(ALICE), poor.clone(), FEE + DEPOSIT + 19));
        let call = || plain(Jobs::submit(RuntimeOrigin::signed(poor.clone()), EMBED, input(), 200));
        assert_refused!(call(), FundsTooLow);
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(ALICE), poor.clone(), 1));
        assert_ok!(call());
        assert_eq!(free(&poor), 20, "the existential deposit stays");
    });
}

#[test]
fn submit_with_should_refuse_options_when_they_make_no_sense() {
    with_hosts(3, || {
        assert_refused!(try_with(redundant(0)), BadRedundancy);
        assert_refused!(try_with(redundant(6)), BadRedundancy);
        assert_refused!(try_with(JobOptions { host: Some(host(0)), ..redundant(2) }), RedundantNamedHost);
        assert_refused!(try_with(redundant(4)), NotEnoughHosts);
        assert_refused!(try_with(JobOptions { host: Some(BOB), ..Default::default() }), NoOffer);
    });
}

#[test]
fn submit_should_refuse_an_unsigned_caller() {
    with_hosts(1, || {
        assert_noop!(plain(Jobs::submit(RuntimeOrigin::none(), EMBED, input(), 200)), sp_runtime::traits::BadOrigin);
    });
}
