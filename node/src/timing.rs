//! Executes blocks of the database again: does their weight grant the time that they take on this machine?

use crate::service::FullClient;
use candor_runtime::{opaque::Block, BlockNumber, Runtime};
use clap::Parser;
use codec::DecodeAll;
use frame_system::{BlockWeight, ConsumedWeight};
use sc_cli::{CliConfiguration, Error, ImportParams, Result, SharedParams};
use sc_client_api::{BlockBackend, StorageProvider};
use serde::Serialize;
use sp_api::{Core, ProvideRuntimeApi};
use sp_core::{
    storage::{well_known_keys, StorageKey},
    H256,
};
use sp_runtime::{traits::Block as BlockT, DigestItem};
use std::time::Instant;

/// Arguments of `candor-node time-blocks`.
#[derive(Clone, Debug, Parser)]
pub struct TimeBlocksCmd {
    /// First block; without it the first one from which on all states are in the database (the last 256, unless the node was
    /// started with --state-pruning).
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub from: Option<BlockNumber>,

    /// Last block; the best one without it.
    #[arg(long, value_name = "NUMBER")]
    pub to: Option<BlockNumber>,

    /// How often each block is executed and timed, after a first time that reads its state from the disk.
    #[arg(long, value_name = "TIMES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,

    /// Print a list in JSON.
    #[arg(long)]
    pub json: bool,

    /// Chain and folder.
    #[clap(flatten)]
    pub shared_params: SharedParams,

    /// Database and execution.
    #[clap(flatten)]
    pub import_params: ImportParams,
}

impl CliConfiguration for TimeBlocksCmd {
    fn shared_params(&self) -> &SharedParams {
        &self.shared_params
    }

    fn import_params(&self) -> Option<&ImportParams> {
        Some(&self.import_params)
    }

    // Every read goes to the database, as weights count it.
    fn trie_cache_maximum_size(&self) -> Result<Option<usize>> {
        Ok(None)
    }
}

/// How long a block takes. Times in nanoseconds.
#[derive(Debug, Serialize)]
struct Timed {
    block: BlockNumber,
    transactions: usize,
    /// Weight that the block used, in nanoseconds, everything in it counted.
    weight: u64,
    /// The first execution: what it reads may come from the disk, the runtime may have to be compiled.
    first: u64,
    /// The middle one of those after the first.
    median: u64,
    /// The longest of those after the first.
    most: u64,
}

impl TimeBlocksCmd {
    /// Executes the blocks one after the other and prints how long each took.
    pub fn run(&self, client: &FullClient) -> Result<()> {
        let best = client.chain_info().best_number;
        let to = self.to.unwrap_or(best);
        let from = self.from.unwrap_or_else(|| oldest(client, to));
        if from == 0 || from > to || to > best {
            return Err(format!("there are no blocks {from} to {to}: the best one is {best}").into());
        }
        let mut all = Vec::new();
        for number in from..=to {
            let timed = time(client, number, self.repeat)?;
            if self.json {
                all.push(timed);
            } else {
                println!("{}", timed.line());
            }
        }
        if self.json {
            println!("{}", serde_json::to_string(&all).map_err(|error| Error::Application(error.into()))?);
        }
        Ok(())
    }
}

impl Timed {
    fn line(&self) -> String {
        let ms = |ns: u64| ns as f64 / 1e6;
        format!(
            "block {:>7}: {:>4} transactions, {:>7.2} ms of {:>7.2} ms of weight, {:>5.1} %; longest {:>7.2} ms",
            self.block,
            self.transactions,
            ms(self.median),
            ms(self.weight),
            100. * self.median as f64 / self.weight.max(1) as f64,
            ms(self.most),
        )
    }
}

/// The first block that can be executed again, as all from there up to `to` can; `to` if none can.
fn oldest(client: &FullClient, to: BlockNumber) -> BlockNumber {
    let code = StorageKey(well_known_keys::CODE.to_vec());
    let has_state = |number: &BlockNumber| {
        let hash = client.block_hash(*number).ok().flatten();
        hash.is_some_and(|hash| matches!(client.storage(hash, &code), Ok(Some(_))))
    };
    let before = (0..to).rev().take_while(has_state).last();
    before.map_or(to, |number| number.saturating_add(1))
}

fn time(client: &FullClient, number: BlockNumber, repeat: u32) -> Result<Timed> {
    let missing = || format!("block {number} is not in the database");
    let hash = client.block_hash(number)?.ok_or_else(missing)?;
    let (mut header, transactions) = client.block(hash)?.ok_or_else(missing)?.block.deconstruct();
    let weight = weight_of(client, hash).map_err(|error| {
        format!(
            "the state of block {number} cannot be read ({error}): a node keeps the last 256, unless it was started with \
            --state-pruning archive"
        )
    })?;
    let parent = header.parent_hash;
    let count = transactions.len();
    // The seal is what the consensus checks; the runtime never sees it.
    header.digest.logs.retain(|item| !matches!(item, DigestItem::Seal(..)));
    let block = Block::new(header, transactions);
    let execute = || -> Result<u64> {
        let (api, block) = (client.runtime_api(), block.clone());
        let begun = Instant::now();
        api.execute_block(parent, block.into())
            .map_err(|error| format!("block {number} cannot be executed on the state before it: {error}"))?;
        Ok(begun.elapsed().as_nanos() as u64)
    };
    let first = execute()?;
    let (median, most) = spread((0..repeat).map(|_| execute()).collect::<Result<_>>()?);
    Ok(Timed { block: number, transactions: count, weight, first, median, most })
}

/// Weight that a block used, in nanoseconds: what the runtime counted while it ran.
fn weight_of(client: &FullClient, hash: H256) -> Result<u64> {
    let key = StorageKey(BlockWeight::<Runtime>::hashed_key().to_vec());
    let counted = client.storage(hash, &key)?.ok_or("it has no weight")?;
    let counted = ConsumedWeight::decode_all(&mut &counted.0[..])?;
    Ok(counted.total().ref_time() / 1_000)
}

/// The middle one, of an even number the later, and the longest. Zero if there are none.
fn spread(mut times: Vec<u64>) -> (u64, u64) {
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    (at(times.len() / 2), at(times.len().saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_should_give_the_middle_and_the_longest_when_times_come_in_any_order() {
        assert_eq!(spread(vec![30, 10, 20]), (20, 30));
        assert_eq!(spread(vec![40, 10, 30, 20]), (30, 40));
        assert_eq!(spread(vec![7]), (7, 7));
        assert_eq!(spread(Vec::new()), (0, 0));
    }

    #[test]
    fn line_should_give_the_share_of_the_weight_when_the_block_has_some() {
        let timed = Timed {
            block: 12,
            transactions: 80,
            weight: 500_000_000,
            first: 300_000_000,
            median: 125_000_000,
            most: 150_000_000,
        };
        let line = timed.line();
        assert!(line.contains(" 125.00 ms of  500.00 ms of weight,  25.0 %"), "{line}");
        assert!(line.ends_with("longest  150.00 ms"), "{line}");
    }
}
