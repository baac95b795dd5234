//! Operators that make a tensor larger by repeating or filling it.

use super::common::{always, axes, copy, dim, made, signed, size, unsigned};
use crate::{operators::shape, Call, Domain, Expected, Header, Judged, Operator, Reject};
use alloc::vec::Vec;

/// `Pad`; axes from operator set 18, wrapping from 19.
pub const PAD: Operator = always(Domain::Onnx, "Pad", (13, 26), pad, padded);
/// `Pad` of `com.microsoft`.
pub const PAD_MS: Operator = always(Domain::Microsoft, "Pad", (1, 1), pad, padded);
/// `Expand`.
pub const EXPAND: Operator = always(Domain::Onnx, "Expand", (13, 26), expand, expanded);
/// `Tile`.
pub const TILE: Operator = always(Domain::Onnx, "Tile", (13, 26), tile, tiled);

/// One padded axis: `length` elements of which `kept` from `first` on stay, with `before` more in front of them and
/// `after` behind.
#[derive(Clone, Copy)]
struct Side {
    length: i64,
    first: i64,
    kept: i64,
    before: i64,
    after: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Constant,
    Reflect,
    Edge,
    Wrap,
}

impl Side {
    /// Negative pads cut elements away.
    fn new(length: u64, before: i64, after: i64) -> Self {
        let length = signed(length);
        let first = before.min(0).saturating_neg();
        let kept = length.saturating_sub(first).saturating_add(after.min(0));
        Self { length, first, kept, before: before.max(0), after: after.max(0) }
    }

    fn total(self) -> i64 {
        self.kept.saturating_add(self.before).saturating_add(self.after)
    }

    /// Refuses what ONNX Runtime refuses.
    fn check(self, mode: Mode) -> Judged<()> {
        let padded = self.before > 0 || self.after > 0;
        let right = match mode {
            Mode::Constant => true,
            Mode::Reflect => {
                self.kept > 0 && (!padded || (self.kept > 1 && self.before < self.kept && self.after < self.kept))
            },
            Mode::Edge | Mode::Wrap => self.kept > 0,
        };
        if right {
            Ok(())
        } else {
            Err(Reject::Malformed("padding that the input does not provide for"))
        }
    }

    /// Coordinate in the input; `None` where the constant stands.
    fn source(self, mode: Mode, at: u64) -> Option<u64> {
        let own = signed(at).saturating_sub(self.before);
        let last = self.kept.saturating_sub(1);
        let own = match mode {
            Mode::Constant if own < 0 || own > last => return None,
            Mode::Constant => own,
            Mode::Edge => own.clamp(0, last.max(0)),
            Mode::Wrap => own.checked_rem_euclid(self.kept)?,
            Mode::Reflect if own < 0 => own.saturating_neg(),
            Mode::Reflect if own > last => last.saturating_mul(2).saturating_sub(own),
            Mode::Reflect => own,
        };
        u64::try_from(own.saturating_add(self.first)).ok().filter(|c| *c < self.length.unsigned_abs())
    }
}

fn sides(call: &Call<'_>) -> Judged<(Mode, Vec<Side>)> {
    let dims = call.dims(0)?;
    let mode = match call.text("mode", "constant")? {
        b"constant" => Mode::Constant,
        b"reflect" => Mode::Reflect,
        b"edge" => Mode::Edge,
        b"wrap" if call.node.opset >= 19 => Mode::Wrap,
        _ => return Err(Reject::Unsupported("this mode of Pad")),
    };
    let pads = call.integers(1)?;
    let named = axes(call, 3, "axes")?.unwrap_or_else(|| (0..signed(size(dims.len()))).collect());
    if pads.len() != named.len().saturating_mul(2) || dims.is_empty() {
        return Err(Reject::Malformed("pads that do not fit the axes"));
    }
    if call.has(2) && (call.header(2)?.count() != 1 || call.dtype(2)? != call.dtype(0)?) {
        return Err(Reject::Malformed("a constant that is not one element"));
    }
    let mut sides: Vec<Side> = dims.iter().map(|length| Side::new(*length, 0, 0)).collect();
    let (before, after) = pads.split_at(named.len());
    for ((axis, before), after) in named.iter().zip(before).zip(after) {
        let axis = shape::axis(*axis, dims.len())?;
        if let Some(side) = sides.get_mut(axis) {
            *side = Side::new(dim(dims, axis), *before, *after);
        }
    }
    if dims.contains(&0) {
        // Nothing to repeat: only the constant can fill, and no axis without elements may grow.
        let grows = sides.iter().any(|side| side.length == 0 && side.total() > 0);
        if mode == Mode::Wrap || (mode != Mode::Constant && grows) {
            return Err(Reject::Malformed("padding that the input does not provide for"));
        }
    } else {
        sides.iter().try_for_each(|side| side.check(mode))?;
    }
    Ok((mode, sides))
}

fn pad(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (_, sides) = sides(call)?;
    made(call.dtype(0)?, sides.iter().map(|side| unsigned(side.total())).collect::<Judged<Vec<u64>>>()?)
}

fn padded(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (mode, sides) = sides(call)?;
    let out: Vec<u64> = sides.iter().map(|side| unsigned(side.total())).collect::<Judged<Vec<u64>>>()?;
    let at = shape::coordinates(&out, index);
    let from: Option<Vec<u64>> = sides.iter().zip(at).map(|(side, c)| side.source(mode, c)).collect();
    match from {
        Some(from) => copy(call, 0, shape::index(call.dims(0)?, &from)),
        None if call.has(2) => copy(call, 2, 0),
        None => Ok(Expected::Bits(0)),
    }
}

fn expand(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let wanted = call.integers(1)?.into_iter().map(unsigned).collect::<Judged<Vec<u64>>>()?;
    made(data.dtype, shape::broadcast([data.dims.as_slice(), &wanted])?)
}

fn expanded(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let out = expand(call, 0)?.dims;
    copy(call, 0, shape::broadcast_index(&out, call.dims(0)?, index))
}

fn tile(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let repeats = call.integers(1)?;
    if repeats.len() != data.dims.len() || call.dims(1)?.len() != 1 {
        return Err(Reject::Malformed("repeats that do not fit the axes"));
    }
    let times = |(length, times): (&u64, i64)| Ok(length.saturating_mul(unsigned(times)?));
    made(data.dtype, data.dims.iter().zip(repeats).map(times).collect::<Judged<Vec<u64>>>()?)
}

fn tiled(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let mut at = shape::coordinates(&tile(call, 0)?.dims, index);
    for (c, length) in at.iter_mut().zip(dims) {
        *c = c.checked_rem(*length).unwrap_or(0);
    }
    copy(call, 0, shape::index(dims, &at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn side_should_cut_before_it_pads_when_one_pad_is_negative() {
        let side = Side::new(4, -1, 2);
        let sources = |mode| (0..5).map(|at| side.source(mode, at).unwrap_or(9)).collect::<Vec<u64>>();
        assert_eq!(side.total(), 5);
        assert_eq!(sources(Mode::Reflect), vec![1, 2, 3, 2, 1]);
        assert_eq!(sources(Mode::Edge), vec![1, 2, 3, 3, 3]);
        assert_eq!(sources(Mode::Wrap), vec![1, 2, 3, 1, 2]);
        assert_eq!(sources(Mode::Constant), vec![1, 2, 3, 9, 9]);
    }

    #[test]
    fn side_should_refuse_reflection_when_it_is_as_long_as_the_axis() {
        assert!(Side::new(4, 3, 3).check(Mode::Reflect).is_ok());
        assert!(Side::new(4, 4, 0).check(Mode::Reflect).is_err());
        assert!(Side::new(4, -2, 2).check(Mode::Reflect).is_err());
        assert!(Side::new(4, 6, 0).check(Mode::Wrap).is_ok());
        assert!(Side::new(0, 1, 0).check(Mode::Edge).is_err());
        assert!(Side::new(0, 1, 0).check(Mode::Constant).is_ok());
    }
}
