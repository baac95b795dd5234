//! `QLinearSoftmax` (com.microsoft).
//!
//! The kernel has a table of 256 exponentials, computed in binary64 by the C library and rounded to binary32; the
//! exponent is shifted so that sums stay finite. The replay has its own exponential, good to 45 bits: where an entry
//! may round the other way, so may the result, and either is right.

use super::{number::Whole, parameters::Quantisation};
use crate::{
    math,
    operators::shape,
    soft::{real, F32, F64},
    Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::{rc::Rc, vec::Vec};

/// Type and shape of the output.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Ok(call.header(0)?.clone())
}

/// A line over which probabilities sum to 1: its first element, step, length; and which one is asked for.
struct Line {
    start: u64,
    stride: u64,
    length: u64,
    at: u64,
}

/// Version of Softmax from which on it is over one axis alone.
const ONE_AXIS: i64 = 13;

fn line(call: &Call<'_>, index: u64) -> Judged<Line> {
    let dims = call.dims(0)?;
    let opset = call.maybe_int("opset")?.ok_or(Reject::Malformed("QLinearSoftmax without its opset"))?;
    let default = if opset < ONE_AXIS { 1 } else { -1 };
    let axis = shape::axis(call.int("axis", default)?, dims.len())?;
    let (length, stride) = if opset < ONE_AXIS {
        (shape::count(dims.get(axis..).unwrap_or_default()), 1)
    } else {
        let after = axis.saturating_add(1);
        (dims.get(axis).copied().unwrap_or(0), shape::count(dims.get(after..).unwrap_or_default()))
    };
    let at = index.checked_div(stride).and_then(|n| n.checked_rem(length)).unwrap_or(0);
    Ok(Line { start: index.saturating_sub(at.saturating_mul(stride)), stride, length, at })
}

/// 5: what is kept in reserve of the range, as an exponent of e.
const RESERVE: F32 = F32(0x40A0_0000);
/// 255.
const LAST: i64 = 255;
/// 2^-44: how far the exponential may be off, and the library's.
const ERROR: F64 = F64(0x3D30_0000_0000_0000);

/// An entry of the table, and whether it may be the next number.
type Entry = (F32, bool);

/// The table: entry `i` is `exp((i - 255 + shift) scale)`.
fn table(scale: F32, length: u64) -> Vec<Entry> {
    let wide = scale.to_f64();
    let largest = F32::MAX / F32::from_u64(length);
    let shift = (math::logf(largest).to_f64() - RESERVE.to_f64()).max_x86(F64::ZERO) / wide;
    let entry = |i: i64| {
        let e = real::exp((F64::from_i64(i.saturating_sub(LAST)) + shift) * wide);
        let (low, high) = ((e - e * ERROR).to_f32(), (e + e * ERROR).to_f32());
        (e.to_f32(), low != high)
    };
    (0..=LAST).map(entry).collect()
}

/// What all elements of a line share.
#[derive(Clone)]
struct Shared {
    table: Rc<[Entry]>,
    most: i64,
    sum: F32,
    /// Whether an entry that the line uses is not certain.
    unsure: bool,
}

fn shared(call: &Call<'_>, line: &Line, scale: F32, dtype: DType) -> Judged<Shared> {
    let values = call.line(0, line.start, line.stride, line.length)?;
    let values: Vec<i64> = values.into_iter().map(|bits| dtype.integer(bits)).collect();
    let most = values.iter().copied().max().unwrap_or(0);
    call.spend(2048)?; // 256 exponentials
    let table: Rc<[Entry]> = table(scale, line.length).into();
    let (sum, unsure) = values.iter().fold((F32::ZERO, false), |(sum, unsure), q| {
        let (e, own) = entry(&table, *q, most);
        (sum + e, unsure || own)
    });
    Ok(Shared { table, most, sum, unsure })
}

fn entry(table: &[Entry], q: i64, most: i64) -> Entry {
    let at = LAST.saturating_sub(most).saturating_add(q);
    usize::try_from(at).ok().and_then(|at| table.get(at)).copied().unwrap_or((F32::ZERO, false))
}

/// An element.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if !matches!(dtype, DType::Uint8 | DType::Int8) {
        return Err(Reject::Unsupported("this quantised type"));
    }
    let line = line(call, index)?;
    let scale = call.f32(1, 0)?;
    if !scale.is_finite() || !scale.gt(F32::ZERO) {
        return Err(Reject::Unsupported("a scale that is not positive"));
    }
    let shared = call.remember(line.start, || shared(call, &line, scale, dtype))?;
    let x = dtype.integer(call.bits(0, line.start.saturating_add(line.at.saturating_mul(line.stride)))?);
    let out = Quantisation::<F32>::of(call, 3)?;
    let factor = (F32::ONE / out.scale).floor();
    let y = entry(&shared.table, x, shared.most).0 * factor / shared.sum;
    let rounded = |y: F32| quantised(y, out.zero, dtype);
    if call.schedule().is_some() && !shared.unsure {
        return Ok(Expected::Bits(dtype.bits(rounded(y))));
    }
    // Entries off by a unit, in the sum too; sums in another order where no schedule is known.
    let slack = F32::from_u64(line.length.saturating_add(8)) * UNIT * y.abs();
    Ok(Whole { low: rounded(y - slack), high: rounded(y + slack) }.store(dtype))
}

/// 2^-23.
const UNIT: F32 = F32(0x3400_0000);

/// Rounded, shifted, clamped. What does not fit 31 bits is 0 where unsigned, the least number where signed.
fn quantised(y: F32, zero: i64, dtype: DType) -> i64 {
    let rounded = y.to_i64_rne().and_then(|y| i32::try_from(y).ok());
    if dtype == DType::Uint8 {
        return i64::from(rounded.unwrap_or(0)).saturating_add(zero).min(255);
    }
    i64::from(rounded.unwrap_or(i32::MIN).wrapping_add(zero as i32)).clamp(-128, 127)
}

/// The axis in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    let (Slot::Input(0), Some(rank)) = (slot, rank) else { return Layout::Natural };
    let axis = match node.attribute("axis") {
        Some(crate::Attribute::Int(axis)) => *axis,
        _ => return Layout::Natural,
    };
    match shape::axis(axis, rank) {
        Ok(axis) if axis < 8 => Layout::Last(1 << axis),
        _ => Layout::Natural,
    }
}
