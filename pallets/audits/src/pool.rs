//! The auditors of a profile: its hosts in a list, with a Fenwick tree over their active stake.

use crate::{types::*, Config, Members, Nodes, Pallet, PoolSize, Positions, Profiles, WeightInfo, Weights, Weighty};
use alloc::vec::Vec;
use candor_economics::{draw_target, fenwick, FenwickStore};
use candor_primitives::{
    traits::{AuditorPool, HostListener, HostMarket},
    AccountId, Balance,
};
use codec::Encode;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// The list of a profile in storage.
pub(crate) struct Pool<T> {
    profile: H256,
    config: PhantomData<T>,
}

impl<T: Config> FenwickStore for Pool<T> {
    fn len(&self) -> u32 {
        PoolSize::<T>::get(self.profile)
    }

    fn set_len(&mut self, len: u32) {
        if len == 0 {
            PoolSize::<T>::remove(self.profile);
        } else {
            PoolSize::<T>::insert(self.profile, len);
        }
    }

    fn get(&self, i: u32) -> u128 {
        Nodes::<T>::get(self.profile, i)
    }

    fn set(&mut self, i: u32, node: u128) {
        // Absent nodes read as zero.
        if node == 0 {
            Nodes::<T>::remove(self.profile, i);
        } else {
            Nodes::<T>::insert(self.profile, i, node);
        }
    }
}

/// A stretch of the weights in a row that must not be hit.
struct Gap {
    start: u128,
    weight: u128,
}

impl<T: Config> Pool<T> {
    /// The list of `profile`.
    pub fn of(profile: H256) -> Self {
        Self { profile, config: PhantomData }
    }

    /// Sum of all weights.
    pub fn total(&self) -> u128 {
        fenwick::total(self)
    }

    /// Host at `position`.
    pub fn host(&self, position: u32) -> Option<AccountId> {
        Positions::<T>::get(self.profile, position)
    }

    /// Append a host with its weight.
    fn push(&mut self, host: &AccountId, weight: Balance) {
        // Full at 2^32 - 1 hosts, overflown beyond the issuance: neither can be.
        let Ok(position) = fenwick::append(self, weight) else {
            frame_support::defensive!("a profile's list can take one more host");
            return;
        };
        Positions::<T>::insert(self.profile, position, host);
        Members::<T>::insert(self.profile, host, Membership { position, offers: 1 });
        self.count(0, weight);
    }

    /// Remove a host; the last one takes its place.
    fn remove(&mut self, host: &AccountId, member: Membership) {
        let weight = fenwick::value(self, member.position);
        let Ok(moved) = fenwick::swap_remove(self, member.position) else {
            frame_support::defensive!("a member has a place in the list");
            return;
        };
        Members::<T>::remove(self.profile, host);
        let last = Positions::<T>::take(self.profile, moved.unwrap_or(member.position));
        if let (Some(_), Some(last)) = (moved, last) {
            Members::<T>::mutate(self.profile, &last, |moved| {
                if let Some(moved) = moved {
                    moved.position = member.position;
                }
            });
            Positions::<T>::insert(self.profile, member.position, last);
        }
        self.count(weight, 0);
    }

    /// Set the weight of a host.
    fn weigh(&mut self, host: &AccountId, weight: Balance) {
        let Some(member) = Members::<T>::get(self.profile, host) else { return };
        match fenwick::set(self, member.position, weight) {
            Ok(before) => self.count(before, weight),
            Err(_) => {
                frame_support::defensive!("a member's weight fits the tree");
            },
        }
    }

    /// Count the hosts with weight after one weight changed.
    fn count(&self, before: Balance, after: Balance) {
        let weighty = Weighty::<T>::get(self.profile);
        let counted = match (before > 0, after > 0) {
            (false, true) => weighty.saturating_add(1),
            (true, false) => weighty.saturating_sub(1),
            _ => return,
        };
        if counted == 0 {
            Weighty::<T>::remove(self.profile);
        } else {
            Weighty::<T>::insert(self.profile, counted);
        }
    }

    fn gap(&self, host: &AccountId) -> Option<Gap> {
        let member = Members::<T>::get(self.profile, host)?;
        let weight = Weights::<T>::get(host);
        (weight > 0).then(|| Gap { start: fenwick::prefix(self, member.position), weight })
    }

    /// Draw a live host by its weight among all but the excluded.
    ///
    /// The weights of excluded hosts, and of those found to be dead, are left out of the row in which the target falls,
    /// so that among the others each is drawn with probability proportional to its weight.
    pub fn draw(&self, seed: &H256, excluded: impl Iterator<Item = AccountId>) -> Option<AccountId> {
        let mut seen: Vec<AccountId> = Vec::new();
        let mut gaps: Vec<Gap> = Vec::new();
        let leave_out = |host: AccountId, seen: &mut Vec<AccountId>, gaps: &mut Vec<Gap>| {
            // A host left out twice would leave its neighbour out.
            if !seen.contains(&host) {
                gaps.extend(self.gap(&host));
                seen.push(host);
            }
        };
        excluded.for_each(|host| leave_out(host, &mut seen, &mut gaps));
        let total = self.total();
        for attempt in 0..T::MaxTries::get() {
            gaps.sort_by_key(|gap| gap.start);
            let left = gaps.iter().fold(total, |left, gap| left.saturating_sub(gap.weight));
            let mut target = draw_target(&blake2_256(&(b"auditor", seed, attempt).encode()), left)?;
            for gap in &gaps {
                if target >= gap.start {
                    target = target.saturating_add(gap.weight);
                }
            }
            let host = self.host(fenwick::find(self, target)?)?;
            if T::Hosts::is_live(&host) {
                return Some(host);
            }
            leave_out(host, &mut seen, &mut gaps);
        }
        None
    }
}

impl<T: Config> Pallet<T> {
    /// Depth of the tree of a profile.
    pub(crate) fn depth(profile: H256) -> u32 {
        fenwick::max_steps(PoolSize::<T>::get(profile))
    }
}

impl<T: Config> HostListener<AccountId> for Pallet<T> {
    fn joined(host: &AccountId, profile: H256) {
        match Members::<T>::get(profile, host) {
            Some(Membership { position, offers }) => {
                Members::<T>::insert(profile, host, Membership { position, offers: offers.saturating_add(1) });
            },
            None => {
                Pool::<T>::of(profile).push(host, Weights::<T>::get(host));
                Profiles::<T>::insert(host, profile, ());
            },
        }
    }

    fn left(host: &AccountId, profile: H256) {
        let Some(member) = Members::<T>::get(profile, host) else {
            frame_support::defensive!("a host left a profile that it had not joined");
            return;
        };
        let offers = member.offers.saturating_sub(1);
        if offers > 0 {
            Members::<T>::insert(profile, host, Membership { offers, ..member });
        } else {
            Pool::<T>::of(profile).remove(host, member);
            Profiles::<T>::remove(host, profile);
            if Profiles::<T>::iter_key_prefix(host).next().is_none() {
                Weights::<T>::remove(host);
            }
        }
    }

    fn weighed(host: &AccountId, weight: Balance) {
        // A host that runs no profile has no weight: nothing of it would be left to remove when it is gone.
        let mut profiles = Profiles::<T>::iter_key_prefix(host).peekable();
        if profiles.peek().is_none() || Weights::<T>::get(host) == weight {
            return;
        }
        if weight == 0 {
            Weights::<T>::remove(host);
        } else {
            Weights::<T>::insert(host, weight);
        }
        // As many as the host has offers, which is bounded.
        for profile in profiles {
            Pool::<T>::of(profile).weigh(host, weight);
        }
    }

    fn joined_weight() -> Weight {
        T::WeightInfo::joined(LIST_DEPTH)
    }

    fn left_weight() -> Weight {
        T::WeightInfo::left(LIST_DEPTH)
    }

    fn weighed_weight(profiles: u32) -> Weight {
        T::WeightInfo::weighed(profiles)
    }
}

impl<T: Config> AuditorPool<AccountId> for Pallet<T> {
    fn auditors(profile: H256) -> u32 {
        Weighty::<T>::get(profile)
    }
}
