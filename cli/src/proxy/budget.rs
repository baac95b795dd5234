//! What may be spent, what is bound, what is gone: never more than the user said.

use candor_primitives::{Balance, SessionId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Most that the fee of one transaction may be, in planck. It is put aside before the transaction is sent.
pub const MOST_FEE: Balance = 50_000_000_000;

/// Most that is held beside the deposit while a session is on chain, in planck.
pub const MOST_BOND: Balance = 50_000_000_000;

/// What a proxy may spend, with everything that its folder has on record.
#[derive(Clone)]
pub struct Budget(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    limit: Balance,
    /// Fees of transactions.
    fees: Balance,
    /// Paid in sessions that are over.
    ended: Balance,
    /// Deposits of sessions that are not over, each with the fee of the transaction that will close it.
    held: BTreeMap<SessionId, Balance>,
    /// Put aside for transactions that are under way.
    reserved: Balance,
}

/// Where the money is, in planck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What may be spent in all.
    pub limit: Balance,
    /// Fees of transactions.
    pub fees: Balance,
    /// Paid in sessions that are over.
    pub ended: Balance,
    /// Bound by sessions that are not, and by transactions under way.
    pub bound: Balance,
    /// What is left.
    pub left: Balance,
}

/// Money put aside for a transaction; free again when dropped.
pub struct Reserve {
    budget: Budget,
    amount: Balance,
}

impl Budget {
    /// Nothing is spent of `limit` yet.
    pub fn new(limit: Balance) -> Self {
        Self(Arc::new(Mutex::new(State { limit, ..State::default() })))
    }

    /// Put an amount aside; `None` if so much is not left.
    pub fn reserve(&self, amount: Balance) -> Option<Reserve> {
        let mut state = self.state();
        if state.left() < amount {
            return None;
        }
        state.reserved += amount;
        Some(Reserve { budget: self.clone(), amount })
    }

    /// A transaction cost a fee.
    pub fn fee(&self, fee: Balance) {
        let mut state = self.state();
        state.fees = state.fees.saturating_add(fee);
    }

    /// A session binds a deposit, now or more than before.
    pub fn holds(&self, session: SessionId, deposit: Balance) {
        self.state().held.insert(session, deposit.saturating_add(MOST_FEE));
    }

    /// A session is over; so much was paid in it.
    pub fn ended(&self, session: SessionId, paid: Balance) {
        let mut state = self.state();
        if state.held.remove(&session).is_some() {
            state.ended = state.ended.saturating_add(paid);
        }
    }

    /// A session that was over before.
    pub fn was_paid(&self, paid: Balance) {
        let mut state = self.state();
        state.ended = state.ended.saturating_add(paid);
    }

    /// Where the money is.
    pub fn standing(&self) -> Standing {
        let state = self.state();
        let State { limit, fees, ended, .. } = *state;
        Standing { limit, fees, ended, bound: state.bound(), left: state.left() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn bound(&self) -> Balance {
        self.held.values().fold(self.reserved, |sum, held| sum.saturating_add(*held))
    }

    fn left(&self) -> Balance {
        self.limit.saturating_sub(self.fees.saturating_add(self.ended).saturating_add(self.bound()))
    }
}

impl Drop for Reserve {
    fn drop(&mut self) {
        let mut state = self.budget.state();
        state.reserved = state.reserved.saturating_sub(self.amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_should_never_be_exceeded_when_sessions_come_and_go() {
        let budget = Budget::new(10 * MOST_FEE);
        let reserve = budget.reserve(9 * MOST_FEE).unwrap();
        assert!(budget.reserve(2 * MOST_FEE).is_none());
        budget.holds(1, 7 * MOST_FEE);
        budget.fee(MOST_FEE / 2);
        drop(reserve);
        assert_eq!(budget.standing().bound, 8 * MOST_FEE);
        assert_eq!(budget.standing().left, 3 * MOST_FEE / 2);
        assert!(budget.reserve(2 * MOST_FEE).is_none());
        budget.ended(1, MOST_FEE);
        budget.ended(1, MOST_FEE);
        assert_eq!(budget.standing().left, 17 * MOST_FEE / 2);
    }
}
