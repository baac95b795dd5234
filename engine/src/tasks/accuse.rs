//! Finding what shows that another host's receipt is false.

use super::{
    pursuit::{Look, Pursuit, Suspect},
    TaskRefusal,
};
use crate::{engine::Engine, traces::in_order};
use candor_primitives::{
    worker::{Demand, TaskDone},
    Payload, Receipt,
};
use candor_verifier::audit::AuditOptions;
use sp_core::H256;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Most parts that are asked for in a row.
const MOST_PARTS: usize = 64;
/// Longest waiting for the host in one try, whatever it shows.
const IN_ALL: Duration = Duration::from_secs(60);

impl Engine {
    pub(super) async fn accuse(
        &self,
        receipt: &Receipt,
        input: &Payload,
        (outputs, trace): (&[H256], &[H256]),
        endpoint: &[u8],
        opened: &[(Demand, Vec<u8>)],
    ) -> Result<TaskDone, TaskRefusal> {
        let call = self.task_call(&receipt.draft, input).await?;
        let inputs = in_order(&call.loaded.spec, &call.loaded.judged, call.inputs)?;
        let suspect = Suspect {
            library: self.library,
            judged: call.loaded.judged.clone(),
            threads: self.profile.threads,
            options: AuditOptions { memory: self.config.trace_memory, ..AuditOptions::default() },
            inputs,
            receipt: receipt.clone(),
            input: input.clone(),
            outputs: outputs.to_vec(),
        };
        let trace = trace.to_vec();
        let own = self.compute(move || {
            let own = suspect.own_run(&mut |_, _| ())?;
            Pursuit::new(suspect, own, trace)
        });
        let pursuit = Arc::new(own.await??);
        for (demand, bytes) in opened {
            if !pursuit.opened(demand, bytes) {
                tracing::warn!(?demand, "what was opened on chain does not answer the demand");
            }
        }
        let until = Instant::now() + IN_ALL;
        for _ in 0..MOST_PARTS {
            let looking = pursuit.clone();
            let demand = match self.compute(move || looking.look()).await?? {
                Look::Evidence(evidence) => return Ok(TaskDone::Evidence(codec::Encode::encode(&*evidence))),
                Look::Nothing(reason) => {
                    tracing::info!("{reason}");
                    return Ok(TaskDone::Nothing);
                },
                Look::Needs(demand) => demand,
            };
            if Instant::now() >= until || !pursuit.ask(endpoint, demand).await {
                return Ok(TaskDone::Needs(demand));
            }
        }
        Err(TaskRefusal::Audit("the host shows its trace in too many parts".into()))
    }
}
