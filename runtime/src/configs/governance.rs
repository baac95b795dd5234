//! Governance: preimages, the scheduler, votes, referenda, the treasury. The tracks are in `tracks.rs`.

use crate::{
    configs::{tracks::*, TreasuryAccount, TreasuryId},
    constants::deposit,
    origins::{self, Ensure, Origin},
    AccountId, Balance, Balances, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeHoldReason, RuntimeOrigin, Scheduler, System, Treasury, CNDR, MAX_BLOCK_WEIGHT,
};
use frame_support::{
    dispatch::DispatchResult,
    ensure, parameter_types,
    traits::{
        fungible::{HoldConsideration, InspectHold},
        tokens::{currency::ActiveIssuanceOf, PayFromAccount, UnityAssetBalanceConversion},
        AsEnsureOriginWithArg, ConstU128, ConstU32, Contains, EitherOf, EqualPrivilegeOnly, LinearStoragePrice,
        LockIdentifier,
    },
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned, EnsureWithSuccess};
use pallet_conviction_voting::{AccountVote, Status, VotingHooks};
use sp_runtime::{Permill, TokenError};

parameter_types! {
    /// Origin of the track for parameters.
    pub const ParametersAdmin: Origin = Origin::ParametersAdmin;
    /// Origin of the track for the treasury.
    pub const Treasurer: Origin = Origin::Treasurer;
    /// Origin of the track that cancels.
    pub const ReferendumCanceller: Origin = Origin::ReferendumCanceller;
    /// Origin of the track that kills.
    pub const ReferendumKiller: Origin = Origin::ReferendumKiller;
}

/// Who sets parameters, and says which machines are attested.
pub type ParametersOrigin = EitherOf<EnsureRoot<AccountId>, Ensure<ParametersAdmin>>;

impl origins::Config for Runtime {}

parameter_types! {
    /// Why a preimage's deposit is held.
    pub const PreimageHoldReason: RuntimeHoldReason = RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
    /// Most that scheduled calls weigh in a block: a runtime upgrade fits in.
    pub const MaxScheduledWeight: Weight = MAX_BLOCK_WEIGHT.saturating_div(2);
}

impl pallet_preimage::Config for Runtime {
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageHoldReason,
        LinearStoragePrice<ConstU128<{ deposit(1, 0) }>, ConstU128<{ deposit(0, 1) }>, Balance>,
    >;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
}

impl pallet_scheduler::Config for Runtime {
    type BlockNumberProvider = System;
    #[cfg(not(feature = "runtime-benchmarks"))]
    type MaxScheduledPerBlock = ConstU32<50>;
    #[cfg(feature = "runtime-benchmarks")]
    type MaxScheduledPerBlock = ConstU32<512>;
    type MaximumWeight = MaxScheduledWeight;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type PalletsOrigin = OriginCaller;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
}

/// Id of the locks of votes, which the pallet keeps to itself.
const VOTES: LockIdentifier = *b"pyconvot";

/// Accounts with votes, or with tokens that votes still lock.
pub struct Voters;
impl Contains<AccountId> for Voters {
    fn contains(who: &AccountId) -> bool {
        pallet_balances::Locks::<Runtime>::get(who).iter().any(|lock| lock.id == VOTES)
    }
}

/// What is held and may be paid to others: fees, what is prepaid, bonds. With deposits, which later fees can follow.
const ESCROW: [RuntimeHoldReason; 6] = [
    RuntimeHoldReason::Jobs(pallet_jobs::HoldReason::Escrow),
    RuntimeHoldReason::Jobs(pallet_jobs::HoldReason::Deposit),
    RuntimeHoldReason::Jobs(pallet_jobs::HoldReason::Schedule),
    RuntimeHoldReason::Sessions(pallet_sessions::HoldReason::Escrow),
    RuntimeHoldReason::Sessions(pallet_sessions::HoldReason::Deposit),
    RuntimeHoldReason::Challenges(pallet_challenges::HoldReason::Dispute),
];

/// Least that votes. A vote is stored until it is removed, and nothing is held for that: a vote of nothing would outlast the
/// account that cast it, which could take all it has elsewhere.
pub const MIN_VOTE: Balance = CNDR / 10;

/// No token votes twice. A lock stands on an account, and escrow is paid out of it all the same: a host of the voter's own would
/// vote with it again. So an account either has something in escrow or votes ([`Voters`] is the other half).
pub struct OneVoteForEachToken;
impl<Index> VotingHooks<AccountId, Index, Balance> for OneVoteForEachToken {
    fn on_before_vote(who: &AccountId, _: Index, vote: AccountVote<Balance>) -> DispatchResult {
        // Benchmarks vote with less.
        let least = if cfg!(feature = "runtime-benchmarks") { 0 } else { MIN_VOTE };
        ensure!(vote.balance() >= least, TokenError::BelowMinimum);
        let free_of_escrow = ESCROW.iter().all(|reason| Balances::balance_on_hold(reason, who) == 0);
        ensure!(free_of_escrow, TokenError::FundsUnavailable);
        Ok(())
    }

    fn on_remove_vote(_: &AccountId, _: Index, _: Status) {}

    fn lock_balance_on_unsuccessful_vote(_: &AccountId, _: Index) -> Option<Balance> {
        None
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn on_vote_worst_case(_: &AccountId) {}

    #[cfg(feature = "runtime-benchmarks")]
    fn on_remove_vote_worst_case(_: &AccountId) {}
}

/// All calls but one: votes are not delegated, since the hook above is not asked then. A proxy of type `Governance` votes for others.
pub struct CallFilter;
impl Contains<RuntimeCall> for CallFilter {
    fn contains(call: &RuntimeCall) -> bool {
        !matches!(call, RuntimeCall::ConvictionVoting(pallet_conviction_voting::Call::delegate { .. }))
    }
}

impl pallet_conviction_voting::Config for Runtime {
    type BlockNumberProvider = System;
    /// Votes are of everything that an account has: own stake on hold votes too, what lies in pots of pools does not.
    type Currency = Balances;
    /// Support is a share of what is issued, without the treasury.
    type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
    type MaxVotes = ConstU32<512>;
    type Polls = Referenda;
    type RuntimeEvent = RuntimeEvent;
    type VoteLockingPeriod = ConstU32<VOTE_LOCKING_PERIOD>;
    type VotingHooks = OneVoteForEachToken;
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
}

impl pallet_referenda::Config for Runtime {
    type AlarmInterval = ConstU32<1>;
    type BlockNumberProvider = System;
    type CancelOrigin = EitherOf<EnsureRoot<AccountId>, Ensure<ReferendumCanceller>>;
    type Currency = Balances;
    type KillOrigin = EitherOf<EnsureRoot<AccountId>, Ensure<ReferendumKiller>>;
    type MaxQueued = ConstU32<100>;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type Scheduler = Scheduler;
    /// Deposits of killed referenda.
    type Slash = Treasury;
    type SubmissionDeposit = ConstU128<{ 10 * CNDR }>;
    type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    type Tracks = Tracks;
    type UndecidingTimeout = ConstU32<UNDECIDING_TIMEOUT>;
    type Votes = pallet_conviction_voting::VotesOf<Runtime>;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// Nothing of the treasury is burned.
    pub const Burn: Permill = Permill::zero();
    /// Most that one referendum of the track for the treasury spends.
    pub const SpendCap: Balance = SPEND_CAP;
    /// Root spends any amount.
    pub const AnyAmount: Balance = Balance::MAX;
}

impl pallet_treasury::Config for Runtime {
    type AssetKind = ();
    type BalanceConverter = UnityAssetBalanceConversion;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = <Runtime as frame_system::Config>::Lookup;
    type BlockNumberProvider = System;
    type Burn = Burn;
    type BurnDestination = ();
    type Currency = Balances;
    /// No queue of spends that pay themselves (`spend_local`, deprecated): one way to spend, `spend` and `payout`.
    type MaxApprovals = ConstU32<0>;
    type PalletId = TreasuryId;
    type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
    type PayoutPeriod = ConstU32<PAYOUT_PERIOD>;
    type RejectOrigin = EitherOf<EnsureRoot<AccountId>, Ensure<Treasurer>>;
    type RuntimeEvent = RuntimeEvent;
    type SpendFunds = ();
    type SpendOrigin = EitherOf<
        EnsureRootWithSuccess<AccountId, AnyAmount>,
        EnsureWithSuccess<Ensure<Treasurer>, AccountId, SpendCap>,
    >;
    type SpendPeriod = ConstU32<SPEND_PERIOD>;
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
}

// An upgrade that no referendum could enact would be found too late.
const _: () =
    assert!(MAX_BLOCK_WEIGHT.ref_time() / 2 > 200_000_000_000, "system.set_code fits into the scheduler's share");
