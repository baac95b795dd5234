//! Where evidence takes its openings from: the auditor's own tensors, the host's for what the host alone has.

use super::host::{self, HostTrace};
use crate::{
    commit::{Arrangement, CommittedTensor, RootList},
    evidence::{ProveError, Source},
    judge::Tensors,
    judged::Judged,
};
use candor_adjudicator::{Layout, Place};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Own tensors, and the host's at some positions.
pub(super) struct Mixed<'a> {
    judged: &'a Judged,
    tensors: &'a Tensors,
    trace: &'a RootList,
    host: &'a dyn HostTrace,
    /// Positions of the trace whose tensors are the host's.
    foreign: BTreeSet<u32>,
    known: RefCell<BTreeMap<(Place, u32), Arc<CommittedTensor>>>,
}

impl<'a> Mixed<'a> {
    pub(super) fn new(
        judged: &'a Judged,
        tensors: &'a Tensors,
        trace: &'a RootList,
        host: &'a dyn HostTrace,
        foreign: impl IntoIterator<Item = u32>,
    ) -> Self {
        Self { judged, tensors, trace, host, foreign: foreign.into_iter().collect(), known: RefCell::default() }
    }

    /// Take the host's tensor at a position as known: where only its type and shape are shown.
    pub(super) fn with(self, position: u32, tensor: Arc<CommittedTensor>) -> Self {
        self.known.borrow_mut().insert((Place::Trace, position), tensor);
        self
    }

    fn is_foreign(&self, place: Place, position: u32) -> bool {
        place == Place::Trace && self.foreign.contains(&position)
    }

    /// The own tensor at a position, and its layout there.
    fn own(&self, place: Place, position: u32) -> Option<(&'a crate::tensor::OwnedTensor, Layout)> {
        match place {
            Place::Weight => {
                let weights = &self.judged.graph.weights;
                let at = weights.partition_point(|w| w.value.first_root <= position).checked_sub(1)?;
                let value = &weights.get(at)?.value;
                let layout = *value.layouts.get((position - value.first_root) as usize)?;
                Some((self.tensors.weights.get(at)?.as_ref()?, layout))
            },
            Place::Trace => {
                let (at, layout) = self.judged.value_at(position)?;
                let layout = *self.judged.graph.values.get(at)?.layouts.get(layout)?;
                Some((self.tensors.values.get(at)?.as_ref()?, layout))
            },
        }
    }
}

impl Source for Mixed<'_> {
    fn tensor(&self, place: Place, position: u32) -> Result<Arc<CommittedTensor>, ProveError> {
        if let Some(known) = self.known.borrow().get(&(place, position)) {
            return Ok(Arc::clone(known));
        }
        let tensor = if self.is_foreign(place, position) {
            let root = self.trace.roots().get(position as usize).ok_or(ProveError::Unknown("root"))?;
            host::tensor(self.host, position, root).map_err(|e| ProveError::Source(e.to_string()))?
        } else {
            let (tensor, layout) = self.own(place, position).ok_or(ProveError::Unknown("tensor"))?;
            Arc::new(CommittedTensor::new(&tensor.header, &tensor.data, layout))
        };
        self.known.borrow_mut().insert((place, position), Arc::clone(&tensor));
        Ok(tensor)
    }

    fn chunks(&self, place: Place, position: u32, first: u64, count: u64) -> Result<Vec<u8>, ProveError> {
        let committed = self.tensor(place, position)?;
        if self.is_foreign(place, position) {
            let bytes = host::chunks(self.host, position, &committed, first, count);
            return bytes.map_err(|e| ProveError::Source(e.to_string()));
        }
        let (tensor, layout) = self.own(place, position).ok_or(ProveError::Unknown("tensor"))?;
        let (from, to) = committed.span(first, count);
        let arrangement = Arrangement::new(&tensor.header, layout);
        Ok(arrangement.bytes(&tensor.data, from as usize, to as usize).into_owned())
    }

    fn list(&self, place: Place) -> &RootList {
        match place {
            Place::Weight => &self.judged.weights,
            Place::Trace => self.trace,
        }
    }
}
