//! Inputs and outputs with their bytes, in files of a fixed size of which the oldest are deleted beyond a limit.

use candor_gateway::{NamedTensor, TensorData};
use candor_primitives::{tensor::Shape, DType};
use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::twox_64;
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Size at which the next file is begun.
const SEGMENT: u64 = 32 << 20;

/// Where tensors lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Place {
    /// Number of the file.
    pub segment: u32,
    /// First byte in it.
    pub offset: u64,
    /// Number of bytes.
    pub length: u32,
}

/// Tensors that are kept.
pub struct Payloads {
    folder: PathBuf,
    limit: u64,
    state: Mutex<State>,
}

struct State {
    file: File,
    segment: u32,
    offset: u64,
    /// Sizes of the full files.
    full: BTreeMap<u32, u64>,
    /// How many calls still need a file.
    pinned: BTreeMap<u32, usize>,
    unsynced: bool,
}

impl Payloads {
    /// Open the folder, of which at most about `limit` bytes are kept.
    pub fn open(folder: &Path, limit: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut full = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Some(number) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) {
                full.insert(number, entry.metadata()?.len());
            }
        }
        // Never append to an old file: its end may be torn.
        let segment = full.last_key_value().map_or(0, |(last, _)| last + 1);
        let state =
            State { file: begin(folder, segment)?, segment, offset: 0, full, pinned: BTreeMap::new(), unsynced: false };
        Ok(Self { folder: folder.to_owned(), limit, state: Mutex::new(state) })
    }

    /// Keep tensors.
    pub fn append(&self, tensors: &[NamedTensor]) -> io::Result<Place> {
        let bytes = encode(tensors);
        let length = u32::try_from(bytes.len());
        let length = length.map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a call of more than 4 GiB"))?;
        let mut state = self.state();
        if state.offset >= SEGMENT {
            let file = begin(&self.folder, state.segment + 1)?;
            std::mem::replace(&mut state.file, file).sync_data()?;
            let (segment, size) = (state.segment, state.offset);
            state.full.insert(segment, size);
            state.segment += 1;
            state.offset = 0;
            self.trim(&mut state);
        }
        let place = Place { segment: state.segment, offset: state.offset, length };
        state.file.write_all(&bytes)?;
        state.offset += u64::from(length);
        state.unsynced = true;
        Ok(place)
    }

    /// Keep what lies there, whatever the limit, until it is [unpinned](Self::unpin).
    pub fn pin(&self, place: &Place) {
        *self.state().pinned.entry(place.segment).or_default() += 1;
    }

    /// It is not needed any more.
    pub fn unpin(&self, place: &Place) {
        let mut state = self.state();
        if let Some(count) = state.pinned.get_mut(&place.segment) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                state.pinned.remove(&place.segment);
            }
        }
    }

    /// The tensors at a place; `None` if they were deleted.
    pub fn read(&self, place: &Place) -> io::Result<Option<Vec<NamedTensor>>> {
        read(&self.folder, place)
    }

    /// Have the disk keep what was appended.
    pub fn sync(&self) -> io::Result<()> {
        let file = {
            let mut state = self.state();
            if !std::mem::take(&mut state.unsynced) {
                return Ok(());
            }
            state.file.try_clone()?
        };
        file.sync_data()
    }

    fn trim(&self, state: &mut State) {
        let mut total: u64 = state.full.values().sum();
        let old: Vec<(u32, u64)> = state.full.iter().map(|(segment, size)| (*segment, *size)).collect();
        for (segment, size) in old {
            if total <= self.limit {
                return;
            }
            if !state.pinned.contains_key(&segment) && fs::remove_file(path(&self.folder, segment)).is_ok() {
                state.full.remove(&segment);
                total -= size;
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tensors at a place of a folder; `None` if they were deleted.
pub fn read(folder: &Path, place: &Place) -> io::Result<Option<Vec<NamedTensor>>> {
    let file = match File::open(path(folder, place.segment)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = vec![0; place.length as usize];
    match file.read_exact_at(&mut bytes, place.offset) {
        Ok(()) => Ok(decode(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn begin(folder: &Path, segment: u32) -> io::Result<File> {
    OpenOptions::new().create_new(true).append(true).open(path(folder, segment))
}

fn path(folder: &Path, segment: u32) -> PathBuf {
    folder.join(format!("{segment:08}"))
}

/// As it lies in files and exports.
#[derive(Encode, Decode)]
struct Kept {
    name: String,
    dtype: DType,
    shape: Vec<u32>,
    data: Vec<u8>,
}

/// Tensors as bytes, with a check.
pub fn encode(tensors: &[NamedTensor]) -> Vec<u8> {
    let size: usize = tensors.iter().map(|t| t.tensor.data.len() + 128).sum();
    let mut bytes = Vec::with_capacity(size + 8);
    codec::Compact(tensors.len() as u32).encode_to(&mut bytes);
    for NamedTensor { name, tensor } in tensors {
        // `Kept`, field by field: the data is not copied twice.
        (name, tensor.dtype, tensor.shape.as_slice(), tensor.data.as_ref()).encode_to(&mut bytes);
    }
    let check = twox_64(&bytes);
    bytes.extend(check);
    bytes
}

/// The tensors in those bytes; `None` if they are torn.
pub fn decode(bytes: &[u8]) -> Option<Vec<NamedTensor>> {
    let (mut body, check) = bytes.split_last_chunk::<8>()?;
    if twox_64(body) != *check {
        return None;
    }
    let kept = Vec::<Kept>::decode_all(&mut body).ok()?;
    kept.into_iter()
        .map(|kept| {
            let shape = Shape::try_from(kept.shape).ok()?;
            let tensor = TensorData { dtype: kept.dtype, shape, data: kept.data.into() };
            Some(NamedTensor { name: kept.name, tensor })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(name: &str, bytes: usize) -> NamedTensor {
        let shape = vec![bytes as u32].try_into().unwrap();
        let data = vec![7u8; bytes].into();
        NamedTensor { name: name.into(), tensor: TensorData { dtype: DType::Uint8, shape, data } }
    }

    #[test]
    fn tensors_should_come_back_when_read_by_place() {
        let dir = tempfile::tempdir().unwrap();
        let payloads = Payloads::open(dir.path(), 1 << 30).unwrap();
        let first = payloads.append(&[tensor("a", 3), tensor("b", 0)]).unwrap();
        let second = payloads.append(&[tensor("c", 100)]).unwrap();
        payloads.sync().unwrap();
        assert_eq!(payloads.read(&first).unwrap().unwrap(), [tensor("a", 3), tensor("b", 0)]);
        assert_eq!(read(dir.path(), &second).unwrap().unwrap(), [tensor("c", 100)]);
        assert_eq!(payloads.read(&Place { length: 5, ..second }).unwrap(), None);
        assert_eq!(payloads.read(&Place { segment: 9, ..second }).unwrap(), None);
    }

    #[test]
    fn oldest_should_go_when_the_limit_is_reached_unless_it_is_pinned() {
        let dir = tempfile::tempdir().unwrap();
        let payloads = Payloads::open(dir.path(), 0).unwrap();
        let large = [tensor("x", SEGMENT as usize)];
        let kept = payloads.append(&large).unwrap();
        payloads.pin(&kept);
        let gone = payloads.append(&large).unwrap();
        payloads.append(&large).unwrap();
        assert!(payloads.read(&kept).unwrap().is_some());
        assert!(payloads.read(&gone).unwrap().is_none());
        payloads.unpin(&kept);
        payloads.append(&large).unwrap();
        assert!(payloads.read(&kept).unwrap().is_none());
    }
}
