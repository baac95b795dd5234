//! Inputs that lie off chain. Where an auditor did not seal, nobody knows whether it could have them: the audited host ran
//! them, so it puts them on chain, piece by piece, or is convicted for withholding them.

use crate::{types::*, Audits, Config, Error, Event, Pallet, Pieces};
use alloc::vec::Vec;
use candor_commitments::{chunk_count, CHUNK};
use candor_primitives::{
    tensor::InlineBytes,
    traits::{DisputeClock, HostStake, Overturned, Receipts, SlashOrder},
    DType, HostBlake2b, Payload, TensorRef,
};
use frame_support::{ensure, pallet_prelude::DispatchResult, storage::with_storage_layer, traits::Get};
use sp_core::H256;
use sp_runtime::{DispatchError, SaturatedConversion};

/// A piece of the inputs of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Its number among all pieces.
    pub number: u32,
    /// Which input.
    pub tensor: u32,
    /// Its first chunk.
    pub first: u32,
    /// Number of chunks.
    pub count: u32,
    /// Number of bytes.
    pub bytes: u64,
}

/// The pieces of inputs, in order; at most `MAX_PIECES`. An input without bytes has one too: what it proves is that the root
/// is right. `None` for inputs that are too large, or of a length that only their root knows.
pub(crate) fn pieces(tensors: &[TensorRef]) -> Option<Vec<Piece>> {
    let lengths = tensors.iter().map(TensorRef::byte_len).collect::<Option<Vec<_>>>()?;
    let whole = lengths.iter().try_fold(0u64, |sum, length| sum.checked_add(*length))?;
    if whole > MAX_SHOWN {
        return None;
    }
    let mut pieces = Vec::new();
    for (tensor, length) in (0u32..).zip(lengths) {
        let mut left = length;
        let mut first = 0u32;
        loop {
            let bytes = left.min(PIECE.into());
            let count = chunk_count(bytes).saturated_into::<u32>();
            pieces.push(Piece { number: pieces.len() as u32, tensor, first, count, bytes });
            left = left.saturating_sub(bytes);
            first = first.saturating_add(count);
            if left == 0 {
                break;
            }
        }
    }
    Some(pieces)
}

impl<T: Config> Pallet<T> {
    /// KiB of a piece, which its weight depends on.
    pub(crate) fn kib(bytes: &InlineBytes) -> u32 {
        bytes.len().div_ceil(CHUNK) as u32
    }

    /// Where auditors have these inputs from at first.
    pub(crate) fn place_of_input(input: Option<&Payload>) -> InputPlace {
        match input {
            Some(Payload::Content { tensors, .. }) => match pieces(tensors) {
                Some(pieces) => InputPlace::OffChain { pieces: pieces.len() as u32 },
                None => InputPlace::Unshowable,
            },
            _ => InputPlace::OnChain,
        }
    }

    /// Ask the host for the inputs, after an auditor did not seal. Without another round nobody would look at them.
    pub(crate) fn ask_for_input(id: AuditId, case: Case, pieces: u32) {
        if case.round() >= T::MaxRounds::get().min(MAX_ROUNDS) {
            return Self::next_round(id, case);
        }
        let time = T::ShowDeadline::get().saturating_add(pieces.saturating_mul(TICKS_PER_PIECE));
        let deadline = T::Clock::now().saturating_add(time);
        Self::deposit_event(Event::InputAskedFor { audit: id, host: case.key.host.clone(), pieces, deadline });
        Self::put(id, Audit { case, state: AuditState::Showing { missing: pieces, deadline } });
    }

    /// Inputs of an audited call that lie off chain.
    pub(crate) fn content(case: &Case) -> Option<Vec<TensorRef>> {
        match T::Receipts::input(&case.key)? {
            Payload::Content { tensors, .. } => Some(tensors.into_inner()),
            Payload::Inline(_) => None,
        }
    }

    /// Everything that must hold for a piece, whoever sends it. What is hashed comes last.
    pub(crate) fn check_piece(
        id: AuditId,
        tensor: u32,
        first: u32,
        bytes: &InlineBytes,
        proof: &[H256],
    ) -> Result<(Audit, Piece), Error<T>> {
        let audit = Self::audit(id)?;
        ensure!(matches!(audit.state, AuditState::Showing { .. }), Error::<T>::NotAskedFor);
        let tensors = Self::content(&audit.case).ok_or(Error::<T>::NotAskedFor)?;
        let mut all = pieces(&tensors).ok_or(Error::<T>::NotAskedFor)?.into_iter();
        let piece = all.find(|p| p.tensor == tensor && p.first == first).ok_or(Error::<T>::NoSuchPiece)?;
        let shown = Pieces::<T>::contains_key(AuditKey::from(id), PieceKey::from(piece.number));
        ensure!(!shown, Error::<T>::AlreadyShown);
        let wanted = tensors.get(tensor as usize).ok_or(Error::<T>::NoSuchPiece)?;
        ensure!(bytes.len() as u64 == piece.bytes, Error::<T>::WrongPiece);
        wanted.verify::<HostBlake2b>(first.into(), bytes, proof).map_err(|_| Error::<T>::WrongPiece)?;
        // As of inputs that travel with their call: an auditor's engine would refuse it.
        let is_bool = wanted.dtype != DType::Bool || bytes.iter().all(|byte| *byte <= 1);
        ensure!(is_bool, Error::<T>::NotBool);
        Ok((audit, piece))
    }

    pub(crate) fn do_show(id: AuditId, tensor: u32, first: u32, bytes: InlineBytes, proof: &[H256]) -> DispatchResult {
        let (audit, piece) = Self::check_piece(id, tensor, first, &bytes, proof)?;
        let AuditState::Showing { missing, deadline } = audit.state else {
            return Err(Error::<T>::NotAskedFor.into());
        };
        let missing = missing.saturating_sub(1);
        let key = AuditKey::from(id);
        Pieces::<T>::insert(key, PieceKey::from(piece.number), bytes);
        if missing > 0 {
            Audits::<T>::insert(key, Audit { state: AuditState::Showing { missing, deadline }, ..audit });
        } else {
            // The audit is due: the hook draws the next auditor, whoever sent the last piece.
            Self::unlist(id, &audit.state);
            let deadline = deadline.min(T::Clock::now());
            Self::put(id, Audit { state: AuditState::Showing { missing, deadline }, ..audit });
        }
        Self::deposit_event(Event::PieceShown { audit: id, tensor, first, missing });
        Ok(())
    }

    /// The host did not show its inputs, between two rounds: it is convicted, as one that does not open a drawn call.
    pub(crate) fn convict(id: AuditId, case: Case) {
        // It lost everything that answers for this receipt when the session was overturned.
        if T::Receipts::is_overturned(&case.key) {
            return Self::end(id, case, AuditResult::Inconclusive, None);
        }
        let convicted = with_storage_layer(|| -> Result<(), DispatchError> {
            let key = case.key.clone();
            let compensation = T::Receipts::receipt(&key).map_or(0, |open| open.receipt.draft.insured);
            let order = SlashOrder { requester: case.requester.clone(), compensation, challenger: None, costs: 0 };
            // The liability covers the receipt as long as it is open, so the stake is slashed first.
            let slashed = T::Stake::slash(&key.host, &order);
            // Before the receipt goes, which would drop the audit.
            Self::end(id, case.clone(), AuditResult::Withheld, None);
            let Overturned { refunded } = T::Receipts::overturn(&key)?;
            Self::deposit_event(Event::InputWithheld { audit: id, key, slashed, refunded });
            Ok(())
        });
        if convicted.is_err() {
            frame_support::defensive!("a receipt that is audited can be overturned");
            Self::end(id, case, AuditResult::Inconclusive, None);
        }
    }

    /// Whether any piece of an audit is on chain.
    pub(crate) fn has_pieces(key: AuditKey) -> bool {
        Pieces::<T>::iter_key_prefix(key).next().is_some()
    }

    /// Pieces that are not on chain yet.
    pub(crate) fn missing(id: AuditId, tensors: &[TensorRef]) -> impl Iterator<Item = Piece> {
        let key = AuditKey::from(id);
        let all = pieces(tensors).unwrap_or_default().into_iter();
        all.filter(move |piece| !Pieces::<T>::contains_key(key, PieceKey::from(piece.number)))
    }

    /// The bytes of inputs that were shown, one after the other.
    pub(crate) fn shown(id: AuditId, tensors: &[TensorRef]) -> Option<Vec<Vec<u8>>> {
        let mut inputs: Vec<Vec<u8>> = tensors.iter().map(|_| Vec::new()).collect();
        for piece in pieces(tensors)? {
            let bytes = Pieces::<T>::get(AuditKey::from(id), PieceKey::from(piece.number))?;
            inputs.get_mut(piece.tensor as usize)?.extend_from_slice(&bytes);
        }
        Some(inputs)
    }
}
