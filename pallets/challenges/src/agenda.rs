//! Deadlines: every dispute stands in the agenda under the tick after which it is looked at. The hooks work the agenda
//! off, earliest first, within bounded weight; what does not fit is done in the next block, or by anyone.

use crate::{types::*, Agenda, Config, Disputes, Error, Event, Pallet, WeightInfo};
use candor_primitives::DisputeId;
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::Get,
    weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Work the agenda off, within `MaxHookWeight` and what `meter` has left.
    pub(crate) fn poll(meter: &mut WeightMeter) {
        let mut mine = WeightMeter::with_limit(meter.remaining().min(T::MaxHookWeight::get()));
        Self::work_off(&mut mine);
        meter.consume(mine.consumed());
    }

    fn work_off(meter: &mut WeightMeter) {
        if meter.try_consume(T::WeightInfo::poll_base()).is_err() {
            return;
        }
        let now = Self::ticks();
        // A dispute whose claims take several steps stays where it is, so the first entry is asked for again.
        while let Some((due, key)) = Agenda::<T>::iter_keys().next() {
            if Tick::from(due) >= now || meter.try_consume(T::WeightInfo::poll_item()).is_err() {
                return;
            }
            let id = DisputeId::from(key);
            let Some(dispute) = Disputes::<T>::get(id) else {
                frame_support::defensive!("an agenda entry has a dispute");
                Agenda::<T>::remove(due, key);
                continue;
            };
            if meter.try_consume(Self::weight_of_step(&dispute)).is_err() {
                return;
            }
            // A dispute that cannot be moved on steps aside, with everything about it undone: the others go on.
            if let Err(error) = with_storage_layer(|| Self::step(id, dispute)) {
                Self::defer(id, error);
            }
        }
    }

    /// Move a dispute on whose time has come.
    pub(crate) fn step(id: DisputeId, dispute: Dispute) -> DispatchResult {
        let now = Self::ticks();
        match &dispute.state {
            DisputeState::AwaitingTrace { .. } => {
                let by = dispute.opened_by.clone();
                Self::convict(id, dispute, Offence::NoTrace, &by)
            },
            DisputeState::Open { pending, .. } => match pending.iter().find(|p| p.deadline < now).cloned() {
                Some(late) => Self::convict(id, dispute, Offence::NoOpening(late.number), &late.by),
                None => Self::uphold(id, dispute),
            },
            DisputeState::Closing { fate, .. } => {
                let (fate, before) = (*fate, dispute.due());
                Self::settle(id, dispute, before, fate)
            },
        }
    }

    pub(crate) fn do_expire(id: DisputeId) -> DispatchResultWithPostInfo {
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        let over = matches!(dispute.state, DisputeState::Closing { .. });
        ensure!(over || Self::ticks() > dispute.due(), Error::<T>::NothingDue);
        let actual_weight = Some(Self::weight_of_step(&dispute));
        Self::step(id, dispute)?;
        Ok(PostDispatchInfo { actual_weight, pays_fee: Pays::No })
    }

    fn defer(id: DisputeId, error: DispatchError) {
        let Some(mut dispute) = Disputes::<T>::get(id) else { return };
        let before = dispute.due();
        let until = Self::after(T::RetryInterval::get());
        dispute.postpone(until);
        Self::put(id, dispute, Some(before));
        Self::deposit_event(Event::DisputeDeferred { dispute: id, until, error });
    }

    /// Weight of moving a dispute on.
    pub(crate) fn weight_of_step(dispute: &Dispute) -> Weight {
        match dispute.state {
            DisputeState::AwaitingTrace { .. } | DisputeState::Open { .. } => {
                T::WeightInfo::convict().max(T::WeightInfo::uphold())
            },
            DisputeState::Closing { .. } => T::WeightInfo::settle(),
        }
    }

    /// Weight of moving any dispute on.
    pub(crate) fn heaviest_step() -> Weight {
        T::WeightInfo::convict().max(T::WeightInfo::uphold()).max(T::WeightInfo::settle())
    }
}
