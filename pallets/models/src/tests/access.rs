//! Who may use a private release.

use crate::{mock::*, AccessList, Event};
use frame_support::assert_ok;

#[test]
fn access_should_be_open_when_the_repository_is_public() {
    run(|| {
        let (_, release) = published(false);
        assert_ok!(access(release, &alice()));
        assert_ok!(access(release, &bob()));
    });
}

#[test]
fn access_should_follow_the_list_when_the_repository_is_private() {
    run(|| {
        let (repository, release) = published(true);
        assert_ok!(access(release, &alice()));
        assert_eq!(access(release, &bob()), Err(Denied::Private));

        assert_ok!(Models::set_access(origin(alice()), repository, bob(), true));
        assert_event(Event::AccessChanged { repository, account: bob(), allowed: true });
        assert_ok!(access(release, &bob()));
        assert_eq!(access(release, &carol()), Err(Denied::Private));

        assert_ok!(Models::set_access(origin(alice()), repository, bob(), false));
        assert_event(Event::AccessChanged { repository, account: bob(), allowed: false });
        assert_eq!(access(release, &bob()), Err(Denied::Private));
    });
}

#[test]
fn access_should_be_denied_as_private_first_when_the_release_is_deprecated_too() {
    run(|| {
        let (repository, release) = published(true);
        assert_ok!(Models::deprecate(origin(alice()), release, reason("old")));
        assert_eq!(access(release, &bob()), Err(Denied::Private));
        assert_ok!(Models::set_access(origin(alice()), repository, bob(), true));
        assert_eq!(access(release, &bob()), Err(Denied::Deprecated));
    });
}

#[test]
fn set_access_should_do_nothing_when_nothing_changes() {
    run(|| {
        let (repository, _) = published(true);
        assert_ok!(Models::set_access(origin(alice()), repository, bob(), true));
        let (held_before, events) = (held(&alice()), System::event_count());
        assert_ok!(Models::set_access(origin(alice()), repository, bob(), true));
        assert_ok!(Models::set_access(origin(alice()), repository, carol(), false));
        assert_eq!((held(&alice()), System::event_count()), (held_before, events));
        assert_eq!(AccessList::<Test>::iter_prefix(repository).count(), 1);
    });
}

#[test]
fn set_private_should_close_and_open_all_releases_when_it_changes() {
    run(|| {
        let (repository, release) = published(false);
        assert_ok!(Models::set_private(origin(alice()), repository, true));
        assert_event(Event::PrivacyChanged { repository, private: true });
        assert_eq!(access(release, &bob()), Err(Denied::Private));

        let events = System::event_count();
        assert_ok!(Models::set_private(origin(alice()), repository, true));
        assert_eq!(System::event_count(), events);

        assert_ok!(Models::set_private(origin(alice()), repository, false));
        assert_event(Event::PrivacyChanged { repository, private: false });
        assert_ok!(access(release, &bob()));
    });
}
