use crate::{
    error::{Error, Part},
    keys::P256Key,
    x509::{Certificate, Purpose},
};

/// The certificates that everything must lead to. Whoever verifies passes them, so that a runtime decides at compile time
/// whom it trusts: a release passes [`Roots::vendors`], a test its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roots<'a> {
    /// Intel's root certificate in DER, `Intel SGX Root CA`.
    pub intel: Option<&'a [u8]>,
    /// AMD's root certificates in DER, one for each line of processors.
    pub amd: &'a [&'a [u8]],
}

impl Roots<'static> {
    /// The roots of the vendors themselves.
    pub const fn vendors() -> Self {
        Self {
            intel: Some(include_bytes!("../roots/intel-sgx-root.der")),
            amd: &[
                include_bytes!("../roots/amd-ark-milan.der"),
                include_bytes!("../roots/amd-ark-genoa.der"),
                include_bytes!("../roots/amd-ark-turin.der"),
            ],
        }
    }

    /// Trusts nobody.
    pub const fn none() -> Self {
        Self { intel: None, amd: &[] }
    }
}

/// Intel's root certificate, read.
pub(crate) struct IntelRoot<'a> {
    pub bytes: &'a [u8],
    pub certificate: Certificate<'a>,
    pub key: P256Key,
}

impl<'a> Roots<'a> {
    pub(crate) fn intel(&self) -> Result<IntelRoot<'a>, Error> {
        let bytes = self.intel.ok_or(Error::ForeignRoot(Part::IntelRoot))?;
        let certificate = Certificate::parse(bytes, Part::IntelRoot)?;
        certificate.check_purpose(Purpose::Authority)?;
        let key = certificate.p256()?;
        Ok(IntelRoot { bytes, certificate, key })
    }
}

impl IntelRoot<'_> {
    /// Checks what follows the certificates that a chain needs: nothing, or the root itself.
    pub fn check_rest(&self, rest: &[alloc::vec::Vec<u8>], part: Part) -> Result<(), Error> {
        match rest {
            [] => Ok(()),
            [root] if root == self.bytes => Ok(()),
            [_] => Err(Error::ForeignRoot(part)),
            _ => Err(Error::TooMany(part)),
        }
    }

    /// Checks that the root issued a certificate.
    pub fn check_issued(&self, certificate: &Certificate<'_>, part: Part) -> Result<(), Error> {
        match certificate.issued.check_issuer(self.certificate.subject, &self.key) {
            Err(Error::BadSignature(_)) | Err(Error::WrongIssuer(_)) => Err(Error::ForeignRoot(part)),
            other => other,
        }
    }
}
