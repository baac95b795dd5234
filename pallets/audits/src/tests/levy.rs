//! What pays for audits.

use super::*;
use candor_primitives::traits::AuditLevy;
use frame_support::traits::fungible::Inspect;
use sp_runtime::Permill;

fn levy(index: u8, fee: Balance) -> Balance {
    <Pallet<Test> as AuditLevy<_>>::levy(&host(index), fee, false)
}

#[test]
fn levy_should_be_the_expected_pay_when_the_rate_falls_with_volume() {
    with_hosts(2, || {
        MinRate::set(Permill::from_percent(1));
        MaxRate::set(Permill::from_percent(50));
        // An audit of a fee of 1 000 pays 150; 5 audits per window.
        for (open, expected) in [(0, 75), (1, 75), (10, 75), (20, 38), (100, 8), (500, 2), (50_000, 2)] {
            Mock::change(&host(0), |host| host.open = open);
            assert_eq!(levy(0, FEE), expected, "{open}");
        }
    });
}

#[test]
fn levy_should_be_the_fee_at_most_when_audits_cost_more() {
    with_hosts(1, || {
        assert_eq!((levy(0, 0), levy(0, 10), levy(0, 1_000)), (0, 10, 150));
    });
}

#[test]
fn audit_of_a_failed_run_should_pay_the_base_when_its_host_earned_no_more() {
    // The levy is taken of what a failed run earns, its base price. If its audit paid by the whole fee, calls that are made to
    // fail would empty the pot.
    with_hosts(3, || {
        let failed = Outcome::Failed { node: 3, index: 4 };
        let mut failing = entry(0, &host(0), &ALICE, false);
        failing.receipt.outcome = failed;
        Mock::deliver(failing);
        run(2);
        let who = auditor(0);
        round(0, failed, digest(1), digest(1));
        assert_eq!(Balances::balance(&who), 1_000 + 50);
    });
}

#[test]
fn rate_and_levy_should_be_lower_when_a_receipt_is_of_the_attested_tier() {
    with_hosts(2, || {
        MinRate::set(Permill::from_parts(100));
        MaxRate::set(Permill::from_percent(20));
        Required::set(1_000);
        Mock::change(&host(0), |host| host.open = 1);
        let rates = |worth| {
            MachineWorth::set(worth);
            (Pallet::<Test>::rate(&host(0), false).deconstruct(), Pallet::<Test>::rate(&host(0), true).deconstruct())
        };
        assert_eq!(rates(0), (200_000, 200_000), "a machine that is worth nothing");
        assert_eq!(rates(1_000), (200_000, 100_000));
        assert_eq!(rates(999_000), (200_000, 200));
        assert_eq!(rates(u128::MAX), (200_000, 100), "never below the lowest rate");
        MachineWorth::set(9_000);
        let levy = |attested| <Pallet<Test> as AuditLevy<_>>::levy(&host(0), FEE, attested);
        assert_eq!((levy(false), levy(true)), (30, 3));
    });
}
