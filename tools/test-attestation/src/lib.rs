#![doc = include_str!("../README.md")]
// Tests call this: what cannot be made should fail at once.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod amd;
mod certificates;
mod der;
mod intel;

pub use amd::{Amd, RsaKey};
pub use certificates::{coordinates, extension, key, sign, signed, Certificate, Crl, Issuer};
pub use der::{date, pem};
pub use intel::{serials, Intel, Keys};

/// The root certificate of every maker whose root was not changed, in DER. A runtime for tests includes the file.
pub const ROOT: &[u8] = include_bytes!("../root.der");

#[cfg(test)]
mod tests {
    #[test]
    fn root_should_be_the_file_when_nothing_was_changed() {
        let made = crate::Intel::sgx().root_certificate();
        if std::env::var_os("CANDOR_WRITE").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/root.der"), &made).unwrap();
        }
        assert_eq!(made, crate::ROOT, "CANDOR_WRITE=1 writes it anew");
    }
}
