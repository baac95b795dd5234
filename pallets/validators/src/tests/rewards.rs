//! What authors are paid.

use super::*;
use frame_support::traits::fungible::Mutate;

fn fees(amount: u128) {
    assert_ok!(Balances::mint_into(&Validators::pot(), amount));
}

#[test]
fn author_should_get_the_fees_when_the_block_ends() {
    run(|| {
        block_by(Some(2));
        fees(UNIT);
        block_by(Some(3));
        assert_eq!(Balances::free_balance(account(2)), ENDOWMENT - STAKE - ED + UNIT);
        assert_eq!(Balances::free_balance(account(3)), ENDOWMENT - STAKE - ED);
        fees(2 * UNIT);
        block_by(Some(4));
        assert_eq!(Balances::free_balance(account(3)), ENDOWMENT - STAKE - ED + 2 * UNIT, "not to the author before");
        assert_eq!(Balances::free_balance(Validators::pot()), ED);
    });
}

#[test]
fn stakers_should_get_their_part_when_the_author_has_some() {
    run(|| {
        assert_ok!(Pools::stake(RuntimeOrigin::signed(account(7)), account(2), STAKE));
        block_by(Some(2));
        fees(UNIT);
        block_by(None);
        // Half is on delegated stake, of which the operator keeps a tenth.
        assert_eq!(Pools::pool(account(2)).unwrap().delegated, STAKE + UNIT * 45 / 100);
        assert_eq!(Balances::free_balance(account(2)), ENDOWMENT - STAKE - ED + UNIT * 55 / 100);
    });
}

#[test]
fn author_should_get_everything_when_it_has_no_pool() {
    run(|| {
        block_by(Some(9));
        fees(UNIT);
        block_by(None);
        assert_eq!(Balances::free_balance(account(9)), ENDOWMENT + UNIT);
    });
}

#[test]
fn fees_should_wait_when_the_author_is_unknown_or_cannot_be_paid() {
    run(|| {
        block_by(None);
        fees(UNIT);
        block_by(Some(99));
        assert_eq!(Balances::free_balance(Validators::pot()), ED + UNIT, "nobody authored");
        block_by(Some(98));
        assert_eq!(Balances::free_balance(account(99)), UNIT, "who authors the next block has them");
        fees(1);
        block_by(Some(2));
        assert_eq!(Balances::free_balance(Validators::pot()), ED + 1, "no account exists with one planck");
        block_by(None);
        assert_eq!(Balances::free_balance(Validators::pot()), ED);
    });
}

#[test]
fn reward_should_be_minted_for_each_block_when_one_is_set() {
    run(|| {
        BlockReward::set(UNIT);
        let issuance = Balances::total_issuance();
        block_by(Some(2));
        block_by(Some(3));
        block_by(None);
        assert_eq!(Balances::total_issuance(), issuance + 2 * UNIT);
        assert_eq!(Balances::free_balance(account(3)), ENDOWMENT - STAKE - ED + UNIT);
    });
}

#[test]
fn nothing_should_be_told_when_a_block_has_no_fees() {
    run(|| {
        block_by(Some(2));
        assert_eq!(events(), []);
    });
}
