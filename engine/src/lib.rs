//! Everything of Candor that touches a model: preparing releases, storing their files by content, running them in
//! ONNX Runtime, signing receipts.
//!
//! The binary `candor-engine` serves this library to a node over loopback HTTP; the command line uses it to prepare
//! and to publish releases.
//!
//! | module | does |
//! |---|---|
//! | [`library`] | finds and loads ONNX Runtime, opens sessions |
//! | [`onnx`] | reads ONNX files |
//! | [`profile`] | fingerprint of what decides the bits |
//! | [`prepare`] | ONNX file to release |
//! | [`store`] | content-addressed files, verified while they stream |
//! | [`judging`] | what disputes about a variant are judged against |
//! | [`tensors`] | bytes to ONNX Runtime values and back |
//! | [`sessions`] | warm sessions, bounded queue, deadlines |
//! | [`failure`] | which errors are an outcome, which are the engine's own |
//! | [`receipts`] | signed results that survive a crash |
//! | [`keys`] | worker keys of the node's keystore |
//! | [`releases`] | what is served, and where each release stands |
//! | [`traces`] | traces of signed runs, made again when asked for, over HTTP |
//! | [`audits`] | is somebody's receipt right? |
//! | [`tasks`] | digests, traces, openings and evidence for audits and disputes on chain |
//! | [`backend`], [`ledger`] | calls at the gateway, sessions that pay for them |
//! | [`queue`] | whose turn it is |
//! | [`tee`] | evidence of the machine: Intel TDX, AMD SEV-SNP |
//! | [`remote`] | runs on another server, if it gives the same bits |
//! | [`private`] | folders that nobody else enters |
//! | [`conduct`] | what is done with what was found: said as it is |
//! | [`engine`], [`worker_api`] | orders in, signed results out |
//! | [`http`], [`serve`], [`metrics`] | the HTTP interface |
//! | [`command`] | the command line |

#![warn(clippy::indexing_slicing, clippy::expect_used)]

pub mod audits;
pub mod backend;
pub mod command;
pub mod conduct;
pub mod config;
pub mod engine;
pub mod failure;
pub mod http;
pub mod judging;
pub mod keys;
pub mod ledger;
pub mod metrics;
pub mod prepare;
pub mod private;
pub mod profile;
pub mod queue;
pub mod receipts;
pub mod releases;
pub mod remote;
pub mod sessions;
pub mod store;
pub mod tasks;
pub mod tee;
pub mod tensors;
pub mod traces;
pub mod worker_api;

mod bodies;
mod inputs;
mod log;
mod models;
mod suspects;
mod watchdog;

pub use candor_commitments::Blake2b256;
pub use candor_verifier::{library, onnx};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;
