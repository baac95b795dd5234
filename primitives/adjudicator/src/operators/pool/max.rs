//! Maximum pooling. Which NaN survives, and which zero, depends on the kernel's order.

use super::geometry::{Channels, Kernel, Pool, Window};
use crate::{
    operators::{any_layout, shape},
    soft::{half, F32, F64},
    Call, DType, Domain, Exactness, Expected, Header, Judged, Operator, Reject,
};
use alloc::vec::Vec;

const fn operator(
    domain: Domain,
    name: &'static str,
    opsets: (u32, u32),
    header: fn(&Call<'_>, usize) -> Judged<Header>,
    element: fn(&Call<'_>, usize, u64) -> Judged<Expected>,
) -> Operator {
    Operator { domain, name, opsets, exactness: Exactness::Scheduled(1), header, element, layout: any_layout }
}

/// `MaxPool`, with its indices.
pub const MAX_POOL: Operator = operator(Domain::Onnx, "MaxPool", (12, 26), header, element);
/// `GlobalMaxPool`.
pub const GLOBAL_MAX_POOL: Operator = operator(Domain::Onnx, "GlobalMaxPool", (1, 26), global_header, global_element);
/// `MaxPool` on blocked channels.
pub const NCHWC_MAX_POOL: Operator = operator(Domain::Nchwc, "MaxPool", (1, 1), header, nchwc_element);
/// `GlobalMaxPool` on blocked channels.
pub const NCHWC_GLOBAL_MAX_POOL: Operator =
    operator(Domain::Nchwc, "GlobalMaxPool", (1, 1), global_header, nchwc_global_element);
/// `NhwcMaxPool` of `com.microsoft`: int8 or uint8, channels last.
pub const NHWC_MAX_POOL: Operator = operator(Domain::Microsoft, "NhwcMaxPool", (1, 1), nhwc_header, nhwc_element);

/// -FLT_MAX, with which the kernels start.
const LOWEST: F32 = F32::MIN;

fn header(call: &Call<'_>, output: usize) -> Judged<Header> {
    let pool = Pool::new(call, false, Channels::First)?;
    if plain(call, &pool)? {
        pool.kernel()?;
    }
    let header = pool.header(call)?;
    Ok(if output == 0 { header } else { Header { dtype: DType::Int64, dims: header.dims } })
}

/// Whether MLAS does it: float32 without indices, dilations or column-major order.
fn plain(call: &Call<'_>, pool: &Pool) -> Judged<bool> {
    let indexed = call.node.outputs.len() > 1 || call.int("storage_order", 0)? != 0;
    let onnx = call.node.domain == Domain::Onnx;
    Ok(onnx && call.dtype(0)? == DType::Float32 && !indexed && pool.dilations.iter().all(|d| *d == 1))
}

fn global_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Pool::new(call, true, Channels::First)?.header(call)
}

fn nhwc_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Pool::new(call, false, Channels::Last)?.header(call)
}

fn nhwc_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let pool = Pool::new(call, false, Channels::Last)?;
    let window = pool.window(call, index)?;
    integers(call.dtype(0)?, &window.elements(call, &pool.input)?)
}

fn element(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let pool = Pool::new(call, false, Channels::First)?;
    let window = pool.window(call, index)?;
    if output == 1 {
        return place(call, &pool, &window, index);
    }
    let (dtype, elements) = (call.dtype(0)?, window.elements(call, &pool.input)?);
    if !dtype.is_float() {
        return integers(dtype, &elements);
    }
    if call.schedule().is_none() {
        return bounded(dtype, elements.iter().map(|(_, bits)| *bits));
    }
    if plain(call, &pool)? {
        let kernel = pool.kernel()?;
        return Ok(mlas(&pool, &window, &elements, kernel).into());
    }
    Ok(Expected::Exact(first(dtype, &elements)?.map_or(lowest(dtype), |(_, bits)| bits)))
}

fn global_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let pool = Pool::new(call, true, Channels::First)?;
    let window = pool.window(call, index)?;
    let elements = window.elements(call, &pool.input)?;
    if call.schedule().is_none() {
        return bounded(DType::Float32, elements.iter().map(|(_, bits)| *bits));
    }
    Ok(mlas(&pool, &window, &elements, Kernel::Global).into())
}

fn nchwc_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    blocked(call, index, false)
}

fn nchwc_global_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    blocked(call, index, true)
}

fn blocked(call: &Call<'_>, index: u64, global: bool) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let pool = Pool::new(call, global, Channels::First)?;
    let elements = pool.window(call, index)?.elements(call, &pool.input)?;
    if call.schedule().is_none() {
        return bounded(DType::Float32, elements.iter().map(|(_, bits)| *bits));
    }
    Ok(elements.iter().fold(LOWEST, |m, (_, bits)| m.max_x86(F32(*bits as u32))).into())
}

fn integers(dtype: DType, elements: &[(u64, u64)]) -> Judged<Expected> {
    if !matches!(dtype, DType::Int8 | DType::Uint8) {
        return Err(Reject::Unsupported("this element type"));
    }
    let greatest = elements.iter().map(|(_, bits)| dtype.integer(*bits)).max();
    Ok(Expected::Bits(greatest.map_or(lowest(dtype), |value| dtype.bits(value))))
}

/// The least finite number of a type, with which the kernels start.
fn lowest(dtype: DType) -> u64 {
    match dtype {
        DType::Float32 => u64::from(LOWEST.0),
        DType::Float64 => F64::MIN.0,
        DType::Float16 => 0xfbff,
        DType::Int8 => 0x80,
        _ => 0,
    }
}

fn greater(dtype: DType, a: u64, b: u64) -> Judged<bool> {
    Ok(match dtype {
        DType::Float32 => F32(a as u32).gt(F32(b as u32)),
        DType::Float64 => F64(a).gt(F64(b)),
        DType::Float16 => half::F16(a as u16).to_f32().gt(half::F16(b as u16).to_f32()),
        DType::Int8 | DType::Uint8 => dtype.integer(a) > dtype.integer(b),
        _ => return Err(Reject::Unsupported("this element type")),
    })
}

/// The first of the greatest elements, as the kernel with indices finds it: a NaN stays if it comes first.
fn first(dtype: DType, elements: &[(u64, u64)]) -> Judged<Option<(u64, u64)>> {
    let mut best: Option<(u64, u64)> = None;
    for element in elements {
        match best {
            Some((_, bits)) if !greater(dtype, element.1, bits)? => {},
            _ => best = Some(*element),
        }
    }
    Ok(best)
}

/// `std::max(a, b)`.
fn std_max(a: F32, b: F32) -> F32 {
    if a.lt(b) {
        b
    } else {
        a
    }
}

/// The maximum in the order of a kernel of MLAS.
fn mlas(pool: &Pool, window: &Window, elements: &[(u64, u64)], kernel: Kernel) -> F32 {
    let values: Vec<F32> = elements.iter().map(|(_, bits)| F32(*bits as u32)).collect();
    match kernel {
        Kernel::Rows => values.into_iter().fold(LOWEST, std_max),
        Kernel::Global => {
            let (mut lanes, chunks) = ([LOWEST; 4], values.chunks_exact(4));
            let rest = chunks.remainder();
            for chunk in chunks {
                for (lane, value) in lanes.iter_mut().zip(chunk) {
                    *lane = lane.max_x86(*value);
                }
            }
            let [a, b, c, d] = lanes;
            let all = a.max_x86(c).max_x86(b.max_x86(d));
            rest.iter().fold(all, |m, value| std_max(m, *value))
        },
        Kernel::Columns => columns(pool, window, &values),
    }
}

/// Columns downwards, then from left to right over the padding too. Two dimensions start with the first row.
fn columns(pool: &Pool, window: &Window, values: &[F32]) -> F32 {
    let (Some(taps), Some(width), Some(start)) = (window.taps.last(), pool.input.last(), window.start.last()) else {
        return LOWEST;
    };
    let packets = width.unsigned_abs() & !3;
    let column = |(n, tap): (usize, &u64)| {
        let down = values.iter().skip(n).step_by(taps.len().max(1)).copied();
        let max = if *tap < packets { F32::max_x86 } else { std_max };
        let mut down = down;
        let head = if pool.input.len() == 2 { down.next().unwrap_or(LOWEST) } else { LOWEST };
        (*tap, down.fold(head, max))
    };
    let sums: Vec<(u64, F32)> = taps.iter().enumerate().map(column).collect();
    let mut at = *start;
    let mut value = None;
    for _ in 0..pool.kernel.last().copied().unwrap_or(0) {
        let own = u64::try_from(at).ok().and_then(|at| sums.iter().find(|(tap, _)| *tap == at));
        let own = own.map_or(LOWEST, |(_, sum)| *sum);
        value = Some(value.map_or(own, |m: F32| m.max_x86(own)));
        at = at.saturating_add(1);
    }
    value.unwrap_or(LOWEST)
}

/// Any kernel's maximum: zeros of either sign, and with a NaN in the window whatever survives.
fn bounded(dtype: DType, elements: impl Iterator<Item = u64>) -> Judged<Expected> {
    let (mut low, mut high, mut nan) = (F64::INFINITY, F64::NEG_INFINITY, false);
    let floor = crate::expected::widen(dtype, lowest(dtype)).ok_or(Reject::Unsupported("this element type"))?;
    for bits in elements {
        let value = crate::expected::widen(dtype, bits).ok_or(Reject::Unsupported("this element type"))?;
        nan |= value.is_nan();
        if value.gt(high) {
            high = value;
        }
        if value.lt(low) {
            low = value;
        }
    }
    if nan {
        let high = if high.lt(floor) { floor } else { high };
        let low = if floor.lt(low) { floor } else { low };
        return Ok(Expected::Within { low, high, nan });
    }
    // Kernels start with the least finite number, or with minus infinity.
    if high.lt(floor) {
        return Ok(Expected::Within { low: high, high: floor, nan });
    }
    Ok(Expected::Within { low: high, high, nan })
}

/// Index of the maximum in the whole input; -1 on every axis where the window is empty.
fn place(call: &Call<'_>, pool: &Pool, window: &Window, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let elements = window.elements(call, &pool.input)?;
    let column_major = call.int("storage_order", 0)? == 1 && pool.input.len() > 1;
    let dims: Vec<u64> = pool.input.iter().map(|n| n.unsigned_abs()).collect();
    let found = first(dtype, &elements)?;
    let at: Vec<i64> = match found {
        Some((p, _)) => {
            shape::coordinates(&dims, p).into_iter().map(|c| i64::try_from(c).unwrap_or(i64::MAX)).collect()
        },
        None => alloc::vec![-1; dims.len()],
    };
    let fold = |n: i64, (c, d): (&i64, &i64)| n.wrapping_mul(*d).wrapping_add(*c);
    let within = if column_major {
        at.iter().zip(&pool.input).rev().fold(0, fold)
    } else {
        at.iter().zip(&pool.input).fold(0, fold)
    };
    let base = i64::try_from(window.base).unwrap_or(i64::MAX);
    let answer = base.wrapping_add(within);
    if call.schedule().is_none() {
        if let Some(claimed) = tied(call, dtype, &elements, window, (column_major, pool), found, index)? {
            return Ok(Expected::Bits(claimed));
        }
    }
    Ok(Expected::Bits(DType::Int64.bits(answer)))
}

/// The claimed index, if it names an element as great as the greatest.
fn tied(
    call: &Call<'_>,
    dtype: DType,
    elements: &[(u64, u64)],
    window: &Window,
    (column_major, pool): (bool, &Pool),
    found: Option<(u64, u64)>,
    index: u64,
) -> Judged<Option<u64>> {
    let claimed = call.claimed(1, index)?;
    let Some(within) = claimed.checked_sub(window.base) else { return Ok(None) };
    let within = if column_major {
        let dims: Vec<u64> = pool.input.iter().map(|n| n.unsigned_abs()).collect();
        let reversed: Vec<u64> = dims.iter().rev().copied().collect();
        let mut at = shape::coordinates(&reversed, within);
        at.reverse();
        shape::index(&dims, &at)
    } else {
        within
    };
    let Some((_, bits)) = elements.iter().find(|(p, _)| *p == within) else { return Ok(None) };
    let Some((_, best)) = found else { return Ok(None) };
    Ok((!greater(dtype, best, *bits)?).then_some(claimed))
}
