//! `Upsample` on blocked channels: by whole factors.

use super::super::common::{copy, dim, made};
use crate::{operators::shape, soft::F32, Call, DType, Expected, Header, Judged, Reject};

/// 0.5
const HALF: F32 = F32(0x3f00_0000);

/// Factors of height and width.
fn factors(call: &Call<'_>) -> Judged<(u64, u64)> {
    let scales = call.ints("scales")?.unwrap_or(&[1, 1, 1, 1]);
    let &[1, 1, h, w] = scales else { return Err(Reject::Malformed("scales of an image")) };
    let factor = |n: i64| u64::try_from(n).ok().filter(|n| (1..1 << 24).contains(n));
    let wrong = Reject::Malformed("a scale that is not positive");
    Ok((factor(h).ok_or(wrong)?, factor(w).ok_or(wrong)?))
}

pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    call.of_type(0, DType::Float32)?;
    let (fh, fw) = factors(call)?;
    let [n, c, h, w]: [u64; 4] =
        call.dims(0)?.try_into().map_err(|_| Reject::Malformed("an image that has not four dimensions"))?;
    made(DType::Float32, alloc::vec![n, c, h.saturating_mul(fh), w.saturating_mul(fw)])
}

/// Where an output coordinate lies in the input.
fn original(call: &Call<'_>, c: u64, factor: u64, length: u64) -> Judged<F32> {
    let x = F32::from_u64(c);
    if factor == 1 {
        return Ok(x);
    }
    let last = |n: u64| F32::from_u64(n.saturating_sub(1));
    Ok(match call.text("coordinate_transformation_mode", "asymmetric")? {
        b"align_corners" => x * last(length) / last(length.saturating_mul(factor)),
        b"half_pixel" => {
            let x = (x + HALF) / F32::from_u64(factor) - HALF;
            if F32::ZERO.lt(x) {
                x
            } else {
                F32::ZERO
            }
        },
        b"asymmetric" => x / F32::from_u64(factor),
        _ => return Err(Reject::Unsupported("this transformation of coordinates")),
    })
}

pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (fh, fw) = factors(call)?;
    let dims = call.dims(0)?;
    let [n, c, y, x]: [u64; 4] = shape::coordinates(&header(call, 0)?.dims, index).try_into().unwrap_or_default();
    match call.text("mode", "nearest")? {
        b"nearest" => {
            let at = [n, c, y.checked_div(fh).unwrap_or(0), x.checked_div(fw).unwrap_or(0)];
            return copy(call, 0, shape::index(dims, &at));
        },
        b"linear" if call.schedule().is_some() => {},
        _ => return Err(Reject::Unsupported("interpolation without a schedule")),
    }
    let (h, w) = (dim(dims, 2), dim(dims, 3));
    let (y0, y1, fy) = neighbours(original(call, y, fh, h)?, h)?;
    let (x0, x1, fx) = neighbours(original(call, x, fw, w)?, w)?;
    let read = |y, x| call.f32(0, shape::index(dims, &[n, c, y, x]));
    let (ty, tx) = (F32::ONE - fy, F32::ONE - fx);
    let upper = (tx * ty) * read(y0, x0)? + (fx * ty) * read(y0, x1)?;
    let lower = (tx * fy) * read(y1, x0)? + (fx * fy) * read(y1, x1)?;
    Ok((upper + lower).into())
}

/// The neighbours of a coordinate and the fraction between them.
fn neighbours(at: F32, length: u64) -> Judged<(u64, u64, F32)> {
    let whole = at.to_i64_trunc().and_then(|n| u64::try_from(n).ok());
    let lower = whole.ok_or(Reject::Malformed("a coordinate that is not a number"))?.min(length.saturating_sub(1));
    Ok((lower, lower.saturating_add(1).min(length.saturating_sub(1)), at - F32::from_u64(lower)))
}
