//! What always holds: checked after every test, by `try-runtime`, and for the constants when the runtime is built.

use crate::{
    types::*, Agenda, BatchesOf, Config, CurrencyOf, HoldReason, HostSessions, Inputs, Overdue, Pallet, Receipts,
    Samples, SamplesAt, Sessions, SessionsAt, SessionsOf, WeightInfo,
};
use alloc::collections::{BTreeMap, BTreeSet};
use candor_primitives::{AccountId, Balance, BlockNumber, SessionId};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{fungible::InspectHold, Get},
    weights::Weight,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Check that escrow and deposits equal what is held, that batches, samples and receipts belong to their sessions and
    /// add up, that everything stands in the agenda exactly once unless somebody looks at it, and that indices list what
    /// there is and nothing else.
    pub fn do_try_state() -> DispatchResult {
        Self::check_holds()?;
        Self::check_sessions()?;
        Self::check_batches()?;
        Self::check_agenda()?;
        Self::check_indices()
    }

    fn check_holds() -> DispatchResult {
        let mut held = BTreeMap::<AccountId, (Balance, Balance)>::new();
        for session in Sessions::<T>::iter_values() {
            let entry = held.entry(session.terms.requester.clone()).or_default();
            entry.0 = entry.0.saturating_add(session.held);
            entry.1 = entry.1.saturating_add(session.bond);
        }
        for shown in Receipts::<T>::iter_values() {
            if let Some((who, deposit)) = shown.presenter {
                let entry = held.entry(who).or_default();
                entry.1 = entry.1.saturating_add(deposit);
            }
        }
        for (who, (escrow, deposit)) in held {
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&HoldReason::Escrow.into(), &who) == escrow,
                DispatchError::Other("escrow held differs from the sum of the requester's sessions")
            );
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&HoldReason::Deposit.into(), &who) == deposit,
                DispatchError::Other("deposits held differ from the sum over sessions and receipts")
            );
        }
        Ok(())
    }

    fn check_sessions() -> DispatchResult {
        for (id, session) in Sessions::<T>::iter() {
            ensure!(session.terms.session == id, DispatchError::Other("a session has another id in its terms"));
            ensure!(!session.is_done(), DispatchError::Other("a session outlived itself"));
            let in_batches =
                BatchesOf::<T>::iter_prefix_values(id).fold(0, |sum: Balance, batch| sum.saturating_add(batch.fee));
            let unsettled = session.terms.deposit.checked_sub(session.batched.1);
            let unsettled = unsettled.ok_or(DispatchError::Other("more than the deposit is in batches"))?;
            let expected = match session.state {
                SessionState::Open { .. } | SessionState::Closing { .. } => in_batches.saturating_add(unsettled),
                SessionState::Ended => in_batches,
                SessionState::Overturned { .. } => 0,
            };
            ensure!(session.held == expected, DispatchError::Other("a session holds another amount than it owes"));
            ensure!(
                session.batched.0 <= session.settled.calls && session.batched.1 <= session.settled.fee,
                DispatchError::Other("more is in batches than was settled")
            );
            ensure!(
                session.settled.fee <= session.terms.deposit,
                DispatchError::Other("more than the deposit is settled")
            );
            ensure!(
                session.counted > 0 || session.is_overturned(),
                DispatchError::Other("a session counts as nothing in the liability")
            );
            ensure!(
                session.counted <= session.needed(),
                DispatchError::Other("a session counts as more than it needs")
            );
        }
        Ok(())
    }

    fn check_batches() -> DispatchResult {
        let mut looking = BTreeMap::<(SessionId, u32), u32>::new();
        let mut add = |id, number, holds: u32| {
            let count = looking.entry((id, number)).or_default();
            *count = count.saturating_add(holds);
        };
        let mut sampled = BTreeMap::<SessionId, u32>::new();
        let mut presented = BTreeMap::<SessionId, u32>::new();
        let count = |of: &mut BTreeMap<SessionId, u32>, id| {
            let count = of.entry(id).or_default();
            *count = count.saturating_add(1);
        };
        for (id, _, sample) in Samples::<T>::iter() {
            add(id, sample.number, 1);
            count(&mut sampled, id);
        }
        for (id, index, shown) in Receipts::<T>::iter() {
            ensure!(Inputs::<T>::contains_key(id, index), DispatchError::Other("a receipt has no inputs"));
            ensure!(shown.holds <= MAX_HOLDS, DispatchError::Other("a receipt is held too often"));
            count(if shown.presenter.is_some() { &mut presented } else { &mut sampled }, id);
            if let Some(number) = shown.batch {
                add(id, number, shown.holds.into());
                let belongs = BatchesOf::<T>::get(id, number).is_none_or(|batch| batch.contains(index));
                ensure!(belongs, DispatchError::Other("a receipt is in a batch without its call"));
            }
        }
        for (id, session) in Sessions::<T>::iter() {
            let of = |count: &BTreeMap<SessionId, u32>| count.get(&id).copied().unwrap_or(0);
            ensure!(session.sampled == of(&sampled), DispatchError::Other("a session counts its samples wrong"));
            ensure!(session.presented == of(&presented), DispatchError::Other("a session counts its receipts wrong"));
            ensure!(session.presented <= MAX_PRESENTED, DispatchError::Other("too many receipts are presented"));
            ensure!(session.sampled <= MAX_SAMPLED, DispatchError::Other("too many calls are drawn"));
            let batches = u32::try_from(BatchesOf::<T>::iter_prefix(id).count()).unwrap_or(u32::MAX);
            ensure!(session.batches == batches, DispatchError::Other("a session counts its batches wrong"));
            ensure!(batches <= T::MaxBatches::get(), DispatchError::Other("a session has too many batches"));
        }
        for (id, number, batch) in BatchesOf::<T>::iter() {
            ensure!(batch.calls > 0, DispatchError::Other("a batch is of no calls"));
            let seen = looking.get(&(id, number)).copied().unwrap_or(0);
            ensure!(batch.holds >= seen, DispatchError::Other("a batch is held by fewer than look at it"));
        }
        Ok(())
    }

    fn check_agenda() -> DispatchResult {
        let mut expected = BTreeSet::<(BlockNumber, Item)>::new();
        for (id, session) in Sessions::<T>::iter() {
            expected.extend(session.due().map(|due| (due, Item::Session(id))));
        }
        for (id, number, batch) in BatchesOf::<T>::iter() {
            expected.extend(batch.due().map(|due| (due, Item::Batch(id, number))));
        }
        for (id, index, shown) in Receipts::<T>::iter() {
            expected.extend(shown.due().map(|due| (due, Item::Receipt(id, index))));
        }
        let listed: BTreeSet<_> = Agenda::<T>::iter_keys().map(|(due, item)| (BlockNumber::from(due), item)).collect();
        ensure!(listed == expected, DispatchError::Other("the agenda differs from what is due"));
        let samples: BTreeSet<_> =
            Samples::<T>::iter().map(|(id, index, sample)| (sample.deadline, (id, index))).collect();
        let listed: BTreeSet<_> = Overdue::<T>::iter_keys().map(|(due, key)| (Tick::from(due), key)).collect();
        ensure!(listed == samples, DispatchError::Other("the list of deadlines differs from the samples"));
        let mut at = BTreeSet::new();
        for (host, (id, index), deadline) in SamplesAt::<T>::iter() {
            let session = Sessions::<T>::get(id).ok_or(DispatchError::Other("a sample has no session"))?;
            ensure!(session.terms.host == host, DispatchError::Other("a sample is listed at another host"));
            at.insert((deadline, (id, index)));
        }
        ensure!(at == samples, DispatchError::Other("the samples of hosts differ from the samples"));
        Ok(())
    }

    fn check_indices() -> DispatchResult {
        let mut of_requester = BTreeSet::<(AccountId, SessionId)>::new();
        let mut at_host = BTreeSet::<(AccountId, SessionId)>::new();
        let mut counts = BTreeMap::<AccountId, u32>::new();
        for (id, session) in Sessions::<T>::iter() {
            of_requester.insert((session.terms.requester.clone(), id));
            at_host.insert((session.terms.host.clone(), id));
            let count = counts.entry(session.terms.host).or_default();
            *count = count.saturating_add(1);
        }
        let found: BTreeSet<_> = SessionsOf::<T>::iter_keys().map(|(who, key)| (who, key.into())).collect();
        ensure!(found == of_requester, DispatchError::Other("the index of requesters differs from the sessions"));
        let found: BTreeSet<_> = SessionsAt::<T>::iter_keys().map(|(who, key)| (who, key.into())).collect();
        ensure!(found == at_host, DispatchError::Other("the index of hosts differs from the sessions"));
        let found: BTreeMap<_, _> = HostSessions::<T>::iter().collect();
        ensure!(found == counts, DispatchError::Other("the numbers of hosts' sessions differ from the sessions"));
        let with_input: BTreeSet<_> = Inputs::<T>::iter_keys().collect();
        let receipts: BTreeSet<_> = Receipts::<T>::iter_keys().collect();
        ensure!(with_input == receipts, DispatchError::Other("inputs differ from the receipts"));
        Ok(())
    }

    /// What the sessions at `host` count as in its liability: number of receipts and sum of their values.
    pub fn open_value(host: &AccountId) -> (u32, Balance) {
        let at = Sessions::<T>::iter_values().filter(|session| session.terms.host == *host);
        at.fold((0u32, 0), |(count, sum), session| {
            let value = session.worth.saturating_mul(session.counted.into());
            (count.saturating_add(session.counted), sum.saturating_add(value))
        })
    }

    pub(crate) fn check_constants() {
        assert!((2..=MAX_BATCHES).contains(&T::MaxBatches::get()), "MaxBatches must be 2 to {MAX_BATCHES}");
        assert!(T::SampleDeadline::get() > 0, "hosts need at least one tick to open a call");
        assert!(T::RetryInterval::get() > 0, "nothing must be looked at twice in a block");
        assert!(T::CloseNotice::get() > T::SettleInterval::get(), "a host must be able to settle within the notice");
        assert!(T::FinalityWindow::get() > 0, "audits need at least one block");
        let step =
            T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item()).saturating_add(Self::heaviest_step());
        let most: Weight = T::MaxHookWeight::get();
        assert!(step.all_lte(most), "MaxHookWeight must fit one item, at least {step}");
    }
}
