//! What disputes about a variant are judged against, and the file beside its prepared graph that says how.

use crate::onnx::OnnxModel;
use candor_adjudicator::RULES;
use candor_primitives::Judging;
use candor_verifier::judged::{Judged, JudgedError, JudgingFile};
use sp_core::H256;
use std::path::{Path, PathBuf};

/// Ending of the file that stands beside a prepared graph.
const ENDING: &str = ".judging";

/// Path of the file that says how the nodes of `graph` are judged.
pub fn file_name(graph: &str) -> String {
    format!("{graph}{ENDING}")
}

/// [`file_name`] on disk.
pub fn file_path(graph: &Path) -> PathBuf {
    let mut path = graph.as_os_str().to_owned();
    path.push(ENDING);
    path.into()
}

/// Why a variant's runs cannot be judged as it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JudgingError {
    /// The file beside the graph is missing or unreadable; publish the release with it.
    #[error("{0} cannot be read: {1}")]
    File(String, String),
    /// Graph and file do not fit, or the adjudicator does not know what is in them.
    #[error("{0}")]
    Judged(String),
    /// The variant was made for other rules of judging; prepare it again.
    #[error("the variant follows rules {found} of judging, this engine knows {}", RULES)]
    Rules {
        /// Version that the variant names.
        found: u16,
    },
    /// What the variant commits to is not what its files say; the release is malformed.
    #[error("the {0} that the variant commits to does not follow from its files")]
    Differs(&'static str),
}

impl From<JudgedError> for JudgingError {
    fn from(error: JudgedError) -> Self {
        Self::Judged(error.to_string())
    }
}

/// What a variant commits to, for a model whose judging is settled. `trace_bytes` are those of a typical call.
pub fn commit(judged: &Judged, trace_bytes: u64) -> Judging {
    Judging {
        rules: RULES,
        graph: H256(judged.commitment.root()),
        weights: H256(judged.weights.root()),
        trace: judged.graph.trace_roots(),
        trace_bytes,
        exact: judged.is_exact(),
    }
}

/// Open a prepared graph and the file beside it, and compare them with what the variant commits to. Hashes all weights
/// if `weights` asks for it: once is enough for files that do not change.
pub fn open(graph: &Path, judging: &Judging, weights: bool) -> Result<Judged, JudgingError> {
    if judging.rules != RULES {
        return Err(JudgingError::Rules { found: judging.rules });
    }
    let path = file_path(graph);
    let unreadable = |e: std::io::Error| JudgingError::File(path.display().to_string(), e.to_string());
    let file = JudgingFile::from_bytes(&std::fs::read(&path).map_err(unreadable)?)?;
    let model = OnnxModel::open(graph).map_err(|e| JudgingError::Judged(e.to_string()))?;
    let judged = Judged::open(model, &file)?;
    let own = commit(&judged, judging.trace_bytes);
    let differs = [
        ("graph", own.graph != judging.graph),
        ("list of weights", own.weights != judging.weights),
        ("length of a trace", own.trace != judging.trace),
        ("exactness", own.exact != judging.exact),
    ];
    if let Some((what, _)) = differs.into_iter().find(|(_, differs)| *differs) {
        return Err(JudgingError::Differs(what));
    }
    if weights {
        judged.check_weights()?;
    }
    Ok(judged)
}
