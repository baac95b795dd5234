//! `candor challenge`.

use clap::Args;
use std::path::PathBuf;

/// `candor challenge`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  candor challenge 12                        run job 12 again, dispute its answer if it is wrong
  candor challenge 12 --dry-run              only look, send nothing
  candor challenge 12 --yes --key ~/.candor/key --evidence out.bin
  candor challenge --receipt 3:17            a call that `candor proxy` made, by session and index or by hash
  candor challenge --file wrong.receipt      one that `candor receipts export --format scale` wrote
  candor challenge --suspect FILE            an answer that `candor proxy` refused

A call of a session is first put on chain with its inputs (a deposit is held until its window has passed). That works while
the session lives, or the batch that pays for the call is not final.

The call is run again on this machine. If its answer is wrong, a bond is held and the host must put the roots of its run
on chain; the first value that differs is found, what the host alone has is fetched from it (on chain if it does not serve
it), and the fault is shown to the chain. A host that stays silent is convicted by that. Run the command again after an
interruption: it goes on where the dispute stands.

What you are out of pocket comes back with a reward, out of the host's own stake, if it is convicted. If nothing can be
shown in time, the bond pays the host's work and the rest is burned. The job's inputs and evidence are public for ever.

Exit codes: 0 the host was convicted, or the answer is right; 6 the dispute ended without a conviction, or nothing can be
proven; 1 error; 2 wrong usage.")]
pub struct Challenge {
    /// Number of the job. It must not be final yet.
    #[arg(value_name = "JOB", required_unless_present_any = ["receipt", "file", "suspect"])]
    pub job: Option<u64>,
    /// Whose answer, where several hosts ran the job.
    #[arg(long, value_name = "ACCOUNT", requires = "job")]
    pub host: Option<String>,
    /// A receipt that `candor proxy` keeps: its hash, or SESSION:INDEX.
    #[arg(long, value_name = "ID", conflicts_with_all = ["job", "file", "suspect"])]
    pub receipt: Option<String>,
    /// A receipt that was exported.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["job", "suspect"])]
    pub file: Option<PathBuf>,
    /// What `candor proxy` kept of an answer that it refused.
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub suspect: Option<PathBuf>,
    /// Where receipts are.
    #[command(flatten)]
    pub store: super::ReceiptStore,
    /// Where auditors find inputs over 16 KiB of a call of a session: file:///folder, or an address that has them already;
    /// without it, they are put on the engine at --engine.
    #[arg(long, value_name = "URL")]
    pub input_source: Option<String>,
    /// Do not ask before the bond is held.
    #[arg(long)]
    pub yes: bool,
    /// Run the job and say whether its answer is right, send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Dispute although the own run gives the same answer: the host's trace may still be another run's.
    #[arg(long)]
    pub anyway: bool,
    /// Write the evidence to a file too; `candor adjudicate` reads it.
    #[arg(long, value_name = "OUT.BIN")]
    pub evidence: Option<PathBuf>,
    /// A folder with the release's files; without it, they are fetched.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Most mebibytes of values in memory; less means more runs.
    #[arg(long, value_name = "MIB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(16..))]
    pub memory: u64,
    /// ONNX Runtime's library. Without it: ORT_DYLIB_PATH, else what scripts/setup installed.
    #[arg(long, value_name = "FILE")]
    pub ort: Option<PathBuf>,
}
