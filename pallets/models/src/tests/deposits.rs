//! What is held from owners, and when it is free again.

use crate::{
    fixtures::{encoder, file, name, seal},
    mock::*,
    types::{release_footprint, repository_footprint},
    DepositPrice,
};
use candor_primitives::{Balance, ReleaseSpec};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::Convert, TokenError};

fn repository_price(access: u32, metadata: u32) -> Balance {
    DepositPrice::<Test>::convert(repository_footprint::<Test>(access, metadata))
}

fn release_price(spec: &ReleaseSpec) -> Balance {
    DepositPrice::<Test>::convert(release_footprint(spec))
}

#[test]
fn price_should_count_items_and_bytes_when_a_footprint_has_both() {
    let footprint = frame_support::traits::Footprint { count: 2, size: 10 };
    assert_eq!(DepositPrice::<Test>::convert(footprint), 2 * 1_000 + 10 * 3);
    let access = repository_price(1, 0) - repository_price(0, 0);
    assert_eq!(access, 1_000 + 36 * 3);
    let metadata = repository_price(0, 100) - repository_price(0, 0);
    assert_eq!(metadata, 1_000 + 100 * 3);
}

#[test]
fn deposit_should_follow_what_is_stored_when_a_repository_grows_and_shrinks() {
    run(|| {
        let id = create("minilm", true);
        assert_eq!(held(&alice()), (repository_price(0, 0), 0));
        assert_ok!(Models::set_access(origin(alice()), id, bob(), true));
        assert_eq!(held(&alice()), (repository_price(1, 0), 0));
        assert_ok!(Models::set_metadata(origin(alice()), id, metadata("0123456789")));
        assert_eq!(held(&alice()), (repository_price(1, 10), 0));
        assert_ok!(Models::set_access(origin(alice()), id, bob(), false));
        assert_ok!(Models::set_metadata(origin(alice()), id, metadata("01234")));
        assert_eq!(held(&alice()), (repository_price(0, 5), 0));
        assert_ok!(Models::remove_repository(origin(alice()), id));
        assert_eq!(held(&alice()), (0, 0));
        assert_eq!(Balances::free_balance(alice()), RICH);
    });
}

#[test]
fn deposit_should_add_up_over_releases_when_several_are_published() {
    run(|| {
        let repository = create("minilm", false);
        publish(repository, "1.0.0");
        assert_eq!(held(&alice()).1, release_price(&encoder()));
        let mut larger = encoder();
        larger.files.try_push(file("vocabulary.txt", 7)).unwrap();
        seal(&mut larger);
        assert_ok!(try_publish(repository, "1.1.0", larger.clone()));
        assert!(release_price(&larger) > release_price(&encoder()));
        assert_eq!(held(&alice()).1, release_price(&encoder()) + release_price(&larger));
        assert_eq!(held(&alice()).0, repository_price(0, 0));
    });
}

#[test]
fn deposit_should_stay_when_a_release_is_deprecated_or_its_files_move() {
    run(|| {
        let (_, release) = published(false);
        let before = held(&alice());
        assert_ok!(Models::set_source(origin(alice()), release, crate::fixtures::largest_source()));
        assert_ok!(Models::deprecate(origin(alice()), release, reason(&"x".repeat(256))));
        assert_eq!(held(&alice()), before);
    });
}

#[test]
fn deposit_should_be_the_owners_when_two_own_repositories() {
    run(|| {
        published(false);
        assert_ok!(Models::create_repository(origin(bob()), name("other"), false));
        assert_eq!(held(&bob()), (repository_price(0, 0), 0));
        assert_eq!(held(&alice()), (repository_price(0, 0), release_price(&encoder())));
    });
}

#[test]
fn calls_should_fail_when_the_owner_cannot_pay_the_deposit() {
    run(|| {
        assert_ok!(Models::create_repository(origin(poor()), name("minilm"), true));
        let spec = Box::new(encoder());
        assert_noop!(Models::publish_release(origin(poor()), 0, version("1.0.0"), spec), TokenError::FundsUnavailable);
        let long = metadata(&"m".repeat(1024));
        assert_noop!(Models::set_metadata(origin(poor()), 0, long), TokenError::FundsUnavailable);
        let broke = account(77);
        assert_noop!(Models::create_repository(origin(broke), name("minilm"), true), TokenError::FundsUnavailable);
    });
}
