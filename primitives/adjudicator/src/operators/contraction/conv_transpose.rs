//! `ConvTranspose` (ONNX): the products of the transposed filters with the input, then for every output element the
//! sum over the kernel positions that reach it.

use super::{
    activation::Activation,
    bound::dot_bound,
    conv::{add_bias, terms},
    dot::dot_exact,
    product::Product,
};
use crate::{
    operators::shape::{coordinates, count, strides},
    soft::F32,
    Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::{vec, vec::Vec};

const UNFIT: Reject = Reject::Malformed("a transposed convolution whose shapes do not fit");

/// One spatial axis.
struct Axis {
    input: u64,
    output: u64,
    kernel: u64,
    stride: u64,
    dilation: u64,
    head: u64,
}

impl Axis {
    /// The input position that reaches output position `o` through kernel position `k`.
    fn at(&self, o: u64, k: u64) -> Option<u64> {
        let scaled = o.saturating_add(self.head).checked_sub(k.saturating_mul(self.dilation))?;
        if scaled.checked_rem(self.stride)? != 0 {
            return None;
        }
        scaled.checked_div(self.stride).filter(|at| *at < self.input)
    }
}

struct Plan {
    groups: u64,
    batch: u64,
    /// Input channels of a group.
    depth: u64,
    /// Output channels of a group.
    filters: u64,
    axes: Vec<Axis>,
}

impl Plan {
    fn of(call: &Call<'_>) -> Judged<Self> {
        let (&[batch, channels, ref spatial @ ..], &[inputs, filters, ref kernel @ ..]) =
            (call.dims(0)?, call.dims(1)?)
        else {
            return Err(UNFIT);
        };
        let rank = kernel.len();
        let groups = u64::try_from(call.int("group", 1)?).map_err(|_| UNFIT)?;
        if spatial.len() != rank || rank == 0 || groups == 0 || inputs != channels {
            return Err(UNFIT);
        }
        if channels.checked_rem(groups) != Some(0) {
            return Err(UNFIT);
        }
        let list = |name: &str, length: usize| -> Judged<Option<Vec<i64>>> {
            match call.ints(name)? {
                Some([]) => Ok(None),
                Some(list) if list.len() == length && list.iter().all(|n| (0..1 << 40).contains(n)) => {
                    Ok(Some(list.to_vec()))
                },
                Some(_) => Err(UNFIT),
                None => Ok(None),
            }
        };
        let or = |list: Option<Vec<i64>>, length: usize, value: i64| list.unwrap_or_else(|| vec![value; length]);
        let given = list("kernel_shape", rank)?;
        let kernel: Vec<i64> = kernel.iter().map(|n| i64::try_from(*n).map_err(|_| UNFIT)).collect::<Judged<_>>()?;
        if given.is_some_and(|given| given != kernel) {
            return Err(UNFIT);
        }
        let strides = or(list("strides", rank)?, rank, 1);
        let dilations = or(list("dilations", rank)?, rank, 1);
        let extra = or(list("output_padding", rank)?, rank, 0);
        let pads = or(list("pads", rank.saturating_mul(2))?, rank.saturating_mul(2), 0);
        let (heads, tails) = pads.split_at_checked(rank).ok_or(UNFIT)?;
        // The whole shape may be given, or its spatial part.
        let shape = match call.ints("output_shape")?.unwrap_or_default() {
            [] => None,
            shape if shape.len() == rank => Some(shape),
            [_, _, shape @ ..] if shape.len() == rank => Some(shape),
            _ => return Err(UNFIT),
        };
        let auto = call.text("auto_pad", "NOTSET")?;
        let mut axes = Vec::with_capacity(rank);
        for (n, input) in spatial.iter().enumerate() {
            let at = |list: &[i64]| list.get(n).copied().ok_or(UNFIT);
            axes.push(axis(
                auto,
                i64::try_from(*input).map_err(|_| UNFIT)?,
                [at(&kernel)?, at(&strides)?, at(&dilations)?, at(&extra)?, at(heads)?, at(tails)?],
                shape.map(at).transpose()?,
            )?);
        }
        Ok(Self { groups, batch, depth: channels.checked_div(groups).unwrap_or(0), filters, axes })
    }

    fn dims(&self) -> Vec<u64> {
        let channels = self.filters.saturating_mul(self.groups);
        [self.batch, channels].into_iter().chain(self.axes.iter().map(|axis| axis.output)).collect()
    }

    fn of_axes(&self, length: fn(&Axis) -> u64) -> Vec<u64> {
        self.axes.iter().map(length).collect()
    }
}

/// Lengths and padding as ONNX Runtime computes them.
fn axis(auto: &[u8], input: i64, numbers: [i64; 6], shape: Option<i64>) -> Judged<Axis> {
    let [kernel, stride, dilation, extra, head, tail] = numbers;
    if kernel < 1 || stride < 1 || dilation < 1 {
        return Err(UNFIT);
    }
    let full = i128::from(input)
        .saturating_sub(1)
        .saturating_mul(i128::from(stride))
        .saturating_add(i128::from(extra))
        .saturating_add(i128::from(kernel).saturating_sub(1).saturating_mul(i128::from(dilation)))
        .saturating_add(1);
    let same = matches!(auto, b"SAME_UPPER" | b"SAME_LOWER");
    if !same && !matches!(auto, b"NOTSET" | b"" | b"VALID") {
        return Err(Reject::Malformed("auto_pad"));
    }
    let wanted = match shape {
        Some(length) => Some(i128::from(length)),
        None if same => Some(i128::from(input).saturating_mul(i128::from(stride))),
        None => None,
    };
    let (head, tail) = match wanted {
        Some(wanted) => {
            let total = full.saturating_sub(wanted).max(0);
            let half = total >> 1;
            let rest = total.saturating_sub(half);
            if auto == b"SAME_UPPER" {
                (half, rest)
            } else {
                (rest, half)
            }
        },
        None if auto == b"VALID" => (0, 0),
        None => (i128::from(head), i128::from(tail)),
    };
    let output = shape.map_or_else(|| full.saturating_sub(head).saturating_sub(tail), i128::from);
    let number = |n: i128| u64::try_from(n).map_err(|_| UNFIT);
    Ok(Axis {
        input: number(input.into())?,
        output: number(output)?,
        kernel: number(kernel.into())?,
        stride: number(stride.into())?,
        dilation: number(dilation.into())?,
        head: number(head)?,
    })
}

/// Type and shape of the output.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let plan = Plan::of(call)?;
    let dims = plan.dims();
    if call.has(2) && dims.get(1).map(core::slice::from_ref) != Some(call.dims(2)?) {
        return Err(Reject::Malformed("a bias that does not fit"));
    }
    Header::new(call.dtype(0)?, dims).ok_or(Reject::Limit)
}

/// An element of the output.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let plan = Plan::of(call)?;
    let at = coordinates(&plan.dims(), index);
    let (&[image, channel, ref position @ ..], kernel, input) =
        (at.as_slice(), plan.of_axes(|axis| axis.kernel), plan.of_axes(|axis| axis.input))
    else {
        return Err(UNFIT);
    };
    let (group, filter) =
        (channel.checked_div(plan.filters).unwrap_or(0), channel.checked_rem(plan.filters).unwrap_or(0));
    let (kernel_size, plane) = (count(&kernel), count(&input));
    let first =
        image.saturating_mul(plan.groups).saturating_add(group).saturating_mul(plan.depth).saturating_mul(plane);
    let filter_rows = plan.filters.saturating_mul(kernel_size);
    let first_row = group.saturating_mul(plan.depth).saturating_mul(filter_rows);
    let (kernel_strides, input_strides) = (strides(&kernel), strides(&input));
    call.spend(kernel_size)?;
    let bias = call.has(2).then(|| call.f32(2, channel)).transpose()?;
    // Which kernel positions reach this element, and from where.
    let mut reached: Vec<(u64, u64)> = vec![(0, 0)];
    for ((axis, o), (k_step, i_step)) in plan.axes.iter().zip(position).zip(kernel_strides.iter().zip(&input_strides)) {
        let mut next = Vec::new();
        for (k0, i0) in &reached {
            for k in 0..axis.kernel {
                if let Some(i) = axis.at(*o, k) {
                    let row = k0.saturating_add(k.saturating_mul(*k_step));
                    next.push((row, i0.saturating_add(i.saturating_mul(*i_step))));
                }
            }
        }
        call.spend(next.len() as u64)?;
        reached = next;
    }
    // Filters that are constant are transposed ahead, but for single rows and columns.
    let prepared = call.is_weight(1) && filter_rows != 1 && plan.depth != 1;
    let product = Product {
        m: filter_rows,
        n: plane,
        k: plan.depth,
        trans_a: !prepared,
        trans_b: false,
        ldb: plane,
        packed: false,
        plain: true,
    };
    let mut all: (Vec<F32>, Vec<F32>) = (Vec::new(), Vec::new());
    let mut sum = F32::ZERO;
    for (k, i) in reached {
        let row = filter.saturating_mul(kernel_size).saturating_add(k);
        let a = call.f32_line(1, first_row.saturating_add(row), filter_rows, plan.depth)?;
        let b = call.f32_line(0, first.saturating_add(i), plane, plan.depth)?;
        match call.schedule() {
            Some(schedule) => {
                let order = product.order(row, i, u64::from(schedule.threads), 1);
                sum = sum + dot_exact(order, &a, &b, F32::ONE, None);
            },
            None => {
                all.0.extend(a);
                all.1.extend(b);
            },
        }
    }
    if call.schedule().is_none() {
        return Ok(Activation::Identity.bound(dot_bound(&all.0, &all.1, F32::ONE, &terms(bias, None))).into());
    }
    Ok(add_bias(sum, bias).into())
}

/// Channels of the input, and of the filters, in consecutive bytes.
pub(super) fn layout(_: &Node, slot: Slot, _: Option<usize>) -> Layout {
    match slot {
        Slot::Input(0) => Layout::Last(0b10),
        Slot::Input(1) => Layout::Last(0b1),
        _ => Layout::Natural,
    }
}
