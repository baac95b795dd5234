//! Hosts of the test root, with all that the chain holds of them.
#![allow(dead_code)]

use candor_attestation::{
    amd::SnpCollateral, intel::Collateral, AmdSnp, Attestation, AttestationVerifier, IntelDcap, Roots, TcbStatus,
};
use candor_attestation_check::{
    judge, key_of, verify, Allowance, Binding, Expected, Policy, Refusal, Rules, Statement, Vendor,
};
use candor_test_attestation::{Amd, Intel};
use codec::Encode;

#[path = "../../../attestation/tests/support/mod.rs"]
pub mod published;

pub const NOW: u64 = 1_800_000_000;

/// A host, what a client expects of it, and what the chain holds.
#[derive(Clone)]
pub struct Host {
    pub name: &'static str,
    pub statement: Statement,
    pub expected: Expected,
    pub collateral: Option<Vec<u8>>,
    pub allowance: Option<Allowance>,
    pub revoked: bool,
    pub policy: Policy,
    pub roots: Roots<'static>,
}

fn host(name: &'static str, vendor: Vendor, make: impl FnOnce([u8; 64]) -> (Vec<u8>, Vec<u8>, Roots<'static>)) -> Host {
    let binding = Binding {
        genesis: [0x11; 32],
        host: [0x55; 32],
        worker: [0x77; 32],
        engine: [0xee; 32],
        expires: NOW + 86_400,
    };
    let nonce = core::array::from_fn(|at| at as u8);
    let (evidence, collateral, roots) = make(binding.report_data(&nonce));
    let expected = Expected { now: NOW, nonce, genesis: binding.genesis, host: binding.host, worker: binding.worker };
    Host {
        name,
        statement: Statement { vendor, binding, nonce, evidence },
        expected,
        collateral: Some(collateral),
        allowance: Some(Allowance {
            label: b"candor-engine 0.1.0".to_vec(),
            engine: Some(binding.engine),
            until: Some(NOW + 3_600),
        }),
        revoked: false,
        policy: Policy {
            accepted: vec![TcbStatus::UpToDate, TcbStatus::SWHardeningNeeded, TcbStatus::Unjudged],
            floor: [0; 16],
        },
        roots,
    }
}

fn intel(name: &'static str, mut maker: Intel) -> Host {
    host(name, Vendor::Intel, |report_data| {
        maker.set_report_data(report_data);
        let held: Collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), NOW).unwrap();
        (maker.quote(), held.encode(), maker.roots())
    })
}

pub fn tdx() -> Host {
    intel("tdx", Intel::tdx())
}

pub fn sgx() -> Host {
    // One step below the newest level: hardening needed, with an advisory.
    let mut maker = Intel::sgx();
    maker.svns[15] = 4;
    intel("sgx", maker)
}

pub fn snp() -> Host {
    let mut maker = Amd::milan();
    host("sev-snp", Vendor::Amd, |report_data| {
        maker.set_report_data(report_data);
        let held: SnpCollateral = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), NOW).unwrap();
        (maker.evidence(), held.encode(), maker.roots())
    })
}

pub fn hosts() -> [Host; 3] {
    [tdx(), sgx(), snp()]
}

impl Host {
    pub fn rules(&self) -> Rules {
        Rules {
            allowance: self.allowance.as_ref().map(Encode::encode),
            revoked: self.revoked,
            policy: self.policy.encode(),
        }
    }

    pub fn verify(&self) -> Result<Attestation, Refusal> {
        let Statement { vendor, evidence, .. } = &self.statement;
        verify(*vendor, evidence, self.collateral.as_deref(), &self.roots, self.expected.now)
    }

    /// The four steps, as a client takes them.
    pub fn check(&self) -> Result<(Attestation, u64), Refusal> {
        self.statement.compare(&self.expected)?;
        key_of(self.statement.vendor, &self.statement.evidence)?;
        let found = self.verify()?;
        let accepted = judge(&self.statement.binding, &found, &self.rules(), &self.expected)?;
        assert_eq!(Some(&accepted.label), self.allowance.as_ref().map(|allowance| &allowance.label));
        Ok((found, accepted.expires))
    }
}
