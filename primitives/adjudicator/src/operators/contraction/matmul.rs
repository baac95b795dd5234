//! Matrix products: `MatMul` (ONNX), `FusedMatMul` and `TransposeMatMul` (com.microsoft).
//!
//! Shapes and batches are those of ONNX Runtime's MatMulComputeHelper: a matrix (or a stack of one) on the right joins
//! all leading dimensions of the left into rows of one product; otherwise the leading dimensions broadcast and every
//! pair of matrices is a product of its own.

use super::{
    bound::{dot_bound, dot_bound_f64},
    dot::{dot_exact, dot_exact_f64},
    product::Product,
};
use crate::{
    operators::shape,
    soft::{F32, F64},
    Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::vec::Vec;

/// Where the elements of a matrix' row or column lie in an operand.
#[derive(Clone, Copy, Debug)]
pub(in crate::operators) struct Run {
    /// Index of the first.
    pub start: u64,
    /// Distance between neighbours.
    pub stride: u64,
}

/// Attributes of the family; `MatMul` has none of them.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::operators) struct Transposition {
    a: bool,
    b: bool,
    batch_a: bool,
    batch_b: bool,
}

impl Transposition {
    fn of(call: &Call<'_>) -> Judged<Self> {
        let flag = |name| Ok::<_, Reject>(call.int(name, 0)? != 0);
        // Vectors are never transposed.
        let (rank_a, rank_b) = (call.dims(0)?.len(), call.dims(1)?.len());
        Ok(Self {
            a: flag("transA")? && rank_a != 1,
            b: flag("transB")? && rank_b != 1,
            batch_a: flag("transBatchA")?,
            batch_b: flag("transBatchB")?,
        })
    }
}

/// The shapes of one call.
#[derive(Clone, Debug)]
pub(in crate::operators) struct Plan {
    /// Shape of the output.
    pub dims: Vec<u64>,
    /// The product that is made for each batch.
    m: u64,
    pub n: u64,
    pub k: u64,
    /// Leading dimensions of the output, and of each operand broadcast against them.
    batch: Vec<u64>,
    batch_a: Vec<u64>,
    batch_b: Vec<u64>,
    /// Elements from one matrix to the next.
    step_a: u64,
    pub step_b: u64,
    /// Elements from one stored row to the next.
    lda: u64,
    ldb: u64,
    trans: Transposition,
}

const MISMATCH: Reject = Reject::Malformed("matrices that do not fit each other");

impl Plan {
    fn of(call: &Call<'_>) -> Judged<Self> {
        let trans = Transposition::of(call)?;
        let (a, b) = (call.dims(0)?, call.dims(1)?);
        if a.is_empty() || b.is_empty() {
            return Err(MISMATCH);
        }
        Self::flat(a, b, trans).unwrap_or_else(|| Self::stacked(a, b, trans))
    }

    /// The product of operands of these shapes, none transposed.
    pub fn of_shapes(a: &[u64], b: &[u64]) -> Judged<Self> {
        if a.is_empty() || b.is_empty() {
            return Err(MISMATCH);
        }
        let trans = Transposition::default();
        let plan = Self::flat(a, b, trans).unwrap_or_else(|| Self::stacked(a, b, trans))?;
        Ok(split_rows(plan, a, b))
    }

    /// One product with the left operand's leading dimensions joined, where the right operand is one matrix.
    fn flat(a: &[u64], b: &[u64], trans: Transposition) -> Option<Judged<Self>> {
        let (k, rows) = a.split_last()?;
        let (leading, matrix) = b.split_at_checked(b.len().checked_sub(2)?)?;
        let [b0, b1] = *matrix else { return None };
        let apply = !trans.a
            && !trans.batch_a
            && !trans.batch_b
            && a.len() >= 2
            && a.len() >= b.len()
            && leading.iter().all(|d| *d == 1);
        if !apply {
            return None;
        }
        let (own, n) = if trans.b { (b1, b0) } else { (b0, b1) };
        if own != *k {
            return Some(Err(MISMATCH));
        }
        let mut dims = rows.to_vec();
        dims.push(n);
        Some(Ok(Self {
            dims,
            m: shape::count(rows),
            n,
            k: *k,
            batch: Vec::new(),
            batch_a: Vec::new(),
            batch_b: Vec::new(),
            step_a: 0,
            step_b: 0,
            lda: *k,
            ldb: b1,
            trans,
        }))
    }

    fn stacked(a: &[u64], b: &[u64], trans: Transposition) -> Judged<Self> {
        let vector_a = a.len() == 1;
        let vector_b = b.len() == 1;
        if (trans.batch_a || trans.batch_b) && (a.len() < 3 || a.len() != b.len()) {
            return Err(MISMATCH);
        }
        if vector_b && trans.a {
            return Err(Reject::Unsupported("a transposed matrix times a vector"));
        }
        let left = Stack::of(a, trans.a, trans.batch_a, false)?;
        let right = Stack::of(b, trans.b, trans.batch_b, true)?;
        if left.columns != right.rows {
            return Err(MISMATCH);
        }
        let batch = shape::broadcast([left.leading.as_slice(), right.leading.as_slice()])?;
        let mut dims = batch.clone();
        if !vector_a && !vector_b {
            dims.push(left.rows);
        }
        // With a vector on the right every row of the left is a product of its own.
        if !vector_b {
            dims.push(right.columns);
        }
        let pad = |leading: Vec<u64>| -> Vec<u64> {
            let missing = batch.len().saturating_sub(leading.len());
            core::iter::repeat_n(1, missing).chain(leading).collect()
        };
        Ok(Self {
            dims,
            m: left.rows,
            n: right.columns,
            k: left.columns,
            batch_a: pad(left.leading),
            batch_b: pad(right.leading),
            batch,
            step_a: left.step,
            step_b: right.step,
            lda: left.stored_row,
            ldb: right.stored_row,
            trans,
        })
    }

    /// Row and column within its product, and where the elements lie that meet in output element `index`.
    pub fn locate(&self, index: u64) -> (u64, u64, Run, Run) {
        let column = index.checked_rem(self.n).unwrap_or(0);
        let rest = index.checked_div(self.n).unwrap_or(0);
        let row = rest.checked_rem(self.m).unwrap_or(0);
        let batch = rest.checked_div(self.m).unwrap_or(0);
        let at = |dims: &[u64], step: u64| shape::broadcast_index(&self.batch, dims, batch).saturating_mul(step);
        let run = |start: u64, along: u64, ld: u64, transposed: bool| {
            if transposed {
                Run { start: start.saturating_add(along), stride: ld }
            } else {
                Run { start: start.saturating_add(along.saturating_mul(ld)), stride: 1 }
            }
        };
        let a = run(at(&self.batch_a, self.step_a), row, self.lda, self.trans.a);
        let b = run(at(&self.batch_b, self.step_b), column, self.ldb, !self.trans.b);
        (row, column, a, b)
    }
}

/// A stack of matrices: the leading dimensions, and the matrix as it enters the product.
struct Stack {
    leading: Vec<u64>,
    rows: u64,
    columns: u64,
    step: u64,
    stored_row: u64,
}

impl Stack {
    /// `transposed`: the matrix lies transposed; `batched`: the first stored dimension is the matrix' own and the batch
    /// follows it; `right`: a vector is a column.
    fn of(dims: &[u64], transposed: bool, batched: bool, right: bool) -> Judged<Self> {
        if let [k] = *dims {
            let (rows, columns) = if right { (k, 1) } else { (1, k) };
            return Ok(Self { leading: Vec::new(), rows, columns, step: 0, stored_row: columns });
        }
        let (last, rest) = dims.split_last().ok_or(MISMATCH)?;
        let (first, leading, step, stored_row);
        if batched {
            let (own, batch) = rest.split_first().ok_or(MISMATCH)?;
            (first, leading, step, stored_row) = (*own, batch, *last, last.saturating_mul(shape::count(batch)));
        } else {
            let (own, batch) = rest.split_last().ok_or(MISMATCH)?;
            (first, leading, step, stored_row) = (*own, batch, own.saturating_mul(*last), *last);
        }
        let (rows, columns) = if transposed { (*last, first) } else { (first, *last) };
        Ok(Self { leading: leading.to_vec(), rows, columns, step, stored_row })
    }
}

/// A vector on the right: every row of the left is a batch of one product `1 x K` times `K x 1`.
fn split_rows(mut plan: Plan, a: &[u64], b: &[u64]) -> Plan {
    if b.len() == 1 && a.len() > 1 {
        plan.batch.push(plan.m);
        plan.batch_a.push(plan.m);
        plan.batch_b.push(1);
        plan.dims = plan.batch.clone();
        plan.step_a = plan.k;
        plan.m = 1;
    }
    plan
}

fn plan(call: &Call<'_>) -> Judged<Plan> {
    Ok(split_rows(Plan::of(call)?, call.dims(0)?, call.dims(1)?))
}

/// Type and shape of the output.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let dtype = call.dtype(0)?;
    if call.dtype(1)? != dtype {
        return Err(Reject::Malformed("operands of different types"));
    }
    Header::new(dtype, plan(call)?.dims).ok_or(Reject::Limit)
}

/// An element of `MatMul`.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let plan = plan(call)?;
    match call.dtype(0)? {
        DType::Float32 => float32(call, &plan, index),
        DType::Float64 => float64(call, &plan, index),
        DType::Int32 | DType::Uint32 | DType::Int64 | DType::Uint64 => integer(call, &plan, index),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// An element of `FusedMatMul` or `TransposeMatMul`.
pub(super) fn element_fused(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    match call.dtype(0)? {
        DType::Float32 => float32(call, &plan(call)?, index),
        DType::Float64 => float64(call, &plan(call)?, index),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

fn float32(call: &Call<'_>, plan: &Plan, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32::ONE)?;
    if plan.k == 0 {
        return Ok(F32::ZERO.into());
    }
    let (row, column, a, b) = plan.locate(index);
    let a = call.f32_line(0, a.start, a.stride, plan.k)?;
    let b = call.f32_line(1, b.start, b.stride, plan.k)?;
    let Some(schedule) = call.schedule() else {
        return Ok(dot_bound(&a, &b, alpha, &[]).into());
    };
    let product = Product {
        m: plan.m,
        n: plan.n,
        k: plan.k,
        trans_a: plan.trans.a,
        trans_b: plan.trans.b,
        ldb: plan.ldb,
        packed: call.is_weight(1) && call.dims(1)?.len() == 2,
        plain: alpha == F32::ONE,
    };
    let order = product.order(row, column, u64::from(schedule.threads), shape::count(&plan.batch));
    Ok(dot_exact(order, &a, &b, alpha, None).into())
}

fn float64(call: &Call<'_>, plan: &Plan, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32::ONE)?.to_f64();
    if plan.k == 0 {
        return Ok(F64::ZERO.into());
    }
    let (_, column, a, b) = plan.locate(index);
    let values = |n, run: Run| -> Judged<Vec<F64>> {
        Ok(call.line(n, run.start, run.stride, plan.k)?.into_iter().map(F64).collect())
    };
    let (a, b) = (values(0, a)?, values(1, b)?);
    let Some(schedule) = call.schedule() else {
        return Ok(dot_bound_f64(&a, &b, alpha, &[]).into());
    };
    let block = super::product::block_f64(plan.m, plan.n, plan.k, column, u64::from(schedule.threads), !plan.trans.a);
    Ok(dot_exact_f64(block, &a, &b, alpha, None).into())
}

fn integer(call: &Call<'_>, plan: &Plan, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let (_, _, a, b) = plan.locate(index);
    let (a, b) = (call.line(0, a.start, a.stride, plan.k)?, call.line(1, b.start, b.stride, plan.k)?);
    let sum = a.iter().zip(&b).fold(0i64, |sum, (x, y)| sum.wrapping_add((*x as i64).wrapping_mul(*y as i64)));
    Ok(Expected::Bits(dtype.bits(sum)))
}

/// Rows of the first operand and columns of the second in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    let set = |name: &str| matches!(node.attribute(name), Some(crate::Attribute::Int(value)) if *value != 0);
    let swapped = match slot {
        Slot::Input(0) => set("transA"),
        Slot::Input(1) => !set("transB"),
        // A bias or a sum: one element.
        _ => return Layout::ANY,
    };
    if !swapped || rank.is_some_and(|rank| rank < 2) {
        return Layout::Natural;
    }
    match (slot, set("transBatchA"), set("transBatchB")) {
        // The matrix' own first dimension comes before the batch.
        (Slot::Input(0), true, _) | (Slot::Input(1), _, true) => Layout::Last(1),
        _ => Layout::Swapped,
    }
}
