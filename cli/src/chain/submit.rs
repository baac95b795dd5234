//! Transactions: sign, send, wait until a block holds them, say why if it refuses.

use super::{AtBlock, Call, Chain, Config, Event, Head};
use crate::{
    amounts,
    errors::{self, CliError, Context, Result},
};
use candor_primitives::Balance;
use sp_core::{sr25519, Pair, H256};
use std::time::Duration;
use subxt::{
    config::DefaultExtrinsicParamsBuilder,
    error::TransactionEventsError,
    tx::{Signer, SubmittableTransaction, TransactionInBlock, TransactionProgress, TransactionStatus},
    utils::{AccountId32, MultiSignature},
};

type OnlineAtBlock = subxt::client::OnlineClientAtBlockImpl<Config>;

/// Blocks that a transaction stays valid.
const MORTALITY: u64 = 64;
/// How long a transaction may wait for a block.
const IN_BLOCK: Duration = Duration::from_secs(120);

/// A transaction in a block.
pub struct Submitted {
    /// The block.
    pub head: Head,
    /// Hash of the transaction.
    pub hash: H256,
    /// Its events.
    pub events: Vec<Event>,
    /// Its fee, in planck.
    pub fee: Balance,
    progress: TransactionProgress<Config, OnlineAtBlock>,
}

/// A transaction that came to nothing.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub error: CliError,
    /// What it cost nevertheless, in planck: more than nothing if a block holds it, or may hold it.
    pub fee: Balance,
}

/// Signs transactions with a key of this program.
struct Key<'a>(&'a sr25519::Pair);

impl Signer<Config> for Key<'_> {
    fn account_id(&self) -> AccountId32 {
        AccountId32(self.0.public().0)
    }

    fn sign(&self, payload: &[u8]) -> MultiSignature {
        MultiSignature::Sr25519(self.0.sign(payload).0)
    }
}

impl Chain {
    /// Sign and send a call; returns once a best block holds it and it succeeded there.
    pub async fn submit(&self, pair: &sr25519::Pair, call: &Call) -> Result<Submitted> {
        self.submit_within(pair, call, None).await.map_err(|failed| failed.error)
    }

    /// The same, unless it would cost more than `most` planck.
    pub async fn submit_within(
        &self,
        pair: &sr25519::Pair,
        call: &Call,
        most: Option<Balance>,
    ) -> std::result::Result<Submitted, Failed> {
        let at = self.at(self.head().await?.hash).await?;
        let mut attempt = 0;
        loop {
            match self.try_submit(&at, pair, call, most).await {
                // Another transaction of this account took the nonce between the look and the send.
                Err(Refusal::Nonce) if attempt < 3 => attempt += 1,
                Err(Refusal::Nonce) => {
                    let busy = CliError::new("the account sends other transactions at the same moment");
                    return Err(busy.hint("try again").into());
                },
                Err(Refusal::Final(failed)) => return Err(failed),
                Ok(submitted) => return Ok(submitted),
            }
        }
    }

    async fn try_submit(
        &self,
        at: &AtBlock,
        pair: &sr25519::Pair,
        call: &Call,
        most: Option<Balance>,
    ) -> std::result::Result<Submitted, Refusal> {
        let signer = Key(pair);
        // From the look at the nonce until the node has the transaction, no other one of this program comes between.
        let turn = self.sending.lock().await;
        // Counts what waits in the pool, too.
        let nonce = self.rpc.system_account_next_index(&signer.account_id()).await;
        let nonce = nonce.map_err(|error| errors::rpc("reading the account's nonce", &error))?;
        // Born in a final block: a fork that drops the best one must not spoil the signature.
        let birth = self.finalised().await?;
        let params = DefaultExtrinsicParamsBuilder::<Config>::new()
            .nonce(nonce)
            .mortal_from_unchecked(MORTALITY, birth.number.into(), subxt::utils::H256(birth.hash.0))
            .build();
        let transaction = at.tx().create_signed(call, &signer, params).await.map_err(build_error)?;
        let mut estimate = 0;
        if let Some(most) = most {
            estimate = transaction.partial_fee_estimate().await.map_err(build_error)?;
            if estimate > most {
                let (fee, most) = (amounts::show(estimate), amounts::show(most));
                let error = CliError::new(format!("the transaction would cost {fee}, more than the {most} put aside"));
                return Err(error.hint("blocks are full at the moment: try again later").into());
            }
        }
        let mut progress = match transaction.submit_and_watch().await {
            Ok(progress) => progress,
            Err(error) => return Err(refused(&transaction, error.to_string()).await),
        };
        drop(turn);
        let included = tokio::time::timeout(IN_BLOCK, in_block(&mut progress));
        let included = match included.await {
            Ok(Ok(included)) => included,
            Ok(Err(reason)) => return Err(refused(&transaction, reason).await),
            Err(_) => {
                let error = CliError::new(format!("no block took the transaction within {} s", IN_BLOCK.as_secs()))
                    .hint("it may still happen; are the chain's validators running?");
                return Err(Refusal::Final(Failed { error, fee: estimate }));
            },
        };
        let outcome = self.outcome(&included).await;
        let (head, events) = outcome.map_err(|error| Refusal::Final(Failed { error, fee: estimate }))?;
        let paid = events.iter().find(|event| event.is("TransactionPayment", "TransactionFeePaid"));
        let fee = paid.and_then(|event| event.number("actual_fee")).unwrap_or(estimate);
        Ok(Submitted { head, hash: H256(transaction.hash().0), events, fee, progress })
    }

    async fn outcome(&self, included: &TransactionInBlock<Config, OnlineAtBlock>) -> Result<(Head, Vec<Event>)> {
        let head = self.head_of(H256(included.block_hash().0)).await?;
        let events = included.wait_for_success().await.map_err(|error| match error {
            TransactionEventsError::ExtrinsicFailed(error) => errors::dispatch(&error),
            other => CliError::new(format!(
                "the transaction is in block {}, but its events cannot be read: {other}",
                head.number
            )),
        })?;
        let events: Result<Vec<Event>> = events
            .iter()
            .map(|event| event.context("reading an event").and_then(|event| Event::read(&event)))
            .collect();
        Ok((head, events?))
    }
}

impl Submitted {
    /// The event of this transaction with this name.
    pub fn event(&self, pallet: &str, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.is(pallet, name))
    }

    /// A number in the event of this name; every version of the chain that this program knows emits it.
    pub fn number(&self, pallet: &str, name: &str, field: &str) -> Result<u128> {
        self.event(pallet, name).and_then(|event| event.number(field)).ok_or_else(|| {
            CliError::new(format!("the chain did not report {pallet}.{name} as expected"))
                .hint("the chain and this program are probably of different versions")
        })
    }

    /// Waits until another best block holds the transaction, after a fork. May be dropped at any time.
    pub async fn moved(&mut self) -> Moved {
        loop {
            match self.progress.next().await {
                Some(Ok(TransactionStatus::InBestBlock(included)))
                    if H256(included.block_hash().0) != self.head.hash =>
                {
                    return Moved(included);
                },
                Some(Ok(_)) => {},
                // Final, or nothing more to hear: what is known stays.
                _ => std::future::pending().await,
            }
        }
    }

    /// Take over where it moved to: its job may have another number there.
    pub async fn follow(&mut self, chain: &Chain, moved: Moved) -> Result<()> {
        (self.head, self.events) = chain.outcome(&moved.0).await?;
        Ok(())
    }
}

/// Where a transaction moved to.
pub struct Moved(TransactionInBlock<Config, OnlineAtBlock>);

enum Refusal {
    Nonce,
    Final(Failed),
}

impl From<CliError> for Failed {
    fn from(error: CliError) -> Self {
        Self { error, fee: 0 }
    }
}

impl From<CliError> for Refusal {
    fn from(error: CliError) -> Self {
        Self::Final(error.into())
    }
}

async fn in_block(
    progress: &mut TransactionProgress<Config, OnlineAtBlock>,
) -> std::result::Result<TransactionInBlock<Config, OnlineAtBlock>, String> {
    while let Some(status) = progress.next().await {
        match status.map_err(|error| error.to_string())? {
            TransactionStatus::InBestBlock(included) | TransactionStatus::InFinalizedBlock(included) => {
                return Ok(included)
            },
            TransactionStatus::Error { message }
            | TransactionStatus::Invalid { message }
            | TransactionStatus::Dropped { message } => return Err(message),
            _ => {},
        }
    }
    Err("the node said nothing more about it".to_owned())
}

/// Why the node did not take a transaction: the runtime knows best.
async fn refused(transaction: &SubmittableTransaction<Config, OnlineAtBlock>, said: String) -> Refusal {
    // Pool errors 1013 and 1014: the same transaction, or another with the same nonce, waits already.
    if said.contains("riority is too low") || said.contains("lready imported") || said.contains("outdated") {
        return Refusal::Nonce;
    }
    match transaction.validate().await.map(|result| errors::validity(&result)) {
        Ok(Some(error)) => error.into(),
        _ => CliError::new(format!("the node did not take the transaction: {said}")).into(),
    }
}

fn build_error(error: subxt::error::ExtrinsicError) -> CliError {
    CliError::new(format!("the transaction cannot be built for this chain: {error}"))
        .hint("is --url the address of a Candor node, of the same version as this program?")
}
