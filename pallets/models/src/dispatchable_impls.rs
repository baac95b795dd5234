//! What the calls do.

use crate::{
    types::{add, release_footprint, repository_footprint},
    AccessList, Config, Error, Event, Metadata, MetadataText, NextReleaseId, NextRepositoryId, Pallet, Reason, Release,
    ReleaseIds, ReleaseTicket, Releases, Repositories, RepositoryIds, RepositoryOf, RepositoryTicket, Specs, Version,
};
use candor_primitives::{
    release::{Name, Source},
    AccountId, ReleaseId, ReleaseSpec, RepositoryId,
};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create_repository(
        owner: AccountId,
        name: Name,
        private: bool,
    ) -> Result<RepositoryId, DispatchError> {
        Self::check_name(&name)?;
        ensure!(!RepositoryIds::<T>::contains_key(&owner, &name), Error::<T>::NameTaken);
        let repository = NextRepositoryId::<T>::get();
        NextRepositoryId::<T>::put(repository.checked_add(1).ok_or(ArithmeticError::Overflow)?);

        let deposit = RepositoryTicket::<T>::new(&owner, repository_footprint::<T>(0, 0))?;
        RepositoryIds::<T>::insert(&owner, &name, repository);
        Repositories::<T>::insert(
            repository,
            RepositoryOf::<T> {
                owner: owner.clone(),
                name: name.clone(),
                private,
                pending_owner: None,
                access_entries: 0,
                metadata_bytes: 0,
                releases: Footprint::default(),
                deposit,
                release_deposit: None,
            },
        );
        Self::deposit_event(Event::RepositoryCreated { repository, owner, name, private });
        Ok(repository)
    }

    pub(crate) fn do_publish_release(
        who: AccountId,
        repository: RepositoryId,
        version: Version,
        spec: ReleaseSpec,
    ) -> Result<ReleaseId, DispatchError> {
        let mut owned = Self::owned(repository, &who)?;
        ensure!(!ReleaseIds::<T>::contains_key(repository, version), Error::<T>::VersionTaken);
        Self::check_spec(&spec)?;
        let release = NextReleaseId::<T>::get();
        NextReleaseId::<T>::put(release.checked_add(1).ok_or(ArithmeticError::Overflow)?);

        owned.releases = add(owned.releases, release_footprint(&spec));
        owned.release_deposit = Some(match owned.release_deposit {
            Some(ticket) => ticket.update(&who, owned.releases)?,
            None => ReleaseTicket::<T>::new(&who, owned.releases)?,
        });
        let model_root = spec.model_root;
        Repositories::<T>::insert(repository, owned);
        ReleaseIds::<T>::insert(repository, version, release);
        Releases::<T>::insert(release, Release { repository, version, deprecated: None });
        Specs::<T>::insert(release, spec);
        Self::deposit_event(Event::ReleasePublished { release, repository, version, model_root });
        Ok(release)
    }

    pub(crate) fn do_deprecate(who: AccountId, release: ReleaseId, reason: Reason) -> DispatchResult {
        let mut found = Self::owned_release(release, &who)?;
        ensure!(found.deprecated.is_none(), Error::<T>::AlreadyDeprecated);
        ensure!(!reason.is_empty(), Error::<T>::EmptyReason);
        Self::check_prose(&reason)?;
        found.deprecated = Some(reason.clone());
        Releases::<T>::insert(release, found);
        Self::deposit_event(Event::ReleaseDeprecated { release, reason });
        Ok(())
    }

    pub(crate) fn do_set_access(
        who: AccountId,
        repository: RepositoryId,
        account: AccountId,
        allowed: bool,
    ) -> DispatchResult {
        let mut owned = Self::owned(repository, &who)?;
        if AccessList::<T>::contains_key(repository, &account) == allowed {
            return Ok(());
        }
        if allowed {
            owned.access_entries = owned.access_entries.checked_add(1).ok_or(ArithmeticError::Overflow)?;
            AccessList::<T>::insert(repository, &account, ());
        } else {
            owned.access_entries = owned.access_entries.saturating_sub(1);
            AccessList::<T>::remove(repository, &account);
        }
        Self::update_deposit(repository, owned)?;
        Self::deposit_event(Event::AccessChanged { repository, account, allowed });
        Ok(())
    }

    pub(crate) fn do_set_private(who: AccountId, repository: RepositoryId, private: bool) -> DispatchResult {
        let mut owned = Self::owned(repository, &who)?;
        if owned.private == private {
            return Ok(());
        }
        owned.private = private;
        Repositories::<T>::insert(repository, owned);
        Self::deposit_event(Event::PrivacyChanged { repository, private });
        Ok(())
    }

    pub(crate) fn do_transfer_repository(
        who: AccountId,
        repository: RepositoryId,
        new_owner: AccountId,
    ) -> DispatchResult {
        let mut owned = Self::owned(repository, &who)?;
        if new_owner == who {
            if let Some(to) = owned.pending_owner.take() {
                Repositories::<T>::insert(repository, owned);
                Self::deposit_event(Event::TransferWithdrawn { repository, to });
            }
            return Ok(());
        }
        owned.pending_owner = Some(new_owner.clone());
        Repositories::<T>::insert(repository, owned);
        Self::deposit_event(Event::TransferOffered { repository, from: who, to: new_owner });
        Ok(())
    }

    pub(crate) fn do_accept_transfer(who: AccountId, repository: RepositoryId) -> DispatchResult {
        let mut offered = Repositories::<T>::get(repository).ok_or(Error::<T>::UnknownRepository)?;
        ensure!(offered.pending_owner.as_ref() == Some(&who), Error::<T>::NotOffered);
        ensure!(!RepositoryIds::<T>::contains_key(&who, &offered.name), Error::<T>::NameTaken);
        let from = core::mem::replace(&mut offered.owner, who.clone());
        offered.pending_owner = None;

        let footprint = repository_footprint::<T>(offered.access_entries, offered.metadata_bytes);
        let paid = core::mem::replace(&mut offered.deposit, RepositoryTicket::<T>::new(&who, footprint)?);
        paid.drop(&from)?;
        if let Some(paid) = offered.release_deposit.take() {
            offered.release_deposit = Some(ReleaseTicket::<T>::new(&who, offered.releases)?);
            paid.drop(&from)?;
        }

        RepositoryIds::<T>::remove(&from, &offered.name);
        RepositoryIds::<T>::insert(&who, &offered.name, repository);
        Repositories::<T>::insert(repository, offered);
        Self::deposit_event(Event::RepositoryTransferred { repository, from, to: who });
        Ok(())
    }

    pub(crate) fn do_set_metadata(who: AccountId, repository: RepositoryId, metadata: MetadataText) -> DispatchResult {
        let mut owned = Self::owned(repository, &who)?;
        Self::check_prose(&metadata)?;
        let bytes = metadata.len() as u32;
        owned.metadata_bytes = bytes;
        Self::update_deposit(repository, owned)?;
        if bytes == 0 {
            Metadata::<T>::remove(repository);
        } else {
            Metadata::<T>::insert(repository, metadata);
        }
        Self::deposit_event(Event::MetadataChanged { repository, bytes });
        Ok(())
    }

    pub(crate) fn do_remove_repository(who: AccountId, repository: RepositoryId) -> DispatchResult {
        let owned = Self::owned(repository, &who)?;
        ensure!(owned.releases.count == 0, Error::<T>::HasReleases);
        ensure!(owned.access_entries == 0, Error::<T>::HasAccessList);
        owned.deposit.drop(&who)?;
        Metadata::<T>::remove(repository);
        RepositoryIds::<T>::remove(&who, &owned.name);
        Repositories::<T>::remove(repository);
        Self::deposit_event(Event::RepositoryRemoved { repository, owner: who });
        Ok(())
    }

    pub(crate) fn do_set_source(who: AccountId, release: ReleaseId, source: Source) -> DispatchResult {
        Self::owned_release(release, &who)?;
        Self::check_source(&source)?;
        let mut spec = Specs::<T>::get(release).ok_or(Error::<T>::UnknownRelease)?;
        spec.source = source.clone();
        Specs::<T>::insert(release, spec);
        Self::deposit_event(Event::SourceChanged { release, source });
        Ok(())
    }

    /// The repository, if `who` owns it.
    fn owned(repository: RepositoryId, who: &AccountId) -> Result<RepositoryOf<T>, Error<T>> {
        let found = Repositories::<T>::get(repository).ok_or(Error::<T>::UnknownRepository)?;
        ensure!(found.owner == *who, Error::<T>::NotOwner);
        Ok(found)
    }

    /// The release, if `who` owns its repository.
    fn owned_release(release: ReleaseId, who: &AccountId) -> Result<Release, Error<T>> {
        let found = Releases::<T>::get(release).ok_or(Error::<T>::UnknownRelease)?;
        Self::owned(found.repository, who)?;
        Ok(found)
    }

    /// Store a repository whose access list or metadata changed, with the deposit that they need now.
    fn update_deposit(repository: RepositoryId, mut owned: RepositoryOf<T>) -> DispatchResult {
        let footprint = repository_footprint::<T>(owned.access_entries, owned.metadata_bytes);
        owned.deposit = owned.deposit.update(&owned.owner, footprint)?;
        Repositories::<T>::insert(repository, owned);
        Ok(())
    }
}
