//! SEV-SNP: real certificates and a real report, and reports under a root that only these tests accept.

#![allow(clippy::unwrap_used)]

use candor_attestation::{
    amd::{Line, SnpBundle, SnpCollateral, MAX_EVIDENCE, REPORT},
    AmdSnp, Attestation, AttestationVerifier, Error, Measurement, Part, Roots, TcbStatus, Tee,
};
use candor_test_attestation::{Amd, RsaKey};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

type Change = fn(&mut Amd);

/// In the summer of 2025.
const NOW: u64 = 1_751_000_000;

fn file(name: &str) -> Vec<u8> {
    fs::read(Path::new("testdata/amd").join(name)).unwrap()
}

/// As if AMD's revocation list had been there: nobody publishes one with these samples.
fn held(line: Line, root: usize, ask: &str) -> SnpCollateral {
    SnpCollateral {
        root: Sha256::digest(Roots::vendors().amd[root]).into(),
        line,
        ask: file(ask).try_into().unwrap(),
        issued: NOW - 1,
        expires: NOW + 1,
    }
}

fn published() -> Vec<u8> {
    [file("report_milan"), file("vcek_milan.der")].concat()
}

fn verify(maker: &Amd) -> Result<Attestation, Error> {
    let collateral = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), maker.now)?;
    AmdSnp::verify(&maker.roots(), &maker.evidence(), &collateral, maker.now)
}

fn refused(maker: fn() -> Amd, cases: &[(Error, Change)]) {
    for (number, (error, change)) in cases.iter().enumerate() {
        let mut maker = maker();
        change(&mut maker);
        assert_eq!(verify(&maker), Err(*error), "case {number}");
    }
}

#[test]
fn published_report_should_be_accepted_when_it_is_its_time() {
    let evidence = published();
    let declared = AmdSnp::declared(&evidence).unwrap();
    assert_eq!((declared.tee, declared.version, declared.certificate_bytes), (Tee::SevSnp, 2, 1360));
    assert_eq!(AmdSnp::key_of(&evidence), Ok(Line::Milan));
    let found = AmdSnp::verify(&Roots::vendors(), &evidence, &held(Line::Milan, 0, "ask_milan.der"), NOW).unwrap();
    assert_eq!((found.tee, found.tcb_status), (Tee::SevSnp, TcbStatus::Unjudged));
    let Measurement::SevSnp { machine } = found.measurement else { panic!("not SEV-SNP") };
    assert_eq!(machine, evidence[0x90..0xc0]);
    assert_eq!(found.svns[..6], [0, 3, 0, 8, 0x73, 0]);
    assert_eq!(found.check_floor(&[0; 16]), Ok(()));
    let mut floor = [0; 16];
    floor[4] = 0x74;
    assert_eq!(found.check_floor(&floor), Err(Error::TcbOutOfDate));
    assert_eq!(found.expires, NOW + 1);
}

#[test]
fn published_report_should_be_refused_when_any_bit_is_turned() {
    let (evidence, held) = (published(), held(Line::Milan, 0, "ask_milan.der"));
    let step = if std::env::var_os("CANDOR_EVERY_BYTE").is_some() { 1 } else { 7 };
    for place in (0..evidence.len()).step_by(step) {
        let mut turned = evidence.clone();
        turned[place] ^= 1 << (place / step % 8);
        assert!(AmdSnp::verify(&Roots::vendors(), &turned, &held, NOW).is_err(), "byte {place}");
    }
    for len in 0..evidence.len() {
        let error = AmdSnp::verify(&Roots::vendors(), &evidence[..len], &held, NOW).unwrap_err();
        let expected = match len {
            0..REPORT => Error::Truncated(Part::SnpReport),
            REPORT => Error::Truncated(Part::Vcek),
            _ => Error::Malformed(Part::Vcek),
        };
        assert_eq!(error, expected, "length {len}");
    }
}

#[test]
fn report_should_be_refused_when_its_certificate_is_of_another_processor() {
    let evidence = [file("report_azure"), file("vcek_azure.der")].concat();
    let found = AmdSnp::verify(&Roots::vendors(), &evidence, &held(Line::Milan, 0, "ask_milan.der"), NOW);
    assert_eq!(found, Err(Error::OtherChip));
    let evidence = [file("report_milan"), file("vcek_turin.der")].concat();
    let found = AmdSnp::verify(&Roots::vendors(), &evidence, &held(Line::Milan, 0, "ask_milan.der"), NOW);
    assert_eq!(found, Err(Error::WrongIssuer(Part::Vcek)));
}

#[test]
fn issuers_should_be_refused_when_the_revocation_list_is_not_the_vendors() {
    // Their certificates are AMD's: what fails is the list, which a test's root signed.
    let roots = Roots::vendors();
    for ask in ["ask_milan.der", "ask_genoa.der", "ask_turin.der"] {
        let bundle = SnpBundle { ask: file(ask).try_into().unwrap(), ..Amd::milan().bundle() };
        let found = AmdSnp::verify_collateral(&roots, &bundle, 1_800_000_000);
        assert_eq!(found, Err(Error::WrongIssuer(Part::ArkCrl)), "{ask}");
        let mut turned = bundle.clone();
        turned.ask[900] ^= 1;
        assert!(AmdSnp::verify_collateral(&roots, &turned, 1_800_000_000).is_err());
    }
}

#[test]
fn forged_reports_should_be_accepted_by_their_root_and_no_other() {
    for (mut maker, line) in [(Amd::milan(), Line::Milan), (Amd::turin(), Line::Turin)] {
        maker.set_report_data([7; 64]);
        let found = verify(&maker).unwrap();
        assert_eq!((found.report_data, found.tcb_status), ([7; 64], TcbStatus::Unjudged));
        assert_eq!(found.measurement, Measurement::SevSnp { machine: [0xd2; 48] });
        assert_eq!(AmdSnp::key_of(&maker.evidence()), Ok(line));
        assert_eq!(
            AmdSnp::verify_collateral(&Roots::vendors(), &maker.bundle(), maker.now),
            Err(Error::ForeignRoot(Part::Ask))
        );
        let collateral = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
        let found = AmdSnp::verify(&Roots::vendors(), &maker.evidence(), &collateral, maker.now);
        assert_eq!(found, Err(Error::ForeignRoot(Part::Ask)));
        assert_eq!(AmdSnp::check_newer(&collateral, &collateral), Ok(()));
        maker.crl.from -= 1;
        let older = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
        assert_eq!(AmdSnp::check_newer(&collateral, &older), Err(Error::Older(Part::ArkCrl)));
    }
}

#[test]
fn reports_should_be_refused_when_one_thing_is_wrong() {
    refused(
        Amd::milan,
        &[
            (Error::UnsupportedVersion(Part::SnpReport), |m| m.report[0] = 1),
            (Error::UnsupportedVersion(Part::SnpReport), |m| m.report[0] = 6),
            (Error::UnsupportedKeyType(Part::SnpReport), |m| m.report[0x34] = 2),
            (Error::UnsupportedKeyType(Part::SnpReport), |m| m.report[0x48] = 4),
            (Error::OtherChip, |m| m.report[0x48] = 2),
            (Error::WrongPrivilege, |m| m.report[0x30] = 1),
            (Error::Debug, |m| m.report[10] |= 8),
            (Error::Migratable, |m| m.report[10] |= 4),
            (Error::ReservedAttributes, |m| m.report[10] = 1),
            (Error::ReservedAttributes, |m| m.report[11] = 4),
            (Error::OtherChip, |m| m.report[0x1a0] = 0),
            (Error::OtherFirmware, |m| m.report[0x180] = 4),
            (Error::OtherFirmware, |m| m.firmware[3].1 = 114),
            (Error::Malformed(Part::Vcek), |m| m.firmware.truncate(3)),
            (Error::Expired(Part::Vcek), |m| m.vcek.until = m.now - 1),
            (Error::NotYetValid(Part::Vcek), |m| m.vcek.from = m.now + 1),
            (Error::WrongPurpose(Part::Vcek), |m| m.vcek.authority = true),
            (Error::WrongPurpose(Part::Vcek), |m| m.vcek.subject = "SEV-VLEK".into()),
            (Error::WrongIssuer(Part::Vcek), |m| m.vcek.issuer = "SEV-Genoa".into()),
        ],
    );
    refused(
        Amd::turin,
        &[
            (Error::OtherChip, |m| m.report[0x1a8] = 1),
            (Error::OtherFirmware, |m| m.report[0x183] = 5),
            (Error::OtherChip, |m| m.chip.truncate(4)),
        ],
    );
}

#[test]
fn collateral_should_be_refused_when_one_thing_is_wrong() {
    refused(
        Amd::milan,
        &[
            (Error::Expired(Part::Ask), |m| m.ask.until = m.now - 1),
            (Error::NotYetValid(Part::Ask), |m| m.ask.from = m.now + 1),
            (Error::Expired(Part::Ark), |m| m.ark.until = m.now - 1),
            (Error::NotYetValid(Part::ArkCrl), |m| m.crl.from = m.now + 1),
            (Error::Expired(Part::ArkCrl), |m| m.crl.until = m.now),
            (Error::Revoked(Part::Ask), |m| m.crl.revoked.push(2)),
            (Error::Revoked(Part::Ark), |m| m.crl.revoked.push(1)),
            (Error::WrongPurpose(Part::Ask), |m| m.ask.authority = false),
            (Error::WrongPurpose(Part::Ask), |m| m.ask.subject = "SEV-Rome".into()),
            (Error::ForeignRoot(Part::Ask), |m| m.ask.issuer = "ARK-Genoa".into()),
            (Error::WrongIssuer(Part::ArkCrl), |m| m.crl.issuer = "ARK-Genoa".into()),
        ],
    );
}

#[test]
fn everything_should_be_refused_when_signed_by_another_key() {
    let maker = Amd::milan();
    let mut other = maker.clone();
    other.root_key = RsaKey::issuer();
    let (mine, theirs) = (maker.bundle(), other.bundle());
    let at = |bundle: SnpBundle| AmdSnp::verify_collateral(&maker.roots(), &bundle, maker.now);
    assert!(at(mine.clone()).is_ok());
    assert_eq!(at(theirs.clone()), Err(Error::ForeignRoot(Part::Ask)));
    assert_eq!(at(SnpBundle { ark_crl: theirs.ark_crl, ..mine.clone() }), Err(Error::BadSignature(Part::ArkCrl)));

    let collateral = at(mine).unwrap();
    let check = |evidence: &[u8]| AmdSnp::verify(&maker.roots(), evidence, &collateral, maker.now).map(|_| ());
    let mut other = maker.clone();
    other.issuer_key = RsaKey::root();
    assert_eq!(check(&other.evidence()), Err(Error::BadSignature(Part::Vcek)));
    let mut other = maker.clone();
    other.set_report_data([9; 64]);
    let mut spliced = maker.evidence();
    spliced[0x50..0x90].fill(9);
    assert_eq!(check(&spliced), Err(Error::BadSignature(Part::SnpReport)), "a swapped report_data");
    assert_eq!(check(&other.evidence()), Ok(()));
    assert_eq!(check(&vec![0; MAX_EVIDENCE as usize + 1]), Err(Error::TooLong(Part::SnpReport)));
}
