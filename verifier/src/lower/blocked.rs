//! ONNX Runtime's blocked layouts, undone: what is committed and judged are logical NCHW and OIHW tensors.
//!
//! A kernel of domain `com.microsoft.nchwc` keeps channels in blocks of `b` (16 with AVX-512, 8 otherwise): the bytes of a
//! value of shape N x C x H x W are those of N x C/b x H x W x b, and shape and number of bytes stay the same.

use crate::commit::Arrangement;
use candor_adjudicator::{DType, Header, Layout};

/// How the bytes of a 4-dimensional tensor are blocked; the number is the block size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Activations, NCHWc: N x C/b x H x W x b.
    Channels(usize),
    /// Filters, OIHWBiBo: O/b x I/b x H x W x b (input) x b (output).
    Filter(usize),
    /// Filters whose input channels are not blocked, OIHWBo: O/b x I x H x W x b.
    FilterOutputs(usize),
}

impl Blocked {
    /// Bytes in blocked order to row-major order; `None` if the shape cannot be blocked like this or the bytes do not
    /// fit it.
    pub fn unblock(self, header: &Header, data: &[u8]) -> Option<Vec<u8>> {
        if let Self::Channels(block) = self {
            let arrangement = Arrangement::from_blocks(header, block, Layout::Natural)?;
            return whole(header, data).then(|| arrangement.bytes(data, 0, data.len()).into_owned());
        }
        self.filter(header, data, |out, from, logical, blocked| {
            if let (Some(to), Some(from)) = (out.get_mut(logical), from.get(blocked)) {
                *to = *from;
            }
        })
    }

    /// Bytes in row-major order to blocked order: the inverse of [`Self::unblock`].
    pub fn block(self, header: &Header, data: &[u8]) -> Option<Vec<u8>> {
        if let Self::Channels(block) = self {
            let arrangement = Arrangement::to_blocks(header, block)?;
            return whole(header, data).then(|| arrangement.bytes(data, 0, data.len()).into_owned());
        }
        self.filter(header, data, |out, from, logical, blocked| {
            if let (Some(to), Some(from)) = (out.get_mut(blocked), from.get(logical)) {
                *to = *from;
            }
        })
    }

    /// What `put(result, data, position in row-major order, position in blocked order)` makes of all elements of a filter,
    /// called in row-major order.
    fn filter(
        self,
        header: &Header,
        data: &[u8],
        put: impl Fn(&mut [[u8; SIZE]], &[[u8; SIZE]], usize, usize),
    ) -> Option<Vec<u8>> {
        let blocks = self.blocks(header, data)?;
        let mut out = vec![0u8; data.len()];
        let (from, to) = (data.as_chunks().0, out.as_chunks_mut().0);
        let mut at = 0;
        for o in 0..blocks.outer {
            for i in 0..blocks.inner {
                for p in 0..blocks.plane {
                    put(to, from, at, blocks.position(o, i, p));
                    at += 1;
                }
            }
        }
        Some(out)
    }

    /// How these bytes are blocked; `None` if the shape cannot be blocked like this or the bytes do not fit it.
    pub fn blocks(self, header: &Header, data: &[u8]) -> Option<Blocks> {
        let dims: Vec<usize> = header.dims.iter().map(|n| usize::try_from(*n)).collect::<Result<_, _>>().ok()?;
        let [outer, inner, h, w] = <[usize; 4]>::try_from(dims).ok()?;
        // Blocks of the outer and of the inner axis; 1 where an axis is not blocked.
        let (bo, bi) = match self {
            Self::Channels(b) => (1, b),
            Self::Filter(b) => (b, b),
            Self::FilterOutputs(b) => (b, 1),
        };
        let fits = |length: usize, block: usize| block.is_power_of_two() && length.is_multiple_of(block);
        (fits(outer, bo) && fits(inner, bi) && can_be_blocked(header.dtype) && whole(header, data)).then_some(Blocks {
            outer,
            inner,
            plane: h.checked_mul(w)?,
            bits: [bo.trailing_zeros(), bi.trailing_zeros()],
        })
    }
}

/// Lengths of the outer and the inner axis and of the rest together; the blocks of the two are powers of two.
#[derive(Clone, Copy, Debug)]
pub struct Blocks {
    outer: usize,
    inner: usize,
    plane: usize,
    bits: [u32; 2],
}

impl Blocks {
    /// Bits of `count` elements from the row-major index `start` on, zero-extended, appended to `out`; `None` if there are not so
    /// many.
    pub fn line(&self, data: &[u8], start: u64, count: u64, out: &mut Vec<u64>) -> Option<()> {
        let data: &[[u8; SIZE]] = data.as_chunks().0;
        let start = usize::try_from(start).ok()?;
        let (row, mut p) = (start.checked_div(self.plane)?, start % self.plane);
        let (mut o, mut i) = (row.checked_div(self.inner)?, row % self.inner);
        for _ in 0..count {
            let at = (o < self.outer).then(|| self.position(o, i, p))?;
            out.push(u32::from_le_bytes(*data.get(at)?).into());
            p += 1;
            if p == self.plane {
                (i, p) = (i + 1, 0);
            }
            if i == self.inner {
                (o, i) = (o + 1, 0);
            }
        }
        Some(())
    }

    #[inline]
    fn position(&self, o: usize, i: usize, p: usize) -> usize {
        let [bo, bi] = self.bits;
        let tile = ((o >> bo) * (self.inner >> bi) + (i >> bi)) * self.plane + p;
        let within = |at: usize, bits: u32| at & ((1 << bits) - 1);
        (((tile << bi) + within(i, bi)) << bo) + within(o, bo)
    }
}

/// Whether there are as many bytes as the tensor has.
fn whole(header: &Header, data: &[u8]) -> bool {
    crate::tensor::byte_len(header) == Some(data.len())
}

/// Bytes of an element of what can be blocked.
const SIZE: usize = 4;

/// Whether a type can be blocked: ONNX Runtime's blocked kernels know float32 only.
pub(super) fn can_be_blocked(dtype: DType) -> bool {
    dtype == DType::Float32
}
