#![doc = include_str!("../README.md")]
#![cfg_attr(target_arch = "wasm32", no_std)]
#![allow(unsafe_code)]

extern crate alloc;

use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use candor_attestation::{Attestation, Roots};
use candor_attestation_check::{judge, key_of, verify, Binding, Expected, Refusal, Rules, Statement, Vendor};
use codec::{Decode, DecodeAll, Encode};

/// What the module is asked: one of the four steps of `candor-attestation-check`.
#[derive(Clone, Debug, Encode, Decode)]
pub enum Question {
    /// Does the host state what was expected? The answer is empty.
    #[codec(index = 0)]
    Compare(Statement, Expected),
    /// Which collateral does the evidence need? The answer is the key's SCALE.
    #[codec(index = 1)]
    Key(Vendor, Vec<u8>),
    /// What does the hardware say? The answer is SCALE of an [`Attestation`].
    #[codec(index = 2)]
    Verify {
        /// Whose hardware.
        vendor: Vendor,
        /// Quote or report.
        evidence: Vec<u8>,
        /// What the chain holds under the evidence's key.
        collateral: Option<Vec<u8>>,
        /// The root certificate to trust, in DER. Empty: those of the vendors.
        root: Vec<u8>,
        /// Seconds since 1970.
        now: u64,
    },
    /// Does it vouch for the host, and does the chain allow it? The answer is SCALE of
    /// [`Accepted`](candor_attestation_check::Accepted).
    #[codec(index = 3)]
    Judge(Binding, Box<Attestation>, Rules, Expected),
}

/// An answer, or the code and the words of a [`Refusal`].
pub type Answer = Result<Vec<u8>, (String, String)>;

/// Answers a question; `None` if it is none.
pub fn answer(mut question: &[u8]) -> Option<Answer> {
    let answer = match Question::decode_all(&mut question).ok()? {
        Question::Compare(statement, expected) => statement.compare(&expected).map(|()| Vec::new()),
        Question::Key(vendor, evidence) => key_of(vendor, &evidence),
        Question::Verify { vendor, evidence, collateral, root, now } => {
            let only = [root.as_slice()];
            let roots = match vendor {
                _ if root.is_empty() => Roots::vendors(),
                Vendor::Intel => Roots { intel: Some(&root), amd: &[] },
                Vendor::Amd => Roots { intel: None, amd: &only },
            };
            verify(vendor, &evidence, collateral.as_deref(), &roots, now).map(|found| found.encode())
        },
        Question::Judge(binding, attestation, rules, expected) => {
            judge(&binding, &attestation, &rules, &expected).map(|accepted| accepted.encode())
        },
    };
    Some(answer.map_err(|refusal: Refusal| (refusal.code(), refusal.to_string())))
}

/// Answers the question that the caller wrote to what `alloc` gave: a pointer to the number of bytes of the answer (32 bits,
/// little-endian) and the bytes, SCALE of an [`Answer`]; null if the bytes are no question.
///
/// # Safety
///
/// `data` must be the pointer that `alloc(len)` gave.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub unsafe extern "C" fn ask(data: *const u8, len: usize) -> *const u8 {
    // SAFETY: the caller says so.
    match answer(unsafe { candor_wasm_module::given(data, len) }) {
        Some(answer) => candor_wasm_module::answer(&answer.encode()),
        None => core::ptr::null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_should_be_answered_when_the_bytes_are_no_question() {
        let question = Question::Key(Vendor::Intel, vec![1, 2, 3]).encode();
        assert!(matches!(answer(&question), Some(Err((code, _))) if code.starts_with("evidence.")));
        assert_eq!(answer(&[]), None);
        assert_eq!(answer(&[9]), None);
        assert_eq!(answer(&question[..question.len() - 1]), None);
        assert_eq!(answer(&[&question[..], &[0]].concat()), None);
    }
}
