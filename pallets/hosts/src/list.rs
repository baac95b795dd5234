//! The list of a release's offers: hosts by position, with a Fenwick tree over their weights.

use crate::{Config, Error, Nodes, OfferCount, Offers, Pallet, Positions, LIST_DEPTH};
use candor_economics::{fenwick, FenwickError, FenwickStore};
use candor_primitives::{AccountId, ReleaseId};
use core::marker::PhantomData;
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// A release's list of offers in storage.
pub(crate) struct OfferList<T> {
    release: ReleaseId,
    config: PhantomData<T>,
}

impl<T: Config> FenwickStore for OfferList<T> {
    fn len(&self) -> u32 {
        OfferCount::<T>::get(self.release)
    }

    fn set_len(&mut self, len: u32) {
        if len == 0 {
            OfferCount::<T>::remove(self.release);
        } else {
            OfferCount::<T>::insert(self.release, len);
        }
    }

    fn get(&self, i: u32) -> u128 {
        Nodes::<T>::get(self.release, i)
    }

    fn set(&mut self, i: u32, node: u128) {
        // Absent nodes read as zero.
        if node == 0 {
            Nodes::<T>::remove(self.release, i);
        } else {
            Nodes::<T>::insert(self.release, i, node);
        }
    }
}

impl<T: Config> OfferList<T> {
    /// The list of `release`.
    pub fn of(release: ReleaseId) -> Self {
        Self { release, config: PhantomData }
    }

    /// Most nodes that a path through the tree touches.
    pub fn depth(&self) -> u32 {
        fenwick::max_steps(self.len())
    }

    /// Sum of all weights.
    pub fn total(&self) -> u128 {
        fenwick::total(self)
    }

    /// Host at `position`.
    pub fn host(&self, position: u32) -> Option<AccountId> {
        Positions::<T>::get(self.release, position)
    }

    /// Host on whose weight `target` falls, of all weights in a row.
    pub fn find(&self, target: u128) -> Option<AccountId> {
        self.host(fenwick::find(self, target)?)
    }

    /// Append a host; returns its position.
    pub fn push(&mut self, host: &AccountId, weight: u128) -> Result<u32, DispatchError> {
        ensure!(self.len() < (1 << LIST_DEPTH) - 1, Error::<T>::ListFull);
        let position = fenwick::append(self, weight).map_err(Pallet::<T>::tree_error)?;
        Positions::<T>::insert(self.release, position, host);
        Ok(position)
    }

    /// Set the weight at `position`.
    pub fn set_weight(&mut self, position: u32, weight: u128) -> DispatchResult {
        fenwick::set(self, position, weight).map_err(Pallet::<T>::tree_error)?;
        Ok(())
    }

    /// Remove the host at `position`; the last host takes its place.
    pub fn remove(&mut self, position: u32) -> DispatchResult {
        let moved = fenwick::swap_remove(self, position).map_err(Pallet::<T>::tree_error)?;
        let last = Positions::<T>::take(self.release, moved.unwrap_or(position));
        if let (Some(_), Some(host)) = (moved, last) {
            Offers::<T>::mutate(self.release, &host, |offer| {
                if let Some(offer) = offer {
                    offer.position = position;
                }
            });
            Positions::<T>::insert(self.release, position, host);
        }
        Ok(())
    }
}

impl<T: Config> Pallet<T> {
    fn tree_error(error: FenwickError) -> DispatchError {
        match error {
            FenwickError::NoSuchItem => Error::<T>::NoSuchOffer.into(),
            FenwickError::Full => Error::<T>::ListFull.into(),
            FenwickError::Overflow => ArithmeticError::Overflow.into(),
            FenwickError::Underflow => ArithmeticError::Underflow.into(),
        }
    }
}
