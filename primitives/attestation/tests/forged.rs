//! Quotes and collateral under a root of trust that only these tests accept: wrong in one way at a time.

#![allow(clippy::unwrap_used)]

mod cases;

use candor_attestation::{
    intel::{Bundle, Collateral, CollateralKey, PckCa},
    Advisory, Attestation, AttestationVerifier, Error, IntelDcap, Measurement, Part, Roots, TcbStatus, Tee,
};
use candor_test_attestation::{key, Intel};
use cases::{Change, Group};
use serde_json::json;

fn verify(maker: &Intel) -> Result<Attestation, Error> {
    let collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now)?;
    IntelDcap::verify(&maker.roots(), &maker.quote(), &collateral, maker.now)
}

/// Expects the error of every case.
fn refused(group: &Group) {
    for (number, (error, change)) in group.cases.iter().enumerate() {
        let mut maker = (group.maker)();
        change(&mut maker);
        assert_eq!(verify(&maker), Err(*error), "case {number}");
    }
}

#[test]
fn every_kind_of_quote_should_be_accepted_when_all_is_right() {
    for (mut maker, tee) in [(Intel::sgx(), Tee::Sgx), (Intel::tdx(), Tee::Tdx), (Intel::tdx15(), Tee::Tdx)] {
        maker.set_report_data([7; 64]);
        let found = verify(&maker).unwrap();
        assert_eq!((found.tee, found.report_data), (tee, [7; 64]));
        assert_eq!((found.tcb_status, found.advisories.len()), (TcbStatus::UpToDate, 0));
        assert_eq!(found.platform[..17], [&[0x9d; 16][..], &[0]].concat());
        match found.measurement {
            Measurement::Sgx { enclave, signer } => assert_eq!((enclave, signer), ([0xe1; 32], [0x51; 32])),
            Measurement::Tdx { machine, runtime } => {
                assert_eq!(machine, [0xd1; 48]);
                assert_eq!(runtime, [[0xa0; 48], [0xa1; 48], [0xa2; 48], [0xa3; 48]]);
            },
            other => panic!("{other:?}"),
        }
        assert_eq!(found.expires, maker.now + 2_592_000);
        let key = CollateralKey { tee, fmspc: maker.fmspc, pck_ca: PckCa::Platform };
        assert_eq!(IntelDcap::key_of(&maker.quote()), Ok(key));
    }
}

#[test]
fn forged_evidence_should_be_refused_when_roots_are_the_vendors() {
    for maker in [Intel::sgx(), Intel::tdx(), Intel::tdx15()] {
        let (roots, quote, bundle) = (Roots::vendors(), maker.quote(), maker.bundle());
        assert_eq!(IntelDcap::verify_collateral(&roots, &bundle, maker.now), Err(Error::WrongIssuer(Part::RootCrl)));
        let collateral = IntelDcap::verify_collateral(&maker.roots(), &bundle, maker.now).unwrap();
        let refused = IntelDcap::verify(&roots, &quote, &collateral, maker.now);
        assert_eq!(refused, Err(Error::ForeignRoot(Part::TcbInfo)));
        // Even where someone says that the vendor's root was meant.
        let vendor = sha2_of(roots.intel.unwrap());
        let lie = Collateral { root: vendor, ..collateral };
        let refused = IntelDcap::verify(&roots, &quote, &lie, maker.now);
        assert_eq!(refused, Err(Error::ForeignRoot(Part::PckAuthority)));
        let nobody = IntelDcap::verify(&Roots::none(), &quote, &lie, maker.now);
        assert_eq!(nobody, Err(Error::ForeignRoot(Part::IntelRoot)));
    }
}

fn sha2_of(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

#[test]
fn collateral_should_be_refused_when_its_time_is_not_now() {
    refused(&cases::TIME);
    refused(&cases::TIME_HERE_ONLY);
}

#[test]
fn certificates_should_be_refused_when_they_are_revoked() {
    refused(&cases::REVOKED);
}

#[test]
fn certificates_should_be_refused_when_issued_or_meant_otherwise() {
    refused(&cases::ISSUED_OTHERWISE);
    refused(&cases::ISSUED_OTHERWISE_HERE_ONLY);
}

#[test]
fn everything_should_be_refused_when_signed_by_another_key() {
    // The maker signs with one key and certifies another.
    let maker = Intel::tdx();
    let (bundle, quote) = (maker.bundle(), maker.quote());
    let with = |change: fn(&mut Intel)| {
        let mut other = Intel::tdx();
        change(&mut other);
        other
    };
    let other_signer = with(|m| m.keys.signer = key("other")).bundle();
    let other_root = with(|m| m.keys.root = key("other")).bundle();
    let other_authority = with(|m| m.keys.authority = key("other"));
    let mixed = [
        (
            Error::BadSignature(Part::TcbInfo),
            Bundle { tcb_info_signature: other_signer.tcb_info_signature, ..bundle.clone() },
        ),
        (
            Error::BadSignature(Part::QeIdentity),
            Bundle { qe_identity_signature: other_signer.qe_identity_signature, ..bundle.clone() },
        ),
        (Error::BadSignature(Part::RootCrl), Bundle { root_crl: other_root.root_crl, ..bundle.clone() }),
        (Error::BadSignature(Part::PckCrl), Bundle { pck_crl: other_authority.bundle().pck_crl, ..bundle.clone() }),
        (
            Error::ForeignRoot(Part::TcbInfoSigner),
            Bundle { tcb_info_issuer_chain: other_root.tcb_info_issuer_chain, ..bundle.clone() },
        ),
        (
            Error::ForeignRoot(Part::PckAuthority),
            Bundle { pck_crl_issuer_chain: other_root.pck_crl_issuer_chain, ..bundle.clone() },
        ),
        (
            Error::ForeignRoot(Part::QeIdentitySigner),
            Bundle { qe_identity_issuer_chain: other_root.qe_identity_issuer_chain, ..bundle.clone() },
        ),
    ];
    for (error, bundle) in mixed {
        assert_eq!(IntelDcap::verify_collateral(&maker.roots(), &bundle, maker.now), Err(error));
    }

    let collateral = IntelDcap::verify_collateral(&maker.roots(), &bundle, maker.now).unwrap();
    let check = |quote: &[u8]| IntelDcap::verify(&maker.roots(), quote, &collateral, maker.now);
    assert!(check(&quote).is_ok());
    // The authority's certificate is the root's, but its key is not the one whose revocation list is held.
    assert_eq!(check(&other_authority.quote()), Err(Error::WrongIssuer(Part::PckCrl)));
    assert_eq!(check(&with(|m| m.keys.root = key("other")).quote()), Err(Error::ForeignRoot(Part::PckAuthority)));
    // Parts of two good quotes: 48 + 584 + 4 bytes lie before the signature, then 64, 64, 6, 384, 64.
    let splice = |from: usize, to: usize, change: fn(&mut Intel)| {
        let (mut spliced, other) = (quote.clone(), with(change).quote());
        spliced[from..to].copy_from_slice(&other[from..to]);
        check(&spliced)
    };
    let other_quote: Change = |m| m.keys.quote = key("other");
    let other_machine: Change = |m| m.keys.machine = key("other");
    let other_data: Change = |m| m.set_report_data([9; 64]);
    assert_eq!(splice(636, 700, other_quote), Err(Error::BadSignature(Part::Quote)));
    assert_eq!(splice(636, 764, other_quote), Err(Error::ForeignKey));
    assert_eq!(splice(1154, 1218, other_machine), Err(Error::BadSignature(Part::QeReport)));
    assert_eq!(splice(568, 632, other_data), Err(Error::BadSignature(Part::Quote)), "a swapped report_data");
    assert!(splice(568, 700, other_data).is_ok());
}

#[test]
fn enclaves_should_be_refused_when_they_can_be_debugged() {
    refused(&cases::DEBUG_ENCLAVE);
}

#[test]
fn virtual_machines_should_be_refused_when_their_operator_can_look_in() {
    refused(&cases::OPEN_MACHINE);
    refused(&cases::OPEN_MACHINE_15);
    refused(&cases::SERVED_MACHINE);
}

#[test]
fn quoting_enclaves_should_be_refused_when_they_are_not_the_expected_one() {
    refused(&cases::QUOTING_ENCLAVE);
}

#[test]
fn machines_should_be_refused_when_their_firmware_is_revoked_or_unknown() {
    refused(&cases::FIRMWARE);
    refused(&cases::FIRMWARE_2);
    refused(&cases::FIRMWARE_HERE_ONLY);
}

#[test]
fn status_should_follow_the_worst_part_when_parts_differ() {
    for judged in cases::JUDGED {
        let mut maker = (judged.maker)();
        (judged.change)(&mut maker);
        assert_eq!(verify(&maker).map(|found| found.tcb_status), Ok(judged.status), "{}", judged.name);
    }
}

#[test]
fn advisories_should_be_listed_when_a_level_has_them() {
    let mut maker = Intel::sgx();
    maker.svns = [3; 16];
    let found = verify(&maker).unwrap();
    assert_eq!(found.advisories.to_vec(), [Advisory(615), Advisory(657)]);
    assert_eq!(found.advisories[0].to_string(), "INTEL-SA-00615");
    assert_eq!(found.check_status(&[TcbStatus::UpToDate]), Err(Error::TcbOutOfDate));
    maker.svns = [4; 16];
    let found = verify(&maker).unwrap();
    assert_eq!(found.check_status(&[TcbStatus::UpToDate]), Err(Error::TcbNotAccepted));
    assert_eq!(found.check_status(&[TcbStatus::UpToDate, TcbStatus::SWHardeningNeeded]), Ok(()));
}

#[test]
fn old_lists_of_levels_should_be_read_when_they_have_version_2() {
    let mut maker = Intel::sgx();
    let level = |svn: u8| {
        let mut tcb = json!({ "pcesvn": 13 });
        (1..=16).for_each(|number| tcb[format!("sgxtcbcomp{number:02}svn")] = svn.into());
        tcb
    };
    maker.tcb_info["version"] = 2.into();
    maker.tcb_info.as_object_mut().unwrap().remove("id");
    for (number, svn) in [5, 4, 3, 2].into_iter().enumerate() {
        maker.tcb_info["tcbLevels"][number]["tcb"] = level(svn);
    }
    assert_eq!(verify(&maker).unwrap().tcb_status, TcbStatus::UpToDate);
    maker.svns[7] = 3;
    assert_eq!(verify(&maker).unwrap().tcb_status, TcbStatus::OutOfDate);
    maker.tcb_info["tcbLevels"][0]["tcb"].as_object_mut().unwrap().remove("sgxtcbcomp09svn");
    assert_eq!(verify(&maker), Err(Error::Malformed(Part::TcbInfo)));
}

#[test]
fn quotes_should_be_refused_when_their_header_is_unknown() {
    refused(&cases::HEADER);
}

#[test]
fn quotes_should_be_accepted_when_padded_with_zeros_only() {
    let mut maker = Intel::tdx();
    maker.padding = 1_000;
    assert!(verify(&maker).is_ok());
    let mut quote = maker.quote();
    *quote.last_mut().unwrap() = 1;
    assert_eq!(IntelDcap::declared(&quote), Err(Error::Trailing(Part::Quote)));
    maker.padding = 20_000;
    assert_eq!(verify(&maker), Err(Error::TooLong(Part::Quote)));
}

#[test]
fn collateral_should_be_refused_when_it_would_go_back() {
    let maker = Intel::tdx();
    let collateral = |maker: &Intel| IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
    let held = collateral(&maker);
    assert_eq!(IntelDcap::check_newer(&held, &held), Ok(()));
    let cases: [(Part, Change); 6] = [
        (Part::TcbInfo, |m| m.tcb_info["issueDate"] = "2026-12-01T00:00:00Z".into()),
        (Part::QeIdentity, |m| m.qe_identity["issueDate"] = "2026-12-01T00:00:00Z".into()),
        (Part::RootCrl, |m| m.root_crl.from -= 1),
        (Part::PckCrl, |m| m.pck_crl.from -= 1),
        (Part::TcbInfo, |m| m.tcb_info["tcbEvaluationDataNumber"] = 19.into()),
        (Part::QeIdentity, |m| m.qe_identity["tcbEvaluationDataNumber"] = 19.into()),
    ];
    for (part, change) in cases {
        let mut older = maker.clone();
        change(&mut older);
        let older = collateral(&older);
        assert_eq!(IntelDcap::check_newer(&held, &older), Err(Error::Older(part)));
        assert_eq!(IntelDcap::check_newer(&older, &held), Ok(()));
    }
    assert_eq!(IntelDcap::check_newer(&held, &collateral(&Intel::sgx())), Err(Error::NotComparable));
    let mut later = maker.clone();
    later.move_to(maker.now + 86_400);
    let later = collateral(&later);
    assert_eq!(later.issue_date(), held.issue_date() + 86_400);
    assert_eq!(IntelDcap::check_newer(&held, &later), Ok(()));
}

#[test]
fn quotes_should_be_refused_when_held_collateral_has_expired() {
    let maker = Intel::tdx();
    let collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
    let at = |now| IntelDcap::verify(&maker.roots(), &maker.quote(), &collateral, now).map(|found| found.expires);
    let last = collateral.expires();
    assert_eq!(at(last), Ok(last));
    assert_eq!(at(last + 1), Err(Error::Expired(Part::TcbInfo)));
    assert_eq!(at(maker.now - 1_001), Err(Error::NotYetValid(Part::RootCrl)));
}
