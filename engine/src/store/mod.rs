//! Files by content: `<folder>/<root as hex>`. A file is only ever seen under its root after size and root were checked.

pub mod fetch;
mod place;
mod write;

pub use fetch::FetchError;
pub use place::{Reservation, StoreLimits};

use crate::metrics::Metrics;
use candor_commitments::{Blake2b256, TreeBuilder};
use place::Place;
use sp_core::H256;
use std::{
    collections::BTreeMap,
    fs::{File, FileTimes},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, SystemTime},
};

/// Why the store does not give or take a file.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk does not read or write; check it and the folder's permissions.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: String,
        /// Cause.
        source: io::Error,
    },
    /// The file does not fit the quota or the disk; free space, or raise `--quota-gib`.
    #[error("no space for {needed} bytes: {reason}")]
    NoSpace {
        /// Bytes asked for.
        needed: u64,
        /// Which limit.
        reason: String,
    },
    /// The bytes hash to another root; the source is damaged, or lies.
    #[error("the bytes have another root than {0:?}")]
    Root(H256),
    /// The bytes are more or fewer than the release says.
    #[error("the file has {found} bytes, not {expected}")]
    Size {
        /// Bytes found (at least).
        found: u64,
        /// Bytes declared.
        expected: u64,
    },
    /// No source has the file; upload it to one, or publish another source.
    #[error("{root:?} is not here and no source gives it: {tried}")]
    Unavailable {
        /// Content id.
        root: H256,
        /// What each source answered.
        tried: String,
    },
    /// The sender broke off.
    #[error("the sender broke off: {0}")]
    Interrupted(String),
}

impl StoreError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::NoSpace { needed: 0, reason: format!("the disk of {path} is full") }
            },
            _ => Self::Io { path, source },
        }
    }
}

/// How often and how patiently sources are asked.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Tries per source.
    pub tries: u32,
    /// Pause after the first failure; it doubles after each.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 5, pause: Duration::from_millis(250) }
    }
}

/// The content-addressed store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    place: Place,
    client: reqwest::Client,
    patience: Patience,
    metrics: Arc<Metrics>,
    /// One download per file at a time.
    locks: Mutex<BTreeMap<H256, Weak<tokio::sync::Mutex<()>>>>,
}

impl Store {
    /// Open the store under `data` (`store`, `parts`, `outputs`).
    pub fn open(
        data: &Path,
        limits: StoreLimits,
        patience: Patience,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StoreError> {
        let client = fetch::client().map_err(|e| StoreError::Interrupted(e.to_string()))?;
        let place = Place::open(data, limits)?;
        metrics.store_bytes.set(i64::try_from(place.used()).unwrap_or(i64::MAX));
        Ok(Self(Arc::new(Inner { place, client, patience, metrics, locks: Mutex::default() })))
    }

    /// Where a file lies, if it is here (by name; [`Self::check`] looks at its bytes).
    pub fn find(&self, root: &H256) -> Option<PathBuf> {
        let path = self.0.place.file(root);
        path.is_file().then_some(path)
    }

    /// Where an output lies, if it is here.
    pub fn find_output(&self, root: &H256) -> Option<PathBuf> {
        let path = self.0.place.output(root);
        path.is_file().then_some(path)
    }

    /// Keep these files, whatever the quota says.
    pub fn pin(&self, roots: impl IntoIterator<Item = H256>) {
        self.0.place.pin(roots);
    }

    /// Let these files go when the quota needs it.
    pub fn unpin<'a>(&self, roots: impl IntoIterator<Item = &'a H256>) {
        self.0.place.unpin(roots);
    }

    /// Bytes in the store, outputs included.
    pub fn used(&self) -> u64 {
        self.0.place.used()
    }

    /// Check that `bytes` more would fit, and hold the space until the result is dropped.
    pub fn reserve(&self, bytes: u64) -> Result<Reservation, StoreError> {
        self.0.place.reserve(bytes)
    }

    /// Whether the bytes under `root` are the file of that root and size. Reads all of it.
    pub async fn check(&self, root: &H256, size: u64) -> Result<bool, StoreError> {
        let path = self.0.place.file(root);
        let root = *root;
        blocking(move || match content_id(&path) {
            Ok((found, id)) => Ok(found == size && id == root),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(StoreError::io(&path)(e)),
        })
        .await
    }

    fn lock(&self, root: &H256) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.locks.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| lock.strong_count() > 0);
        if let Some(lock) = locks.get(root).and_then(Weak::upgrade) {
            return lock;
        }
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        locks.insert(*root, Arc::downgrade(&lock));
        lock
    }

    fn count_bytes(&self) {
        self.0.metrics.store_bytes.set(i64::try_from(self.used()).unwrap_or(i64::MAX));
    }
}

/// Size and content id of a file, read as a stream.
pub fn content_id(path: &Path) -> io::Result<(u64, H256)> {
    let mut tree = TreeBuilder::<Blake2b256>::new();
    hash_into(&mut tree, path)?;
    Ok((tree.len(), H256(tree.finish_file())))
}

fn hash_into(tree: &mut TreeBuilder<Blake2b256>, path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        let count = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..count).filter(|b| !b.is_empty()) else { return Ok(()) };
        tree.update(bytes);
    }
}

/// Mark a file as just used, so that it is evicted late.
fn touch(path: &Path) {
    let now = FileTimes::new().set_modified(SystemTime::now());
    if let Err(error) = File::options().append(true).open(path).and_then(|f| f.set_times(now)) {
        tracing::debug!(%error, path = %path.display(), "cannot mark as used");
    }
}

/// Make a rename durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Interrupted(error.to_string())),
    }
}

/// A content id in a URL or a file name: 64 hexadecimal digits, `0x` before them or not.
pub fn parse_root(text: &str) -> Option<H256> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut root = [0u8; 32];
    hex::decode_to_slice(digits, &mut root).ok()?;
    Some(H256(root))
}
