//! Sums of products in the orders of MLAS's kernels.
//!
//! The orders were found by replaying ONNX Runtime 1.31 bit for bit (research: exact_rows.py, functions gemm, m1, m1t).

use crate::soft::{F32, F64};

/// Order in which a kernel sums the products of one output element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Blocks of this many products: within a block a chain of fused multiply-adds from 0, block after block added to
    /// the running sum (by `fma(block, alpha, sum)`).
    Blocks(usize),
    /// The kernel for a row times a matrix: four products (then two, then one) rounded and added left to right, then
    /// added to the running sum. No fused multiply-add.
    Rows,
    /// The kernel for a row times a transposed matrix: rounded products in eight running sums.
    Lanes(Fold),
}

/// How eight running sums become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Output columns taken four at a time: the halves left to right, then their sum.
    Quad,
    /// A last pair of columns.
    Pair,
    /// A last single column.
    Single,
}

/// `start + alpha * (a . b)` in this order. `start` is absent where the kernel does not read its output. With
/// [`Order::Rows`] and [`Order::Lanes`] alpha is 1: their callers see to it. Sums nothing: `start`, or 0.
pub fn dot_exact(order: Order, a: &[F32], b: &[F32], alpha: F32, start: Option<F32>) -> F32 {
    match order {
        Order::Blocks(size) => blocks(size, a, b, alpha, start),
        Order::Rows => rows(a, b, start),
        Order::Lanes(fold) => lanes(fold, a, b, start),
    }
}

/// A chain of fused multiply-adds from `start`.
#[inline]
pub fn chain(a: &[F32], b: &[F32], start: F32) -> F32 {
    let mut sum = start;
    for (x, y) in a.iter().zip(b) {
        sum = x.mul_add(*y, sum);
    }
    sum
}

fn blocks(size: usize, a: &[F32], b: &[F32], alpha: F32, start: Option<F32>) -> F32 {
    let mut sum = start;
    for (a, b) in a.chunks(size.max(1)).zip(b.chunks(size.max(1))) {
        let block = chain(a, b, F32::ZERO);
        sum = Some(match sum {
            None => block * alpha,
            Some(sum) => block.mul_add(alpha, sum),
        });
    }
    sum.unwrap_or(F32::ZERO)
}

fn rows(a: &[F32], b: &[F32], start: Option<F32>) -> F32 {
    let mut sum = start.unwrap_or(F32::ZERO);
    let mut groups = a.chunks_exact(4).zip(b.chunks_exact(4));
    for (a, b) in &mut groups {
        sum = group(a, b) + sum;
    }
    let done = a.len() & !3;
    for (a, b) in [(done, 2), (done.saturating_add(a.len() & 2), 1)].into_iter().filter_map(|(from, width)| {
        (a.len() & width != 0).then_some((a.get(from..)?.get(..width)?, b.get(from..)?.get(..width)?))
    }) {
        sum = group(a, b) + sum;
    }
    sum
}

#[inline]
fn group(a: &[F32], b: &[F32]) -> F32 {
    a.iter().zip(b).map(|(x, y)| *x * *y).reduce(|sum, product| sum + product).unwrap_or(F32::ZERO)
}

fn lanes(fold: Fold, a: &[F32], b: &[F32], start: Option<F32>) -> F32 {
    let mut sums = [F32::ZERO; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        for (sum, (x, y)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum = *sum + *x * *y;
        }
    }
    let [l0, l1, l2, l3, h0, h1, h2, h3] = sums;
    let sum = match fold {
        Fold::Quad => (((l0 + l1) + l2) + l3) + (((h0 + h1) + h2) + h3),
        Fold::Pair => ((l2 + l0) + (h2 + h0)) + ((l3 + l1) + (h3 + h1)),
        Fold::Single => ((l0 + l1) + (l2 + l3)) + ((h0 + h1) + (h2 + h3)),
    };
    match start {
        None => sum,
        Some(start) => sum + start,
    }
}

/// [`Order::Blocks`] in binary64.
pub fn dot_exact_f64(size: usize, a: &[F64], b: &[F64], alpha: F64, start: Option<F64>) -> F64 {
    let mut sum = start;
    for (a, b) in a.chunks(size.max(1)).zip(b.chunks(size.max(1))) {
        let mut block = F64::ZERO;
        for (x, y) in a.iter().zip(b) {
            block = x.mul_add(*y, block);
        }
        sum = Some(match sum {
            None => block * alpha,
            Some(sum) => block.mul_add(alpha, sum),
        });
    }
    sum.unwrap_or(F64::ZERO)
}
