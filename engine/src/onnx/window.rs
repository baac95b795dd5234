//! A file seen through a small window, so that skipping a gigabyte of weights costs one seek.

use bytes::Buf;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

const WINDOW: usize = 64 * 1024;

/// A [`Buf`] over a file. An I/O error ends the data; [`FileWindow::take_error`] tells it apart from the real end.
pub(super) struct FileWindow {
    file: File,
    window: Vec<u8>,
    /// Bytes of the window that are used up.
    used: usize,
    /// Bytes from the cursor to the end of the file.
    remaining: u64,
    error: Option<io::Error>,
}

impl FileWindow {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let remaining = file.metadata()?.len();
        let mut window = Self { file, window: Vec::new(), used: 0, remaining, error: None };
        window.refill();
        match window.take_error() {
            Some(error) => Err(error),
            None => Ok(window),
        }
    }

    /// The error that ended the data early, if any.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Fill the window from the file's cursor.
    fn refill(&mut self) {
        let want = self.remaining.min(WINDOW as u64) as usize;
        self.window.resize(want, 0);
        self.used = 0;
        if let Err(error) = self.file.read_exact(&mut self.window) {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: io::Error) {
        self.error = Some(error);
        self.remaining = 0;
        self.window.clear();
        self.used = 0;
    }
}

impl Buf for FileWindow {
    fn remaining(&self) -> usize {
        usize::try_from(self.remaining).unwrap_or(usize::MAX)
    }

    fn chunk(&self) -> &[u8] {
        self.window.get(self.used..).unwrap_or_default()
    }

    fn advance(&mut self, count: usize) {
        let ahead = self.window.len() - self.used;
        let count = (count as u64).min(self.remaining);
        self.remaining -= count;
        if count < ahead as u64 {
            self.used += count as usize;
            return;
        }
        let skip = count - ahead as u64;
        let moved = match i64::try_from(skip) {
            Ok(0) => Ok(0),
            Ok(skip) => self.file.seek(SeekFrom::Current(skip)),
            Err(_) => Err(io::ErrorKind::InvalidInput.into()),
        };
        match moved {
            Ok(_) => self.refill(),
            Err(error) => self.fail(error),
        }
    }
}
