//! Conducts that lie, for tests of the protocol: the ordinary engine, told what to say instead of what it found.
//!
//! Every lie is told as well as a liar can: the trace that it shows follows from the lie wherever that is possible, it is the
//! same whenever it is asked for, and the receipt is signed by the right key. Part of no release: `candor-engine` knows the
//! honest conduct only.

mod lie;
mod values;

pub use lie::{Lie, LIES};

use candor_commitments::{Blake2b256, Hasher};
use candor_engine::conduct::{Call, Conduct, Ended, Question, Values};
use candor_primitives::{worker::TaskDone, Outcome, Receipt, ReceiptDraft, WorkerSignature};
use codec::Encode;
use sp_core::H256;
use std::{
    collections::HashMap,
    io::Write,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use values::Run;

/// Runs that are remembered, so that a trace is the one of the answer.
const REMEMBERED: usize = 64;

#[derive(Default)]
struct Memory {
    /// What was told of a call, by the id of its draft.
    told: HashMap<H256, Option<Values>>,
    /// The honest run of the call before, and which call that was.
    last: Option<(H256, Arc<Run>)>,
}

/// An engine that lies.
pub struct Liar {
    lie: Lie,
    memory: Mutex<Memory>,
}

impl Liar {
    /// Tell this lie.
    pub fn new(lie: Lie) -> Self {
        Self { lie, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is told of a call's values; nothing where they are the honest ones.
    fn told(&self, call: &Call<'_>) -> Option<Values> {
        let id = call.draft.id::<Blake2b256>();
        if let Some(known) = self.memory().told.get(&id) {
            return known.clone();
        }
        let told = self.tell(call, id).map(Arc::new);
        let mut memory = self.memory();
        if memory.told.len() >= REMEMBERED {
            memory.told.clear();
        }
        memory.told.insert(id, told.clone());
        told
    }

    fn tell(&self, call: &Call<'_>, id: H256) -> Option<Run> {
        match &self.lie {
            Lie::OtherModel(path) | Lie::StaleRelease(path) => values::of_file(call, path),
            Lie::Quantised => values::quantised(call),
            Lie::FlipOutput | Lie::WithholdInput => values::with_outputs(call, values::flip),
            Lie::FlipHidden(node) => values::flipped(call, *node),
            Lie::Noise => values::with_outputs(call, |t| values::floats(t, |n, f| f + noise(&id, n))),
            Lie::Rescaled(factor) => values::with_outputs(call, |t| values::floats(t, |_, f| f * factor)),
            Lie::Cached => self.before(call, id).and_then(|last| {
                let mut run = values::honest(call)?;
                for at in values::outputs(call) {
                    let cached = last.get(at)?.clone();
                    // An answer of another shape would be noticed at once.
                    let same = cached.as_ref()?.header == run.get(at)?.as_ref()?.header;
                    *run.get_mut(at)? = Some(cached?).filter(|_| same).or_else(|| run.get(at).cloned().flatten());
                }
                Some(run)
            }),
            Lie::StaleTrace => self.before(call, id).map(|last| (*last).clone()),
            _ => None,
        }
    }

    /// The honest run of the call before; remembers that of this one.
    fn before(&self, call: &Call<'_>, id: H256) -> Option<Arc<Run>> {
        let own = Arc::new(values::honest(call)?);
        let before = self.memory().last.replace((id, own));
        before.filter(|(of, _)| *of != id).map(|(_, run)| run)
    }
}

/// A little noise that is the same whenever it is asked for.
fn noise(id: &H256, n: usize) -> f32 {
    let bytes = Blake2b256::hash(&(id, n as u64).encode());
    f32::from(bytes.first().copied().unwrap_or(1)).max(1.0) / 2550.0
}

/// A hash out of nowhere, another one each time.
fn made_up(of: &impl Encode) -> H256 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    H256(Blake2b256::hash(&(of, now).encode()))
}

impl Conduct for Liar {
    fn answers(&self, question: Question) -> bool {
        !matches!(
            (&self.lie, question),
            (Lie::WithholdResult, Question::Result)
                | (Lie::WithholdDigest, Question::Digest)
                | (Lie::WithholdTrace, Question::Trace | Question::Opening)
                | (Lie::WithholdChunk, Question::Opening)
                | (Lie::WithholdSample, Question::Sample)
                | (Lie::WithholdInput, Question::Input)
        )
    }

    fn ended(&self, call: &Call<'_>, ended: Ended) -> Ended {
        match (&self.lie, ended) {
            (Lie::FalseFailure(node), _) => Err(Outcome::Failed { node: *node, index: 0 }),
            // The answer is right, but the run is remembered for the next call's trace.
            (Lie::StaleTrace, ended) => {
                self.told(call);
                ended
            },
            // The answer does not need the trace that is made up for it.
            (Lie::WithholdTrace | Lie::WithholdChunk, Ok(_)) => {
                let wrong = values::with_outputs(call, values::flip).and_then(|run| values::answer(call, &run));
                wrong.ok_or(Outcome::Failed { node: 0, index: 0 })
            },
            (_, Ok(outputs)) => Ok(self.told(call).and_then(|run| values::answer(call, &run)).unwrap_or(outputs)),
            (_, failed) => failed,
        }
    }

    fn values(&self, call: &Call<'_>) -> Option<Values> {
        match &self.lie {
            Lie::WithholdTrace | Lie::WithholdChunk => values::with_outputs(call, values::flip).map(Arc::new),
            _ => self.told(call),
        }
    }

    fn signed(&self, receipt: &Receipt, sign: &dyn Fn(&Receipt) -> WorkerSignature) {
        let Lie::Equivocate(path) = &self.lie else { return };
        let other = Receipt { draft: receipt.draft.clone(), outcome: Outcome::Output(made_up(receipt)) };
        let line = hex::encode((&other, sign(&other)).encode());
        let written = std::fs::OpenOptions::new().create(true).append(true).open(path);
        if let Err(error) = written.and_then(|mut file| writeln!(file, "{line}")) {
            tracing::warn!(%error, "the second receipt is lost");
        }
    }

    fn digest(&self, draft: &ReceiptDraft, own: bool, outcome: Outcome, digest: H256) -> (Outcome, H256) {
        match &self.lie {
            Lie::WrongDigest => (outcome, made_up(draft)),
            Lie::Asleep if !own => (outcome, made_up(draft)),
            Lie::CopiedDigest(path) if !own => (outcome, copied(path).unwrap_or(digest)),
            Lie::FalseAccusation if !own => (Outcome::Output(made_up(draft)), digest),
            _ => (outcome, digest),
        }
    }

    fn accusation(&self, _: &Receipt, found: TaskDone) -> TaskDone {
        found
    }
}

fn copied(path: &Path) -> Option<H256> {
    let text = std::fs::read_to_string(path).ok()?;
    let bytes = hex::decode(text.trim().trim_start_matches("0x")).ok()?;
    Some(H256(bytes.try_into().ok()?))
}
