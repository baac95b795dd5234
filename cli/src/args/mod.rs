//! The command line.

use crate::{account, amounts, errors::Result};
use candor_primitives::{AccountId, Balance};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

mod attestation;
mod challenge;
mod proxy;
mod receipts;
pub mod schedule;
mod session;
mod stake;
mod validator;
mod verify;

pub use crate::globals::{no_key, Globals};
pub use attestation::{Attestation, Refresh};
pub use challenge::Challenge;
pub use proxy::Proxy;
pub use receipts::{Filter, Format, ReceiptStore, Receipts};
pub use schedule::Schedule;
pub use session::Session;
pub use stake::{Stake, StakeCommand};
pub use validator::Validator;
pub use verify::{Adjudicate, Verify};

const EXAMPLES: &str = "\
Examples:
  candor infer minilm \"How are you?\"          ask a hosted model, print the checked answer
  candor model publish ./minilm-1.0.0         make a model known to the chain
  candor host offer minilm --per-call 0.001   offer to run it
  candor balance //Alice                      what an account has
  candor proxy --budget 10                    an endpoint for OpenAI's and KServe's clients
  candor receipts list                        what it was answered, and by whom
  candor stake list                           hosts to stake for
  candor stake list --validators              validators to stake for
  candor challenge 12                         dispute a wrong answer

REF names a release: publisher/name@1.2.3, name@1.2.3, name (the newest), or its number.
KEY is a development key (//Alice), a secret phrase in quotes, or the path of a file that holds one.
Without --key it is ~/.candor/key if that exists; on a development chain, //Alice.

Exit codes: 0 done; 1 error; 2 wrong usage or input; 3 the job ended without an answer, the fee
came back; 4 the model failed on this input.";

/// Publish models, host them, and ask for inferences on the Candor chain.
#[derive(Debug, Parser)]
#[command(name = "candor", version, after_help = EXAMPLES, propagate_version = true)]
pub struct Cli {
    /// Settings that every command knows.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make and show keys.
    #[command(subcommand)]
    Keys(Keys),
    /// Prepare, publish, find and download models.
    #[command(subcommand)]
    Model(Model),
    /// Register as a host, offer models, leave.
    #[command(subcommand)]
    Host(Host),
    /// Run a model by a job on chain, check the receipt, print the answer.
    Infer(Infer),
    /// Look at jobs.
    #[command(subcommand)]
    Job(Job),
    /// Repeat a call, paid ahead, and see what came of each run.
    #[command(subcommand)]
    Schedule(Schedule),
    /// Run a model again and say whether an answer is right; find the fault in a host's run.
    Verify(Box<Verify>),
    /// Replay the chain's decision on a piece of evidence, and tell it in words.
    Adjudicate(Adjudicate),
    /// Dispute the answer of a job, or of a call in a session: show that it is wrong, to the chain.
    Challenge(Challenge),
    /// Answer OpenAI's and KServe's clients on this machine: pays hosts call by call, checks every receipt.
    Proxy(Box<Proxy>),
    /// List, show, check and export the receipts that `candor proxy` keeps.
    #[command(subcommand)]
    Receipts(Receipts),
    /// Open, look at, top up, close and settle sessions.
    #[command(subcommand)]
    Session(Session),
    /// Show, check and bring on chain what hardware says of hosts' machines.
    #[command(subcommand)]
    Attestation(Attestation),
    /// Stake for hosts or validators, and take stake back.
    Stake(Stake),
    /// Stand for election as a validator, look at the candidates, leave.
    #[command(subcommand)]
    Validator(Validator),
    /// Show what an account has.
    #[command(after_help = "Examples:\n  candor balance\n  candor balance //Alice --json")]
    Balance {
        /// Address, 0x public key, or //Alice; without it, the account of --key.
        account: Option<String>,
    },
}

/// `candor keys`.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a key for an account.
    #[command(after_help = "Example:\n  candor keys generate --out ~/.candor/key\n  export CANDOR_KEY=~/.candor/key")]
    Generate {
        /// Write the secret phrase to this file (readable by its owner only) instead of printing it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show the address of --key.
    #[command(
        after_help = "Examples:\n  candor keys show --key //Alice\n  candor keys show --key ~/.candor/key --json"
    )]
    Show,
    /// Make new session keys in the validator's node at --url, and put them on chain in place of the old ones.
    #[command(
        after_help = "Examples:\n  candor keys rotate --key ~/.candor/validator\n  candor keys rotate --key ~/.candor/validator --url ws://127.0.0.1:9945\n\n\
        The node makes the keys and proves that it has them; the account of --key owns them. They hold two sessions later: until\n\
        then the node signs with the old ones, so keep them in its keystore. Before a node takes the place of another one, rotate\n\
        on the new one and stop the old one when the new keys hold; never run two nodes with the same keys: that is an offence."
    )]
    Rotate,
    /// Make a worker key: it signs a host's receipts and lies in the node's keystore.
    #[command(
        after_help = "Examples:\n  candor keys worker --keystore ./node/chains/dev/keystore\n  candor keys worker --insert\n\n\
        The folder is `chains/<chain>/keystore` in the node's --base-path. --insert hands the key to the running node at --url\n\
        as well (it must allow unsafe calls, as it does for connections from the same machine)."
    )]
    Worker {
        /// Keystore folder; without it, $CANDOR_HOME/keystore.
        #[arg(long, value_name = "DIR")]
        keystore: Option<PathBuf>,
        /// Hand the key to the running node too.
        #[arg(long)]
        insert: bool,
    },
}

/// `candor model`.
#[derive(Debug, Subcommand)]
pub enum Model {
    /// Prepare an ONNX model for hosting: optimise, describe, hash.
    #[command(
        after_help = "Examples:\n  candor model prepare ./minilm\n  candor model prepare classifier.onnx --name classifier --limit batch=16"
    )]
    Prepare(Prepare),
    /// Upload a prepared model and register it as a release.
    #[command(after_help = "Examples:\n  candor model publish ./minilm-1.0.0 --key ~/.candor/key\n  \
        candor model publish ./minilm-1.0.0 --source https://models.example.org/store --private")]
    Publish {
        /// Folder that `candor model prepare` wrote.
        dir: PathBuf,
        /// Only accounts on the repository's access list may use it (counts when the repository is new).
        #[arg(long)]
        private: bool,
        /// Where the files can be fetched by content id, if not from the engine they are uploaded to.
        #[arg(long, value_name = "URL")]
        source: Option<String>,
        /// Do not upload: the files are at --source already.
        #[arg(long, requires = "source")]
        no_upload: bool,
    },
    /// List all releases.
    #[command(after_help = "Examples:\n  candor model list\n  candor model list --json")]
    List,
    /// Find releases by words in their name, tags, licence and publisher.
    #[command(after_help = "Example:\n  candor model search sentence embedding")]
    Search {
        /// All of them must occur.
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Show a release: inputs, outputs, files, offers.
    #[command(after_help = "Examples:\n  candor model show minilm\n  candor model show minilm@1.0.0 --json")]
    Show {
        /// Which release.
        #[arg(value_name = "REF")]
        release: String,
    },
    /// Download a release's files and check every byte; continues after an interruption.
    #[command(after_help = "Example:\n  candor model download minilm --out ./minilm")]
    Download {
        /// Which release.
        #[arg(value_name = "REF")]
        release: String,
        /// Folder; without it, name-version here.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Close a release to new jobs and offers. It stays readable.
    #[command(after_help = "Example:\n  candor model deprecate minilm@1.0.0 --reason \"replaced by 1.1.0\"")]
    Deprecate {
        /// Which release.
        #[arg(value_name = "REF")]
        release: String,
        /// Why, for its users.
        #[arg(long)]
        reason: String,
    },
}

/// `candor model prepare`.
#[derive(Debug, Args)]
pub struct Prepare {
    /// Folder with model.onnx (and tokenizer.json, external data, release.json), or a single .onnx file.
    pub path: PathBuf,
    /// Folder to write to; without it, name-version here.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Name of the repository, if there is no release.json.
    #[arg(long)]
    pub name: Option<String>,
    /// Version, if there is no release.json.
    #[arg(long = "as", value_name = "VERSION")]
    pub version: Option<String>,
    /// SPDX identifier of the licence, if there is no release.json.
    #[arg(long)]
    pub licence: Option<String>,
    /// Largest length of a symbolic dimension, if there is no release.json; once for each.
    #[arg(long, value_name = "NAME=MAX")]
    pub limit: Vec<String>,
    /// Threads inside an operator; part of the execution profile, so hosts must serve it with the same number.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// A release folder of the same model, prepared on other machines: keep its variants beside this machine's. Without
    /// --out it is replaced by the result.
    #[arg(long, value_name = "DIR", conflicts_with = "no_original")]
    pub variants_of: Option<PathBuf>,
    /// Leave the original model out: nobody else can then prepare it for another kind of machine.
    #[arg(long)]
    pub no_original: bool,
}

/// `candor host`.
#[derive(Debug, Subcommand)]
pub enum Host {
    /// Become a host: bind a worker key, put stake on hold.
    #[command(after_help = "Example:\n  candor host register --keystore ./node/chains/dev/keystore \\\n    \
        --endpoint http://host.example.org:9955 --hardware \"Ryzen 7950X, 64 GB\" --stake 1000")]
    Register {
        /// Public worker key (needed if the keystore has several), or its secret as //Alice//worker.
        #[arg(long, value_name = "KEY")]
        worker: Option<String>,
        /// Keystore folder with the worker key; without it, $CANDOR_HOME/keystore.
        #[arg(long, value_name = "DIR")]
        keystore: Option<PathBuf>,
        /// Where requesters reach the host off chain.
        #[arg(long, value_name = "URL")]
        endpoint: String,
        /// The hardware in your own words.
        #[arg(long)]
        hardware: String,
        /// Stake in CNDR; it answers for wrong results.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
        stake: Balance,
    },
    /// Offer to run a release, or change the offer.
    #[command(after_help = "Example:\n  candor host offer minilm --per-call 0.001 --per-unit 0.00001 --capacity 8")]
    Offer {
        /// Which release.
        #[arg(value_name = "REF")]
        release: String,
        /// CNDR for each call.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
        per_call: Balance,
        /// CNDR for each unit of work.
        #[arg(long, value_name = "CNDR", value_parser = amounts::parse, default_value = "0")]
        per_unit: Balance,
        /// Calls at the same time.
        #[arg(long, default_value_t = 8)]
        capacity: u32,
        /// Root of the variant to run; without it, the one that suits this machine's engine, else the first.
        #[arg(long, value_name = "ROOT")]
        variant: Option<String>,
    },
    /// Take an offer back.
    #[command(after_help = "Example:\n  candor host withdraw-offer minilm")]
    WithdrawOffer {
        /// Which release.
        #[arg(value_name = "REF")]
        release: String,
    },
    /// Show a host: stake, liability, offers, open audits and disputes with their deadlines.
    #[command(after_help = "Examples:\n  candor host status\n  candor host status //Alice --json")]
    Status {
        /// Account of the host; without it, the account of --key.
        account: Option<String>,
    },
    /// Take no new work.
    #[command(after_help = "Example:\n  candor host chill")]
    Chill,
    /// Take new work again.
    #[command(after_help = "Example:\n  candor host unchill")]
    Unchill,
    /// Stop being a host: all offers go, the stake comes free after the unbonding time.
    #[command(
        after_help = "Example:\n  candor host deregister && candor host withdraw   # the second once the time is over"
    )]
    Deregister,
    /// Get stake back that finished unbonding; a host that has left is then removed.
    #[command(after_help = "Example:\n  candor host withdraw")]
    Withdraw,
    /// Say which part of its stakers' reward the host keeps; a higher one holds only after a notice.
    #[command(after_help = "Example:\n  candor host commission 5%")]
    Commission {
        /// Per cent, for example 5 or 2.5%.
        #[arg(value_name = "PERCENT", value_parser = percent)]
        commission: u32,
    },
    /// Put more stake on hold.
    #[command(after_help = "Example:\n  candor host stake-more 500")]
    StakeMore {
        /// CNDR.
        #[arg(value_name = "CNDR", value_parser = amounts::parse)]
        amount: Balance,
    },
    /// Start to take stake back; it stays liable until it is withdrawn.
    #[command(after_help = "Example:\n  candor host unstake 500")]
    Unstake {
        /// CNDR.
        #[arg(value_name = "CNDR", value_parser = amounts::parse)]
        amount: Balance,
    },
}

/// Inputs of a call.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Texts, for a model with a tokenizer: one row of the batch each.
    #[arg(value_name = "TEXT", conflicts_with_all = ["json_input", "npy"])]
    pub texts: Vec<String>,
    /// Inputs from a JSON file, or - for standard input.
    #[arg(long, visible_alias = "inputs", value_name = "FILE", conflicts_with = "npy")]
    pub json_input: Option<String>,
    /// An input from a NumPy file; once for each input.
    #[arg(long, value_name = "NAME=FILE")]
    pub npy: Vec<String>,
}

/// `candor infer`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  candor infer minilm \"How are you?\" \"Fine, thanks.\"
  candor infer minilm \"How are you?\" --out embedding.npy
  candor infer classifier --npy pixels=image.npy
  echo '{\"inputs\":[{\"name\":\"x\",\"dtype\":\"float32\",\"shape\":[2],\"data\":[1.5,2]}]}' | \\
    candor infer scaler --json-input -

Inputs of more than 16 KiB travel by content id: the host fetches them from the engine at --engine, or
from --input-source.

Exit codes: 3 the job ended without an answer, the fee came back; 4 the model failed on this input.")]
pub struct Infer {
    /// Which release.
    #[arg(value_name = "REF")]
    pub release: String,
    /// The inputs.
    #[command(flatten)]
    pub inputs: InputArgs,
    /// Most that one host may cost, in CNDR; without it, the dearest live offer.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
    pub max_fee: Option<Balance>,
    /// The only host that may answer.
    #[arg(long, value_name = "ACCOUNT")]
    pub host: Option<String>,
    /// How many hosts answer and are compared.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    pub redundancy: u8,
    /// Value in CNDR that a wrong answer would cost you; hosts must back it by stake.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse, default_value = "0")]
    pub insured: Balance,
    /// Only a host whose machine is attested may answer; final sooner, audited less often (docs/attestation.md).
    #[arg(long, conflicts_with = "redundancy")]
    pub attested: bool,
    /// Where the host finds inputs over 16 KiB: file:///folder (they are written there), or an address that has them
    /// already, each under its root in hex; without it, they are put on the engine at --engine.
    #[arg(long, value_name = "URL")]
    pub input_source: Option<String>,
    /// Print every value of the outputs.
    #[arg(long)]
    pub full: bool,
    /// Write the output as a NumPy file (several outputs: NAME goes before the ending).
    #[arg(long, value_name = "FILE.npy")]
    pub out: Option<PathBuf>,
    /// Write the exact bytes of the output (several outputs: NAME goes before the ending).
    #[arg(long, value_name = "FILE")]
    pub raw: Option<PathBuf>,
}

/// `candor job`.
#[derive(Debug, Subcommand)]
pub enum Job {
    /// Show where a job stands.
    #[command(after_help = "Examples:\n  candor job show 12\n  candor job show 12 --json")]
    Show {
        /// Number of the job.
        id: u64,
    },
    /// List the jobs of an account that are not final yet.
    #[command(after_help = "Examples:\n  candor job list\n  candor job list //Alice --json")]
    List {
        /// Address, 0x public key, or //Alice; without it, the account of --key.
        account: Option<String>,
    },
    /// Follow a job until it is final.
    #[command(after_help = "Example:\n  candor job watch 12")]
    Watch {
        /// Number of the job.
        id: u64,
    },
}

/// Parts per million of a percentage.
fn percent(text: &str) -> std::result::Result<u32, String> {
    let wrong = || format!("`{text}` is no percentage between 0 and 100, for example 2.5%");
    let number = text.trim().trim_end_matches('%').trim();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = !number.is_empty() && whole.len() <= 3 && fraction.len() <= 4;
    if !digits || !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(wrong());
    }
    let parts = format!("{}{fraction:0<4}", if whole.is_empty() { "0" } else { whole });
    parts.parse().ok().filter(|parts| *parts <= 1_000_000).ok_or_else(wrong)
}

/// Read an account argument, if there is one.
pub fn optional_account(text: Option<&str>) -> Result<Option<AccountId>> {
    text.map(account::parse).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_should_be_consistent_when_built() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_should_have_an_example_when_help_is_asked() {
        fn check(command: &clap::Command) {
            if command.get_subcommands().next().is_none() {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example"), "{}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn amounts_should_be_exact_when_given_as_options() {
        let cli = Cli::try_parse_from(["candor", "host", "offer", "m", "--per-call", "0.000000000001"]).unwrap();
        let Command::Host(Host::Offer { per_call, capacity, .. }) = cli.command else { panic!("wrong command") };
        assert_eq!((per_call, capacity), (1, 8));
    }

    #[test]
    fn percent_should_be_exact_when_it_is_one() {
        let read = |text: &str| percent(text).ok();
        assert_eq!(
            [read("5"), read("2.5%"), read("100"), read("0.0001 %"), read(".5")],
            [Some(50_000), Some(25_000), Some(1_000_000), Some(1), Some(5_000)]
        );
        assert_eq!([read("101"), read("x"), read(""), read("-1"), read("1.00001"), read("1.2.3")], [None; 6]);
    }

    #[test]
    fn texts_and_files_should_not_mix_when_inferring() {
        assert!(Cli::try_parse_from(["candor", "infer", "m", "text", "--npy", "x=y.npy"]).is_err());
        assert!(Cli::try_parse_from(["candor", "infer", "m", "--redundancy", "0"]).is_err());
    }

    #[test]
    fn globals_should_work_behind_the_command_when_given_there() {
        let cli = Cli::try_parse_from(["candor", "balance", "--json", "--key", "//Alice"]).unwrap();
        assert!(cli.globals.json && cli.globals.chosen_key().is_ok_and(|key| key.is_some()));
    }
}
