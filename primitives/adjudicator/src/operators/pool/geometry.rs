//! Where the windows of a pooling operator lie.

use crate::{operators::shape, soft::F32, Call, Header, Judged, Reject};
use alloc::{vec, vec::Vec};

/// Most spatial axes that ONNX Runtime pools.
const AXES: usize = 3;

/// A pooling operator over an input's spatial axes.
pub struct Pool {
    /// Axis of the channels.
    pub channel: usize,
    /// Spatial lengths of the input.
    pub input: Vec<i64>,
    /// Spatial lengths of the output.
    pub output: Vec<i64>,
    /// Lengths of the window.
    pub kernel: Vec<i64>,
    /// Distances between windows.
    pub strides: Vec<i64>,
    /// Distances between the positions of one window.
    pub dilations: Vec<i64>,
    /// Padding before and behind each axis.
    pub pads: Vec<(i64, i64)>,
}

/// One window: the input positions that it covers, axis by axis.
pub struct Window {
    /// Index of the first element of the image and channel in the input.
    pub base: u64,
    /// Distance between neighbours along the last axis.
    pub step: u64,
    /// First position of the window per axis; negative in the padding.
    pub start: Vec<i64>,
    /// Positions inside the input per axis.
    pub taps: Vec<Vec<u64>>,
}

fn small(n: i64) -> bool {
    (0..1 << 32).contains(&n)
}

fn list(call: &Call<'_>, name: &str, count: usize, default: i64) -> Judged<Vec<i64>> {
    let list = match call.ints(name)? {
        Some(list) if !list.is_empty() => list.to_vec(),
        _ => vec![default; count],
    };
    if list.len() != count || !list.iter().all(|n| small(*n)) {
        return Err(Reject::Malformed("a list that does not fit the spatial axes"));
    }
    Ok(list)
}

/// Which axis holds the channels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Behind the batch.
    First,
    /// At the end.
    Last,
}

impl Pool {
    /// A pool over windows, or over whole images.
    pub fn new(call: &Call<'_>, global: bool, channels: Channels) -> Judged<Self> {
        let dims = call.dims(0)?;
        let spatial = match channels {
            Channels::First => dims.get(2..),
            Channels::Last => dims.get(1..dims.len().saturating_sub(1)),
        };
        let input: Vec<i64> = spatial.unwrap_or(&[]).iter().map(|d| i64::try_from(*d).unwrap_or(i64::MAX)).collect();
        let empty = shape::count(dims) == 0 && dims.first() != Some(&0);
        if dims.len() < 3 || input.len() > AXES || empty || !input.iter().all(|n| small(*n)) {
            return Err(Reject::Malformed("an input that cannot be pooled"));
        }
        let channel = if channels == Channels::First { 1 } else { dims.len().saturating_sub(1) };
        let n = input.len();
        if global {
            let (kernel, output) = (input.clone(), vec![1; n]);
            let pads = vec![(0, 0); n];
            return Ok(Self { channel, input, output, kernel, strides: vec![1; n], dilations: vec![1; n], pads });
        }
        let kernel = call.ints("kernel_shape")?.ok_or(Reject::Malformed("a window without a shape"))?.to_vec();
        if kernel.len() != n || !kernel.iter().all(|k| *k > 0 && small(*k)) {
            return Err(Reject::Malformed("a window that does not fit the spatial axes"));
        }
        let strides = list(call, "strides", n, 1)?;
        let dilations = list(call, "dilations", n, 1)?;
        let given = list(call, "pads", n.saturating_mul(2), 0)?;
        let (before, behind) = given.split_at(n);
        let mut pads: Vec<(i64, i64)> = before.iter().copied().zip(behind.iter().copied()).collect();
        let fits = pads.iter().zip(&kernel).all(|((a, b), k)| a < k && b < k);
        if !fits || strides.contains(&0) || dilations.contains(&0) {
            return Err(Reject::Malformed("padding, strides or dilations of a window"));
        }
        let mut pool = Self { channel, input, output: Vec::new(), kernel, strides, dilations, pads: Vec::new() };
        let automatic = call.text("auto_pad", "NOTSET")?;
        let ceil = call.int("ceil_mode", 0)? == 1;
        for (axis, pad) in pads.iter_mut().enumerate() {
            *pad = pool.padding(axis, *pad, automatic)?;
            let length = pool.length(axis, *pad, ceil)?;
            pool.output.push(length);
        }
        pool.pads = pads;
        Ok(pool)
    }

    fn at(list: &[i64], axis: usize) -> i64 {
        list.get(axis).copied().unwrap_or(1)
    }

    /// Padding of an axis; what `auto_pad` asks for does not heed dilations.
    fn padding(&self, axis: usize, given: (i64, i64), automatic: &[u8]) -> Judged<(i64, i64)> {
        let (n, stride) = (Self::at(&self.input, axis), Self::at(&self.strides, axis));
        let windows = n.saturating_add(stride).saturating_sub(1).checked_div(stride).unwrap_or(0);
        let needed = windows
            .saturating_sub(1)
            .saturating_mul(stride)
            .saturating_add(Self::at(&self.kernel, axis))
            .saturating_sub(n);
        let half = |n: i64| n.checked_div(2).unwrap_or(0);
        Ok(match automatic {
            b"NOTSET" | b"" => given,
            b"VALID" => (0, 0),
            b"SAME_UPPER" => (half(needed), needed.saturating_sub(half(needed))),
            b"SAME_LOWER" => {
                let before = half(needed.saturating_add(1));
                (before, needed.saturating_sub(before))
            },
            _ => return Err(Reject::Unsupported("this automatic padding")),
        })
    }

    /// Number of windows along an axis.
    fn length(&self, axis: usize, (before, behind): (i64, i64), ceil: bool) -> Judged<i64> {
        let (n, stride) = (Self::at(&self.input, axis), Self::at(&self.strides, axis));
        let covered = Self::at(&self.dilations, axis).saturating_mul(Self::at(&self.kernel, axis).saturating_sub(1));
        let room = n.saturating_add(before).saturating_add(behind).saturating_sub(covered).saturating_sub(1);
        let mut length = room.checked_div(stride).unwrap_or(0).saturating_add(1);
        if ceil {
            let steps = (F32::from_i64(room) / F32::from_i64(stride)).ceil();
            length = steps.to_i64_trunc().unwrap_or(i64::MAX).saturating_add(1);
            // The last window must start inside the image.
            if length.saturating_sub(1).saturating_mul(stride) >= n.saturating_add(before) {
                length = length.saturating_sub(1);
            }
        }
        if length < 0 {
            return Err(Reject::Malformed("a window larger than what it is moved over"));
        }
        Ok(length)
    }

    /// Shape of the output.
    pub fn dims(&self, call: &Call<'_>) -> Judged<Vec<u64>> {
        let mut dims = call.dims(0)?.to_vec();
        let first = if self.channel == 1 { 2 } else { 1 };
        for (d, length) in dims.iter_mut().skip(first).zip(&self.output) {
            *d = u64::try_from(*length).unwrap_or(0);
        }
        Ok(dims)
    }

    /// Type and shape of the output.
    pub fn header(&self, call: &Call<'_>) -> Judged<Header> {
        Header::new(call.dtype(0)?, self.dims(call)?).ok_or(Reject::Malformed("a tensor that is too large"))
    }

    /// The window of an output element.
    pub fn window(&self, call: &Call<'_>, index: u64) -> Judged<Window> {
        let dims = call.dims(0)?;
        let at = shape::coordinates(&self.dims(call)?, index);
        let first = if self.channel == 1 { 2 } else { 1 };
        let (mut start, mut taps) = (Vec::new(), Vec::new());
        for (axis, c) in at.iter().skip(first).take(self.input.len()).enumerate() {
            let (n, dilation) = (Self::at(&self.input, axis), Self::at(&self.dilations, axis));
            let before = self.pads.get(axis).map_or(0, |(before, _)| *before);
            let c = i64::try_from(*c).unwrap_or(i64::MAX);
            let from = c.saturating_mul(Self::at(&self.strides, axis)).saturating_sub(before);
            let kernel = Self::at(&self.kernel, axis);
            call.spend(kernel.unsigned_abs())?;
            let inside = (0..kernel)
                .map(|k| from.saturating_add(k.saturating_mul(dilation)))
                .filter(|p| (0..n).contains(p))
                .map(i64::unsigned_abs)
                .collect();
            start.push(from);
            taps.push(inside);
        }
        let mut corner = at;
        corner.iter_mut().skip(first).take(self.input.len()).for_each(|c| *c = 0);
        let step = if self.channel == 1 { 1 } else { dims.last().copied().unwrap_or(1) };
        Ok(Window { base: shape::index(dims, &corner), step, start, taps })
    }

    /// Product of the window's lengths.
    pub fn volume(&self) -> u64 {
        self.kernel.iter().fold(1u64, |n, k| n.saturating_mul(k.unsigned_abs()))
    }
}

impl Window {
    /// Number of positions inside the input.
    pub fn count(&self) -> u64 {
        self.taps.iter().fold(1u64, |n, taps| n.saturating_mul(u64::try_from(taps.len()).unwrap_or(u64::MAX)))
    }

    /// Positions within the image, row-major; each with its spatial coordinates folded into one number.
    pub fn positions(&self, call: &Call<'_>, input: &[i64]) -> Judged<Vec<u64>> {
        call.spend(self.count())?;
        let mut positions = vec![0u64];
        for (taps, n) in self.taps.iter().zip(input) {
            let next = |p: &u64| {
                let row = p.saturating_mul(n.unsigned_abs());
                taps.iter().map(move |tap| row.saturating_add(*tap))
            };
            positions = positions.iter().flat_map(next).collect();
        }
        Ok(positions)
    }

    /// The bits of the elements in the window, row-major, with their positions.
    pub fn elements(&self, call: &Call<'_>, input: &[i64]) -> Judged<Vec<(u64, u64)>> {
        let read = |p: u64| Ok((p, call.bits(0, self.base.saturating_add(p.saturating_mul(self.step)))?));
        self.positions(call, input)?.into_iter().map(read).collect()
    }
}

/// How MLAS goes over a window of a plain float32 image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kernel {
    /// The window is the image: four lanes, then the rest.
    Global,
    /// Each column of the window first, then the columns from left to right.
    Columns,
    /// Row-major.
    Rows,
}

impl Pool {
    /// The kernel that MLAS chooses; it refuses negative padding.
    pub fn kernel(&self) -> Judged<Kernel> {
        let (Some(last), Some((before, behind)), Some(stride)) =
            (self.input.last(), self.pads.last(), self.strides.last())
        else {
            return Err(Reject::Malformed("an input that cannot be pooled"));
        };
        if self.pads.iter().any(|(a, b)| *a < 0 || *b < 0) {
            return Err(Reject::Malformed("negative padding"));
        }
        let unpadded = self.pads.iter().all(|pad| *pad == (0, 0));
        if self.kernel == self.input && self.strides.iter().all(|s| *s == 1) && unpadded {
            return Ok(Kernel::Global);
        }
        // Its buffer holds 2048 numbers, three of them beyond the row.
        let row = before.saturating_add(*behind).saturating_add(*last);
        let fits = self.input.len() >= 2 && *stride <= 2 && self.kernel.iter().all(|k| *k <= 32) && row <= 2045;
        Ok(if fits { Kernel::Columns } else { Kernel::Rows })
    }
}
