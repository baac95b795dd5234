//! Hosts and published quotes with everything that a client needs and finds, checked against `vectors.json`, which the SDKs
//! check too.

#![allow(clippy::unwrap_used)]

mod support;

use base64::{engine::general_purpose::STANDARD, Engine};
use candor_attestation::{Attestation, Roots, Tee};
use candor_attestation_check::{key_of, verify, Binding, Refusal, Statement, Vendor};
use codec::{DecodeAll, Encode};
use serde_json::{json, Value};
use support::{hosts, published, Host};

const FILE: &str = "vectors.json";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn tee(tee: Tee) -> &'static str {
    match tee {
        Tee::Sgx => "sgx",
        Tee::Tdx => "tdx",
        Tee::SevSnp => "sev-snp",
    }
}

fn vendor(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Intel => "intel",
        Vendor::Amd => "amd",
    }
}

fn describe(found: &Attestation) -> Value {
    json!({
        "tee": tee(found.tee), "measurement": hex(found.measurement.encode()), "report_data": hex(found.report_data),
        "attributes": found.attributes.to_string(), "platform": hex(found.platform),
        "tcb_status": format!("{:?}", found.tcb_status), "svns": hex(found.svns), "tcb_date": found.tcb_date,
        "advisories": found.advisories.iter().map(ToString::to_string).collect::<Vec<_>>(), "expires": found.expires,
    })
}

/// `answer` is what the engine answers to `GET /attestation`.
fn host(host: &Host) -> Value {
    let (found, expires) = host.check().unwrap();
    let statement = &host.statement;
    let binding = &statement.binding;
    json!({
        "name": host.name, "now": host.expected.now,
        "answer": {
            "vendor": vendor(statement.vendor), "tee": tee(found.tee),
            "binding": {
                "genesis": hex(binding.genesis), "host": hex(binding.host), "worker": hex(binding.worker),
                "engine": hex(binding.engine), "expires": binding.expires,
            },
            "nonce": hex(statement.nonce), "report_data": hex(binding.report_data(&statement.nonce)),
            "evidence": STANDARD.encode(&statement.evidence),
        },
        "root": hex(match statement.vendor { Vendor::Intel => host.roots.intel.unwrap(), Vendor::Amd => host.roots.amd[0] }),
        "key": hex(key_of(statement.vendor, &statement.evidence).unwrap()),
        "collateral": hex(host.collateral.as_ref().unwrap()), "allowance": hex(host.allowance.encode().split_off(1)),
        "label": String::from_utf8(host.allowance.as_ref().unwrap().label.clone()).unwrap(),
        "policy": hex(host.policy.encode()), "attestation": describe(&found), "expires": expires,
    })
}

/// Quotes that others published, under Intel's own root; `file` lies in `primitives/attestation/testdata`.
fn sample(sample: &published::Sample) -> Value {
    let collateral = sample.collateral().encode();
    let found = verify(Vendor::Intel, &sample.quote, Some(&collateral), &Roots::vendors(), sample.now);
    json!({
        "name": sample.name, "file": format!("intel/{}", sample.name), "vendor": "intel", "now": sample.now,
        "key": hex(key_of(Vendor::Intel, &sample.quote).unwrap()), "collateral": hex(&collateral),
        "attestation": found.as_ref().map(describe).ok(), "code": found.as_ref().err().map(Refusal::code),
        "reason": found.err().map(|refusal| refusal.to_string()),
    })
}

#[test]
fn vectors_should_be_up_to_date_when_compared() {
    let fresh = json!({
        "hosts": hosts().iter().map(host).collect::<Vec<_>>(),
        "published": published::samples().iter().map(sample).collect::<Vec<_>>(),
    });
    if std::env::var_os("CANDOR_BLESS").is_some() {
        std::fs::write(FILE, serde_json::to_string_pretty(&fresh).unwrap() + "\n").unwrap();
    }
    let stored: Value = serde_json::from_slice(&std::fs::read(FILE).unwrap()).unwrap();
    // Hundreds of kilobytes: not shown.
    assert!(fresh == stored, "run again with CANDOR_BLESS=1");
}

#[test]
fn bindings_should_be_those_of_the_primitives_when_compared() {
    let vectors: Value = serde_json::from_slice(&std::fs::read("../core/vectors.json").unwrap()).unwrap();
    let bindings = vectors["bindings"].as_array().unwrap();
    assert!(!bindings.is_empty());
    for told in bindings {
        let bytes = |value: &Value| hex::decode(&value.as_str().unwrap()[2..]).unwrap();
        let binding = Binding::decode_all(&mut &bytes(&told["encoded"])[..]).unwrap();
        assert_eq!(hex(binding.host), told["binding"]["host"]);
        assert_eq!(hex(binding.worker), told["binding"]["worker"]);
        assert_eq!(binding.expires.to_string(), told["binding"]["expires"]);
        assert_eq!(hex(binding.hash()), told["hash"]);
        let nonce = bytes(&told["nonce"]).try_into().unwrap();
        assert_eq!(hex(binding.report_data(&nonce)), told["report_data"]);
        let answer = Statement::decode_all(&mut &bytes(&told["answer"])[..]).unwrap();
        assert_eq!(answer, Statement { vendor: Vendor::Amd, binding, nonce, evidence: bytes(&told["evidence"]) });
    }
}
