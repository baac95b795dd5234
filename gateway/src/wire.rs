//! How calls of a session are paid over HTTP and gRPC: names that both sides use.
//!
//! A paid call carries [`SESSION`], [`INDEX`] and, from the second on, [`VOUCHER`]; its answer carries [`RECEIPT`] and
//! [`ROOTS`]. Over HTTP the binary values are base64 (RFC 4648, with padding) of SCALE; over gRPC they are metadata of the same name
//! with `-bin` appended, of plain SCALE. A call that is repeated with the same index and the same inputs gets the same
//! answer, so whoever lost an answer asks again. Beside the calls:
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /candor/v1/sessions/{id}/voucher` | SCALE of a `SignedVoucher` | 204; the voucher pays for calls that were answered |
//! | `POST /candor/v1/sessions/{id}/close` | SCALE of a `SignedVoucher` that pays for every answered call (of no calls, where none was answered), and of a signature of the session's key over [`close_message`] | the host's signature over `Voucher::last_hash`, SCALE, for `sessions.close_agreed`; the session takes no calls from then on |
//! | `GET /candor/v1/sessions/{id}` | | [`SessionState`] as JSON; the engine asks the chain for a session that it does not know |

use candor_commitments::{Blake2b256, Hasher};
use candor_primitives::{Balance, SessionId, Voucher};
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// Id of the session, in decimal.
pub const SESSION: &str = "candor-session";
/// Index of the call in it, in decimal.
pub const INDEX: &str = "candor-index";
/// The newest voucher.
pub const VOUCHER: &str = "candor-voucher";
/// The host's signed receipt.
pub const RECEIPT: &str = "candor-receipt";
/// SCALE of the roots of all outputs, in the order of the manifest.
pub const ROOTS: &str = "candor-output-roots";

/// How many milliseconds the caller waits for the answer, in decimal; over gRPC that is `grpc-timeout`.
pub const TIMEOUT: &str = "candor-timeout-ms";

/// What is wrong, over gRPC only, with `-bin` appended: the JSON that is the body of HTTP errors.
pub const DETAIL: &str = "candor-error";

/// What the session's key signs to ask for the host's signature over a last voucher. Vouchers are public once they are settled:
/// whoever sends one again must not end the session by that.
pub fn close_message(voucher: &Voucher) -> H256 {
    H256(Blake2b256::hash(&[b"candor-close".as_slice(), voucher.hash::<Blake2b256>().as_bytes()].concat()))
}

/// Where a session stands at its host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionState {
    /// The session.
    pub session: SessionId,
    /// Whether its terms are known here; everything else is zero before that.
    pub known: bool,
    /// Whether it takes calls.
    pub open: bool,
    /// Calls that were answered: all with index below.
    pub answered: u32,
    /// Answered calls beyond the first that is missing, ascending.
    pub beyond: Vec<u32>,
    /// Calls that the newest voucher pays for.
    pub vouched: u32,
    /// What that voucher pays, in planck, in decimal.
    #[serde(with = "decimal")]
    pub fee: Balance,
    /// Calls that may be answered beyond the newest voucher.
    pub window: u32,
}

/// Numbers that JavaScript would round, as text.
pub(crate) mod decimal {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
