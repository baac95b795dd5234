//! Parameters of the pallets.

mod candor;
mod consensus;
mod money;
pub mod parameters;
mod system;

pub use candor::*;
pub use consensus::*;
pub use money::*;
pub use parameters::RuntimeParameters;
pub use system::*;
