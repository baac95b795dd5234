//! What view functions and the runtime API answer.

use crate::{fixtures::encoder, mock::*};
use candor_primitives::ReleaseId;
use candor_runtime_api::views::ReleaseView;
use codec::{Decode, Encode};
use frame_support::{
    assert_ok,
    view_functions::{DispatchViewFunction, ViewFunction},
};

fn find(name: &str, version: &str) -> Option<ReleaseId> {
    Models::find_release(alice(), name.into(), version.into())
}

#[test]
fn release_view_should_show_release_and_repository_when_it_exists() {
    run(|| {
        let (repository, release) = published(true);
        let expected = ReleaseView {
            id: release,
            repository,
            publisher: alice(),
            name: b"minilm".to_vec(),
            version: b"1.0.0".to_vec(),
            deprecated: None,
            private: true,
            spec: encoder(),
        };
        assert_eq!(Models::release_view(release), Some(expected.clone()));
        assert_ok!(Models::deprecate(origin(alice()), release, reason("old")));
        let expected = ReleaseView { deprecated: Some(b"old".to_vec()), ..expected };
        assert_eq!(Models::release(release), Some(expected));
        assert_eq!(Models::release(release + 1), None);
    });
}

#[test]
fn find_release_should_find_exactly_when_a_version_is_given() {
    run(|| {
        let repository = create("minilm", false);
        let first = publish(repository, "1.0.0");
        let second = publish(repository, "1.0.1");
        assert_eq!(find("minilm", "1.0.0"), Some(first));
        assert_eq!(find("minilm", "1.0.1"), Some(second));
        assert_eq!(find("minilm", "1.0.2"), None);
        assert_eq!(find("minilm", "1.0"), None);
        assert_eq!(find("other", "1.0.0"), None);
        assert_eq!(find(&"n".repeat(65), "1.0.0"), None);
        assert_eq!(Models::find_release(bob(), b"minilm".to_vec(), b"1.0.0".to_vec()), None);
        assert_ok!(Models::deprecate(origin(alice()), first, reason("old")));
        assert_eq!(find("minilm", "1.0.0"), Some(first), "who asks for it by version gets it");
    });
}

#[test]
fn find_release_should_find_the_newest_that_is_not_deprecated_when_no_version_is_given() {
    run(|| {
        let repository = create("minilm", false);
        assert_eq!(find("minilm", ""), None);
        let ten = publish(repository, "1.10.0");
        let nine = publish(repository, "1.9.0");
        let old = publish(repository, "0.99.99");
        assert_eq!(find("minilm", ""), Some(ten));
        assert_ok!(Models::deprecate(origin(alice()), ten, reason("wrong bits")));
        assert_eq!(find("minilm", ""), Some(nine));
        assert_ok!(Models::deprecate(origin(alice()), nine, reason("wrong bits")));
        assert_eq!(find("minilm", ""), Some(old));
        assert_ok!(Models::deprecate(origin(alice()), old, reason("wrong bits")));
        assert_eq!(find("minilm", ""), None);
    });
}

#[test]
fn find_release_should_follow_the_owner_when_the_repository_was_transferred() {
    run(|| {
        let (repository, release) = published(false);
        assert_ok!(Models::transfer_repository(origin(alice()), repository, bob()));
        assert_ok!(Models::accept_transfer(origin(bob()), repository));
        assert_eq!(find("minilm", ""), None);
        assert_eq!(Models::find_release(bob(), b"minilm".to_vec(), vec![]), Some(release));
    });
}

#[test]
fn releases_should_give_one_page_when_there_are_more() {
    run(|| {
        let repository = create("minilm", false);
        for patch in 0..105 {
            publish(repository, &format!("1.0.{patch}"));
        }
        let ids = |start, limit| Models::releases(start, limit).iter().map(|view| view.id).collect::<Vec<_>>();
        assert_eq!(ids(0, 3), vec![0, 1, 2]);
        assert_eq!(ids(0, u32::MAX).len(), 100);
        assert_eq!(ids(103, 10), vec![103, 104]);
        assert_eq!(ids(105, 10), Vec::<u32>::new());
        assert_eq!(ids(u32::MAX, u32::MAX), Vec::<u32>::new());
        assert_eq!(ids(5, 0), Vec::<u32>::new());
    });
}

#[test]
fn view_functions_should_answer_the_same_when_called_by_id() {
    run(|| {
        let (_, release) = published(false);
        let query = crate::FindReleaseViewFunction::<Test>::new(alice(), b"minilm".to_vec(), vec![]);
        let id = <crate::FindReleaseViewFunction<Test> as ViewFunction>::id();
        let mut answer = Vec::new();
        Models::dispatch_view_function(&id, &mut query.encode().as_slice(), &mut answer).unwrap();
        assert_eq!(Option::<ReleaseId>::decode(&mut answer.as_slice()), Ok(Some(release)));
    });
}
