//! Audit by an auditor of the host's own profile: run, compare roots, find the first difference.

use super::{
    host::{self, HostTrace},
    source::Mixed,
    AuditError, Audited, Auditor, Claim, End, OwnRun, Progress, Proof, Sampled, Work,
};
use crate::{
    commit::{Arrangement, CommittedTensor, RootList},
    digest::audit_digest,
    evidence::{prove, prove_no_failure, prove_stopped, ProveError},
    failure::{self, Failure},
    judge::{judge_element, Tensors},
    lower::Source,
    roots::{commit_run, commit_run_before},
    run::{Shown, SinkResult, TraceError},
    tensor::{byte_len, OwnedTensor},
};
use candor_adjudicator::evidence::{header, EvidenceError, Fault, UNMADE};
use candor_commitments::{Hash, TAG_TRACE};
use std::sync::Arc;

/// Most elements of one value that are looked at before giving up.
const MOST_LOOKS: usize = 4096;

impl Auditor<'_> {
    /// Run the model and compare how it ends with the receipt. The digest of the run, for the `seed` that the chain drew for
    /// this audit, shows that it was run.
    pub fn sample(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        seed: &Hash,
        progress: Progress<'_>,
    ) -> Result<Sampled, AuditError> {
        self.check_inputs(claim, inputs)?;
        let own = audit_digest(seed, self.judged, &self.tracer, inputs, &self.roots_options(), progress)?;
        let clean = match (&claim.end, &own.end) {
            (End::Outputs(claimed), End::Outputs(own)) => claimed.roots() == own.roots(),
            (End::Failed { .. }, End::Failed { .. }) => true,
            _ => false,
        };
        Ok(Sampled { clean, own })
    }

    /// Run the model, commit to the run, compare with the receipt and with `trace`, the root of the host's trace as far as
    /// it is known. Only if something differs is the host asked for anything.
    pub fn compare(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        trace: Option<Hash>,
        host: &dyn HostTrace,
        progress: Progress<'_>,
    ) -> Result<Audited, AuditError> {
        self.check_inputs(claim, inputs)?;
        match self.own_run(inputs, progress) {
            Ok(own) => self.compare_own(claim, inputs, &own, trace, host),
            // The run fails here too, if at no element that could be named: as the receipt says.
            Err(AuditError::Run(TraceError::Run(_))) if matches!(claim.end, End::Failed { .. }) => {
                Ok(Audited::Clean(Work::default()))
            },
            Err(error) => Err(error),
        }
    }

    /// The auditor's own run, committed to.
    pub fn own_run(&self, inputs: &[OwnedTensor], progress: Progress<'_>) -> Result<OwnRun, AuditError> {
        let (judged, tracer, options) = (self.judged, &self.tracer, self.roots_options());
        let error = match commit_run(judged, tracer, inputs, &options, progress) {
            Ok(roots) => return Ok(OwnRun { roots, fails: None }),
            Err(TraceError::Run(error)) => error,
            Err(error) => return Err(error.into()),
        };
        let found = failure::find(judged, tracer, inputs, failure::named(&judged.graph, &error))?;
        let fails = found.ok_or(TraceError::Run(error))?;
        let roots = commit_run_before(judged, tracer, fails.node, inputs, &options, progress)?;
        Ok(OwnRun { roots, fails: Some(fails) })
    }

    /// [`Self::compare`], with the own run at hand: where the host shows piece by piece what is asked of it, this is asked
    /// again with each piece.
    pub fn compare_own(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        own: &OwnRun,
        trace: Option<Hash>,
        host: &dyn HostTrace,
    ) -> Result<Audited, AuditError> {
        self.check_inputs(claim, inputs)?;
        let list = &own.roots.list;
        let work = Work { trace: list.root(), bytes: own.roots.bytes, ..Work::default() };
        let right = match (&claim.end, own.fails) {
            (End::Outputs(claimed), None) => self.outputs_of(list).as_deref() == Some(claimed.roots()),
            // What a failed run went through on its way is nobody's loss.
            (End::Failed { node, index }, Some(f)) if (*node, *index) == (f.node, f.index) => {
                return Ok(Audited::Clean(work))
            },
            _ => false,
        };
        if right && trace.is_none_or(|root| root == work.trace) {
            return Ok(Audited::Clean(work));
        }
        let roots = match host.roots() {
            Ok(roots) => RootList::new(TAG_TRACE, roots),
            Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
        };
        if trace.is_some_and(|root| root != roots.root()) || roots.count() != list.count() {
            return Ok(Audited::Withheld("the roots that the host shows are not those of its trace".into()));
        }
        if let Some(proof) = self.check_binding(claim, &roots)? {
            return Ok(Audited::Fault(Box::new(proof)));
        }
        let graph = &self.judged.graph;
        if let End::Failed { node, .. } = claim.end {
            let first = graph.values.get(failure::values_before(graph, node as usize)).map(|v| v.first_root as usize);
            let mut before = roots.roots().iter().take(first.unwrap_or(0));
            if let Some(position) = before.position(|root| *root == UNMADE) {
                let evidence = prove_stopped(&self.judged.commitment, node, position as u32, &roots)?;
                return Ok(Audited::Fault(Box::new(self.proof(evidence, claim, &roots)?)));
            }
        }
        // Values that both runs have: none after a failure.
        let mut end = own.fails.map_or(graph.values.len(), |f| failure::values_before(graph, f.node as usize));
        if let End::Failed { node, .. } = claim.end {
            end = end.min(failure::values_before(graph, node as usize));
        }
        let until = graph.values.get(end).map_or(list.roots().len(), |v| v.first_root as usize);
        let differs = list.roots().iter().zip(roots.roots()).take(until).position(|(a, b)| a != b);
        if let Some(position) = differs {
            return self.explain(claim, inputs, own.fails, position as u32, Theirs { roots: &roots, host }, work);
        }
        match (&claim.end, own.fails) {
            // Beyond the node that fails there is nothing: not even what another one could fail of.
            (End::Failed { node, .. }, Some(f)) if *node > f.node && (*node as usize) < graph.nodes.len() => {
                self.no_output(claim, inputs, f, &roots, host)
            },
            (End::Failed { node, index }, own) => self.no_failure(claim, inputs, own, (*node, *index), &roots, host),
            (End::Outputs(_), Some(failure)) => self.no_output(claim, inputs, failure, &roots, host),
            (End::Outputs(_), None) => Ok(Audited::Clean(work)),
        }
    }

    /// Roots of the outputs in a trace.
    fn outputs_of(&self, trace: &RootList) -> Option<Vec<Hash>> {
        let root = |source: &Source| match source {
            Source::Value(value) => {
                trace.roots().get(self.judged.graph.values.get(*value)?.first_root as usize).copied()
            },
            Source::Weight(_) => None,
        };
        self.judged.graph.outputs.iter().map(root).collect()
    }

    /// Own tensors of a node: what it reads and makes.
    fn tensors_of(&self, inputs: &[OwnedTensor], fails: Option<Failure>, node: usize) -> Result<Tensors, AuditError> {
        let graph = &self.judged.graph;
        let mut tensors = Tensors { weights: vec![None; graph.weights.len()], values: vec![None; graph.values.len()] };
        let Some(wiring) = graph.wiring.get(node) else { return Ok(tensors) };
        let mut wanted: Vec<usize> = wiring.outputs.iter().flatten().copied().collect();
        for source in wiring.inputs.iter().flatten() {
            match source {
                Source::Value(value) => wanted.push(*value),
                Source::Weight(at) => {
                    let weight = graph.weights.get(*at);
                    let tensor = weight.and_then(|w| w.tensor().ok());
                    let name = || weight.map_or_else(String::new, |w| w.value.name.clone());
                    let tensor = tensor.ok_or_else(|| AuditError::Weight(name()))?;
                    tensors.weights.iter_mut().skip(*at).take(1).for_each(|t| *t = Some(tensor.clone()));
                },
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut take = |shown: &[Shown<'_>]| -> SinkResult {
            for s in shown {
                let owned = OwnedTensor::new(s.tensor.header.clone(), s.logical()?.into_owned())?;
                tensors.values.iter_mut().skip(s.position).take(1).for_each(|t| *t = Some(owned.clone()));
            }
            Ok(())
        };
        match fails {
            None => self.tracer.run_shown(inputs, &wanted, &mut take)?,
            Some(failure) => {
                let end = failure::values_before(graph, failure.node as usize);
                wanted.retain(|value| *value < end);
                self.tracer.run_before(failure.node as usize, inputs, &wanted, &mut take)?;
            },
        }
        Ok(tensors)
    }

    /// The receipt says that the run failed, and here it does not.
    fn no_failure(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        fails: Option<Failure>,
        (node, index): (u32, u64),
        roots: &RootList,
        host: &dyn HostTrace,
    ) -> Result<Audited, AuditError> {
        let tensors = self.tensors_of(inputs, fails, node as usize)?;
        let elements = tensors.elements(&self.judged.graph, node as usize);
        let source = Mixed::new(self.judged, &tensors, roots, host, []);
        let evidence = prove_no_failure(&self.judged.commitment, node, index, &elements, &source)?;
        Ok(Audited::Fault(Box::new(self.proof(evidence, claim, roots)?)))
    }

    /// The receipt tells of outputs, and here the run fails: the host's value at the element that has none.
    fn no_output(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        failure: Failure,
        roots: &RootList,
        host: &dyn HostTrace,
    ) -> Result<Audited, AuditError> {
        let (judged, node) = (self.judged, failure.node as usize);
        let missing = |what| AuditError::Prove(ProveError::Unknown(what));
        let made = judged.graph.wiring.get(node).and_then(|w| *w.outputs.first()?);
        let made = made.ok_or_else(|| missing("output"))?;
        let position = judged.graph.values.get(made).map_or(0, |v| v.first_root);
        let root = roots.roots().get(position as usize).ok_or_else(|| missing("root"))?;
        let claimed = match host::header(host, position, root) {
            Ok(claimed) => claimed,
            Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
        };
        let read = failure::read_by(judged, &self.tracer, inputs, node)?;
        let mut tensors = read.ok_or_else(|| missing("input"))?;
        let definition = judged.graph.nodes.get(node).ok_or_else(|| missing("node"))?;
        let expected = header(definition, &tensors.elements(&judged.graph, node), 0).map_err(EvidenceError::from)?;
        let same = (claimed.dtype, claimed.dims.as_slice()) == (expected.dtype, expected.dims.as_slice());
        // What stands there does not matter: nothing is right at this element.
        let blank = vec![0; byte_len(&expected).unwrap_or(0)];
        let blank = OwnedTensor::new(expected, blank).map_err(|_| missing("output"))?;
        tensors.values.iter_mut().skip(made).take(1).for_each(|t| *t = Some(blank.clone()));
        let fault = match same {
            true => Fault::Element { output: 0, index: failure.index },
            false => Fault::Header { output: 0 },
        };
        let elements = tensors.elements(&judged.graph, node);
        let mut source = Mixed::new(judged, &tensors, roots, host, [position]);
        if !same {
            source = source.with(position, claimed);
        }
        match prove(&judged.commitment, node as u32, fault, &elements, &source) {
            Ok(evidence) => Ok(Audited::Fault(Box::new(self.proof(evidence, claim, roots)?))),
            Err(ProveError::Source(reason)) => Ok(Audited::Withheld(reason)),
            Err(error) => Err(error.into()),
        }
    }

    /// The first root that differs: which element of which value?
    fn explain(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        fails: Option<Failure>,
        position: u32,
        Theirs { roots, host }: Theirs<'_>,
        work: Work,
    ) -> Result<Audited, AuditError> {
        let judged = self.judged;
        let unexplained = |work| {
            let value = judged.value_at(position).and_then(|(v, _)| judged.graph.values.get(v));
            Ok(Audited::Unexplained { value: value.map_or_else(String::new, |v| v.name.clone()), work })
        };
        let Some((value, layout)) = judged.value_at(position) else { return unexplained(work) };
        // The node that makes the value; for an input of the graph, one that reads it.
        let made = judged.node_of(value);
        let Some((node, operand)) = made.or_else(|| judged.reader_of(value)) else { return unexplained(work) };
        let tensors = self.tensors_of(inputs, fails, node)?;
        let Some(own) = tensors.values.get(value).and_then(Option::as_ref) else { return unexplained(work) };
        let arranged = judged.graph.values.get(value).and_then(|v| v.layouts.get(layout)).copied();
        let Some(arranged) = arranged else { return unexplained(work) };
        let Some(root) = roots.roots().get(position as usize) else { return unexplained(work) };
        let shown = match host::header(host, position, root) {
            Ok(shown) => shown,
            Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
        };
        let fault = |index| match layout {
            0 => Fault::Element { output: operand as u32, index },
            n => Fault::Layouts { output: made.is_some(), operand: operand as u32, first: 0, second: n as u32, index },
        };
        let show = |fault: Fault, tensors: &Tensors, bare: Option<Arc<CommittedTensor>>| -> Result<Proof, AuditError> {
            let elements = tensors.elements(&judged.graph, node);
            let mut source = Mixed::new(judged, tensors, roots, host, [position]);
            if let Some(bare) = bare {
                source = source.with(position, bare);
            }
            self.proof(prove(&judged.commitment, node as u32, fault, &elements, &source)?, claim, roots)
        };
        let mine = CommittedTensor::new(&own.header, &own.data, arranged);
        if (shown.dtype, &shown.dims) != (mine.dtype, &mine.dims) {
            // The shape may be absurd: nothing else of the tensor is asked for.
            let fault = if layout == 0 { Fault::Header { output: operand as u32 } } else { fault(0) };
            return Ok(Audited::Fault(Box::new(show(fault, &tensors, Some(shown))?)));
        }
        let claimed = match host::tensor(host, position, root) {
            Ok(claimed) => claimed,
            Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
        };
        let arrangement = Arrangement::new(&own.header, arranged);
        let size = own.header.dtype.size();
        let mut looked = 0;
        let mut work = work;
        let pairs = mine.leaves.iter().zip(&claimed.leaves).enumerate();
        for (chunk, _) in pairs.filter(|(_, (a, b))| a != b) {
            let theirs = match host::chunks(host, position, &claimed, chunk as u64, 1) {
                Ok(bytes) => bytes,
                Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
            };
            let (from, to) = claimed.span(chunk as u64, 1);
            let ours = arrangement.bytes(&own.data, from as usize, to as usize).into_owned();
            for (n, (a, b)) in ours.chunks(size).zip(theirs.chunks(size)).enumerate() {
                if a == b {
                    continue;
                }
                work.differing += 1;
                looked += 1;
                let index = arrangement.index(from / size as u64 + n as u64);
                if layout > 0 {
                    return Ok(Audited::Fault(Box::new(show(fault(index), &tensors, None)?)));
                }
                let patched = patch(&tensors, value, index, b)?;
                let elements = patched.elements(&judged.graph, node);
                work.judged += 1;
                let found = judge_element(&judged.graph.nodes[node], &elements, operand, index);
                if found.is_ok_and(|f| !f.expected.admits(own.header.dtype, f.claimed)) {
                    let proof = show(fault(index), &patched, None)?;
                    return Ok(Audited::Fault(Box::new(proof)));
                }
                if looked >= MOST_LOOKS {
                    return unexplained(work);
                }
            }
        }
        unexplained(work)
    }
}

/// The host's trace: its roots, and who shows what leads to them.
struct Theirs<'a> {
    roots: &'a RootList,
    host: &'a dyn HostTrace,
}

/// The tensors with one element of a value replaced.
fn patch(tensors: &Tensors, value: usize, index: u64, bytes: &[u8]) -> Result<Tensors, AuditError> {
    let mut patched = tensors.clone();
    if let Some(Some(tensor)) = patched.values.get_mut(value) {
        let mut data = tensor.data.to_vec();
        let at = index as usize * bytes.len();
        if let Some(to) = data.get_mut(at..at + bytes.len()) {
            to.copy_from_slice(bytes);
        }
        tensor.data = data.into();
    }
    Ok(patched)
}
