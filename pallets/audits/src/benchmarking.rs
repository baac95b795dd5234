//! What the calls, the hooks and the listeners cost. Draws meet as many dead hosts as they have tries, and leave out as
//! many auditors as there can be.

use crate::{messages::*, pool::Pool, types::*, *};
use alloc::{format, vec::Vec};
use candor_commitments::{open_data, tensor_root};
use candor_economics::fenwick;
use candor_primitives::{
    tensor::{InlineBytes, MAX_TENSORS},
    traits::{Batches, Disputes, HostListener, HostMarket, ReceiptKey, ReceiptListener, Receipts},
    AccountId, Balance, DType, HostBlake2b, Outcome, Payload, Receipt, TensorRef, WORKER_KEY_TYPE,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    traits::{
        fungible::{Inspect, Mutate},
        EnsureOrigin, Get, Hooks, OnPoll, UnfilteredDispatchable,
    },
    weights::WeightMeter,
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_core::H256;
use sp_io::crypto::{sr25519_generate, sr25519_sign};
use sp_runtime::Permill;

/// Weight of a host in the draws.
const STAKE: Balance = 1_000_000_000;

fn rich<T: Config>(who: &AccountId) {
    let amount = T::Currency::minimum_balance().max(1).saturating_mul(1_000_000).saturating_add(1u128 << 80);
    T::Currency::set_balance(who, amount);
}

fn requester<T: Config>() -> AccountId {
    let who: AccountId = whitelisted_caller();
    rich::<T>(&who);
    who
}

/// An open receipt, with its profile; nothing waits to be drawn.
fn receipt<T: Config>() -> (ReceiptKey<AccountId>, Receipt, H256) {
    rich::<T>(&T::AuditPot::get());
    rich::<T>(&T::CanaryPot::get());
    let host: AccountId = account("audited", 0, 0);
    let key = T::Receipts::benchmark_receipt(&host, &requester::<T>());
    let _ = Waiting::<T>::clear(u32::MAX, None);
    let _ = Ring::<T>::clear(u32::MAX, None);
    NextItem::<T>::kill();
    NextPlaced::<T>::kill();
    let receipt = T::Receipts::receipt(&key).expect("the receipt is open").receipt;
    let profile = T::Hosts::profile_of(receipt.draft.release, receipt.draft.variant).expect("the variant has one");
    (key, receipt, profile)
}

/// A registered, live host of the profile.
fn auditor<T: Config>(index: u32, receipt: &Receipt, profile: H256) -> AccountId {
    let who: AccountId = account("auditor", index, 0);
    let worker = sr25519_generate(WORKER_KEY_TYPE, Some(format!("//auditor{index}").into_bytes()));
    T::Hosts::benchmark_host(&who, worker, receipt.draft.release);
    rich::<T>(&who);
    Pallet::<T>::joined(&who, profile);
    Pallet::<T>::weighed(&who, STAKE);
    who
}

/// The worker key of the audited host, which the receipt's benchmark made, signs what it is asked.
fn sign<T: Config>(who: &AccountId, message: &[u8; 32]) -> candor_primitives::WorkerSignature {
    let worker = T::Hosts::worker_of(who).expect("the host has a worker");
    sr25519_sign(WORKER_KEY_TYPE, &worker, message).expect("the key is here")
}

/// An audit in a state.
fn audit<T: Config>(state: impl FnOnce(AccountId) -> AuditState) -> (AuditId, Audit, Receipt) {
    let (key, receipt, profile) = receipt::<T>();
    let who = auditor::<T>(0, &receipt, profile);
    T::Receipts::hold(&key).expect("the receipt is open");
    let case = Case {
        receipt: H256::repeat_byte(1),
        outcome: receipt.outcome,
        requester: receipt.draft.requester.clone(),
        assigned: receipt.draft.block,
        fee: receipt.draft.fee,
        profile,
        input: InputPlace::OnChain,
        seed: H256::repeat_byte(2),
        tried: Default::default(),
        clean: Default::default(),
        key,
    };
    let audit = Audit { case, state: state(who.clone()) };
    let id = 0;
    store::<T>(id, &audit);
    (id, audit, receipt)
}

fn who(audit: &Audit) -> AccountId {
    audit.state.auditor().expect("somebody audits").clone()
}

/// An audit whose inputs, as many and as long as can be, are asked for: all is there but a piece of so many KiB.
fn showing<T: Config>(kib: u32) -> (AuditId, Audit, Call<T>) {
    let (id, mut audit, _) = audit::<T>(|auditor| AuditState::Sealing { auditor, deadline: 10 });
    let long = u32::try_from(MAX_SHOWN).expect("megabytes") - PIECE + kib * 1024;
    let data = alloc::vec![1u8; long as usize];
    let reference = |data: &[u8]| TensorRef {
        dtype: DType::Uint8,
        shape: alloc::vec![data.len() as u32].try_into().expect("one dimension"),
        root: H256(tensor_root::<HostBlake2b>(DType::Uint8.code(), &[data.len() as u64], data)),
    };
    let mut tensors = alloc::vec![reference(&data)];
    tensors.resize(MAX_TENSORS as usize, reference(&[]));
    let all = crate::showing::pieces(&tensors).expect("not too large");
    let missing = all.iter().rfind(|piece| piece.tensor == 0).expect("the first tensor has pieces");
    let key = AuditKey::from(id);
    for piece in all.iter().filter(|piece| piece.number != missing.number) {
        let bytes = InlineBytes::truncate_from(alloc::vec![1u8; piece.bytes as usize]);
        Pieces::<T>::insert(key, PieceKey::from(piece.number), bytes);
    }
    let opened = open_data::<HostBlake2b>(&data, missing.first.into(), missing.count.into());
    let (bytes, proof) = opened.expect("it has the piece");
    let call = Call::show_input {
        audit: id,
        tensor: 0,
        first: missing.first,
        bytes: bytes.to_vec().try_into().expect("a piece"),
        proof: proof.into_iter().map(H256).collect(),
    };
    let tensors = tensors.try_into().expect("as many as there can be");
    T::Receipts::benchmark_input(&audit.case.key, Payload::Content { tensors, source: Default::default() });
    Parties::<T>::remove(who(&audit), key);
    audit.case.input = InputPlace::OffChain { pieces: all.len() as u32 };
    audit.state = AuditState::Showing { missing: 1, deadline: 10 };
    store::<T>(id, &audit);
    (id, audit, call)
}

/// Something waits since the first block.
fn wait<T: Config>(item: Item, place: Option<u32>) -> ItemKey {
    let number = ItemKey::from(NextItem::<T>::get());
    Waiting::<T>::insert(number, Entry { item, since: 0, place });
    NextItem::<T>::put(u64::from(number) + 1);
    if let Some(place) = place {
        Ring::<T>::insert(PlaceKey::from(place), number, ());
        NextPlaced::<T>::put(u64::from(number) + 1);
    }
    number
}

fn store<T: Config>(id: AuditId, audit: &Audit) {
    let key = AuditKey::from(id);
    NextAuditId::<T>::put(id + 1);
    AuditOf::<T>::insert(&audit.case.key, id);
    Parties::<T>::insert(&audit.case.key.host, key, ());
    if let Some(auditor) = audit.state.auditor() {
        Parties::<T>::insert(auditor, key, ());
    }
    Agenda::<T>::insert(BlockKey::from(audit.state.deadline()), key, ());
    Audits::<T>::insert(key, audit);
}

fn revealing<T: Config>(outcome: Option<Outcome>, agree: bool) -> (AuditId, Audit, Outcome, H256) {
    let digest = H256::repeat_byte(3);
    let (id, mut audit, receipt) = audit::<T>(|auditor| AuditState::Sealing { auditor, deadline: 10 });
    let outcome = outcome.unwrap_or(receipt.outcome);
    let auditor = who(&audit);
    audit.state = AuditState::Revealing {
        seal: seal_of(&Pallet::<T>::genesis(), id, &auditor, &outcome, &digest),
        auditor,
        host_digest: Some(if agree { digest } else { H256::zero() }),
        deadline: 10,
    };
    store::<T>(id, &audit);
    (id, audit, outcome, digest)
}

/// Make the list of a profile `depth` deep, with hosts all over it that nobody can reach. Returns some of them.
fn deepen<T: Config>(profile: H256, depth: u32) -> Vec<AccountId> {
    let crowd = T::MaxTries::get() + T::MaxRounds::get() + 2;
    let size = 1u32.checked_shl(depth).map_or(u32::MAX, |size| size - 1);
    let gap = (size / crowd).max(1);
    let first = PoolSize::<T>::get(profile);
    let places: Vec<u32> = (0..crowd).map(|n| first.max(n * gap)).filter(|place| *place < size).collect();
    let mut dead = Vec::new();
    for (n, place) in (0..).zip(&places) {
        if *place < PoolSize::<T>::get(profile) {
            continue;
        }
        PoolSize::<T>::insert(profile, place);
        let host: AccountId = account("dead", n, 0);
        Pallet::<T>::joined(&host, profile);
        Pallet::<T>::weighed(&host, STAKE * 1_000);
        dead.push(host);
    }
    PoolSize::<T>::insert(profile, size.max(first));
    // The nodes above a place that were not there when it was filled.
    for host in &dead {
        let position = Members::<T>::get(profile, host).expect("it joined").position;
        let mut pool = Pool::<T>::of(profile);
        fenwick::set(&mut pool, position, 0).expect("below the length");
        fenwick::set(&mut pool, position, STAKE * 1_000).expect("below the length");
    }
    dead
}

/// As many earlier auditors as there can be before one more is drawn.
fn tired<T: Config>(audit: &mut Audit, dead: &[AccountId]) {
    let most = T::MaxRounds::get().saturating_sub(2) as usize;
    audit.case.tried = BoundedVec::truncate_from(dead.iter().take(most).cloned().collect());
    store::<T>(0, audit);
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn on_initialize() {
        #[block]
        {
            <Pallet<T> as Hooks<BlockNumberFor<T>>>::on_initialize(1u32.into());
        }
    }

    #[benchmark]
    fn seal_audit() {
        let (id, audit, _) = audit::<T>(|auditor| AuditState::Sealing { auditor, deadline: 10 });
        let (auditor, seal) = (who(&audit), H256::repeat_byte(1));
        let signature = sign::<T>(&auditor, &seal_message(&Pallet::<T>::genesis(), id, &auditor, &seal));

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, seal, signature);

        assert!(Audits::<T>::iter_values().any(|audit| matches!(audit.state, AuditState::Answering { .. })));
    }

    #[benchmark]
    fn authorize_seal_audit() {
        let (id, audit, _) = audit::<T>(|auditor| AuditState::Sealing { auditor, deadline: 10 });
        let (auditor, seal) = (who(&audit), H256::repeat_byte(1));
        let signature = sign::<T>(&auditor, &seal_message(&Pallet::<T>::genesis(), id, &auditor, &seal));
        let call = Call::<T>::seal_audit { audit: id, seal, signature };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn answer_audit() {
        let seal = H256::repeat_byte(1);
        let (id, audit, _) = audit::<T>(|auditor| AuditState::Answering { auditor, seal, deadline: 10 });
        let (host, digest) = (&audit.case.key.host, H256::repeat_byte(3));
        let signature = sign::<T>(host, &answer_message(&Pallet::<T>::genesis(), id, 0, host, &digest));

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, digest, signature);

        assert!(Audits::<T>::iter_values().any(|audit| matches!(audit.state, AuditState::Revealing { .. })));
    }

    #[benchmark]
    fn authorize_answer_audit() {
        let seal = H256::repeat_byte(1);
        let (id, audit, _) = audit::<T>(|auditor| AuditState::Answering { auditor, seal, deadline: 10 });
        let (host, digest) = (&audit.case.key.host, H256::repeat_byte(3));
        let signature = sign::<T>(host, &answer_message(&Pallet::<T>::genesis(), id, 0, host, &digest));
        let call = Call::<T>::answer_audit { audit: id, digest, signature };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn reveal_clean() {
        let (id, _, outcome, digest) = revealing::<T>(None, true);
        Canaries::<T>::insert(H256::zero(), Canary { bounty: 0, planted: 0 });

        #[extrinsic_call]
        reveal_audit(RawOrigin::Authorized, id, outcome, digest);

        assert_eq!(Records::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn reveal_accused() {
        let (id, audit, outcome, digest) = revealing::<T>(Some(Outcome::Output(H256::repeat_byte(9))), true);
        Canaries::<T>::insert(H256::zero(), Canary { bounty: 0, planted: 0 });

        #[extrinsic_call]
        reveal_audit(RawOrigin::Authorized, id, outcome, digest);

        assert!(T::Disputes::is_disputed(&audit.case.key));
    }

    #[benchmark]
    fn reveal_differing(d: Linear<6, 20>) {
        let (id, mut audit, outcome, digest) = revealing::<T>(None, false);
        let dead = deepen::<T>(audit.case.profile, d);
        tired::<T>(&mut audit, &dead);

        #[extrinsic_call]
        reveal_audit(RawOrigin::Authorized, id, outcome, digest);

        assert_eq!(Disagreements::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn authorize_reveal_audit() {
        let (id, _, outcome, digest) = revealing::<T>(None, true);
        let call = Call::<T>::reveal_audit { audit: id, outcome, digest };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn expire_auditor(d: Linear<6, 20>) {
        let (id, mut audit, _) = audit::<T>(|auditor| AuditState::Sealing { auditor, deadline: 10 });
        let dead = deepen::<T>(audit.case.profile, d);
        tired::<T>(&mut audit, &dead);

        #[block]
        {
            Pallet::<T>::step(id, audit);
        }

        assert!(Agenda::<T>::iter_keys().all(|(due, _)| due != BlockKey::from(10)));
    }

    #[benchmark]
    fn expire_answer() {
        let seal = H256::repeat_byte(1);
        let (id, audit, _) = audit::<T>(|auditor| AuditState::Answering { auditor, seal, deadline: 10 });

        #[block]
        {
            Pallet::<T>::step(id, audit);
        }

        assert!(Audits::<T>::iter_values().any(|audit| matches!(audit.state, AuditState::Revealing { .. })));
    }

    #[benchmark]
    fn expire_showing() {
        let (id, audit, _) = showing::<T>(64);

        #[block]
        {
            Pallet::<T>::step(id, audit);
        }

        assert_eq!(Audits::<T>::count(), 0);
    }

    #[benchmark]
    fn forget(p: Linear<0, { MAX_PIECES }>) {
        let (key, receipt, _) = receipt::<T>();
        record::<T>(key, &receipt, Default::default(), None);
        for number in 0..p {
            let bytes = InlineBytes::truncate_from(alloc::vec![1u8; PIECE as usize]);
            Pieces::<T>::insert(AuditKey::from(0), PieceKey::from(number), bytes);
        }

        #[block]
        {
            Pallet::<T>::forget(BlockKey::from(10), AuditKey::from(0));
        }

        assert_eq!((AuditOf::<T>::iter().count(), Pieces::<T>::iter_keys().count()), (0, 0));
    }

    #[benchmark]
    fn show_input(k: Linear<1, 64>) {
        let (_, _, call) = showing::<T>(k);

        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into()).expect("it is the missing piece");
        }

        assert!(Audits::<T>::iter_values().any(|audit| matches!(audit.state, AuditState::Showing { missing: 0, .. })));
    }

    #[benchmark]
    fn authorize_show_input(k: Linear<1, 64>) {
        let (_, _, call) = showing::<T>(k);
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn place_item() {
        let (key, ..) = receipt::<T>();
        wait::<T>(Item::Receipt(key), None);
        frame_system::Pallet::<T>::set_block_number(T::DrawDelay::get().saturating_add(1).into());

        #[block]
        {
            Pallet::<T>::place(&mut WeightMeter::new(), 1);
        }

        assert_eq!(Ring::<T>::iter_keys().count(), 1);
    }

    #[benchmark]
    fn draw_item() {
        let (key, ..) = receipt::<T>();
        T::Receipts::hold(&key).expect("the receipt is open");
        let number = wait::<T>(Item::Receipt(key.clone()), Some(7));
        let seed = H256::zero();
        let drawn;

        #[block]
        {
            let entry = Waiting::<T>::get(number).expect("it waits");
            let open = T::Receipts::receipt(&key).expect("the receipt is open");
            let hash = open.receipt.hash::<candor_primitives::HostBlake2b>();
            let _ = AuditOf::<T>::contains_key(&key);
            let _ = T::Hosts::profile_of(open.receipt.draft.release, open.receipt.draft.variant);
            drawn = Pallet::<T>::is_drawn(&seed, &hash, Pallet::<T>::rate(&key.host, true).min(Permill::zero()));
            Waiting::<T>::remove(number);
            Ring::<T>::remove(PlaceKey::from(entry.place.unwrap_or(0)), number);
            T::Receipts::release(&key);
        }

        assert!(!drawn);
    }

    #[benchmark]
    fn draw_batch(s: Linear<0, { MAX_SAMPLES }>) {
        let (receipt, ..) = receipt::<T>();
        let key = T::Batches::benchmark_batch(&receipt.host, &requester::<T>());
        let _ = Waiting::<T>::clear(u32::MAX, None);
        let held = T::Batches::hold(&key).is_ok();
        let seed = H256::zero();

        #[block]
        {
            let calls = T::Batches::batch(&key).map_or(MAX_SAMPLES, |batch| batch.calls);
            let _ = Pallet::<T>::rate(&key.host, true);
            for offset in crate::queue::offsets(&seed, calls, s) {
                let _ = T::Batches::sample(&key, offset, seed);
            }
            T::Batches::release(&key);
        }

        assert_eq!(held, T::Batches::hold(&key).is_ok());
    }

    #[benchmark]
    fn start_audit(d: Linear<6, 20>) {
        let (key, receipt, profile) = receipt::<T>();
        T::Receipts::hold(&key).expect("the receipt is open");
        deepen::<T>(profile, d);

        #[block]
        {
            Pallet::<T>::start(key, receipt, H256::repeat_byte(1), profile, &H256::zero());
        }

        assert_eq!(NextAuditId::<T>::get(), 1);
    }

    #[benchmark]
    fn delivered() {
        let (key, receipt, _) = receipt::<T>();

        #[block]
        {
            <Pallet<T> as ReceiptListener<_>>::delivered(&key, &receipt);
        }

        assert_eq!(Waiting::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn joined(d: Linear<6, 20>) {
        let profile = H256::repeat_byte(7);
        deepen::<T>(profile, d);
        let host: AccountId = account("host", 0, 0);
        Weights::<T>::insert(&host, STAKE);

        #[block]
        {
            <Pallet<T> as HostListener<_>>::joined(&host, profile);
        }

        assert!(Members::<T>::contains_key(profile, host));
    }

    #[benchmark]
    fn left(d: Linear<6, 20>) {
        let profile = H256::repeat_byte(7);
        let dead = deepen::<T>(profile, d);
        // One that another one takes the place of.
        let host: AccountId = account("host", 0, 0);
        Pallet::<T>::joined(&host, profile);

        #[block]
        {
            <Pallet<T> as HostListener<_>>::left(&dead[1], profile);
        }

        assert!(!Members::<T>::contains_key(profile, &dead[1]));
    }

    #[benchmark]
    fn weighed(p: Linear<1, 32>) {
        let host: AccountId = account("host", 0, 0);
        for index in 0..p {
            let profile = H256::repeat_byte(index as u8 + 1);
            PoolSize::<T>::insert(profile, 1);
            Pallet::<T>::joined(&host, profile);
            PoolSize::<T>::insert(profile, (1u32 << 20) - 1);
        }

        #[block]
        {
            <Pallet<T> as HostListener<_>>::weighed(&host, STAKE);
        }

        assert_eq!(Weights::<T>::get(host), STAKE);
    }

    #[benchmark]
    fn plant_canary() -> Result<(), BenchmarkError> {
        rich::<T>(&T::CanaryPot::get());
        let origin = T::CanaryOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, H256::repeat_byte(1));

        assert_eq!(Canaries::<T>::count(), 1);
        Ok(())
    }

    #[benchmark]
    fn remove_canary() -> Result<(), BenchmarkError> {
        rich::<T>(&T::CanaryPot::get());
        Pallet::<T>::do_plant(H256::repeat_byte(1))?;
        let origin = T::CanaryOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, H256::repeat_byte(1));

        assert_eq!(Canaries::<T>::count(), 0);
        Ok(())
    }

    #[benchmark]
    fn reveal_canary(r: Linear<1, { MAX_ROUNDS }>) -> Result<(), BenchmarkError> {
        let (key, receipt, profile) = receipt::<T>();
        let salt = H256::repeat_byte(5);
        let commitment = canary_commitment(&Pallet::<T>::genesis(), &key.host, &receipt.draft.requester, &salt);
        Pallet::<T>::do_plant(commitment)?;
        let finder = auditor::<T>(0, &receipt, profile);
        let clean: Vec<AccountId> = (1..r).map(|index| auditor::<T>(index, &receipt, profile)).collect();
        T::Disputes::accuse(&key, &finder)?;
        record::<T>(key.clone(), &receipt, BoundedVec::truncate_from(clean), Some(finder));

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), key, salt);

        assert_eq!(Canaries::<T>::count(), 0);
        Ok(())
    }

    #[benchmark]
    fn lift_suspension() -> Result<(), BenchmarkError> {
        let profile = H256::repeat_byte(7);
        Suspended::<T>::insert(profile, ());
        let origin = T::LiftOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, profile);

        assert_eq!(Suspended::<T>::iter().count(), 0);
        Ok(())
    }

    #[benchmark]
    fn poll_base() {
        // An arc on which nothing lies, and one that waits and is not due.
        let (key, ..) = receipt::<T>();
        let seed = Pallet::<T>::block_seed();
        let arc = crate::queue::Arc::of(&seed, T::DrawBlocks::get());
        let place = (0..=u32::MAX).step_by(1 << 16).find(|place| !arc.covers(*place));
        wait::<T>(Item::Receipt(key), place);
        let mut meter = WeightMeter::with_limit(T::WeightInfo::poll_base());

        #[block]
        {
            <Pallet<T> as OnPoll<BlockNumberFor<T>>>::on_poll(1u32.into(), &mut meter);
        }
    }

    #[benchmark]
    fn poll_item() {
        // Due, and no room to move it on.
        audit::<T>(|auditor| AuditState::Sealing { auditor, deadline: 0 });
        let limit = T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item());
        let mut meter = WeightMeter::with_limit(limit);

        #[block]
        {
            <Pallet<T> as OnPoll<BlockNumberFor<T>>>::on_poll(1u32.into(), &mut meter);
        }

        assert_eq!(Audits::<T>::count(), 1);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

fn record<T: Config>(
    key: ReceiptKey<AccountId>,
    receipt: &Receipt,
    clean: PerRound<AccountId>,
    accuser: Option<AccountId>,
) {
    let requester = receipt.draft.requester.clone();
    AuditOf::<T>::insert(&key, 0);
    Agenda::<T>::insert(BlockKey::from(10), AuditKey::from(0), ());
    // As if assigned after the canary was planted, in the block in which the benchmark runs.
    let assigned = u32::MAX;
    Records::<T>::insert(0, Record { key, requester, assigned, clean, accuser, until: 10 });
}
