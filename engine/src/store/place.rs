//! The folders of the store, and how much fits into them.

use super::StoreError;
use sp_core::H256;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
    time::{Duration, SystemTime},
};

/// A download that nothing was added to for so long is abandoned.
const ABANDONED: Duration = Duration::from_secs(3600);

/// How much the store may take.
#[derive(Clone, Copy, Debug)]
pub struct StoreLimits {
    /// Most bytes of all files; `None` for as much as the disk holds.
    pub quota: Option<u64>,
    /// Bytes of the disk that stay free.
    pub keep_free: u64,
    /// Outputs younger than this are kept: requesters still fetch them.
    pub keep_outputs: Duration,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { quota: None, keep_free: 256 << 20, keep_outputs: Duration::from_secs(24 * 3600) }
    }
}

pub(super) struct Place {
    files: PathBuf,
    parts: PathBuf,
    outputs: PathBuf,
    limits: StoreLimits,
    pinned: Mutex<BTreeSet<H256>>,
    reserved: Arc<AtomicU64>,
    numbers: AtomicU64,
}

/// Space that is held for a file to come.
#[derive(Debug)]
pub struct Reservation {
    bytes: u64,
    reserved: Arc<AtomicU64>,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.reserved.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

impl Place {
    pub(super) fn open(data: &Path, limits: StoreLimits) -> Result<Self, StoreError> {
        let [files, parts, outputs] = ["store", "parts", "outputs"].map(|name| data.join(name));
        for folder in [&files, &parts, &outputs] {
            fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
        }
        // Unfinished uploads and outputs have no one who would go on with them; downloads (`.part`) do.
        for (path, ..) in list(&parts) {
            if path.extension().is_some_and(|e| e == "tmp") {
                fs::remove_file(&path).map_err(StoreError::io(&path))?;
            }
        }
        let place = Self {
            files,
            parts,
            outputs,
            limits,
            pinned: Mutex::default(),
            reserved: Arc::default(),
            numbers: AtomicU64::new(0),
        };
        Ok(place)
    }

    pub(super) fn file(&self, root: &H256) -> PathBuf {
        self.files.join(hex::encode(root))
    }

    pub(super) fn output(&self, root: &H256) -> PathBuf {
        self.outputs.join(hex::encode(root))
    }

    /// Where a download goes on after it broke off.
    pub(super) fn part(&self, root: &H256) -> PathBuf {
        self.parts.join(format!("{}.part", hex::encode(root)))
    }

    /// A name that nobody else has.
    pub(super) fn temporary(&self, root: &H256) -> PathBuf {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        self.parts.join(format!("{}.{}.{number}.tmp", hex::encode(root), std::process::id()))
    }

    pub(super) fn pin(&self, roots: impl IntoIterator<Item = H256>) {
        self.pinned.lock().unwrap_or_else(PoisonError::into_inner).extend(roots);
    }

    pub(super) fn unpin<'a>(&self, roots: impl IntoIterator<Item = &'a H256>) {
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        for root in roots {
            pinned.remove(root);
        }
    }

    pub(super) fn used(&self) -> u64 {
        [&self.files, &self.parts, &self.outputs].into_iter().flat_map(|f| list(f)).map(|(_, bytes, _)| bytes).sum()
    }

    /// Hold `bytes`, evicting what nobody needs; an error before anything is written if they do not fit.
    pub(super) fn reserve(&self, bytes: u64) -> Result<Reservation, StoreError> {
        let held = self.reserved.fetch_add(bytes, Ordering::AcqRel).saturating_add(bytes);
        let reservation = Reservation { bytes, reserved: self.reserved.clone() };
        let refuse = |reason: &str| StoreError::NoSpace { needed: bytes, reason: reason.to_owned() };
        let mut candidates: Option<Vec<(PathBuf, u64)>> = None;
        loop {
            let over_quota = self.limits.quota.is_some_and(|quota| self.used().saturating_add(held) > quota);
            let over_disk = self.available()? < held.saturating_add(self.limits.keep_free);
            let reason = match (over_quota, over_disk) {
                (false, false) => return Ok(reservation),
                (true, _) => "the quota is used up by files that are served",
                (false, true) => "the disk is full",
            };
            let (path, size) =
                candidates.get_or_insert_with(|| self.evictable()).pop().ok_or_else(|| refuse(reason))?;
            tracing::info!(path = %path.display(), size, "evicted to make room");
            fs::remove_file(&path).map_err(StoreError::io(&path))?;
        }
    }

    /// What may go, the longest unused last.
    fn evictable(&self) -> Vec<(PathBuf, u64)> {
        let pinned: BTreeSet<PathBuf> = {
            let pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
            pinned.iter().map(|root| self.file(root)).collect()
        };
        let files = list(&self.files).into_iter().filter(|(path, ..)| !pinned.contains(path));
        let now = SystemTime::now();
        let old = |used: &SystemTime| now.duration_since(*used).is_ok_and(|age| age > self.limits.keep_outputs);
        let outputs = list(&self.outputs).into_iter().filter(|(_, _, used)| old(used));
        let left = |used: &SystemTime| now.duration_since(*used).is_ok_and(|age| age > ABANDONED);
        let parts = list(&self.parts).into_iter().filter(|(_, _, used)| left(used));
        let mut all: Vec<_> = files.chain(outputs).chain(parts).collect();
        all.sort_by_key(|(_, _, used)| std::cmp::Reverse(*used));
        all.into_iter().map(|(path, size, _)| (path, size)).collect()
    }

    fn available(&self) -> Result<u64, StoreError> {
        let disk = rustix::fs::statvfs(&self.files).map_err(|e| StoreError::io(&self.files)(e.into()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

/// Plain files of a folder: path, size, last use.
fn list(folder: &Path) -> Vec<(PathBuf, u64, SystemTime)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| {
        let data = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((entry.path(), data.len(), data.modified().unwrap_or(SystemTime::UNIX_EPOCH)))
    });
    files.collect()
}
