//! What the calls and the hooks cost. Inputs and outputs are as large as they can be where their size is not the
//! parameter; every host is paid in full.

use crate::{types::*, *};
use alloc::{format, vec::Vec};
use candor_primitives::{
    tensor::InlineBytes,
    traits::{AttestedHosts, HostMarket, HostStake, ReceiptKey, Releases},
    AccountId, Balance, DType, HostBlake2b, JobId, Outcome, Payload, Receipt, ReceiptPath, ReleaseId, Tensor,
    TensorRef, WorkerSignature, MAX_INLINE_INPUT, MAX_INLINE_OUTPUT, WORKER_KEY_TYPE,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    traits::{
        fungible::{Inspect, Mutate},
        Get, OnPoll,
    },
    weights::WeightMeter,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_core::H256;
use sp_io::crypto::{sr25519_generate, sr25519_sign};

/// More than any benchmark host asks for.
fn max_fee<T: Config>() -> Balance {
    T::Currency::minimum_balance().max(1).saturating_mul(1_000).saturating_add(1_000_000)
}

fn requester<T: Config>() -> AccountId {
    let who: AccountId = whitelisted_caller();
    T::Currency::set_balance(&who, max_fee::<T>().saturating_mul(1_000_000));
    who
}

/// A release with `hosts` hosts; all payees exist.
fn market<T: Config>(first: u32, hosts: u32) -> ReleaseId {
    let publisher: AccountId = account("publisher", 0, 0);
    for payee in [&publisher, &T::Treasury::get(), &T::AuditPot::get()] {
        T::Currency::set_balance(payee, max_fee::<T>());
    }
    let release = T::Releases::benchmark_release(&publisher);
    join::<T>(release, first, hosts);
    release
}

fn join<T: Config>(release: ReleaseId, first: u32, hosts: u32) {
    for index in first..first.saturating_add(hosts) {
        let worker = sr25519_generate(WORKER_KEY_TYPE, Some(format!("//worker{index}").into_bytes()));
        T::Hosts::benchmark_host(&account("host", index, 0), worker, release);
    }
}

fn options(hosts: u32) -> JobOptions {
    JobOptions { host: None, redundancy: hosts as u8, insured: 0, attested: false }
}

fn floats(bytes: u32) -> Payload {
    let count = bytes / 4;
    let data = InlineBytes::try_from(alloc::vec![0u8; (count * 4) as usize]).expect("at most 64 KiB");
    let shape = alloc::vec![count].try_into().expect("one dimension");
    Payload::Inline(alloc::vec![Tensor { dtype: DType::Float32, shape, data }].try_into().expect("one tensor"))
}

/// An input off chain to which `bytes` of output belong.
fn content(bytes: u32) -> Payload {
    let shape = alloc::vec![bytes / 4].try_into().expect("one dimension");
    let tensors = alloc::vec![TensorRef { dtype: DType::Float32, shape, root: H256::repeat_byte(1) }];
    let source = alloc::vec![b'x'; 256].try_into().expect("256 bytes fit");
    Payload::Content { tensors: tensors.try_into().expect("one tensor"), source }
}

/// Submit a job whose answer has `bytes` bytes to `hosts` hosts of a new market.
fn submitted<T: Config>(bytes: u32, hosts: u32) -> JobId {
    let release = market::<T>(0, hosts);
    let id = NextJobId::<T>::get();
    Pallet::<T>::do_submit(requester::<T>(), release, content(bytes), max_fee::<T>(), options(hosts))
        .expect("the market serves the job");
    id
}

/// Make schedule 0, of so many runs. Returns the block of its first run.
fn scheduled<T: Config>(runs: u32) -> u32 {
    let release = market::<T>(0, 1);
    let period = T::MinPeriod::get().max(1);
    let input = floats(MAX_INLINE_INPUT);
    Pallet::<T>::do_schedule(requester::<T>(), release, input, max_fee::<T>(), period, runs, options(1))
        .expect("the requester is funded");
    Schedules::<T>::get(0).expect("made").next().expect("active")
}

/// A job that waits, for `hosts` hosts that have room.
fn waiting<T: Config>(hosts: u32) -> JobId {
    let id = submitted::<T>(MAX_INLINE_OUTPUT, hosts);
    let job = Jobs::<T>::get(id).expect("submitted");
    for assignment in job.state.assignments() {
        Pallet::<T>::leave(id, &job.request, assignment);
        T::Stake::close(&assignment.host, job.request.value(assignment), job.request.insured);
    }
    let before = job.footprint();
    Pallet::<T>::wait(id, job.request, job.rounds, before).expect("the requester is funded");
    id
}

/// Have a job be of the attested tier: its host is asked for its evidence.
fn attested<T: Config>(id: JobId) {
    for Assignment { host, .. } in hosts_of::<T>(id) {
        let worker = T::Hosts::worker_of(&host).expect("a host has a key");
        T::Attested::benchmark_attest(&host, worker);
    }
    Jobs::<T>::mutate_extant(id, |job| job.request.attested = true);
}

fn hosts_of<T: Config>(id: JobId) -> Vec<Assignment> {
    Jobs::<T>::get(id).expect("the job exists").state.assignments().into_iter().cloned().collect()
}

/// The signed answer of a host.
fn answer<T: Config>(
    id: JobId,
    assignment: &Assignment,
    output: Payload,
) -> (Receipt, WorkerSignature, Option<Payload>) {
    let request = Jobs::<T>::get(id).expect("the job exists").request;
    let outcome = Outcome::Output(output.root::<HostBlake2b>());
    let receipt = Receipt { draft: Pallet::<T>::draft(id, &request, assignment), outcome };
    let worker = T::Hosts::worker_of(&assignment.host).expect("the host has a worker");
    let signature = sr25519_sign(WORKER_KEY_TYPE, &worker, &receipt.hash::<HostBlake2b>().0).expect("the key is here");
    (receipt, signature, Some(output))
}

/// Seal the answers of the first `count` hosts; returns what they will reveal.
fn sealed<T: Config>(id: JobId, count: u32) -> Vec<(Receipt, WorkerSignature, Option<Payload>)> {
    let hosts = hosts_of::<T>(id);
    hosts
        .iter()
        .take(count as usize)
        .map(|assignment| {
            let (receipt, signature, output) = answer::<T>(id, assignment, floats(MAX_INLINE_OUTPUT));
            let seal = receipt.seal::<HostBlake2b>(&signature);
            let by_worker = sign_seal::<T>(id, &assignment.host, &seal);
            Pallet::<T>::do_seal_result(id, assignment.host.clone(), seal, by_worker).expect("the seal is due");
            (receipt, signature, output)
        })
        .collect()
}

fn sign_seal<T: Config>(id: JobId, host: &AccountId, seal: &H256) -> WorkerSignature {
    let worker = T::Hosts::worker_of(host).expect("the host has a worker");
    let message = seal_message(&Pallet::<T>::genesis(), id, host, seal);
    sr25519_sign(WORKER_KEY_TYPE, &worker, &message).expect("the key is here")
}

/// All but the last of the answers, revealed.
fn revealed<T: Config>(id: JobId, hosts: u32) -> Option<(Receipt, WorkerSignature, Option<Payload>)> {
    let mut answers = sealed::<T>(id, hosts);
    let last = answers.pop();
    for (receipt, signature, output) in answers {
        Pallet::<T>::do_submit_result(receipt, signature, output).expect("the reveal is due");
    }
    last
}

/// Go behind the deadline of the job. Its input becomes inline and as large as it can be: that costs most to look at,
/// and hosts are not excused.
fn pass_deadline<T: Config>(id: JobId) -> Job {
    Inputs::<T>::insert(id, floats(MAX_INLINE_INPUT));
    let job = Jobs::<T>::get(id).expect("the job exists");
    let after: BlockNumberFor<T> = job.state.deadline().saturating_add(1).into();
    frame_system::Pallet::<T>::set_block_number(after);
    job
}

fn delivered<T: Config>() -> JobId {
    let id = submitted::<T>(MAX_INLINE_OUTPUT, 1);
    let (receipt, signature, output) = answer::<T>(id, &hosts_of::<T>(id)[0], floats(MAX_INLINE_OUTPUT));
    Pallet::<T>::do_submit_result(receipt, signature, output).expect("the result is due");
    id
}

/// An open receipt of `host` for the benchmarks of other pallets.
pub(crate) fn open_receipt<T: Config>(host: &AccountId, by: &AccountId) -> ReceiptKey<AccountId> {
    let publisher: AccountId = account("publisher", 0, 0);
    for payee in [&publisher, &T::Treasury::get(), &T::AuditPot::get()] {
        T::Currency::set_balance(payee, max_fee::<T>());
    }
    T::Currency::set_balance(by, T::Currency::balance(by).saturating_add(max_fee::<T>().saturating_mul(1_000)));
    let release = T::Releases::benchmark_release(&publisher);
    if T::Hosts::worker_of(host).is_none() {
        let worker = sr25519_generate(WORKER_KEY_TYPE, None);
        T::Hosts::benchmark_host(host, worker, release);
    }
    let id = NextJobId::<T>::get();
    let options = JobOptions { host: Some(host.clone()), redundancy: 1, insured: 0, attested: false };
    Pallet::<T>::do_submit(by.clone(), release, floats(MAX_INLINE_INPUT), max_fee::<T>(), options)
        .expect("the host serves the job");
    let (receipt, signature, output) = answer::<T>(id, &hosts_of::<T>(id)[0], floats(MAX_INLINE_INPUT));
    Pallet::<T>::do_submit_result(receipt, signature, output).expect("the result is due");
    ReceiptKey { path: ReceiptPath::Job(id), host: host.clone() }
}

/// Nobody looks at the receipts of a job any more: whoever listens has held them until they are drawn or not.
fn let_go<T: Config>(id: JobId) {
    Jobs::<T>::mutate(id, |job| match job.as_mut().map(|job| &mut job.state) {
        Some(JobState::Delivered { holds, .. }) => *holds = 0,
        Some(JobState::Settled { works, .. }) => works.iter_mut().for_each(|compared| compared.holds = 0),
        _ => {},
    });
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn submit(b: Linear<0, { MAX_INLINE_INPUT }>, m: Linear<1, { MAX_REDUNDANCY }>) {
        let release = market::<T>(0, m);
        let caller = requester::<T>();

        #[extrinsic_call]
        submit_with(RawOrigin::Signed(caller), release, floats(b), max_fee::<T>(), options(m));

        assert_eq!(hosts_of::<T>(0).len(), m as usize);
    }

    #[benchmark]
    fn submit_result(b: Linear<0, { MAX_INLINE_OUTPUT }>) {
        let id = submitted::<T>(b, 1);
        attested::<T>(id);
        let (receipt, signature, output) = answer::<T>(id, &hosts_of::<T>(id)[0], floats(b));

        #[extrinsic_call]
        _(RawOrigin::Authorized, receipt, signature, output);

        assert!(matches!(Jobs::<T>::get(id).unwrap().state, JobState::Delivered { .. }));
    }

    #[benchmark]
    fn reveal_result(b: Linear<0, { MAX_INLINE_OUTPUT }>, m: Linear<2, { MAX_REDUNDANCY }>) {
        let id = submitted::<T>(b, m);
        let answers: Vec<_> =
            hosts_of::<T>(id).iter().map(|assignment| answer::<T>(id, assignment, floats(b))).collect();
        for (receipt, signature, _) in &answers {
            let (host, seal) = (receipt.draft.host.clone(), receipt.seal::<HostBlake2b>(signature));
            let by_worker = sign_seal::<T>(id, &host, &seal);
            Pallet::<T>::do_seal_result(id, host, seal, by_worker).expect("the seal is due");
        }
        let mut answers = answers.into_iter();
        let (receipt, signature, output) = answers.next().expect("at least two hosts");
        for (receipt, signature, output) in answers {
            Pallet::<T>::do_submit_result(receipt, signature, output).expect("the reveal is due");
        }

        #[extrinsic_call]
        submit_result(RawOrigin::Authorized, receipt, signature, output);

        assert!(matches!(Jobs::<T>::get(id).unwrap().state, JobState::Settled { .. }));
    }

    #[benchmark]
    fn authorize_submit_result(b: Linear<0, { MAX_INLINE_OUTPUT }>) {
        let id = submitted::<T>(b, 1);
        let (receipt, signature, output) = answer::<T>(id, &hosts_of::<T>(id)[0], floats(b));
        let call = Call::<T>::submit_result { receipt, signature, output };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn seal_result() {
        let id = submitted::<T>(0, MAX_REDUNDANCY);
        sealed::<T>(id, MAX_REDUNDANCY - 1);
        let host = hosts_of::<T>(id)[MAX_REDUNDANCY as usize - 1].host.clone();
        let seal = H256::repeat_byte(1);
        let signature = sign_seal::<T>(id, &host, &seal);

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, host, seal, signature);

        assert!(matches!(Jobs::<T>::get(id).unwrap().state, JobState::Revealing { .. }));
    }

    #[benchmark]
    fn authorize_seal_result() {
        let id = submitted::<T>(0, MAX_REDUNDANCY);
        let host = hosts_of::<T>(id)[0].host.clone();
        let seal = H256::repeat_byte(1);
        let signature = sign_seal::<T>(id, &host, &seal);
        let call = Call::<T>::seal_result { job: id, host, seal, signature };
        let result;

        #[block]
        {
            result = call.authorize(TransactionSource::External);
        }

        assert!(matches!(result, Some(Ok(_))));
    }

    #[benchmark]
    fn cancel() {
        let id = waiting::<T>(1);

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), id);

        assert!(!Jobs::<T>::contains_key(id));
    }

    #[benchmark]
    fn assign(m: Linear<1, { MAX_REDUNDANCY }>) {
        let id = waiting::<T>(m);

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), id);

        assert_eq!(hosts_of::<T>(id).len(), m as usize);
    }

    #[benchmark]
    fn end() {
        let id = waiting::<T>(1);
        pass_deadline::<T>(id);

        #[extrinsic_call]
        expire(RawOrigin::Signed(requester::<T>()), id);

        assert!(!Jobs::<T>::contains_key(id));
    }

    #[benchmark]
    fn reassign(m: Linear<1, { MAX_REDUNDANCY }>) {
        let id = submitted::<T>(MAX_INLINE_OUTPUT, m);
        let job = pass_deadline::<T>(id);
        // Others, live at this block.
        join::<T>(job.request.release, m, m);

        #[extrinsic_call]
        expire(RawOrigin::Signed(requester::<T>()), id);

        assert_eq!(Jobs::<T>::get(id).unwrap().rounds.count, 1);
    }

    #[benchmark]
    fn begin_reveal(a: Linear<1, { MAX_REDUNDANCY / 2 }>) {
        // The fewest hosts of which so many may be absent.
        let id = submitted::<T>(MAX_INLINE_OUTPUT, 2 * a + 1);
        sealed::<T>(id, a + 1);
        pass_deadline::<T>(id);

        #[extrinsic_call]
        expire(RawOrigin::Signed(requester::<T>()), id);

        assert!(matches!(Jobs::<T>::get(id).unwrap().state, JobState::Revealing { .. }));
    }

    #[benchmark]
    fn settle(m: Linear<2, { MAX_REDUNDANCY }>) {
        let id = submitted::<T>(MAX_INLINE_OUTPUT, m);
        revealed::<T>(id, m);
        pass_deadline::<T>(id);

        #[extrinsic_call]
        expire(RawOrigin::Signed(requester::<T>()), id);

        assert!(matches!(Jobs::<T>::get(id).unwrap().state, JobState::Settled { .. }));
    }

    #[benchmark]
    fn finalise() {
        let id = delivered::<T>();
        pass_deadline::<T>(id);
        let_go::<T>(id);

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), id);

        assert!(!Jobs::<T>::contains_key(id));
    }

    #[benchmark]
    fn close(m: Linear<2, { MAX_REDUNDANCY }>) {
        let id = submitted::<T>(MAX_INLINE_OUTPUT, m);
        if let Some((receipt, signature, output)) = revealed::<T>(id, m) {
            Pallet::<T>::do_submit_result(receipt, signature, output).expect("the reveal is due");
        }
        pass_deadline::<T>(id);
        let_go::<T>(id);

        #[extrinsic_call]
        finalise(RawOrigin::Signed(requester::<T>()), id);

        assert!(!Jobs::<T>::contains_key(id));
    }

    #[benchmark]
    fn schedule(b: Linear<4, { MAX_INLINE_INPUT }>) {
        let release = market::<T>(0, 1);
        let (who, period) = (requester::<T>(), T::MinPeriod::get().max(1));

        #[extrinsic_call]
        _(RawOrigin::Signed(who), release, floats(b), max_fee::<T>(), period, MAX_RUNS, options(1));

        assert!(Schedules::<T>::contains_key(0));
    }

    #[benchmark]
    fn cancel_schedule() {
        scheduled::<T>(2);

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), 0);

        assert_eq!(Schedules::<T>::get(0).unwrap().next(), None);
    }

    /// A run that is missed, the last one: what a run costs beside its job. Its input is as large as it can be.
    #[benchmark]
    fn run_schedule() {
        let due = scheduled::<T>(1);
        let late = due.saturating_add(T::MinPeriod::get().max(1));
        frame_system::Pallet::<T>::set_block_number(late.into());

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), 0);

        assert!(matches!(Runs::<T>::get(0, RunKey::from(0)).unwrap().result, RunResult::Missed(_)));
    }

    #[benchmark]
    fn remove_schedule(r: Linear<0, MAX_RUNS>) {
        scheduled::<T>(MAX_RUNS);
        let mut kept = Schedules::<T>::get(0).unwrap();
        for run in 0..r {
            let result = RunResult::Missed(Error::<T>::TooLate.into());
            Runs::<T>::insert(0, RunKey::from(run), Run { due: run, result });
        }
        kept.done = r;
        Pallet::<T>::release(HoldReason::Schedule, &kept.requester, kept.per_run.saturating_mul(r.into())).unwrap();
        Schedules::<T>::insert(0, kept);
        Pallet::<T>::do_cancel_schedule(requester::<T>(), 0).unwrap();

        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), 0);

        assert!(!Schedules::<T>::contains_key(0));
        assert_eq!(Runs::<T>::iter_prefix(0).count(), 0);
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
        let id = delivered::<T>();
        pass_deadline::<T>(id);
        // Room to look at the job, none to move it on.
        let limit = T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item());
        let mut meter = WeightMeter::with_limit(limit);

        #[block]
        {
            <Pallet<T> as OnPoll<BlockNumberFor<T>>>::on_poll(1u32.into(), &mut meter);
        }

        assert!(Jobs::<T>::contains_key(id));
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
