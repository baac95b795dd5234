//! Deadlines: everything that has to be looked at stands in the agenda under its block, and every drawn call under its
//! tick. The hooks work both off, earliest first, within bounded weight; what does not fit is done in the next block, or
//! by anyone.

use crate::{types::*, Agenda, BatchesOf, Config, Overdue, Pallet, Receipts, Sessions, WeightInfo};
use candor_primitives::{traits::ReceiptListener, BlockNumber};
use frame_support::{
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::Get,
    weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
    /// Work the agendas off, within `MaxHookWeight` and what `meter` has left.
    pub(crate) fn poll(meter: &mut WeightMeter) {
        let mut mine = WeightMeter::with_limit(meter.remaining().min(T::MaxHookWeight::get()));
        Self::work_off(&mut mine);
        meter.consume(mine.consumed());
    }

    fn work_off(meter: &mut WeightMeter) {
        if meter.try_consume(T::WeightInfo::poll_base()).is_err() {
            return;
        }
        Self::punish_overdue(meter);
        let now = Self::now();
        for (due, item) in Agenda::<T>::iter_keys() {
            if BlockNumber::from(due) >= now || meter.try_consume(T::WeightInfo::poll_item()).is_err() {
                return;
            }
            if meter.try_consume(Self::weight_of_step(&item)).is_err() {
                return;
            }
            // What cannot be moved on steps aside, with everything about it undone: the others go on.
            if let Err(error) = with_storage_layer(|| Self::step(due, item)) {
                Self::defer(item, error);
            }
        }
    }

    fn punish_overdue(meter: &mut WeightMeter) {
        let ticks = Self::ticks();
        for (deadline, (id, index)) in Overdue::<T>::iter_keys() {
            let weight = T::WeightInfo::poll_item().saturating_add(Self::weight_of_overdue());
            if Tick::from(deadline) >= ticks || meter.try_consume(weight).is_err() {
                return;
            }
            let step = || match Sessions::<T>::get(id) {
                Some(session) => Self::step_sample(id, index, session),
                None => {
                    frame_support::defensive!("a drawn call has a session");
                    Overdue::<T>::remove(deadline, (id, index));
                    Ok(())
                },
            };
            if with_storage_layer(step).is_err() {
                // Giving back what is held cannot fail; should it, the next block tries again.
                frame_support::defensive!("a session that holds its funds can be overturned");
                return;
            }
        }
    }

    /// Move something on whose time has come.
    fn step(due: BlockKey, item: Item) -> DispatchResult {
        let found = match item {
            Item::Session(id) => Sessions::<T>::get(id).map(|session| Self::step_session(id, session)),
            Item::Batch(id, number) => {
                let both = Sessions::<T>::get(id).zip(BatchesOf::<T>::get(id, number));
                both.map(|(session, batch)| Self::step_batch(id, number, session, batch))
            },
            Item::Receipt(id, index) => Receipts::<T>::get(id, index).map(|shown| Self::step_receipt(id, index, shown)),
        };
        found.unwrap_or_else(|| {
            frame_support::defensive!("an entry of the agenda is of something");
            Agenda::<T>::remove(due, item);
            Ok(())
        })
    }

    fn weight_of_step(item: &Item) -> Weight {
        let sweep = || T::WeightInfo::sweep(T::MaxBatches::get(), MAX_SAMPLED);
        match item {
            Item::Session(id) if Self::get(*id).is_some_and(|session| session.is_overturned()) => sweep(),
            Item::Session(_) => Self::weight_of_end(),
            Item::Batch(id, _) if Self::get(*id).is_some_and(|session| session.is_overturned()) => sweep(),
            Item::Batch(..) => T::WeightInfo::finalise(),
            Item::Receipt(..) => T::WeightInfo::retire(),
        }
    }

    /// Weight of ending a session, with its last batch.
    pub(crate) fn weight_of_end() -> Weight {
        T::WeightInfo::end().saturating_add(T::OnReceipt::settled_weight())
    }

    /// Weight of moving anything on.
    pub(crate) fn heaviest_step() -> Weight {
        [Self::weight_of_end(), T::WeightInfo::finalise(), T::WeightInfo::retire(), Self::weight_of_overdue()]
            .into_iter()
            .fold(Weight::zero(), |most, weight| most.max(weight))
    }
}
