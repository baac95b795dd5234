//! The verifier of hardware quotes as a Wasm module of its own, built for `wasm32v1-none` as the runtime is.
//!
//! Exports `alloc(len) -> pointer` and `judge_bytes(pointer, len) -> code`, as `candor-judge-bench` calls them. The bytes are SCALE of
//! a [`Task`]; the code is 1 if it is accepted, 0 if not, and negative if the bytes are no task. Every call frees what it
//! used. `cargo run --release -p candor-attestation --example speed -- FOLDER` writes tasks.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![allow(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;
use candor_attestation::{
    amd::{SnpBundle, SnpCollateral},
    intel::{Bundle, Collateral},
    AmdSnp, AttestationVerifier, IntelDcap, Roots,
};
use codec::Decode;

/// What to verify, and at which second.
#[derive(Decode)]
pub enum Task {
    /// Collateral of Intel under its root.
    Bundle(Bundle, u64),
    /// A quote against collateral under Intel's root.
    Quote(Vec<u8>, Collateral, u64),
    /// A report of SEV-SNP against collateral under this root.
    Report(Vec<u8>, Vec<u8>, SnpCollateral, u64),
    /// Collateral of AMD under this root.
    SnpBundle(Vec<u8>, SnpBundle, u64),
}

/// Carries out the task that the bytes are.
pub fn run(mut bytes: &[u8]) -> i32 {
    let vendors = Roots::vendors();
    match Task::decode(&mut bytes) {
        Ok(Task::Bundle(bundle, now)) => IntelDcap::verify_collateral(&vendors, &bundle, now).is_ok().into(),
        Ok(Task::Quote(quote, held, now)) => IntelDcap::verify(&vendors, &quote, &held, now).is_ok().into(),
        Ok(Task::Report(root, report, held, now)) => {
            AmdSnp::verify(&Roots { intel: None, amd: &[&root] }, &report, &held, now).is_ok().into()
        },
        Ok(Task::SnpBundle(root, bundle, now)) => {
            AmdSnp::verify_collateral(&Roots { intel: None, amd: &[&root] }, &bundle, now).is_ok().into()
        },
        Err(_) => -1,
    }
}

/// Carries out the task that the caller wrote to what `alloc` gave.
///
/// # Safety
///
/// `data` must be the pointer that `alloc(len)` gave.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub unsafe extern "C" fn judge_bytes(data: *const u8, len: usize) -> i32 {
    // SAFETY: the caller says so.
    run(unsafe { candor_wasm_module::given(data, len) })
}
