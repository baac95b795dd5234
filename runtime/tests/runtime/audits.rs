//! From a lie to the dispute about it: what is drawn, when, and how late an auditor may come.

use crate::{
    chain::*,
    soak::{outcome, sign, worker_of},
};
use candor_primitives::{
    traits::{DisputeClock, Disputes, DutySource, ReceiptKey, WorkSource},
    worker::{Task, TaskDone, WorkDone},
    AccountId, BlockNumber, HostBlake2b, JobId, Receipt, ReceiptPath,
};
use candor_runtime::{
    configs::{
        parameters::dynamic::{audits, jobs},
        RuntimeParameters,
    },
    Audits, Challenges, Executive, Jobs, Runtime, RuntimeCall, RuntimeOrigin, CNDR,
};
use sp_core::{Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, Permill};

fn set(key_value: RuntimeParameters) {
    let call = RuntimeCall::from(pallet_parameters::Call::<Runtime>::set_parameter { key_value });
    call.dispatch(RuntimeOrigin::root()).expect("a parameter");
}

/// Draw one receipt in a thousand. Without draws nobody could take work: no stake would be enough.
fn hardly_any_draws() {
    use audits::{MaxRate, Parameters};
    set(RuntimeParameters::Audits(Parameters::MaxRate(MaxRate, Some(Permill::from_parts(1_000)))));
}

/// What `host` makes of the next call that it has to answer, right or wrong.
fn work(host: Sr25519Keyring, lie: bool) -> (H256, WorkDone) {
    let who = account(host);
    let id = Jobs::pending(&who, 1)[0];
    let order = Jobs::order(&who, id).expect("there is work");
    let (outcome, output) = outcome(&order.input, lie);
    let receipt = Receipt { draft: order.draft, outcome };
    let signature = worker_of(host).sign(receipt.hash::<HostBlake2b>().as_bytes());
    (id, WorkDone { outcome, signature, output: Some(output) })
}

/// It sends what it owes to the call now: a seal, or the answer.
fn answer(host: Sr25519Keyring, (id, done): &(H256, WorkDone)) {
    let call = Jobs::answer(&account(host), *id, done.clone(), &sign(host)).expect("it is due");
    Executive::apply_extrinsic(Chain::authorised(call)).expect("authorised").expect("accepted");
}

/// An honest host does what it owes to an audit.
fn duty(host: Sr25519Keyring) {
    let who = account(host);
    let task = Audits::duties(&who, 1).remove(0);
    let Task::Digest { input, .. } = &task else { panic!("audits ask for digests") };
    let done = TaskDone::Digest { outcome: outcome(input, false).0, digest: H256::repeat_byte(1) };
    let call = Audits::answer(&who, &task, done, &sign(host)).expect("it is due");
    Executive::apply_extrinsic(Chain::authorised(call)).expect("authorised").expect("accepted");
}

fn keyring(who: &AccountId) -> Sr25519Keyring {
    [Ferdie, Eve, Charlie].into_iter().find(|key| account(*key) == *who).expect("one of the hosts")
}

fn key(job: JobId, host: Sr25519Keyring) -> ReceiptKey<AccountId> {
    ReceiptKey { path: ReceiptPath::Job(job), host: account(host) }
}

/// Audits that began so far.
fn started() -> u64 {
    pallet_audits::NextAuditId::<Runtime>::get()
}

#[test]
fn auditor_should_be_heard_when_it_accuses_within_its_deadline() {
    chain(|chain| {
        chain.market();
        [Eve, Charlie].into_iter().for_each(|host| chain.register(host, &worker_of(host)));
        // Nobody else can hold the receipt once its short window is over.
        use jobs::{FinalityWindow, MaxHold, Parameters};
        set(RuntimeParameters::Jobs(Parameters::MaxHold(MaxHold, Some(0))));
        set(RuntimeParameters::Jobs(Parameters::FinalityWindow(FinalityWindow, Some(1))));
        chain.block();
        let options = pallet_jobs::JobOptions { host: Some(account(Ferdie)), ..Default::default() };
        let (input, max_fee) = (input(&[1.0]), CNDR);
        chain.ok(Bob, pallet_jobs::Call::submit_with { release: 0, input, max_fee, options });
        let job = last_job();
        chain.block();
        answer(Ferdie, &work(Ferdie, true));
        let audit = || pallet_audits::Audits::<Runtime>::iter_values().next();
        while audit().is_none() {
            chain.block();
        }
        // Everybody acts in the last tick of its time.
        let mut blocks: BlockNumber = 0;
        while let Some(audit) = audit() {
            while Challenges::now() < audit.state.deadline() {
                chain.block();
                blocks += 1;
            }
            duty(keyring(audit.debtor()));
        }
        assert!(blocks > 30, "the window was over long ago");
        let late = <Jobs as candor_primitives::traits::Receipts<AccountId>>::hold(&key(job, Ferdie));
        assert!(late.is_err(), "nobody else could hold it any more");
        assert!(Challenges::is_disputed(&key(job, Ferdie)));
    });
}

#[test]
fn contradicting_answers_should_be_audited_when_nothing_else_is() {
    chain(|chain| {
        chain.market();
        [Eve, Charlie].into_iter().for_each(|host| chain.register(host, &worker_of(host)));
        hardly_any_draws();
        for liars in [0, 1] {
            chain.block();
            let options = pallet_jobs::JobOptions { redundancy: 3, ..Default::default() };
            let (input, max_fee) = (input(&[1.0]), CNDR);
            chain.ok(Bob, pallet_jobs::Call::submit_with { release: 0, input, max_fee, options });
            let job = last_job();
            chain.block();
            let hosts = [Ferdie, Eve, Charlie];
            let mut told = 0;
            let answers = hosts.map(|host| {
                told += 1;
                (host, work(host, told <= liars))
            });
            // Seals, then answers. The signature is made once: the seal is made of it.
            for _ in 0..2 {
                answers.iter().for_each(|(host, done)| answer(*host, done));
                chain.block();
            }
            let before = started();
            // Eight times four blocks, and the delay.
            chain.blocks(40);
            assert_eq!(started() - before, 3 * liars, "all of those that contradict each other, none that agree");
            assert!(liars > 0 || Jobs::job_view(job).is_none(), "final like any other");
        }
    });
}
