//! See tools/hostile.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| candor_hostile::target("attestation").into_iter().for_each(|run| run(data)));
