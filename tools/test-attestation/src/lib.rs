#![doc = include_str!("../README.md")]
// Tests call this: what cannot be made should fail at once.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod amd;
mod certificates;
mod der;
mod intel;
mod tsm;

pub use amd::{Amd, RsaKey};
pub use certificates::{coordinates, extension, key, sign, signed, Certificate, Crl, Issuer};
pub use der::{date, pem};
pub use intel::{serials, Intel, Keys};
pub use tsm::{Machine, Tsm};

/// The root certificate of every maker of Intel's whose root was not changed, in DER. A runtime for tests includes the file.
pub const ROOT: &[u8] = include_bytes!("../root.der");
/// The same of AMD's line Milan.
pub const AMD_ROOT: &[u8] = include_bytes!("../amd-root.der");

#[cfg(test)]
mod tests {
    #[test]
    fn roots_should_be_the_files_when_nothing_was_changed() {
        let intel = ("root.der", crate::ROOT, crate::Intel::sgx().root_certificate());
        let amd = ("amd-root.der", crate::AMD_ROOT, crate::Amd::milan().root_certificate());
        for (file, known, made) in [intel, amd] {
            if std::env::var_os("CANDOR_WRITE").is_some() {
                std::fs::write(file, &made).unwrap();
            }
            assert_eq!(made, known, "CANDOR_WRITE=1 writes {file} anew");
        }
    }
}
