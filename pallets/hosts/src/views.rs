//! What wallets read.

use crate::{list::OfferList, Config, Hosts, InFlight, Offered, Offers, Pallet, Presences, Status, MAX_PAGE};
use alloc::vec::Vec;
use candor_economics::FenwickStore;
use candor_primitives::{traits::HostStake, AccountId, ReleaseId};
use candor_runtime_api::views::{HostView, OfferView};

impl<T: Config> Pallet<T> {
    pub(crate) fn view_host(account: &AccountId) -> Option<HostView> {
        let host = Hosts::<T>::get(account)?;
        let presence = Presences::<T>::get(account)?;
        Some(HostView {
            account: account.clone(),
            worker: host.worker,
            endpoint: host.endpoint.into_inner(),
            hardware: host.hardware.into_inner(),
            stake: T::Stake::total(account),
            free_stake: T::Stake::free(account),
            open_receipts: T::Stake::open_receipts(account),
            live: Self::looks_live(&presence),
            chilled: presence.status == Status::Chilled,
            leaves_at: match presence.status {
                Status::Leaving(at) => Some(at),
                Status::Active | Status::Chilled => None,
            },
            last_seen: presence.last_seen,
            offers: Offered::<T>::get(account).into_inner(),
        })
    }

    pub(crate) fn view_hosts(start: Option<AccountId>, limit: u32) -> Vec<HostView> {
        let accounts = match start {
            Some(account) => Hosts::<T>::iter_keys_from(Hosts::<T>::hashed_key_for(account)),
            None => Hosts::<T>::iter_keys(),
        };
        accounts.take(limit.min(MAX_PAGE) as usize).filter_map(|account| Self::view_host(&account)).collect()
    }

    pub(crate) fn view_offers(release: ReleaseId, start: u32, limit: u32) -> Vec<OfferView> {
        let list = OfferList::<T>::of(release);
        let end = start.saturating_add(limit.min(MAX_PAGE)).min(list.len());
        (start..end).filter_map(|position| Self::view_offer(release, list.host(position)?)).collect()
    }

    fn view_offer(release: ReleaseId, host: AccountId) -> Option<OfferView> {
        let offer = Offers::<T>::get(release, &host)?;
        let presence = Presences::<T>::get(&host)?;
        Some(OfferView {
            release,
            variant: offer.variant,
            price_per_call: offer.price_per_call,
            price_per_unit: offer.price_per_unit,
            capacity: offer.capacity,
            in_flight: InFlight::<T>::get(&host, release),
            live: Self::looks_live(&presence),
            host,
        })
    }
}
