//! Sessions are looked after: vouchers sent, doubts settled, deposits topped up, ends made.

use super::{
    budget::MOST_FEE,
    call::MARGIN,
    core::Proxy,
    live::{Health, Live},
    network::Sent,
};
use crate::{amounts, errors::Result};
use candor_primitives::Balance;
use std::{
    sync::{atomic::Ordering, Arc},
    time::{Duration, Instant},
};

/// How long a host may be away before its session is given up.
const AWAY: Duration = Duration::from_secs(600);
/// How long a host that went away is asked at the end what it has answered.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// How long nothing is asked before a voucher is sent on its own.
const IDLE: Duration = Duration::from_secs(1);
/// Share of the deposit, in per cent, at which it is topped up.
const USED: Balance = 80;

impl Proxy {
    /// What has to be done from time to time: vouchers, doubts, deposits, ends.
    pub async fn keep(self: &Arc<Self>) {
        if let Ok(head) = self.network.head().await {
            self.head.store(head, Ordering::Release);
        }
        // Each on its own: a host that takes its time keeps no other session waiting.
        let all = self.sessions().into_iter().filter(|live| !live.tended.swap(true, Ordering::AcqRel)).map(|live| {
            let proxy = self.clone();
            tokio::spawn(async move {
                proxy.look_after(&live).await;
                live.tended.store(false, Ordering::Release);
            })
        });
        futures::future::join_all(all.collect::<Vec<_>>()).await;
    }

    async fn look_after(self: &Arc<Self>, live: &Arc<Live>) {
        match live.health() {
            Health::Good => self.tend(live).await,
            Health::Ailing { since, next, .. } if next <= Instant::now() => {
                self.mend(live).await;
                if since.elapsed() > AWAY && !live.is_good() {
                    self.retire(live, "its host does not answer any more");
                }
            },
            Health::Ailing { .. } => {},
            Health::Retired(_) => self.end(live).await,
        }
    }

    async fn tend(self: &Arc<Self>, live: &Arc<Live>) {
        let head = self.head.load(Ordering::Acquire);
        let (expires, used, deposit) = {
            let book = live.book();
            (book.terms().expires, book.bound(), book.terms().deposit)
        };
        if expires < head.saturating_add(MARGIN) {
            return self.retire(live, "its time is over");
        }
        // A node that cannot be asked says nothing about the machine.
        if self.settings.attested && matches!(self.network.is_attested(live.host.clone()).await, Ok(false)) {
            return self.retire(live, "its host's machine is not attested any more");
        }
        if live.idle() > IDLE {
            self.close_gaps(live).await;
            self.flush(live).await;
        }
        let more = self.budget.standing().left.saturating_sub(MOST_FEE).min(self.settings.deposit);
        // The last crumbs of a budget are not worth a transaction; a call that needs them gets them.
        if used.saturating_mul(100) >= deposit.saturating_mul(USED) && more >= self.settings.deposit / 10 {
            let _ = self.top_up(live, more).await;
        }
        if head > 0 && expires < head.saturating_add(self.settings.blocks / 5) && live.idle() < Duration::from_secs(600)
        {
            self.renew(live).await;
        }
    }

    /// Let a session in use end later.
    async fn renew(&self, live: &Arc<Live>) {
        let _one = live.busy.lock().await;
        let Some(reserve) = self.budget.reserve(MOST_FEE) else { return };
        match self.network.top_up(live.session, 0, Some(self.settings.blocks)).await {
            Ok((on_chain, fee)) => {
                self.grew(live, &on_chain, fee);
                (self.tell)(format!("session {} goes on until block {}", live.session, on_chain.terms.expires));
            },
            Err(failed) => self.pay_fee(failed.fee),
        }
        drop(reserve);
    }

    /// Send the newest voucher on its own. Says whether the host has it.
    pub(super) async fn flush(&self, live: &Arc<Live>) -> bool {
        let Some(voucher) = live.voucher() else { return true };
        if !live.book().owes() {
            return true;
        }
        match live.client.send_voucher(&voucher).await {
            Ok(()) => {
                live.book().delivered(voucher.voucher.calls);
                true
            },
            Err(_) => false,
        }
    }

    /// Ask the host of a session what it has answered, and fetch what was lost.
    pub(super) async fn mend(self: &Arc<Self>, live: &Arc<Live>) {
        let _one = live.busy.lock().await;
        let state = match live.client.session_state(live.session).await {
            Ok(state) if state.known => state,
            _ => return live.put_off(),
        };
        if !state.open {
            // A host that has just started waits for the chain, too.
            return match self.network.session(live.session).await {
                Ok(Some(on_chain)) if on_chain.open => live.put_off(),
                Ok(_) => self.retire(live, "it takes no calls any more"),
                Err(_) => live.put_off(),
            };
        }
        if state.vouched > live.book().calls() {
            // A disk lost what was signed. To sign less would be to go back on one's word.
            return self.retire(live, "its host has a voucher for more calls than are on record here");
        }
        live.book().set_window(state.window);
        live.book().delivered(state.vouched);
        let doubts = live.book().doubts();
        for index in doubts {
            let answered = index < state.answered || state.beyond.contains(&index);
            if (answered || !live.book().unanswered(index)) && !self.repeat(live, index).await {
                return live.put_off();
            }
        }
        if live.book().doubts().is_empty() {
            live.well();
            self.group(live.release.id()).room.notify_waiters();
        } else {
            live.put_off();
        }
    }

    /// Close a session that was given up, and take it off the list when it is over.
    async fn end(self: &Arc<Self>, live: &Arc<Live>) {
        let Ok(_one) = live.busy.try_lock() else { return };
        let on_chain = match self.network.session(live.session).await {
            Ok(on_chain) => on_chain,
            Err(_) => return,
        };
        match on_chain.filter(|on_chain| !on_chain.ended) {
            None => {
                self.budget.ended(live.session, live.end());
                self.group(live.release.id()).remove(live);
            },
            Some(on_chain) if on_chain.open && live.book().in_flight() == 0 => {
                let _ = self.flush(live).await;
                self.close(live).await;
            },
            Some(_) => {},
        }
    }

    /// End a session on chain: at once if its host agrees, else when it has had its notice.
    async fn close(&self, live: &Arc<Live>) {
        let agreed = tokio::time::timeout(LAST_LOOK, live.agree()).await.ok().flatten();
        let mut closed = None;
        if let Some((voucher, signature)) = agreed {
            closed = self.paid_for(self.network.close_agreed(voucher, signature)).await.ok().map(|()| "came back");
        }
        if closed.is_none() {
            closed = match self.paid_for(self.network.close(live.session)).await {
                Ok(()) => Some("comes back when the host has settled"),
                Err(error) => {
                    (self.tell)(format!("session {} could not be closed: {error}", live.session));
                    None
                },
            };
        }
        let Some(rest) = closed else { return };
        let (paid, calls, deposit) = {
            let book = live.book();
            (amounts::show(book.fee()), book.calls(), amounts::show(book.terms().deposit))
        };
        (self.tell)(format!(
            "session {} is closed: {paid} for {calls} calls; the rest of {deposit} {rest}",
            live.session
        ));
    }

    /// Send a transaction and book its fee, whatever became of it.
    async fn paid_for(&self, sent: Sent<()>) -> Result<()> {
        let (fee, result) = match sent.await {
            Ok(((), fee)) => (fee, Ok(())),
            Err(failed) => (failed.fee, Err(failed.error)),
        };
        self.pay_fee(fee);
        result
    }

    /// Take no new calls; those that wait are told so.
    pub fn hang_up(&self) {
        self.closing.store(true, Ordering::Release);
        self.groups().iter().for_each(|group| group.room.notify_waiters());
    }

    /// The end of the program: no new calls, a while for those in flight, all vouchers to their hosts, and the sessions closed
    /// unless they are to go on later.
    pub async fn stop(self: &Arc<Self>, close: bool) {
        self.hang_up();
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until && self.sessions().iter().any(|live| live.book().in_flight() > 0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let all = self.sessions().into_iter().map(|live| async move {
            if live.is_ailing() {
                let _ = tokio::time::timeout(LAST_LOOK, self.mend(&live)).await;
            }
            if live.is_good() {
                self.close_gaps(&live).await;
            }
            if !self.flush(&live).await {
                (self.tell)(format!("session {}: its host did not take the last voucher", live.session));
            }
            if close {
                live.retire("the proxy was stopped");
                if let Ok(Some(on_chain)) = self.network.session(live.session).await {
                    if on_chain.open {
                        self.close(&live).await;
                    }
                }
            }
            let _ = live.sync();
        });
        futures::future::join_all(all).await;
        let _ = self.store.payloads.sync();
    }
}
