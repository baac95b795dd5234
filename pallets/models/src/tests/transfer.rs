//! A repository changes hands in two steps.

use crate::{fixtures::name, mock::*, Event, Repositories, RepositoryIds};
use candor_primitives::traits::Releases as _;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;

#[test]
fn transfer_should_move_ownership_index_and_deposits_when_accepted() {
    run(|| {
        let (repository, release) = published(true);
        assert_ok!(Models::set_access(origin(alice()), repository, carol(), true));
        assert_ok!(Models::set_metadata(origin(alice()), repository, metadata("{}")));
        let paid = held(&alice());

        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        assert_event(Event::TransferOffered { repository, from: alice(), to: bob() });
        assert_eq!(Models::publisher(release), Some(alice()), "nothing moves before it is accepted");
        assert_eq!(held(&bob()), (0, 0));

        assert_ok!(Models::accept_transfer(origin(bob()), repository));
        assert_event(Event::RepositoryTransferred { repository, from: alice(), to: bob() });
        assert_eq!(Models::publisher(release), Some(bob()));
        assert_eq!(RepositoryIds::<Test>::get(bob(), name("minilm")), Some(repository));
        assert_eq!(RepositoryIds::<Test>::get(alice(), name("minilm")), None);
        assert_eq!(held(&alice()), (0, 0));
        assert_eq!(held(&bob()), paid);

        assert_eq!(access(release, &alice()), Err(Denied::Private), "the old owner has no special right");
        assert_ok!(access(release, &bob()));
        assert_ok!(access(release, &carol()));
        refused!(Models::accept_transfer(origin(bob()), repository), NotOffered);
    });
}

#[test]
fn transfer_should_move_only_one_deposit_when_there_are_no_releases() {
    run(|| {
        let repository = create("minilm", false);
        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        assert_ok!(Models::accept_transfer(origin(bob()), repository));
        assert_eq!((held(&alice()), held(&bob()).1), ((0, 0), 0));
    });
}

#[test]
fn accept_transfer_should_fail_when_it_was_not_offered_to_the_sender() {
    run(|| {
        let (repository, _) = published(false);
        refused!(Models::accept_transfer(origin(bob()), repository), NotOffered);
        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        refused!(Models::accept_transfer(origin(carol()), repository), NotOffered);
        refused!(Models::accept_transfer(origin(alice()), repository), NotOffered);
    });
}

#[test]
fn transfer_should_hold_for_the_last_named_account_when_offered_twice() {
    run(|| {
        let (repository, _) = published(false);
        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        assert_ok!(Models::transfer_repository(origin(alice()), repository, carol()));
        refused!(Models::accept_transfer(origin(bob()), repository), NotOffered);
        assert_ok!(Models::accept_transfer(origin(carol()), repository));
    });
}

#[test]
fn transfer_should_be_withdrawn_when_offered_to_the_owner() {
    run(|| {
        let (repository, _) = published(false);
        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        assert_ok!(Models::transfer_repository(origin(alice()), repository, alice()));
        assert_event(Event::TransferWithdrawn { repository, to: bob() });
        refused!(Models::accept_transfer(origin(bob()), repository), NotOffered);

        let events = System::event_count();
        assert_ok!(Models::transfer_repository(origin(alice()), repository, alice()));
        assert_eq!(System::event_count(), events, "no offer, nothing to take back");
    });
}

#[test]
fn accept_transfer_should_fail_when_the_new_owner_has_the_name_already() {
    run(|| {
        let (repository, _) = published(false);
        assert_ok!(Models::create_repository(origin(bob()), name("minilm"), false));
        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        refused!(Models::accept_transfer(origin(bob()), repository), NameTaken);
    });
}

#[test]
fn accept_transfer_should_fail_when_the_new_owner_cannot_pay_the_deposits() {
    run(|| {
        let (repository, _) = published(false);
        assert_ok!(Models::transfer_repository(origin(alice()), repository, poor()));
        assert_noop!(Models::accept_transfer(origin(poor()), repository), TokenError::FundsUnavailable);
        assert_eq!(Repositories::<Test>::get(repository).unwrap().owner, alice());
    });
}
