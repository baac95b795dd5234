use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Part {
    /// The quote itself.
    Quote,
    /// The report in which the quoting enclave vouches for the key of the quote.
    QeReport,
    /// The certificate of the machine (PCK).
    PckCertificate,
    /// The authority that issued the certificate of the machine (PCK CA).
    PckAuthority,
    /// Intel's root certificate.
    IntelRoot,
    /// The list of TCB levels.
    TcbInfo,
    /// The certificate that signed the list of TCB levels.
    TcbInfoSigner,
    /// The identity that the quoting enclave must have.
    QeIdentity,
    /// The certificate that signed the identity of the quoting enclave.
    QeIdentitySigner,
    /// The revocation list of the root.
    RootCrl,
    /// The revocation list of the authority that issues the certificates of machines.
    PckCrl,
    /// An SEV-SNP report.
    SnpReport,
    /// The certificate of an AMD processor (VCEK).
    Vcek,
    /// The authority that issues the certificates of AMD processors (ASK).
    Ask,
    /// AMD's root certificate (ARK).
    Ark,
    /// The revocation list of AMD's root.
    ArkCrl,
}

impl Part {
    /// The part in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Quote => "the quote",
            Self::QeReport => "the quoting enclave's report",
            Self::PckCertificate => "the machine's certificate",
            Self::PckAuthority => "the certificate of the machine's issuer",
            Self::IntelRoot => "Intel's root certificate",
            Self::TcbInfo => "the list of TCB levels",
            Self::TcbInfoSigner => "the certificate that signed the list of TCB levels",
            Self::QeIdentity => "the identity of the quoting enclave",
            Self::QeIdentitySigner => "the certificate that signed the identity of the quoting enclave",
            Self::RootCrl => "the root's revocation list",
            Self::PckCrl => "the revocation list of machines",
            Self::SnpReport => "the SEV-SNP report",
            Self::Vcek => "the processor's certificate",
            Self::Ask => "the certificate of the processor's issuer",
            Self::Ark => "AMD's root certificate",
            Self::ArkCrl => "AMD's revocation list",
        }
    }
}

/// Why evidence or collateral is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Error {
    /// It is longer than anything a vendor makes.
    TooLong(Part),
    /// It ends too early.
    Truncated(Part),
    /// Something follows where it should end.
    Trailing(Part),
    /// It does not have the form that its vendor documents.
    Malformed(Part),
    /// It has more entries than are kept.
    TooMany(Part),
    /// Its version is not one of those known here.
    UnsupportedVersion(Part),
    /// Its kind of machine is not one of those known here.
    UnsupportedTee,
    /// Its signature is of another kind than those known here.
    UnsupportedKeyType(Part),
    /// It does not bring the chain of certificates that it is certified by.
    UnsupportedCertification,
    /// The quoting enclave is not Intel's.
    UnknownQuotingVendor,
    /// Its signature is not by the key that should have signed it.
    BadSignature(Part),
    /// The key of the quote is not the one that the quoting enclave vouches for.
    ForeignKey,
    /// Its validity has ended.
    Expired(Part),
    /// Its validity has not begun.
    NotYetValid(Part),
    /// Its issuer has revoked it.
    Revoked(Part),
    /// Its chain ends at another root than the trusted one.
    ForeignRoot(Part),
    /// It was issued by another than the one it is shown with.
    WrongIssuer(Part),
    /// Its certificate is not meant for this use.
    WrongPurpose(Part),
    /// The enclave or virtual machine can be debugged: its operator reads and changes what runs in it.
    Debug,
    /// The virtual machine is being profiled.
    Profiled,
    /// Attributes are set that have no meaning known here.
    ReservedAttributes,
    /// The virtual machine may be migrated.
    Migratable,
    /// A service virtual machine has power over this one.
    ServiceTd,
    /// The virtual machine cannot notice that its memory is taken away.
    SeptVeNotDisabled,
    /// The quoting enclave was signed by another than the expected one.
    WrongQeSigner,
    /// The quoting enclave is another product than the expected one.
    WrongQeProduct,
    /// The quoting enclave has other attributes than the expected ones.
    WrongQeAttributes,
    /// The quoting enclave is older than every version listed.
    QeTooOld,
    /// The collateral is for another model of processor.
    OtherPlatform,
    /// The collateral is for another kind of machine.
    OtherTee,
    /// The TDX module's version is not listed.
    UnknownModule,
    /// The TDX module was signed by another than the expected one.
    WrongModuleSigner,
    /// The TDX module has other attributes than the expected ones.
    WrongModuleAttributes,
    /// The machine's firmware is older than every level listed.
    BelowEveryLevel,
    /// A status stands where its vendor does not use it.
    WrongStatus(Part),
    /// The vendor has revoked the machine's TCB: its keys may be known to others.
    TcbRevoked,
    /// The machine's firmware is out of date.
    TcbOutOfDate,
    /// The machine's TCB status is not among those accepted.
    TcbNotAccepted,
    /// It is older than what is held already.
    Older(Part),
    /// What is held already is for something else.
    NotComparable,
    /// The processor's certificate is for another processor.
    OtherChip,
    /// The processor's certificate is for another firmware.
    OtherFirmware,
    /// The report was asked for by other software than the one at the highest privilege.
    WrongPrivilege,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, words) = match *self {
            Self::TooLong(part) => (part, "is too long"),
            Self::Truncated(part) => (part, "ends too early"),
            Self::Trailing(part) => (part, "is followed by something that does not belong there"),
            Self::Malformed(part) => (part, "does not have the documented form"),
            Self::TooMany(part) => (part, "has too many entries"),
            Self::UnsupportedVersion(part) => (part, "has an unknown version"),
            Self::UnsupportedKeyType(part) => (part, "has an unknown kind of key or signature"),
            Self::BadSignature(part) => (part, "is not signed by who should have signed it"),
            Self::Expired(part) => (part, "has expired: fetch it anew from its vendor"),
            Self::NotYetValid(part) => (part, "is not valid yet"),
            Self::Revoked(part) => (part, "has been revoked by its issuer"),
            Self::ForeignRoot(part) => (part, "leads to a root that is not trusted"),
            Self::WrongIssuer(part) => (part, "was issued by someone else"),
            Self::WrongPurpose(part) => (part, "is not meant for this use"),
            Self::WrongStatus(part) => (part, "uses a status where its vendor does not"),
            Self::Older(part) => (part, "is older than what is held already"),
            other => return f.write_str(other.alone()),
        };
        write!(f, "{} {words}", part.words())
    }
}

impl Error {
    /// Words for the errors that are about one thing only.
    const fn alone(self) -> &'static str {
        match self {
            Self::UnsupportedTee => "the kind of machine is unknown: SGX, TDX and SEV-SNP are supported",
            Self::UnsupportedCertification => {
                "the quote does not bring its certificates (certification data of type 5)"
            },
            Self::UnknownQuotingVendor => "the quote is not by Intel's quoting enclave",
            Self::ForeignKey => "the quoting enclave does not vouch for the quote's key",
            Self::Debug => "the enclave or virtual machine can be debugged",
            Self::Profiled => "the virtual machine is being profiled",
            Self::ReservedAttributes => "attributes without a known meaning are set",
            Self::Migratable => "the virtual machine may be migrated",
            Self::ServiceTd => "a service virtual machine has power over this one",
            Self::SeptVeNotDisabled => "the virtual machine runs without SEPT_VE_DISABLE",
            Self::WrongQeSigner => "the quoting enclave has another signer than Intel's",
            Self::WrongQeProduct => "the quoting enclave is another product",
            Self::WrongQeAttributes => "the quoting enclave has other attributes than it should",
            Self::QeTooOld => "the quoting enclave is older than every version listed",
            Self::OtherPlatform => "the collateral is for another model of processor",
            Self::OtherTee => "the collateral is for another kind of machine",
            Self::UnknownModule => "the TDX module's version is not listed",
            Self::WrongModuleSigner => "the TDX module has another signer than it should",
            Self::WrongModuleAttributes => "the TDX module has other attributes than it should",
            Self::BelowEveryLevel => "the machine's firmware is older than every level listed: update it",
            Self::TcbRevoked => "the vendor has revoked the machine's TCB",
            Self::TcbOutOfDate => "the machine's firmware is out of date: update it",
            Self::TcbNotAccepted => "the machine's TCB status is not accepted: see its advisories",
            Self::NotComparable => "the collateral held already is for something else",
            Self::OtherChip => "the certificate is for another processor",
            Self::OtherFirmware => "the certificate is for another firmware",
            Self::WrongPrivilege => "the report was not asked for at the highest privilege (VMPL 0)",
            _ => "refused",
        }
    }
}

impl core::error::Error for Error {}
