//! `Einsum` (ONNX) of one or two operands: as ONNX Runtime does it, a batch of matrix products of the operands permuted.
//!
//! Labels get numbers in order of appearance, those of an ellipsis first. Labels of the output in both operands are the
//! batch, in one operand rows or columns; the others are summed over in the order of their numbers. Sums over labels of
//! one operand alone come first; they are judged by a bound.

use super::{
    bound::{dot_bound, dot_bound_f64, Bound},
    dot::{dot_exact, dot_exact_f64},
    product::{block_f64, Product},
};
use crate::{
    operators::shape::{coordinates, count, strides},
    soft::{F32, F64},
    Attribute, Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::{vec, vec::Vec};

const UNFIT: Reject = Reject::Malformed("an equation that does not fit");
const ALONE: Reject = Reject::Unsupported("Einsum that sums over one operand alone");
/// Most labels of an equation.
const MAX_LABELS: usize = 32;

/// A subscript of one operand: letters, and where its ellipsis stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Subscript {
    letters: Vec<u8>,
    ellipsis: Option<usize>,
}

impl Subscript {
    fn parse(text: &[u8]) -> Judged<Self> {
        let (mut letters, mut ellipsis) = (Vec::new(), None);
        let mut rest = text;
        while let Some((first, tail)) = rest.split_first() {
            if let Some(tail) = rest.strip_prefix(b"...") {
                if ellipsis.replace(letters.len()).is_some() {
                    return Err(UNFIT);
                }
                rest = tail;
            } else if first.is_ascii_alphabetic() && letters.len() < MAX_LABELS {
                letters.push(*first);
                rest = tail;
            } else {
                return Err(UNFIT);
            }
        }
        Ok(Self { letters, ellipsis })
    }

    /// Labels of the axes, the ellipsis standing for `hidden` of them: 0, 1, ...
    fn labels(&self, hidden: usize) -> Vec<u8> {
        let mut labels = self.letters.clone();
        if let Some(at) = self.ellipsis {
            let hidden = 0..u8::try_from(hidden).unwrap_or(0);
            labels.splice(at..at, hidden);
        }
        labels
    }
}

struct Equation {
    inputs: Vec<Subscript>,
    /// Absent in the implicit form.
    output: Option<Subscript>,
}

impl Equation {
    fn parse(text: &[u8]) -> Judged<Self> {
        let text: Vec<u8> = text.iter().copied().filter(|c| *c != b' ').collect();
        let arrow = text.windows(2).position(|pair| pair == b"->");
        let (left, right) = match arrow {
            Some(at) => {
                let (left, right) = text.split_at_checked(at).ok_or(UNFIT)?;
                (left, Some(Subscript::parse(right.get(2..).unwrap_or_default())?))
            },
            None => (text.as_slice(), None),
        };
        let inputs = left.split(|c| *c == b',').map(Subscript::parse).collect::<Judged<_>>()?;
        Ok(Self { inputs, output: right })
    }
}

/// A label: its length, and its step in each operand (0 where the operand repeats).
#[derive(Clone, Debug)]
struct Label {
    name: u8,
    length: u64,
    steps: [u64; 2],
    /// Whether the operand has it with more than one element.
    long: [bool; 2],
}

struct Plan {
    /// In order of their numbers.
    labels: Vec<Label>,
    /// Labels of the output's axes, by position in `labels`.
    output: Vec<usize>,
}

impl Plan {
    fn of(call: &Call<'_>) -> Judged<Self> {
        let equation = Equation::parse(call.text("equation", "")?)?;
        let operands = equation.inputs.len();
        if operands > 2 {
            return Err(Reject::Unsupported("Einsum of more than two operands"));
        }
        if operands != call.node.inputs.len() {
            return Err(UNFIT);
        }
        let mut hidden = 0;
        for (n, subscript) in equation.inputs.iter().enumerate() {
            let missing = call.dims(n)?.len().checked_sub(subscript.letters.len()).ok_or(UNFIT)?;
            match (subscript.ellipsis, missing) {
                (_, 0) => {},
                (Some(_), own) if hidden == 0 || hidden == own => hidden = own,
                _ => return Err(UNFIT),
            }
        }
        let mut labels: Vec<Label> = (0..u8::try_from(hidden).map_err(|_| UNFIT)?).map(Label::new).collect();
        let mut uses: Vec<u8> = Vec::new();
        for (n, subscript) in equation.inputs.iter().enumerate() {
            let dims = call.dims(n)?;
            let own = if dims.len() == subscript.letters.len() { 0 } else { hidden };
            for ((name, length), step) in subscript.labels(own).into_iter().zip(dims).zip(strides(dims)) {
                let known = labels.iter().position(|label| label.name == name);
                let at = known.unwrap_or(labels.len());
                if known.is_none() {
                    labels.push(Label::new(name));
                }
                uses.push(name);
                labels.get_mut(at).ok_or(UNFIT)?.meet(n, *length, step)?;
            }
        }
        let names = match &equation.output {
            Some(output) if hidden > 0 && output.ellipsis.is_none() => return Err(UNFIT),
            Some(output) => output.labels(hidden),
            None => implicit(&labels, &uses)?,
        };
        let position = |name: &u8| labels.iter().position(|label| label.name == *name).ok_or(UNFIT);
        let output: Vec<usize> = names.iter().map(position).collect::<Judged<_>>()?;
        if (1..output.len()).any(|n| output.get(..n).unwrap_or_default().contains(output.get(n).unwrap_or(&0))) {
            return Err(UNFIT);
        }
        Ok(Self { labels, output })
    }

    fn dims(&self) -> Vec<u64> {
        self.output.iter().filter_map(|n| self.labels.get(*n)).map(|label| label.length).collect()
    }

    /// Labels that are summed over.
    fn summed(&self) -> Vec<&Label> {
        let summed = self.labels.iter().enumerate().filter(|(n, _)| !self.output.contains(n));
        summed.map(|(_, label)| label).collect()
    }

    /// Coordinate of every label at output element `index`; 0 for those that are summed over.
    fn coordinates(&self, index: u64) -> Vec<u64> {
        let mut all = vec![0; self.labels.len()];
        for (n, c) in self.output.iter().zip(coordinates(&self.dims(), index)) {
            if let Some(to) = all.get_mut(*n) {
                *to = c;
            }
        }
        all
    }

    /// Number and count of the labels of the output that only operand `own` has, flattened: a row or a column.
    fn flat(&self, at: &[u64], own: usize) -> (u64, u64) {
        let other = 1usize.saturating_sub(own);
        let labels = self.labels.iter().zip(at).enumerate().filter(|(n, _)| self.output.contains(n));
        labels
            .map(|(_, pair)| pair)
            .filter(|(label, _)| label.long.get(own) == Some(&true) && label.long.get(other) == Some(&false))
            .fold((0u64, 1u64), |(flat, count), (label, c)| {
                (flat.saturating_mul(label.length).saturating_add(*c), count.saturating_mul(label.length))
            })
    }

    /// Bits of the elements of operand `n` that meet in an output element, in the order of the sum.
    fn line(&self, call: &Call<'_>, n: usize, at: &[u64]) -> Judged<Vec<u64>> {
        let step = |label: &Label| label.steps.get(n).copied().unwrap_or(0);
        let start =
            self.labels.iter().zip(at).fold(0u64, |i, (label, c)| i.saturating_add(c.saturating_mul(step(label))));
        let summed = self.summed();
        let Some((last, outer)) = summed.split_last() else {
            return call.line(n, start, 1, 1);
        };
        let lengths: Vec<u64> = outer.iter().map(|label| label.length).collect();
        call.spend(count(&lengths))?;
        let mut line = Vec::new();
        for i in 0..count(&lengths) {
            let from = coordinates(&lengths, i)
                .into_iter()
                .zip(outer)
                .fold(start, |from, (c, label)| from.saturating_add(c.saturating_mul(step(label))));
            line.extend(call.line(n, from, step(last), last.length)?);
        }
        Ok(line)
    }
}

impl Label {
    fn new(name: u8) -> Self {
        Self { name, length: 1, steps: [0; 2], long: [false; 2] }
    }

    /// An axis of operand `n` has this label. Twice in one operand: its diagonal.
    fn meet(&mut self, n: usize, length: u64, step: u64) -> Judged<()> {
        if length != 1 {
            if self.length != 1 && self.length != length {
                return Err(UNFIT);
            }
            self.length = length;
            let own = self.steps.get_mut(n).ok_or(UNFIT)?;
            *own = own.saturating_add(step);
            *self.long.get_mut(n).ok_or(UNFIT)? = true;
        }
        Ok(())
    }
}

/// The output of the implicit form: the ellipsis, then the letters that occur once, sorted.
fn implicit(labels: &[Label], uses: &[u8]) -> Judged<Vec<u8>> {
    if uses.iter().any(u8::is_ascii_uppercase) {
        return Err(Reject::Unsupported("capital labels in an implicit equation"));
    }
    let once = |name: &u8| uses.iter().filter(|used| *used == name).count() == 1;
    let mut names: Vec<u8> = labels.iter().map(|label| label.name).collect();
    names.retain(|name| !name.is_ascii_alphabetic() || once(name));
    names.sort_unstable();
    Ok(names)
}

/// Type and shape of the output.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Header::new(call.dtype(0)?, Plan::of(call)?.dims()).ok_or(Reject::Limit)
}

/// An element of the output.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let plan = Plan::of(call)?;
    let dtype = call.dtype(0)?;
    let at = plan.coordinates(index);
    let a = plan.line(call, 0, &at)?;
    if call.node.inputs.len() == 1 {
        return alone(call, &a);
    }
    if call.dtype(1)? != dtype {
        return Err(Reject::Malformed("operands of different types"));
    }
    let b = plan.line(call, 1, &at)?;
    let ((row, m), (column, n), k) = (plan.flat(&at, 0), plan.flat(&at, 1), a.len() as u64);
    // Labels of one operand alone are summed over before the product.
    let early = plan.summed().iter().any(|label| label.long == [true, false] || label.long == [false, true]);
    let schedule = call.schedule();
    // Such sums of 32-bit integers do not wrap.
    if early && (dtype == DType::Int32 || (schedule.is_some() && dtype.is_float())) {
        return Err(ALONE);
    }
    match (dtype, schedule) {
        (DType::Float32, None) => {
            let (a, b) = (f32s(&a), f32s(&b));
            let huge = |x: &F32| !x.abs().lt(HUGE);
            if early && a.iter().chain(&b).any(huge) {
                return Ok(Bound::ANY.into());
            }
            Ok(dot_bound(&a, &b, F32::ONE, &[]).into())
        },
        (DType::Float32, Some(schedule)) => {
            let product = Product { m, n, k, trans_a: false, trans_b: false, ldb: n, packed: false, plain: true };
            let order = product.order(row, column, u64::from(schedule.threads), 1);
            Ok(dot_exact(order, &f32s(&a), &f32s(&b), F32::ONE, None).into())
        },
        (DType::Float64, None) if !early => Ok(dot_bound_f64(&f64s(&a), &f64s(&b), F64::ONE, &[]).into()),
        (DType::Float64, Some(schedule)) => {
            let block = block_f64(m, n, k, column, u64::from(schedule.threads), true);
            Ok(dot_exact_f64(block, &f64s(&a), &f64s(&b), F64::ONE, None).into())
        },
        (DType::Int32 | DType::Int64, _) => {
            let product = |(x, y): (&u64, &u64)| dtype.integer(*x).wrapping_mul(dtype.integer(*y));
            Ok(Expected::Bits(dtype.bits(a.iter().zip(&b).map(product).fold(0, i64::wrapping_add))))
        },
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// One operand: a copy, or a sum.
fn alone(call: &Call<'_>, line: &[u64]) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if let [bits] = line {
        return Ok(Expected::Bits(*bits));
    }
    match dtype {
        DType::Int64 => {
            Ok(Expected::Bits(dtype.bits(line.iter().map(|x| dtype.integer(*x)).fold(0, i64::wrapping_add))))
        },
        DType::Float32 if call.schedule().is_none() => {
            let ones = vec![F32::ONE; line.len()];
            Ok(dot_bound(&f32s(line), &ones, F32::ONE, &[]).into())
        },
        DType::Float64 if call.schedule().is_none() => {
            let ones = vec![F64::ONE; line.len()];
            Ok(dot_bound_f64(&f64s(line), &ones, F64::ONE, &[]).into())
        },
        DType::Float32 | DType::Float64 | DType::Int32 => Err(ALONE),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// 2^96: sums of fewer numbers than [`crate::MAX_WORK`] below it do not overflow.
const HUGE: F32 = F32(0x6f80_0000);

fn f32s(line: &[u64]) -> Vec<F32> {
    line.iter().map(|bits| F32(*bits as u32)).collect()
}

fn f64s(line: &[u64]) -> Vec<F64> {
    line.iter().map(|bits| F64(*bits)).collect()
}

/// The axes that are summed over in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    let (Slot::Input(n), Some(Attribute::Text(text))) = (slot, node.attribute("equation")) else {
        return Layout::Natural;
    };
    let Ok(Equation { inputs, output: Some(output) }) = Equation::parse(text) else {
        return Layout::Natural;
    };
    let Some(own) = inputs.get(n) else { return Layout::Natural };
    let hidden = rank.and_then(|rank| rank.checked_sub(own.letters.len()));
    let hidden = if own.ellipsis.is_some() { hidden } else { Some(0) };
    let Some(hidden) = hidden else {
        return Layout::Natural;
    };
    let labels = own.labels(hidden);
    let summed = |name: &u8| name.is_ascii_alphabetic() && !output.letters.contains(name);
    let set = labels.iter().take(8).enumerate().filter(|(_, name)| summed(name));
    let set = set.fold(0u8, |set, (axis, _)| set | 1u8.checked_shl(axis as u32).unwrap_or(0));
    let trailing = labels.iter().skip_while(|name| !summed(name)).all(summed);
    if set == 0 || trailing {
        Layout::Natural
    } else {
        Layout::Last(set)
    }
}
