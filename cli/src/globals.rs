//! Settings that every command knows, and whose key signs.

use crate::{
    chain::Chain,
    errors::{CliError, Result},
    keys,
    output::Out,
};
use candor_gateway::Secret;
use candor_primitives::AccountId;
use clap::Args;
use sp_core::{sr25519, Pair};
use std::path::PathBuf;

/// Who signs on a development chain if nobody is named.
const DEVELOPMENT_KEY: &str = "//Alice";

/// Settings that every command knows.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings of every command")]
pub struct Globals {
    /// Address of a node.
    #[arg(long, global = true, env = "CANDOR_URL", default_value = "ws://127.0.0.1:9944")]
    pub url: String,
    /// Who signs: the path of a file that holds a secret phrase or a 0x seed; or one of these itself, or //Alice. Other users
    /// of the machine see what stands on a command line: prefer a file, or the environment.
    #[arg(long, global = true, env = "CANDOR_KEY", hide_env_values = true)]
    pub key: Option<Secret>,
    /// Print one JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Address of an engine, for model files and large inputs.
    #[arg(long, global = true, env = "CANDOR_ENGINE", default_value = "http://127.0.0.1:9955")]
    pub engine: String,
    /// File with the engine's access token; the node writes one beside the engine's data.
    #[arg(long, global = true, env = "CANDOR_ENGINE_TOKEN_FILE", value_name = "FILE")]
    pub engine_token_file: Option<PathBuf>,
}

impl Globals {
    /// The key that was chosen: --key, else the file `key` in this program's folder.
    pub fn chosen_key(&self) -> Result<Option<sr25519::Pair>> {
        let usual = keys::home().join("key");
        match &self.key {
            Some(key) => keys::load(key.reveal()).map(Some),
            None if usual.is_file() => keys::load(&usual.to_string_lossy()).map(Some),
            None => Ok(None),
        }
    }

    /// The key that signs on a chain. On a development chain, whose keys are known to all, it need not be named.
    pub async fn signer(&self, chain: &Chain, out: &Out) -> Result<sr25519::Pair> {
        if let Some(pair) = self.chosen_key()? {
            return Ok(pair);
        }
        if chain.is_development().await? {
            out.note(format!("note: no --key given; this is a development chain, so {DEVELOPMENT_KEY} signs"));
            return keys::load(DEVELOPMENT_KEY);
        }
        Err(no_key())
    }

    /// The account of that key.
    pub async fn account(&self, chain: &Chain, out: &Out) -> Result<AccountId> {
        self.signer(chain, out).await.map(|pair| AccountId::new(pair.public().0))
    }
}

/// No key was given where one is needed.
pub fn no_key() -> CliError {
    CliError::usage("this command needs a key that signs")
        .hint("give --key FILE or set CANDOR_KEY; `candor keys generate --out FILE` makes one")
}
