//! What a requester checks before it believes an answer.

use crate::errors::{CliError, Result};
use candor_commitments::Blake2b256;
use candor_primitives::{
    AccountId, Balance, JobId, Outcome, Payload, Receipt, ReceiptPath, ReleaseId, Units, WorkerKey,
};
use candor_runtime_api::views::AnswerView;
use codec::{DecodeAll, Encode};
use sp_core::{sr25519, Pair, H256};

/// What was asked: what the receipt must say.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Genesis hash of the chain.
    pub genesis: H256,
    /// Release.
    pub release: ReleaseId,
    /// Roots of the release's variants.
    pub variants: Vec<H256>,
    /// Root of the inputs that were sent.
    pub input_root: H256,
    /// Who asked.
    pub requester: AccountId,
    /// The job.
    pub job: JobId,
    /// Units of the call.
    pub units: Units,
    /// Most that a host may cost.
    pub max_fee: Balance,
    /// Insured value.
    pub insured: Balance,
}

/// Check an answer against what was asked and the host's worker key; gives its receipt.
pub fn check(asked: &Asked, answer: &AnswerView, worker: &WorkerKey) -> Result<Receipt> {
    let receipt = Receipt::decode_all(&mut &answer.receipt_bytes[..]).map_err(|_| fault("its receipt is damaged"))?;
    let hash = receipt.hash::<Blake2b256>();
    ensure(receipt.encode() == answer.receipt_bytes && hash == answer.receipt, "its receipt has another hash")?;
    ensure(
        sr25519::Pair::verify(&answer.signature, hash.0, worker),
        "its receipt is not signed by the host's worker key",
    )?;
    let draft = &receipt.draft;
    ensure(draft.genesis == asked.genesis, "its receipt is of another chain")?;
    ensure(draft.path == ReceiptPath::Job(asked.job), "its receipt is of another job")?;
    ensure(draft.release == asked.release, "its receipt is of another release")?;
    ensure(asked.variants.contains(&draft.variant), "its receipt is of a variant that the release does not have")?;
    ensure(draft.input_root == asked.input_root, "its receipt is of another input")?;
    ensure(draft.requester == asked.requester, "its receipt is of another requester")?;
    ensure(draft.host == answer.host, "its receipt is of another host")?;
    ensure(draft.units == asked.units, "its receipt counts other units of work")?;
    ensure(draft.fee <= asked.max_fee, "its receipt takes a higher fee than you allowed")?;
    ensure(draft.insured == asked.insured, "its receipt insures another value")?;
    ensure(receipt.outcome == answer.outcome, "its receipt has another outcome")?;
    match (&receipt.outcome, &answer.output) {
        (Outcome::Output(root), Some(output)) => {
            ensure(output.root::<Blake2b256>() == *root, "the output is not the one that was signed")?;
            if let Payload::Inline(tensors) = output {
                ensure(
                    tensors.iter().all(|tensor| tensor.check().is_ok()),
                    "the bytes of the output do not fit its shape",
                )?;
            }
        },
        (Outcome::Output(_), None) => return Err(fault("the output is missing")),
        (Outcome::Failed { .. }, _) => {},
    }
    Ok(receipt)
}

fn ensure(holds: bool, what: &str) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(fault(what))
    }
}

fn fault(what: &str) -> CliError {
    CliError::new(format!("the answer must not be trusted: {what}"))
        .hint("the node you asked may lie: compare with another one (--url)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_primitives::{DType, ReceiptDraft, Tensor};

    fn worker() -> sr25519::Pair {
        sr25519::Pair::from_string("//Host//worker", None).unwrap()
    }

    fn asked() -> Asked {
        Asked {
            genesis: H256([1; 32]),
            release: 3,
            variants: vec![H256([2; 32])],
            input_root: H256([3; 32]),
            requester: AccountId::new([4; 32]),
            job: 7,
            units: 5,
            max_fee: 100,
            insured: 0,
        }
    }

    fn answer(change: impl FnOnce(&mut Receipt)) -> AnswerView {
        let tensor =
            Tensor { dtype: DType::Uint8, shape: vec![2].try_into().unwrap(), data: vec![8, 9].try_into().unwrap() };
        let output = Payload::Inline(vec![tensor].try_into().unwrap());
        let asked = asked();
        let draft = ReceiptDraft {
            genesis: asked.genesis,
            release: 3,
            variant: asked.variants[0],
            input_root: asked.input_root,
            requester: asked.requester,
            host: AccountId::new([5; 32]),
            units: 5,
            fee: 100,
            insured: 0,
            block: 40,
            path: ReceiptPath::Job(7),
        };
        let mut receipt = Receipt { draft, outcome: Outcome::Output(output.root::<Blake2b256>()) };
        change(&mut receipt);
        let hash = receipt.hash::<Blake2b256>();
        AnswerView {
            host: AccountId::new([5; 32]),
            receipt: hash,
            receipt_bytes: receipt.encode(),
            signature: worker().sign(&hash.0),
            outcome: receipt.outcome,
            output: Some(output),
        }
    }

    #[test]
    fn check_should_accept_when_everything_fits() {
        assert_eq!(check(&asked(), &answer(|_| {}), &worker().public()).unwrap().draft.fee, 100);
    }

    #[test]
    fn check_should_refuse_when_another_key_signed() {
        let other = sr25519::Pair::from_string("//Other", None).unwrap().public();
        assert!(check(&asked(), &answer(|_| {}), &other).unwrap_err().message.contains("worker key"));
    }

    #[test]
    fn check_should_refuse_when_a_field_differs() {
        type Change = fn(&mut Receipt);
        let changes: [(Change, &str); 9] = [
            (|r| r.draft.genesis = H256::zero(), "another chain"),
            (|r| r.draft.path = ReceiptPath::Job(8), "another job"),
            (|r| r.draft.release = 4, "another release"),
            (|r| r.draft.variant = H256::zero(), "variant"),
            (|r| r.draft.input_root = H256::zero(), "another input"),
            (|r| r.draft.requester = AccountId::new([0; 32]), "another requester"),
            (|r| r.draft.host = AccountId::new([0; 32]), "another host"),
            (|r| r.draft.fee = 101, "higher fee"),
            (|r| r.outcome = Outcome::Output(H256::zero()), "not the one that was signed"),
        ];
        for (change, words) in changes {
            let error = check(&asked(), &answer(change), &worker().public()).unwrap_err();
            assert!(error.message.contains(words), "{error}");
        }
    }

    #[test]
    fn check_should_refuse_when_output_or_receipt_were_changed_afterwards() {
        let mut changed = answer(|_| {});
        changed.output = None;
        assert!(check(&asked(), &changed, &worker().public()).is_err());
        let mut changed = answer(|_| {});
        changed.receipt_bytes[40] ^= 1;
        assert!(check(&asked(), &changed, &worker().public()).is_err());
        let mut changed = answer(|_| {});
        changed.receipt_bytes.push(0);
        assert!(check(&asked(), &changed, &worker().public()).unwrap_err().message.contains("damaged"));
    }
}
