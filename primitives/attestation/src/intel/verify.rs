//! The verification of a quote.

use super::{
    collateral::{Collateral, CollateralKey, PckCa},
    machine::Machine,
    quote::{Quote, Report, TdReport},
    tcb::Judgement,
};
use crate::{
    attestation::{Attestation, TcbStatus},
    error::{Error, Part},
    keys::P256Key,
    pem::certificates,
    roots::{IntelRoot, Roots},
    x509::{common_name, Certificate, Purpose},
};
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

/// Attributes of a TDX virtual machine (TDX Module ABI, 348551, table of ATTRIBUTES).
const TD_DEBUG: u64 = 1;
const TD_PROFILED: u64 = 0x70;
const TD_SERVICE: u64 = 1 << 17;
const TD_SEPT_VE_DISABLE: u64 = 1 << 28;
const TD_MIGRATABLE: u64 = 1 << 29;
/// Bits 1 to 3, 7 to 15, 23 to 26 and 32 to 61.
const TD_RESERVED: u64 = 0x3fff_ffff_0780_ff8e;

pub(super) fn key_of(evidence: &[u8]) -> Result<CollateralKey, Error> {
    let quote = Quote::parse(evidence)?;
    let chain = certificates(quote.chain, Part::PckCertificate)?;
    let leaf = chain.first().ok_or(Error::Truncated(Part::PckCertificate))?;
    let leaf = Certificate::parse(leaf, Part::PckCertificate)?;
    let pck_ca = common_name(leaf.issued.by).and_then(PckCa::of_name);
    let pck_ca = pck_ca.ok_or(Error::WrongIssuer(Part::PckCertificate))?;
    Ok(CollateralKey { tee: quote.report.tee(), fmspc: Machine::of(&leaf)?.fmspc, pck_ca })
}

pub(super) fn verify(
    roots: &Roots<'_>,
    evidence: &[u8],
    collateral: &Collateral,
    now: u64,
) -> Result<Attestation, Error> {
    let quote = Quote::parse(evidence)?;
    let root = roots.intel()?;
    if collateral.root != *Sha256::digest(root.bytes) {
        return Err(Error::ForeignRoot(Part::TcbInfo));
    }
    root.certificate.issued.check_time(now)?;
    collateral.check_time(now)?;
    let tee = quote.report.tee();
    if collateral.tcb_info.tee != tee || collateral.qe_identity.tee != tee {
        return Err(Error::OtherTee);
    }

    let chain = certificates(quote.chain, Part::PckCertificate)?;
    let leaf = Leaf::verify(&chain, &root, collateral, now)?;
    let machine = Machine::of(&leaf.certificate)?;
    if machine.fmspc != collateral.tcb_info.fmspc || machine.pce_id != collateral.tcb_info.pce_id {
        return Err(Error::OtherPlatform);
    }

    leaf.key.check(quote.qe_report.0, quote.qe_signature, Part::QeReport)?;
    let vouched = Sha256::new().chain_update(quote.key).chain_update(quote.qe_authentication).finalize();
    if !quote.qe_report.report_data().starts_with(&vouched) {
        return Err(Error::ForeignKey);
    }
    let qe_level = collateral.qe_identity.level_of(&quote.qe_report)?;
    let key = P256Key::of_coordinates(quote.key, Part::Quote)?;
    key.check(quote.signed, quote.signature, Part::Quote)?;

    let (mut judgement, current) = judge(&quote, collateral, &machine)?;
    judgement.join(qe_level)?;
    let mut tcb_status = judgement.status;
    if let Some(mut current) = current {
        current.join(qe_level)?;
        if current.status == TcbStatus::Revoked {
            return Err(Error::TcbRevoked);
        }
        tcb_status = judgement.since_launch(current.status);
    }
    if tcb_status == TcbStatus::Revoked {
        return Err(Error::TcbRevoked);
    }
    check_attributes(&quote.report)?;

    let mut platform = [0; 64];
    platform.iter_mut().zip(machine.ppid).for_each(|(to, from)| *to = from);
    Ok(Attestation {
        tee,
        measurement: quote.report.measurement(),
        report_data: *quote.report.report_data(),
        attributes: quote.report.attributes(),
        platform,
        tcb_status,
        svns: match &quote.report {
            Report::Sgx(_) => machine.svns,
            Report::Td(report) => *report.launch_svns(),
        },
        tcb_date: judgement.date,
        advisories: judgement.advisories,
        expires: collateral.expires().min(leaf.expires).min(root.certificate.issued.until),
    })
}

/// A machine's certificate that leads to the root.
struct Leaf<'a> {
    certificate: Certificate<'a>,
    key: P256Key,
    expires: u64,
}

impl<'a> Leaf<'a> {
    fn verify(chain: &'a [Vec<u8>], root: &IntelRoot<'_>, collateral: &Collateral, now: u64) -> Result<Self, Error> {
        let [leaf, issuer, rest @ ..] = chain else {
            return Err(Error::Truncated(Part::PckCertificate));
        };
        root.check_rest(rest, Part::PckAuthority)?;
        let issuer = Certificate::parse(issuer, Part::PckAuthority)?;
        let certificate = Certificate::parse(leaf, Part::PckCertificate)?;
        issuer.issued.check_time(now)?;
        issuer.check_purpose(Purpose::Authority)?;
        certificate.issued.check_time(now)?;
        certificate.check_purpose(Purpose::Leaf)?;
        root.check_issued(&issuer, Part::PckAuthority)?;
        certificate.issued.check_issuer(issuer.subject, &issuer.p256()?)?;
        if collateral.pck_ca_key != *Sha256::digest(issuer.key) {
            return Err(Error::WrongIssuer(Part::PckCrl));
        }
        if collateral.root_crl.revokes(&issuer.serial) {
            return Err(Error::Revoked(Part::PckAuthority));
        }
        if collateral.pck_crl.revokes(&certificate.serial) {
            return Err(Error::Revoked(Part::PckCertificate));
        }
        let key = certificate.p256()?;
        let expires = certificate.issued.until.min(issuer.issued.until);
        Ok(Self { certificate, key, expires })
    }
}

/// How the firmware is judged: the one the machine was started on, and the one it runs on where the report tells.
fn judge(
    quote: &Quote<'_>,
    collateral: &Collateral,
    machine: &Machine,
) -> Result<(Judgement, Option<Judgement>), Error> {
    let info = &collateral.tcb_info;
    match &quote.report {
        Report::Sgx(_) => Ok((info.judge_sgx(machine)?, None)),
        Report::Td(report) => {
            let launch = info.judge_tdx(machine, report.launch_svns())?;
            info.check_module(report)?;
            let current = report.current_svns().map(|svns| info.judge_tdx(machine, svns)).transpose()?;
            Ok((launch, current))
        },
    }
}

/// Refuses machines whose operator can look into them.
fn check_attributes(report: &Report<'_>) -> Result<(), Error> {
    match report {
        Report::Sgx(report) if report.is_debug() => Err(Error::Debug),
        Report::Sgx(_) => Ok(()),
        Report::Td(report) => check_td(report),
    }
}

fn check_td(report: &TdReport<'_>) -> Result<(), Error> {
    let set = |bits| report.attributes() & bits != 0;
    if set(TD_DEBUG) {
        return Err(Error::Debug);
    }
    if set(TD_PROFILED) {
        return Err(Error::Profiled);
    }
    if set(TD_RESERVED) {
        return Err(Error::ReservedAttributes);
    }
    if set(TD_MIGRATABLE) {
        return Err(Error::Migratable);
    }
    if set(TD_SERVICE) || report.service().is_some_and(|service| *service != [0; 48]) {
        return Err(Error::ServiceTd);
    }
    if !set(TD_SEPT_VE_DISABLE) {
        return Err(Error::SeptVeNotDisabled);
    }
    Ok(())
}
