//! Time of verifications on one core: `cargo run --release -p candor-attestation --example speed [-- FOLDER]`.
//! With a folder it also writes there what `tools/attestation-wasm` takes, to be timed by `candor-judge-bench`.
#![allow(clippy::unwrap_used)]

use candor_attestation::{AmdSnp, AttestationVerifier, IntelDcap, Roots};
use candor_test_attestation::Amd;
use codec::Encode;
use std::{fs, hint::black_box, path::PathBuf, time::Instant};

#[path = "../tests/support/mod.rs"]
mod support;

/// Median of some repetitions, in milliseconds.
fn median(run: impl Fn() -> bool) -> f64 {
    let mut times: Vec<_> = (0..201)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn line(name: &str, evidence: f64, collateral: f64, sizes: f64, kept: usize) {
    println!("{name:20} {evidence:>12.3} {collateral:>14.3} {sizes:>12.3} {kept:>12}");
}

fn main() {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let write = |name: String, bytes: Vec<u8>| {
        if let Some(folder) = &folder {
            fs::write(folder.join(name), bytes).unwrap();
        }
    };
    println!("{:20} {:>12} {:>14} {:>12} {:>12}", "sample", "evidence ms", "collateral ms", "sizes us", "kept bytes");
    let roots = Roots::vendors();
    for sample in support::samples() {
        let held = sample.collateral();
        let evidence = median(|| IntelDcap::verify(&roots, black_box(&sample.quote), &held, sample.now).is_ok());
        let collateral = median(|| IntelDcap::verify_collateral(&roots, black_box(&sample.bundle), sample.now).is_ok());
        let sizes = median(|| IntelDcap::declared(black_box(&sample.quote)).is_ok()) * 1e3;
        line(sample.name, evidence, collateral, sizes, held.encoded_size());
        write(format!("{}.quote", sample.name), (1u8, &sample.quote, &held, sample.now).encode());
        write(format!("{}.collateral", sample.name), (0u8, &sample.bundle, sample.now).encode());
    }

    // AMD's revocation list is not among the published samples, so this is the tests' own.
    let maker = Amd::milan();
    let (roots, report, bundle) = (maker.roots(), maker.evidence(), maker.bundle());
    let held = AmdSnp::verify_collateral(&roots, &bundle, maker.now).unwrap();
    let evidence = median(|| AmdSnp::verify(&roots, black_box(&report), &held, maker.now).is_ok());
    let collateral = median(|| AmdSnp::verify_collateral(&roots, black_box(&bundle), maker.now).is_ok());
    let sizes = median(|| AmdSnp::declared(black_box(&report)).is_ok()) * 1e3;
    line("snp, test root", evidence, collateral, sizes, held.encoded_size());
    let root = roots.amd[0].to_vec();
    write("snp.report".into(), (2u8, &root, &report, &held, maker.now).encode());
    write("snp.collateral".into(), (3u8, &root, &bundle, maker.now).encode());
}
