use super::{data, number};
use crate::*;
use proptest::prelude::*;

type B = Blake2b256;

/// Data, its length, and a range of its chunks.
fn range() -> impl Strategy<Value = (Vec<u8>, u64, u64)> {
    (0usize..40_000).prop_flat_map(|len| {
        let chunks = chunk_count(len as u64);
        (0..chunks).prop_flat_map(move |first| (Just(data(len)), Just(first), 1..=chunks - first))
    })
}

#[test]
fn every_range_should_verify_when_trees_are_small() {
    for n in 1..=17u64 {
        let leaves: Vec<Hash> = (0..n).map(number).collect();
        let root = merkle_root::<B>(&leaves);
        for first in 0..n {
            for count in 1..=n - first {
                let proof = open::<B>(&leaves, first, count).unwrap();
                assert_eq!(Some(proof.len()), proof_len(n, first, count));
                let opened = &leaves[first as usize..(first + count) as usize];
                assert_eq!(verify_leaves::<B>(&root, n, first, opened, &proof), Ok(()), "{first}+{count} of {n}");
            }
        }
    }
}

#[test]
fn open_should_refuse_when_there_is_no_such_range() {
    let leaves: Vec<Hash> = (0..5).map(number).collect();
    for (first, count) in [(0, 0), (5, 1), (4, 2), (0, 6), (u64::MAX, 1), (1, u64::MAX), (u64::MAX, u64::MAX)] {
        assert_eq!(open::<B>(&leaves, first, count), None);
        assert_eq!(proof_len(5, first, count), None);
    }
    assert_eq!(open::<B>(&[], 0, 0), None);
    assert_eq!(open::<B>(&[], 0, 1), None);
    assert_eq!(open_data::<B>(&data(10), 1, 1), None);
}

#[test]
fn empty_data_should_open_and_verify_when_its_only_chunk_is_asked_for() {
    let (chunks, proof) = open_data::<B>(&[], 0, 1).unwrap();
    assert!(chunks.is_empty() && proof.is_empty());
    let root = data_root::<B>(&[]);
    assert_eq!(verify::<B>(&root, 0, 0, &[], &[]), Ok(()));
    assert_eq!(verify::<B>(&root, 1, 0, &[], &[]), Err(VerifyError::ChunkLength));
    assert_eq!(verify::<B>(&root, 0, 1, &[], &[]), Err(VerifyError::Range));
}

#[test]
fn verify_should_refuse_when_lengths_or_positions_are_wrong() {
    let data = data(5000);
    let root = data_root::<B>(&data);
    let (chunks, proof) = open_data::<B>(&data, 1, 2).unwrap();
    let check = |len, first, chunks: &[u8], proof: &[Hash]| verify::<B>(&root, len, first, chunks, proof);
    assert_eq!(check(5000, 1, chunks, &proof), Ok(()));
    assert_eq!(check(5000, 2, chunks, &proof), Err(VerifyError::ProofLength));
    assert_eq!(check(5000, 4, chunks, &proof), Err(VerifyError::Range));
    assert_eq!(check(5000, u64::MAX, chunks, &proof), Err(VerifyError::Range));
    assert_eq!(check(5000, 1, &chunks[1..], &proof), Err(VerifyError::ChunkLength));
    assert_eq!(check(5000, 1, &[], &proof), Err(VerifyError::ChunkLength));
    assert_eq!(check(5000, 1, chunks, &proof[1..]), Err(VerifyError::ProofLength));
    let longer = [&proof[..], &proof[..1]].concat();
    assert_eq!(check(5000, 1, chunks, &longer), Err(VerifyError::ProofLength));
    assert_eq!(check(u64::MAX, 1, chunks, &proof), Err(VerifyError::ProofLength));
    assert_eq!(verify::<B>(&number(0), 5000, 1, chunks, &proof), Err(VerifyError::Root));
}

#[test]
fn last_chunk_should_have_its_own_length_when_opened() {
    let data = data(2500);
    let root = data_root::<B>(&data);
    let (chunks, proof) = open_data::<B>(&data, 2, 1).unwrap();
    assert_eq!(chunks.len(), 452);
    assert_eq!(verify::<B>(&root, 2500, 2, chunks, &proof), Ok(()));
    assert_eq!(verify::<B>(&root, 2501, 2, chunks, &proof), Err(VerifyError::ChunkLength));
    let mut padded = chunks.to_vec();
    padded.resize(CHUNK, 0);
    assert_eq!(verify::<B>(&root, 3072, 2, &padded, &proof), Err(VerifyError::Root));
}

#[test]
fn tensor_opening_should_bind_type_shape_and_length_when_verified() {
    let data = data(4096);
    let root = tensor_root::<B>(1, &[4, 256], &data);
    let (chunks, proof) = open_data::<B>(&data, 3, 1).unwrap();
    let check = |dtype, dims: &[u64], byte_len| {
        verify_tensor::<B>(&root, &TensorHeader { dtype, dims, byte_len }, 3, chunks, &proof)
    };
    assert_eq!(check(1, &[4, 256], 4096), Ok(()));
    assert_eq!(check(6, &[4, 256], 4096), Err(VerifyError::Root));
    assert_eq!(check(1, &[256, 4], 4096), Err(VerifyError::Root));
    assert_eq!(check(1, &[1024], 4096), Err(VerifyError::Root));
    assert_eq!(check(1, &[4, 256], 4097), Err(VerifyError::ProofLength));
    assert_eq!(check(1, &[4, 256], 4095), Err(VerifyError::ChunkLength));
}

#[test]
fn file_opening_should_bind_the_size_when_verified() {
    let data = data(4096);
    let root = file_root::<B>(&data);
    let (chunks, proof) = open_data::<B>(&data, 0, 2).unwrap();
    assert_eq!(verify_file::<B>(&root, 4096, 0, chunks, &proof), Ok(()));
    // A tree of the same shape, another size.
    assert_eq!(verify_file::<B>(&root, 4000, 0, chunks, &proof), Err(VerifyError::Root));
}

#[test]
fn list_opening_should_bind_position_count_and_tag_when_verified() {
    let roots: Vec<Hash> = (0..6).map(number).collect();
    let root = tensors_root::<B>(&roots);
    let leaves: Vec<Hash> = roots.iter().map(|root| leaf_hash::<B>(root)).collect();
    let proof = open::<B>(&leaves, 2, 2).unwrap();
    let check = |tag, count, first, items: &[Hash]| verify_list::<B>(tag, &root, count, first, items, &proof);
    assert_eq!(check(TAG_TENSORS, 6, 2, &roots[2..4]), Ok(()));
    assert_eq!(check(TAG_TRACE, 6, 2, &roots[2..4]), Err(VerifyError::Root));
    assert_eq!(check(TAG_TENSORS, 5, 2, &roots[2..4]), Err(VerifyError::Root));
    assert_eq!(check(TAG_TENSORS, 6, 0, &roots[2..4]), Err(VerifyError::Root));
    assert_eq!(check(TAG_TENSORS, 6, 2, &roots[1..3]), Err(VerifyError::Root));
    assert_eq!(check(TAG_TENSORS, 6, 2, &[]), Err(VerifyError::Range));
    assert_eq!(check(TAG_TENSORS, 3, 2, &roots[2..4]), Err(VerifyError::Range));
}

proptest! {
    #[test]
    fn any_range_should_verify_when_opened((data, first, count) in range()) {
        let (chunks, proof) = open_data::<B>(&data, first, count).unwrap();
        let root = data_root::<B>(&data);
        prop_assert_eq!(verify::<B>(&root, data.len() as u64, first, chunks, &proof), Ok(()));
    }

    #[test]
    fn opening_should_fail_when_any_bit_flips(
        (data, first, count) in range(),
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let (chunks, proof) = open_data::<B>(&data, first, count).unwrap();
        let mut root = data_root::<B>(&data);
        let (mut chunks, mut proof) = (chunks.to_vec(), proof);
        let at = at.index(chunks.len() + 32 * proof.len() + 32);
        match at.checked_sub(chunks.len()) {
            None => chunks[at] ^= 1 << bit,
            Some(at) if at < 32 * proof.len() => proof[at / 32][at % 32] ^= 1 << bit,
            Some(at) => root[at % 32] ^= 1 << bit,
        }
        prop_assert_eq!(
            verify::<B>(&root, data.len() as u64, first, &chunks, &proof),
            Err(VerifyError::Root)
        );
    }

    #[test]
    fn opening_should_fail_when_moved((data, first, count) in range(), to in 0u64..40) {
        prop_assume!(to != first);
        let (chunks, proof) = open_data::<B>(&data, first, count).unwrap();
        let root = data_root::<B>(&data);
        prop_assert!(verify::<B>(&root, data.len() as u64, to, chunks, &proof).is_err());
    }

    #[test]
    fn verify_should_not_panic_when_given_anything(
        root in any::<[u8; 32]>(),
        len in prop_oneof![any::<u64>(), 0u64..10_000],
        first in prop_oneof![any::<u64>(), 0u64..10],
        chunks in prop::collection::vec(any::<u8>(), 0..5_000),
        proof in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        prop_assert!(verify::<B>(&root, len, first, &chunks, &proof).is_err());
        prop_assert!(verify_leaves::<B>(&root, len, first, &proof, &proof).is_err());
    }
}
