//! Matrix products of bytes: `MatMulInteger`, `QLinearMatMul` (ONNX), `MatMulIntegerToFloat`, `DynamicQuantizeMatMul`
//! (com.microsoft).

use super::{
    dot::{dot, dot_exact, Pairs},
    linear::{has_range, Dynamic},
    number::{Enclosure, Number, Whole},
    parameters::{dtype_of, in_mode, requantise, scale, zero},
};
use crate::{operators::contraction::matmul::Plan, Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot};
use alloc::vec::Vec;

const MISMATCH: Reject = Reject::Malformed("a scale, zero point or bias that does not fit");

/// Positions of the operands; scales and zero points may be absent from an operator.
#[derive(Clone, Copy)]
struct Inputs {
    a: usize,
    b: usize,
    zero_a: usize,
    zero_b: usize,
}

const INTEGER: Inputs = Inputs { a: 0, b: 1, zero_a: 2, zero_b: 3 };
const QLINEAR: Inputs = Inputs { a: 0, b: 3, zero_a: 2, zero_b: 5 };
const TO_FLOAT: Inputs = Inputs { a: 0, b: 1, zero_a: 4, zero_b: 5 };
const DYNAMIC: Inputs = Inputs { a: 0, b: 1, zero_a: usize::MAX, zero_b: 3 };

/// A column of the second operand.
#[derive(Clone, Copy)]
struct Column {
    columns: u64,
    column: u64,
    /// The same, all matrices of a stack counted.
    stacked: u64,
}

impl Column {
    /// Position of a column's parameter: those of a stack of matrices come matrix by matrix.
    fn of(&self, call: &Call<'_>, input: usize) -> Judged<u64> {
        let stacked = call.has(input) && call.header(input)?.count() > self.columns;
        Ok(if stacked { self.stacked } else { self.column })
    }
}

impl Inputs {
    fn plan(&self, call: &Call<'_>) -> Judged<Plan> {
        Plan::of_shapes(call.dims(self.a)?, call.dims(self.b)?)
    }

    /// The second operand's column and its zero point, and where parameters of that column lie.
    fn column(&self, call: &Call<'_>, plan: &Plan, index: u64) -> Judged<(Vec<i64>, i64, Column)> {
        let dtype = byte(call.dtype(self.b)?)?;
        let (_, column, _, run) = plan.locate(index);
        let b = integers(dtype, call.line(self.b, run.start, run.stride, plan.k)?);
        let matrix = run.start.checked_div(plan.step_b).unwrap_or(0);
        let column = Column { columns: plan.n, column, stacked: matrix.saturating_mul(plan.n).saturating_add(column) };
        Ok((b, zero(call, self.zero_b, column.of(call, self.zero_b)?)?, column))
    }

    /// Sum of products for an output element, and its column.
    fn sum(&self, call: &Call<'_>, index: u64) -> Judged<(Whole, Column)> {
        let plan = self.plan(call)?;
        let (b, zero_b, column) = self.column(call, &plan, index)?;
        let dtype = byte(call.dtype(self.a)?)?;
        let (_, _, run, _) = plan.locate(index);
        let a = integers(dtype, call.line(self.a, run.start, run.stride, plan.k)?);
        let rows = call.has(self.zero_a) && call.header(self.zero_a)?.count() > 1;
        if rows {
            return Err(Reject::Unsupported("zero points by row"));
        }
        let pairs = Pairs::of(call.schedule(), mixed(dtype, call.dtype(self.b)?));
        let zero_a = zero(call, self.zero_a, 0)?;
        Ok((dot_exact(pairs, &a, zero_a, &b, zero_b), column))
    }

    fn header(&self, call: &Call<'_>, dtype: DType) -> Judged<Header> {
        Header::new(dtype, self.plan(call)?.dims).ok_or(Reject::Limit)
    }
}

/// Whether kernels without VNNI saturate: unsigned times signed.
pub(super) fn mixed(a: DType, b: DType) -> bool {
    a == DType::Uint8 && b == DType::Int8
}

/// 8-bit integers only.
pub(super) fn byte(dtype: DType) -> Judged<DType> {
    if matches!(dtype, DType::Uint8 | DType::Int8) {
        Ok(dtype)
    } else {
        Err(Reject::Unsupported("this quantised type"))
    }
}

/// Values of integer elements.
pub(super) fn integers(dtype: DType, bits: Vec<u64>) -> Vec<i64> {
    bits.into_iter().map(|bits| dtype.integer(bits)).collect()
}

/// Whether a parameter is one number, or one per column, of each matrix perhaps.
fn fits(call: &Call<'_>, input: usize, columns: u64) -> Judged<()> {
    if call.has(input) && !matches!(call.header(input)?.count(), n if n == 1 || n.checked_rem(columns) == Some(0)) {
        return Err(MISMATCH);
    }
    Ok(())
}

/// Whether the product's kernel takes scales of this shape; others are multiplied in afterwards.
fn taken(scales: &[u64], b: &[u64]) -> bool {
    match *scales {
        [] | [1] => true,
        [columns] if b.len() == 2 => b.last() == Some(&columns),
        _ => {
            let rows = b.len().saturating_sub(2);
            scales.len() == b.len()
                && scales.iter().zip(b).enumerate().all(|(n, (s, b))| *s == if n == rows { 1 } else { *b })
        },
    }
}

// --- MatMulInteger ---

/// Type and shape of `MatMulInteger`'s output.
pub(super) fn integer_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    INTEGER.header(call, DType::Int32)
}

/// An element of `MatMulInteger`.
pub(super) fn integer(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(INTEGER.sum(call, index)?.0.store(DType::Int32))
}

// --- QLinearMatMul ---

/// Type and shape of `QLinearMatMul`'s output.
pub(super) fn qlinear_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let dtype = call.dtype(7)?;
    fits(call, 4, QLINEAR.plan(call)?.n)?;
    QLINEAR.header(call, dtype)
}

/// An element of `QLinearMatMul`.
pub(super) fn qlinear(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, qlinear_in(call, index))
}

fn qlinear_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let (sum, column) = QLINEAR.sum(call, index)?;
    let factor = scale::<N>(call, 1, 0)? * scale(call, 4, column.of(call, 4)?)? / scale(call, 6, 0)?;
    requantise(sum, factor, zero(call, 7, 0)?, call.dtype(7)?)
}

// --- MatMulIntegerToFloat ---

/// Type and shape of `MatMulIntegerToFloat`'s output.
pub(super) fn to_float_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let plan = TO_FLOAT.plan(call)?;
    fits(call, 3, plan.n)?;
    if call.has(6) && call.dims(6)? != [plan.n] {
        return Err(MISMATCH);
    }
    TO_FLOAT.header(call, DType::Float32)
}

/// An element of `MatMulIntegerToFloat`.
pub(super) fn to_float(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, to_float_in(call, index))
}

fn to_float_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let (sum, column) = TO_FLOAT.sum(call, index)?;
    to_float32(call, &TO_FLOAT, sum, scale::<N>(call, 2, 0)?, column, (3, 6))
}

/// A sum scaled by both operands' scales, plus a bias: the second's scale and the bias are inputs.
fn to_float32<N: Number>(
    call: &Call<'_>,
    inputs: &Inputs,
    sum: Whole,
    scale_a: N,
    column: Column,
    (scale_b, bias): (usize, usize),
) -> Judged<Expected> {
    let own = scale::<N>(call, scale_b, column.of(call, scale_b)?)?;
    let biased = |y: N| -> Judged<N> {
        if !call.has(bias) {
            return Ok(y);
        }
        Ok(y + N::of(call.f32(bias, column.column)?))
    };
    if taken(call.dims(scale_b)?, call.dims(inputs.b)?) {
        return biased(N::whole(sum) * (scale_a * own))?.store(DType::Float32);
    }
    // Multiplied in at the end, after the bias: so it is multiplied too.
    (biased(N::whole(sum) * scale_a)? * own).store(DType::Float32)
}

// --- DynamicQuantizeMatMul ---

/// Type and shape of `DynamicQuantizeMatMul`'s output.
pub(super) fn dynamic_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let plan = DYNAMIC.plan(call)?;
    call.of_type(0, DType::Float32)?;
    fits(call, 2, plan.n)?;
    if call.has(4) && call.dims(4)? != [plan.n] {
        return Err(MISMATCH);
    }
    DYNAMIC.header(call, DType::Float32)
}

/// An element of `DynamicQuantizeMatMul`. Reads the whole first operand, whose range sets its scale.
pub(super) fn dynamic(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    if has_range(call, 0)? {
        in_mode!(call, dynamic_in(call, index))
    } else {
        dynamic_in::<Enclosure>(call, index)
    }
}

fn dynamic_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let plan = DYNAMIC.plan(call)?;
    let (b, zero_b, column) = DYNAMIC.column(call, &plan, index)?;
    let quantisation = Dynamic::<N>::of(call, 0)?;
    let (_, _, run, _) = plan.locate(index);
    let a = call.f32_line(0, run.start, run.stride, plan.k)?;
    let a = a.into_iter().map(|x| quantisation.quantise(x)).collect::<Judged<Vec<Whole>>>()?;
    let pairs = Pairs::of(call.schedule(), call.dtype(1)? == DType::Int8);
    let sum = dot(pairs, &a, quantisation.zero, &b, zero_b);
    to_float32(call, &DYNAMIC, sum, quantisation.scale, column, (2, 4))
}

// --- QGemm ---

/// Shapes of `QGemm`: rows, columns, length of a sum, transpositions.
struct Gemm {
    m: u64,
    n: u64,
    k: u64,
    trans_a: bool,
    trans_b: bool,
    lda: u64,
    ldb: u64,
}

impl Gemm {
    fn of(call: &Call<'_>) -> Judged<Self> {
        let (trans_a, trans_b) = (call.int("transA", 0)? != 0, call.int("transB", 0)? != 0);
        let (&[a0, a1], &[b0, b1]) = (call.dims(0)?, call.dims(3)?) else {
            return Err(Reject::Malformed("QGemm of something else than matrices"));
        };
        let (m, k) = if trans_a { (a1, a0) } else { (a0, a1) };
        let (own, n) = if trans_b { (b1, b0) } else { (b0, b1) };
        if own != k {
            return Err(Reject::Malformed("matrices that do not fit each other"));
        }
        Ok(Self { m, n, k, trans_a, trans_b, lda: a1, ldb: b1 })
    }

    fn line(&self, call: &Call<'_>, input: usize, along: u64, ld: u64, transposed: bool) -> Judged<Vec<i64>> {
        let dtype = byte(call.dtype(input)?)?;
        let (start, stride) = if transposed { (along, ld) } else { (along.saturating_mul(ld), 1) };
        Ok(integers(dtype, call.line(input, start, stride, self.k)?))
    }
}

/// Type and shape of `QGemm`'s output: float32 if it is not quantised.
pub(super) fn gemm_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let gemm = Gemm::of(call)?;
    fits(call, 4, gemm.n)?;
    fits(call, 5, gemm.n)?;
    let dtype = if call.has(7) { dtype_of(call, 8, call.dtype(0)?)? } else { DType::Float32 };
    Header::new(dtype, [gemm.m, gemm.n].into()).ok_or(Reject::Limit)
}

/// An element of `QGemm`.
pub(super) fn gemm(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let dtype = gemm_header(call, output)?.dtype;
    in_mode!(call, gemm_in(call, dtype, index))
}

fn gemm_in<N: Number>(call: &Call<'_>, dtype: DType, index: u64) -> Judged<Expected> {
    let gemm = Gemm::of(call)?;
    let (row, column) = (index.checked_div(gemm.n).unwrap_or(0), index.checked_rem(gemm.n).unwrap_or(0));
    let a = gemm.line(call, 0, row, gemm.lda, gemm.trans_a)?;
    let b = gemm.line(call, 3, column, gemm.ldb, !gemm.trans_b)?;
    let pairs = Pairs::of(call.schedule(), mixed(call.dtype(0)?, call.dtype(3)?));
    let mut sum = dot_exact(pairs, &a, zero(call, 2, 0)?, &b, zero(call, 5, column)?);
    if call.has(6) {
        let at = crate::operators::shape::broadcast_index(&[gemm.m, gemm.n], call.dims(6)?, index);
        sum = super::dot::wrapped(sum.plus(Whole::of(call.integer(6, at)?)));
    }
    let alpha = N::scale(call.float("alpha", crate::soft::F32::ONE)?);
    let factor = alpha * scale(call, 1, 0)? * scale(call, 4, column)?;
    if !call.has(7) {
        return (N::whole(sum) * factor).store(DType::Float32);
    }
    requantise(sum, factor / scale(call, 7, 0)?, zero(call, 8, 0)?, dtype)
}

/// Rows of the first operand and columns of the second in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    let set = |name: &str| matches!(node.attribute(name), Some(crate::Attribute::Int(value)) if *value != 0);
    let second = if matches!(node.operator.as_slice(), b"QLinearMatMul" | b"QGemm") { 3 } else { 1 };
    let swapped = match slot {
        Slot::Input(0) => set("transA"),
        Slot::Input(n) if n == second => !set("transB"),
        _ => false,
    };
    if swapped && rank.is_none_or(|rank| rank >= 2) {
        Layout::Swapped
    } else {
        Layout::Natural
    }
}
