//! Offers: making, changing, weighing and withdrawing them.

use crate::{
    list::OfferList, Config, Error, Event, Hosts, Offer, Offered, Offers, Pallet, Presence, Presences, Status,
};
use candor_economics::price;
use candor_primitives::{
    traits::{HostListener, HostStake, ReleaseDenied, Releases},
    AccountId, Balance, ReleaseId,
};
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Make or change an offer. Returns the depth of the release's tree.
    pub(crate) fn do_offer(
        host: AccountId,
        release: ReleaseId,
        variant: H256,
        price_per_call: Balance,
        price_per_unit: Balance,
        capacity: u32,
    ) -> Result<u32, DispatchError> {
        Self::ensure_staying(&host)?;
        ensure!(capacity > 0, Error::<T>::ZeroCapacity);
        T::Releases::check_access(release, &host).map_err(|denied| match denied {
            ReleaseDenied::Unknown => Error::<T>::UnknownRelease,
            ReleaseDenied::Private => Error::<T>::ReleasePrivate,
            ReleaseDenied::Deprecated => Error::<T>::ReleaseDeprecated,
        })?;
        let spec = T::Releases::spec(release).ok_or(Error::<T>::UnknownRelease)?;
        let run = spec.variants.iter().find(|v| v.root == variant).ok_or(Error::<T>::UnknownVariant)?;
        let reference_price =
            price(price_per_call, price_per_unit, spec.units.reference).ok_or(Error::<T>::PriceOverflow)?;
        let offer = Offer {
            variant,
            profile: run.profile,
            reference_units: spec.units.reference,
            price_per_call,
            price_per_unit,
            capacity,
            reference_price,
            position: 0,
            weighed: Self::weighable_stake(&host),
        };
        Self::put_offer(&host, release, offer)?;
        Self::deposit_event(Event::OfferSet { host, release, variant, price_per_call, price_per_unit, capacity });
        Ok(OfferList::<T>::of(release).depth())
    }

    /// Store `offer`, at the position that the host has in the list or at its end.
    pub(crate) fn put_offer(host: &AccountId, release: ReleaseId, mut offer: Offer) -> DispatchResult {
        let mut list = OfferList::<T>::of(release);
        match Offers::<T>::get(release, host) {
            Some(old) => {
                offer.position = old.position;
                list.set_weight(old.position, offer.weight())?;
                T::Listener::left(host, old.profile);
            },
            None => {
                Offered::<T>::try_mutate(host, |offered| offered.try_push(release))
                    .map_err(|_| Error::<T>::TooManyOffers)?;
                offer.position = list.push(host, offer.weight())?;
            },
        }
        T::Listener::joined(host, offer.profile);
        T::Listener::weighed(host, offer.weighed);
        Offers::<T>::insert(release, host, offer);
        Ok(())
    }

    /// Withdraw an offer. Returns the depth of the release's tree before.
    pub(crate) fn do_withdraw_offer(host: AccountId, release: ReleaseId) -> Result<u32, DispatchError> {
        ensure!(Hosts::<T>::contains_key(&host), Error::<T>::NotRegistered);
        let depth = OfferList::<T>::of(release).depth();
        Self::take_offer(&host, release)?;
        Offered::<T>::mutate(&host, |offered| offered.retain(|r| *r != release));
        Self::deposit_event(Event::OfferWithdrawn { host, release });
        Ok(depth)
    }

    /// Remove every offer of a host; returns how many there were.
    pub(crate) fn withdraw_all_offers(host: &AccountId) -> Result<u32, DispatchError> {
        let offered = Offered::<T>::take(host);
        for release in &offered {
            Self::take_offer(host, *release)?;
            Self::deposit_event(Event::OfferWithdrawn { host: host.clone(), release: *release });
        }
        Ok(offered.len() as u32)
    }

    fn take_offer(host: &AccountId, release: ReleaseId) -> DispatchResult {
        let offer = Offers::<T>::take(release, host).ok_or(Error::<T>::NoSuchOffer)?;
        T::Listener::left(host, offer.profile);
        OfferList::<T>::of(release).remove(offer.position)
    }

    /// The stake that a host's offers are weighed by: zero while it takes no new work, or sleeps.
    pub(crate) fn weighable_stake(host: &AccountId) -> Balance {
        match Presences::<T>::get(host) {
            Some(presence) if presence.status == Status::Active && !Self::sleeps(&presence) => T::Stake::active(host),
            _ => 0,
        }
    }

    /// Whether a host that takes work is left out of the draw: it is not live, and marked stale. Only a sign of life of its own
    /// wakes it. If anybody could, draws would find a dead host again and again.
    fn sleeps(presence: &Presence) -> bool {
        presence.status == Status::Active && presence.stale && !Self::looks_live(presence)
    }

    /// Weigh a host's offers by its stake as it is now, or let them sleep; returns how many there are.
    pub(crate) fn weigh_offers(host: &AccountId) -> Result<u32, DispatchError> {
        let stake = Self::weighable_stake(host);
        let offered = Offered::<T>::get(host);
        for release in &offered {
            Self::weigh_offer(host, *release, stake)?;
        }
        Presences::<T>::mutate_extant(host, |presence| presence.stale = Self::sleeps(presence));
        T::Listener::weighed(host, stake);
        Ok(offered.len() as u32)
    }

    /// Whether an offer of a live host sleeps, or weighs so much more or less than it should that it must not wait for the
    /// next heartbeat: more than a sixteenth. Reads all of its offers; for the off-chain worker.
    pub(crate) fn is_misweighed(host: &AccountId) -> bool {
        let stake = Self::weighable_stake(host);
        let differs = |offer: Offer| offer.weighed.abs_diff(stake) > stake / 16;
        Offered::<T>::get(host).into_iter().any(|release| Offers::<T>::get(release, host).is_some_and(differs))
    }

    /// Weigh one offer by `stake`.
    pub(crate) fn weigh_offer(host: &AccountId, release: ReleaseId, stake: Balance) -> DispatchResult {
        let Some(mut offer) = Offers::<T>::get(release, host) else {
            return Ok(());
        };
        if offer.weighed == stake {
            return Ok(());
        }
        offer.weighed = stake;
        OfferList::<T>::of(release).set_weight(offer.position, offer.weight())?;
        Offers::<T>::insert(release, host, offer);
        Ok(())
    }
}
