//! Inputs that go over the chain: what a host shows of those of its calls, and what others take from there.

use super::TaskRefusal;
use crate::{
    engine::{Engine, Refusal},
    tensors::TensorData,
};
use candor_commitments::{open_data, Blake2b256};
use candor_primitives::{worker::TaskDone, Payload, ReceiptDraft, ReceiptPath, TensorRef};
use sp_core::H256;

fn machine(error: &dyn std::fmt::Display) -> TaskRefusal {
    TaskRefusal::Call(Refusal::Machine(error.to_string()))
}

impl Engine {
    /// Open `count` chunks from `first` of input `position` of a call that was answered here.
    pub(super) async fn show(
        &self,
        draft: &ReceiptDraft,
        input: &Payload,
        position: u32,
        (first, count): (u32, u32),
    ) -> Result<TaskDone, TaskRefusal> {
        let Payload::Content { tensors, source } = input else { return Err(TaskRefusal::Part) };
        let position = position as usize;
        let tensor = tensors.get(position).ok_or(TaskRefusal::Part)?;
        let data = match self.answered_input(draft, tensor, position).await? {
            Some(data) => data,
            // Nothing is lost yet if the requester has it still.
            None => {
                let source = String::from_utf8_lossy(source);
                let most = tensor.byte_len().unwrap_or(self.config.most_input);
                self.store.fetch_tensor(tensor, &source, most).await.map_err(Refusal::from)?
            },
        };
        let opened = tokio::task::spawn_blocking(move || {
            let (bytes, proof) = open_data::<Blake2b256>(&data.data, first.into(), count.into())?;
            let (bytes, proof) = (bytes.to_vec().try_into().ok()?, proof.into_iter().map(H256).collect());
            Some(TaskDone::Shown { bytes, proof })
        });
        opened.await.map_err(|e| machine(&e))?.ok_or(TaskRefusal::Part)
    }

    /// An input of a call that was answered here: every call's are kept, a session's in its file too.
    async fn answered_input(
        &self,
        draft: &ReceiptDraft,
        tensor: &TensorRef,
        position: usize,
    ) -> Result<Option<TensorData>, TaskRefusal> {
        if self.store.find_output(&tensor.root).is_some() {
            let most = tensor.byte_len().unwrap_or(self.config.most_input);
            match self.store.fetch_tensor(tensor, &self.outputs_here(), most).await {
                Ok(data) => return Ok(Some(data)),
                Err(error) => tracing::warn!(%error, root = ?tensor.root, "an input that was kept is damaged"),
            }
        }
        let ReceiptPath::Session { session, index } = draft.path else { return Ok(None) };
        let Some((session, index)) = self.ledger.get(session).zip(u32::try_from(index).ok()) else { return Ok(None) };
        let found = tokio::task::spawn_blocking(move || session.inputs(index));
        let inputs = found.await.map_err(|e| machine(&e))?.map_err(|e| machine(&e))?;
        let input = inputs.and_then(|inputs| inputs.into_iter().nth(position));
        Ok(input.filter(|input| input.root() == tensor.root))
    }

    /// Keep inputs that the chain has, for the run that is asked for and for the dispute that may follow.
    pub(super) async fn take_shown(&self, input: &Payload, shown: &[Vec<u8>]) -> Result<(), TaskRefusal> {
        let Payload::Content { tensors, .. } = input else { return Err(TaskRefusal::Part) };
        if tensors.len() != shown.len() {
            return Err(TaskRefusal::Part);
        }
        for (tensor, bytes) in tensors.iter().zip(shown) {
            let data = bytes.clone().into();
            let given = TensorData { dtype: tensor.dtype, shape: tensor.shape.clone(), data };
            if given.check().is_err() || given.root() != tensor.root {
                return Err(Refusal::Input("what the chain has of it has another root".into()).into());
            }
            self.store.put_output(tensor.root, given.data).await.map_err(Refusal::from)?;
        }
        Ok(())
    }
}
