//! Attested hosts: one instance of the pallet for each vendor, and whose signatures count.

use crate::{
    configs::{parameters::dynamic, ParametersOrigin},
    AmdAttestations, IntelAttestations, Runtime, RuntimeCall, RuntimeEvent,
};
use candor_attestation::{AmdSnp, IntelDcap, Roots};
use candor_primitives::{traits::EitherCall, TeeVendor};
use frame_support::{instances, parameter_types, traits::ConstU32};
use pallet_attestations::{weights, weights_amd};

/// The instance for Intel's hardware.
pub type Intel = instances::Instance1;
/// The instance for AMD's hardware.
pub type Amd = instances::Instance2;

/// Attested by either vendor's hardware.
pub type Attested = (IntelAttestations, AmdAttestations);

parameter_types! {
    /// Intel.
    pub const IntelVendor: TeeVendor = TeeVendor::Intel;
    /// AMD.
    pub const AmdVendor: TeeVendor = TeeVendor::Amd;
    /// Whose signatures count: the vendors' own. Nothing in storage leads to others.
    pub const TrustedRoots: Roots<'static> = TRUSTED;
}

#[cfg(not(feature = "test-runtime"))]
const TRUSTED: Roots<'static> = Roots::vendors();

/// Roots whose keys everyone knows. Only `e2e/run` builds a Wasm with this feature, and it has another name: no chain can be upgraded
/// to it.
#[cfg(feature = "test-runtime")]
const TRUSTED: Roots<'static> = Roots {
    intel: Some(include_bytes!("../../../tools/test-attestation/root.der")),
    amd: &[include_bytes!("../../../tools/test-attestation/amd-root.der")],
};

/// Vendors differ in how evidence is verified, and in what that weighs.
macro_rules! instance {
    ($instance:ty: $vendor:ty, $verifier:ty, $weights:ty) => {
        impl pallet_attestations::Config<$instance> for Runtime {
            type AttemptInterval = ConstU32<50>;
            #[cfg(feature = "runtime-benchmarks")]
            type BenchmarkHelper = benchmarks::Samples;
            type Grace = dynamic::attestations::Grace;
            type ManageOrigin = ParametersOrigin;
            type MaxValidity = dynamic::attestations::MaxValidity;
            type RenewBefore = dynamic::attestations::RenewBefore;
            type Roots = TrustedRoots;
            type RuntimeEvent = RuntimeEvent;
            type Stake = crate::StakePools;
            type Time = crate::Timestamp;
            type Vendor = $vendor;
            type Verifier = $verifier;
            type WeightInfo = $weights;
            type Workers = crate::Hosts;
        }
    };
}

instance!(Intel: IntelVendor, IntelDcap, weights::SubstrateWeight<Runtime>);
instance!(Amd: AmdVendor, AmdSnp, weights_amd::SubstrateWeight<Runtime>);

type RenewalCall = EitherCall<pallet_attestations::Call<Runtime, Intel>, pallet_attestations::Call<Runtime, Amd>>;

impl From<RenewalCall> for RuntimeCall {
    fn from(call: RenewalCall) -> Self {
        match call {
            EitherCall::First(call) => call.into(),
            EitherCall::Second(call) => call.into(),
        }
    }
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
    use crate::{AccountId, Runtime};
    use candor_attestation::{AmdSnp, AttestationVerifier, IntelDcap};
    use candor_primitives::{
        traits::{HostMarket, Releases},
        WorkerKey,
    };
    use codec::Decode;
    use pallet_attestations::benchmarking::{BenchmarkHelper, Sample};

    /// A vendor's sample that `tools/test-attestation` made.
    pub trait Sampled: AttestationVerifier {
        /// It, in SCALE.
        const SAMPLE: &'static [u8];
    }

    impl Sampled for IntelDcap {
        const SAMPLE: &'static [u8] = include_bytes!("../../../pallets/attestations/samples/intel.scale");
    }

    impl Sampled for AmdSnp {
        const SAMPLE: &'static [u8] = include_bytes!("../../../pallets/attestations/samples/amd.scale");
    }

    /// These samples.
    pub struct Samples;

    impl<V: Sampled> BenchmarkHelper<V> for Samples {
        fn sample() -> Sample<V::Bundle> {
            let mut bytes = V::SAMPLE;
            Sample::decode(&mut bytes).expect("the sample is one")
        }

        fn set_time(now: u64) {
            pallet_timestamp::Now::<Runtime>::put(now.saturating_mul(1_000));
        }

        fn add_host(host: &AccountId, worker: WorkerKey) {
            let release = <crate::Models as Releases<AccountId>>::benchmark_release(host);
            <crate::Hosts as HostMarket<AccountId>>::benchmark_host(host, worker, release);
        }
    }
}
