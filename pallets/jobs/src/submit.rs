//! Submitting: what is checked, what it costs, what is held; and taking a waiting job back.

use crate::{
    types::*, Config, CurrencyOf, Error, Event, HoldReason, Inputs, Jobs, JobsOf, NextJobId, Pallet, WeightInfo,
};
use alloc::vec::Vec;
use candor_primitives::{
    release::{Bindings, FitError},
    tensor::Shape,
    traits::{HostMarket, ReleaseDenied, Releases},
    AccountId, Balance, BlockNumber, DType, HostBlake2b, JobId, Payload, ReleaseId, ReleaseSpec, Units,
    MAX_INLINE_INPUT, MAX_INLINE_OUTPUT,
};
use frame_support::{
    dispatch::DispatchResultWithPostInfo,
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{fungible::MutateHold, Contains, Get},
    weights::Weight,
};
use sp_runtime::{ArithmeticError, SaturatedConversion};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_submit(
        requester: AccountId,
        release: ReleaseId,
        input: Payload,
        max_fee: Balance,
        options: JobOptions,
    ) -> DispatchResultWithPostInfo {
        // Paid for the deepest tree, used the one that there is.
        let (_, weight) = Self::place(requester, release, input, max_fee, options)?;
        Ok(Some(weight).into())
    }

    /// Take a job in. Returns its id, and what that weighed.
    pub(crate) fn place(
        requester: AccountId,
        release: ReleaseId,
        input: Payload,
        max_fee: Balance,
        options: JobOptions,
    ) -> Result<(JobId, Weight), DispatchError> {
        let spec = Self::usable_release(release, &requester)?;
        let (units, output_bytes) = Self::check_input(&spec, &input)?;
        let selection = Self::check_options(&options)?;
        let hosts = u32::from(selection.hosts());
        let weight = T::WeightInfo::submit(input.inline_bytes().min(MAX_INLINE_INPUT), hosts)
            .saturating_add(T::Hosts::draw_weight(release, options.attested).saturating_mul(hosts.into()));
        max_fee.checked_mul(hosts.into()).ok_or(Error::<T>::PriceOverflow)?;
        max_fee.checked_add(options.insured).ok_or(Error::<T>::PriceOverflow)?;

        let id = NextJobId::<T>::get();
        let request = Request {
            requester: requester.clone(),
            release,
            units,
            input_root: input.root::<HostBlake2b>(),
            shapes: input
                .shapes()
                .into_iter()
                .map(|(_, shape)| shape.clone())
                .collect::<Vec<_>>()
                .try_into()
                .map_err(|_| Error::<T>::WrongInputCount)?,
            max_fee,
            insured: options.insured,
            royalty: spec.royalty,
            selection,
            attested: options.attested,
            submitted: Self::now(),
            deposit: Self::deposit(input.inline_bytes(), output_bytes.saturating_mul(hosts)),
        };
        // Draw before anything is held, so that the market's reasons come before the wallet's.
        let drawn = match Self::draw(id, &request, &Rounds::default()) {
            Ok(drawn) => Some(drawn),
            Err(Error::<T>::NoCapacity) => None,
            Err(error) => return Err(error.into()),
        };

        NextJobId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
        Self::hold(HoldReason::Deposit, &requester, request.deposit)?;
        Inputs::<T>::insert(id, input);
        JobsOf::<T>::insert(&requester, JobKey::from(id), ());
        Self::deposit_event(Event::JobSubmitted { job: id, requester, release, units, max_fee });
        match drawn {
            Some(drawn) => Self::start(id, request, Rounds::default(), drawn, Footprint::default())?,
            None => Self::wait(id, request, Rounds::default(), Footprint::default())?,
        }
        Ok((id, weight))
    }

    pub(crate) fn do_cancel(who: AccountId, id: JobId) -> DispatchResult {
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownJob)?;
        ensure!(job.request.requester == who, Error::<T>::NotRequester);
        ensure!(matches!(job.state, JobState::Open { .. }), Error::<T>::AlreadyAssigned);
        let before = job.footprint();
        Self::remove(id, &job.request, before)?;
        Self::note_end(id, RunResult::Unanswered { job: id });
        Self::deposit_event(Event::JobCancelled { job: id, refunded: before.escrow });
        Ok(())
    }

    /// The release, if `who` may use it.
    pub(crate) fn usable_release(release: ReleaseId, who: &AccountId) -> Result<ReleaseSpec, Error<T>> {
        T::Releases::check_access(release, who).map_err(|denied| match denied {
            ReleaseDenied::Unknown => Error::<T>::UnknownRelease,
            ReleaseDenied::Private => Error::<T>::PrivateRelease,
            ReleaseDenied::Deprecated => Error::<T>::DeprecatedRelease,
        })?;
        T::Releases::spec(release).ok_or(Error::<T>::UnknownRelease)
    }

    /// Check inputs against the release. Returns units and the bytes of inline output to expect from one host.
    pub(crate) fn check_input(spec: &ReleaseSpec, input: &Payload) -> Result<(Units, u32), Error<T>> {
        ensure!(input.inline_bytes() <= MAX_INLINE_INPUT, Error::<T>::InputTooLarge);
        Self::check_payload(input)?;
        let (bound, units) = spec.fit_inputs(input.shapes().into_iter()).map_err(|error| match error {
            FitError::Count => Error::<T>::WrongInputCount,
            FitError::DType => Error::<T>::WrongDType,
            FitError::Shape => Error::<T>::WrongShape,
            FitError::Overflow => Error::<T>::PriceOverflow,
        })?;
        if let Payload::Inline(tensors) = input {
            let in_range = spec.inputs.iter().zip(tensors.iter()).all(|(spec, tensor)| spec.admits(&tensor.data));
            ensure!(in_range, Error::<T>::InputOutOfRange);
        }
        Ok((units, expected_output_bytes(spec, &bound)))
    }

    /// Whether inline bytes fit their shapes, or the bytes have somewhere to come from.
    pub(crate) fn check_payload(payload: &Payload) -> Result<(), Error<T>> {
        match payload {
            Payload::Inline(tensors) => {
                ensure!(tensors.iter().all(|tensor| tensor.check().is_ok()), Error::<T>::BadTensor);
            },
            Payload::Content { source, .. } => ensure!(!source.is_empty(), Error::<T>::NoSource),
        }
        Ok(())
    }

    pub(crate) fn check_options(options: &JobOptions) -> Result<Selection, Error<T>> {
        ensure!((1..=MAX_REDUNDANCY).contains(&u32::from(options.redundancy)), Error::<T>::BadRedundancy);
        ensure!(!options.attested || options.redundancy == 1, Error::<T>::RedundantAttested);
        match (&options.host, options.redundancy) {
            (None, 1) => Ok(Selection::Drawn),
            (None, hosts) => Ok(Selection::Redundant(hosts)),
            (Some(host), 1) => Ok(Selection::Named(host.clone())),
            (Some(_), _) => Err(Error::<T>::RedundantNamedHost),
        }
    }

    /// Deposit for a job that stores so many bytes, in planck.
    pub(crate) fn deposit(input_bytes: u32, output_bytes: u32) -> Balance {
        let bytes = Balance::from(input_bytes).saturating_add(output_bytes.into());
        T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
    }

    /// Hold `amount` on `who`.
    pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            ensure!(!T::Voters::contains(who), Error::<T>::LockedByVotes);
            CurrencyOf::<T>::hold(&reason.into(), who, amount).map_err(|_| Error::<T>::FundsTooLow)?;
        }
        Ok(())
    }

    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Weight of submitting `input` to so many hosts.
    pub(crate) fn weight_of_submit(input: &Payload, hosts: u32) -> Weight {
        let bytes = input.inline_bytes().min(MAX_INLINE_INPUT);
        T::WeightInfo::submit(bytes, hosts).saturating_add(Self::weight_of_draws(hosts))
    }
}

/// Bytes of inline output of a call: exact when the inputs bind all dimensions, at most the inline maximum.
pub(crate) fn expected_output_bytes(spec: &ReleaseSpec, bound: &Bindings<'_>) -> u32 {
    let most = u64::from(MAX_INLINE_OUTPUT);
    spec.output_bytes(bound).map_or(most, |bytes| bytes.min(most)) as u32
}

/// Types and shapes of a call's inputs, from the release's types and the job's shapes.
pub(crate) fn typed<'a>(spec: &'a ReleaseSpec, shapes: &'a [Shape]) -> Vec<(DType, &'a Shape)> {
    spec.inputs.iter().map(|input| input.dtype).zip(shapes.iter()).collect()
}
