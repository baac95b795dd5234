use super::*;
use crate::Error as HostsError;
use candor_primitives::{traits::Heartbeats, WorkerSignature};
use frame_support::{
    assert_noop,
    dispatch::GetDispatchInfo,
    pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
};
use frame_system::AuthorizeCall;
use sp_runtime::traits::{Applyable, Checkable};

type Error = HostsError<Test>;
type Checked = <Extrinsic as Checkable<frame_system::ChainContext<Test>>>::Checked;

fn call(n: u32, key: u32, block: BlockNumber) -> Call<Test> {
    let sign = |message: &[u8]| Some(worker(key).sign(message));
    <Hosts as Heartbeats<_>>::heartbeat(&account(n), block, &sign).unwrap()
}

fn general(call: Call<Test>) -> (Checked, frame_support::dispatch::DispatchInfo) {
    let tx = Extrinsic::new_transaction(RuntimeCall::Hosts(call), (AuthorizeCall::new(),));
    let info = tx.get_dispatch_info();
    (tx.check(&frame_system::ChainContext::<Test>::default()).unwrap(), info)
}

fn validate(call: Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
    let (tx, info) = general(call);
    tx.validate::<Test>(TransactionSource::External, &info, 0)
}

fn apply(call: Call<Test>) -> Result<(), TransactionValidityError> {
    let (tx, info) = general(call);
    tx.apply::<Test>(&info, 0).map(|outcome| outcome.map(|_| ()).unwrap())
}

fn due(n: u32) -> bool {
    <Hosts as Heartbeats<_>>::due(&account(n))
}

fn last_seen(n: u32) -> BlockNumber {
    Presences::<Test>::get(account(n)).unwrap().last_seen
}

#[test]
fn heartbeat_message_should_be_the_documented_hash_when_computed_by_hand() {
    run(|| {
        let mut bytes = vec![0x0a];
        bytes.extend_from_slice(b"heartbeat");
        bytes.extend_from_slice(&GENESIS.0);
        bytes.extend_from_slice(account(1).as_ref());
        bytes.extend_from_slice(&77u32.to_le_bytes());
        assert_eq!(Hosts::heartbeat_message(&account(1), 77), sp_io::hashing::blake2_256(&bytes));
    });
}

#[test]
fn heartbeat_should_count_when_anyone_sends_it_signed() {
    run(|| {
        register(1, MIN_STAKE);
        System::set_block_number(30);
        assert_ok!(beat(1, 28));
        assert_eq!(last_seen(1), 30);
        assert_last_event(Event::Heartbeat { host: account(1), block: 28 });
    });
}

#[test]
fn heartbeat_should_count_once_when_sent_as_a_general_transaction() {
    run(|| {
        register(1, MIN_STAKE);
        System::set_block_number(40);
        let valid = validate(call(1, 1, 38)).unwrap();
        assert!(valid.propagate);
        assert_eq!(valid.longevity, 30);
        assert_eq!(valid.provides.len(), 1);
        // Another heartbeat of the same time has the same tag: the pool keeps one.
        assert_eq!(validate(call(1, 1, 39)).unwrap().provides, valid.provides);
        assert_ok!(apply(call(1, 1, 38)));
        assert_eq!(last_seen(1), 40);
        assert_eq!(apply(call(1, 1, 38)), Err(InvalidTransaction::Stale.into()));
    });
}

#[test]
fn heartbeat_should_be_refused_when_replayed_or_out_of_order() {
    run(|| {
        register(1, MIN_STAKE);
        System::set_block_number(30);
        assert_ok!(beat(1, 29));
        assert_noop!(beat(1, 29), Error::HeartbeatReplayed);
        assert_noop!(beat(1, 28), Error::HeartbeatReplayed);
        assert_ok!(beat(1, 30));
    });
}

#[test]
fn heartbeat_should_be_refused_when_too_early_or_too_old() {
    run(|| {
        register(1, MIN_STAKE);
        System::set_block_number(60);
        assert_noop!(beat(1, 61), Error::HeartbeatTooEarly);
        assert_noop!(beat(1, 27), Error::HeartbeatTooOld);
        assert_eq!(validate(call(1, 1, 61)), Err(InvalidTransaction::Future.into()));
        assert_eq!(validate(call(1, 1, 27)), Err(InvalidTransaction::Stale.into()));
        assert_ok!(beat(1, 28));
    });
}

#[test]
fn heartbeat_should_be_refused_when_the_signature_or_host_is_wrong() {
    run(|| {
        register(1, MIN_STAKE);
        register(2, MIN_STAKE);
        System::set_block_number(30);
        let by_other = worker(2).sign(&Hosts::heartbeat_message(&account(1), 30));
        let of_other_block = worker(1).sign(&Hosts::heartbeat_message(&account(1), 29));
        for signature in [by_other, of_other_block, WorkerSignature::default()] {
            assert_noop!(Hosts::heartbeat(signed(20), account(1), 30, signature), Error::BadSignature);
        }
        assert_eq!(validate(call(1, 2, 30)), Err(InvalidTransaction::BadProof.into()));
        assert_noop!(beat(3, 30), Error::NotRegistered);
        assert_eq!(validate(call(3, 3, 30)), Err(InvalidTransaction::BadSigner.into()));
    });
}

#[test]
fn heartbeat_should_be_refused_when_sent_by_nobody() {
    run(|| {
        register(1, MIN_STAKE);
        System::set_block_number(30);
        let signature = worker(1).sign(&Hosts::heartbeat_message(&account(1), 30));
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Hosts::heartbeat(origin, account(1), 30, signature), sp_runtime::DispatchError::BadOrigin);
        }
    });
}

#[test]
fn heartbeat_should_not_be_free_when_another_came_shortly_before() {
    run(|| {
        register(1, MIN_STAKE);
        // Registering counts at block 1; half the interval is ten blocks.
        System::set_block_number(10);
        assert_eq!(validate(call(1, 1, 10)), Err(InvalidTransaction::Stale.into()));
        System::set_block_number(11);
        assert_ok!(apply(call(1, 1, 11)));
        System::set_block_number(12);
        assert_eq!(apply(call(1, 1, 12)), Err(InvalidTransaction::Stale.into()));
        assert_ok!(beat(1, 12));
    });
}

#[test]
fn due_should_be_true_when_the_last_sign_of_life_is_old() {
    run(|| {
        assert!(!due(1));
        register(1, MIN_STAKE);
        System::set_block_number(20);
        assert!(!due(1));
        System::set_block_number(21);
        assert!(due(1));
        <Hosts as HostMarket<_>>::note_work(&account(1));
        assert!(!due(1));
        System::set_block_number(41);
        assert!(due(1));
        assert_ok!(Hosts::chill(signed(1)));
        assert!(!due(1));
        // A chilled host may beat, so that it is live when it is back.
        assert_ok!(beat(1, 41));
    });
}

#[test]
fn host_should_be_drawn_when_work_or_heartbeats_keep_it_live() {
    run(|| {
        host(1);
        System::set_block_number(51);
        assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
        System::set_block_number(52);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotLive));
        assert_ok!(beat(1, 52));
        assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
        System::set_block_number(103);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotLive));
        <Hosts as HostMarket<_>>::note_work(&account(1));
        assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
    });
}

#[test]
fn offer_should_sleep_when_a_draw_finds_its_host_dead_and_wake_with_a_heartbeat() {
    run(|| {
        host(1);
        host(2);
        System::set_block_number(60);
        assert_ok!(beat(2, 60));
        assert_eq!(only(request(RELEASE, 0)), Ok(account(2)));
        let weighed = |n| Offers::<Test>::get(RELEASE, account(n)).unwrap().weighed;
        assert_eq!((weighed(1), weighed(2)), (0, MIN_STAKE));
        assert!(due(1));
        assert_ok!(beat(1, 60));
        assert_eq!(weighed(1), MIN_STAKE);
        assert!(!due(1));
    });
}
