//! `candor stake`.

use crate::amounts;
use candor_primitives::Balance;
use clap::{Args, Subcommand};

/// `candor stake`.
#[derive(Debug, Args)]
pub struct Stake {
    /// What to do.
    #[command(subcommand)]
    pub command: StakeCommand,
    /// Of validators and their pools, instead of hosts.
    #[arg(long, global = true)]
    pub validators: bool,
}

/// What to do with stake.
#[derive(Debug, Subcommand)]
pub enum StakeCommand {
    /// List the pools of all hosts, or validators: stake, commission, record, return.
    #[command(after_help = "Examples:\n  candor stake list\n  candor stake list --validators --json")]
    List,
    /// Show what an account has staked, and what can be withdrawn.
    #[command(after_help = "Examples:\n  candor stake show\n  candor stake show //Alice --json")]
    Show {
        /// Address, 0x public key, or //Alice; without it, the account of --key.
        account: Option<String>,
    },
    /// Stake for a host, or a validator: earn with its work, and answer for it.
    #[command(
        after_help = "Examples:\n  candor stake add //Bob 500 --key ~/.candor/key\n  candor stake add //Alice//stash 500 --validators\n\n\
        Rewards raise what the stake is worth; a proven fault of the host costs part of it, once its own stake is gone."
    )]
    Add {
        /// The host, or the validator.
        host: String,
        /// CNDR.
        #[arg(value_name = "CNDR", value_parser = amounts::parse)]
        amount: Balance,
    },
    /// Begin to take stake back; it stays liable until it is withdrawn.
    #[command(after_help = "Examples:\n  candor stake remove //Bob 500\n  candor stake remove //Bob --all")]
    Remove {
        /// The host, or the validator.
        host: String,
        /// CNDR.
        #[arg(value_name = "CNDR", value_parser = amounts::parse, required_unless_present = "all", conflicts_with = "all")]
        amount: Option<Balance>,
        /// Everything.
        #[arg(long)]
        all: bool,
    },
    /// Get stake back whose unbonding time is over.
    #[command(
        after_help = "Examples:\n  candor stake withdraw          # from all hosts\n  candor stake withdraw //Bob"
    )]
    Withdraw {
        /// The host, or the validator; without it, all from which something can be withdrawn.
        host: Option<String>,
    },
    /// Stake with another one what has finished unbonding.
    #[command(after_help = "Example:\n  candor stake move //Bob //Charlie")]
    Move {
        /// The one that it leaves.
        from: String,
        /// The one that it goes to.
        to: String,
    },
}
