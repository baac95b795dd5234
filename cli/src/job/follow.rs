//! Following a job from block to block, through forks, to its end.

use crate::{
    amounts,
    chain::{Chain, Event, Head, Heads},
    errors::{CliError, Result},
};
use candor_primitives::{Balance, BlockNumber, JobId};
use candor_runtime_api::views::{JobPhase, JobView};

/// Most blocks that are looked through backwards for the end of a job.
const LOOK_BACK: u32 = 64;
/// Blocks that a job may be out of sight (a fork is being settled) before it counts as gone.
const PATIENCE: u32 = 6;

/// Follows one job.
pub struct Follower<'a> {
    job: JobId,
    heads: Heads<'a>,
    /// The next head to look at, if it is known already.
    next: Option<Head>,
    /// The last block looked through for the end of the job.
    seen: BlockNumber,
    missing: u32,
}

/// What a block says of the job.
pub enum Step {
    /// Where it stands.
    At(Box<JobView>, Head),
    /// How it ended.
    Ended(End),
    /// Not in this block's state, and no end of it in the events.
    Unknown,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub struct End {
    event: String,
    /// Block in which it ended.
    pub block: BlockNumber,
    /// What the requester paid.
    pub paid: Option<Balance>,
    /// What came back.
    pub refunded: Option<Balance>,
    /// The job as the block before left it.
    pub before: Option<JobView>,
}

impl End {
    fn read(event: &Event, head: Head, job: JobId) -> Option<Self> {
        let is_end = matches!(
            event.name.as_str(),
            "JobFinalised" | "JobExpired" | "JobCancelled" | "JobDisagreed" | "JobRemoved"
        );
        (event.pallet == "Jobs" && is_end && event.number("job") == Some(job.into())).then(|| Self {
            event: event.name.clone(),
            block: head.number,
            paid: event.number("paid"),
            refunded: event.number("refunded"),
            before: None,
        })
    }

    /// Whether the requester got an answer.
    pub fn served(&self) -> bool {
        matches!(self.event.as_str(), "JobFinalised" | "JobRemoved")
    }

    /// The end in one word.
    pub fn word(&self) -> &'static str {
        match self.event.as_str() {
            "JobExpired" => "expired",
            "JobCancelled" => "cancelled",
            "JobDisagreed" => "disagreed",
            _ => "final",
        }
    }

    /// The end in words.
    pub fn describe(&self, job: JobId) -> String {
        let what = match self.event.as_str() {
            "JobExpired" => "ended without an answer",
            "JobCancelled" => "was cancelled",
            "JobDisagreed" => "ended without an answer: its hosts did not agree",
            _ => "is final",
        };
        let paid = self.paid.map(|paid| format!(", {} paid", amounts::show(paid))).unwrap_or_default();
        let refunded = self.refunded.map(|back| format!(", {} given back", amounts::show(back))).unwrap_or_default();
        format!("job {job} {what} (block {}){paid}{refunded}", self.block)
    }
}

impl<'a> Follower<'a> {
    /// Start with the best block.
    pub async fn start(chain: &'a Chain, job: JobId) -> Result<Self> {
        let heads = chain.follow().await?;
        let head = chain.head().await?;
        Ok(Self { job, heads, next: Some(head), seen: head.number.saturating_sub(1), missing: 0 })
    }

    /// Start with the block that holds the submission.
    pub fn from_block(heads: Heads<'a>, job: JobId, head: Head) -> Self {
        Self { job, heads, next: Some(head), seen: head.number, missing: 0 }
    }

    /// The job has another number after a fork.
    pub fn rename(&mut self, job: JobId, head: Head) {
        self.job = job;
        self.next = Some(head);
        self.seen = head.number;
        self.missing = 0;
    }

    /// Wait for the next best block. May be dropped at any time.
    pub async fn wait(&mut self) -> Result<Head> {
        match self.next.take() {
            Some(head) => Ok(head),
            None => self.heads.next().await,
        }
    }

    /// Look at the next block.
    pub async fn next(&mut self, chain: &Chain) -> Result<Step> {
        let head = self.wait().await?;
        self.look(chain, head).await
    }

    /// What a block says of the job.
    pub async fn look(&mut self, chain: &Chain, head: Head) -> Result<Step> {
        if let Some(view) = chain.job(self.job, Some(head)).await? {
            self.seen = head.number;
            self.missing = 0;
            return Ok(Step::At(Box::new(view), head));
        }
        if let Some(end) = self.find_end(chain, head).await? {
            return Ok(Step::Ended(end));
        }
        self.missing += 1;
        if self.missing > PATIENCE {
            return Err(CliError::new(format!("job {} is not on the chain any more", self.job)).hint(
                "its block was given up for another one and the transaction did not come back: submit it again",
            ));
        }
        Ok(Step::Unknown)
    }

    /// The end of the job in the events of the blocks since it was seen.
    async fn find_end(&self, chain: &Chain, newest: Head) -> Result<Option<End>> {
        let mut head = newest;
        let lowest = self.seen.max(newest.number.saturating_sub(LOOK_BACK));
        while head.number > lowest {
            let events = chain.events(head).await?;
            let parent = chain.parent(head).await?;
            if let Some(mut end) = events.iter().find_map(|event| End::read(event, head, self.job)) {
                end.before = chain.job(self.job, Some(parent)).await?;
                return Ok(Some(end));
            }
            head = parent;
        }
        Ok(None)
    }
}

/// The block in which the answer of a delivered job came, going back from a block that has it.
pub async fn delivered_in(chain: &Chain, view: &JobView, mut head: Head) -> Result<BlockNumber> {
    for _ in 0..LOOK_BACK {
        if head.number <= view.submitted {
            break;
        }
        let parent = chain.parent(head).await?;
        match chain.job(view.id, Some(parent)).await? {
            Some(before) if before.phase == JobPhase::Delivered => head = parent,
            _ => break,
        }
    }
    Ok(head.number)
}
