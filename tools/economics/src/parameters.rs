//! What the simulation assumes. The chain's parameters are those of `runtime/src/configs` and of `docs/protocol.md`;
//! measured numbers are those of `docs/benchmarks.md`.

use candor_economics::{Adversary, AuditPay, AuditRule, Deterrence, FixedU128, LiabilityParams, Permill, REWARD_SHARE};

/// One CNDR in planck.
pub const CNDR: u128 = 1_000_000_000_000;
/// Audits that a host should meet per window, whatever its volume.
pub const AUDITS: u32 = 5;
/// Bounds of the audit rate, in parts per million.
pub const RATES: (Permill, Permill) = (Permill::from_parts(100), Permill::from_percent(2));
/// The limits that are stated: stake of a profile that may collude, and slots that an adversary may have beside it.
pub const LIMIT: Adversary = Adversary { collusion: Permill::from_percent(33), slots: Permill::from_percent(33) };
/// Chance that an honest auditor finds a lie: it compares the bytes of outputs.
pub const FOUND: Permill = Permill::one();
/// Blocks between a receipt and its draw.
pub const DELAY: usize = 20;
/// Blocks in which a host may choose the moment of its answer.
pub const CHOICE: usize = 30;

/// Length of a finality window in hours, and hours of a year.
pub const WINDOW_HOURS: f64 = 1.;
/// Hours of a year.
pub const YEAR_HOURS: f64 = 8_766.;
/// What locked stake costs its owner, of itself in a year.
pub const INTEREST: f64 = 0.1;
/// Planck per picosecond of execution, and per byte, of a transaction.
pub const TIME_PRICE: u128 = 3;
/// Planck per byte of a transaction.
pub const BYTE_PRICE: u128 = 1_000_000;
/// Picoseconds and bytes of submitting a job and of its result (docs/benchmarks.md, jobs of 10 tokens).
pub const SUBMIT: (u128, u128) = (8_040_000_000, 405);
/// The same of its result.
pub const RESULT: (u128, u128) = (2_888_000_000, 1_875);
/// Transactions of an audit: seal, digest, reveal. Each is a signature and a few reads and writes, at most a result.
pub const AUDIT_CALLS: u128 = 3;
/// Bytes of one of them.
pub const AUDIT_BYTES: u128 = 200;
/// Calls that a session settles at once.
pub const SESSION_CALLS: u128 = 1_000;

/// A model: its name, parameters, milliseconds of a call on one core, and times of that for an audit of the same
/// profile (docs/benchmarks.md, one thread).
pub const MODELS: [(&str, f64, f64, f64); 8] = [
    ("perceptron of 1 M - 128 rows", 994e3, 1.31, 1.2),
    ("perceptron of 10 M - 128 rows", 10.0e6, 12.9, 1.05),
    ("MiniLM", 22.6e6, 16.7, 1.16),
    ("ResNet-50", 25.5e6, 36.0, 1.07),
    ("perceptron of 100 M - 128 rows", 100.1e6, 119.5, 1.02),
    ("GPT-2 small", 164.1e6, 160.1, 1.09),
    ("perceptron of 1 B - 16 rows", 1_000.7e6, 293.2, 1.0),
    ("perceptron of 1 B - 128 rows", 1_000.7e6, 1_268.2, 1.02),
];

/// What a challenger's transactions cost, in planck: given back out of a slash.
pub const COSTS: u128 = CNDR / 10;
/// Least requirement while anything is open, in planck.
pub const FLOOR: u128 = 5 * CNDR;

/// How a rate is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Always the highest.
    Constant,
    /// So many audits per window.
    PerWindow,
}

impl Rule {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::PerWindow => "per window",
        }
    }

    /// The rate of a host with `open` receipts.
    pub fn rate(self, open: u32) -> Permill {
        match self {
            Self::Constant => RATES.1,
            Self::PerWindow => candor_economics::audit_rate(open, AUDITS, RATES.0, RATES.1),
        }
    }
}

/// Safety factor of the requirement, in hundredths.
pub const SAFETY: u32 = 150;

/// What a slash is computed with when a host has a rate.
pub fn params(rate: Permill) -> LiabilityParams {
    params_with(SAFETY, rate)
}

/// The same with another safety factor, in hundredths.
pub fn params_with(safety: u32, rate: Permill) -> LiabilityParams {
    LiabilityParams {
        safety: FixedU128::from_rational(safety.into(), 100),
        audits: AuditRule::constant(rate),
        detection: Permill::from_percent(50),
        floor: FLOOR,
        leverage: u32::MAX,
    }
}

/// The most of a slash that comes back to a liar that challenges itself: reward, and costs that it did not have.
pub fn returned() -> Permill {
    REWARD_SHARE + Permill::from_rational(COSTS, FLOOR)
}

/// What deters at a rate.
pub fn deterrence(rate: Permill) -> Deterrence {
    Deterrence { params: params(rate), returned: returned() }
}

/// What an audit pays.
pub fn pay() -> AuditPay {
    AuditPay { base: CNDR / 1_000, ratio: FixedU128::from_rational(118, 100) }
}

/// A ratio as a number.
pub fn share(ratio: Permill) -> f64 {
    f64::from(ratio.deconstruct()) / 1e6
}
