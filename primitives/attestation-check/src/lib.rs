#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate alloc;

mod evidence;
mod refusal;
mod rules;
mod statement;

pub use evidence::{key_of, verify};
pub use refusal::Refusal;
pub use rules::{judge, Accepted, Allowance, Policy, Rules};
pub use statement::{Binding, Expected, Statement, Vendor};
