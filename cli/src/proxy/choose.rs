//! Which host is asked: cheap, near, with a clean record.

use candor_primitives::{Balance, Units};
use candor_runtime_api::views::{HostView, OfferView, PoolView};
use std::time::Duration;

/// A latency at which a host counts as twice as dear as one that answers at once.
const DOUBLES: f64 = 0.25;
/// What each slash for a proven fault multiplies the price by.
const SLASH: f64 = 8.0;
/// How much a record of nothing but missed deadlines adds, in prices.
const MISSED: f64 = 8.0;
/// Jobs that a host is taken to have done well before its first one.
const FAITH: f64 = 10.0;

/// A host that could be asked.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it asks.
    pub offer: OfferView,
    /// What it is.
    pub host: HostView,
    /// Its record; none if it could not be read.
    pub pool: Option<PoolView>,
    /// How long it takes to answer a small question.
    pub latency: Duration,
}

/// What an offer asks for a call, in planck.
pub fn price(offer: &OfferView, units: Units) -> Option<Balance> {
    offer.price_per_unit.checked_mul(units.into())?.checked_add(offer.price_per_call)
}

impl Candidate {
    /// Price of a call, made higher by latency and by a bad record; the lowest is the best. In planck.
    pub fn score(&self, units: Units) -> f64 {
        // One planck: among hosts that ask for nothing the rest decides.
        let price = price(&self.offer, units).unwrap_or(Balance::MAX).max(1) as f64;
        let near = 1.0 + self.latency.as_secs_f64() / DOUBLES;
        let record = self.pool.as_ref().map_or(1.0, |pool| {
            let (paid, missed) = (f64::from(pool.paid), f64::from(pool.penalties));
            let missing = missed / (paid + missed + FAITH);
            SLASH.powi(pool.slashes.min(16) as i32) * (1.0 + MISSED * missing)
        });
        price * near * record
    }
}

/// The best first; those that ask more than `most` for a call, are not live, or are busy, not at all.
pub fn rank(mut candidates: Vec<Candidate>, units: Units, most: Option<Balance>) -> Vec<Candidate> {
    candidates.retain(|candidate| {
        let live = candidate.offer.live && candidate.host.live && !candidate.host.chilled;
        let price = price(&candidate.offer, units);
        live && price.is_some_and(|price| most.is_none_or(|most| price <= most))
    });
    candidates.sort_by(|a, b| a.score(units).total_cmp(&b.score(units)));
    candidates
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use candor_primitives::AccountId;
    use sp_core::{sr25519, H256};

    pub(crate) fn offer(host: u8, price: Balance) -> OfferView {
        OfferView {
            host: AccountId::new([host; 32]),
            release: 0,
            variant: H256([9; 32]),
            price_per_call: price,
            price_per_unit: 0,
            capacity: 8,
            in_flight: 0,
            live: true,
        }
    }

    pub(crate) fn host(host: u8, worker: sr25519::Public, endpoint: &str) -> HostView {
        HostView {
            account: AccountId::new([host; 32]),
            worker,
            endpoint: endpoint.as_bytes().to_vec(),
            hardware: Vec::new(),
            stake: 0,
            free_stake: 0,
            open_receipts: 0,
            live: true,
            chilled: false,
            leaves_at: None,
            last_seen: 0,
            offers: vec![0],
        }
    }

    pub(crate) fn pool(host: u8, paid: u32, penalties: u32, slashes: u32) -> PoolView {
        PoolView {
            pool: AccountId::new([host; 32]),
            pot: AccountId::new([host; 32]),
            own: 0,
            own_unbonding: Vec::new(),
            delegated: 0,
            delegated_unbonding: 0,
            stakers: 0,
            free: 0,
            required: 0,
            insured: 0,
            open_receipts: 0,
            commission: Default::default(),
            announced: None,
            leaves_at: None,
            paid,
            penalties,
            slashes,
            slashed: 0,
            return_ppb: 0,
            periods: Vec::new(),
        }
    }

    fn candidate(number: u8, price: Balance, millis: u64, record: [u32; 3]) -> Candidate {
        Candidate {
            offer: offer(number, price),
            host: host(number, sr25519::Public::from_raw([number; 32]), "http://h"),
            pool: Some(pool(number, record[0], record[1], record[2])),
            latency: Duration::from_millis(millis),
        }
    }

    fn order(candidates: Vec<Candidate>, most: Option<Balance>) -> Vec<u8> {
        let ranked = rank(candidates, 1, most);
        ranked.iter().map(|candidate| AsRef::<[u8]>::as_ref(&candidate.offer.host)[0]).collect()
    }

    #[test]
    fn hosts_should_be_ranked_by_price_when_all_else_is_equal() {
        let three =
            vec![candidate(1, 30, 1, [9, 0, 0]), candidate(2, 10, 1, [9, 0, 0]), candidate(3, 20, 1, [9, 0, 0])];
        assert_eq!(order(three.clone(), None), [2, 3, 1]);
        assert_eq!(order(three, Some(20)), [2, 3]);
    }

    #[test]
    fn near_host_should_win_when_the_far_one_is_a_little_cheaper() {
        assert_eq!(order(vec![candidate(1, 9, 300, [9, 0, 0]), candidate(2, 10, 2, [9, 0, 0])], None), [2, 1]);
        assert_eq!(order(vec![candidate(1, 4, 300, [9, 0, 0]), candidate(2, 10, 2, [9, 0, 0])], None), [1, 2]);
    }

    #[test]
    fn clean_record_should_win_when_the_other_was_slashed_or_missed() {
        assert_eq!(order(vec![candidate(1, 5, 1, [900, 0, 1]), candidate(2, 10, 1, [0, 0, 0])], None), [2, 1]);
        assert_eq!(order(vec![candidate(1, 5, 1, [10, 50, 0]), candidate(2, 10, 1, [50, 0, 0])], None), [2, 1]);
    }

    #[test]
    fn host_should_not_be_asked_when_it_is_not_live() {
        let mut away = candidate(1, 1, 1, [9, 0, 0]);
        away.host.live = false;
        let mut chilled = candidate(2, 1, 1, [9, 0, 0]);
        chilled.host.chilled = true;
        assert!(order(vec![away, chilled], None).is_empty());
    }
}
