//! RSA-PSS with SHA-384 on 4096 bits (RFC 8017, section 8.1.2), as AMD signs certificates.

use crate::{
    asn1::{Fields, Signed},
    error::{Error, Part},
    keys::IssuerKey,
};
use crypto_bigint::{
    modular::runtime_mod::{DynResidue, DynResidueParams},
    Encoding, U4096,
};
use sha2::{Digest, Sha384};

/// `rsaEncryption` as an algorithm identifier.
const RSA: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
/// `id-RSASSA-PSS` with SHA-384, MGF1 with SHA-384, a salt of 48 bytes and the usual trailer, as an algorithm identifier.
const PSS_SHA384: &[u8] = &[
    0x30, 70, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10, 0x30, 57, 0xa0, 15, 0x30, 13, 6, 9, 0x60, 0x86, 0x48,
    1, 0x65, 3, 4, 2, 2, 5, 0, 0xa1, 28, 0x30, 26, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8, 0x30, 13, 6, 9,
    0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 0xa2, 3, 2, 1, 48, 0xa3, 3, 2, 1, 1,
];
/// 65 537
const EXPONENT: [u8; 3] = [1, 0, 1];
const BYTES: usize = 512;
const HASH: usize = 48;
/// What the hash of the salted message masks.
const MASKED: usize = 463;

/// A key of 4096 bits whose exponent is 65 537.
#[derive(Clone, Copy)]
pub(crate) struct RsaKey(U4096);

impl RsaKey {
    /// From the algorithm and bits of a certificate's key.
    pub fn of_certificate(algorithm: &[u8], bits: &[u8], part: Part) -> Result<Self, Error> {
        if algorithm != RSA {
            return Err(Error::UnsupportedKeyType(part));
        }
        let mut fields = Fields::of_sequence(bits).ok_or(Error::Malformed(part))?;
        let modulus = fields.unsigned().ok_or(Error::Malformed(part))?;
        let exponent = fields.unsigned().ok_or(Error::Malformed(part))?;
        let modulus: [u8; BYTES] = modulus.try_into().map_err(|_| Error::UnsupportedKeyType(part))?;
        let odd = modulus.last().is_some_and(|byte| byte & 1 == 1);
        let long = modulus.first().is_some_and(|byte| byte & 0x80 != 0);
        if exponent != EXPONENT || !fields.is_empty() || !odd || !long {
            return Err(Error::UnsupportedKeyType(part));
        }
        Ok(Self(U4096::from_be_slice(&modulus)))
    }

    /// Whether `signature` is this key's on `message`.
    fn signed(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        let signature: &[u8; BYTES] = signature.try_into().ok()?;
        let signature = U4096::from_be_slice(signature);
        if signature >= self.0 {
            return None;
        }
        // Neither panics: the modulus is odd. 2^16 is sixteen squares.
        let base = DynResidue::new(&signature, DynResidueParams::new(&self.0));
        let power = (0..16).fold(base, |power, _| power.square()).mul(&base);
        is_encoding(&Sha384::digest(message).into(), &power.retrieve().to_be_bytes())
    }
}

impl IssuerKey for RsaKey {
    fn check_signed(&self, signed: &Signed<'_>, part: Part) -> Result<(), Error> {
        if signed.algorithm != PSS_SHA384 {
            return Err(Error::UnsupportedKeyType(part));
        }
        self.signed(signed.body, signed.signature).ok_or(Error::BadSignature(part))
    }
}

/// EMSA-PSS-VERIFY (RFC 8017, section 9.1.2) for 4095 bits.
fn is_encoding(message_hash: &[u8; HASH], encoding: &[u8; BYTES]) -> Option<()> {
    let (masked, rest) = encoding.split_first_chunk::<MASKED>()?;
    let (hash, trailer) = rest.split_first_chunk::<HASH>()?;
    if trailer != [0xbc] || masked.first()? & 0x80 != 0 {
        return None;
    }
    let mut data = *masked;
    for (counter, block) in (0u32..).zip(data.chunks_mut(HASH)) {
        let mask = Sha384::new().chain_update(hash).chain_update(counter.to_be_bytes()).finalize();
        block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    *data.first_mut()? &= 0x7f;
    let (padding, salt) = data.split_last_chunk::<HASH>()?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let salted = Sha384::new().chain_update([0; 8]).chain_update(message_hash).chain_update(salt).finalize();
    (<[u8; HASH]>::from(salted) == *hash).then_some(())
}
