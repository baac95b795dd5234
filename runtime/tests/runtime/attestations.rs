//! Attested hosts in the whole runtime, with the roots that a release has: the vendors'.

#[allow(unused_imports, unreachable_pub)]
#[path = "../../../primitives/attestation/tests/support/mod.rs"]
mod support;

use crate::chain::*;
use candor_attestation::{Error as Refused, Measurement, Part, TcbStatus};
use candor_primitives::{
    traits::{AttestedHosts, HostMarket, StakeListener},
    AccountId, AttestationBinding,
};
use candor_runtime::{
    configs::{Amd, Attested, Intel},
    AmdAttestations, Hosts, IntelAttestations, Runtime, RuntimeCall, RuntimeOrigin, System, Timestamp,
};
use candor_test_attestation as makers;
use frame_support::assert_noop;
use pallet_attestations::{Error, EvidenceBytes, Record, Refusal};
use sp_core::H256;
use support::{samples, sgx, tdx, tdx_outdated, Sample};

type Fault = Error<Runtime, Intel>;

fn refused(error: Refused) -> Fault {
    Fault::Refused(Refusal(error))
}

fn at(second: u64) {
    pallet_timestamp::Now::<Runtime>::put(second * 1_000);
}

fn anyone() -> RuntimeOrigin {
    RuntimeOrigin::signed(account(Bob))
}

fn refresh(sample: &Sample) -> frame_support::dispatch::DispatchResult {
    IntelAttestations::refresh(anyone(), sample.bundle.clone())
}

/// What Ferdie would bind, anchored at the last block.
fn binding() -> (AttestationBinding, u32) {
    let host = account(Ferdie);
    let worker = <Hosts as HostMarket<AccountId>>::worker_of(&host).expect("a host");
    let binding = AttestationBinding {
        genesis: System::block_hash(0),
        host,
        worker,
        engine: H256::zero(),
        expires: Timestamp::get() / 1_000 + 86_400,
    };
    (binding, System::block_number() - 1)
}

fn submit(evidence: &[u8]) -> frame_support::dispatch::DispatchResult {
    let (binding, anchor) = binding();
    IntelAttestations::submit(anyone(), binding, anchor, EvidenceBytes::truncate_from(evidence.to_vec()))
}

/// A chain with Ferdie as host, some blocks later.
fn run(test: impl FnOnce(&mut Chain)) {
    chain(|chain| {
        chain.market();
        chain.block();
        chain.block();
        test(chain);
    });
}

#[test]
fn published_quotes_should_pass_the_verifier_when_it_is_their_time() {
    run(|_| {
        for sample in samples() {
            at(sample.now);
            refresh(&sample).expect("Intel's collateral at its time");
            // They are somebody else's: everything but the binding is good.
            let expected =
                if sample.status.is_some() { Fault::WrongBinding } else { refused(Refused::BelowEveryLevel) };
            assert_noop!(submit(&sample.quote), expected);
        }
    });
}

#[test]
fn published_quotes_should_be_refused_each_for_its_reason_when_something_is_wrong() {
    run(|_| {
        let (quote, now) = (tdx().quote, tdx().now);
        at(now);
        assert_noop!(submit(&quote), Fault::NoCollateral);
        refresh(&tdx()).expect("at its time");
        assert_noop!(refresh(&tdx()), Fault::NothingNew);
        assert_noop!(submit(&quote[..quote.len() / 2]), refused(Refused::Truncated(Part::Quote)));
        let mut signed_anew = quote.clone();
        // The signature begins behind header, report and a length.
        signed_anew[48 + 584 + 4 + 5] ^= 1;
        assert_noop!(submit(&signed_anew), refused(Refused::BadSignature(Part::Quote)));
        let mut debugged = quote.clone();
        debugged[48 + 120] |= 1;
        assert!(submit(&debugged).is_err(), "nobody signed it");
        let (other, anchor) = binding();
        let other = AttestationBinding { genesis: H256::repeat_byte(8), ..other };
        let evidence = EvidenceBytes::truncate_from(quote.clone());
        assert_noop!(IntelAttestations::submit(anyone(), other, anchor, evidence), Fault::OtherChain);
        at(now + 40 * 86_400);
        assert!(matches!(submit(&quote), Err(sp_runtime::DispatchError::Module(_))));
        let expired = submit(&quote).expect_err("a month is over");
        assert!([Part::RootCrl, Part::PckCrl, Part::TcbInfo, Part::QeIdentity]
            .iter()
            .any(|part| expired == refused(Refused::Expired(*part)).into()));
    });
}

#[test]
fn collateral_should_be_refused_when_it_is_not_its_time() {
    run(|_| {
        at(sgx().now - 365 * 86_400);
        assert!(refresh(&sgx()).is_err());
        at(tdx_outdated().now + 365 * 86_400);
        assert!(refresh(&tdx_outdated()).is_err());
    });
}

#[test]
fn release_should_refuse_the_root_of_tests_when_evidence_leads_there() {
    run(|_| {
        let maker = makers::Intel::tdx();
        at(maker.now);
        assert_noop!(
            IntelAttestations::refresh(anyone(), maker.bundle()),
            refused(Refused::WrongIssuer(Part::RootCrl))
        );
        assert_noop!(submit(&maker.quote()), Fault::NoCollateral);
        let maker = makers::Amd::milan();
        at(maker.now);
        let refused = Error::<Runtime, Amd>::Refused(Refusal(Refused::ForeignRoot(Part::Ask)));
        assert_noop!(AmdAttestations::refresh(anyone(), maker.bundle()), refused);
    });
}

/// Ferdie as if he had shown evidence: a record that counts.
fn attest() {
    let sample = tdx();
    at(sample.now);
    refresh(&sample).expect("at its time");
    let (key, standing) = pallet_attestations::Standings::<Runtime, Intel>::iter().next().expect("refreshed");
    let (binding, anchor) = binding();
    let measurement = Measurement::Tdx { machine: [1; 48], runtime: [[2; 48]; 4] };
    let record = Record {
        worker: binding.worker,
        engine: binding.engine,
        measurement,
        platform: [9; 64],
        tcb_status: TcbStatus::UpToDate,
        svns: [3; 16],
        key,
        version: standing.version,
        anchor,
        since: sample.now,
        expires: sample.now + 86_400,
    };
    pallet_attestations::Attested::<Runtime, Intel>::insert(binding.host, record);
    IntelAttestations::allow(RuntimeOrigin::root(), measurement, Default::default(), None, None).expect("root");
}

#[test]
fn machine_should_be_revoked_when_stake_pools_tell_of_a_conviction() {
    run(|_| {
        attest();
        assert!(Attested::is_attested(&account(Ferdie)));
        <Runtime as pallet_stake_pools::Config>::Listener::convicted(&account(Ferdie));
        assert!(!Attested::is_attested(&account(Ferdie)));
        assert!(pallet_attestations::RevokedPlatforms::<Runtime, Intel>::contains_key([9; 64]));
    });
}

#[test]
fn verification_should_fit_a_block_when_it_weighs_most() {
    use frame_support::dispatch::GetDispatchInfo;
    run(|_| {
        let (binding, anchor) = binding();
        let evidence = EvidenceBytes::default();
        let call: RuntimeCall = pallet_attestations::Call::<Runtime, Amd>::submit { binding, anchor, evidence }.into();
        let block = candor_runtime::MAX_BLOCK_WEIGHT;
        let share = call.get_dispatch_info().call_weight.ref_time() * 100 / block.ref_time();
        assert!(share <= 5, "{share} per cent of a block");
    });
}
