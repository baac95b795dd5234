//! The inputs of a call: checked against the release, fetched where they travel by content id.

use crate::{
    engine::{Engine, Refusal},
    sessions::Loaded,
    tensors::TensorData,
};
use bytes::Bytes;
use candor_primitives::{DType, Payload, ReceiptDraft, TensorRef};
use sp_core::H256;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Fetched inputs that may be in memory at the same time: so many calls of the largest size.
const LARGEST_INPUTS: u64 = 4;
/// Memory is counted in KiB.
const KIB: u64 = 1 << 10;

/// Memory for the fetched inputs of all calls, if those of one have `most` bytes.
pub(crate) fn memory(most: u64) -> Arc<Semaphore> {
    let permits = usize::try_from(kib(most.saturating_mul(LARGEST_INPUTS))).unwrap_or(usize::MAX);
    Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)))
}

impl Engine {
    /// The inputs with their bytes, and the memory that is held for those that were fetched.
    pub(crate) async fn inputs(
        &self,
        loaded: &Loaded,
        input: &Payload,
        draft: &ReceiptDraft,
    ) -> Result<(Vec<TensorData>, Option<OwnedSemaphorePermit>), Refusal> {
        let shapes = input.shapes();
        let fit = loaded.spec.fit_inputs(shapes.into_iter());
        match fit {
            // The chain has checked both: the description that is known here may not be the chain's.
            Err(error) => {
                self.releases.doubt(draft.release);
                return Err(Refusal::Input(format!("{error:?}")));
            },
            Ok((_, found)) if found != draft.units => {
                self.releases.doubt(draft.release);
                return Err(Refusal::Input(format!("it has {found} units, the draft says {}", draft.units)));
            },
            Ok(_) => {},
        }
        let (tensors, source) = match input {
            Payload::Inline(tensors) => return Ok((tensors.iter().map(TensorData::from).collect(), None)),
            Payload::Content { tensors, source } => (tensors, source),
        };
        let source = std::str::from_utf8(source).map_err(|e| Refusal::Input(e.to_string()))?;
        // A source that gives a byte now and then must not hold its place for ever.
        let time = self.config.deadline;
        let fetched = tokio::time::timeout(time, self.fetch(tensors, source)).await;
        fetched.map_err(|_| Refusal::Input(format!("it could not be fetched within {} s", time.as_secs())))?
    }

    /// Keep inputs that came by content id: whoever they came from may delete them.
    pub(crate) fn keep(
        &self,
        input: &Payload,
        inputs: &[TensorData],
    ) -> impl std::future::Future<Output = Result<(), Refusal>> + Send + 'static {
        let kept: Vec<(H256, Bytes)> = match input {
            Payload::Inline(_) => Vec::new(),
            Payload::Content { tensors, .. } => {
                tensors.iter().zip(inputs).map(|(t, data)| (t.root, data.data.clone())).collect()
            },
        };
        let store = self.store.clone();
        async move {
            for (root, data) in kept {
                store.put_output(root, data).await?;
            }
            Ok(())
        }
    }

    /// The tensors that are kept here, as a source.
    pub(crate) fn outputs_here(&self) -> String {
        format!("file://{}", self.config.data.join("outputs").canonicalize().unwrap_or_default().display())
    }

    /// The inputs of a call that was done before, checked, and the memory that is held for them.
    pub(crate) async fn kept(
        &self,
        input: &Payload,
    ) -> Result<(Vec<TensorData>, Option<OwnedSemaphorePermit>), Refusal> {
        match input {
            Payload::Inline(tensors) => Ok((tensors.iter().map(TensorData::from).collect(), None)),
            Payload::Content { tensors, source } => {
                let here = self.outputs_here();
                let kept = tensors.iter().all(|t| self.store.find_output(&t.root).is_some());
                let source = String::from_utf8_lossy(source);
                self.fetch(tensors, if kept { &here } else { &source }).await
            },
        }
    }

    async fn fetch(
        &self,
        tensors: &[TensorRef],
        source: &str,
    ) -> Result<(Vec<TensorData>, Option<OwnedSemaphorePermit>), Refusal> {
        let mut left = self.config.most_input;
        let declared = tensors.iter().try_fold(0u64, |sum, t| sum.checked_add(t.byte_len()?));
        let most = declared.unwrap_or(left).min(left);
        let permits = u32::try_from(kib(most)).unwrap_or(u32::MAX);
        let memory = self.memory.clone().acquire_many_owned(permits).await;
        let memory = memory.map_err(|error| Refusal::Machine(error.to_string()))?;
        let mut inputs = Vec::with_capacity(tensors.len());
        for tensor in tensors.iter() {
            let most = tensor.byte_len().unwrap_or(left);
            if most > left {
                return Err(Refusal::Input(format!("its tensors have more than {} bytes", self.config.most_input)));
            }
            let data = self.store.fetch_tensor(tensor, source, most).await?;
            // As the chain asks of inline inputs: kernels answer anything to other bytes.
            if tensor.dtype == DType::Bool && data.data.iter().any(|byte| *byte > 1) {
                return Err(Refusal::Input("it has a bool that is neither 0 nor 1".into()));
            }
            left = left.saturating_sub(data.data.len() as u64);
            inputs.push(data);
        }
        Ok((inputs, Some(memory)))
    }
}

const fn kib(bytes: u64) -> u64 {
    bytes.div_ceil(KIB)
}
