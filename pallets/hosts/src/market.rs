//! The draw of a host for a call.
//!
//! An offer's weight is `weighed stake / reference price^2`. A host found by its weight is accepted with probability
//! `free / weighed` (rejection sampling), so that among the suitable ones each is drawn with probability proportional to
//! `free stake / price^2`, though the free stake changes with every receipt and the tree does not. Tries are bounded;
//! after them the best suitable host seen is taken, and if there is none, a bounded number of neighbours is looked at.

use crate::{
    list::OfferList, Config, Error, Hosts, InFlight, Offer, Offered, Offers, Pallet, Presences, WeightInfo, Workers,
    MAX_PAGE,
};
use alloc::vec::Vec;
use candor_economics::{draw_target, FenwickStore};
use candor_primitives::{
    calls_covered,
    traits::{
        AttestedHosts, AuditorPool, DrawError, DrawRequest, Drawn, HostMarket, HostPools, HostStake, ProfileStatus,
        Releases,
    },
    AccountId, Balance, ReleaseId, Units, WorkerKey,
};
use codec::Encode;
use core::marker::PhantomData;
use frame_support::{ensure, traits::Get, weights::Weight};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{DispatchError, DispatchResult};

type Request<'a> = DrawRequest<'a, AccountId>;

/// A host that would do.
#[derive(Clone)]
pub(crate) struct Candidate {
    host: AccountId,
    offer: Offer,
    fee: Balance,
    worth: Balance,
    free: Balance,
}

impl Candidate {
    fn into_drawn(self) -> Drawn<AccountId> {
        let Self { host, offer, fee, worth, .. } = self;
        Drawn {
            host,
            variant: offer.variant,
            fee,
            base_fee: offer.price_per_call,
            price_per_unit: offer.price_per_unit,
            worth,
        }
    }
}

/// How far a host got with a reason: the higher, the more specific.
fn rank(error: &DrawError) -> u8 {
    match error {
        DrawError::NoOffer => 0,
        DrawError::NotLive => 1,
        DrawError::PriceOverflow => 2,
        DrawError::FeeTooLow => 3,
        DrawError::NotBacked => 4,
        DrawError::NotAttested => 5,
        // A host that would do but for this is worth waiting for.
        DrawError::Busy => 6,
    }
}

/// Random numbers from one seed.
struct Dice {
    seed: H256,
    rolls: u32,
}

impl Dice {
    /// A number below `bound`; zero if the bound is.
    fn below(&mut self, bound: u128) -> u128 {
        let entropy = blake2_256(&(self.seed, self.rolls).encode());
        self.rolls = self.rolls.saturating_add(1);
        draw_target(&entropy, bound).unwrap_or(0)
    }
}

/// One search for a host.
pub(crate) struct Search<'a, T> {
    request: &'a Request<'a>,
    list: OfferList<T>,
    dice: Dice,
    /// Every host looked at so far, with what came of it.
    seen: Vec<(AccountId, Result<Candidate, DrawError>)>,
    config: PhantomData<T>,
}

impl<'a, T: Config> Search<'a, T> {
    pub fn new(request: &'a Request<'a>) -> Self {
        let dice = Dice { seed: request.seed, rolls: 0 };
        Self { request, list: OfferList::of(request.release), dice, seen: Vec::new(), config: PhantomData }
    }

    /// Weighted draws, until a host is accepted, all are known, or there were enough of them.
    pub fn draw(&mut self) -> Option<Candidate> {
        let total = self.list.total();
        if total == 0 {
            return None;
        }
        let len = self.list.len() as usize;
        for _ in 0..T::MaxDraws::get() {
            let host = self.list.find(self.dice.below(total))?;
            let outcome = self.look_at(&host);
            if let Ok(candidate) = outcome {
                let weighed = candidate.offer.weighed;
                if self.dice.below(weighed) < candidate.free {
                    return Some(candidate);
                }
            }
            if self.seen.len() >= len && self.suitable().count() < 2 {
                return self.best();
            }
        }
        None
    }

    /// Look at as many offers in a row, from position `start`, until one is suitable.
    pub fn scan(&mut self, start: u32) {
        let len = self.list.len();
        for step in 0..T::MaxDraws::get().min(len) {
            // Both are below `len`, so the sum fits 64 bits and the remainder 32.
            let position = (u64::from(start).saturating_add(step.into()) % u64::from(len)) as u32;
            if let Some(host) = self.list.host(position) {
                if self.look_at(&host).is_ok() {
                    return;
                }
            }
        }
    }

    /// After the weighted draws: the best host they found, else a suitable neighbour of a random position, else why not.
    pub fn finish(mut self) -> Result<Drawn<AccountId>, DrawError> {
        if self.best().is_none() {
            let len = self.list.len();
            let start = self.dice.below(len.into()) as u32;
            self.scan(start);
        }
        self.best().map(Candidate::into_drawn).ok_or_else(|| self.reason())
    }

    /// What is known of a host, found out at the first look.
    fn look_at(&mut self, host: &AccountId) -> Result<Candidate, DrawError> {
        if let Some((_, known)) = self.seen.iter().find(|(seen, _)| seen == host) {
            return known.clone();
        }
        let outcome = Pallet::<T>::examine(self.request, host);
        self.seen.push((host.clone(), outcome.clone()));
        outcome
    }

    fn suitable(&self) -> impl Iterator<Item = &Candidate> {
        self.seen.iter().filter_map(|(_, outcome)| outcome.as_ref().ok())
    }

    /// The suitable host with the largest free stake.
    fn best(&self) -> Option<Candidate> {
        self.suitable().max_by_key(|candidate| candidate.free).cloned()
    }

    /// The most specific reason seen.
    fn reason(&self) -> DrawError {
        let reasons = self.seen.iter().filter_map(|(_, outcome)| outcome.as_ref().err());
        reasons.max_by_key(|reason| rank(reason)).copied().unwrap_or(DrawError::NoOffer)
    }

    /// A host that was found by its weight though it is not live, to be put to sleep.
    fn asleep(&self) -> Option<&AccountId> {
        let mut dead = self.seen.iter().filter(|(_, outcome)| matches!(outcome, Err(DrawError::NotLive)));
        dead.next().map(|(host, _)| host)
    }
}

impl<T: Config> Pallet<T> {
    /// Whether a host could take a call, and for how much.
    fn examine(request: &Request<'_>, host: &AccountId) -> Result<Candidate, DrawError> {
        if request.excluded.contains(host) {
            return Err(DrawError::NoOffer);
        }
        let offer = Offers::<T>::get(request.release, host).ok_or(DrawError::NoOffer)?;
        let presence = Presences::<T>::get(host).ok_or(DrawError::NoOffer)?;
        ensure!(Self::looks_live(&presence), DrawError::NotLive);
        ensure!(!T::Profiles::is_suspended(offer.profile), DrawError::NotLive);
        let fee = offer.price(request.units).ok_or(DrawError::PriceOverflow)?;
        ensure!(fee <= request.max_fee, DrawError::FeeTooLow);
        ensure!(request.insured <= fee.saturating_mul(T::MaxInsured::get().into()), DrawError::NotBacked);
        let worth = offer.worth(fee, request.units, T::ReferencePrice::get()).ok_or(DrawError::PriceOverflow)?;
        let value = worth.checked_add(request.insured).ok_or(DrawError::NotBacked)?;
        ensure!(T::Pools::self_stake(host) >= T::MinSelfStake::get(), DrawError::NotBacked);
        let backed = match request.deposit {
            None => T::Stake::can_open(host, value, request.insured),
            Some(deposit) => {
                calls_covered(deposit, fee).is_some_and(|calls| T::Stake::can_open_many(host, calls, value))
            },
        };
        ensure!(backed, DrawError::NotBacked);
        let audited = request.insured == 0 || T::Auditors::auditors(offer.profile) >= T::MinAuditors::get();
        ensure!(audited, DrawError::NotBacked);
        ensure!(!request.attested || T::Attested::is_attested(host), DrawError::NotAttested);
        ensure!(InFlight::<T>::get(host, request.release) < offer.capacity, DrawError::Busy);
        let free = T::Stake::free(host);
        Ok(Candidate { host: host.clone(), offer, fee, worth, free })
    }

    /// Draw with everything that follows from it in storage.
    fn do_draw(request: &Request<'_>) -> Result<Drawn<AccountId>, DrawError> {
        if let Some(host) = request.named {
            return Self::examine(request, host).map(Candidate::into_drawn);
        }
        let mut search = Search::<T>::new(request);
        let drawn = search.draw();
        // Hosts that died while their offers stood would be drawn for ever: each draw lets one of them sleep.
        if let Some(host) = search.asleep() {
            Self::put_to_sleep(host, request.release);
        }
        match drawn {
            Some(candidate) => Ok(candidate.into_drawn()),
            None => search.finish(),
        }
    }

    /// Take a dead host's offer out of the draw until its next heartbeat. The listener is not told: it passes over
    /// the dead by itself, and might have to look at all that the host offers, where a draw is weighed for one offer.
    pub(crate) fn put_to_sleep(host: &AccountId, release: ReleaseId) {
        if Self::weigh_offer(host, release, 0).is_ok() {
            Presences::<T>::mutate_extant(host, |presence| presence.stale = true);
        }
    }

    /// Prices of a call of `units` among the first live offers of a release: lowest, highest, number.
    pub(crate) fn live_prices(release: ReleaseId, units: Units) -> Result<(Balance, Balance, u32), DrawError> {
        let list = OfferList::<T>::of(release);
        let mut range: Option<(Balance, Balance, u32)> = None;
        let mut reason = DrawError::NoOffer;
        for position in 0..list.len().min(MAX_PAGE) {
            let Some(host) = list.host(position) else { continue };
            match Self::live_price(release, &host, units) {
                Ok(fee) => {
                    let (low, high, count) = range.unwrap_or((fee, fee, 0));
                    range = Some((low.min(fee), high.max(fee), count.saturating_add(1)));
                },
                Err(error) if rank(&error) > rank(&reason) => reason = error,
                Err(_) => {},
            }
        }
        range.ok_or(reason)
    }

    fn live_price(release: ReleaseId, host: &AccountId, units: Units) -> Result<Balance, DrawError> {
        let offer = Offers::<T>::get(release, host).ok_or(DrawError::NoOffer)?;
        let live = Presences::<T>::get(host).is_some_and(|presence| Self::looks_live(&presence));
        ensure!(live, DrawError::NotLive);
        offer.price(units).ok_or(DrawError::PriceOverflow)
    }
}

impl<T: Config> HostMarket<AccountId> for Pallet<T> {
    fn draw(request: &DrawRequest<'_, AccountId>) -> Result<Drawn<AccountId>, DrawError> {
        Self::do_draw(request)
    }

    fn draw_weight(release: ReleaseId, attested: bool) -> Weight {
        let draw = T::WeightInfo::draw(OfferList::<T>::of(release).depth());
        // Every host that is drawn, and then every one that is looked at, at worst.
        let looks = u64::from(T::MaxDraws::get()).saturating_mul(2);
        if attested {
            draw.saturating_add(T::Attested::check_weight().saturating_mul(looks))
        } else {
            draw
        }
    }

    fn price_range(release: ReleaseId, units: Units) -> Result<(Balance, Balance, u32), DrawError> {
        Self::live_prices(release, units)
    }

    fn occupy(host: &AccountId, release: ReleaseId) -> DispatchResult {
        let offer = Offers::<T>::get(release, host).ok_or(Error::<T>::NoSuchOffer)?;
        InFlight::<T>::try_mutate(host, release, |calls| {
            ensure!(*calls < offer.capacity, Error::<T>::NoCapacity);
            *calls = calls.saturating_add(1);
            Ok::<_, DispatchError>(())
        })?;
        Presences::<T>::mutate_extant(host, |presence| presence.in_flight = presence.in_flight.saturating_add(1));
        Ok(())
    }

    fn vacate(host: &AccountId, release: ReleaseId) {
        let Some(calls) = InFlight::<T>::get(host, release).checked_sub(1) else {
            frame_support::defensive!("a call that was not in flight ended");
            return;
        };
        if calls == 0 {
            InFlight::<T>::remove(host, release);
        } else {
            InFlight::<T>::insert(host, release, calls);
        }
        Presences::<T>::mutate_extant(host, |presence| presence.in_flight = presence.in_flight.saturating_sub(1));
    }

    fn note_work(host: &AccountId) {
        let now = Self::now();
        Presences::<T>::mutate_extant(host, |presence| presence.last_seen = now);
    }

    fn worker_of(host: &AccountId) -> Option<WorkerKey> {
        Hosts::<T>::get(host).map(|entry| entry.worker)
    }

    fn is_live(host: &AccountId) -> bool {
        Presences::<T>::get(host).is_some_and(|presence| Self::looks_live(&presence))
    }

    fn profile_of(release: ReleaseId, variant: H256) -> Option<H256> {
        let spec = T::Releases::spec(release)?;
        spec.variants.iter().find(|v| v.root == variant).map(|v| v.profile)
    }

    fn endpoint_of(host: &AccountId) -> Option<Vec<u8>> {
        Hosts::<T>::get(host).map(|entry| entry.endpoint.into_inner())
    }

    fn host_of(worker: &WorkerKey) -> Option<AccountId> {
        Workers::<T>::get(worker)
    }

    fn offered(host: &AccountId) -> Vec<ReleaseId> {
        Offered::<T>::get(host).into_inner()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_host(host: &AccountId, worker: WorkerKey, release: ReleaseId) {
        crate::benchmarking::add_host::<T>(host, worker, release, u32::MAX);
    }
}
