//! An allocator for tests that ask how much memory something takes: the system's, which tells what it is asked for.

use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator. It calls a function with the bytes of the block that there was before and of the one that there
/// is then; where there is none, that is 0. A block of another size exists beside the one that is copied to it.
#[derive(Debug)]
pub struct Counting(pub fn(usize, usize));

#[expect(unsafe_code, reason = "an allocator cannot be had without; it only passes on what it is asked for")]
// SAFETY: every method passes its arguments on to the system's allocator, which keeps the contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        (self.0)(0, layout.size());
        // SAFETY: the caller keeps the contract of `alloc`, which is the same there.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        (self.0)(0, layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is the same there.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        (self.0)(layout.size(), size);
        // SAFETY: the pointer came from the system's allocator with this layout.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        (self.0)(layout.size(), 0);
        // SAFETY: the pointer came from the system's allocator with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}
