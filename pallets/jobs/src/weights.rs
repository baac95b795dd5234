//! Weights of `pallet_jobs`.
//!
//! Estimated by hand, on the safe side, in the shape that FRAME's template emits; `scripts/bench` replaces the file by
//! measured ones. Draws from the market come on top (`Config::DrawWeight`).

#![allow(unused_parens)]
#![allow(clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};

/// Weight functions needed for `pallet_jobs`.
pub trait WeightInfo {
    /// Submit a job: `b` bytes of inline input, `m` hosts.
    fn submit(b: u32, m: u32) -> Weight;
    /// Answer a job of one host: `b` bytes of inline output.
    fn submit_result(b: u32) -> Weight;
    /// The last reveal of a redundant job: `b` bytes of inline output, `m` hosts are settled.
    fn reveal_result(b: u32, m: u32) -> Weight;
    /// Check a result in the transaction pool: `b` bytes of inline output.
    fn authorize_submit_result(b: u32) -> Weight;
    /// The last seal of a redundant job.
    fn seal_result() -> Weight;
    /// Check a seal in the transaction pool.
    fn authorize_seal_result() -> Weight;
    /// Take a waiting job back.
    fn cancel() -> Weight;
    /// Find `m` hosts for a waiting job.
    fn assign(m: u32) -> Weight;
    /// End a waiting job whose deadline has passed.
    fn end() -> Weight;
    /// `m` hosts missed their deadline, `m` others are assigned.
    fn reassign(m: u32) -> Weight;
    /// The time to seal is over: one of `m` hosts sealed, the others are dropped.
    fn begin_reveal(m: u32) -> Weight;
    /// The time to reveal is over: `m` hosts are compared and paid.
    fn settle(m: u32) -> Weight;
    /// Pay the host of an answered job and remove it.
    fn finalise() -> Weight;
    /// Remove a settled job with the outputs of `m` hosts.
    fn close(m: u32) -> Weight;
    /// Begin to work the agenda off.
    fn poll_base() -> Weight;
    /// Look at one entry of the agenda.
    fn poll_item() -> Weight;
}

/// Weights for `pallet_jobs` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn submit(b: u32, m: u32) -> Weight {
        estimate::submit(T::DbWeight::get(), b, m)
    }
    fn submit_result(b: u32) -> Weight {
        estimate::submit_result(T::DbWeight::get(), b)
    }
    fn reveal_result(b: u32, m: u32) -> Weight {
        estimate::reveal_result(T::DbWeight::get(), b, m)
    }
    fn authorize_submit_result(b: u32) -> Weight {
        estimate::authorize_submit_result(T::DbWeight::get(), b)
    }
    fn seal_result() -> Weight {
        estimate::seal_result(T::DbWeight::get())
    }
    fn authorize_seal_result() -> Weight {
        estimate::authorize_seal_result(T::DbWeight::get())
    }
    fn cancel() -> Weight {
        estimate::end(T::DbWeight::get())
    }
    fn assign(m: u32) -> Weight {
        estimate::assign(T::DbWeight::get(), m)
    }
    fn end() -> Weight {
        estimate::end(T::DbWeight::get())
    }
    fn reassign(m: u32) -> Weight {
        estimate::reassign(T::DbWeight::get(), m)
    }
    fn begin_reveal(m: u32) -> Weight {
        estimate::begin_reveal(T::DbWeight::get(), m)
    }
    fn settle(m: u32) -> Weight {
        estimate::settle(T::DbWeight::get(), m)
    }
    fn finalise() -> Weight {
        estimate::finalise(T::DbWeight::get())
    }
    fn close(m: u32) -> Weight {
        estimate::close(T::DbWeight::get(), m)
    }
    fn poll_base() -> Weight {
        estimate::poll_base(T::DbWeight::get())
    }
    fn poll_item() -> Weight {
        estimate::poll_item(T::DbWeight::get())
    }
}

/// Weights for tests, and for runtimes with RocksDB.
impl WeightInfo for () {
    fn submit(b: u32, m: u32) -> Weight {
        estimate::submit(RocksDbWeight::get(), b, m)
    }
    fn submit_result(b: u32) -> Weight {
        estimate::submit_result(RocksDbWeight::get(), b)
    }
    fn reveal_result(b: u32, m: u32) -> Weight {
        estimate::reveal_result(RocksDbWeight::get(), b, m)
    }
    fn authorize_submit_result(b: u32) -> Weight {
        estimate::authorize_submit_result(RocksDbWeight::get(), b)
    }
    fn seal_result() -> Weight {
        estimate::seal_result(RocksDbWeight::get())
    }
    fn authorize_seal_result() -> Weight {
        estimate::authorize_seal_result(RocksDbWeight::get())
    }
    fn cancel() -> Weight {
        estimate::end(RocksDbWeight::get())
    }
    fn assign(m: u32) -> Weight {
        estimate::assign(RocksDbWeight::get(), m)
    }
    fn end() -> Weight {
        estimate::end(RocksDbWeight::get())
    }
    fn reassign(m: u32) -> Weight {
        estimate::reassign(RocksDbWeight::get(), m)
    }
    fn begin_reveal(m: u32) -> Weight {
        estimate::begin_reveal(RocksDbWeight::get(), m)
    }
    fn settle(m: u32) -> Weight {
        estimate::settle(RocksDbWeight::get(), m)
    }
    fn finalise() -> Weight {
        estimate::finalise(RocksDbWeight::get())
    }
    fn close(m: u32) -> Weight {
        estimate::close(RocksDbWeight::get(), m)
    }
    fn poll_base() -> Weight {
        estimate::poll_base(RocksDbWeight::get())
    }
    fn poll_item() -> Weight {
        estimate::poll_item(RocksDbWeight::get())
    }
}

/// The estimates: computation in picoseconds of reference time, plus counted reads and writes.
mod estimate {
    use super::{RuntimeDbWeight, Weight};

    /// Per byte of a payload: decode, check, hash (twice over), store.
    const BYTE: u64 = 20_000;
    /// Verify an sr25519 signature, hash and compare a receipt.
    const SIGNATURE: u64 = 120_000_000;
    /// Decode and check a release, a job and the rest of a call.
    const BASE: u64 = 80_000_000;
    /// Work for one host: hashing its draft, its indices, holds and events.
    const HOST: u64 = 60_000_000;

    fn time(parts: u64) -> Weight {
        Weight::from_parts(parts, 0)
    }

    fn bytes(b: u32) -> Weight {
        time(BYTE.saturating_mul(b.into())).saturating_add(Weight::from_parts(0, b.into()))
    }

    fn db(db: RuntimeDbWeight, reads: u32, writes: u32) -> Weight {
        db.reads_writes(reads.into(), writes.into())
            .saturating_add(Weight::from_parts(0, 4_096u64.saturating_mul(reads.into())))
    }

    pub fn submit(w: RuntimeDbWeight, b: u32, m: u32) -> Weight {
        time(BASE).saturating_add(bytes(b)).saturating_add(db(w, 8, 7)).saturating_add(hosts(w, m))
    }

    /// Assign hosts: capacity, exposure, index entries.
    fn hosts(w: RuntimeDbWeight, m: u32) -> Weight {
        time(HOST).saturating_add(db(w, 8, 8)).saturating_mul(m.into())
    }

    /// Pay hosts: four accounts each, exposure, capacity.
    fn payments(w: RuntimeDbWeight, m: u32) -> Weight {
        time(HOST.saturating_mul(3)).saturating_add(db(w, 10, 10)).saturating_mul(m.into())
    }

    pub fn authorize_submit_result(w: RuntimeDbWeight, b: u32) -> Weight {
        time(BASE + SIGNATURE).saturating_add(bytes(b)).saturating_add(db(w, 4, 0))
    }

    pub fn submit_result(w: RuntimeDbWeight, b: u32) -> Weight {
        authorize_submit_result(w, b).saturating_add(time(HOST)).saturating_add(db(w, 8, 10))
    }

    pub fn reveal_result(w: RuntimeDbWeight, b: u32, m: u32) -> Weight {
        submit_result(w, b).saturating_add(settle(w, m))
    }

    pub fn authorize_seal_result(w: RuntimeDbWeight) -> Weight {
        time(BASE + SIGNATURE).saturating_add(db(w, 3, 0))
    }

    pub fn seal_result(w: RuntimeDbWeight) -> Weight {
        authorize_seal_result(w).saturating_add(time(HOST)).saturating_add(db(w, 3, 4))
    }

    pub fn assign(w: RuntimeDbWeight, m: u32) -> Weight {
        time(BASE).saturating_add(db(w, 6, 5)).saturating_add(hosts(w, m))
    }

    pub fn end(w: RuntimeDbWeight) -> Weight {
        time(BASE + HOST).saturating_add(db(w, 6, 7))
    }

    pub fn reassign(w: RuntimeDbWeight, m: u32) -> Weight {
        begin_reveal(w, m).saturating_add(assign(w, m)).saturating_add(end(w))
    }

    pub fn begin_reveal(w: RuntimeDbWeight, m: u32) -> Weight {
        time(BASE).saturating_add(db(w, 4, 4)).saturating_add(hosts(w, m)).saturating_add(hosts(w, m))
    }

    pub fn settle(w: RuntimeDbWeight, m: u32) -> Weight {
        end(w).saturating_add(payments(w, m))
    }

    pub fn finalise(w: RuntimeDbWeight) -> Weight {
        end(w).saturating_add(payments(w, 1))
    }

    pub fn close(w: RuntimeDbWeight, m: u32) -> Weight {
        end(w).saturating_add(db(w, m, m))
    }

    pub fn poll_base(w: RuntimeDbWeight) -> Weight {
        time(10_000_000).saturating_add(db(w, 1, 0))
    }

    pub fn poll_item(w: RuntimeDbWeight) -> Weight {
        time(20_000_000).saturating_add(db(w, 2, 0))
    }
}
