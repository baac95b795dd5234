//! `candor job`: where a job stands, and how it ended.

mod follow;

pub use follow::{delivered_in, End, Follower, Step};

use crate::{
    account::{self, address},
    amounts,
    args::{Globals, Job},
    chain::Chain,
    errors::{CliError, Kind, Result},
    output::{self, Out},
};
use candor_primitives::{JobId, Outcome};
use candor_runtime_api::views::{AnswerView, JobPhase, JobView};
use serde_json::{json, Value};
use sp_crypto_hashing::twox_128;

/// `candor job`. Gives the exit code.
pub async fn run(command: &Job, globals: &Globals, out: &Out) -> Result<u8> {
    let chain = Chain::connect(&globals.url).await?;
    match command {
        Job::Show { id } => show(&chain, out, *id).await,
        Job::List { account } => list(&chain, globals, out, account.as_deref()).await,
        Job::Watch { id } => watch(&chain, out, *id).await,
    }
}

async fn show(chain: &Chain, out: &Out, id: JobId) -> Result<u8> {
    let view = match chain.job(id, None).await? {
        Some(view) => view,
        None => return Err(gone(chain, id).await?),
    };
    out.document(&to_json(&view), || describe(&view));
    Ok(0)
}

async fn list(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<u8> {
    let who = match who {
        Some(text) => account::parse(text)?,
        None => globals.account(chain, out).await?,
    };
    let jobs = chain.jobs_of(&who).await?;
    out.document(&jobs.iter().map(to_json).collect(), || {
        if jobs.is_empty() {
            return format!("{} has no open jobs", address(&who));
        }
        let rows: Vec<Vec<String>> = jobs
            .iter()
            .map(|view| {
                let (release, submitted) = (view.release.to_string(), view.submitted.to_string());
                vec![view.id.to_string(), release, submitted, amounts::decimal(view.escrow), phase_words(view)]
            })
            .collect();
        output::table(&["job", "release", "submitted", "CNDR held", ""], &rows)
    });
    Ok(0)
}

async fn watch(chain: &Chain, out: &Out, id: JobId) -> Result<u8> {
    let mut follower = Follower::start(chain, id).await?;
    let spinner = out.spinner("");
    let mut last: Option<JobView> = None;
    loop {
        match follower.next(chain).await? {
            Step::At(view, head) => {
                spinner.set_message(format!("block {}: {}", head.number, phase_words(&view)));
                if last.as_ref().is_none_or(|last| last.phase != view.phase || last.answers.len() != view.answers.len())
                {
                    spinner.suspend(|| out.note(format!("block {}: job {id} {}", head.number, phase_words(&view))));
                }
                last = Some(*view);
            },
            Step::Ended(end) => {
                spinner.finish_and_clear();
                let document = json!({
                    "job": id, "end": end.word(), "block": end.block, "paid": end.paid.map(amounts::decimal),
                    "refunded": end.refunded.map(amounts::decimal), "last": last.as_ref().map(to_json),
                });
                out.document(&document, || end.describe(id));
                return Ok(if end.served() { 0 } else { Kind::Unserved as u8 });
            },
            Step::Unknown if last.is_none() => {
                spinner.finish_and_clear();
                return Err(gone(chain, id).await?);
            },
            Step::Unknown => {},
        }
    }
}

/// Why a job is not there: it ended, or it never was.
async fn gone(chain: &Chain, id: JobId) -> Result<CliError> {
    let next: JobId = chain.storage(&[twox_128(b"Jobs"), twox_128(b"NextJobId")].concat()).await?.unwrap_or_default();
    Ok(if id < next {
        CliError::new(format!("job {id} is over: the chain keeps a job only until it is final"))
            .hint("how it ended is in the events of its last block; `candor job watch` reports that while it happens")
    } else {
        CliError::new(format!("there is no job {id}: the chain has counted {next} so far"))
    })
}

/// Where a job stands, in words.
pub fn phase_words(view: &JobView) -> String {
    match view.phase {
        JobPhase::Open => "waits for a host with capacity".into(),
        JobPhase::Assigned if view.hosts.len() > 1 => format!("runs on {} hosts", view.hosts.len()),
        JobPhase::Assigned => "runs".into(),
        JobPhase::Revealing => format!("is revealed: {} of {} hosts", view.answers.len(), view.hosts.len()),
        JobPhase::Delivered => "is answered".into(),
    }
}

/// A job as JSON.
pub fn to_json(view: &JobView) -> Value {
    json!({
        "job": view.id, "requester": address(&view.requester), "release": view.release, "units": view.units,
        "max_fee": amounts::decimal(view.max_fee), "escrow": amounts::decimal(view.escrow),
        "phase": format!("{:?}", view.phase).to_lowercase(), "submitted": view.submitted, "deadline": view.deadline,
        "hosts": view.hosts.iter().map(address).collect::<Vec<_>>(),
        "answers": view.answers.iter().map(answer_json).collect::<Vec<_>>(),
    })
}

fn answer_json(answer: &AnswerView) -> Value {
    json!({
        "host": address(&answer.host), "receipt": output::hash(&answer.receipt),
        "receipt_bytes": format!("0x{}", hex::encode(&answer.receipt_bytes)),
        "signature": format!("0x{}", hex::encode(answer.signature.0)), "outcome": outcome_json(&answer.outcome),
    })
}

/// What a run came to, as JSON.
pub fn outcome_json(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Output(root) => json!({ "output": output::hash(root) }),
        Outcome::Failed { node, index } => json!({ "failed": {
            "node": (*node != u32::MAX).then_some(node), "index": (*index != u64::MAX).then_some(index),
        } }),
    }
}

fn describe(view: &JobView) -> String {
    let mut text = format!(
        "job        {} {}\nrelease    {}, {} units\nrequester  {}\nescrow     {} (at most {} for each host)\n\
         submitted  block {}\ndeadline   block {}\n",
        view.id,
        phase_words(view),
        view.release,
        view.units,
        address(&view.requester),
        amounts::show(view.escrow),
        amounts::show(view.max_fee),
        view.submitted,
        view.deadline,
    );
    for host in &view.hosts {
        text += &format!("host       {}\n", address(host));
    }
    for answer in &view.answers {
        let outcome = match answer.outcome {
            Outcome::Output(root) => format!("output {}", output::hash(&root)),
            Outcome::Failed { .. } => "the model failed on this input".into(),
        };
        text += &format!("receipt    {} by {}: {outcome}\n", output::hash(&answer.receipt), address(&answer.host));
    }
    text
}
