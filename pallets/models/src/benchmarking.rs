//! Worst cases of the calls, and the release that other pallets benchmark with.

use super::*;
use crate::{fixtures, types::repository_footprint};
use alloc::{boxed::Box, format, vec};
use candor_primitives::{
    release::{Name, MAX_FILES},
    AccountId, Balance, ReleaseId, ReleaseSpec, RepositoryId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_runtime::traits::Convert;

/// Give `who` what it needs for a few of the largest deposits.
fn fund<T: Config>(who: &AccountId) {
    let spec = types::release_footprint(&fixtures::largest(MAX_FILES));
    let repository = repository_footprint::<T>(2, 1024);
    let one: Balance = DepositPrice::<T>::convert(types::add(spec, repository));
    let amount = one.saturating_mul(4).saturating_add(T::Currency::minimum_balance());
    // Fails only if the total issuance overflows; then the deposit fails and says so.
    let _ = T::Currency::mint_into(who, amount);
}

fn owner<T: Config>() -> AccountId {
    let owner: AccountId = whitelisted_caller();
    fund::<T>(&owner);
    owner
}

fn other<T: Config>() -> AccountId {
    let other: AccountId = account("other", 0, 0);
    fund::<T>(&other);
    other
}

fn longest_name() -> Name {
    fixtures::name(&"n".repeat(64))
}

fn repository<T: Config>(owner: &AccountId) -> Result<RepositoryId, BenchmarkError> {
    Ok(Pallet::<T>::do_create_repository(owner.clone(), longest_name(), true)?)
}

fn version(patch: u32) -> Version {
    Version { major: 1, minor: 0, patch }
}

fn spec<T: Config>(files: u32) -> ReleaseSpec {
    ReleaseSpec { royalty: T::MaxRoyalty::get(), ..fixtures::largest(files) }
}

fn publish<T: Config>(owner: &AccountId) -> Result<(RepositoryId, ReleaseId), BenchmarkError> {
    let repository = repository::<T>(owner)?;
    let release = Pallet::<T>::do_publish_release(owner.clone(), repository, version(0), spec::<T>(MAX_FILES))?;
    Ok((repository, release))
}

fn longest_metadata() -> MetadataText {
    BoundedVec::truncate_from(vec![b'm'; 1024])
}

/// A public release with one float32 input and output, with as many files and variants as allowed: reading it costs
/// what reading the largest release with such an input costs.
pub(crate) fn release<T: Config>(publisher: &AccountId) -> ReleaseId {
    fund::<T>(publisher);
    let spec = ReleaseSpec { royalty: T::MaxRoyalty::get(), ..fixtures::vector() };
    let name = fixtures::name(&format!("benchmark-{}", NextRepositoryId::<T>::get()));
    Pallet::<T>::do_create_repository(publisher.clone(), name, false)
        .and_then(|repository| Pallet::<T>::do_publish_release(publisher.clone(), repository, version(0), spec))
        .expect("the publisher is funded and the spec is sound")
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create_repository() {
        let owner = owner::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), longest_name(), true);

        assert_eq!(NextRepositoryId::<T>::get(), 1);
    }

    #[benchmark]
    fn publish_release(f: Linear<1, MAX_FILES>) -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (repository, _) = publish::<T>(&owner)?;
        let spec = Box::new(spec::<T>(f));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), repository, version(1), spec);

        assert_eq!(NextReleaseId::<T>::get(), 2);
        Ok(())
    }

    #[benchmark]
    fn deprecate() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (_, release) = publish::<T>(&owner)?;
        let reason = Reason::truncate_from(vec![b'r'; 256]);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), release, reason);

        assert!(Releases::<T>::get(release).is_some_and(|r| r.deprecated.is_some()));
        Ok(())
    }

    #[benchmark]
    fn set_access() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (repository, _) = publish::<T>(&owner)?;
        let account: AccountId = account("reader", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), repository, account.clone(), true);

        assert!(AccessList::<T>::contains_key(repository, account));
        Ok(())
    }

    #[benchmark]
    fn set_private() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (repository, _) = publish::<T>(&owner)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), repository, false);

        assert!(Repositories::<T>::get(repository).is_some_and(|r| !r.private));
        Ok(())
    }

    #[benchmark]
    fn transfer_repository() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (repository, _) = publish::<T>(&owner)?;
        let new_owner = other::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), repository, new_owner.clone());

        assert!(Repositories::<T>::get(repository).is_some_and(|r| r.pending_owner == Some(new_owner)));
        Ok(())
    }

    #[benchmark]
    fn accept_transfer() -> Result<(), BenchmarkError> {
        let owner = other::<T>();
        let (repository, _) = publish::<T>(&owner)?;
        let new_owner = super::owner::<T>();
        Pallet::<T>::do_set_metadata(owner.clone(), repository, longest_metadata())?;
        Pallet::<T>::do_transfer_repository(owner, repository, new_owner.clone())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(new_owner.clone()), repository);

        assert!(Repositories::<T>::get(repository).is_some_and(|r| r.owner == new_owner));
        Ok(())
    }

    #[benchmark]
    fn set_metadata() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (repository, _) = publish::<T>(&owner)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), repository, longest_metadata());

        assert!(Metadata::<T>::contains_key(repository));
        Ok(())
    }

    #[benchmark]
    fn remove_repository() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let repository = repository::<T>(&owner)?;
        Pallet::<T>::do_set_metadata(owner.clone(), repository, longest_metadata())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), repository);

        assert!(!Repositories::<T>::contains_key(repository));
        Ok(())
    }

    #[benchmark]
    fn set_source() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let (_, release) = publish::<T>(&owner)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), release, fixtures::largest_source());

        assert!(Specs::<T>::get(release).is_some_and(|spec| spec.source.len() == 256));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
