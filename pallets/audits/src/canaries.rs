//! Planted lies: they show whether auditors look.

use crate::{types::*, Agenda, AuditOf, Audits, Canaries, Config, Error, Event, HoldReason, Pallet, Records};
use alloc::vec::Vec;
use candor_commitments::TAG_SEAL;
use candor_primitives::{
    traits::{Disputes, HostStake, ReceiptKey, Receipts},
    AccountId,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get,
    },
};
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// Commitment to a canary: BLAKE2b-256 over the seal tag, `canary`, and the SCALE encoding of (genesis hash, host,
/// requester, salt).
pub fn canary_commitment(genesis: &H256, host: &AccountId, requester: &AccountId, salt: &H256) -> H256 {
    let mut bytes = Vec::from([TAG_SEAL]);
    bytes.extend_from_slice(b"canary");
    (genesis, host, requester, salt).encode_to(&mut bytes);
    H256(blake2_256(&bytes))
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_plant(commitment: H256) -> DispatchResult {
        ensure!(!Canaries::<T>::contains_key(commitment), Error::<T>::CanaryExists);
        ensure!(Canaries::<T>::count() < T::MaxCanaries::get(), Error::<T>::TooManyCanaries);
        let (pot, bounty) = (T::CanaryPot::get(), T::CanaryBounty::get());
        let there = T::Currency::reducible_balance(&pot, Preservation::Preserve, Fortitude::Polite);
        ensure!(bounty <= there, Error::<T>::PotTooLow);
        T::Currency::hold(&HoldReason::Canary.into(), &pot, bounty)?;
        Canaries::<T>::insert(commitment, Canary { bounty, planted: Self::block() });
        Self::deposit_event(Event::CanaryPlanted { commitment, bounty });
        Ok(())
    }

    pub(crate) fn do_remove(commitment: H256) -> DispatchResult {
        let canary = Canaries::<T>::take(commitment).ok_or(Error::<T>::UnknownCanary)?;
        Self::unhold(&canary)?;
        Self::deposit_event(Event::CanaryRemoved { commitment });
        Ok(())
    }

    /// Set a canary's bounty free.
    fn unhold(canary: &Canary) -> DispatchResult {
        T::Currency::release(&HoldReason::Canary.into(), &T::CanaryPot::get(), canary.bounty, Precision::Exact)?;
        Ok(())
    }

    pub(crate) fn do_reveal_canary(key: ReceiptKey<AccountId>, salt: H256) -> DispatchResult {
        let audit = AuditOf::<T>::get(&key).ok_or(Error::<T>::NotAudited)?;
        let record = match Records::<T>::get(audit) {
            Some(record) => record,
            None if Audits::<T>::contains_key(AuditKey::from(audit)) => return Err(Error::<T>::AuditGoesOn.into()),
            None => return Err(Error::<T>::NotAudited.into()),
        };
        let commitment = canary_commitment(&Self::genesis(), &key.host, &record.requester, &salt);
        let canary = Canaries::<T>::get(commitment).ok_or(Error::<T>::UnknownCanary)?;
        ensure!(canary.planted < record.assigned, Error::<T>::PlantedTooLate);
        ensure!(record.accuser.is_some() || !record.clean.is_empty(), Error::<T>::NoVerdict);

        Canaries::<T>::remove(commitment);
        Records::<T>::remove(audit);
        AuditOf::<T>::remove(&key);
        Agenda::<T>::remove(BlockKey::from(record.until), AuditKey::from(audit));
        for auditor in record.clean {
            let penalty = T::Stake::penalise(&auditor, T::CanaryPenalty::get());
            Self::deposit_event(Event::CanaryMissed { commitment, auditor, penalty });
        }
        let bounty = if record.accuser.is_some() { canary.bounty } else { 0 };
        match &record.accuser {
            Some(finder) => {
                ensure!(T::Disputes::is_disputed(&key), Error::<T>::DisputeOver);
                // Held once more, so that it does not become final when the dispute lets it go. Where it cannot be held
                // any longer it does, which is no worse for anybody.
                let _ = T::Receipts::hold(&key);
                T::Disputes::dismiss(&key)?;
                T::Currency::transfer_on_hold(
                    &HoldReason::Canary.into(),
                    &T::CanaryPot::get(),
                    finder,
                    bounty,
                    Precision::Exact,
                    Restriction::Free,
                    Fortitude::Polite,
                )?;
            },
            None => Self::unhold(&canary)?,
        }
        // Final meanwhile, if nobody found it and its window has passed.
        if T::Receipts::receipt(&key).is_some() {
            T::Receipts::overturn(&key)?;
        }
        Self::deposit_event(Event::CanaryRevealed { commitment, audit, finder: record.accuser, bounty });
        Ok(())
    }
}
