//! What wallets read: one answer for the view functions and the runtime API.

use crate::{types::*, BatchesOf, Config, Pallet, SamplesAt, SessionsAt, SessionsOf};
use alloc::vec::Vec;
use candor_primitives::{
    calls_covered,
    traits::{DrawError, DrawRequest, HostMarket},
    AccountId, Balance, ReleaseId, SessionId, Units,
};
use candor_runtime_api::sessions::{BatchView, SampleView, SessionPhase, SessionQuote, SessionQuoteError, SessionView};
use frame_support::traits::Get;

/// Most sessions of one answer.
const MAX_VIEWS: u32 = 100;

impl<T: Config> Pallet<T> {
    pub(crate) fn compute_quote(
        release: ReleaseId,
        host: Option<AccountId>,
        max_units: Units,
        deposit: Balance,
        attested: bool,
    ) -> Result<SessionQuote, SessionQuoteError> {
        let request = DrawRequest {
            release,
            units: max_units,
            max_fee: Balance::MAX,
            insured: 0,
            deposit: Some(deposit),
            excluded: &[],
            named: host.as_ref(),
            attested,
            seed: Self::seed(crate::NextSessionId::<T>::get()),
        };
        let drawn = T::Hosts::draw(&request).map_err(|error| match error {
            DrawError::NoOffer => SessionQuoteError::NoOffer,
            DrawError::PriceOverflow => SessionQuoteError::Overflow,
            // Whatever it costs.
            DrawError::FeeTooLow => SessionQuoteError::NoOffer,
            DrawError::NotLive => SessionQuoteError::NotLive,
            DrawError::NotBacked => SessionQuoteError::NotBacked,
            DrawError::Busy => SessionQuoteError::Busy,
            DrawError::NotAttested => SessionQuoteError::NotAttested,
        })?;
        Ok(SessionQuote {
            host: drawn.host,
            variant: drawn.variant,
            price_per_call: drawn.base_fee,
            price_per_unit: drawn.price_per_unit,
            max_fee: drawn.fee,
            calls: calls_covered(deposit, drawn.fee).ok_or(SessionQuoteError::NotBacked)?,
            bond: T::SessionDeposit::get(),
        })
    }

    pub(crate) fn view_of(id: SessionId) -> Option<SessionView> {
        Self::get(id).map(|session| Self::view(id, session))
    }

    pub(crate) fn views_of(requester: AccountId, start: SessionId, limit: u32) -> Vec<SessionView> {
        // The indices are ordered: go on behind the key before the first one wanted.
        let keys = match start.checked_sub(1) {
            Some(previous) => {
                let from = SessionsOf::<T>::hashed_key_for(&requester, SessionKey::from(previous));
                SessionsOf::<T>::iter_key_prefix_from(&requester, from)
            },
            None => SessionsOf::<T>::iter_key_prefix(&requester),
        };
        Self::page(keys, limit)
    }

    pub(crate) fn views_at(host: AccountId, start: SessionId, limit: u32) -> Vec<SessionView> {
        let keys = match start.checked_sub(1) {
            Some(previous) => {
                let from = SessionsAt::<T>::hashed_key_for(&host, SessionKey::from(previous));
                SessionsAt::<T>::iter_key_prefix_from(&host, from)
            },
            None => SessionsAt::<T>::iter_key_prefix(&host),
        };
        Self::page(keys, limit)
    }

    fn page(keys: impl Iterator<Item = SessionKey>, limit: u32) -> Vec<SessionView> {
        keys.take(limit.min(MAX_VIEWS) as usize).filter_map(|key| Self::view_of(SessionId::from(key))).collect()
    }

    pub(crate) fn view_of_batch(id: SessionId, number: u32) -> Option<BatchView> {
        let Batch { first, calls, fee, receipts, until, holds, attested } = BatchesOf::<T>::get(id, number)?;
        Some(BatchView { session: id, number, first, calls, fee, receipts, until, holds, attested })
    }

    pub(crate) fn samples_owed(host: AccountId, limit: u32) -> Vec<SampleView> {
        let now = Self::ticks();
        let mut owed: Vec<_> = SamplesAt::<T>::iter_prefix(host)
            .map(|((session, index), deadline)| SampleView { session, index, deadline, now })
            .collect();
        owed.sort_unstable_by_key(|sample| (sample.deadline, sample.session, sample.index));
        owed.truncate(limit.min(MAX_VIEWS) as usize);
        owed
    }

    fn view(id: SessionId, session: Session) -> SessionView {
        let now = Self::now();
        let mut batches: Vec<_> = BatchesOf::<T>::iter_key_prefix(id).collect();
        batches.sort_unstable();
        SessionView {
            endpoint: T::Hosts::endpoint_of(&session.terms.host).unwrap_or_default(),
            phase: match session.state {
                SessionState::Open { .. } if session.closing_since(now).is_none() => SessionPhase::Open,
                SessionState::Open { .. } | SessionState::Closing { .. } => SessionPhase::Closing,
                SessionState::Ended => SessionPhase::Ended,
                SessionState::Overturned { .. } => SessionPhase::Overturned,
            },
            ends_after: session.due(),
            settle_from: session.free_from(T::SettleInterval::get(), now),
            worker: session.worker,
            settled_calls: session.settled.calls,
            settled_fee: session.settled.fee,
            receipts: session.settled.receipts,
            held: session.held,
            bond: session.bond,
            counted: session.counted,
            batches,
            attested: session.attested,
            terms: session.terms,
        }
    }
}
