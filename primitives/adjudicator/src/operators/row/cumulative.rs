//! `CumSum`, `CumProd`.

use super::{
    super::{any_layout, shape, Exactness, Operator},
    bound::{self, Sums},
    lanes::{same_as_input, Lane},
    number::{line, Number},
};
use crate::{
    soft::{F32, F64},
    Call, DType, Domain, Expected, Judged, Reject,
};
use alloc::{rc::Rc, vec::Vec};

/// `CumSum`.
pub const CUM_SUM: Operator = Operator {
    domain: Domain::Onnx,
    name: "CumSum",
    opsets: (11, super::NEWEST_OPSET),
    exactness: Exactness::Scheduled(1),
    header: same_as_input,
    element: |call, _, index| element(call, index, false),
    layout: any_layout,
};

/// `CumProd` since opset 26.
pub const CUM_PROD: Operator = Operator {
    name: "CumProd",
    opsets: (26, super::NEWEST_OPSET),
    element: |call, _, index| element(call, index, true),
    ..CUM_SUM
};

fn element(call: &Call<'_>, index: u64, product: bool) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let axis = call.integers(1)?.first().copied().ok_or(Reject::Malformed("no axis"))?;
    let lane = Lane::new(dims, shape::axis(axis, dims.len())?, index);
    let reverse = call.int("reverse", 0)? == 1;
    let exclusive = call.int("exclusive", 0)? == 1;
    // Terms from the start of the run up to this element.
    let at = if reverse { lane.count.saturating_sub(lane.at).saturating_sub(1) } else { lane.at };
    let terms = usize::try_from(if exclusive { at } else { at.saturating_add(1) }).unwrap_or(usize::MAX);
    let run = Run { call, lane, reverse, product, terms };
    match call.dtype(0)? {
        DType::Float32 => run.float::<F32>(),
        DType::Float64 => run.float::<F64>(),
        dtype @ (DType::Int32 | DType::Int64 | DType::Uint32 | DType::Uint64) => run.integer(dtype),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

struct Run<'a> {
    call: &'a Call<'a>,
    lane: Lane,
    reverse: bool,
    product: bool,
    terms: usize,
}

impl Run<'_> {
    fn in_order<T>(&self, mut x: Vec<T>) -> Vec<T> {
        if self.reverse {
            x.reverse();
        }
        x
    }

    /// What the first `terms` elements give: remembered for the whole line.
    fn prefix<T: Copy + 'static>(
        &self,
        identity: T,
        read: impl FnOnce() -> Judged<Vec<T>>,
        op: impl Fn(T, T) -> T,
    ) -> Judged<T> {
        let Some(last) = self.terms.checked_sub(1) else { return Ok(identity) };
        let all = self.call.remember(self.lane.start, || {
            let mut running: Option<T> = None;
            let all = self.in_order(read()?).into_iter().map(|v| {
                let next = running.map_or(v, |sum| op(sum, v));
                running = Some(next);
                next
            });
            Ok(Rc::new(all.collect::<Vec<T>>()))
        })?;
        all.get(last).copied().ok_or(Reject::Malformed("a line that is too short"))
    }

    fn integer(&self, dtype: DType) -> Judged<Expected> {
        let lane = self.lane;
        let read = || {
            let bits = self.call.line(0, lane.start, lane.stride, lane.count)?;
            Ok(bits.into_iter().map(|b| dtype.integer(b)).collect())
        };
        let op = |a: i64, b: i64| if self.product { a.wrapping_mul(b) } else { a.wrapping_add(b) };
        let value = self.prefix(if self.product { 1 } else { 0 }, read, op)?;
        Ok(Expected::Bits(dtype.bits(value)))
    }

    fn float<T: Number>(&self) -> Judged<Expected> {
        let lane = self.lane;
        let read = || line::<T>(self.call, 0, lane.start, lane.stride, lane.count);
        if self.call.schedule().is_some() {
            let op = |a: T, b: T| if self.product { a * b } else { a + b };
            let value = self.prefix(if self.product { T::ONE } else { T::ZERO }, read, op)?;
            return Ok(Expected::Exact(value.to_bits()));
        }
        if self.product {
            let x = self.in_order(read()?);
            let x: Vec<F64> = x.iter().take(self.terms).map(|v| v.wide()).collect();
            return Ok(super::reduce_bound::product::<T>(&x, &Sums::of(x.iter().copied())));
        }
        let zero = Sums::of([]);
        let read = || Ok(read()?.into_iter().map(|v| Sums::of([v.wide()])).collect());
        let sums = self.prefix(zero, read, |a, b| Sums {
            sum: a.sum + b.sum,
            magnitudes: a.magnitudes + b.magnitudes,
            nan: a.nan | b.nan,
            infinite: (a.infinite.0 | b.infinite.0, a.infinite.1 | b.infinite.1),
        })?;
        Ok(bound::sum::<T>(T::DTYPE, self.terms as u64, &sums))
    }
}
