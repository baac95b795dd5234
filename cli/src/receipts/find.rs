//! Receipts by hash, place, age, model, host.

use super::{
    payloads,
    records::{Answered, Sent},
    store::{self, Past},
};
use crate::{
    account,
    args::Filter,
    errors::{CliError, Context, Result},
    model::refs::Reference,
};
use candor_commitments::Blake2b256;
use candor_gateway::NamedTensor;
use candor_primitives::{AccountId, SessionId};
use sp_core::H256;
use std::{path::Path, sync::Arc};

/// A receipt with its session.
#[derive(Clone, Debug)]
pub struct Found {
    /// The session.
    pub past: Arc<Past>,
    /// The answer.
    pub answer: Answered,
}

impl Found {
    /// Hash of the receipt.
    pub fn hash(&self) -> H256 {
        self.answer.receipt.receipt.hash::<Blake2b256>()
    }

    /// What was asked.
    pub fn asked(&self) -> Option<&Sent> {
        self.past.asked(self.answer.index)
    }

    /// `3:17`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.past.terms().session, self.answer.index)
    }

    /// The inputs, if they are kept.
    pub fn inputs(&self) -> Result<Option<Vec<NamedTensor>>> {
        let Some(asked) = self.asked() else { return Ok(None) };
        payloads::read(&self.past.folder.join("payloads"), &asked.place).context("the inputs cannot be read")
    }

    /// The outputs, if they are kept; none of a failed run.
    pub fn outputs(&self) -> Result<Option<Vec<NamedTensor>>> {
        let Some(place) = &self.answer.place else { return Ok(Some(Vec::new())) };
        payloads::read(&self.past.folder.join("payloads"), place).context("the outputs cannot be read")
    }
}

/// All receipts that the filter leaves, oldest first.
pub fn all(data: &Path, filter: &Filter) -> Result<Vec<Found>> {
    let release = filter.release.as_deref().map(Reference::parse).transpose()?;
    let host: Option<AccountId> = filter.host.as_deref().map(account::parse).transpose()?;
    let since = filter.since.map_or(0, |age| store::now().saturating_sub(age));
    let mut found = Vec::new();
    for past in store::all_sessions(data)? {
        let terms = past.terms();
        let wanted = release.as_ref().is_none_or(|release| is_of(&past, release))
            && host.as_ref().is_none_or(|host| *host == terms.host)
            && filter.session.is_none_or(|session| session == terms.session);
        if wanted {
            let past = Arc::new(past);
            let answers = past.answered.values().filter(|answer| answer.at >= since);
            found.extend(answers.map(|answer| Found { past: past.clone(), answer: answer.clone() }));
        }
    }
    found.sort_by_key(|found| found.answer.at);
    Ok(found)
}

fn is_of(past: &Past, release: &Reference) -> bool {
    match release {
        Reference::Id(id) => past.terms().release == *id,
        Reference::Name { publisher, name, version } => {
            let (known, of) = past.opened.model.rsplit_once('@').unwrap_or((&past.opened.model, ""));
            let by =
                publisher.as_deref().is_none_or(|by| account::parse(by).is_ok_and(|by| by == past.opened.publisher));
            known == name && version.as_ref().is_none_or(|version| version.to_string() == of) && by
        },
    }
}

/// One receipt: by the first digits of its hash, or by session and index.
pub fn one(data: &Path, id: &str) -> Result<Found> {
    let place = id
        .split_once(':')
        .and_then(|(session, index)| Some((session.parse::<SessionId>().ok()?, index.parse::<u32>().ok()?)));
    let digits = id.trim_start_matches("0x").to_lowercase();
    if place.is_none() && (digits.len() < 4 || !digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Err(CliError::usage(format!("`{id}` is no receipt"))
            .hint("write SESSION:INDEX, or the hash of the receipt (four digits at least)"));
    }
    let mut found = all(data, &Filter::default())?;
    found.retain(|found| match place {
        Some(place) => (found.past.terms().session, found.answer.index) == place,
        None => hex::encode(found.hash()).starts_with(&digits),
    });
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(CliError::new(format!("there is no receipt `{id}` in {}", data.display()))
            .hint("`candor receipts list --limit 0` shows all; name another folder with --data")),
        // The same session number on two chains, or a short hash.
        (Some(_), _) => Err(CliError::usage(format!("several receipts are called `{id}`")).hint("give the whole hash")),
    }
}

/// Those that were named; all that the filter leaves, if none was.
pub fn chosen(data: &Path, ids: &[String], filter: &Filter) -> Result<Vec<Found>> {
    match ids {
        [] => all(data, filter),
        ids => ids.iter().map(|id| one(data, id)).collect(),
    }
}

/// So many of them, drawn at random, in their order.
pub fn drawn(mut found: Vec<Found>, sample: Option<usize>) -> Vec<Found> {
    let Some(sample) = sample else { return found };
    let salt = store::now().to_le_bytes();
    let lot = |found: &Found| sp_crypto_hashing::blake2_128(&[&found.hash().0[..], &salt].concat());
    found.sort_by_cached_key(lot);
    found.truncate(sample);
    found.sort_by_key(|found| found.answer.at);
    found
}
