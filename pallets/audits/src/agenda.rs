//! The hooks: audits whose time is over, pieces and records that have been kept long enough, then the draws.

use crate::{types::*, Agenda, AuditOf, Audits, Config, Pallet, Pieces, Records, WeightInfo};
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
                None if meter.try_consume(Self::weight_of_forgetting(key)).is_ok() => Self::forget(due, key),
                None => return,
            }
        }
    }

    /// Remove what is left of an audit that ended: the pieces of its inputs, and its record when it was kept long enough.
    pub(crate) fn forget(due: BlockKey, key: AuditKey) {
        Agenda::<T>::remove(due, key);
        let _ = Pieces::<T>::clear_prefix(key, MAX_PIECES, None);
        let id = AuditId::from(key);
        if let Some(record) = Records::<T>::get(id).filter(|record| BlockKey::from(record.until) <= due) {
            Records::<T>::remove(id);
            AuditOf::<T>::remove(record.key);
        }
    }

    /// Weight of removing what is left of an audit.
    pub(crate) fn weight_of_forgetting(key: AuditKey) -> Weight {
        let pieces = if Self::has_pieces(key) { MAX_PIECES } else { 0 };
        T::WeightInfo::forget(pieces)
    }

    /// Weight of moving an audit on whose time is over.
    pub(crate) fn weight_of_step(audit: &Audit) -> Weight {
        match audit.state {
            AuditState::Sealing { .. } | AuditState::Revealing { .. } | AuditState::Showing { missing: 0, .. } => {
                T::WeightInfo::expire_auditor(Self::depth(audit.case.profile))
            },
            AuditState::Answering { .. } => T::WeightInfo::expire_answer(),
            AuditState::Showing { .. } => T::WeightInfo::expire_showing(),
        }
    }

    /// Weight of moving any audit on.
    pub(crate) fn heaviest_step() -> Weight {
        T::WeightInfo::expire_auditor(MAX_DEPTH)
            .max(T::WeightInfo::expire_answer())
            .max(T::WeightInfo::expire_showing())
            .max(T::WeightInfo::forget(MAX_PIECES))
    }
}
