//! What must hold after every block and, in tests, after every test.

use crate::{
    types::{add, release_footprint},
    AccessList, Config, HoldReason, Metadata, NextReleaseId, NextRepositoryId, Pallet, ReleaseIds, Releases,
    Repositories, RepositoryIds, Specs,
};
use alloc::collections::BTreeMap;
use candor_primitives::{AccountId, Balance, RepositoryId};
use codec::{Decode, Encode};
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Footprint},
};
use sp_runtime::TryRuntimeError;

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
    /// Check every invariant of this pallet's storage. Reads all of it.
    pub fn do_try_state() -> Check {
        Self::check_repository_index()?;
        Self::check_releases()?;
        Self::check_release_counts()?;
        Self::check_access_lists()?;
        Self::check_metadata()?;
        Self::check_deposits()
    }

    fn check_repository_index() -> Check {
        let next = NextRepositoryId::<T>::get();
        for (id, repository) in Repositories::<T>::iter() {
            ensure!(id < next, "a repository's id was not counted");
            ensure!(
                RepositoryIds::<T>::get(&repository.owner, &repository.name) == Some(id),
                "a repository is not found by owner and name"
            );
        }
        ensure!(
            Repositories::<T>::iter_keys().count() == RepositoryIds::<T>::iter_keys().count(),
            "owner and name lead to a repository that does not exist"
        );
        Ok(())
    }

    fn check_releases() -> Check {
        let next = NextReleaseId::<T>::get();
        for (id, release) in Releases::<T>::iter() {
            ensure!(id < next, "a release's id was not counted");
            ensure!(Repositories::<T>::contains_key(release.repository), "a release has no repository");
            ensure!(Specs::<T>::contains_key(id), "a release has no spec");
            ensure!(
                ReleaseIds::<T>::get(release.repository, release.version) == Some(id),
                "a release is not found by repository and version"
            );
        }
        let count = Releases::<T>::iter_keys().count();
        ensure!(count == next as usize, "a release is missing");
        ensure!(count == Specs::<T>::iter_keys().count(), "a spec has no release");
        ensure!(
            count == ReleaseIds::<T>::iter_keys().count(),
            "repository and version lead to a release that does not exist"
        );
        Ok(())
    }

    fn check_release_counts() -> Check {
        let mut sums = BTreeMap::<RepositoryId, Footprint>::new();
        for (id, release) in Releases::<T>::iter() {
            let spec = Specs::<T>::get(id).ok_or("a release has no spec")?;
            let sum = sums.entry(release.repository).or_default();
            *sum = add(*sum, release_footprint(&spec));
        }
        for (id, repository) in Repositories::<T>::iter() {
            let sum = sums.remove(&id).unwrap_or_default();
            ensure!(repository.releases == sum, "a repository miscounts its releases");
            ensure!(
                repository.release_deposit.is_some() == (sum.count > 0),
                "releases without deposit, or a deposit without releases"
            );
        }
        Ok(())
    }

    fn check_access_lists() -> Check {
        let mut counts = BTreeMap::<RepositoryId, u32>::new();
        for (repository, _) in AccessList::<T>::iter_keys() {
            let count = counts.entry(repository).or_default();
            *count = count.saturating_add(1);
        }
        for (id, repository) in Repositories::<T>::iter() {
            let count = counts.remove(&id).unwrap_or_default();
            ensure!(repository.access_entries == count, "a repository miscounts its access list");
        }
        ensure!(counts.is_empty(), "an access list has no repository");
        Ok(())
    }

    fn check_metadata() -> Check {
        for (id, metadata) in Metadata::<T>::iter() {
            let repository = Repositories::<T>::get(id).ok_or("metadata without a repository")?;
            ensure!(!metadata.is_empty(), "empty metadata are stored");
            ensure!(repository.metadata_bytes as usize == metadata.len(), "a repository miscounts its metadata");
        }
        let described = Repositories::<T>::iter_values().filter(|repository| repository.metadata_bytes > 0).count();
        ensure!(described == Metadata::<T>::iter_keys().count(), "metadata are missing");
        Ok(())
    }

    fn check_deposits() -> Check {
        for (owner, (repositories, releases)) in Self::recorded_deposits()? {
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Repository.into(), &owner) == repositories,
                "deposits for repositories are not what is held"
            );
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Release.into(), &owner) == releases,
                "deposits for releases are not what is held"
            );
        }
        Ok(())
    }

    /// Deposits for repositories and for releases that each owner should have on hold.
    pub(crate) fn recorded_deposits() -> Result<BTreeMap<AccountId, (Balance, Balance)>, TryRuntimeError> {
        let mut sums = BTreeMap::<AccountId, (Balance, Balance)>::new();
        for repository in Repositories::<T>::iter_values() {
            let sum = sums.entry(repository.owner).or_default();
            sum.0 = sum.0.saturating_add(amount(&repository.deposit)?);
            if let Some(ticket) = repository.release_deposit {
                sum.1 = sum.1.saturating_add(amount(&ticket)?);
            }
        }
        Ok(sums)
    }
}

/// Amount of a ticket. It has no accessor, but its encoding is the amount.
fn amount(ticket: &impl Encode) -> Result<Balance, TryRuntimeError> {
    Balance::decode(&mut ticket.encode().as_slice()).map_err(|_| "a deposit can't be read".into())
}
