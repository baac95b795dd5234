//! BABE, GRANDPA, sessions, authors.

use crate::{
    opaque::SessionKeys, AccountId, AuthorityDiscovery, Babe, Balances, Grandpa, Runtime, RuntimeEvent, Session,
    EPOCH_SLOTS, MILLI, PRIMARY_PROBABILITY, SLOT_MS,
};
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU64},
};
use sp_consensus_babe::AllowedSlots;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

/// Most validators.
pub const MAX_AUTHORITIES: u32 = 100;
/// BABE's configuration at genesis: primary slots, and secondary slots whose authors also give randomness.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
    sp_consensus_babe::BabeEpochConfiguration {
        c: PRIMARY_PROBABILITY,
        allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
    };

parameter_types! {
    /// Length of a slot.
    pub const ExpectedBlockTime: u64 = SLOT_MS;
}

impl pallet_babe::Config for Runtime {
    type DisabledValidators = Session;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type EpochDuration = ConstU64<EPOCH_SLOTS>;
    type EquivocationReportSystem = ();
    type ExpectedBlockTime = ExpectedBlockTime;
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
    type EquivocationReportSystem = ();
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<168>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
}

impl pallet_authority_discovery::Config for Runtime {
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
}

impl pallet_authorship::Config for Runtime {
    type EventHandler = ();
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
}

impl pallet_session::Config for Runtime {
    type Currency = Balances;
    type DisablingStrategy = ();
    type KeyDeposit = ConstU128<{ 100 * MILLI }>;
    type Keys = SessionKeys;
    type NextSessionRotation = Babe;
    type RuntimeEvent = RuntimeEvent;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type SessionManager = ();
    type ShouldEndSession = Babe;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

// Named so that the session keys above and these pallets cannot drift apart unseen.
const _: fn() = || {
    fn is_bound<T: sp_runtime::BoundToRuntimeAppPublic>() {}
    is_bound::<Babe>();
    is_bound::<Grandpa>();
    is_bound::<AuthorityDiscovery>();
};
