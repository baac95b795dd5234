//! Constants of the chain: time, money, space.

use crate::{Balance, BlockNumber};
use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight};
use sp_runtime::Perbill;

/// Length of a slot, in milliseconds.
pub const SLOT_MS: u64 = 2_000;
/// Blocks of a minute.
pub const MINUTES: BlockNumber = 60_000 / SLOT_MS as BlockNumber;
/// Blocks of an hour.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks of a day.
pub const DAYS: BlockNumber = 24 * HOURS;
/// Slots of an epoch (and session).
#[cfg(not(feature = "test-runtime"))]
pub const EPOCH_SLOTS: u64 = 10 * MINUTES as u64;
/// Slots of an epoch (and session) of the runtime for tests.
#[cfg(feature = "test-runtime")]
pub const EPOCH_SLOTS: u64 = 20;
/// BABE: in one of four slots a validator draws the right to author; secondary VRF slots fill the rest.
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);

/// One CNDR, in planck.
pub const CNDR: Balance = 1_000_000_000_000;
/// One thousandth of a CNDR.
pub const MILLI: Balance = CNDR / 1_000;
/// One millionth of a CNDR.
pub const MICRO: Balance = CNDR / 1_000_000;
/// Least balance of an account.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;

/// Symbol of the token.
pub const TOKEN_SYMBOL: &str = "CNDR";
/// Decimals of the token.
pub const TOKEN_DECIMALS: u32 = 12;
/// Prefix of addresses.
pub const SS58_PREFIX: u16 = 2609;

/// Execution time of a block: 0.7 s of the 2 s slot, the rest is for propagation and for slow validators.
pub const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(700 * WEIGHT_REF_TIME_PER_MILLIS, u64::MAX);
/// Bytes of a block. The block proposer of this release stops at 4 MiB.
pub const MAX_BLOCK_LENGTH: u32 = 4 * 1024 * 1024;
/// Share of a block for ordinary transactions; the rest is kept for operational ones (disputes).
pub const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

/// Deposit for `items` storage items of `bytes` bytes together.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
    items as Balance * 10 * MILLI + bytes as Balance * 10 * MICRO
}
