//! `candor challenge`: dispute the answer of a job or of a call in a session, and show to the chain that it is wrong.
//!
//! Everything that matters is on chain, and evidence follows from the call and the host's trace alone: started again, the
//! command goes on where the dispute stands.

mod case;
mod verdict;

use crate::{
    account::address,
    amounts,
    args::{Challenge, Globals},
    chain::{Call, Chain, Head},
    errors::{CliError, Context, Result},
    output::{self, Out},
};
use candor_adjudicator::evidence::{judge_within, Commitments, Evidence, Outcome as Ending};
use candor_commitments::Blake2b256;
use candor_engine::tasks::pursuit::{Look, Pursuit};
use candor_primitives::{
    evidence_commitment,
    worker::{Demand, MAX_DEMANDED_HASHES},
    AccountId, DisputeId, Outcome,
};
use candor_runtime_api::views::{DisputePhase, DisputeView};
use candor_verifier::evidence::EvidenceFile;
use case::Case;
use codec::Encode;
use serde_json::json;
use sp_core::{sr25519, Pair};
use std::{
    io::{BufRead, IsTerminal},
    sync::Arc,
};
use verdict::Verdict;

/// Exit code where nothing is proven.
const NOT_PROVEN: u8 = 6;
/// Most steps of the judge that are paid for: type and shape, and an element.
const MOST_WORK: u64 = 1 << 20;

/// `candor challenge`. Gives the exit code.
pub async fn run(args: &Challenge, globals: &Globals, out: &Out) -> Result<u8> {
    let chain = Chain::connect(&globals.url).await?;
    let case = case::open(args, globals, &chain, out).await?;
    let (right, report) = (case.is_right(), case.report.to_json(&case.model));
    let hash = output::hash(&case.receipt.hash::<Blake2b256>());
    if args.dry_run || (right && !args.anyway) {
        let text = case.report.to_text(&case.model);
        let document = json!({ "job": args.job, "receipt": hash, "right": right, "run": report, "dispute": null });
        out.document(&document, || text);
        return Ok(if right { 0 } else { NOT_PROVEN });
    }
    out.note(case.report.to_text(&case.model));
    let pair = globals.signer(&chain, out).await?;
    let disputed = dispute(args, &chain, &pair, &case, out).await?;
    let id = disputed.id;
    let mut challenger = Challenger { args, chain: &chain, pair, out, since: chain.head().await?, id };
    let verdict = challenger.pursue(case).await?;
    let mut document = verdict.to_json();
    document["job"] = json!(args.job);
    document["receipt"] = json!(hash);
    document["dispute"] = json!(id);
    document["run"] = report;
    out.document(&document, || verdict.to_text());
    Ok(if matches!(verdict, Verdict::Convicted(_)) { 0 } else { NOT_PROVEN })
}

/// The dispute, joined: opened if there is none.
async fn dispute(args: &Challenge, chain: &Chain, pair: &sr25519::Pair, case: &Case, out: &Out) -> Result<DisputeView> {
    let me = AccountId::new(pair.public().0);
    let known = chain.dispute_of(&case.key).await?;
    if let Some(dispute) = known.filter(|d| d.claims.iter().any(|claim| claim.who == me)) {
        out.note(format!("dispute {} is under way: going on with it", dispute.id));
        return Ok(dispute);
    }
    let part = Demand::Hashes { position: 0, first: 0, count: MAX_DEMANDED_HASHES };
    let mut prices = chain.dispute_prices(&case.key, &part).await?;
    if let (None, Some(present)) = (&prices, &case.present) {
        out.note(format!(
            "{} is put on chain with its inputs: they are public for ever. A deposit for their bytes is held of {} until \
             the receipt's window has passed.",
            case.name,
            address(&me),
        ));
        if !args.yes && !confirmed("Put it on chain?")? {
            return Err(CliError::new("nothing was sent"));
        }
        let submitted = chain.present(pair, &present.receipt, &case.input, &present.outputs).await?;
        out.note(format!("block {}: the receipt lies open on chain", submitted.head.number));
        prices = chain.dispute_prices(&case.key, &part).await?;
    }
    let (bond, demand, evidence) = prices.ok_or_else(|| {
        CliError::new("the receipt is not open any more").hint("an answer can be disputed until its window has passed")
    })?;
    out.note(format!(
        "{} will be held of {} as a bond, {} more for evidence, and up to {} for each part that the host must open on \
         chain. All of it comes back if the host is convicted; if nothing can be shown, it pays the host's work and the \
         rest is burned.",
        amounts::show(bond),
        address(&me),
        amounts::show(evidence),
        amounts::show(demand),
    ));
    if !args.yes && !confirmed("Dispute the answer?")? {
        return Err(CliError::new("nothing was sent"));
    }
    let submitted = chain.submit(pair, &Call::new("Challenges", "challenge").arg(&case.key)).await?;
    out.note(format!("block {}: the receipt of {} is disputed", submitted.head.number, case.name));
    let dispute = chain.dispute_of(&case.key).await?;
    dispute.ok_or_else(|| CliError::new("the dispute is not there: the chain may have switched to another fork"))
}

fn confirmed(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::usage("nobody can be asked whether to go on").hint("give --yes"));
    }
    eprint!("{question} [y/N] ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the answer cannot be read")?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Goes after a host until there is a verdict.
struct Challenger<'a> {
    args: &'a Challenge,
    chain: &'a Chain,
    pair: sr25519::Pair,
    out: &'a Out,
    /// No verdict up to here.
    since: Head,
    id: DisputeId,
}

impl Challenger<'_> {
    async fn pursue(&mut self, case: Case) -> Result<Verdict> {
        let endpoint = self.chain.host(&case.key.host, None).await?.map(|host| host.endpoint).unwrap_or_default();
        let mut heads = self.chain.follow().await?;
        let spinner = self.out.spinner("");
        let mut waiting = Some(case);
        let mut pursuit: Option<Arc<Pursuit>> = None;
        loop {
            let head = self.chain.head().await?;
            let dispute = match self.chain.dispute(self.id).await? {
                Some(dispute) if dispute.phase != DisputePhase::Closing => dispute,
                _ => {
                    spinner.finish_and_clear();
                    return verdict::find(self.chain, self.id, self.since, head).await;
                },
            };
            let left = dispute.deadline.saturating_sub(dispute.now);
            if dispute.phase == DisputePhase::AwaitingTrace {
                spinner.set_message(format!("block {}: the host owes its trace, {left} blocks left", head.number));
                heads.next().await?;
                continue;
            }
            if let Some(case) = waiting.take() {
                let roots = self.chain.disputed_trace(self.id).await?;
                let roots = roots.ok_or_else(|| CliError::new("the host's trace is not on the chain"))?;
                spinner.suspend(|| self.out.note(format!("the host's trace is on chain: {} roots", roots.len())));
                let made = Pursuit::new(case.suspect, case.own, roots).map_err(|e| CliError::new(e.to_string()))?;
                pursuit = Some(Arc::new(made));
            }
            let Some(pursuit) = &pursuit else { return Err(CliError::new("there is no trace")) };
            for (demand, bytes) in self.chain.opened_parts(self.id).await? {
                pursuit.opened(&demand, &bytes);
            }
            spinner.set_message(format!("block {}: comparing, {left} blocks left", head.number));
            let looking = pursuit.clone();
            let look = tokio::task::spawn_blocking(move || looking.look()).await.context("comparing broke off")?;
            match look.map_err(|e| CliError::new(e.to_string()))? {
                Look::Evidence(evidence) => {
                    spinner.finish_and_clear();
                    return self.prove(&evidence, &dispute).await;
                },
                Look::Needs(part) => {
                    if pursuit.ask(&endpoint, part).await {
                        continue;
                    }
                    self.demand(part, &dispute).await?;
                    spinner.set_message("the host must open a part of its trace on chain");
                    heads.next().await?;
                },
                Look::Nothing(reason) => {
                    spinner.finish_and_clear();
                    return Err(CliError::new(format!("nothing can be shown against the receipt: {reason}"))
                        .hint("the dispute ends by itself once its time is over; the bond then pays the host's work"));
                },
            }
        }
    }

    /// Have the host open a part on chain, unless somebody has asked for it already.
    async fn demand(&self, part: Demand, dispute: &DisputeView) -> Result<()> {
        if dispute.demands.iter().any(|demand| demand.part == part) {
            return Ok(());
        }
        let call = Call::new("Challenges", "demand").number(self.id).arg(&part);
        let submitted = self.chain.submit(&self.pair, &call).await?;
        self.out.note(format!("block {}: the host must open {part:?}", submitted.head.number));
        Ok(())
    }

    /// Announce the evidence, then show it.
    async fn prove(&self, evidence: &Evidence, dispute: &DisputeView) -> Result<Verdict> {
        let bytes = evidence.encode();
        let commitments = commitments(dispute)?;
        let judged = judge_within::<Blake2b256>(evidence, &commitments, MOST_WORK);
        let (judged, work) = judged.map_err(|e| CliError::new(format!("the chain would refuse the evidence: {e}")))?;
        if !judged.faulty {
            return Err(CliError::new("the chain would not convict by this evidence"));
        }
        if let Some(path) = &self.args.evidence {
            let file = EvidenceFile { commitments, evidence: evidence.clone() };
            file.write(path).context(format!("{} cannot be written", path.display()))?;
        }
        let me = AccountId::new(self.pair.public().0);
        let hash = evidence_commitment(&bytes, &me);
        let committed = dispute.claims.iter().find(|claim| claim.who == me).and_then(|claim| claim.committed);
        match committed {
            Some(known) if known == hash => {},
            Some(_) => return Err(CliError::new("other evidence was announced for this account: show that first")),
            None => {
                let call = Call::new("Challenges", "commit_evidence").number(self.id).arg(&hash);
                let submitted = self.chain.submit(&self.pair, &call).await?;
                self.out.note(format!(
                    "block {}: evidence of {} bytes is announced",
                    submitted.head.number,
                    bytes.len()
                ));
                // It can be shown from the next block on.
                let mut heads = self.chain.follow().await?;
                while self.chain.head().await?.number <= submitted.head.number {
                    heads.next().await?;
                }
            },
        }
        let call = Call::new("Challenges", "prove_fault").number(self.id).arg(&me).arg(&bytes).number(u128::from(work));
        let submitted = self.chain.submit(&self.pair, &call).await?;
        let found = submitted.events.iter().find_map(|event| verdict::of_event(event, self.id));
        found.ok_or_else(|| CliError::new("the evidence was refused: see the events of its block"))
    }
}

/// What the evidence is judged against.
fn commitments(dispute: &DisputeView) -> Result<Commitments> {
    let trace = dispute.trace.ok_or_else(|| CliError::new("the host's trace is not on the chain"))?;
    Ok(Commitments {
        graph: dispute.judging.graph.0,
        weights: dispute.judging.weights.0,
        trace: trace.0,
        inputs: dispute.receipt.draft.input_root.0,
        outcome: match dispute.receipt.outcome {
            Outcome::Output(root) => Ending::Output(root.0),
            Outcome::Failed { node, index } => Ending::Failed { node, index },
        },
    })
}
