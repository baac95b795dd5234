//! Migrations of storage: what a new version changes of the state that the version before left.

use super::{validators::EndowFeePot, RuntimeBlockWeights};
use crate::{Runtime, RuntimeEvent};
use frame_support::{migrations::FreezeChainOnFailedMigration, parameter_types, traits::ConstU32, weights::Weight};
use sp_runtime::Perbill;

/// Migrations that run at once, in the first block of this version, before anything else.
///
/// For what is small whatever the chain has seen. They stay until every chain has run them.
pub type SingleBlockMigrations = EndowFeePot;

/// Migrations that run over several blocks after that, in steps.
///
/// While they run blocks have no transactions, hooks that settle things pause, and the disputes' clock stands still.
/// Deadlines that are counted in blocks go on, so these have to be short.
#[cfg(not(feature = "runtime-benchmarks"))]
pub type SteppedMigrations = ();
/// Migrations that the pallet's benchmarks ask for.
#[cfg(feature = "runtime-benchmarks")]
pub type SteppedMigrations = pallet_migrations::mock_helpers::MockedMigrations;

parameter_types! {
    /// What steps may use of a block.
    pub MaxServiceWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_migrations::Config for Runtime {
    type CursorMaxLen = ConstU32<65_536>;
    // A state that is migrated in part is not for transactions: money in it would be lost or made.
    type FailedMigrationHandler = FreezeChainOnFailedMigration;
    type IdentifierMaxLen = ConstU32<256>;
    type MaxServiceWeight = MaxServiceWeight;
    type MigrationStatusHandler = ();
    type Migrations = SteppedMigrations;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}
