//! Audit by an auditor of another profile: rerun every node from the host's values, judge what differs.

use super::{
    blocked::InBlocks,
    differences::{differences, Differences, RUN},
    host::{self, HostTrace},
    source::Mixed,
    AuditError, Audited, Auditor, Claim, Progress, Proof, Work,
};
use crate::{
    commit::{Arrangement, CommittedTensor, RootList},
    evidence::prove,
    judge::{judge_with, Tensors},
    judged::Judged,
    lower::{Graph, Source, Weight},
    roots::carried,
    run::{Shown, TraceError},
    tensor::{OwnedTensor, TensorError},
};
use candor_adjudicator::{
    evidence::{header, Fault},
    Header, Layout, Memo, Mode,
};
use candor_commitments::{Hash, TAG_TRACE};
use prost::bytes::Bytes;
use rayon::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Most nodes that are rerun together.
const MOST_NODES: usize = 256;

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
        let carried = carried(self.judged);
        let (tensors, hashes) = (Tensors::default(), HashMap::new());
        let mut run = Run { auditor: self, claim, roots: &roots, host, tensors, hashes, carried, work };
        match run.all(progress) {
            Ok(work) => Ok(Audited::Clean(work)),
            Err(Stop::Found(found)) => Ok(found),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

struct Run<'a, 'j> {
    auditor: &'a Auditor<'j>,
    claim: &'a Claim,
    roots: &'a RootList,
    host: &'a dyn HostTrace,
    tensors: Tensors,
    /// Chunk hashes of the values at hand, in their first layouts.
    hashes: HashMap<usize, Arc<CommittedTensor>>,
    carried: HashMap<usize, usize>,
    work: Work,
}

/// A value of the host before its bytes are there.
struct Wanted {
    value: usize,
    layout: Layout,
    committed: Arc<CommittedTensor>,
}

impl Wanted {
    /// Type and logical shape.
    fn header(&self) -> Option<Header> {
        let mut dims = vec![0; self.committed.dims.len()];
        for (axis, dim) in self.layout.axes(dims.len()).into_iter().zip(&self.committed.dims) {
            *dims.get_mut(axis)? = *dim;
        }
        Header::new(self.committed.dtype, dims)
    }
}

/// What values of the host are looked at with, on all threads.
#[derive(Clone, Copy)]
struct Look<'a> {
    judged: &'a Judged,
    roots: &'a RootList,
}

impl Look<'_> {
    fn check(self, wanted: Wanted, position: u32, bytes: Vec<u8>) -> Checked {
        if !host::are_chunks(&wanted.committed, 0, wanted.committed.chunks(), &bytes) {
            return Checked::Withheld(format!("the bytes of root {position} are not what the host committed to"));
        }
        let natural = match wanted.header() {
            Some(header) if wanted.layout != Layout::Natural => {
                Arrangement::inverse(&header, wanted.layout).bytes(&bytes, 0, bytes.len()).into_owned()
            },
            _ => bytes,
        };
        self.layouts_of(wanted, natural.into())
    }

    /// Whether all layouts of a value hold these row-major bytes.
    fn layouts_of(self, wanted: Wanted, natural: Bytes) -> Checked {
        let tensor = wanted.header().and_then(|header| OwnedTensor::new(header, natural).ok());
        let (Some(tensor), Some(known)) = (tensor, self.judged.graph.values.get(wanted.value)) else {
            return Checked::Withheld("a value of the host has more dimensions or bytes than a tensor can".into());
        };
        let others = known.layouts.par_iter().enumerate().skip(1);
        let wrong = others.find_map_first(|(n, layout)| {
            let mine = CommittedTensor::new(&tensor.header, &tensor.data, *layout);
            let theirs = self.roots.roots().get(known.first_root as usize + n);
            (Some(&mine.root) != theirs).then_some((n, mine))
        });
        Checked::Tensor { wanted, tensor, wrong }
    }
}

/// A value of the host that was looked at.
enum Checked {
    Tensor {
        wanted: Wanted,
        tensor: OwnedTensor,
        /// A layout that holds something else, and what it must hold.
        wrong: Option<(usize, CommittedTensor)>,
    },
    Withheld(String),
}

impl Run<'_, '_> {
    fn all(&mut self, progress: Progress<'_>) -> Result<Work, Stop> {
        let graph = &self.auditor.judged.graph;
        self.tensors = Tensors { weights: weights(graph)?, values: vec![None; graph.values.len()] };
        let last = self.last_readers();
        let inputs = (0..graph.inputs.len()).map(|value| self.committed(value)).collect::<Result<Vec<_>, _>>()?;
        self.fetch(inputs.into_iter().flatten().collect())?;
        let mut next = 0;
        while next < graph.nodes.len() {
            let from = next;
            let mut held: u64 = 0;
            let mut wanted = Vec::new();
            while next < graph.nodes.len() && next - from < MOST_NODES && held < self.auditor.options.memory {
                for value in graph.wiring.get(next).map(|w| w.outputs.as_slice()).unwrap_or_default().iter().flatten() {
                    wanted.extend(self.committed(*value)?);
                }
                held = wanted.iter().map(|w| w.committed.byte_len()).sum();
                next += 1;
            }
            self.fetch(wanted)?;
            self.nodes(from, next)?;
            // What no later node reads is not needed any more.
            for (value, last) in last.iter().enumerate() {
                if last.is_none_or(|node| node < next) {
                    self.tensors.values.iter_mut().skip(value).take(1).for_each(|t| *t = None);
                    self.hashes.remove(&value);
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

    /// What the host committed to as a value, in its first layout.
    fn committed(&self, value: usize) -> Result<Option<Wanted>, Stop> {
        let Some(known) = self.auditor.judged.graph.values.get(value) else { return Ok(None) };
        let Some(layout) = known.layouts.first().copied() else { return Ok(None) };
        let root = self.roots.roots().get(known.first_root as usize).copied().unwrap_or_default();
        let committed = host::tensor(self.host, known.first_root, &root);
        let committed = committed.map_err(|e| Stop::Found(Audited::Withheld(e.0)))?;
        Ok(Some(Wanted { value, layout, committed }))
    }

    /// Fetch values of the host, and check that all their layouts hold the same.
    fn fetch(&mut self, wanted: Vec<Wanted>) -> Result<(), Stop> {
        let withheld = |e: host::Withheld| Stop::Found(Audited::Withheld(e.0));
        let graph = &self.auditor.judged.graph;
        let natural = |w: &Wanted| w.layout == Layout::Natural;
        let committed: HashMap<usize, _> = wanted.iter().map(|w| (w.value, Arc::clone(&w.committed))).collect();
        let mut asked = Vec::new();
        let mut carried = Vec::new();
        for w in wanted {
            // What only carries the bytes of another value on need not be shown again.
            let from = self.carried.get(&w.value).filter(|_| natural(&w)).copied();
            let known = from.and_then(|from| committed.get(&from).or_else(|| self.hashes.get(&from)));
            let first = from.and_then(|from| graph.values.get(from)?.layouts.first());
            if first == Some(&Layout::Natural)
                && known.is_some_and(|k| k.leaves == w.committed.leaves && k.byte_len() == w.committed.byte_len())
            {
                carried.push((w, from));
                continue;
            }
            let position = graph.values.get(w.value).map_or(0, |v| v.first_root);
            let bytes = self.host.chunks(position, 0, w.committed.chunks()).map_err(withheld)?;
            asked.push((w, position, bytes));
        }
        let look = Look { judged: self.auditor.judged, roots: self.roots };
        let checked: Vec<Checked> =
            asked.into_par_iter().map(|(w, position, bytes)| look.check(w, position, bytes)).collect();
        for checked in checked {
            self.keep(checked)?;
        }
        for (w, from) in carried {
            let data = from.and_then(|from| self.tensors.values.get(from)?.as_ref()).map(|t| t.data.clone());
            let checked = look.layouts_of(w, data.unwrap_or_default());
            self.keep(checked)?;
        }
        Ok(())
    }

    fn keep(&mut self, checked: Checked) -> Result<(), Stop> {
        let (wanted, tensor, wrong) = match checked {
            Checked::Tensor { wanted, tensor, wrong } => (wanted, tensor, wrong),
            Checked::Withheld(why) => return Err(Stop::Found(Audited::Withheld(why))),
        };
        self.work.bytes += tensor.data.len() as u64;
        self.tensors.values.iter_mut().skip(wanted.value).take(1).for_each(|t| *t = Some(tensor.clone()));
        self.hashes.insert(wanted.value, wanted.committed);
        match wrong {
            Some((n, mine)) => Err(self.layouts(wanted.value, n, &tensor, &mine)?),
            None => Ok(()),
        }
    }

    /// Layout `n` of a value does not hold what the first one holds.
    fn layouts(&mut self, value: usize, n: usize, tensor: &OwnedTensor, mine: &CommittedTensor) -> Result<Stop, Stop> {
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

    /// Put the blocked weights of a node in order, to prove something with them.
    fn unblock(&mut self, node: usize) -> Result<(), AuditError> {
        let graph = &self.auditor.judged.graph;
        for source in graph.wiring.get(node).map(|w| w.inputs.as_slice()).unwrap_or_default().iter().flatten() {
            let Source::Weight(at) = *source else { continue };
            let (Some(weight), Some(place)) = (graph.weights.get(at), self.tensors.weights.get_mut(at)) else {
                continue;
            };
            if weight.value.blocked.is_some() && place.as_ref().is_none_or(|t| t.data.is_empty()) {
                *place = Some(weight.tensor().map_err(|_| AuditError::Weight(weight.value.name.clone()))?);
            }
        }
        Ok(())
    }

    fn unexplained(&self, value: usize) -> Stop {
        let name = self.auditor.judged.graph.values.get(value).map_or_else(String::new, |v| v.name.clone());
        Stop::Found(Audited::Unexplained { value: name, work: self.work })
    }

    fn show(&mut self, node: usize, fault: Fault, foreign: impl IntoIterator<Item = u32>) -> Result<Proof, Stop> {
        self.unblock(node)?;
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
        let mut found: HashMap<usize, Option<Differences>> = HashMap::new();
        let mut nodes: Vec<usize> = (from..to).collect();
        let (tensors, options) = (&self.tensors, self.auditor.options);
        let bounded: HashSet<usize> = (from..to)
            .filter(|node| graph.nodes.get(*node).is_some_and(|definition| definition.mode == Mode::Bounded))
            .flat_map(|node| graph.wiring.get(node).into_iter().flat_map(|wiring| wiring.outputs.iter().flatten()))
            .copied()
            .collect();
        let most = |value| if bounded.contains(&value) { options.most_bounded } else { options.most }.max(1) as usize;
        let mut rerun = |nodes: &[usize]| {
            let mut given = |position: usize| tensors.values.get(position).cloned().flatten();
            self.auditor.rerunner.run_shown(nodes, &mut given, &mut |shown| {
                let compared = shown.par_iter().map(|s| Ok((s.position, compare(tensors, s, most(s.position))?)));
                found.extend(compared.collect::<Result<Vec<_>, TensorError>>()?);
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
                self.output(node, output, *value, found.remove(value).flatten())?;
            }
        }
        Ok(())
    }

    /// Types and shapes of what a node makes are those that the operator gives.
    fn headers(&mut self, node: usize) -> Result<(), Stop> {
        let graph = &self.auditor.judged.graph;
        let (Some(definition), Some(wiring)) = (graph.nodes.get(node), graph.wiring.get(node)) else { return Ok(()) };
        let elements = self.tensors.elements(graph, node);
        let wrong = wiring.outputs.iter().enumerate().position(|(output, value)| {
            let claimed = value.and_then(|v| self.tensors.values.get(v)?.as_ref());
            let right = header(definition, &elements, output).ok();
            claimed.zip(right).is_some_and(|(claimed, right)| claimed.header != right)
        });
        let Some(output) = wrong else { return Ok(()) };
        let fault = Fault::Header { output: output as u32 };
        Err(Stop::Found(Audited::Fault(Box::new(self.show(node, fault, [])?))))
    }

    /// Judge the elements of one output that differ from the own rerun; all of them if it could not be rerun.
    fn output(&mut self, node: usize, output: usize, value: usize, found: Option<Differences>) -> Result<(), Stop> {
        let graph = &self.auditor.judged.graph;
        let Some(Some(theirs)) = self.tensors.values.get(value) else { return Ok(()) };
        let definition = graph.nodes.get(node);
        let all = || Differences::unknown(theirs.header.count(), self.auditor.options.most.max(1) as usize);
        let Differences { count, chosen } = found.unwrap_or_else(all);
        self.work.differing += count;
        self.work.skipped += count - chosen.len() as u64;
        self.work.judged += chosen.len() as u64;
        if chosen.is_empty() {
            return Ok(());
        }
        let dtype = theirs.header.dtype;
        let elements = InBlocks::new(&self.tensors, graph, node)?;
        // Neighbours are judged by one worker, which remembers what it knows of their rows.
        let wrong = chosen.par_chunks(RUN).find_map_any(|run| {
            let memo = Memo::new();
            run.iter().copied().find(|index| {
                let found = definition.map(|d| judge_with(d, &elements, &memo, output, *index));
                found.is_some_and(|f| f.is_ok_and(|f| !f.expected.admits(dtype, f.claimed)))
            })
        });
        if let Some(index) = wrong {
            let fault = Fault::Element { output: output as u32, index };
            return Err(Stop::Found(Audited::Fault(Box::new(self.show(node, fault, [])?))));
        }
        Ok(())
    }
}

/// Where the host's value differs from the own one, at most `most` elements chosen; `None` if it has another type or shape.
fn compare(tensors: &Tensors, own: &Shown<'_>, most: usize) -> Result<Option<Differences>, TensorError> {
    let Some(Some(theirs)) = tensors.values.get(own.position) else { return Ok(None) };
    if own.tensor.header != theirs.header {
        return Ok(None);
    }
    Ok(Some(differences(theirs.header.dtype, &own.logical()?, &theirs.data, most)))
}

/// The weights as views of the file. Of blocked ones type and shape alone: they are read where they lie ([`InBlocks`]).
fn weights(graph: &Graph) -> Result<Vec<Option<OwnedTensor>>, AuditError> {
    let tensor = |weight: &Weight| match weight.value.blocked {
        Some(_) => Ok(Some(OwnedTensor { header: weight.header.clone(), data: Bytes::new() })),
        None => weight.tensor().map(Some).map_err(|_| AuditError::Weight(weight.value.name.clone())),
    };
    graph.weights.iter().map(tensor).collect()
}
