//! Parameters of the pallets.

mod attestations;
mod candor;
mod consensus;
mod governance;
mod migrations;
mod money;
pub mod parameters;
mod system;
mod tracks;
mod validators;

pub use attestations::*;
pub use candor::*;
pub use consensus::*;
pub use governance::*;
pub use migrations::*;
pub use money::*;
pub use parameters::RuntimeParameters;
pub use system::*;
pub use tracks::*;
pub use validators::{EndowFeePot, MinValidatorStake};
