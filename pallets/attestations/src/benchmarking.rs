//! What the calls cost, with evidence and collateral as large as a vendor makes them.
//!
//! The samples are made by `tools/test-attestation`, under a root that comes with them: a release verifies the same way
//! under its vendor's.

use crate::*;
use alloc::vec::Vec;
use candor_attestation::{AttestationVerifier, Measurement, Roots, TcbStatus};
use candor_primitives::{AccountId, AttestationBinding, WorkerKey, WorkerSignature, WORKER_KEY_TYPE};
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{EnsureOrigin, Get},
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_core::H256;
use sp_runtime::traits::TrailingZeroInput;

/// Evidence and collateral that are valid together.
#[derive(Clone, Encode, Decode)]
pub struct Sample<Bundle> {
    /// The root that both lead to, in DER.
    pub root: Vec<u8>,
    /// Collateral.
    pub bundle: Bundle,
    /// Evidence.
    pub evidence: Vec<u8>,
    /// A second in which they are valid.
    pub now: u64,
}

/// What a runtime gives to the benchmarks.
pub trait BenchmarkHelper<V: AttestationVerifier> {
    /// A sample for this verifier.
    fn sample() -> Sample<V::Bundle>;
    /// Set the chain's clock to this second since 1970.
    fn set_time(now: u64);
    /// Make `host` a host with this worker key.
    fn add_host(host: &AccountId, worker: WorkerKey);
}

type SampleOf<T, I> = Sample<BundleOf<T, I>>;

fn sample<T: Config<I>, I: 'static>() -> SampleOf<T, I> {
    let sample = T::BenchmarkHelper::sample();
    T::BenchmarkHelper::set_time(sample.now);
    sample
}

/// The root of a sample, as both vendors' verifiers look for it.
fn under<R>(root: &[u8], then: impl FnOnce(&Roots<'_>) -> R) -> R {
    then(&Roots { intel: Some(root), amd: &[root] })
}

fn bring<T: Config<I>, I: 'static>(sample: &SampleOf<T, I>) {
    under(&sample.root, |roots| Pallet::<T, I>::do_refresh(roots, &sample.bundle)).expect("the sample is valid");
}

fn binding<T: Config<I>, I: 'static>(host: &AccountId, worker: WorkerKey) -> AttestationBinding {
    let expires = Pallet::<T, I>::now().saturating_add(T::MaxValidity::get());
    AttestationBinding {
        genesis: Pallet::<T, I>::hash_of(0),
        host: host.clone(),
        worker,
        engine: H256([7; 32]),
        expires,
    }
}

/// A host, and a recent block to anchor its evidence.
fn host<T: Config<I>, I: 'static>() -> (AccountId, WorkerKey, u32) {
    let host = account("host", 0, 0);
    let worker = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
    T::BenchmarkHelper::add_host(&host, worker);
    let anchor = 64u32;
    frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::from(0u32), H256([1; 32]));
    frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::from(anchor), H256([2; 32]));
    frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(anchor.saturating_add(1)));
    (host, worker, anchor)
}

/// Store what was verified as if `host` had shown it.
fn attest_sample<T: Config<I>, I: 'static>(sample: &SampleOf<T, I>, host: &AccountId, worker: WorkerKey, anchor: u32) {
    let key = T::Verifier::key_of(&sample.evidence).expect("the sample is valid");
    let collateral = Collaterals::<T, I>::get(key).expect("it was refreshed");
    let standing = Standings::<T, I>::get(key).expect("it was refreshed");
    let found = under(&sample.root, |roots| T::Verifier::verify(roots, &sample.evidence, &collateral, sample.now))
        .expect("the sample is valid");
    Rules::<T, I>::get().check(&found).expect("its firmware is good enough");
    assert!(!RevokedPlatforms::<T, I>::contains_key(found.platform));
    let binding = binding::<T, I>(host, worker);
    // Nobody bound the sample to this host.
    let _ = Pallet::<T, I>::check_found(&found, &binding, &H256([2; 32]));
    let _ = Pallet::<T, I>::check_allowed(&found.measurement, &binding.engine);
    Pallet::<T, I>::record(binding, anchor, key, standing.version, found);
}

/// Make `host` count as attested.
pub(crate) fn attest<T: Config<I>, I: 'static>(host: &AccountId, worker: WorkerKey) {
    let sample = sample::<T, I>();
    bring::<T, I>(&sample);
    attest_sample::<T, I>(&sample, host, worker, 0);
    let record = Attested::<T, I>::get(host).expect("it was stored");
    Pallet::<T, I>::do_allow(record.measurement, allowance());
    assert!(Pallet::<T, I>::check(host).is_ok());
}

/// Put a machine on record for `host` that does not count: what a conviction revokes.
pub(crate) fn put_on_record<T: Config<I>, I: 'static>(host: &AccountId) {
    let record = Record {
        worker: WorkerKey::from_raw([0; 32]),
        engine: H256::zero(),
        measurement: measurement(),
        platform: (host, host).using_encoded(|both| both.try_into()).expect("an account is 32 bytes"),
        tcb_status: TcbStatus::UpToDate,
        svns: [0; 16],
        key: KeyOf::<T, I>::decode(&mut TrailingZeroInput::zeroes()).expect("zeros are a key"),
        version: 0,
        anchor: 0,
        since: 0,
        expires: 0,
    };
    Attested::<T, I>::insert(host, record);
    Attempts::<T, I>::insert(host, 0);
}

fn allowance() -> Allowance {
    Allowance {
        label: BoundedVec::truncate_from([b'x'; 64].to_vec()),
        engine: Some(H256([7; 32])),
        until: Some(u64::MAX),
    }
}

fn measurement() -> Measurement {
    Measurement::Tdx { machine: [1; 48], runtime: [[2; 48]; 4] }
}

#[instance_benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn submit() {
        let sample = sample::<T, I>();
        bring::<T, I>(&sample);
        let (host, worker, anchor) = host::<T, I>();
        let binding = binding::<T, I>(&host, worker);
        #[block]
        {
            Pallet::<T, I>::check_binding(&binding, anchor).map_err(|_| ()).expect("the binding is good");
            attest_sample::<T, I>(&sample, &host, worker, anchor);
        }
        assert!(Attested::<T, I>::contains_key(&host));
    }

    /// What a renewal costs beside the evidence.
    #[benchmark]
    fn renew() {
        let sample = sample::<T, I>();
        bring::<T, I>(&sample);
        let (host, worker, anchor) = host::<T, I>();
        attest_sample::<T, I>(&sample, &host, worker, anchor);
        let mut binding = binding::<T, I>(&host, worker);
        // Refused at once.
        binding.expires = 0;
        #[block]
        {
            Pallet::<T, I>::do_renew(binding, anchor, &sample.evidence);
        }
        assert!(Attempts::<T, I>::contains_key(&host));
    }

    #[benchmark]
    fn authorize_renew() -> Result<(), BenchmarkError> {
        let sample = sample::<T, I>();
        bring::<T, I>(&sample);
        let (host, worker, anchor) = host::<T, I>();
        attest_sample::<T, I>(&sample, &host, worker, anchor);
        Attested::<T, I>::mutate_extant(&host, |record| record.expires = sample.now);
        let binding = binding::<T, I>(&host, worker);
        let message = binding.renewal_message::<candor_primitives::HostBlake2b>(&sample.evidence);
        let signature: WorkerSignature =
            sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &worker, &message).expect("the key is there");
        let evidence = EvidenceBytes::truncate_from(sample.evidence.clone());
        let source = frame_support::pallet_prelude::TransactionSource::External;
        #[block]
        {
            Pallet::<T, I>::authorize_renewal(source, &binding, &anchor, &evidence, &signature)
                .map_err(|_| BenchmarkError::Stop("the renewal is due and signed"))?;
        }
        Ok(())
    }

    #[benchmark]
    fn refresh() {
        let sample = sample::<T, I>();
        // Held already: it is compared, too.
        bring::<T, I>(&sample);
        #[block]
        {
            // The same once more is refused at the very end.
            let _ = under(&sample.root, |roots| Pallet::<T, I>::do_refresh(roots, &sample.bundle));
            let key = T::Verifier::key_of(&sample.evidence).expect("the sample is valid");
            Collaterals::<T, I>::mutate(key, |_| {});
            Standings::<T, I>::mutate(key, |_| {});
        }
    }

    #[benchmark]
    fn allow() -> Result<(), BenchmarkError> {
        let origin = T::ManageOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let Allowance { label, engine, until } = allowance();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, measurement(), label, engine, until);
        assert!(Allowances::<T, I>::contains_key(measurement()));
        Ok(())
    }

    #[benchmark]
    fn disallow() -> Result<(), BenchmarkError> {
        let origin = T::ManageOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        Pallet::<T, I>::do_allow(measurement(), allowance());
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, measurement());
        assert!(!Allowances::<T, I>::contains_key(measurement()));
        Ok(())
    }

    #[benchmark]
    fn revoke() -> Result<(), BenchmarkError> {
        let origin = T::ManageOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, [3; 64]);
        assert!(RevokedPlatforms::<T, I>::contains_key([3; 64]));
        Ok(())
    }

    #[benchmark]
    fn reinstate() -> Result<(), BenchmarkError> {
        let origin = T::ManageOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        Pallet::<T, I>::do_revoke([3; 64], None, Reason::Governance);
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, [3; 64]);
        assert!(!RevokedPlatforms::<T, I>::contains_key([3; 64]));
        Ok(())
    }

    #[benchmark]
    fn set_policy() -> Result<(), BenchmarkError> {
        let origin = T::ManageOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let policy = Policy { floor: [1; 16], ..Policy::default() };
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, policy.clone());
        assert_eq!(Rules::<T, I>::get(), policy);
        Ok(())
    }

    #[benchmark]
    fn clear() {
        let sample = sample::<T, I>();
        bring::<T, I>(&sample);
        let (host, worker, anchor) = host::<T, I>();
        attest_sample::<T, I>(&sample, &host, worker, anchor);
        Attested::<T, I>::mutate_extant(&host, |record| record.expires = 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(account("anyone", 0, 0)), host.clone());
        assert!(!Attested::<T, I>::contains_key(&host));
    }

    /// Whether a host is attested: what a draw asks of every host that it looks at.
    #[benchmark]
    fn check() {
        let host: AccountId = account("host", 0, 0);
        let worker = sp_io::crypto::sr25519_generate(WORKER_KEY_TYPE, None);
        T::BenchmarkHelper::add_host(&host, worker);
        attest::<T, I>(&host, worker);
        let mut found = false;
        #[block]
        {
            found = Pallet::<T, I>::check(&host).is_ok();
        }
        assert!(found);
    }
}
