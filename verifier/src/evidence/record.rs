//! Notes what a judgement reads.

use crate::commit::Arrangement;
use candor_adjudicator::{Elements, Header, Missing, Operand, Slot};
use candor_commitments::CHUNK;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// What was read of one operand.
#[derive(Clone, Debug)]
pub struct Touched {
    header: Header,
    /// First element, distance, number.
    lines: Vec<(u64, u64, u64)>,
}

impl Touched {
    /// The chunks that hold it in one of the operand's layouts; `None` if there is no such layout.
    pub fn chunks(&self, operand: &Operand, layout: u32) -> Option<BTreeSet<u64>> {
        let layout = *operand.layouts.get(layout as usize)?;
        let arrangement = Arrangement::new(&self.header, layout);
        let size = self.header.dtype.size() as u64;
        let mut chunks = BTreeSet::new();
        for (start, stride, count) in &self.lines {
            for n in 0..*count {
                chunks.insert(arrangement.position(start + n * stride) * size / CHUNK as u64);
            }
        }
        Some(chunks)
    }
}

/// Passes elements through and notes which ones were read.
pub struct Recorder<'a> {
    elements: &'a dyn Elements,
    touched: RefCell<BTreeMap<Slot, Touched>>,
}

impl<'a> Recorder<'a> {
    /// Reads from `elements`.
    pub fn new(elements: &'a dyn Elements) -> Self {
        Self { elements, touched: RefCell::default() }
    }

    /// What was read so far.
    pub fn touched(&self) -> BTreeMap<Slot, Touched> {
        self.touched.borrow().clone()
    }

    /// Note the type and shape of an operand.
    pub fn touch_header(&self, slot: Slot) {
        self.note(slot, None);
    }

    /// Note one element of an operand.
    pub fn touch(&self, slot: Slot, index: u64) {
        self.note(slot, Some((index, 0, 1)));
    }

    fn note(&self, slot: Slot, line: Option<(u64, u64, u64)>) {
        let Ok(header) = self.elements.header(slot) else { return };
        let mut touched = self.touched.borrow_mut();
        let entry = touched.entry(slot).or_insert_with(|| Touched { header: header.clone(), lines: Vec::new() });
        entry.lines.extend(line);
    }
}

impl Elements for Recorder<'_> {
    fn header(&self, slot: Slot) -> Result<&Header, Missing> {
        self.touch_header(slot);
        self.elements.header(slot)
    }

    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing> {
        self.touch(slot, index);
        self.elements.element(slot, index)
    }

    fn line(&self, slot: Slot, start: u64, stride: u64, count: u64, out: &mut Vec<u64>) -> Result<(), Missing> {
        self.note(slot, Some((start, stride, count)));
        self.elements.line(slot, start, stride, count, out)
    }
}
