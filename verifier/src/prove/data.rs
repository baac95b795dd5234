//! The data on which a node is proven: what it read and made in whole runs, and what it makes of adversarial inputs.

use super::{
    attack::{attack, varies, Attack, Random},
    makes, reads, rerunner,
    size::evidence_size,
    standing::Standing,
    ProveError, ProveOptions, MIN_ELEMENTS,
};
use crate::{
    judge::{JudgeOptions, Tensors},
    library::Library,
    lower::{Graph, Source},
    onnx::OnnxModel,
    run::{RerunSession, TraceError},
    tensor::OwnedTensor,
};
use candor_adjudicator::{ArrayElements, DType};
use std::collections::BTreeMap;

/// Rounds of adversarial data per call, at least: with six calls, every attack comes twice.
const ROUNDS: u64 = 5;
/// Most rounds of the cheapest call, where what is missing is made up for.
const MOST_ROUNDS: u64 = 1 << 17;
/// Most rounds of other calls; and of all for nodes whose elements are copies, integers or single operations.
const FEWER_ROUNDS: u64 = 1 << 12;
/// Bytes of adversarial data per node and call, beyond the first rounds.
const MOST_BYTES: u64 = 1 << 29;
/// Elements of a round, at least.
const ROUND_ELEMENTS: u64 = 256;

/// Operators whose floating-point inputs say how large their outputs are, or how long they run.
const SIZED: [&str; 12] = [
    "Range",
    "Resize",
    "Upsample",
    "OneHot",
    "RoiAlign",
    "MaxRoiPool",
    "CropAndResize",
    "MelWeightMatrix",
    "Shape",
    "Size",
    "NonMaxSuppression",
    "ConstantOfShape",
];

/// One graph and how it is proven.
pub(super) struct Data<'a> {
    library: &'static Library,
    model: &'a OnnxModel,
    graph: &'a Graph,
    options: &'a ProveOptions,
    calls: u64,
}

impl<'a> Data<'a> {
    pub(super) fn new(
        library: &'static Library,
        model: &'a OnnxModel,
        graph: &'a Graph,
        options: &'a ProveOptions,
        calls: usize,
    ) -> Self {
        Self { library, model, graph, options, calls: calls as u64 }
    }

    /// Judge a node on one call: the run's own values, then adversarial ones of the same shapes.
    pub(super) fn prove(&self, standing: &mut Standing, call: usize, tensors: &Tensors) -> Result<(), ProveError> {
        if standing.is_refused() {
            return Ok(());
        }
        let node = standing.proof.node;
        // The cheapest call, the last one, gets what the others could not give, and a little of its own.
        let all = self.options.elements.max(MIN_ELEMENTS);
        let last = call as u64 + 1 == self.calls;
        let rest = all.saturating_sub(standing.proof.judged);
        let small = all.div_ceil(4 * self.calls);
        let wanted = if last { rest } else { rest.div_ceil((self.calls - 1 - call as u64).max(1)) }.max(small);
        for at in reads(self.graph, node) {
            let Some(tensor) = tensors.values.get(at).and_then(|v| v.as_ref()) else { continue };
            let fewer = standing.pools.get(&at).is_none_or(|pool| pool.header.count() < tensor.header.count());
            if fewer && !tensor.header.dtype.is_float() {
                standing.pools.insert(at, tensor.clone());
            }
        }
        let varies = |at| match standing.pools.get(&at).or_else(|| tensors.values.get(at)?.as_ref()) {
            Some(tensor) => varies(tensor),
            None => false,
        };
        let attackable = !SIZED.contains(&standing.proof.operator.as_str()) && reads(self.graph, node).any(varies);
        let share = if attackable { wanted.div_ceil(2) } else { wanted };
        let before = standing.proof.judged;
        let judge = JudgeOptions { sample: Some(share), examples: 1, ..Default::default() };
        let elements = tensors.elements(self.graph, node);
        standing.judge(&elements, false, &judge);
        match evidence_size(self.graph, standing, tensors, &elements) {
            Ok(bytes) => standing.proof.evidence = standing.proof.evidence.max(bytes),
            Err(reason) => standing.refuse(reason),
        }
        if !attackable || standing.is_refused() {
            return Ok(());
        }
        let wanted = wanted.saturating_sub(standing.proof.judged.saturating_sub(before)).max(share);
        let most = if last && !standing.proof.always { MOST_ROUNDS } else { FEWER_ROUNDS };
        self.attack(standing, call as u64, tensors, wanted, most)
    }

    fn attack(
        &self,
        standing: &mut Standing,
        call: u64,
        tensors: &Tensors,
        wanted: u64,
        most: u64,
    ) -> Result<(), ProveError> {
        let node = standing.proof.node;
        let rerunner = rerunner(self.library, self.model, self.graph, self.options.threads);
        let mut session = rerunner.open(&[node], &mut |at| tensors.values.get(at)?.clone())?;
        let mut random = Random::new((node as u64) << 32 | call << 16 | 0xca11);
        let share = wanted.div_ceil(ROUNDS).max(ROUND_ELEMENTS);
        let (mut judged, mut bytes, mut idle) = (0u64, 0u64, 0u64);
        for round in 0..most {
            let enough = judged >= wanted || bytes > MOST_BYTES || idle >= 2 * ROUNDS;
            if standing.is_refused() || (enough && round >= ROUNDS) {
                break;
            }
            let inputs = self.inputs(standing, &session, tensors, call * ROUNDS + round, &mut random);
            bytes += inputs.values().map(|t| t.data.len() as u64).sum::<u64>();
            let Some(values) = self.rerun(&mut session, node, inputs)? else {
                idle += 1;
                continue;
            };
            let judge =
                JudgeOptions { sample: Some(share), shift: random.next() >> 16, examples: 1, ..Default::default() };
            let count = standing.judge(&self.elements(node, tensors, &values), true, &judge);
            idle = if count == 0 { idle + 1 } else { 0 };
            judged += count;
        }
        Ok(())
    }

    /// Inputs of a round: all of one attack at first, then of several; single numbers beside tensors mostly stay.
    fn inputs(
        &self,
        standing: &Standing,
        session: &RerunSession<'_>,
        tensors: &Tensors,
        round: u64,
        random: &mut Random,
    ) -> BTreeMap<usize, OwnedTensor> {
        let kinds = Attack::ALL.len() as u64;
        let traced = |at: &usize| Some((*at, tensors.values.get(*at)?.as_ref()?));
        let reads: Vec<(usize, &OwnedTensor)> = session.reads().iter().filter_map(traced).collect();
        let largest = reads.iter().filter(|(_, t)| varies(t)).map(|(_, t)| t.header.count()).max().unwrap_or(0);
        let made = reads.into_iter().enumerate().map(|(number, (at, tensor))| {
            let mixed = round / kinds % 2 == 1;
            let kind = if mixed { round + 5 * number as u64 } else { round } % kinds;
            let single = tensor.header.count() == 1 && largest > 1;
            let pool = standing.pools.get(&at).unwrap_or(tensor);
            let keep = !varies(pool) || (single && round % 4 != 3) || (mixed && number > 0 && random.below(4) == 0);
            let kind = Attack::ALL.get(kind as usize).copied().unwrap_or(Attack::Uniform);
            (at, if keep { tensor.clone() } else { attack(tensor, pool, kind, random) })
        });
        made.collect()
    }

    /// Run the node; `None` if it fails on these inputs, as some nodes do on some.
    fn rerun(
        &self,
        session: &mut RerunSession<'_>,
        node: usize,
        mut values: BTreeMap<usize, OwnedTensor>,
    ) -> Result<Option<BTreeMap<usize, OwnedTensor>>, ProveError> {
        let mut made = Vec::new();
        let ran = session.run(&mut |at| values.get(&at).cloned(), &mut |at, tensor| {
            made.push((at, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?));
            Ok(())
        });
        match ran {
            Ok(_) => {},
            Err(TraceError::Run(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        values.extend(made);
        // Bools that are neither 0 nor 1 have no meaning; no kernel makes them of those that have.
        let is_bool = |at: usize| values.get(&at).is_some_and(|t| t.header.dtype == DType::Bool);
        debug_assert!(makes(self.graph, node)
            .filter(|at| is_bool(*at))
            .all(|at| values[&at].data.iter().all(|b| *b < 2)));
        Ok(Some(values))
    }

    fn elements<'b>(
        &self,
        node: usize,
        tensors: &'b Tensors,
        values: &'b BTreeMap<usize, OwnedTensor>,
    ) -> ArrayElements<'b> {
        let Some(wiring) = self.graph.wiring.get(node) else { return ArrayElements::default() };
        let input = |source: Source| match source {
            Source::Weight(at) => tensors.weights.get(at)?.as_ref().map(OwnedTensor::view),
            Source::Value(at) => values.get(&at).map(OwnedTensor::view),
        };
        ArrayElements {
            inputs: wiring.inputs.iter().map(|s| s.and_then(input)).collect(),
            outputs: wiring.outputs.iter().map(|v| v.and_then(|at| values.get(&at)).map(OwnedTensor::view)).collect(),
        }
    }
}
