#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// Tests and benchmarks stop at the first thing that is not as they prepared it.
#![cfg_attr(any(test, feature = "runtime-benchmarks"), allow(clippy::unwrap_used))]

extern crate alloc;

mod agenda;
mod assign;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod invariants;
mod receipts;
mod redundancy;
mod results;
mod schedules;
mod settle;
mod submit;
pub mod types;
mod views;
pub mod weights;
mod work_source;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use redundancy::seal_message;
pub use results::RESULT_PRIORITY;
pub use types::*;
pub use weights::WeightInfo;

use candor_primitives::AccountId;

pub(crate) type CurrencyOf<T> = <T as Config>::Currency;

#[frame_support::pallet]
// The call that carries a receipt is larger than the others; calls are decoded once and passed by reference.
#[allow(clippy::large_enum_variant)]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_primitives::{
        traits::{AttestedHosts, AuditLevy, HostMarket, HostStake, ReceiptListener, Releases},
        Balance, BlockNumber, JobId, Outcome, Payload, Receipt, ReleaseId, ScheduleId, Units, WorkerSignature,
        MAX_INLINE_INPUT,
    };
    use candor_runtime_api::views::{JobView, Quote, QuoteError, ScheduleView};
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, Contains, Randomness},
        weights::WeightMeter,
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;
    use sp_runtime::Permill;

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
        /// The registry of models.
        type Releases: Releases<AccountId>;
        /// The market of hosts.
        type Hosts: HostMarket<AccountId>;
        /// The stake that answers for open receipts.
        type Stake: HostStake<AccountId>;
        /// Hears of receipts: audits are drawn from them.
        type OnReceipt: ReceiptListener<AccountId>;
        /// Where the draws' randomness comes from. A constant works too (tools that fake blocks have none), with
        /// predictable draws.
        type Randomness: Randomness<H256, BlockNumberFor<Self>>;
        /// Account that gets the treasury's share, and what other payees cannot take.
        #[pallet::constant]
        type Treasury: Get<AccountId>;
        /// Account that collects the audit levy.
        #[pallet::constant]
        type AuditPot: Get<AccountId>;
        /// What of every fee pays auditors: a share of it, or what audits of the host cost.
        type Levy: AuditLevy<AccountId>;
        /// Share of every fee for the treasury, in parts per million.
        #[pallet::constant]
        type TreasuryShare: Get<Permill>;
        /// Time a host has to answer (redundant jobs: to seal), in blocks.
        #[pallet::constant]
        type ResultDeadline: Get<BlockNumber>;
        /// Time the hosts of a redundant job have to reveal what they sealed, in blocks.
        #[pallet::constant]
        type RevealDeadline: Get<BlockNumber>;
        /// Longest that a job waits for a host with capacity, in blocks.
        #[pallet::constant]
        type AssignDeadline: Get<BlockNumber>;
        /// Time between two attempts of the hook to find hosts for a waiting job, in blocks.
        #[pallet::constant]
        type RetryInterval: Get<BlockNumber>;
        /// Time from an answer until it is final and paid, in blocks.
        #[pallet::constant]
        type FinalityWindow: Get<BlockNumber>;
        /// The same of an answer of the attested tier.
        #[pallet::constant]
        type AttestedWindow: Get<BlockNumber>;
        /// Whose worker key is attested.
        type Attested: AttestedHosts<AccountId>;
        /// Time after the window in which a held receipt can still be held by one more audit or dispute, in blocks. It
        /// bounds how long outputs are stored.
        #[pallet::constant]
        type MaxHold: Get<BlockNumber>;
        /// Rounds of assignment before the requester is refunded, 1 to 8.
        #[pallet::constant]
        type MaxAttempts: Get<u32>;
        /// Deposit per job, in planck.
        #[pallet::constant]
        type DepositBase: Get<Balance>;
        /// Deposit per byte of inline input and of expected inline output, in planck.
        #[pallet::constant]
        type DepositPerByte: Get<Balance>;
        /// Penalty of a host that misses a deadline, in parts per million of its fee.
        #[pallet::constant]
        type NoShowRatio: Get<Permill>;
        /// Least such penalty, in planck.
        #[pallet::constant]
        type NoShowMin: Get<Balance>;
        /// Most such penalty, in planck.
        #[pallet::constant]
        type NoShowMax: Get<Balance>;
        /// Most weight that each of the two hooks takes from a block.
        #[pallet::constant]
        type MaxHookWeight: Get<Weight>;
        /// Weight of one draw from the market of hosts at its worst.
        #[pallet::constant]
        type DrawWeight: Get<Weight>;
        /// Weight of one draw among attested hosts, at its worst.
        type AttestedDrawWeight: Get<Weight>;
        /// Least time between two runs of a schedule, in blocks.
        #[pallet::constant]
        type MinPeriod: Get<BlockNumber>;
        /// Price of starting one run of a schedule, or of finding that it cannot be started, in planck: what its transaction
        /// would cost.
        #[pallet::constant]
        type RunFee: Get<Balance>;
        /// Time for which the history of a schedule that has ended is its requester's to remove, in blocks; after it,
        /// anyone can.
        #[pallet::constant]
        type HistoryPeriod: Get<BlockNumber>;
        /// Weights of the calls and hooks.
        type WeightInfo: WeightInfo;
    }

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Fees of jobs that are not final.
        Escrow,
        /// Deposits for what jobs store.
        Deposit,
        /// What schedules pay ahead, and deposits for what they store.
        Schedule,
    }

    /// Id of the next job.
    #[pallet::storage]
    pub type NextJobId<T> = StorageValue<_, JobId, ValueQuery>;

    /// Jobs that are not removed yet. Ids are counted up by the pallet, so the fast hasher is safe.
    #[pallet::storage]
    pub type Jobs<T> = StorageMap<_, Twox64Concat, JobId, Job>;

    /// Inputs of every job in [`Jobs`].
    #[pallet::storage]
    pub type Inputs<T> = StorageMap<_, Twox64Concat, JobId, Payload>;

    /// Outputs of jobs, by job and host, until the job is removed.
    #[pallet::storage]
    pub type Outputs<T> = StorageDoubleMap<_, Twox64Concat, JobId, Blake2_128Concat, AccountId, Payload>;

    /// Jobs of a requester, oldest first (the key is big-endian and not hashed, ids come from the pallet).
    #[pallet::storage]
    pub type JobsOf<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, JobKey, ()>;

    /// Open work of a host, oldest first, with the id of its receipt's draft.
    #[pallet::storage]
    pub type Work<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, JobKey, H256>;

    /// The job behind the id of a draft in [`Work`]. The key is a hash already.
    #[pallet::storage]
    pub type WorkIds<T> = StorageMap<_, Identity, H256, JobId>;

    /// Every job under the block after which the hook looks at it, earliest first.
    #[pallet::storage]
    pub type Agenda<T> = StorageDoubleMap<_, Identity, BlockKey, Identity, JobKey, ()>;

    /// Id of the next schedule.
    #[pallet::storage]
    pub type NextScheduleId<T> = StorageValue<_, ScheduleId, ValueQuery>;

    /// Schedules that are not removed yet.
    #[pallet::storage]
    pub type Schedules<T> = StorageMap<_, Twox64Concat, ScheduleId, Schedule>;

    /// Inputs of every schedule that is active.
    #[pallet::storage]
    pub type ScheduleInputs<T> = StorageMap<_, Twox64Concat, ScheduleId, Payload>;

    /// Schedules of a requester, oldest first.
    #[pallet::storage]
    pub type SchedulesOf<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, ScheduleKey, ()>;

    /// Every active schedule under the block of its next run, earliest first.
    #[pallet::storage]
    pub type ScheduleAgenda<T> = StorageDoubleMap<_, Identity, BlockKey, Identity, ScheduleKey, ()>;

    /// What came of the runs of a schedule, in order.
    #[pallet::storage]
    pub type Runs<T> = StorageDoubleMap<_, Twox64Concat, ScheduleId, Identity, RunKey, Run>;

    /// The run that a job belongs to.
    #[pallet::storage]
    pub type RunOf<T> = StorageMap<_, Twox64Concat, JobId, (ScheduleId, u32)>;

    /// What happened. Bytes of inputs and outputs are in storage, never in events.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A job was submitted.
        JobSubmitted {
            /// The job.
            job: JobId,
            /// Who asked, and pays.
            requester: AccountId,
            /// Release to run.
            release: ReleaseId,
            /// Units of the call.
            units: Units,
            /// Most that one host may cost, in planck.
            max_fee: Balance,
        },
        /// A host was assigned to a job.
        JobAssigned {
            /// The job.
            job: JobId,
            /// The host.
            host: AccountId,
            /// Its fee, in planck.
            fee: Balance,
            /// Last block in which it can count on being heard.
            deadline: BlockNumber,
        },
        /// A host of a redundant job sealed its answer.
        ResultSealed {
            /// The job.
            job: JobId,
            /// The host.
            host: AccountId,
            /// The seal.
            seal: H256,
        },
        /// All seals are in, or their time is over: the hosts that sealed reveal now.
        RevealStarted {
            /// The job.
            job: JobId,
            /// How many hosts sealed.
            sealed: u32,
            /// Last block in which they can count on being heard.
            deadline: BlockNumber,
        },
        /// A host answered; outputs are in storage.
        ResultDelivered {
            /// The job.
            job: JobId,
            /// The host.
            host: AccountId,
            /// Hash of the signed receipt.
            receipt: H256,
            /// What came out.
            outcome: Outcome,
        },
        /// A host was paid. The four shares sum to what the requester paid for it.
        HostPaid {
            /// The job.
            job: JobId,
            /// The host.
            host: AccountId,
            /// For the host itself, in planck.
            amount: Balance,
            /// For those who stake for it, in planck; it lies in their pool's pot.
            stakers: Balance,
            /// For the publisher, in planck.
            royalty: Balance,
            /// For the auditors, in planck.
            levy: Balance,
            /// For the treasury, in planck.
            treasury: Balance,
        },
        /// A payee could not take its share (its account does not exist): another one got it.
        ShareDiverted {
            /// The job.
            job: JobId,
            /// Who could not take it.
            payee: AccountId,
            /// Who got it: the treasury, or else the requester.
            to: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
        /// A job is final: hosts are paid, the rest is refunded.
        JobFinalised {
            /// The job.
            job: JobId,
            /// What the requester paid, in planck.
            paid: Balance,
            /// What came back from its escrow, in planck.
            refunded: Balance,
        },
        /// More than half of a redundant job's hosts agree: they are paid when the window has passed.
        JobAgreed {
            /// The job.
            job: JobId,
            /// How many agree.
            hosts: u32,
            /// What came back from the escrow, in planck: the fees of the others.
            refunded: Balance,
        },
        /// No strict majority of a redundant job's hosts agreed: nobody is paid, the escrow came back.
        JobDisagreed {
            /// The job.
            job: JobId,
            /// Hashes of the receipts, at most five.
            receipts: Vec<H256>,
            /// What came back from the escrow, in planck.
            refunded: Balance,
        },
        /// A job ended without an answer: the escrow came back in full.
        JobExpired {
            /// The job.
            job: JobId,
            /// What came back from the escrow, in planck.
            refunded: Balance,
        },
        /// The requester took a waiting job back: the escrow came back in full.
        JobCancelled {
            /// The job.
            job: JobId,
            /// What came back from the escrow, in planck.
            refunded: Balance,
        },
        /// A host missed its deadline. The penalty is zero where the input had to be fetched.
        HostNoShow {
            /// The job.
            job: JobId,
            /// The host.
            host: AccountId,
            /// What it lost of its stake, in planck.
            penalty: Balance,
        },
        /// A job waits for hosts with capacity.
        JobWaiting {
            /// The job.
            job: JobId,
            /// Last block of waiting.
            deadline: BlockNumber,
        },
        /// A receipt was proven false: the escrow came back in full, the host is paid nothing, the job is gone.
        JobOverturned {
            /// The job.
            job: JobId,
            /// Whose receipt it was.
            host: AccountId,
            /// What came back from the escrow, in planck.
            refunded: Balance,
        },
        /// The window of a redundant job without a majority has passed: it was removed, its deposit came back.
        JobRemoved {
            /// The job.
            job: JobId,
        },
        /// A call is to be repeated.
        ScheduleCreated {
            /// The schedule.
            schedule: ScheduleId,
            /// Who asked, and paid.
            requester: AccountId,
            /// Release to run.
            release: ReleaseId,
            /// From run to run, in blocks.
            period: BlockNumber,
            /// Runs in all.
            count: u32,
            /// Held for all of them, in planck.
            prepaid: Balance,
        },
        /// A run was started: a job was submitted.
        ScheduleRun {
            /// The schedule.
            schedule: ScheduleId,
            /// Number of the run, from 0.
            run: u32,
            /// Its job.
            job: JobId,
        },
        /// A run could not be started: what was held for it came back, but for `RunFee`.
        ScheduleRunMissed {
            /// The schedule.
            schedule: ScheduleId,
            /// Number of the run, from 0.
            run: u32,
            /// Why.
            error: DispatchError,
        },
        /// No more runs are to come.
        ScheduleEnded {
            /// The schedule.
            schedule: ScheduleId,
            /// Runs that were started or missed.
            done: u32,
            /// What came back for runs that were not, in planck.
            refunded: Balance,
        },
        /// The history of a schedule was removed, its deposit came back.
        ScheduleRemoved {
            /// The schedule.
            schedule: ScheduleId,
        },
        /// The hook could not move a job on; it tries again after `until`.
        JobDeferred {
            /// The job.
            job: JobId,
            /// Block after which it is tried again.
            until: BlockNumber,
            /// What went wrong.
            error: DispatchError,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No release has this id; look it up with `candor model search`.
        UnknownRelease,
        /// The release is private; ask its publisher for access.
        PrivateRelease,
        /// The release is deprecated; use a newer version.
        DeprecatedRelease,
        /// The inline input is over 16 KiB; pass it by content id instead.
        InputTooLarge,
        /// The bytes of a tensor do not fit its shape and type; make them elements times element size.
        BadTensor,
        /// Give as many tensors as the release declares inputs.
        WrongInputCount,
        /// An input has another element type than the release declares; convert it.
        WrongDType,
        /// An input's shape is not allowed by the release; check rank, fixed lengths and maximum lengths.
        WrongShape,
        /// An integer of an input lies outside the range that the release declares, or a bool is neither 0 nor 1.
        InputOutOfRange,
        /// A payload by content id needs a source from which the bytes can be fetched.
        NoSource,
        /// Fee or units do not fit their type; use smaller shapes or a smaller maximum fee.
        PriceOverflow,
        /// Redundancy must be 1 to 5.
        BadRedundancy,
        /// A job for a named host has redundancy 1; name no host for more.
        RedundantNamedHost,
        /// Nobody (or not the host you named) offers this release; choose another one.
        NoOffer,
        /// Fewer hosts can run the job than its redundancy asks for; lower the redundancy.
        NotEnoughHosts,
        /// Hosts offer this release but none is live; try again later.
        NoLiveHost,
        /// Every live offer costs more than the maximum fee; raise it (see the quote).
        FeeTooLow,
        /// No affordable host has enough free stake; lower the insured value or raise the maximum fee.
        NotBacked,
        /// All suitable hosts are busy; the job keeps waiting, try again later.
        NoCapacity,
        /// The free balance does not cover fee and deposit; add funds or lower the maximum fee.
        FundsTooLow,
        /// No open job has this id; finished jobs are removed.
        UnknownJob,
        /// This host is not (or no longer) assigned to the job; only assigned hosts answer.
        NotAssigned,
        /// This host answered the job already; nothing more to do.
        AlreadyAnswered,
        /// The receipt is not the one that was assigned; complete the draft unchanged.
        WrongReceipt,
        /// The host has no worker key; register it again.
        NoWorkerKey,
        /// The signature is not by the host's worker key; sign the hash with the registered key.
        BadSignature,
        /// A receipt with outputs needs the outputs beside it.
        MissingOutput,
        /// A failed run has no outputs; send none.
        UnexpectedOutput,
        /// The inline output is over 64 KiB; pass it by content id instead.
        OutputTooLarge,
        /// Type or shape of an output is not what the release declares for these inputs.
        WrongOutputShape,
        /// The outputs have another root than the receipt; send the outputs that were signed.
        WrongOutputRoot,
        /// The hosts of a redundant job seal first; reveal when all seals are in.
        SealFirst,
        /// The answer is not the one that was sealed; reveal exactly that one.
        WrongSeal,
        /// This job takes no seals now; seals belong to redundant jobs before the reveal.
        NotSealing,
        /// This host sealed already; reveal when all seals are in.
        AlreadySealed,
        /// Only the requester may cancel its job.
        NotRequester,
        /// Hosts are assigned already; a job can be cancelled only while it waits.
        AlreadyAssigned,
        /// The job does not wait for hosts.
        NotOpen,
        /// The deadline has not passed; try again after it.
        TooEarly,
        /// The job was answered; finalise it instead.
        AlreadyDelivered,
        /// The job has no answer that could become final.
        NotDelivered,
        /// An audit or a dispute looks at the answer; the job becomes final when it is over.
        Held,
        /// No open receipt has this key; receipts are open from the answer (in a redundant job, from the comparison of the
        /// answers) until the window has passed.
        NoReceipt,
        /// As many audits and disputes look at this receipt as can at a time; try again when one is over.
        TooManyHolds,
        /// A schedule has 1 to 1000 runs.
        BadCount,
        /// The period of a schedule is too short; see the constant `MinPeriod`.
        PeriodTooShort,
        /// No schedule has this id; removed ones are gone.
        UnknownSchedule,
        /// The next run of the schedule is not due; wait for its block.
        NotDue,
        /// The schedule has ended already; read its history, or remove it.
        ScheduleOver,
        /// The schedule has runs to come; cancel it first.
        ScheduleActive,
        /// The run is a period late: blocks were full, or the chain stood still.
        TooLate,
        /// A job of the attested tier has one host: ask for no redundancy, or for no attested host.
        RedundantAttested,
        /// Of the hosts that would do, none that was looked at is attested: try later, or name one that is.
        NoAttestedHost,
        /// Tokens of this account vote, and what votes cannot be spent; ask from another account, or unlock them.
        LockedByVotes,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
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
        /// Ask for an inference.
        ///
        /// Draws a live host whose price is at most `max_fee`. Its fee and a deposit for the stored bytes are held on
        /// the caller. Emits `JobSubmitted` and `JobAssigned`, or `JobWaiting` if all hosts are busy.
        #[pallet::call_index(0)]
        #[pallet::weight(Pallet::<T>::weight_of_submit(input, 1))]
        pub fn submit(
            origin: OriginFor<T>,
            release: ReleaseId,
            input: Payload,
            max_fee: Balance,
        ) -> DispatchResultWithPostInfo {
            let requester = ensure_signed(origin)?;
            Self::do_submit(requester, release, input, max_fee, JobOptions::default())
        }

        /// Ask for an inference, with a named host, several hosts or an insured value.
        ///
        /// Like `submit`; `max_fee` is per host. Hosts of a redundant job seal before they reveal; those that agree in
        /// a strict majority are paid.
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::weight_of_submit(input, u32::from(options.redundancy).min(MAX_REDUNDANCY)))]
        pub fn submit_with(
            origin: OriginFor<T>,
            release: ReleaseId,
            input: Payload,
            max_fee: Balance,
            options: JobOptions,
        ) -> DispatchResultWithPostInfo {
            let requester = ensure_signed(origin)?;
            Self::do_submit(requester, release, input, max_fee, options)
        }

        /// Answer a job with a signed receipt.
        ///
        /// Needs no account: the receipt is signed by the host's worker key. Anyone may send it, free if it is
        /// accepted. Emits `ResultDelivered`.
        #[pallet::call_index(2)]
        #[pallet::authorize(Self::authorize_result)]
        #[pallet::weight(Pallet::<T>::weight_of_result(output))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_result(Pallet::<T>::inline_len(output.as_ref())))]
        pub fn submit_result(
            origin: OriginFor<T>,
            receipt: Receipt,
            signature: WorkerSignature,
            output: Option<Payload>,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_submit_result(receipt, signature, output)
        }

        /// Seal the answer to a redundant job.
        ///
        /// Needs no account: the seal is signed by the host's worker key. Free if it is accepted. Emits `ResultSealed`
        /// and, with the last seal, `RevealStarted`.
        #[pallet::call_index(3)]
        #[pallet::authorize(Self::authorize_seal)]
        #[pallet::weight(T::WeightInfo::seal_result())]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_seal_result())]
        pub fn seal_result(
            origin: OriginFor<T>,
            job: JobId,
            host: AccountId,
            seal: H256,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            Self::ensure_authorized_or_signed(origin)?;
            Self::do_seal_result(job, host, seal, signature)?;
            Ok(Pays::No.into())
        }

        /// Take back a job that still waits for a host.
        #[pallet::call_index(4)]
        pub fn cancel(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel(who, job)
        }

        /// Move a job on whose deadline has passed.
        ///
        /// Anyone may send it, free if there is something to do. Hosts that missed the deadline pay a penalty; the job
        /// is assigned again, or its requester is refunded.
        #[pallet::call_index(5)]
        #[pallet::weight(Pallet::<T>::heaviest_step())]
        pub fn expire(origin: OriginFor<T>, job: JobId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_expire(job)
        }

        /// Make an answered job final: pay its host, release the rest.
        ///
        /// Anyone may send it once the window has passed, free if there is something to do.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::finalise().max(T::WeightInfo::close(MAX_REDUNDANCY)))]
        pub fn finalise(origin: OriginFor<T>, job: JobId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_finalise(job)
        }

        /// Look for hosts for a waiting job again.
        ///
        /// Anyone may send it, free if hosts are found.
        #[pallet::call_index(7)]
        #[pallet::weight(Pallet::<T>::weight_of_assign(MAX_REDUNDANCY))]
        pub fn assign(origin: OriginFor<T>, job: JobId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_assign(job)
        }

        /// Ask for the same inference again and again, paid ahead.
        ///
        /// One job every `period` blocks, `count` times, the first in the next block. Fees of all runs and a deposit
        /// are held; a run that cannot be started (no host, too dear) is missed and refunded, but for `RunFee`. Emits
        /// `ScheduleCreated`, later `ScheduleRun` or `ScheduleRunMissed` for each run.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::schedule(input.inline_bytes().min(MAX_INLINE_INPUT)))]
        pub fn schedule(
            origin: OriginFor<T>,
            release: ReleaseId,
            input: Payload,
            max_fee: Balance,
            period: BlockNumber,
            count: u32,
            options: JobOptions,
        ) -> DispatchResult {
            let requester = ensure_signed(origin)?;
            Self::do_schedule(requester, release, input, max_fee, period, count, options)
        }

        /// Take back the runs of a schedule that are still to come.
        ///
        /// Only its requester; what was held for them is released. Its history stays. Emits `ScheduleEnded`.
        #[pallet::call_index(9)]
        pub fn cancel_schedule(origin: OriginFor<T>, schedule: ScheduleId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel_schedule(who, schedule)
        }

        /// Start the next run of a schedule whose block has come.
        ///
        /// Anyone may send it, free if the run is due; the hook does it by itself where blocks have room.
        #[pallet::call_index(10)]
        #[pallet::weight(Pallet::<T>::heaviest_run())]
        pub fn run_schedule(origin: OriginFor<T>, schedule: ScheduleId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_run_schedule(schedule)
        }

        /// Remove the history of a schedule that has ended.
        ///
        /// Its requester at any time, anyone after `HistoryPeriod`. The deposit goes back to the requester. Emits
        /// `ScheduleRemoved`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::remove_schedule(MAX_RUNS))]
        pub fn remove_schedule(origin: OriginFor<T>, schedule: ScheduleId) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_remove_schedule(who, schedule)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What a call with inputs of these shapes costs.
        pub fn quote(release: ReleaseId, shapes: Vec<Vec<u32>>) -> Result<Quote, QuoteError> {
            Self::compute_quote(release, shapes)
        }

        /// One job that is not removed yet.
        pub fn job_view(id: JobId) -> Option<JobView> {
            Self::view_of(id)
        }

        /// Jobs of an account from id `start`, oldest first, at most `limit` (100 at most).
        pub fn job_views_of(account: AccountId, start: JobId, limit: u32) -> Vec<JobView> {
            Self::views_of(account, start, limit)
        }

        /// One schedule that is not removed yet.
        pub fn schedule_view(id: ScheduleId) -> Option<ScheduleView> {
            Self::schedule_of(id)
        }

        /// Schedules of an account from id `start`, oldest first, at most `limit` (100 at most).
        pub fn schedule_views_of(account: AccountId, start: ScheduleId, limit: u32) -> Vec<ScheduleView> {
            Self::schedules_of(account, start, limit)
        }

        /// The history of a schedule from run `start`, at most `limit` runs (100 at most).
        pub fn history_of(id: ScheduleId, start: u32, limit: u32) -> Vec<Run> {
            Self::runs_of(id, start, limit)
        }
    }
}
