//! Results of jobs with one host.

use super::*;
use candor_primitives::ReceiptPath;

#[test]
fn submit_result_should_deliver_when_the_receipt_is_right() {
    with_hosts(1, || {
        let id = submit();
        let result = Signed::output(id, &host(0), output(1.0));
        assert_free_of_charge(result.send());
        let JobState::Delivered { work, final_at, holds: 0, attested: false } = job(id).state else {
            panic!("delivered")
        };
        assert_eq!(work.answer.outcome, result.receipt.outcome);
        assert_eq!(final_at, 7);
        assert_eq!(Outputs::<Test>::get(id, host(0)), Some(output(1.0)));
        assert_eq!(escrow(&ALICE), FEE, "the fee stays until the answer is final");
        let mock = MockMarket::host(&host(0));
        assert_eq!((mock.in_flight, mock.exposure, mock.worked), (0, FEE, 1));
        assert_event(Event::ResultDelivered {
            job: id,
            host: host(0),
            receipt: result.receipt.hash::<HostBlake2b>(),
            outcome: result.receipt.outcome,
        });
    });
}

#[test]
fn submit_result_should_deliver_when_anyone_signs_the_transaction() {
    with_hosts(1, || {
        let id = submit();
        let Signed { receipt, signature, output } = Signed::output(id, &host(0), output(1.0));
        assert_free_of_charge(Jobs::submit_result(RuntimeOrigin::signed(BOB), receipt, signature, output));
    });
}

#[test]
fn submit_result_should_deliver_content_when_it_has_a_source() {
    with_hosts(1, || {
        let id = submit();
        let refs = content(vec![(DType::Float32, vec![1, 4])], "s3://answers");
        let nowhere = content(vec![(DType::Float32, vec![1, 4])], "");
        assert_refused!(Signed::output(id, &host(0), nowhere).send(), NoSource);
        assert_ok!(Signed::output(id, &host(0), refs).send());
    });
}

#[test]
fn submit_result_should_deliver_after_the_deadline_when_the_job_has_not_been_expired() {
    with_hosts(1, || {
        let id = submit();
        skip_to(50);
        deliver(id, &host(0));
        run_to(57);
        assert!(is_gone(id));
        assert_eq!(free(&host(0)), 1_000 + TO_HOST);
    });
}

#[test]
fn submit_result_should_refuse_when_the_job_is_unknown_or_final() {
    with_hosts(1, || {
        let id = submit();
        let result = Signed::output(id, &host(0), output(1.0));
        let mut other = Signed::output(id, &host(0), output(1.0));
        other.receipt.draft.path = ReceiptPath::Job(99);
        assert_refused!(other.send(), UnknownJob);
        other.receipt.draft.path = ReceiptPath::Session { session: id, index: 0 };
        assert_refused!(other.send(), WrongReceipt);
        deliver(id, &host(0));
        run_to(8);
        assert_refused!(result.send(), UnknownJob);
    });
}

#[test]
fn submit_result_should_refuse_when_it_is_another_hosts_job() {
    with_hosts(2, || {
        let id = submit();
        let mut result = Signed::output(id, &host(0), output(1.0));
        result.receipt.draft.host = host(1);
        result.signature = sign(&result.receipt, &worker(1));
        assert_refused!(result.send(), NotAssigned);
    });
}

#[test]
fn submit_result_should_refuse_when_the_job_waits() {
    with_hosts(1, || {
        let assigned = submit();
        submit();
        let open = submit();
        let mut result = Signed::output(assigned, &host(0), output(1.0));
        result.receipt.draft.path = ReceiptPath::Job(open);
        assert_refused!(result.send(), NotAssigned);
    });
}

#[test]
fn submit_result_should_refuse_when_the_host_answered_already() {
    with_hosts(2, || {
        let id = submit();
        let result = Signed::output(id, &host(0), output(1.0));
        let other = Signed::output(id, &host(0), output(2.0));
        assert_ok!(result.send());
        assert_refused!(result.send(), AlreadyAnswered);
        assert_refused!(other.send(), AlreadyAnswered);
        let mut stranger = result;
        stranger.receipt.draft.host = host(1);
        assert_refused!(stranger.send(), NotAssigned);
    });
}

#[test]
fn submit_result_should_refuse_when_the_receipt_differs_from_the_assignment() {
    with_hosts(1, || {
        let id = submit();
        let spoil: [fn(&mut candor_primitives::ReceiptDraft); 8] = [
            |draft| draft.fee += 1,
            |draft| draft.units += 1,
            |draft| draft.insured += 1,
            |draft| draft.block += 1,
            |draft| draft.variant = H256::zero(),
            |draft| draft.input_root = H256::zero(),
            |draft| draft.requester = BOB,
            |draft| draft.genesis = H256::zero(),
        ];
        for spoil in spoil {
            let mut result = Signed::output(id, &host(0), output(1.0));
            spoil(&mut result.receipt.draft);
            result.signature = sign(&result.receipt, &worker(0));
            assert_refused!(result.send(), WrongReceipt);
        }
    });
}

#[test]
fn submit_result_should_refuse_when_the_signature_is_not_the_workers() {
    with_hosts(2, || {
        let id = submit();
        let mut result = Signed::output(id, &host(0), output(1.0));
        result.signature = sign(&result.receipt, &worker(1));
        assert_refused!(result.send(), BadSignature);
        result.signature = WorkerSignature::default();
        assert_refused!(result.send(), BadSignature);
        result.signature = Signed::failed(id, &host(0)).signature;
        assert_refused!(result.send(), BadSignature);
    });
}

#[test]
fn submit_result_should_refuse_when_output_and_outcome_do_not_belong_together() {
    with_hosts(1, || {
        let id = submit();
        let mut result = Signed::output(id, &host(0), output(1.0));
        result.output = None;
        assert_refused!(result.send(), MissingOutput);
        result.output = Some(output(2.0));
        assert_refused!(result.send(), WrongOutputRoot);
        let mut failed = Signed::failed(id, &host(0));
        failed.output = Some(output(1.0));
        assert_refused!(failed.send(), UnexpectedOutput);
    });
}

#[test]
fn submit_result_should_refuse_when_the_output_has_the_wrong_shape() {
    with_hosts(1, || {
        let id = submit();
        let wrong = [
            inline(vec![tensor(DType::Float32, &[2, 4], vec![0; 32])]),
            inline(vec![tensor(DType::Float32, &[1, 5], vec![0; 20])]),
            inline(vec![tensor(DType::Float32, &[4], vec![0; 16])]),
            inline(vec![tensor(DType::Int32, &[1, 4], vec![0; 16])]),
            inline(vec![tensor(DType::Float32, &[1, 4], vec![0; 16]); 2]),
            inline(vec![]),
        ];
        for output in wrong {
            assert_refused!(Signed::output(id, &host(0), output).send(), WrongOutputShape);
        }
        let cut = inline(vec![tensor(DType::Float32, &[1, 4], vec![0; 15])]);
        assert_refused!(Signed::output(id, &host(0), cut).send(), BadTensor);
    });
}

#[test]
fn submit_result_should_refuse_when_the_inline_output_is_too_large() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.stake = 10_000_000);
        let floats = |n: u32| inline(vec![tensor(DType::Float32, &[n], vec![0; 4 * n as usize])]);
        let given = content(vec![(DType::Float32, vec![16_384])], "http://x");
        assert_ok!(Jobs::submit(RuntimeOrigin::signed(ALICE), VECTOR, given, 1_000_000));
        let both =
            inline(vec![tensor(DType::Float32, &[16_384], vec![0; 65_536]), tensor(DType::Float32, &[1], vec![0; 4])]);
        assert_refused!(Signed::output(0, &host(0), both).send(), OutputTooLarge);
        assert_ok!(Signed::output(0, &host(0), floats(16_384)).send());
    });
}

#[test]
fn submit_result_should_refuse_an_unsigned_caller() {
    with_hosts(1, || {
        let id = submit();
        let Signed { receipt, signature, output } = Signed::output(id, &host(0), output(1.0));
        frame_support::assert_noop!(
            Jobs::submit_result(RuntimeOrigin::none(), receipt, signature, output),
            sp_runtime::traits::BadOrigin
        );
    });
}
