//! How tensors lie in their layouts.

use candor_adjudicator::{Header, Layout};
use std::borrow::Cow;

/// Rows and columns that are transposed together.
const TILE: usize = 16;

/// How a tensor lies in one of its layouts.
#[derive(Clone, Debug)]
pub struct Arrangement {
    /// Shape in the committed order.
    pub dims: Vec<u64>,
    /// Distance, in elements of the row-major tensor, of neighbours along each committed axis.
    strides: Vec<u64>,
    size: usize,
    identity: bool,
    /// How the source is walked: length and distance, in elements, of every axis that cannot be merged with its neighbour.
    walk: Vec<(usize, usize)>,
}

impl Arrangement {
    /// How a tensor of this type and shape lies in `layout`.
    pub fn new(header: &Header, layout: Layout) -> Self {
        let axes = layout.axes(header.dims.len());
        let natural = candor_adjudicator::operators::shape::strides(&header.dims);
        let pick = |from: &[u64]| axes.iter().filter_map(|a| from.get(*a)).copied().collect::<Vec<_>>();
        let (dims, strides) = (pick(&header.dims), pick(&natural));
        let walk = walk(&dims, &strides);
        Self { dims, strides, size: header.dtype.size(), identity: axes.is_sorted(), walk }
    }

    /// How a tensor whose bytes lie in blocks of `block` channels (N x C/b x H x W x b) is committed in `layout`: unblocked
    /// and arranged in one pass. For [`Self::bytes`] only. `None` if it cannot be blocked like this.
    pub fn from_blocks(header: &Header, block: usize, layout: Layout) -> Option<Self> {
        let block = block as u64;
        let [outer, channels, h, w] = <[u64; 4]>::try_from(header.dims.as_slice()).ok()?;
        let blocks = channels.checked_div(block).filter(|blocks| blocks * block == channels)?;
        let plane = h.checked_mul(w)?.checked_mul(block)?;
        // Length and distance of the parts of every logical axis.
        let axes: [&[(u64, u64)]; 4] = [
            &[(outer, plane.saturating_mul(blocks))],
            &[(blocks, plane), (block, 1)],
            &[(h, w.saturating_mul(block))],
            &[(w, block)],
        ];
        let parts = layout.axes(4).into_iter().filter_map(|axis| axes.get(axis)).flat_map(|parts| parts.iter());
        let (lengths, strides): (Vec<u64>, Vec<u64>) = parts.copied().unzip();
        Some(Self { identity: false, walk: walk(&lengths, &strides), ..Self::new(header, layout) })
    }

    /// How row-major bytes are put into blocks of `block` channels: the inverse of the natural [`Self::from_blocks`]. For
    /// [`Self::bytes`] only.
    pub fn to_blocks(header: &Header, block: usize) -> Option<Self> {
        let block = block as u64;
        let [outer, channels, h, w] = <[u64; 4]>::try_from(header.dims.as_slice()).ok()?;
        let blocks = channels.checked_div(block).filter(|blocks| blocks * block == channels)?;
        let plane = h.checked_mul(w)?;
        let strides = [plane.saturating_mul(channels), plane.saturating_mul(block), w, 1, plane];
        Some(Self {
            identity: false,
            walk: walk(&[outer, blocks, h, w, block], &strides),
            ..Self::new(header, Layout::Natural)
        })
    }

    /// How bytes in the committed order of `layout` become row-major again.
    pub fn inverse(header: &Header, layout: Layout) -> Self {
        let axes = layout.axes(header.dims.len());
        let committed: Vec<u64> = axes.iter().filter_map(|a| header.dims.get(*a)).copied().collect();
        let own = candor_adjudicator::operators::shape::strides(&committed);
        let mut strides = vec![0; header.dims.len()];
        for (axis, stride) in axes.iter().zip(own) {
            strides.iter_mut().skip(*axis).take(1).for_each(|s| *s = stride);
        }
        let walk = walk(&header.dims, &strides);
        Self { dims: header.dims.clone(), strides, size: header.dtype.size(), identity: axes.is_sorted(), walk }
    }

    /// Number of elements.
    pub fn count(&self) -> u64 {
        elements(&self.dims)
    }

    /// Position, in the committed order, of the element with row-major index `index` in a tensor of shape `dims`.
    pub fn position(&self, index: u64) -> u64 {
        if self.identity {
            return index;
        }
        let own = candor_adjudicator::operators::shape::strides(&self.dims);
        // Every axis of the row-major tensor appears once: its coordinate is (index / stride) mod dim.
        let axes = self.dims.iter().zip(&self.strides).zip(&own);
        axes.map(|((dim, stride), own)| index.checked_div(*stride).unwrap_or(0) % (*dim).max(1) * own).sum()
    }

    /// Row-major index of the element at `position` in the committed order: the inverse of [`Self::position`].
    pub fn index(&self, position: u64) -> u64 {
        let mut rest = position;
        let mut index = 0;
        for (dim, stride) in self.dims.iter().zip(&self.strides).rev() {
            index += rest % (*dim).max(1) * stride;
            rest /= (*dim).max(1);
        }
        index
    }

    /// Bytes `from..to` of the committed order, given the row-major bytes. Both must be bounds of
    /// elements.
    pub fn bytes<'a>(&self, data: &'a [u8], from: usize, to: usize) -> Cow<'a, [u8]> {
        let to = to.min(data.len());
        let from = from.min(to);
        if self.identity {
            return Cow::Borrowed(data.get(from..to).unwrap_or_default());
        }
        let mut out = vec![0u8; to - from];
        match self.size {
            1 => self.gather::<1>(data, from, &mut out),
            2 => self.gather::<2>(data, from / 2, &mut out),
            4 => self.gather::<4>(data, from / 4, &mut out),
            _ => self.gather::<8>(data, from / 8, &mut out),
        }
        Cow::Owned(out)
    }

    /// Fills `out` with the elements from position `first` on. Goes through up to 16 neighbouring rows together: where the
    /// order is transposed, they share the cache lines of the source.
    fn gather<const N: usize>(&self, data: &[u8], first: usize, out: &mut [u8]) {
        let source = data.as_chunks::<N>().0;
        let target = out.as_chunks_mut::<N>().0;
        let Some(((length, step), outer)) = self.walk.split_last() else {
            // One element.
            target.iter_mut().zip(source).for_each(|(to, from)| *to = *from);
            return;
        };
        let (length, step) = ((*length).max(1), *step);
        let (inner, neighbour) = outer.last().copied().unwrap_or((1, 0));
        let offset = |row: usize| {
            let mut rest = row;
            let mut at = 0;
            for (dim, stride) in outer.iter().rev() {
                at += rest % (*dim).max(1) * stride;
                rest /= (*dim).max(1);
            }
            at
        };
        let mut done = 0;
        while done < target.len() {
            let position = first + done;
            let (row, start) = (position / length, position % length);
            let base = offset(row);
            if start != 0 || target.len() - done < length {
                // A part of a row.
                let count = (length - start).min(target.len() - done);
                let from = base + start * step;
                let Some(to) = target.get_mut(done..done + count) else { return };
                match source.get(from..from + count) {
                    Some(together) if step == 1 => to.copy_from_slice(together),
                    _ => to.iter_mut().enumerate().for_each(|(n, to)| {
                        *to = source.get(from + n * step).copied().unwrap_or([0; N]);
                    }),
                }
                done += count;
                continue;
            }
            // Rows that are as far from each other as their neighbours.
            let rows = ((target.len() - done) / length).min(inner - row % inner.max(1)).max(1);
            if step == 1 {
                let Some(together) = target.get_mut(done..done + rows * length) else { return };
                for (r, to) in together.chunks_exact_mut(length).enumerate() {
                    let from = base + r * neighbour;
                    source.get(from..from + length).into_iter().for_each(|from| to.copy_from_slice(from));
                }
                done += rows * length;
                continue;
            }
            let rows = rows.min(TILE);
            let Some(tile) = target.get_mut(done..done + rows * length) else { return };
            let mut n = 0;
            while n < length {
                // A square at a time, so that reads and writes are both of neighbours.
                let columns = (length - n).min(TILE);
                let mut square = [[[0u8; N]; TILE]; TILE];
                for (c, column) in square.iter_mut().take(columns).enumerate() {
                    let from = base + (n + c) * step;
                    match source.get(from..from + rows) {
                        Some(together) if neighbour == 1 => {
                            column.iter_mut().zip(together).for_each(|(to, from)| *to = *from);
                        },
                        _ => column.iter_mut().take(rows).enumerate().for_each(|(r, to)| {
                            *to = source.get(from + r * neighbour).copied().unwrap_or([0; N]);
                        }),
                    }
                }
                for (r, row) in tile.chunks_exact_mut(length).enumerate() {
                    let row = row.iter_mut().skip(n).take(columns);
                    row.zip(&square).for_each(|(to, column)| *to = column.get(r).copied().unwrap_or([0; N]));
                }
                n += columns;
            }
            done += rows * length;
        }
    }
}

/// Number of elements of a tensor of this shape, in whichever order its dimensions stand: where one is 0, the product of the
/// others may be anything.
pub(super) fn elements(dims: &[u64]) -> u64 {
    if dims.contains(&0) {
        return 0;
    }
    dims.iter().fold(1, |n, dim| n.saturating_mul(*dim))
}

/// Lengths and distances without axes of length 1, neighbours that lie together merged; nothing for a tensor without elements.
fn walk(dims: &[u64], strides: &[u64]) -> Vec<(usize, usize)> {
    if dims.contains(&0) {
        return Vec::new();
    }
    let mut walk: Vec<(usize, usize)> = Vec::with_capacity(dims.len());
    for (dim, stride) in dims.iter().zip(strides).filter(|(dim, _)| **dim != 1) {
        let (dim, stride) = (*dim as usize, *stride as usize);
        match walk.last_mut() {
            Some((length, step)) if *step == stride * dim => (*length, *step) = (*length * dim, stride),
            _ => walk.push((dim, stride)),
        }
    }
    walk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::Blocked;
    use candor_adjudicator::DType;
    use proptest::prelude::*;

    fn header(dims: &[u64]) -> Header {
        Header::new(DType::Float32, dims.to_vec()).unwrap()
    }

    fn data(count: u64) -> Vec<u8> {
        (0..count as u32).flat_map(u32::to_le_bytes).collect()
    }

    #[test]
    fn tensors_without_elements_should_be_arranged_when_their_dimensions_are_huge() {
        let huge = 1 << 40;
        for dims in [[0, huge, huge, huge], [huge, 0, huge, huge]] {
            let header = header(&dims);
            for layout in [Layout::Natural, Layout::Swapped, Layout::Last(0b10)] {
                let arrangement = Arrangement::new(&header, layout);
                assert_eq!(arrangement.count(), 0);
                assert!(arrangement.bytes(&[], 0, 4).is_empty());
                assert!(Arrangement::inverse(&header, layout).bytes(&[], 0, 4).is_empty());
                if let Some(blocks) = Arrangement::from_blocks(&header, 16, layout) {
                    assert!(blocks.bytes(&[], 0, 4).is_empty());
                }
                let committed = crate::commit::CommittedTensor::new(&header, &[], layout);
                assert_eq!((committed.byte_len(), committed.chunks()), (0, 1));
                assert_eq!(committed.span(0, 1), (0, 0));
            }
            if let Some(blocks) = Arrangement::to_blocks(&header, 16) {
                assert!(blocks.bytes(&[], 0, 4).is_empty());
            }
        }
    }

    proptest! {
        #[test]
        fn every_element_should_stand_at_its_position_when_a_tensor_is_arranged(
            dims in prop::collection::vec(1u64..9, 0..5), set in any::<u8>(), swapped in any::<bool>()
        ) {
            let header = header(&dims);
            let layout = if swapped { Layout::Swapped } else { Layout::Last(set) };
            let arrangement = Arrangement::new(&header, layout);
            let bytes = data(header.count());
            let arranged = arrangement.bytes(&bytes, 0, bytes.len());
            for index in 0..header.count() {
                let at = arrangement.position(index) as usize * 4;
                prop_assert_eq!(&arranged[at..at + 4], &(index as u32).to_le_bytes());
                prop_assert_eq!(arrangement.index(arrangement.position(index)), index);
            }
            let back = Arrangement::inverse(&header, layout);
            prop_assert_eq!(&*back.bytes(&arranged, 0, bytes.len()), bytes.as_slice());
        }

        #[test]
        fn windows_should_be_parts_of_the_whole_when_a_tensor_is_arranged(
            dims in prop::collection::vec(1u64..9, 1..4), from in 0usize..200, len in 0usize..200
        ) {
            let header = header(&dims);
            let arrangement = Arrangement::new(&header, Layout::Swapped);
            let bytes = data(header.count());
            let whole = arrangement.bytes(&bytes, 0, bytes.len());
            let from = (from * 4).min(bytes.len());
            let to = (from + len * 4).min(bytes.len());
            prop_assert_eq!(&*arrangement.bytes(&bytes, from, to), &whole[from..to]);
        }

        #[test]
        fn blocks_should_be_undone_on_the_way_when_a_blocked_tensor_is_arranged(
            outer in 1u64..3, blocks in 1u64..4, block in 1u64..20, h in 1u64..20, w in 1u64..20, nhwc in any::<bool>()
        ) {
            let header = header(&[outer, blocks * block, h, w]);
            let layout = if nhwc { Layout::Last(0b10) } else { Layout::Natural };
            let plain = data(header.count());
            let len = plain.len();
            let blocked = Blocked::Channels(block as usize).block(&header, &plain).unwrap();
            let to = Arrangement::to_blocks(&header, block as usize).unwrap();
            prop_assert_eq!(&*to.bytes(&plain, 0, len), blocked.as_slice());
            let from = Arrangement::from_blocks(&header, block as usize, layout).unwrap();
            let arranged = Arrangement::new(&header, layout);
            prop_assert_eq!(&*from.bytes(&blocked, 0, len), &*arranged.bytes(&plain, 0, len));
            let (a, b) = (len / 12 * 4, len / 6 * 4);
            prop_assert_eq!(&*from.bytes(&blocked, a, b), &*arranged.bytes(&plain, a, b));
        }
    }
}
