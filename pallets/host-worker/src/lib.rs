#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod engine;
mod round;
#[cfg(test)]
mod tests;

pub use pallet::*;

/// Log target of this pallet.
pub const LOG_TARGET: &str = "candor::host-worker";

/// The pallet: no storage and no calls, one hook.
#[frame_support::pallet]
pub mod pallet {
    use candor_primitives::{
        traits::{Attestations, DutySource, Heartbeats, HostMarket, Releases, SessionSource, WorkSource},
        AccountId,
    };
    use frame_support::pallet_prelude::*;
    use frame_system::{
        offchain::{CreateAuthorizedTransaction, CreateTransactionBase},
        pallet_prelude::*,
    };

    /// Calls of the runtime.
    pub type RuntimeCallOf<T> = <T as frame_system::Config>::RuntimeCall;

    /// Parameters of the pallet.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = sp_core::H256>
        + CreateTransactionBase<RuntimeCallOf<Self>, RuntimeCall = RuntimeCallOf<Self>>
        + CreateAuthorizedTransaction<RuntimeCallOf<Self>>
    {
        /// Hosts by worker key, and what they offer.
        type Hosts: HostMarket<AccountId>;
        /// Descriptions of releases.
        type Releases: Releases<AccountId>;
        /// Work to be done.
        type Work: WorkSource<AccountId, Call: Into<RuntimeCallOf<Self>>>;
        /// What hosts owe in audits and disputes.
        type Duties: DutySource<AccountId, Call: Into<RuntimeCallOf<Self>>>;
        /// Sessions, which the engine keeps and this worker settles.
        type Sessions: SessionSource<AccountId, Call: Into<RuntimeCallOf<Self>>>;
        /// Evidence of the machine, where a host is attested.
        type Attestations: Attestations<AccountId, Call: Into<RuntimeCallOf<Self>>>;
        /// Signs of life.
        type Heartbeats: Heartbeats<AccountId, Call: Into<RuntimeCallOf<Self>>>;
        /// Time that all work of one block may take together, in milliseconds.
        #[pallet::constant]
        type Budget: Get<u64>;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn offchain_worker(block: BlockNumberFor<T>) {
            crate::round::run::<T>(block);
        }
    }
}
