//! New evidence in time, without anyone's doing: the off-chain worker asks the engine for it and sends it.

use crate::{types::*, Attempts, Attested, Call, Config, Error, Event, Pallet, Standings};
use candor_primitives::{
    traits::{Attestations, WorkerKeys},
    AccountId, AttestationBinding, AttestationEvidence, BlockNumber, HostBlake2b, WorkerSignature,
};
use frame_support::{
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    storage::with_storage_layer,
    traits::Get,
    weights::Weight,
};
use sp_core::H256;

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// Whether a host that was attested should show evidence anew.
    fn is_due(record: &Record<KeyOf<T, I>>) -> bool {
        let judged_otherwise = Standings::<T, I>::get(record.key).is_none_or(|now| now.version != record.version);
        judged_otherwise || record.expires < Self::now().saturating_add(T::RenewBefore::get())
    }

    fn may_try(host: &AccountId) -> bool {
        let last = Attempts::<T, I>::get(host);
        last.is_none_or(|last| Self::block().saturating_sub(last) >= T::AttemptInterval::get())
    }

    /// Everything that a renewal needs but what the evidence itself says.
    fn check_renewal(
        binding: &AttestationBinding,
        anchor: BlockNumber,
        evidence: &[u8],
        signature: &WorkerSignature,
    ) -> Result<(), Error<T, I>> {
        let record = Attested::<T, I>::get(&binding.host).ok_or(Error::<T, I>::NotAttested)?;
        ensure!(Self::is_due(&record), Error::<T, I>::NotDue);
        ensure!(Self::may_try(&binding.host), Error::<T, I>::TooSoon);
        Self::check_binding(binding, anchor)?;
        // The expensive check comes last.
        let message = binding.renewal_message::<HostBlake2b>(evidence);
        ensure!(sp_io::crypto::sr25519_verify(signature, &message, &binding.worker), Error::<T, I>::BadSignature);
        Ok(())
    }

    /// Whether a renewal may enter the pool and a block without a fee.
    pub(crate) fn authorize_renewal(
        _source: TransactionSource,
        binding: &AttestationBinding,
        anchor: &BlockNumber,
        evidence: &EvidenceBytes,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        Self::check_renewal(binding, *anchor, evidence, signature).map_err(|error| match error {
            Error::<T, I>::NotDue | Error::<T, I>::TooSoon | Error::<T, I>::OlderThanHeld => InvalidTransaction::Stale,
            Error::<T, I>::UnknownAnchor | Error::<T, I>::BindingExpired => InvalidTransaction::Stale,
            Error::<T, I>::BadSignature => InvalidTransaction::BadProof,
            _ => InvalidTransaction::BadSigner,
        })?;
        let age = Self::block().saturating_sub(*anchor);
        let valid = ValidTransaction::with_tag_prefix("candor-attestation")
            .priority(TransactionPriority::MAX / 4)
            // One renewal per host lies in the pool.
            .and_provides((T::Vendor::get(), &binding.host))
            .longevity(MAX_ANCHOR_AGE.saturating_sub(age).max(1).into())
            .propagate(true)
            .build()?;
        Ok((valid, Weight::zero()))
    }

    /// Take a renewal that was authorised. The attempt counts whatever comes of it: it costs nothing.
    pub(crate) fn do_renew(binding: AttestationBinding, anchor: BlockNumber, evidence: &[u8]) {
        let host = binding.host.clone();
        Attempts::<T, I>::insert(&host, Self::block());
        let roots = T::Roots::get();
        if let Err(error) = with_storage_layer(|| Self::do_attest(&roots, binding, anchor, evidence)) {
            Self::deposit_event(Event::RenewalRefused { host, error });
        }
    }

    /// The block whose hash is the nonce of evidence that is made now; the same for a while.
    fn current_anchor() -> BlockNumber {
        let last = Self::block().saturating_sub(1);
        last.saturating_sub(last.checked_rem(ANCHOR_STEP).unwrap_or(0))
    }

    /// The recent block of this hash.
    fn anchor_of(nonce: &H256) -> Option<BlockNumber> {
        let mut block = Self::current_anchor();
        for _ in 0..MAX_ANCHOR_AGE.checked_div(ANCHOR_STEP)? {
            if Self::hash_of(block) == *nonce {
                return Some(block);
            }
            block = block.checked_sub(ANCHOR_STEP)?;
        }
        None
    }
}

impl<T: Config<I>, I: 'static> Attestations<AccountId> for Pallet<T, I> {
    type Call = Call<T, I>;

    fn wanted(host: &AccountId) -> Option<H256> {
        let record = Attested::<T, I>::get(host)?;
        let staying = T::Workers::worker_of(host) == Some(record.worker);
        let anchor = Self::current_anchor();
        let wanted = staying && anchor >= record.anchor && Self::is_due(&record) && Self::may_try(host);
        wanted.then(|| Self::hash_of(anchor))
    }

    fn renewal(
        host: &AccountId,
        evidence: AttestationEvidence,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let AttestationEvidence { vendor, binding, nonce, evidence } = evidence;
        if vendor != T::Vendor::get() || binding.host != *host {
            return None;
        }
        let anchor = Self::anchor_of(&nonce)?;
        let evidence = EvidenceBytes::try_from(evidence).ok()?;
        let signature = sign(&binding.renewal_message::<HostBlake2b>(&evidence))?;
        Some(Call::renew { binding, anchor, evidence, signature })
    }
}
