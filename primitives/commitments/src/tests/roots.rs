use super::{data, number};
use crate::*;
use std::collections::HashSet;

type B = Blake2b256;

#[test]
fn tensor_root_should_be_the_documented_bytes_when_hashed() {
    let data = data(24);
    let mut bytes = vec![TAG_TENSOR, 1, 2];
    bytes.extend_from_slice(&2u64.to_le_bytes());
    bytes.extend_from_slice(&3u64.to_le_bytes());
    bytes.extend_from_slice(&24u64.to_le_bytes());
    bytes.extend_from_slice(&B::hash(&[&[TAG_LEAF][..], &data].concat()));
    assert_eq!(tensor_root::<B>(1, &[2, 3], &data), B::hash(&bytes));
}

#[test]
fn tensor_root_should_differ_when_type_shape_or_length_differ() {
    let zeros = [0u8; 64];
    let roots: HashSet<Hash> = [
        tensor_root::<B>(1, &[16], &zeros),
        tensor_root::<B>(6, &[16], &zeros),
        tensor_root::<B>(1, &[4, 4], &zeros),
        tensor_root::<B>(1, &[16, 1], &zeros),
        tensor_root::<B>(1, &[1, 16], &zeros),
        tensor_root::<B>(1, &[], &zeros),
        tensor_root::<B>(1, &[16], &zeros[..60]),
        data_root::<B>(&zeros),
        file_root::<B>(&zeros),
    ]
    .into();
    assert_eq!(roots.len(), 9);
}

#[test]
fn tensor_root_should_tell_ranks_apart_when_they_exceed_one_byte() {
    let dims = [1u64; 300];
    assert_ne!(tensor_root::<B>(1, &dims[..255], &[]), tensor_root::<B>(1, &dims[..256], &[]));
    assert_ne!(tensor_root::<B>(1, &dims, &[]), tensor_root::<B>(1, &dims[..256], &[]));
}

#[test]
fn builder_should_give_the_same_roots_when_finished_as_file_or_tensor() {
    let data = data(3000);
    let mut tree = TreeBuilder::<B>::new();
    tree.update(&data);
    assert_eq!(tree.finish_file(), file_root::<B>(&data));
    let mut tree = TreeBuilder::<B>::new();
    tree.update(&data);
    assert_eq!(tree.finish_tensor(2, &[3000]), tensor_root::<B>(2, &[3000], &data));
}

#[test]
fn list_root_should_bind_order_count_and_tag_when_items_are_the_same() {
    let (a, b) = (number(1), number(2));
    let roots: HashSet<Hash> = [
        tensors_root::<B>(&[]),
        tensors_root::<B>(&[a]),
        tensors_root::<B>(&[a, b]),
        tensors_root::<B>(&[b, a]),
        tensors_root::<B>(&[a, b, b]),
        list_root::<B>(TAG_TRACE, &[a, b]),
        list_root::<B>(TAG_BATCH, &[a, b]),
        data_root::<B>(&a),
        a,
    ]
    .into();
    assert_eq!(roots.len(), 9);
}

#[test]
fn list_root_should_be_the_documented_bytes_when_hashed() {
    let (a, b) = (number(1), number(2));
    let merkle = node_hash::<B>(&leaf_hash::<B>(&a), &leaf_hash::<B>(&b));
    let mut bytes = vec![TAG_TENSORS, 2, 0, 0, 0];
    bytes.extend_from_slice(&merkle);
    assert_eq!(tensors_root::<B>(&[a, b]), B::hash(&bytes));
}

#[test]
fn model_root_should_bind_paths_order_and_files_when_any_of_them_differs() {
    let (a, b) = (number(1), number(2));
    let roots: HashSet<Hash> = [
        model_root::<B>([]),
        model_root::<B>([(&b"a"[..], a)]),
        model_root::<B>([(&b"b"[..], a)]),
        model_root::<B>([(&b"a"[..], b)]),
        model_root::<B>([(&b"a"[..], a), (&b"b"[..], b)]),
        model_root::<B>([(&b"b"[..], b), (&b"a"[..], a)]),
        model_root::<B>([(&b"ab"[..], a), (&b""[..], b)]),
    ]
    .into();
    assert_eq!(roots.len(), 7);
}
