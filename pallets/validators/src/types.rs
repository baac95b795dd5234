//! What the pallet stores, and what it wants to know of sessions.

use candor_primitives::{AccountId, Balance};
use codec::Encode;
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use pallet_session::historical;
use sp_core::H256;
use sp_staking::SessionIndex;

/// Most validators.
pub const MAX_VALIDATORS: u32 = 100;

/// Whether a candidate can be elected.
#[frame_support::stored]
#[derive(Copy)]
pub enum Candidacy {
    /// It can.
    #[codec(index = 0)]
    Standing,
    /// Not until it resumes.
    #[codec(index = 1)]
    Chilled,
}

/// What a validator has at stake in a session: offences in it cost shares of this.
#[frame_support::stored]
#[derive(Copy, Default)]
pub struct Exposure {
    /// Own and delegated stake, active and unbonding, in planck.
    pub total: Balance,
}

/// What was elected.
#[frame_support::stored]
pub struct Election {
    /// The session that it holds from.
    pub session: SessionIndex,
    /// Digest of the validators' accounts and keys.
    pub digest: H256,
    /// The validators, in order of their accounts.
    pub validators: BoundedVec<(AccountId, Exposure), ConstU32<MAX_VALIDATORS>>,
}

/// What validators sign with.
pub trait SessionKeys<AccountId> {
    /// Digest of the keys that `who` signs with in the next session that is planned; nothing if it has none.
    fn digest(who: &AccountId) -> Option<H256>;
    /// Set keys for `who`, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_keys(who: &AccountId);
}

impl<T> SessionKeys<AccountId> for pallet_session::Pallet<T>
where
    T: historical::Config
        + pallet_session::Config<ValidatorId = AccountId>
        + frame_system::Config<AccountId = AccountId>,
{
    fn digest(who: &AccountId) -> Option<H256> {
        Self::load_keys(who).map(|keys| H256(keys.using_encoded(sp_io::hashing::blake2_256)))
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_keys(who: &AccountId) {
        let seed = who.encode();
        let keys = codec::Decode::decode(&mut sp_runtime::traits::TrailingZeroInput::new(&seed))
            .expect("keys are made of any bytes");
        <Self as pallet_session::SessionInterface>::set_keys(who, keys).expect("the keys are nobody else's");
    }
}
