#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::panic, clippy::expect_used, clippy::unwrap_used))]

mod audit;
mod deterrence;
mod draw;
mod fee;
pub mod fenwick;
mod liability;
mod peak;
mod penalty;
mod ratio;
mod share;
mod slash;

pub use audit::{attested_rate, audit_levy, audit_levy_many, audit_rate, is_drawn, samples, AuditPay, AuditRule};
pub use deterrence::{dispute_floor, Adversary, Deterrence};
pub use draw::{draw_target, weight, MAX_WEIGHT, MIN_PRICE, WEIGHT_SCALE};
pub use fee::{price, FeeSplit};
pub use fenwick::{FenwickError, FenwickStore};
pub use liability::{receipt_value, Bucket, Exposure, ExposureError, LiabilityParams, MaxBuckets};
pub use peak::Peak;
pub use penalty::no_show_penalty;
pub use share::{reward_split, shares_for, value_of, RewardSplit, VIRTUAL_SHARES, VIRTUAL_VALUE};
pub use slash::{slash_split, SlashParts, REWARD_SHARE};
pub use sp_arithmetic::{FixedU128, Permill};

#[cfg(test)]
mod tests;
