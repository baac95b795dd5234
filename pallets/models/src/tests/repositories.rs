//! Creating, describing, removing repositories.

use crate::{fixtures::name, mock::*, Event, Metadata, Repositories, RepositoryIds};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn create_repository_should_store_and_index_it_when_the_name_is_free() {
    run(|| {
        assert_ok!(Models::create_repository(origin(alice()), name("all-minilm_l6.v2"), true));
        assert_event(Event::RepositoryCreated {
            repository: 0,
            owner: alice(),
            name: name("all-minilm_l6.v2"),
            private: true,
        });
        let stored = Repositories::<Test>::get(0).unwrap();
        assert_eq!((stored.owner, stored.private, stored.pending_owner), (alice(), true, None));
        assert_eq!(RepositoryIds::<Test>::get(alice(), name("all-minilm_l6.v2")), Some(0));
    });
}

#[test]
fn create_repository_should_fail_when_not_signed() {
    run(|| {
        assert_noop!(Models::create_repository(RuntimeOrigin::none(), name("a"), false), DispatchError::BadOrigin);
    });
}

#[test]
fn create_repository_should_fail_when_the_name_is_not_allowed() {
    run(|| {
        for bad in ["", "Minilm", "mini lm", "mini/lm", "-minilm", ".minilm", "_minilm", "modèle"] {
            refused!(Models::create_repository(origin(alice()), name(bad), false), InvalidName);
        }
        assert_ok!(Models::create_repository(origin(alice()), name(&"n".repeat(64)), false));
    });
}

#[test]
fn create_repository_should_fail_when_the_owner_has_the_name_already() {
    run(|| {
        create("minilm", false);
        refused!(Models::create_repository(origin(alice()), name("minilm"), true), NameTaken);
        assert_ok!(Models::create_repository(origin(bob()), name("minilm"), true));
    });
}

#[test]
fn remove_repository_should_free_the_name_when_there_are_no_releases() {
    run(|| {
        let id = create("minilm", false);
        assert_ok!(Models::set_metadata(origin(alice()), id, metadata("{}")));
        assert_ok!(Models::remove_repository(origin(alice()), id));
        assert_event(Event::RepositoryRemoved { repository: id, owner: alice() });
        assert!(!Metadata::<Test>::contains_key(id));
        assert_ne!(create("minilm", false), id, "ids are never reused");
    });
}

#[test]
fn remove_repository_should_fail_when_it_has_releases() {
    run(|| {
        let (repository, _) = published(false);
        refused!(Models::remove_repository(origin(alice()), repository), HasReleases);
    });
}

#[test]
fn remove_repository_should_fail_when_accounts_are_on_the_access_list() {
    run(|| {
        let repository = create("minilm", true);
        assert_ok!(Models::set_access(origin(alice()), repository, bob(), true));
        refused!(Models::remove_repository(origin(alice()), repository), HasAccessList);
        assert_ok!(Models::set_access(origin(alice()), repository, bob(), false));
        assert_ok!(Models::remove_repository(origin(alice()), repository));
    });
}

#[test]
fn set_metadata_should_replace_and_remove_it_when_sent_by_the_owner() {
    run(|| {
        let id = create("minilm", false);
        for text in ["{\"about\":\"sentence\nembeddings\"}", "{}"] {
            assert_ok!(Models::set_metadata(origin(alice()), id, metadata(text)));
            assert_event(Event::MetadataChanged { repository: id, bytes: text.len() as u32 });
            assert_eq!(Metadata::<Test>::get(id), Some(metadata(text)));
        }
        assert_ok!(Models::set_metadata(origin(alice()), id, metadata("")));
        assert_event(Event::MetadataChanged { repository: id, bytes: 0 });
        assert_eq!(Metadata::<Test>::get(id), None);
    });
}

#[test]
fn set_metadata_should_fail_when_it_is_not_text() {
    run(|| {
        let id = create("minilm", false);
        let bytes = |bytes: &[u8]| bytes.to_vec().try_into().unwrap();
        refused!(Models::set_metadata(origin(alice()), id, bytes(&[0xff])), InvalidText);
        refused!(Models::set_metadata(origin(alice()), id, bytes(b"a\0b")), InvalidText);
    });
}

#[test]
fn calls_on_a_repository_should_fail_when_it_does_not_exist() {
    run(|| {
        let who = || origin(alice());
        refused!(try_publish(7, "1.0.0", crate::fixtures::encoder()), UnknownRepository);
        refused!(Models::set_access(who(), 7, bob(), true), UnknownRepository);
        refused!(Models::set_private(who(), 7, true), UnknownRepository);
        refused!(Models::transfer_repository(who(), 7, bob()), UnknownRepository);
        refused!(Models::accept_transfer(who(), 7), UnknownRepository);
        refused!(Models::set_metadata(who(), 7, metadata("x")), UnknownRepository);
        refused!(Models::remove_repository(who(), 7), UnknownRepository);
    });
}

#[test]
fn calls_on_a_repository_should_fail_when_sent_by_another() {
    run(|| {
        let (id, release) = published(true);
        assert_ok!(Models::set_access(origin(alice()), id, bob(), true));
        let who = || origin(bob());
        let spec = Box::new(crate::fixtures::encoder());
        refused!(Models::publish_release(who(), id, version("2.0.0"), spec), NotOwner);
        refused!(Models::deprecate(who(), release, reason("no")), NotOwner);
        refused!(Models::set_access(who(), id, bob(), true), NotOwner);
        refused!(Models::set_private(who(), id, false), NotOwner);
        refused!(Models::transfer_repository(who(), id, bob()), NotOwner);
        refused!(Models::set_metadata(who(), id, metadata("x")), NotOwner);
        refused!(Models::remove_repository(who(), id), NotOwner);
        refused!(Models::set_source(who(), release, source("s3://b")), NotOwner);
    });
}
