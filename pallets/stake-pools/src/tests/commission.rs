use super::*;

fn set(percent: u32) -> sp_runtime::DispatchResult {
    Stake::set_commission(signed(1), Permill::from_percent(percent))
}

fn now() -> u32 {
    Stake::pool(account(1)).unwrap().commission.deconstruct() / 10_000
}

#[test]
fn commission_should_rise_by_a_step_after_notice_when_announced() {
    run(|| {
        create(1, MIN_SELF);
        assert_eq!(now(), 10);
        assert_noop!(set(16), Error::StepTooLarge);
        assert_noop!(set(51), Error::CommissionTooHigh);
        assert_ok!(set(15));
        let commission = Permill::from_percent(15);
        assert_eq!(last_event(), Event::CommissionSet { pool: account(1), commission, at: 151 });
        assert_eq!(Stake::pool(account(1)).unwrap().announced, Some((commission, 151)));
        // Announcing again does not add up: the step counts from what holds, and the notice begins anew.
        skip_to(100);
        assert_noop!(set(20), Error::StepTooLarge);
        assert_ok!(set(14));
        skip_to(249);
        assert_eq!(now(), 10);
        skip_to(250);
        assert_eq!((now(), Stake::pool(account(1)).unwrap().announced), (14, None));
        // No call was needed; the next step counts from there.
        assert_ok!(set(19));
    });
}

#[test]
fn commission_should_fall_at_once_and_cancel_an_announcement() {
    run(|| {
        create(1, MIN_SELF);
        assert_ok!(set(15));
        assert_ok!(set(3));
        assert_eq!(
            last_event(),
            Event::CommissionSet { pool: account(1), commission: Permill::from_percent(3), at: 1 }
        );
        skip_to(500);
        assert_eq!(now(), 3);
        assert_ok!(set(8));
        // To cancel, set what holds.
        assert_ok!(set(3));
        skip_to(1_000);
        assert_eq!(now(), 3);
    });
}

#[test]
fn commission_should_reach_the_cap_in_steps_and_no_further() {
    run(|| {
        create(1, MIN_SELF);
        for step in 1..=8 {
            assert_ok!(set(10 + 5 * step));
            skip_to(System::block_number() + 150);
            assert_eq!(now(), 10 + 5 * step);
        }
        assert_noop!(set(51), Error::CommissionTooHigh);
        assert_ok!(set(50));
    });
}
