use super::*;
use crate::Error as HostsError;
use candor_primitives::WorkerSignature;
use frame_support::{assert_noop, traits::fungible::InspectHold};
use sp_runtime::TokenError;

type Error = HostsError<Test>;

fn try_register(n: u32, key: u32, proof: WorkerSignature, stake: Balance) -> sp_runtime::DispatchResult {
    Hosts::register(signed(n), worker(key).public(), proof, text("e"), text("h"), stake)
}

#[test]
fn register_should_hold_the_stake_and_bind_the_key_when_the_proof_is_right() {
    run(|| {
        register(1, 2 * MIN_STAKE);
        let (host, key) = (account(1), worker(1).public());
        let reason = pallet_stake_pools::HoldReason::SelfStake.into();
        assert_eq!(Balances::balance_on_hold(&reason, &host), 2 * MIN_STAKE);
        assert_eq!(<Hosts as HostMarket<_>>::worker_of(&host), Some(key));
        assert_eq!(<Hosts as HostMarket<_>>::host_of(&key), Some(host.clone()));
        assert_last_event(Event::Registered { host, worker: key, stake: 2 * MIN_STAKE });
    });
}

#[test]
fn bind_message_should_be_the_documented_hash_when_computed_by_hand() {
    run(|| {
        let mut bytes = vec![0x0a];
        bytes.extend_from_slice(b"bind");
        bytes.extend_from_slice(&GENESIS.0);
        bytes.extend_from_slice(account(1).as_ref());
        assert_eq!(Hosts::bind_message(&account(1)), sp_io::hashing::blake2_256(&bytes));
    });
}

#[test]
fn register_should_fail_when_the_account_is_a_host_already() {
    run(|| {
        register(1, MIN_STAKE);
        assert_noop!(try_register(1, 9, proof(9, 1), MIN_STAKE), Error::AlreadyRegistered);
    });
}

#[test]
fn register_should_fail_when_another_host_has_the_key() {
    run(|| {
        register(1, MIN_STAKE);
        assert_noop!(try_register(2, 1, proof(1, 2), MIN_STAKE), Error::WorkerTaken);
    });
}

#[test]
fn register_should_fail_when_the_proof_is_of_another_key_or_account() {
    run(|| {
        assert_noop!(try_register(1, 1, proof(2, 1), MIN_STAKE), Error::BadProof);
        // Nobody can take over a key by copying the proof of its host.
        assert_noop!(try_register(1, 1, proof(1, 2), MIN_STAKE), Error::BadProof);
    });
}

#[test]
fn register_should_fail_when_the_stake_is_too_low_or_not_there() {
    run(|| {
        assert_noop!(
            try_register(1, 1, proof(1, 1), MIN_STAKE - 1),
            pallet_stake_pools::Error::<Test>::SelfStakeTooLow
        );
        assert_noop!(try_register(1, 1, proof(1, 1), ENDOWMENT + 1), TokenError::FundsUnavailable);
    });
}

#[test]
fn register_and_update_should_fail_when_the_text_is_not_utf8() {
    run(|| {
        let bad: Text = vec![0xff].try_into().unwrap();
        let register = Hosts::register(signed(1), worker(1).public(), proof(1, 1), bad.clone(), text("h"), MIN_STAKE);
        assert_noop!(register, Error::NotUtf8);
        host(1);
        assert_noop!(Hosts::update(signed(1), text("e"), bad), Error::NotUtf8);
    });
}

#[test]
fn update_should_change_what_the_host_says_of_itself_when_it_is_registered() {
    run(|| {
        assert_noop!(Hosts::update(signed(1), text("e"), text("h")), Error::NotRegistered);
        register(1, MIN_STAKE);
        assert_ok!(Hosts::update(signed(1), text("https://new"), text("GPU")));
        let entry = crate::Hosts::<Test>::get(account(1)).unwrap();
        assert_eq!((entry.endpoint, entry.hardware), (text("https://new"), text("GPU")));
        assert_last_event(Event::Updated { host: account(1) });
    });
}

#[test]
fn set_worker_should_rotate_the_key_when_nothing_is_open() {
    run(|| {
        assert_noop!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)), Error::NotRegistered);
        register(1, MIN_STAKE);
        assert_ok!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)));
        assert_eq!(<Hosts as HostMarket<_>>::worker_of(&account(1)), Some(worker(2).public()));
        assert_eq!(<Hosts as HostMarket<_>>::host_of(&worker(1).public()), None);
        assert_last_event(Event::WorkerSet { host: account(1), worker: worker(2).public() });

        // The old key speaks for nobody, the new one does.
        System::set_block_number(30);
        assert_noop!(beat(1, 30), Error::BadSignature);
        let signature = worker(2).sign(&Hosts::heartbeat_message(&account(1), 30));
        assert_ok!(Hosts::heartbeat(signed(20), account(1), 30, signature));
        // And the old key is free for another host.
        assert_ok!(try_register(2, 1, proof(1, 2), MIN_STAKE));
    });
}

#[test]
fn set_worker_should_fail_when_the_key_is_taken_or_the_proof_wrong() {
    run(|| {
        register(1, MIN_STAKE);
        register(2, MIN_STAKE);
        assert_noop!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)), Error::WorkerTaken);
        assert_noop!(Hosts::set_worker(signed(1), worker(3).public(), proof(3, 2)), Error::BadProof);
    });
}

#[test]
fn set_worker_should_fail_when_receipts_are_open_or_calls_in_flight() {
    run(|| {
        use candor_primitives::traits::HostStake;
        host(1);
        assert_ok!(<Stake as HostStake<_>>::open(&account(1), UNIT, 0));
        assert_noop!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)), Error::ReceiptsOpen);
        <Stake as HostStake<_>>::close(&account(1), UNIT, 0);
        assert_ok!(<Hosts as HostMarket<_>>::occupy(&account(1), RELEASE));
        assert_noop!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)), Error::ReceiptsOpen);
        <Hosts as HostMarket<_>>::vacate(&account(1), RELEASE);
        assert_ok!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)));
    });
}

#[test]
fn chill_should_end_new_work_when_active_and_unchill_resume_it() {
    run(|| {
        assert_noop!(Hosts::chill(signed(1)), Error::NotRegistered);
        assert_noop!(Hosts::unchill(signed(1)), Error::NotRegistered);
        host(1);
        assert_noop!(Hosts::unchill(signed(1)), Error::NotChilled);
        assert_ok!(Hosts::chill(signed(1)));
        assert_last_event(Event::Chilled { host: account(1) });
        assert_noop!(Hosts::chill(signed(1)), Error::AlreadyChilled);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotLive));
        assert_ok!(Hosts::unchill(signed(1)));
        assert_last_event(Event::Unchilled { host: account(1) });
        assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
    });
}

#[test]
fn deregister_should_withdraw_offers_and_unbond_everything_when_nothing_is_open() {
    run(|| {
        assert_noop!(Hosts::deregister(signed(1)), Error::NotRegistered);
        host(1);
        offer(1, 5, UNIT, 1);
        assert_ok!(Hosts::deregister(signed(1)));
        assert_last_event(Event::Deregistered { host: account(1), leaves_at: 101 });
        assert!(<Hosts as HostMarket<_>>::offered(&account(1)).is_empty());
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NoOffer));
        // Its receipts can still be checked.
        assert_eq!(<Hosts as HostMarket<_>>::worker_of(&account(1)), Some(worker(1).public()));

        System::set_block_number(101);
        assert_noop!(Hosts::remove(signed(9), account(1)), Error::NotGone);
        assert_ok!(Stake::withdraw(signed(1), account(1)));
        assert_eq!(free_balance(1), ENDOWMENT);
        // Its key is not free before somebody cleans up, which costs nothing.
        assert_noop!(try_register(2, 1, proof(1, 2), MIN_STAKE), Error::WorkerTaken);
        let removed = Hosts::remove(signed(9), account(1)).unwrap();
        assert_eq!(removed.pays_fee, frame_support::dispatch::Pays::No);
        assert_last_event(Event::Removed { host: account(1) });
        assert_noop!(Hosts::remove(signed(9), account(1)), Error::NotRegistered);
        assert_eq!(<Hosts as HostMarket<_>>::worker_of(&account(1)), None);
        register(1, MIN_STAKE);
    });
}

#[test]
fn register_should_clean_up_when_the_host_comes_back() {
    run(|| {
        host(1);
        assert_noop!(Hosts::remove(signed(1), account(1)), Error::NotGone);
        assert_ok!(Hosts::deregister(signed(1)));
        System::set_block_number(101);
        assert_noop!(try_register(1, 1, proof(1, 1), MIN_STAKE), Error::AlreadyRegistered);
        assert_ok!(Stake::withdraw_for(signed(9), account(1), account(1)));
        register(1, MIN_STAKE);
        assert_eq!(Hosts::host_view(account(1)).unwrap().leaves_at, None);
    });
}

#[test]
fn deregister_should_fail_when_receipts_are_open() {
    run(|| {
        use candor_primitives::traits::HostStake;
        host(1);
        assert_ok!(<Stake as HostStake<_>>::open(&account(1), UNIT, 0));
        assert_noop!(Hosts::deregister(signed(1)), Error::ReceiptsOpen);
        <Stake as HostStake<_>>::close(&account(1), UNIT, 0);
        assert_ok!(Hosts::deregister(signed(1)));
    });
}

#[test]
fn calls_should_fail_when_the_host_is_leaving() {
    run(|| {
        host(1);
        assert_ok!(Hosts::deregister(signed(1)));
        System::set_block_number(30);
        assert_noop!(Hosts::deregister(signed(1)), Error::Leaving);
        assert_noop!(Hosts::chill(signed(1)), Error::Leaving);
        assert_noop!(Hosts::unchill(signed(1)), Error::Leaving);
        assert_noop!(Hosts::reweigh(signed(1), account(1)), Error::Leaving);
        assert_noop!(Hosts::remove(signed(1), account(1)), Error::NotGone);
        assert_noop!(Hosts::set_worker(signed(1), worker(2).public(), proof(2, 1)), Error::Leaving);
        assert_noop!(Hosts::offer(signed(1), RELEASE, VARIANT, 1, 0, 1), Error::Leaving);
        assert_noop!(Hosts::withdraw_offer(signed(1), RELEASE), Error::NoSuchOffer);
        assert_noop!(beat(1, 30), Error::Leaving);
        assert_noop!(try_register(1, 2, proof(2, 1), MIN_STAKE), Error::AlreadyRegistered);
    });
}
