//! Openings of trees: any numbers; and honest ones, which hold, with one thing changed, which do not.

use crate::bytes::Bytes;
use candor_commitments::{
    chunk_count, data_root, leaf_hash, leaf_range_root, list_root, open_data, proof_len, range_root, verify,
    verify_file, verify_item, verify_leaves, verify_list, verify_tensor, Blake2b256, Hash, TensorHeader, CHUNK,
};

const NUMBERS: [u64; 12] =
    [0, 1, 2, 1023, 1024, 1025, u64::MAX, u64::MAX - 1, 1 << 63, u32::MAX as u64, (1 << 54) - 1, 1 << 54];

/// Any numbers, lists, bytes.
pub fn bytes(data: &[u8]) {
    let mut source = Bytes(data);
    match source.byte() {
        0..=127 => wild(&mut source),
        _ => honest(&mut source),
    }
}

fn number(source: &mut Bytes<'_>) -> u64 {
    match source.byte() {
        byte @ 0..=99 => byte.into(),
        byte @ 100..=159 => NUMBERS[usize::from(byte) % NUMBERS.len()],
        160..=199 => source.length(),
        _ => source.wide(),
    }
}

fn wild(source: &mut Bytes<'_>) {
    let (total, first, count) = (number(source), number(source), number(source));
    let right = proof_len(total, first, count);
    let asked = match source.byte() {
        0..=199 => proof_len(chunk_count(total), first, u64::from(source.byte())).unwrap_or(0),
        byte => usize::from(byte) - 200,
    };
    assert!(asked <= 2 * 64 && right.is_none_or(|n| n <= 2 * 64));
    let proof: Vec<Hash> = (0..asked).map(|_| [source.byte(); 32]).collect();
    let roots: Vec<Hash> = (0..source.below(9)).map(|_| [source.byte(); 32]).collect();
    let root = [source.byte(); 32];
    let chunks = source.0;
    let dims = [count, total];
    let header = TensorHeader { dtype: 1, dims: &dims, byte_len: total };
    let _ = range_root::<Blake2b256>(total, first, chunks, &proof);
    let _ = leaf_range_root::<Blake2b256>(total, first, &roots, &proof);
    assert!(verify::<Blake2b256>(&root, total, first, chunks, &proof).is_err());
    assert!(verify_leaves::<Blake2b256>(&[255; 32], total, first, &[root, root], &proof).is_err());
    assert!(verify_tensor::<Blake2b256>(&root, &header, first, chunks, &proof).is_err());
    assert!(verify_file::<Blake2b256>(&root, total, first, chunks, &proof).is_err());
    assert!(verify_list::<Blake2b256>(1, &root, total as u32, first as u32, &roots, &proof).is_err());
    assert!(verify_item::<Blake2b256>(1, &root, total as u32, first as u32, chunks, &proof).is_err());
}

fn honest(source: &mut Bytes<'_>) {
    let total = source.below(40) * CHUNK / 3 + usize::from(source.byte());
    let data: Vec<u8> = (0..total).map(|n| (n % 251) as u8).collect();
    let leaves = chunk_count(total as u64);
    let first = u64::from(source.byte()) % leaves;
    let count = 1 + u64::from(source.byte()) % (leaves - first);
    let (chunks, proof) = open_data::<Blake2b256>(&data, first, count).expect("the range lies within the data");
    let root = data_root::<Blake2b256>(&data);
    let (mut total, mut first) = (total as u64, first);
    let (mut chunks, mut proof) = (chunks.to_vec(), proof);
    assert_eq!(verify::<Blake2b256>(&root, total, first, &chunks, &proof), Ok(()));
    let flip = 1u8 << source.below(8);
    let at = usize::from(source.byte()) << 4 | source.below(16);
    let changed = match source.below(6) {
        0 => chunks.get_mut(at).map(|b| *b ^= flip).is_some(),
        1 => proof.get_mut(at / 32).and_then(|h| h.get_mut(at % 32)).map(|b| *b ^= flip).is_some(),
        2 => proof.pop().is_some(),
        3 => {
            proof.push([flip; 32]);
            true
        },
        4 => chunks.pop().is_some(),
        _ => {
            // Another place is another range: the same chunks and proof must not hold there.
            let other = number(source);
            total = number(source);
            let before = core::mem::replace(&mut first, other);
            other != before && total == data.len() as u64
        },
    };
    let found = verify::<Blake2b256>(&root, total, first, &chunks, &proof);
    if changed {
        // Chunks of a period may repeat: a range of the same bytes under the same subtree is no other range.
        assert!(found.is_err(), "a changed opening holds");
    }
    let roots: Vec<Hash> = (0..source.below(20) + 1).map(|n| leaf_hash::<Blake2b256>(&[n as u8])).collect();
    let list = list_root::<Blake2b256>(3, &roots);
    let _ = verify_list::<Blake2b256>(3, &list, roots.len() as u32, at as u32, &roots, &proof);
    assert_eq!(verify_list::<Blake2b256>(3, &list, roots.len() as u32, 0, &roots, &[]), Ok(()));
}
