//! `ReduceSum` and its kin: shapes, and which of ONNX Runtime's kernels a reduction meets.

use super::{
    super::{shape, Exactness, Operator},
    groups::{Groups, Pattern},
    lanes::{header, layout_for},
    reduce_bound, reduce_float, reduce_integer,
};
use crate::{
    graph::Layout,
    soft::{F32, F64},
    Attribute, Call, DType, Domain, Expected, Header, Judged, Node, Reject, Slot,
};
use alloc::vec::Vec;

/// Which reduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sum.
    Sum,
    /// Sum over the number of elements.
    Mean,
    /// Largest.
    Max,
    /// Smallest.
    Min,
    /// Product.
    Prod,
    /// Sum of magnitudes.
    L1,
    /// Root of the sum of squares.
    L2,
    /// Sum of squares.
    SumSquare,
    /// Logarithm of the sum.
    LogSum,
    /// Logarithm of the sum of exponentials.
    LogSumExp,
}

macro_rules! reduction {
    ($($constant:ident $name:literal $kind:ident;)*) => {$(
        #[doc = concat!("`", $name, "`.")]
        pub const $constant: Operator = Operator {
            domain: Domain::Onnx,
            name: $name,
            opsets: (1, super::NEWEST_OPSET),
            exactness: Exactness::Scheduled(1),
            header: |call, _| reduced_header(call),
            element: |call, _, index| element(call, index, Kind::$kind),
            layout,
        };
    )*};
}

reduction! {
    SUM "ReduceSum" Sum;
    MEAN "ReduceMean" Mean;
    MAX "ReduceMax" Max;
    MIN "ReduceMin" Min;
    PROD "ReduceProd" Prod;
    L1 "ReduceL1" L1;
    L2 "ReduceL2" L2;
    SUM_SQUARE "ReduceSumSquare" SumSquare;
    LOG_SUM "ReduceLogSum" LogSum;
    LOG_SUM_EXP "ReduceLogSumExp" LogSumExp;
}

/// A reduction at work.
pub struct Reduction<'a> {
    /// Which.
    pub kind: Kind,
    /// Which elements.
    pub groups: Groups,
    /// Index of the output element.
    pub row: u64,
    /// No axis is reduced.
    pub each: bool,
    /// The tensor is a scalar.
    pub scalar: bool,
    /// The call.
    pub call: &'a Call<'a>,
}

impl Reduction<'_> {
    /// Whether ONNX Runtime takes its kernel for this shape rather than the plain loop, with `threads` threads.
    pub fn fast(&self, threads: u16) -> bool {
        let threads = u64::from(threads.max(1));
        match self.groups.pattern() {
            Pattern::Last => true,
            Pattern::First => {
                let kept = self.groups.axes.last().map_or(1, |a| a.1);
                let length = self.groups.length();
                length > threads.saturating_mul(16) && length.max(kept) > threads.saturating_mul(256)
            },
            Pattern::Middle(kept) | Pattern::Ends(kept) => kept >= threads.max(2),
            Pattern::All | Pattern::Other => false,
        }
    }
}

fn axes(call: &Call<'_>) -> Judged<Vec<i64>> {
    if call.has(1) {
        return call.integers(1);
    }
    Ok(call.ints("axes")?.unwrap_or(&[]).to_vec())
}

/// Which axes are reduced; `None` where an empty list means none.
fn reduced(call: &Call<'_>, axes: &[i64]) -> Judged<Option<Vec<bool>>> {
    let rank = call.dims(0)?.len();
    if axes.is_empty() {
        let none = call.int("noop_with_empty_axes", 0)? == 1;
        return Ok((!none).then(|| (0..rank).map(|_| true).collect()));
    }
    let mut set: Vec<bool> = (0..rank).map(|_| false).collect();
    for axis in axes {
        if rank == 0 {
            break;
        }
        let axis = shape::axis(*axis, rank)?;
        if let Some(entry) = set.get_mut(axis) {
            *entry = true;
        }
    }
    Ok(Some(set))
}

fn reduced_header(call: &Call<'_>) -> Judged<Header> {
    let input = call.header(0)?;
    let axes = axes(call)?;
    let keep = call.int("keepdims", 1)? == 1;
    let none = axes.is_empty() && call.int("noop_with_empty_axes", 0)? == 1;
    let gone: Vec<bool> = if input.count() == 0 && !none {
        // ONNX Runtime looks the axes up as written: negative ones are not found, and an empty list means all.
        (0i64..).zip(&input.dims).map(|(i, _)| axes.is_empty() || axes.contains(&i)).collect()
    } else {
        match reduced(call, &axes)? {
            Some(set) => set,
            None => return Ok(input.clone()),
        }
    };
    let dims = input.dims.iter().zip(gone).filter_map(|(dim, gone)| match (gone, keep) {
        (false, _) => Some(*dim),
        (true, true) => Some(1),
        (true, false) => None,
    });
    header(input.dtype, dims.collect())
}

fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    match (slot, node.attribute("axes")) {
        (Slot::Input(0), Some(Attribute::Ints(axes))) => layout_for(axes, rank),
        _ => Layout::Natural,
    }
}

fn element(call: &Call<'_>, index: u64, kind: Kind) -> Judged<Expected> {
    let input = call.header(0)?;
    let axes = axes(call)?;
    if input.count() == 0 {
        return empty(input.dtype, kind);
    }
    let set = reduced(call, &axes)?;
    let each = set.is_none();
    let set = set.unwrap_or_else(|| input.dims.iter().map(|_| false).collect());
    let groups = Groups::new(&input.dims, &set);
    let reduction = Reduction { kind, groups, row: index, each, scalar: input.dims.is_empty(), call };
    match (input.dtype, call.schedule()) {
        (DType::Float32, Some(schedule)) => reduce_float::exact::<F32>(&reduction, schedule.threads),
        (DType::Float64, Some(schedule)) => reduce_float::exact::<F64>(&reduction, schedule.threads),
        (DType::Float32, None) => reduce_bound::bounded::<F32>(&reduction),
        (DType::Float64, None) => reduce_bound::bounded::<F64>(&reduction),
        (dtype, schedule) => reduce_integer::exact(&reduction, dtype, schedule.map(|s| s.threads)),
    }
}

/// What a reduction of nothing gives.
fn empty(dtype: DType, kind: Kind) -> Judged<Expected> {
    let (integer, float) = match kind {
        Kind::Sum | Kind::Mean | Kind::L1 | Kind::L2 | Kind::SumSquare => (0, F64::ZERO),
        Kind::Prod => (1, F64::ONE),
        Kind::Max | Kind::LogSum | Kind::LogSumExp => (reduce_integer::least(dtype), F64::NEG_INFINITY),
        Kind::Min => (reduce_integer::greatest(dtype), F64::INFINITY),
    };
    Ok(Expected::Bits(match dtype {
        DType::Float32 => u64::from(float.to_f32().0),
        DType::Float64 => float.0,
        DType::Bool => return Err(Reject::Unsupported("a reduction of no bools")),
        dtype => dtype.bits(integer),
    }))
}
