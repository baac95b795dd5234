//! Published quotes with their collateral.
#![allow(dead_code)]

use candor_attestation::{
    intel::{Bundle, Collateral},
    Attestation, AttestationVerifier, Error, IntelDcap, Roots, Serial, TcbStatus, Tee,
};
use serde_json::Value;
use std::{env, fs};

/// A published quote, its collateral as published, and what is known of it.
pub struct Sample {
    pub name: &'static str,
    pub tee: Tee,
    pub version: u16,
    pub fmspc: &'static str,
    pub status: Option<TcbStatus>,
    pub advisories: &'static [u32],
    pub quote: Vec<u8>,
    pub json: String,
    pub bundle: Bundle,
    /// A second in which all of its collateral was valid.
    pub now: u64,
}

impl Sample {
    pub fn collateral(&self) -> Collateral {
        IntelDcap::verify_collateral(&Roots::vendors(), &self.bundle, self.now).unwrap()
    }

    pub fn verify(&self, quote: &[u8]) -> Result<Attestation, Error> {
        IntelDcap::verify(&Roots::vendors(), quote, &self.collateral(), self.now)
    }
}

pub fn file(name: &str) -> Vec<u8> {
    // From here, or from another crate of the repository.
    let here = env::current_dir().unwrap();
    let data = here.ancestors().map(|folder| folder.join("primitives/attestation/testdata"));
    let path = data.into_iter().find(|folder| folder.is_dir()).unwrap().join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Collateral from the form in which `dcap-qvl` keeps it.
pub fn bundle(json: &str) -> Bundle {
    let value: Value = serde_json::from_str(json).unwrap();
    let text = |name: &str| value[name].as_str().unwrap().as_bytes().to_vec();
    let bytes = |name: &str| hex::decode(value[name].as_str().unwrap()).unwrap();
    Bundle {
        root_crl: bytes("root_ca_crl").try_into().unwrap(),
        pck_crl: bytes("pck_crl").try_into().unwrap(),
        pck_crl_issuer_chain: text("pck_crl_issuer_chain").try_into().unwrap(),
        tcb_info: text("tcb_info").try_into().unwrap(),
        tcb_info_signature: bytes("tcb_info_signature").try_into().unwrap(),
        tcb_info_issuer_chain: text("tcb_info_issuer_chain").try_into().unwrap(),
        qe_identity: text("qe_identity").try_into().unwrap(),
        qe_identity_signature: bytes("qe_identity_signature").try_into().unwrap(),
        qe_identity_issuer_chain: text("qe_identity_issuer_chain").try_into().unwrap(),
    }
}

/// Places to change: every one with `CANDOR_EVERY_BYTE=1`, else one in `step`.
pub fn places(len: usize, step: usize) -> impl Iterator<Item = usize> {
    let step = if std::env::var_os("CANDOR_EVERY_BYTE").is_some() { 1 } else { step };
    (0..len).step_by(step)
}

/// Where the last of these begins.
pub fn find_last(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).rposition(|window| window == part).unwrap()
}

fn sample(
    name: &'static str,
    tee: Tee,
    version: u16,
    fmspc: &'static str,
    now: u64,
    status: Option<TcbStatus>,
    advisories: &'static [u32],
) -> Sample {
    let json = String::from_utf8(file(&format!("intel/{name}_collateral.json"))).unwrap();
    let bundle = bundle(&json);
    let quote = file(&format!("intel/{name}"));
    Sample { name, tee, version, fmspc, status, advisories, quote, json, bundle, now }
}

/// An SGX quote of version 3.
pub fn sgx() -> Sample {
    let status = Some(TcbStatus::ConfigurationAndSWHardeningNeeded);
    sample("sgx_quote", Tee::Sgx, 3, "00a067110000", 1_751_000_000, status, &[289, 615])
}

/// A TDX quote of version 4.
pub fn tdx() -> Sample {
    sample("tdx_quote", Tee::Tdx, 4, "b0c06f000000", 1_751_000_000, Some(TcbStatus::UpToDate), &[])
}

/// A TDX quote of version 5, of a machine that meets no level of its time.
pub fn tdx_outdated() -> Sample {
    sample("tdx_quote_outdated", Tee::Tdx, 5, "90c06f000000", 1_772_000_000, None, &[])
}

/// A TDX quote of version 5 with the report that TDX 1.5 extended.
pub fn tdx_extended() -> Sample {
    sample("tdx_quote_td15ex", Tee::Tdx, 5, "b0c06f000000", 1_792_000_000, Some(TcbStatus::UpToDate), &[])
}

pub fn samples() -> [Sample; 4] {
    [sgx(), tdx(), tdx_outdated(), tdx_extended()]
}

impl Sample {
    /// Verifies many quotes against collateral that is verified once.
    pub fn verify_held(&self, quote: &[u8]) -> Result<Attestation, Error> {
        use std::sync::OnceLock;
        static HELD: OnceLock<Vec<(&'static str, Collateral)>> = OnceLock::new();
        let held = HELD.get_or_init(|| samples().iter().map(|sample| (sample.name, sample.collateral())).collect());
        let collateral = &held.iter().find(|(name, _)| *name == self.name).unwrap().1;
        IntelDcap::verify(&Roots::vendors(), quote, collateral, self.now)
    }
}

/// The numbers of the first two certificates of a quote.
pub fn serials(quote: &[u8]) -> (Serial, Serial) {
    let find =
        |from: usize, part: &[u8]| from + quote[from..].windows(part.len()).position(|found| found == part).unwrap();
    let serial = |from: usize| {
        let end = b"-----END CERTIFICATE-----";
        let (begin, end) = (find(from, b"-----BEGIN"), find(from, end) + end.len());
        let mut der = vec![0; quote.len()];
        let (_, der) = pem_rfc7468::decode(&quote[begin..end], &mut der).unwrap();
        // Sequence, sequence, version, then the number.
        let number = &der[15..15 + usize::from(der[14])];
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        (Serial::try_from(number[zeros..].to_vec()).unwrap(), end)
    };
    let (leaf, end) = serial(0);
    (leaf, serial(end).0)
}
