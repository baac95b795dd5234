//! New evidence in time, brought by the off-chain worker.

use crate::{mock::*, *};
use candor_attestation::Error as Refused;
use candor_primitives::{
    traits::{Attestations as _, AttestedHosts},
    AttestationBinding, AttestationEvidence, HostBlake2b, TeeVendor,
};
use candor_test_attestation::Intel;
use codec::Encode;
use frame_support::{
    assert_ok,
    pallet_prelude::{Authorize, InvalidTransaction, TransactionSource},
    traits::UnfilteredDispatchable,
};
use sp_core::{Pair, H256};
use sp_runtime::DispatchError;

/// The maker at the present second.
fn maker() -> Intel {
    let mut maker = Intel::tdx();
    maker.move_to(Clock::get());
    maker
}

/// What the engine of host 1 answers.
fn evidence(nonce: H256, mut maker: Intel) -> AttestationEvidence {
    let binding = binding(1);
    maker.set_report_data(binding.report_data::<HostBlake2b>(&nonce));
    AttestationEvidence { vendor: TeeVendor::Intel, binding, nonce, evidence: maker.quote() }
}

fn call(evidence: AttestationEvidence) -> Option<Call<Test>> {
    Attestations::renewal(&account(1), evidence, &|message| Some(pair(1).sign(message)))
}

/// Put it through the pool's check, and dispatch it as a block would.
fn send(call: Call<Test>) -> Result<(), InvalidTransaction> {
    match call.authorize(TransactionSource::External).unwrap() {
        Ok(_) => {
            assert_ok!(call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into()));
            Ok(())
        },
        Err(frame_support::pallet_prelude::TransactionValidityError::Invalid(error)) => Err(error),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn evidence_should_be_wanted_when_little_time_is_left() {
    run(|| {
        assert_eq!(Attestations::wanted(&account(1)), None, "who never had any");
        attest(1);
        assert_eq!(Attestations::wanted(&account(1)), None);
        Clock::set(NOW + 8 * DAY + 1);
        go_to(200);
        let nonce = Attestations::wanted(&account(1)).unwrap();
        assert_eq!(nonce, hash_of(192));
        go_to(223);
        assert_eq!(Attestations::wanted(&account(1)), Some(nonce), "the same for a while");
        // Issued anew meanwhile, with the same judgement.
        assert_ok!(Attestations::refresh(RuntimeOrigin::signed(account(8)), maker().bundle()));
        assert_ok!(send(call(evidence(nonce, maker())).unwrap()));
        let record = Attested::<Test>::get(account(1)).unwrap();
        assert_eq!((record.anchor, record.expires), (192, NOW + 18 * DAY + 1));
        assert_eq!(Attestations::wanted(&account(1)), None);
    });
}

#[test]
fn evidence_should_be_wanted_when_the_vendor_has_judged_anew() {
    run(|| {
        attest(1);
        let mut judged = Intel::tdx();
        judged.move_to(NOW + DAY);
        judged.tcb_info["tcbEvaluationDataNumber"] = serde_json::json!(21);
        Clock::set(NOW + DAY);
        assert_ok!(Attestations::refresh(RuntimeOrigin::signed(account(8)), judged.bundle()));
        assert_eq!(Attestations::wanted(&account(1)), None, "an anchor before the one that it showed");
        go_to(130);
        let nonce = Attestations::wanted(&account(1)).unwrap();
        assert_ok!(send(call(evidence(nonce, maker())).unwrap()));
        Clock::set(NOW + DAY + GRACE + 1);
        assert!(Attestations::is_attested(&account(1)));
    });
}

/// Host 1 with evidence that runs out soon.
fn ripe() -> H256 {
    attest(1);
    Clock::set(NOW + 9 * DAY);
    go_to(200);
    Attestations::wanted(&account(1)).unwrap()
}

#[test]
fn renewal_should_change_nothing_when_the_evidence_is_bad() {
    run(|| {
        let nonce = ripe();
        let before = Attested::<Test>::get(account(1));
        let mut debugged = maker();
        debugged.report[120] = 1;
        assert_ok!(send(call(evidence(nonce, debugged)).unwrap()));
        assert_eq!(Attested::<Test>::get(account(1)), before);
        let error: DispatchError = Error::<Test>::Refused(Refusal(Refused::Debug)).into();
        assert_eq!(last_event(), RuntimeEvent::Attestations(Event::RenewalRefused { host: account(1), error }));
        // It costs nothing: not again at once.
        assert_eq!(Attestations::wanted(&account(1)), None);
        assert_eq!(send(call(evidence(nonce, maker())).unwrap()), Err(InvalidTransaction::Stale));
        go_to(200 + INTERVAL);
        let nonce = Attestations::wanted(&account(1)).unwrap();
        assert_ok!(send(call(evidence(nonce, maker())).unwrap()));
    });
}

#[test]
fn renewal_should_be_refused_when_it_is_not_due_or_not_signed() {
    run(|| {
        let nonce = hash_of(96);
        assert_eq!(send(call(evidence(nonce, maker())).unwrap()), Err(InvalidTransaction::BadSigner), "never attested");
        attest(1);
        go_to(150);
        assert_eq!(send(call(evidence(hash_of(128), maker())).unwrap()), Err(InvalidTransaction::Stale));
        Clock::set(NOW + 9 * DAY);
        let Call::renew { binding, anchor, evidence, .. } = call(evidence(hash_of(128), maker())).unwrap() else {
            panic!("a renewal")
        };
        let signature = pair(2).sign(&binding.renewal_message::<HostBlake2b>(&evidence));
        let forged = Call::renew { binding: binding.clone(), anchor, evidence: evidence.clone(), signature };
        assert_eq!(send(forged), Err(InvalidTransaction::BadProof));
        let signature = pair(1).sign(&binding.renewal_message::<HostBlake2b>(&evidence));
        let other = AttestationBinding { expires: binding.expires + 1, ..binding };
        assert_eq!(
            send(Call::renew { binding: other, anchor, evidence, signature }),
            Err(InvalidTransaction::BadProof)
        );
    });
}

#[test]
fn renewal_should_not_be_made_when_the_evidence_is_for_somebody_else() {
    run(|| {
        let nonce = ripe();
        let mut foreign = evidence(nonce, maker());
        foreign.vendor = TeeVendor::Amd;
        assert!(call(foreign.clone()).is_none());
        assert!(
            call(AttestationEvidence { vendor: TeeVendor::Intel, nonce: H256::zero(), ..foreign.clone() }).is_none()
        );
        let other = AttestationEvidence { vendor: TeeVendor::Intel, binding: binding(2), ..foreign };
        assert!(call(other).is_none());
    });
}

#[test]
fn renewal_should_weigh_as_much_as_a_submission_when_it_is_dispatched() {
    run(|| {
        use frame_support::dispatch::GetDispatchInfo;
        let nonce = ripe();
        let renewal = call(evidence(nonce, maker())).unwrap();
        let info = renewal.get_dispatch_info();
        let submit = <() as WeightInfo>::submit();
        assert!(info.call_weight.all_gte(submit) && renewal.encoded_size() < 20_000);
    });
}
