//! What view functions and the runtime API answer.

use crate::{Config, NextReleaseId, Pallet, ReleaseIds, Releases, Repositories, RepositoryIds, Specs, Version};
use alloc::vec::Vec;
use candor_primitives::{release::Name, AccountId, ReleaseId, RepositoryId};
use candor_runtime_api::views::ReleaseView;

/// Most releases of one answer.
pub(crate) const MAX_PAGE: u32 = 100;

impl<T: Config> Pallet<T> {
    /// One release.
    pub fn release_view(id: ReleaseId) -> Option<ReleaseView> {
        let release = Releases::<T>::get(id)?;
        let repository = Repositories::<T>::get(release.repository)?;
        Some(ReleaseView {
            id,
            repository: release.repository,
            publisher: repository.owner,
            name: repository.name.into_inner(),
            version: release.version.to_text(),
            deprecated: release.deprecated.map(|reason| reason.into_inner()),
            private: repository.private,
            spec: Specs::<T>::get(id)?,
        })
    }

    /// Releases with id >= `start`, at most `limit` (100 at most), in order of id.
    pub fn release_views(start: ReleaseId, limit: u32) -> Vec<ReleaseView> {
        // Ids are dense: releases are never removed.
        let end = NextReleaseId::<T>::get().min(start.saturating_add(limit.min(MAX_PAGE)));
        (start..end).filter_map(Self::release_view).collect()
    }

    /// Id of a release by owner, repository name and version (empty for the newest that is not deprecated).
    pub(crate) fn lookup(publisher: &AccountId, name: Vec<u8>, version: &[u8]) -> Option<ReleaseId> {
        let name = Name::try_from(name).ok()?;
        let repository = RepositoryIds::<T>::get(publisher, name)?;
        if version.is_empty() {
            return Self::newest(repository);
        }
        ReleaseIds::<T>::get(repository, Version::parse(version)?)
    }

    /// The release of a repository with the highest version, leaving out deprecated ones. Reads all of them: for
    /// answers off chain only.
    fn newest(repository: RepositoryId) -> Option<ReleaseId> {
        ReleaseIds::<T>::iter_prefix(repository)
            .filter(|(_, id)| Releases::<T>::get(id).is_some_and(|release| release.deprecated.is_none()))
            .max_by_key(|(version, _)| *version)
            .map(|(_, id)| id)
    }
}
