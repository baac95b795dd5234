//! What is kept of a session, record by record. SCALE; the indices of the variants never change.

use super::payloads::Place;
use candor_commitments::Blake2b256;
use candor_primitives::{
    tensor::list_root, AccountId, Balance, BlockNumber, SessionTerms, SignedReceipt, TensorRef, Units, WorkerKey,
};
use codec::{Decode, Encode};
use sp_core::H256;

/// A record of a session's journal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Record {
    /// The session was opened: always the first record.
    #[codec(index = 0)]
    Opened(Box<Opened>),
    /// A call goes out; written before it does.
    #[codec(index = 1)]
    Sent(Sent),
    /// Its answer came and was checked; written before it is handed on.
    #[codec(index = 2)]
    Answered(Box<Answered>),
    /// The host does not answer this call.
    #[codec(index = 3)]
    Refused {
        /// Index of the call.
        index: u32,
        /// Root of its inputs.
        input_root: H256,
    },
    /// Deposit and expiry grew.
    #[codec(index = 4)]
    Extended {
        /// What all calls together may cost now, in planck.
        deposit: Balance,
        /// Last block in which calls are answered now.
        expires: BlockNumber,
    },
    /// No calls are made in it any more.
    #[codec(index = 5)]
    Retired {
        /// Why, in words.
        reason: String,
    },
    /// It is over on chain.
    #[codec(index = 6)]
    Ended {
        /// What it cost, in planck.
        paid: Balance,
    },
}

/// How a session began.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Opened {
    /// What was agreed.
    pub terms: SessionTerms,
    /// Key that signs the host's receipts.
    pub worker: WorkerKey,
    /// Where the host answers.
    pub endpoint: String,
    /// Name of the model, `name@version`.
    pub model: String,
    /// Its publisher.
    pub publisher: AccountId,
    /// Milliseconds since 1970.
    pub at: u64,
}

/// A call that went out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Sent {
    /// Its index.
    pub index: u32,
    /// Its units.
    pub units: Units,
    /// Type, shape and root of its inputs, in the order of the manifest.
    pub inputs: Vec<TensorRef>,
    /// Where their bytes are.
    pub place: Place,
    /// Milliseconds since 1970.
    pub at: u64,
}

impl Sent {
    /// Root of the list of inputs.
    pub fn input_root(&self) -> H256 {
        list_root::<Blake2b256>(self.inputs.iter().map(|input| &input.root))
    }
}

/// A checked answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answered {
    /// Index of its call.
    pub index: u32,
    /// The host's receipt.
    pub receipt: SignedReceipt,
    /// Roots of all outputs, in the order of the manifest; none of a failed run.
    pub outputs: Vec<H256>,
    /// Where the bytes of the outputs are; none of a failed run.
    pub place: Option<Place>,
    /// Milliseconds since 1970.
    pub at: u64,
    /// How long the host took, in microseconds.
    pub micros: u64,
}

/// A record of the file `account`: what was paid on chain beside the calls.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Paid {
    /// A session is about to be opened, with this voucher key; written before the transaction is sent.
    #[codec(index = 0)]
    Opening {
        /// The key.
        key: [u8; 32],
        /// What the transaction may cost, in planck.
        fee: Balance,
        /// Block from which it cannot happen any more.
        until: BlockNumber,
    },
    /// The opening came to this end.
    #[codec(index = 1)]
    OpeningDone {
        /// The key.
        key: [u8; 32],
        /// What the transaction cost, in planck.
        fee: Balance,
    },
    /// Another transaction's fee, in planck.
    #[codec(index = 2)]
    Fee {
        /// In planck.
        fee: Balance,
    },
    /// Answers of this host are not trusted any more.
    #[codec(index = 3)]
    Banned {
        /// The host.
        host: AccountId,
        /// Why.
        reason: String,
    },
}
