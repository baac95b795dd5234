//! As much of X.509 (RFC 5280) as the vendors' certificates and revocation lists use; anything else is refused.

use crate::{
    asn1::{extensions, numbered, Fields, Signed},
    error::{Error, Part},
    keys::{IssuerKey, P256Key},
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use der::{Tag, TagNumber};

/// Longest certificate.
pub(crate) const MAX_CERTIFICATE: usize = 4 * 1024;
/// Longest revocation list.
pub const MAX_CRL: u32 = 64 * 1024;
/// Most certificates that one list revokes.
pub const MAX_REVOKED: u32 = 2_000;

/// A certificate's number without leading zeros.
pub type Serial = BoundedVec<u8, ConstU32<20>>;

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];

/// What a certificate may be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Issues certificates.
    Authority,
    /// Signs anything else.
    Leaf,
}

/// What certificates and revocation lists have in common: who signed them, and for which time.
pub(crate) struct Issue<'a> {
    part: Part,
    signed: Signed<'a>,
    /// The issuer's name.
    pub by: &'a [u8],
    pub from: u64,
    /// The last second.
    pub until: u64,
}

impl Issue<'_> {
    pub fn check_time(&self, now: u64) -> Result<(), Error> {
        if now < self.from {
            return Err(Error::NotYetValid(self.part));
        }
        if now > self.until {
            return Err(Error::Expired(self.part));
        }
        Ok(())
    }

    /// Checks the name and signature of the issuer.
    pub fn check_issuer(&self, name: &[u8], key: &impl IssuerKey) -> Result<(), Error> {
        if self.by != name {
            return Err(Error::WrongIssuer(self.part));
        }
        key.check_signed(&self.signed, self.part)
    }
}

pub(crate) struct Certificate<'a> {
    pub issued: Issue<'a>,
    pub serial: Serial,
    pub subject: &'a [u8],
    pub key_algorithm: &'a [u8],
    pub key: &'a [u8],
    pub extensions: &'a [u8],
}

impl<'a> Certificate<'a> {
    pub fn parse(bytes: &'a [u8], part: Part) -> Result<Self, Error> {
        if bytes.len() > MAX_CERTIFICATE {
            return Err(Error::TooLong(part));
        }
        let signed = Signed::parse(bytes).ok_or(Error::Malformed(part))?;
        Self::fields(signed, part).ok_or(Error::Malformed(part))
    }

    fn fields(signed: Signed<'a>, part: Part) -> Option<Self> {
        let mut fields = Fields::of_sequence(signed.body)?;
        let version = fields.content(numbered(TagNumber::N0))?;
        if version != [2, 1, 2] {
            return None;
        }
        let serial = Serial::try_from(fields.unsigned()?.to_vec()).ok()?;
        if fields.raw()? != signed.algorithm {
            return None;
        }
        let by = fields.raw()?;
        let mut validity = fields.sequence()?;
        let issued = Issue { part, signed, by, from: validity.time()?, until: validity.time()? };
        let subject = fields.raw()?;
        let mut key = fields.sequence()?;
        let (key_algorithm, bits) = (key.raw()?, key.bits()?);
        let extensions = fields.content(numbered(TagNumber::N3))?;
        let complete = validity.is_empty() && key.is_empty() && fields.is_empty();
        complete.then_some(Self { issued, serial, subject, key_algorithm, key: bits, extensions })
    }

    pub fn p256(&self) -> Result<P256Key, Error> {
        P256Key::of_certificate(self.key_algorithm, self.key, self.issued.part)
    }

    /// Checks what the certificate may be used for. Critical extensions other than those that say so are refused.
    pub fn check_purpose(&self, purpose: Purpose) -> Result<(), Error> {
        let malformed = Error::Malformed(self.issued.part);
        let (mut authority, mut signs_certificates) = (false, false);
        extensions(self.extensions, malformed, |extension| {
            match extension.id {
                BASIC_CONSTRAINTS => {
                    let mut fields = Fields::of_sequence(extension.value).ok_or(malformed)?;
                    authority = fields.optional(Tag::Boolean).ok_or(malformed)? == Some(&[0xff]);
                },
                KEY_USAGE => {
                    // A bit string; bit 5 is keyCertSign.
                    let mut fields = Fields::new(extension.value).ok_or(malformed)?;
                    let bits = fields.content(Tag::BitString).ok_or(malformed)?;
                    signs_certificates = bits.get(1).is_some_and(|byte| byte & 0x04 != 0);
                },
                _ if extension.critical => return Err(Error::WrongPurpose(self.issued.part)),
                _ => {},
            }
            Ok(())
        })?;
        let fits = match purpose {
            Purpose::Authority => authority && signs_certificates,
            Purpose::Leaf => !authority && !signs_certificates,
        };
        if fits {
            Ok(())
        } else {
            Err(Error::WrongPurpose(self.issued.part))
        }
    }

    /// The value of the extension of this id, which must be there once.
    pub fn extension(&self, id: &[u8]) -> Result<&'a [u8], Error> {
        let malformed = Error::Malformed(self.issued.part);
        let mut found = None;
        extensions(self.extensions, malformed, |extension| {
            if extension.id == id && found.replace(extension.value).is_some() {
                return Err(malformed);
            }
            Ok(())
        })?;
        found.ok_or(malformed)
    }

    /// The subject's common name.
    pub fn common_name(&self) -> Option<&'a [u8]> {
        common_name(self.subject)
    }
}

/// The common name in a name.
pub(crate) fn common_name(name: &[u8]) -> Option<&[u8]> {
    let mut names = Fields::of_sequence(name)?;
    while !names.is_empty() {
        let mut set = Fields::new(names.content(Tag::Set)?)?;
        while !set.is_empty() {
            let mut name = set.sequence()?;
            if name.content(Tag::ObjectIdentifier)? == COMMON_NAME {
                return name.text();
            }
        }
    }
    None
}

/// A revocation list.
pub(crate) struct RevocationList<'a> {
    pub issued: Issue<'a>,
    revoked: Option<&'a [u8]>,
}

impl<'a> RevocationList<'a> {
    /// A list that is in force and that the issuer of this name and key has signed.
    pub fn verify(bytes: &'a [u8], part: Part, issuer: &[u8], key: &impl IssuerKey, now: u64) -> Result<Self, Error> {
        let list = Self::parse(bytes, part)?;
        list.issued.check_time(now)?;
        list.issued.check_issuer(issuer, key)?;
        Ok(list)
    }

    fn parse(bytes: &'a [u8], part: Part) -> Result<Self, Error> {
        if bytes.len() > MAX_CRL as usize {
            return Err(Error::TooLong(part));
        }
        let malformed = Error::Malformed(part);
        let signed = Signed::parse(bytes).ok_or(malformed)?;
        let (list, extras) = Self::fields(signed, part).ok_or(malformed)?;
        if let Some(extras) = extras {
            // A critical extension narrows what the list is about.
            extensions(extras, malformed, |extension| match extension.critical {
                true => Err(Error::WrongPurpose(part)),
                false => Ok(()),
            })?;
        }
        Ok(list)
    }

    fn fields(signed: Signed<'a>, part: Part) -> Option<(Self, Option<&'a [u8]>)> {
        let mut fields = Fields::of_sequence(signed.body)?;
        if fields.content(Tag::Integer)? != [1] || fields.raw()? != signed.algorithm {
            return None;
        }
        let by = fields.raw()?;
        let (from, next) = (fields.time()?, fields.time()?);
        // When the next one is due, the list is out of date.
        let issued = Issue { part, signed, by, from, until: next.saturating_sub(1) };
        let revoked = fields.optional(Tag::Sequence)?;
        let extras = fields.optional(numbered(TagNumber::N0))?;
        let list = Self { issued, revoked };
        fields.is_empty().then_some((list, extras))
    }

    /// The numbers of what is revoked, sorted.
    pub fn revoked(&self) -> Result<BoundedVec<Serial, ConstU32<MAX_REVOKED>>, Error> {
        let malformed = Error::Malformed(self.issued.part);
        let mut found = Vec::new();
        let mut entries = Fields::new(self.revoked.unwrap_or_default()).ok_or(malformed)?;
        while !entries.is_empty() {
            let serial = entries.sequence().and_then(|mut entry| entry.unsigned()).ok_or(malformed)?;
            found.push(Serial::try_from(serial.to_vec()).map_err(|_| malformed)?);
        }
        found.sort_unstable();
        found.dedup();
        BoundedVec::try_from(found).map_err(|_| Error::TooMany(self.issued.part))
    }
}
