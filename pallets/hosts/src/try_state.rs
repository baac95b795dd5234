//! What always holds, and what must hold of the constants.

use crate::{
    list::OfferList, Config, Hosts, InFlight, Nodes, OfferCount, Offered, Offers, Pallet, Positions, Presences, Status,
    Workers, LIST_DEPTH, MAX_HEARTBEAT_AGE,
};
use alloc::{collections::BTreeMap, collections::BTreeSet};
use candor_economics::fenwick;
use candor_primitives::{
    traits::{HostPools, HostStake},
    AccountId, ReleaseId,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    pub(crate) fn check_constants() {
        assert!(T::MinSelfStake::get() > 0, "a host must have something to lose");
        assert!(
            T::HeartbeatInterval::get() < T::LivenessWindow::get(),
            "a heartbeat must be due before its host counts as dead"
        );
        assert!(T::HeartbeatInterval::get() >= 2, "a free heartbeat must not come in every block");
        assert!(
            T::LivenessWindow::get().saturating_sub(T::HeartbeatInterval::get()) >= 2,
            "a heartbeat needs some blocks to be included before its host counts as dead"
        );
        const { assert!(MAX_HEARTBEAT_AGE > 0 && LIST_DEPTH < u32::BITS, "heartbeats age, lists are indexed by 32 bits") };
        assert!(T::MaxOffersPerHost::get() > 0 && T::MaxDraws::get() > 0, "hosts make offers, and draws try");
    }

    /// Check every invariant. Reads all of the pallet's storage.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_hosts()?;
        Self::try_stake()?;
        Self::try_in_flight()?;
        let mut offers = 0usize;
        for (release, len) in OfferCount::<T>::iter() {
            Self::try_list(release, len)?;
            offers = offers.saturating_add(len as usize);
        }
        ensure!(Offers::<T>::iter_keys().count() == offers, "an offer is in no list");
        ensure!(Positions::<T>::iter_keys().count() == offers, "a position is in no list");
        let known: BTreeSet<ReleaseId> = OfferCount::<T>::iter_keys().collect();
        ensure!(Nodes::<T>::iter_keys().all(|(release, _)| known.contains(&release)), "a node is in no list");
        Self::try_offered(offers)
    }

    /// Every host has one worker key and one presence; nothing else has.
    fn try_hosts() -> Result<(), TryRuntimeError> {
        let hosts: BTreeSet<AccountId> = Hosts::<T>::iter_keys().collect();
        for (host, entry) in Hosts::<T>::iter() {
            ensure!(Workers::<T>::get(entry.worker).as_ref() == Some(&host), "a worker key does not lead to its host");
        }
        ensure!(Workers::<T>::iter_keys().count() == hosts.len(), "a worker key has no host");
        ensure!(Presences::<T>::iter_keys().collect::<BTreeSet<_>>() == hosts, "presences and hosts differ");
        Ok(())
    }

    /// Hosts that are staying have a pool that is, leaving ones have no active stake.
    fn try_stake() -> Result<(), TryRuntimeError> {
        for (host, presence) in Presences::<T>::iter() {
            match presence.status {
                Status::Leaving(_) => ensure!(T::Stake::active(&host) == 0, "a leaving host has active stake"),
                Status::Active | Status::Chilled => ensure!(!T::Pools::is_gone(&host), "a host has no pool"),
            }
        }
        Ok(())
    }

    /// Calls in flight by host and release sum to what the presence says.
    fn try_in_flight() -> Result<(), TryRuntimeError> {
        let mut sums: BTreeMap<AccountId, u64> = BTreeMap::new();
        for (host, _, calls) in InFlight::<T>::iter() {
            ensure!(calls > 0, "no call is in flight");
            let sum = sums.entry(host).or_default();
            *sum = sum.saturating_add(calls.into());
        }
        for (host, presence) in Presences::<T>::iter() {
            ensure!(
                sums.remove(&host).unwrap_or(0) == u64::from(presence.in_flight),
                "the sum of calls in flight differs"
            );
        }
        ensure!(sums.is_empty(), "calls are in flight at an unknown host");
        Ok(())
    }

    /// Positions lead to offers and back; the tree sums their weights; weights stand for the stake or more.
    fn try_list(release: ReleaseId, len: u32) -> Result<(), TryRuntimeError> {
        ensure!(len > 0, "an empty list is stored");
        let list = OfferList::<T>::of(release);
        let mut sum = 0u128;
        for position in 0..len {
            let host = list.host(position).ok_or("a position has no host")?;
            let offer = Offers::<T>::get(release, &host).ok_or("a position has no offer")?;
            ensure!(offer.position == position, "an offer has another position than its host");
            sum = sum.checked_add(offer.weight()).ok_or("weights overflow")?;
            ensure!(fenwick::prefix(&list, position.saturating_add(1)) == sum, "the tree differs from the weights");
            Self::try_weight(&host, offer.weighed)?;
        }
        ensure!(list.total() == sum, "the total differs from the weights");
        ensure!(Nodes::<T>::iter_key_prefix(release).all(|node| node < len), "a node lies beyond its list");
        Ok(())
    }

    fn try_weight(host: &AccountId, weighed: u128) -> Result<(), TryRuntimeError> {
        let presence = Presences::<T>::get(host).ok_or("an offer has no host")?;
        let stake = T::Stake::active(host);
        let fits = match (presence.status, presence.stale) {
            (Status::Active, false) => weighed == stake,
            (Status::Active, true) => true,
            (Status::Chilled, _) => weighed == 0,
            (Status::Leaving(_), _) => false,
        };
        ensure!(fits, "an offer's weight does not fit its host");
        Ok(())
    }

    /// What hosts offer is what the lists have.
    fn try_offered(offers: usize) -> Result<(), TryRuntimeError> {
        let mut count = 0usize;
        for (host, offered) in Offered::<T>::iter() {
            ensure!(Hosts::<T>::contains_key(&host), "an unknown host offers");
            count = count.saturating_add(offered.len());
            ensure!(offered.iter().all(|r| Offers::<T>::contains_key(r, &host)), "an offered release has no offer");
        }
        ensure!(count == offers, "offers and what hosts offer differ");
        Ok(())
    }
}
