//! The checks notice storage that does not fit together.

use crate::{fixtures::name, mock::*, *};
use candor_primitives::RepositoryId;
use frame_support::{
    assert_ok,
    traits::{fungible::MutateHold, tokens::Precision},
};

/// One private repository with metadata, an account on its list and a release; then `damage`, which must be noticed.
fn noticed(damage: impl FnOnce(RepositoryId), message: &'static str) {
    ext().execute_with(|| {
        let (repository, _) = published(true);
        assert_ok!(Models::set_access(origin(alice()), repository, bob(), true));
        assert_ok!(Models::set_metadata(origin(alice()), repository, metadata("{}")));
        check();
        damage(repository);
        assert_eq!(Models::do_try_state(), Err(message.into()));
    });
}

fn edit(repository: RepositoryId, change: impl FnOnce(&mut RepositoryOf<Test>)) {
    Repositories::<Test>::mutate(repository, |stored| change(stored.as_mut().unwrap()));
}

#[test]
fn do_try_state_should_fail_when_repositories_and_their_index_differ() {
    noticed(|_| RepositoryIds::<Test>::remove(alice(), name("minilm")), "a repository is not found by owner and name");
    noticed(
        |id| RepositoryIds::<Test>::insert(bob(), name("minilm"), id),
        "owner and name lead to a repository that does not exist",
    );
    noticed(|_| NextRepositoryId::<Test>::put(0), "a repository's id was not counted");
}

#[test]
fn do_try_state_should_fail_when_releases_and_their_index_differ() {
    noticed(|_| NextReleaseId::<Test>::put(0), "a release's id was not counted");
    noticed(|_| NextReleaseId::<Test>::put(2), "a release is missing");
    noticed(|_| Specs::<Test>::remove(0), "a release has no spec");
    noticed(|_| Specs::<Test>::insert(1, crate::fixtures::encoder()), "a spec has no release");
    noticed(|id| ReleaseIds::<Test>::remove(id, version("1.0.0")), "a release is not found by repository and version");
    noticed(
        |id| ReleaseIds::<Test>::insert(id, version("2.0.0"), 0),
        "repository and version lead to a release that does not exist",
    );
    noticed(
        |_| {
            let moved = Release { repository: 9, version: version("1.0.0"), deprecated: None };
            Releases::<Test>::insert(0, moved);
        },
        "a release has no repository",
    );
}

#[test]
fn do_try_state_should_fail_when_a_repository_counts_wrong() {
    noticed(|id| edit(id, |stored| stored.releases.size += 1), "a repository miscounts its releases");
    noticed(
        |id| edit(id, |stored| stored.release_deposit = None),
        "releases without deposit, or a deposit without releases",
    );
    noticed(|id| edit(id, |stored| stored.access_entries = 2), "a repository miscounts its access list");
    noticed(|id| AccessList::<Test>::remove(id, bob()), "a repository miscounts its access list");
    noticed(|_| AccessList::<Test>::insert(9, bob(), ()), "an access list has no repository");
    noticed(|id| edit(id, |stored| stored.metadata_bytes = 3), "a repository miscounts its metadata");
    noticed(Metadata::<Test>::remove, "metadata are missing");
    noticed(|_| Metadata::<Test>::insert(9, metadata("{}")), "metadata without a repository");
    noticed(|id| Metadata::<Test>::insert(id, metadata("")), "empty metadata are stored");
}

#[test]
fn do_try_state_should_fail_when_deposits_are_not_what_is_held() {
    let release = |reason: HoldReason| {
        Balances::release(&reason.into(), &alice(), 1, Precision::Exact).unwrap();
    };
    noticed(|_| release(HoldReason::Repository), "deposits for repositories are not what is held");
    noticed(|_| release(HoldReason::Release), "deposits for releases are not what is held");
    let hold = |reason: HoldReason| Balances::hold(&reason.into(), &alice(), 1).unwrap();
    noticed(|_| hold(HoldReason::Repository), "deposits for repositories are not what is held");
}
