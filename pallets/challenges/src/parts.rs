//! Parts of a disputed trace: what somebody asks for, the host opens on chain.

use crate::{types::*, Claims, Config, Disputes, Error, Event, Opened, Pallet, Traces};
use candor_adjudicator::evidence::{HashesOpening, TensorOpening, MAX_RANGES};
use candor_primitives::{
    worker::Demand, AccountId, Balance, DisputeId, DisputeStatement, HostBlake2b, Outcome, WorkerSignature,
};
use codec::{DecodeLimit, Encode};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchResult, TransactionSource, TransactionValidityWithRefund},
    traits::Get,
    weights::Weight,
};

/// Depth of what openings are made of.
const DEPTH: u32 = 8;

/// Whether these bytes open what exists of a part of the trace with this root.
fn opens(bytes: &[u8], part: &Demand, trace: &[u8; 32]) -> bool {
    let (position, first, count) = range(part);
    match part {
        Demand::Chunks { .. } => TensorOpening::decode_all_with_depth_limit(DEPTH, &mut &bytes[..]).is_ok_and(|o| {
            o.ranges.len() <= MAX_RANGES && o.answers::<HostBlake2b>(trace, position, first, count.into()).is_ok()
        }),
        Demand::Hashes { .. } => HashesOpening::decode_all_with_depth_limit(DEPTH, &mut &bytes[..])
            .is_ok_and(|o| o.answers::<HostBlake2b>(trace, position, first, count.into()).is_ok()),
    }
}

impl<T: Config> Pallet<T> {
    /// Price of a part, in planck: the space that it takes, and as much again for the host's work.
    pub fn part_price(part: &Demand) -> Balance {
        T::BytePrice::get().saturating_mul(part_bytes(part).into()).saturating_mul(2)
    }

    /// Everything that must hold for a demand of a drawn auditor.
    pub(crate) fn check_demand(
        id: DisputeId,
        auditor: &AccountId,
        part: &Demand,
        signature: &WorkerSignature,
    ) -> Result<(), Error<T>> {
        let claim = Claims::<T>::get(id, auditor).ok_or(Error::<T>::NotAuditor)?;
        ensure!(claim.is_auditor(), Error::<T>::NotAuditor);
        Self::check_part(id, auditor, part)?;
        Self::check_signature(id, auditor, &DisputeStatement::Demand(*part), signature)
    }

    /// A dispute of which the part can be asked for by this account.
    fn check_part(id: DisputeId, who: &AccountId, part: &Demand) -> Result<Dispute, Error<T>> {
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        let (pending, opened) = match &dispute.state {
            DisputeState::AwaitingTrace { .. } => return Err(Error::<T>::NoTrace),
            DisputeState::Open { pending, opened, .. } => (pending, opened),
            DisputeState::Closing { .. } => return Err(Error::<T>::UnknownDispute),
        };
        ensure!(is_allowed(part, dispute.judging.trace), Error::<T>::BadDemand);
        ensure!(Self::was_made(id, &dispute, range(part).0), Error::<T>::BadDemand);
        let known = pending.iter().any(|p| p.part == *part)
            || opened.iter().any(|number| Opened::<T>::get(id, number).is_some_and(|o| o.part == *part));
        ensure!(!known, Error::<T>::AlreadyDemanded);
        let mine = pending.iter().filter(|p| p.by.who == *who).count();
        ensure!(!pending.is_full() && mine < MAX_PENDING_EACH, Error::<T>::TooManyDemands);
        Ok(dispute)
    }

    /// Whether the trace can have a value at a place. A run that fails makes none from the failing node on, and an honest
    /// host has nothing to open there; that a trace stops too early is shown by evidence instead.
    fn was_made(id: DisputeId, dispute: &Dispute, position: u32) -> bool {
        let Outcome::Failed { .. } = dispute.receipt.outcome else { return true };
        let roots = Traces::<T>::get(id).unwrap_or_default();
        roots.get(position as usize).is_some_and(|root| !root.is_zero())
    }

    /// Whether the transaction pool takes a demand that nobody pays for.
    pub(crate) fn authorize_demand(
        _: TransactionSource,
        id: &DisputeId,
        auditor: &AccountId,
        part: &Demand,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        Self::check_demand(*id, auditor, part, signature).map_err(Self::invalid)?;
        let until = Self::after(T::DemandClock::get());
        Ok((Self::valid((b"demand", id, auditor, part).encode(), until), Weight::zero()))
    }

    pub(crate) fn do_demand(id: DisputeId, by: Asker, part: Demand) -> DispatchResult {
        let mut dispute = Self::check_part(id, &by.who, &part)?;
        let before = dispute.due();
        let price = Self::part_price(&part);
        Claims::<T>::try_mutate(id, &by.who, |entry| -> DispatchResult {
            let claim = entry.get_or_insert_with(Claim::default);
            if by.auditor {
                claim.owed = claim.owed.map(|owed| owed.saturating_add(price));
            } else {
                Self::hold(&by.who, price)?;
                claim.demands = claim.demands.saturating_add(price);
            }
            Ok(())
        })?;
        let deadline = Self::after(T::DemandClock::get()).saturating_add(Self::trace_ticks(&dispute.judging));
        let DisputeState::Open { pending, next, .. } = &mut dispute.state else {
            return Err(Error::<T>::NoTrace.into());
        };
        let number = *next;
        *next = next.saturating_add(1);
        let who = by.who.clone();
        let owed = Pending { number, part, by, deadline };
        pending.try_push(owed).map_err(|_| Error::<T>::TooManyDemands)?;
        Self::put(id, dispute, Some(before));
        Self::deposit_event(Event::Demanded { dispute: id, number, by: who, part, price, deadline });
        Ok(())
    }

    /// Everything that must hold for an opening, whoever sends it.
    fn check_reveal(id: DisputeId, number: u32, opening: &[u8]) -> Result<(Dispute, Pending), Error<T>> {
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        let DisputeState::Open { trace, pending, .. } = &dispute.state else {
            return Err(Error::<T>::UnknownDemand);
        };
        let owed = pending.iter().find(|p| p.number == number).ok_or(Error::<T>::UnknownDemand)?.clone();
        ensure!(opens(opening, &owed.part, &trace.0), Error::<T>::WrongOpening);
        Ok((dispute, owed))
    }

    /// Whether the transaction pool takes an opening that nobody pays for.
    pub(crate) fn authorize_reveal(
        _: TransactionSource,
        id: &DisputeId,
        number: &u32,
        opening: &Opening,
    ) -> TransactionValidityWithRefund {
        let (_, owed) = Self::check_reveal(*id, *number, opening).map_err(Self::invalid)?;
        Ok((Self::valid((b"reveal", id, number).encode(), owed.deadline), Weight::zero()))
    }

    pub(crate) fn do_reveal(id: DisputeId, number: u32, opening: Opening) -> DispatchResult {
        let (mut dispute, owed) = Self::check_reveal(id, number, &opening)?;
        let before = dispute.due();
        if let DisputeState::Open { pending, opened, .. } = &mut dispute.state {
            pending.retain(|p| p.number != number);
            if opened.is_full() {
                // Whoever asked has had time to read it, and it stays in the block in which it came.
                Opened::<T>::remove(id, opened.remove(0));
            }
            opened.try_push(number).map_err(|_| Error::<T>::TooManyDemands)?;
        }
        dispute.extend(Self::after(T::EvidenceWindow::get()));
        Opened::<T>::insert(id, number, OpenedPart { part: owed.part, opening });
        Self::put(id, dispute, Some(before));
        Self::deposit_event(Event::Revealed { dispute: id, number });
        Ok(())
    }
}
