//! Linux' common interface to what signs reports: `tsm/report` in configfs, from 6.7 on.
//!
//! The kernel's `Documentation/ABI/testing/configfs-tsm-report`: a folder that is made is an entry; 64 bytes written to its
//! `inblob` are what the report is bound to, `outblob` is the report, `auxblob` the certificates of an AMD host.
//! `generation` counts what was written: if it moved by more than what was written here, the report is somebody else's.

use super::TeeError;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// Name of the engine's entry.
pub const ENTRY: &str = "candor-engine";
/// Most bytes that are read of a report or of certificates.
const MOST: u64 = 1 << 20;
/// Reports that are asked for when somebody else interferes.
const TRIES: u32 = 3;
/// Pause between them.
const PAUSE: Duration = Duration::from_millis(100);

/// Who makes the reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Intel TDX: `outblob` is a quote.
    Tdx,
    /// AMD SEV-SNP: `outblob` is a report, `auxblob` may have certificates.
    SevSnp,
}

/// What came.
pub(crate) struct Report {
    pub(crate) provider: Provider,
    pub(crate) out: Vec<u8>,
    pub(crate) aux: Vec<u8>,
}

/// Who makes reports here; `None` where nobody does.
pub(crate) fn find(reports: &Path) -> Result<Option<Provider>, TeeError> {
    match Entry::open(reports)? {
        Some(entry) => entry.provider(),
        None => Ok(None),
    }
}

/// A report that is bound to `data`. May take seconds.
pub(crate) fn report(reports: &Path, data: &[u8; 64]) -> Result<Report, TeeError> {
    let mut tries = 1;
    loop {
        let entry = Entry::open(reports)?.ok_or(TeeError::Gone)?;
        match entry.report(data) {
            Err(TeeError::Conflict) if tries < TRIES => {
                tries += 1;
                std::thread::sleep(PAUSE);
            },
            done => return done,
        }
    }
}

/// The engine's entry, removed in the end. One that a killed engine left is used.
struct Entry {
    folder: PathBuf,
}

impl Drop for Entry {
    fn drop(&mut self) {
        // One that stays does no harm: it is found again.
        if let Err(error) = std::fs::remove_dir(&self.folder) {
            tracing::debug!(%error, "the entry of the TSM interface stays");
        }
    }
}

impl Entry {
    /// `None` where there is no such interface, or nobody behind it.
    fn open(reports: &Path) -> Result<Option<Self>, TeeError> {
        let folder = reports.join(ENTRY);
        match std::fs::create_dir(&folder) {
            Ok(()) => Ok(Some(Self { folder })),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(Self { folder })),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(TeeError::file(reports)(error)),
        }
    }

    fn provider(&self) -> Result<Option<Provider>, TeeError> {
        let name = match self.read("provider") {
            Err(TeeError::File { source, .. }) if absent(&source) => return Ok(None),
            other => other?,
        };
        match name.trim_ascii() {
            b"tdx_guest" => Ok(Some(Provider::Tdx)),
            b"sev_guest" => Ok(Some(Provider::SevSnp)),
            other => Err(TeeError::Provider(String::from_utf8_lossy(other).into_owned())),
        }
    }

    fn report(&self, data: &[u8; 64]) -> Result<Report, TeeError> {
        let provider = self.provider()?.ok_or(TeeError::Gone)?;
        let before = self.generation()?;
        let mut writes = 1;
        if self.folder.join("privlevel").exists() {
            self.write("privlevel", b"0").map_err(|error| self.privilege(error))?;
            writes += 1;
        }
        self.write("inblob", data)?;
        let out = self.read("outblob")?;
        let aux = match provider {
            Provider::Tdx => Vec::new(),
            Provider::SevSnp => self.read_if_there("auxblob")?,
        };
        if self.generation()? != before.wrapping_add(writes) {
            return Err(TeeError::Conflict);
        }
        Ok(Report { provider, out, aux })
    }

    /// Why level 0 was refused.
    fn privilege(&self, error: TeeError) -> TeeError {
        match (error, self.read("privlevel_floor")) {
            (TeeError::File { source, .. }, Ok(floor)) if source.kind() == io::ErrorKind::InvalidInput => {
                TeeError::Privilege(String::from_utf8_lossy(floor.trim_ascii()).into_owned())
            },
            (error, _) => error,
        }
    }

    fn generation(&self) -> Result<u64, TeeError> {
        let text = self.read("generation")?;
        let number = std::str::from_utf8(text.trim_ascii()).ok().and_then(|text| text.parse().ok());
        number.ok_or_else(|| {
            let error = io::Error::new(io::ErrorKind::InvalidData, "not a number");
            TeeError::file(&self.folder.join("generation"))(error)
        })
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, TeeError> {
        let path = self.folder.join(name);
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
        read.map_err(|error| refused(&path, error))?;
        Ok(bytes)
    }

    /// Nothing where the kernel has no such file.
    fn read_if_there(&self, name: &str) -> Result<Vec<u8>, TeeError> {
        match self.read(name) {
            Err(TeeError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            other => other,
        }
    }

    /// The kernel takes binary attributes when they are closed, and tells of no error then: `generation` does.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), TeeError> {
        let path = self.folder.join(name);
        let written = OpenOptions::new().write(true).truncate(true).open(&path).and_then(|mut f| f.write_all(bytes));
        written.map_err(|error| refused(&path, error))
    }
}

/// Somebody else at work, or a real error.
fn refused(path: &Path, error: io::Error) -> TeeError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::ResourceBusy => TeeError::Conflict,
        _ => TeeError::file(path)(error),
    }
}

/// No such folder, or no provider behind it (ENXIO).
fn absent(error: &io::Error) -> bool {
    let kind = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    kind || error.raw_os_error() == Some(libc::ENXIO)
}
