//! A host's evidence, judged on this machine.

use super::{evidence, measurement, pallet};
use crate::{
    account::address,
    chain::Chain,
    errors::{CliError, Context, Result},
    output::{self, hex},
};
use candor_attestation::{Attestation, Roots};
use candor_attestation_check::{judge, key_of, verify, Accepted, Expected, Refusal, Rules, Statement};
use candor_primitives::{AccountId, AttestationEvidence};
use codec::{DecodeAll, Encode};
use serde_json::{json, Value};
use sp_core::H256;
use sp_crypto_hashing::{blake2_128, twox_128};
use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// What was found, or the first reason against it.
type Verdict = std::result::Result<(Attestation, Accepted), Refused>;

/// Why a host is not attested.
enum Refused {
    /// Its evidence does not hold.
    Judged(Refusal),
    /// Its machine has none, in its engine's words.
    Nothing(String),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Judged(refusal)
    }
}

impl Refused {
    /// Its code, and the reason in words.
    fn told(&self) -> (String, String) {
        match self {
            Self::Judged(refusal) => (refusal.code(), refusal.to_string()),
            Self::Nothing(words) => ("not_attested".into(), words.clone()),
        }
    }
}

/// A host, and what its evidence is worth.
pub struct Checked {
    host: AccountId,
    endpoint: String,
    verdict: Verdict,
}

/// Ask a host's engine for evidence with a nonce of this program, and judge it here.
pub async fn check(chain: &Chain, host: &AccountId, named: Option<&str>, root: Option<&Path>) -> Result<Checked> {
    let root = root.map(std::fs::read).transpose().context("the root certificate cannot be read")?;
    let endpoint = evidence::endpoint(chain, host, named).await?;
    let view = chain.host(host, None).await?.ok_or_else(|| CliError::new("this account is not a host"))?;
    let nonce = H256::random();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let expected =
        Expected { now, nonce: nonce.0, genesis: chain.genesis().0, host: *host.as_ref(), worker: view.worker.0 };
    let verdict = match evidence::fetch(&endpoint, &nonce).await? {
        Ok(found) => decide(chain, &found, &expected, root.as_deref()).await?,
        Err(words) => Err(Refused::Nothing(words)),
    };
    Ok(Checked { host: host.clone(), endpoint, verdict })
}

/// The four steps of the check, with what the chain holds between them.
async fn decide(
    chain: &Chain,
    found: &AttestationEvidence,
    expected: &Expected,
    root: Option<&[u8]>,
) -> Result<Verdict> {
    let statement = Statement::decode_all(&mut &found.encode()[..]).context("the evidence has another form")?;
    if let Err(refusal) = statement.compare(expected) {
        return Ok(Err(refusal.into()));
    }
    let key = match key_of(statement.vendor, &statement.evidence) {
        Ok(key) => key,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    let storage = Storage { chain, pallet: pallet(found.vendor) };
    let collateral = storage.map("Collaterals", &key).await?;
    let own = root.map(|root| [root]);
    let roots = match &own {
        None => Roots::vendors(),
        Some(own) => Roots { intel: own.first().copied(), amd: own },
    };
    let attestation = match verify(statement.vendor, &statement.evidence, collateral.as_deref(), &roots, expected.now) {
        Ok(attestation) => attestation,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    let rules = Rules {
        allowance: storage.map("Allowances", &attestation.measurement.encode()).await?,
        revoked: storage.map("RevokedPlatforms", &attestation.platform.encode()).await?.is_some(),
        policy: storage.value("Rules").await?,
    };
    Ok(judge(&statement.binding, &attestation, &rules, expected)
        .map(|accepted| (attestation, accepted))
        .map_err(Refused::from))
}

/// Storage of a vendor's pallet, as bytes.
struct Storage<'a> {
    chain: &'a Chain,
    pallet: &'static str,
}

impl Storage<'_> {
    fn prefix(&self, item: &str) -> Vec<u8> {
        [twox_128(self.pallet.as_bytes()), twox_128(item.as_bytes())].concat()
    }

    async fn map(&self, item: &str, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let place = [&self.prefix(item)[..], &blake2_128(key), key].concat();
        self.chain.raw_storage(&place).await
    }

    /// A value, or what it is where nobody has set it.
    async fn value(&self, item: &str) -> Result<Vec<u8>> {
        match self.chain.raw_storage(&self.prefix(item)).await? {
            Some(value) => Ok(value),
            None => self.chain.storage_default(self.pallet, item).await,
        }
    }
}

impl Checked {
    /// Whether the host is attested.
    pub const fn holds(&self) -> bool {
        self.verdict.is_ok()
    }

    /// For programs.
    pub fn document(&self) -> Value {
        let mut document = json!({ "host": address(&self.host), "endpoint": self.endpoint, "ok": self.holds() });
        match &self.verdict {
            Ok((attestation, accepted)) => {
                document["release"] = json!(output::text(&accepted.label));
                document["expires"] = json!(accepted.expires);
                document["tcb_status"] = json!(format!("{:?}", attestation.tcb_status));
                document["platform"] = json!(hex(attestation.platform));
                for (name, value) in measurement(&attestation.measurement) {
                    document["measurement"][name] = json!(value);
                }
            },
            Err(refused) => {
                let (code, reason) = refused.told();
                document["code"] = json!(code);
                document["reason"] = json!(reason);
            },
        }
        document
    }

    /// In words.
    pub fn text(&self) -> String {
        let (attestation, accepted) = match &self.verdict {
            Ok(found) => found,
            Err(refused) => return format!("attested   no: {}", refused.told().1),
        };
        let mut text = format!(
            "attested   yes: the worker key of {} lives in a machine that its hardware vouches for\nruns       {}\nfirmware   {:?}\n",
            address(&self.host),
            output::text(&accepted.label),
            attestation.tcb_status
        );
        for (name, value) in measurement(&attestation.measurement) {
            text += &format!("{name:<10} {value}\n");
        }
        text + &format!("until      second {} since 1970", accepted.expires)
    }
}
