//! Results: one check for the transaction pool and for dispatch, and what an accepted result does.

use crate::{submit::typed, types::*, Config, Error, Event, Jobs, Outputs, Pallet, WeightInfo};
use candor_primitives::{
    tensor::list_root,
    traits::{AttestedHosts, HostMarket, ReceiptKey, ReceiptListener, Releases},
    HostBlake2b, JobId, Outcome, Payload, Receipt, ReceiptPath, WorkerSignature, MAX_INLINE_OUTPUT,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    traits::Get,
    weights::Weight,
};
use frame_system::{ensure_authorized, ensure_signed, pallet_prelude::OriginFor};
use sp_core::H256;
use sp_runtime::{traits::BadOrigin, DispatchError};

/// Priority of results and seals in the transaction pool: above what tips reach (a host pays when its answer is
/// late), below the maximum, which consensus keeps for reports of misbehaviour.
pub const RESULT_PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// A result that passed every check.
pub(crate) struct Checked {
    id: JobId,
    job: Job,
    hash: H256,
}

impl<T: Config> Pallet<T> {
    /// Everything that must hold for a result, whoever sends it.
    pub(crate) fn check_result(
        receipt: &Receipt,
        signature: &WorkerSignature,
        output: Option<&Payload>,
    ) -> Result<Checked, Error<T>> {
        let ReceiptPath::Job(id) = receipt.draft.path else {
            return Err(Error::<T>::WrongReceipt);
        };
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownJob)?;
        let (assignment, seal) = Self::awaited(&job.state, &receipt.draft.host)?;
        ensure!(Self::draft(id, &job.request, assignment) == receipt.draft, Error::<T>::WrongReceipt);
        let worker = T::Hosts::worker_of(&assignment.host).ok_or(Error::<T>::NoWorkerKey)?;
        let hash = receipt.hash::<HostBlake2b>();
        ensure!(sp_io::crypto::sr25519_verify(signature, &hash.0, &worker), Error::<T>::BadSignature);
        let sealed = seal.map(|seal| seal == receipt.seal::<HostBlake2b>(signature)).unwrap_or(true);
        ensure!(sealed, Error::<T>::WrongSeal);
        match (&receipt.outcome, output) {
            (Outcome::Output(root), Some(output)) => Self::check_output(&job.request, *root, output)?,
            (Outcome::Output(_), None) => return Err(Error::<T>::MissingOutput),
            (Outcome::Failed { .. }, None) => {},
            (Outcome::Failed { .. }, Some(_)) => return Err(Error::<T>::UnexpectedOutput),
        }
        Ok(Checked { id, job, hash })
    }

    /// The assignment of `host` if its result is due now, with the seal that the result must match.
    fn awaited<'a>(
        state: &'a JobState,
        host: &candor_primitives::AccountId,
    ) -> Result<(&'a Assignment, Option<H256>), Error<T>> {
        let is_mine = |assignment: &Assignment| assignment.host == *host;
        match state {
            JobState::Assigned { assignment, .. } if is_mine(assignment) => Ok((assignment, None)),
            JobState::Sealing { sealers, .. } if sealers.iter().any(|s| is_mine(&s.assignment)) => {
                Err(Error::<T>::SealFirst)
            },
            JobState::Revealing { revealers, .. } => {
                let mine = revealers.iter().find(|r| is_mine(&r.assignment)).ok_or(Error::<T>::NotAssigned)?;
                ensure!(mine.answer.is_none(), Error::<T>::AlreadyAnswered);
                Ok((&mine.assignment, Some(mine.seal)))
            },
            JobState::Delivered { .. } | JobState::Settled { .. } if state.assignments().into_iter().any(is_mine) => {
                Err(Error::<T>::AlreadyAnswered)
            },
            _ => Err(Error::<T>::NotAssigned),
        }
    }

    fn check_output(request: &Request, root: H256, output: &Payload) -> Result<(), Error<T>> {
        ensure!(output.inline_bytes() <= MAX_INLINE_OUTPUT, Error::<T>::OutputTooLarge);
        Self::check_payload(output)?;
        let spec = T::Releases::spec(request.release).ok_or(Error::<T>::UnknownRelease)?;
        let inputs = typed(&spec, &request.shapes);
        let (bound, _) = spec.fit_inputs(inputs.into_iter()).map_err(|_| Error::<T>::WrongShape)?;
        let given = output.refs::<HostBlake2b>();
        spec.fit_outputs(candor_primitives::release::ref_shapes(&given), bound)
            .map_err(|_| Error::<T>::WrongOutputShape)?;
        let found = list_root::<HostBlake2b>(given.iter().map(|tensor| &tensor.root));
        ensure!(found == root, Error::<T>::WrongOutputRoot);
        Ok(())
    }

    /// Whether the transaction pool takes a result that nobody pays for.
    pub(crate) fn authorize_result(
        _: TransactionSource,
        receipt: &Receipt,
        signature: &WorkerSignature,
        output: &Option<Payload>,
    ) -> TransactionValidityWithRefund {
        let Checked { id, job, .. } = Self::check_result(receipt, signature, output.as_ref()).map_err(Self::invalid)?;
        Ok((Self::valid(b"job", id, &receipt.draft.host, &job.state), Weight::zero()))
    }

    /// Validity of an answer: one per job and host at a time, for as long as it can count on being heard.
    pub(crate) fn valid(
        kind: &'static [u8],
        id: JobId,
        host: &candor_primitives::AccountId,
        state: &JobState,
    ) -> ValidTransaction {
        let left = state.deadline().saturating_sub(Self::now()).max(1);
        ValidTransaction {
            priority: RESULT_PRIORITY,
            longevity: left.into(),
            provides: alloc::vec![codec::Encode::encode(&(kind, id, host))],
            propagate: true,
            ..Default::default()
        }
    }

    /// Why the pool refuses an answer. What a later block could bring about is stale or future, the rest is the
    /// index of the pallet's error.
    pub(crate) fn invalid(error: Error<T>) -> InvalidTransaction {
        match error {
            Error::<T>::UnknownJob | Error::<T>::AlreadyAnswered | Error::<T>::AlreadySealed => {
                InvalidTransaction::Stale
            },
            Error::<T>::SealFirst => InvalidTransaction::Future,
            Error::<T>::BadSignature => InvalidTransaction::BadProof,
            other => match DispatchError::from(other) {
                DispatchError::Module(module) => InvalidTransaction::Custom(module.error[0]),
                _ => InvalidTransaction::Call,
            },
        }
    }

    pub(crate) fn do_submit_result(
        receipt: Receipt,
        signature: WorkerSignature,
        output: Option<Payload>,
    ) -> DispatchResultWithPostInfo {
        let bytes = Self::inline_len(output.as_ref());
        let Checked { id, job, hash } = Self::check_result(&receipt, &signature, output.as_ref())?;
        let before = job.footprint();
        let Job { request, rounds, state } = job;
        let host = receipt.draft.host.clone();
        if let Some(output) = output {
            Outputs::<T>::insert(id, &host, output);
        }
        T::Hosts::note_work(&host);
        let outcome = receipt.outcome;
        Self::deposit_event(Event::ResultDelivered { job: id, host: host.clone(), receipt: hash, outcome });
        let answer = Answer { outcome, signature };
        let actual_weight = match state {
            JobState::Assigned { assignment, .. } => {
                Self::leave(id, &request, &assignment);
                let attested = request.attested && T::Attested::is_attested(&host);
                let window = if attested { T::AttestedWindow::get() } else { T::FinalityWindow::get() };
                let final_at = Self::now().saturating_add(window);
                let work = Answered { assignment, answer };
                let state = JobState::Delivered { work, final_at, holds: 0, attested };
                Self::put(id, Job { request, rounds, state }, before)?;
                T::OnReceipt::delivered(&ReceiptKey { path: receipt.draft.path, host }, &receipt);
                T::WeightInfo::submit_result(bytes).saturating_add(Self::weight_of_telling(1))
            },
            JobState::Revealing { mut revealers, deadline } => {
                let hosts = revealers.len() as u32;
                if let Some(mine) = revealers.iter_mut().find(|r| r.assignment.host == host) {
                    Self::leave(id, &request, &mine.assignment);
                    mine.answer = Some(answer);
                }
                let complete = revealers.iter().all(|r| r.answer.is_some());
                let job = Job { request, rounds, state: JobState::Revealing { revealers, deadline } };
                if complete {
                    Self::settle(id, job, before)?;
                } else {
                    Self::put(id, job, before)?;
                }
                T::WeightInfo::reveal_result(bytes, hosts).saturating_add(Self::weight_of_telling(hosts))
            },
            // `check_result` lets no other state pass.
            _ => return Err(Error::<T>::NotAssigned.into()),
        };
        Ok(PostDispatchInfo { actual_weight: Some(actual_weight), pays_fee: Pays::No })
    }

    pub(crate) fn ensure_authorized_or_signed(origin: OriginFor<T>) -> Result<(), BadOrigin> {
        ensure_authorized(origin.clone()).or_else(|_| ensure_signed(origin).map(|_| ()))
    }

    /// Bytes of inline output, as far as the pallet accepts them.
    pub(crate) fn inline_len(output: Option<&Payload>) -> u32 {
        output.map(Payload::inline_bytes).unwrap_or(0).min(MAX_INLINE_OUTPUT)
    }

    /// Weight of a result at its worst: the last reveal of the most redundant job.
    pub(crate) fn weight_of_result(output: &Option<Payload>) -> Weight {
        let bytes = Self::inline_len(output.as_ref());
        let one = T::WeightInfo::submit_result(bytes).saturating_add(T::OnReceipt::delivered_weight());
        one.max(
            T::WeightInfo::reveal_result(bytes, MAX_REDUNDANCY).saturating_add(Self::weight_of_telling(MAX_REDUNDANCY)),
        )
    }

    /// Weight of what the listener does with so many receipts.
    pub(crate) fn weight_of_telling(receipts: u32) -> Weight {
        T::OnReceipt::delivered_weight().saturating_mul(receipts.into())
    }
}
