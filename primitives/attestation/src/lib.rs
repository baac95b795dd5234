#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::panic,
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::float_cmp
    )
)]

extern crate alloc;

pub mod amd;
mod asn1;
mod attestation;
mod error;
pub mod intel;
mod keys;
mod pem;
mod roots;
mod rsa;
mod verifier;
mod x509;

pub use amd::AmdSnp;
pub use attestation::{Advisories, Advisory, Attestation, Measurement, TcbStatus, Tee, MAX_ADVISORIES};
pub use error::{Error, Part};
pub use intel::IntelDcap;
pub use pem::MAX_CHAIN;
pub use roots::Roots;
pub use verifier::{AttestationVerifier, Claimed, Declared, Kept};
pub use x509::{Serial, MAX_CRL, MAX_REVOKED};
