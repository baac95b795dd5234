//! What always holds: checked after every test, by `try-runtime`, and for the constants when the runtime is built.

use crate::{
    pool::Pool, showing::pieces, types::*, Agenda, AuditOf, Audits, Canaries, Config, HoldReason, Members, NextItem,
    NextPlaced, Nodes, Pallet, Parties, Pieces, PoolSize, Positions, Profiles, Records, Ring, Waiting, WeightInfo,
    Weights, Weighty,
};
use alloc::collections::{BTreeMap, BTreeSet};
use candor_economics::fenwick;
use candor_primitives::{
    traits::{DisputeClock, Receipts},
    AccountId, Balance, HostBlake2b, Payload,
};
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use sp_core::H256;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Check every invariant. Reads all of the pallet's storage.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_queue()?;
        Self::try_audits()?;
        Self::try_pieces()?;
        Self::try_agenda()?;
        Self::try_pools()?;
        Self::try_canaries()
    }

    /// What waits was counted and is not audited yet; all of it up to a number has a place on the ring, which has nothing else.
    fn try_queue() -> Result<(), TryRuntimeError> {
        let (placed, end) = (NextPlaced::<T>::get(), NextItem::<T>::get());
        ensure!(placed <= end, "places were given to what did not come");
        let mut places = BTreeSet::<(PlaceKey, ItemKey)>::new();
        for (key, entry) in Waiting::<T>::iter() {
            let number = u64::from(key);
            ensure!(number < end, "an item waits that is not counted");
            ensure!(entry.since <= Self::block(), "an item waits that has not come");
            ensure!(entry.place.is_some() == (number < placed), "places are not given in order");
            places.extend(entry.place.map(|place| (PlaceKey::from(place), key)));
            match &entry.item {
                // One whose session was overturned, or that was proven false, is passed over when it is drawn.
                Item::Batch(_) => {},
                Item::Receipt(key) | Item::Disagreed(key) => {
                    ensure!(!AuditOf::<T>::contains_key(key), "a receipt waits that was drawn");
                },
            }
        }
        let found: BTreeSet<_> = Ring::<T>::iter_keys().collect();
        ensure!(found == places, "the ring differs from the places of what waits");
        Ok(())
    }

    /// Every audit is about an open receipt, found by it and by its two parties; nobody audits its own receipt, or one
    /// receipt twice.
    fn try_audits() -> Result<(), TryRuntimeError> {
        let mut parties = BTreeSet::<(AccountId, AuditId)>::new();
        let mut of = BTreeMap::<AuditId, _>::new();
        for (key, audit) in Audits::<T>::iter() {
            let (id, case) = (AuditId::from(key), &audit.case);
            let open = T::Receipts::receipt(&case.key).ok_or("an audited receipt is not open")?;
            ensure!(open.receipt.hash::<HostBlake2b>() == case.receipt, "an audit is about another receipt");
            let auditor = audit.state.auditor();
            let excluded =
                |who: &AccountId| *who == case.key.host || *who == case.requester || case.tried.contains(who);
            ensure!(!auditor.is_some_and(excluded), "an auditor was drawn who must not be");
            ensure!(case.round() < T::MaxRounds::get(), "an audit has too many rounds");
            parties.extend(auditor.map(|who| (who.clone(), id)));
            parties.insert((case.key.host.clone(), id));
            of.insert(id, case.key.clone());
        }
        for (id, record) in Records::<T>::iter() {
            ensure!(of.insert(id, record.key).is_none(), "an audit goes on and has ended");
        }
        ensure!(Audits::<T>::count() as usize == Audits::<T>::iter_keys().count(), "audits are counted wrongly");
        let found: BTreeSet<_> = Parties::<T>::iter_keys().map(|(who, key)| (who, AuditId::from(key))).collect();
        ensure!(found == parties, "the index of parties differs from the audits");
        ensure!(AuditOf::<T>::iter_keys().count() == of.len(), "the index of receipts differs from the audits");
        ensure!(of.iter().all(|(id, key)| AuditOf::<T>::get(key) == Some(*id)), "a receipt does not lead to its audit");
        Ok(())
    }

    /// Audits have the pieces that they say, and no others; all of them lead to the roots of the inputs.
    fn try_pieces() -> Result<(), TryRuntimeError> {
        for (key, Audit { case, state }) in Audits::<T>::iter() {
            let Some(Payload::Content { tensors, .. }) = T::Receipts::input(&case.key) else {
                ensure!(case.input == InputPlace::OnChain, "inputs are on chain and said to be elsewhere");
                ensure!(!Self::has_pieces(key), "pieces were shown of what is on chain");
                continue;
            };
            let all = pieces(&tensors).unwrap_or_default();
            let found: BTreeMap<_, _> = Pieces::<T>::iter_prefix(key).collect();
            let wanted = match (case.input, &state) {
                (InputPlace::OffChain { pieces }, AuditState::Showing { missing, .. }) => {
                    ensure!(pieces as usize == all.len(), "an input has another number of pieces");
                    all.len().checked_sub(*missing as usize).ok_or("more pieces are missing than there are")?
                },
                (InputPlace::Shown, AuditState::Showing { .. }) => return Err("inputs are asked for twice".into()),
                (InputPlace::Shown, _) => all.len(),
                (InputPlace::OnChain, _) => return Err("inputs lie off chain and are said to be on it".into()),
                (InputPlace::OffChain { .. } | InputPlace::Unshowable, _) => 0,
            };
            ensure!(found.len() == wanted, "an audit has another number of pieces than it says");
            for (number, bytes) in found {
                let number = u32::from(number) as usize;
                let piece = all.get(number).ok_or("there is no such piece")?;
                ensure!(bytes.len() as u64 == piece.bytes, "a piece has another length");
            }
        }
        Ok(())
    }

    /// Every audit and every record stands in the agenda exactly once, under its last tick. So does, in a tick that has
    /// passed or is now, every audit that ended and left pieces.
    fn try_agenda() -> Result<(), TryRuntimeError> {
        let audits = Audits::<T>::iter().map(|(key, audit)| (BlockKey::from(audit.state.deadline()), key));
        let records = Records::<T>::iter().map(|(id, record)| (BlockKey::from(record.until), AuditKey::from(id)));
        let expected: BTreeSet<_> = audits.chain(records).collect();
        let found: BTreeSet<_> = Agenda::<T>::iter_keys().collect();
        ensure!(found.is_superset(&expected), "the agenda lacks an audit or a record");
        let now = T::Clock::now();
        let mut left = BTreeSet::new();
        for (tick, key) in found.difference(&expected) {
            ensure!(u32::from(*tick) <= now, "pieces are to be removed later");
            ensure!(left.insert(*key), "pieces are to be removed twice");
        }
        let ended: BTreeSet<_> =
            Pieces::<T>::iter_keys().map(|(key, _)| key).filter(|key| !Audits::<T>::contains_key(key)).collect();
        ensure!(ended.is_superset(&left), "the agenda has more than audits, records and pieces");
        // A record that is due in the same tick stands for both.
        let due = |key: &AuditKey| Records::<T>::get(AuditId::from(*key)).is_some_and(|record| record.until <= now);
        ensure!(ended.difference(&left).all(due), "pieces of an audit that ended are not to be removed");
        Ok(())
    }

    /// Positions lead to members and back; the trees sum the weights of their hosts; weighty hosts are counted.
    fn try_pools() -> Result<(), TryRuntimeError> {
        let mut members = 0usize;
        for (profile, len) in PoolSize::<T>::iter() {
            ensure!(len > 0, "an empty list is stored");
            members = members.saturating_add(len as usize);
            Self::try_pool(profile, len)?;
        }
        ensure!(Members::<T>::iter_keys().count() == members, "a member is in no list");
        ensure!(Positions::<T>::iter_keys().count() == members, "a position is in no list");
        ensure!(Nodes::<T>::iter_keys().all(|(profile, i)| i < PoolSize::<T>::get(profile)), "a node is in no list");
        ensure!(Weighty::<T>::iter_keys().all(PoolSize::<T>::contains_key), "nobody is counted");
        let joined: BTreeSet<_> = Members::<T>::iter_keys().map(|(profile, host)| (host, profile)).collect();
        let found: BTreeSet<_> = Profiles::<T>::iter_keys().collect();
        ensure!(found == joined, "the profiles of hosts differ from the members of profiles");
        let weighed = |host| Weights::<T>::get(&host) > 0 && Profiles::<T>::iter_key_prefix(&host).next().is_some();
        ensure!(Weights::<T>::iter_keys().all(weighed), "a host has a weight and no profile, or a weight of zero");
        Ok(())
    }

    fn try_pool(profile: H256, len: u32) -> Result<(), TryRuntimeError> {
        let pool = Pool::<T>::of(profile);
        let (mut sum, mut weighty) = (0u128, 0u32);
        for position in 0..len {
            let host = pool.host(position).ok_or("a position has no host")?;
            let member = Members::<T>::get(profile, &host).ok_or("a position has no member")?;
            ensure!(member.position == position && member.offers > 0, "a member has another position, or no offer");
            let weight = Weights::<T>::get(&host);
            sum = sum.checked_add(weight).ok_or("weights overflow")?;
            weighty = weighty.saturating_add((weight > 0).into());
            ensure!(fenwick::prefix(&pool, position.saturating_add(1)) == sum, "the tree differs from the weights");
        }
        ensure!(pool.total() == sum, "the total differs from the weights");
        ensure!(Weighty::<T>::get(profile) == weighty, "hosts with weight are counted wrongly");
        Ok(())
    }

    /// What is on hold in the pot is the sum of the bounties.
    fn try_canaries() -> Result<(), TryRuntimeError> {
        let sum = Canaries::<T>::iter_values().fold(0, |sum: Balance, canary| sum.saturating_add(canary.bounty));
        let held = T::Currency::balance_on_hold(&HoldReason::Canary.into(), &T::CanaryPot::get());
        ensure!(held == sum, "the hold differs from the bounties");
        Ok(())
    }

    pub(crate) fn check_constants() {
        assert!((2..=MAX_ROUNDS).contains(&T::MaxRounds::get()), "MaxRounds must be 2 to {MAX_ROUNDS}");
        assert!((1..=MAX_MISMATCHES).contains(&T::MaxMismatches::get()), "MaxMismatches must be 1 to {MAX_MISMATCHES}");
        assert!(T::MaxTries::get() > 0, "a draw needs a try");
        assert!(T::DrawDelay::get() > 0, "receipts are drawn with a seed younger than themselves");
        assert!(T::DrawBlocks::get() > 0, "every block draws a part of what waits");
        let audit = [T::SealDeadline::get(), T::AnswerDeadline::get(), T::RevealDeadline::get()];
        for deadline in audit.into_iter().chain([T::ShowDeadline::get()]) {
            assert!(deadline > 0, "auditors and hosts need at least one tick");
        }
        assert!(T::Rate::get().min <= T::Rate::get().max, "the least rate must not exceed the largest");
        let base = T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item());
        let base = base.saturating_add(T::WeightInfo::place_item());
        let most = base.saturating_add(Self::heaviest_step().max(Self::weight_of_draw()));
        assert!(most.all_lte(T::MaxHookWeight::get()), "MaxHookWeight must fit one audit, at least {most}");
    }
}
