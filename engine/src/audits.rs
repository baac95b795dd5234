//! Audits on somebody's own account: is a receipt right, and if not, what shows it? Those that the chain asks for are [`crate::tasks`].

use crate::library::Library;
use candor_commitments::Hash;
use candor_verifier::{
    audit::{host::HostTrace, AuditError, AuditOptions, Audited, Auditor, Claim},
    judged::Judged,
    tensor::OwnedTensor,
};
use std::sync::Arc;

/// Whose run is looked at, and how.
pub struct Case {
    /// ONNX Runtime.
    pub library: &'static Library,
    /// The variant.
    pub judged: Arc<Judged>,
    /// Threads inside an operator.
    pub threads: usize,
    /// The call's inputs, in the order of the graph.
    pub inputs: Vec<OwnedTensor>,
    /// What the receipt says.
    pub claim: Claim,
    /// Root of the host's trace, as far as it is known.
    pub trace: Option<Hash>,
    /// What the host shows when it is asked.
    pub host: Arc<dyn HostTrace + Send + Sync>,
    /// Whether the host's profile is another than this machine's: its values are then rerun node by node.
    pub other_profile: bool,
    /// Limits.
    pub options: AuditOptions,
}

/// Why an audit was not done. Says nothing about the host.
#[derive(Debug, thiserror::Error)]
pub enum AuditFailure {
    /// The audit itself.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The audit's thread ended.
    #[error("the audit broke off: {0}")]
    Broken(String),
}

/// Audit one receipt, on a thread of its own. `progress` hears of steps done and steps in all.
pub async fn audit(
    case: Case,
    mut progress: impl FnMut(usize, usize) + Send + 'static,
) -> Result<Audited, AuditFailure> {
    let work = move || {
        let Case { library, judged, threads, inputs, claim, trace, host, other_profile, options } = case;
        let auditor = Auditor::new(library, &judged, threads, options);
        match other_profile {
            false => auditor.compare(&claim, &inputs, trace, &*host, &mut progress),
            true => auditor.rejudge(&claim, &inputs, trace, &*host, &mut progress),
        }
    };
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| AuditFailure::Broken(error.to_string()))??)
}
