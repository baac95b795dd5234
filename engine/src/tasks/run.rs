//! What tasks do: runs, again.

use super::{id, open, TaskRefusal};
use crate::{
    conduct::Question,
    engine::{Engine, Refusal},
    sessions::Loaded,
    tensors::TensorData,
    traces::{in_order, Run},
};
use candor_commitments::Blake2b256;
use candor_primitives::{
    worker::{Demand, Task, TaskDone},
    Outcome, Payload, ReceiptDraft,
};
use candor_verifier::{audit::End, digest::audit_digest, roots::RootsOptions};
use sp_core::H256;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A call that a task is about, ready to be run.
pub(super) struct TaskCall {
    pub(super) loaded: Arc<Loaded>,
    pub(super) inputs: Vec<TensorData>,
    /// Memory that is held for fetched inputs.
    pub(super) memory: Option<OwnedSemaphorePermit>,
}

impl Engine {
    /// Do a task.
    pub(super) async fn perform(&self, task: &Task) -> Result<TaskDone, TaskRefusal> {
        let answers = match task {
            Task::Digest { .. } | Task::DigestShown { .. } => self.conduct.answers(Question::Digest),
            Task::Trace { .. } => self.conduct.answers(Question::Trace),
            Task::Open { .. } => self.conduct.answers(Question::Opening),
            Task::Sample { .. } => self.conduct.answers(Question::Sample),
            Task::Show { .. } => self.conduct.answers(Question::Input),
            Task::Accuse { .. } => true,
        };
        if !answers {
            return Err(Refusal::Conduct.into());
        }
        match task {
            Task::Digest { draft, input, seed } => self.digest(draft, input, *seed).await,
            Task::DigestShown { draft, input, shown, seed } => {
                self.take_shown(input, shown).await?;
                self.digest(draft, input, *seed).await
            },
            Task::Trace { draft, input } => {
                self.adopt_draft(draft, input).await?;
                self.trace(draft, input).await.map(TaskDone::Trace)
            },
            Task::Open { draft, input, part } => self.open(draft, input, *part).await.map(TaskDone::Opened),
            Task::Accuse { receipt, input, outputs, trace, endpoint, opened } => {
                let found = self.accuse(receipt, input, (outputs, trace), endpoint, opened).await?;
                Ok(self.conduct.accusation(receipt, found))
            },
            Task::Sample { session, calls, index } => self.sample(*session, *calls, *index).await.map(TaskDone::Sample),
            Task::Show { draft, input, tensor, first, count } => {
                self.show(draft, input, *tensor, (*first, *count)).await
            },
        }
    }

    /// Release and inputs of a call, whoever's it is.
    pub(super) async fn task_call(&self, draft: &ReceiptDraft, input: &Payload) -> Result<TaskCall, TaskRefusal> {
        if input.root::<Blake2b256>() != draft.input_root {
            return Err(Refusal::Input("its root is not the one of the draft".into()).into());
        }
        let loaded = self.ready(draft.release).await?;
        if loaded.variant != draft.variant {
            return Err(Refusal::Variant(draft.variant).into());
        }
        let shapes = input.shapes();
        if let Err(error) = loaded.spec.fit_inputs(shapes.into_iter()) {
            self.releases.doubt(draft.release);
            return Err(Refusal::Input(format!("{error:?}")).into());
        }
        let time = self.config.deadline;
        let fetched = tokio::time::timeout(time, self.kept(input)).await;
        let late = |_| Refusal::Input(format!("it could not be fetched within {} s", time.as_secs()));
        let (inputs, memory) = fetched.map_err(late)??;
        Ok(TaskCall { loaded, inputs, memory })
    }

    fn run_of(&self, draft: &ReceiptDraft, call: &TaskCall) -> Result<Run, TaskRefusal> {
        let told = self.conduct.values(&self.call(draft, &call.loaded, &call.inputs));
        let inputs = in_order(&call.loaded.spec, &call.loaded.judged, call.inputs.clone())?;
        let (library, threads, judged) = (self.library, self.profile.threads, call.loaded.judged.clone());
        Ok(Run { library, judged, threads, inputs, fails: None, told })
    }

    async fn digest(&self, draft: &ReceiptDraft, input: &Payload, seed: H256) -> Result<TaskDone, TaskRefusal> {
        let call = self.task_call(draft, input).await?;
        // Whoever served them may be accused next, and serve them no more.
        if let Err(error) = self.keep(input, &call.inputs).await {
            tracing::warn!(%error, "the inputs of an audited call cannot be kept for a dispute");
        }
        let inputs = in_order(&call.loaded.spec, &call.loaded.judged, call.inputs)?;
        let (library, threads, judged) = (self.library, self.profile.threads, call.loaded.judged.clone());
        let options = RootsOptions { memory: self.config.trace_memory };
        let found = self.compute(move || {
            let tracer = candor_verifier::run::Tracer::new(library, &judged.model, &judged.graph, threads);
            audit_digest(&seed.0, &judged, &tracer, &inputs, &options, &mut |_, _| ())
        });
        let found = found.await?.map_err(|e| TaskRefusal::Audit(e.to_string()))?;
        drop(call.memory);
        let outcome = match found.end {
            End::Outputs(list) => Outcome::Output(H256(list.root())),
            End::Failed { node, index } => Outcome::Failed { node, index },
        };
        let known = self.log.get(&draft.id::<Blake2b256>()).map_err(Refusal::from)?.is_some();
        let own = known || self.ledger.answered(draft);
        let (outcome, digest) = self.conduct.digest(draft, own, outcome, H256(found.digest));
        Ok(TaskDone::Digest { outcome, digest })
    }

    async fn trace(&self, draft: &ReceiptDraft, input: &Payload) -> Result<Vec<H256>, TaskRefusal> {
        let call = self.task_call(draft, input).await?;
        let mut run = self.run_of(draft, &call)?;
        let memory = self.config.trace_memory;
        let made = self.compute(move || run.roots_as_far(memory)).await??;
        Ok(made.list.roots().iter().map(|root| H256(*root)).collect())
    }

    async fn open(&self, draft: &ReceiptDraft, input: &Payload, part: Demand) -> Result<Vec<u8>, TaskRefusal> {
        let whole = Task::Trace { draft: draft.clone(), input: input.clone() };
        let known = id(&whole);
        let roots = match self.tasks.done(&known) {
            Some(TaskDone::Trace(roots)) => roots,
            _ => {
                let roots = self.trace(draft, input).await?;
                self.tasks.set(known, super::State::Done(TaskDone::Trace(roots.clone())));
                roots
            },
        };
        let call = self.task_call(draft, input).await?;
        let mut run = self.run_of(draft, &call)?;
        self.compute(move || open::open(&mut run, &roots, &part)).await?
    }
}
