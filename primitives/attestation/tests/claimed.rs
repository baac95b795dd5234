//! What evidence says of itself is what its verification finds.

#![allow(clippy::unwrap_used)]

use candor_attestation::{AmdSnp, AttestationVerifier, Claimed, Error, IntelDcap, Part};
use candor_test_attestation::{Amd, Intel};

#[test]
fn claims_should_be_what_verification_finds_when_a_quote_is_good() {
    for mut maker in [Intel::sgx(), Intel::tdx(), Intel::tdx15()] {
        maker.set_report_data([9; 64]);
        let len = maker.quote().len();
        maker.padding = 300;
        let quote = maker.quote();
        let collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
        let found = IntelDcap::verify(&maker.roots(), &quote, &collateral, maker.now).unwrap();
        let claimed = IntelDcap::claimed(&quote).unwrap();
        let Claimed { tee, measurement, report_data, .. } = claimed;
        assert_eq!((tee, measurement, report_data), (found.tee, found.measurement, found.report_data));
        assert_eq!(claimed.len, len, "without the padding");
        assert_eq!(IntelDcap::verify(&maker.roots(), &quote[..len], &collateral, maker.now).unwrap(), found);
    }
}

#[test]
fn claims_should_be_what_verification_finds_when_a_report_is_good() {
    for mut maker in [Amd::milan(), Amd::turin()] {
        maker.set_report_data([9; 64]);
        let evidence = maker.evidence();
        let collateral = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
        let found = AmdSnp::verify(&maker.roots(), &evidence, &collateral, maker.now).unwrap();
        let claimed = AmdSnp::claimed(&evidence).unwrap();
        assert_eq!(
            claimed,
            Claimed {
                tee: found.tee,
                measurement: found.measurement,
                report_data: found.report_data,
                len: evidence.len()
            }
        );
    }
}

#[test]
fn claims_should_be_refused_when_evidence_is_of_no_known_kind() {
    assert_eq!(IntelDcap::claimed(&[0; 100]), Err(Error::UnsupportedVersion(Part::Quote)));
    let mut maker = Amd::milan();
    assert_eq!(AmdSnp::claimed(&maker.evidence()[..1184]), Err(Error::Truncated(Part::Vcek)));
    assert!(AmdSnp::claimed(&[&maker.evidence()[..1184], b"-----BEGIN"].concat()).is_err());
    maker.report[0x30] = 2;
    assert_eq!(AmdSnp::claimed(&maker.evidence()), Err(Error::WrongPrivilege));
    // Signed by the key of a cloud (VLEK).
    maker.report[0x30] = 0;
    maker.report[0x48] = 4;
    assert_eq!(AmdSnp::claimed(&maker.evidence()), Err(Error::UnsupportedKeyType(Part::SnpReport)));
}
