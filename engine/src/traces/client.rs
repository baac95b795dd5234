//! A host's trace over HTTP, as an auditor reads it. Nothing of it is believed: roots decide.

use super::MOST_CHUNKS;
use candor_adjudicator::{DType, MAX_RANK};
use candor_commitments::{Hash, CHUNK};
use candor_verifier::audit::host::{HostTrace, Withheld};
use codec::DecodeAll;
use reqwest::{redirect::Policy, Client, Response, StatusCode};
use sp_core::H256;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// Longest wait for an answer: a large model's trace takes minutes.
const PATIENCE: Duration = Duration::from_secs(900);
/// Longest silence of a host that answers.
const SILENCE: Duration = Duration::from_secs(600);
/// Pause before a busy host is asked again.
const PAUSE: Duration = Duration::from_secs(2);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Most bytes of a list of roots or chunk hashes: tensors of 8 GiB.
const MOST_HASHES: u64 = 256 << 20;

/// The trace of one receipt at a host's endpoint.
///
/// [`HostTrace`] waits for answers: use it from a thread that may block (`tokio::task::spawn_blocking`), never from an
/// asynchronous task itself.
#[derive(Clone, Debug)]
pub struct RemoteTrace {
    client: Client,
    handle: Handle,
    base: String,
    patience: Duration,
}

impl RemoteTrace {
    /// The trace of `receipt` at the host whose engine answers at `endpoint`. Needs a tokio runtime.
    pub fn new(endpoint: &str, receipt: H256) -> Result<Self, reqwest::Error> {
        Self::impatient(endpoint, receipt, PATIENCE)
    }

    /// [`Self::new`], waiting at most `patience` for each answer.
    pub fn impatient(endpoint: &str, receipt: H256, patience: Duration) -> Result<Self, reqwest::Error> {
        // A host answers itself: who leads elsewhere does not answer.
        let client = Client::builder().redirect(Policy::none()).connect_timeout(CONNECT.min(patience));
        let client = client.read_timeout(SILENCE.min(patience)).build()?;
        let base = format!("{}/v1/traces/{}", endpoint.trim_end_matches('/'), hex::encode(receipt));
        Ok(Self { client, handle: Handle::current(), base, patience })
    }

    /// Bytes at a path under the trace, `most` at most.
    fn get(&self, path: &str, most: u64) -> Result<Vec<u8>, Withheld> {
        let url = format!("{}{path}", self.base);
        let work = tokio::time::timeout(self.patience, self.ask(&url, most));
        let done = self.handle.block_on(work);
        done.unwrap_or_else(|_| Err(Withheld(format!("{url}: no answer within {} s", self.patience.as_secs()))))
    }

    async fn ask(&self, url: &str, most: u64) -> Result<Vec<u8>, Withheld> {
        let until = Instant::now() + self.patience;
        loop {
            let broken = |e: reqwest::Error| Withheld(format!("{url}: {}", e.without_url()));
            let request = self.client.get(url).header("accept", "application/octet-stream");
            let answer = request.send().await.map_err(broken)?;
            match answer.status() {
                StatusCode::OK => return body(answer, url, most).await,
                StatusCode::SERVICE_UNAVAILABLE if Instant::now() < until => tokio::time::sleep(PAUSE).await,
                status => return Err(Withheld(format!("{url}: {}", said(answer, status).await))),
            }
        }
    }
}

async fn body(mut answer: Response, url: &str, most: u64) -> Result<Vec<u8>, Withheld> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|e| Withheld(format!("{url}: {}", e.without_url())))? {
        bytes.extend_from_slice(&part);
        if bytes.len() as u64 > most {
            return Err(Withheld(format!("{url}: the answer has more than {most} bytes")));
        }
    }
    Ok(bytes)
}

/// Why a host refuses, in its own words, cut short.
async fn said(answer: Response, status: StatusCode) -> String {
    let text = body(answer, "", 64 << 10).await.unwrap_or_default();
    let json: Option<serde_json::Value> = serde_json::from_slice(&text).ok();
    let message = json.as_ref().and_then(|j| j.get("error")?.get("message")?.as_str());
    let message: String = message.unwrap_or("no reason given").chars().filter(|c| !c.is_control()).take(300).collect();
    format!("{message} ({status})")
}

impl HostTrace for RemoteTrace {
    fn roots(&self) -> Result<Vec<Hash>, Withheld> {
        let bytes = self.get("", MOST_HASHES)?;
        match bytes.as_chunks::<32>() {
            (roots, []) => Ok(roots.to_vec()),
            _ => Err(Withheld("the host's list of roots is cut off".into())),
        }
    }

    fn leaves(&self, position: u32) -> Result<(DType, Vec<u64>, Vec<Hash>), Withheld> {
        let bytes = self.get(&format!("/{position}"), MOST_HASHES)?;
        let damaged = || Withheld(format!("what the host says of root {position} does not decode"));
        let (code, dims, leaves) =
            <(u8, Vec<u64>, Vec<Hash>)>::decode_all(&mut bytes.as_slice()).map_err(|_| damaged())?;
        let dtype = DType::from_code(i64::from(code)).filter(|_| dims.len() <= MAX_RANK).ok_or_else(damaged)?;
        Ok((dtype, dims, leaves))
    }

    fn chunks(&self, position: u32, first: u64, count: u64) -> Result<Vec<u8>, Withheld> {
        let mut bytes = Vec::new();
        let mut done = 0;
        while done < count {
            let part = (count - done).min(MOST_CHUNKS);
            let most = part * CHUNK as u64;
            bytes.extend(self.get(&format!("/{position}/{}-{part}", first.saturating_add(done)), most)?);
            done += part;
        }
        Ok(bytes)
    }
}
