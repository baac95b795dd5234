//! Validators that author nothing.

use super::*;

fn offline() -> Vec<(u32, u32)> {
    let offline = events().into_iter().filter_map(|event| match event {
        Event::Offline { validator, expected, .. } => Some((number(&validator), expected)),
        _ => None,
    });
    offline.collect()
}

#[test]
fn validator_should_be_chilled_and_pay_when_it_authors_nothing_for_long() {
    run(|| {
        // Ten blocks of four validators: two are expected of each. The first session is a block shorter.
        until_session(1, &[1, 2, 3]);
        assert_eq!((offline(), Missed::<Test>::get(account(4))), (vec![], 2));
        until_session(2, &[1, 2, 3]);
        assert_eq!(offline(), [(4, 4)]);
        assert_eq!(Pools::self_stake(&account(4)), STAKE - UNIT);
        assert_eq!(Balances::free_balance(account(TREASURY)), UNIT);
        assert_eq!(Candidates::<Test>::get(account(4)), Some(Candidacy::Chilled));
        until_session(4, &[1, 2, 3]);
        assert_eq!((validating(), offline()), (vec![1, 2, 3], vec![]), "it is not punished twice");
        assert_eq!(Missed::<Test>::iter().count(), 0);
    });
}

#[test]
fn validator_should_be_forgiven_when_it_authors_again_in_time() {
    run(|| {
        until_session(1, &[1, 2, 3]);
        until_session(2, &[1, 2, 3, 4]);
        assert_eq!(Missed::<Test>::get(account(4)), 0);
        until_session(3, &[1, 2, 3]);
        assert_eq!((offline(), Missed::<Test>::get(account(4))), (vec![], 2));
    });
}

#[test]
fn third_should_be_chilled_at_most_when_half_of_the_network_is_cut_off() {
    run(|| {
        until_session(2, &[1, 2]);
        // One of the two that are silent, and only one: the others are needed for finality.
        assert_eq!(offline().len(), 1);
        assert_eq!(Candidates::<Test>::iter_values().filter(|one| *one == Candidacy::Chilled).count(), 1);
        // Three are elected while four still validate: the other silent one is next, but two are left, the fewest there may be.
        until_session(3, &[1, 2]);
        assert_eq!(offline().len(), 1);
    });
}

#[test]
fn nobody_should_be_accused_when_the_chain_stands_still() {
    run(|| {
        // Sessions end without blocks that anyone authored.
        until_session(9, &[]);
        assert_eq!(offline(), []);
        assert_eq!(Missed::<Test>::iter().count(), 0);
    });
}

#[test]
fn single_validator_should_never_be_chilled_when_it_is_silent() {
    run_with(1, || {
        MinValidators::set(1);
        until_session(6, &[9]);
        assert_eq!(Candidates::<Test>::get(account(1)), Some(Candidacy::Standing));
    });
}
