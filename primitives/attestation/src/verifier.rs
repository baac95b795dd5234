use crate::{
    attestation::{Attestation, Measurement, Tee},
    error::Error,
    roots::Roots,
};
use codec::{Codec, DecodeWithMemTracking, EncodeLike, MaxEncodedLen};
use core::fmt::Debug;
use scale_info::TypeInfo;

/// What can be sent to a chain, kept there, and shown.
pub trait Kept:
    Codec + EncodeLike + DecodeWithMemTracking + MaxEncodedLen + TypeInfo + Clone + Debug + PartialEq + 'static
{
}

impl<X> Kept for X where
    X: Codec + EncodeLike + DecodeWithMemTracking + MaxEncodedLen + TypeInfo + Clone + Debug + PartialEq + 'static
{
}

/// What evidence claims to be and how much of it there is to work on, read from its first bytes and lengths alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The kind of machine.
    pub tee: Tee,
    /// Version of the format.
    pub version: u16,
    /// Bytes of the evidence.
    pub bytes: u32,
    /// Bytes of the certificates in it, as they lie there.
    pub certificate_bytes: u32,
}

/// What evidence says of itself. Nothing of it is verified: it is for who made the evidence and wants to know what others will
/// read in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The kind of machine.
    pub tee: Tee,
    /// What runs in it.
    pub measurement: Measurement,
    /// What that chose to be bound to.
    pub report_data: [u8; 64],
    /// Bytes of the evidence without the zeros that a platform may have filled it up with.
    pub len: usize,
}

/// How evidence of one vendor is verified. Another vendor is another implementation.
///
/// Collateral is what the vendor signs about all its machines. It changes every few weeks, and anyone can fetch it: it is
/// verified once, kept as [`Self::Collateral`], and used for every piece of evidence until it expires.
pub trait AttestationVerifier {
    /// Collateral as its vendor serves it.
    type Bundle: Kept;
    /// Collateral that was verified, in a form to keep.
    type Collateral: Kept;
    /// What tells which collateral a piece of evidence needs.
    type Key: Kept + Copy + Ord;

    /// Reads how much work a piece of evidence is, in constant time.
    fn declared(evidence: &[u8]) -> Result<Declared, Error>;

    /// Bytes of a bundle, in constant time.
    fn bundle_bytes(bundle: &Self::Bundle) -> u32;

    /// Which collateral a piece of evidence asks for. Nothing is verified yet.
    fn key_of(evidence: &[u8]) -> Result<Self::Key, Error>;

    /// What collateral is for.
    fn key(collateral: &Self::Collateral) -> Self::Key;

    /// Verifies collateral at the second `now` since 1970.
    fn verify_collateral(roots: &Roots<'_>, bundle: &Self::Bundle, now: u64) -> Result<Self::Collateral, Error>;

    /// The last second, since 1970, in which collateral is valid.
    fn expires(collateral: &Self::Collateral) -> u64;

    /// Whether two pieces of collateral judge every machine alike, so that only their dates may differ: what was verified
    /// against one holds against the other.
    fn judges_alike(one: &Self::Collateral, other: &Self::Collateral) -> bool;

    /// Refuses collateral that would replace a newer one, in any of its parts, or one for something else.
    fn check_newer(held: &Self::Collateral, new: &Self::Collateral) -> Result<(), Error>;

    /// Verifies evidence at the second `now` since 1970 against collateral that was verified with the same roots.
    fn verify(
        roots: &Roots<'_>,
        evidence: &[u8],
        collateral: &Self::Collateral,
        now: u64,
    ) -> Result<Attestation, Error>;
}
