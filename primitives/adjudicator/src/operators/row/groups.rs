//! Reduction over a set of axes: which elements one output element is made of, and in which order they come.

use super::super::shape;
use crate::{Call, Judged};
use alloc::vec::Vec;

/// A shape with neighbouring axes of the same kind (kept, reduced) merged.
#[derive(Clone, Debug)]
pub struct Groups {
    /// Of each merged axis: whether it is reduced, its length, its stride.
    pub axes: Vec<(bool, u64, u64)>,
}

/// Where the merged axes are reduced (R) or kept (K): what ONNX Runtime chooses its kernels by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Everything.
    All,
    /// The last axes.
    Last,
    /// The first axes.
    First,
    /// Axes in the middle, and the length of the first kept one.
    Middle(u64),
    /// First and last axes, and the length of the kept one between.
    Ends(u64),
    /// Any other.
    Other,
}

impl Groups {
    /// Of a shape, `reduced` saying which axes go.
    pub fn new(dims: &[u64], reduced: &[bool]) -> Self {
        let mut axes: Vec<(bool, u64, u64)> = Vec::new();
        for ((dim, stride), reduced) in dims.iter().zip(shape::strides(dims)).zip(reduced) {
            match axes.last_mut() {
                Some((kind, length, step)) if kind == reduced => {
                    *length = length.saturating_mul(*dim);
                    *step = stride;
                },
                _ => axes.push((*reduced, *dim, stride)),
            }
        }
        Self { axes }
    }

    /// How many elements one output element is made of.
    pub fn length(&self) -> u64 {
        self.axes.iter().filter(|a| a.0).fold(1, |n, a| n.saturating_mul(a.1))
    }

    /// Which kernel's shape this is.
    pub fn pattern(&self) -> Pattern {
        match self.axes.as_slice() {
            [] | [(true, ..)] => Pattern::All,
            [(false, ..), (true, ..)] => Pattern::Last,
            [(true, ..), (false, ..)] => Pattern::First,
            [(false, length, _), (true, ..), (false, ..)] => Pattern::Middle(*length),
            [(true, ..), (false, length, _), (true, ..)] => Pattern::Ends(*length),
            _ => Pattern::Other,
        }
    }

    /// Row (output element) to which element `index` of the input belongs.
    pub fn row_of(&self, index: u64) -> u64 {
        self.axes.iter().filter(|a| !a.0).fold(0u64, |row, (_, length, stride)| {
            let c = index.checked_div(*stride).and_then(|n| n.checked_rem(*length)).unwrap_or(0);
            row.saturating_mul(*length).saturating_add(c)
        })
    }

    /// Index of the first element of a row.
    pub fn origin(&self, row: u64) -> u64 {
        let mut rest = row;
        let mut at = 0u64;
        for (_, length, stride) in self.axes.iter().rev().filter(|a| !a.0) {
            let c = rest.checked_rem(*length).unwrap_or(0);
            rest = rest.checked_div(*length).unwrap_or(0);
            at = at.saturating_add(c.saturating_mul(*stride));
        }
        at
    }

    /// The bits of a row's elements, in row-major order of the reduced axes.
    pub fn read(&self, call: &Call<'_>, input: usize, row: u64) -> Judged<Vec<u64>> {
        let reduced: Vec<(u64, u64)> = self.axes.iter().filter(|a| a.0).map(|a| (a.1, a.2)).collect();
        let origin = self.origin(row);
        let Some(((count, stride), outer)) = reduced.split_last() else {
            return call.line(input, origin, 1, 1);
        };
        let runs = outer.iter().fold(1u64, |n, a| n.saturating_mul(a.0));
        if runs == 1 {
            return call.line(input, origin, *stride, *count);
        }
        call.spend(runs)?;
        let mut bits = Vec::new();
        for run in 0..runs {
            let mut rest = run;
            let mut at = origin;
            for (length, stride) in outer.iter().rev() {
                let c = rest.checked_rem(*length).unwrap_or(0);
                rest = rest.checked_div(*length).unwrap_or(0);
                at = at.saturating_add(c.saturating_mul(*stride));
            }
            bits.extend(call.line(input, at, *stride, *count)?);
        }
        Ok(bits)
    }
}
