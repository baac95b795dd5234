//! `candor receipts`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Where receipts are.
#[derive(Clone, Debug, Args)]
pub struct ReceiptStore {
    /// Folder of `candor proxy`; without it, $CANDOR_HOME/proxy.
    #[arg(long, value_name = "DIR", env = "CANDOR_PROXY_DATA")]
    pub data: Option<PathBuf>,
}

/// Which receipts.
#[derive(Clone, Debug, Default, Args)]
pub struct Filter {
    /// Of this model only: its name, name@1.2.3, or the number of the release.
    #[arg(long, value_name = "REF")]
    pub release: Option<String>,
    /// Of this host only.
    #[arg(long, value_name = "ACCOUNT")]
    pub host: Option<String>,
    /// Of this session only.
    #[arg(long, value_name = "NUMBER")]
    pub session: Option<u64>,
    /// Not older than this: 90s, 15m, 2h, 7d.
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub since: Option<u64>,
}

/// `candor receipts`.
#[derive(Debug, Subcommand)]
pub enum Receipts {
    /// List receipts, the newest last.
    #[command(
        after_help = "Examples:\n  candor receipts list\n  candor receipts list --since 1h --release minilm --json"
    )]
    List {
        /// Where they are.
        #[command(flatten)]
        store: ReceiptStore,
        /// Which.
        #[command(flatten)]
        filter: Filter,
        /// The newest so many; 0 for all.
        #[arg(long, value_name = "NUMBER", default_value_t = 50)]
        limit: usize,
    },
    /// Show a receipt: who answered what, for how much, and what was kept of it.
    #[command(after_help = "Examples:\n  candor receipts show 0x6224f55f\n  candor receipts show 3:17 --json")]
    Show {
        /// Where it is.
        #[command(flatten)]
        store: ReceiptStore,
        /// Hash of the receipt (its first digits are enough), or SESSION:INDEX.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Check receipts: signature, terms, roots of what was kept; with --rerun the answer itself.
    #[command(after_help = "Examples:
  candor receipts verify                               all that are kept
  candor receipts verify 3:17 --rerun                  run the model again, compare bit for bit
  candor receipts verify --since 1d --rerun --sample 20

Exit codes: 0 all are right; 6 one is not; 1 error; 2 wrong usage.")]
    Verify {
        /// Where they are.
        #[command(flatten)]
        store: ReceiptStore,
        /// Hashes of receipts, or SESSION:INDEX; without them, all that the filters leave.
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// Which.
        #[command(flatten)]
        filter: Filter,
        /// Run the models again on this machine, as `candor verify` does; what was not kept is skipped.
        #[arg(long)]
        rerun: bool,
        /// Only so many, drawn at random.
        #[arg(long, value_name = "NUMBER")]
        sample: Option<usize>,
        /// ONNX Runtime's library. Without it: ORT_DYLIB_PATH, else what scripts/setup installed.
        #[arg(long, value_name = "FILE")]
        ort: Option<PathBuf>,
    },
    /// Write receipts to a file: JSON lines for programs, SCALE for `candor challenge --file`.
    #[command(after_help = "Examples:
  candor receipts export --since 1d > receipts.jsonl
  candor receipts export --session 3 --out receipts.jsonl
  candor receipts export 3:17 --format scale --out wrong.receipt")]
    Export {
        /// Where they are.
        #[command(flatten)]
        store: ReceiptStore,
        /// Hashes of receipts, or SESSION:INDEX; without them, all that the filters leave.
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// Which.
        #[command(flatten)]
        filter: Filter,
        /// How.
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
        /// File to write; without it, standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// How receipts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON document a line, with inputs and outputs where they were kept.
    Jsonl,
    /// One receipt with everything that a challenge needs.
    Scale,
}

/// Milliseconds.
fn age(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no age, for example 90s, 15m, 2h or 7d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).and_then(|seconds| seconds.checked_mul(1000)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_should_be_read_when_it_has_a_unit() {
        assert_eq!([age("90s"), age("2h"), age("1d")], [Ok(90_000), Ok(7_200_000), Ok(86_400_000)]);
        assert!([age("2"), age("h"), age(""), age("-1h"), age("1y")].iter().all(Result::is_err));
    }
}
