//! Files mapped into memory: weights larger than memory are read page by page, as they are asked for.

use prost::bytes::Bytes;
use std::{fs::File, io, path::Path};

/// The contents of a file, read when touched.
///
/// The file must not be shortened while the bytes are in use: the operating system then ends the process (SIGBUS), as
/// it would end ONNX Runtime, which maps the same files. Prepared releases are write-once.
pub fn map_file(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    if file.metadata()?.len() == 0 {
        return Ok(Bytes::new());
    }
    Ok(Bytes::from_owner(map(&file)?))
}

#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: the mapping is private and read-only. That nobody shortens the file is the documented condition of
    // `map_file`; if somebody writes into it, the bytes change, which the commitments over them detect.
    unsafe { memmap2::MmapOptions::new().map_copy_read_only(file) }
}
