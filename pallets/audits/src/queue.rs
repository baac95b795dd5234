//! Which receipts are audited. Everything that comes waits, held open, gets a random place on a ring, and is drawn by the first
//! block whose arc of the ring covers that place.

use crate::{types::*, AuditOf, Audits, Config, Error, NextItem, NextPlaced, Pallet, Ring, Seed, Waiting, WeightInfo};
use alloc::collections::BTreeSet;
use candor_economics::{attested_rate, audit_levy, audit_levy_many, draw_target, is_drawn, samples};
use candor_primitives::{
    traits::{AuditLevy, BatchKey, Batches, HostMarket, HostStake, OpenReceipt, ReceiptKey, ReceiptListener, Receipts},
    AccountId, Balance, BlockNumber, HostBlake2b, Receipt,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    storage::with_storage_layer,
    traits::Get,
    weights::{Weight, WeightMeter},
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{Permill, SaturatedConversion};

/// Length of the whole ring.
const RING: u64 = 1 << 32;

fn hash(parts: impl Encode) -> H256 {
    H256(blake2_256(&parts.encode()))
}

/// The first bits of a hash as a place on the ring.
fn place_of(hash: &H256) -> u32 {
    let H256([a, b, c, d, ..]) = *hash;
    u32::from_be_bytes([a, b, c, d])
}

/// Part of the ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    start: u32,
    length: u64,
}

impl Arc {
    /// The arc of a block: one part in `blocks` of the ring, rounded up, at a place that its seed decides.
    pub fn of(seed: &H256, blocks: u32) -> Self {
        Self { start: place_of(&hash((b"arc", seed))), length: RING.div_ceil(blocks.max(1).into()) }
    }

    const fn end(&self) -> u64 {
        (self.start as u64).saturating_add(self.length)
    }

    /// Whether it covers a place.
    #[cfg(any(test, feature = "runtime-benchmarks"))]
    pub fn covers(&self, place: u32) -> bool {
        let place = u64::from(place);
        let beyond = place.saturating_add(RING) < self.end();
        beyond || (place >= u64::from(self.start) && place < self.end())
    }

    /// What lies on it: behind its start first, then what goes beyond the end of the ring.
    pub fn items<T: Config>(self) -> impl Iterator<Item = ItemKey> {
        let upper = from::<T>(self.start).take_while(move |(place, _)| u64::from(u32::from(*place)) < self.end());
        let lower =
            from::<T>(0).take_while(move |(place, _)| u64::from(u32::from(*place)).saturating_add(RING) < self.end());
        upper.chain(lower).map(|(_, key)| key)
    }
}

/// The ring from a place to its end.
fn from<T: Config>(place: u32) -> impl Iterator<Item = (PlaceKey, ItemKey)> {
    match place.checked_sub(1) {
        // Iteration begins after the key, whether or not it is there.
        Some(before) => {
            let before = Ring::<T>::hashed_key_for(PlaceKey::from(before), ItemKey::from(u64::MAX));
            Ring::<T>::iter_keys_from(before)
        },
        None => Ring::<T>::iter_keys(),
    }
}

/// `count` different numbers below `calls`, all sets equally likely (R. Floyd's sampling).
pub(crate) fn offsets(seed: &H256, calls: u32, count: u32) -> BTreeSet<u32> {
    let mut chosen = BTreeSet::new();
    for last in calls.saturating_sub(count)..calls {
        let among = u128::from(last).saturating_add(1);
        let offset = draw_target(&hash((b"offset", seed, last)).0, among).unwrap_or(0).saturated_into::<u32>();
        if !chosen.insert(offset) {
            chosen.insert(last);
        }
    }
    chosen
}

impl<T: Config> Pallet<T> {
    /// Height of the current block.
    pub(crate) fn block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Hash this block's randomness into the seed.
    pub(crate) fn mix_seed() {
        if let Some(output) = T::AuthorVrf::get() {
            Seed::<T>::mutate(|seed| *seed = hash((*seed, output)));
        }
    }

    /// Randomness of this block alone, which draws.
    ///
    /// It is the author's VRF output and nothing else: one value for each slot of an author, which it cannot change. If
    /// what came before went in, who has several slots in a row could choose among many by leaving some of them out.
    pub(crate) fn block_seed() -> H256 {
        match T::AuthorVrf::get() {
            Some(output) => hash((b"block", output)),
            None => hash((b"number", Seed::<T>::get(), Self::block())),
        }
    }

    /// Let an item wait. It is held open until it is drawn, whatever its window is.
    fn enter(item: Item) {
        let held = match &item {
            Item::Receipt(key) | Item::Disagreed(key) => T::Receipts::hold(key),
            Item::Batch(key) => T::Batches::hold(key),
        };
        if held.is_err() {
            frame_support::defensive!("what comes to be drawn is open");
            return;
        }
        Self::append(item);
    }

    /// Put an item that is held behind the others.
    fn append(item: Item) {
        let number = NextItem::<T>::get();
        NextItem::<T>::put(number.saturating_add(1));
        Waiting::<T>::insert(ItemKey::from(number), Entry { item, since: Self::block(), place: None });
    }

    /// Give places on the ring to what came `DrawDelay` blocks ago, oldest first. Places come of all the randomness up
    /// to now: nobody could know them when the item came. Returns how many.
    pub(crate) fn place(meter: &mut WeightMeter, most: u32) -> u32 {
        let (first, end) = (NextPlaced::<T>::get(), NextItem::<T>::get());
        let delay = T::DrawDelay::get().max(1);
        let mut next = first;
        while next < end && next.saturating_sub(first) < most.into() {
            if meter.try_consume(T::WeightInfo::place_item()).is_err() {
                break;
            }
            let key = ItemKey::from(next);
            if let Some(entry) = Waiting::<T>::get(key) {
                if entry.since.saturating_add(delay) > Self::block() {
                    break;
                }
                let place = place_of(&hash((b"place", Seed::<T>::get(), next)));
                Ring::<T>::insert(PlaceKey::from(place), key, ());
                Waiting::<T>::insert(key, Entry { place: Some(place), ..entry });
            }
            next = next.saturating_add(1);
        }
        if next > first {
            NextPlaced::<T>::put(next);
        }
        next.saturating_sub(first).saturated_into()
    }

    /// Share of the receipts of `host` that are drawn now; fewer of those of the attested tier.
    pub(crate) fn rate(host: &AccountId, attested: bool) -> Permill {
        let rule = T::Rate::get();
        let rate = rule.rate(T::Stake::open_receipts(host));
        if !attested {
            return rate;
        }
        attested_rate(rate, T::Stake::required(host), T::MachineWorth::get()).max(rule.min.min(rate))
    }

    /// Whether a receipt is drawn with this seed when so many are.
    pub(crate) fn is_drawn(seed: &H256, receipt: &H256, rate: Permill) -> bool {
        is_drawn(&blake2_256(&(b"drawn", seed, receipt).encode()), rate)
    }

    /// Decide about an item, if there is room to: its hold ends, or goes over to an audit.
    fn draw_item(key: ItemKey, entry: &Entry, seed: &H256, meter: &mut WeightMeter) -> bool {
        let decided = match &entry.item {
            Item::Receipt(receipt) => Self::draw_receipt(receipt, false, seed, meter),
            Item::Disagreed(receipt) => Self::draw_receipt(receipt, true, seed, meter),
            Item::Batch(batch) => Self::draw_batch(batch, seed, meter),
        };
        if decided {
            Waiting::<T>::remove(key);
            if let Some(place) = entry.place {
                Ring::<T>::remove(PlaceKey::from(place), key);
            }
        }
        decided
    }

    fn draw_receipt(key: &ReceiptKey<AccountId>, certain: bool, seed: &H256, meter: &mut WeightMeter) -> bool {
        if meter.try_consume(T::WeightInfo::draw_item()).is_err() {
            return false;
        }
        // Closed while it waited: it was proven false.
        let Some(OpenReceipt { receipt, attested, .. }) = T::Receipts::receipt(key) else { return true };
        let rate = if certain { Permill::one() } else { Self::rate(&key.host, attested) };
        let hash = receipt.hash::<HostBlake2b>();
        if AuditOf::<T>::contains_key(key) || !Self::is_drawn(seed, &hash, rate) {
            T::Receipts::release(key);
            return true;
        }
        let profile = Self::profile_of(&receipt);
        if meter.try_consume(T::WeightInfo::start_audit(Self::depth(profile))).is_err() {
            return false;
        }
        Self::start(key.clone(), receipt, hash, profile, seed);
        true
    }

    fn draw_batch(key: &BatchKey<AccountId>, seed: &H256, meter: &mut WeightMeter) -> bool {
        if meter.try_consume(T::WeightInfo::draw_item()).is_err() {
            return false;
        }
        let Some(batch) = T::Batches::batch(key) else { return true };
        let seed = hash((b"batch", seed, key));
        let count = samples(batch.calls, Self::rate(&key.host, batch.attested), &seed.0).min(MAX_SAMPLES);
        if meter.try_consume(T::WeightInfo::draw_batch(count)).is_err() {
            return false;
        }
        let sampled = with_storage_layer(|| {
            offsets(&seed, batch.calls, count)
                .into_iter()
                .try_for_each(|offset| T::Batches::sample(key, offset, hash((b"call", seed, offset))))
        });
        match sampled {
            Ok(()) => T::Batches::release(key),
            // As many calls of its session are drawn as can be at a time: it waits once more, still held, and keeps nothing
            // else from being drawn.
            Err(_) => Self::append(Item::Batch(key.clone())),
        }
        true
    }

    fn profile_of(receipt: &Receipt) -> H256 {
        T::Hosts::profile_of(receipt.draft.release, receipt.draft.variant).unwrap_or_default()
    }

    /// Draw what lies on this block's arc, and what has waited too long, as far as the meter goes and `most` at most. What
    /// there is no room for stays, and lies on the arc of a later block. Returns how many items were moved on.
    pub(crate) fn draw_waiting(meter: &mut WeightMeter, most: u32) -> u32 {
        let mut done = Self::place(meter, most);
        let seed = Self::block_seed();
        let blocks = T::DrawBlocks::get().max(1);
        for key in Arc::of(&seed, blocks).items::<T>() {
            if done >= most || !Self::draw_at(key, &seed, meter) {
                return done;
            }
            done = done.saturating_add(1);
        }
        let patience = blocks.saturating_mul(PATIENCE).saturating_add(T::DrawDelay::get().max(1));
        for key in Waiting::<T>::iter_keys() {
            let looked_at = done < most && meter.try_consume(T::WeightInfo::poll_item()).is_ok();
            let is_due = |entry: &Entry| entry.place.is_some() && entry.since.saturating_add(patience) < Self::block();
            if !looked_at || !Waiting::<T>::get(key).is_some_and(|e| is_due(&e)) || !Self::draw_at(key, &seed, meter) {
                return done;
            }
            done = done.saturating_add(1);
        }
        done
    }

    fn draw_at(key: ItemKey, seed: &H256, meter: &mut WeightMeter) -> bool {
        if meter.try_consume(T::WeightInfo::poll_item()).is_err() {
            return false;
        }
        match Waiting::<T>::get(key) {
            Some(entry) => Self::draw_item(key, &entry, seed, meter),
            None => {
                frame_support::defensive!("what has a place waits");
                false
            },
        }
    }

    /// Weight of deciding about an item, at its worst.
    pub(crate) fn weight_of_draw() -> Weight {
        let start = T::WeightInfo::start_audit(MAX_DEPTH).max(T::WeightInfo::draw_batch(MAX_SAMPLES));
        T::WeightInfo::draw_item().saturating_add(T::WeightInfo::poll_item().saturating_mul(2)).saturating_add(start)
    }

    /// Weight of a call of `draw`, at its worst.
    pub(crate) fn weight_of_draws() -> Weight {
        let one = Self::weight_of_draw().max(T::WeightInfo::place_item());
        T::WeightInfo::poll_base().saturating_add(one.saturating_mul(DRAWS_PER_CALL.into()))
    }

    pub(crate) fn do_draw() -> DispatchResultWithPostInfo {
        let mut meter = WeightMeter::with_limit(Self::weight_of_draws());
        meter.consume(T::WeightInfo::poll_base());
        ensure!(Self::draw_waiting(&mut meter, DRAWS_PER_CALL) > 0, Error::<T>::NothingToDraw);
        Ok(PostDispatchInfo { actual_weight: Some(meter.consumed()), pays_fee: Pays::No })
    }
}

impl<T: Config> ReceiptListener<AccountId> for Pallet<T> {
    fn delivered(key: &ReceiptKey<AccountId>, _: &Receipt) {
        Self::enter(Item::Receipt(key.clone()));
    }

    fn disagreed(key: &ReceiptKey<AccountId>, _: &Receipt) {
        Self::enter(Item::Disagreed(key.clone()));
    }

    fn settled(key: &BatchKey<AccountId>, _: u32) {
        Self::enter(Item::Batch(key.clone()));
    }

    fn sampled(key: &ReceiptKey<AccountId>, receipt: &Receipt, seed: H256) {
        // One audit at a time: another draw of the same call has begun it.
        if AuditOf::<T>::contains_key(key) {
            return;
        }
        if T::Receipts::hold(key).is_err() {
            frame_support::defensive!("a call that was drawn is open");
            return;
        }
        let hash = receipt.hash::<HostBlake2b>();
        Self::start(key.clone(), receipt.clone(), hash, Self::profile_of(receipt), &seed);
    }

    // A receipt that waits, or is audited, is held: only one that was proven false closes then, and all holds on it
    // ended.
    fn closed(key: &ReceiptKey<AccountId>) {
        let Some(id) = AuditOf::<T>::get(key) else { return };
        if let Some(audit) = Audits::<T>::get(AuditKey::from(id)) {
            Self::drop_audit(id, audit);
        }
    }

    fn delivered_weight() -> Weight {
        T::WeightInfo::delivered()
    }

    fn settled_weight() -> Weight {
        T::WeightInfo::delivered()
    }

    fn sampled_weight() -> Weight {
        T::WeightInfo::draw_item().saturating_add(T::WeightInfo::start_audit(MAX_DEPTH))
    }
}

/// Every receipt brings in what its audits cost in the mean: the pay of one, times the rate at which the host's are drawn.
impl<T: Config> AuditLevy<AccountId> for Pallet<T> {
    fn levy(host: &AccountId, fee: Balance, attested: bool) -> Balance {
        audit_levy(fee, Self::rate(host, attested), T::Pay::get().of(fee))
    }

    fn levy_of(host: &AccountId, fee: Balance, calls: u32, attested: bool) -> Balance {
        audit_levy_many(fee, calls, Self::rate(host, attested), &T::Pay::get())
    }
}
