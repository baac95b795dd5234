//! Going after a receipt, step by step: by the engine of a drawn auditor, and by anybody's command line.

use super::{claim, open, shown::ShownTrace, TaskRefusal};
use crate::{library::Library, traces::client::RemoteTrace};
use candor_adjudicator::evidence::Evidence;
use candor_commitments::{chunk_count, Blake2b256, Hash};
use candor_primitives::{worker::Demand, Outcome, Payload, Receipt};
use candor_verifier::{
    audit::{host, AuditError, AuditOptions, Audited, Auditor, Claim, OwnRun},
    evidence::ProveError,
    judged::Judged,
    run::TraceError,
    tensor::{byte_len, OwnedTensor},
};
use sp_core::H256;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Longest wait for a part over HTTP; the chain makes the host show it otherwise.
const PATIENCE: Duration = Duration::from_secs(20);

/// A receipt that may be false, with all that is needed to run its call again.
pub struct Suspect {
    /// ONNX Runtime.
    pub library: &'static Library,
    /// The variant.
    pub judged: Arc<Judged>,
    /// Threads inside an operator.
    pub threads: usize,
    /// Limits.
    pub options: AuditOptions,
    /// The inputs, in the order of the graph.
    pub inputs: Vec<OwnedTensor>,
    /// The receipt.
    pub receipt: Receipt,
    /// The inputs as they were sent.
    pub input: Payload,
    /// Roots of the outputs that the answer gave, as far as they are known.
    pub outputs: Vec<H256>,
}

impl Suspect {
    fn auditor(&self) -> Auditor<'_> {
        Auditor::new(self.library, &self.judged, self.threads, self.options)
    }

    /// Run the call again and commit to it. `progress` hears of values done, and of how many. Nothing where the run fails at
    /// no element that could be named. Blocks.
    pub fn own_run(&self, progress: &mut dyn FnMut(usize, usize)) -> Result<Option<OwnRun>, TaskRefusal> {
        match self.auditor().own_run(&self.inputs, progress) {
            Ok(own) => Ok(Some(own)),
            Err(AuditError::Run(TraceError::Run(_))) => Ok(None),
            Err(error) => Err(TaskRefusal::Audit(error.to_string())),
        }
    }

    /// How the own run ended, as a receipt says it.
    pub fn outcome(&self, own: &OwnRun) -> Option<Outcome> {
        match own.fails {
            Some(failure) => Some(Outcome::Failed { node: failure.node, index: failure.index }),
            None => claim::outcome(&self.judged, own.roots.list.roots()),
        }
    }
}

/// What a look at a host's trace came to.
pub enum Look {
    /// This shows the fault.
    Evidence(Box<Evidence>),
    /// This must be seen first.
    Needs(Demand),
    /// Nothing can be shown, for this reason.
    Nothing(String),
}

/// A suspect whose host has put the roots of its trace on chain.
pub struct Pursuit {
    suspect: Suspect,
    own: Option<OwnRun>,
    claim: Option<Claim>,
    roots: Vec<Hash>,
    shown: ShownTrace,
}

impl Pursuit {
    /// With the own run, and the roots that the host submitted.
    pub fn new(suspect: Suspect, own: Option<OwnRun>, trace: Vec<H256>) -> Result<Self, TaskRefusal> {
        let expected = suspect.judged.graph.trace_roots();
        if trace.len() as u64 != u64::from(expected) {
            return Err(TaskRefusal::Roots { found: trace.len(), expected });
        }
        let roots: Vec<Hash> = trace.iter().map(|r| r.0).collect();
        let claim = match &own {
            Some(own) => Some(claim::of(&suspect, &roots, own.roots.list.roots())?),
            None => None,
        };
        let chunks = own.as_ref().map(|own| chunks_of(&suspect.judged, own)).unwrap_or_default();
        let shown = ShownTrace::new(roots.clone(), chunks);
        Ok(Self { suspect, own, claim, roots, shown })
    }

    /// Take what the host has opened on chain; `false` if it does not answer the demand.
    pub fn opened(&self, demand: &Demand, bytes: &[u8]) -> bool {
        self.shown.opened(demand, bytes)
    }

    /// Compare with what the host has shown so far. Blocks.
    pub fn look(&self) -> Result<Look, TaskRefusal> {
        let (Some(own), Some(claim)) = (&self.own, &self.claim) else {
            return Ok(Look::Nothing("the run fails here at no element that could be named".into()));
        };
        let trace = Some(self.shown.root());
        let found = self.suspect.auditor().compare_own(claim, &self.suspect.inputs, own, trace, &self.shown);
        let reason = match found {
            Ok(Audited::Fault(proof)) if proof.verdict.faulty => return Ok(Look::Evidence(Box::new(proof.evidence))),
            Ok(Audited::Fault(_)) => return Ok(Look::Nothing("what differs is admitted".into())),
            Ok(Audited::Clean(_)) => return Ok(Look::Nothing("the receipt is right".into())),
            Ok(Audited::Unexplained { value, .. }) => {
                return Ok(Look::Nothing(format!("the runs differ at {value:?}, and nothing there is provably wrong")))
            },
            Ok(Audited::Withheld(reason)) | Err(AuditError::Prove(ProveError::Source(reason))) => reason,
            Err(error) => return Err(TaskRefusal::Audit(error.to_string())),
        };
        self.shown.missing().map(Look::Needs).ok_or(TaskRefusal::Audit(reason))
    }

    /// Ask the host itself for a part, at its endpoint; `false` if it does not show it there.
    pub async fn ask(self: &Arc<Self>, endpoint: &[u8], demand: Demand) -> bool {
        let Some(remote) = remote(endpoint, &self.suspect.receipt) else { return false };
        let this = self.clone();
        let asked = tokio::task::spawn_blocking(move || this.ask_remote(&remote, &demand)).await;
        match asked {
            Ok(Ok(())) => true,
            Ok(Err(withheld)) => {
                tracing::info!("{withheld}; it will be demanded on chain");
                false
            },
            Err(error) => {
                tracing::warn!(%error, "asking the host broke off");
                false
            },
        }
    }

    fn ask_remote(&self, remote: &RemoteTrace, demand: &Demand) -> Result<(), host::Withheld> {
        let (position, first, count) = open::range(demand);
        let unknown = |what: &str| host::Withheld(what.into());
        match demand {
            Demand::Hashes { .. } => {
                let root = self.roots.get(position as usize).ok_or_else(|| unknown("there is no such root"))?;
                self.shown.told(position, &*host::tensor(remote, position, root)?);
            },
            Demand::Chunks { .. } => {
                let tensor = self.shown.tensor(position);
                let tensor = tensor.ok_or_else(|| unknown("the hashes of its chunks are not known"))?;
                let bytes = host::chunks(remote, position, &tensor, first, count)?;
                self.shown.sent(position, &tensor, first, &bytes);
            },
        }
        Ok(())
    }
}

/// Chunks of the own run's tensors, by the positions of their roots.
fn chunks_of(judged: &Judged, own: &OwnRun) -> BTreeMap<u32, u64> {
    let mut chunks = BTreeMap::new();
    for (value, header) in judged.graph.values.iter().zip(&own.roots.headers) {
        let count = header.as_ref().and_then(byte_len).map_or(1, |bytes| chunk_count(bytes as u64));
        chunks.extend((value.first_root..).zip(&value.layouts).map(|(root, _)| (root, count)));
    }
    chunks
}

/// The host over HTTP, if it says where it is.
fn remote(endpoint: &[u8], receipt: &Receipt) -> Option<RemoteTrace> {
    let endpoint = std::str::from_utf8(endpoint).ok()?;
    let web = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    let hash = receipt.hash::<Blake2b256>();
    web.then(|| RemoteTrace::impatient(endpoint, hash, PATIENCE).ok())?
}
