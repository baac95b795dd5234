//! What is shown of validators.

use candor_primitives::{AccountId, Balance};
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// A candidate for validating.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ValidatorView {
    /// Its account, and its pool among the validators' pools.
    pub validator: AccountId,
    /// Whether it stands for election; else it is chilled.
    pub is_standing: bool,
    /// Whether it has session keys.
    pub has_keys: bool,
    /// Whether it validates in the present session.
    pub is_validating: bool,
    /// Its own active stake, in planck.
    pub own: Balance,
    /// Its own and delegated stake as far as elections count it, in planck.
    pub counted: Balance,
    /// What offences in the present session cost shares of, in planck; nothing if it does not validate.
    pub exposure: Option<Balance>,
}
