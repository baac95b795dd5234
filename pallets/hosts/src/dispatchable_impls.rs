//! Bodies of the calls about a host itself.

use crate::{Config, Error, Event, Host, Hosts, Pallet, Presence, Presences, Status, Text, WeightInfo, Workers};
use candor_commitments::TAG_WORKER;
use candor_primitives::{
    traits::{HostListener, HostPools, StakeListener},
    AccountId, Balance, BlockNumber, WorkerKey, WorkerSignature,
};
use codec::Encode;
use frame_support::{ensure, weights::Weight};
use sp_io::hashing::blake2_256;
use sp_runtime::{DispatchError, DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
    /// Height of the current block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// What a worker key signs to become the key of `host`: BLAKE2b-256 over the worker tag, `bind`, the genesis hash
    /// and the account.
    pub fn bind_message(host: &AccountId) -> [u8; 32] {
        Self::worker_message(b"bind", host.encode())
    }

    /// Hash of what a worker key states for a `purpose` on this chain.
    pub(crate) fn worker_message(purpose: &[u8], statement: alloc::vec::Vec<u8>) -> [u8; 32] {
        let genesis =
            frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::from(0u32));
        let mut bytes = alloc::vec![TAG_WORKER];
        bytes.extend_from_slice(purpose);
        bytes.extend_from_slice(genesis.as_ref());
        bytes.extend_from_slice(&statement);
        blake2_256(&bytes)
    }

    /// The host's presence, unless it is unknown or leaving.
    pub(crate) fn ensure_staying(host: &AccountId) -> Result<Presence, DispatchError> {
        let presence = Presences::<T>::get(host).ok_or(Error::<T>::NotRegistered)?;
        ensure!(!matches!(presence.status, Status::Leaving(_)), Error::<T>::Leaving);
        Ok(presence)
    }

    pub(crate) fn do_register(
        host: AccountId,
        worker: WorkerKey,
        proof: WorkerSignature,
        endpoint: Text,
        hardware: Text,
        stake: Balance,
    ) -> DispatchResult {
        // Whoever comes back needs nobody to clean up behind it.
        if Hosts::<T>::contains_key(&host) {
            Self::do_remove(host.clone()).map_err(|_| Error::<T>::AlreadyRegistered)?;
        }
        Self::ensure_bound(&host, &worker, &proof)?;
        Self::ensure_utf8(&endpoint, &hardware)?;
        Self::insert_host(&host, Host { worker, endpoint, hardware });
        T::Pools::create(&host, stake)?;
        // It has no offers that could be outdated.
        Presences::<T>::mutate_extant(&host, |presence| presence.stale = false);
        Self::deposit_event(Event::Registered { host, worker, stake });
        Ok(())
    }

    /// Store a new host.
    pub(crate) fn insert_host(host: &AccountId, entry: Host) {
        let now = Self::now();
        Workers::<T>::insert(entry.worker, host);
        Hosts::<T>::insert(host, entry);
        let presence = Presence { status: Status::Active, last_seen: now, last_beat: now, in_flight: 0, stale: false };
        Presences::<T>::insert(host, presence);
    }

    pub(crate) fn do_update(host: AccountId, endpoint: Text, hardware: Text) -> DispatchResult {
        Self::ensure_utf8(&endpoint, &hardware)?;
        Hosts::<T>::try_mutate(&host, |entry| {
            let entry = entry.as_mut().ok_or(Error::<T>::NotRegistered)?;
            entry.endpoint = endpoint;
            entry.hardware = hardware;
            Ok::<_, DispatchError>(())
        })?;
        Self::deposit_event(Event::Updated { host });
        Ok(())
    }

    pub(crate) fn do_set_worker(host: AccountId, worker: WorkerKey, proof: WorkerSignature) -> DispatchResult {
        let presence = Self::ensure_staying(&host)?;
        Self::ensure_nothing_open(&host, &presence)?;
        Self::ensure_bound(&host, &worker, &proof)?;
        Hosts::<T>::mutate_extant(&host, |entry| {
            Workers::<T>::remove(entry.worker);
            entry.worker = worker;
        });
        Workers::<T>::insert(worker, &host);
        Self::deposit_event(Event::WorkerSet { host, worker });
        Ok(())
    }

    pub(crate) fn do_remove(host: AccountId) -> DispatchResult {
        let presence = Presences::<T>::get(&host).ok_or(Error::<T>::NotRegistered)?;
        let leaving = matches!(presence.status, Status::Leaving(_));
        ensure!(leaving && T::Pools::is_gone(&host), Error::<T>::NotGone);
        if let Some(entry) = Hosts::<T>::take(&host) {
            Workers::<T>::remove(entry.worker);
        }
        Presences::<T>::remove(&host);
        Self::deposit_event(Event::Removed { host });
        Ok(())
    }

    pub(crate) fn do_chill(host: AccountId) -> Result<u32, DispatchError> {
        let presence = Self::ensure_staying(&host)?;
        ensure!(presence.status == Status::Active, Error::<T>::AlreadyChilled);
        let offers = Self::set_status(&host, Status::Chilled)?;
        Self::deposit_event(Event::Chilled { host });
        Ok(offers)
    }

    pub(crate) fn do_unchill(host: AccountId) -> Result<u32, DispatchError> {
        let presence = Self::ensure_staying(&host)?;
        ensure!(presence.status == Status::Chilled, Error::<T>::NotChilled);
        let offers = Self::set_status(&host, Status::Active)?;
        Self::deposit_event(Event::Unchilled { host });
        Ok(offers)
    }

    fn set_status(host: &AccountId, status: Status) -> Result<u32, DispatchError> {
        Presences::<T>::mutate_extant(host, |presence| {
            presence.status = status;
            // Who comes back without a sign of life sleeps until there is one.
            presence.stale = true;
        });
        Self::weigh_offers(host)
    }

    pub(crate) fn do_deregister(host: AccountId) -> Result<u32, DispatchError> {
        let presence = Self::ensure_staying(&host)?;
        Self::ensure_nothing_open(&host, &presence)?;
        let leaves_at = T::Pools::leave(&host)?;
        let offers = Self::withdraw_all_offers(&host)?;
        Self::set_status(&host, Status::Leaving(leaves_at))?;
        Self::deposit_event(Event::Deregistered { host, leaves_at });
        Ok(offers)
    }

    /// Refused while the host has open receipts or calls in flight.
    fn ensure_nothing_open(host: &AccountId, presence: &Presence) -> DispatchResult {
        ensure!(!T::Pools::has_open(host) && presence.in_flight == 0, Error::<T>::ReceiptsOpen);
        Ok(())
    }

    pub(crate) fn do_reweigh(host: AccountId) -> Result<u32, DispatchError> {
        Self::ensure_staying(&host)?;
        let offers = Self::weigh_offers(&host)?;
        let weight = Self::weighable_stake(&host);
        Self::deposit_event(Event::Reweighed { host, weight });
        Ok(offers)
    }

    /// That `worker` is nobody's key yet and has signed that it works for `host`.
    fn ensure_bound(host: &AccountId, worker: &WorkerKey, proof: &WorkerSignature) -> DispatchResult {
        ensure!(!Workers::<T>::contains_key(worker), Error::<T>::WorkerTaken);
        let message = Self::bind_message(host);
        ensure!(sp_io::crypto::sr25519_verify(proof, &message, worker), Error::<T>::BadProof);
        Ok(())
    }

    fn ensure_utf8(endpoint: &Text, hardware: &Text) -> DispatchResult {
        let text = |bytes: &Text| core::str::from_utf8(bytes).is_ok();
        ensure!(text(endpoint) && text(hardware), Error::<T>::NotUtf8);
        Ok(())
    }
}

impl<T: Config> Pallet<T> {
    /// Weight of setting an offer of a host with so many, in a tree of this depth, and of what the listener does.
    pub(crate) fn weight_of_offer(depth: u32, offers: u32) -> Weight {
        let listener = T::Listener::left_weight().saturating_add(T::Listener::joined_weight());
        Self::and_listener(|_| T::WeightInfo::offer(depth), offers).saturating_add(listener)
    }

    /// Weight of weighing a host with so many offers, and of what the listener does then. Without any it is that with one:
    /// lines through many are too low there.
    pub(crate) fn and_listener(weight: impl FnOnce(u32) -> Weight, offers: u32) -> Weight {
        weight(offers.max(1)).saturating_add(T::Listener::weighed_weight(offers))
    }

    /// Weight of taking all of so many offers away.
    pub(crate) fn weight_of_deregister(offers: u32) -> Weight {
        T::WeightInfo::deregister(offers).saturating_add(T::Listener::left_weight().saturating_mul(offers.into()))
    }
}

impl<T: Config> StakeListener<AccountId> for Pallet<T> {
    fn stake_changed(host: &AccountId) {
        // Weighing its offers anew can wait: the draw corrects for weights that are too high, and its next heartbeat, or
        // anyone, for those that are too low.
        Presences::<T>::mutate_extant(host, |presence| presence.stale = true);
    }
}
