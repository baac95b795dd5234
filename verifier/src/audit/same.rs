//! Audit by an auditor of the host's own profile: run, compare roots, find the first difference.

use super::{
    host::{self, HostTrace},
    source::Mixed,
    AuditError, Audited, Auditor, Claim, End, Progress, Proof, Sampled, Work,
};
use crate::{
    commit::{Arrangement, CommittedTensor, RootList},
    digest::audit_digest,
    evidence::{prove, prove_no_failure},
    judge::{judge_element, Tensors},
    lower::Source,
    roots::commit_run,
    run::TraceError,
    tensor::OwnedTensor,
};
use candor_adjudicator::evidence::Fault;
use candor_commitments::{Hash, TAG_TRACE};

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
        let own = match commit_run(self.judged, &self.tracer, inputs, &self.roots_options(), progress) {
            Ok(own) => own,
            // The run fails here too: as the receipt says.
            Err(TraceError::Run(_)) if matches!(claim.end, End::Failed { .. }) => {
                return Ok(Audited::Clean(Work::default()))
            },
            Err(error) => return Err(error.into()),
        };
        let work = Work { trace: own.list.root(), bytes: own.bytes, ..Work::default() };
        let same_outputs = match &claim.end {
            End::Outputs(list) => self.outputs_of(&own.list).as_deref() == Some(list.roots()),
            End::Failed { .. } => false,
        };
        if same_outputs && trace.is_none_or(|root| root == work.trace) {
            return Ok(Audited::Clean(work));
        }
        let roots = match host.roots() {
            Ok(roots) => RootList::new(TAG_TRACE, roots),
            Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
        };
        if trace.is_some_and(|root| root != roots.root()) || roots.count() != own.list.count() {
            return Ok(Audited::Withheld("the roots that the host shows are not those of its trace".into()));
        }
        if let Some(proof) = self.check_binding(claim, &roots)? {
            return Ok(Audited::Fault(Box::new(proof)));
        }
        if let End::Failed { node, index } = claim.end {
            return self.no_failure(claim, inputs, node, index, &roots, host);
        }
        let differs = own.list.roots().iter().zip(roots.roots()).position(|(a, b)| a != b);
        let Some(position) = differs else { return Ok(Audited::Clean(work)) };
        self.explain(claim, inputs, position as u32, &roots, host, work)
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
    fn tensors_of(&self, inputs: &[OwnedTensor], node: usize) -> Result<Tensors, AuditError> {
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
        self.tracer.run(inputs, &wanted, &mut |position, tensor| {
            let owned = OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?;
            tensors.values.iter_mut().skip(position).take(1).for_each(|t| *t = Some(owned.clone()));
            Ok(())
        })?;
        Ok(tensors)
    }

    /// The receipt says that the run failed, and here it does not.
    fn no_failure(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        node: u32,
        index: u64,
        roots: &RootList,
        host: &dyn HostTrace,
    ) -> Result<Audited, AuditError> {
        let tensors = self.tensors_of(inputs, node as usize)?;
        let elements = tensors.elements(&self.judged.graph, node as usize);
        let source = Mixed::new(self.judged, &tensors, roots, host, []);
        let evidence = prove_no_failure(&self.judged.commitment, node, index, &elements, &source)?;
        Ok(Audited::Fault(Box::new(self.proof(evidence, claim, roots)?)))
    }

    /// The first root that differs: which element of which value?
    fn explain(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        position: u32,
        roots: &RootList,
        host: &dyn HostTrace,
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
        let tensors = self.tensors_of(inputs, node)?;
        let Some(own) = tensors.values.get(value).and_then(Option::as_ref) else { return unexplained(work) };
        let arranged = judged.graph.values.get(value).and_then(|v| v.layouts.get(layout)).copied();
        let Some(arranged) = arranged else { return unexplained(work) };
        let claimed = match roots.roots().get(position as usize).map(|root| host::tensor(host, position, root)) {
            Some(Ok(claimed)) => claimed,
            Some(Err(withheld)) => return Ok(Audited::Withheld(withheld.0)),
            None => return unexplained(work),
        };
        let fault = |index| match layout {
            0 => Fault::Element { output: operand as u32, index },
            n => Fault::Layouts { output: made.is_some(), operand: operand as u32, first: 0, second: n as u32, index },
        };
        let show = |fault: Fault, tensors: &Tensors| -> Result<Proof, AuditError> {
            let elements = tensors.elements(&judged.graph, node);
            let source = Mixed::new(judged, tensors, roots, host, [position]);
            self.proof(prove(&judged.commitment, node as u32, fault, &elements, &source)?, claim, roots)
        };
        let mine = CommittedTensor::new(&own.header, &own.data, arranged);
        if (claimed.dtype, &claimed.dims) != (mine.dtype, &mine.dims) {
            let fault = if layout == 0 { Fault::Header { output: operand as u32 } } else { fault(0) };
            return Ok(Audited::Fault(Box::new(show(fault, &tensors)?)));
        }
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
                    return Ok(Audited::Fault(Box::new(show(fault(index), &tensors)?)));
                }
                let patched = patch(&tensors, value, index, b)?;
                let elements = patched.elements(&judged.graph, node);
                work.judged += 1;
                let found = judge_element(&judged.graph.nodes[node], &elements, operand, index);
                if found.is_ok_and(|f| !f.expected.admits(own.header.dtype, f.claimed)) {
                    let proof = show(fault(index), &patched)?;
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
