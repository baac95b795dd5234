#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::panic, clippy::expect_used, clippy::unwrap_used))]

extern crate alloc;

mod hasher;
mod range;
mod roots;
mod tree;

pub use hasher::{Blake2b256, Hash, Hasher};
pub use hasher::{
    TAG_ATTESTATION, TAG_BATCH, TAG_DIGEST, TAG_DISPUTE, TAG_FILE, TAG_GRAPH, TAG_LEAF, TAG_MODEL, TAG_NODE,
    TAG_RECEIPT, TAG_SAMPLE, TAG_SEAL, TAG_TENSOR, TAG_TENSORS, TAG_TRACE, TAG_VARIANT, TAG_VOUCHER, TAG_WEIGHTS,
    TAG_WORKER,
};
pub use range::{
    leaf_range_root, open, open_data, proof_len, range_root, verify, verify_file, verify_item, verify_leaves,
    verify_list, verify_tensor, RangeProof, VerifyError,
};
pub use roots::{
    file_root, file_root_of, items_root, list_root, model_root, tensor_root, tensors_root, ListBuilder, TensorHeader,
};
pub use tree::{chunk_count, chunk_hashes, data_root, leaf_hash, merkle_root, node_hash, TreeBuilder, CHUNK};

#[cfg(test)]
mod tests;
