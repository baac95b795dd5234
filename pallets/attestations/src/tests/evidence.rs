//! Evidence that counts, and evidence that does not: each kind with its own error.

use crate::{mock::*, *};
use candor_attestation::{Error as Refused, Part, Roots};
use candor_primitives::{traits::AttestedHosts, AttestationBinding};
use candor_runtime_api::attestations::WhyNot;
use candor_test_attestation::{serials, Amd, Intel};
use frame_support::{assert_noop, assert_ok};
use sp_core::{Pair, H256};

type Fault = Error<Test>;

fn submit(
    binding: AttestationBinding,
    anchor: u32,
    evidence: EvidenceBytes,
) -> frame_support::pallet_prelude::DispatchResult {
    Attestations::submit(RuntimeOrigin::signed(account(9)), binding, anchor, evidence)
}

/// Host 1 shows a quote of this maker.
fn show(maker: Intel) -> frame_support::pallet_prelude::DispatchResult {
    let evidence = quote(maker, &binding(1), 99);
    submit(binding(1), 99, evidence)
}

fn refused(error: Refused) -> Fault {
    Fault::Refused(Refusal(error))
}

#[test]
fn host_should_be_attested_when_its_machine_is_good() {
    run(|| {
        assert!(!Attestations::is_attested(&account(1)));
        attest(1);
        assert!(Attestations::is_attested(&account(1)));
        assert!(!Attestations::is_attested(&account(2)), "somebody else");
        let view = Attestations::view(&account(1)).unwrap();
        assert_eq!((view.measurement, view.engine), (tdx_measurement(), H256::repeat_byte(0xe0)));
        assert_eq!((view.since, view.expires, view.why_not), (NOW, NOW + 10 * DAY, None));
        let Event::HostAttested { host, expires, .. } = (match last_event() {
            RuntimeEvent::Attestations(event) => event,
            other => panic!("{other:?}"),
        }) else {
            panic!("it is attested")
        };
        assert_eq!((host, expires), (account(1), NOW + 10 * DAY));
    });
}

#[test]
fn host_should_be_attested_when_its_machine_is_amds() {
    run(|| {
        let evidence = report(Amd::milan(), &binding(2), 99);
        assert_ok!(AmdAttestations::submit(RuntimeOrigin::signed(account(9)), binding(2), 99, evidence.clone()));
        assert!(AmdAttestations::is_attested(&account(2)));
        assert!(!Attestations::is_attested(&account(2)), "by the other vendor");
        assert!(<(Attestations, AmdAttestations)>::is_attested(&account(2)), "by one of both");
        let foreign = Attestations::submit(RuntimeOrigin::signed(account(9)), binding(2), 99, evidence);
        assert!(foreign.is_err(), "not a quote of Intel's");
    });
}

#[test]
fn attestation_should_end_when_its_time_has_come() {
    run(|| {
        attest(1);
        Clock::set(NOW + 10 * DAY);
        assert!(Attestations::is_attested(&account(1)), "the last second");
        Clock::set(NOW + 10 * DAY + 1);
        assert!(!Attestations::is_attested(&account(1)));
        assert_eq!(Attestations::why_not(account(1)), Some(WhyNot::Expired));
        assert_ok!(Attestations::clear(RuntimeOrigin::signed(account(3)), account(1)));
        assert_eq!(Attestations::why_not(account(1)), Some(WhyNot::NoEvidence));
        assert_noop!(Attestations::clear(RuntimeOrigin::signed(account(3)), account(1)), Fault::NotAttested);
    });
}

#[test]
fn attestation_should_end_with_the_first_of_what_it_rests_on_when_shown() {
    run(|| {
        let long = AttestationBinding { expires: u64::MAX, ..binding(1) };
        let evidence = quote(Intel::tdx(), &long, 99);
        assert_ok!(submit(long, 99, evidence));
        let Record { expires, .. } = Attested::<Test>::get(account(1)).unwrap();
        let collateral = Standings::<Test>::iter_values().next().unwrap().expires;
        assert_eq!(expires, collateral.min(NOW + 30 * DAY));
    });
}

#[test]
fn clear_should_be_refused_when_the_record_counts() {
    run(|| {
        attest(1);
        assert_noop!(Attestations::clear(RuntimeOrigin::signed(account(3)), account(1)), Fault::StillCounts);
        // It signs with another key now.
        Keys::mutate(|keys| keys.insert(account(1), pair(77).public()));
        assert_eq!(Attestations::why_not(account(1)), Some(WhyNot::OtherWorker));
        assert_ok!(Attestations::clear(RuntimeOrigin::signed(account(3)), account(1)));
    });
}

#[test]
fn evidence_should_be_refused_when_it_binds_something_else() {
    run(|| {
        let evidence = quote(Intel::tdx(), &binding(1), 99);
        let other = AttestationBinding { genesis: H256::repeat_byte(2), ..binding(1) };
        assert_noop!(submit(other.clone(), 99, quote(Intel::tdx(), &other, 99)), Fault::OtherChain);
        let other = AttestationBinding { worker: pair(2).public(), ..binding(1) };
        assert_noop!(submit(other.clone(), 99, quote(Intel::tdx(), &other, 99)), Fault::OtherWorker);
        let other = AttestationBinding { host: account(7), ..binding(1) };
        assert_noop!(submit(other.clone(), 99, quote(Intel::tdx(), &other, 99)), Fault::NotAHost);
        let other = AttestationBinding { expires: NOW, ..binding(1) };
        assert_noop!(submit(other.clone(), 99, quote(Intel::tdx(), &other, 99)), Fault::BindingExpired);
        // The quote of one host shown for another; another program; a longer time than was bound.
        assert_noop!(submit(binding(2), 99, evidence.clone()), Fault::WrongBinding);
        let other = AttestationBinding { engine: H256::zero(), ..binding(1) };
        assert_noop!(submit(other, 99, evidence.clone()), Fault::WrongBinding);
        let other = AttestationBinding { expires: NOW + 11 * DAY, ..binding(1) };
        assert_noop!(submit(other, 99, evidence), Fault::WrongBinding);
    });
}

#[test]
fn evidence_should_be_refused_when_it_is_not_fresh() {
    run(|| {
        go_to(500);
        let show = |anchor, claimed| submit(binding(1), claimed, quote(Intel::tdx(), &binding(1), anchor));
        assert_noop!(show(243, 243), Fault::UnknownAnchor);
        assert_noop!(show(500, 500), Fault::UnknownAnchor);
        assert_noop!(show(501, 501), Fault::UnknownAnchor);
        assert_noop!(show(300, 400), Fault::WrongNonce);
        assert_ok!(show(244, 244));
        assert_ok!(show(499, 499));
        assert_noop!(show(498, 498), Fault::OlderThanHeld);
    });
}

#[test]
fn evidence_should_be_refused_when_the_verifier_refuses_it() {
    run(|| {
        let mut maker = Intel::tdx();
        // TUD.DEBUG
        maker.report[120] = 1;
        assert_noop!(show(maker), refused(Refused::Debug));
        let mut maker = Intel::tdx();
        maker.keys.quote = candor_test_attestation::key("somebody");
        let signed_anew = quote(Intel::tdx(), &binding(1), 99);
        let mut broken = signed_anew.clone().into_inner();
        broken[600] ^= 1;
        assert_noop!(submit(binding(1), 99, broken.try_into().unwrap()), refused(Refused::BadSignature(Part::Quote)));
        assert_ok!(show(maker));
        let cut = signed_anew[..signed_anew.len() - 1].to_vec();
        assert_noop!(submit(binding(1), 99, cut.try_into().unwrap()), refused(Refused::Truncated(Part::Quote)));
        let mut maker = Intel::tdx();
        maker.machine.until = NOW - 1;
        assert_noop!(show(maker), refused(Refused::Expired(Part::PckCertificate)));
        let mut maker = Intel::tdx();
        maker.keys.root = candor_test_attestation::key("another root");
        assert_noop!(show(maker), refused(Refused::ForeignRoot(Part::PckAuthority)));
        let mut maker = Intel::tdx();
        maker.svns = [2; 16];
        assert_noop!(show(maker), refused(Refused::TcbRevoked));
        let mut maker = Intel::tdx();
        maker.svns = [3; 16];
        assert_noop!(show(maker), refused(Refused::TcbOutOfDate));
    });
}

#[test]
fn evidence_should_be_refused_when_its_machine_was_revoked_by_its_vendor() {
    run(|| {
        let mut maker = Intel::tdx();
        maker.pck_crl.revoked.push(serials::MACHINE);
        (maker.pck_crl.from, maker.pck_crl.until) = (maker.pck_crl.from + 1, maker.pck_crl.until + 1);
        assert_ok!(Attestations::refresh(RuntimeOrigin::signed(account(9)), maker.bundle()));
        assert_noop!(show(Intel::tdx()), refused(Refused::Revoked(Part::PckCertificate)));
    });
}

#[test]
fn evidence_should_be_refused_when_what_runs_is_not_allowed() {
    run(|| {
        let mut maker = Intel::tdx();
        maker.report[136] ^= 1;
        assert_noop!(show(maker), Fault::MeasurementNotAllowed);
        let mut maker = Intel::tdx();
        // RTMR 3
        maker.report[519] ^= 1;
        assert_noop!(show(maker), Fault::MeasurementNotAllowed);
    });
}

#[test]
fn evidence_should_be_refused_when_no_collateral_is_held() {
    run(|| {
        let mut maker = Intel::tdx();
        maker.fmspc = [1, 2, 3, 4, 5, 6];
        assert_noop!(show(maker), Fault::NoCollateral);
        assert_noop!(show(Intel::sgx()), Fault::NoCollateral);
    });
}

#[test]
fn evidence_of_the_makers_should_be_refused_when_the_vendors_roots_count() {
    run(|| {
        IntelRoots::set(Roots::vendors());
        AmdRoots::set(Roots::vendors());
        // Even against collateral that is held.
        assert_noop!(show(Intel::tdx()), refused(Refused::ForeignRoot(Part::TcbInfo)));
        let evidence = report(Amd::milan(), &binding(2), 99);
        assert_noop!(
            AmdAttestations::submit(RuntimeOrigin::signed(account(9)), binding(2), 99, evidence),
            Error::<Test, AmdInstance>::Refused(Refusal(Refused::ForeignRoot(Part::Ask)))
        );
        let mut maker = Intel::tdx();
        maker.move_to(NOW + 1);
        Clock::set(NOW + 1);
        assert_noop!(
            Attestations::refresh(RuntimeOrigin::signed(account(9)), maker.bundle()),
            refused(Refused::WrongIssuer(Part::RootCrl))
        );
    });
}
