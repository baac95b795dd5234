//! The table of operators: what each one means, element by element.
//!
//! A room per class; each has a `TABLE`. An operator is a
//! function from one output index to the input elements that it reads and how they combine.

pub mod contraction;
pub mod index;
pub mod pointwise;
pub mod pool;
pub mod quantised;
pub mod row;
pub mod shape;

use crate::{Call, Domain, Expected, Header, Judged, Layout, Node, Slot};

/// How exactly an operator can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// The same bits on every machine: copies, integers, single IEEE operations. The mode does not matter.
    Always,
    /// A schedule where one is known (`Mode::Exact`), a bound otherwise. The number is that of alternatives (`variant`) that
    /// preparation may try, at least 1.
    Scheduled(u16),
    /// By a bound only; exact mode is refused.
    BoundedOnly,
}

/// What an operator means.
pub struct Operator {
    /// Whose operator.
    pub domain: Domain,
    /// Its name.
    pub name: &'static str,
    /// First and last version of the operator set for which this definition holds.
    pub opsets: (u32, u32),
    /// How exactly it can be judged.
    pub exactness: Exactness,
    /// Type and shape of an output, from the inputs' types and shapes (and the elements of shape inputs).
    pub header: fn(call: &Call<'_>, output: usize) -> Judged<Header>,
    /// What an element of an output must be. `index` counts row-major and lies within the shape that `header` gives
    /// (callers check that).
    pub element: fn(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected>,
    /// The layout in which an operand is best committed for this consumer; `rank` is its number of dimensions where
    /// that is known. [`Layout::ANY`] where any will do.
    pub layout: fn(node: &Node, slot: Slot, rank: Option<usize>) -> Layout,
}

/// For operators that read single elements.
pub fn no_layout(_: &Node, _: Slot, _: Option<usize>) -> Layout {
    Layout::ANY
}

/// For operators that read rows of the last axis, or windows.
pub fn any_layout(_: &Node, _: Slot, _: Option<usize>) -> Layout {
    Layout::Natural
}

/// The definition of an operator at a version of its operator set.
pub fn lookup(domain: Domain, name: &[u8], opset: u32) -> Option<&'static Operator> {
    tables()
        .into_iter()
        .flatten()
        .find(|o| o.domain == domain && o.name.as_bytes() == name && o.opsets.0 <= opset && opset <= o.opsets.1)
}

/// All definitions, room by room.
pub const fn tables() -> [&'static [Operator]; 6] {
    [pointwise::TABLE, index::TABLE, row::TABLE, pool::TABLE, contraction::TABLE, quantised::TABLE]
}

/// The newest operator set of ONNX that is defined here.
pub const NEWEST_OPSET: u32 = 26;
