//! One file per behaviour. Every test ends with a check of all invariants.

mod access;
mod deposits;
mod invariants;
mod random_calls;
mod releases;
mod repositories;
mod transfer;
mod validation;
mod versions;
mod views;
