//! The list, revocations, the policy, convictions.

use crate::{mock::*, *};
use candor_attestation::{Error as Refused, TcbStatus};
use candor_primitives::traits::{AttestedHosts, StakeListener};
use candor_runtime_api::attestations::WhyNot;
use candor_test_attestation::Intel;
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::DispatchError::BadOrigin;

type Fault = Error<Test>;

fn why() -> Option<WhyNot> {
    Attestations::why_not(account(1))
}

#[test]
fn calls_should_be_refused_when_the_origin_does_not_manage() {
    run(|| {
        let user = || RuntimeOrigin::signed(account(1));
        assert_noop!(Attestations::allow(user(), tdx_measurement(), label(), None, None), BadOrigin);
        assert_noop!(Attestations::disallow(user(), tdx_measurement()), BadOrigin);
        assert_noop!(Attestations::revoke(user(), [0; 64]), BadOrigin);
        assert_noop!(Attestations::reinstate(user(), [0; 64]), BadOrigin);
        assert_noop!(Attestations::set_policy(user(), Policy::default()), BadOrigin);
    });
}

#[test]
fn tier_should_end_at_once_when_its_measurement_is_taken_off_the_list() {
    run(|| {
        attest(1);
        assert_ok!(Attestations::disallow(RuntimeOrigin::root(), tdx_measurement()));
        assert_eq!(why(), Some(WhyNot::MeasurementNotAllowed));
        assert_noop!(Attestations::disallow(RuntimeOrigin::root(), tdx_measurement()), Fault::NotListed);
    });
}

#[test]
fn tier_should_hold_only_for_the_program_and_the_time_when_the_list_names_them() {
    run(|| {
        attest(1);
        let allow =
            |engine, until| Attestations::allow(RuntimeOrigin::root(), tdx_measurement(), label(), engine, until);
        assert_ok!(allow(Some(H256::repeat_byte(0xe0)), Some(NOW + DAY)));
        assert_eq!(why(), None);
        Clock::set(NOW + DAY + 1);
        assert_eq!(why(), Some(WhyNot::AllowanceEnded));
        let evidence = quote(Intel::tdx(), &binding(1), 99);
        let submit = || Attestations::submit(RuntimeOrigin::signed(account(9)), binding(1), 99, evidence.clone());
        assert_noop!(submit(), Fault::AllowanceEnded);
        assert_ok!(allow(Some(H256::repeat_byte(0xe1)), None));
        assert_eq!(why(), Some(WhyNot::OtherEngine));
        assert_noop!(submit(), Fault::OtherEngine);
    });
}

#[test]
fn tier_should_end_at_once_when_the_machine_is_revoked() {
    run(|| {
        attest(1);
        let platform = Attested::<Test>::get(account(1)).unwrap().platform;
        assert_ok!(Attestations::revoke(RuntimeOrigin::root(), platform));
        assert_eq!(why(), Some(WhyNot::PlatformRevoked));
        let evidence = quote(Intel::tdx(), &binding(2), 99);
        assert_noop!(
            Attestations::submit(RuntimeOrigin::signed(account(9)), binding(2), 99, evidence),
            Fault::PlatformRevoked
        );
        assert_ok!(Attestations::reinstate(RuntimeOrigin::root(), platform));
        assert!(Attestations::is_attested(&account(1)));
        assert_noop!(Attestations::reinstate(RuntimeOrigin::root(), platform), Fault::NotRevoked);
    });
}

#[test]
fn machine_should_be_revoked_when_its_host_is_convicted() {
    run(|| {
        attest(1);
        let platform = Attested::<Test>::get(account(1)).unwrap().platform;
        Attestations::convicted(&account(2));
        assert!(RevokedPlatforms::<Test>::iter().next().is_none(), "somebody else was");
        Attestations::convicted(&account(1));
        assert_eq!(why(), Some(WhyNot::NoEvidence));
        let revoked = RevokedPlatforms::<Test>::get(platform).unwrap();
        assert_eq!(revoked, Revocation { at: 100, reason: Reason::Convicted });
        // Neither it nor anybody else is attested by this machine again.
        for n in [1, 3] {
            let evidence = quote(Intel::tdx(), &binding(n), 99);
            let submitted = Attestations::submit(RuntimeOrigin::signed(account(9)), binding(n), 99, evidence);
            assert_eq!(submitted, Err(Fault::PlatformRevoked.into()));
        }
    });
}

#[test]
fn machine_should_stay_on_record_when_its_host_answers_for_receipts() {
    run(|| {
        attest(1);
        let platform = Attested::<Test>::get(account(1)).unwrap().platform;
        let mut other = Intel::tdx();
        other.ppid = [0x77; 16];
        let evidence = quote(other, &binding(1), 99);
        let exchange = || Attestations::submit(RuntimeOrigin::signed(account(9)), binding(1), 99, evidence.clone());
        Receipts::set(1);
        assert_noop!(exchange(), Fault::ReceiptsOpen);
        // The same machine may show more.
        attest(1);
        // Nor is it forgotten when its evidence has run out.
        Clock::set(NOW + 40 * DAY);
        assert_noop!(Attestations::clear(RuntimeOrigin::signed(account(3)), account(1)), Fault::ReceiptsOpen);
        Attestations::convicted(&account(1));
        assert!(RevokedPlatforms::<Test>::contains_key(platform));
        Clock::set(NOW);
        Receipts::set(0);
        assert_ok!(exchange());
    });
}

#[test]
fn machine_should_be_exchanged_when_no_receipt_is_open() {
    run(|| {
        attest(1);
        let platform = Attested::<Test>::get(account(1)).unwrap().platform;
        let mut other = Intel::tdx();
        other.ppid = [0x77; 16];
        let evidence = quote(other, &binding(1), 99);
        assert_ok!(Attestations::submit(RuntimeOrigin::signed(account(9)), binding(1), 99, evidence));
        assert_ne!(Attested::<Test>::get(account(1)).unwrap().platform, platform);
    });
}

#[test]
fn policy_should_hold_for_everybody_at_once_when_it_is_set() {
    run(|| {
        let mut hardened = Intel::tdx();
        hardened.svns = [4; 16];
        let evidence = quote(hardened.clone(), &binding(1), 99);
        let submit = || Attestations::submit(RuntimeOrigin::signed(account(9)), binding(1), 99, evidence.clone());
        assert_ok!(submit());
        let strict = Policy { accepted: vec![TcbStatus::UpToDate].try_into().unwrap(), floor: [0; 16] };
        assert_ok!(Attestations::set_policy(RuntimeOrigin::root(), strict.clone()));
        assert_eq!(why(), Some(WhyNot::FirmwareNotAccepted));
        assert_noop!(submit(), Fault::Refused(Refusal(Refused::TcbNotAccepted)));
        let floor = Policy { floor: [1; 16], ..Policy::default() };
        assert_ok!(Attestations::set_policy(RuntimeOrigin::root(), floor));
        assert_eq!(why().is_some(), Attested::<Test>::get(account(1)).unwrap().svns.iter().any(|svn| *svn < 1));
    });
}
