//! A node together with the elements it meets: what the operators' definitions are written against.

use crate::{
    soft::{F32, F64},
    Attribute, DType, Elements, Expected, Header, Judged, Mode, Node, Place, Reject, Schedule, Slot, MAX_WORK,
};
use alloc::{rc::Rc, vec::Vec};
use core::{
    any::Any,
    cell::{Cell, RefCell},
};

/// Remembers what a whole row gave (a maximum, a sum), so that judging every element of a row costs one row. Holds one
/// entry; a fresh one serves a single judgement as well.
#[derive(Default)]
pub struct Memo(RefCell<Option<Remembered>>);

type Remembered = (u64, Rc<dyn Any>);

impl Memo {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }
}

/// One node at work.
pub struct Call<'a> {
    /// The node.
    pub node: &'a Node,
    elements: &'a dyn Elements,
    memo: &'a Memo,
    work: Cell<u64>,
    limit: u64,
}

impl<'a> Call<'a> {
    /// `node` with the elements of its operands. `memo` belongs to this node and these elements alone.
    pub fn new(node: &'a Node, elements: &'a dyn Elements, memo: &'a Memo) -> Self {
        Self::within(node, elements, memo, MAX_WORK)
    }

    /// [`Self::new`] with a limit of its own, at most [`MAX_WORK`].
    pub fn within(node: &'a Node, elements: &'a dyn Elements, memo: &'a Memo, limit: u64) -> Self {
        Self { node, elements, memo, work: Cell::new(0), limit: limit.min(MAX_WORK) }
    }

    // --- Work ---

    /// Account for `n` steps; [`Reject::Limit`] beyond the limit, [`MAX_WORK`] as a rule. Every loop whose length comes from shapes or
    /// attributes spends before it runs.
    pub fn spend(&self, n: u64) -> Judged<()> {
        let work = self.work.get().saturating_add(n);
        self.work.set(work);
        if work > self.limit {
            return Err(Reject::Limit);
        }
        Ok(())
    }

    /// Steps accounted for so far.
    pub fn work(&self) -> u64 {
        self.work.get()
    }

    /// `compute()`, or what it gave the last time if that was for the same `key`.
    pub fn remember<T: Clone + 'static>(&self, key: u64, compute: impl FnOnce() -> Judged<T>) -> Judged<T> {
        let known = self.memo.0.borrow().as_ref().filter(|(k, _)| *k == key).map(|(_, value)| Rc::clone(value));
        if let Some(value) = known.as_ref().and_then(|value| value.downcast_ref::<T>()) {
            return Ok(value.clone());
        }
        let value = compute()?;
        *self.memo.0.borrow_mut() = Some((key, Rc::new(value.clone())));
        Ok(value)
    }

    // --- Attributes ---

    /// An integer attribute, `default` if absent.
    pub fn int(&self, name: &str, default: i64) -> Judged<i64> {
        Ok(self.maybe_int(name)?.unwrap_or(default))
    }

    /// An integer attribute that may be absent.
    pub fn maybe_int(&self, name: &str) -> Judged<Option<i64>> {
        match self.node.attribute(name) {
            None => Ok(None),
            Some(Attribute::Int(value)) => Ok(Some(*value)),
            Some(_) => Err(Reject::Malformed("an attribute that must be an integer")),
        }
    }

    /// A float attribute, `default` if absent.
    pub fn float(&self, name: &str, default: F32) -> Judged<F32> {
        match self.node.attribute(name) {
            None => Ok(default),
            Some(Attribute::Float(bits)) => Ok(F32(*bits)),
            Some(_) => Err(Reject::Malformed("an attribute that must be a number")),
        }
    }

    /// A list of integers that may be absent.
    pub fn ints(&self, name: &str) -> Judged<Option<&'a [i64]>> {
        match self.node.attribute(name) {
            None => Ok(None),
            Some(Attribute::Ints(list)) => Ok(Some(list)),
            Some(_) => Err(Reject::Malformed("an attribute that must be a list of integers")),
        }
    }

    /// A list of floats that may be absent.
    pub fn floats(&self, name: &str) -> Judged<Option<&'a [u32]>> {
        match self.node.attribute(name) {
            None => Ok(None),
            Some(Attribute::Floats(list)) => Ok(Some(list)),
            Some(_) => Err(Reject::Malformed("an attribute that must be a list of numbers")),
        }
    }

    /// A text, `default` if absent.
    pub fn text(&self, name: &str, default: &'static str) -> Judged<&'a [u8]> {
        match self.node.attribute(name) {
            None => Ok(default.as_bytes()),
            Some(Attribute::Text(text)) => Ok(text),
            Some(_) => Err(Reject::Malformed("an attribute that must be a text")),
        }
    }

    // --- Mode ---

    /// The schedule to replay; `None` where the node is judged by bounds.
    pub fn schedule(&self) -> Option<Schedule> {
        match self.node.mode {
            Mode::Exact(schedule) => Some(schedule),
            Mode::Bounded => None,
        }
    }

    // --- Operands ---

    /// Whether input `n` is given.
    pub fn has(&self, n: usize) -> bool {
        self.node.inputs.get(n).is_some_and(Option::is_some)
    }

    /// Whether input `n` is a weight (kernels pack constant operands ahead and then sum in another order).
    pub fn is_weight(&self, n: usize) -> bool {
        matches!(self.node.inputs.get(n), Some(Some(operand)) if operand.place == Place::Weight)
    }

    /// Type and shape of input `n`.
    pub fn header(&self, n: usize) -> Judged<&'a Header> {
        if !self.has(n) {
            return Err(Reject::Malformed("a required input is absent"));
        }
        Ok(self.elements.header(Slot::Input(n))?)
    }

    /// Shape of input `n`.
    pub fn dims(&self, n: usize) -> Judged<&'a [u64]> {
        Ok(&self.header(n)?.dims)
    }

    /// Element type of input `n`.
    pub fn dtype(&self, n: usize) -> Judged<DType> {
        Ok(self.header(n)?.dtype)
    }

    /// Claimed type and shape of output `n`. Only shape checks may look at it, and operators whose output shape depends
    /// on values (they say so).
    pub fn claimed_header(&self, n: usize) -> Judged<&'a Header> {
        Ok(self.elements.header(Slot::Output(n))?)
    }

    /// Claimed element of output `n`, for operators that are judged by counterexample.
    pub fn claimed(&self, n: usize, index: u64) -> Judged<u64> {
        self.spend(1)?;
        Ok(self.elements.element(Slot::Output(n), index)?)
    }

    /// Bits of an element of input `n`, zero-extended.
    pub fn bits(&self, n: usize, index: u64) -> Judged<u64> {
        self.spend(1)?;
        Ok(self.elements.element(Slot::Input(n), index)?)
    }

    /// An element of a float32 input.
    pub fn f32(&self, n: usize, index: u64) -> Judged<F32> {
        self.of_type(n, DType::Float32)?;
        Ok(F32(self.bits(n, index)? as u32))
    }

    /// An element of a float64 input.
    pub fn f64(&self, n: usize, index: u64) -> Judged<F64> {
        self.of_type(n, DType::Float64)?;
        Ok(F64(self.bits(n, index)?))
    }

    /// An element of an integer or bool input, sign-extended; uint64 wraps.
    pub fn integer(&self, n: usize, index: u64) -> Judged<i64> {
        let dtype = self.dtype(n)?;
        if dtype.is_float() {
            return Err(Reject::Malformed("an input that must be an integer"));
        }
        Ok(dtype.integer(self.bits(n, index)?))
    }

    /// All elements of a small integer input (shapes, axes, pads).
    pub fn integers(&self, n: usize) -> Judged<Vec<i64>> {
        let count = self.header(n)?.count();
        if count > 4096 {
            return Err(Reject::Limit);
        }
        (0..count).map(|i| self.integer(n, i)).collect()
    }

    /// `count` elements of input `n` from `start`, `stride` apart: their bits.
    pub fn line(&self, n: usize, start: u64, stride: u64, count: u64) -> Judged<Vec<u64>> {
        self.spend(count)?;
        let mut out = Vec::with_capacity(usize::try_from(count).map_err(|_| Reject::Limit)?);
        self.elements.line(Slot::Input(n), start, stride, count, &mut out)?;
        Ok(out)
    }

    /// `count` elements of a float32 input from `start`, `stride` apart.
    pub fn f32_line(&self, n: usize, start: u64, stride: u64, count: u64) -> Judged<Vec<F32>> {
        self.of_type(n, DType::Float32)?;
        Ok(self.line(n, start, stride, count)?.into_iter().map(|bits| F32(bits as u32)).collect())
    }

    /// [`Reject::Unsupported`] unless input `n` has this type.
    pub fn of_type(&self, n: usize, dtype: DType) -> Judged<()> {
        if self.dtype(n)? != dtype {
            return Err(Reject::Unsupported("this element type"));
        }
        Ok(())
    }
}

/// What a float32 schedule gives.
impl From<F32> for Expected {
    fn from(value: F32) -> Self {
        Self::Exact(u64::from(value.0))
    }
}

/// What a float64 schedule gives.
impl From<F64> for Expected {
    fn from(value: F64) -> Self {
        Self::Exact(value.0)
    }
}
