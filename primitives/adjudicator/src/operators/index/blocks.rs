//! Reshapes by which ONNX Runtime looks at blocked values as five-dimensional ones.
//!
//! Where an elementwise operator broadcasts between blocked values, ONNX Runtime reshapes them to N x C/b x H x W x b and back. In
//! memory nothing moves. But what is committed of a blocked value is unblocked, so lowering writes these two reshapes as
//! what they do to the logical tensor.

use super::common::{always, copy, dim, made, unsigned};
use crate::{operators::shape, Call, Domain, Expected, Header, Judged, Operator, Reject};
use alloc::vec;

/// N x C x H x W to N x C/b x H x W x b, with the attribute `block`.
pub const SPLIT_BLOCKS: Operator = always(Domain::Nchwc, "SplitBlocks", (1, 1), split, in_split);
/// N x C/b x H x W x b to N x C x H x W.
pub const JOIN_BLOCKS: Operator = always(Domain::Nchwc, "JoinBlocks", (1, 1), join, in_joined);

fn split(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let [n, c, h, w]: [u64; 4] =
        data.dims.as_slice().try_into().map_err(|_| Reject::Malformed("an image that has not four dimensions"))?;
    let block = unsigned(call.int("block", 0)?)?;
    match c.checked_rem(block) {
        Some(0) => made(data.dtype, vec![n, c.checked_div(block).unwrap_or(0), h, w, block]),
        _ => Err(Reject::Malformed("channels that are not whole blocks")),
    }
}

fn in_split(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let out = split(call, 0)?.dims;
    let [n, outer, y, x, inner]: [u64; 5] = shape::coordinates(&out, index).try_into().unwrap_or_default();
    let channel = outer.saturating_mul(dim(&out, 4)).saturating_add(inner);
    copy(call, 0, shape::index(call.dims(0)?, &[n, channel, y, x]))
}

fn join(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let [n, outer, h, w, inner]: [u64; 5] =
        data.dims.as_slice().try_into().map_err(|_| Reject::Malformed("blocks that have not five dimensions"))?;
    made(data.dtype, vec![n, outer.saturating_mul(inner), h, w])
}

fn in_joined(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let out = join(call, 0)?.dims;
    let [n, c, y, x]: [u64; 4] = shape::coordinates(&out, index).try_into().unwrap_or_default();
    let block = dim(dims, 4);
    let (outer, inner) = (c.checked_div(block).unwrap_or(0), c.checked_rem(block).unwrap_or(0));
    copy(call, 0, shape::index(dims, &[n, outer, y, x, inner]))
}

#[cfg(test)]
mod tests {
    use crate::{
        graph::{Mode, Node, Operand},
        lookup, ArrayElements, Attribute, Call, DType, Domain, Expected, Header, Layout, Memo, Place, Tensor,
    };
    use alloc::{vec, vec::Vec};

    fn run(operator: &str, dims: &[u64], data: &[u8]) -> (Vec<u64>, Vec<u8>) {
        let operand = || Some(Operand { place: Place::Trace, root: 0, layouts: vec![Layout::Natural] });
        let node = Node {
            domain: Domain::Nchwc,
            operator: operator.as_bytes().to_vec(),
            opset: 1,
            attributes: vec![(b"block".to_vec(), Attribute::Int(4))],
            inputs: vec![operand()],
            outputs: vec![operand()],
            mode: Mode::Bounded,
        };
        let header = Header::new(DType::Uint8, dims.to_vec()).unwrap();
        let elements = ArrayElements { inputs: vec![Some(Tensor { header, data })], outputs: vec![None] };
        let memo = Memo::new();
        let definition = lookup(Domain::Nchwc, operator.as_bytes(), 1).unwrap();
        let out = (definition.header)(&Call::new(&node, &elements, &memo), 0).unwrap();
        let element = |i| match (definition.element)(&Call::new(&node, &elements, &memo), 0, i) {
            Ok(Expected::Bits(bits)) => bits as u8,
            other => panic!("{other:?}"),
        };
        let bytes = (0..out.count()).map(element).collect();
        (out.dims, bytes)
    }

    #[test]
    fn channels_should_be_grouped_and_joined_again_when_blocks_are_shown() {
        let data: Vec<u8> = (0..2 * 8 * 3 * 2).map(|i| i as u8).collect();
        let (dims, all) = run("SplitBlocks", &[2, 8, 3, 2], &data);
        assert_eq!(dims, [2, 2, 3, 2, 4]);
        // Image 1, block 1, row 2, column 0, channel 3 of the block: channel 7.
        let at = crate::operators::shape::index;
        let shown = all[at(&dims, &[1, 1, 2, 0, 3]) as usize];
        assert_eq!(shown, data[at(&[2, 8, 3, 2], &[1, 7, 2, 0]) as usize]);
        assert_eq!(run("JoinBlocks", &dims, &all), (vec![2, 8, 3, 2], data));
    }
}
