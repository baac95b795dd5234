//! Verification off chain: reads and lowers ONNX files, traces runs, proves schedules, audits, makes evidence.

pub mod commit;
pub mod evidence;
pub mod judge;
pub mod library;
pub mod lower;
pub mod onnx;
pub mod run;
pub mod tensor;
