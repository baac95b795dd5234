//! Verification off chain: reads and lowers ONNX files, traces runs, proves schedules, audits, makes evidence.

pub mod commit;
pub mod evidence;
