//! Files mapped into memory: weights larger than memory are read page by page, as they are asked for.

use prost::bytes::Bytes;
use std::{fs::File, io, path::Path, sync::Arc};

/// A mapped file.
#[derive(Clone, Debug)]
pub(super) struct Mapped {
    bytes: Bytes,
    map: Option<Arc<memmap2::Mmap>>,
}

impl Mapped {
    /// Its contents.
    pub(super) const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Give its pages back to the system; they are read again when they are touched.
    #[allow(unsafe_code)]
    pub(super) fn rest(&self) {
        #[cfg(unix)]
        if let Some(map) = &self.map {
            // SAFETY: nobody writes through the mapping, so every page that is dropped is in the file as it was.
            let rested = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
            // The pages stay where they are, which costs memory and nothing else.
            drop(rested);
        }
    }
}

struct Owner(Arc<memmap2::Mmap>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A file, read when touched.
///
/// The file must not be shortened while the bytes are in use: the operating system then ends the process (SIGBUS), as
/// it would end ONNX Runtime, which maps the same files. Prepared releases are write-once.
pub(super) fn map_file(path: &Path) -> io::Result<Mapped> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    if file.metadata()?.len() == 0 {
        return Ok(Mapped { bytes: Bytes::new(), map: None });
    }
    let map = Arc::new(map(&file)?);
    Ok(Mapped { bytes: Bytes::from_owner(Owner(map.clone())), map: Some(map) })
}

#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: the mapping is private and read-only. That nobody shortens the file is the documented condition of
    // `map_file`; if somebody writes into it, the bytes change, which the commitments over them detect.
    unsafe { memmap2::MmapOptions::new().map_copy_read_only(file) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_should_read_as_before_when_its_pages_were_given_back() {
        let dir = tempfile::tempdir().unwrap();
        let contents: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(dir.path().join("weights"), &contents).unwrap();
        let file = map_file(&dir.path().join("weights")).unwrap();
        for _ in 0..2 {
            assert_eq!(file.bytes()[..], contents);
            file.rest();
        }
        std::fs::write(dir.path().join("empty"), []).unwrap();
        let empty = map_file(&dir.path().join("empty")).unwrap();
        empty.rest();
        assert!(empty.bytes().is_empty());
    }
}
