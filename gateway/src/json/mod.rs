//! JSON without a tree: numbers go from text straight to the bytes of a tensor, and back.
//!
//! `serde_json` would make a value of every number, and reads floats one unit in the last place off unless it is told not to.
//! What is read here is RFC 8259, and where a number is wanted also the `NaN`, `Infinity` and `-Infinity` that Python writes.

mod read;
mod values;
mod write;

pub use read::{Broken, Reader};
pub use values::{read_values, Wrong};
pub use write::{write_string, write_values};

#[cfg(test)]
mod tests;
