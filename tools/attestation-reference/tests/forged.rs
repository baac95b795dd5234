//! The same verdict as `dcap-qvl` on what a root of trust of the tests signs.

#[path = "../../../primitives/attestation/tests/cases/mod.rs"]
mod cases;

use candor_attestation::{AttestationVerifier, Error, IntelDcap};
use candor_test_attestation::Intel;
use dcap_qvl::{configs::RustCryptoConfig, verify::QuoteVerifier, QuoteCollateralV3};

fn ours(maker: &Intel) -> Result<String, Error> {
    let collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now)?;
    let found = IntelDcap::verify(&maker.roots(), &maker.quote(), &collateral, maker.now)?;
    Ok(format!("{:?}", found.tcb_status).replace("RelaunchAdvised", "TDRelaunchAdvised"))
}

fn theirs(maker: &Intel) -> Result<String, String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let bundle = maker.bundle();
    let collateral = QuoteCollateralV3 {
        pck_crl_issuer_chain: text(&bundle.pck_crl_issuer_chain),
        root_ca_crl: bundle.root_crl.to_vec(),
        pck_crl: bundle.pck_crl.to_vec(),
        tcb_info_issuer_chain: text(&bundle.tcb_info_issuer_chain),
        tcb_info: text(&bundle.tcb_info),
        tcb_info_signature: bundle.tcb_info_signature.to_vec(),
        qe_identity_issuer_chain: text(&bundle.qe_identity_issuer_chain),
        qe_identity: text(&bundle.qe_identity),
        qe_identity_signature: bundle.qe_identity_signature.to_vec(),
        pck_certificate_chain: None,
    };
    QuoteVerifier::new(maker.root_certificate())
        .with_config::<RustCryptoConfig>()
        .verify(&maker.quote(), &collateral, maker.now)
        .map(|found| found.status)
        .map_err(|error| format!("{error:#}"))
}

#[test]
fn verdicts_should_agree_when_nothing_is_wrong() {
    for maker in [Intel::sgx(), Intel::tdx(), Intel::tdx15()] {
        assert_eq!(ours(&maker).as_deref(), Ok("UpToDate"));
        assert_eq!(theirs(&maker).as_deref(), Ok("UpToDate"));
    }
}

#[test]
fn verdicts_should_agree_when_one_thing_is_wrong() {
    for group in cases::GROUPS {
        for (number, (error, change)) in group.cases.iter().enumerate() {
            let mut maker = (group.maker)();
            change(&mut maker);
            assert_eq!(ours(&maker), Err(*error));
            let theirs = theirs(&maker);
            assert_eq!(theirs.is_err(), group.reference_refuses, "case {number}, {error:?}: {theirs:?}");
        }
    }
}

#[test]
fn statuses_should_agree_when_parts_differ() {
    for judged in cases::JUDGED {
        let mut maker = (judged.maker)();
        (judged.change)(&mut maker);
        assert_eq!(ours(&maker).as_deref(), Ok(judged.name));
        assert_eq!(theirs(&maker).as_deref(), Ok(judged.name));
    }
}
