//! `candor session`.

use super::receipts::ReceiptStore;
use crate::amounts;
use candor_primitives::Balance;
use clap::Subcommand;
use std::path::PathBuf;

/// `candor session`.
#[derive(Debug, Subcommand)]
pub enum Session {
    /// Open a session: a deposit out of which one host is paid for many calls.
    #[command(after_help = "Examples:
  candor session open minilm --deposit 1               whoever is drawn, for an hour
  candor session open minilm --deposit 5 --host //Alice --units 512 --blocks 43200
  candor session open minilm --deposit 1 --attested    only a host whose machine is attested
  candor session open minilm --deposit 1 --voucher-key 0x...   your program signs the vouchers

Without --voucher-key a key is made and kept in the folder of `candor proxy`, which takes the session up when it is
started with the same account and --data.")]
    Open {
        /// Which release.
        #[arg(value_name = "REF")]
        release: String,
        /// What all calls together may cost, in CNDR.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
        deposit: Balance,
        /// Who answers; without it, whoever is drawn.
        #[arg(long, value_name = "ACCOUNT")]
        host: Option<String>,
        /// Only a host whose machine is attested; calls are final sooner and audited less often (docs/attestation.md).
        #[arg(long)]
        attested: bool,
        /// Units of the largest call; without it, what the release is priced by.
        #[arg(long, value_name = "UNITS")]
        units: Option<u64>,
        /// Most that the largest call may cost, in CNDR; without it, what the offer asks.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
        max_fee: Option<Balance>,
        /// For how many blocks.
        #[arg(long, value_name = "BLOCKS", default_value_t = 1800)]
        blocks: u32,
        /// Public key that signs the vouchers (64 hex digits).
        #[arg(long, value_name = "KEY")]
        voucher_key: Option<String>,
        /// Where a key that is made is kept.
        #[command(flatten)]
        store: ReceiptStore,
    },
    /// List the sessions of an account of which something is left to be done.
    #[command(after_help = "Examples:\n  candor session list\n  candor session list //Bob --json")]
    List {
        /// Address, 0x public key, or //Alice; without it, the account of --key.
        account: Option<String>,
    },
    /// Show a session: terms, what was settled, what its host says.
    #[command(after_help = "Examples:\n  candor session show 3\n  candor session show 3 --json")]
    Show {
        /// Number of the session.
        id: u64,
    },
    /// Add to a session's deposit, or give it more time.
    #[command(after_help = "Examples:\n  candor session top-up 3 --amount 2\n  candor session top-up 3 --blocks 1800")]
    TopUp {
        /// Number of the session.
        id: u64,
        /// CNDR more.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse, required_unless_present = "blocks")]
        amount: Option<Balance>,
        /// Let it end so many blocks from now.
        #[arg(long, value_name = "BLOCKS")]
        blocks: Option<u32>,
    },
    /// Close a session: the host has a notice to settle, the rest of the deposit comes back.
    #[command(after_help = "Examples:
  candor session close 3                               with the newest voucher of `candor proxy`, if it made one
  candor session close 3 --voucher 0x...")]
    Close {
        /// Number of the session.
        id: u64,
        /// The newest voucher, signed: SCALE in hex. It is given to the host, which settles it.
        #[arg(long, value_name = "HEX")]
        voucher: Option<String>,
        /// File with its SCALE.
        #[arg(long, value_name = "FILE", conflicts_with = "voucher")]
        voucher_file: Option<PathBuf>,
        /// Where vouchers are looked for.
        #[command(flatten)]
        store: ReceiptStore,
    },
}
