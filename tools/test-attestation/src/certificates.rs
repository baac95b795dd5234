//! Certificates and revocation lists.

use crate::der::{bits, element, id, name, sequence, time, unsigned};
use p256::ecdsa::{signature::Signer, DerSignature, SigningKey};
use sha2::{Digest, Sha256};

/// A key that everyone knows: its secret is the hash of its name.
pub fn key(name: &str) -> SigningKey {
    SigningKey::from_slice(&Sha256::digest(format!("candor test key: {name}")))
        .expect("a hash is below the group's order")
}

/// The coordinates of a key.
pub fn coordinates(key: &SigningKey) -> [u8; 64] {
    key.verifying_key().to_encoded_point(false).as_bytes()[1..].try_into().expect("two coordinates of 32 bytes")
}

/// A signature as two numbers of 32 bytes.
pub fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    let signature: p256::ecdsa::Signature = key.sign(message);
    signature.to_bytes().into()
}

/// Signs certificates and revocation lists.
pub trait Issuer {
    /// How it signs, as an algorithm identifier.
    fn algorithm(&self) -> Vec<u8>;

    /// Its signature.
    fn signature(&self, body: &[u8]) -> Vec<u8>;
}

impl Issuer for SigningKey {
    fn algorithm(&self) -> Vec<u8> {
        sequence(&[id(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])])
    }

    fn signature(&self, body: &[u8]) -> Vec<u8> {
        let signature: DerSignature = self.sign(body);
        signature.as_bytes().to_vec()
    }
}

/// A body with its signature, as certificates and revocation lists are.
pub fn signed(body: Vec<u8>, issuer: &dyn Issuer) -> Vec<u8> {
    let signature = issuer.signature(&body);
    sequence(&[body, issuer.algorithm(), bits(&signature)])
}

/// A key on P-256 as certificates have it.
fn public(key: &SigningKey) -> Vec<u8> {
    let point = [&[4], &coordinates(key)[..]].concat();
    let curve = sequence(&[id(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), id(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7])]);
    sequence(&[curve, bits(&point)])
}

/// What stands in a certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its number.
    pub serial: u64,
    /// Common name of who issued it.
    pub issuer: String,
    /// Common name of whom it is for.
    pub subject: String,
    /// First second in which it is valid.
    pub from: u64,
    /// Last second in which it is valid.
    pub until: u64,
    /// Whether it may issue certificates.
    pub authority: bool,
    /// Further extensions in DER.
    pub extensions: Vec<Vec<u8>>,
}

impl Certificate {
    /// The certificate in DER, all on P-256.
    pub fn make(&self, key: &SigningKey, issuer: &SigningKey) -> Vec<u8> {
        self.make_for(public(key), issuer)
    }

    /// The certificate in DER, for a public key in DER.
    pub fn make_for(&self, key: Vec<u8>, issuer: &dyn Issuer) -> Vec<u8> {
        let (constraints, usage) = match self.authority {
            true => (sequence(&[element(1, &[0xff])]), element(3, &[1, 0x06])),
            false => (sequence(&[]), element(3, &[6, 0xc0])),
        };
        let mut extensions =
            vec![extension(&[0x55, 0x1d, 19], true, &constraints), extension(&[0x55, 0x1d, 15], true, &usage)];
        extensions.extend(self.extensions.clone());
        let body = sequence(&[
            element(0xa0, &unsigned(&[2])),
            unsigned(&self.serial.to_be_bytes()),
            issuer.algorithm(),
            name(&self.issuer),
            sequence(&[time(self.from), time(self.until)]),
            name(&self.subject),
            key,
            element(0xa3, &sequence(&extensions)),
        ]);
        signed(body, issuer)
    }
}

/// An extension of a certificate or revocation list.
pub fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let mut elements = vec![id(oid)];
    if critical {
        elements.push(element(1, &[0xff]));
    }
    elements.push(element(4, value));
    sequence(&elements)
}

/// What stands in a revocation list.
#[derive(Clone, Debug)]
pub struct Crl {
    /// Common name of who issues it.
    pub issuer: String,
    /// When it was issued.
    pub from: u64,
    /// From when on it is out of date.
    pub until: u64,
    /// The numbers it revokes.
    pub revoked: Vec<u64>,
    /// Further extensions in DER.
    pub extensions: Vec<Vec<u8>>,
}

impl Crl {
    /// The list in DER.
    pub fn make(&self, issuer: &dyn Issuer) -> Vec<u8> {
        let entry = |serial: &u64| sequence(&[unsigned(&serial.to_be_bytes()), time(self.from)]);
        let mut elements =
            vec![unsigned(&[1]), issuer.algorithm(), name(&self.issuer), time(self.from), time(self.until)];
        if !self.revoked.is_empty() {
            elements.push(sequence(&self.revoked.iter().map(entry).collect::<Vec<_>>()));
        }
        let mut extensions = vec![extension(&[0x55, 0x1d, 20], false, &unsigned(&[1]))];
        extensions.extend(self.extensions.clone());
        elements.push(element(0xa0, &sequence(&extensions)));
        signed(sequence(&elements), issuer)
    }
}
