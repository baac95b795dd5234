//! The verification of a report.

use super::{
    collateral::{Line, SnpCollateral},
    report,
};
use crate::{
    asn1::Fields,
    attestation::{Advisories, Attestation, Measurement, TcbStatus, Tee},
    error::{Error, Part},
    keys::P384Key,
    roots::Roots,
    rsa::RsaKey,
    x509::{Certificate, Purpose},
};
use der::Tag;

/// 1.3.6.1.4.1.3704.1.4: the processor.
const CHIP: [u8; 9] = [0x2b, 6, 1, 4, 1, 0x9c, 0x78, 1, 4];

/// 1.3.6.1.4.1.3704.1.3.`number`: the version of a part of the firmware.
const fn version_of(number: u8) -> [u8; 10] {
    [0x2b, 6, 1, 4, 1, 0x9c, 0x78, 1, 3, number]
}

/// Parts of the firmware: the number in the certificate, and the byte in the report's TCB, before Turin and since.
const PARTS: [(u8, Option<usize>, usize); 5] =
    [(9, None, 0), (1, Some(0), 1), (2, Some(1), 2), (3, Some(6), 3), (8, Some(7), 7)];

pub(super) fn key_of(evidence: &[u8]) -> Result<Line, Error> {
    let (_, certificate) = report::split(evidence)?;
    let certificate = Certificate::parse(certificate, Part::Vcek)?;
    Line::of_issuer(certificate.issued.by).ok_or(Error::WrongIssuer(Part::Vcek))
}

pub(super) fn verify(
    roots: &Roots<'_>,
    evidence: &[u8],
    collateral: &SnpCollateral,
    now: u64,
) -> Result<Attestation, Error> {
    let (report, certificate) = report::split(evidence)?;
    report.check_form()?;
    let (r, s) = report.signature()?;
    collateral.check(roots, now)?;

    let vcek = Certificate::parse(certificate, Part::Vcek)?;
    vcek.issued.check_time(now)?;
    vcek.check_purpose(Purpose::Leaf)?;
    if vcek.common_name() != Some(b"SEV-VCEK") {
        return Err(Error::WrongPurpose(Part::Vcek));
    }
    let ask = Certificate::parse(&collateral.ask, Part::Ask)?;
    let issuer = RsaKey::of_certificate(ask.key_algorithm, ask.key, Part::Ask)?;
    vcek.issued.check_issuer(ask.subject, &issuer)?;

    let chip = vcek.extension(&CHIP)?;
    let rest = report.chip().strip_prefix(chip).ok_or(Error::OtherChip)?;
    // Turin has eight bytes and fills up with zeros.
    if chip.len() < 8 || rest.iter().any(|byte| *byte != 0) {
        return Err(Error::OtherChip);
    }
    let svns = firmware(&vcek, report.reported_tcb(), collateral.line)?;
    let key = P384Key::of_certificate(vcek.key_algorithm, vcek.key, Part::Vcek)?;
    key.check(report.signed(), &r, &s, Part::SnpReport)?;
    report.check_policy()?;

    Ok(Attestation {
        tee: Tee::SevSnp,
        measurement: Measurement::SevSnp { machine: *report.measurement() },
        report_data: *report.report_data(),
        attributes: report.policy(),
        platform: *report.chip(),
        tcb_status: TcbStatus::Unjudged,
        svns,
        tcb_date: 0,
        advisories: Advisories::default(),
        expires: collateral.expires.min(vcek.issued.until),
    })
}

/// Checks that the certificate is for the firmware of the report: the processor's key depends on it.
fn firmware(vcek: &Certificate<'_>, reported: &[u8; 8], line: Line) -> Result<[u8; 16], Error> {
    let mut svns = [0; 16];
    for (svn, (number, before, since)) in svns.iter_mut().zip(PARTS) {
        let place = if line < Line::Turin { before } else { Some(since) };
        let Some(found) = place.and_then(|place| reported.get(place)) else { continue };
        let certified = Fields::new(vcek.extension(&version_of(number))?).and_then(|mut fields| {
            let version = match *fields.content(Tag::Integer)? {
                [version] | [0, version] => version,
                _ => return None,
            };
            fields.is_empty().then_some(version)
        });
        if certified.ok_or(Error::Malformed(Part::Vcek))? != *found {
            return Err(Error::OtherFirmware);
        }
        *svn = *found;
    }
    Ok(svns)
}
