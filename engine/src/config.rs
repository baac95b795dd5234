//! Settings of a serving engine.

use crate::{
    backend::Access,
    ledger::SessionLimits,
    receipts::Retention,
    remote::RemoteConfig,
    store::{Patience, StoreLimits},
    tee,
};
use candor_gateway::Secret;
use std::{path::PathBuf, time::Duration};

/// Everything that can be set. [`Config::new`] gives the defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder for files, outputs and the log.
    pub data: PathBuf,
    /// Keystore folder of the node (`<base>/chains/<chain>/keystore`).
    pub keystore: Option<PathBuf>,
    /// A file with the secret of one worker key.
    pub worker_key_file: Option<PathBuf>,
    /// Bearer token of the node.
    pub token: Secret,
    /// ONNX Runtime's library; `None` for the usual places.
    pub library: Option<PathBuf>,
    /// Threads inside an operator. Part of the execution profile.
    pub threads: usize,
    /// Calls that run at the same time; also the most sessions of a release.
    pub workers: usize,
    /// Calls that may wait.
    pub queue: usize,
    /// Longest run of a call, from order to result.
    pub deadline: Duration,
    /// URL under which others reach this engine: where large outputs are fetched.
    pub public_url: String,
    /// Sources that are asked after the release's own.
    pub sources: Vec<String>,
    /// How much the store may take.
    pub limits: StoreLimits,
    /// How patiently sources are asked.
    pub patience: Patience,
    /// How long results are kept.
    pub retention: Retention,
    /// Most bytes of a call's inputs that travel by content id.
    pub most_input: u64,
    /// Bytes of a trace's values, or of an audit's, that may be in memory at once.
    pub trace_memory: u64,
    /// Bytes of traces' values that may be on disk.
    pub trace_disk: u64,
    /// Questions about traces that may wait.
    pub trace_queue: usize,
    /// Pause before a release that could not be loaded is tried again.
    pub retry: Duration,
    /// Sessions of a release that nobody offered or ordered for so long are closed.
    pub idle: Duration,
    /// How sessions are kept and settled.
    pub sessions: SessionLimits,
    /// Largest body of a call at the gateway, in bytes. Four of these may be in memory at the same time.
    pub most_body: usize,
    /// Who may call at the gateway without a session.
    pub access: Access,
    /// The server that runs releases instead of this process.
    pub remote: Option<RemoteConfig>,
    /// How the engine attests its machine.
    pub tee: tee::Settings,
}

impl Config {
    /// Defaults, with `data` as the folder and `token` as the node's token.
    pub fn new(data: PathBuf, token: String) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            data,
            keystore: None,
            worker_key_file: None,
            token: token.into(),
            library: None,
            threads: 1,
            workers: cores,
            queue: 256,
            deadline: Duration::from_secs(60),
            public_url: "http://127.0.0.1:9955".into(),
            sources: Vec::new(),
            limits: StoreLimits::default(),
            patience: Patience::default(),
            retention: Retention::default(),
            most_input: 256 << 20,
            trace_memory: 1 << 30,
            trace_disk: 4 << 30,
            trace_queue: 32,
            retry: Duration::from_secs(30),
            idle: Duration::from_secs(600),
            sessions: SessionLimits::default(),
            most_body: 64 << 20,
            access: Access::default(),
            remote: None,
            tee: tee::Settings::default(),
        }
    }
}
