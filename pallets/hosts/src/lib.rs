#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
mod heartbeat;
mod list;
mod market;
#[cfg(test)]
mod mock;
mod offers;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use candor_primitives::{
        traits::{AttestedHosts, AuditorPool, HostListener, HostPools, HostStake, ProfileStatus, Releases},
        AccountId, Balance, BlockNumber, ReleaseId, WorkerKey, WorkerSignature,
    };
    use candor_runtime_api::views::{HostView, OfferView};
    use frame_support::{pallet_prelude::*, traits::Get};
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime gives to the pallet.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// The registry of models.
        type Releases: Releases<AccountId>;
        /// The stake behind hosts.
        type Stake: HostStake<AccountId>;
        /// The pools in which it lies.
        type Pools: HostPools<AccountId>;
        /// Hears which profiles hosts run, and with what weight.
        type Listener: HostListener<AccountId>;
        /// Who could audit.
        type Auditors: AuditorPool<AccountId>;
        /// Whose worker key is attested.
        type Attested: AttestedHosts<AccountId>;
        /// Whether runs of a profile can be relied on.
        type Profiles: ProfileStatus;
        /// Least own stake of a host that gets work, in planck: that of the pools.
        #[pallet::constant]
        type MinSelfStake: Get<Balance>;
        /// What a call of a release's reference units counts in the liability at least, in planck, whatever its price: a
        /// price of zero frees nobody.
        #[pallet::constant]
        type ReferencePrice: Get<Balance>;
        /// A call with an insured value goes only to hosts whose profile has so many auditors.
        #[pallet::constant]
        type MinAuditors: Get<u32>;
        /// A host is live for this long after its last sign of life, in blocks.
        #[pallet::constant]
        type LivenessWindow: Get<BlockNumber>;
        /// A heartbeat is due when the last sign of life is this old, in blocks. Less than the liveness window.
        #[pallet::constant]
        type HeartbeatInterval: Get<BlockNumber>;
        /// Most offers of one host.
        #[pallet::constant]
        type MaxOffersPerHost: Get<u32>;
        /// Most insured value of a call, in multiples of its fee. Insured value locks stake and earns nothing by itself,
        /// so without a bound one cheap call could take a host out of the market.
        #[pallet::constant]
        type MaxInsured: Get<u32>;
        /// Most weighted draws, and most offers scanned after them, to find a host for one call.
        #[pallet::constant]
        type MaxDraws: Get<u32>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Hosts by account. Accounts are chosen by users, hence Blake2.
    #[pallet::storage]
    pub type Hosts<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Host>;

    /// Hosts by worker key. Keys are chosen by users, hence Blake2.
    #[pallet::storage]
    pub type Workers<T: Config> = StorageMap<_, Blake2_128Concat, WorkerKey, AccountId>;

    /// Status and signs of life of every host.
    #[pallet::storage]
    pub type Presences<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Presence>;

    /// Releases that a host offers.
    #[pallet::storage]
    pub type Offered<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<ReleaseId, T::MaxOffersPerHost>, ValueQuery>;

    /// Offers by release and host. Release ids are counted up by the chain, hence Twox.
    #[pallet::storage]
    pub type Offers<T: Config> = StorageDoubleMap<_, Twox64Concat, ReleaseId, Blake2_128Concat, AccountId, Offer>;

    /// Calls in flight by host and release; outlives a withdrawn offer until the last of them ends.
    #[pallet::storage]
    pub type InFlight<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, ReleaseId, u32, ValueQuery>;

    /// Number of offers of a release.
    #[pallet::storage]
    pub type OfferCount<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, u32, ValueQuery>;

    /// Host at each position, from 0, of a release's list of offers.
    #[pallet::storage]
    pub type Positions<T: Config> = StorageDoubleMap<_, Twox64Concat, ReleaseId, Twox64Concat, u32, AccountId>;

    /// Nodes of the Fenwick tree over the weights of a release's list of offers.
    #[pallet::storage]
    pub type Nodes<T: Config> = StorageDoubleMap<_, Twox64Concat, ReleaseId, Twox64Concat, u32, u128, ValueQuery>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account became a host.
        Registered {
            /// The host.
            host: AccountId,
            /// Key that signs its receipts.
            worker: WorkerKey,
            /// Self-stake, in planck.
            stake: Balance,
        },
        /// A host changed its endpoint or hardware.
        Updated {
            /// The host.
            host: AccountId,
        },
        /// A host signs with another key from now on.
        WorkerSet {
            /// The host.
            host: AccountId,
            /// The new key.
            worker: WorkerKey,
        },
        /// A host made or changed an offer.
        OfferSet {
            /// The host.
            host: AccountId,
            /// What is offered.
            release: ReleaseId,
            /// Root of the variant that the host runs.
            variant: H256,
            /// Planck per call.
            price_per_call: Balance,
            /// Planck per unit.
            price_per_unit: Balance,
            /// Calls in flight at most.
            capacity: u32,
        },
        /// A host withdrew an offer.
        OfferWithdrawn {
            /// The host.
            host: AccountId,
            /// What was offered.
            release: ReleaseId,
        },
        /// A host gave a sign of life.
        Heartbeat {
            /// The host.
            host: AccountId,
            /// Block that it signed.
            block: BlockNumber,
        },
        /// A host takes no new work.
        Chilled {
            /// The host.
            host: AccountId,
        },
        /// A host takes new work again.
        Unchilled {
            /// The host.
            host: AccountId,
        },
        /// A host is leaving; the stake behind it unbonds.
        Deregistered {
            /// The host.
            host: AccountId,
            /// Block from which the stake can be withdrawn.
            leaves_at: BlockNumber,
        },
        /// A host that had deregistered has withdrawn its stake and is gone.
        Removed {
            /// The host.
            host: AccountId,
        },
        /// A host's offers were weighed by its stake as it is now.
        Reweighed {
            /// The host.
            host: AccountId,
            /// What they weigh by: its active stake, in planck; zero while it takes no work, or sleeps.
            weight: Balance,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T> {
        /// This account is a host already: use `update` or `set_worker`.
        AlreadyRegistered,
        /// This account is not a host: `register` first.
        NotRegistered,
        /// Another host uses this worker key: make a fresh one.
        WorkerTaken,
        /// The proof is not a signature of the worker key over the bind message of this account: sign it again.
        BadProof,
        /// Endpoint and hardware must be UTF-8 text.
        NotUtf8,
        /// Receipts of this host are open: `chill`, and wait until they are final.
        ReceiptsOpen,
        /// This host has deregistered: withdraw its stake when it is due, and `register` anew.
        Leaving,
        /// This host has not deregistered, or its stake is not withdrawn yet: wait for that, or withdraw it for the host.
        NotGone,
        /// This host is chilled already.
        AlreadyChilled,
        /// This host is not chilled.
        NotChilled,
        /// No release has this id: look it up again.
        UnknownRelease,
        /// This release is private: ask its publisher for access.
        ReleasePrivate,
        /// This release is deprecated: offer a newer one.
        ReleaseDeprecated,
        /// The release has no variant with this root: name one of its variants.
        UnknownVariant,
        /// An offer needs capacity for at least one call: to stop, withdraw it.
        ZeroCapacity,
        /// The price of a typical call does not fit 128 bits: ask for less.
        PriceOverflow,
        /// This host has as many offers as it may: withdraw one.
        TooManyOffers,
        /// This release has as many offers as its list can carry: wait until one is withdrawn.
        ListFull,
        /// This host does not offer this release.
        NoSuchOffer,
        /// All calls that the offer has capacity for are in flight: wait, or raise the capacity.
        NoCapacity,
        /// The heartbeat is of a block that is not there yet: sign the current one.
        HeartbeatTooEarly,
        /// The heartbeat is of a block too long ago: sign the current one.
        HeartbeatTooOld,
        /// A heartbeat of this block or of a later one was seen: sign the current block.
        HeartbeatReplayed,
        /// The heartbeat is not signed by the host's worker key.
        BadSignature,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            Self::check_constants();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Become a host.
        ///
        /// Opens the caller's pool with `stake` of its own on hold. `proof` is the signature of the worker key over
        /// [`Pallet::bind_message`] of the caller. Registering counts as a sign of life.
        #[pallet::call_index(0)]
        pub fn register(
            origin: OriginFor<T>,
            worker: WorkerKey,
            proof: WorkerSignature,
            endpoint: Text,
            hardware: Text,
            #[pallet::compact] stake: Balance,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_register(who, worker, proof, endpoint, hardware, stake)
        }

        /// Change endpoint and hardware.
        #[pallet::call_index(1)]
        pub fn update(origin: OriginFor<T>, endpoint: Text, hardware: Text) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_update(who, endpoint, hardware)
        }

        /// Change the worker key.
        ///
        /// Only while no receipts are open, since those are signed by the old key. `proof` as in `register`.
        #[pallet::call_index(2)]
        pub fn set_worker(origin: OriginFor<T>, worker: WorkerKey, proof: WorkerSignature) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_worker(who, worker, proof)
        }

        /// Offer a release, or change the offer.
        ///
        /// A call of `n` units costs `price_per_call + n * price_per_unit`; at most `capacity` calls are in flight.
        #[pallet::call_index(3)]
        #[pallet::weight(Pallet::<T>::weight_of_offer(LIST_DEPTH, T::MaxOffersPerHost::get()))]
        pub fn offer(
            origin: OriginFor<T>,
            release: ReleaseId,
            variant: H256,
            #[pallet::compact] price_per_call: Balance,
            #[pallet::compact] price_per_unit: Balance,
            capacity: u32,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let depth = Self::do_offer(who.clone(), release, variant, price_per_call, price_per_unit, capacity)?;
            let offers = Offered::<T>::decode_len(&who).unwrap_or_default() as u32;
            Ok(Some(Self::weight_of_offer(depth, offers)).into())
        }

        /// Withdraw an offer.
        ///
        /// Calls in flight are finished and paid as usual.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::withdraw_offer(LIST_DEPTH).saturating_add(T::Listener::left_weight()))]
        pub fn withdraw_offer(origin: OriginFor<T>, release: ReleaseId) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let depth = Self::do_withdraw_offer(who, release)?;
            Ok(Some(T::WeightInfo::withdraw_offer(depth).saturating_add(T::Listener::left_weight())).into())
        }

        /// Give a sign of life.
        ///
        /// `signature` is the worker key's over [`Pallet::heartbeat_message`]. Sent as a general transaction it is free,
        /// and accepted once per half `HeartbeatInterval`; anyone may also send it signed.
        #[pallet::call_index(5)]
        #[pallet::weight(Pallet::<T>::and_listener(T::WeightInfo::heartbeat, T::MaxOffersPerHost::get()))]
        #[pallet::authorize(Self::authorize_heartbeat)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_heartbeat())]
        pub fn heartbeat(
            origin: OriginFor<T>,
            host: AccountId,
            block: BlockNumber,
            signature: WorkerSignature,
        ) -> DispatchResultWithPostInfo {
            let authorized = ensure_authorized(origin.clone()).is_ok();
            if !authorized {
                ensure_signed(origin)?;
            }
            let offers = Self::do_heartbeat(host, block, signature, authorized)?;
            Ok(Some(Self::and_listener(T::WeightInfo::heartbeat, offers)).into())
        }

        /// Take no new work.
        #[pallet::call_index(6)]
        #[pallet::weight(Pallet::<T>::and_listener(T::WeightInfo::chill, T::MaxOffersPerHost::get()))]
        pub fn chill(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let offers = Self::do_chill(who)?;
            Ok(Some(Self::and_listener(T::WeightInfo::chill, offers)).into())
        }

        /// Take new work again.
        #[pallet::call_index(7)]
        #[pallet::weight(Pallet::<T>::and_listener(T::WeightInfo::unchill, T::MaxOffersPerHost::get()))]
        pub fn unchill(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let offers = Self::do_unchill(who)?;
            Ok(Some(Self::and_listener(T::WeightInfo::unchill, offers)).into())
        }

        /// Stop being a host.
        ///
        /// Withdraws all offers and unbonds all stake, also that of those who stake for the caller; refused while receipts
        /// are open. The stake is withdrawn from the pool when it is due; then anyone can `remove` the host.
        #[pallet::call_index(8)]
        #[pallet::weight(Pallet::<T>::weight_of_deregister(T::MaxOffersPerHost::get()))]
        pub fn deregister(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let offers = Self::do_deregister(who)?;
            Ok(Some(Self::weight_of_deregister(offers)).into())
        }

        /// Weigh a host's offers by its stake as it is now.
        ///
        /// Anyone may send it. A heartbeat of the host does the same when its stake has changed. A host that was put to sleep
        /// and is not live stays asleep.
        #[pallet::call_index(9)]
        #[pallet::weight(Pallet::<T>::and_listener(T::WeightInfo::reweigh, T::MaxOffersPerHost::get()))]
        pub fn reweigh(origin: OriginFor<T>, host: AccountId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let offers = Self::do_reweigh(host)?;
            Ok(Some(Self::and_listener(T::WeightInfo::reweigh, offers)).into())
        }

        /// Remove a host that has deregistered and whose stake is withdrawn.
        ///
        /// Anyone may send it; free of charge if there is something to remove.
        #[pallet::call_index(10)]
        pub fn remove(origin: OriginFor<T>, host: AccountId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_remove(host)?;
            Ok(Pays::No.into())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// One host.
        pub fn host_view(account: AccountId) -> Option<HostView> {
            Self::view_host(&account)
        }

        /// Hosts in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        pub fn host_views(start: Option<AccountId>, limit: u32) -> Vec<HostView> {
            Self::view_hosts(start, limit)
        }

        /// Offers of a release from position `start`, at most `limit` (100 at most).
        pub fn offer_views(release: ReleaseId, start: u32, limit: u32) -> Vec<OfferView> {
            Self::view_offers(release, start, limit)
        }
    }
}
