//! Tests.

mod deterrence;
