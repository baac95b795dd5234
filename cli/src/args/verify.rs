//! `candor verify` and `candor adjudicate`.

use super::InputArgs;
use clap::Args;
use std::path::PathBuf;

/// `candor verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  candor verify minilm \"How are you?\" --output embedding.npy     rerun, compare byte for byte
  candor infer minilm \"How are you?\" --json > answer.json
  candor verify minilm \"How are you?\" --answer answer.json       the answer with its receipt
  candor verify minilm \"How are you?\" --job 12 --host http://host.example.org:9955 --evidence out.bin
  candor verify minilm \"How are you?\" --answer answer.json --attested   and its host's hardware
  candor verify ./minilm-1.0.0 --npy ids=ids.npy --output y.npy --trace host.trace --evidence out.bin
  candor verify ./minilm-1.0.0 \"How are you?\" --trace-out own.trace

Without the host's trace the model is run again and the outputs are compared: that tells whether the answer
is right, and convicts nobody. With the trace (--host or --trace) the first value that differs is found and
judged as the chain judges it, and --evidence keeps what shows the fault: `candor adjudicate` reads it.
A machine of another execution profile than the host's needs --other-profile: it reruns every node from the
host's own values and judges what differs.

Exit codes: 0 the answer is right; 5 a fault is proven; 6 the answer differs, or could not be checked to the
end, and nothing is proven, or (--attested) its host's machine is not attested; 1 error; 2 wrong usage or input.")]
pub struct Verify {
    /// Which release (REF), or a folder that `candor model prepare` wrote.
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// The inputs.
    #[command(flatten)]
    pub inputs: InputArgs,
    /// A claimed output as a NumPy file; once for each output. NAME is needed if there are several.
    #[arg(long, value_name = "[NAME=]FILE.npy", conflicts_with_all = ["answer", "job"])]
    pub output: Vec<String>,
    /// The exact bytes of a claimed output, as `candor infer --raw` writes them.
    #[arg(long, value_name = "[NAME=]FILE", conflicts_with_all = ["answer", "job"])]
    pub raw_output: Vec<String>,
    /// The claimed answer with its receipt: what `candor infer --json` printed.
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub answer: Option<PathBuf>,
    /// The claimed answer is that of a job which is not final yet.
    #[arg(long, value_name = "NUMBER")]
    pub job: Option<u64>,
    /// Endpoint of the host, which is asked for the trace of the receipt.
    #[arg(long, value_name = "URL", conflicts_with = "trace")]
    pub host: Option<String>,
    /// Check, too, that the machine of the host that signed the receipt is attested (docs/attestation.md): its engine is asked
    /// for evidence, at --host if given, else at the endpoint on chain.
    #[arg(long)]
    pub attested: bool,
    /// Hash of the receipt whose trace the host shows; without it, that of --answer or --job.
    #[arg(long, value_name = "HASH", requires = "host")]
    pub receipt: Option<String>,
    /// The host's trace in a file: one that --trace-out --trace-values wrote, or a plain list of roots.
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Where to write the evidence of a fault.
    #[arg(long, value_name = "OUT.BIN")]
    pub evidence: Option<PathBuf>,
    /// Where to write the roots of the own run.
    #[arg(long, value_name = "FILE")]
    pub trace_out: Option<PathBuf>,
    /// Write all values of the own run too, not only their roots.
    #[arg(long, requires = "trace_out")]
    pub trace_values: bool,
    /// The host's machine has another execution profile than this one.
    #[arg(long)]
    pub other_profile: bool,
    /// Most mebibytes of values in memory; less means more runs.
    #[arg(long, value_name = "MIB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(16..))]
    pub memory: u64,
    /// ONNX Runtime's library. Without it: ORT_DYLIB_PATH, else what scripts/setup installed.
    #[arg(long, value_name = "FILE")]
    pub ort: Option<PathBuf>,
}

/// `candor adjudicate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  candor adjudicate out.bin
  candor adjudicate out.bin --json

The evidence is judged by the code that judges on chain, with integers only: node, element, what was
claimed, what must be there, and why. Compare the roots at the end with those on the chain: evidence
against other roots says nothing about a receipt.

Exit codes: 0 a fault is shown; 1 the evidence shows no fault; 2 this is no evidence.")]
pub struct Adjudicate {
    /// File that `candor verify --evidence` wrote.
    #[arg(value_name = "OUT.BIN")]
    pub file: PathBuf,
}
