//! What the calls cost, and the draw. Lists of offers are as long as they can be where a call goes through all offers
//! of a host; where it goes through one list, its depth is the parameter.

use crate::{list::OfferList, market::Search, *};
use alloc::vec::Vec;
use candor_economics::fenwick;
use candor_primitives::{
    traits::{DrawRequest, Heartbeats, HostMarket, HostPools, Releases},
    AccountId, Balance, BlockNumber, ReleaseId, WorkerKey, WORKER_KEY_TYPE,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    traits::Get,
};
use frame_system::RawOrigin;
use sp_core::H256;
use sp_io::crypto::{sr25519_generate, sr25519_sign};

/// Hosts of a crowded market: enough that draws seldom find one twice.
const CROWD: u32 = 128;

/// Price of a benchmark offer, in planck: well above what an account must hold, so that shares of it can be paid out.
const PRICE: Balance = 100_000_000_000;

/// Stake of a benchmark host: a million calls.
fn stake<T: Config>() -> Balance {
    T::MinSelfStake::get().saturating_add(PRICE.saturating_mul(1_000_000))
}

fn text() -> Text {
    alloc::vec![b'x'; 256].try_into().expect("256 bytes fit")
}

/// Make `host` a live host with ample stake, unless it is one, that offers `release`.
pub(crate) fn add_host<T: Config>(host: &AccountId, worker: WorkerKey, release: ReleaseId, capacity: u32) {
    if !Hosts::<T>::contains_key(host) {
        Pallet::<T>::insert_host(host, Host { worker, endpoint: text(), hardware: text() });
        T::Pools::benchmark_pool(host, stake::<T>());
    }
    let spec = T::Releases::spec(release).expect("the release exists");
    let variant = spec.variants.first().expect("a release has a variant");
    let offer = Offer {
        variant: variant.root,
        profile: variant.profile,
        reference_units: spec.units.reference,
        price_per_call: PRICE,
        price_per_unit: 1,
        capacity,
        reference_price: PRICE.saturating_add(spec.units.reference.into()),
        position: 0,
        weighed: Pallet::<T>::weighable_stake(host),
    };
    Pallet::<T>::put_offer(host, release, offer).expect("the list has room");
}

/// A worker key that nobody holds, for hosts that sign nothing.
fn some_key(n: u32) -> WorkerKey {
    let mut bytes = [0u8; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    bytes[4] = 1;
    WorkerKey::from_raw(bytes)
}

/// Make the list of `release` look `2^depth - 1` offers long: the last of them is real, those between are absent, which
/// costs as much to read.
fn deepen<T: Config>(release: ReleaseId, depth: u32) {
    OfferCount::<T>::insert(release, (1 << depth) - 2);
    add_host::<T>(&account("filler", 0, 0), some_key(u32::MAX), release, 1);
}

fn new_release<T: Config>(n: u32) -> ReleaseId {
    T::Releases::benchmark_release(&account("publisher", n, 0))
}

/// A host with a key of the keystore and `offers` offers, each at the start of the longest list.
fn busy_host<T: Config>(offers: u32) -> (AccountId, WorkerKey) {
    let host: AccountId = whitelisted_caller();
    let worker = sr25519_generate(WORKER_KEY_TYPE, None);
    for n in 0..offers {
        let release = new_release::<T>(n);
        add_host::<T>(&host, worker, release, 1);
        deepen::<T>(release, LIST_DEPTH);
    }
    if offers == 0 {
        Pallet::<T>::insert_host(&host, Host { worker, endpoint: text(), hardware: text() });
        T::Pools::benchmark_pool(&host, stake::<T>());
    }
    Presences::<T>::mutate_extant(&host, |presence| presence.stale = false);
    (host, worker)
}

/// A block at which a heartbeat is due.
fn later<T: Config>() -> BlockNumber {
    let block = Pallet::<T>::now().saturating_add(T::HeartbeatInterval::get()).saturating_add(1);
    frame_system::Pallet::<T>::set_block_number(block.into());
    block
}

fn heartbeat_call<T: Config>(host: &AccountId, worker: &WorkerKey) -> Call<T> {
    let sign = |message: &[u8]| sr25519_sign(WORKER_KEY_TYPE, worker, message);
    <Pallet<T> as Heartbeats<_>>::heartbeat(host, later::<T>(), &sign).expect("the keystore has the key")
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register() {
        let host: AccountId = whitelisted_caller();
        // Opens a pool with funds of its own, and takes its place.
        T::Pools::benchmark_funds(&host, T::MinSelfStake::get());
        let worker = sr25519_generate(WORKER_KEY_TYPE, None);
        let message = Pallet::<T>::bind_message(&host);
        let proof = sr25519_sign(WORKER_KEY_TYPE, &worker, &message).expect("the keystore has the key");

        #[extrinsic_call]
        _(RawOrigin::Signed(host.clone()), worker, proof, text(), text(), T::MinSelfStake::get());

        assert!(Hosts::<T>::contains_key(&host));
    }

    #[benchmark]
    fn update() {
        let (host, _) = busy_host::<T>(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(host), text(), text());
    }

    #[benchmark]
    fn set_worker() {
        let (host, _) = busy_host::<T>(0);
        let worker = sr25519_generate(WORKER_KEY_TYPE, None);
        let message = Pallet::<T>::bind_message(&host);
        let proof = sr25519_sign(WORKER_KEY_TYPE, &worker, &message).expect("the keystore has the key");

        #[extrinsic_call]
        _(RawOrigin::Signed(host), worker, proof);

        assert!(Workers::<T>::contains_key(worker));
    }

    // One less than the deepest, since an offer is added.
    #[benchmark]
    fn offer(d: Linear<2, 19>) {
        let (host, _) = busy_host::<T>(0);
        let release = new_release::<T>(0);
        deepen::<T>(release, d);
        let variant = T::Releases::spec(release).expect("the release exists").variants[0].root;

        #[extrinsic_call]
        _(RawOrigin::Signed(host.clone()), release, variant, PRICE, 1, 1);

        assert!(Offers::<T>::contains_key(release, &host));
    }

    #[benchmark]
    fn withdraw_offer(d: Linear<2, 20>) {
        let (host, worker) = busy_host::<T>(0);
        let release = new_release::<T>(0);
        add_host::<T>(&host, worker, release, 1);
        deepen::<T>(release, d);

        #[extrinsic_call]
        _(RawOrigin::Signed(host.clone()), release);

        assert!(!Offers::<T>::contains_key(release, &host));
    }

    #[benchmark]
    fn heartbeat(o: Linear<1, 32>) {
        let (host, worker) = busy_host::<T>(o);
        for release in Offered::<T>::get(&host) {
            Pallet::<T>::put_to_sleep(&host, release);
        }
        let Call::heartbeat { block, signature, .. } = heartbeat_call::<T>(&host, &worker) else {
            unreachable!("this is the call that is made");
        };

        // Signed, since the signature of the worker is checked again then.
        #[extrinsic_call]
        _(RawOrigin::Signed(account("sender", 0, 0)), host.clone(), block, signature);

        assert!(Presences::<T>::get(&host).is_some_and(|presence| !presence.stale && presence.last_beat == block));
    }

    #[benchmark]
    fn authorize_heartbeat() -> Result<(), BenchmarkError> {
        let (host, worker) = busy_host::<T>(0);
        let call = heartbeat_call::<T>(&host, &worker);

        #[block]
        {
            call.authorize(TransactionSource::External).ok_or("heartbeats are authorised")??;
        }

        Ok(())
    }

    #[benchmark]
    fn chill(o: Linear<0, 32>) {
        let (host, _) = busy_host::<T>(o);

        #[extrinsic_call]
        _(RawOrigin::Signed(host));
    }

    #[benchmark]
    fn unchill(o: Linear<0, 32>) {
        let (host, _) = busy_host::<T>(o);
        Pallet::<T>::do_chill(host.clone()).expect("the host is active");

        #[extrinsic_call]
        _(RawOrigin::Signed(host));
    }

    #[benchmark]
    fn deregister(o: Linear<0, 32>) {
        let (host, _) = busy_host::<T>(o);

        #[extrinsic_call]
        _(RawOrigin::Signed(host.clone()));

        assert!(Offered::<T>::get(&host).is_empty());
    }

    #[benchmark]
    fn reweigh(o: Linear<1, 32>) {
        let (host, _) = busy_host::<T>(o);
        for release in Offered::<T>::get(&host) {
            Pallet::<T>::put_to_sleep(&host, release);
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(account("sender", 0, 0)), host.clone());

        assert!(Presences::<T>::get(&host).is_some_and(|presence| !presence.stale));
    }

    #[benchmark]
    fn remove() {
        // It has no pool, like one whose stake was withdrawn.
        let host: AccountId = account("host", 0, 0);
        Pallet::<T>::insert_host(&host, Host { worker: some_key(0), endpoint: text(), hardware: text() });
        Presences::<T>::mutate_extant(&host, |presence| presence.status = Status::Leaving(0));

        #[extrinsic_call]
        _(RawOrigin::Signed(account("sender", 0, 0)), host.clone());

        assert!(!Hosts::<T>::contains_key(&host));
    }

    // Every try finds a host that turns out to be busy, which is the last thing to be looked at; one is dead and put to
    // sleep; then as many neighbours are busy too.
    #[benchmark]
    fn draw(d: Linear<12, 20>) {
        let release = new_release::<T>(0);
        // All busy: some all over a list of so many offers, with a tree whose nodes exist, and enough of them in a row
        // for the scan.
        let gap = (1u32 << d) / CROWD;
        let places: Vec<u32> = (0..CROWD).map(|n| n * gap).chain(1..=T::MaxDraws::get()).collect();
        let hosts: Vec<AccountId> = (0..places.len() as u32).map(|n| account("host", n, 0)).collect();
        for (n, (place, host)) in (0..).zip(places.iter().zip(&hosts)) {
            OfferCount::<T>::insert(release, place);
            add_host::<T>(host, some_key(n), release, 1);
            <Pallet<T> as HostMarket<_>>::occupy(host, release).expect("the host has capacity");
        }
        OfferCount::<T>::insert(release, (1 << d) - 1);
        let mut list = OfferList::<T>::of(release);
        let weight = Offers::<T>::get(release, &hosts[0]).map(|o| o.weight()).expect("offered");
        for place in &places {
            fenwick::set(&mut list, *place, 0).expect("below the length");
            fenwick::set(&mut list, *place, weight).expect("below the length");
        }
        let request = DrawRequest {
            release,
            units: 1,
            max_fee: Balance::MAX,
            insured: 1,
            deposit: None,
            excluded: &[],
            named: None,
            attested: false,
            seed: H256::repeat_byte(3),
        };
        let mut search = Search::<T>::new(&request);

        #[block]
        {
            assert!(search.draw().is_none());
            Pallet::<T>::put_to_sleep(&hosts[0], release);
            search.scan(1);
        }

        assert!(search.finish().is_err());
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
