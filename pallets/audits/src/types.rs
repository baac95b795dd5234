//! What an audit is made of. The states carry their data, so that a combination that cannot happen cannot be written.

use candor_primitives::{
    ordered_key,
    tensor::MAX_TENSORS,
    traits::{BatchKey, ReceiptKey},
    AccountId, Balance, BlockNumber, Outcome, MAX_INLINE_OUTPUT,
};
use codec::Encode;
use frame_support::{traits::ConstU32, BoundedVec};
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// An audit. Counted up from 0, never reused.
pub type AuditId = u64;
/// Most auditors that are drawn for one receipt, whatever the runtime configures.
pub const MAX_ROUNDS: u32 = 8;
/// Most disagreements that are remembered of a profile, whatever the runtime configures.
pub const MAX_MISMATCHES: u32 = 32;
/// Most items that one call of `draw` looks at.
pub const DRAWS_PER_CALL: u32 = 4;
/// Most calls that are drawn out of one batch.
pub const MAX_SAMPLES: u32 = 8;
/// What was not drawn for so many times `DrawBlocks` is drawn in the next block: one in three thousand.
pub const PATIENCE: u32 = 8;
/// Depth of the largest tree of weights that there can be: what calls pay for before their profile is known.
pub const MAX_DEPTH: u32 = 32;
/// Depth of a tree of a million hosts: what calls that change a list pay for.
pub const LIST_DEPTH: u32 = 20;
/// Most bytes of inputs, together, that are put on chain for an audit.
pub const MAX_SHOWN: u64 = 4 * 1024 * 1024;
/// Bytes of a piece of an input, but for its last one: what one transaction brings.
pub const PIECE: u32 = MAX_INLINE_OUTPUT;
/// Most pieces of the inputs of one call: every input has a last one that may be short.
pub const MAX_PIECES: u32 = (MAX_SHOWN / PIECE as u64) as u32 + MAX_TENSORS;
/// Ticks that a host has for each piece: its worker sends several for each block, but may have several calls to show.
pub const TICKS_PER_PIECE: u32 = 2;
/// Most items that one query answers with.
pub const MAX_PAGE: u32 = 100;

/// A list with at most one entry per round of an audit.
pub type PerRound<X> = BoundedVec<X, ConstU32<MAX_ROUNDS>>;

ordered_key!(
    /// Id of an audit as the key of an index, the oldest first.
    AuditKey, AuditId, 8
);
ordered_key!(
    /// Block or tick as the key of an index, the earliest first.
    BlockKey, BlockNumber, 4
);
ordered_key!(
    /// Number of a waiting item, in the order in which they came.
    ItemKey, u64, 8
);
ordered_key!(
    /// Place of a waiting item on the ring.
    PlaceKey, u32, 4
);
ordered_key!(
    /// Number of a piece of the inputs of a call, in the order of the inputs.
    PieceKey, u32, 4
);

/// What waits to be drawn. It is held open until then.
#[frame_support::stored]
pub enum Item {
    /// A receipt, which is drawn at the rate of its host.
    #[codec(index = 0)]
    Receipt(ReceiptKey<AccountId>),
    /// A receipt that contradicts another one: it is audited with certainty.
    #[codec(index = 1)]
    Disagreed(ReceiptKey<AccountId>),
    /// A batch, of whose calls some are drawn: as many as the rate of its host says.
    #[codec(index = 2)]
    Batch(BatchKey<AccountId>),
}

/// An item that waits.
#[frame_support::stored]
pub struct Entry {
    /// What.
    pub item: Item,
    /// Block in which it came.
    pub since: BlockNumber,
    /// Its place on the ring, once it has one.
    pub place: Option<u32>,
}

/// Where an audit stands. Deadlines are in ticks of the disputes' clock; after them anyone (and the hook) moves it on.
#[frame_support::stored]
pub enum AuditState {
    /// The auditor reruns the call and seals what it found.
    #[codec(index = 0)]
    Sealing {
        /// Who.
        auditor: AccountId,
        /// Last tick in which it can count on being heard.
        deadline: BlockNumber,
    },
    /// The audited host reruns its own call and publishes the digest.
    #[codec(index = 1)]
    Answering {
        /// The auditor.
        auditor: AccountId,
        /// What it sealed.
        seal: H256,
        /// Last tick in which the host can count on being heard.
        deadline: BlockNumber,
    },
    /// The auditor opens its seal.
    #[codec(index = 2)]
    Revealing {
        /// The auditor.
        auditor: AccountId,
        /// What it sealed.
        seal: H256,
        /// The host's digest; none if it was silent.
        host_digest: Option<H256>,
        /// Last tick in which the auditor can count on being heard.
        deadline: BlockNumber,
    },
    /// An auditor did not seal, and the inputs lie off chain: the audited host puts them on chain. When all are there, the
    /// next auditor is drawn.
    #[codec(index = 3)]
    Showing {
        /// Pieces that are missing.
        missing: u32,
        /// Last tick in which the host can count on being heard.
        deadline: BlockNumber,
    },
}

impl AuditState {
    /// Who audits in this round; nobody between two rounds.
    pub const fn auditor(&self) -> Option<&AccountId> {
        match self {
            Self::Sealing { auditor, .. } | Self::Answering { auditor, .. } | Self::Revealing { auditor, .. } => {
                Some(auditor)
            },
            Self::Showing { .. } => None,
        }
    }

    /// The same, taken out.
    pub fn into_auditor(self) -> Option<AccountId> {
        match self {
            Self::Sealing { auditor, .. } | Self::Answering { auditor, .. } | Self::Revealing { auditor, .. } => {
                Some(auditor)
            },
            Self::Showing { .. } => None,
        }
    }

    /// Last tick of this state.
    pub const fn deadline(&self) -> BlockNumber {
        match self {
            Self::Sealing { deadline, .. }
            | Self::Answering { deadline, .. }
            | Self::Revealing { deadline, .. }
            | Self::Showing { deadline, .. } => *deadline,
        }
    }
}

/// Where auditors have the inputs of a call from.
#[frame_support::stored]
#[derive(Copy)]
pub enum InputPlace {
    /// They came on chain with the call.
    #[codec(index = 0)]
    OnChain,
    /// They lie off chain. The first auditor that does not seal is excused, and the host is asked for them.
    #[codec(index = 1)]
    OffChain {
        /// In how many pieces they would be put on chain.
        pieces: u32,
    },
    /// They lie off chain and cannot be put there: they are too large, or texts. Auditors that do not seal are excused.
    #[codec(index = 2)]
    Unshowable,
    /// They were put on chain for this audit.
    #[codec(index = 3)]
    Shown,
}

/// What stays the same while an audit goes from state to state, or changes from round to round.
#[frame_support::stored]
pub struct Case {
    /// Which receipt. It stays open while the audit does.
    pub key: ReceiptKey<AccountId>,
    /// Hash of the receipt.
    pub receipt: H256,
    /// What the host says came out.
    pub outcome: Outcome,
    /// Who asked for the call; never its auditor.
    pub requester: AccountId,
    /// Block in which the host was assigned.
    pub assigned: BlockNumber,
    /// Fee of the call that its audit is paid by, in planck: none of a failed run.
    pub fee: Balance,
    /// Profile that ran it.
    pub profile: H256,
    /// Where the inputs are.
    pub input: InputPlace,
    /// Randomness of this audit, drawn after the receipt was delivered.
    pub seed: H256,
    /// Auditors of the rounds before this one. They are not drawn again: one verdict per auditor and receipt.
    pub tried: PerRound<AccountId>,
    /// Those of them who found the receipt right, but with another digest than the host.
    pub clean: PerRound<AccountId>,
}

impl Case {
    /// Rounds before this one.
    pub fn round(&self) -> u32 {
        self.tried.len() as u32
    }

    /// Which chunks the digests of this round cover. Each round has another seed: what a host published in one is of
    /// no use to an auditor of the next.
    pub fn digest_seed(&self) -> H256 {
        H256(blake2_256(&(b"digest", self.seed, self.round()).encode()))
    }
}

/// An audit that has not ended.
#[frame_support::stored]
pub struct Audit {
    /// What is audited.
    pub case: Case,
    /// Where the audit stands.
    pub state: AuditState,
}

impl Audit {
    /// Who has to act now.
    pub const fn debtor(&self) -> &AccountId {
        match &self.state {
            AuditState::Sealing { auditor, .. } | AuditState::Revealing { auditor, .. } => auditor,
            AuditState::Answering { .. } | AuditState::Showing { .. } => &self.case.key.host,
        }
    }
}

/// How an audit ended.
#[frame_support::stored]
#[derive(Copy)]
pub enum AuditResult {
    /// The auditor found the same outcome, and the digests agree or the host was silent.
    #[codec(index = 0)]
    Clean,
    /// The auditor found another outcome: there is a dispute now.
    #[codec(index = 1)]
    Accused,
    /// Nobody who could audit was left.
    #[codec(index = 2)]
    Unaudited,
    /// All rounds passed without a verdict that could be believed.
    #[codec(index = 3)]
    Inconclusive,
    /// The receipt was closed meanwhile.
    #[codec(index = 4)]
    Dropped,
    /// The audited host did not show the inputs: it is convicted, and the receipt overturned.
    #[codec(index = 5)]
    Withheld,
}

/// Verdicts of an audit that ended, kept for a while: the receipt may turn out to be a canary.
#[frame_support::stored]
pub struct Record {
    /// Which receipt.
    pub key: ReceiptKey<AccountId>,
    /// Who asked for the call.
    pub requester: AccountId,
    /// Block in which the host was assigned.
    pub assigned: BlockNumber,
    /// Auditors that found it right.
    pub clean: PerRound<AccountId>,
    /// The auditor that found it false.
    pub accuser: Option<AccountId>,
    /// Last tick in which a canary can be revealed.
    pub until: BlockNumber,
}

/// A lie that is going to be told to see whether auditors find it.
#[frame_support::stored]
pub struct Canary {
    /// What the auditor that finds it gets, in planck; on hold in the pot.
    pub bounty: Balance,
    /// Block in which it was announced. Calls assigned before are not covered.
    pub planted: BlockNumber,
}

/// Disagreements about digests within a profile.
#[frame_support::stored]
#[derive(Default)]
pub struct Mismatches {
    /// Block of the first.
    pub since: BlockNumber,
    /// Audited hosts whose disagreement counted; each counts once.
    pub hosts: BoundedVec<AccountId, ConstU32<MAX_MISMATCHES>>,
    /// Auditors whose disagreement counted; each counts once.
    pub auditors: BoundedVec<AccountId, ConstU32<MAX_MISMATCHES>>,
}

/// A host among the auditors of a profile.
#[frame_support::stored]
#[derive(Copy)]
pub struct Membership {
    /// Its place in the profile's list.
    pub position: u32,
    /// How many of its offers run the profile.
    pub offers: u32,
}
