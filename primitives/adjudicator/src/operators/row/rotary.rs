//! `RotaryEmbedding`, ONNX's since opset 23 and ONNX Runtime's own: pairs turned by tables of cosines and sines.

use super::{
    super::{any_layout, Exactness, Operator},
    bound,
    lanes::same_as_input,
    number::{number, store},
};
use crate::{soft::F32, Call, DType, Domain, Expected, Judged, Reject};

/// ONNX's: inputs x, cosines, sines, positions (absent: the tables have a row per batch and position).
pub const ROTARY: Operator = Operator {
    domain: Domain::Onnx,
    name: "RotaryEmbedding",
    opsets: (23, super::NEWEST_OPSET),
    exactness: Exactness::Scheduled(1),
    header: same_as_input,
    element: |call, _, index| element(call, index, Inputs { cosines: 1, sines: 2, positions: 3 }),
    layout: any_layout,
};

/// ONNX Runtime's: inputs x, positions, cosines, sines.
pub const ROTARY_MS: Operator = Operator {
    domain: Domain::Microsoft,
    opsets: (1, 1),
    element: |call, _, index| element(call, index, Inputs { cosines: 2, sines: 3, positions: 1 }),
    ..ROTARY
};

struct Inputs {
    cosines: usize,
    sines: usize,
    positions: usize,
}

/// Where an element stands: batch, position in the sequence, and index within its head of `size` elements.
struct Place {
    batch: u64,
    position: u64,
    length: u64,
    within: u64,
    size: u64,
}

fn place(call: &Call<'_>, index: u64, rotary: u64, inputs: &Inputs) -> Judged<Place> {
    let malformed = Reject::Malformed("shapes of a rotary embedding");
    let part = |n: u64, by: u64| n.checked_div(by).ok_or(malformed);
    let rest = |n: u64, by: u64| n.checked_rem(by).ok_or(malformed);
    Ok(match call.dims(0)? {
        [_, heads, length, size] => {
            let row = part(index, *size)?;
            let batch = part(part(row, *length)?, *heads)?;
            Place { batch, position: rest(row, *length)?, length: *length, within: rest(index, *size)?, size: *size }
        },
        [_, length, hidden] => {
            let heads = u64::try_from(call.int("num_heads", 0)?).map_err(|_| malformed)?;
            let table = call.dims(inputs.cosines)?.last().copied().unwrap_or(0);
            let whole = rotary == 0 && (heads == 0 || call.node.domain == Domain::Microsoft);
            let size = if whole { table.saturating_mul(2) } else { part(*hidden, heads)? };
            let row = part(index, *hidden)?;
            let within = rest(rest(index, *hidden)?, size)?;
            Place { batch: part(row, *length)?, position: rest(row, *length)?, length: *length, within, size }
        },
        _ => return Err(malformed),
    })
}

fn element(call: &Call<'_>, index: u64, inputs: Inputs) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if !matches!(dtype, DType::Float32 | DType::Float16) {
        return Err(Reject::Unsupported("this element type"));
    }
    if call.int("is_packed_batching", 0)? != 0 {
        return Err(Reject::Unsupported("packed batches"));
    }
    let malformed = Reject::Malformed("shapes of a rotary embedding");
    let rotary = u64::try_from(call.int("rotary_embedding_dim", 0)?).map_err(|_| malformed)?;
    let at = place(call, index, rotary, &inputs)?;
    let turned = if rotary == 0 { at.size } else { rotary };
    if at.within >= turned {
        return Ok(Expected::Bits(call.bits(0, index)?));
    }
    let half = turned >> 1;
    let interleaved = call.int("interleaved", 0)? == 1;
    let (pair, second) = match (interleaved, at.within.checked_sub(half)) {
        (true, _) => (at.within >> 1, at.within & 1 == 1),
        (false, Some(pair)) => (pair, true),
        (false, None) => (at.within, false),
    };
    let distance = if interleaved { 1 } else { half };
    let first = if second { index.checked_sub(distance).ok_or(malformed)? } else { index };
    let token = at.batch.saturating_mul(at.length).saturating_add(at.position);
    let row = if !call.has(inputs.positions) {
        token
    } else if call.header(inputs.positions)?.count() == 1 && call.dims(inputs.positions)?.len() < 2 {
        let start = u64::try_from(call.integer(inputs.positions, 0)?).map_err(|_| malformed)?;
        start.saturating_add(at.position)
    } else {
        match u64::try_from(call.integer(inputs.positions, token)?) {
            Ok(row) => row,
            Err(_) => return Ok(Expected::Fails),
        }
    };
    let entry = row.saturating_mul(half).saturating_add(pair);
    if entry >= call.header(inputs.cosines)?.count() {
        return Ok(Expected::Fails);
    }
    let a: F32 = number(call, 0, first)?;
    let b: F32 = number(call, 0, first.saturating_add(distance))?;
    let (cos, sin): (F32, F32) = (number(call, inputs.cosines, entry)?, number(call, inputs.sines, entry)?);
    // a cos - b sin, or a sin + b cos.
    let (p, q) = if second { (sin, cos) } else { (cos, -sin) };
    if call.schedule().is_none() {
        let (x, y) = (a.to_f64() * p.to_f64(), b.to_f64() * q.to_f64());
        let error = bound::count(3) * <F32 as super::number::Number>::ROUNDOFF.0 * (x.abs() + y.abs());
        let value = x + y;
        let tiny = <F32 as super::number::Number>::ROUNDOFF.1;
        if bound::overflows::<F32>(x.abs() + y.abs()) {
            return Ok(bound::anything());
        }
        return Ok(bound::around::<F32>(dtype, value, error + tiny + tiny));
    }
    // AVX2 code: eight pairs at a time fused; of the interleaved pairs left over, the first fused, the others not (its
    // compiler's choice).
    let whole = (turned >> 4) << 3;
    let plain = interleaved && pair > whole;
    let value = if plain { a * p + b * q } else { a.mul_add(p, b * q) };
    Ok(Expected::Exact(store(dtype, value)?))
}
