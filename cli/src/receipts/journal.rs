//! A file that records are appended to: one process writes, any may read, a torn end is cut off.
//!
//! A record is `length u32 LE || check u32 LE || SCALE`, where the check is the first half of the xxHash64 of the SCALE.

use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::twox_64;
use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Read, Write},
    marker::PhantomData,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

/// Longest record.
const LONGEST: usize = 1 << 20;

/// A journal that is written to.
pub struct Journal<R> {
    file: File,
    unsynced: AtomicBool,
    records: PhantomData<fn(R)>,
}

impl<R: Encode + Decode> Journal<R> {
    /// Open a journal to write to it, made if there is none; gives the records that are in it.
    pub fn open(path: &Path) -> io::Result<(Self, Vec<R>)> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let (records, good) = scan(&file)?;
        if file.metadata()?.len() > good {
            file.set_len(good)?;
        }
        Ok((Self { file, unsynced: AtomicBool::new(false), records: PhantomData }, records))
    }

    /// Append a record. It survives this process when the call returns, and this machine after the next
    /// [`sync`](Self::sync).
    pub fn append(&self, record: &R) -> io::Result<()> {
        let mut bytes = vec![0u8; 8];
        record.encode_to(&mut bytes);
        let body = bytes.get(8..).unwrap_or_default();
        if body.len() > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the record is too long"));
        }
        let header = header(body);
        bytes.splice(..8, header);
        // One write: appends of several threads do not mix.
        (&self.file).write_all(&bytes)?;
        self.unsynced.store(true, Ordering::Release);
        Ok(())
    }

    /// Have the disk keep what was appended.
    pub fn sync(&self) -> io::Result<()> {
        if self.unsynced.swap(false, Ordering::AcqRel) {
            self.file.sync_data()?;
        }
        Ok(())
    }
}

/// All whole records of a journal; none if there is no file.
pub fn read<R: Decode>(path: &Path) -> io::Result<Vec<R>> {
    match File::open(path) {
        Ok(file) => scan(&file).map(|(records, _)| records),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn header(body: &[u8]) -> [u8; 8] {
    let mut header = [0u8; 8];
    let (length, check) = header.split_at_mut(4);
    length.copy_from_slice(&(body.len() as u32).to_le_bytes());
    check.copy_from_slice(&twox_64(body)[..4]);
    header
}

/// The whole records from the start, and how many bytes they are.
fn scan<R: Decode>(file: &File) -> io::Result<(Vec<R>, u64)> {
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let (mut records, mut good) = (Vec::new(), 0u64);
    let (mut head, mut body) = ([0u8; 8], Vec::new());
    while whole(&mut reader, &mut head)? {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if length > LONGEST {
            break;
        }
        body.resize(length, 0);
        if !whole(&mut reader, &mut body)? || header(&body) != head {
            break;
        }
        // A record of a newer version: what follows cannot be understood either.
        let Ok(record) = R::decode_all(&mut body.as_slice()) else { break };
        records.push(record);
        good += 8 + length as u64;
    }
    Ok((records, good))
}

/// Fill the buffer; `false` if the file ends before.
fn whole(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journal_should_give_all_records_when_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let (journal, none) = Journal::<(u32, String)>::open(&path).unwrap();
        assert!(none.is_empty());
        journal.append(&(1, "one".into())).unwrap();
        journal.append(&(2, "two".into())).unwrap();
        journal.sync().unwrap();
        assert_eq!(read::<(u32, String)>(&path).unwrap(), [(1, "one".into()), (2, "two".into())]);
        assert_eq!(Journal::<(u32, String)>::open(&path).unwrap().1.len(), 2);
    }

    #[test]
    fn journal_should_cut_a_torn_end_when_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let (journal, _) = Journal::<(u32, String)>::open(&path).unwrap();
        journal.append(&(1, "one".into())).unwrap();
        let good = std::fs::read(&path).unwrap();
        journal.append(&(2, "two".into())).unwrap();
        let all = std::fs::read(&path).unwrap();
        for cut in good.len()..all.len() {
            std::fs::write(&path, &all[..cut]).unwrap();
            let (journal, records) = Journal::<(u32, String)>::open(&path).unwrap();
            assert_eq!(records, [(1, "one".into())], "{cut}");
            journal.append(&(3, "three".into())).unwrap();
            assert_eq!(read::<(u32, String)>(&path).unwrap()[1].0, 3);
        }
        let mut flipped = all.clone();
        *flipped.last_mut().unwrap() ^= 1;
        std::fs::write(&path, flipped).unwrap();
        assert_eq!(read::<(u32, String)>(&path).unwrap().len(), 1);
    }
}
