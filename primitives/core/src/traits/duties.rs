//! What hosts owe beside their calls: audits, answers to audits, answers in disputes.

use crate::{
    traits::ReceiptKey,
    worker::{Task, TaskDone},
    Balance, BlockNumber, WorkerSignature,
};
use alloc::vec::Vec;
use sp_core::{Get, H256};
use sp_runtime::{DispatchResult, Permill, Weight};

/// Duties that the off-chain worker finds, hands to the engine and answers. Every duty is repeated until the chain has
/// its answer; a task asked for twice runs once.
pub trait DutySource<AccountId> {
    /// The calls that answer them.
    type Call;
    /// What `host` owes now, the most urgent first, at most `limit`.
    fn duties(host: &AccountId, limit: u32) -> Vec<Task>;
    /// The call that answers a task with what the engine found; `None` when nothing is to be sent now.
    fn answer(
        host: &AccountId,
        task: &Task,
        done: TaskDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call>;
}

/// A call of one of two sources of duties. The runtime says how it becomes one of its own: `From<EitherCall<..>>` for its
/// `RuntimeCall`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EitherCall<A, B> {
    /// Of the first.
    First(A),
    /// Of the second.
    Second(B),
}

/// Nothing is owed: for the tests of what needs a source, and for runtimes without duties.
impl<AccountId> DutySource<AccountId> for () {
    type Call = core::convert::Infallible;

    fn duties(_: &AccountId, _: u32) -> Vec<Task> {
        Vec::new()
    }

    fn answer(
        _: &AccountId,
        _: &Task,
        _: TaskDone,
        _: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        None
    }
}

/// Two sources, which take turns: neither hides what the other has. A task is answered by the source that knows it.
impl<AccountId, A: DutySource<AccountId>, B: DutySource<AccountId>> DutySource<AccountId> for (A, B) {
    type Call = EitherCall<A::Call, B::Call>;

    fn duties(host: &AccountId, limit: u32) -> Vec<Task> {
        let (mut first, mut second) = (A::duties(host, limit).into_iter(), B::duties(host, limit).into_iter());
        let mut duties = Vec::new();
        loop {
            let before = duties.len();
            duties.extend(first.next());
            duties.extend(second.next());
            if duties.len() == before || duties.len() >= limit as usize {
                duties.truncate(limit as usize);
                return duties;
            }
        }
    }

    fn answer(
        host: &AccountId,
        task: &Task,
        done: TaskDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let first = A::answer(host, task, done.clone(), sign).map(EitherCall::First);
        first.or_else(|| B::answer(host, task, done, sign).map(EitherCall::Second))
    }
}

/// Disputes, as audits see them.
pub trait Disputes<AccountId> {
    /// A drawn auditor says that a receipt is false: open a dispute, or join the one there is, without a bond. Never
    /// refused while the receipt is open: the auditor has a deadline.
    fn accuse(key: &ReceiptKey<AccountId>, auditor: &AccountId) -> DispatchResult;
    /// Close the dispute about a receipt without a verdict and without costs: bonds go back, nobody is slashed, its
    /// hold on the receipt ends. For planted lies that were found. Fails if none is open.
    fn dismiss(key: &ReceiptKey<AccountId>) -> DispatchResult;
    /// Whether a dispute about the receipt is open.
    fn is_disputed(key: &ReceiptKey<AccountId>) -> bool;
}

/// Time that stands still while blocks are full: deadlines of audits and disputes are written in it, so that filling
/// blocks does not make anyone late.
pub trait DisputeClock {
    /// Ticks so far: blocks that had room for ordinary transactions.
    fn now() -> BlockNumber;
}

/// Hears what becomes of the hosts that run a profile: auditors are drawn from them.
pub trait HostListener<AccountId> {
    /// The host offers one more variant of this profile.
    fn joined(host: &AccountId, profile: H256);
    /// The host offers one variant less of this profile.
    fn left(host: &AccountId, profile: H256);
    /// The host's weight in draws is now `weight` (its active stake in planck); zero while it takes no work, or was weighed
    /// when it was not live.
    /// Says nothing of a host that runs no profile: it is told again after the first `joined`.
    fn weighed(host: &AccountId, weight: Balance);
    /// Weight of `joined` at its worst, for the calls that cause it.
    fn joined_weight() -> Weight {
        Weight::zero()
    }
    /// Weight of `left` at its worst.
    fn left_weight() -> Weight {
        Weight::zero()
    }
    /// Weight of `weighed` of a host with so many profiles, at its worst.
    fn weighed_weight(_profiles: u32) -> Weight {
        Weight::zero()
    }
}

impl<AccountId> HostListener<AccountId> for () {
    fn joined(_: &AccountId, _: H256) {}
    fn left(_: &AccountId, _: H256) {}
    fn weighed(_: &AccountId, _: Balance) {}
}

/// Whether runs of a profile can be relied on to repeat.
pub trait ProfileStatus {
    /// Whether hosts of this profile disagreed about their runs so often, with no fault to show, that it should get no
    /// new work.
    fn is_suspended(profile: H256) -> bool;
}

impl ProfileStatus for () {
    fn is_suspended(_: H256) -> bool {
        false
    }
}

/// What of a fee pays for audits.
pub trait AuditLevy<AccountId> {
    /// What goes to the audit pot of a fee that `host` earned, in planck; at most the fee. Less for work of the `attested` tier.
    fn levy(host: &AccountId, fee: Balance, attested: bool) -> Balance;

    /// The same of what `host` earned by so many calls together: every one of them can be audited.
    fn levy_of(host: &AccountId, fee: Balance, calls: u32, attested: bool) -> Balance {
        let each = fee.div_ceil(Balance::from(calls.max(1)));
        Self::levy(host, each, attested).saturating_mul(calls.max(1).into()).min(fee)
    }
}

/// The same share of every fee.
impl<AccountId, Share: Get<Permill>> AuditLevy<AccountId> for Share {
    fn levy(_: &AccountId, fee: Balance, _: bool) -> Balance {
        Share::get().mul_floor(fee)
    }
}

/// The auditors of a profile.
pub trait AuditorPool<AccountId> {
    /// How many hosts with weight could audit a receipt of this profile.
    fn auditors(profile: H256) -> u32;
}

impl<AccountId> AuditorPool<AccountId> for () {
    fn auditors(_: H256) -> u32 {
        u32::MAX
    }
}
