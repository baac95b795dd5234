//! What wallets read: one answer for the view functions and the runtime API.

use crate::{types::*, Claims, Config, Disputes, DisputesOfHost, Pallet};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{ReceiptKey, Receipts},
    worker::Demand,
    AccountId, Balance, DisputeId, HostBlake2b,
};
use candor_runtime_api::views::{ClaimView, DemandView, DisputePhase, DisputeView};
use frame_support::traits::Get;

/// Most disputes, and most claims of a dispute, of one answer.
const MAX_VIEWS: u32 = 100;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_of(id: DisputeId) -> Option<DisputeView> {
        Disputes::<T>::get(id).map(|dispute| Self::view(id, dispute))
    }

    /// Planck held for a challenge of an open receipt, for asking for a part of its trace, for a commitment to evidence.
    pub fn prices(key: &ReceiptKey<AccountId>, part: &Demand) -> Option<(Balance, Balance, Balance)> {
        let judging = Self::judging_of(&T::Receipts::receipt(key)?.receipt).ok()?;
        Some((Self::bond(&judging), Self::part_price(part), T::EvidenceBond::get()))
    }

    pub(crate) fn views_of_host(host: AccountId, limit: u32) -> Vec<DisputeView> {
        let keys = DisputesOfHost::<T>::iter_key_prefix(&host).take(limit.min(MAX_VIEWS) as usize);
        keys.filter_map(|key| Self::view_of(DisputeId::from(key))).collect()
    }

    fn view(id: DisputeId, dispute: Dispute) -> DisputeView {
        let due = dispute.due();
        let claims = Claims::<T>::iter_prefix(id).take(MAX_VIEWS as usize).map(|(who, claim)| ClaimView {
            who,
            held: claim.held(),
            owed: claim.owed,
            committed: claim.commitment.map(|c| c.hash),
        });
        let claims = claims.collect();
        let (phase, trace, demands, opened) = match dispute.state {
            DisputeState::AwaitingTrace { .. } => (DisputePhase::AwaitingTrace, None, Vec::new(), Vec::new()),
            DisputeState::Open { trace, pending, opened, .. } => {
                let demand =
                    |p: Pending| DemandView { number: p.number, part: p.part, by: p.by.who, deadline: p.deadline };
                (DisputePhase::Open, Some(trace), pending.into_iter().map(demand).collect(), opened.into_inner())
            },
            DisputeState::Closing { .. } => (DisputePhase::Closing, None, Vec::new(), Vec::new()),
        };
        DisputeView {
            id,
            path: dispute.key.path,
            host: dispute.key.host,
            receipt_hash: dispute.receipt.hash::<HostBlake2b>(),
            receipt: dispute.receipt,
            opened_by: dispute.opened_by.who,
            since: dispute.since,
            phase,
            bond: Self::bond(&dispute.judging),
            judging: dispute.judging,
            trace,
            deadline: due,
            now: Self::ticks(),
            demands,
            opened,
            claims,
        }
    }
}
