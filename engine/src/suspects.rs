//! Calls that may have ended the engine: some inputs kill the process (int64 minimum divided by -1 is one), and a call
//! that is ordered again after every restart must not do so for ever.

use sp_core::H256;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Starts without an end after which a call is refused. More than one, because a machine can also lose power.
pub(crate) const MAX_STARTS: u32 = 3;
/// How long a refused call is remembered.
const MEMORY: Duration = Duration::from_secs(24 * 3600);

/// A folder with one small file per running call, holding how often it was started. No fsync: a dead process loses
/// nothing that it wrote, and a dead machine is no proof against a call.
pub(crate) struct Suspects {
    folder: PathBuf,
}

impl Suspects {
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)?.flatten() {
            let age = entry.metadata().and_then(|m| m.modified()).ok();
            let old = age.and_then(|t| SystemTime::now().duration_since(t).ok()).is_some_and(|age| age > MEMORY);
            if old {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { folder })
    }

    /// How often the call was started without an end.
    pub(crate) fn starts(&self, id: &H256) -> u32 {
        read(&self.path(id))
    }

    /// Note that the call starts.
    pub(crate) fn start(&self, id: &H256) -> io::Result<()> {
        let path = self.path(id);
        fs::write(&path, read(&path).saturating_add(1).to_string())
    }

    /// Note that the call came to an end, whatever it was.
    pub(crate) fn end(&self, id: &H256) {
        if let Err(error) = fs::remove_file(self.path(id)) {
            tracing::debug!(%error, "a call's start was not noted");
        }
    }

    fn path(&self, id: &H256) -> PathBuf {
        self.folder.join(hex::encode(id))
    }
}

fn read(path: &Path) -> u32 {
    fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}
