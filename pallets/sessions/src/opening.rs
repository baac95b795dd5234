//! Opening a session, and adding to it.

use crate::{
    types::*, Config, Error, Event, HoldReason, HostSessions, NextSessionId, Pallet, Sessions, SessionsAt, SessionsOf,
    WeightInfo,
};
use candor_primitives::{
    calls_covered,
    traits::{DrawError, DrawRequest, Drawn, HostMarket, HostStake, ReleaseDenied, Releases},
    AccountId, Balance, BlockNumber, ReleaseId, SessionId, SessionTerms, Units,
};
use codec::Encode;
use frame_support::{
    dispatch::DispatchResultWithPostInfo,
    ensure,
    pallet_prelude::DispatchResult,
    traits::{Get, Randomness},
};
use sp_core::{sr25519, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_open(
        requester: AccountId,
        release: ReleaseId,
        named: Option<AccountId>,
        max_units: Units,
        max_fee: Balance,
        deposit: Balance,
        expires: BlockNumber,
        key: sr25519::Public,
        attested: bool,
    ) -> DispatchResultWithPostInfo {
        T::Releases::check_access(release, &requester).map_err(|denied| match denied {
            ReleaseDenied::Unknown => Error::<T>::UnknownRelease,
            ReleaseDenied::Private => Error::<T>::PrivateRelease,
            ReleaseDenied::Deprecated => Error::<T>::DeprecatedRelease,
        })?;
        let royalty = T::Releases::spec(release).ok_or(Error::<T>::UnknownRelease)?.royalty;
        let now = Self::now();
        ensure!(expires > now && expires <= now.saturating_add(T::MaxDuration::get()), Error::<T>::BadExpiry);
        let weight = T::WeightInfo::open().saturating_add(T::Hosts::draw_weight(release, attested));

        let id = NextSessionId::<T>::get();
        let Drawn { host, variant, fee, base_fee, price_per_unit, worth } = T::Hosts::draw(&DrawRequest {
            release,
            units: max_units,
            max_fee,
            insured: 0,
            deposit: Some(deposit),
            excluded: &[],
            named: named.as_ref(),
            attested,
            seed: Self::seed(id),
        })
        .map_err(Self::no_host)?;
        ensure!(deposit >= fee, Error::<T>::DepositTooLow);
        let counted = calls_covered(deposit, fee).ok_or(Error::<T>::NotBacked)?;
        let worker = T::Hosts::worker_of(&host).ok_or(Error::<T>::NoOffer)?;
        HostSessions::<T>::try_mutate(&host, |count| {
            ensure!(*count < T::MaxSessionsPerHost::get(), Error::<T>::TooManySessions);
            *count = count.saturating_add(1);
            Ok::<_, Error<T>>(())
        })?;

        NextSessionId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
        let bond = T::SessionDeposit::get();
        Self::hold(HoldReason::Escrow, &requester, deposit)?;
        Self::hold(HoldReason::Deposit, &requester, bond)?;
        T::Stake::open_many(&host, counted, worth)?;
        SessionsOf::<T>::insert(&requester, SessionKey::from(id), ());
        SessionsAt::<T>::insert(&host, SessionKey::from(id), ());
        Self::deposit_event(Event::SessionOpened {
            session: id,
            requester: requester.clone(),
            host: host.clone(),
            release,
            max_fee: fee,
            deposit,
            expires,
        });
        let terms = SessionTerms {
            session: id,
            genesis: Self::genesis(),
            requester,
            host,
            release,
            variant,
            key,
            price_per_call: base_fee,
            price_per_unit,
            max_fee: fee,
            deposit,
            opened: now,
            expires,
        };
        let session = Session {
            terms,
            worker,
            royalty,
            worth,
            counted,
            bond,
            held: deposit,
            settled: Settled::default(),
            batched: (0, 0),
            last_free: now,
            next_batch: 0,
            batches: 0,
            sampled: 0,
            presented: 0,
            attested,
            state: SessionState::Open { until: expires.saturating_add(T::CloseNotice::get()) },
        };
        Self::put(id, session, None)?;
        // Paid for the deepest tree, used the one that there is.
        Ok(Some(weight).into())
    }

    pub(crate) fn do_top_up(
        who: AccountId,
        id: SessionId,
        amount: Balance,
        expires: Option<BlockNumber>,
    ) -> DispatchResult {
        let mut session = Self::session(id)?;
        let (before, now) = (session.due(), Self::now());
        ensure!(session.terms.requester == who, Error::<T>::NotParty);
        let is_open = session.is_running() && session.closing_since(now).is_none();
        ensure!(is_open, Error::<T>::NotOpen);
        if let Some(expires) = expires {
            let latest = now.saturating_add(T::MaxDuration::get());
            ensure!(expires >= session.terms.expires && expires <= latest, Error::<T>::BadExpiry);
            session.terms.expires = expires;
            session.state = SessionState::Open { until: expires.saturating_add(T::CloseNotice::get()) };
        }
        Self::hold(HoldReason::Escrow, &who, amount)?;
        session.terms.deposit = session.terms.deposit.checked_add(amount).ok_or(Error::<T>::PriceOverflow)?;
        session.held = session.held.checked_add(amount).ok_or(Error::<T>::PriceOverflow)?;
        let covered = calls_covered(session.held, session.terms.max_fee).ok_or(Error::<T>::NotBacked)?;
        if let Some(more) = covered.checked_sub(session.counted) {
            T::Stake::open_many(&session.terms.host, more, session.worth)?;
            session.counted = covered;
        }
        let SessionTerms { deposit, expires, .. } = session.terms;
        Self::deposit_event(Event::SessionToppedUp { session: id, deposit, expires });
        Self::put(id, session, before)
    }

    /// Randomness of the draw of a session's host.
    pub(crate) fn seed(id: SessionId) -> H256 {
        let (random, _) = T::Randomness::random(&(b"session", id).encode());
        H256(blake2_256(&(b"session", random, id).encode()))
    }

    pub(crate) fn no_host(error: DrawError) -> Error<T> {
        match error {
            DrawError::NoOffer => Error::<T>::NoOffer,
            DrawError::PriceOverflow => Error::<T>::PriceOverflow,
            DrawError::FeeTooLow => Error::<T>::FeeTooLow,
            DrawError::NotLive => Error::<T>::NoLiveHost,
            DrawError::NotBacked => Error::<T>::NotBacked,
            DrawError::Busy => Error::<T>::NoCapacity,
            DrawError::NotAttested => Error::<T>::NoAttestedHost,
        }
    }

    /// The session, for whoever looks from outside.
    pub fn get(id: SessionId) -> Option<Session> {
        Sessions::<T>::get(id)
    }
}
