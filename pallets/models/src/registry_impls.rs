//! The registry as other pallets see it.

use crate::{AccessList, Config, Pallet, Releases, Repositories, Specs};
use candor_primitives::{
    traits::{ReleaseDenied, Releases as ReleaseRegistry},
    worker::ReleaseTitle,
    AccountId, ReleaseId, ReleaseSpec,
};

impl<T: Config> ReleaseRegistry<AccountId> for Pallet<T> {
    fn spec(release: ReleaseId) -> Option<ReleaseSpec> {
        Specs::<T>::get(release)
    }

    fn publisher(release: ReleaseId) -> Option<AccountId> {
        let repository = Releases::<T>::get(release)?.repository;
        Some(Repositories::<T>::get(repository)?.owner)
    }

    fn title(release: ReleaseId) -> Option<ReleaseTitle> {
        let found = Releases::<T>::get(release)?;
        let repository = Repositories::<T>::get(found.repository)?;
        let (publisher, name) = (repository.owner, repository.name);
        Some(ReleaseTitle { publisher, name, version: found.version.to_text() })
    }

    fn check_access(release: ReleaseId, who: &AccountId) -> Result<(), ReleaseDenied> {
        let found = Releases::<T>::get(release).ok_or(ReleaseDenied::Unknown)?;
        let repository = Repositories::<T>::get(found.repository).ok_or(ReleaseDenied::Unknown)?;
        let open = !repository.private || repository.owner == *who;
        if !open && !AccessList::<T>::contains_key(found.repository, who) {
            return Err(ReleaseDenied::Private);
        }
        match found.deprecated {
            Some(_) => Err(ReleaseDenied::Deprecated),
            None => Ok(()),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_release(publisher: &AccountId) -> ReleaseId {
        crate::benchmarking::release::<T>(publisher)
    }
}
