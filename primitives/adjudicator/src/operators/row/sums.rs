//! Orders in which kernels add, multiply and compare along a row. Names follow numerics.md: `seq`, `lanes`, Eigen's tree.

use super::number::Number;
use alloc::vec::Vec;

/// Left to right.
pub fn fold<T: Number>(x: &[T], op: impl Fn(T, T) -> T) -> Option<T> {
    x.iter().copied().reduce(op)
}

/// Left to right from `start`.
pub fn sequence<T: Number>(x: impl IntoIterator<Item = T>, start: T) -> T {
    x.into_iter().fold(start, |sum, v| sum + v)
}

/// `W` running sums from 0: element i goes to sum i mod `W`.
pub fn lanes<T: Number, const W: usize>(x: impl IntoIterator<Item = T>) -> [T; W] {
    let mut sums = [T::ZERO; W];
    for (i, v) in x.into_iter().enumerate() {
        if let Some(sum) = i.checked_rem(W).and_then(|lane| sums.get_mut(lane)) {
            *sum = *sum + v;
        }
    }
    sums
}

/// Four lanes to one: `(0 + 2) + (1 + 3)`.
pub fn cross<T: Number>([a, b, c, d]: [T; 4]) -> T {
    (a + c) + (b + d)
}

/// Eight lanes to one: upper half onto lower, then [`cross`].
pub fn cross8<T: Number>([a, b, c, d, e, f, g, h]: [T; 8]) -> T {
    cross([a + e, b + f, c + g, d + h])
}

/// Neighbours pairwise until one is left.
pub fn pairwise<T: Number>(lanes: &[T]) -> T {
    let mut sums: Vec<T> = lanes.to_vec();
    while sums.len() > 1 {
        sums = sums.chunks(2).filter_map(|pair| fold(pair, |a, b| a + b)).collect();
    }
    sums.first().copied().unwrap_or(T::ZERO)
}

/// Eigen's reduction of a dense vector (`redux`, linear traversal): `head` scalars up to the first 16-byte boundary,
/// whole packets in two interleaved accumulators, the packet's lanes crosswise, then head and tail one by one.
pub fn eigen<T: Number>(x: &[T], head: usize, op: impl Fn(T, T) -> T) -> Option<T> {
    eigen_packets(x, head, T::PACKET, &op, &op)
}

/// [`eigen`] with packets of 2 or 4 where `packet` combines lanes of packets, `op` single elements.
pub fn eigen_packets<T: Copy>(
    x: &[T],
    head: usize,
    width: usize,
    packet: impl Fn(T, T) -> T,
    op: impl Fn(T, T) -> T,
) -> Option<T> {
    let (front, rest) = x.split_at_checked(head).unwrap_or((x, &[]));
    let packets = rest.chunks_exact(width.max(1));
    let tail = packets.remainder();
    let packets: Vec<&[T]> = packets.collect();
    let Some((first, others)) = packets.split_first() else {
        return x.iter().copied().reduce(op);
    };
    let mut even: Vec<T> = first.to_vec();
    let merge = |into: &mut Vec<T>, other: &[T]| {
        for (a, b) in into.iter_mut().zip(other) {
            *a = packet(*a, *b);
        }
    };
    if let Some((second, others)) = others.split_first() {
        let mut odd: Vec<T> = second.to_vec();
        let pairs = others.chunks_exact(2);
        let single = pairs.remainder();
        for pair in pairs {
            if let [a, b] = pair {
                merge(&mut even, a);
                merge(&mut odd, b);
            }
        }
        merge(&mut even, &odd);
        for packet in single {
            merge(&mut even, packet);
        }
    }
    let lanes = match even.as_slice() {
        [a, b, c, d] => op(op(*a, *c), op(*b, *d)),
        [a, b] => op(*a, *b),
        _ => return None,
    };
    Some(front.iter().chain(tail).fold(lanes, |sum, v| op(sum, *v)))
}

/// Scalars before the first 16-byte boundary of a vector that starts `offset` elements after one.
pub fn head<T: Number>(offset: u64) -> usize {
    let packet = T::PACKET as u64;
    let past = offset.checked_rem(packet).unwrap_or(0);
    usize::try_from(packet.saturating_sub(past).checked_rem(packet).unwrap_or(0)).unwrap_or(0)
}

/// MLAS's kernel for one row times a matrix that is not transposed, the row all ones: groups of four, then two, then
/// one are added left to right, each then onto the running sum.
pub fn fours<T: Number>(x: &[T]) -> T {
    let quads = x.chunks_exact(4);
    let pairs = quads.remainder().chunks_exact(2);
    let single = pairs.remainder();
    let groups = quads.chain(pairs).chain(single.chunks(1));
    groups.filter_map(|group| fold(group, |a, b| a + b)).fold(T::ZERO, |sum, group| group + sum)
}

/// Sum of squares as MLAS's AVX2 layer normalisation has it: eight lanes of fused multiply-adds, a tail of fused ones; if
/// `plain`, the first four of a tail of four or more are multiplied and added (its compiler's choice).
pub fn squares8<T: Number>(x: &[T], plain: bool) -> T {
    let groups = x.chunks_exact(8);
    let tail = groups.remainder();
    let mut sums = [T::ZERO; 8];
    for group in groups {
        for (sum, v) in sums.iter_mut().zip(group) {
            *sum = v.fused(*v, *sum);
        }
    }
    let (plain, fused) = tail.split_at_checked(if plain { 4 } else { 0 }).unwrap_or((&[], tail));
    let sum = plain.iter().fold(cross8(sums), |sum, v| sum + *v * *v);
    fused.iter().fold(sum, |sum, v| v.fused(*v, sum))
}
