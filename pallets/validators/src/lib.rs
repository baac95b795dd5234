#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod candidacy;
mod election;
mod liveness;
#[cfg(test)]
mod mock;
mod offences;
mod rewards;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use election::ExposureOf;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_primitives::{
        traits::{HostPools, HostStake, OffenceStake},
        AccountId, Balance,
    };
    use candor_runtime_api::validators::ValidatorView;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, Get},
        PalletId,
    };
    use frame_system::pallet_prelude::*;
    use pallet_session::{SessionInterface, SessionManager};
    use sp_runtime::Perbill;
    use sp_staking::SessionIndex;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime gives to the pallet.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// The overarching event type.
        #[allow(deprecated)]
        type RuntimeEvent: From<Event<Self>> + IsType<<Self as frame_system::Config>::RuntimeEvent>;
        /// The currency of fees and rewards.
        type Currency: fungible::Mutate<AccountId, Balance = Balance>;
        /// The pools of validators: an instance of its own.
        type Pools: HostPools<AccountId> + HostStake<AccountId> + OffenceStake<AccountId>;
        /// The sessions that validators are elected for.
        type Sessions: SessionInterface<ValidatorId = AccountId, AccountId = AccountId>;
        /// What the sessions ask for their validators: this pallet, or what notes its answers.
        type Planner: SessionManager<AccountId>;
        /// What candidates sign with.
        type Keys: SessionKeys<AccountId>;
        /// Where the account comes from that fees lie in until the end of a block.
        #[pallet::constant]
        type PalletId: Get<PalletId>;
        /// Least own stake of a candidate, in planck. That of the pools.
        #[pallet::constant]
        type MinSelfStake: Get<Balance>;
        /// Validators that are elected at most; never more than [`MAX_VALIDATORS`].
        #[pallet::constant]
        type ValidatorCount: Get<u32>;
        /// Fewest validators that an election may end with; with fewer the present ones stay.
        #[pallet::constant]
        type MinValidators: Get<u32>;
        /// Candidates at most.
        #[pallet::constant]
        type MaxCandidates: Get<u32>;
        /// Sessions after which exposures are fixed anew, though the same validators are elected.
        #[pallet::constant]
        type ExposureSessions: Get<SessionIndex>;
        /// Sessions for which it is kept who was a validator: as long as an offence of them can be punished.
        #[pallet::constant]
        type HistorySessions: Get<SessionIndex>;
        /// Blocks that a validator must have been expected to author, without authoring any, to count as offline.
        #[pallet::constant]
        type OfflineBlocks: Get<u32>;
        /// Penalty of a validator that is offline, in planck, from its own stake.
        #[pallet::constant]
        type OfflinePenalty: Get<Balance>;
        /// What is minted for the author of a block beside its fees, in planck.
        #[pallet::constant]
        type BlockReward: Get<Balance>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Who may be elected. Accounts are chosen by users, hence Blake2.
    #[pallet::storage]
    pub type Candidates<T: Config> = CountedStorageMap<_, Blake2_128Concat, AccountId, Candidacy>;

    /// What was elected last, and for which session.
    #[pallet::storage]
    pub type LastElection<T: Config> = StorageValue<_, Election>;

    /// What the validators of the present session have at stake.
    #[pallet::storage]
    pub type Exposures<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Exposure>;

    /// Author of this block.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type CurrentAuthor<T: Config> = StorageValue<_, AccountId>;

    /// Blocks that validators authored in this session.
    #[pallet::storage]
    pub type Authored<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// Blocks that validators were expected to author since they last authored one, where a whole session went by without.
    #[pallet::storage]
    pub type Missed<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// What a validator was slashed for offences in a session: the largest share so far.
    #[pallet::storage]
    pub type Offences<T: Config> =
        StorageDoubleMap<_, Twox64Concat, SessionIndex, Blake2_128Concat, AccountId, Perbill, ValueQuery>;

    /// Validators of the first session.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Their accounts with their own stake, in planck. Each needs the funds, and keys in the session pallet's genesis.
        pub validators: Vec<(AccountId, Balance)>,
        /// Nothing.
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Self::open_pools(&self.validators);
        }
    }

    impl<T: Config> GenesisConfig<T> {
        // A genesis that cannot be built must not look as if it could.
        #[allow(clippy::expect_used)]
        fn open_pools(validators: &[(AccountId, Balance)]) {
            if validators.is_empty() {
                return;
            }
            Pallet::<T>::endow_pot().expect("the pot of the genesis can exist");
            for (validator, stake) in validators {
                T::Pools::create(validator, *stake).expect("a validator of the genesis has its stake");
                Candidates::<T>::insert(validator, Candidacy::Standing);
            }
            // Sessions have their first validators already, those with keys in their own genesis. What these have at stake belongs into
            // the history of the two sessions that were planned, or their offences could not be proven.
            for session in [0, 1] {
                T::Planner::new_session_genesis(session);
            }
            T::Planner::start_session(0);
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Somebody stands for election.
        Standing {
            /// The candidate.
            validator: AccountId,
        },
        /// A candidate is not elected any more, by its own will or because of an offence, until it says `resume`.
        Chilled {
            /// The candidate.
            validator: AccountId,
        },
        /// A candidate is gone: its pool is being left, or was evicted.
        Left {
            /// Who it was.
            validator: AccountId,
        },
        /// Validators were elected.
        Elected {
            /// The session that they validate from.
            session: SessionIndex,
            /// How many.
            count: u32,
            /// The stake of the last one, in planck.
            least: Balance,
        },
        /// Too few candidates have keys and enough stake: the present validators stay.
        TooFew {
            /// The session that was to be planned.
            session: SessionIndex,
            /// How many there are.
            count: u32,
        },
        /// The author of a block was paid.
        Paid {
            /// The author.
            validator: AccountId,
            /// The fees of the block and what was minted for it, in planck.
            amount: Balance,
            /// The part for those who stake with it, in planck.
            stakers: Balance,
            /// What was minted, in planck.
            minted: Balance,
        },
        /// A validator authored nothing though it should have. It is chilled.
        Offline {
            /// The validator.
            validator: AccountId,
            /// Blocks that it was expected to author.
            expected: u32,
            /// What was taken of its own stake, in planck.
            penalty: Balance,
        },
        /// An offence of a validator was proven. It is chilled, and disabled for the session.
        Offended {
            /// The validator.
            validator: AccountId,
            /// The session of the offence.
            session: SessionIndex,
            /// The share of its exposure that the offence costs.
            fraction: Perbill,
            /// What is to be slashed now: less than that share if offences of the session were slashed before. In planck.
            slash: Balance,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T> {
        /// This account has no session keys: send `session.setKeys` first (`candor keys rotate`).
        NoSessionKeys,
        /// This account is a candidate already.
        AlreadyStanding,
        /// This account is no candidate: send `validate` first.
        NotStanding,
        /// This candidate is chilled already.
        AlreadyChilled,
        /// This candidate is not chilled.
        NotChilled,
        /// There are `MaxCandidates` candidates: wait until one leaves, or `evict` one that cannot be elected.
        TooManyCandidates,
        /// The own stake is below `MinSelfStake`: stake more with `validatorPools.stake`.
        SelfStakeTooLow,
        /// This candidate has keys and enough stake: it cannot be evicted.
        Electable,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            // Of noting the author, and of paying it when the block ends. Sessions reckon with a whole block where they change.
            T::WeightInfo::note_author().saturating_add(T::WeightInfo::pay_author())
        }

        fn on_finalize(_: BlockNumberFor<T>) {
            // Not asked of the pallet that knows it: there the author of the block is forgotten by now, and to ask makes it
            // remember this one in the next block.
            if let Some(author) = CurrentAuthor::<T>::take() {
                Self::pay_author(author);
            }
        }

        fn integrity_test() {
            assert!(T::MaxCandidates::get() >= MAX_VALIDATORS, "as many can stand as are elected");
            assert!(T::MinValidators::get() > 0, "somebody must validate");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Stand for election as a validator, with `stake` of your own.
        ///
        /// Opens your pool among the validators' pools. Your session keys must be set before (`session.setKeys`). Elected are
        /// the candidates with the most stake; the set changes two sessions later. Your stake can be slashed if your keys sign
        /// two blocks, or two votes, for one place, and pays a penalty if you author nothing.
        #[pallet::call_index(0)]
        pub fn validate(origin: OriginFor<T>, #[pallet::compact] stake: Balance) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_validate(&who, stake)
        }

        /// Stop standing for election, but keep your pool.
        ///
        /// Go on validating until the set has changed, two sessions later.
        #[pallet::call_index(1)]
        pub fn chill(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_chill(&who)
        }

        /// Stand for election again.
        ///
        /// Your own stake must be `MinSelfStake` at least: after a slash, stake more first.
        #[pallet::call_index(2)]
        pub fn resume(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_resume(&who)
        }

        /// Stop being a validator for good: all stake in your pool unbonds.
        ///
        /// Go on validating until the set has changed, two sessions later. Stakers need not do anything: from the block in the
        /// pool's event `Leaving` on everybody can withdraw.
        #[pallet::call_index(3)]
        pub fn leave(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_leave(&who)
        }

        /// Take a candidate that cannot be elected off the list.
        ///
        /// Anyone may: one whose pool is gone, whose own stake is below `MinSelfStake` or who has no session keys. It can
        /// `resume` when that is mended.
        #[pallet::call_index(4)]
        pub fn evict(origin: OriginFor<T>, validator: AccountId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_evict(&validator)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// One candidate.
        pub fn validator(account: AccountId) -> Option<ValidatorView> {
            Self::view_validator(&account)
        }

        /// Candidates in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        pub fn validators(start: Option<AccountId>, limit: u32) -> Vec<ValidatorView> {
            Self::view_validators(start, limit)
        }
    }
}
