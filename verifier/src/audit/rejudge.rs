//! Audit by an auditor of another profile: rerun every node from the host's values, judge what differs.

use super::{
    host::{self, HostTrace},
    source::Mixed,
    AuditError, Audited, Auditor, Claim, Progress, Proof, Work,
};
use crate::{
    commit::{Arrangement, CommittedTensor, RootList},
    evidence::prove,
    judge::{judge_element, Tensors},
    lower::Source,
    run::TraceError,
    tensor::OwnedTensor,
};
use candor_adjudicator::{
    evidence::{header, Fault},
    Header,
};
use candor_commitments::{Hash, TAG_TRACE};
use rayon::prelude::*;
use std::collections::HashMap;

/// Most nodes that are rerun together.
const MOST_NODES: usize = 64;

enum Stop {
    Found(Audited),
    Error(AuditError),
}

impl<E: Into<AuditError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Auditor<'_> {
    /// Fetch the host's values, rerun every node from them, judge the elements that differ, at most
    /// [`super::AuditOptions::most`] a node.
    pub fn rejudge(
        &self,
        claim: &Claim,
        inputs: &[OwnedTensor],
        trace: Option<Hash>,
        host: &dyn HostTrace,
        progress: Progress<'_>,
    ) -> Result<Audited, AuditError> {
        self.check_inputs(claim, inputs)?;
        let roots = match host.roots() {
            Ok(roots) => RootList::new(TAG_TRACE, roots),
            Err(withheld) => return Ok(Audited::Withheld(withheld.0)),
        };
        if trace.is_some_and(|root| root != roots.root()) || roots.count() != self.judged.graph.trace_roots() {
            return Ok(Audited::Withheld("the roots that the host shows are not those of its trace".into()));
        }
        if let Some(proof) = self.check_binding(claim, &roots)? {
            return Ok(Audited::Fault(Box::new(proof)));
        }
        let work = Work { trace: roots.root(), ..Work::default() };
        let mut run = Run { auditor: self, claim, roots: &roots, host, tensors: Tensors::default(), work };
        match run.all(progress) {
            Ok(work) => Ok(Audited::Clean(work)),
            Err(Stop::Found(found)) => Ok(found),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

struct Run<'a> {
    auditor: &'a Auditor<'a>,
    claim: &'a Claim,
    roots: &'a RootList,
    host: &'a dyn HostTrace,
    tensors: Tensors,
    work: Work,
}

impl Run<'_> {
    fn all(&mut self, progress: Progress<'_>) -> Result<Work, Stop> {
        let graph = &self.auditor.judged.graph;
        self.tensors =
            Tensors::new(graph, vec![None; graph.values.len()]).map_err(|e| AuditError::Weight(e.to_string()))?;
        let last = self.last_readers();
        for value in 0..graph.inputs.len() {
            self.fetch(value)?;
        }
        let mut next = 0;
        while next < graph.nodes.len() {
            let from = next;
            let mut held: u64 = 0;
            while next < graph.nodes.len() && next - from < MOST_NODES && held < self.auditor.options.memory {
                for value in graph.wiring.get(next).map(|w| w.outputs.as_slice()).unwrap_or_default().iter().flatten() {
                    held += self.fetch(*value)?;
                }
                next += 1;
            }
            self.nodes(from, next)?;
            // What no later node reads is not needed any more.
            for (value, last) in last.iter().enumerate() {
                if last.is_none_or(|node| node < next) {
                    self.tensors.values.iter_mut().skip(value).take(1).for_each(|t| *t = None);
                }
            }
            progress(next, graph.nodes.len());
        }
        Ok(self.work)
    }

    /// For every value the last node that reads it.
    fn last_readers(&self) -> Vec<Option<usize>> {
        let graph = &self.auditor.judged.graph;
        let mut last = vec![None; graph.values.len()];
        for (node, wiring) in graph.wiring.iter().enumerate() {
            for source in wiring.inputs.iter().flatten() {
                if let Source::Value(value) = source {
                    last.iter_mut().skip(*value).take(1).for_each(|l| *l = Some(node));
                }
            }
        }
        last
    }

    /// Fetch a value of the host, and check that all its layouts hold the same. Returns its bytes.
    fn fetch(&mut self, value: usize) -> Result<u64, Stop> {
        let judged = self.auditor.judged;
        let Some(known) = judged.graph.values.get(value) else { return Ok(0) };
        let withheld = |e: host::Withheld| Stop::Found(Audited::Withheld(e.0));
        let root = |n: u32| self.roots.roots().get(n as usize).copied().unwrap_or_default();
        let Some(first) = known.layouts.first().copied() else { return Ok(0) };
        let committed = host::tensor(self.host, known.first_root, &root(known.first_root)).map_err(withheld)?;
        let bytes = host::chunks(self.host, known.first_root, &committed, 0, committed.chunks()).map_err(withheld)?;
        let axes = first.axes(committed.dims.len());
        let mut dims = vec![0; committed.dims.len()];
        for (axis, dim) in axes.iter().zip(&committed.dims) {
            dims.iter_mut().skip(*axis).take(1).for_each(|d| *d = *dim);
        }
        let Some(header) = Header::new(committed.dtype, dims) else { return Ok(0) };
        let natural = Arrangement::inverse(&header, first).bytes(&bytes, 0, bytes.len()).into_owned();
        let len = natural.len() as u64;
        let tensor = OwnedTensor::new(header, natural).map_err(|e| AuditError::Weight(e.to_string()))?;
        self.work.bytes += len;
        self.tensors.values.iter_mut().skip(value).take(1).for_each(|t| *t = Some(tensor.clone()));
        for (n, layout) in known.layouts.iter().enumerate().skip(1) {
            let position = known.first_root + n as u32;
            let mine = CommittedTensor::new(&tensor.header, &tensor.data, *layout);
            if mine.root != root(position) {
                return Err(self.layouts(value, n, &tensor, &mine)?);
            }
        }
        Ok(len)
    }

    /// Layout `n` of a value does not hold what the first one holds.
    fn layouts(&self, value: usize, n: usize, tensor: &OwnedTensor, mine: &CommittedTensor) -> Result<Stop, Stop> {
        let judged = self.auditor.judged;
        let withheld = |e: host::Withheld| Stop::Found(Audited::Withheld(e.0));
        let (Some(known), Some((node, operand, output))) = (
            judged.graph.values.get(value),
            judged
                .node_of(value)
                .map(|(n, o)| (n, o, true))
                .or_else(|| judged.reader_of(value).map(|(n, o)| (n, o, false))),
        ) else {
            return Ok(self.unexplained(value));
        };
        let position = known.first_root + n as u32;
        let root = self.roots.roots().get(position as usize).copied().unwrap_or_default();
        let theirs = host::tensor(self.host, position, &root).map_err(withheld)?;
        let mut index = 0;
        if (theirs.dtype, &theirs.dims) == (mine.dtype, &mine.dims) {
            let Some(chunk) = mine.leaves.iter().zip(&theirs.leaves).position(|(a, b)| a != b) else {
                return Ok(self.unexplained(value));
            };
            let bytes = host::chunks(self.host, position, &theirs, chunk as u64, 1).map_err(withheld)?;
            let (from, to) = theirs.span(chunk as u64, 1);
            let layout = known.layouts.get(n).copied().unwrap_or(candor_adjudicator::Layout::Natural);
            let arrangement = Arrangement::new(&tensor.header, layout);
            let ours = arrangement.bytes(&tensor.data, from as usize, to as usize);
            let size = tensor.header.dtype.size();
            let at = ours.chunks(size).zip(bytes.chunks(size)).position(|(a, b)| a != b).unwrap_or(0);
            index = arrangement.index(from / size as u64 + at as u64);
        }
        let fault = Fault::Layouts { output, operand: operand as u32, first: 0, second: n as u32, index };
        Ok(Stop::Found(Audited::Fault(Box::new(self.show(node, fault, [position])?))))
    }

    fn unexplained(&self, value: usize) -> Stop {
        let name = self.auditor.judged.graph.values.get(value).map_or_else(String::new, |v| v.name.clone());
        Stop::Found(Audited::Unexplained { value: name, work: self.work })
    }

    fn show(&self, node: usize, fault: Fault, foreign: impl IntoIterator<Item = u32>) -> Result<Proof, Stop> {
        let judged = self.auditor.judged;
        let elements = self.tensors.elements(&judged.graph, node);
        let source = Mixed::new(judged, &self.tensors, self.roots, self.host, foreign);
        let evidence = prove(&judged.commitment, node as u32, fault, &elements, &source).map_err(AuditError::from)?;
        Ok(self.auditor.proof(evidence, self.claim, self.roots)?)
    }

    /// Rerun nodes and judge what differs.
    fn nodes(&mut self, from: usize, to: usize) -> Result<(), Stop> {
        let graph = &self.auditor.judged.graph;
        for node in from..to {
            self.headers(node)?;
        }
        let mut own: HashMap<usize, OwnedTensor> = HashMap::new();
        let mut nodes: Vec<usize> = (from..to).collect();
        let mut rerun = |nodes: &[usize]| {
            let mut given = |position: usize| self.tensors.values.get(position).cloned().flatten();
            self.auditor.rerunner.run(nodes, &mut given, &mut |position, tensor| {
                own.insert(position, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?);
                Ok(())
            })
        };
        match rerun(&nodes) {
            Ok(_) => {},
            // One of them fails from the host's values: each alone, so that the others can be compared.
            Err(TraceError::Run(_) | TraceError::Open(_) | TraceError::Call(_)) => {
                nodes.retain(|node| rerun(&[*node]).is_ok());
            },
            Err(error) => return Err(error.into()),
        }
        for node in from..to {
            let outputs = graph.wiring.get(node).map(|w| w.outputs.clone()).unwrap_or_default();
            for (output, value) in outputs.iter().enumerate() {
                let Some(value) = value else { continue };
                self.output(node, output, *value, own.get(value))?;
            }
        }
        Ok(())
    }

    /// Types and shapes of what a node makes are those that the operator gives.
    fn headers(&self, node: usize) -> Result<(), Stop> {
        let graph = &self.auditor.judged.graph;
        let (Some(definition), Some(wiring)) = (graph.nodes.get(node), graph.wiring.get(node)) else { return Ok(()) };
        let elements = self.tensors.elements(graph, node);
        for (output, value) in wiring.outputs.iter().enumerate() {
            let claimed = value.and_then(|v| self.tensors.values.get(v)?.as_ref());
            let right = header(definition, &elements, output).ok();
            if claimed.zip(right).is_some_and(|(claimed, right)| claimed.header != right) {
                let fault = Fault::Header { output: output as u32 };
                return Err(Stop::Found(Audited::Fault(Box::new(self.show(node, fault, [])?))));
            }
        }
        Ok(())
    }

    /// Compare one output with the own rerun, and judge the elements that differ; all of them if it could not be rerun.
    fn output(&mut self, node: usize, output: usize, value: usize, own: Option<&OwnedTensor>) -> Result<(), Stop> {
        let graph = &self.auditor.judged.graph;
        let Some(Some(theirs)) = self.tensors.values.get(value) else { return Ok(()) };
        let own = own.filter(|own| own.header == theirs.header);
        let size = theirs.header.dtype.size();
        let mut differing: Vec<u64> = match own {
            Some(own) if own.data == theirs.data => Vec::new(),
            Some(own) => {
                let pairs = own.data.chunks(size).zip(theirs.data.chunks(size)).enumerate();
                pairs.filter(|(_, (a, b))| a != b).map(|(n, _)| n as u64).collect()
            },
            None => (0..theirs.header.count()).collect(),
        };
        self.work.differing += differing.len() as u64;
        let most = self.auditor.options.most.max(1);
        if differing.len() as u64 > most {
            self.work.skipped += differing.len() as u64 - most;
            let step = differing.len() as f64 / most as f64;
            differing = (0..most).filter_map(|n| differing.get((n as f64 * step) as usize).copied()).collect();
        }
        self.work.judged += differing.len() as u64;
        let definition = graph.nodes.get(node);
        let wrong = differing.par_iter().find_any(|index| {
            let elements = self.tensors.elements(graph, node);
            definition.is_some_and(|definition| {
                let found = judge_element(definition, &elements, output, **index);
                found.is_ok_and(|f| !f.expected.admits(theirs.header.dtype, f.claimed))
            })
        });
        if let Some(index) = wrong {
            let fault = Fault::Element { output: output as u32, index: *index };
            return Err(Stop::Found(Audited::Fault(Box::new(self.show(node, fault, [])?))));
        }
        Ok(())
    }
}
