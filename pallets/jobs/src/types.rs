//! What a job is made of. The states carry their data, so that a combination that cannot happen cannot be written.

use alloc::vec::Vec;
use candor_primitives::{
    ordered_key,
    tensor::{Shape, MAX_TENSORS},
    AccountId, Balance, BlockNumber, HostBlake2b, JobId, Outcome, Receipt, ReceiptDraft, ReceiptPath, ReleaseId,
    ScheduleId, Units, WorkerSignature,
};
pub use candor_runtime_api::views::{Run, RunResult};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::Permill;

/// Most hosts of one job.
pub const MAX_REDUNDANCY: u32 = 5;
/// Most audits and disputes that look at one receipt at the same time.
pub const MAX_HOLDS: u8 = 16;
/// Most rounds of assignment of one job, whatever the runtime configures.
pub const MAX_ATTEMPTS: u32 = 8;
/// Most hosts that can fail one job: everyone, in every round.
pub const MAX_FAILED: u32 = MAX_REDUNDANCY * MAX_ATTEMPTS;

/// A list with one entry per host of a job.
pub type PerHost<X> = BoundedVec<X, ConstU32<MAX_REDUNDANCY>>;

ordered_key!(
    /// Job id as the key of an index: iteration goes from the oldest job to the newest.
    JobKey, JobId, 8
);
ordered_key!(
    /// Block number as the key of an index: iteration goes from the earliest block to the latest.
    BlockKey, BlockNumber, 4
);

ordered_key!(
    /// Schedule id as the key of an index: iteration goes from the oldest to the newest.
    ScheduleKey, ScheduleId, 8
);
ordered_key!(
    /// Number of a run as the key of a history: iteration goes from the first to the last.
    RunKey, u32, 4
);

/// Most runs of one schedule.
pub const MAX_RUNS: u32 = 1_000;
/// Bytes that the deposit of a schedule counts for each run in its history.
pub const RUN_BYTES: u32 = 128;

/// A call that is repeated: paid ahead, one job per run.
#[frame_support::stored]
pub struct Schedule {
    /// Who asked, and paid.
    pub requester: AccountId,
    /// Release to run.
    pub release: ReleaseId,
    /// Most that each host of a run may cost, in planck.
    pub max_fee: Balance,
    /// How the hosts of its runs are chosen.
    pub options: JobOptions,
    /// From run to run, in blocks.
    pub period: BlockNumber,
    /// Runs in all.
    pub count: u32,
    /// Runs that were started or missed.
    pub done: u32,
    /// Held for each run to come, in planck: its fees, the deposit of its job, the fee of starting it.
    pub per_run: Balance,
    /// Deposit for what the schedule stores, in planck.
    pub deposit: Balance,
    /// Where it stands.
    pub state: ScheduleState,
}

/// Where a schedule stands.
#[frame_support::stored]
pub enum ScheduleState {
    /// More runs are to come.
    #[codec(index = 0)]
    Active {
        /// Block of the next one.
        next: BlockNumber,
    },
    /// All runs were started or missed, or the requester took the rest back. Its history can be read until it is removed.
    #[codec(index = 1)]
    Ended {
        /// Since which block.
        at: BlockNumber,
    },
}

impl Schedule {
    /// Block of the next run.
    pub const fn next(&self) -> Option<BlockNumber> {
        match self.state {
            ScheduleState::Active { next } => Some(next),
            ScheduleState::Ended { .. } => None,
        }
    }

    /// What is held for runs to come, in planck.
    pub fn prepaid(&self) -> Balance {
        match self.state {
            ScheduleState::Active { .. } => self.per_run.saturating_mul(self.count.saturating_sub(self.done).into()),
            ScheduleState::Ended { .. } => 0,
        }
    }
}

/// What a requester may ask for beyond the ordinary.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct JobOptions {
    /// The only host that may run the job; none: the market draws one.
    pub host: Option<AccountId>,
    /// How many hosts run the job independently, 1 to 5. Each is paid.
    pub redundancy: u8,
    /// Value that each host's stake answers for beside its fee, in planck.
    pub insured: Balance,
    /// The attested tier: only a host may run the job whose worker key is attested. The answer is final sooner and audited
    /// less often; one host runs it.
    pub attested: bool,
}

impl Default for JobOptions {
    fn default() -> Self {
        Self { host: None, redundancy: 1, insured: 0, attested: false }
    }
}

/// How the hosts of a job are chosen.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Selection {
    /// The market draws one.
    #[codec(index = 0)]
    Drawn,
    /// The requester named it.
    #[codec(index = 1)]
    Named(AccountId),
    /// The market draws so many different ones, at least two.
    #[codec(index = 2)]
    Redundant(u8),
}

impl Selection {
    /// How many hosts run the job.
    pub const fn hosts(&self) -> u8 {
        match self {
            Self::Drawn | Self::Named(_) => 1,
            Self::Redundant(hosts) => *hosts,
        }
    }

    /// The host that the requester named.
    pub const fn named(&self) -> Option<&AccountId> {
        match self {
            Self::Named(host) => Some(host),
            _ => None,
        }
    }
}

/// What was asked: fixed at submission.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Request {
    /// Who asked, and pays.
    pub requester: AccountId,
    /// Release to run.
    pub release: ReleaseId,
    /// Units of the call.
    pub units: Units,
    /// Root of the list of inputs.
    pub input_root: H256,
    /// Shapes of the inputs: they bind the shapes of the outputs.
    pub shapes: BoundedVec<Shape, ConstU32<MAX_TENSORS>>,
    /// Most that one host may cost, in planck.
    pub max_fee: Balance,
    /// Insured value per host, in planck.
    pub insured: Balance,
    /// The publisher's share of the fee when the job was submitted.
    pub royalty: Permill,
    /// How its hosts are chosen.
    pub selection: Selection,
    /// Whether only attested hosts may run it.
    pub attested: bool,
    /// Block of submission.
    pub submitted: BlockNumber,
    /// Deposit for what the job stores, in planck.
    pub deposit: Balance,
}

/// A host at work on a job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Assignment {
    /// The host.
    pub host: AccountId,
    /// Root of the variant that it runs.
    pub variant: H256,
    /// What it is paid for outputs, in planck.
    pub fee: Balance,
    /// What it is paid for a failed run, in planck.
    pub base_fee: Balance,
    /// What its receipt counts in the host's liability beside the insured value, in planck: at least the fee.
    pub worth: Balance,
    /// Block in which it was assigned.
    pub block: BlockNumber,
}

impl Assignment {
    /// What the host earns with this outcome, in planck.
    pub fn earns(&self, outcome: &Outcome) -> Balance {
        match outcome {
            Outcome::Output(_) => self.fee,
            Outcome::Failed { .. } => self.base_fee.min(self.fee),
        }
    }
}

/// What a host answered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Answer {
    /// What came out.
    pub outcome: Outcome,
    /// Signature of the host's worker key over the hash of the receipt.
    pub signature: WorkerSignature,
}

/// A host that seals.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Sealer {
    /// Its assignment.
    pub assignment: Assignment,
    /// Its seal, once it came.
    pub seal: Option<H256>,
}

/// A host that reveals.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Revealer {
    /// Its assignment.
    pub assignment: Assignment,
    /// Its seal.
    pub seal: H256,
    /// Its answer, once it came.
    pub answer: Option<Answer>,
}

/// A host that answered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Answered {
    /// Its assignment.
    pub assignment: Assignment,
    /// Its answer.
    pub answer: Answer,
}

/// A host of a redundant job, when all answers were compared.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Compared {
    /// The host and its answer.
    pub work: Answered,
    /// Whether more than half of the hosts agree with it: it is paid when the window has passed.
    pub agreed: bool,
    /// Audits and disputes that look at the answer, at most [`MAX_HOLDS`].
    pub holds: u8,
}

impl Compared {
    /// What it is paid when the window has passed, in planck.
    pub fn earns(&self) -> Balance {
        if self.agreed {
            self.work.assignment.earns(&self.work.answer.outcome)
        } else {
            0
        }
    }
}

/// An answer whose window has not passed, or that somebody looks at.
pub(crate) struct OpenAnswer<'a> {
    /// The host and what it answered.
    pub work: &'a Answered,
    /// Last block of the window.
    pub until: BlockNumber,
    /// Audits and disputes that look at it.
    pub holds: u8,
}

/// Where a job stands. Every state ends at a block, after which anyone (and the pallet's hook) can move it on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum JobState {
    /// Waits for hosts with capacity; the maximum fee of every host is held.
    #[codec(index = 0)]
    Open {
        /// Block in which the hook looks for hosts again.
        retry_at: BlockNumber,
        /// Last block of waiting.
        deadline: BlockNumber,
    },
    /// One host runs it.
    #[codec(index = 1)]
    Assigned {
        /// The host.
        assignment: Assignment,
        /// Last block in which it can count on being heard.
        deadline: BlockNumber,
    },
    /// Several hosts run it and seal their answers.
    #[codec(index = 2)]
    Sealing {
        /// The hosts.
        sealers: PerHost<Sealer>,
        /// Last block in which they can count on being heard.
        deadline: BlockNumber,
    },
    /// The hosts that sealed reveal their answers.
    #[codec(index = 3)]
    Revealing {
        /// The hosts.
        revealers: PerHost<Revealer>,
        /// Last block in which they can count on being heard.
        deadline: BlockNumber,
    },
    /// The one host answered; it is paid when the window has passed.
    #[codec(index = 4)]
    Delivered {
        /// The host and its answer.
        work: Answered,
        /// Last block of the window.
        final_at: BlockNumber,
        /// Audits and disputes that look at the answer, at most [`MAX_HOLDS`]: it is not final before they end.
        holds: u8,
        /// Whether the host was attested when it answered, and that was asked for: what follows is by the rules of the attested tier, whatever
        /// becomes of its machine.
        attested: bool,
    },
    /// The several hosts' answers were compared; those that agree are paid when the window has passed.
    #[codec(index = 5)]
    Settled {
        /// The hosts that revealed, and their answers.
        works: PerHost<Compared>,
        /// Last block of the window.
        until: BlockNumber,
    },
}

/// Rounds of assignment that came to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Rounds {
    /// How many.
    pub count: u32,
    /// Hosts that were assigned and did not answer; never drawn again for this job.
    pub failed: BoundedVec<AccountId, ConstU32<MAX_FAILED>>,
}

/// A job that still has a place in storage.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Job {
    /// What was asked.
    pub request: Request,
    /// Rounds of assignment that failed.
    pub rounds: Rounds,
    /// Where it stands.
    pub state: JobState,
}

/// What a job occupies outside its own record: the escrow on its requester, its place in the agenda.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Held for fees, in planck.
    pub escrow: Balance,
    /// Block under which the agenda lists it; none while it is held.
    pub due: Option<BlockNumber>,
}

impl Request {
    /// The receipt to be, but for its outcome.
    pub fn draft(&self, id: JobId, genesis: H256, assignment: &Assignment) -> ReceiptDraft {
        ReceiptDraft {
            genesis,
            release: self.release,
            variant: assignment.variant,
            input_root: self.input_root,
            requester: self.requester.clone(),
            host: assignment.host.clone(),
            units: self.units,
            fee: assignment.fee,
            insured: self.insured,
            block: assignment.block,
            path: ReceiptPath::Job(id),
        }
    }

    /// Value of a receipt to the liability of its host, in planck.
    pub const fn value(&self, assignment: &Assignment) -> Balance {
        assignment.worth.saturating_add(self.insured)
    }

    /// Escrow while the job waits: the maximum fee of every host, in planck.
    pub fn waiting_escrow(&self) -> Balance {
        self.max_fee.saturating_mul(self.selection.hosts().into())
    }
}

impl JobState {
    /// Last block of this state; in the next one anyone can move the job on.
    pub const fn deadline(&self) -> BlockNumber {
        match self {
            Self::Open { deadline, .. }
            | Self::Assigned { deadline, .. }
            | Self::Sealing { deadline, .. }
            | Self::Revealing { deadline, .. } => *deadline,
            Self::Delivered { final_at, .. } => *final_at,
            Self::Settled { until, .. } => *until,
        }
    }

    /// Block after which the hook looks at the job.
    pub fn due(&self) -> BlockNumber {
        match self {
            Self::Open { retry_at, deadline } => (*retry_at).min(*deadline),
            _ => self.deadline(),
        }
    }

    /// Whether an audit or a dispute looks at the answer.
    pub fn is_held(&self) -> bool {
        match self {
            Self::Delivered { holds, .. } => *holds > 0,
            Self::Settled { works, .. } => works.iter().any(|compared| compared.holds > 0),
            _ => false,
        }
    }

    /// The answer of `host`, once it has a window.
    pub(crate) fn answer_of(&self, host: &AccountId) -> Option<OpenAnswer<'_>> {
        match self {
            Self::Delivered { work, final_at, holds, .. } => {
                (work.assignment.host == *host).then_some(OpenAnswer { work, until: *final_at, holds: *holds })
            },
            Self::Settled { works, until } => {
                let mine = works.iter().find(|compared| compared.work.assignment.host == *host)?;
                Some(OpenAnswer { work: &mine.work, until: *until, holds: mine.holds })
            },
            _ => None,
        }
    }

    /// How many look at the answer of `host`, to be changed.
    pub(crate) fn holds_mut(&mut self, host: &AccountId) -> Option<&mut u8> {
        match self {
            Self::Delivered { work, holds, .. } if work.assignment.host == *host => Some(holds),
            Self::Settled { works, .. } => {
                works.iter_mut().find(|compared| compared.work.assignment.host == *host).map(|mine| &mut mine.holds)
            },
            _ => None,
        }
    }

    /// Have the hook look at the job after `block` instead.
    pub(crate) fn postpone(&mut self, block: BlockNumber) {
        match self {
            Self::Open { retry_at, deadline } => {
                *retry_at = block;
                *deadline = block.max(*deadline);
            },
            Self::Assigned { deadline, .. } | Self::Sealing { deadline, .. } | Self::Revealing { deadline, .. } => {
                *deadline = block;
            },
            Self::Delivered { final_at, .. } => *final_at = block,
            Self::Settled { until, .. } => *until = block,
        }
    }

    /// Hosts at work, or that answered.
    pub fn assignments(&self) -> Vec<&Assignment> {
        match self {
            Self::Open { .. } => Vec::new(),
            Self::Assigned { assignment, .. } => Vec::from([assignment]),
            Self::Sealing { sealers, .. } => sealers.iter().map(|s| &s.assignment).collect(),
            Self::Revealing { revealers, .. } => revealers.iter().map(|r| &r.assignment).collect(),
            Self::Delivered { work, .. } => Vec::from([&work.assignment]),
            Self::Settled { works, .. } => works.iter().map(|c| &c.work.assignment).collect(),
        }
    }

    /// Hosts with what they answered so far.
    pub fn answers(&self) -> Vec<(&Assignment, &Answer)> {
        match self {
            Self::Open { .. } | Self::Assigned { .. } | Self::Sealing { .. } => Vec::new(),
            Self::Revealing { revealers, .. } => {
                revealers.iter().filter_map(|r| r.answer.as_ref().map(|a| (&r.assignment, a))).collect()
            },
            Self::Delivered { work, .. } => Vec::from([(&work.assignment, &work.answer)]),
            Self::Settled { works, .. } => works.iter().map(|c| (&c.work.assignment, &c.work.answer)).collect(),
        }
    }

    /// Hosts that still owe something in this state: the result, the seal, or the reveal.
    pub fn debtors(&self) -> Vec<&Assignment> {
        match self {
            Self::Assigned { assignment, .. } => Vec::from([assignment]),
            Self::Sealing { sealers, .. } => {
                sealers.iter().filter(|s| s.seal.is_none()).map(|s| &s.assignment).collect()
            },
            Self::Revealing { revealers, .. } => {
                revealers.iter().filter(|r| r.answer.is_none()).map(|r| &r.assignment).collect()
            },
            Self::Open { .. } | Self::Delivered { .. } | Self::Settled { .. } => Vec::new(),
        }
    }

    /// Hosts that occupy capacity and have an entry in the index of work: everyone who can still send a result.
    pub fn workers(&self) -> Vec<&Assignment> {
        match self {
            Self::Sealing { sealers, .. } => sealers.iter().map(|s| &s.assignment).collect(),
            _ => self.debtors(),
        }
    }
}

impl Job {
    /// What is held for its fees, in planck.
    pub fn escrow(&self) -> Balance {
        match &self.state {
            JobState::Open { .. } => self.request.waiting_escrow(),
            JobState::Settled { works, .. } => {
                works.iter().fold(0, |sum: Balance, compared| sum.saturating_add(compared.earns()))
            },
            state => state.assignments().iter().fold(0, |sum: Balance, a| sum.saturating_add(a.fee)),
        }
    }

    /// What it occupies outside its own record.
    pub(crate) fn footprint(&self) -> Footprint {
        // While a job is held there is nothing to do for the hook; whoever releases it lists it again.
        let due = (!self.state.is_held()).then(|| self.state.due());
        Footprint { escrow: self.escrow(), due }
    }
}

/// The receipt that an answer completes.
pub(crate) fn receipt(draft: ReceiptDraft, outcome: Outcome) -> (Receipt, H256) {
    let receipt = Receipt { draft, outcome };
    let hash = receipt.hash::<HostBlake2b>();
    (receipt, hash)
}
