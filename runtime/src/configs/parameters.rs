//! Parameters that root can change without an upgrade (`parameters.setParameter` in Polkadot.js). The values here are
//! the defaults: windows of a few blocks, so that everything can be watched on a development chain. A public chain
//! starts with longer ones; `docs/protocol.md` says which.

use crate::{Runtime, MILLI};
use candor_primitives::{Balance, BlockNumber};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use sp_runtime::Permill;

/// The parameters, by pallet.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic {
    use super::*;

    /// Jobs.
    #[dynamic_pallet_params]
    #[codec(index = 0)]
    pub mod jobs {
        /// Time a host has to answer, in blocks.
        #[codec(index = 0)]
        pub static ResultDeadline: BlockNumber = 10;
        /// Time the hosts of a redundant job have to reveal, in blocks.
        #[codec(index = 1)]
        pub static RevealDeadline: BlockNumber = 10;
        /// Longest that a job waits for a host with capacity, in blocks.
        #[codec(index = 2)]
        pub static AssignDeadline: BlockNumber = 30;
        /// Time from an answer until it is final and paid, in blocks.
        #[codec(index = 3)]
        pub static FinalityWindow: BlockNumber = 10;
        /// Share of every fee that pays auditors.
        #[codec(index = 4)]
        pub static Levy: Permill = Permill::from_parts(10_000);
        /// Share of every fee for the treasury.
        #[codec(index = 5)]
        pub static TreasuryShare: Permill = Permill::from_parts(10_000);
        /// Penalty of a host that misses a deadline, as a share of its fee.
        #[codec(index = 6)]
        pub static NoShowRatio: Permill = Permill::from_parts(500_000);
        /// Least such penalty, in planck.
        #[codec(index = 7)]
        pub static NoShowMin: Balance = 10 * MILLI;
        /// Most such penalty, in planck.
        #[codec(index = 8)]
        pub static NoShowMax: Balance = 1_000 * MILLI;
    }

    /// Hosts.
    #[dynamic_pallet_params]
    #[codec(index = 1)]
    pub mod hosts {
        /// Time from `unstake` or `deregister` until the stake can be withdrawn, in blocks.
        #[codec(index = 0)]
        pub static UnbondingPeriod: BlockNumber = 60;
        /// A host is live for this long after its last sign of life, in blocks.
        #[codec(index = 1)]
        pub static LivenessWindow: BlockNumber = 60;
        /// A heartbeat is due when the last sign of life is this old, in blocks.
        #[codec(index = 2)]
        pub static HeartbeatInterval: BlockNumber = 20;
        /// Share of receipts that audits are drawn from, as the liability assumes it.
        #[codec(index = 3)]
        pub static AuditRate: Permill = Permill::from_parts(20_000);
        /// Chance that an audit finds a lie, as the liability assumes it.
        #[codec(index = 4)]
        pub static Detection: Permill = Permill::from_parts(500_000);
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
    fn default() -> Self {
        RuntimeParameters::Jobs(dynamic::jobs::Parameters::ResultDeadline(dynamic::jobs::ResultDeadline, Some(10)))
    }
}
