//! What referenda may speak as, beside root.

use crate::RuntimeOrigin;
use core::marker::PhantomData;
use frame_support::traits::{EnsureOrigin, Get};

pub use pallet::*;

/// The origins of the tracks that are not root's. No calls, no storage.
#[frame_support::pallet]
pub mod pallet {
    use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
    use scale_info::TypeInfo;

    /// Nothing to set.
    #[pallet::config]
    pub trait Config: frame_system::Config {}

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Who a referendum that passed speaks as. New ones come last: their numbers are stored.
    #[pallet::origin]
    #[derive(Clone, Eq, PartialEq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
    pub enum Origin {
        /// Sets parameters, and says which machines are attested.
        ParametersAdmin,
        /// Spends from the treasury, up to a cap.
        Treasurer,
        /// Cancels referenda.
        ReferendumCanceller,
        /// Kills referenda, whose deposits are lost.
        ReferendumKiller,
    }
}

/// The origin `O`, and no other.
pub struct Ensure<O>(PhantomData<O>);

impl<O: Get<Origin>> EnsureOrigin<RuntimeOrigin> for Ensure<O> {
    type Success = ();

    fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
        let found = Result::<Origin, RuntimeOrigin>::from(origin)?;
        if found == O::get() {
            Ok(())
        } else {
            Err(found.into())
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
        Ok(O::get().into())
    }
}
