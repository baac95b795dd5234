//! The books of one session: which index a call gets, what is answered, what the next voucher says. No clock, no
//! network, no disk.
//!
//! An index is free, in flight, doubtful (it went out and nobody knows whether it was answered), or answered. A doubtful
//! index is free for another call once the host says that it has not answered it; if the host has, the same inputs are
//! sent again for the same answer. The voucher pays for the answered calls before the first that is not, so it only grows.

use candor_commitments::{Blake2b256, ListBuilder, TAG_BATCH};
use candor_primitives::{Balance, ReceiptDraft, SessionTerms, SignedVoucher, Units, Voucher};
use sp_core::{sr25519, Pair, H256};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Calls beyond the newest voucher, until the host says how many it takes.
pub const USUAL_WINDOW: u32 = 8;

/// Why a call gets no index now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// As many calls are in flight as the host takes.
    Window,
    /// The deposit lacks so much, in planck.
    Deposit(Balance),
    /// The call costs more than a call of this session may.
    TooDear,
    /// The session has come to its end.
    Full,
}

/// A call with its index.
#[derive(Clone, Debug)]
pub struct Slot {
    /// What the receipt must say.
    pub draft: ReceiptDraft,
    /// Its index.
    pub index: u32,
    /// The newest voucher.
    pub voucher: Option<SignedVoucher>,
}

/// A call that went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Out {
    /// Root of its inputs.
    pub input_root: H256,
    /// Its fee, in planck.
    pub fee: Balance,
}

fn dearest(outs: &VecDeque<Out>) -> Balance {
    outs.iter().map(|out| out.fee).max().unwrap_or(0)
}

/// The books.
pub struct Book {
    terms: SessionTerms,
    window: u32,
    /// Hashes of the receipts of the answered calls before the first that is not.
    list: ListBuilder<Blake2b256>,
    /// What these cost, in planck.
    fee: Balance,
    /// Answered calls beyond.
    beyond: BTreeMap<u32, (H256, Balance)>,
    /// The first index that was never used.
    next: u32,
    free: BTreeSet<u32>,
    flying: BTreeMap<u32, Out>,
    /// What went out under these indices, and may have been answered: one of it at most.
    doubtful: BTreeMap<u32, VecDeque<Out>>,
    /// What went out earlier under indices that are free or in flight now, and may have been answered after all.
    earlier: BTreeMap<u32, VecDeque<Out>>,
    /// Doubtful indices under which the host takes nothing but what it took before.
    bound: BTreeSet<u32>,
    signed: Option<SignedVoucher>,
    /// Calls of the newest voucher that the host has.
    delivered: u32,
}

impl Book {
    /// The books of a session in which nothing was asked yet.
    pub fn new(terms: SessionTerms) -> Self {
        Self {
            terms,
            window: USUAL_WINDOW,
            list: ListBuilder::new(TAG_BATCH),
            fee: 0,
            beyond: BTreeMap::new(),
            next: 0,
            free: BTreeSet::new(),
            flying: BTreeMap::new(),
            doubtful: BTreeMap::new(),
            earlier: BTreeMap::new(),
            bound: BTreeSet::new(),
            signed: None,
            delivered: 0,
        }
    }

    /// What was agreed.
    pub const fn terms(&self) -> &SessionTerms {
        &self.terms
    }

    /// Deposit and expiry grew.
    pub fn extend(&mut self, deposit: Balance, expires: u32) {
        self.terms.deposit = self.terms.deposit.max(deposit);
        self.terms.expires = self.terms.expires.max(expires);
    }

    /// How many calls the host answers beyond the newest voucher.
    pub fn set_window(&mut self, window: u32) {
        self.window = window.max(1);
    }

    /// How many calls the host answers beyond the newest voucher.
    pub const fn window(&self) -> u32 {
        self.window
    }

    /// An index for a call with these inputs, and the voucher to send along, signed by `key` if there is a newer one to sign.
    pub fn take(&mut self, input_root: H256, units: Units, key: &sr25519::Pair) -> Result<Slot, NoRoom> {
        let free = self.free.first().copied();
        let index = free.unwrap_or(self.next);
        if index == u32::MAX {
            return Err(NoRoom::Full);
        }
        if index >= self.calls().saturating_add(self.window) {
            return Err(NoRoom::Window);
        }
        let draft = self.terms.draft(index, units, input_root).ok_or(NoRoom::TooDear)?;
        // Of the new call and what went out earlier under its index, one is answered at most.
        let more = draft.fee.saturating_sub(self.earlier.get(&index).map_or(0, dearest));
        let bound = self.bound().saturating_add(more);
        if bound > self.terms.deposit {
            return Err(NoRoom::Deposit(bound - self.terms.deposit));
        }
        self.flying.insert(index, Out { input_root, fee: draft.fee });
        match free {
            Some(index) => {
                self.free.remove(&index);
            },
            None => self.next = index.saturating_add(1),
        }
        Ok(Slot { draft, index, voucher: self.voucher(key) })
    }

    /// A doubtful call goes out once more, as it was; `None` if it is not doubtful.
    pub fn retake(&mut self, index: u32, units: Units, key: &sr25519::Pair) -> Option<Slot> {
        let mut outs = self.doubtful.remove(&index)?;
        let out = outs.pop_front()?;
        let draft = self.terms.draft(index, units, out.input_root)?;
        self.flying.insert(index, out);
        self.earlier.insert(index, outs);
        Some(Slot { draft, index, voucher: self.voucher(key) })
    }

    /// A call in flight was answered, its receipt has this hash, and it costs so much. Says whether the voucher grows.
    pub fn answered(&mut self, index: u32, receipt: H256, earned: Balance) -> bool {
        if self.flying.remove(&index).is_none() {
            return false;
        }
        self.note(index, receipt, earned)
    }

    fn note(&mut self, index: u32, receipt: H256, earned: Balance) -> bool {
        self.earlier.remove(&index);
        self.bound.remove(&index);
        self.beyond.insert(index, (receipt, earned));
        let before = self.calls();
        while let Some((receipt, earned)) = self.beyond.remove(&self.calls()) {
            self.list.push(&receipt.0);
            self.fee = self.fee.saturating_add(earned);
        }
        self.calls() > before
    }

    /// The host does not answer a call in flight. Its index is free; unless it is `taken`: something else was answered, or
    /// begun, under it. Says whether that can only be something that nobody here has sent.
    pub fn refused(&mut self, index: u32, taken: bool) -> bool {
        if self.flying.remove(&index).is_none() {
            return false;
        }
        if !taken {
            self.free.insert(index);
            return false;
        }
        match self.earlier.remove(&index) {
            Some(earlier) if !earlier.is_empty() => {
                self.doubtful.insert(index, earlier);
                self.bound.insert(index);
                false
            },
            _ => true,
        }
    }

    /// Nobody knows what became of a call in flight.
    pub fn lost(&mut self, index: u32) {
        if let Some(out) = self.flying.remove(&index) {
            let mut outs = self.earlier.remove(&index).unwrap_or_default();
            outs.push_back(out);
            self.doubtful.insert(index, outs);
        }
    }

    /// The host has not answered a doubtful call: its index may be used by another, unless the host has said that it takes
    /// nothing else. Says whether it may.
    pub fn unanswered(&mut self, index: u32) -> bool {
        if self.bound.contains(&index) {
            return false;
        }
        if let Some(outs) = self.doubtful.remove(&index) {
            self.earlier.insert(index, outs);
            self.free.insert(index);
        }
        true
    }

    /// What a journal says of an index: what went out and was not refused, and the answer. Put in before anything is asked.
    pub fn replay(&mut self, index: u32, outs: impl IntoIterator<Item = Out>, answered: Option<(H256, Balance)>) {
        self.next = self.next.max(index.saturating_add(1));
        if let Some((receipt, earned)) = answered {
            self.note(index, receipt, earned);
            return;
        }
        let outs: VecDeque<Out> = outs.into_iter().collect();
        if !outs.is_empty() {
            self.doubtful.insert(index, outs);
        }
    }

    /// Indices below the first unused one of which the journal says nothing are free: a call takes its index before it is
    /// written down, and is written down before it goes out.
    pub fn replayed(&mut self) {
        for index in self.calls()..self.next {
            let known = self.beyond.contains_key(&index) || self.doubtful.contains_key(&index);
            if !known {
                self.free.insert(index);
            }
        }
    }

    /// The newest voucher, signed by `key` if it is not yet; `None` before the first answer.
    pub fn voucher(&mut self, key: &sr25519::Pair) -> Option<SignedVoucher> {
        (self.calls() > 0).then(|| self.last_voucher(key))
    }

    /// What a session ends with: the newest voucher, or one of no calls.
    pub fn last_voucher(&mut self, key: &sr25519::Pair) -> SignedVoucher {
        let calls = self.calls();
        if let Some(signed) = self.signed.as_ref().filter(|signed| signed.voucher.calls == calls) {
            return signed.clone();
        }
        let (genesis, session) = (self.terms.genesis, self.terms.session);
        let voucher = Voucher { genesis, session, calls, fee: self.fee, receipts: H256(self.list.root()) };
        let signature = key.sign(&voucher.hash::<Blake2b256>().0);
        let signed = SignedVoucher { voucher, signature };
        self.signed = Some(signed.clone());
        signed
    }

    /// The host has the voucher for so many calls.
    pub fn delivered(&mut self, calls: u32) {
        self.delivered = self.delivered.max(calls);
    }

    /// Whether answered calls are not paid by a voucher that the host has.
    pub const fn owes(&self) -> bool {
        self.delivered < self.list.len()
    }

    /// Answered calls before the first that is not: what the voucher pays for.
    pub const fn calls(&self) -> u32 {
        self.list.len()
    }

    /// What the voucher pays, in planck.
    pub const fn fee(&self) -> Balance {
        self.fee
    }

    /// All answered calls.
    pub fn all_answered(&self) -> u32 {
        self.calls().saturating_add(self.beyond.len() as u32)
    }

    /// What all answered calls cost, in planck.
    pub fn earned(&self) -> Balance {
        self.beyond.values().fold(self.fee, |sum, (_, earned)| sum.saturating_add(*earned))
    }

    /// What is owed, or may be, in planck: answered calls, calls in flight, doubtful calls, and what went out earlier under
    /// other indices and may have been answered after all. Of what went out under one index, one is answered at most.
    pub fn bound(&self) -> Balance {
        let before = |index| self.earlier.get(index).map_or(0, dearest);
        let flying = self.flying.iter().map(|(index, out)| out.fee.max(before(index)));
        let free = self.earlier.iter().filter(|(index, _)| !self.flying.contains_key(index));
        let others = self.doubtful.iter().chain(free).map(|(_, outs)| dearest(outs));
        flying.chain(others).fold(self.earned(), Balance::saturating_add)
    }

    /// Whether calls were answered beyond an index that no call has: they are paid for only once one is answered under it.
    pub fn gap(&self) -> bool {
        !self.beyond.is_empty() && self.free.contains(&self.calls())
    }

    /// Calls in flight.
    pub fn in_flight(&self) -> usize {
        self.flying.len()
    }

    /// Doubtful calls.
    pub fn doubts(&self) -> Vec<u32> {
        self.doubtful.keys().copied().collect()
    }

    /// Root of the inputs that are to be sent again for a doubtful call.
    pub fn doubtful_root(&self, index: u32) -> Option<H256> {
        self.doubtful.get(&index)?.front().map(|out| out.input_root)
    }
}
