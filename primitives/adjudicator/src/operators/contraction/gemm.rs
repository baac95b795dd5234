//! `Gemm` (ONNX) and `FusedGemm` (com.microsoft): `activation(alpha A B + beta C)`.

use super::{
    activation::Activation,
    bound::{dot_bound, dot_bound_f64, Term},
    dot::{dot_exact, dot_exact_f64},
    product::{block_f64, Product},
};
use crate::{
    operators::shape,
    soft::{F32, F64},
    Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::vec::Vec;

struct Plan {
    m: u64,
    n: u64,
    k: u64,
    /// Stored rows' lengths.
    lda: u64,
    ldb: u64,
    trans_a: bool,
    trans_b: bool,
}

impl Plan {
    fn of(call: &Call<'_>) -> Judged<Self> {
        let (trans_a, trans_b) = (call.int("transA", 0)? != 0, call.int("transB", 0)? != 0);
        let (&[a0, a1], &[b0, b1]) = (call.dims(0)?, call.dims(1)?) else {
            return Err(Reject::Malformed("Gemm of something else than matrices"));
        };
        let (m, k) = if trans_a { (a1, a0) } else { (a0, a1) };
        let (own, n) = if trans_b { (b1, b0) } else { (b0, b1) };
        if own != k {
            return Err(Reject::Malformed("matrices that do not fit each other"));
        }
        Ok(Self { m, n, k, lda: a1, ldb: b1, trans_a, trans_b })
    }

    /// The operands' elements that meet in element `row`, `column`.
    fn lines(&self, call: &Call<'_>, row: u64, column: u64) -> Judged<(Vec<u64>, Vec<u64>)> {
        let line = |n, along: u64, ld: u64, transposed: bool| {
            if transposed {
                call.line(n, along, ld, self.k)
            } else {
                call.line(n, along.saturating_mul(ld), 1, self.k)
            }
        };
        Ok((line(0, row, self.lda, self.trans_a)?, line(1, column, self.ldb, !self.trans_b)?))
    }
}

/// Type and shape of the output.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let plan = Plan::of(call)?;
    let dtype = call.dtype(0)?;
    if call.dtype(1)? != dtype || (call.has(2) && call.dtype(2)? != dtype) {
        return Err(Reject::Malformed("operands of different types"));
    }
    if call.has(2) {
        let c = call.dims(2)?;
        if c.len() > 2 || shape::broadcast([c, &[plan.m, plan.n]])? != [plan.m, plan.n] {
            return Err(Reject::Malformed("a bias that does not fit"));
        }
    }
    Header::new(dtype, [plan.m, plan.n].into()).ok_or(Reject::Limit)
}

/// An element of `Gemm`.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    match call.dtype(0)? {
        DType::Float32 => float32(call, index, Activation::Identity),
        DType::Float64 => float64(call, index),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// An element of `FusedGemm`.
pub(super) fn element_fused(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    float32(call, index, Activation::of_gemm(call)?)
}

/// Bits of the bias at this element, if there is one that counts.
fn bias(call: &Call<'_>, plan: &Plan, index: u64, beta: F32) -> Judged<Option<u64>> {
    if !call.has(2) || beta.is_zero() {
        return Ok(None);
    }
    let at = shape::broadcast_index(&[plan.m, plan.n], call.dims(2)?, index);
    call.bits(2, at).map(Some)
}

fn position(plan: &Plan, index: u64) -> (u64, u64) {
    (index.checked_div(plan.n).unwrap_or(0), index.checked_rem(plan.n).unwrap_or(0))
}

fn float32(call: &Call<'_>, index: u64, activation: Activation) -> Judged<Expected> {
    let plan = Plan::of(call)?;
    let (alpha, beta) = (call.float("alpha", F32::ONE)?, call.float("beta", F32::ONE)?);
    let (row, column) = position(&plan, index);
    let c = bias(call, &plan, index, beta)?.map(|bits| F32(bits as u32));
    if plan.k == 0 {
        // The kernel leaves the bias as it is, not multiplied by beta.
        return Ok(activation.exact(c.unwrap_or(F32::ZERO), None));
    }
    let (a, b) = plan.lines(call, row, column)?;
    let f32s = |line: Vec<u64>| -> Vec<F32> { line.into_iter().map(|bits| F32(bits as u32)).collect() };
    let (a, b) = (f32s(a), f32s(b));
    let Some(schedule) = call.schedule() else {
        let terms: Vec<Term<F32>> = c.into_iter().map(|value| Term { value, scale: beta }).collect();
        return Ok(activation.bound(dot_bound(&a, &b, alpha, &terms)).into());
    };
    let product = Product {
        m: plan.m,
        n: plan.n,
        k: plan.k,
        trans_a: plan.trans_a,
        trans_b: plan.trans_b,
        ldb: plan.ldb,
        packed: call.is_weight(1),
        plain: alpha == F32::ONE && (c.is_none() || beta == F32::ONE),
    };
    let order = product.order(row, column, u64::from(schedule.threads), 1);
    let start = c.map(|c| if beta == F32::ONE { c } else { c * beta });
    // One thread applies the activation to the whole output.
    let whole = plan.m.saturating_mul(plan.n) & !3;
    let packet = (schedule.threads == 1).then_some(index < whole);
    Ok(activation.exact(dot_exact(order, &a, &b, alpha, start), packet))
}

fn float64(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let plan = Plan::of(call)?;
    let (alpha, beta) = (call.float("alpha", F32::ONE)?, call.float("beta", F32::ONE)?);
    let (row, column) = position(&plan, index);
    let c = bias(call, &plan, index, beta)?.map(F64);
    if plan.k == 0 {
        return Ok(c.unwrap_or(F64::ZERO).into());
    }
    let (a, b) = plan.lines(call, row, column)?;
    let f64s = |line: Vec<u64>| -> Vec<F64> { line.into_iter().map(F64).collect() };
    let (a, b) = (f64s(a), f64s(b));
    let (alpha, beta) = (alpha.to_f64(), beta.to_f64());
    let Some(schedule) = call.schedule() else {
        let terms: Vec<Term<F64>> = c.into_iter().map(|value| Term { value, scale: beta }).collect();
        return Ok(dot_bound_f64(&a, &b, alpha, &terms).into());
    };
    let block = block_f64(plan.m, plan.n, plan.k, column, u64::from(schedule.threads), !plan.trans_a);
    let start = c.map(|c| if beta == F64::ONE { c } else { c * beta });
    Ok(dot_exact_f64(block, &a, &b, alpha, start).into())
}

/// Rows of the first operand and columns of the second in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    super::matmul::layout(node, slot, rank)
}
