//! Replays the committed inputs, and a few random ones.

#![allow(clippy::unwrap_used)]

use candor_hostile::{seeds, target, TARGETS};
use std::{fs, path::Path};

/// Inputs per target that are drawn anew by their number, the same in every run.
const RANDOM: u64 = 1_500;

fn replay(name: &str) {
    let run = target(name).unwrap();
    let folder = Path::new("../../fuzz/regression").join(name);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    for file in files {
        println!("{}", file.display());
        run(&fs::read(file).unwrap());
    }
    for n in 0..RANDOM {
        println!("random {name} {n}");
        run(&seeds::random(name, n));
    }
}

#[test]
fn attestation_should_be_refused_unless_unchanged_when_it_is_hostile() {
    replay("attestation");
}

#[test]
fn calls_should_come_back_or_be_refused_when_they_are_hostile() {
    replay("calls");
}

#[test]
fn evidence_should_be_decided_or_refused_when_it_is_hostile() {
    replay("evidence");
}

#[test]
fn judging_files_should_be_opened_or_refused_when_they_are_hostile() {
    replay("judging");
}

#[test]
fn onnx_files_should_be_lowered_or_refused_when_they_are_hostile() {
    replay("onnx");
}

#[test]
fn openings_should_hold_only_unchanged_when_they_are_hostile() {
    replay("openings");
}

#[test]
fn operators_should_answer_or_refuse_when_nodes_are_hostile() {
    replay("operators");
}

#[test]
fn every_target_should_be_replayed() {
    assert_eq!(TARGETS.len(), 7);
}
