//! Whatever is called in whatever order, the invariants hold.

use crate::{fixtures, mock::*};
use candor_primitives::{AccountId, ReleaseId, RepositoryId};
use frame_support::traits::fungible::InspectHold;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Create { name: u8, private: bool },
    Publish { repository: RepositoryId, patch: u32, files: u32 },
    Deprecate { release: ReleaseId },
    SetAccess { repository: RepositoryId, account: u8, allowed: bool },
    SetPrivate { repository: RepositoryId, private: bool },
    Transfer { repository: RepositoryId, to: u8 },
    Accept { repository: RepositoryId },
    SetMetadata { repository: RepositoryId, bytes: usize },
    Remove { repository: RepositoryId },
    SetSource { release: ReleaseId, long: bool },
}

/// Few names, ids and accounts, so that calls meet each other. Account 4 is the one with little money.
fn step() -> impl Strategy<Value = (u8, Step)> {
    let repository = 0u32..5;
    let release = 0u32..6;
    let who = 1u8..=4;
    let step =
        prop_oneof![
            (0u8..3, any::<bool>()).prop_map(|(name, private)| Step::Create { name, private }),
            (repository.clone(), 0u32..4, 1u32..5).prop_map(|(repository, patch, files)| Step::Publish {
                repository,
                patch,
                files
            }),
            release.clone().prop_map(|release| Step::Deprecate { release }),
            (repository.clone(), who.clone(), any::<bool>())
                .prop_map(|(repository, account, allowed)| Step::SetAccess { repository, account, allowed }),
            (repository.clone(), any::<bool>())
                .prop_map(|(repository, private)| Step::SetPrivate { repository, private }),
            (repository.clone(), who.clone()).prop_map(|(repository, to)| Step::Transfer { repository, to }),
            repository.clone().prop_map(|repository| Step::Accept { repository }),
            (repository.clone(), 0usize..1024).prop_map(|(repository, bytes)| Step::SetMetadata { repository, bytes }),
            repository.prop_map(|repository| Step::Remove { repository }),
            (release, any::<bool>()).prop_map(|(release, long)| Step::SetSource { release, long }),
        ];
    (who, step)
}

fn person(number: u8) -> AccountId {
    if number == 4 {
        poor()
    } else {
        account(number)
    }
}

/// Make the call through the dispatcher, so that a failure leaves nothing behind; returns whether it went through.
fn take(who: u8, step: Step) -> bool {
    use crate::Call;
    use sp_runtime::traits::Dispatchable;
    let call: Call<Test> = match step {
        Step::Create { name, private } => {
            Call::create_repository { name: fixtures::name(&format!("model-{name}")), private }
        },
        Step::Publish { repository, patch, files } => Call::publish_release {
            repository,
            version: version(&format!("1.0.{patch}")),
            spec: Box::new(fixtures::largest(files)),
        },
        Step::Deprecate { release } => Call::deprecate { release, reason: reason("replaced") },
        Step::SetAccess { repository, account, allowed } => {
            Call::set_access { repository, account: person(account), allowed }
        },
        Step::SetPrivate { repository, private } => Call::set_private { repository, private },
        Step::Transfer { repository, to } => Call::transfer_repository { repository, new_owner: person(to) },
        Step::Accept { repository } => Call::accept_transfer { repository },
        Step::SetMetadata { repository, bytes } => {
            Call::set_metadata { repository, metadata: metadata(&"m".repeat(bytes)) }
        },
        Step::Remove { repository } => Call::remove_repository { repository },
        Step::SetSource { release, long } => {
            let source = if long { fixtures::largest_source() } else { source("s3://b") };
            Call::set_source { release, source }
        },
    };
    RuntimeCall::from(call).dispatch(origin(person(who))).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn invariants_should_hold_when_calls_come_in_any_order(steps in prop::collection::vec(step(), 1..60)) {
        ext().execute_with(|| {
            let issuance = Balances::total_issuance();
            for (who, step) in steps {
                take(who, step);
                check();
            }
            assert_eq!(Balances::total_issuance(), issuance, "deposits make and burn nothing");
            for number in 1..=4 {
                let who = person(number);
                let (repositories, releases) = held(&who);
                assert_eq!(Balances::total_balance_on_hold(&who), repositories + releases);
            }
        });
    }
}

#[test]
fn random_steps_should_include_calls_that_succeed_when_drawn() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let steps = prop::collection::vec(step(), 400).new_tree(&mut runner).unwrap().current();
    ext().execute_with(|| {
        let done = steps.into_iter().filter(|(who, step)| take(*who, step.clone())).count();
        assert!(done > 40, "only {done} of 400 calls succeeded: the property says little");
        check();
    });
}
