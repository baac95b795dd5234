//! Steps as transactions that need no account.

use super::*;
use crate::Call;
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    pallet_prelude::{Authorize, InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    traits::UnfilteredDispatchable,
};

fn authorize(call: &Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
    call.authorize(TransactionSource::External).expect("these calls are authorised").map(|(valid, _)| valid)
}

fn refused(call: &Call<Test>, why: InvalidTransaction) {
    assert_eq!(authorize(call), Err(why.into()));
}

fn sealing(id: AuditId) -> Call<Test> {
    let (seal, signature) = seal_call(id, honest(), digest(1));
    Call::seal_audit { audit: id, seal, signature }
}

fn answering(id: AuditId) -> Call<Test> {
    Call::answer_audit { audit: id, digest: digest(1), signature: answer_signature(id, digest(1)) }
}

fn revealing(id: AuditId) -> Call<Test> {
    Call::reveal_audit { audit: id, outcome: honest(), digest: digest(1) }
}

fn dispatch(call: Call<Test>) {
    let result = call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into());
    assert!(is_free(result));
}

#[test]
fn steps_should_need_no_account_when_they_are_in_turn() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let mut tags = std::collections::BTreeSet::new();
        for step in [sealing, answering, revealing] {
            let call = step(id);
            let valid = authorize(&call).unwrap();
            assert_eq!(valid.priority, AUDIT_PRIORITY);
            assert!(valid.propagate && valid.longevity > 0 && valid.longevity <= 10);
            assert!(tags.insert(valid.provides));
            assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
            dispatch(call.clone());
            refused(&call, InvalidTransaction::Stale);
        }
        assert_eq!(result_of(id), Some(AuditResult::Clean));
    });
}

#[test]
fn steps_should_be_refused_when_they_are_early_or_forged() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        refused(&answering(id), InvalidTransaction::Future);
        refused(&revealing(id), InvalidTransaction::Future);
        let forged = Call::seal_audit { audit: id, seal: digest(1), signature: WorkerSignature::default() };
        refused(&forged, InvalidTransaction::BadProof);
        let unknown = Call::reveal_audit { audit: 9, outcome: honest(), digest: digest(1) };
        refused(&unknown, InvalidTransaction::Stale);
        dispatch(sealing(id));
        refused(&revealing(id), InvalidTransaction::Future);
        dispatch(answering(id));
        let wrong = Call::reveal_audit { audit: id, outcome: other(), digest: digest(1) };
        assert!(matches!(authorize(&wrong), Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(_)))));
    });
}

#[test]
fn authorisation_should_be_refused_when_the_call_needs_a_signer() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        run(11);
        let call = Call::<Test>::expire_audit { audit: id };
        assert!(call.authorize(TransactionSource::External).is_none());
        assert_noop!(Audits::expire_audit(RuntimeOrigin::none(), id), DispatchError::BadOrigin);
        assert_noop!(Audits::reveal_audit(RuntimeOrigin::none(), id, honest(), digest(1)), DispatchError::BadOrigin);
    });
}

#[test]
fn auditor_should_be_without_key_when_it_left() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let call = sealing(id);
        let who = auditor(id);
        let mut market = Market::get();
        market.remove(&who);
        Market::set(&market);
        assert!(matches!(authorize(&call), Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(_)))));
    });
}
