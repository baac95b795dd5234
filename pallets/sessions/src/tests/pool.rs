//! Settlements and openings as unpaid transactions in the pool.

use super::*;
use crate::{OPEN_PRIORITY, SETTLE_PRIORITY};
use codec::Encode;
use frame_support::{
    pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    traits::Authorize,
};

fn authorize(call: crate::Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
    unchanged(|| call.authorize(TransactionSource::External)).expect("the call is authorised").map(|(valid, _)| valid)
}

fn refusal(call: crate::Call<Test>) -> InvalidTransaction {
    match authorize(call) {
        Err(TransactionValidityError::Invalid(invalid)) => invalid,
        other => panic!("refused, but {other:?}"),
    }
}

fn settle(voucher: SignedVoucher) -> crate::Call<Test> {
    let acceptance = worker(0).sign(&voucher.voucher.hash::<HostBlake2b>().0);
    crate::Call::settle { voucher, acceptance }
}

#[test]
fn authorize_should_accept_a_settlement_once_in_an_interval() {
    with_session(|calls| {
        calls.answer(3);
        assert_eq!(refusal(settle(calls.voucher())), InvalidTransaction::Future);
        skip_to(4);
        let valid = authorize(settle(calls.voucher())).unwrap();
        assert_eq!(valid.provides, vec![(b"settle", 0u64).encode()]);
        assert_eq!((valid.priority, valid.longevity), (SETTLE_PRIORITY + 3, u64::from(NOTICE) - 4));
        assert_ok!(calls.settle());
        assert_eq!(refusal(settle(calls.voucher())), InvalidTransaction::Stale);
        calls.answer(1);
        assert_eq!(refusal(settle(calls.voucher())), InvalidTransaction::Future);
        // Closing: the next block.
        skip_to(5);
        assert_ok!(calls.close(ALICE));
        let newer = authorize(settle(calls.voucher())).unwrap();
        assert!(newer.priority > valid.priority, "the newer voucher replaces the older one");
        assert_eq!(newer.longevity, 8);
    });
}

#[test]
fn authorize_should_refuse_a_settlement_when_dispatch_would() {
    with_session(|calls| {
        skip_to(4);
        calls.answer(1);
        FreeFee::set(&(FEE + 1));
        assert_eq!(refusal(settle(calls.voucher())), InvalidTransaction::Future);
        FreeFee::set(&FEE);
        assert!(authorize(settle(calls.voucher())).is_ok());
        FreeFee::set(&0);
        let mut forged = calls.voucher();
        forged.voucher.fee -= 1;
        assert_eq!(refusal(settle(forged)), InvalidTransaction::BadProof);
        let dear = signed(Voucher { fee: MAX_FEE + 1, ..calls.bare() });
        assert!(matches!(refusal(settle(dear)), InvalidTransaction::Custom(_)));
        let nobody = signed(Voucher { session: 4, ..calls.bare() });
        assert_eq!(refusal(settle(nobody)), InvalidTransaction::Stale);
        let alone = calls.voucher();
        let call = crate::Call::settle { acceptance: alone.signature, voucher: alone };
        assert_eq!(refusal(call), InvalidTransaction::BadProof, "the requester alone settles nothing");
    });
}

#[test]
fn authorize_should_accept_the_opening_of_a_drawn_call_once() {
    with_session(|calls| {
        let number = calls.make_batch(2);
        let call = |calls: &Calls| crate::Call::open_sample { session: 0, index: 1, sample: calls.sample(1, 2) };
        assert_eq!(refusal(call(calls)), InvalidTransaction::Stale);
        calls.draw(number, 1);
        let valid = authorize(call(calls)).unwrap();
        assert_eq!(valid.provides, vec![(b"sample", 0u64, 1u32).encode()]);
        assert_eq!((valid.priority, valid.longevity), (OPEN_PRIORITY, 5));
        assert_ok!(calls.open_sample(1, calls.sample(1, 2)));
        assert_eq!(refusal(call(calls)), InvalidTransaction::Stale);
    });
}

#[test]
fn authorize_should_not_exist_for_calls_that_accounts_send() {
    with_session(|calls| {
        let close = crate::Call::<Test>::close { session: 0, voucher: Some(calls.voucher()) };
        assert!(close.authorize(TransactionSource::External).is_none());
    });
}
