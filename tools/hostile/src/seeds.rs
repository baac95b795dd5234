//! Inputs to begin with.

use crate::{attestation, calls, case::full_name, evidence, files};
use candor_adjudicator::operators::tables;
use codec::Encode;

/// Numbers that are always the same.
pub struct Noise(pub u64);

impl Noise {
    /// The next eight bytes.
    pub fn wide(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = (self.0 ^ self.0 >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
        n ^ n >> 29
    }

    /// `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.wide() as u8).collect()
    }
}

/// A random input for a target: `n` counts them.
pub fn random(target: &str, n: u64) -> Vec<u8> {
    let mut noise = Noise(n.wrapping_mul(0x9e37_79b9).wrapping_add(target.len() as u64));
    let len = 16 + (noise.wide() % 112) as usize;
    let body = noise.bytes(len);
    let of_case = |body: &[u8]| {
        let all: Vec<String> = tables().into_iter().flatten().map(full_name).collect();
        let name = all.get(n as usize % all.len().max(1)).cloned().unwrap_or_default();
        let mut input = format!("{name}\n").into_bytes();
        input.extend_from_slice(body);
        input
    };
    let mut mutated = |mut bytes: Vec<u8>| {
        for _ in 0..noise.wide() % 4 {
            let at = noise.wide() as usize % bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = noise.wide() as u8;
            }
        }
        bytes
    };
    match target {
        "attestation" => mutated(attestation::seed(n)),
        "operators" => of_case(&body),
        "evidence" => mutated(evidence::of_case(&of_case(&body)).encode()),
        "calls" => mutated(calls::small()),
        "onnx" => mutated(files::small_model()),
        "judging" => mutated(files::small_judging_file()),
        _ => body,
    }
}
