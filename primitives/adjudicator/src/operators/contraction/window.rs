//! Geometry of convolutions: which input elements one output element reads.

use crate::{soft::F32, Call, Judged, Reject};
use alloc::{vec, vec::Vec};

/// One spatial axis.
#[derive(Clone, Copy, Debug)]
pub(in crate::operators) struct Axis {
    /// Length of the input.
    pub input: u64,
    /// Length of the output.
    pub output: u64,
    /// Length of the kernel.
    pub kernel: u64,
    /// Step from one output to the next.
    pub stride: u64,
    /// Step from one kernel position to the next.
    pub dilation: u64,
    /// Zeros before the input.
    pub head: u64,
    /// Zeros after it.
    pub tail: u64,
    /// Elements before the first window: padding below zero, as pools have it.
    pub skip: u64,
}

impl Axis {
    /// Position in the input that kernel position `k` meets at output position `o`, unless it is padding.
    pub fn at(&self, o: u64, k: u64) -> Option<u64> {
        let from_head = o.saturating_mul(self.stride).saturating_add(k.saturating_mul(self.dilation));
        let from_head = from_head.saturating_add(self.skip);
        from_head.checked_sub(self.head).filter(|at| *at < self.input)
    }
}

/// A convolution's shapes.
#[derive(Clone, Debug)]
pub(in crate::operators) struct Window {
    /// Number of groups.
    pub groups: u64,
    /// Images.
    pub batch: u64,
    /// Channels of the input, all groups.
    pub channels: u64,
    /// Input channels of one group.
    pub depth: u64,
    /// Filters of all groups.
    pub filters: u64,
    /// Spatial axes, outermost first.
    pub axes: Vec<Axis>,
}

/// Where an output element lies.
#[derive(Clone, Debug)]
pub(in crate::operators) struct Place {
    /// Image.
    pub image: u64,
    /// Filter (output channel).
    pub filter: u64,
    /// Position among the output positions of an image, row-major.
    pub position: u64,
    /// The same per axis.
    pub at: Vec<u64>,
}

const UNFIT: Reject = Reject::Malformed("a convolution whose shapes do not fit");

impl Window {
    /// The convolution of inputs 0 (N C spatial..) and 1 (filters, channels of a group, kernel..) with ONNX's
    /// attributes.
    pub fn of(call: &Call<'_>) -> Judged<Self> {
        Self::of_shapes(call, call.dims(0)?, call.dims(1)?)
    }

    /// The convolution of operands of these shapes with ONNX's attributes.
    pub fn of_shapes(call: &Call<'_>, input: &[u64], filter: &[u64]) -> Judged<Self> {
        let (&[batch, channels, ref spatial @ ..], &[filters, depth, ref kernel @ ..]) = (input, filter) else {
            return Err(UNFIT);
        };
        let groups = u64::try_from(call.int("group", 1)?).map_err(|_| UNFIT)?;
        let fits = spatial.len() == kernel.len()
            && !spatial.is_empty()
            && groups > 0
            && depth.checked_mul(groups) == Some(channels)
            && filters.checked_rem(groups) == Some(0);
        let given = numbers(call, "kernel_shape", kernel.len())?;
        if !fits || given.is_some_and(|given| given != kernel) {
            return Err(UNFIT);
        }
        let ones = || vec![1; kernel.len()];
        let strides = numbers(call, "strides", kernel.len())?.unwrap_or_else(ones);
        let dilations = numbers(call, "dilations", kernel.len())?.unwrap_or_else(ones);
        let pads = numbers(call, "pads", kernel.len().saturating_mul(2))?;
        let pads = pads.unwrap_or_else(|| vec![0; kernel.len().saturating_mul(2)]);
        let (heads, tails) = pads.split_at_checked(kernel.len()).ok_or(UNFIT)?;
        let auto = call.text("auto_pad", "NOTSET")?;
        let axes = spatial
            .iter()
            .zip(kernel)
            .zip(strides.iter().zip(&dilations))
            .zip(heads.iter().zip(tails))
            .map(|(((input, kernel), (stride, dilation)), (head, tail))| {
                axis(auto, [*input, *kernel, *stride, *dilation, *head, *tail])
            })
            .collect::<Judged<Vec<Axis>>>()?;
        Ok(Self { groups, batch, channels, depth, filters, axes })
    }

    /// Shape of the output.
    pub fn dims(&self) -> Vec<u64> {
        [self.batch, self.filters].into_iter().chain(self.axes.iter().map(|axis| axis.output)).collect()
    }

    /// Output positions of one image.
    pub fn positions(&self) -> u64 {
        product(self.axes.iter().map(|axis| axis.output))
    }

    /// Kernel positions.
    pub fn kernel(&self) -> u64 {
        product(self.axes.iter().map(|axis| axis.kernel))
    }

    /// Filters of one group.
    pub fn group_filters(&self) -> u64 {
        self.filters.checked_div(self.groups).unwrap_or(0)
    }

    /// Products in the sum of one output element.
    pub fn terms(&self) -> u64 {
        self.depth.saturating_mul(self.kernel())
    }

    /// Where output element `index` lies.
    pub fn place(&self, index: u64) -> Place {
        let positions = self.positions();
        let position = index.checked_rem(positions).unwrap_or(0);
        let plane = index.checked_div(positions).unwrap_or(0);
        let dims: Vec<u64> = self.axes.iter().map(|axis| axis.output).collect();
        Place {
            image: plane.checked_div(self.filters).unwrap_or(0),
            filter: plane.checked_rem(self.filters).unwrap_or(0),
            position,
            at: crate::operators::shape::coordinates(&dims, position),
        }
    }

    /// Whether no axis has padding.
    pub fn unpadded(&self) -> bool {
        self.axes.iter().all(|axis| axis.head == 0 && axis.tail == 0)
    }

    /// Whether all strides are 1.
    pub fn dense(&self) -> bool {
        self.axes.iter().all(|axis| axis.stride == 1)
    }

    /// Offset within a plane that every kernel position meets, row-major; `None` for padding.
    pub fn offsets(&self, call: &Call<'_>, place: &Place) -> Judged<Vec<Option<u64>>> {
        call.spend(self.kernel())?;
        let mut offsets = vec![Some(0u64)];
        for (axis, o) in self.axes.iter().zip(&place.at) {
            offsets = offsets
                .iter()
                .flat_map(|outer| (0..axis.kernel).map(move |k| (outer, axis.at(*o, k))))
                .map(|(outer, own)| Some(outer.as_ref()?.saturating_mul(axis.input).saturating_add(own?)))
                .collect();
        }
        Ok(offsets)
    }

    /// The input elements under the kernel at `place`: channel by channel of its group, each with all kernel positions
    /// row-major; padding is 0. The order of the filter's own elements.
    pub fn patch(&self, call: &Call<'_>, place: &Place, offsets: &[Option<u64>]) -> Judged<Vec<F32>> {
        let plane = product(self.axes.iter().map(|axis| axis.input));
        let group = place.filter.checked_div(self.group_filters()).unwrap_or(0);
        let channel = place.image.saturating_mul(self.channels).saturating_add(group.saturating_mul(self.depth));
        let first = channel.saturating_mul(plane);
        call.spend(self.terms())?;
        let count = usize::try_from(self.terms()).map_err(|_| Reject::Limit)?;
        let mut patch = vec![F32::ZERO; count];
        for (position, offset) in offsets.iter().enumerate() {
            let Some(offset) = offset else { continue };
            let line = call.f32_line(0, first.saturating_add(*offset), plane, self.depth)?;
            let column = patch.iter_mut().skip(position).step_by(offsets.len().max(1));
            column.zip(line).for_each(|(to, from)| *to = from);
        }
        Ok(patch)
    }

    /// The filter's elements, in the order in which they lie.
    pub fn filter(&self, call: &Call<'_>, place: &Place) -> Judged<Vec<F32>> {
        call.f32_line(1, place.filter.saturating_mul(self.terms()), 1, self.terms())
    }
}

fn product(lengths: impl Iterator<Item = u64>) -> u64 {
    lengths.fold(1, u64::saturating_mul)
}

/// A list of `count` numbers that are not negative.
fn numbers(call: &Call<'_>, name: &str, count: usize) -> Judged<Option<Vec<u64>>> {
    let Some(list) = call.ints(name)? else { return Ok(None) };
    if list.is_empty() {
        return Ok(None);
    }
    if list.len() != count {
        return Err(UNFIT);
    }
    list.iter().map(|n| u64::try_from(*n).map_err(|_| UNFIT)).collect::<Judged<_>>().map(Some)
}

/// ONNX's `auto_pad` as ONNX Runtime computes it.
fn axis(auto: &[u8], [input, kernel, stride, dilation, head, tail]: [u64; 6]) -> Judged<Axis> {
    if kernel == 0 || stride == 0 || dilation == 0 || input > 1 << 40 || head > 1 << 40 || tail > 1 << 40 {
        return Err(UNFIT);
    }
    let span = (kernel - 1).checked_mul(dilation).and_then(|n| n.checked_add(1)).ok_or(UNFIT)?;
    let (head, tail) = match auto {
        b"NOTSET" | b"" => (head, tail),
        b"VALID" => (0, 0),
        b"SAME_UPPER" | b"SAME_LOWER" => {
            let wanted = input.div_ceil(stride).saturating_sub(1).checked_mul(stride).ok_or(UNFIT)?;
            let zeros = wanted.saturating_add(span).saturating_sub(input);
            let half = zeros >> 1;
            let rest = zeros.saturating_sub(half);
            if auto == b"SAME_UPPER" {
                (half, rest)
            } else {
                (rest, half)
            }
        },
        _ => return Err(Reject::Malformed("auto_pad")),
    };
    let padded = input.saturating_add(head).saturating_add(tail);
    let output = padded.checked_sub(span).map_or(0, |free| free.checked_div(stride).unwrap_or(0).saturating_add(1));
    Ok(Axis { input, output, kernel, stride, dilation, head, tail, skip: 0 })
}
