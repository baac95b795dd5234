//! What came of a verification, as text and as JSON.

use super::{differ::Difference, model::Model};
use crate::output::size;
use candor_commitments::Hash;
use candor_verifier::{audit::Work, evidence::account::Account};
use serde_json::{json, Value};
use std::path::PathBuf;

/// An output of the run, and how the claimed one differs.
#[derive(Debug)]
pub struct OutputReport {
    /// Its name.
    pub name: String,
    /// Type and shape.
    pub header: String,
    /// What was found.
    pub state: OutputState,
}

/// What was found of an output.
#[derive(Debug, PartialEq)]
pub enum OutputState {
    /// Nothing was claimed of it.
    Unclaimed,
    /// Equal in every bit.
    Equal,
    /// Of another type, shape or number of bytes: in words.
    Other(String),
    /// Elements differ.
    Differs(Difference),
}

/// The verdict.
#[derive(Debug)]
pub enum Verdict {
    /// Run, nothing claimed.
    Ran,
    /// The outputs are right.
    Clean,
    /// Every node gives what the host claims, from the host's own values.
    Consistent,
    /// The outputs differ; nothing is proven.
    Differs,
    /// A proven fault.
    Fault(Box<Account>),
    /// The host does not show what is needed.
    Withheld(String),
    /// The runs differ at a value, and nothing that was judged is provably wrong.
    Unexplained(String),
    /// The run is claimed to have failed, and does not fail here.
    NoFailure,
    /// The run fails here.
    Fails {
        /// ONNX Runtime's words.
        reason: String,
        /// Whether that is what is claimed.
        claimed: bool,
    },
}

impl Verdict {
    /// Exit code.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Ran | Self::Clean | Self::Consistent | Self::Fails { claimed: true, .. } => 0,
            Self::Fault(_) => 5,
            Self::Differs | Self::Withheld(_) | Self::Unexplained(_) | Self::NoFailure | Self::Fails { .. } => 6,
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Ran => "ran",
            Self::Clean | Self::Consistent | Self::Fails { claimed: true, .. } => "clean",
            Self::Fault(_) => "fault",
            Self::Withheld(_) => "withheld",
            Self::Unexplained(_) => "unexplained",
            Self::Differs | Self::NoFailure | Self::Fails { .. } => "differs",
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Ran => "The model ran; nothing was claimed that could be checked.".into(),
            Self::Clean => "The answer is right: run again, the model gives it bit for bit.".into(),
            Self::Consistent => {
                "The answer is right: every node, run again from the host's own values, gives what the \
                 host claims, as far as the adjudicator tells it apart."
                    .into()
            },
            Self::Differs => "The answer is wrong: run again, the model gives other outputs. Nothing is proven yet: \
                 that takes the host's trace (--host URL or --trace FILE)."
                .into(),
            Self::Fault(account) => account.verdict.clone(),
            Self::Withheld(reason) => {
                format!("Could not be checked to the end: {reason}. On chain a host can be made to show it.")
            },
            Self::Unexplained(value) => format!(
                "The runs differ at the value {value:?}, and nothing that was judged is provably wrong. Do the \
                 profiles of both machines agree?"
            ),
            Self::NoFailure => "The answer is wrong: the receipt says that the run failed, and here it gives outputs. \
                 The receipt does not name the element, so nothing is proven."
                .into(),
            Self::Fails { reason, claimed: true } => {
                format!("The answer is right: the model fails on this input here too ({reason}).")
            },
            Self::Fails { reason, claimed: false } => {
                format!("The answer is wrong: outputs are claimed, and the model fails on this input here ({reason}).")
            },
        }
    }
}

/// Everything that is told.
#[derive(Debug)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// Root of the variant that was run.
    pub variant: String,
    /// Whether all nodes are judged bit for bit.
    pub exact: bool,
    /// Outputs that were compared here.
    pub outputs: Vec<OutputReport>,
    /// Root of the own trace, and how many roots it has.
    pub trace: Option<(Hash, usize)>,
    /// What an audit did.
    pub work: Option<Work>,
    /// Where the evidence was written.
    pub evidence: Option<PathBuf>,
    /// Hash of the receipt.
    pub receipt: Option<String>,
}

impl Report {
    /// As JSON.
    pub fn to_json(&self, model: &Model) -> Value {
        let output = |o: &OutputReport| {
            let (state, difference) = match &o.state {
                OutputState::Unclaimed => ("unclaimed", Value::Null),
                OutputState::Equal => ("equal", Value::Null),
                OutputState::Other(what) => ("other", json!(what)),
                OutputState::Differs(d) => ("differs", json!(d)),
            };
            json!({ "name": o.name, "tensor": o.header, "state": state, "difference": difference })
        };
        let fault = match &self.verdict {
            Verdict::Fault(account) => json!(account),
            _ => Value::Null,
        };
        json!({
            "verdict": self.verdict.word(), "sentence": self.verdict.sentence(), "code": self.verdict.code(),
            "model": model.name, "release": model.id, "variant": self.variant, "exact": self.exact,
            "receipt": self.receipt, "outputs": self.outputs.iter().map(output).collect::<Vec<_>>(),
            "trace": self.trace.map(|(root, _)| hex_of(&root)), "roots": self.trace.map(|(_, count)| count),
            "work": self.work.map(|w| json!({
                "bytes": w.bytes, "differing": w.differing, "judged": w.judged, "skipped": w.skipped,
            })),
            "fault": fault, "evidence": self.evidence,
        })
    }

    /// As text.
    pub fn to_text(&self, model: &Model) -> String {
        let mut text = format!("{}\n\nmodel      {}", self.verdict.sentence(), model.name);
        if let Some(id) = model.id {
            text += &format!(" (release {id})");
        }
        let judged = if self.exact { "every node judged bit for bit" } else { "some nodes judged within bounds" };
        text += &format!("\nvariant    {}, {judged}\n", self.variant);
        if let Some(receipt) = &self.receipt {
            text += &format!("receipt    {receipt}\n");
        }
        for output in &self.outputs {
            text += &format!("output     {} {}: {}\n", output.name, output.header, state_words(&output.state));
        }
        if let Some((root, count)) = &self.trace {
            text += &format!("trace      {}, {count} roots\n", hex_of(root));
        }
        if let Some(work) = &self.work {
            text += &format!("looked at  {}", size(work.bytes));
            if work.differing > 0 {
                text += &format!(", {} elements differ, {} judged", work.differing, work.judged);
            }
            if work.skipped > 0 {
                text += &format!(", {} left out", work.skipped);
            }
            text += "\n";
        }
        if let Verdict::Fault(account) = &self.verdict {
            // Its first sentence stands above already.
            let told = account.to_string();
            text += &format!("\n{}", told.split_once("\n\n").map_or(told.as_str(), |(_, rest)| rest));
            text += &match &self.evidence {
                Some(file) => format!("\nwritten to {}; `candor adjudicate` reads it\n", file.display()),
                None => "\nnot kept: --evidence FILE writes it\n".into(),
            };
        }
        text
    }
}

fn state_words(state: &OutputState) -> String {
    match state {
        OutputState::Unclaimed => "nothing was claimed".into(),
        OutputState::Equal => "equal".into(),
        OutputState::Other(what) => what.clone(),
        OutputState::Differs(found) => {
            let mut text = format!("{} of {} elements differ, the first at {}", found.elements, found.of, found.first);
            if let Some(abs) = found.max_abs {
                text += &format!(", by at most {abs:e}");
            }
            if let Some(ulp) = found.max_ulp {
                text += &format!(" ({ulp} in the last place)");
            }
            text
        },
    }
}

fn hex_of(root: &Hash) -> String {
    format!("0x{}", hex::encode(root))
}
