//! Opening a call that was drawn for audit.

use super::{Answer, Session};
use crate::{
    engine::{Engine, Refusal},
    receipts::Entry,
    tasks::TaskRefusal,
};
use candor_commitments::{leaf_hash, open, Blake2b256, Hash};
use candor_gateway::TensorData;
use candor_primitives::{
    tensor::list_root,
    worker::{Sample, WorkDone},
    Payload, ReceiptDraft, ReceiptPath, SessionId, Tensor, TensorRef, MAX_INLINE_SAMPLE,
};
use sp_core::H256;
use std::{io, sync::Arc};

/// What the file of a session says of a call.
struct Found {
    answer: Answer,
    inputs: Vec<TensorData>,
    proof: Vec<Hash>,
}

fn find(session: &Session, calls: u32, index: u32) -> io::Result<Option<Found>> {
    let Some(answer) = session.log.answer(index)? else { return Ok(None) };
    let inputs = session.log.inputs(answer.input)?;
    let Some(slots) = session.log.slots(0, calls)? else { return Ok(None) };
    let leaves: Vec<Hash> = slots.iter().map(|(hash, _)| leaf_hash::<Blake2b256>(hash)).collect();
    let proof = open::<Blake2b256>(&leaves, index.into(), 1);
    Ok(proof.map(|proof| Found { answer, inputs, proof }))
}

impl Session {
    /// The inputs of a call that was answered.
    pub(crate) fn inputs(&self, index: u32) -> io::Result<Option<Vec<TensorData>>> {
        self.log.answer(index)?.map(|answer| self.log.inputs(answer.input)).transpose()
    }
}

impl Engine {
    /// Open call `index` of a session against the commitment to its first `calls` receipts.
    pub(crate) async fn sample(&self, session: SessionId, calls: u32, index: u32) -> Result<Sample, TaskRefusal> {
        let found = self.ledger.get(session).filter(|_| index < calls).ok_or(TaskRefusal::Sample)?;
        let looked = tokio::task::spawn_blocking(move || find(&found, calls, index)).await;
        let machine = |e: &dyn std::fmt::Display| TaskRefusal::Call(Refusal::Machine(e.to_string()));
        let Found { answer, inputs, proof } =
            looked.map_err(|e| machine(&e))?.map_err(|e| machine(&e))?.ok_or(TaskRefusal::Sample)?;
        let roots: Vec<H256> = inputs.iter().map(TensorData::root).collect();
        if list_root::<Blake2b256>(roots.iter()) != answer.receipt.receipt.draft.input_root {
            return Err(machine(&"the inputs of the call are damaged"));
        }
        let input = self.sample_input(inputs).await?;
        self.adopt(&answer, &input).await?;
        let proof = proof.into_iter().map(H256).collect();
        Ok(Sample { receipt: answer.receipt, proof, input, outputs: answer.outputs })
    }

    /// Inline if it fits, else kept in the store and named by content id.
    async fn sample_input(&self, inputs: Vec<TensorData>) -> Result<Payload, TaskRefusal> {
        let too_many = || Refusal::Input("it has too many tensors".into());
        let bytes: u64 = inputs.iter().map(|t| t.data.len() as u64).sum();
        if bytes <= u64::from(MAX_INLINE_SAMPLE) {
            let inline: Option<Vec<Tensor>> = inputs.into_iter().map(TensorData::into_inline).collect();
            let tensors = inline.and_then(|t| t.try_into().ok()).ok_or_else(too_many)?;
            return Ok(Payload::Inline(tensors));
        }
        let refs: Vec<TensorRef> = inputs.iter().map(TensorData::to_ref).collect();
        for (input, tensor) in inputs.into_iter().zip(&refs) {
            self.store.put_output(tensor.root, input.data).await.map_err(Refusal::from)?;
        }
        Ok(Payload::Content { tensors: refs.try_into().map_err(|_| too_many())?, source: self.own_source()? })
    }

    /// From here on its trace may be asked for, as that of a job's receipt.
    async fn adopt(&self, answer: &Answer, input: &Payload) -> Result<(), TaskRefusal> {
        let receipt = &answer.receipt;
        let done = WorkDone { outcome: receipt.receipt.outcome, signature: receipt.signature, output: None };
        let (id, draft) = (receipt.receipt.draft.id::<Blake2b256>(), receipt.receipt.draft.clone());
        self.log.put_with(id, Entry { draft, done }, Some(input.clone())).await.map_err(Refusal::from)?;
        Ok(())
    }

    /// Let the trace of a call of this engine's sessions be asked for, if the draft is of one.
    pub(crate) async fn adopt_draft(&self, draft: &ReceiptDraft, input: &Payload) -> Result<(), TaskRefusal> {
        let ReceiptPath::Session { session, index } = draft.path else { return Ok(()) };
        let found: Option<(Arc<Session>, u32)> = self.ledger.get(session).zip(u32::try_from(index).ok());
        let Some(answer) = found.and_then(|(session, index)| session.log.answer(index).ok().flatten()) else {
            return Ok(());
        };
        match answer.receipt.receipt.draft == *draft {
            true => self.adopt(&answer, input).await,
            false => Ok(()),
        }
    }
}
