//! Arguments of `candor schedule`.

use super::InputArgs;
use crate::amounts;
use candor_primitives::{Balance, BlockNumber};
use clap::{Args, Subcommand};

/// Seconds between two blocks.
const BLOCK: u64 = 2;

/// `candor schedule`.
#[derive(Debug, Subcommand)]
pub enum Schedule {
    /// Repeat a call, paid ahead.
    #[command(after_help = "Examples:
  candor schedule create //Alice/minilm \"is the pump still running?\" --every 10m --times 144
          Every ten minutes for a day.
  candor schedule create //Alice/add --npy x=x.npy --every 100 --times 5 --max-fee 0.002
          Every 100 blocks, for at most 0.002 CNDR a run.")]
    Create(Box<Create>),
    /// List the schedules of an account.
    #[command(after_help = "Examples:\n  candor schedule list\n  candor schedule list //Alice --json")]
    List {
        /// Address, 0x public key, or //Alice; without it, the account of --key.
        account: Option<String>,
    },
    /// Show a schedule with its history.
    #[command(after_help = "Examples:\n  candor schedule show 3\n  candor schedule show 3 --json")]
    Show {
        /// Number of the schedule.
        id: u64,
    },
    /// Take back the runs that are still to come.
    #[command(after_help = "Example:\n  candor schedule cancel 3")]
    Cancel {
        /// Number of the schedule.
        id: u64,
    },
    /// Remove the history of a schedule that has ended, and get its deposit back.
    #[command(after_help = "Example:\n  candor schedule remove 3")]
    Remove {
        /// Number of the schedule.
        id: u64,
    },
}

/// `candor schedule create`.
#[derive(Debug, Args)]
pub struct Create {
    /// What to run: PUBLISHER/NAME, PUBLISHER/NAME@VERSION, or the number of a release.
    pub release: String,
    /// What to run it on.
    #[command(flatten)]
    pub inputs: InputArgs,
    /// From run to run: blocks, or a time such as 30s, 10m, 2h, 1d.
    #[arg(long, value_name = "TIME", value_parser = every)]
    pub every: BlockNumber,
    /// Runs in all, 1 to 1000.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub times: u32,
    /// Most CNDR that one host may cost in each run; without it, what the dearest live offer asks now.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
    pub max_fee: Option<Balance>,
    /// The only host that may run it.
    #[arg(long, value_name = "ACCOUNT")]
    pub host: Option<String>,
    /// Hosts that run each call independently, 1 to 5.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub redundancy: u8,
    /// Value in CNDR that a wrong answer would cost you; hosts must back it by stake.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse, default_value = "0")]
    pub insured: Balance,
    /// Only hosts whose machine is attested may run it; final sooner, audited less often (docs/attestation.md).
    #[arg(long, conflicts_with = "redundancy")]
    pub attested: bool,
    /// Where hosts find inputs over 16 KiB (see `candor infer --help`); they must stay there until the last run.
    #[arg(long, value_name = "URL")]
    pub input_source: Option<String>,
}

/// Blocks of a time.
fn every(text: &str) -> Result<BlockNumber, String> {
    let wrong = || format!("`{text}` is no period: blocks, or a time such as 30s, 10m, 2h, 1d");
    let text = text.trim();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "" => number.checked_mul(BLOCK),
        "s" => Some(number),
        "m" => number.checked_mul(60),
        "h" => number.checked_mul(3_600),
        "d" => number.checked_mul(86_400),
        _ => None,
    };
    let blocks = seconds.ok_or_else(wrong)?.div_ceil(BLOCK);
    BlockNumber::try_from(blocks).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_should_count_blocks_when_it_is_a_time() {
        let read = |text: &str| every(text).ok();
        assert_eq!(
            [read("100"), read("30s"), read("10m"), read("2h"), read("1d"), read("3s")],
            [Some(100), Some(15), Some(300), Some(3_600), Some(43_200), Some(2)]
        );
        assert_eq!([read(""), read("m"), read("1w"), read("-5"), read("99999999999h")], [None; 5]);
    }
}
