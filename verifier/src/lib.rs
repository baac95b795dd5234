#![doc = include_str!("../README.md")]

pub mod audit;
pub mod commit;
pub mod digest;
pub mod evidence;
pub mod failure;
pub mod judge;
pub mod judged;
pub mod library;
pub mod lower;
pub mod onnx;
pub mod prove;
pub mod roots;
pub mod run;
pub mod tensor;

#[cfg(test)]
mod fixtures;
