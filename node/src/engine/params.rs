//! Flags of the engine.

use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// Flags that say which engine serves this node.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Engine options")]
pub struct EngineParams {
    /// Start `candor-engine` and keep it running.
    ///
    /// Its data lie in `<base path>/chains/<chain id>/engine`. It ends with the node, also when the node is killed.
    /// Implies `--offchain-worker always`.
    ///
    /// Example: candor-node --dev --engine
    #[arg(long, conflicts_with = "engine_url")]
    pub engine: bool,

    /// Program to start as engine.
    ///
    /// Without it: the `candor-engine` beside this program, else the first in PATH.
    ///
    /// Example: --engine-path /opt/candor/bin/candor-engine
    #[arg(long, value_name = "PATH", requires = "engine")]
    pub engine_path: Option<PathBuf>,

    /// Address on which the engine listens; a loopback address.
    ///
    /// Give each node of one machine a port of its own.
    ///
    /// Example: --engine-listen 127.0.0.1:9956
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9955")]
    pub engine_listen: SocketAddr,

    /// Argument for the engine, passed on as it is; may be given many times.
    ///
    /// Example: --engine-arg=--threads --engine-arg=8
    #[arg(long = "engine-arg", value_name = "ARG", allow_hyphen_values = true, requires = "engine")]
    pub engine_args: Vec<String>,

    /// Use an engine that somebody else started, here or on another machine.
    ///
    /// Needs `--engine-token-file`. Implies `--offchain-worker always`.
    ///
    /// Example: --engine-url http://10.0.0.7:9955 --engine-token-file ./token
    #[arg(long, value_name = "URL", requires = "engine_token_file")]
    pub engine_url: Option<String>,

    /// File with the token that the engine of `--engine-url` asks for.
    #[arg(long, value_name = "FILE", requires = "engine_url")]
    pub engine_token_file: Option<PathBuf>,
}
