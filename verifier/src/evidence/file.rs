//! The evidence file: a fault with everything that decides it, to be carried about and looked at anywhere.

use candor_adjudicator::evidence::{judge, Commitments, Evidence, EvidenceError, Verdict, MAX_EVIDENCE};
use candor_commitments::Blake2b256;
use codec::{Decode, Encode};
use std::{io::Read, path::Path};

/// First bytes of an evidence file.
const MAGIC: [u8; 8] = *b"candore1";

/// Most bytes of the commitments in a file: four hashes and an outcome.
const MAX_COMMITMENTS: usize = 256;

/// Most bytes of an evidence file.
pub const MAX_FILE: usize = MAGIC.len() + MAX_COMMITMENTS + MAX_EVIDENCE;

/// Why a file is not evidence.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file does not begin with `candore1`; `candor verify --evidence` writes such files.
    #[error("it is no evidence file: it does not begin with `candore1`")]
    Magic,
    /// More bytes than evidence can have.
    #[error("it has over {MAX_FILE} bytes, more than evidence can have")]
    TooLarge,
    /// The commitments do not decode; the file is damaged.
    #[error("it is damaged: its commitments do not decode")]
    Commitments,
    /// The evidence is damaged or over the limits.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// Evidence, and the commitments that it is judged against.
///
/// Encoding: 8 bytes `candore1`, then SCALE of (commitments, evidence). What stands after the first 8 bytes is what the
/// adjudicator as a Wasm module takes. Who looks at a file compares the commitments with the chain's: evidence
/// against made-up commitments shows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// What the chain holds of the release and of the run.
    pub commitments: Commitments,
    /// The evidence.
    pub evidence: Evidence,
}

impl EvidenceFile {
    /// Bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.to_judge_bytes());
        bytes
    }

    /// SCALE of (commitments, evidence).
    pub fn to_judge_bytes(&self) -> Vec<u8> {
        (&self.commitments, &self.evidence).encode()
    }

    /// Read the bytes of a file, within the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_FILE {
            return Err(FileError::TooLarge);
        }
        let mut rest = bytes.strip_prefix(&MAGIC).ok_or(FileError::Magic)?;
        let commitments = Commitments::decode(&mut rest).map_err(|_| FileError::Commitments)?;
        Ok(Self { commitments, evidence: Evidence::decode_limited(rest)? })
    }

    /// Read a file, never more of it than evidence can have.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
        Self::from_bytes(&bytes)
    }

    /// Write the file.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, self.to_bytes())
    }

    /// What the chain decides.
    pub fn judge(&self) -> Result<Verdict, EvidenceError> {
        self.evidence.check_limits()?;
        judge::<Blake2b256>(&self.evidence, &self.commitments)
    }
}
