//! IEEE 754 arithmetic on bit patterns: integers only.
