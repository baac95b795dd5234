use super::{data, number};
use crate::*;
use proptest::prelude::*;

type B = Blake2b256;

/// RFC 6962, section 2.1, word for word: split at the largest power of two smaller than n.
fn rfc_6962(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => leaf_hash::<B>(&[]),
        1 => leaves[0],
        n => {
            let k = n.next_power_of_two() / 2;
            node_hash::<B>(&rfc_6962(&leaves[..k]), &rfc_6962(&leaves[k..]))
        },
    }
}

#[test]
fn hash_should_be_blake2b_256_when_compared_with_known_digests() {
    assert_eq!(hex::encode(B::hash(b"")), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_eq!(hex::encode(B::hash(b"abc")), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

#[test]
fn shape_should_be_that_of_rfc_6962_when_any_number_of_leaves() {
    for n in 0..130 {
        let leaves: Vec<Hash> = (0..n).map(number).collect();
        assert_eq!(merkle_root::<B>(&leaves), rfc_6962(&leaves), "{n} leaves");
    }
}

#[test]
fn empty_data_should_be_one_empty_leaf_when_hashed() {
    assert_eq!(data_root::<B>(&[]), B::hash(&[TAG_LEAF]));
    assert_eq!(chunk_hashes::<B>(&[]), vec![B::hash(&[TAG_LEAF])]);
    assert_eq!(chunk_count(0), 1);
}

#[test]
fn chunks_should_be_counted_when_lengths_lie_around_a_boundary() {
    for (len, count) in [(1, 1), (1023, 1), (1024, 1), (1025, 2), (2048, 2), (2049, 3), (u64::MAX, 1 << 54)] {
        assert_eq!(chunk_count(len), count);
    }
}

#[test]
fn leaf_should_differ_from_node_when_bytes_are_the_same() {
    let (left, right) = (number(1), number(2));
    let both = [left, right].concat();
    assert_ne!(leaf_hash::<B>(&both), node_hash::<B>(&left, &right));
}

#[test]
fn builder_should_know_its_length_when_fed() {
    let mut tree = TreeBuilder::<B>::default();
    assert!(tree.is_empty());
    tree.update(&data(1500)).update(&data(2));
    assert_eq!((tree.len(), tree.is_empty()), (1502, false));
}

proptest! {
    #[test]
    fn streaming_should_equal_one_shot_when_split_anywhere(
        len in 0usize..20_000,
        pieces in prop::collection::vec(0usize..3_000, 0..20),
    ) {
        let data = data(len);
        let mut tree = TreeBuilder::<B>::new();
        let mut rest = &data[..];
        for piece in pieces {
            let (now, later) = rest.split_at(piece.min(rest.len()));
            tree.update(now);
            rest = later;
        }
        tree.update(rest);
        prop_assert_eq!(tree.len(), len as u64);
        let leaves: Vec<Hash> = chunk_hashes::<B>(&data);
        prop_assert_eq!(leaves.len() as u64, chunk_count(len as u64));
        let root = tree.finish();
        prop_assert_eq!(root, data_root::<B>(&data));
        prop_assert_eq!(root, rfc_6962(&leaves));
    }

    #[test]
    fn root_should_change_when_any_bit_flips(len in 1usize..6_000, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut data = data(len);
        let root = data_root::<B>(&data);
        data[at.index(len)] ^= 1 << bit;
        prop_assert_ne!(root, data_root::<B>(&data));
    }
}
