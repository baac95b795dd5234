#![allow(clippy::unwrap_used)]

mod collateral;
mod evidence;
mod governance;
mod renewal;
