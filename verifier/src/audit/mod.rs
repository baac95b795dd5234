//! Audits: is a receipt right, and if not, what shows it?
//!
//! An auditor of the host's own profile runs the model, compares the outputs with the receipt, and samples the run to show that
//! it ran it ([`Auditor::sample`]); asks nobody anything. Where the outputs differ, or what others sampled does, it commits to
//! its whole run and compares roots: they point at the first value that differs, and one chunk of it at the element
//! ([`Auditor::compare`]). An auditor of another profile fetches the host's values, reruns every node from them, and judges
//! the elements that differ ([`Auditor::rejudge`]).

mod blocked;
mod differences;
pub mod file;
pub mod host;
mod rejudge;
mod same;
mod source;

use crate::{
    commit::RootList,
    digest::AuditDigest,
    evidence::{rehearse, ProveError},
    failure::Failure,
    judged::Judged,
    library::Library,
    roots::{RootsOptions, RunRoots},
    run::{Rerunner, TraceError, Tracer},
    tensor::OwnedTensor,
};
use candor_adjudicator::evidence::{Commitments, Evidence, EvidenceError, Outcome, Verdict};
use candor_commitments::{Hash, TAG_TENSORS};

/// What a receipt says of a run.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Roots of the inputs.
    pub inputs: RootList,
    /// How it ended.
    pub end: End,
}

/// How a run ended, as its receipt says.
#[derive(Clone, Debug)]
pub enum End {
    /// With these outputs.
    Outputs(RootList),
    /// In an error at an element of a node's first output.
    Failed {
        /// Node.
        node: u32,
        /// Element.
        index: u64,
    },
}

impl Claim {
    /// A run with these roots of inputs and outputs.
    pub fn outputs(inputs: Vec<Hash>, outputs: Vec<Hash>) -> Self {
        let list = |roots| RootList::new(TAG_TENSORS, roots);
        Self { inputs: list(inputs), end: End::Outputs(list(outputs)) }
    }

    /// What the chain holds of it, given the root of its trace.
    pub fn commitments(&self, judged: &Judged, trace: Hash) -> Commitments {
        Commitments {
            graph: judged.commitment.root(),
            weights: judged.weights.root(),
            trace,
            inputs: self.inputs.root(),
            outcome: match &self.end {
                End::Outputs(list) => Outcome::Output(list.root()),
                End::Failed { node, index } => Outcome::Failed { node: *node, index: *index },
            },
        }
    }
}

/// Proof of a fault.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The evidence.
    pub evidence: Evidence,
    /// What it is judged against.
    pub commitments: Commitments,
    /// What the chain will say.
    pub verdict: Verdict,
}

/// What an audit found.
#[derive(Clone, Debug)]
pub enum Audited {
    /// Nothing wrong.
    Clean(Work),
    /// A provable fault.
    Fault(Box<Proof>),
    /// The host does not show what is needed; on chain it can be made to.
    Withheld(String),
    /// The runs differ, and nothing that was judged is provably wrong.
    Unexplained {
        /// Value that differs.
        value: String,
        /// Work done.
        work: Work,
    },
}

/// What an audit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Root of the trace: the auditor's own, or the host's where it was checked.
    pub trace: Hash,
    /// Bytes of values that were committed to or fetched.
    pub bytes: u64,
    /// Elements that differed from the auditor's own.
    pub differing: u64,
    /// Elements judged.
    pub judged: u64,
    /// Elements that differed and were not judged, because there were more than the budget.
    pub skipped: u64,
}

/// What an auditor of the host's own profile found by its own run alone.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// Whether the run ended as the receipt says: the same outputs, or a failure.
    pub clean: bool,
    /// The auditor's own run: what it seals.
    pub own: AuditDigest,
}

/// An auditor's own run, committed to: enough to compare with a host's trace piece by piece.
#[derive(Clone, Debug)]
pub struct OwnRun {
    /// Its roots; where it fails, those of the values before, and zeros.
    pub roots: RunRoots,
    /// Where it fails.
    pub fails: Option<Failure>,
}

/// Why an audit could not be done. Says nothing about the host.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The run failed here.
    #[error(transparent)]
    Run(#[from] TraceError),
    /// The inputs at hand are not those of the receipt.
    #[error("input {0} is not the one that the receipt names")]
    OtherInput(usize),
    /// Evidence could not be made.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// Evidence was made that the chain would not accept: a mistake in this program, please report it.
    #[error("evidence was made that the chain would not accept: {0}")]
    Refused(#[from] EvidenceError),
    /// A weight cannot be read.
    #[error("weight {0:?} cannot be read")]
    Weight(String),
}

/// Limits of an audit.
#[derive(Clone, Copy, Debug)]
pub struct AuditOptions {
    /// Bytes of values that may be in memory at once.
    pub memory: u64,
    /// Most elements that are judged for one output of a node: two thirds of them those that differ most, one spread over
    /// the rest.
    pub most: u64,
    /// The same for a node that was run once more and is judged by its bounds: beyond them is only what differs by far more
    /// than honest results do, so a few of those that differ most are enough.
    pub most_bounded: u64,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self { memory: 2 << 30, most: 1 << 8, most_bounded: 1 << 4 }
    }
}

/// What is heard of a running audit: steps done, steps in all.
pub type Progress<'p> = &'p mut dyn FnMut(usize, usize);

/// Audits runs of one variant.
pub struct Auditor<'a> {
    judged: &'a Judged,
    tracer: Tracer<'a>,
    rerunner: Rerunner<'a>,
    options: AuditOptions,
}

impl<'a> Auditor<'a> {
    /// For a variant, with `threads` inside an operator.
    pub fn new(library: &'static Library, judged: &'a Judged, threads: usize, options: AuditOptions) -> Self {
        let tracer = Tracer::new(library, &judged.model, &judged.graph, threads);
        let rerunner = Rerunner::new(library, &judged.model, &judged.graph, threads);
        Self { judged, tracer, rerunner, options }
    }

    fn roots_options(&self) -> RootsOptions {
        RootsOptions { memory: self.options.memory }
    }

    /// The inputs are those that the receipt names.
    fn check_inputs(&self, claim: &Claim, inputs: &[OwnedTensor]) -> Result<(), AuditError> {
        let root = |t: &OwnedTensor| {
            crate::commit::CommittedTensor::new(&t.header, &t.data, candor_adjudicator::Layout::Natural).root
        };
        let named = claim.inputs.roots();
        let wrong = (0..named.len().max(inputs.len())).find(|n| inputs.get(*n).map(root) != named.get(*n).copied());
        wrong.map_or(Ok(()), |n| Err(AuditError::OtherInput(n)))
    }

    /// The host's trace holds the receipt's inputs and outputs; else evidence that it does not.
    fn check_binding(&self, claim: &Claim, trace: &RootList) -> Result<Option<Proof>, AuditError> {
        let Some(opening) = self.judged.commitment.open(None) else { return Ok(None) };
        let candor_adjudicator::evidence::Leaf::Header(header) = opening.leaf else { return Ok(None) };
        let differs = |places: &[u32], list: &RootList| {
            let pair = |n: usize| Some((places.get(n)?, list.roots().get(n)?));
            (0..places.len()).find(|n| pair(*n).is_none_or(|(p, root)| trace.roots().get(*p as usize) != Some(root)))
        };
        let wrong_input = differs(&header.inputs, &claim.inputs).map(|n| (false, n, &claim.inputs));
        let wrong_output = match &claim.end {
            End::Outputs(list) => differs(&header.outputs, list).map(|n| (true, n, list)),
            End::Failed { .. } => None,
        };
        let Some((output, number, list)) = wrong_input.or(wrong_output) else { return Ok(None) };
        let evidence = crate::evidence::prove_binding(&self.judged.commitment, output, number as u32, list, trace)?;
        self.proof(evidence, claim, trace).map(Some)
    }

    /// Rehearse the chain's decision.
    fn proof(&self, evidence: Evidence, claim: &Claim, trace: &RootList) -> Result<Proof, AuditError> {
        let commitments = claim.commitments(self.judged, trace.root());
        let verdict = rehearse(&evidence, &commitments)?;
        Ok(Proof { evidence, commitments, verdict })
    }
}
