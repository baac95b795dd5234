//! What a `Resize` asks for: lengths, scales, region of interest.

use super::coordinates::{Nearest, Transformation};
use crate::{operators::index::common::unsigned, soft::F32, Call, DType, Judged, Reject};
use alloc::{vec, vec::Vec};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Nearest,
    Linear,
    Cubic,
}

pub struct Plan {
    pub method: Method,
    pub input: Vec<u64>,
    pub output: Vec<u64>,
    pub scales: Vec<F32>,
    /// Starts of all axes, then ends.
    pub region: Vec<F32>,
    pub transformation: Transformation,
    pub nearest: Nearest,
}

/// The axes that the lists name, `None` for all.
fn axes(call: &Call<'_>, rank: usize) -> Judged<Option<Vec<usize>>> {
    let Some(axes) = call.ints("axes")?.filter(|axes| !axes.is_empty() && call.node.opset >= 18) else {
        return Ok(None);
    };
    let axis = |a: &i64| usize::try_from(*a).ok().filter(|a| *a < rank);
    let axes: Option<Vec<usize>> = axes.iter().map(axis).collect();
    Ok(Some(axes.ok_or(Reject::Unsupported("axes of Resize counted from the end, or that are not there"))?))
}

/// A list over all axes from one over those that are named.
fn spread<T: Copy>(all: &mut [T], axes: Option<&[usize]>, list: &[T]) -> Judged<()> {
    let wrong = Reject::Malformed("a list that does not fit the axes");
    match axes {
        None if list.len() == all.len() => all.copy_from_slice(list),
        Some(axes) if axes.len() == list.len() => {
            for (axis, value) in axes.iter().zip(list) {
                *all.get_mut(*axis).ok_or(wrong)? = *value;
            }
        },
        _ => return Err(wrong),
    }
    Ok(())
}

fn floats(call: &Call<'_>, n: usize) -> Judged<Vec<F32>> {
    let count = call.header(n)?.count();
    if count > 64 {
        return Err(Reject::Malformed("a list that does not fit the axes"));
    }
    call.f32_line(n, 0, 1, count)
}

fn given(call: &Call<'_>, n: usize) -> Judged<bool> {
    Ok(call.has(n) && call.header(n)?.count() > 0)
}

impl Plan {
    pub fn new(call: &Call<'_>) -> Judged<Self> {
        let input = call.dims(0)?.to_vec();
        let rank = input.len();
        if rank == 0 {
            return Err(Reject::Malformed("a scalar cannot be resized"));
        }
        if call.int("antialias", 0)? != 0 {
            return Err(Reject::Unsupported("antialiasing"));
        }
        let method = match call.text("mode", "nearest")? {
            b"nearest" => Method::Nearest,
            b"linear" => Method::Linear,
            b"cubic" => Method::Cubic,
            _ => return Err(Reject::Malformed("this mode of Resize")),
        };
        let transformation = Transformation::new(call.text("coordinate_transformation_mode", "half_pixel")?)?;
        let nearest = Nearest::new(call.text("nearest_mode", "round_prefer_floor")?)?;
        let axes = axes(call, rank)?;
        let (mut output, mut scales) = (input.clone(), vec![F32::ONE; rank]);
        if given(call, 2)? {
            if given(call, 3)? {
                return Err(Reject::Malformed("scales and sizes"));
            }
            spread(&mut scales, axes.as_deref(), &floats(call, 2)?)?;
            for ((out, length), scale) in output.iter_mut().zip(&input).zip(&scales) {
                *out = length_of((*scale * F32::from_u64(*length)).trunc())?;
            }
        } else {
            let sizes = call.integers(3)?.into_iter().map(unsigned).collect::<Judged<Vec<u64>>>()?;
            spread(&mut output, axes.as_deref(), &sizes)?;
            for ((scale, length), out) in scales.iter_mut().zip(&input).zip(&output) {
                *scale = match (*length, *out) {
                    (0, 0) => F32::ONE,
                    (0, _) => return Err(Reject::Malformed("nothing to resize from")),
                    _ => F32::from_u64(*out) / F32::from_u64(*length),
                };
            }
            keep_ratio(call, axes.as_deref(), &input, &mut output, &mut scales)?;
        }
        if !scales.iter().all(|scale| scale.gt(F32::ZERO)) {
            return Err(Reject::Malformed("a scale that is not positive"));
        }
        let mut plan = Self { method, input, output, scales, region: Vec::new(), transformation, nearest };
        plan.region = plan.region_of_interest(call, axes.as_deref())?;
        plan.validate(call)?;
        Ok(plan)
    }

    fn region_of_interest(&self, call: &Call<'_>, axes: Option<&[usize]>) -> Judged<Vec<F32>> {
        let rank = self.input.len();
        let mut region = vec![F32::ZERO; rank.saturating_mul(2)];
        if self.transformation == Transformation::TfCropAndResize {
            let list = floats(call, 1)?;
            let (starts, ends) = region.split_at_mut(rank);
            ends.fill(F32::ONE);
            let half = list.len().checked_div(2).unwrap_or(0);
            let (list_starts, list_ends) = list.split_at(half);
            spread(starts, axes, list_starts)?;
            spread(ends, axes, list_ends)?;
        }
        Ok(region)
    }

    /// What the interpolating kernels take.
    fn validate(&self, call: &Call<'_>) -> Judged<()> {
        let one = |axis: usize| self.scales.get(axis) == Some(&F32::ONE);
        let rank = self.input.len();
        let planes = rank == 2 || (rank == 4 && one(0) && one(1));
        let last = rank == 4 && one(0) && one(3);
        let fits = match self.method {
            Method::Nearest => true,
            Method::Linear => planes || last || rank == 3 || (rank == 5 && one(0) && one(1)),
            Method::Cubic => planes || last,
        };
        if !fits {
            return Err(Reject::Malformed("scales that the kernel does not take"));
        }
        if self.method == Method::Cubic && call.dtype(0)? != DType::Float32 {
            return Err(Reject::Malformed("cubic interpolation of other than float32"));
        }
        if call.int("exclude_outside", 0)? != 0 && self.method != Method::Cubic {
            return Err(Reject::Malformed("exclude_outside without cubic interpolation"));
        }
        Ok(())
    }

    /// Input coordinates of the nearest element; `None` outside the region of interest.
    pub fn nearest(&self, at: &[u64]) -> Judged<Option<Vec<u64>>> {
        let mut from = Vec::with_capacity(at.len());
        for (axis, c) in at.iter().enumerate() {
            // One axis alone is transformed even where nothing is resized.
            let original = self.original(axis, *c, at.len() > 1)?;
            if self.is_outside(axis, original) {
                return Ok(None);
            }
            let last = self.input.get(axis).copied().unwrap_or(1).saturating_sub(1);
            let same = at.len() > 1 && self.scales.get(axis) == Some(&F32::ONE);
            from.push(if same { *c } else { self.nearest.pixel(original)?.min(last) });
        }
        Ok(Some(from))
    }

    /// Coordinate in the input's axis that an output coordinate stands for.
    pub fn original(&self, axis: usize, c: u64, skip_unscaled: bool) -> Judged<F32> {
        let wrong = Reject::Malformed("an axis that the tensor does not have");
        let scale = *self.scales.get(axis).ok_or(wrong)?;
        if skip_unscaled && scale == F32::ONE {
            return Ok(F32::from_u64(c));
        }
        let start = *self.region.get(axis).ok_or(wrong)?;
        let end = *self.region.get(axis.saturating_add(self.input.len())).ok_or(wrong)?;
        let (resized, original) = (*self.output.get(axis).ok_or(wrong)?, *self.input.get(axis).ok_or(wrong)?);
        Ok(self.transformation.original(F32::from_u64(c), scale, resized, original, (start, end)))
    }

    /// Whether a coordinate lies outside the input and is not to be clamped.
    pub fn is_outside(&self, axis: usize, original: F32) -> bool {
        let last = self.input.get(axis).copied().unwrap_or(1).saturating_sub(1);
        self.transformation == Transformation::TfCropAndResize
            && (original.lt(F32::ZERO) || original.gt(F32::from_u64(last)))
    }
}

fn length_of(length: F32) -> Judged<u64> {
    let length = length.to_i64_trunc().and_then(|n| u64::try_from(n).ok());
    length.filter(|n| *n <= 1 << 48).ok_or(Reject::Malformed("a length that is negative or too large"))
}

/// `keep_aspect_ratio_policy`: one scale for all axes that are named.
fn keep_ratio(
    call: &Call<'_>,
    axes: Option<&[usize]>,
    input: &[u64],
    output: &mut [u64],
    scales: &mut [F32],
) -> Judged<()> {
    let policy = if call.node.opset >= 18 { call.text("keep_aspect_ratio_policy", "stretch")? } else { b"stretch" };
    let named = |axis: usize| axes.is_none_or(|axes| axes.contains(&axis));
    let chosen = scales.iter().enumerate().filter(|(axis, _)| named(*axis)).map(|(_, scale)| *scale);
    let one = match policy {
        b"stretch" => return Ok(()),
        b"not_larger" => chosen.fold(F32::MAX, |m, s| if s.lt(m) { s } else { m }),
        b"not_smaller" => chosen.fold(F32::MIN_POSITIVE, |m, s| if m.lt(s) { s } else { m }),
        _ => return Err(Reject::Malformed("this policy for the aspect ratio")),
    };
    for (axis, ((out, length), scale)) in output.iter_mut().zip(input).zip(scales).enumerate() {
        if named(axis) {
            *scale = one;
            *out = length_of((one * F32::from_u64(*length)).round_half_away())?;
        } else {
            *scale = F32::ONE;
            *out = *length;
        }
    }
    Ok(())
}
