//! The FRAME runtime of Candor: composition only, no logic.
//!
//! `configs` sets the pallets' parameters, `apis` the runtime APIs, `presets` the genesis states. No custom host
//! functions: the Wasm loads in every tool of the ecosystem.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

mod apis;
#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benchmarks;
pub mod configs;
pub mod constants;
pub mod origins;
pub mod presets;

use alloc::vec::Vec;
use frame_support::parameter_types;
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::{api, RuntimeApi};
pub use constants::*;

/// Signature of a transaction.
pub type Signature = MultiSignature;
/// Account of a person, host or pallet.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Amount in planck.
pub type Balance = candor_primitives::Balance;
/// Number of transactions of an account.
pub type Nonce = u32;
/// Hash of anything.
pub type Hash = sp_core::H256;
/// Height of a block.
pub type BlockNumber = candor_primitives::BlockNumber;
/// Address in a transaction.
pub type Address = MultiAddress<AccountId, ()>;
/// Header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block with this runtime's transactions.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Block with its justification.
pub type SignedBlock = generic::SignedBlock<Block>;
/// Transaction as it is sent.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a signature signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// What every transaction carries besides its call. None of them needs data that a wallet would not know.
pub type TxExtension = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// Runs blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// Types for programs that do not need to know this runtime's calls.
pub mod opaque {
    use super::*;

    pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;
    /// Header.
    pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
    /// Block with opaque transactions.
    pub type Block = generic::Block<Header, UncheckedExtrinsic>;
    /// Hash of a block.
    pub type Hash = sp_core::H256;

    impl_opaque_keys! {
        /// All keys of a validator, from the first day.
        pub struct SessionKeys {
            pub babe: crate::Babe,
            pub grandpa: crate::Grandpa,
            pub authority_discovery: crate::AuthorityDiscovery,
        }
    }
}

// The macro that puts the version into the Wasm wants literals.
macro_rules! version {
    ($name:tt) => {
        /// Version of the runtime.
        #[sp_version::runtime_version]
        pub const VERSION: RuntimeVersion = RuntimeVersion {
            spec_name: alloc::borrow::Cow::Borrowed($name),
            impl_name: alloc::borrow::Cow::Borrowed("candor"),
            authoring_version: 1,
            spec_version: 101,
            impl_version: 1,
            apis: apis::RUNTIME_API_VERSIONS,
            transaction_version: 1,
            system_version: 1,
        };
    };
}

#[cfg(not(feature = "test-runtime"))]
version!("candor");
// No chain can be upgraded to a runtime of another name.
#[cfg(feature = "test-runtime")]
version!("candor-test");

parameter_types! {
    /// This version.
    pub const Version: RuntimeVersion = VERSION;
}

#[frame_support::runtime]
mod runtime {
    /// The runtime.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Runtime>;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp::Pallet<Runtime>;
    #[runtime::pallet_index(2)]
    pub type Babe = pallet_babe::Pallet<Runtime>;
    #[runtime::pallet_index(3)]
    pub type Grandpa = pallet_grandpa::Pallet<Runtime>;
    #[runtime::pallet_index(4)]
    pub type Authorship = pallet_authorship::Pallet<Runtime>;
    #[runtime::pallet_index(5)]
    pub type Session = pallet_session::Pallet<Runtime>;
    #[runtime::pallet_index(6)]
    pub type AuthorityDiscovery = pallet_authority_discovery::Pallet<Runtime>;
    #[runtime::pallet_index(7)]
    pub type Balances = pallet_balances::Pallet<Runtime>;
    #[runtime::pallet_index(8)]
    pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;
    #[runtime::pallet_index(9)]
    pub type Sudo = pallet_sudo::Pallet<Runtime>;
    #[runtime::pallet_index(10)]
    pub type Utility = pallet_utility::Pallet<Runtime>;
    #[runtime::pallet_index(11)]
    pub type Proxy = pallet_proxy::Pallet<Runtime>;
    #[runtime::pallet_index(12)]
    pub type Multisig = pallet_multisig::Pallet<Runtime>;
    #[runtime::pallet_index(13)]
    pub type Parameters = pallet_parameters::Pallet<Runtime>;

    #[runtime::pallet_index(14)]
    pub type Scheduler = pallet_scheduler::Pallet<Runtime>;
    #[runtime::pallet_index(15)]
    pub type Preimage = pallet_preimage::Pallet<Runtime>;
    #[runtime::pallet_index(16)]
    pub type Treasury = pallet_treasury::Pallet<Runtime>;
    #[runtime::pallet_index(17)]
    pub type ConvictionVoting = pallet_conviction_voting::Pallet<Runtime>;
    #[runtime::pallet_index(18)]
    pub type Referenda = pallet_referenda::Pallet<Runtime>;
    #[runtime::pallet_index(19)]
    pub type Origins = origins::Pallet<Runtime>;

    #[runtime::pallet_index(20)]
    pub type Models = pallet_models::Pallet<Runtime>;
    #[runtime::pallet_index(21)]
    pub type Hosts = pallet_hosts::Pallet<Runtime>;
    #[runtime::pallet_index(22)]
    pub type Jobs = pallet_jobs::Pallet<Runtime>;
    #[runtime::pallet_index(23)]
    pub type HostWorker = pallet_host_worker::Pallet<Runtime>;
    #[runtime::pallet_index(24)]
    pub type StakePools = pallet_stake_pools::Pallet<Runtime>;
    #[runtime::pallet_index(25)]
    pub type Audits = pallet_audits::Pallet<Runtime>;
    #[runtime::pallet_index(26)]
    pub type Challenges = pallet_challenges::Pallet<Runtime>;
    #[runtime::pallet_index(27)]
    pub type Sessions = pallet_sessions::Pallet<Runtime>;
    #[runtime::pallet_index(28)]
    pub type IntelAttestations = pallet_attestations::Pallet<Runtime, Instance1>;
    #[runtime::pallet_index(29)]
    pub type AmdAttestations = pallet_attestations::Pallet<Runtime, Instance2>;
    #[runtime::pallet_index(30)]
    pub type ValidatorPools = pallet_stake_pools::Pallet<Runtime, Instance1>;
    #[runtime::pallet_index(31)]
    pub type Validators = pallet_validators::Pallet<Runtime>;
    #[runtime::pallet_index(32)]
    pub type Historical = pallet_session::historical::Pallet<Runtime>;
    #[runtime::pallet_index(33)]
    pub type Offences = pallet_offences::Pallet<Runtime>;

    #[runtime::pallet_index(34)]
    pub type MultiBlockMigrations = pallet_migrations::Pallet<Runtime>;
}
