//! What is owed in a session: which call comes next, what its voucher must say. No files, no clocks.

use candor_commitments::{Blake2b256, Hash, ListBuilder, TAG_BATCH};
use candor_gateway::PaymentProblem;
use candor_primitives::{session::SessionTerms, Balance, SignedVoucher, Voucher};
use sp_core::{
    sr25519::{Pair, Public},
    Pair as _, H256,
};
use std::collections::BTreeMap;

/// A call that is answered, and that no voucher pays for yet.
#[derive(Clone, Copy, Debug)]
struct Answered {
    hash: Hash,
    earned: Balance,
}

/// A call that is being answered.
#[derive(Clone, Copy, Debug)]
struct Running {
    root: H256,
    fee: Balance,
    number: u64,
}

/// A voucher that the session's key has signed.
#[derive(Clone, Debug)]
pub(crate) struct Proven(SignedVoucher);

impl Proven {
    /// The voucher.
    pub(crate) const fn signed(&self) -> &SignedVoucher {
        &self.0
    }

    /// Check the signature of a voucher.
    pub(crate) fn of(signed: &SignedVoucher, key: &Public) -> Result<Self, String> {
        match Pair::verify(&signed.signature, signed.voucher.hash::<Blake2b256>().as_bytes(), key) {
            true => Ok(Self(signed.clone())),
            false => Err(String::from("its signature is not of the session's key")),
        }
    }
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It can be answered now, and is paid if it is.
    Free,
    /// It was answered.
    Answered,
    /// It is being answered.
    Running(H256),
}

/// The account of a session.
pub(crate) struct Account {
    pub(crate) terms: SessionTerms,
    /// The newest voucher.
    pub(crate) voucher: Option<SignedVoucher>,
    /// Receipts of the calls that it pays for.
    vouched: ListBuilder<Blake2b256>,
    answered: BTreeMap<u32, Answered>,
    running: BTreeMap<u32, Running>,
    window: u32,
    numbers: u64,
}

impl Account {
    /// A session in which nothing happened. `window`: most calls beyond the newest voucher.
    pub(crate) fn new(terms: SessionTerms, window: u32) -> Self {
        Self {
            terms,
            voucher: None,
            vouched: ListBuilder::new(TAG_BATCH),
            answered: BTreeMap::new(),
            running: BTreeMap::new(),
            window: window.max(1),
            numbers: 0,
        }
    }

    /// Calls that the newest voucher pays for.
    pub(crate) const fn vouched(&self) -> u32 {
        self.vouched.len()
    }

    /// What it pays.
    pub(crate) fn paid(&self) -> Balance {
        self.voucher.as_ref().map_or(0, |v| v.voucher.fee)
    }

    /// Most calls beyond the newest voucher.
    pub(crate) const fn window(&self) -> u32 {
        self.window
    }

    /// Calls that are answered without a gap, and what they cost together: what the next voucher may pay for.
    pub(crate) fn due(&self) -> (u32, Balance) {
        let (mut calls, mut fee) = (self.vouched(), self.paid());
        while let Some(answered) = self.answered.get(&calls) {
            calls = calls.saturating_add(1);
            fee = fee.saturating_add(answered.earned);
        }
        (calls, fee)
    }

    /// Calls that are answered beyond the first one that is missing.
    pub(crate) fn beyond(&self) -> Vec<u32> {
        let (calls, _) = self.due();
        self.answered.range(calls..).map(|(index, _)| *index).collect()
    }

    /// What answered calls cost that no voucher pays for.
    pub(crate) fn unpaid(&self) -> Balance {
        self.answered.values().fold(0, |sum, a| sum.saturating_add(a.earned))
    }

    /// Calls that are being answered.
    pub(crate) fn running(&self) -> usize {
        self.running.len()
    }

    /// Where call `index` of `fee` stands.
    pub(crate) fn place(&self, index: u32, fee: Balance) -> Result<Place, PaymentProblem> {
        if index < self.vouched() || self.answered.contains_key(&index) {
            return Ok(Place::Answered);
        }
        if let Some(running) = self.running.get(&index) {
            return Ok(Place::Running(running.root));
        }
        let (calls, due) = self.due();
        if index - self.vouched() >= self.window {
            return Err(match calls > self.vouched() {
                true => PaymentProblem::Unpaid { calls, fee: due },
                false => PaymentProblem::Index(calls),
            });
        }
        let running = self.running.values().fold(0, |sum: Balance, r| sum.saturating_add(r.fee));
        let all = [self.paid(), self.unpaid(), running, fee].into_iter().fold(0, Balance::saturating_add);
        match all.checked_sub(self.terms.deposit) {
            Some(missing) if missing > 0 => Err(PaymentProblem::Deposit { missing }),
            _ => Ok(Place::Free),
        }
    }

    /// Begin to answer a call. The number tells it from another try under the same index.
    pub(crate) fn begin(&mut self, index: u32, root: H256, fee: Balance) -> u64 {
        self.numbers = self.numbers.wrapping_add(1);
        self.running.insert(index, Running { root, fee, number: self.numbers });
        self.numbers
    }

    /// The try is over, without an answer.
    pub(crate) fn give_up(&mut self, index: u32, number: u64) {
        if self.running.get(&index).is_some_and(|r| r.number == number) {
            self.running.remove(&index);
        }
    }

    /// A call was answered: its receipt's hash, and what it earned.
    pub(crate) fn answer(&mut self, index: u32, hash: Hash, earned: Balance) {
        self.running.remove(&index);
        if index >= self.vouched() {
            self.answered.entry(index).or_insert(Answered { hash, earned });
        }
    }

    /// Whether a voucher is newer than the one there is. An older one is no mistake (a repeated call carries it) and says
    /// nothing. All that it says is checked here, but not its signature, which takes longer than everything else.
    pub(crate) fn is_newer(&self, voucher: &Voucher) -> Result<bool, String> {
        Ok(self.list_with(voucher)?.is_some())
    }

    /// The list of the receipts that a voucher pays for; nothing if it is no newer than the one there is.
    fn list_with(&self, voucher: &Voucher) -> Result<Option<ListBuilder<Blake2b256>>, String> {
        if voucher.genesis != self.terms.genesis || voucher.session != self.terms.session {
            return Err(format!("it is for session {} of chain {:?}", voucher.session, voucher.genesis));
        }
        if voucher.calls <= self.vouched() {
            return Ok(None);
        }
        let (calls, _) = self.due();
        if voucher.calls > calls {
            return Err(format!("it pays for {} calls, and {calls} were answered", voucher.calls));
        }
        let (mut list, mut fee) = (self.vouched.clone(), self.paid());
        for answered in self.answered.range(self.vouched()..voucher.calls).map(|(_, answered)| answered) {
            list.push(&answered.hash);
            fee = fee.saturating_add(answered.earned);
        }
        if voucher.fee != fee {
            return Err(format!("{} calls cost {fee} planck, not {}", voucher.calls, voucher.fee));
        }
        if voucher.receipts.0 != list.root() {
            return Err(format!("the receipts of {} calls have the root {:?}", voucher.calls, H256(list.root())));
        }
        Ok(Some(list))
    }

    /// Take a voucher whose signature is right: whether it is newer than the one there is.
    pub(crate) fn take(&mut self, proven: &Proven) -> Result<bool, String> {
        let Some(list) = self.list_with(&proven.0.voucher)? else { return Ok(false) };
        self.put(proven.0.clone(), list);
        Ok(true)
    }

    fn put(&mut self, signed: SignedVoucher, vouched: ListBuilder<Blake2b256>) {
        self.answered = self.answered.split_off(&signed.voucher.calls);
        self.vouched = vouched;
        self.voucher = Some(signed);
    }

    /// Take a voucher that was checked when it came.
    pub(crate) fn restore(&mut self, signed: SignedVoucher) {
        let calls = signed.voucher.calls;
        if calls <= self.vouched() {
            return;
        }
        let mut list = self.vouched.clone();
        for answered in self.answered.range(self.vouched()..calls).map(|(_, answered)| answered) {
            list.push(&answered.hash);
        }
        if list.len() == calls && list.root() == signed.voucher.receipts.0 {
            self.put(signed, list);
        } else {
            tracing::error!(session = self.terms.session, calls, "a voucher is of receipts that are not here any more");
        }
    }
}
