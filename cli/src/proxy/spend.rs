//! What was spent, for programs and for people.

use super::{core::Proxy, live::Health};
use crate::{account::address, amounts};
use axum::{extract::State, http::header, response::IntoResponse, routing::get, Json, Router};
use candor_primitives::Balance;
use serde_json::{json, Value};
use std::sync::{Arc, PoisonError};

/// `GET /candor/v1/spend` and `GET /metrics`.
pub fn router(proxy: Arc<Proxy>) -> Router {
    Router::new().route("/candor/v1/spend", get(spend)).route("/metrics", get(metrics)).with_state(proxy)
}

async fn spend(State(proxy): State<Arc<Proxy>>) -> Json<Value> {
    Json(proxy.spend())
}

async fn metrics(State(proxy): State<Arc<Proxy>>) -> impl IntoResponse {
    let standing = proxy.budget.standing();
    let cndr = |amount: Balance| amount as f64 / amounts::ONE as f64;
    let (owed, open) = (proxy.owed(), proxy.sessions().len());
    let gauges = [
        ("candor_proxy_budget_cndr", "What may be spent in all.", cndr(standing.limit)),
        ("candor_proxy_paid_cndr", "Paid for answered calls, in sessions that are over and in those that are not.", {
            cndr(standing.ended.saturating_add(owed))
        }),
        ("candor_proxy_fees_cndr", "Fees of transactions.", cndr(standing.fees)),
        ("candor_proxy_bound_cndr", "Deposits of sessions that are not over.", cndr(standing.bound)),
        ("candor_proxy_sessions", "Sessions that are not over.", open as f64),
    ];
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], proxy.metrics.text(&gauges))
}

impl Proxy {
    /// What is owed for answered calls in sessions that are not over, in planck.
    pub fn owed(&self) -> Balance {
        self.sessions().iter().map(|live| live.book().earned()).fold(0, Balance::saturating_add)
    }

    /// Where the money is. Amounts are CNDR in decimal.
    pub fn spend(&self) -> Value {
        let standing = self.budget.standing();
        let sessions: Vec<Value> = self
            .sessions()
            .iter()
            .map(|live| {
                let book = live.book();
                let terms = book.terms();
                let state = match live.health() {
                    Health::Good => "open".to_owned(),
                    Health::Ailing { .. } => "its host does not answer".to_owned(),
                    Health::Retired(reason) => format!("closing: {reason}"),
                };
                json!({
                    "session": live.session, "host": address(&live.host), "endpoint": live.client.base_url(),
                    "release": live.release.id(), "model": live.release.title(), "state": state,
                    "deposit": amounts::decimal(terms.deposit), "paid": amounts::decimal(book.earned()),
                    "vouched": amounts::decimal(book.fee()), "vouched_calls": book.calls(),
                    "calls": book.all_answered(), "in_flight": book.in_flight(), "doubtful": book.doubts(),
                    "window": book.window(), "expires": terms.expires,
                })
            })
            .collect();
        let banned = self.banned.read().unwrap_or_else(PoisonError::into_inner);
        let banned: Vec<Value> =
            banned.iter().map(|(host, reason)| json!({ "host": address(host), "reason": reason })).collect();
        json!({
            "budget": amounts::decimal(standing.limit), "left": amounts::decimal(standing.left),
            "paid": amounts::decimal(standing.ended.saturating_add(self.owed())),
            "fees": amounts::decimal(standing.fees), "bound": amounts::decimal(standing.bound),
            "answered": self.metrics.answered.get(), "failed": self.metrics.failed.get(),
            "wrong": self.metrics.wrong.get(), "recovered": self.metrics.recovered.get(),
            "account": address(&self.network.account()), "sessions": sessions, "not_trusted": banned,
        })
    }

    /// The same in a line.
    pub fn line(&self) -> String {
        let standing = self.budget.standing();
        format!(
            "{} calls answered, {} for them, {} for transactions, {} bound in {} sessions, {} left",
            self.metrics.answered.get(),
            amounts::show(standing.ended.saturating_add(self.owed())),
            amounts::show(standing.fees),
            amounts::show(standing.bound),
            self.sessions().len(),
            amounts::show(standing.left),
        )
    }
}
