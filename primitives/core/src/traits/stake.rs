//! Stake that answers for open receipts.

use crate::{Balance, BlockNumber};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

/// How a reward of a host is shared between it and those who stake for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardShares<AccountId> {
    /// For the host, commission included, in planck.
    pub host: Balance,
    /// For its stakers together, in planck; zero where nobody stakes.
    pub stakers: Balance,
    /// The account that takes the stakers' part.
    pub pot: AccountId,
}

/// What a proven fault costs, and who is made whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlashOrder<AccountId> {
    /// Who relied on the false receipt.
    pub requester: AccountId,
    /// What it is owed beside its fee, which comes back out of escrow: the insured value, in planck.
    pub compensation: Balance,
    /// Who proved the fault, with a reward; nobody: its part is burned.
    pub challenger: Option<AccountId>,
    /// What the challenger spent and gets back before its reward, in planck.
    pub costs: Balance,
}

/// What a slash came to. `self_stake + delegated + missing` is what was to be slashed, and
/// `compensated + rewarded + burned` is what was.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Slashed {
    /// Taken from the host's own stake, in planck.
    pub self_stake: Balance,
    /// Taken from delegated stake, in planck; all of it is burned.
    pub delegated: Balance,
    /// What could not be taken because the stake was smaller, in planck.
    pub missing: Balance,
    /// Given to the requester, in planck.
    pub compensated: Balance,
    /// Given to the challenger, in planck.
    pub rewarded: Balance,
    /// Burned, in planck.
    pub burned: Balance,
}

/// The pools of hosts as `hosts` sees them: it opens and closes them, everything else is between the pool and those
/// who stake in it.
pub trait HostPools<AccountId> {
    /// Open the pool of `host` with `stake` of its own on hold.
    fn create(host: &AccountId, stake: Balance) -> DispatchResult;
    /// All of the host's own stake unbonds and nobody can stake any more; refused while receipts are open. Returns the
    /// block from which the stake can be withdrawn.
    fn leave(host: &AccountId) -> Result<BlockNumber, DispatchError>;
    /// Whether the pool is gone: the host left and has withdrawn its stake.
    fn is_gone(host: &AccountId) -> bool;
    /// Whether receipts of the host are open.
    fn has_open(host: &AccountId) -> bool;
    /// The host's own active stake.
    fn self_stake(host: &AccountId) -> Balance;
    /// Open a pool of `host` with `stake` of its own and somebody staking, for benchmarks; the host need not have funds.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_pool(host: &AccountId, stake: Balance);
    /// Give `host` what it needs to open a pool with `stake`, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_funds(host: &AccountId, stake: Balance);
}

/// Stake that answers for open receipts.
pub trait HostStake<AccountId> {
    /// Everything that can be slashed: own and delegated stake, also what unbonds.
    fn total(host: &AccountId) -> Balance;
    /// Active stake, own and delegated as far as it counts: what the draws weigh.
    fn active(host: &AccountId) -> Balance;
    /// The part of the active stake that no open receipt needs.
    fn free(host: &AccountId) -> Balance;
    /// Number of open receipts.
    fn open_receipts(host: &AccountId) -> u32;
    /// What the open receipts need, in planck. A proven fault costs the most that they needed lately.
    fn required(host: &AccountId) -> Balance;
    /// Whether one more receipt of value `value` (fee and insured value), `insured` of it insured, would be backed:
    /// the whole by the free stake, the insured values, with what they need if they are all there is, by the host's own.
    fn can_open(host: &AccountId, value: Balance, insured: Balance) -> bool;
    /// Add a receipt to the liability. Fails if stake does not cover it.
    fn open(host: &AccountId, value: Balance, insured: Balance) -> DispatchResult;
    /// Take a receipt out of the liability.
    fn close(host: &AccountId, value: Balance, insured: Balance);
    /// Whether `count` more receipts of value `value` each would be backed, none of it insured.
    fn can_open_many(host: &AccountId, count: u32, value: Balance) -> bool;
    /// Add `count` receipts of value `value` each to the liability, none of it insured: the same as
    /// [`HostStake::open`] so many times, at the cost of one. Fails, with nothing added, if stake does not cover them.
    fn open_many(host: &AccountId, count: u32, value: Balance) -> DispatchResult;
    /// Take `count` receipts that were opened with `value` each and nothing insured out of the liability.
    fn close_many(host: &AccountId, count: u32, value: Balance);
    /// Take up to `amount` from the self-stake and give it to the treasury. Returns what was taken.
    fn penalise(host: &AccountId, amount: Balance) -> Balance;
    /// How `amount` earned by `host` is shared. Moves nothing.
    fn share(host: &AccountId, amount: Balance) -> RewardShares<AccountId>;
    /// `amount` has arrived in the pot: the stakers' shares are worth so much more.
    fn rewarded(host: &AccountId, amount: Balance);
    /// A fault of `host` was proven: take the most that open receipts needed lately (the others may be final by now), at
    /// least the floor, from its own stake first, then from delegated stake, active and unbonding alike. Compensation and reward come from the own stake only: the
    /// requester first, then the challenger's costs, then a tenth of the rest as its reward; everything else is burned
    /// (`candor_economics::slash_split`). The liability itself stays: the caller closes the receipt.
    fn slash(host: &AccountId, order: &SlashOrder<AccountId>) -> Slashed;
}

/// Stake that answers for offences which consensus proves.
pub trait OffenceStake<AccountId> {
    /// Take `amount`, from own stake first, then from delegated stake, active and unbonding alike. A tenth of the own part goes to
    /// the reporter, if there is one; everything else is burned.
    fn slash_amount(operator: &AccountId, amount: Balance, reporter: Option<&AccountId>) -> Slashed;
}

/// Hears when the stake that backs a host changes, up or down, and when a fault of the host was proven.
pub trait StakeListener<AccountId> {
    /// The active stake of `host` has changed: its weights in draws are outdated.
    fn stake_changed(host: &AccountId);
    /// `host` was slashed for a proven fault, or for silence that counts as one.
    fn convicted(_host: &AccountId) {}
    /// Make hearing of a conviction of `host` as dear as it gets, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_convict(_host: &AccountId) {}
}

impl<AccountId> StakeListener<AccountId> for () {
    fn stake_changed(_: &AccountId) {}
}

/// Both hear.
impl<AccountId, A: StakeListener<AccountId>, B: StakeListener<AccountId>> StakeListener<AccountId> for (A, B) {
    fn stake_changed(host: &AccountId) {
        A::stake_changed(host);
        B::stake_changed(host);
    }

    fn convicted(host: &AccountId) {
        A::convicted(host);
        B::convicted(host);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_convict(host: &AccountId) {
        A::benchmark_convict(host);
        B::benchmark_convict(host);
    }
}
