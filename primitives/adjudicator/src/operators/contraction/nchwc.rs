//! `Conv` of com.microsoft.nchwc: MLAS's direct convolutions on blocked channels. Values are seen as plain N C H W, with
//! the channel counts of the padded tensors.

use super::{
    activation::Activation,
    bound::dot_bound,
    conv::{add_bias, operands, terms},
    dot::chain,
    window::Window,
};
use crate::{soft::F32, Call, DType, Expected, Isa, Judged, Layout, Node, Slot};
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

/// Channels of the input in consecutive bytes.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    super::conv::layout(node, slot, rank)
}
