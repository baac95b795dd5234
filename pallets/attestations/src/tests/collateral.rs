//! What the vendor says, and what becomes of hosts when it says something else.

use crate::{mock::*, *};
use candor_attestation::{Error as Refused, Part};
use candor_primitives::traits::AttestedHosts;
use candor_runtime_api::attestations::WhyNot;
use candor_test_attestation::Intel;
use frame_support::{assert_noop, assert_ok};
use serde_json::json;

type Fault = Error<Test>;

fn refresh(maker: &Intel) -> frame_support::pallet_prelude::DispatchResult {
    Attestations::refresh(RuntimeOrigin::signed(account(8)), maker.bundle())
}

/// The maker a day later: everything is issued anew.
fn tomorrow() -> Intel {
    let mut maker = Intel::tdx();
    maker.move_to(NOW + DAY);
    Clock::set(NOW + DAY);
    maker
}

fn standing() -> Standing {
    Standings::<Test>::iter_values().next().unwrap()
}

#[test]
fn collateral_should_be_replaced_when_it_is_issued_anew() {
    run(|| {
        attest(1);
        let before = standing();
        assert_noop!(refresh(&Intel::tdx()), Fault::NothingNew);
        // Only dates: whoever was attested stays so.
        assert_ok!(refresh(&tomorrow()));
        let after = standing();
        assert_eq!((after.version, after.since), (before.version, before.since));
        assert!(after.expires > before.expires);
        assert!(Attestations::is_attested(&account(1)));
        Clock::set(NOW + DAY + 2 * GRACE);
        assert!(Attestations::is_attested(&account(1)));
    });
}

#[test]
fn collateral_should_be_refused_when_a_part_is_older_than_what_is_held() {
    run(|| {
        assert_ok!(refresh(&tomorrow()));
        // Still valid, as collateral is for weeks.
        assert_noop!(refresh(&Intel::tdx()), Fault::Refused(Refusal(Refused::Older(Part::RootCrl))));
    });
}

#[test]
fn collateral_should_be_refused_when_it_has_expired() {
    run(|| {
        Clock::set(NOW + 60 * DAY);
        assert_noop!(refresh(&Intel::tdx()), Fault::Refused(Refusal(Refused::Expired(Part::RootCrl))));
    });
}

#[test]
fn tier_should_end_after_the_grace_when_the_vendor_judges_firmware_otherwise() {
    run(|| {
        attest(1);
        let mut judged = tomorrow();
        judged.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("OutOfDate");
        judged.tcb_info["tcbEvaluationDataNumber"] = json!(21);
        assert_ok!(refresh(&judged));
        assert_eq!((standing().version, standing().since), (1, NOW + DAY));
        assert!(Attestations::is_attested(&account(1)), "for a while");
        // What it has now is not good enough.
        go_to(200);
        let (binding, evidence) = (binding(1), quote(moved(), &binding(1), 199));
        assert_noop!(
            Attestations::submit(RuntimeOrigin::signed(account(9)), binding, 199, evidence),
            Fault::Refused(Refusal(Refused::TcbOutOfDate))
        );
        Clock::set(NOW + DAY + GRACE + 1);
        assert!(!Attestations::is_attested(&account(1)));
        assert_eq!(Attestations::why_not(account(1)), Some(WhyNot::JudgedAnew));
    });
}

fn moved() -> Intel {
    let mut maker = Intel::tdx();
    maker.move_to(NOW + DAY);
    maker
}

#[test]
fn tier_should_go_on_when_new_evidence_is_good_under_the_new_judgement() {
    run(|| {
        attest(1);
        let mut judged = tomorrow();
        judged.tcb_info["tcbLevels"][2]["tcbStatus"] = json!("Revoked");
        judged.tcb_info["tcbEvaluationDataNumber"] = json!(21);
        assert_ok!(refresh(&judged));
        go_to(200);
        let (binding, evidence) = (binding(1), quote(moved(), &binding(1), 199));
        assert_ok!(Attestations::submit(RuntimeOrigin::signed(account(9)), binding, 199, evidence));
        Clock::set(NOW + DAY + GRACE + 1);
        assert!(Attestations::is_attested(&account(1)));
    });
}

#[test]
fn tier_should_end_at_once_when_two_judgements_have_passed() {
    run(|| {
        attest(1);
        let mut judged = tomorrow();
        for number in [21, 22] {
            judged.tcb_info["tcbEvaluationDataNumber"] = json!(number);
            judged.move_to(judged.now + 1);
            Clock::set(judged.now);
            assert_ok!(refresh(&judged));
        }
        assert_eq!(Attestations::why_not(account(1)), Some(WhyNot::JudgedAnew));
    });
}
