//! Results and seals as unpaid transactions in the pool.

use super::*;
use crate::RESULT_PRIORITY;
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

fn seal_call(id: JobId, account: &AccountId, seal: H256) -> crate::Call<Test> {
    let signature = seal_signature(id, account, &seal, &worker_of(account));
    crate::Call::seal_result { job: id, host: account.clone(), seal, signature }
}

#[test]
fn authorize_should_accept_a_result_until_the_deadline() {
    with_hosts(1, || {
        let id = submit();
        let call = Signed::output(id, &host(0), output(1.0)).call();
        let valid = authorize(call.clone()).unwrap();
        assert_eq!(valid.provides, vec![(&b"job"[..], id, host(0)).encode()]);
        assert_eq!((valid.priority, valid.longevity, valid.propagate), (RESULT_PRIORITY, 10, true));
        skip_to(9);
        assert_eq!(authorize(call.clone()).unwrap().longevity, 2);
        skip_to(30);
        assert_eq!(authorize(call).unwrap().longevity, 1, "late results are heard as long as the job is there");
    });
}

#[test]
fn authorize_should_refuse_a_result_when_dispatch_would() {
    with_hosts(2, || {
        let id = submit();
        let mut bad = Signed::output(id, &host(0), output(1.0));
        bad.signature = sign(&bad.receipt, &worker(1));
        assert_eq!(refusal(bad.call()), InvalidTransaction::BadProof);
        let mut spoiled = Signed::output(id, &host(0), output(1.0));
        spoiled.output = Some(output(2.0));
        assert!(matches!(refusal(spoiled.call()), InvalidTransaction::Custom(_)));
        let good = Signed::output(id, &host(0), output(1.0));
        assert_ok!(good.send());
        assert_eq!(refusal(good.call()), InvalidTransaction::Stale);
    });
}

#[test]
fn authorize_should_accept_a_seal_once() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let result = Signed::output(id, &host(0), output(1.0));
        assert_eq!(refusal(result.call()), InvalidTransaction::Future);
        let call = seal_call(id, &host(0), result.seal());
        let valid = authorize(call.clone()).unwrap();
        assert_eq!(valid.provides, vec![(&b"seal"[..], id, host(0)).encode()]);
        assert_ok!(send_seal(id, &host(0), result.seal()));
        assert_eq!(refusal(call), InvalidTransaction::Stale);
    });
}

#[test]
fn authorize_should_not_exist_for_calls_that_accounts_send() {
    with_hosts(1, || {
        let call = crate::Call::<Test>::expire { job: 0 };
        assert!(call.authorize(TransactionSource::External).is_none());
    });
}
