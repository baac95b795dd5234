//! The table of certificates that an AMD host hands to its virtual machines.
//!
//! AMD, *SEV-ES Guest-Hypervisor Communication Block Standardization* (56421), section 4.1.8.1: entries of 24 bytes (GUID, offset
//! and length as u32, little-endian) up to one of zeros; offsets count from the start of the table. The host writes it, so
//! nothing in it is believed.

use super::TeeError;

/// A GUID as it lies in the table: in the order of its text.
pub(crate) type Guid = [u8; 16];

/// 63da758d-e664-4564-adc5-f4b93be8accd: the processor's own key, Versioned Chip Endorsement Key.
pub(crate) const VCEK: Guid =
    [0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64, 0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd];
/// a8074bc2-a25a-483e-aae6-39c045a0b8a1: a cloud's key, Versioned Loaded Endorsement Key.
pub(crate) const VLEK: Guid =
    [0xa8, 0x07, 0x4b, 0xc2, 0xa2, 0x5a, 0x48, 0x3e, 0xaa, 0xe6, 0x39, 0xc0, 0x45, 0xa0, 0xb8, 0xa1];

const ENTRY: usize = 24;

/// The certificate of this kind, in DER, if the table has it. An empty table has none.
pub(crate) fn find(table: &[u8], wanted: &Guid) -> Result<Option<Vec<u8>>, TeeError> {
    if table.is_empty() {
        return Ok(None);
    }
    for entry in table.chunks(ENTRY) {
        let Some((guid, rest)) = entry.split_first_chunk::<16>() else { break };
        let Some((offset, rest)) = rest.split_first_chunk::<4>() else { break };
        let Some(length) = rest.first_chunk::<4>() else { break };
        if *guid == [0; 16] {
            return Ok(None);
        }
        if guid != wanted {
            continue;
        }
        let place = |number: &[u8; 4]| usize::try_from(u32::from_le_bytes(*number)).ok();
        let range = place(offset).zip(place(length)).and_then(|(from, len)| Some(from..from.checked_add(len)?));
        let found = range.and_then(|range| table.get(range)).filter(|found| !found.is_empty());
        return found.map(|found| Some(found.to_vec())).ok_or(TeeError::Table("names bytes outside itself"));
    }
    Err(TeeError::Table("does not end"))
}
