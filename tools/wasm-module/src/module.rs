//! The parts, for `wasm32`.

extern crate alloc;

use alloc::vec::Vec;
use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
};

/// Hands out memory from the heap's base on, and takes everything back at once.
struct Bump(UnsafeCell<usize>);

// SAFETY: a module has one thread.
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
        let Some(end) = start.checked_add(layout.size()) else { return core::ptr::null_mut() };
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

/// Frees everything and returns `len` bytes, or null if there is no room for them.
#[no_mangle]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    let Ok(layout) = Layout::from_size_align(len.max(1), 16) else { return core::ptr::null_mut() };
    // SAFETY: nothing that was handed out is used after this, and the size is not zero.
    unsafe {
        *ALLOCATOR.0.get() = 0;
        alloc::alloc::alloc(layout)
    }
}

/// What the caller wrote.
///
/// # Safety
///
/// `data` must be the pointer that `alloc(len)` gave, and `alloc` must not be called while the bytes are used.
pub unsafe fn given<'a>(data: *const u8, len: usize) -> &'a [u8] {
    // SAFETY: the caller says so.
    unsafe { core::slice::from_raw_parts(data, len) }
}

/// Hands bytes to the caller: a pointer to their number (32 bits, little-endian), which they follow. They stay there until
/// `alloc` is called again.
pub fn answer(bytes: &[u8]) -> *const u8 {
    let mut out = Vec::with_capacity(bytes.len() + 4);
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
    out.leak().as_ptr()
}
