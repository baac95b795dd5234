//! Worker keys, read where the node keeps them.
//!
//! The node's keystore is a folder with one file per key: the name is the key type and the public key in hexadecimal,
//! the content a JSON string with the secret phrase, URI or seed.

use candor_primitives::{WorkerKey, WORKER_KEY_TYPE};
use sp_core::{crypto::Pair as _, sr25519::Pair};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

/// Why keys cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or folder cannot be read; check that it exists and its permissions.
    #[error("cannot read {path}: {source}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// The file holds no secret phrase, URI or seed.
    #[error("{0} holds no secret phrase, URI or seed of an sr25519 key")]
    Secret(PathBuf),
}

/// The worker keys whose secrets this engine has.
#[derive(Default)]
pub struct Keys {
    folder: Option<PathBuf>,
    pairs: RwLock<BTreeMap<WorkerKey, Pair>>,
}

impl Keys {
    /// Keys of a node's keystore folder (read again whenever an unknown key is asked for), and of one file. The folder
    /// need not exist yet: the node may still have to make it.
    pub fn open(folder: Option<PathBuf>, file: Option<&Path>) -> Result<Self, KeyError> {
        let keys = Self { folder, pairs: RwLock::default() };
        if let Some(path) = file {
            let text = fs::read_to_string(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
            let pair = pair(&text).ok_or_else(|| KeyError::Secret(path.to_owned()))?;
            keys.insert(pair);
        }
        keys.scan()?;
        Ok(keys)
    }

    /// Public keys, sorted.
    pub fn public(&self) -> Vec<WorkerKey> {
        self.pairs.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// The pair of a public key; looks into the folder if it is not known yet.
    pub fn get(&self, key: &WorkerKey) -> Option<Pair> {
        let known = |keys: &Self| keys.pairs.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if let Some(pair) = known(self) {
            return Some(pair);
        }
        if let Err(error) = self.scan() {
            tracing::warn!(%error, "the keystore cannot be read");
        }
        known(self)
    }

    fn scan(&self) -> Result<(), KeyError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let io = |source| KeyError::Io { path: folder.clone(), source };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(io)?,
        };
        for entry in entries {
            let path = entry.map_err(io)?.path();
            let Some(public) = path.file_name().and_then(|n| n.to_str()).and_then(public_of) else { continue };
            if self.pairs.read().unwrap_or_else(PoisonError::into_inner).contains_key(&public) {
                continue;
            }
            match fs::read_to_string(&path).ok().as_deref().and_then(pair) {
                Some(pair) if pair.public() == public => self.insert(pair),
                // Written by the node at this moment, or for another password: the next look may find it whole.
                _ => tracing::warn!(path = %path.display(), "not the secret of its name"),
            }
        }
        Ok(())
    }

    fn insert(&self, pair: Pair) {
        self.pairs.write().unwrap_or_else(PoisonError::into_inner).insert(pair.public(), pair);
    }
}

/// Public key in a keystore file's name, if it is a worker key's.
fn public_of(name: &str) -> Option<WorkerKey> {
    let bytes = hex::decode(name).ok()?;
    let public: [u8; 32] = bytes.strip_prefix(&WORKER_KEY_TYPE.0)?.try_into().ok()?;
    Some(WorkerKey::from_raw(public))
}

/// A secret as the keystore writes it (a JSON string), or as a person writes it (the bare phrase, URI or seed).
fn pair(text: &str) -> Option<Pair> {
    let text = text.trim();
    let secret = serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned());
    let bare_seed = secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    let secret = if bare_seed { format!("0x{secret}") } else { secret };
    Pair::from_string(&secret, None).ok()
}
