//! Parameters of the pallets.

mod attestations;
mod candor;
mod consensus;
mod money;
pub mod parameters;
mod system;
mod validators;

pub use attestations::*;
pub use candor::*;
pub use consensus::*;
pub use money::*;
pub use parameters::RuntimeParameters;
pub use system::*;
pub use validators::{EndowFeePot, MinValidatorStake};
