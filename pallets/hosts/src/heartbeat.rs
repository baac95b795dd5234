//! Signs of life.

use crate::{Call, Config, Error, Event, Hosts, Pallet, Presence, Presences, Status, MAX_HEARTBEAT_AGE};
use candor_primitives::{traits::Heartbeats, AccountId, BlockNumber, WorkerSignature};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    traits::Get,
    weights::Weight,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// What the worker key of `host` signs to show that it lives at `block`: BLAKE2b-256 over the worker tag,
    /// `heartbeat`, the genesis hash, the account and the block.
    pub fn heartbeat_message(host: &AccountId, block: BlockNumber) -> [u8; 32] {
        Self::worker_message(b"heartbeat", (host, block).encode())
    }

    /// Whether a host may be drawn as far as signs of life go.
    pub(crate) fn looks_live(presence: &Presence) -> bool {
        presence.status == Status::Active && Self::now().saturating_sub(presence.last_seen) <= T::LivenessWindow::get()
    }

    /// Least distance between two heartbeats that cost nothing, in blocks.
    fn free_spacing() -> BlockNumber {
        T::HeartbeatInterval::get() / 2
    }

    /// Everything that a heartbeat needs but the signature.
    fn check_heartbeat(host: &AccountId, block: BlockNumber) -> Result<Presence, Error<T>> {
        let presence = Presences::<T>::get(host).ok_or(Error::<T>::NotRegistered)?;
        ensure!(!matches!(presence.status, Status::Leaving(_)), Error::<T>::Leaving);
        let now = Self::now();
        ensure!(block <= now, Error::<T>::HeartbeatTooEarly);
        ensure!(now.saturating_sub(block) <= MAX_HEARTBEAT_AGE, Error::<T>::HeartbeatTooOld);
        ensure!(block > presence.last_beat, Error::<T>::HeartbeatReplayed);
        Ok(presence)
    }

    fn check_signature(host: &AccountId, block: BlockNumber, signature: &WorkerSignature) -> Result<(), Error<T>> {
        let worker = Hosts::<T>::get(host).ok_or(Error::<T>::NotRegistered)?.worker;
        let message = Self::heartbeat_message(host, block);
        ensure!(sp_io::crypto::sr25519_verify(signature, &message, &worker), Error::<T>::BadSignature);
        Ok(())
    }

    /// Whether a heartbeat may enter the pool and a block without a fee.
    pub(crate) fn authorize_heartbeat(
        _source: TransactionSource,
        host: &AccountId,
        block: &BlockNumber,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        let presence = Self::check_heartbeat(host, *block).map_err(|error| match error {
            Error::<T>::HeartbeatTooEarly => InvalidTransaction::Future,
            Error::<T>::HeartbeatTooOld | Error::<T>::HeartbeatReplayed => InvalidTransaction::Stale,
            _ => InvalidTransaction::BadSigner,
        })?;
        // It costs nothing, so it must not come in every block.
        if block.saturating_sub(presence.last_beat) < Self::free_spacing() {
            return Err(InvalidTransaction::Stale.into());
        }
        // The expensive check comes last.
        Self::check_signature(host, *block, signature).map_err(|_| InvalidTransaction::BadProof)?;
        // One heartbeat per host and epoch lies in the pool.
        let epoch = block / MAX_HEARTBEAT_AGE;
        let age = Self::now().saturating_sub(*block);
        let valid = ValidTransaction::with_tag_prefix("candor-heartbeat")
            .priority(TransactionPriority::MAX / 2)
            .and_provides((host, epoch))
            .longevity(MAX_HEARTBEAT_AGE.saturating_sub(age).max(1).into())
            .propagate(true)
            .build()?;
        Ok((valid, Weight::zero()))
    }

    /// Take a heartbeat whose signature, if `authorized`, was checked already. Returns how many offers were weighed.
    pub(crate) fn do_heartbeat(
        host: AccountId,
        block: BlockNumber,
        signature: WorkerSignature,
        authorized: bool,
    ) -> Result<u32, DispatchError> {
        let mut presence = Self::check_heartbeat(&host, block)?;
        if !authorized {
            Self::check_signature(&host, block, &signature)?;
        }
        let stale = presence.stale;
        presence.last_seen = Self::now();
        presence.last_beat = block;
        Presences::<T>::insert(&host, presence);
        let offers = if stale { Self::weigh_offers(&host)? } else { 0 };
        Self::deposit_event(Event::Heartbeat { host, block });
        Ok(offers)
    }
}

impl<T: Config> Heartbeats<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn due(host: &AccountId) -> bool {
        let Some(presence) = Presences::<T>::get(host) else {
            return false;
        };
        let now = Self::now();
        presence.status == Status::Active
            && now.saturating_sub(presence.last_beat) >= Self::free_spacing().max(1)
            && ((presence.stale && Self::is_misweighed(host))
                || now.saturating_sub(presence.last_seen) >= T::HeartbeatInterval::get())
    }

    fn heartbeat(
        host: &AccountId,
        block: BlockNumber,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let signature = sign(&Self::heartbeat_message(host, block))?;
        Some(Call::heartbeat { host: host.clone(), block, signature })
    }
}
