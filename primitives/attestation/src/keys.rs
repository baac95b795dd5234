//! Signatures of the kinds that vendors use.

use crate::{
    asn1::Signed,
    error::{Error, Part},
};
use p256::ecdsa::{signature::Verifier, Signature, VerifyingKey};

/// `ecdsa-with-SHA256` as an algorithm identifier.
const ECDSA_SHA256: &[u8] = &[0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// A key on P-256 as an algorithm identifier.
const P256: &[u8] = &[0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

/// A key on the curve P-384 as an algorithm identifier.
const P384: &[u8] = &[0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 34];

/// A key by which certificates and revocation lists are signed.
pub(crate) trait IssuerKey {
    /// Checks kind and value of the signature.
    fn check_signed(&self, signed: &Signed<'_>, part: Part) -> Result<(), Error>;
}

impl IssuerKey for P256Key {
    fn check_signed(&self, signed: &Signed<'_>, part: Part) -> Result<(), Error> {
        if signed.algorithm != ECDSA_SHA256 {
            return Err(Error::UnsupportedKeyType(part));
        }
        let signature = Signature::from_der(signed.signature).map_err(|_| Error::BadSignature(part))?;
        self.0.verify(signed.body, &signature).map_err(|_| Error::BadSignature(part))
    }
}

/// A key on the curve P-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct P256Key(VerifyingKey);

impl P256Key {
    /// From the algorithm and bits of a certificate's key.
    pub fn of_certificate(algorithm: &[u8], bits: &[u8], part: Part) -> Result<Self, Error> {
        if algorithm != P256 {
            return Err(Error::UnsupportedKeyType(part));
        }
        if bits.len() != 65 {
            return Err(Error::Malformed(part));
        }
        VerifyingKey::from_sec1_bytes(bits).map(Self).map_err(|_| Error::Malformed(part))
    }

    /// From the two coordinates.
    pub fn of_coordinates(xy: &[u8; 64], part: Part) -> Result<Self, Error> {
        let point = p256::EncodedPoint::from_untagged_bytes(xy.into());
        VerifyingKey::from_encoded_point(&point).map(Self).map_err(|_| Error::Malformed(part))
    }

    /// Checks a signature of two numbers of 32 bytes.
    pub fn check(&self, message: &[u8], signature: &[u8; 64], part: Part) -> Result<(), Error> {
        let signature = Signature::from_slice(signature).map_err(|_| Error::BadSignature(part))?;
        self.0.verify(message, &signature).map_err(|_| Error::BadSignature(part))
    }
}

/// A key on the curve P-384.
#[derive(Clone, Copy)]
pub(crate) struct P384Key(p384::ecdsa::VerifyingKey);

impl P384Key {
    /// From the algorithm and bits of a certificate's key.
    pub fn of_certificate(algorithm: &[u8], bits: &[u8], part: Part) -> Result<Self, Error> {
        if algorithm != P384 {
            return Err(Error::UnsupportedKeyType(part));
        }
        if bits.len() != 97 {
            return Err(Error::Malformed(part));
        }
        p384::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self).map_err(|_| Error::Malformed(part))
    }

    /// Checks a signature of two numbers of 48 bytes.
    pub fn check(&self, message: &[u8], r: &[u8; 48], s: &[u8; 48], part: Part) -> Result<(), Error> {
        let signature = p384::ecdsa::Signature::from_scalars(*r, *s).map_err(|_| Error::BadSignature(part))?;
        self.0.verify(message, &signature).map_err(|_| Error::BadSignature(part))
    }
}
