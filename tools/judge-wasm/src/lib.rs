//! The adjudicator as a Wasm module of its own.
//!
//! Built for `wasm32v1-none`, as the runtime is, and with the runtime's host function for BLAKE2b-256. Exports
//! `alloc(len) -> pointer` and `judge_bytes(pointer, len) -> code`: the bytes are SCALE of (commitments, evidence); the code is 1 if
//! a fault is shown, 0 if not, and negative if the evidence is no good. Every call frees what it used.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![allow(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod module {
    use candor_adjudicator::evidence::{judge, Commitments, Evidence};
    use candor_commitments::{Hash, Hasher};
    use candor_wasm_module::given;
    use codec::Decode;

    #[link(wasm_import_module = "env")]
    extern "C" {
        /// BLAKE2b-256 of `len` bytes at `data` into the 32 bytes at `out`.
        fn blake2_256(data: *const u8, len: usize, out: *mut u8);
    }

    struct HostBlake2b;

    impl Hasher for HostBlake2b {
        fn hash(data: &[u8]) -> Hash {
            let mut out = [0u8; 32];
            // SAFETY: both pointers are valid for the lengths that the host is told.
            unsafe { blake2_256(data.as_ptr(), data.len(), out.as_mut_ptr()) };
            out
        }
    }

    /// Judges the bytes that the caller wrote to what `alloc` gave.
    ///
    /// # Safety
    ///
    /// `data` must be the pointer that `alloc(len)` gave.
    #[no_mangle]
    pub unsafe extern "C" fn judge_bytes(data: *const u8, len: usize) -> i32 {
        // SAFETY: the caller says so.
        let mut bytes = unsafe { given(data, len) };
        let Ok(commitments) = Commitments::decode(&mut bytes) else { return -1 };
        let Ok(evidence) = Evidence::decode_limited(bytes) else { return -2 };
        match judge::<HostBlake2b>(&evidence, &commitments) {
            Ok(verdict) => i32::from(verdict.faulty),
            Err(_) => -3,
        }
    }
}
