//! The parts of `candor`, the one command-line tool of publishers, hosts and requesters.
//!
//! Everything that a person reads comes from here: amounts are exact and in CNDR, errors say what happened and what to do
//! next, and with `--json` every command prints exactly one JSON document on standard output.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod account;
pub mod adjudicate;
pub mod amounts;
pub mod args;
mod attestation;
pub mod chain;
pub mod challenge;
pub mod engine;
pub mod errors;
pub mod files;
mod globals;
pub mod host;
pub mod infer;
pub mod job;
pub mod keys;
pub mod model;
pub mod output;
pub mod proxy;
pub mod receipts;
mod run;
pub mod schedule;
pub mod session;
pub mod stake;
mod validator;
pub mod verify;

pub use run::main;
