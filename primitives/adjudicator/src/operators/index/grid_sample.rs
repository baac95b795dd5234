//! `GridSample` of float32: the value of an image at given places, in the kernel's order; no fused operations.

use super::common::made;
use crate::{
    operators::{any_layout, shape},
    soft::F32,
    Call, DType, Domain, Exactness, Expected, Header, Judged, Operator, Reject,
};
use alloc::vec::Vec;

/// `GridSample`; volumes from operator set 20.
pub const GRID_SAMPLE: Operator = Operator {
    domain: Domain::Onnx,
    name: "GridSample",
    opsets: (16, 26),
    exactness: Exactness::Scheduled(1),
    header,
    element,
    layout: any_layout,
};

/// 0.5
const HALF: F32 = F32(0x3f00_0000);
/// 2
const TWO: F32 = F32(0x4000_0000);
/// -0.75, the coefficient of cubic convolution.
const CUBIC: F32 = F32(0xbf40_0000);

fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    call.of_type(0, DType::Float32)?;
    call.of_type(1, DType::Float32)?;
    let (image, grid) = (call.dims(0)?, call.dims(1)?);
    let axes = image.len().saturating_sub(2);
    let fits = matches!(image.len(), 4 | 5) && grid.len() == image.len() && grid.first() == image.first();
    let (Some((last, places)), Some(before)) = (grid.split_last(), image.get(..2)) else {
        return Err(Reject::Malformed("a grid that does not fit the image"));
    };
    if !fits || usize::try_from(*last).ok() != Some(axes) {
        return Err(Reject::Malformed("a grid that does not fit the image"));
    }
    made(DType::Float32, [before, places.get(1..).unwrap_or(&[])].concat())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Padding {
    Zeros,
    Border,
    Reflection,
}

/// An image that is read beyond its edges. Axes are those of the tensor, outermost first.
struct Sampler<'a, 'b> {
    call: &'a Call<'b>,
    /// Index of the first element of the image and channel.
    base: u64,
    dims: &'a [u64],
    padding: Padding,
    align: bool,
}

/// C++'s cast to `int64_t` on x86: what does not fit gives the least number.
fn whole(x: F32) -> i64 {
    x.to_i64_trunc().unwrap_or(i64::MIN)
}

impl Sampler<'_, '_> {
    /// Coordinate on an axis of a place between -1 and 1.
    fn denormalised(&self, n: F32, length: u64) -> F32 {
        if self.align {
            (n + F32::ONE) / TWO * F32::from_u64(length.saturating_sub(1))
        } else {
            ((n + F32::ONE) * F32::from_u64(length) - F32::ONE) / TWO
        }
    }

    /// Reflected at the borders until it lies between them.
    fn reflected(&self, at: i64, length: u64) -> Judged<i64> {
        let (low, high) = if self.align {
            (F32::ZERO, F32::from_u64(length) - F32::ONE)
        } else {
            (F32::ZERO - HALF, F32::from_u64(length) - HALF)
        };
        let (x, range) = (F32::from_i64(at), high - low);
        if !x.lt(low) && !x.gt(high) {
            return Ok(whole(x));
        }
        let away = if x.lt(low) { low - x } else { x - high };
        let times = (away / range).to_i64_trunc().filter(|n| i32::try_from(*n).is_ok());
        let times = times.ok_or(Reject::Unsupported("a reflection that never ends"))?;
        let rest = away - F32::from_i64(times) * range;
        let from_low = x.lt(low) == (times & 1 == 0);
        Ok(whole(if from_low { low + rest } else { high - rest }))
    }

    /// The pixel at a whole place; zero outside where nothing is repeated.
    fn pixel(&self, at: &[i64]) -> Judged<F32> {
        let mut index = 0u64;
        for (c, length) in at.iter().zip(self.dims) {
            let last = i64::try_from(length.saturating_sub(1)).unwrap_or(i64::MAX);
            let own = match self.padding {
                Padding::Zeros if !(0..=last).contains(c) => return Ok(F32::ZERO),
                Padding::Zeros => *c,
                Padding::Border => (*c).clamp(0, last),
                Padding::Reflection => self.reflected(*c, *length)?,
            };
            if !(0..=last).contains(&own) {
                return Err(Reject::Unsupported("a place beyond the image"));
            }
            index = index.saturating_mul(*length).saturating_add(own.unsigned_abs());
        }
        self.call.f32(0, self.base.saturating_add(index))
    }

    /// Weighted by the distance from the other neighbour, innermost axis first; `at` holds the axes before `places`.
    fn linear(&self, at: &mut Vec<i64>, places: &[F32]) -> Judged<F32> {
        let Some((x, rest)) = places.split_first() else { return self.pixel(at) };
        let lower = whole(x.floor());
        let upper = lower.wrapping_add(1);
        let (far, near) = (F32::from_i64(upper) - *x, *x - F32::from_i64(lower));
        at.push(lower);
        let a = self.linear(at, rest)?;
        at.pop();
        at.push(upper);
        let b = self.linear(at, rest)?;
        at.pop();
        Ok(far * a + near * b)
    }

    /// The fast path for images with zeros around: four products with weights made once for all channels.
    fn four(&self, y: F32, x: F32) -> Judged<F32> {
        let (top, left) = (whole(y.floor()), whole(x.floor()));
        let (bottom, right) = (top.wrapping_add(1), left.wrapping_add(1));
        let (dx2, dx1) = (F32::from_i64(right) - x, x - F32::from_i64(left));
        let (dy2, dy1) = (F32::from_i64(bottom) - y, y - F32::from_i64(top));
        let mut sum = (dy2 * dx2) * self.pixel(&[top, left])?;
        sum = sum + (dy2 * dx1) * self.pixel(&[top, right])?;
        sum = sum + (dy1 * dx2) * self.pixel(&[bottom, left])?;
        Ok(sum + (dy1 * dx1) * self.pixel(&[bottom, right])?)
    }

    fn cubic(&self, y: F32, x: F32) -> Judged<F32> {
        let (top, left) = (whole(y.floor()).wrapping_sub(1), whole(x.floor()).wrapping_sub(1));
        let fraction = |x: F32, first: i64| x - F32::from_i64(first) - F32::ONE;
        let weighted = |w: [F32; 4], v: [F32; 4]| {
            let ([a, b, c, d], [p, q, r, s]) = (w, v);
            a * p + b * q + c * r + d * s
        };
        let columns = weights(fraction(x, left));
        let mut rows = [F32::ZERO; 4];
        for (row, h) in rows.iter_mut().zip(0i64..) {
            let mut line = [F32::ZERO; 4];
            for (value, w) in line.iter_mut().zip(0i64..) {
                *value = self.pixel(&[top.wrapping_add(h), left.wrapping_add(w)])?;
            }
            *row = weighted(columns, line);
        }
        Ok(weighted(weights(fraction(y, top)), rows))
    }
}

/// R. Keys' cubic convolution.
fn weights(x: F32) -> [F32; 4] {
    let n = |value: i64| F32::from_i64(value);
    let outer = |d: F32| ((CUBIC * d - n(5) * CUBIC) * d + n(8) * CUBIC) * d - n(4) * CUBIC;
    let inner = |d: F32| ((CUBIC + n(2)) * d - (CUBIC + n(3))) * d * d + n(1);
    let x = x.abs();
    [outer(x + n(1)), inner(x), inner(n(1) - x), outer(n(2) - x)]
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    if call.schedule().is_none() {
        return Err(Reject::Unsupported("sampling without a schedule"));
    }
    let out = header(call, 0)?.dims;
    let at = shape::coordinates(&out, index);
    let dims = call.dims(0)?;
    let (Some(spatial), Some(place), Some(&[n, c])) = (dims.get(2..), at.get(2..), at.get(..2)) else {
        return Err(Reject::Malformed("an image that has not four dimensions"));
    };
    let padding = match call.text("padding_mode", "zeros")? {
        b"zeros" => Padding::Zeros,
        b"border" => Padding::Border,
        b"reflection" => Padding::Reflection,
        _ => return Err(Reject::Malformed("this padding of a sample")),
    };
    let align = call.int("align_corners", 0)? != 0;
    let base = n.saturating_mul(dims.get(1).copied().unwrap_or(1)).saturating_add(c);
    let sampler = Sampler { call, base: base.saturating_mul(shape::count(spatial)), dims: spatial, padding, align };
    // The grid holds the innermost axis first.
    let mut from = alloc::vec![n];
    from.extend_from_slice(place);
    from.push(0);
    let start = shape::index(call.dims(1)?, &from);
    let mut grid = call.f32_line(1, start, 1, u64::try_from(spatial.len()).unwrap_or(0))?;
    grid.reverse();
    let places: Vec<F32> = grid.iter().zip(spatial).map(|(n, length)| sampler.denormalised(*n, *length)).collect();
    // 2^24: beyond it the kernel has rules of its own.
    if !places.iter().all(|x| x.abs().lt(F32(0x4b80_0000))) {
        return Err(Reject::Unsupported("a place far beyond the image, or none at all"));
    }
    match (call.text("mode", "linear")?, places.as_slice()) {
        (b"nearest", _) => {
            let nearest: Vec<i64> = places.iter().map(|x| whole(x.round_ties_even())).collect();
            Ok(Expected::Bits(u64::from(sampler.pixel(&nearest)?.0)))
        },
        (b"linear" | b"bilinear", &[y, x]) if padding == Padding::Zeros && !align => Ok(sampler.four(y, x)?.into()),
        (b"linear" | b"bilinear", _) => Ok(sampler.linear(&mut Vec::new(), &places)?.into()),
        (b"cubic" | b"bicubic", &[y, x]) => Ok(sampler.cubic(y, x)?.into()),
        _ => Err(Reject::Malformed("this mode of GridSample")),
    }
}
