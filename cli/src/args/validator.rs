//! `candor validator`.

use super::percent;
use crate::amounts;
use candor_primitives::Balance;
use clap::Subcommand;

/// `candor validator`.
#[derive(Debug, Subcommand)]
pub enum Validator {
    /// List the candidates: who validates, with how much stake.
    #[command(after_help = "Examples:\n  candor validator list\n  candor validator list --json")]
    List,
    /// Show a candidate: keys, stake, whether it validates.
    #[command(after_help = "Examples:\n  candor validator status\n  candor validator status //Alice//stash --json")]
    Status {
        /// Account of the validator; without it, the account of --key.
        account: Option<String>,
    },
    /// Stand for election, with stake of your own.
    #[command(
        after_help = "Example:\n  candor keys rotate --key ~/.candor/validator            # first, beside the node\n  \
        candor validator register --stake 10000 --key ~/.candor/validator\n\n\
        The candidates with the most stake, own and delegated, validate from two sessions later on."
    )]
    Register {
        /// Stake in CNDR; it answers for what the session keys sign.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
        stake: Balance,
    },
    /// Stop standing for election; validate on until the set has changed, two sessions later.
    #[command(after_help = "Example:\n  candor validator chill")]
    Chill,
    /// Stand for election again, after a chill, an offence, or a time offline.
    #[command(after_help = "Example:\n  candor validator resume")]
    Resume,
    /// Stop being a validator: all stake in the pool comes free after the unbonding time.
    #[command(
        after_help = "Example:\n  candor validator leave && candor stake withdraw --validators   # the second once the time is over"
    )]
    Leave,
    /// Say which part of its stakers' reward the validator keeps; a higher one holds only after a notice.
    #[command(after_help = "Example:\n  candor validator commission 5%")]
    Commission {
        /// Per cent, for example 5 or 2.5%.
        #[arg(value_name = "PERCENT", value_parser = percent)]
        commission: u32,
    },
    /// Take a candidate that cannot be elected, for lack of keys or stake, off the list.
    #[command(after_help = "Example:\n  candor validator evict 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]
    Evict {
        /// Account of the candidate.
        account: String,
    },
}
