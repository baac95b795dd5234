//! Publishing, deprecating, moving files.

use crate::{fixtures::encoder, mock::*, Event, ReleaseIds, Releases, Specs};
use candor_primitives::{traits::Releases as _, ReleaseSpec};
use frame_support::assert_ok;

#[test]
fn publish_release_should_store_and_index_it_when_the_spec_is_sound() {
    run(|| {
        let repository = create("minilm", false);
        let release = publish(repository, "1.2.3");
        assert_event(Event::ReleasePublished {
            release,
            repository,
            version: version("1.2.3"),
            model_root: encoder().model_root,
        });
        assert_eq!(ReleaseIds::<Test>::get(repository, version("1.2.3")), Some(release));
        assert_eq!(Models::spec(release), Some(encoder()));
        assert_eq!(Models::publisher(release), Some(alice()));
    });
}

#[test]
fn publish_release_should_accept_the_largest_spec_when_it_is_sound() {
    run(|| {
        let repository = create("minilm", false);
        assert_ok!(try_publish(repository, "1.0.0", crate::fixtures::largest(64)));
        assert_ok!(try_publish(repository, "1.0.1", crate::fixtures::largest(1)));
        assert_ok!(try_publish(repository, "1.0.2", crate::fixtures::vector()));
    });
}

#[test]
fn publish_release_should_fail_when_the_version_exists() {
    run(|| {
        let (repository, release) = published(false);
        refused!(try_publish(repository, "1.0.0", encoder()), VersionTaken);
        assert_ok!(Models::deprecate(origin(alice()), release, reason("wrong bits")));
        refused!(try_publish(repository, "1.0.0", encoder()), VersionTaken);
        assert_ok!(try_publish(repository, "0.9.0", encoder()));
        assert_ok!(try_publish(create("other", false), "1.0.0", encoder()));
    });
}

#[test]
fn deprecate_should_keep_the_release_when_it_stops_new_use() {
    run(|| {
        let (_, release) = published(false);
        assert_ok!(access(release, &bob()));
        assert_ok!(Models::deprecate(origin(alice()), release, reason("wrong bits")));
        assert_event(Event::ReleaseDeprecated { release, reason: reason("wrong bits") });
        assert_eq!(access(release, &bob()), Err(Denied::Deprecated));
        assert_eq!(access(release, &alice()), Err(Denied::Deprecated));
        assert_eq!(Releases::<Test>::get(release).unwrap().deprecated, Some(reason("wrong bits")));
        assert!(Models::spec(release).is_some(), "jobs under way still need it");
    });
}

#[test]
fn deprecate_should_fail_when_done_before() {
    run(|| {
        let (_, release) = published(false);
        assert_ok!(Models::deprecate(origin(alice()), release, reason("one")));
        refused!(Models::deprecate(origin(alice()), release, reason("two")), AlreadyDeprecated);
    });
}

#[test]
fn deprecate_should_fail_when_the_reason_is_no_reason() {
    run(|| {
        let (_, release) = published(false);
        refused!(Models::deprecate(origin(alice()), release, reason("")), EmptyReason);
        let bytes = vec![0xc3].try_into().unwrap();
        refused!(Models::deprecate(origin(alice()), release, bytes), InvalidText);
    });
}

#[test]
fn set_source_should_change_nothing_else_when_files_move() {
    run(|| {
        let (_, release) = published(false);
        for place in ["s3://bucket/minilm", "file:///srv/models", "http://127.0.0.1:9000", ""] {
            assert_ok!(Models::set_source(origin(alice()), release, source(place)));
            assert_event(Event::SourceChanged { release, source: source(place) });
            let expected = ReleaseSpec { source: source(place), ..encoder() };
            assert_eq!(Specs::<Test>::get(release), Some(expected));
        }
    });
}

#[test]
fn set_source_should_fail_when_the_address_is_not_one() {
    run(|| {
        let (_, release) = published(false);
        for bad in ["models.example", "ftp://models.example", "https://", "/srv/models"] {
            refused!(Models::set_source(origin(alice()), release, source(bad)), InvalidSource);
        }
        refused!(Models::set_source(origin(alice()), release, source("https://a\nb")), InvalidText);
    });
}

#[test]
fn calls_on_a_release_should_fail_when_it_does_not_exist() {
    run(|| {
        refused!(Models::deprecate(origin(alice()), 3, reason("x")), UnknownRelease);
        refused!(Models::set_source(origin(alice()), 3, source("")), UnknownRelease);
        assert_eq!(access(3, &alice()), Err(Denied::Unknown));
        assert_eq!(Models::spec(3), None);
        assert_eq!(Models::publisher(3), None);
    });
}
