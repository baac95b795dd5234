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
mod clock;
mod duties;
mod evidence;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod fixtures;
mod invariants;
mod open;
mod parts;
mod trace;
pub mod types;
mod verdict;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use candor_primitives::AccountId;
use frame_support::pallet_prelude::TransactionPriority;

pub(crate) type CurrencyOf<T> = <T as Config>::Currency;

/// Priority of what parties of a dispute send without a fee: above what tips reach, below reports of misbehaviour to
/// consensus.
pub const DISPUTE_PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

#[frame_support::pallet]
// Calls that carry evidence or a receipt are larger than the others; calls are decoded once and passed by reference.
#[allow(clippy::large_enum_variant)]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_primitives::{
        traits::{HostMarket, HostStake, ReceiptKey, Receipts, Releases, Slashed},
        worker::Demand,
        Balance, BlockNumber, DisputeId, Receipt, WorkerSignature,
    };
    use candor_runtime_api::views::DisputeView;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, Contains},
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
        /// Accounts whose tokens vote. They put nothing in escrow: what is paid out of it could vote a second time.
        type Voters: Contains<AccountId>;
        /// The receipts that can be disputed.
        type Receipts: Receipts<AccountId>;
        /// The registry of models.
        type Releases: Releases<AccountId>;
        /// The market of hosts: worker keys and endpoints.
        type Hosts: HostMarket<AccountId>;
        /// The stake that answers for receipts.
        type Stake: HostStake<AccountId>;
        /// Bond of a challenge beside what the trace costs, in planck; burned when the receipt is upheld.
        #[pallet::constant]
        type BondBase: Get<Balance>;
        /// What a host is owed for running and hashing a MiB of trace, in planck.
        #[pallet::constant]
        type TracePrice: Get<Balance>;
        /// Price of a byte that is put on chain because somebody asks for it, in planck.
        #[pallet::constant]
        type BytePrice: Get<Balance>;
        /// Held for a commitment to evidence, in planck; lost when the evidence convicts nobody.
        #[pallet::constant]
        type EvidenceBond: Get<Balance>;
        /// What a drawn auditor pays for an accusation of which nothing came, beside what it asked for, in planck.
        #[pallet::constant]
        type VainPenalty: Get<Balance>;
        /// What the transactions of a challenge that succeeds cost, in planck: given back out of the host's stake.
        #[pallet::constant]
        type ChallengeCosts: Get<Balance>;
        /// Time for a trace when the host has nothing else to do, in ticks.
        #[pallet::constant]
        type TraceClock: Get<BlockNumber>;
        /// Bytes of traces that a host has to be able to run and hash in a tick.
        #[pallet::constant]
        type TraceSpeed: Get<u64>;
        /// Time for opening a part beside the time of the trace, in ticks.
        #[pallet::constant]
        type DemandClock: Get<BlockNumber>;
        /// Time for finding a fault once the trace, or a part asked for, is on chain, in ticks.
        #[pallet::constant]
        type EvidenceWindow: Get<BlockNumber>;
        /// Time for showing evidence after its commitment, at least, in ticks.
        #[pallet::constant]
        type ProofWindow: Get<BlockNumber>;
        /// Time until the hook tries again what failed, in ticks.
        #[pallet::constant]
        type RetryInterval: Get<BlockNumber>;
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
        /// What disputes have at stake: bonds, demands, commitments to evidence.
        Dispute,
    }

    /// Ticks so far: blocks that had room for ordinary transactions.
    #[pallet::storage]
    pub type Ticks<T> = StorageValue<_, Tick, ValueQuery>;

    /// Id of the next dispute.
    #[pallet::storage]
    pub type NextDisputeId<T> = StorageValue<_, DisputeId, ValueQuery>;

    /// Disputes. Ids are counted up by the pallet, so the fast hasher is safe.
    #[pallet::storage]
    pub type Disputes<T> = StorageMap<_, Twox64Concat, DisputeId, Dispute>;

    /// The dispute about a receipt, until there is a verdict.
    #[pallet::storage]
    pub type DisputeOf<T> = StorageMap<_, Blake2_128Concat, ReceiptKey<AccountId>, DisputeId>;

    /// Disputes about receipts of a host, oldest first, until there is a verdict.
    #[pallet::storage]
    pub type DisputesOfHost<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, DisputeKey, ()>;

    /// Disputes in which a drawn auditor accuses, oldest first.
    #[pallet::storage]
    pub type DisputesOfAuditor<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, DisputeKey, ()>;

    /// What accounts have at stake in disputes.
    #[pallet::storage]
    pub type Claims<T> = StorageDoubleMap<_, Twox64Concat, DisputeId, Blake2_128Concat, AccountId, Claim>;

    /// Roots of disputed traces.
    #[pallet::storage]
    pub type Traces<T> = StorageMap<_, Twox64Concat, DisputeId, Roots>;

    /// Parts of disputed traces that were opened, by dispute and number of the demand.
    #[pallet::storage]
    pub type Opened<T> = StorageDoubleMap<_, Twox64Concat, DisputeId, Twox64Concat, u32, OpenedPart>;

    /// Hosts that owe traces.
    #[pallet::storage]
    pub type Queues<T> = StorageMap<_, Blake2_128Concat, AccountId, Queue, ValueQuery>;

    /// Every dispute under the tick after which the hook looks at it, earliest first.
    #[pallet::storage]
    pub type Agenda<T> = StorageDoubleMap<_, Identity, TickKey, Identity, DisputeKey, ()>;

    /// What happened. Roots, openings and evidence are in storage or in the transaction, never in events.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A receipt is disputed: its host owes the roots of its trace.
        DisputeOpened {
            /// The dispute.
            dispute: DisputeId,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
            /// Last tick in which the host can count on being heard.
            deadline: Tick,
        },
        /// An account challenges the receipt.
        Challenged {
            /// The dispute.
            dispute: DisputeId,
            /// Who.
            challenger: AccountId,
            /// What is held for it, in planck.
            bond: Balance,
        },
        /// A drawn auditor says that the receipt is false.
        Accused {
            /// The dispute.
            dispute: DisputeId,
            /// Who.
            auditor: AccountId,
        },
        /// The roots of the trace are on chain.
        TraceSubmitted {
            /// The dispute.
            dispute: DisputeId,
            /// Root of their list.
            trace: H256,
            /// Last tick for commitments to evidence, as it is now.
            deadline: Tick,
        },
        /// The host must open a part of its trace.
        Demanded {
            /// The dispute.
            dispute: DisputeId,
            /// Number of the demand.
            number: u32,
            /// Who asks.
            by: AccountId,
            /// Which part.
            part: Demand,
            /// What it costs whoever asks, in planck, unless the host is convicted.
            price: Balance,
            /// Last tick in which the host can count on being heard.
            deadline: Tick,
        },
        /// The host opened a part; it is in storage.
        Revealed {
            /// The dispute.
            dispute: DisputeId,
            /// Number of the demand.
            number: u32,
        },
        /// An account has evidence.
        EvidenceCommitted {
            /// The dispute.
            dispute: DisputeId,
            /// Who.
            prover: AccountId,
            /// The commitment.
            hash: H256,
        },
        /// Evidence convicted nobody, and cost who was committed to it.
        EvidenceFailed {
            /// The dispute.
            dispute: DisputeId,
            /// Who was committed to it.
            prover: AccountId,
            /// Why.
            failure: Failure,
        },
        /// A host was convicted: it is slashed, its requester has everything back, the receipt is gone.
        HostConvicted {
            /// The dispute; none where the offence needed none.
            dispute: Option<DisputeId>,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
            /// Of what.
            offence: Offence,
            /// Who brought it about.
            by: AccountId,
            /// What was taken, what could not be, and where it went.
            slashed: Slashed,
            /// What the requester got back out of escrow, in planck.
            refunded: Balance,
        },
        /// Nobody showed a fault in time. The receipt can be disputed again while its window is open.
        ReceiptUpheld {
            /// The dispute.
            dispute: DisputeId,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
        },
        /// The dispute was closed without a verdict, at nobody's cost.
        DisputeDismissed {
            /// The dispute.
            dispute: DisputeId,
            /// Which receipt.
            key: ReceiptKey<AccountId>,
        },
        /// What an account had at stake was settled.
        ClaimSettled {
            /// The dispute.
            dispute: DisputeId,
            /// Whose.
            who: AccountId,
            /// What came back, in planck.
            returned: Balance,
            /// What the host got for what it did, in planck.
            to_host: Balance,
            /// What was burned, in planck.
            burned: Balance,
            /// What a drawn auditor paid from its stake, in planck.
            penalty: Balance,
        },
        /// All claims are settled; the dispute is gone.
        DisputeClosed {
            /// The dispute.
            dispute: DisputeId,
        },
        /// The hook could not move a dispute on; it tries again after `until`.
        DisputeDeferred {
            /// The dispute.
            dispute: DisputeId,
            /// Tick after which it is tried again.
            until: Tick,
            /// What went wrong.
            error: DispatchError,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No open receipt has this key; its window has passed, or it was overturned.
        NoReceipt,
        /// The receipt's variant is not in its release; nothing to judge it against.
        UnknownVariant,
        /// The variant is judged by rules that this chain has no longer; its receipts cannot be disputed.
        OtherRules,
        /// The trace has more roots than fit a dispute; such releases are not accepted any more.
        LongTrace,
        /// You challenge this receipt already; the dispute is about all of it.
        AlreadyChallenging,
        /// The free balance does not cover the bond, the demand or the commitment; add funds.
        FundsTooLow,
        /// No dispute has this id, or it is over.
        UnknownDispute,
        /// No dispute is open about this receipt.
        NotDisputed,
        /// The host has submitted its trace already.
        TraceGiven,
        /// The host owes its trace first; wait for it.
        NoTrace,
        /// The trace has another number of roots than the variant; submit every root of the run in order.
        WrongTrace,
        /// The host has no worker key; register it again.
        NoWorkerKey,
        /// The signature is not by the worker key; sign the message of the statement with the registered key.
        BadSignature,
        /// No such part can be asked for; name a root of the trace and 1 to 128 chunks, or 1 to 4096 hashes.
        BadDemand,
        /// This part was asked for, or is opened and in storage; read it there.
        AlreadyDemanded,
        /// As many demands wait for the host as may at a time; try again when one is answered.
        TooManyDemands,
        /// The host owes no such part (any more).
        UnknownDemand,
        /// This does not open the part that was asked for; send exactly what exists of it, bound to the trace.
        WrongOpening,
        /// The time for evidence has passed.
        TooLate,
        /// You announced evidence already; show it first.
        AlreadyCommitted,
        /// Commit to evidence first, then show it in a later block.
        NotCommitted,
        /// This is not the evidence that was committed to.
        WrongEvidence,
        /// Evidence can be shown from the block after its commitment on; send it again.
        TooEarly,
        /// The judge needs more steps than you pay for; raise `work`.
        TooLittleWork,
        /// More steps than one judgement may take; lower `work`.
        TooMuchWork,
        /// Only auditors who accuse in this dispute may do so without a bond; use the signed call.
        NotAuditor,
        /// These are not two outcomes of one call; a draft that differs convicts nobody (it may be of another fork).
        NotEquivocal,
        /// There is nothing to move on yet; wait for the deadline.
        NothingDue,
        /// Tokens of this account vote, and what votes cannot be spent; ask from another account, or unlock them.
        LockedByVotes,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            T::WeightInfo::on_finalize()
        }

        fn on_finalize(_: BlockNumberFor<T>) {
            Self::tick();
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
        /// Say that a receipt is false: open a dispute, or join it.
        ///
        /// A bond is held; it comes back if the host is convicted. Emits `DisputeOpened` with the first, and `Challenged`.
        #[pallet::call_index(0)]
        #[pallet::weight((T::WeightInfo::challenge(), DispatchClass::Operational))]
        pub fn challenge(origin: OriginFor<T>, key: ReceiptKey<AccountId>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_challenge(who, key)
        }

        /// Put the roots of a disputed trace on chain.
        ///
        /// Needs no account: signed by the host's worker key over their list's root. Free if accepted. Emits
        /// `TraceSubmitted`.
        #[pallet::call_index(1)]
        #[pallet::authorize(Self::authorize_trace)]
        #[pallet::weight((T::WeightInfo::submit_trace(roots.len() as u32), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_trace(roots.len() as u32))]
        pub fn submit_trace(
            origin: OriginFor<T>,
            dispute: DisputeId,
            roots: Roots,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_submit_trace(dispute, roots, signature)?;
            Ok(Pays::No.into())
        }

        /// Have the host open a part of its trace.
        ///
        /// The price is held; it comes back if the host is convicted. Emits `Demanded`.
        #[pallet::call_index(2)]
        #[pallet::weight((T::WeightInfo::demand(), DispatchClass::Operational))]
        pub fn demand(origin: OriginFor<T>, dispute: DisputeId, part: Demand) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_demand(dispute, Asker { who, auditor: false }, part)
        }

        /// Have the host open a part of its trace, as a drawn auditor.
        ///
        /// Needs no account: signed by the auditor's worker key. Free if accepted. Emits `Demanded`.
        #[pallet::call_index(3)]
        #[pallet::authorize(Self::authorize_demand)]
        #[pallet::weight((T::WeightInfo::demand(), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_demand())]
        pub fn demand_for(
            origin: OriginFor<T>,
            dispute: DisputeId,
            auditor: AccountId,
            part: Demand,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::check_demand(dispute, &auditor, &part, &signature)?;
            Self::do_demand(dispute, Asker { who: auditor, auditor: true }, part)?;
            Ok(Pays::No.into())
        }

        /// Open a part of a disputed trace.
        ///
        /// Anyone may send it, free if it is what the host owes. Emits `Revealed`.
        #[pallet::call_index(4)]
        #[pallet::authorize(Self::authorize_reveal)]
        #[pallet::weight((T::WeightInfo::reveal(opening.len() as u32), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_reveal(opening.len() as u32))]
        pub fn reveal(
            origin: OriginFor<T>,
            dispute: DisputeId,
            number: u32,
            opening: Opening,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_reveal(dispute, number, opening)?;
            Ok(Pays::No.into())
        }

        /// Announce evidence that a disputed run is false.
        ///
        /// `hash` commits to the evidence and to you, so that nobody can copy it. A bond is held. Emits
        /// `EvidenceCommitted`.
        #[pallet::call_index(5)]
        #[pallet::weight((T::WeightInfo::commit_evidence(), DispatchClass::Operational))]
        pub fn commit_evidence(origin: OriginFor<T>, dispute: DisputeId, hash: H256) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_commit(dispute, Asker { who, auditor: false }, hash)
        }

        /// Announce evidence, as a drawn auditor.
        ///
        /// Needs no account: signed by the auditor's worker key. Free if accepted. Emits `EvidenceCommitted`.
        #[pallet::call_index(6)]
        #[pallet::authorize(Self::authorize_commit)]
        #[pallet::weight((T::WeightInfo::commit_evidence(), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_commit_evidence())]
        pub fn commit_evidence_for(
            origin: OriginFor<T>,
            dispute: DisputeId,
            auditor: AccountId,
            hash: H256,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::check_commit(dispute, &auditor, hash, &signature)?;
            Self::do_commit(dispute, Asker { who: auditor, auditor: true }, hash)?;
            Ok(Pays::No.into())
        }

        /// Show evidence that was announced in an earlier block.
        ///
        /// `work` is how many steps of the judge are paid for. Anyone may send it for the prover, without an account if it
        /// convicts; free if it does. Emits `HostConvicted`, or `EvidenceFailed`, which costs the prover.
        #[pallet::call_index(7)]
        #[pallet::authorize(Self::authorize_proof)]
        #[pallet::weight((
            T::WeightInfo::prove_fault(evidence.len() as u32, (*work).min(MAX_JUDGED)),
            DispatchClass::Operational
        ))]
        #[pallet::weight_of_authorize(
            T::WeightInfo::authorize_prove_fault(evidence.len() as u32, (*work).min(MAX_JUDGED))
        )]
        pub fn prove_fault(
            origin: OriginFor<T>,
            dispute: DisputeId,
            prover: AccountId,
            evidence: EvidenceBytes,
            work: u32,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            let pays = Self::do_prove(dispute, prover, &evidence, work)?;
            Ok(pays.into())
        }

        /// Show that a host signed two outcomes of one call, one of them in an open receipt.
        ///
        /// Give the other receipt with its signature. Free if it convicts. Emits `HostConvicted`.
        #[pallet::call_index(8)]
        #[pallet::weight((T::WeightInfo::report_equivocation(), DispatchClass::Operational))]
        pub fn report_equivocation(
            origin: OriginFor<T>,
            receipt: Receipt,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_report(who, receipt, signature)?;
            Ok(Pays::No.into())
        }

        /// Move a dispute on whose deadline has passed.
        ///
        /// Anyone may send it, free if there is something to do: a silent host is convicted, a receipt against which
        /// nothing was shown is upheld, claims are settled.
        #[pallet::call_index(9)]
        #[pallet::weight((Pallet::<T>::heaviest_step(), DispatchClass::Operational))]
        pub fn expire_dispute(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_expire(dispute)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// One dispute.
        pub fn dispute_view(id: DisputeId) -> Option<DisputeView> {
            Self::view_of(id)
        }

        /// The open dispute about a receipt.
        pub fn dispute_view_of(key: ReceiptKey<AccountId>) -> Option<DisputeView> {
            Self::view_of(DisputeOf::<T>::get(key)?)
        }

        /// Open disputes about receipts of a host, oldest first, at most `limit` (100 at most).
        pub fn dispute_views_of_host(host: AccountId, limit: u32) -> Vec<DisputeView> {
            Self::views_of_host(host, limit)
        }
    }
}
