//! Sessions on chain: what is asked, what is sent.

use super::{Call, Chain, Failed, Submitted};
use crate::errors::{CliError, Result};
use candor_primitives::{
    AccountId, Balance, BlockNumber, Payload, ReleaseId, SessionId, SignedReceipt, SignedVoucher, Units, Voucher,
};
use candor_runtime_api::sessions::{SampleView, SessionQuote, SessionQuoteError, SessionView};
use codec::Encode;
use sp_core::{sr25519, H256};

/// Items per question; the runtime gives no more.
const PAGE: u32 = 100;
/// The pallet.
const PALLET: &str = "Sessions";

/// What a session is opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Release to call.
    pub release: ReleaseId,
    /// Who answers; whoever is drawn, if nobody is named.
    pub host: Option<AccountId>,
    /// Units of the largest call.
    pub max_units: Units,
    /// Most that it may cost, in planck.
    pub max_fee: Balance,
    /// What all calls together may cost, in planck.
    pub deposit: Balance,
    /// Last block in which calls are answered.
    pub expires: BlockNumber,
    /// Key that signs the vouchers.
    pub key: sr25519::Public,
    /// Whether only an attested host may answer.
    pub attested: bool,
}

impl Chain {
    /// A session of which something is left to be done.
    pub async fn session(&self, id: SessionId) -> Result<Option<SessionView>> {
        self.ask("looking a session up", "SessionsApi_session", &id.encode(), None).await
    }

    /// All sessions of an account of which something is left to be done, oldest first.
    pub async fn sessions_of(&self, account: &AccountId) -> Result<Vec<SessionView>> {
        self.pages("listing the sessions", "SessionsApi_sessions_of", |all: &[SessionView]| {
            let start: SessionId = all.last().map_or(0, |last| last.terms.session.saturating_add(1));
            (account, start, PAGE).encode()
        })
        .await
    }

    /// All sessions at a host of which something is left to be done, oldest first.
    pub async fn sessions_at(&self, host: &AccountId) -> Result<Vec<SessionView>> {
        self.pages("listing the sessions", "SessionsApi_sessions_at", |all: &[SessionView]| {
            let start: SessionId = all.last().map_or(0, |last| last.terms.session.saturating_add(1));
            (host, start, PAGE).encode()
        })
        .await
    }

    /// Calls that a host has to open, the most urgent first.
    pub async fn samples_at(&self, host: &AccountId) -> Result<Vec<SampleView>> {
        self.ask("listing the drawn calls", "SessionsApi_samples_at", &(host, PAGE).encode(), None).await
    }

    /// What a session would cost now.
    pub async fn quote_session(
        &self,
        release: ReleaseId,
        host: Option<&AccountId>,
        max_units: Units,
        deposit: Balance,
        attested: bool,
    ) -> Result<std::result::Result<SessionQuote, SessionQuoteError>> {
        let args = (release, host, max_units, deposit, attested).encode();
        self.ask("asking what a session costs", "SessionsApi_quote_session", &args, None).await
    }

    /// Open a session.
    pub async fn open_session(
        &self,
        pair: &sr25519::Pair,
        open: &OpenSession,
        most: Option<Balance>,
    ) -> std::result::Result<(SessionView, Submitted), Failed> {
        let call = Call::new(PALLET, "open")
            .number(open.release)
            .arg(&open.host)
            .number(u128::from(open.max_units))
            .number(open.max_fee)
            .number(open.deposit)
            .number(open.expires)
            .arg(&open.key)
            .arg(&open.attested);
        let submitted = self.submit_within(pair, &call, most).await?;
        let id = submitted.number(PALLET, "SessionOpened", "session").map(|id| id as SessionId);
        self.view_after(id, submitted).await
    }

    /// Add to a session's deposit, or let it end later.
    pub async fn top_up_session(
        &self,
        pair: &sr25519::Pair,
        id: SessionId,
        amount: Balance,
        expires: Option<BlockNumber>,
        most: Option<Balance>,
    ) -> std::result::Result<(SessionView, Submitted), Failed> {
        let call = Call::new(PALLET, "top_up").number(u128::from(id)).number(amount).arg(&expires);
        let submitted = self.submit_within(pair, &call, most).await?;
        self.view_after(Ok(id), submitted).await
    }

    async fn view_after(
        &self,
        id: Result<SessionId>,
        submitted: Submitted,
    ) -> std::result::Result<(SessionView, Submitted), Failed> {
        let fee = submitted.fee;
        let view = match id {
            Ok(id) => self.session(id).await.and_then(|view| {
                view.ok_or_else(|| {
                    CliError::new(format!("session {id} is not there: the chain may have switched to another fork"))
                        .hint("try again; `candor session list` shows what there is")
                })
            }),
            Err(error) => Err(error),
        };
        view.map(|view| (view, submitted)).map_err(|error| Failed { error, fee })
    }

    /// Close a session. Its host has a notice to settle the newest voucher, which it must have been given before.
    pub async fn close_session(
        &self,
        pair: &sr25519::Pair,
        id: SessionId,
        most: Option<Balance>,
    ) -> std::result::Result<Submitted, Failed> {
        let call = Call::new(PALLET, "close").number(u128::from(id)).arg(&None::<SignedVoucher>);
        self.submit_within(pair, &call, most).await
    }

    /// End a session at once with a last voucher, to which its host agreed with `signature`.
    pub async fn close_agreed(
        &self,
        pair: &sr25519::Pair,
        voucher: &Voucher,
        signature: &sr25519::Signature,
        most: Option<Balance>,
    ) -> std::result::Result<Submitted, Failed> {
        let call = Call::new(PALLET, "close_agreed").arg(voucher).arg(signature);
        self.submit_within(pair, &call, most).await
    }

    /// Put a receipt of a session on chain, so that it can be disputed.
    pub async fn present(
        &self,
        pair: &sr25519::Pair,
        receipt: &SignedReceipt,
        input: &Payload,
        outputs: &[H256],
    ) -> Result<Submitted> {
        let call = Call::new(PALLET, "present").arg(receipt).arg(input).arg(&outputs.to_vec());
        self.submit(pair, &call).await
    }
}
