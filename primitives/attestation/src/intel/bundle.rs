//! Collateral as Intel serves it, and its verification.

use super::{
    collateral::{Collateral, Crl, PckCa},
    identity::QeIdentity,
    tcb::TcbInfo,
};
use crate::{
    error::{Error, Part},
    keys::P256Key,
    pem::{certificates, MAX_CHAIN},
    roots::{IntelRoot, Roots},
    x509::{Certificate, Purpose, RevocationList, MAX_CRL},
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};

/// Longest list of TCB levels, as text.
pub const MAX_TCB_INFO: u32 = 32 * 1024;
/// Longest identity of the quoting enclave, as text.
pub const MAX_QE_IDENTITY: u32 = 8 * 1024;

const SIGNER: &[u8] = b"Intel SGX TCB Signing";

/// A chain of certificates as text (PEM): the signer, and the root or nothing.
pub type Chain = BoundedVec<u8, ConstU32<MAX_CHAIN>>;
/// A revocation list in DER.
pub type CrlBytes = BoundedVec<u8, ConstU32<MAX_CRL>>;

/// Collateral for the quotes of one model of processors, as Intel's Provisioning Certification Service serves it: the
/// bodies byte by byte, the issuer chains from the headers without their URL encoding, signatures and lists as bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Bundle {
    /// The revocation list of the root.
    pub root_crl: CrlBytes,
    /// The revocation list of the authority that issues the certificates of machines.
    pub pck_crl: CrlBytes,
    /// The chain of that authority.
    pub pck_crl_issuer_chain: Chain,
    /// What the header of `tcbInfo` is about: its value, without what surrounds it in the body.
    pub tcb_info: BoundedVec<u8, ConstU32<MAX_TCB_INFO>>,
    /// The signature beside it.
    pub tcb_info_signature: [u8; 64],
    /// The chain of who signed it.
    pub tcb_info_issuer_chain: Chain,
    /// The value of `enclaveIdentity`.
    pub qe_identity: BoundedVec<u8, ConstU32<MAX_QE_IDENTITY>>,
    /// The signature beside it.
    pub qe_identity_signature: [u8; 64],
    /// The chain of who signed it.
    pub qe_identity_issuer_chain: Chain,
}

impl Bundle {
    pub(super) fn bytes(&self) -> u32 {
        let lengths = [
            self.root_crl.len(),
            self.pck_crl.len(),
            self.pck_crl_issuer_chain.len(),
            self.tcb_info.len(),
            self.tcb_info_issuer_chain.len(),
            self.qe_identity.len(),
            self.qe_identity_issuer_chain.len(),
            128,
        ];
        lengths.iter().fold(0, |sum: u32, len| sum.saturating_add(u32::try_from(*len).unwrap_or(u32::MAX)))
    }

    pub(super) fn verify(&self, roots: &Roots<'_>, now: u64) -> Result<Collateral, Error> {
        let root = roots.intel()?;
        root.certificate.issued.check_time(now)?;
        let root_crl = crl(&self.root_crl, Part::RootCrl, &root.certificate, &root.key, now)?;
        if root_crl.revokes(&root.certificate.serial) {
            return Err(Error::Revoked(Part::IntelRoot));
        }

        let chain = certificates(&self.pck_crl_issuer_chain, Part::PckAuthority)?;
        let issuer = Issued::by_root(&chain, Part::PckAuthority, Purpose::Authority, &root, &root_crl, now)?;
        let pck_ca = issuer.certificate.common_name().and_then(PckCa::of_name);
        let pck_ca = pck_ca.ok_or(Error::WrongPurpose(Part::PckAuthority))?;
        let mut pck_crl = crl(&self.pck_crl, Part::PckCrl, &issuer.certificate, &issuer.key, now)?;
        pck_crl.expires = pck_crl.expires.min(issuer.certificate.issued.until);

        let chain = certificates(&self.tcb_info_issuer_chain, Part::TcbInfoSigner)?;
        let signer = Issued::by_root(&chain, Part::TcbInfoSigner, Purpose::Leaf, &root, &root_crl, now)?;
        signer.check_name()?;
        signer.key.check(&self.tcb_info, &self.tcb_info_signature, Part::TcbInfo)?;
        let mut tcb_info = TcbInfo::read(&self.tcb_info)?;
        check_dates(tcb_info.issued, tcb_info.expires, now, Part::TcbInfo)?;
        tcb_info.expires = tcb_info.expires.min(signer.certificate.issued.until);

        // Intel signs both with one certificate.
        let other_chain = certificates(&self.qe_identity_issuer_chain, Part::QeIdentitySigner)?;
        let signer = match other_chain == chain {
            true => signer,
            false => Issued::by_root(&other_chain, Part::QeIdentitySigner, Purpose::Leaf, &root, &root_crl, now)?,
        };
        signer.check_name()?;
        signer.key.check(&self.qe_identity, &self.qe_identity_signature, Part::QeIdentity)?;
        let mut qe_identity = QeIdentity::read(&self.qe_identity)?;
        check_dates(qe_identity.issued, qe_identity.expires, now, Part::QeIdentity)?;
        qe_identity.expires = qe_identity.expires.min(signer.certificate.issued.until);

        if tcb_info.tee != qe_identity.tee {
            return Err(Error::OtherTee);
        }
        let root = Sha256::digest(root.bytes).into();
        let pck_ca_key = Sha256::digest(issuer.certificate.key).into();
        Ok(Collateral { root, root_crl, pck_ca, pck_ca_key, pck_crl, tcb_info, qe_identity })
    }
}

fn check_dates(issued: u64, expires: u64, now: u64, part: Part) -> Result<(), Error> {
    if now < issued {
        return Err(Error::NotYetValid(part));
    }
    if now > expires {
        return Err(Error::Expired(part));
    }
    Ok(())
}

/// Verifies a revocation list.
fn crl(bytes: &[u8], part: Part, issuer: &Certificate<'_>, key: &P256Key, now: u64) -> Result<Crl, Error> {
    let list = RevocationList::verify(bytes, part, issuer.subject, key, now)?;
    Ok(Crl { issued: list.issued.from, expires: list.issued.until, revoked: list.revoked()? })
}

/// A certificate that the root issued, and its key.
struct Issued<'a> {
    part: Part,
    certificate: Certificate<'a>,
    key: P256Key,
}

impl<'a> Issued<'a> {
    fn by_root(
        chain: &'a [Vec<u8>],
        part: Part,
        purpose: Purpose,
        root: &IntelRoot<'_>,
        root_crl: &Crl,
        now: u64,
    ) -> Result<Self, Error> {
        let (first, rest) = chain.split_first().ok_or(Error::Truncated(part))?;
        root.check_rest(rest, part)?;
        let certificate = Certificate::parse(first, part)?;
        certificate.issued.check_time(now)?;
        certificate.check_purpose(purpose)?;
        root.check_issued(&certificate, part)?;
        if root_crl.revokes(&certificate.serial) {
            return Err(Error::Revoked(part));
        }
        let key = certificate.p256()?;
        Ok(Self { part, certificate, key })
    }

    fn check_name(&self) -> Result<(), Error> {
        if self.certificate.common_name() == Some(SIGNER) {
            Ok(())
        } else {
            Err(Error::WrongPurpose(self.part))
        }
    }
}
