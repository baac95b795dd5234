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
            return Self::whole(header, data).then(|| arrangement.bytes(data, 0, data.len()).into_owned());
        }
        let mut out = vec![0u8; data.len()];
        self.for_each_run(header, data.len(), |blocked, logical, size| {
            if let (Some(to), Some(from)) = (out.get_mut(logical..logical + size), data.get(blocked..blocked + size)) {
                to.copy_from_slice(from);
            }
        })?;
        Some(out)
    }

    /// Bytes in row-major order to blocked order: the inverse of [`Self::unblock`].
    pub fn block(self, header: &Header, data: &[u8]) -> Option<Vec<u8>> {
        if let Self::Channels(block) = self {
            let arrangement = Arrangement::to_blocks(header, block)?;
            return Self::whole(header, data).then(|| arrangement.bytes(data, 0, data.len()).into_owned());
        }
        let mut out = vec![0u8; data.len()];
        self.for_each_run(header, data.len(), |blocked, logical, size| {
            if let (Some(to), Some(from)) = (out.get_mut(blocked..blocked + size), data.get(logical..logical + size)) {
                to.copy_from_slice(from);
            }
        })?;
        Some(out)
    }

    /// Whether there are as many bytes as the tensor has.
    fn whole(header: &Header, data: &[u8]) -> bool {
        crate::tensor::byte_len(header) == Some(data.len())
    }

    /// Calls `f(byte offset blocked, byte offset row-major, bytes)` for every element.
    fn for_each_run(self, header: &Header, len: usize, mut f: impl FnMut(usize, usize, usize)) -> Option<()> {
        let [outer, inner, h, w] = <[u64; 4]>::try_from(header.dims.as_slice()).ok()?;
        let [outer, inner] = [usize::try_from(outer).ok()?, usize::try_from(inner).ok()?];
        let plane = usize::try_from(h.checked_mul(w)?).ok()?;
        let size = header.dtype.size();
        if outer.checked_mul(inner)?.checked_mul(plane)?.checked_mul(size)? != len {
            return None;
        }
        // Blocks of the outer and of the inner axis; 1 where an axis is not blocked.
        let (bo, bi) = match self {
            Self::Channels(b) => (1, b),
            Self::Filter(b) => (b, b),
            Self::FilterOutputs(b) => (b, 1),
        };
        if bo == 0 || bi == 0 || outer % bo != 0 || inner % bi != 0 {
            return None;
        }
        let mut at = 0;
        for o in 0..outer / bo {
            for i in 0..inner / bi {
                for p in 0..plane {
                    for ii in 0..bi {
                        for oo in 0..bo {
                            let logical = ((o * bo + oo) * inner + i * bi + ii) * plane + p;
                            f(at, logical * size, size);
                            at += size;
                        }
                    }
                }
            }
        }
        Some(())
    }
}

/// Whether a type can be blocked: ONNX Runtime's blocked kernels know float32 only.
pub(super) fn can_be_blocked(dtype: DType) -> bool {
    dtype == DType::Float32
}
