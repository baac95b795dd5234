//! Bodies of the calls about a host itself.

use crate::{
    Config, Error, Event, HoldReason, Host, Hosts, Ledger, Ledgers, Pallet, Presence, Presences, Status, Text,
    Unbonding, Workers, MAX_UNBONDINGS,
};
use candor_commitments::TAG_WORKER;
use candor_primitives::{AccountId, Balance, BlockNumber, WorkerKey, WorkerSignature};
use codec::Encode;
use frame_support::{
    ensure,
    traits::{fungible::MutateHold, tokens::Precision, Get},
};
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
        ensure!(presence.status != Status::Leaving, Error::<T>::Leaving);
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
        ensure!(!Hosts::<T>::contains_key(&host), Error::<T>::AlreadyRegistered);
        Self::ensure_bound(&host, &worker, &proof)?;
        Self::ensure_utf8(&endpoint, &hardware)?;
        ensure!(stake >= T::MinSelfStake::get(), Error::<T>::StakeTooLow);
        T::Currency::hold(&HoldReason::SelfStake.into(), &host, stake)?;
        Self::insert_host(&host, Host { worker, endpoint, hardware }, stake);
        Self::deposit_event(Event::Registered { host, worker, stake });
        Ok(())
    }

    /// Store a new host whose stake is on hold.
    pub(crate) fn insert_host(host: &AccountId, entry: Host, stake: Balance) {
        let now = Self::now();
        Workers::<T>::insert(entry.worker, host);
        Hosts::<T>::insert(host, entry);
        Ledgers::<T>::insert(host, Ledger { active: stake, ..Ledger::default() });
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

    pub(crate) fn do_stake_more(host: AccountId, amount: Balance) -> Result<u32, DispatchError> {
        Self::ensure_staying(&host)?;
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        let mut ledger = Ledgers::<T>::get(&host).ok_or(Error::<T>::NotRegistered)?;
        ledger.active = ledger.active.checked_add(amount).ok_or(Error::<T>::Overflow)?;
        let active = ledger.active;
        T::Currency::hold(&HoldReason::SelfStake.into(), &host, amount)?;
        Ledgers::<T>::insert(&host, ledger);
        let offers = Self::reweigh(&host)?;
        Self::deposit_event(Event::Staked { host, amount, active });
        Ok(offers)
    }

    pub(crate) fn do_unstake(host: AccountId, amount: Balance) -> DispatchResult {
        Self::ensure_staying(&host)?;
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        let mut ledger = Ledgers::<T>::get(&host).ok_or(Error::<T>::NotRegistered)?;
        let active = ledger.active.checked_sub(amount).ok_or(Error::<T>::StakeTooLow)?;
        ensure!(active >= T::MinSelfStake::get(), Error::<T>::StakeTooLow);
        ensure!(active >= ledger.exposure.required(&T::Liability::get()), Error::<T>::StakeInUse);
        // The last place is for `deregister`, which must not fail for this.
        ensure!((ledger.unbonding.len() as u32) < MAX_UNBONDINGS - 1, Error::<T>::TooManyUnbondings);
        let at = Self::now().saturating_add(T::UnbondingPeriod::get());
        Self::unbond(&mut ledger, active, amount, at)?;
        Ledgers::<T>::insert(&host, ledger);
        Self::deposit_event(Event::Unstaked { host, amount, active, at });
        Ok(())
    }

    fn unbond(ledger: &mut Ledger, active: Balance, amount: Balance, at: BlockNumber) -> DispatchResult {
        // The period may have been shortened since the last time; the parts stay in order of their blocks.
        let place = ledger.unbonding.partition_point(|part| part.at <= at);
        let inserted = ledger.unbonding.try_insert(place, Unbonding { amount, at });
        inserted.map_err(|_| Error::<T>::TooManyUnbondings)?;
        ledger.active = active;
        Ok(())
    }

    pub(crate) fn do_withdraw(host: AccountId) -> Result<u32, DispatchError> {
        let presence = Presences::<T>::get(&host).ok_or(Error::<T>::NotRegistered)?;
        let mut ledger = Ledgers::<T>::get(&host).ok_or(Error::<T>::NotRegistered)?;
        let before = ledger.total();
        let now = Self::now();
        ledger.unbonding.retain(|part| part.at > now);
        let amount = before.saturating_sub(ledger.total());
        let gone = presence.status == Status::Leaving && ledger.unbonding.is_empty();
        ensure!(amount > 0 || gone, Error::<T>::NothingToWithdraw);
        // Only a penalty can have left the active stake below what open receipts need: then what unbonds stays.
        ensure!(ledger.total() >= ledger.exposure.required(&T::Liability::get()), Error::<T>::StakeInUse);
        if amount > 0 {
            T::Currency::release(&HoldReason::SelfStake.into(), &host, amount, Precision::Exact)?;
            Self::deposit_event(Event::Withdrawn { host: host.clone(), amount });
        }
        if gone {
            Self::remove_host(host);
            return Ok(0);
        }
        Ledgers::<T>::insert(&host, ledger);
        Self::reweigh(&host)
    }

    fn remove_host(host: AccountId) {
        if let Some(entry) = Hosts::<T>::take(&host) {
            Workers::<T>::remove(entry.worker);
        }
        Ledgers::<T>::remove(&host);
        Presences::<T>::remove(&host);
        Self::deposit_event(Event::Removed { host });
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
        Presences::<T>::mutate_extant(host, |presence| presence.status = status);
        Self::reweigh(host)
    }

    pub(crate) fn do_deregister(host: AccountId) -> Result<u32, DispatchError> {
        let presence = Self::ensure_staying(&host)?;
        let mut ledger = Self::ensure_nothing_open(&host, &presence)?;
        let active = ledger.active;
        if active > 0 {
            let at = Self::now().saturating_add(T::UnbondingPeriod::get());
            Self::unbond(&mut ledger, 0, active, at)?;
        }
        // A host whose whole stake was slashed has nothing to wait for.
        let leaves_at = ledger.unbonding.last().map_or_else(Self::now, |part| part.at);
        Ledgers::<T>::insert(&host, ledger);
        let offers = Self::withdraw_all_offers(&host)?;
        Self::set_status(&host, Status::Leaving)?;
        Self::deposit_event(Event::Deregistered { host, leaves_at });
        Ok(offers)
    }

    /// The host's ledger, if it has no open receipts and no calls in flight.
    fn ensure_nothing_open(host: &AccountId, presence: &Presence) -> Result<Ledger, DispatchError> {
        let ledger = Ledgers::<T>::get(host).ok_or(Error::<T>::NotRegistered)?;
        ensure!(ledger.exposure.is_empty() && presence.in_flight == 0, Error::<T>::ReceiptsOpen);
        Ok(ledger)
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
