//! BABE, GRANDPA, sessions, authors.

use crate::{
    configs::validators::ReportLongevity, opaque::SessionKeys, AccountId, AuthorityDiscovery, Babe, Balances, Grandpa,
    Historical, Offences, Runtime, RuntimeEvent, Session, Validators, EPOCH_SLOTS, MILLI, PRIMARY_PROBABILITY, SLOT_MS,
};
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU64},
};
use sp_consensus_babe::AllowedSlots;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

/// Most validators.
pub const MAX_AUTHORITIES: u32 = pallet_validators::MAX_VALIDATORS;
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
    type EquivocationReportSystem = pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
    type ExpectedBlockTime = ExpectedBlockTime;
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
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
    type EventHandler = Validators;
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
}

impl pallet_session::Config for Runtime {
    type Currency = Balances;
    // At most a third of the validators at once; a worse offender takes the place of a lesser one.
    type DisablingStrategy = pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
    type KeyDeposit = ConstU128<{ 100 * MILLI }>;
    type Keys = SessionKeys;
    type NextSessionRotation = Babe;
    type RuntimeEvent = RuntimeEvent;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type SessionManager = <Runtime as pallet_validators::Config>::Planner;
    type ShouldEndSession = Babe;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl pallet_session::historical::Config for Runtime {
    type FullIdentification = pallet_validators::Exposure;
    type FullIdentificationOf = pallet_validators::ExposureOf<Runtime>;
    type RuntimeEvent = RuntimeEvent;
}

impl pallet_offences::Config for Runtime {
    type IdentificationTuple = pallet_session::historical::IdentificationTuple<Runtime>;
    type OnOffenceHandler = Validators;
    type RuntimeEvent = RuntimeEvent;
}

// Named so that the session keys above and these pallets cannot drift apart unseen.
const _: fn() = || {
    fn is_bound<T: sp_runtime::BoundToRuntimeAppPublic>() {}
    is_bound::<Babe>();
    is_bound::<Grandpa>();
    is_bound::<AuthorityDiscovery>();
};
