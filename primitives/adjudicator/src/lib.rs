#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::panic,
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::float_arithmetic,
        clippy::float_cmp
    )
)]

extern crate alloc;

mod call;
mod dtype;
mod elements;
pub mod evidence;
mod expected;
pub mod graph;
pub mod math;
pub mod operators;
pub mod soft;

pub use call::{Call, Memo};
pub use dtype::DType;
pub use elements::{ArrayElements, Elements, Header, Missing, Slot, Tensor};
pub use expected::Expected;
pub use graph::{Attribute, Domain, Isa, Layout, Mode, Node, Operand, Place, Schedule};
pub use operators::{lookup, Exactness, Operator};

/// Version of the rules by which nodes are judged.
pub const RULES: u16 = 1;

/// Most dimensions of a tensor.
pub const MAX_RANK: usize = 8;

/// Most steps of one judgement: elements read, stepped over or computed with; more is refused at preparation. A step takes
/// less than 100 ns on the reference machine, and what takes longer counts as several.
pub const MAX_WORK: u64 = 1 << 19;

/// Why an element cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// An element or header that the judgement needs is not there.
    Missing(Missing),
    /// The node, its attributes, or the shapes it meets do not fit the operator.
    Malformed(&'static str),
    /// The adjudicator does not define this operator, type, attribute or mode.
    Unsupported(&'static str),
    /// The judgement would take more than [`MAX_WORK`] steps.
    Limit,
}

impl From<Missing> for Reject {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl core::fmt::Display for Reject {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing(missing) => write!(f, "{missing}"),
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::Unsupported(what) => write!(f, "not supported: {what}"),
            Self::Limit => f.write_str("one element depends on more than the adjudicator reads"),
        }
    }
}

impl core::error::Error for Reject {}

/// What an element, or a shape, must be; or why that cannot be said.
pub type Judged<T> = Result<T, Reject>;
