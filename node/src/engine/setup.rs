//! From flags to a running engine.

use super::{
    backoff::Backoff,
    error::EngineError,
    files,
    metrics::EngineMetrics,
    params::EngineParams,
    supervisor::{supervise, ChildSpec, LOG, STOP_GRACE},
};
use prometheus_endpoint::{PrometheusError, Registry};
use sc_service::{Configuration, TaskManager};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Key of the engine's URL in the persistent off-chain storage.
pub const URL_KEY: &[u8] = b"candor::engine::url";

/// Key of the engine's token in the persistent off-chain storage.
pub const TOKEN_KEY: &[u8] = b"candor::engine::token";

/// Folder of the engine inside the chain's folder.
const ENGINE_DIR: &str = "engine";

/// File of the token inside the engine's folder.
const TOKEN_FILE: &str = "token";

/// Where this node's engine keeps models and receipts.
pub fn data_dir(config: &Configuration) -> PathBuf {
    config.data_path.join(ENGINE_DIR)
}

/// Where the off-chain worker reaches an engine, and the token that the engine asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Address, without a slash at its end.
    pub url: String,
    /// Token of the header `authorization: Bearer`.
    pub token: String,
}

/// Which engine serves this node.
pub enum EngineSetup {
    /// None: the node hosts no models.
    None,
    /// One that somebody else started.
    Remote(Endpoint),
    /// One that this node starts.
    Child(Endpoint, ChildSpec),
}

impl EngineSetup {
    /// Checks the flags and prepares the engine's folders, so that mistakes end the node before it starts.
    pub fn prepare(params: &EngineParams, config: &Configuration) -> Result<Self, EngineError> {
        let keystore = config.keystore.path();
        // The chain's folder has the database, and in it the engine's token.
        for folder in [Some(config.data_path.as_path()), keystore].into_iter().flatten() {
            if let Err(error) = files::private_dir(folder) {
                // A keystore on a read-only volume still works.
                tracing::warn!(target: LOG, "{} is not closed to other users: {error}", folder.display());
            }
        }

        if let Some(url) = &params.engine_url {
            let token_file = params.engine_token_file.as_ref().ok_or(EngineError::NoTokenFile)?;
            return Ok(Self::Remote(Endpoint { url: check_url(url)?, token: files::read_token(token_file)? }));
        }
        if !params.engine {
            return Ok(Self::None);
        }

        let listen = check_listen(params.engine_listen)?;
        let program = files::resolve_program(
            params.engine_path.as_deref(),
            std::env::current_exe().ok().as_deref(),
            std::env::var_os("PATH").as_deref(),
        )?;
        let keystore = keystore.ok_or(EngineError::NoKeystore)?;
        let data_dir = data_dir(config);
        files::private_dir(&data_dir).map_err(|cause| EngineError::Io { path: data_dir.clone(), cause })?;
        let token_file = data_dir.join(TOKEN_FILE);
        let endpoint = Endpoint { url: format!("http://{listen}"), token: files::own_token(&token_file)? };
        let arguments = child_arguments(listen, &data_dir, keystore, &token_file, &params.engine_args);
        Ok(Self::Child(endpoint, ChildSpec { program, arguments, stop_grace: STOP_GRACE }))
    }

    /// Writes into the persistent off-chain storage where the engine is; removes it where there is none.
    pub fn announce(&self, storage: &mut impl OffchainStorage) {
        match self {
            Self::None => {
                storage.remove(STORAGE_PREFIX, URL_KEY);
                storage.remove(STORAGE_PREFIX, TOKEN_KEY);
            },
            Self::Remote(endpoint) | Self::Child(endpoint, _) => {
                storage.set(STORAGE_PREFIX, URL_KEY, endpoint.url.as_bytes());
                storage.set(STORAGE_PREFIX, TOKEN_KEY, endpoint.token.as_bytes());
            },
        }
    }

    /// Starts the engine where it is this node's child. It is not essential: the node goes on while the engine is down.
    pub fn start(self, task_manager: &TaskManager, registry: Option<&Registry>) -> Result<(), PrometheusError> {
        match self {
            Self::None => {},
            Self::Remote(endpoint) => tracing::info!(target: LOG, "Using the engine at {}", endpoint.url),
            Self::Child(_, spec) => {
                let metrics = registry.map(EngineMetrics::register).transpose()?;
                // A blocking task: the node waits for it when it ends, and so for the engine's orderly end.
                task_manager.spawn_handle().spawn_blocking(
                    "engine-supervisor",
                    Some("engine"),
                    supervise(spec, Backoff::default(), metrics),
                );
            },
        }
        Ok(())
    }
}

/// The engine's command line.
pub fn child_arguments(
    listen: SocketAddr,
    data_dir: &Path,
    keystore: &Path,
    token_file: &Path,
    extra: &[String],
) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["serve".into(), "--listen".into(), listen.to_string().into()];
    for (flag, path) in [("--data-dir", data_dir), ("--keystore", keystore), ("--token-file", token_file)] {
        arguments.push(flag.into());
        arguments.push(path.into());
    }
    arguments.push("--die-with-stdin".into());
    arguments.extend(extra.iter().map(OsString::from));
    arguments
}

/// The engine of this node answers to this machine only.
pub fn check_listen(listen: SocketAddr) -> Result<SocketAddr, EngineError> {
    if listen.ip().is_loopback() && listen.port() != 0 {
        Ok(listen)
    } else {
        Err(EngineError::NotLoopback(listen))
    }
}

/// A URL with scheme and host, without a slash at its end.
pub fn check_url(url: &str) -> Result<String, EngineError> {
    let trimmed = url.trim_end_matches('/');
    let host = trimmed.strip_prefix("http://").or_else(|| trimmed.strip_prefix("https://"));
    match host {
        Some(host)
            if !host.is_empty() && !host.starts_with('/') && host.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            Ok(trimmed.to_owned())
        },
        _ => Err(EngineError::BadUrl(url.to_owned())),
    }
}
