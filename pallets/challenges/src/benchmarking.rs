//! What the calls and the hooks cost. Evidence and openings are real; disputes are as full as they can be: every pending
//! demand, every opened part, the longest trace, as many claims as one step settles.

use crate::{fixtures::*, types::*, *};
use alloc::vec::Vec;
use candor_primitives::{
    dispute_message, evidence_commitment,
    traits::{HostMarket, ReceiptKey, Receipts},
    worker::Demand,
    AccountId, DisputeId, DisputeStatement, HostBlake2b, Outcome, WorkerSignature, WORKER_KEY_TYPE,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    traits::{
        fungible::{Inspect, Mutate},
        Get, OnFinalize, OnPoll,
    },
    weights::WeightMeter,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_core::H256;
use sp_io::crypto::sr25519_sign;

fn funded<T: Config>(name: &'static str, index: u32) -> AccountId {
    let who: AccountId = account(name, index, 0);
    fund::<T>(&who);
    who
}

fn fund<T: Config>(who: &AccountId) {
    let most = T::BondBase::get()
        .saturating_add(T::EvidenceBond::get())
        .saturating_add(T::BytePrice::get().saturating_mul(1 << 26))
        .saturating_add(T::TracePrice::get().saturating_mul(1 << 10))
        .saturating_add(T::Currency::minimum_balance().saturating_mul(1_000));
    T::Currency::set_balance(who, most.saturating_mul(10));
}

fn host() -> AccountId {
    account("host", 0, 0)
}

fn receipt<T: Config>() -> ReceiptKey<AccountId> {
    T::Receipts::benchmark_receipt(&host(), &account("requester", 0, 0))
}

fn sign<T: Config>(id: DisputeId, who: &AccountId, statement: &DisputeStatement) -> WorkerSignature {
    let worker = T::Hosts::worker_of(who).expect("the host has a worker");
    let message = dispute_message(&Pallet::<T>::genesis(), id, who, statement);
    sr25519_sign(WORKER_KEY_TYPE, &worker, &message).expect("the key is here")
}

/// A dispute about a receipt of a model that is `run`'s from now on, with as many claims as one step settles.
fn disputed<T: Config>(run: &Run) -> (ReceiptKey<AccountId>, DisputeId) {
    let key = receipt::<T>();
    for index in 0..CLAIMS_PER_STEP {
        Pallet::<T>::do_challenge(funded::<T>("challenger", index), key.clone()).expect("the receipt is open");
    }
    let id = DisputeOf::<T>::get(&key).expect("it is disputed");
    Disputes::<T>::mutate(id, |dispute| {
        let dispute = dispute.as_mut().expect("it is there");
        dispute.judging = run.judging();
        dispute.receipt.draft.input_root = run.input_root();
        dispute.receipt.outcome = run.outcome();
    });
    (key, id)
}

/// The same with the trace, all demands pending but one, and all parts opened.
fn full<T: Config>(run: &Run) -> (ReceiptKey<AccountId>, DisputeId) {
    let (key, id) = disputed::<T>(run);
    let roots: Roots = run.roots.clone().try_into().expect("the roots fit");
    let signature = sign::<T>(id, &key.host, &DisputeStatement::Trace(run.trace()));
    Pallet::<T>::do_submit_trace(id, roots, signature).expect("the trace is due");
    for first in 0..u64::from(MAX_OPENED) {
        let part = Demand::Chunks { position: 0, first: first + 1_000, count: 1 };
        let who = account("challenger", 0, 0);
        Pallet::<T>::do_demand(id, Asker { who, auditor: false }, part).expect("there is room");
        let opening = run.opening(&part).try_into().expect("it fits");
        Pallet::<T>::do_reveal(id, first as u32, opening).expect("it is asked for");
    }
    for first in 0..MAX_PENDING - 1 {
        let part = Demand::Hashes { position: 0, first: (first + 1_000).into(), count: 1 };
        let who = account("challenger", first / MAX_PENDING_EACH as u32, 0);
        Pallet::<T>::do_demand(id, Asker { who, auditor: false }, part).expect("there is room");
    }
    (key, id)
}

/// The same about a run that is said to have failed: whoever asks for a part of it has the whole trace read.
fn full_of_a_failure<T: Config>(run: &Run) -> (ReceiptKey<AccountId>, DisputeId) {
    let (key, id) = full::<T>(run);
    Disputes::<T>::mutate(id, |dispute| {
        let dispute = dispute.as_mut().expect("it is there");
        dispute.receipt.outcome = Outcome::Failed { node: u32::MAX, index: 0 };
    });
    assert_eq!(Traces::<T>::get(id).map(|roots| roots.len()), Some(MAX_TRACE as usize));
    (key, id)
}

/// A dispute in which the first challenger has announced evidence, a block ago.
fn committed<T: Config>(run: &Run, evidence: &[u8]) -> (DisputeId, AccountId) {
    let (_, id) = full::<T>(run);
    let prover: AccountId = account("challenger", 0, 0);
    let by = Asker { who: prover.clone(), auditor: false };
    Pallet::<T>::do_commit(id, by, evidence_commitment(evidence, &prover)).expect("it is open");
    next_block::<T>();
    (id, prover)
}

fn next_block<T: Config>() {
    let next = frame_system::Pallet::<T>::block_number() + 1u32.into();
    frame_system::Pallet::<T>::set_block_number(next);
}

/// Factors whose evidence has about `bytes` bytes.
fn factors(bytes: u32) -> u64 {
    (u64::from(bytes) / 8).clamp(4, MAX_FACTORS)
}

/// The largest graph and trace, and so the longest proofs, around `k` factors.
fn run(k: u64) -> Run {
    Run::new(k, 1_024, MAX_TRACE).flipped()
}

fn late<T: Config>() {
    Ticks::<T>::put(1_000_000);
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn challenge() {
        let key = receipt::<T>();
        let caller: AccountId = whitelisted_caller();
        fund::<T>(&caller);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), key.clone());

        assert!(DisputeOf::<T>::contains_key(&key));
    }

    #[benchmark]
    fn submit_trace(r: Linear<2, { MAX_TRACE }>) {
        let run = Run::new(4, 1, r);
        let (key, id) = disputed::<T>(&run);
        let signature = sign::<T>(id, &key.host, &DisputeStatement::Trace(run.trace()));
        let roots: Roots = run.roots.try_into().expect("the roots fit");

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, roots, signature);

        assert!(Traces::<T>::contains_key(id));
    }

    #[benchmark]
    fn authorize_submit_trace(r: Linear<2, { MAX_TRACE }>) {
        let run = Run::new(4, 1, r);
        let (key, id) = disputed::<T>(&run);
        let signature = sign::<T>(id, &key.host, &DisputeStatement::Trace(run.trace()));
        let roots: Roots = run.roots.try_into().expect("the roots fit");
        let call = Call::<T>::submit_trace { dispute: id, roots, signature };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn demand() {
        let (_, id) = full_of_a_failure::<T>(&run(4));
        let caller: AccountId = whitelisted_caller();
        fund::<T>(&caller);
        let part = Demand::Hashes { position: 1, first: 0, count: 1 };

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, part);

        assert!(
            matches!(Disputes::<T>::get(id).unwrap().state, DisputeState::Open { pending, .. } if pending.is_full())
        );
    }

    #[benchmark]
    fn authorize_demand() {
        let (key, id) = full_of_a_failure::<T>(&run(4));
        // The host accuses itself: it has a worker key.
        <Pallet<T> as candor_primitives::traits::Disputes<AccountId>>::accuse(&key, &key.host).expect("it is open");
        let part = Demand::Hashes { position: 1, first: 0, count: 1 };
        let signature = sign::<T>(id, &key.host, &DisputeStatement::Demand(part));
        let call = Call::<T>::demand_for { dispute: id, auditor: key.host, part, signature };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn reveal(b: Linear<1_024, 131_072>) {
        let run = run(32_768);
        let (_, id) = full::<T>(&run);
        let part = Demand::Chunks { position: 0, first: 0, count: b / 1_024 };
        let by = Asker { who: account("challenger", 7, 0), auditor: false };
        Pallet::<T>::do_demand(id, by, part).expect("there is room");
        let number = MAX_OPENED + MAX_PENDING - 1;
        let opening: Opening = run.opening(&part).try_into().expect("it fits");

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, number, opening);

        assert!(Opened::<T>::contains_key(id, number));
    }

    #[benchmark]
    fn authorize_reveal(b: Linear<1_024, 131_072>) {
        let run = run(32_768);
        let (_, id) = full::<T>(&run);
        let part = Demand::Chunks { position: 0, first: 0, count: b / 1_024 };
        let by = Asker { who: account("challenger", 7, 0), auditor: false };
        Pallet::<T>::do_demand(id, by, part).expect("there is room");
        let number = MAX_OPENED + MAX_PENDING - 1;
        let opening: Opening = run.opening(&part).try_into().expect("it fits");
        let call = Call::<T>::reveal { dispute: id, number, opening };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn commit_evidence() {
        let (_, id) = full::<T>(&run(4));
        let caller: AccountId = whitelisted_caller();
        fund::<T>(&caller);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller.clone()), id, H256::repeat_byte(1));

        assert!(Claims::<T>::get(id, caller).unwrap().commitment.is_some());
    }

    #[benchmark]
    fn authorize_commit_evidence() {
        let (key, id) = full::<T>(&run(4));
        <Pallet<T> as candor_primitives::traits::Disputes<AccountId>>::accuse(&key, &key.host).expect("it is open");
        let hash = H256::repeat_byte(1);
        let signature = sign::<T>(id, &key.host, &DisputeStatement::Commit(hash));
        let call = Call::<T>::commit_evidence_for { dispute: id, auditor: key.host, hash, signature };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    // The steps of a sum follow from its bytes; the steps beyond them are taken by judging a sum again and again.
    #[benchmark]
    fn prove_fault(b: Linear<1_024, 229_376>, w: Linear<0, { MAX_JUDGED }>) {
        let run = run(factors(b));
        let evidence = run.evidence();
        let (id, prover) = committed::<T>(&run, &evidence);
        let bytes: EvidenceBytes = evidence.try_into().expect("it fits");
        let rest = w.saturating_sub(run.work());

        #[block]
        {
            run.judge_again(rest);
            Pallet::<T>::do_prove(id, prover, &bytes, MAX_JUDGED).expect("it convicts");
        }

        assert!(!matches!(Disputes::<T>::get(id).map(|d| d.state), Some(DisputeState::Open { .. })));
    }

    #[benchmark]
    fn authorize_prove_fault(b: Linear<1_024, 229_376>, w: Linear<0, { MAX_JUDGED }>) {
        let run = run(factors(b));
        let evidence = run.evidence();
        let (id, prover) = committed::<T>(&run, &evidence);
        let bytes: EvidenceBytes = evidence.try_into().expect("it fits");
        let call = Call::<T>::prove_fault { dispute: id, prover, evidence: bytes, work: MAX_JUDGED };
        let rest = w.saturating_sub(run.work());
        let result;

        #[block]
        {
            run.judge_again(rest);
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn report_equivocation() {
        let (key, id) = full::<T>(&run(4));
        let mut other = T::Receipts::receipt(&key).expect("it is open").receipt;
        other.outcome = Outcome::Output(H256::repeat_byte(1));
        let worker = T::Hosts::worker_of(&key.host).expect("the host has a worker");
        let hash = other.hash::<HostBlake2b>();
        let signature = sr25519_sign(WORKER_KEY_TYPE, &worker, &hash.0).expect("the key is here");
        let caller: AccountId = whitelisted_caller();
        fund::<T>(&caller);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), other, signature);

        assert!(!Disputes::<T>::contains_key(id));
    }

    #[benchmark]
    fn convict() {
        let (_, id) = full::<T>(&run(4));
        late::<T>();
        let caller: AccountId = whitelisted_caller();

        #[extrinsic_call]
        expire_dispute(RawOrigin::Signed(caller), id);

        assert!(!Disputes::<T>::contains_key(id));
    }

    #[benchmark]
    fn uphold() {
        let (_, id) = full::<T>(&run(4));
        Disputes::<T>::mutate(id, |dispute| {
            let Some(Dispute { state: DisputeState::Open { pending, .. }, .. }) = dispute else { return };
            pending.clear();
        });
        let before: Vec<_> = Agenda::<T>::iter_keys().collect();
        before.into_iter().for_each(|(due, key)| Agenda::<T>::remove(due, key));
        let due = Disputes::<T>::get(id).expect("it is there").due();
        Agenda::<T>::insert(TickKey::from(due), DisputeKey::from(id), ());
        late::<T>();
        let caller: AccountId = whitelisted_caller();

        #[extrinsic_call]
        expire_dispute(RawOrigin::Signed(caller), id);

        assert!(!Disputes::<T>::contains_key(id));
    }

    #[benchmark]
    fn settle() {
        let (key, id) = full::<T>(&run(4));
        for index in 0..CLAIMS_PER_STEP {
            let who = funded::<T>("late challenger", index);
            Pallet::<T>::do_challenge(who, key.clone()).expect("the receipt is open");
        }
        let dispute = Disputes::<T>::get(id).expect("it is there");
        T::Receipts::release(&key);
        Pallet::<T>::close(id, dispute, Fate::Upheld).expect("claims can be settled");
        assert!(Disputes::<T>::contains_key(id));
        let caller: AccountId = whitelisted_caller();

        #[extrinsic_call]
        expire_dispute(RawOrigin::Signed(caller), id);

        assert!(!Disputes::<T>::contains_key(id));
    }

    #[benchmark]
    fn poll_base() {
        let mut meter = WeightMeter::with_limit(T::WeightInfo::poll_base());

        #[block]
        {
            <Pallet<T> as OnPoll<BlockNumberFor<T>>>::on_poll(1u32.into(), &mut meter);
        }
    }

    #[benchmark]
    fn poll_item() {
        let (_, id) = full::<T>(&run(4));
        late::<T>();
        // Room to look at the dispute, none to move it on.
        let limit = T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item());
        let mut meter = WeightMeter::with_limit(limit);

        #[block]
        {
            <Pallet<T> as OnPoll<BlockNumberFor<T>>>::on_poll(1u32.into(), &mut meter);
        }

        assert!(Disputes::<T>::contains_key(id));
    }

    #[benchmark]
    fn on_finalize() {
        #[block]
        {
            <Pallet<T> as OnFinalize<BlockNumberFor<T>>>::on_finalize(1u32.into());
        }
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
