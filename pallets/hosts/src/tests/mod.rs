//! Tests by behaviour, and what they share.

#![allow(clippy::unwrap_used)]

mod draw;
mod heartbeats;
mod market;
mod offers;
mod properties;
mod registration;
mod stake;
mod statistics;
mod views;

// Named, because the storage map of hosts has the same name.
use crate::mock::Hosts;
use crate::{mock::*, *};
use candor_primitives::{
    traits::{DrawError, DrawRequest, Drawn, HostMarket},
    AccountId, Balance, BlockNumber, ReleaseId,
};
use frame_support::{assert_ok, traits::fungible::Inspect};
use sp_core::{Pair, H256};

/// A signed origin of account `n`.
pub fn signed(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

/// Some text.
pub fn text(text: &str) -> Text {
    text.as_bytes().to_vec().try_into().unwrap()
}

/// Account `n` becomes a host with worker key `n`.
pub fn register(n: u32, stake: Balance) {
    let (key, proof) = (worker(n).public(), proof(n, n));
    assert_ok!(Hosts::register(signed(n), key, proof, text("http://host"), text("2 cores"), stake));
}

/// Host `n` offers a release for a flat price.
pub fn offer(n: u32, release: ReleaseId, price: Balance, capacity: u32) {
    assert_ok!(Hosts::offer(signed(n), release, VARIANT, price, 0, capacity));
}

/// A host with the least stake that offers release 0 for one unit a call, twice at a time.
pub fn host(n: u32) {
    register(n, MIN_STAKE);
    offer(n, RELEASE, UNIT, 2);
}

/// A heartbeat of host `n` at `block`, sent by account 20.
pub fn beat(n: u32, block: BlockNumber) -> frame_support::pallet_prelude::DispatchResultWithPostInfo {
    let signature = worker(n).sign(&Hosts::heartbeat_message(&account(n), block));
    Hosts::heartbeat(signed(20), account(n), block, signature)
}

/// A request for one unit of work of a release that anyone may answer for any fee.
pub fn request(release: ReleaseId, seed: u32) -> DrawRequest<'static, AccountId> {
    DrawRequest {
        release,
        units: 1,
        max_fee: Balance::MAX,
        insured: 0,
        deposit: None,
        excluded: &[],
        named: None,
        attested: false,
        seed: H256::from_low_u64_be(seed.into()),
    }
}

/// Draw once.
pub fn draw(request: &DrawRequest<'_, AccountId>) -> Result<Drawn<AccountId>, DrawError> {
    <Hosts as HostMarket<AccountId>>::draw(request)
}

/// The one host that every seed draws, or the reason why there is none.
pub fn only(request: DrawRequest<'_, AccountId>) -> Result<AccountId, DrawError> {
    let mut drawn: Option<AccountId> = None;
    for seed in 0..20 {
        let request = DrawRequest { seed: H256::from_low_u64_be(seed), ..request };
        let host = draw(&request)?.host;
        assert!(drawn.is_none_or(|other| other == host), "more than one host was drawn");
        drawn = Some(host);
    }
    Ok(drawn.unwrap())
}

/// Funds of account `n` that are not on hold.
pub fn free_balance(n: u32) -> Balance {
    Balances::balance(&account(n))
}

/// Whether the last event of the pallet is `event`.
pub fn assert_last_event(event: Event<Test>) {
    let events = System::events();
    let last = events.iter().rev().find_map(|record| match &record.event {
        RuntimeEvent::Hosts(event) => Some(event.clone()),
        _ => None,
    });
    assert_eq!(last, Some(event));
}
