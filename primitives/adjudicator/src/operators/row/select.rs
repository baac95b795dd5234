//! `ArgMax`, `ArgMin`, `TopK`: judged by the elements of a line.

use super::{
    super::{Exactness, Operator},
    lanes::{axis, first_axis_layout, header, last_axis_layout, Lane},
};
use crate::{
    soft::{real::log, F32, F64},
    Call, DType, Domain, Expected, Header, Judged, Reject,
};
use alloc::{rc::Rc, vec::Vec};
use core::cmp::Ordering;

/// `ArgMax`.
pub const ARG_MAX: Operator = Operator {
    domain: Domain::Onnx,
    name: "ArgMax",
    opsets: (1, super::NEWEST_OPSET),
    exactness: Exactness::Always,
    header: |call, _| arg_header(call),
    element: |call, _, index| arg(call, index, true),
    layout: first_axis_layout,
};

/// `ArgMin`.
pub const ARG_MIN: Operator = Operator { name: "ArgMin", element: |call, _, index| arg(call, index, false), ..ARG_MAX };

/// `TopK` with k as an input.
pub const TOP_K: Operator = Operator {
    domain: Domain::Onnx,
    name: "TopK",
    opsets: (10, super::NEWEST_OPSET),
    exactness: Exactness::Always,
    header: top_header,
    element: top,
    layout: last_axis_layout,
};

/// An element that can be compared: floats by value, NaN with nothing.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Float(F64),
    Integer(i64),
}

impl Item {
    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => a.compare(b),
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    fn is_nan(self) -> bool {
        matches!(self, Self::Float(v) if v.is_nan())
    }
}

/// The elements of a line of input 0.
fn items(call: &Call<'_>, lane: Lane) -> Judged<Vec<Item>> {
    let dtype = call.dtype(0)?;
    let bits = call.line(0, lane.start, lane.stride, lane.count)?;
    let item = |bits: u64| match dtype {
        DType::Float32 => Ok(Item::Float(F32(bits as u32).to_f64())),
        DType::Float64 => Ok(Item::Float(F64(bits))),
        DType::Int8 | DType::Uint8 | DType::Int16 | DType::Int32 | DType::Int64 => {
            Ok(Item::Integer(dtype.integer(bits)))
        },
        _ => Err(Reject::Unsupported("this element type")),
    };
    bits.into_iter().map(item).collect()
}

fn arg_header(call: &Call<'_>) -> Judged<Header> {
    let input = call.header(0)?;
    let given = call.int("axis", 0)?;
    let axis = axis(call, 0)?;
    let keep = call.int("keepdims", 1)? == 1;
    if input.count() == 0 && given < 0 {
        return header(DType::Int64, input.dims.clone()); // as ONNX Runtime: the axis is not found
    }
    let dims = input.dims.iter().enumerate().filter_map(|(i, d)| match (i == axis, keep) {
        (false, _) => Some(*d),
        (true, true) => Some(1),
        (true, false) => None,
    });
    header(DType::Int64, dims.collect())
}

/// Position of the first (or last) best element. The plain loop keeps a first NaN and passes over later ones; a vector is
/// searched by Eigen, whose answer with NaN depends on where it stands: any position of a NaN or of the best is accepted.
fn arg(call: &Call<'_>, index: u64, most: bool) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let axis = axis(call, 0)?;
    let count = dims.get(axis).copied().unwrap_or(1);
    let inner = super::super::shape::count(dims.get(axis.saturating_add(1)..).unwrap_or(&[]));
    let outer = index.checked_div(inner).unwrap_or(0);
    let start = outer.saturating_mul(count).saturating_mul(inner).saturating_add(index.checked_rem(inner).unwrap_or(0));
    let x = items(call, Lane { start, stride: inner, count, at: 0 })?;
    let last = call.int("select_last_index", 0)? == 1;
    let wanted = if most { Ordering::Greater } else { Ordering::Less };
    let beats = |a: Item, b: Item| match a.order(b) {
        Some(Ordering::Equal) => last,
        order => order == Some(wanted),
    };
    let best = |x: &mut dyn Iterator<Item = (usize, Item)>| {
        x.reduce(|best, next| if beats(next.1, best.1) { next } else { best })
    };
    let plain = best(&mut x.iter().copied().enumerate());
    if dims.len() == 1 && !last && x.iter().any(|v| v.is_nan()) {
        let claimed = usize::try_from(call.claimed(0, index)?).unwrap_or(usize::MAX);
        let numbers = best(&mut x.iter().copied().enumerate().filter(|(_, v)| !v.is_nan()));
        let right = x.get(claimed).is_some_and(|v| v.is_nan()) || numbers.is_some_and(|(at, _)| at == claimed);
        return Ok(if right { Expected::Bits(claimed as u64) } else { Expected::Fails });
    }
    match plain {
        Some((at, _)) => Ok(Expected::Bits(at as u64)),
        None => Err(Reject::Malformed("a line without elements")),
    }
}

fn top_header(call: &Call<'_>, output: usize) -> Judged<Header> {
    let input = call.header(0)?;
    let axis = axis(call, -1)?;
    let k = top_count(call)?;
    if input.dims.get(axis).is_none_or(|d| *d < k) {
        return Err(Reject::Malformed("k beyond the length of the axis"));
    }
    let dtype = if output == 0 { input.dtype } else { DType::Int64 };
    header(dtype, input.dims.iter().enumerate().map(|(i, d)| if i == axis { k } else { *d }).collect())
}

fn top_count(call: &Call<'_>) -> Judged<u64> {
    let k = call.integers(1)?;
    k.first().and_then(|k| u64::try_from(*k).ok()).ok_or(Reject::Malformed("k must be a number not below 0"))
}

/// Value and index of the l-th of the k best along the axis.
fn top(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let input = call.header(0)?;
    let axis = axis(call, -1)?;
    let k = top_count(call)?;
    let mut out = input.dims.clone();
    if let Some(entry) = out.get_mut(axis) {
        *entry = k;
    }
    let lane = Lane::new(&out, axis, index);
    let count = input.dims.get(axis).copied().unwrap_or(1);
    let block = k.saturating_mul(lane.stride);
    let outer = lane.start.checked_div(block).unwrap_or(0);
    let within = lane.start.checked_rem(block).unwrap_or(0);
    let start = outer.saturating_mul(count).saturating_mul(lane.stride).saturating_add(within);
    let largest = call.int("largest", 1)? == 1;
    let sorted = call.int("sorted", 1)? == 1;
    let source = Lane { start, stride: lane.stride, count, at: 0 };
    let order = call.remember(start, || {
        call.spend(count)?;
        let items = items(call, source)?;
        let k = usize::try_from(k).unwrap_or(usize::MAX);
        Ok(Rc::new(Search { items: &items, largest }.best(k, sorted)?))
    })?;
    let at = usize::try_from(lane.at).ok().and_then(|l| order.get(l)).copied();
    let at = at.ok_or(Reject::Malformed("fewer elements than k"))? as u64;
    if output == 1 {
        return Ok(Expected::Bits(at));
    }
    Ok(Expected::Bits(call.bits(0, start.saturating_add(at.saturating_mul(lane.stride)))?))
}

/// ONNX Runtime's search for the k best: a loop for one, a heap for few, libstdc++'s `nth_element` and `sort` for many.
struct Search<'a> {
    items: &'a [Item],
    largest: bool,
}

impl Search<'_> {
    /// Whether `a` goes before `b` by value alone.
    fn better(&self, a: usize, b: usize) -> bool {
        let wanted = if self.largest { Ordering::Greater } else { Ordering::Less };
        self.order(a, b) == Some(wanted)
    }

    fn order(&self, a: usize, b: usize) -> Option<Ordering> {
        self.items.get(a)?.order(*self.items.get(b)?)
    }

    /// Whether `a` goes before `b`: by value, then by index.
    fn before(&self, a: usize, b: usize) -> bool {
        self.better(a, b) || (self.order(a, b) == Some(Ordering::Equal) && a < b)
    }

    fn best(&self, k: usize, sorted: bool) -> Judged<Vec<usize>> {
        let n = self.items.len();
        if k == 1 {
            return Ok((0..n)
                .reduce(|best, next| if self.better(next, best) { next } else { best })
                .into_iter()
                .collect());
        }
        // log2(k) / log2(n) < 0.725
        let ratio = log(F64::from_u64(k as u64)) / log(F64::from_u64(n as u64));
        if k < 4 || ratio.lt(F64(0x3fe7_3333_3333_3333)) {
            return Ok(self.heap(k, sorted));
        }
        if self.items.iter().any(|v| v.is_nan()) {
            return Err(Reject::Unsupported("TopK of many numbers with NaN"));
        }
        let mut all: Vec<usize> = (0..n).collect();
        if sorted {
            all.sort_by(|a, b| if self.before(*a, *b) { Ordering::Less } else { Ordering::Greater });
        } else {
            self.nth_element(&mut all, k.saturating_sub(1))?;
        }
        all.truncate(k);
        Ok(all)
    }

    /// Sift the entry at `i` down: a parent goes after both its children.
    fn sift(&self, heap: &mut [usize], mut i: usize) {
        loop {
            let left = i.saturating_mul(2).saturating_add(1);
            let right = left.saturating_add(1);
            let (Some(own), Some(l)) = (heap.get(i).copied(), heap.get(left).copied()) else { return };
            let over_left = self.before(own, l);
            let next = match heap.get(right).copied() {
                Some(r) if over_left && self.before(r, l) => left,
                Some(r) if over_left || self.before(own, r) => right,
                None if over_left => left,
                _ => return,
            };
            heap.swap(i, next);
            i = next;
        }
    }

    fn heap(&self, k: usize, sorted: bool) -> Vec<usize> {
        let n = self.items.len();
        let mut heap: Vec<usize> = (0..k.min(n)).map(|_| 0).collect();
        for next in 0..k.min(n) {
            let at = k.saturating_sub(next).saturating_sub(1);
            if let Some(entry) = heap.get_mut(at) {
                *entry = next;
            }
            self.sift(&mut heap, at);
        }
        for next in k..n {
            if heap.first().is_some_and(|worst| self.better(next, *worst)) {
                if let Some(entry) = heap.first_mut() {
                    *entry = next;
                }
                self.sift(&mut heap, 0);
            }
        }
        if !sorted {
            return heap;
        }
        let mut out = Vec::new();
        while let Some(worst) = heap.first().copied() {
            out.push(worst);
            if let (Some(last), Some(entry)) = (heap.pop(), heap.first_mut()) {
                *entry = last;
            }
            self.sift(&mut heap, 0);
        }
        out.reverse();
        out
    }

    /// libstdc++'s introselect, where its depth limit is not reached.
    fn nth_element(&self, x: &mut [usize], nth: usize) -> Judged<()> {
        let (mut first, mut last) = (0usize, x.len());
        let mut depth = 2u32.saturating_mul(usize::BITS.saturating_sub(1).saturating_sub(last.leading_zeros()));
        let lost = Reject::Unsupported("TopK where the selection degenerates");
        while last.saturating_sub(first) > 3 {
            depth = depth.checked_sub(1).ok_or(lost)?;
            let cut = self.partition(x, first, last).ok_or(lost)?;
            if cut <= nth {
                first = cut;
            } else {
                last = cut;
            }
        }
        // Insertion sort of what is left.
        if let Some(part) = x.get_mut(first..last) {
            part.sort_by(|a, b| if self.before(*a, *b) { Ordering::Less } else { Ordering::Greater });
        }
        Ok(())
    }

    /// Median of three to the front, then Hoare's partition around it; `None` beyond the ends.
    fn partition(&self, x: &mut [usize], first: usize, last: usize) -> Option<usize> {
        let middle = first.checked_add(last.checked_sub(first)? >> 1)?;
        let (a, b, c) = (first.checked_add(1)?, middle, last.checked_sub(1)?);
        let less = |x: &[usize], i: usize, j: usize| Some(self.before(*x.get(i)?, *x.get(j)?));
        let median = if less(x, a, b)? {
            if less(x, b, c)? {
                b
            } else if less(x, a, c)? {
                c
            } else {
                a
            }
        } else if less(x, a, c)? {
            a
        } else if less(x, b, c)? {
            c
        } else {
            b
        };
        x.swap(first, median);
        let (mut low, mut high) = (a, last);
        loop {
            while less(x, low, first)? {
                low = low.checked_add(1)?;
            }
            high = high.checked_sub(1)?;
            while less(x, first, high)? {
                high = high.checked_sub(1)?;
            }
            if low >= high {
                return Some(low);
            }
            x.swap(low, high);
            low = low.checked_add(1)?;
        }
    }
}
