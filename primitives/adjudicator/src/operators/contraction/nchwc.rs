//! `Conv` and `Upsample` of com.microsoft.nchwc: MLAS's direct convolutions on blocked channels. Values are seen as plain N C H W, with
//! the channel counts of the padded tensors.

use super::{
    activation::Activation,
    bound::dot_bound,
    conv::{add_bias, operands, terms},
    dot::chain,
    window::Window,
};
use crate::{
    math::HALF,
    operators::shape::{coordinates, count},
    soft::F32,
    Call, DType, Expected, Header, Isa, Judged, Layout, Node, Reject, Slot,
};
use alloc::vec::Vec;

/// An element of `nchwc.Conv`.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let window = Window::of(call)?;
    let activation = Activation::of_conv(call)?;
    let place = window.place(index);
    let offsets = window.offsets(call, &place)?;
    let patch = window.patch(call, &place, &offsets)?;
    let filter = window.filter(call, &place)?;
    let (bias, sum) = operands(call, &place, index)?;
    let Some(schedule) = call.schedule() else {
        return Ok(activation.bound(dot_bound(&filter, &patch, F32::ONE, &terms(bias, sum))).into());
    };
    let block = usize::try_from(channel_block(&window, schedule.isa)).unwrap_or(usize::MAX);
    let y = direct(&filter, &patch, &offsets, block, sum);
    Ok(activation.exact(add_bias(y, bias), None))
}

/// Channels whose products form one chain.
fn channel_block(window: &Window, isa: Isa) -> u64 {
    let block = match isa {
        Isa::Avx512 => 16,
        Isa::Avx2 => 8,
    };
    if window.depth < block {
        1
    } else if window.kernel() == 1 && window.unpadded() {
        128
    } else {
        block
    }
}

/// Blocks of channels; within a block a chain of fused multiply-adds from 0 over the kernel positions (those that are
/// not padding), at each over the channels; the block is added to the running sum. `filter` and `patch` lie channel by
/// channel.
fn direct(filter: &[F32], patch: &[F32], offsets: &[Option<u64>], block: usize, sum: Option<F32>) -> F32 {
    let kernel = offsets.len().max(1);
    let mut sum = sum;
    let mut ordered: (Vec<F32>, Vec<F32>) = (Vec::new(), Vec::new());
    let size = block.saturating_mul(kernel);
    for (filter, patch) in filter.chunks(size).zip(patch.chunks(size)) {
        ordered.0.clear();
        ordered.1.clear();
        for (position, _) in offsets.iter().enumerate().filter(|(_, offset)| offset.is_some()) {
            ordered.0.extend(filter.iter().skip(position).step_by(kernel));
            ordered.1.extend(patch.iter().skip(position).step_by(kernel));
        }
        let part = chain(&ordered.1, &ordered.0, F32::ZERO);
        sum = Some(match sum {
            None => part,
            Some(sum) => sum + part,
        });
    }
    sum.unwrap_or(F32::ZERO)
}

/// Type and shape of `nchwc.Upsample`'s output.
pub(super) fn upsample_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let scales = scales(call)?;
    let dims = call.dims(0)?.iter().zip(scales).map(|(dim, scale)| dim.saturating_mul(scale)).collect();
    Header::new(DType::Float32, dims).ok_or(Reject::Limit)
}

/// The four whole scales; batch and channels have 1.
fn scales(call: &Call<'_>) -> Judged<[u64; 4]> {
    let (Some(&[1, 1, height, width]), 4) = (call.ints("scales")?, call.dims(0)?.len()) else {
        return Err(Reject::Malformed("scales of a blocked upsampling"));
    };
    match (u64::try_from(height), u64::try_from(width)) {
        (Ok(height @ 1..), Ok(width @ 1..)) => Ok([1, 1, height, width]),
        _ => Err(Reject::Malformed("scales of a blocked upsampling")),
    }
}

/// An element of `nchwc.Upsample`: the nearest input element, or four of them weighed.
pub(super) fn upsample(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let [_, _, scale_y, scale_x] = scales(call)?;
    let &[_, _, height, width] = call.dims(0)? else {
        return Err(Reject::Malformed("scales of a blocked upsampling"));
    };
    let out = [height.saturating_mul(scale_y), width.saturating_mul(scale_x)];
    let position = coordinates(&out, index);
    let (&[y, x], plane) = (position.as_slice(), index.checked_div(count(&out)).unwrap_or(0)) else {
        return Err(Reject::Malformed("scales of a blocked upsampling"));
    };
    let at = |y: u64, x: u64| {
        let row = plane.saturating_mul(height).saturating_add(y);
        row.saturating_mul(width).saturating_add(x)
    };
    match call.text("mode", "nearest")? {
        b"nearest" => {
            let (y, x) = (y.checked_div(scale_y).unwrap_or(0), x.checked_div(scale_x).unwrap_or(0));
            Ok(Expected::Bits(call.bits(0, at(y, x))?))
        },
        b"linear" => {
            let mode = call.text("coordinate_transformation_mode", "asymmetric")?;
            let (y, x) = (Interpolation::of(mode, y, height, scale_y)?, Interpolation::of(mode, x, width, scale_x)?);
            let term = |wy: F32, wx: F32, y: u64, x: u64| Ok::<_, Reject>((wy * wx) * call.f32(0, at(y, x))?);
            let upper = term(y.near, x.near, y.first, x.first)? + term(y.near, x.far, y.first, x.second)?;
            let lower = term(y.far, x.near, y.second, x.first)? + term(y.far, x.far, y.second, x.second)?;
            Ok((upper + lower).into())
        },
        _ => Err(Reject::Unsupported("this mode of blocked upsampling")),
    }
}

/// The two input positions between which an output position lies, and their weights.
struct Interpolation {
    first: u64,
    second: u64,
    /// Weight of the first: 1 minus that of the second.
    near: F32,
    far: F32,
}

impl Interpolation {
    fn of(mode: &[u8], o: u64, input: u64, scale: u64) -> Judged<Self> {
        let number = F32::from_u64;
        let position = match mode {
            _ if scale == 1 => number(o),
            b"align_corners" => {
                let last = input.saturating_mul(scale).saturating_sub(1);
                number(o) * number(input.saturating_sub(1)) / number(last)
            },
            b"half_pixel" => F32::ZERO.max_x86((number(o) + HALF) / number(scale) - HALF),
            _ => number(o) / number(scale),
        };
        let first = position.to_i64_trunc().and_then(|n| u64::try_from(n).ok());
        let first = first.ok_or(Reject::Malformed("scales of a blocked upsampling"))?;
        let far = position - number(first);
        let second = first.saturating_add(1).min(input.saturating_sub(1));
        Ok(Self { first, second, near: F32::ONE - far, far })
    }
}

/// Channels of the input in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    super::conv::layout(node, slot, rank)
}
