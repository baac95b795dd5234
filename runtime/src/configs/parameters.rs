//! Parameters that root can change without an upgrade (`parameters.setParameter` in Polkadot.js). The values here are
//! the defaults: windows of a few blocks, so that everything can be watched on a development chain. A public chain
//! starts with longer ones; `docs/protocol.md` says which.

use crate::{Runtime, EPOCH_SLOTS, MILLI};
use candor_primitives::{Balance, BlockNumber};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use sp_runtime::{FixedU128, Permill};

/// The parameters, by pallet.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic {
    use super::*;

    /// Jobs.
    #[dynamic_pallet_params]
    #[codec(index = 0)]
    pub mod jobs {
        /// Time a host has to answer, in blocks.
        #[codec(index = 0)]
        pub static ResultDeadline: BlockNumber = 10;
        /// Time the hosts of a redundant job have to reveal, in blocks.
        #[codec(index = 1)]
        pub static RevealDeadline: BlockNumber = 10;
        /// Longest that a job waits for a host with capacity, in blocks.
        #[codec(index = 2)]
        pub static AssignDeadline: BlockNumber = 30;
        /// Time from an answer until it is final and paid, in blocks.
        #[codec(index = 3)]
        pub static FinalityWindow: BlockNumber = 10;
        /// Largest share of a fee that pays auditors. The levy follows the audit rate below that; where it is cut off the
        /// pot pays the rest of the audits, as here, where all receipts are audited.
        #[codec(index = 4)]
        pub static Levy: Permill = Permill::from_parts(10_000);
        /// Share of every fee for the treasury.
        #[codec(index = 5)]
        pub static TreasuryShare: Permill = Permill::from_parts(10_000);
        /// Penalty of a host that misses a deadline, as a share of its fee.
        #[codec(index = 6)]
        pub static NoShowRatio: Permill = Permill::from_parts(500_000);
        /// Least such penalty, in planck.
        #[codec(index = 7)]
        pub static NoShowMin: Balance = 10 * MILLI;
        /// Most such penalty, in planck.
        #[codec(index = 8)]
        pub static NoShowMax: Balance = 1_000 * MILLI;
        /// Time after the window in which a held receipt can still be held by one more audit or dispute, in blocks.
        #[codec(index = 9)]
        pub static MaxHold: BlockNumber = 300;
        /// Time from an answer of the attested tier until it is final and paid, in blocks: that of sessions' batches too. At
        /// least as long as it takes to be drawn for audit, whatever is set: until then it is held.
        #[codec(index = 10)]
        pub static AttestedWindow: BlockNumber = 3;
    }

    /// Hosts.
    #[dynamic_pallet_params]
    #[codec(index = 1)]
    pub mod hosts {
        /// Time from `unstake` or `deregister` until the stake can be withdrawn, in blocks.
        #[codec(index = 0)]
        pub static UnbondingPeriod: BlockNumber = 400;
        /// A host is live for this long after its last sign of life, in blocks.
        #[codec(index = 1)]
        pub static LivenessWindow: BlockNumber = 60;
        /// A heartbeat is due when the last sign of life is this old, in blocks.
        #[codec(index = 2)]
        pub static HeartbeatInterval: BlockNumber = 20;
        /// Share of receipts that audits are drawn from, as the liability assumes it.
        #[codec(index = 3)]
        pub static AuditRate: Permill = Permill::from_parts(20_000);
        /// Chance that an audit finds a lie, as the liability assumes it.
        #[codec(index = 4)]
        pub static Detection: Permill = Permill::from_parts(500_000);
        /// A call with an insured value goes only to hosts whose profile has so many auditors.
        #[codec(index = 5)]
        pub static MinAuditors: u32 = 2;
        /// Length of a period of the pools' records, in blocks.
        #[codec(index = 6)]
        pub static RecordPeriod: BlockNumber = 30;
    }

    /// Audits.
    #[dynamic_pallet_params]
    #[codec(index = 2)]
    pub mod audits {
        /// Time from the delivery of a receipt until it can be drawn, in blocks.
        #[codec(index = 0)]
        pub static DrawDelay: BlockNumber = 2;
        /// Audits that a host should meet per window, whatever its volume.
        #[codec(index = 1)]
        pub static AuditsPerWindow: u32 = 5;
        /// Least share of receipts drawn for audit.
        #[codec(index = 2)]
        pub static MinRate: Permill = Permill::from_parts(100);
        /// Largest share of receipts drawn for audit. All of them here, so that audits can be watched; liability is
        /// reckoned with `hosts.AuditRate`, and a public chain sets both to the same.
        #[codec(index = 3)]
        pub static MaxRate: Permill = Permill::one();
        /// Time an auditor has to seal its verdict, in ticks (blocks that were not full).
        #[codec(index = 4)]
        pub static SealDeadline: BlockNumber = 15;
        /// Time the audited host has to publish its digest, in ticks.
        #[codec(index = 5)]
        pub static AnswerDeadline: BlockNumber = 15;
        /// Time an auditor has to reveal, in ticks.
        #[codec(index = 6)]
        pub static RevealDeadline: BlockNumber = 10;
        /// What an auditor is paid for a verdict, in planck.
        #[codec(index = 7)]
        pub static PayBase: Balance = MILLI;
        /// What it is paid beside that, in fees of the call.
        #[codec(index = 8)]
        pub static PayRatio: FixedU128 = FixedU128::from_rational(118, 100);
        /// Penalty of an auditor that misses a deadline, and of a host that does not publish its digest, in planck.
        #[codec(index = 9)]
        pub static NoShowPenalty: Balance = 100 * MILLI;
        /// Blocks after which a receipt that can be drawn is drawn, in the mean: each block draws one in so many.
        #[codec(index = 10)]
        pub static DrawBlocks: u32 = 4;
        /// Time the audited host has to put the inputs of its call on chain, in ticks, beside two for each 64 KiB.
        #[codec(index = 11)]
        pub static ShowDeadline: BlockNumber = 15;
        /// What it costs to come by a machine whose attestations can be forged, in planck: what a conviction costs an attested host
        /// beside its stake. The higher, the fewer of its receipts are audited (`docs/economics.md`).
        #[codec(index = 12)]
        pub static MachineWorth: Balance = 1_000_000 * MILLI;
    }

    /// Disputes.
    #[dynamic_pallet_params]
    #[codec(index = 3)]
    pub mod challenges {
        /// Bond of a challenge beside what the trace costs, in planck; burned when the receipt is upheld.
        #[codec(index = 0)]
        pub static BondBase: Balance = 1_000 * MILLI;
        /// Held for a commitment to evidence, in planck; lost when the evidence convicts nobody.
        #[codec(index = 1)]
        pub static EvidenceBond: Balance = 1_000 * MILLI;
        /// What a drawn auditor pays for an accusation of which nothing came, in planck.
        #[codec(index = 2)]
        pub static VainPenalty: Balance = 1_000 * MILLI;
        /// What the transactions of a challenge that succeeds cost, in planck; at most a fiftieth of the liability's floor
        /// (`docs/economics.md`).
        #[codec(index = 3)]
        pub static ChallengeCosts: Balance = 100 * MILLI;
        /// Time for a trace when the host has nothing else to do, in ticks (blocks that were not full).
        #[codec(index = 4)]
        pub static TraceClock: BlockNumber = 15;
        /// Bytes of traces that a host has to be able to run and hash in a tick.
        #[codec(index = 5)]
        pub static TraceSpeed: u64 = 64 << 20;
        /// Time for opening a part beside the time of the trace, in ticks.
        #[codec(index = 6)]
        pub static DemandClock: BlockNumber = 10;
        /// Time for finding a fault once the trace, or a part asked for, is on chain, in ticks.
        #[codec(index = 7)]
        pub static EvidenceWindow: BlockNumber = 20;
        /// Time for showing evidence after its commitment, at least, in ticks.
        #[codec(index = 8)]
        pub static ProofWindow: BlockNumber = 10;
    }

    /// Sessions. Their windows are those of jobs.
    #[dynamic_pallet_params]
    #[codec(index = 4)]
    pub mod sessions {
        /// Time between two settlements of a session that nobody pays for, in blocks.
        #[codec(index = 0)]
        pub static SettleInterval: BlockNumber = 3;
        /// Time that a host has to settle when its requester closes, or when the session has expired, in blocks.
        #[codec(index = 1)]
        pub static CloseNotice: BlockNumber = 10;
        /// Time that a host has to open a call that was drawn for audit, in ticks (blocks that were not full).
        #[codec(index = 2)]
        pub static SampleDeadline: BlockNumber = 15;
        /// Longest time until a session expires, in blocks: 30 days.
        #[codec(index = 3)]
        pub static MaxDuration: BlockNumber = 1_296_000;
        /// What the new calls of a settlement that nobody pays for cost together at least, in planck.
        #[codec(index = 4)]
        pub static FreeFee: Balance = 0;
    }

    /// Evidence of hosts' machines.
    #[dynamic_pallet_params]
    #[codec(index = 5)]
    pub mod attestations {
        /// How long a host stays attested after its vendor judges machines otherwise, in seconds.
        #[codec(index = 0)]
        pub static Grace: u64 = 600;
        /// Longest that evidence counts, in seconds: 30 days.
        #[codec(index = 1)]
        pub static MaxValidity: u64 = 2_592_000;
        /// New evidence is brought when the old one counts for less than this, in seconds: 10 days.
        #[codec(index = 2)]
        pub static RenewBefore: u64 = 864_000;
    }

    /// Validators.
    #[dynamic_pallet_params]
    #[codec(index = 6)]
    pub mod validators {
        /// Validators that are elected; 100 at most.
        #[codec(index = 0)]
        pub static ValidatorCount: u32 = 21;
        /// Fewest that an election may end with: with fewer candidates the present validators stay.
        #[codec(index = 1)]
        pub static MinValidators: u32 = 1;
        /// Time from `unstake` or `leave` until a validator's stake can be withdrawn, in blocks: three epochs at least, whatever is
        /// set.
        #[codec(index = 2)]
        pub static UnbondingPeriod: BlockNumber = 4 * EPOCH_SLOTS as BlockNumber;
        /// A validator is offline when it should have authored so many blocks since the last session in which it authored one.
        #[codec(index = 3)]
        pub static OfflineBlocks: u32 = 20;
        /// Penalty of a validator that is offline, in planck.
        #[codec(index = 4)]
        pub static OfflinePenalty: Balance = 1_000 * MILLI;
        /// What is minted for each block's author, in planck. Nothing: validators live on fees.
        #[codec(index = 5)]
        pub static BlockReward: Balance = 0;
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
    fn default() -> Self {
        RuntimeParameters::Jobs(dynamic::jobs::Parameters::ResultDeadline(dynamic::jobs::ResultDeadline, Some(10)))
    }
}
