//! The proxy against hosts that answer, lie and die, and a chain that is a map.

mod book;
mod budget;
mod chain;
mod chaos;
pub mod fakes;
mod honest;
mod lies;
