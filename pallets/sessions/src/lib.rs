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
mod duties;
mod ending;
mod faults;
mod invariants;
mod opening;
mod receipts;
mod settle;
mod showing;
mod store;
pub mod types;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use settle::SETTLE_PRIORITY;
pub use showing::OPEN_PRIORITY;
pub use types::*;
pub use weights::WeightInfo;

use candor_primitives::AccountId;

pub(crate) type CurrencyOf<T> = <T as Config>::Currency;

#[frame_support::pallet]
// The calls that carry receipts are larger than the others; calls are decoded once and passed by reference. `open` says everything
// that both sides agree on.
#[allow(clippy::large_enum_variant, clippy::too_many_arguments)]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_primitives::{
        traits::{AttestedHosts, AuditLevy, DisputeClock, HostMarket, HostStake, ReceiptListener, Releases, Slashed},
        worker::Sample,
        Balance, BlockNumber, Payload, ReleaseId, SessionId, SignedReceipt, SignedVoucher, Units, Voucher,
        WorkerSignature,
    };
    use candor_runtime_api::sessions::{BatchView, SampleView, SessionQuote, SessionQuoteError, SessionView};
    use frame_support::{
        dispatch::DispatchClass,
        pallet_prelude::*,
        traits::{fungible, Contains, Randomness},
        weights::WeightMeter,
    };
    use frame_system::pallet_prelude::*;
    use sp_core::{sr25519, H256};
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
        /// Hears of batches and receipts: audits are drawn from them.
        type OnReceipt: ReceiptListener<AccountId>;
        /// The clock of the deadlines by which drawn calls are opened.
        type Clock: DisputeClock;
        /// Where the draws' randomness comes from.
        type Randomness: Randomness<H256, BlockNumberFor<Self>>;
        /// Account that gets the treasury's share, and what other payees cannot take.
        #[pallet::constant]
        type Treasury: Get<AccountId>;
        /// Account that collects the audit levy.
        #[pallet::constant]
        type AuditPot: Get<AccountId>;
        /// What of every fee pays auditors.
        type Levy: AuditLevy<AccountId>;
        /// Share of every fee for the treasury, in parts per million.
        #[pallet::constant]
        type TreasuryShare: Get<Permill>;
        /// Time from a settlement until it is final and paid, and from the opening of a receipt until it is closed, in
        /// blocks.
        #[pallet::constant]
        type FinalityWindow: Get<BlockNumber>;
        /// The same of a batch of the attested tier.
        #[pallet::constant]
        type AttestedWindow: Get<BlockNumber>;
        /// Whose worker key is attested.
        type Attested: AttestedHosts<AccountId>;
        /// Time after the window in which what is held can still be held by one more audit or dispute, in blocks.
        #[pallet::constant]
        type MaxHold: Get<BlockNumber>;
        /// Time between two settlements of a session that nobody pays for, in blocks.
        #[pallet::constant]
        type SettleInterval: Get<BlockNumber>;
        /// What the new calls of a settlement that nobody pays for cost together at least while the session goes on, in
        /// planck: the treasury's share of it stands for the transaction's fee.
        #[pallet::constant]
        type FreeFee: Get<Balance>;
        /// Time that a host has to settle when its requester closes, or when the session has expired, in blocks.
        #[pallet::constant]
        type CloseNotice: Get<BlockNumber>;
        /// Time that a host has to open a call that was drawn, in ticks of the disputes' clock.
        #[pallet::constant]
        type SampleDeadline: Get<BlockNumber>;
        /// Longest time from now until a session expires, in blocks.
        #[pallet::constant]
        type MaxDuration: Get<BlockNumber>;
        /// Time until the hook tries again what it could not do, in blocks.
        #[pallet::constant]
        type RetryInterval: Get<BlockNumber>;
        /// Batches of a session that are not final, at most; 2 to 64. The last place is kept for the end.
        #[pallet::constant]
        type MaxBatches: Get<u32>;
        /// Sessions of a host, at most.
        #[pallet::constant]
        type MaxSessionsPerHost: Get<u32>;
        /// Deposit per session, in planck.
        #[pallet::constant]
        type SessionDeposit: Get<Balance>;
        /// Deposit per presented receipt, in planck.
        #[pallet::constant]
        type DepositBase: Get<Balance>;
        /// Deposit per byte of inline input of a presented receipt, in planck.
        #[pallet::constant]
        type DepositPerByte: Get<Balance>;
        /// Most weight that each of the two hooks takes from a block.
        #[pallet::constant]
        type MaxHookWeight: Get<Weight>;
        /// Weight of one draw from the market of hosts at its worst.
        #[pallet::constant]
        type DrawWeight: Get<Weight>;
        /// Weight of one draw among attested hosts, at its worst.
        type AttestedDrawWeight: Get<Weight>;
        /// Weights of the calls and hooks.
        type WeightInfo: WeightInfo;
    }

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Deposits of sessions, out of which calls are paid.
        Escrow,
        /// Deposits for what sessions and presented receipts store.
        Deposit,
    }

    /// Id of the next session.
    #[pallet::storage]
    pub type NextSessionId<T> = StorageValue<_, SessionId, ValueQuery>;

    /// Sessions of which something is left to be done. Ids are counted up by the pallet, so the fast hasher is safe.
    #[pallet::storage]
    pub type Sessions<T> = StorageMap<_, Twox64Concat, SessionId, Session>;

    /// Batches that are not final, by session and number.
    #[pallet::storage]
    pub type BatchesOf<T> = StorageDoubleMap<_, Twox64Concat, SessionId, Twox64Concat, u32, Batch>;

    /// Calls that were drawn and that their host has to open, by session and index.
    #[pallet::storage]
    pub type Samples<T> = StorageDoubleMap<_, Twox64Concat, SessionId, Twox64Concat, u32, PendingSample>;

    /// Open receipts, by session and index.
    #[pallet::storage]
    pub type Receipts<T> = StorageDoubleMap<_, Twox64Concat, SessionId, Twox64Concat, u32, Shown>;

    /// Inputs of the receipts in [`Receipts`].
    #[pallet::storage]
    pub type Inputs<T> = StorageDoubleMap<_, Twox64Concat, SessionId, Twox64Concat, u32, Payload>;

    /// Sessions of a requester, oldest first (the key is big-endian and not hashed, ids come from the pallet).
    #[pallet::storage]
    pub type SessionsOf<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, SessionKey, ()>;

    /// Sessions at a host, oldest first.
    #[pallet::storage]
    pub type SessionsAt<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, SessionKey, ()>;

    /// How many sessions a host has.
    #[pallet::storage]
    pub type HostSessions<T> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// What a host has to open, with the last tick in which it can count on being heard.
    #[pallet::storage]
    pub type SamplesAt<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, (SessionId, u32), Tick>;

    /// What is to be looked at, under the block after which it is, earliest first.
    #[pallet::storage]
    pub type Agenda<T> = StorageDoubleMap<_, Identity, BlockKey, Twox64Concat, Item, ()>;

    /// Every sample in [`Samples`], under its last tick, earliest first.
    #[pallet::storage]
    pub type Overdue<T> = StorageDoubleMap<_, Identity, BlockKey, Twox64Concat, (SessionId, u32), ()>;

    /// What happened. Receipts and inputs are in storage, never in events.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A session was opened; its host answers calls from now on.
        SessionOpened {
            /// The session.
            session: SessionId,
            /// Who asks, and pays.
            requester: AccountId,
            /// Who answers.
            host: AccountId,
            /// Release that is run.
            release: ReleaseId,
            /// Most that one call may cost, in planck.
            max_fee: Balance,
            /// What all calls together may cost, in planck.
            deposit: Balance,
            /// Last block in which calls are answered.
            expires: BlockNumber,
        },
        /// A session got more funds, or more time.
        SessionToppedUp {
            /// The session.
            session: SessionId,
            /// What all calls together may cost now, in planck.
            deposit: Balance,
            /// Last block in which calls are answered.
            expires: BlockNumber,
        },
        /// A voucher was taken and made a batch, which is paid when its window has passed.
        SessionSettled {
            /// The session.
            session: SessionId,
            /// Number of the batch.
            number: u32,
            /// Index of its first call.
            first: u32,
            /// Number of its calls.
            calls: u32,
            /// What they cost together, in planck.
            fee: Balance,
            /// Commitment to their receipts and those before them.
            receipts: H256,
            /// Last block of the window.
            until: BlockNumber,
        },
        /// A voucher was taken while the session is closing; it becomes part of the last batch.
        VoucherTaken {
            /// The session.
            session: SessionId,
            /// Calls that it pays for.
            calls: u32,
            /// What they cost together, in planck.
            fee: Balance,
        },
        /// The requester closes a session; the host has until then to settle.
        SessionClosing {
            /// The session.
            session: SessionId,
            /// Last block in which the host can count on being heard.
            until: BlockNumber,
        },
        /// A session ended: what was not settled went back.
        SessionEnded {
            /// The session.
            session: SessionId,
            /// Calls that were settled.
            calls: u32,
            /// What they cost together, in planck.
            fee: Balance,
            /// What came back, in planck.
            refunded: Balance,
        },
        /// A batch is final and was paid. The shares sum to its fee, but for what was diverted to the requester.
        BatchPaid {
            /// The session.
            session: SessionId,
            /// Number of the batch.
            number: u32,
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
            /// The session.
            session: SessionId,
            /// Who could not take it.
            payee: AccountId,
            /// Who got it: the treasury, or else the requester.
            to: AccountId,
            /// How much, in planck.
            amount: Balance,
        },
        /// A call was drawn for audit; its host has to open it.
        SampleDrawn {
            /// The session.
            session: SessionId,
            /// Index of the call.
            index: u32,
            /// Last tick of the disputes' clock in which the host can count on being heard.
            deadline: Tick,
        },
        /// A receipt lies open on chain and can be disputed.
        ReceiptShown {
            /// The session.
            session: SessionId,
            /// Index of the call.
            index: u32,
            /// Hash of the receipt.
            receipt: H256,
            /// Who presented it; nobody if its call was drawn.
            by: Option<AccountId>,
            /// Last block of its window.
            until: BlockNumber,
        },
        /// The window of a receipt passed and nobody found it false: it is no longer on chain.
        ReceiptClosed {
            /// The session.
            session: SessionId,
            /// Index of the call.
            index: u32,
        },
        /// A host did not open a call that was drawn: it was slashed.
        SampleMissed {
            /// The session.
            session: SessionId,
            /// Index of the call.
            index: u32,
            /// What it lost.
            slashed: Slashed,
        },
        /// A host signed two receipts for one call: it was slashed.
        TwoReceiptsShown {
            /// The session.
            session: SessionId,
            /// Index of the call.
            index: u32,
            /// Hash of the one.
            first: H256,
            /// Hash of the other.
            second: H256,
            /// Who showed them.
            by: AccountId,
            /// What the host lost.
            slashed: Slashed,
        },
        /// The host of a session was convicted: everything that was held went back, nothing more is paid.
        SessionOverturned {
            /// The session.
            session: SessionId,
            /// The host.
            host: AccountId,
            /// What came back, in planck.
            refunded: Balance,
        },
        /// Nothing of a session is left to be done; its storage was cleared, its deposit came back.
        SessionRemoved {
            /// The session.
            session: SessionId,
        },
        /// The hook could not move something on; it tries again after `until`.
        Deferred {
            /// What.
            item: Item,
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
        /// Nobody (or not the host you named) offers this release; choose another one.
        NoOffer,
        /// Hosts offer this release but none is live; try again later.
        NoLiveHost,
        /// Every live offer costs more than `max_fee` for `max_units`; raise the fee or lower the units (see the quote).
        FeeTooLow,
        /// Price or deposit does not fit its type; use fewer units or a smaller deposit.
        PriceOverflow,
        /// No host's free stake answers for so many calls, or the host is free of charge; lower the deposit, or name another host.
        NotBacked,
        /// All suitable hosts are busy; try again later.
        NoCapacity,
        /// This host has as many sessions as it can; name another host, or none.
        TooManySessions,
        /// The deposit must pay for one call at least (see the quote).
        DepositTooLow,
        /// `expires` must be a later block, no further away than `MaxDuration`, and never earlier than it was.
        BadExpiry,
        /// The free balance does not cover deposit and bond; add funds or lower the deposit.
        FundsTooLow,
        /// No session has this id; sessions are removed when nothing of them is left to be done.
        UnknownSession,
        /// Only the requester and the host of a session may do this.
        NotParty,
        /// The session is closing or has ended: no more funds and calls; open another one.
        NotOpen,
        /// The session has ended; vouchers are taken until then.
        Ended,
        /// The voucher is for another chain or another session; sign one with the genesis hash and the id.
        WrongVoucher,
        /// The voucher pays for no more calls than the last one that was taken; send the newest.
        NothingNew,
        /// The voucher's fee is lower than before, above the deposit, or above the maximum for its new calls; sign one that adds up.
        WrongFee,
        /// The voucher is not signed by the session's key; sign its hash with the key named at opening.
        BadVoucherSignature,
        /// Only the host closes with a voucher; close without one, or agree on one with `close_agreed`.
        NotAccepted,
        /// The signature is not by the worker key that the host had when the session was opened; sign the hash with it.
        BadSignature,
        /// A settlement that nobody pays for comes at most once in `SettleInterval`; wait, or send it from an account.
        TooSoon,
        /// As many batches as allowed are not final; wait until one is, or close the session.
        TooManyBatches,
        /// The block or tick has not passed; try again after it.
        TooEarly,
        /// No open batch has this number; final batches are removed.
        UnknownBatch,
        /// An audit or a dispute looks at it; it becomes final when that is over.
        Held,
        /// As many audits and disputes look at this as can at a time; try again when one is over.
        TooManyHolds,
        /// As many calls of this session as can be are drawn already.
        TooManySamples,
        /// This call was not drawn, or is open already; nothing to do.
        NotDrawn,
        /// The batch has fewer calls.
        NoSuchCall,
        /// The batch of this call is final, or the session has ended without it; receipts can be presented before.
        TooLate,
        /// As many receipts of this session as can be are presented; wait until one is closed.
        TooManyPresented,
        /// This receipt lies open already; dispute it.
        AlreadyShown,
        /// Another receipt for this call lies open: two for one call are a fault; send both with `report_two`.
        OtherReceipt,
        /// The receipt is not one of this session; terms, units and fee must be those of the session.
        WrongReceipt,
        /// These are not two different receipts of one call of this session.
        NotTwoReceipts,
        /// The session was overturned already; its host was slashed for it.
        AlreadyOverturned,
        /// No open receipt has this key; present it first.
        NoReceipt,
        /// The inline input is over 16 KiB; pass it by content id instead.
        InputTooLarge,
        /// The bytes of a tensor do not fit its shape and type; make them elements times element size.
        BadTensor,
        /// A payload by content id needs a source from which the bytes can be fetched.
        NoSource,
        /// Number, types or shapes of the inputs are not what the release declares; send those of the call.
        WrongShape,
        /// An integer of an input lies outside the range that the release declares, or a bool is neither 0 nor 1.
        InputOutOfRange,
        /// The inputs have another root than the receipt; send the inputs of the call.
        WrongInputRoot,
        /// The outputs' roots do not make the root in the receipt; send those of the answer, in order, none of a failed run.
        WrongOutputRoot,
        /// The receipt is not in the batch at this place; send the proof against the newest voucher of the batch.
        WrongProof,
        /// Of the hosts that would do, none that was looked at is attested: try later, or name one that is.
        NoAttestedHost,
        /// Tokens of this account vote, and what votes cannot be spent; ask from another account, or unlock them.
        LockedByVotes,
        /// While the session goes on, a settlement that nobody pays for brings `FreeFee` at least; wait for more calls, or
        /// send it from an account.
        TooLittle,
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
        /// Open a session: a deposit out of which one host is paid for many calls.
        ///
        /// Signed by the requester. The host is the one named, or drawn among those that ask at most `max_fee` for a
        /// call of `max_units`; its prices are fixed from here on. The deposit and a bond are held. `key` signs the
        /// vouchers. `attested`: only a host whose worker key is attested; while it is, settled calls are final sooner and audited less
        /// often. Emits `SessionOpened`; fails with what the market says if no host would do.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::open().saturating_add(T::DrawWeight::get().max(T::AttestedDrawWeight::get())))]
        pub fn open(
            origin: OriginFor<T>,
            release: ReleaseId,
            host: Option<AccountId>,
            max_units: Units,
            max_fee: Balance,
            deposit: Balance,
            expires: BlockNumber,
            key: sr25519::Public,
            attested: bool,
        ) -> DispatchResultWithPostInfo {
            let requester = ensure_signed(origin)?;
            Self::do_open(requester, release, host, max_units, max_fee, deposit, expires, key, attested)
        }

        /// Add to a session's deposit, or give it more time.
        ///
        /// Signed by the requester, before the session closes or expires. Emits `SessionToppedUp`; fails with
        /// `NotBacked` if the host's stake does not answer for more calls.
        #[pallet::call_index(1)]
        pub fn top_up(
            origin: OriginFor<T>,
            session: SessionId,
            amount: Balance,
            expires: Option<BlockNumber>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_top_up(who, session, amount, expires)
        }

        /// Settle a session with a voucher: the calls since the last one become a batch.
        ///
        /// Needs no account: the voucher is signed by the requester, and `acceptance` by the host's worker key, over the
        /// same hash: a host answers for the receipts that it settles, and only for those. Free at most once in
        /// `SettleInterval`, if the new calls cost `FreeFee` at least or the session is closing; any account may send it any
        /// time and pays. Costs the same for one call and for a million. Emits `SessionSettled`, or `VoucherTaken` while the session is closing.
        #[pallet::call_index(2)]
        #[pallet::authorize(Self::authorize_settle)]
        #[pallet::weight(T::WeightInfo::settle().saturating_add(T::OnReceipt::settled_weight()))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_settle())]
        pub fn settle(
            origin: OriginFor<T>,
            voucher: SignedVoucher,
            acceptance: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            let free = Self::is_authorized(origin)?;
            Self::do_settle(voucher, acceptance, free)
        }

        /// Close a session; its host with the newest voucher, if there is one that was not settled.
        ///
        /// Signed by the requester, without a voucher: the session ends when the host has had `CloseNotice` blocks to
        /// settle. Signed by the host: it ends at once. Emits `SessionClosing` or `SessionEnded`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::close().saturating_add(T::OnReceipt::settled_weight()))]
        pub fn close(origin: OriginFor<T>, session: SessionId, voucher: Option<SignedVoucher>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_close(who, session, voucher)
        }

        /// Close a session at once, with a last voucher that its host has signed too.
        ///
        /// Signed by the requester; `signature` is of the session's worker key over the voucher's last hash,
        /// which is not the one that accepts a settlement. Emits
        /// `SessionSettled` if the voucher pays for more calls, then `SessionEnded`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::close_agreed().saturating_add(T::OnReceipt::settled_weight()))]
        pub fn close_agreed(origin: OriginFor<T>, voucher: Voucher, signature: WorkerSignature) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_close_agreed(who, voucher, signature)
        }

        /// End a session whose time is over: what was not settled goes back.
        ///
        /// Anyone may send it after the notice, free if there is something to do; also to clear a session that was
        /// overturned. Emits `SessionEnded`.
        #[pallet::call_index(5)]
        #[pallet::weight(Pallet::<T>::weight_of_end().max(T::WeightInfo::sweep(T::MaxBatches::get(), MAX_SAMPLED)))]
        pub fn end(origin: OriginFor<T>, session: SessionId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_end(session)
        }

        /// Make a batch final: pay its host.
        ///
        /// Anyone may send it once the window has passed and nobody looks at it, free if there is something to do.
        /// Emits `BatchPaid`.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::finalise())]
        pub fn finalise(origin: OriginFor<T>, session: SessionId, number: u32) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_finalise(session, number)
        }

        /// Put a receipt of a session on chain, so that it can be disputed.
        ///
        /// Anyone may send it while the receipt's batch is open, or before it is settled. A deposit for its bytes is
        /// held until its window has passed. `outputs` are the roots of the outputs. Emits `ReceiptShown`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::present(Pallet::<T>::inline_len(input)))]
        pub fn present(
            origin: OriginFor<T>,
            receipt: SignedReceipt,
            input: Payload,
            outputs: Vec<H256>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_present(who, receipt, input, outputs)
        }

        /// Open a call that was drawn for audit.
        ///
        /// Needs no account: the draw says what may be opened, and the receipt is signed by the worker key. Anyone may
        /// send it, free if it is accepted. Emits `ReceiptShown`; audits go on from there.
        #[pallet::call_index(8)]
        #[pallet::authorize(Self::authorize_open_sample)]
        #[pallet::weight((
            T::WeightInfo::open_sample(Pallet::<T>::inline_len(&sample.input)).saturating_add(T::OnReceipt::sampled_weight()),
            DispatchClass::Operational,
        ))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_open_sample(Pallet::<T>::inline_len(&sample.input)))]
        pub fn open_sample(
            origin: OriginFor<T>,
            session: SessionId,
            index: u32,
            sample: Sample,
        ) -> DispatchResultWithPostInfo {
            Self::is_authorized(origin)?;
            Self::do_open_sample(session, index, sample)?;
            Ok(Pays::No.into())
        }

        /// Convict a host that did not open a drawn call in time.
        ///
        /// Anyone may send it after the deadline, free if there is something to do. The host is slashed like for a
        /// proven lie, and everything held goes back to the requester. Emits `SampleMissed` and `SessionOverturned`.
        #[pallet::call_index(9)]
        #[pallet::weight((T::WeightInfo::expire_sample(), DispatchClass::Operational))]
        pub fn expire_sample(origin: OriginFor<T>, session: SessionId, index: u32) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_expire_sample(session, index)
        }

        /// Convict a host that signed two different receipts for one call.
        ///
        /// Anyone may send it while the session is on chain, and is rewarded like a challenger; free if it convicts.
        /// Emits `TwoReceiptsShown` and `SessionOverturned`.
        #[pallet::call_index(10)]
        #[pallet::weight((T::WeightInfo::report_two(), DispatchClass::Operational))]
        pub fn report_two(
            origin: OriginFor<T>,
            first: SignedReceipt,
            second: SignedReceipt,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_report_two(who, first, second)?;
            Ok(Pays::No.into())
        }

        /// Close an open receipt whose window has passed: it leaves storage, its deposit goes back.
        ///
        /// Anyone may send it, free if there is something to do. Emits `ReceiptClosed`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::retire())]
        pub fn retire(origin: OriginFor<T>, session: SessionId, index: u32) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_retire(session, index)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What a session would cost: the host that would be drawn now, only among attested ones if asked for; its prices, and what is held.
        pub fn quote_session(
            release: ReleaseId,
            host: Option<AccountId>,
            max_units: Units,
            deposit: Balance,
            attested: bool,
        ) -> Result<SessionQuote, SessionQuoteError> {
            Self::compute_quote(release, host, max_units, deposit, attested)
        }

        /// One session of which something is left to be done.
        pub fn session_view(id: SessionId) -> Option<SessionView> {
            Self::view_of(id)
        }

        /// Sessions of a requester from id `start`, oldest first, at most `limit` (100 at most).
        pub fn session_views_of(requester: AccountId, start: SessionId, limit: u32) -> Vec<SessionView> {
            Self::views_of(requester, start, limit)
        }

        /// Sessions at a host from id `start`, oldest first, at most `limit` (100 at most).
        pub fn session_views_at(host: AccountId, start: SessionId, limit: u32) -> Vec<SessionView> {
            Self::views_at(host, start, limit)
        }

        /// A batch that is not final.
        pub fn batch_view(session: SessionId, number: u32) -> Option<BatchView> {
            Self::view_of_batch(session, number)
        }

        /// Calls that a host has to open because they were drawn, the most urgent first, at most `limit` (100 at most).
        pub fn sample_views_at(host: AccountId, limit: u32) -> Vec<SampleView> {
            Self::samples_owed(host, limit)
        }
    }
}
