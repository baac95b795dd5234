#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// Tests and benchmarks stop at the first thing that is not as they prepared it.
#![cfg_attr(any(test, feature = "runtime-benchmarks"), allow(clippy::unwrap_used))]

extern crate alloc;

mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod canaries;
mod duties;
mod invariants;
mod messages;
mod pool;
mod queue;
mod rounds;
mod showing;
pub mod types;
mod verdict;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use canaries::canary_commitment;
pub use messages::{answer_message, seal_message, seal_of, AUDIT_PRIORITY};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use candor_primitives::AccountId;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_economics::{AuditPay, AuditRule};
    use candor_primitives::{
        tensor::InlineBytes,
        traits::{Batches, DisputeClock, Disputes, HostMarket, HostStake, ReceiptKey, Receipts, Slashed},
        Balance, BlockNumber, Outcome, WorkerSignature,
    };
    use candor_runtime_api::audits::AuditView;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, EnsureOrigin},
        weights::WeightMeter,
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    /// Version of the storage layout.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// The token, and holds on it.
        type Currency: fungible::Inspect<AccountId, Balance = Balance>
            + fungible::Mutate<AccountId>
            + fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;
        /// Receipts that can be audited.
        type Receipts: Receipts<AccountId>;
        /// Batches of calls out of which some are drawn.
        type Batches: Batches<AccountId>;
        /// The market of hosts.
        type Hosts: HostMarket<AccountId>;
        /// The stake from which penalties are taken.
        type Stake: HostStake<AccountId>;
        /// Where a false receipt is disputed.
        type Disputes: Disputes<AccountId>;
        /// The clock of deadlines.
        type Clock: DisputeClock;
        /// Output of the VRF by which this block's author got its slot; none where that is not known.
        type AuthorVrf: Get<Option<H256>>;
        /// Who plants canaries and takes them back.
        type CanaryOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who lifts the suspension of a profile.
        type LiftOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Account that auditors are paid from.
        #[pallet::constant]
        type AuditPot: Get<AccountId>;
        /// Account that canaries' bounties are paid from; the treasury fills it.
        #[pallet::constant]
        type CanaryPot: Get<AccountId>;
        /// Least time from the delivery of a receipt until it can be drawn, in blocks, at least 1. One of them must be made by
        /// somebody else than who timed the delivery.
        #[pallet::constant]
        type DrawDelay: Get<BlockNumber>;
        /// Blocks over which draws are spread, at least 1: every block draws one in so many of the items that wait.
        #[pallet::constant]
        type DrawBlocks: Get<u32>;
        /// Which share of a host's receipts is drawn for audit.
        #[pallet::constant]
        type Rate: Get<AuditRule>;
        /// What it costs, in planck, to come by another machine whose attestations can be forged: what a conviction costs an attested host
        /// beside its stake. The higher, the fewer of its receipts are drawn; zero: as many as of any host.
        #[pallet::constant]
        type MachineWorth: Get<Balance>;
        /// Time an auditor has to seal, in ticks.
        #[pallet::constant]
        type SealDeadline: Get<BlockNumber>;
        /// Time the audited host has to publish its digest, in ticks.
        #[pallet::constant]
        type AnswerDeadline: Get<BlockNumber>;
        /// Time an auditor has to reveal, in ticks.
        #[pallet::constant]
        type RevealDeadline: Get<BlockNumber>;
        /// Time the audited host has to put the inputs of its call on chain, in ticks, beside two for each piece.
        #[pallet::constant]
        type ShowDeadline: Get<BlockNumber>;
        /// Auditors drawn for one receipt, one after the other, at most; 2 to 8. The second is the first for whom inputs
        /// that were withheld are on chain.
        #[pallet::constant]
        type MaxRounds: Get<u32>;
        /// Hosts looked at in the draw of one auditor, at most: those that are not live are passed over.
        #[pallet::constant]
        type MaxTries: Get<u32>;
        /// What an auditor is paid for a verdict.
        #[pallet::constant]
        type Pay: Get<AuditPay>;
        /// Penalty of an auditor that misses a deadline, and of a host that does not publish its digest, in planck.
        #[pallet::constant]
        type NoShowPenalty: Get<Balance>;
        /// Disagreements within `MismatchPeriod` that suspend a profile; 1 to 32.
        #[pallet::constant]
        type MaxMismatches: Get<u32>;
        /// How long disagreements within a profile are remembered, in blocks.
        #[pallet::constant]
        type MismatchPeriod: Get<BlockNumber>;
        /// Canaries planted at a time, at most.
        #[pallet::constant]
        type MaxCanaries: Get<u32>;
        /// What the auditor gets that finds a canary, in planck.
        #[pallet::constant]
        type CanaryBounty: Get<Balance>;
        /// What an auditor loses that finds a canary right, in planck.
        #[pallet::constant]
        type CanaryPenalty: Get<Balance>;
        /// How long after an audit a canary can be revealed, in ticks.
        #[pallet::constant]
        type CanaryWindow: Get<BlockNumber>;
        /// Most weight that each of the two hooks takes from a block.
        #[pallet::constant]
        type MaxHookWeight: Get<Weight>;
        /// Weights of the calls and hooks.
        type WeightInfo: WeightInfo;
    }

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Bounties of canaries.
        Canary,
    }

    /// Randomness of all blocks so far: every block hashes its author's VRF output into it.
    #[pallet::storage]
    pub type Seed<T> = StorageValue<_, H256, ValueQuery>;

    /// What waits to be drawn, in the order in which it came. Each item is held open.
    #[pallet::storage]
    pub type Waiting<T> = StorageMap<_, Identity, ItemKey, Entry>;

    /// Number of the next item.
    #[pallet::storage]
    pub type NextItem<T> = StorageValue<_, u64, ValueQuery>;

    /// Number of the first item that has no place on the ring yet.
    #[pallet::storage]
    pub type NextPlaced<T> = StorageValue<_, u64, ValueQuery>;

    /// Items by their places on the ring, of which every block draws an arc. Places are random.
    #[pallet::storage]
    pub type Ring<T> = StorageDoubleMap<_, Identity, PlaceKey, Identity, ItemKey, ()>;

    /// Id of the next audit.
    #[pallet::storage]
    pub type NextAuditId<T> = StorageValue<_, AuditId, ValueQuery>;

    /// Audits that have not ended, oldest first.
    #[pallet::storage]
    pub type Audits<T> = CountedStorageMap<_, Identity, AuditKey, Audit>;

    /// The audit of a receipt, while it goes on or its verdicts are kept.
    #[pallet::storage]
    pub type AuditOf<T> = StorageMap<_, Blake2_128Concat, ReceiptKey<AccountId>, AuditId>;

    /// Verdicts of audits that ended while canaries were planted, until canaries can no longer be revealed.
    #[pallet::storage]
    pub type Records<T> = StorageMap<_, Twox64Concat, AuditId, Record>;

    /// Inputs of audited calls that were put on chain, in pieces, in the order of the inputs. Removed when the audit has
    /// ended.
    #[pallet::storage]
    pub type Pieces<T> = StorageDoubleMap<_, Identity, AuditKey, Identity, PieceKey, InlineBytes>;

    /// Every audit and every record under its last tick, earliest first; so are audits that ended and left pieces.
    #[pallet::storage]
    pub type Agenda<T> = StorageDoubleMap<_, Identity, BlockKey, Identity, AuditKey, ()>;

    /// Audits of an account that have not ended, as the auditor or as the audited host, oldest first.
    #[pallet::storage]
    pub type Parties<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, AuditKey, ()>;

    /// Audits that ended without a verdict since genesis: nobody could audit, or nobody could be believed.
    #[pallet::storage]
    pub type WithoutVerdict<T> = StorageValue<_, u64, ValueQuery>;

    /// Hosts that run a profile, by profile. Profiles are hashes already; accounts are not chosen freely at no cost.
    #[pallet::storage]
    pub type Members<T> = StorageDoubleMap<_, Identity, H256, Blake2_128Concat, AccountId, Membership>;

    /// Profiles that a host runs.
    #[pallet::storage]
    pub type Profiles<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, H256, ()>;

    /// Weight of a host in the draws of all its profiles, in planck; absent while it takes no work.
    #[pallet::storage]
    pub type Weights<T> = StorageMap<_, Blake2_128Concat, AccountId, Balance, ValueQuery>;

    /// Number of hosts in the list of a profile.
    #[pallet::storage]
    pub type PoolSize<T> = StorageMap<_, Identity, H256, u32, ValueQuery>;

    /// Number of hosts in the list of a profile that have weight.
    #[pallet::storage]
    pub type Weighty<T> = StorageMap<_, Identity, H256, u32, ValueQuery>;

    /// Hosts in the list of a profile by position.
    #[pallet::storage]
    pub type Positions<T> = StorageDoubleMap<_, Identity, H256, Twox64Concat, u32, AccountId>;

    /// Nodes of the Fenwick tree over the weights in the list of a profile.
    #[pallet::storage]
    pub type Nodes<T> = StorageDoubleMap<_, Identity, H256, Twox64Concat, u32, u128, ValueQuery>;

    /// Disagreements within a profile lately.
    #[pallet::storage]
    pub type Disagreements<T> = StorageMap<_, Identity, H256, Mismatches>;

    /// Profiles that should get no new work.
    #[pallet::storage]
    pub type Suspended<T> = StorageMap<_, Identity, H256, ()>;

    /// Canaries by commitment, which is a hash already.
    #[pallet::storage]
    pub type Canaries<T> = CountedStorageMap<_, Identity, H256, Canary>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A receipt was drawn for audit.
        AuditStarted {
            /// The audit.
            audit: AuditId,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
            /// Hash of the receipt.
            receipt: H256,
            /// Profile whose hosts audit it.
            profile: H256,
        },
        /// An auditor was drawn.
        AuditorDrawn {
            /// The audit.
            audit: AuditId,
            /// Rounds before this one.
            round: u32,
            /// Who audits.
            auditor: AccountId,
            /// Last tick in which its seal can count on being heard.
            deadline: BlockNumber,
        },
        /// The auditor sealed its verdict; the audited host publishes its digest now.
        VerdictSealed {
            /// The audit.
            audit: AuditId,
            /// The auditor.
            auditor: AccountId,
            /// The seal.
            seal: H256,
            /// Last tick in which the host can count on being heard.
            deadline: BlockNumber,
        },
        /// The audited host published its digest; the auditor reveals now.
        DigestPublished {
            /// The audit.
            audit: AuditId,
            /// The host.
            host: AccountId,
            /// Digest of its run.
            digest: H256,
            /// Last tick in which the auditor can count on being heard.
            deadline: BlockNumber,
        },
        /// The auditor revealed its verdict.
        VerdictRevealed {
            /// The audit.
            audit: AuditId,
            /// The auditor.
            auditor: AccountId,
            /// What came out when it ran the call.
            outcome: Outcome,
            /// Digest of its run.
            digest: H256,
        },
        /// An auditor missed its deadline. The penalty is zero where the input had to be fetched, and was not on chain.
        AuditorNoShow {
            /// The audit.
            audit: AuditId,
            /// The auditor.
            auditor: AccountId,
            /// What it lost of its stake, in planck.
            penalty: Balance,
        },
        /// The audited host did not publish its digest; the audit goes on without it.
        HostSilent {
            /// The audit.
            audit: AuditId,
            /// The host.
            host: AccountId,
            /// What it lost of its stake, in planck.
            penalty: Balance,
        },
        /// An auditor did not seal, and the inputs lie off chain: the audited host puts them on chain now.
        InputAskedFor {
            /// The audit.
            audit: AuditId,
            /// The host.
            host: AccountId,
            /// In how many pieces.
            pieces: u32,
            /// Last tick in which the host can count on being heard.
            deadline: BlockNumber,
        },
        /// A piece of the inputs is on chain. When none is missing the next auditor is drawn.
        PieceShown {
            /// The audit.
            audit: AuditId,
            /// Which input.
            tensor: u32,
            /// First chunk of the piece.
            first: u32,
            /// Pieces that are missing.
            missing: u32,
        },
        /// The audited host did not show the inputs of its call: it was slashed, the receipt is overturned.
        InputWithheld {
            /// The audit.
            audit: AuditId,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
            /// What was taken from the host.
            slashed: Slashed,
            /// What the requester got back out of escrow, in planck.
            refunded: Balance,
        },
        /// Auditor and host have the same outcome and different digests: neither is believed.
        DigestsDiffer {
            /// The audit.
            audit: AuditId,
            /// Profile of both.
            profile: H256,
            /// The auditor.
            auditor: AccountId,
            /// The audited host.
            host: AccountId,
            /// Disagreements within the profile that count towards its suspension.
            counted: u32,
        },
        /// An auditor was paid for its verdict.
        AuditorPaid {
            /// The audit.
            audit: AuditId,
            /// The auditor.
            auditor: AccountId,
            /// What it got, in planck.
            paid: Balance,
            /// What it was owed beside that and the pot did not have, in planck.
            unpaid: Balance,
        },
        /// An audit ended.
        AuditEnded {
            /// The audit.
            audit: AuditId,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
            /// How.
            result: AuditResult,
        },
        /// Hosts of a profile disagreed too often.
        ProfileSuspended {
            /// The profile.
            profile: H256,
        },
        /// A profile may get new work again.
        SuspensionLifted {
            /// The profile.
            profile: H256,
        },
        /// A canary was announced.
        CanaryPlanted {
            /// Commitment to host and requester.
            commitment: H256,
            /// What its finder gets, in planck.
            bounty: Balance,
        },
        /// A canary was taken back, its bounty with it.
        CanaryRemoved {
            /// The commitment.
            commitment: H256,
        },
        /// A receipt turned out to be a planted lie.
        CanaryRevealed {
            /// The commitment.
            commitment: H256,
            /// The audit of the receipt.
            audit: AuditId,
            /// The auditor that found it.
            finder: Option<AccountId>,
            /// What it got, in planck.
            bounty: Balance,
        },
        /// An auditor had found a planted lie right.
        CanaryMissed {
            /// The commitment.
            commitment: H256,
            /// The auditor.
            auditor: AccountId,
            /// What it lost of its stake, in planck.
            penalty: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No audit with this id goes on; ended audits are removed.
        UnknownAudit,
        /// The verdict of this round is sealed already; nothing more to do until the host has published its digest.
        AlreadySealed,
        /// The auditor has not sealed yet; publish the digest after it did.
        SealFirst,
        /// The host's digest is published, or its time is over; the audit goes on with the reveal.
        AlreadyAnswered,
        /// The host has not published its digest yet; reveal when it did, or when its time is over.
        AnswerFirst,
        /// Nobody audits now: the host shows the inputs, then the next auditor is drawn.
        NoAuditor,
        /// The inputs of this audit are not asked for; they are after an auditor did not seal, if they lie off chain.
        NotAskedFor,
        /// The inputs have no such piece; a piece begins at every 64th chunk and reaches to the next, or to the end.
        NoSuchPiece,
        /// This piece is on chain already; show those that are missing.
        AlreadyShown,
        /// The bytes are not this piece of the input, or their proof does not lead to its root.
        WrongPiece,
        /// A bool of the piece is neither 0 nor 1; no host should have answered such a call.
        NotBool,
        /// The account that signs here has no worker key; register as a host again.
        NoWorkerKey,
        /// The signature is not by the worker key of the account whose turn it is; sign with the registered key.
        BadSignature,
        /// Outcome and digest are not what was sealed; reveal exactly what the seal holds.
        WrongSeal,
        /// The deadline has not passed; try again after it.
        TooEarly,
        /// Nothing is left to draw in this block; try again in the next one.
        NothingToDraw,
        /// The profile is not suspended.
        NotSuspended,
        /// A canary with this commitment is planted already; use another salt.
        CanaryExists,
        /// As many canaries as allowed are planted; take one back or wait until one is found.
        TooManyCanaries,
        /// The pot has not enough free balance for the bounty; send funds to it.
        PotTooLow,
        /// No canary has this commitment; check host, requester and salt.
        UnknownCanary,
        /// The receipt was not audited lately; a canary is revealed within the window after its audit.
        NotAudited,
        /// The audit of this receipt goes on; reveal the canary when it has ended.
        AuditGoesOn,
        /// Nobody gave a verdict about this receipt; there is nobody to judge by this canary.
        NoVerdict,
        /// The call was assigned before the canary was planted; only later calls are covered.
        PlantedTooLate,
        /// The dispute about this receipt is over; a canary is revealed while it goes on.
        DisputeOver,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::mix_seed();
            T::WeightInfo::on_initialize()
        }

        fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
            Self::poll(meter);
        }

        fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
            let mut meter = WeightMeter::with_limit(remaining);
            Self::poll(&mut meter);
            meter.consumed()
        }

        fn integrity_test() {
            Self::check_constants();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Seal the verdict of an audit.
        ///
        /// Needs no account: it is signed by the auditor's worker key. Anyone may send it, free if it is accepted.
        /// Emits `VerdictSealed`.
        #[pallet::call_index(0)]
        #[pallet::authorize(Self::authorize_seal)]
        #[pallet::weight((T::WeightInfo::seal_audit(), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_seal_audit())]
        pub fn seal_audit(
            origin: OriginFor<T>,
            audit: AuditId,
            seal: H256,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_seal(audit, seal, &signature)?;
            Ok(Pays::No.into())
        }

        /// Publish the audited host's digest.
        ///
        /// Needs no account: it is signed by the host's worker key. Anyone may send it, free if it is accepted. Emits
        /// `DigestPublished`.
        #[pallet::call_index(1)]
        #[pallet::authorize(Self::authorize_answer)]
        #[pallet::weight((T::WeightInfo::answer_audit(), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_answer_audit())]
        pub fn answer_audit(
            origin: OriginFor<T>,
            audit: AuditId,
            digest: H256,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_answer(audit, digest, &signature)?;
            Ok(Pays::No.into())
        }

        /// Open the seal of an audit: what came out, and the digest of the run.
        ///
        /// Needs no account and no signature: the seal says what may be revealed. Free if it is accepted. Emits
        /// `VerdictRevealed`, then what follows from it.
        #[pallet::call_index(2)]
        #[pallet::authorize(Self::authorize_reveal)]
        #[pallet::weight((Pallet::<T>::heaviest_reveal(), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_reveal_audit())]
        pub fn reveal_audit(
            origin: OriginFor<T>,
            audit: AuditId,
            outcome: Outcome,
            digest: H256,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_reveal(audit, outcome, digest)
        }

        /// Move an audit on whose deadline has passed.
        ///
        /// Anyone may send it, free if there is something to do. Who missed the deadline pays a penalty.
        #[pallet::call_index(3)]
        #[pallet::weight((Pallet::<T>::heaviest_step(), DispatchClass::Operational))]
        pub fn expire_audit(origin: OriginFor<T>, audit: AuditId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_expire(audit)
        }

        /// Go on with this block's draws, where the hooks had no room for them: at most 4.
        ///
        /// Anyone may send it, free if there is something to do. Emits `AuditStarted` for each receipt that is audited.
        #[pallet::call_index(4)]
        #[pallet::weight(Pallet::<T>::weight_of_draws())]
        pub fn draw(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_draw()
        }

        /// Announce a canary: a lie of a host to a requester, told to see whether auditors find it.
        ///
        /// The commitment hides both. Its bounty is put on hold in the pot. Emits `CanaryPlanted`.
        #[pallet::call_index(5)]
        pub fn plant_canary(origin: OriginFor<T>, commitment: H256) -> DispatchResult {
            T::CanaryOrigin::ensure_origin(origin)?;
            Self::do_plant(commitment)
        }

        /// Take a canary back.
        #[pallet::call_index(6)]
        pub fn remove_canary(origin: OriginFor<T>, commitment: H256) -> DispatchResult {
            T::CanaryOrigin::ensure_origin(origin)?;
            Self::do_remove(commitment)
        }

        /// Show that an audited receipt was a canary.
        ///
        /// Anyone who knows the salt may send it. Auditors that found the receipt right pay a penalty, the one that
        /// found it false gets the bounty; the receipt is overturned and its host is not slashed.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::reveal_canary(T::MaxRounds::get()))]
        pub fn reveal_canary(origin: OriginFor<T>, key: ReceiptKey<AccountId>, salt: H256) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_reveal_canary(key, salt)
        }

        /// Let a suspended profile get new work again.
        #[pallet::call_index(8)]
        pub fn lift_suspension(origin: OriginFor<T>, profile: H256) -> DispatchResult {
            T::LiftOrigin::ensure_origin(origin)?;
            Suspended::<T>::take(profile).ok_or(Error::<T>::NotSuspended)?;
            Self::deposit_event(Event::SuspensionLifted { profile });
            Ok(())
        }

        /// Put a piece of the inputs of an audited call on chain.
        ///
        /// Needs no account: the input's root says what may be shown. Anyone who has the bytes may send it, free if it is
        /// accepted. Emits `PieceShown`.
        #[pallet::call_index(9)]
        #[pallet::authorize(Self::authorize_show)]
        #[pallet::weight(T::WeightInfo::show_input(Pallet::<T>::kib(bytes)))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_show_input(Pallet::<T>::kib(bytes)))]
        pub fn show_input(
            origin: OriginFor<T>,
            audit: AuditId,
            tensor: u32,
            first: u32,
            bytes: InlineBytes,
            proof: Vec<H256>,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_show(audit, tensor, first, bytes, &proof)?;
            Ok(Pays::No.into())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// One audit that has not ended.
        pub fn audit_view(id: AuditId) -> Option<AuditView> {
            Self::view_of(id)
        }

        /// Audits that have not ended from id `start`, oldest first, at most `limit` (100 at most).
        pub fn audit_views(start: AuditId, limit: u32) -> Vec<AuditView> {
            Self::views_from(start, limit)
        }

        /// Audits of a host, as the auditor or as the audited one, oldest first, at most `limit` (100 at most).
        pub fn audits_of(host: AccountId, limit: u32) -> Vec<AuditView> {
            Self::views_of(host, limit)
        }

        /// How many hosts with weight could audit receipts of a profile.
        pub fn auditor_count(profile: H256) -> u32 {
            Weighty::<T>::get(profile)
        }

        /// Whether a profile is suspended.
        pub fn profile_suspended(profile: H256) -> bool {
            Suspended::<T>::contains_key(profile)
        }
    }
}
