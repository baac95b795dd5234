//! Tests, one file per behaviour. Every test ends with all invariants checked.
