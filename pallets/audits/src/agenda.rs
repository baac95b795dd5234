//! The hooks: audits whose time is over, records that have been kept long enough, then the draws.

use crate::{types::*, Agenda, AuditOf, Audits, Config, Pallet, Records, WeightInfo};
use candor_primitives::{traits::DisputeClock, BlockNumber};
use frame_support::{
    traits::Get,
    weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
    /// Do what is due, within `MaxHookWeight` and what `meter` has left.
    pub(crate) fn poll(meter: &mut WeightMeter) {
        let mut mine = WeightMeter::with_limit(meter.remaining().min(T::MaxHookWeight::get()));
        if mine.try_consume(T::WeightInfo::poll_base()).is_ok() {
            Self::work_off(&mut mine);
            Self::draw_waiting(&mut mine, u32::MAX);
        }
        meter.consume(mine.consumed());
    }

    fn work_off(meter: &mut WeightMeter) {
        let now = T::Clock::now();
        for (due, key) in Agenda::<T>::iter_keys() {
            if BlockNumber::from(due) >= now || meter.try_consume(T::WeightInfo::poll_item()).is_err() {
                return;
            }
            match Audits::<T>::get(key) {
                Some(audit) if meter.try_consume(Self::weight_of_step(&audit)).is_ok() => {
                    Self::step(AuditId::from(key), audit);
                },
                Some(_) => return,
                None if meter.try_consume(T::WeightInfo::forget()).is_ok() => Self::forget(due, key),
                None => return,
            }
        }
    }

    /// Remove the record of an audit that ended.
    pub(crate) fn forget(due: BlockKey, key: AuditKey) {
        Agenda::<T>::remove(due, key);
        if let Some(record) = Records::<T>::take(AuditId::from(key)) {
            AuditOf::<T>::remove(record.key);
        }
    }

    /// Weight of moving an audit on whose time is over.
    pub(crate) fn weight_of_step(audit: &Audit) -> Weight {
        match audit.state {
            AuditState::Sealing { .. } | AuditState::Revealing { .. } => {
                T::WeightInfo::expire_auditor(Self::depth(audit.case.profile))
            },
            AuditState::Answering { .. } => T::WeightInfo::expire_answer(),
        }
    }

    /// Weight of moving any audit on.
    pub(crate) fn heaviest_step() -> Weight {
        T::WeightInfo::expire_auditor(MAX_DEPTH).max(T::WeightInfo::expire_answer()).max(T::WeightInfo::forget())
    }
}
