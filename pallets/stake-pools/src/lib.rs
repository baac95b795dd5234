#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod class;
mod liability;
#[cfg(test)]
mod mock;
mod money;
mod operator_impls;
mod queue;
mod record;
mod staker_impls;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use class::MAX_SHARE_BITS;
pub use pallet::*;
pub use queue::{Queue, MAX_CHUNKS};
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_primitives::{traits::StakeListener, AccountId, Balance, BlockNumber};
    use candor_runtime_api::views::{PoolView, PositionView};
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, Get},
        PalletId,
    };
    use frame_system::pallet_prelude::*;
    use sp_runtime::Permill;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T, I = ()>(_);

    /// What the runtime gives to the pallet.
    #[pallet::config]
    pub trait Config<I: 'static = ()>: frame_system::Config<AccountId = AccountId> {
        /// The overarching event type.
        #[allow(deprecated)]
        type RuntimeEvent: From<Event<Self, I>> + IsType<<Self as frame_system::Config>::RuntimeEvent>;
        /// The currency that is staked.
        type Currency: fungible::Mutate<AccountId, Balance = Balance>
            + fungible::BalancedHold<AccountId, Balance = Balance>
            + fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason, Balance = Balance>;
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason<I>>;
        /// Hears when active stake changes.
        type Listener: StakeListener<AccountId>;
        /// How much stake open receipts need.
        type Liability: Get<LiabilityParams>;
        /// Account that receives penalties.
        type Treasury: Get<AccountId>;
        /// Where the pots' accounts come from.
        #[pallet::constant]
        type PalletId: Get<PalletId>;
        /// Least own stake of an operator, in planck.
        #[pallet::constant]
        type MinSelfStake: Get<Balance>;
        /// Least stake of anyone else in a pool, in planck.
        #[pallet::constant]
        type MinStake: Get<Balance>;
        /// Time from `unstake`, or from the operator's leaving, until stake can be withdrawn, in blocks.
        #[pallet::constant]
        type UnbondingPeriod: Get<BlockNumber>;
        /// Commission of a new pool.
        #[pallet::constant]
        type InitialCommission: Get<Permill>;
        /// Highest commission.
        #[pallet::constant]
        type MaxCommission: Get<Permill>;
        /// Most that a commission rises at a time.
        #[pallet::constant]
        type MaxCommissionStep: Get<Permill>;
        /// Time from the announcement of a higher commission until it holds, in blocks. Longer than the unbonding
        /// period, so that stakers can leave before.
        #[pallet::constant]
        type CommissionNotice: Get<BlockNumber>;
        /// Length of a period of the record, in blocks.
        #[pallet::constant]
        type PeriodLength: Get<BlockNumber>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why funds are on hold.
    #[pallet::composite_enum]
    pub enum HoldReason<I: 'static = ()> {
        /// Own stake of an operator, active or unbonding.
        #[codec(index = 0)]
        SelfStake,
    }

    /// Pools by operator. Accounts are chosen by users, hence Blake2.
    #[pallet::storage]
    pub type Pools<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, AccountId, Pool>;

    /// What stakers have, by pool (its operator) and staker.
    #[pallet::storage]
    pub type Positions<T: Config<I>, I: 'static = ()> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, AccountId, Position>;

    /// In which pools a staker has something, by staker and pool.
    #[pallet::storage]
    pub type StakedIn<T: Config<I>, I: 'static = ()> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, AccountId, ()>;

    /// What pools answer for, where that is anything.
    #[pallet::storage]
    pub type Liabilities<T: Config<I>, I: 'static = ()> =
        StorageMap<_, Blake2_128Concat, AccountId, Liability, ValueQuery>;

    /// The most that open receipts needed lately, in planck. Kept while the pool is.
    #[pallet::storage]
    pub type Peaks<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, AccountId, Peak, ValueQuery>;

    /// What is known of operators' conduct. Kept while the pool is.
    #[pallet::storage]
    pub type Records<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, AccountId, Record, ValueQuery>;

    /// What happened. `pool` is the account of a pool's operator.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config<I>, I: 'static = ()> {
        /// A pool was opened.
        Created {
            /// The pool.
            pool: AccountId,
            /// The operator's own stake, in planck.
            stake: Balance,
        },
        /// Somebody staked.
        Staked {
            /// The pool.
            pool: AccountId,
            /// Who staked; the operator: own stake.
            staker: AccountId,
            /// What was added, in planck.
            amount: Balance,
            /// What the staker has active in the pool now, in planck.
            active: Balance,
        },
        /// Somebody began to take stake out.
        Unstaked {
            /// The pool.
            pool: AccountId,
            /// Whose stake; the operator: own stake.
            staker: AccountId,
            /// What unbonds, in planck.
            amount: Balance,
            /// What the staker still has active in the pool, in planck.
            active: Balance,
            /// Block from which it can be withdrawn.
            at: BlockNumber,
        },
        /// Stake whose unbonding was over went back.
        Withdrawn {
            /// The pool.
            pool: AccountId,
            /// Whose stake.
            staker: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
        /// Stake whose unbonding was over went into another pool.
        Restaked {
            /// The pool that it left.
            from: AccountId,
            /// The pool that it went to.
            to: AccountId,
            /// Whose stake.
            staker: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
        /// Less than an account can exist with could not go back to an account that does not exist: the treasury got it.
        Diverted {
            /// The pool.
            pool: AccountId,
            /// Whose stake it was.
            staker: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
        /// A commission was set or announced.
        CommissionSet {
            /// The pool.
            pool: AccountId,
            /// The commission.
            commission: Permill,
            /// Block from which it holds.
            at: BlockNumber,
        },
        /// A pool's operator is leaving: all stake in it unbonds.
        Leaving {
            /// The pool.
            pool: AccountId,
            /// Block from which stake can be withdrawn.
            at: BlockNumber,
        },
        /// A pool was removed: its operator has left and everybody has withdrawn.
        Removed {
            /// The pool.
            pool: AccountId,
        },
        /// Stakers earned a reward: their shares are worth so much more.
        Rewarded {
            /// The pool.
            pool: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
        /// A penalty was taken from own stake.
        Penalised {
            /// The pool.
            pool: AccountId,
            /// What was taken, in planck.
            taken: Balance,
            /// The part of the penalty that could not be taken, in planck.
            missing: Balance,
            /// The part of what was taken that was burned because the treasury could not receive it, in planck.
            burned: Balance,
        },
        /// A fault was proven. `self_stake + delegated + missing` is what it costs, `compensated + rewarded + burned` is
        /// what was taken.
        Slashed {
            /// The pool.
            pool: AccountId,
            /// Taken from own stake, in planck.
            self_stake: Balance,
            /// Taken from delegated stake, active and unbonding, in planck. All of it was burned.
            delegated: Balance,
            /// What could not be taken because there was less, in planck.
            missing: Balance,
            /// Given to the requester, in planck.
            compensated: Balance,
            /// Given to the challenger, costs and reward, in planck.
            rewarded: Balance,
            /// Burned, in planck.
            burned: Balance,
        },
        /// A slash left so little of delegated stake that its shares cannot be counted any more: it was burned too.
        WrittenOff {
            /// The pool.
            pool: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T, I = ()> {
        /// This account has no pool: look the operator up in the list of pools.
        UnknownPool,
        /// This account has a pool already.
        PoolExists,
        /// People still have stake in the pool that this account left: send `withdraw_for` for each of them first.
        StakersLeft,
        /// The operator of this pool is leaving: stake elsewhere, and withdraw from the block in its event `Leaving`.
        PoolLeaving,
        /// The amount is zero: name how much.
        ZeroAmount,
        /// The operator's own stake would be below `MinSelfStake`: keep more, or deregister to take out everything.
        SelfStakeTooLow,
        /// The stake in this pool would be below `MinStake`: stake more, or take everything out with `unstake_all`.
        StakeTooLow,
        /// There is less active stake than this: name less, or use `unstake_all`.
        InsufficientStake,
        /// This account has nothing in this pool.
        NotStaking,
        /// No unbonding stake is due yet: wait until its block.
        NothingDue,
        /// Open receipts need this stake: take out less, or wait until they are final.
        StakeInUse,
        /// A share of this pool costs more than a planck, so rounding could take too much: stake elsewhere.
        SharesTooDear,
        /// Restaking goes from one pool into another: to come back after unstaking, withdraw and stake.
        SamePool,
        /// The commission is above `MaxCommission`.
        CommissionTooHigh,
        /// The commission rises by more than `MaxCommissionStep`: announce less now, and more when that holds.
        StepTooLarge,
        /// The free stake does not cover another receipt of this value: stake more.
        NotBacked,
        /// Receipts of this operator are open: wait until they are final.
        ReceiptsOpen,
        /// An amount does not fit 128 bits.
        Overflow,
    }

    #[pallet::hooks]
    impl<T: Config<I>, I: 'static> Hooks<BlockNumberFor<T>> for Pallet<T, I> {
        fn integrity_test() {
            Self::check_constants();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config<I>, I: 'static> Pallet<T, I> {
        /// Stake `amount` behind an operator.
        ///
        /// `pool` is the operator's account. Your stake earns a part of what the operator earns, adds it to itself, and is
        /// slashed after the operator's own stake if the operator is convicted of a fault. The operator itself adds to its
        /// own stake.
        #[pallet::call_index(0)]
        pub fn stake(origin: OriginFor<T>, pool: AccountId, #[pallet::compact] amount: Balance) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_stake(who, pool, amount)
        }

        /// Begin to take stake worth `amount` out of a pool.
        ///
        /// It unbonds for `UnbondingPeriod`, earns nothing then and can be slashed until it is withdrawn. What stays must
        /// be at least `MinStake`. The operator takes from its own stake only what no open receipt needs.
        #[pallet::call_index(1)]
        pub fn unstake(origin: OriginFor<T>, pool: AccountId, #[pallet::compact] amount: Balance) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_unstake(who, pool, Some(amount))
        }

        /// Begin to take everything out of a pool.
        ///
        /// As `unstake`. The operator takes out what is above the minimum and above what open receipts need.
        #[pallet::call_index(2)]
        pub fn unstake_all(origin: OriginFor<T>, pool: AccountId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_unstake(who, pool, None)
        }

        /// Get back your stake whose unbonding is over.
        #[pallet::call_index(3)]
        pub fn withdraw(origin: OriginFor<T>, pool: AccountId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_withdraw(who, pool)
        }

        /// Send somebody's stake whose unbonding is over back to them.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::withdraw())]
        pub fn withdraw_for(origin: OriginFor<T>, pool: AccountId, staker: AccountId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_withdraw(staker, pool)
        }

        /// Move your stake whose unbonding is over into another pool.
        ///
        /// As `withdraw` and `stake` in one.
        #[pallet::call_index(5)]
        pub fn restake(origin: OriginFor<T>, from: AccountId, to: AccountId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_restake(who, from, to)
        }

        /// Set your pool's commission.
        ///
        /// What you keep of your stakers' part of a reward. A lower one holds at once; a higher one, by at most
        /// `MaxCommissionStep`, after `CommissionNotice`, and takes the place of one that was announced before.
        #[pallet::call_index(6)]
        pub fn set_commission(origin: OriginFor<T>, commission: Permill) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_commission(who, commission)
        }
    }

    #[pallet::view_functions]
    impl<T: Config<I>, I: 'static> Pallet<T, I> {
        /// One pool, with its stake, commission, record and return.
        pub fn pool(operator: AccountId) -> Option<PoolView> {
            Self::view_pool(&operator)
        }

        /// Pools in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        pub fn pools(start: Option<AccountId>, limit: u32) -> Vec<PoolView> {
            Self::view_pools(start, limit)
        }

        /// What an account has in pools, in storage order after the pool `start` (none: from the beginning), at most `limit`
        /// (100 at most).
        pub fn positions(staker: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
            Self::view_positions(&staker, start, limit)
        }

        /// Who has something in a pool, in storage order after the staker `start` (none: from the beginning), at most `limit`
        /// (100 at most).
        pub fn stakers(pool: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
            Self::view_stakers(&pool, start, limit)
        }
    }
}
