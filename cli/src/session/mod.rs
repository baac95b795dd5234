//! `candor session`: open, look at, top up and close sessions by hand.

use crate::{
    account::{self, address},
    amounts,
    args::{Globals, Session},
    chain::{Chain, OpenSession},
    errors::{CliError, Context, Result},
    model::refs,
    output::{self, text, Out},
    proxy::book::Book,
    receipts::{
        records::Opened,
        store::{self, Store},
    },
};
use candor_commitments::Blake2b256;
use candor_gateway::client::{Client, Options};
use candor_primitives::{AccountId, SessionId, SignedVoucher};
use candor_runtime_api::sessions::{SessionPhase, SessionQuoteError, SessionView};
use codec::{DecodeAll, Encode};
use serde_json::{json, Value};
use sp_core::{sr25519, Pair};
use std::{path::Path, time::Duration};

/// `candor session`.
pub async fn run(command: &Session, globals: &Globals, out: &Out) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    match command {
        Session::Open { .. } => open(command, &chain, globals, out).await,
        Session::List { account } => list(&chain, globals, out, account.as_deref()).await,
        Session::Show { id } => show(&chain, out, *id).await,
        Session::TopUp { id, amount, blocks } => {
            let pair = globals.signer(&chain, out).await?;
            let spinner = out.spinner("waiting for a block");
            let head = chain.head().await?.number;
            let expires = blocks.map(|blocks| head.saturating_add(blocks));
            let topped = chain.top_up_session(&pair, *id, amount.unwrap_or(0), expires, None).await;
            spinner.finish_and_clear();
            let (view, submitted) = topped.map_err(|failed| failed.error)?;
            out.document(&to_json(&view, Some(submitted.fee)), || describe(&view, None));
            Ok(())
        },
        Session::Close { id, voucher, voucher_file, store } => {
            let pair = globals.signer(&chain, out).await?;
            let view = on_chain(&chain, *id).await?;
            let given = match (voucher, voucher_file) {
                (Some(hex), _) => Some(parse_voucher(hex)?),
                (None, Some(file)) => Some(read_voucher(file)?),
                (None, None) => None,
            };
            let newest = given.or(kept_voucher(store.data.as_deref(), &view)?);
            let news = newest.filter(|signed| signed.voucher.calls > view.settled_calls);
            if let Some(news) = &news {
                hand_over(&view, news, out).await;
            }
            let spinner = out.spinner("waiting for a block");
            let closed = chain.close_session(&pair, *id, None).await;
            spinner.finish_and_clear();
            let submitted = closed.map_err(|failed| failed.error)?;
            let after = chain.session(*id).await?.unwrap_or(view);
            let until = after.ends_after.map(|until| format!(" after block {until}")).unwrap_or_default();
            out.document(&to_json(&after, Some(submitted.fee)), || {
                format!(
                    "block {}: session {id} is closing; what its host does not settle comes back{until}\n{}",
                    submitted.head.number,
                    describe(&after, None)
                )
            });
            Ok(())
        },
    }
}

/// Give a host its newest voucher: it settles it within the notice.
async fn hand_over(view: &SessionView, voucher: &SignedVoucher, out: &Out) {
    let given = match Client::new(&text(&view.endpoint), Options::default()) {
        Ok(client) => client.send_voucher(voucher).await,
        Err(error) => Err(error),
    };
    if let Err(error) = given {
        let calls = voucher.voucher.calls;
        out.note(format!("the host did not take the voucher for {calls} calls, and is not paid for them: {error}"));
    }
}

async fn open(command: &Session, chain: &Chain, globals: &Globals, out: &Out) -> Result<()> {
    let Session::Open { release, deposit, host, units, max_fee, blocks, attested, voucher_key, store } = command else {
        return Ok(());
    };
    let pair = globals.signer(chain, out).await?;
    let release = refs::resolve(chain, release).await?;
    let host = host.as_deref().map(account::parse).transpose()?;
    let max_units = units.unwrap_or(release.spec.units.reference);
    let quote = chain.quote_session(release.id, host.as_ref(), max_units, *deposit, *attested).await?;
    let quote = quote.map_err(|error| no_quote(error, &refs::name(&release)))?;
    let account = AccountId::new(pair.public().0);
    let (kept, key) = match voucher_key {
        Some(hex) => (None, parse_key(hex)?),
        None => {
            let data = store.data.clone().unwrap_or_else(store::usual_folder);
            let (store, _) = Store::open(&store::folder_of(&data, &chain.genesis(), &account), 1 << 30)?;
            let key = store.new_key()?.public();
            (Some(store), key)
        },
    };
    out.note(format!(
        "{} asks {} for a call and {} for a unit, {} for one of {max_units} units; {} calls like that are paid by the deposit",
        address(&quote.host),
        amounts::show(quote.price_per_call),
        amounts::show(quote.price_per_unit),
        amounts::show(quote.max_fee),
        quote.calls,
    ));
    let open = OpenSession {
        release: release.id,
        host,
        max_units,
        // Whoever is drawn may ask for more than the one that would be drawn now.
        max_fee: max_fee.unwrap_or(quote.max_fee.saturating_mul(2)),
        deposit: *deposit,
        expires: chain.head().await?.number.saturating_add(*blocks),
        key,
        attested: *attested,
    };
    let spinner = out.spinner("waiting for a block");
    let opened = chain.open_session(&pair, &open, None).await;
    spinner.finish_and_clear();
    let (view, submitted) = opened.map_err(|failed| failed.error)?;
    if let Some(store) = &kept {
        let (journal, _) = store.session(view.terms.session)?;
        let opened = Opened {
            terms: view.terms.clone(),
            worker: view.worker,
            endpoint: text(&view.endpoint),
            model: refs::name(&release),
            publisher: release.publisher.clone(),
            at: store::now(),
        };
        let record = crate::receipts::records::Record::Opened(Box::new(opened));
        journal.append(&record).and_then(|()| journal.sync()).context("the session's journal cannot be written")?;
    }
    out.document(&to_json(&view, Some(submitted.fee)), || {
        let next = match kept {
            Some(_) => "`candor proxy` takes it up when it is started with this account and --data".to_owned(),
            None => format!("your program signs its vouchers with {}", voucher_key.as_deref().unwrap_or_default()),
        };
        let block = submitted.head.number;
        format!("block {block}: session {} is open\n{}{next}", view.terms.session, describe(&view, None))
    });
    Ok(())
}

fn no_quote(error: SessionQuoteError, name: &str) -> CliError {
    match error {
        SessionQuoteError::NoOffer => CliError::new(format!("nobody offers {name}, or not the host you named"))
            .hint(format!("see `candor model show {name}`")),
        SessionQuoteError::NotLive => CliError::new(format!("hosts offer {name}, but none of them is live"))
            .hint("try again later, or name another release"),
        SessionQuoteError::Overflow => CliError::usage("this is too large to be priced").hint("give fewer --units"),
        SessionQuoteError::NotBacked => {
            CliError::new("no host's stake answers for so many calls, or its calls are free")
                .hint("give a smaller --deposit, or more --units (fewer and larger calls)")
        },
        SessionQuoteError::NotAttested => CliError::new(format!("no suitable host of {name} is attested"))
            .hint("name one with --host, or leave --attested out"),
        SessionQuoteError::Busy => CliError::new("suitable hosts are busy").hint("try again in a moment"),
    }
}

async fn list(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<()> {
    let who = match who {
        Some(text) => account::parse(text)?,
        None => globals.account(chain, out).await?,
    };
    let sessions = chain.sessions_of(&who).await?;
    out.document(&sessions.iter().map(|view| to_json(view, None)).collect(), || {
        if sessions.is_empty() {
            return format!("{} has no sessions; `candor session open` or `candor proxy` opens one", address(&who));
        }
        let row = |view: &SessionView| {
            let terms = &view.terms;
            vec![
                terms.session.to_string(),
                terms.release.to_string(),
                address(&terms.host),
                amounts::decimal(terms.deposit),
                amounts::decimal(view.settled_fee),
                view.settled_calls.to_string(),
                terms.expires.to_string(),
                phase(view).to_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = sessions.iter().map(row).collect();
        output::table(&["session", "release", "host", "deposit", "settled", "calls", "until", ""], &rows)
    });
    Ok(())
}

async fn show(chain: &Chain, out: &Out, id: SessionId) -> Result<()> {
    let view = on_chain(chain, id).await?;
    let spinner = out.spinner("asking the host");
    let state = host_says(&view).await;
    spinner.finish_and_clear();
    let mut document = to_json(&view, None);
    document["host_says"] = state.clone().unwrap_or_default();
    out.document(&document, || describe(&view, Some(state)));
    Ok(())
}

async fn host_says(view: &SessionView) -> Option<Value> {
    let patience = Duration::from_secs(5);
    let options = Options { connect: patience, timeout: patience, ..Options::default() };
    let state = Client::new(&text(&view.endpoint), options).ok()?.session_state(view.terms.session).await.ok()?;
    serde_json::to_value(state).ok()
}

async fn on_chain(chain: &Chain, id: SessionId) -> Result<SessionView> {
    chain.session(id).await?.ok_or_else(|| {
        CliError::new(format!("session {id} is not on the chain: it is over, or never was"))
            .hint("`candor session list` shows yours")
    })
}

/// The newest voucher of a session in the folders of `candor proxy`: what its receipts make, signed by its key.
fn kept_voucher(data: Option<&Path>, view: &SessionView) -> Result<Option<SignedVoucher>> {
    let data = data.map_or_else(store::usual_folder, Path::to_path_buf);
    let all = store::all_sessions(&data)?;
    let Some(past) = all.iter().find(|past| store::is_of(past, &view.terms)) else {
        return Ok(None);
    };
    let Some(key) = store::key_in(&past.folder, &view.terms.key) else { return Ok(None) };
    let mut book = Book::new(view.terms.clone());
    for (index, answered) in &past.answered {
        let hash = answered.receipt.receipt.hash::<Blake2b256>();
        book.replay(*index, None, Some((hash, store::earned(&view.terms, answered))));
    }
    Ok(book.voucher(&key))
}

fn parse_voucher(hex: &str) -> Result<SignedVoucher> {
    let wrong = || CliError::usage("this is no signed voucher").hint("give the SCALE of a SignedVoucher in hex");
    let bytes = hex::decode(hex.trim().trim_start_matches("0x")).map_err(|_| wrong())?;
    SignedVoucher::decode_all(&mut bytes.as_slice()).map_err(|_| wrong())
}

fn read_voucher(file: &Path) -> Result<SignedVoucher> {
    let unreadable = |e| CliError::usage(format!("{} cannot be read: {e}", file.display()));
    let bytes = std::fs::read(file).map_err(unreadable)?;
    match SignedVoucher::decode_all(&mut bytes.as_slice()) {
        Ok(voucher) => Ok(voucher),
        Err(_) => parse_voucher(&String::from_utf8_lossy(&bytes)),
    }
}

fn parse_key(hex: &str) -> Result<sr25519::Public> {
    let bytes = hex::decode(hex.trim_start_matches("0x")).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(sr25519::Public::from_raw).ok_or_else(|| {
        CliError::usage(format!("`{hex}` is no public key")).hint("it has 64 hex digits; see `candor keys show`")
    })
}

const fn phase(view: &SessionView) -> &'static str {
    match view.phase {
        SessionPhase::Open => "open",
        SessionPhase::Closing => "closing",
        SessionPhase::Ended => "ended, not all final",
        SessionPhase::Overturned => "overturned: its host was convicted",
    }
}

fn to_json(view: &SessionView, fee: Option<u128>) -> Value {
    let terms = &view.terms;
    json!({
        "session": terms.session, "phase": format!("{:?}", view.phase).to_lowercase(),
        "requester": address(&terms.requester), "host": address(&terms.host), "endpoint": text(&view.endpoint),
        "release": terms.release, "variant": output::hash(&terms.variant), "key": format!("0x{}", hex::encode(terms.key.0)),
        "worker": format!("0x{}", hex::encode(view.worker.0)), "price_per_call": amounts::decimal(terms.price_per_call),
        "price_per_unit": amounts::decimal(terms.price_per_unit), "max_fee": amounts::decimal(terms.max_fee),
        "deposit": amounts::decimal(terms.deposit), "held": amounts::decimal(view.held),
        "bond": amounts::decimal(view.bond), "opened": terms.opened, "expires": terms.expires,
        "settled_calls": view.settled_calls, "settled": amounts::decimal(view.settled_fee),
        "receipts": output::hash(&view.receipts), "settle_from": view.settle_from, "ends_after": view.ends_after,
        "open_batches": view.batches, "terms": format!("0x{}", hex::encode(terms.encode())),
        "transaction_fee": fee.map(amounts::decimal),
    })
}

fn describe(view: &SessionView, host_says: Option<Option<Value>>) -> String {
    let terms = &view.terms;
    let mut text = format!(
        "session    {} {}\nrelease    {}\nhost       {} at {}\nprices     {} for a call, {} for a unit, {} at most\n\
         deposit    {}, {} still held\nsettled    {} for {} calls, {} batches not final\nopen       from block {} to {}\n",
        terms.session,
        phase(view),
        terms.release,
        address(&terms.host),
        output::text(&view.endpoint),
        amounts::show(terms.price_per_call),
        amounts::show(terms.price_per_unit),
        amounts::show(terms.max_fee),
        amounts::show(terms.deposit),
        amounts::show(view.held),
        amounts::show(view.settled_fee),
        view.settled_calls,
        view.batches.len(),
        terms.opened,
        terms.expires,
    );
    match host_says {
        Some(Some(state)) => {
            text += &format!(
                "the host   has answered {} calls, {} of them are vouched for ({} planck)\n",
                state["answered"], state["vouched"], state["fee"]
            );
        },
        Some(None) => text += "the host   does not answer at its address\n",
        None => {},
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_primitives::Voucher;
    use sp_core::H256;

    #[test]
    fn voucher_should_be_read_when_it_is_hex_or_plain() {
        let voucher = Voucher { genesis: H256([1; 32]), session: 3, calls: 4, fee: 5, receipts: H256([6; 32]) };
        let signed = SignedVoucher { voucher, signature: sr25519::Signature::from_raw([7; 64]) };
        let hex = format!("0x{}", hex::encode(signed.encode()));
        assert_eq!(parse_voucher(&hex).unwrap(), signed);
        assert!(parse_voucher("0x00").is_err());
        let dir = tempfile::tempdir().unwrap();
        for bytes in [signed.encode(), hex.into_bytes()] {
            let file = dir.path().join("v");
            std::fs::write(&file, bytes).unwrap();
            assert_eq!(read_voucher(&file).unwrap(), signed);
        }
    }
}
