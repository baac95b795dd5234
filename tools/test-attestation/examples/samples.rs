//! Writes what `pallets/attestations` benchmarks with: collateral and evidence as large as they may be, in SCALE, under roots whose
//! keys everyone knows. `cargo run --release -p candor-test-attestation --example samples -- pallets/attestations/samples`
#![allow(clippy::unwrap_used)]

use candor_attestation::{intel::MAX_QUOTE, AmdSnp, AttestationVerifier, IntelDcap, MAX_REVOKED};
use candor_test_attestation::{Amd, Intel};
use codec::Encode;
use std::{env, fs, path::PathBuf};

/// As many revoked certificates as are kept.
fn revoked() -> Vec<u64> {
    (0..u64::from(MAX_REVOKED)).map(|n| 1_000_000 + n).collect()
}

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| ".".into()));
    let mut intel = Intel::tdx15();
    (intel.root_crl.revoked, intel.pck_crl.revoked) = (revoked(), revoked());
    intel.padding = MAX_QUOTE as usize - intel.quote().len();
    let (bundle, quote) = (intel.bundle(), intel.quote());
    let collateral = IntelDcap::verify_collateral(&intel.roots(), &bundle, intel.now).unwrap();
    IntelDcap::verify(&intel.roots(), &quote, &collateral, intel.now).unwrap();
    let sample = (intel.root_certificate(), bundle, quote, intel.now).encode();
    fs::write(folder.join("intel.scale"), &sample).unwrap();

    let mut amd = Amd::milan();
    amd.crl.revoked = revoked();
    let (bundle, report) = (amd.bundle(), amd.evidence());
    let collateral = AmdSnp::verify_collateral(&amd.roots(), &bundle, amd.now).unwrap();
    AmdSnp::verify(&amd.roots(), &report, &collateral, amd.now).unwrap();
    let root = amd.roots().amd.first().unwrap().to_vec();
    fs::write(folder.join("amd.scale"), (root, bundle, report, amd.now).encode()).unwrap();
    println!("wrote intel.scale and amd.scale to {}", folder.display());
}
