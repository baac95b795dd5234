//! The batch of a session that a voucher settles, by itself: what many calls cost whoever keeps its books, and the chain.

use crate::Result;
use candor_commitments::{leaf_hash, open, verify_list, Blake2b256, Hash, ListBuilder, TAG_BATCH};
use candor_primitives::{Outcome, Receipt, ReceiptDraft, ReceiptPath, SignedVoucher, Voucher};
use codec::Encode;
use serde::Serialize;
use sp_core::{sr25519, Pair, H256};
use std::time::Instant;

/// What came out.
#[derive(Debug, Serialize)]
pub(crate) struct Batch {
    /// Calls.
    receipts: u32,
    /// Seconds to make and hash all receipts and to commit to them one by one.
    seconds: f64,
    /// Seconds to open one of them.
    open_seconds: f64,
    /// What a requester has to keep in memory to go on with the list.
    state_bytes: usize,
    /// The signed voucher.
    voucher_bytes: usize,
    /// Hashes that open one call, in bytes.
    proof_bytes: usize,
}

fn receipt(index: u32) -> Receipt {
    let draft = ReceiptDraft {
        genesis: H256([1; 32]),
        path: ReceiptPath::Session { session: 1, index: index.into() },
        release: 0,
        variant: H256([2; 32]),
        input_root: H256::from_low_u64_be(index.into()),
        requester: [3; 32].into(),
        host: [4; 32].into(),
        units: 1,
        fee: 1_000_000_000,
        insured: 0,
        block: 7,
    };
    Receipt { draft, outcome: Outcome::Output(H256::from_low_u64_le(index.into())) }
}

/// Commit to so many receipts, sign the voucher, open one.
pub(crate) fn simulate(receipts: u32) -> Result<Batch> {
    let began = Instant::now();
    let mut list = ListBuilder::<Blake2b256>::new(TAG_BATCH);
    let mut hashes: Vec<Hash> = Vec::with_capacity(receipts as usize);
    for index in 0..receipts {
        let hash = receipt(index).hash::<Blake2b256>().0;
        list.push(&hash);
        hashes.push(hash);
    }
    let root = list.root();
    let seconds = began.elapsed().as_secs_f64();
    let fee = u128::from(receipts) * 1_000_000_000;
    let voucher = Voucher { genesis: H256([1; 32]), session: 1, calls: receipts, fee, receipts: H256(root) };
    let signature = sr25519::Pair::from_seed(&[5; 32]).sign(&voucher.hash::<Blake2b256>().0);
    let voucher_bytes = SignedVoucher { voucher, signature }.encoded_size();
    let began = Instant::now();
    let at = receipts / 3;
    let leaves: Vec<Hash> = hashes.iter().map(|hash| leaf_hash::<Blake2b256>(hash)).collect();
    let proof = open::<Blake2b256>(&leaves, at.into(), 1).ok_or("there is no such receipt")?;
    let open_seconds = began.elapsed().as_secs_f64();
    let opened = [hashes[at as usize]];
    verify_list::<Blake2b256>(TAG_BATCH, &root, receipts, at, &opened, &proof)
        .map_err(|error| format!("the opened receipt does not hold: {error:?}"))?;
    Ok(Batch {
        receipts,
        seconds,
        open_seconds,
        state_bytes: std::mem::size_of_val(&list) + 32 * receipts.ilog2() as usize,
        voucher_bytes,
        proof_bytes: proof.len() * 32,
    })
}
