//! A Fenwick tree (binary indexed tree; P. M. Fenwick, 1994) over any storage: a list of weights of which one is drawn
//! in O(log n) reads.
//!
//! Items have indices `0 .. len`. The store keeps one number per item, a *node*: node i is the sum of the items
//! `i + 1 - b .. i + 1`, where b is the lowest set bit of `i + 1`. Nodes left of an item never include it, so a list
//! grows and shrinks at its end without touching the others, at any size.
//!
//! Every function touches at most [`max_steps`] nodes per pass, and makes at most three passes ([`swap_remove`]: six).

/// Where the nodes live.
///
/// A map whose absent entries read as zero suits; writing zero may remove the entry. Only the functions of this module
/// write to it.
pub trait FenwickStore {
    /// Number of items.
    fn len(&self) -> u32;
    /// Set the number of items. Nodes at and beyond it are zero by then.
    fn set_len(&mut self, len: u32);
    /// Node `i`, zero if it was never set.
    fn get(&self, i: u32) -> u128;
    /// Write node `i`.
    fn set(&mut self, i: u32, node: u128);
    /// Whether there are no items.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why a tree was left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FenwickError {
    /// There is no item with this index.
    NoSuchItem,
    /// The sum of all items would exceed 128 bits.
    Overflow,
    /// The item is smaller than what should be taken from it.
    Underflow,
    /// There are 2^32 - 1 items already.
    Full,
}

/// Most nodes that one pass over a tree of `len` items reads or writes.
pub const fn max_steps(len: u32) -> u32 {
    u32::BITS - len.leading_zeros()
}

/// Lowest set bit.
const fn low_bit(i: u32) -> u32 {
    i & i.wrapping_neg()
}

/// Node of the 1-based position `i`.
fn node<S: FenwickStore>(store: &S, i: u32) -> u128 {
    store.get(i.wrapping_sub(1))
}

/// Sum of the nodes directly under 1-based position `i`.
fn children<S: FenwickStore>(store: &S, i: u32) -> u128 {
    let start = i.saturating_sub(low_bit(i));
    let mut sum = 0u128;
    let mut at = i.saturating_sub(1);
    while at > start {
        sum = sum.saturating_add(node(store, at));
        at = at.saturating_sub(low_bit(at));
    }
    sum
}

/// Apply `change` to every node that includes item `index`.
fn update<S: FenwickStore>(store: &mut S, index: u32, change: impl Fn(u128) -> u128) {
    let len = store.len();
    let mut at = index.checked_add(1);
    while let Some(i) = at.filter(|i| *i <= len) {
        let changed = change(node(store, i));
        store.set(i.wrapping_sub(1), changed);
        at = i.checked_add(low_bit(i));
    }
}

fn check<S: FenwickStore>(store: &S, index: u32) -> Result<(), FenwickError> {
    if index < store.len() {
        Ok(())
    } else {
        Err(FenwickError::NoSuchItem)
    }
}

/// Sum of the first `count` items; of all, if there are fewer.
pub fn prefix<S: FenwickStore>(store: &S, count: u32) -> u128 {
    let mut sum = 0u128;
    let mut at = count.min(store.len());
    while at > 0 {
        sum = sum.saturating_add(node(store, at));
        at = at.saturating_sub(low_bit(at));
    }
    sum
}

/// Sum of all items.
pub fn total<S: FenwickStore>(store: &S) -> u128 {
    prefix(store, u32::MAX)
}

/// The item at `index`, zero if there is none.
pub fn value<S: FenwickStore>(store: &S, index: u32) -> u128 {
    match index.checked_add(1).filter(|i| *i <= store.len()) {
        Some(i) => node(store, i).saturating_sub(children(store, i)),
        None => 0,
    }
}

/// Append an item; returns its index. The new node is computed from the nodes below it, so growing past a power of two
/// is nothing special.
pub fn append<S: FenwickStore>(store: &mut S, item: u128) -> Result<u32, FenwickError> {
    let index = store.len();
    let i = index.checked_add(1).ok_or(FenwickError::Full)?;
    total(store).checked_add(item).ok_or(FenwickError::Overflow)?;
    let node = children(store, i).saturating_add(item);
    store.set_len(i);
    store.set(index, node);
    Ok(index)
}

/// Add `by` to the item at `index`.
pub fn add<S: FenwickStore>(store: &mut S, index: u32, by: u128) -> Result<(), FenwickError> {
    check(store, index)?;
    total(store).checked_add(by).ok_or(FenwickError::Overflow)?;
    update(store, index, |node| node.saturating_add(by));
    Ok(())
}

/// Take `by` from the item at `index`.
pub fn sub<S: FenwickStore>(store: &mut S, index: u32, by: u128) -> Result<(), FenwickError> {
    check(store, index)?;
    value(store, index).checked_sub(by).ok_or(FenwickError::Underflow)?;
    update(store, index, |node| node.saturating_sub(by));
    Ok(())
}

/// Set the item at `index`; returns what it was.
pub fn set<S: FenwickStore>(store: &mut S, index: u32, item: u128) -> Result<u128, FenwickError> {
    check(store, index)?;
    let old = value(store, index);
    match item.checked_sub(old) {
        Some(0) => {},
        Some(more) => add(store, index, more)?,
        None => update(store, index, |node| node.saturating_sub(old.saturating_sub(item))),
    }
    Ok(old)
}

/// Remove the last item; returns it, or `None` if there is none.
pub fn pop<S: FenwickStore>(store: &mut S) -> Option<u128> {
    let last = store.len().checked_sub(1)?;
    let item = value(store, last);
    store.set(last, 0);
    store.set_len(last);
    Some(item)
}

/// Remove the item at `index` by moving the last item into its place. Returns the index the last item had before, or
/// `None` if it was itself the one removed: the caller updates what points to it.
pub fn swap_remove<S: FenwickStore>(store: &mut S, index: u32) -> Result<Option<u32>, FenwickError> {
    check(store, index)?;
    let last = pop(store).ok_or(FenwickError::NoSuchItem)?;
    let moved_from = store.len();
    if index == moved_from {
        return Ok(None);
    }
    set(store, index, last)?;
    Ok(Some(moved_from))
}

/// The item in which `target` falls: the smallest index whose prefix sum, itself included, exceeds `target`. `None` if
/// `target` is not below the total. An item of weight w is found by exactly w targets; one of weight zero by none.
pub fn find<S: FenwickStore>(store: &S, target: u128) -> Option<u32> {
    let len = store.len();
    let mut step = 1u32.checked_shl(max_steps(len).checked_sub(1)?)?;
    let (mut passed, mut rest) = (0u32, target);
    while step > 0 {
        if let Some(next) = passed.checked_add(step).filter(|next| *next <= len) {
            if let Some(left) = rest.checked_sub(node(store, next)) {
                passed = next;
                rest = left;
            }
        }
        step >>= 1;
    }
    (passed < len).then_some(passed)
}
