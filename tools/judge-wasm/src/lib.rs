//! The adjudicator as a Wasm module of its own.
//!
//! Built for `wasm32v1-none`, as the runtime is, and with the runtime's host function for BLAKE2b-256. Exports
//! `alloc(len) -> pointer` and `judge_bytes(pointer, len) -> code`: the bytes are SCALE of (commitments, evidence); the code is 1 if
//! a fault is shown, 0 if not, and negative if the evidence is no good. Every call frees what it used.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![allow(unsafe_code)]

#[cfg(target_arch = "wasm32")]
extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod module {
    use candor_adjudicator::evidence::{judge, Commitments, Evidence};
    use candor_commitments::{Hash, Hasher};
    use codec::Decode;
    use core::{
        alloc::{GlobalAlloc, Layout},
        cell::UnsafeCell,
    };

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

    /// Hands out memory from the heap's base on, and takes everything back at once.
    struct Bump(UnsafeCell<usize>);

    // SAFETY: the module has one thread.
    unsafe impl Sync for Bump {}

    #[global_allocator]
    static ALLOCATOR: Bump = Bump(UnsafeCell::new(0));

    extern "C" {
        static __heap_base: u8;
    }

    // SAFETY: memory is handed out once between two resets, aligned, and within the module's memory.
    unsafe impl GlobalAlloc for Bump {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let next = self.0.get();
            let base = core::ptr::addr_of!(__heap_base) as usize;
            let start = (*next).max(base).next_multiple_of(layout.align());
            let end = start + layout.size();
            let pages = core::arch::wasm32::memory_size(0);
            let needed = end.div_ceil(65_536);
            if needed > pages && core::arch::wasm32::memory_grow(0, needed - pages) == usize::MAX {
                return core::ptr::null_mut();
            }
            *next = end;
            start as *mut u8
        }

        unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
            // The last block comes back; the rest waits for the next call.
            let next = self.0.get();
            if pointer as usize + layout.size() == *next {
                *next = pointer as usize;
            }
        }
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }

    /// Frees everything and returns `len` bytes.
    #[no_mangle]
    pub extern "C" fn alloc(len: usize) -> *mut u8 {
        // SAFETY: nothing that was handed out is used after this.
        unsafe {
            *ALLOCATOR.0.get() = 0;
            alloc::alloc::alloc(Layout::from_size_align_unchecked(len.max(1), 16))
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
        let mut bytes = unsafe { core::slice::from_raw_parts(data, len) };
        let Ok(commitments) = Commitments::decode(&mut bytes) else { return -1 };
        let Ok(evidence) = Evidence::decode_limited(bytes) else { return -2 };
        match judge::<HostBlake2b>(&evidence, &commitments) {
            Ok(verdict) => i32::from(verdict.faulty),
            Err(_) => -3,
        }
    }
}
