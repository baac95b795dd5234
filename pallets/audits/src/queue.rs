//! Which receipts are audited: every receipt waits, held open, for the seed of a later block.

use crate::{types::*, Audits, Config, Error, Pallet, Seed, Seeds, Waiting, WaitingCount, WeightInfo};
use candor_economics::{audit_levy, is_drawn};
use candor_primitives::{
    traits::{AuditLevy, HostMarket, HostStake, OpenReceipt, ReceiptKey, ReceiptListener, Receipts},
    AccountId, Balance, BlockNumber, HostBlake2b, Receipt,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    traits::Get,
    weights::{Weight, WeightMeter},
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{Permill, SaturatedConversion};

impl<T: Config> Pallet<T> {
    /// Height of the current block.
    pub(crate) fn block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Hash this block's randomness into the seed, and keep what this block draws with.
    pub(crate) fn mix_seed() {
        let seed = match T::AuthorVrf::get() {
            Some(output) => {
                let seed = H256(blake2_256(&(Seed::<T>::get(), output).encode()));
                Seed::<T>::put(seed);
                seed
            },
            None => Seed::<T>::get(),
        };
        let block = BlockKey::from(Self::block());
        if WaitingCount::<T>::contains_key(block) {
            Seeds::<T>::insert(block, seed);
        }
    }

    /// Put a receipt under the block whose seed draws it. It is held open until then, whatever its window is: the hooks
    /// may be late, and root may shorten windows.
    fn enqueue(key: &ReceiptKey<AccountId>) {
        if T::Receipts::hold(key).is_err() {
            frame_support::defensive!("a receipt was delivered that is not open");
            return;
        }
        let block = BlockKey::from(Self::block().saturating_add(T::DrawDelay::get().max(1)));
        let position = WaitingCount::<T>::mutate(block, |count| {
            let position = *count;
            *count = count.saturating_add(1);
            position
        });
        Waiting::<T>::insert(block, QueueKey::from(position), key);
    }

    /// Share of the receipts of `host` that are drawn now.
    pub(crate) fn rate(host: &AccountId) -> Permill {
        T::Rate::get().rate(T::Stake::open_receipts(host))
    }

    /// Whether a receipt is drawn with this seed when so many are.
    pub(crate) fn is_drawn(seed: &H256, receipt: &H256, rate: Permill) -> bool {
        is_drawn(&blake2_256(&(b"drawn", seed, receipt).encode()), rate)
    }

    /// Weight of deciding about a receipt, at its worst.
    pub(crate) fn weight_of_draw() -> Weight {
        T::WeightInfo::draw_item().saturating_add(T::WeightInfo::start_audit(MAX_DEPTH))
    }

    /// Decide about one waiting receipt, if there is room to: its hold ends, or goes over to its audit.
    fn draw_one(key: &ReceiptKey<AccountId>, seed: &H256, meter: &mut WeightMeter) -> bool {
        if meter.try_consume(T::WeightInfo::draw_item()).is_err() {
            return false;
        }
        // Closed while it waited: it was proven false.
        let Some(OpenReceipt { receipt, .. }) = T::Receipts::receipt(key) else { return true };
        let hash = receipt.hash::<HostBlake2b>();
        if !Self::is_drawn(seed, &hash, Self::rate(&key.host)) {
            T::Receipts::release(key);
            return true;
        }
        let profile = T::Hosts::profile_of(receipt.draft.release, receipt.draft.variant).unwrap_or_default();
        if meter.try_consume(T::WeightInfo::start_audit(Self::depth(profile))).is_err() {
            return false;
        }
        Self::start(key.clone(), receipt, hash, profile, seed);
        true
    }

    /// Draw at most `most` receipts of a block, as far as the meter goes. Returns how many, and whether none is left.
    fn draw_block(block: BlockKey, seed: &H256, meter: &mut WeightMeter, most: u32) -> (u32, bool) {
        let mut drawn = 0u32;
        for (position, key) in Waiting::<T>::iter_prefix(block) {
            if drawn >= most || !Self::draw_one(&key, seed, meter) {
                return (drawn, false);
            }
            Waiting::<T>::remove(block, position);
            drawn = drawn.saturating_add(1);
        }
        WaitingCount::<T>::remove(block);
        Seeds::<T>::remove(block);
        (drawn, true)
    }

    /// Draw what waits, earliest block first.
    pub(crate) fn draw_waiting(meter: &mut WeightMeter) {
        for (block, seed) in Seeds::<T>::iter() {
            let looked_at = meter.try_consume(T::WeightInfo::poll_item()).is_ok();
            if !looked_at || !Self::draw_block(block, &seed, meter, u32::MAX).1 {
                return;
            }
        }
    }

    pub(crate) fn do_draw(block: BlockNumber) -> DispatchResultWithPostInfo {
        let block = BlockKey::from(block);
        let seed = Seeds::<T>::get(block).ok_or(Error::<T>::NothingToDraw)?;
        let mut meter = WeightMeter::with_limit(Self::weight_of_draw().saturating_mul(DRAWS_PER_CALL.into()));
        let (drawn, _) = Self::draw_block(block, &seed, &mut meter, DRAWS_PER_CALL);
        ensure!(drawn > 0, Error::<T>::NothingToDraw);
        Ok(PostDispatchInfo { actual_weight: Some(meter.consumed()), pays_fee: Pays::No })
    }
}

impl<T: Config> ReceiptListener<AccountId> for Pallet<T> {
    fn delivered(key: &ReceiptKey<AccountId>, _: &Receipt) {
        Self::enqueue(key);
    }

    // A receipt that waits, or is audited, is held: only one that was proven false closes then, and all holds on it
    // ended.
    fn closed(key: &ReceiptKey<AccountId>) {
        let Some(id) = crate::AuditOf::<T>::get(key) else { return };
        if let Some(audit) = Audits::<T>::get(AuditKey::from(id)) {
            Self::drop_audit(id, audit);
        }
    }
}

/// Every receipt brings in what its audits cost in the mean: the pay of one, times the rate at which the host's are drawn.
impl<T: Config> AuditLevy<AccountId> for Pallet<T> {
    fn levy(host: &AccountId, fee: Balance) -> Balance {
        audit_levy(fee, Self::rate(host), T::Pay::get().of(fee))
    }
}
