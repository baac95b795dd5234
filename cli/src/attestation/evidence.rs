//! Evidence from a host's engine.

use crate::{
    chain::Chain,
    errors::{CliError, Context, Result},
    output,
};
use base64::Engine as _;
use candor_primitives::{AccountId, AttestationBinding, AttestationEvidence, TeeVendor};
use serde::Deserialize;
use sp_core::{sr25519, H256};
use std::time::Duration;

/// Hardware takes up to seconds, and engines make one piece of evidence at a time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of the longest answer that is read.
const MOST: usize = 1 << 20;

/// The body of `GET /attestation`.
#[derive(Deserialize)]
struct Answer {
    vendor: String,
    binding: Binding,
    nonce: String,
    evidence: String,
}

#[derive(Deserialize)]
struct Binding {
    genesis: String,
    host: String,
    worker: String,
    engine: String,
    expires: u64,
}

fn bytes<const N: usize>(text: &str, what: &str) -> Result<[u8; N]> {
    let wrong = || CliError::new(format!("the engine's answer has no {what} of {N} bytes"));
    let decoded = hex::decode(text.trim_start_matches("0x")).map_err(|_| wrong())?;
    decoded.try_into().map_err(|_| wrong())
}

impl TryFrom<Answer> for AttestationEvidence {
    type Error = CliError;

    fn try_from(answer: Answer) -> Result<Self> {
        let vendor = match answer.vendor.as_str() {
            "intel" => TeeVendor::Intel,
            "amd" => TeeVendor::Amd,
            other => return Err(CliError::new(format!("`{other}` is no vendor that this program knows: update it"))),
        };
        let Binding { genesis, host, worker, engine, expires } = answer.binding;
        let binding = AttestationBinding {
            genesis: H256(bytes(&genesis, "genesis hash")?),
            host: AccountId::new(bytes(&host, "host")?),
            worker: sr25519::Public::from_raw(bytes(&worker, "worker key")?),
            engine: H256(bytes(&engine, "engine hash")?),
            expires,
        };
        let evidence = base64::engine::general_purpose::STANDARD
            .decode(&answer.evidence)
            .context("the engine's evidence is not base64")?;
        Ok(Self { vendor, binding, nonce: H256(bytes(&answer.nonce, "nonce")?), evidence })
    }
}

/// Where a host's engine is reached: as named, or as the chain has it.
pub async fn endpoint(chain: &Chain, host: &AccountId, named: Option<&str>) -> Result<String> {
    if let Some(named) = named {
        return Ok(named.trim_end_matches('/').to_owned());
    }
    let view = chain.host(host, None).await?;
    let view =
        view.ok_or_else(|| CliError::new("this account is not a host").hint("`candor host register` makes it one"))?;
    let endpoint = output::text(&view.endpoint);
    if !endpoint.starts_with("http") {
        return Err(CliError::new("the chain has no address of this host's engine").hint("name it with --endpoint"));
    }
    Ok(endpoint.trim_end_matches('/').to_owned())
}

/// Ask an engine for evidence with a nonce; gives its words if its machine has none.
pub async fn fetch(endpoint: &str, nonce: &H256) -> Result<std::result::Result<AttestationEvidence, String>> {
    let url = format!("{endpoint}/attestation?nonce={}", hex::encode(nonce.0));
    let client = reqwest::Client::builder().timeout(PATIENCE).build().context("no HTTP client")?;
    let mut answer = client.get(&url).send().await.map_err(|error| {
        CliError::new(format!("{endpoint} does not answer: {error}")).hint("is the host's engine running?")
    })?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.context("the engine's answer ended early")? {
        body.extend_from_slice(&piece);
        if body.len() > MOST {
            return Err(CliError::new("the engine's answer is longer than any evidence"));
        }
    }
    if !status.is_success() {
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let words = value.pointer("/error/message").or_else(|| value.get("error")).and_then(|words| words.as_str());
        let words = words.unwrap_or(status.as_str()).to_owned();
        return match value.pointer("/error/code").and_then(|code| code.as_str()) {
            Some("not_attested") => Ok(Err(words)),
            _ => Err(CliError::new(format!("{endpoint} gives no evidence: {words}"))),
        };
    }
    let answer: Answer = serde_json::from_slice(&body).context("the engine's answer has another form than expected")?;
    answer.try_into().map(Ok)
}
