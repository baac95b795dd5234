//! Verdicts, and what follows for everyone who had a stake in the dispute.

use crate::{
    types::*, Claims, Config, CurrencyOf, DisputeOf, Disputes, DisputesOfAuditor, DisputesOfHost, Event, HoldReason,
    Opened, Pallet, Traces,
};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostStake, Overturned, ReceiptKey, Receipts, SlashOrder},
    AccountId, Balance, DisputeId, Receipt,
};
use frame_support::{
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision, Restriction},
        Get,
    },
};

impl<T: Config> Pallet<T> {
    /// The disputed receipt is false: slash, undo the receipt, give everyone who disputed it everything back.
    pub(crate) fn convict(id: DisputeId, dispute: Dispute, offence: Offence, by: &Asker) -> DispatchResult {
        Self::punish(Some(id), &dispute.key, &dispute.receipt, offence, by)?;
        Self::close(id, dispute, Fate::Convicted)
    }

    /// Slash the host of a false receipt and undo the receipt. With the receipt goes everything that it could be
    /// convicted of once more.
    pub(crate) fn punish(
        dispute: Option<DisputeId>,
        key: &ReceiptKey<AccountId>,
        receipt: &Receipt,
        offence: Offence,
        by: &Asker,
    ) -> DispatchResult {
        let order = SlashOrder {
            requester: receipt.draft.requester.clone(),
            compensation: receipt.draft.insured,
            challenger: Some(by.who.clone()),
            costs: if by.auditor { 0 } else { T::ChallengeCosts::get() },
        };
        // The liability covers the receipt as long as it is open, so the stake is slashed first.
        let slashed = T::Stake::slash(&key.host, &order);
        let Overturned { refunded } = T::Receipts::overturn(key)?;
        let (key, by) = (key.clone(), by.who.clone());
        Self::deposit_event(Event::HostConvicted { dispute, key, offence, by, slashed, refunded });
        Ok(())
    }

    /// Nobody showed a fault in time.
    pub(crate) fn uphold(id: DisputeId, dispute: Dispute) -> DispatchResult {
        T::Receipts::release(&dispute.key);
        Self::deposit_event(Event::ReceiptUpheld { dispute: id, key: dispute.key.clone() });
        Self::close(id, dispute, Fate::Upheld)
    }

    /// The dispute is decided: nothing can be done in it any more, and its receipt, if it is still open, can be disputed
    /// again.
    pub(crate) fn close(id: DisputeId, mut dispute: Dispute, fate: Fate) -> DispatchResult {
        let before = dispute.due();
        if let DisputeState::AwaitingTrace { .. } = dispute.state {
            Self::dequeue(&dispute.key.host, &dispute.judging);
        }
        DisputeOf::<T>::remove(&dispute.key);
        DisputesOfHost::<T>::remove(&dispute.key.host, DisputeKey::from(id));
        Traces::<T>::remove(id);
        let _ = Opened::<T>::clear_prefix(id, MAX_OPENED, None);
        dispute.state = DisputeState::Closing { fate, from: Self::ticks() };
        Self::settle(id, dispute, before, fate)
    }

    /// Settle some claims; with the last one the dispute goes.
    pub(crate) fn settle(id: DisputeId, dispute: Dispute, before: Tick, fate: Fate) -> DispatchResult {
        let claims: Vec<_> = Claims::<T>::iter_prefix(id).take(CLAIMS_PER_STEP as usize).collect();
        for (who, claim) in claims {
            Claims::<T>::remove(id, &who);
            DisputesOfAuditor::<T>::remove(&who, DisputeKey::from(id));
            Self::settle_claim(id, &dispute, fate, &who, &claim)?;
        }
        if Claims::<T>::iter_key_prefix(id).next().is_some() {
            Self::put(id, dispute, Some(before));
        } else {
            Self::unlist(id, Some(before));
            Disputes::<T>::remove(id);
            Self::deposit_event(Event::DisputeClosed { dispute: id });
        }
        Ok(())
    }

    fn settle_claim(id: DisputeId, dispute: &Dispute, fate: Fate, who: &AccountId, claim: &Claim) -> DispatchResult {
        let (mut returned, mut to_host, mut burned, mut penalty) = (0, 0, 0, 0);
        let held = claim.held();
        match fate {
            Fate::Convicted | Fate::Dismissed => {
                returned = held;
                if held > 0 {
                    CurrencyOf::<T>::release(&HoldReason::Dispute.into(), who, held, Precision::Exact)?;
                }
            },
            Fate::Upheld => {
                let trace = Self::trace_cost(&dispute.judging);
                // Half of the price of a part is for the host's work, half for the space that it took.
                let worked = trace.min(claim.bond).saturating_add(claim.demands / 2).saturating_add(claim.evidence / 2);
                to_host = Self::forfeit(who, &dispute.key.host, held, worked)?;
                burned = held.saturating_sub(to_host);
                if let Some(owed) = claim.owed {
                    let amount = T::VainPenalty::get().saturating_add(trace).saturating_add(owed);
                    penalty = T::Stake::penalise(who, amount);
                }
            },
        }
        let who = who.clone();
        Self::deposit_event(Event::ClaimSettled { dispute: id, who, returned, to_host, burned, penalty });
        Ok(())
    }

    /// Take `amount` of what is held of `who`: `share` of it for the host, the rest is burned. Returns what the host got:
    /// nothing if its account cannot exist.
    pub(crate) fn forfeit(
        who: &AccountId,
        host: &AccountId,
        amount: Balance,
        share: Balance,
    ) -> Result<Balance, frame_support::pallet_prelude::DispatchError> {
        let reason = HoldReason::Dispute.into();
        let share = share.min(amount);
        let pay = || {
            let (precision, mode, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
            CurrencyOf::<T>::transfer_on_hold(&reason, who, host, share, precision, mode, force)
        };
        let paid = if share > 0 && with_storage_layer(pay).is_ok() { share } else { 0 };
        let rest = amount.saturating_sub(paid);
        if rest > 0 {
            CurrencyOf::<T>::burn_held(&reason, who, rest, Precision::Exact, Fortitude::Force)?;
        }
        Ok(paid)
    }
}
