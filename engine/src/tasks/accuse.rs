//! Finding what shows that another host's receipt is false.

use super::{claim, shown::ShownTrace, TaskRefusal};
use crate::{
    engine::Engine,
    sessions::Loaded,
    traces::{client::RemoteTrace, in_order},
};
use candor_commitments::{chunk_count, Blake2b256, Hash};
use candor_primitives::{
    worker::{Demand, TaskDone},
    Outcome, Payload, Receipt,
};
use candor_verifier::{
    audit::{host, AuditError, AuditOptions, Audited, Auditor, OwnRun},
    evidence::ProveError,
    run::TraceError,
    tensor::byte_len,
};
use codec::Encode;
use sp_core::H256;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Most parts that are asked for in a row.
const MOST_PARTS: usize = 64;
/// Longest wait for a part over HTTP; the chain makes the host show it otherwise.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest waiting for the host in one try, whatever it shows.
const IN_ALL: Duration = Duration::from_secs(60);

impl Engine {
    pub(super) async fn accuse(
        &self,
        receipt: &Receipt,
        input: &Payload,
        (outputs, trace): (&[H256], &[H256]),
        endpoint: &[u8],
        opened: &[(Demand, Vec<u8>)],
    ) -> Result<TaskDone, TaskRefusal> {
        let call = self.task_call(&receipt.draft, input).await?;
        let (loaded, memory) = (call.loaded, call.memory);
        let inputs = Arc::new(in_order(&loaded.spec, &loaded.judged, call.inputs)?);
        let expected = loaded.judged.graph.trace_roots();
        if trace.len() as u64 != u64::from(expected) {
            return Err(TaskRefusal::Roots { found: trace.len(), expected });
        }
        let roots: Vec<Hash> = trace.iter().map(|r| r.0).collect();
        let (work, tensors) = (self.auditing(&loaded), inputs.clone());
        let own = match self.compute(move || work.with(|auditor| auditor.own_run(&tensors, &mut |_, _| ()))).await? {
            Ok(own) => Arc::new(own),
            Err(AuditError::Run(TraceError::Run(_))) if matches!(receipt.outcome, Outcome::Failed { .. }) => {
                return Ok(TaskDone::Nothing)
            },
            Err(error) => return Err(TaskRefusal::Audit(error.to_string())),
        };
        let claim = Arc::new(claim::of(receipt, input, outputs, &loaded.judged, &roots, own.roots.list.roots())?);
        let host = Arc::new(ShownTrace::new(roots.clone(), chunks_of(&loaded, &own)));
        for (demand, bytes) in opened {
            if !host.opened(demand, bytes) {
                tracing::warn!(?demand, "what was opened on chain does not answer the demand");
            }
        }
        let remote = remote(endpoint, receipt);
        let until = std::time::Instant::now() + IN_ALL;
        for _ in 0..MOST_PARTS {
            let work = self.auditing(&loaded);
            let (claim, inputs, own, shown) = (claim.clone(), inputs.clone(), own.clone(), host.clone());
            let trace = Some(host.root());
            let found =
                self.compute(move || work.with(|auditor| auditor.compare_own(&claim, &inputs, &own, trace, &*shown)));
            let reason = match found.await? {
                Ok(Audited::Fault(proof)) if proof.verdict.faulty => {
                    return Ok(TaskDone::Evidence(proof.evidence.encode()))
                },
                Ok(Audited::Clean(_)) => return Ok(TaskDone::Nothing),
                Ok(Audited::Fault(_)) => return Ok(TaskDone::Nothing),
                Ok(Audited::Unexplained { value, .. }) => {
                    tracing::warn!(value, "the runs differ, and nothing that was judged is provably wrong");
                    return Ok(TaskDone::Nothing);
                },
                Ok(Audited::Withheld(reason)) | Err(AuditError::Prove(ProveError::Source(reason))) => reason,
                Err(error) => return Err(TaskRefusal::Audit(error.to_string())),
            };
            let Some(demand) = host.missing() else { return Err(TaskRefusal::Audit(reason)) };
            let in_time = std::time::Instant::now() < until;
            let asked = match &remote {
                Some(remote) if in_time => ask(remote.clone(), host.clone(), &roots, demand).await,
                _ => false,
            };
            if !asked {
                drop(memory);
                return Ok(TaskDone::Needs(demand));
            }
        }
        Err(TaskRefusal::Audit("the host shows its trace in too many parts".into()))
    }

    fn auditing(&self, loaded: &Loaded) -> Auditing {
        let options = AuditOptions { memory: self.config.trace_memory, ..AuditOptions::default() };
        Auditing { library: self.library, judged: loaded.judged.clone(), threads: self.profile.threads, options }
    }
}

/// An auditor's parts, to be put together on the tasks' thread.
struct Auditing {
    library: &'static crate::library::Library,
    judged: Arc<candor_verifier::judged::Judged>,
    threads: usize,
    options: AuditOptions,
}

impl Auditing {
    fn with<T>(&self, work: impl FnOnce(&Auditor<'_>) -> T) -> T {
        work(&Auditor::new(self.library, &self.judged, self.threads, self.options))
    }
}

/// Chunks of the own run's tensors, by the positions of their roots.
fn chunks_of(loaded: &Loaded, own: &OwnRun) -> BTreeMap<u32, u64> {
    let mut chunks = BTreeMap::new();
    for (value, header) in loaded.judged.graph.values.iter().zip(&own.roots.headers) {
        let count = header.as_ref().and_then(byte_len).map_or(1, |bytes| chunk_count(bytes as u64));
        chunks.extend((value.first_root..).zip(&value.layouts).map(|(root, _)| (root, count)));
    }
    chunks
}

/// The host over HTTP, if it says where it is.
fn remote(endpoint: &[u8], receipt: &Receipt) -> Option<Arc<RemoteTrace>> {
    let endpoint = std::str::from_utf8(endpoint).ok()?;
    let web = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    let hash = receipt.hash::<Blake2b256>();
    web.then(|| RemoteTrace::impatient(endpoint, hash, PATIENCE).ok().map(Arc::new))?
}

/// Ask the host itself for a part; `false` if it does not show it, or something else.
async fn ask(remote: Arc<RemoteTrace>, shown: Arc<ShownTrace>, roots: &[Hash], demand: Demand) -> bool {
    let (position, first, count) = super::open::range(&demand);
    let Some(root) = roots.get(position as usize).copied() else { return false };
    let asked = tokio::task::spawn_blocking(move || {
        match demand {
            Demand::Hashes { .. } => shown.told(position, &*host::tensor(&*remote, position, &root)?),
            Demand::Chunks { .. } => {
                let unknown = || host::Withheld("its chunk hashes are not known".into());
                let tensor = shown.tensor(position).ok_or_else(unknown)?;
                let bytes = host::chunks(&*remote, position, &tensor, first, count)?;
                shown.sent(position, &tensor, first, &bytes);
            },
        }
        Ok::<(), host::Withheld>(())
    });
    match asked.await {
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
