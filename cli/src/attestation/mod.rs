//! `candor attestation`: what a host's machine is, by its hardware's own word.

mod check;
mod collateral;
mod evidence;

pub use check::{check, Checked};

use crate::{
    account::{self, address},
    args::{Attestation, Globals},
    chain::{Call, Chain, Submitted},
    errors::{CliError, Result},
    output::{self, hex, Out},
};
use candor_attestation::Measurement;
use candor_primitives::{AccountId, TeeVendor};
use candor_runtime_api::attestations::{AttestationView, WhyNot};
use serde_json::{json, Value};

/// `candor attestation`.
pub async fn run(command: &Attestation, globals: &Globals, out: &Out) -> Result<u8> {
    let chain = Chain::connect(&globals.url).await?;
    match command {
        Attestation::Show { account } => show(&chain, globals, out, account.as_deref()).await.map(|()| 0),
        Attestation::Check { host, endpoint, root } => {
            let checked = check(&chain, &account::parse(host)?, endpoint.as_deref(), root.as_deref()).await?;
            out.document(&checked.document(), || checked.text());
            Ok((!checked.holds()).into())
        },
        Attestation::Submit { host, endpoint } => {
            submit(&chain, globals, out, host.as_deref(), endpoint.as_deref()).await.map(|()| 0)
        },
        Attestation::Refresh(refresh) => collateral::run(&chain, globals, out, refresh).await.map(|()| 0),
    }
}

/// Name of the vendor's pallet in the runtime.
pub(crate) const fn pallet(vendor: TeeVendor) -> &'static str {
    match vendor {
        TeeVendor::Intel => "IntelAttestations",
        TeeVendor::Amd => "AmdAttestations",
    }
}

/// What runs in a machine, in words and hex.
pub(crate) fn measurement(measurement: &Measurement) -> Vec<(&'static str, String)> {
    match measurement {
        Measurement::Sgx { enclave, signer } => vec![("mrenclave", hex(enclave)), ("mrsigner", hex(signer))],
        Measurement::Tdx { machine, runtime } => {
            let names = ["rtmr0", "rtmr1", "rtmr2", "rtmr3"];
            let rtmrs = names.into_iter().zip(runtime.iter().map(hex));
            [("mrtd", hex(machine))].into_iter().chain(rtmrs).collect()
        },
        Measurement::SevSnp { machine } => vec![("measurement", hex(machine))],
    }
}

/// Why a host is not attested, and what can be done.
const fn reason(why: WhyNot) -> &'static str {
    match why {
        WhyNot::NoEvidence => "it showed no evidence",
        WhyNot::Expired => "its evidence has run out: submit new evidence",
        WhyNot::OtherWorker => "it signs with another key than the attested one: submit new evidence",
        WhyNot::PlatformRevoked => "its machine was revoked",
        WhyNot::MeasurementNotAllowed => "what runs there is not on the chain's list",
        WhyNot::OtherEngine => "what runs there is allowed with another program of the engine",
        WhyNot::AllowanceEnded => "what runs there was allowed until a time that has passed: update the engine",
        WhyNot::FirmwareNotAccepted => "its firmware is not good enough: update it",
        WhyNot::JudgedAnew => "its vendor has judged machines anew: submit new evidence",
    }
}

/// One line about a host's machine: `yes (tdx until 1790000000)`, `no (...)`.
pub fn summary(view: Option<&AttestationView>) -> String {
    match view {
        None => "no (it showed no evidence)".into(),
        Some(AttestationView { tee, expires, why_not: None, .. }) => {
            format!("yes ({} until second {expires} since 1970)", kind(*tee))
        },
        Some(AttestationView { why_not: Some(why), .. }) => format!("no ({})", reason(*why)),
    }
}

/// The kind of machine, as the engine calls it.
pub(crate) const fn kind(tee: candor_attestation::Tee) -> &'static str {
    match tee {
        candor_attestation::Tee::Sgx => "sgx",
        candor_attestation::Tee::Tdx => "tdx",
        candor_attestation::Tee::SevSnp => "sev-snp",
    }
}

/// A view for programs.
pub fn document(view: Option<&AttestationView>) -> Value {
    let Some(view) = view else { return json!({ "attested": false, "why_not": reason(WhyNot::NoEvidence) }) };
    let parts: serde_json::Map<String, Value> =
        measurement(&view.measurement).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    json!({
        "attested": view.why_not.is_none(), "why_not": view.why_not.map(reason), "tee": kind(view.tee),
        "measurement": parts, "engine": output::hash(&view.engine), "platform": hex(view.platform),
        "tcb_status": format!("{:?}", view.tcb_status), "since": view.since, "expires": view.expires,
    })
}

async fn show(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<()> {
    let who = named(chain, globals, out, who).await?;
    let view = chain.attestation(&who).await?;
    let mut shown = document(view.as_ref());
    shown["host"] = json!(address(&who));
    out.document(&shown, || {
        let mut text = format!("host       {}\nattested   {}\n", address(&who), summary(view.as_ref()));
        if let Some(view) = &view {
            text += &format!("firmware   {:?}\nengine     {}\n", view.tcb_status, output::hash(&view.engine));
            for (name, value) in measurement(&view.measurement) {
                text += &format!("{name:<10} {value}\n");
            }
            text += &format!("platform   {}", hex(view.platform));
        }
        text
    });
    Ok(())
}

async fn named(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<AccountId> {
    match who {
        Some(account) => account::parse(account),
        None => globals.account(chain, out).await,
    }
}

async fn submit(chain: &Chain, globals: &Globals, out: &Out, host: Option<&str>, endpoint: Option<&str>) -> Result<()> {
    let host = named(chain, globals, out, host).await?;
    let pair = globals.signer(chain, out).await?;
    let endpoint = evidence::endpoint(chain, &host, endpoint).await?;
    // The block before the best one: every node knows its hash when the transaction is checked.
    let head = chain.head().await?;
    let anchor = head.number.saturating_sub(1).max(1);
    let nonce = chain.hash_of(anchor).await?;
    out.note(format!("asking {endpoint} for evidence"));
    let found = evidence::fetch(&endpoint, &nonce).await?.map_err(|words| {
        CliError::new(format!("the machine has no evidence: {words}"))
            .hint("docs/attestation.md says what hardware it takes, and how to set it up")
    })?;
    if found.binding.host != host {
        return Err(CliError::new(format!("that engine works for {}", address(&found.binding.host)))
            .hint("name the endpoint of this host's engine with --endpoint"));
    }
    let call = Call::new(pallet(found.vendor), "submit").arg(&found.binding).number(anchor).arg(&found.evidence);
    let submitted: Submitted = chain.submit(&pair, &call).await?;
    let view = chain.attestation(&host).await?;
    let mut shown = document(view.as_ref());
    shown["host"] = json!(address(&host));
    shown["block"] = json!(submitted.head.number);
    out.document(&shown, || {
        format!(
            "host       {}\nattested   {}\nblock      {}",
            address(&host),
            summary(view.as_ref()),
            submitted.head.number
        )
    });
    Ok(())
}
