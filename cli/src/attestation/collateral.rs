//! `candor attestation refresh`: collateral from files.

use crate::{
    args::{Globals, Refresh},
    chain::{Call, Chain},
    errors::{CliError, Context, Result},
    output::Out,
};
use candor_attestation::{amd::SnpBundle, intel::Bundle};
use serde_json::{json, Value};
use std::{fs, path::Path};

/// Send what a vendor has signed.
pub async fn run(chain: &Chain, globals: &Globals, out: &Out, refresh: &Refresh) -> Result<()> {
    let call = match refresh {
        Refresh::Intel { file } => Call::new("IntelAttestations", "refresh").arg(&intel(&text(file)?)?),
        Refresh::Amd { ask, crl } => Call::new("AmdAttestations", "refresh").arg(&amd(read(ask)?, read(crl)?)?),
    };
    let pair = globals.signer(chain, out).await?;
    let submitted = chain.submit(&pair, &call).await?;
    let block = submitted.head.number;
    out.document(&json!({ "block": block }), || format!("the chain holds this collateral since block {block}"));
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| CliError::usage(format!("{} cannot be read: {error}", file.display())))
}

fn text(file: &Path) -> Result<String> {
    String::from_utf8(read(file)?).context(format!("{} is not text", file.display()))
}

/// Intel's collateral out of the JSON in which libraries for DCAP keep it.
pub(super) fn intel(json: &str) -> Result<Bundle> {
    let value: Value = serde_json::from_str(json).context("this is not JSON")?;
    let field = |name: &str| {
        value.get(name).and_then(Value::as_str).ok_or_else(|| {
            CliError::usage(format!("the field `{name}` is missing, or is not text"))
                .hint("`candor attestation refresh intel --help` names all fields")
        })
    };
    let bytes = |name: &str| hex::decode(field(name)?).context(format!("`{name}` is not hex"));
    let long =
        |name: &'static str| move |_| CliError::usage(format!("`{name}` is longer than anything that Intel makes"));
    let signature = |name: &'static str| {
        bytes(name)?.try_into().map_err(|_| CliError::usage(format!("`{name}` is not a signature of 64 bytes")))
    };
    macro_rules! bounded {
        ($name:literal, $read:expr) => {
            $read.try_into().map_err(long($name))?
        };
    }
    Ok(Bundle {
        root_crl: bounded!("root_ca_crl", bytes("root_ca_crl")?),
        pck_crl: bounded!("pck_crl", bytes("pck_crl")?),
        pck_crl_issuer_chain: bounded!("pck_crl_issuer_chain", field("pck_crl_issuer_chain")?.as_bytes().to_vec()),
        tcb_info: bounded!("tcb_info", field("tcb_info")?.as_bytes().to_vec()),
        tcb_info_signature: signature("tcb_info_signature")?,
        tcb_info_issuer_chain: bounded!("tcb_info_issuer_chain", field("tcb_info_issuer_chain")?.as_bytes().to_vec()),
        qe_identity: bounded!("qe_identity", field("qe_identity")?.as_bytes().to_vec()),
        qe_identity_signature: signature("qe_identity_signature")?,
        qe_identity_issuer_chain: bounded!(
            "qe_identity_issuer_chain",
            field("qe_identity_issuer_chain")?.as_bytes().to_vec()
        ),
    })
}

fn amd(ask: Vec<u8>, crl: Vec<u8>) -> Result<SnpBundle> {
    let long = |what: &str| CliError::usage(format!("the {what} is longer than anything that AMD makes"));
    Ok(SnpBundle {
        ask: ask.try_into().map_err(|_| long("certificate"))?,
        ark_crl: crl.try_into().map_err(|_| long("revocation list"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_attestation::{AttestationVerifier, IntelDcap, Roots};

    const JSON: &str = include_str!("../../../primitives/attestation/testdata/intel/tdx_quote_collateral.json");

    #[test]
    fn intel_should_read_published_collateral_when_it_is_json() {
        let bundle = intel(JSON).expect("Intel's collateral of June 2025");
        let refused = IntelDcap::verify_collateral(&Roots::vendors(), &bundle, 1_000_000_000);
        assert!(matches!(refused, Err(candor_attestation::Error::NotYetValid(_))), "{refused:?}");
    }

    #[test]
    fn intel_should_name_the_field_when_one_is_missing() {
        let error = intel("{}").expect_err("empty");
        assert!(error.to_string().contains("root_ca_crl"), "{error}");
        let broken = JSON.replacen("\"pck_crl\"", "\"pck_crl_\"", 1);
        assert!(intel(&broken).expect_err("missing").to_string().contains("pck_crl"));
    }
}
