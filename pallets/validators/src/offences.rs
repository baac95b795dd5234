//! Offences that consensus proves: two blocks for one slot, two votes in one round.

use crate::{Config, Event, Exposure, Offences, Pallet};
use candor_primitives::{traits::OffenceStake, AccountId};
use frame_support::{traits::Get, weights::Weight};
use pallet_session::SessionInterface;
use sp_runtime::Perbill;
use sp_staking::{
    offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
    SessionIndex,
};

impl<T: Config> Pallet<T> {
    /// A validator offended in `session`. All offences of a session together cost what the worst of them does, so what was slashed before
    /// counts.
    fn punish(
        who: &AccountId,
        exposure: Exposure,
        fraction: Perbill,
        session: SessionIndex,
        reporter: Option<&AccountId>,
    ) {
        let before = Offences::<T>::get(session, who);
        if fraction <= before {
            return;
        }
        Offences::<T>::insert(session, who, fraction);
        let slash = (fraction.mul_floor(exposure.total)).saturating_sub(before.mul_floor(exposure.total));
        Self::deposit_event(Event::Offended { validator: who.clone(), session, fraction, slash });
        T::Pools::slash_amount(who, slash, reporter);
        Self::cool(who);
        T::Sessions::report_offence(who.clone(), OffenceSeverity(fraction));
    }

    /// A session is too old for its offences to be punished.
    pub(crate) fn forget_offences(session: SessionIndex) {
        let _ = Offences::<T>::clear_prefix(session, u32::MAX, None);
    }
}

impl<T: Config> OnOffenceHandler<AccountId, (AccountId, Exposure), Weight> for Pallet<T> {
    fn on_offence(
        offenders: &[OffenceDetails<AccountId, (AccountId, Exposure)>],
        fractions: &[Perbill],
        session: SessionIndex,
    ) -> Weight {
        for (details, fraction) in offenders.iter().zip(fractions) {
            let (who, exposure) = &details.offender;
            Self::punish(who, *exposure, *fraction, session, details.reporters.first());
        }
        // Reports are the calls of block authors, and weighed there.
        T::DbWeight::get().reads_writes(8, 8).saturating_mul(offenders.len() as u64)
    }
}
