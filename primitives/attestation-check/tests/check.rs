//! Hosts that are believed, and what each lie is refused with.

#![allow(clippy::unwrap_used)]

mod support;

use candor_attestation::{Error, Part, Roots, TcbStatus};
use candor_attestation_check::{judge, key_of, Allowance, Refusal, Vendor};
use support::{hosts, sgx, snp, tdx, Host, NOW};

#[test]
fn hosts_should_be_believed_when_everything_fits() {
    for host in hosts() {
        let (found, expires) = host.check().unwrap();
        assert_eq!(found.report_data, host.statement.binding.report_data(&host.statement.nonce));
        assert_eq!(expires, NOW + 3_600, "the allowance ends first");
    }
}

#[test]
fn verdict_should_end_with_whatever_ends_first_when_everything_fits() {
    let mut host = tdx();
    host.allowance.as_mut().unwrap().until = None;
    assert_eq!(host.check().unwrap().1, NOW + 86_400, "the engine's own term");
    host.statement.binding.expires = u64::MAX;
    // The quote is for the term before.
    assert_eq!(host.check().map(|_| ()), Err(Refusal::OtherReportData));
    let (mut found, _) = tdx().check().unwrap();
    found.report_data = host.statement.binding.report_data(&host.expected.nonce);
    let accepted = judge(&host.statement.binding, &found, &host.rules(), &host.expected).unwrap();
    assert_eq!(accepted.expires, found.expires, "the collateral");
}

#[test]
fn hosts_should_be_refused_when_one_thing_is_wrong() {
    type Change = fn(&mut Host);
    let cases: &[(Refusal, Change)] = &[
        (Refusal::OtherNonce, |h| h.expected.nonce[0] ^= 1),
        (Refusal::OtherNonce, |h| h.statement.nonce[31] ^= 1),
        (Refusal::OtherGenesis, |h| h.expected.genesis[0] ^= 1),
        (Refusal::OtherHost, |h| h.expected.host[0] ^= 1),
        (Refusal::OtherWorker, |h| h.expected.worker[0] ^= 1),
        (Refusal::BindingExpired, |h| h.expected.now = h.statement.binding.expires + 1),
        (Refusal::NoCollateral, |h| h.collateral = None),
        (Refusal::UnknownFormat, |h| h.collateral.as_mut().unwrap().push(0)),
        (Refusal::OtherReportData, |h| h.statement.binding.engine[0] ^= 1),
        (Refusal::OtherReportData, |h| {
            h.statement.binding.worker[0] ^= 1;
            h.expected.worker[0] ^= 1;
        }),
        (Refusal::OtherReportData, |h| {
            h.statement.nonce[0] ^= 1;
            h.expected.nonce[0] ^= 1;
        }),
        (Refusal::NotAllowed, |h| h.allowance = None),
        (Refusal::OtherEngine, |h| h.allowance.as_mut().unwrap().engine = Some([0; 32])),
        (Refusal::AllowanceEnded, |h| h.allowance.as_mut().unwrap().until = Some(NOW - 1)),
        (Refusal::PlatformRevoked, |h| h.revoked = true),
        (Refusal::BelowFloor, |h| h.policy.floor = [255; 16]),
    ];
    for host in hosts() {
        for (refusal, change) in cases {
            let mut changed = host.clone();
            change(&mut changed);
            assert_eq!(changed.check().map(|_| ()), Err(*refusal), "{}", host.name);
        }
        let mut unaccepted = host.clone();
        let status = host.verify().unwrap().tcb_status;
        unaccepted.policy.accepted.retain(|accepted| *accepted != status);
        assert_eq!(unaccepted.check().map(|_| ()), Err(Refusal::StatusNotAccepted(status)));
    }
}

#[test]
fn hosts_should_be_believed_when_what_is_demanded_is_just_met() {
    let mut host = tdx();
    host.policy.floor = host.verify().unwrap().svns;
    *host.allowance.as_mut().unwrap() = Allowance { label: vec![], engine: None, until: Some(NOW) };
    assert_eq!(host.check().map(|(_, expires)| expires), Ok(NOW));
}

#[test]
fn evidence_should_be_refused_when_only_the_vendors_are_trusted() {
    for host in hosts() {
        let vendors = Host { roots: Roots::vendors(), ..host.clone() };
        let Err(Refusal::Evidence(Error::ForeignRoot(_))) = vendors.check() else { panic!("{}", host.name) };
        let nobody = Host { roots: Roots::none(), ..host };
        assert!(matches!(nobody.check(), Err(Refusal::Evidence(Error::ForeignRoot(_)))));
    }
}

#[test]
fn evidence_should_be_refused_when_it_is_cut_or_of_the_other_vendor() {
    for host in hosts() {
        let mut cut = host.clone();
        cut.statement.evidence.truncate(900);
        assert!(matches!(cut.check(), Err(Refusal::Evidence(Error::Truncated(_)))), "{}", host.name);
        let mut none = host;
        none.statement.evidence.clear();
        assert!(matches!(none.check(), Err(Refusal::Evidence(_))));
    }
    assert!(key_of(Vendor::Amd, &tdx().statement.evidence).is_err());
    assert!(key_of(Vendor::Intel, &snp().statement.evidence).is_err());
    let mut others = tdx();
    others.collateral = sgx().collateral;
    assert_eq!(others.check().map(|_| ()), Err(Refusal::Evidence(Error::OtherTee)));
}

#[test]
fn evidence_should_be_refused_when_its_collateral_has_run_out() {
    let mut host = tdx();
    host.statement.binding.expires = u64::MAX;
    host.expected.now = NOW + 10_000_000;
    assert!(matches!(host.check(), Err(Refusal::Evidence(Error::Expired(_)))));
}

#[test]
fn refusals_should_have_a_code_and_words_when_they_are_told() {
    let told = |refusal: Refusal| (refusal.code(), refusal.to_string());
    assert_eq!(told(Refusal::OtherWorker).0, "other_worker");
    assert_eq!(told(Refusal::NotAllowed).0, "not_allowed");
    assert_eq!(told(Refusal::Evidence(Error::TcbRevoked)).0, "evidence.tcb_revoked");
    let (code, words) = told(Refusal::Evidence(Error::Expired(Part::TcbInfo)));
    assert_eq!((code.as_str(), words.split(' ').next()), ("evidence.expired", Some("the")));
    let (code, words) = told(Refusal::StatusNotAccepted(TcbStatus::OutOfDate));
    assert_eq!(code, "status_not_accepted");
    assert!(words.contains("OutOfDate"));
}
