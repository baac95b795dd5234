#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod collateral;
mod evidence;
mod governance;
#[cfg(test)]
mod mock;
mod renewal;
mod standing;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;
pub mod weights_amd;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use candor_attestation::{Measurement, Roots};
    use candor_primitives::{
        traits::{Answerable, WorkerKeys},
        AccountId, AttestationBinding, BlockNumber, TeeVendor, WorkerSignature,
    };
    use candor_runtime_api::attestations::{AttestationView, WhyNot};
    use frame_support::{
        pallet_prelude::*,
        traits::{EnsureOrigin, UnixTime},
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T, I = ()>(_);

    /// What the runtime gives to the pallet.
    #[pallet::config]
    pub trait Config<I: 'static = ()>: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// The overarching event type.
        #[allow(deprecated)]
        type RuntimeEvent: From<Event<Self, I>> + IsType<<Self as frame_system::Config>::RuntimeEvent>;
        /// How evidence is verified.
        type Verifier: Verifier;
        /// Whose hardware this instance is for.
        type Vendor: Get<TeeVendor>;
        /// The roots that certificates must lead to: the vendors' own in a release, whatever its configuration.
        type Roots: Get<Roots<'static>>;
        /// Worker keys of hosts.
        type Workers: WorkerKeys<AccountId>;
        /// Receipts that hosts answer for.
        type Stake: Answerable<AccountId>;
        /// The time by which certificates are valid.
        type Time: UnixTime;
        /// Who allows measurements, revokes machines and sets the policy.
        type ManageOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// How long a host stays attested after its vendor judges machines otherwise, in seconds: the time to show new evidence.
        #[pallet::constant]
        type Grace: Get<u64>;
        /// Longest that evidence counts, in seconds.
        #[pallet::constant]
        type MaxValidity: Get<u64>;
        /// The off-chain worker brings new evidence when the old one counts for less than this, in seconds.
        #[pallet::constant]
        type RenewBefore: Get<u64>;
        /// Least time between two attempts of a host to renew without a fee, in blocks.
        #[pallet::constant]
        type AttemptInterval: Get<BlockNumber>;
        /// What benchmarks verify.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: benchmarking::BenchmarkHelper<VerifierOf<Self, I>>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// What the vendor says of its machines, by model. The keys are known numbers of a few bytes, but who refreshes chooses
    /// them: hence Blake2.
    #[pallet::storage]
    pub type Collaterals<T: Config<I>, I: 'static = ()> =
        StorageMap<_, Blake2_128Concat, KeyOf<T, I>, CollateralOf<T, I>>;

    /// How that has changed.
    #[pallet::storage]
    pub type Standings<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, KeyOf<T, I>, Standing>;

    /// What may run in an attested machine.
    #[pallet::storage]
    pub type Allowances<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, Measurement, Allowance>;

    /// Hosts that showed evidence.
    #[pallet::storage]
    pub type Attested<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, AccountId, Record<KeyOf<T, I>>>;

    /// Machines whose evidence counts no more, whatever it says.
    #[pallet::storage]
    pub type RevokedPlatforms<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, Platform, Revocation>;

    /// Which firmware is good enough.
    #[pallet::storage]
    pub type Rules<T: Config<I>, I: 'static = ()> = StorageValue<_, Policy, ValueQuery>;

    /// Block of a host's last attempt to renew without a fee.
    #[pallet::storage]
    pub type Attempts<T: Config<I>, I: 'static = ()> = StorageMap<_, Blake2_128Concat, AccountId, BlockNumber>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config<I>, I: 'static = ()> {
        /// A host is attested.
        HostAttested {
            /// The host.
            host: AccountId,
            /// What runs there.
            measurement: Measurement,
            /// The machine.
            platform: Platform,
            /// The last second, since 1970, for which this counts.
            expires: u64,
        },
        /// Evidence that the off-chain worker brought was refused. What the host had stays as it was.
        RenewalRefused {
            /// The host.
            host: AccountId,
            /// Why.
            error: DispatchError,
        },
        /// A record that had run out was removed.
        Cleared {
            /// The host.
            host: AccountId,
        },
        /// New collateral is held.
        CollateralRefreshed {
            /// Of which machines.
            key: KeyOf<T, I>,
            /// Grows when machines are judged otherwise than before: their hosts have to show evidence anew.
            version: u32,
            /// The last second, since 1970, in which it is valid.
            expires: u64,
        },
        /// A measurement may run, or may run under other conditions.
        MeasurementAllowed {
            /// The measurement.
            measurement: Measurement,
            /// What it is.
            allowance: Allowance,
        },
        /// A measurement may not run any more.
        MeasurementDisallowed {
            /// The measurement.
            measurement: Measurement,
        },
        /// A machine's evidence counts no more.
        PlatformRevoked {
            /// The machine.
            platform: Platform,
            /// Whose it was, as far as that is known.
            host: Option<AccountId>,
            /// Why.
            reason: Reason,
        },
        /// A machine's evidence counts again.
        PlatformReinstated {
            /// The machine.
            platform: Platform,
        },
        /// Other firmware is good enough.
        PolicySet {
            /// Which.
            policy: Policy,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T, I = ()> {
        /// The verifier refuses the evidence or the collateral; the first byte behind this one is the index of its error, the next the
        /// part that it is about.
        Refused(Refusal),
        /// The binding is of another chain: make evidence for this one.
        OtherChain,
        /// This account is not a host: `register` first.
        NotAHost,
        /// The binding is of another key than the host's worker key.
        OtherWorker,
        /// The binding has expired: make new evidence.
        BindingExpired,
        /// The evidence is not of this binding: its report data has another hash.
        WrongBinding,
        /// The evidence was not made for this anchor: its report data has another nonce.
        WrongNonce,
        /// The anchor is not one of the last 256 blocks: make evidence for a recent one.
        UnknownAnchor,
        /// The host showed evidence of a later anchor.
        OlderThanHeld,
        /// No collateral for this model of machines is held: `refresh` it first.
        NoCollateral,
        /// What runs there is not on the list of allowed measurements.
        MeasurementNotAllowed,
        /// The measurement is allowed with another program of the engine.
        OtherEngine,
        /// The measurement was allowed until a time that has passed.
        AllowanceEnded,
        /// This machine was revoked: a host on it was convicted, or governance did it.
        PlatformRevoked,
        /// This very collateral is held.
        NothingNew,
        /// The host is not attested: `submit` evidence first.
        NotAttested,
        /// The host's evidence counts for long enough: renew it later.
        NotDue,
        /// The host tried to renew a moment ago: wait.
        TooSoon,
        /// The renewal is not signed by the host's worker key.
        BadSignature,
        /// The record still counts.
        StillCounts,
        /// The host answers for receipts that are not final: its machine can be revoked for them, and stays on record.
        ReceiptsOpen,
        /// This measurement is not on the list.
        NotListed,
        /// This machine is not revoked.
        NotRevoked,
    }

    #[pallet::hooks]
    impl<T: Config<I>, I: 'static> Hooks<BlockNumberFor<T>> for Pallet<T, I> {
        fn integrity_test() {
            Self::check_constants();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config<I>, I: 'static> Pallet<T, I> {
        /// Attest a host's machine.
        ///
        /// Anyone may send it. `evidence` is a quote whose report data are the hash of `binding`, then the hash of block
        /// `anchor`, which is among the last 256. The host is attested until the binding, the collateral or a certificate
        /// runs out. Fails if the verifier refuses the evidence, or if measurement, machine or firmware are not allowed.
        #[pallet::call_index(0)]
        pub fn submit(
            origin: OriginFor<T>,
            binding: AttestationBinding,
            anchor: BlockNumber,
            evidence: EvidenceBytes,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_attest(&T::Roots::get(), binding, anchor, &evidence)
        }

        /// Attest a host's machine anew.
        ///
        /// Sent by the off-chain worker as a general transaction without a fee, when the evidence is due anew; `signature` is
        /// the worker key's over [`AttestationBinding::renewal_message`]. Refused evidence changes nothing, and an event says why.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::submit().saturating_add(T::WeightInfo::renew()))]
        #[pallet::authorize(Self::authorize_renewal)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_renew())]
        pub fn renew(
            origin: OriginFor<T>,
            binding: AttestationBinding,
            anchor: BlockNumber,
            evidence: EvidenceBytes,
            signature: WorkerSignature,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            // Checked when it was authorised, in this block too.
            let _ = signature;
            Self::do_renew(binding, anchor, &evidence);
            Ok(())
        }

        /// Bring what the vendor says of its machines.
        ///
        /// Anyone may send it: the vendor has signed it. Fails if a part of it is older than what is held, or if all of it is
        /// held. If it judges machines otherwise, hosts on them have a time of grace to show evidence anew.
        #[pallet::call_index(2)]
        pub fn refresh(origin: OriginFor<T>, bundle: BundleOf<T, I>) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_refresh(&T::Roots::get(), &bundle)
        }

        /// Allow a measurement.
        ///
        /// From the managing origin. `engine`: only with this program of the engine (BLAKE2b-256 of its file); `until`: up to
        /// this second since 1970, for releases that are to be replaced.
        #[pallet::call_index(3)]
        pub fn allow(
            origin: OriginFor<T>,
            measurement: Measurement,
            label: Label,
            engine: Option<H256>,
            until: Option<u64>,
        ) -> DispatchResult {
            T::ManageOrigin::ensure_origin(origin)?;
            Self::do_allow(measurement, Allowance { label, engine, until });
            Ok(())
        }

        /// Allow a measurement no more.
        ///
        /// From the managing origin. Hosts that run it are not attested from now on.
        #[pallet::call_index(4)]
        pub fn disallow(origin: OriginFor<T>, measurement: Measurement) -> DispatchResult {
            T::ManageOrigin::ensure_origin(origin)?;
            Self::do_disallow(measurement)
        }

        /// Revoke a machine.
        ///
        /// From the managing origin. Its evidence counts no more, whoever its host is.
        #[pallet::call_index(5)]
        pub fn revoke(origin: OriginFor<T>, platform: Platform) -> DispatchResult {
            T::ManageOrigin::ensure_origin(origin)?;
            Self::do_revoke(platform, None, Reason::Governance);
            Ok(())
        }

        /// Let a machine's evidence count again.
        ///
        /// From the managing origin.
        #[pallet::call_index(6)]
        pub fn reinstate(origin: OriginFor<T>, platform: Platform) -> DispatchResult {
            T::ManageOrigin::ensure_origin(origin)?;
            Self::do_reinstate(platform)
        }

        /// Say which firmware is good enough.
        ///
        /// From the managing origin. It holds at once, also for hosts that showed evidence before.
        #[pallet::call_index(7)]
        pub fn set_policy(origin: OriginFor<T>, policy: Policy) -> DispatchResult {
            T::ManageOrigin::ensure_origin(origin)?;
            Rules::<T, I>::put(policy.clone());
            Self::deposit_event(Event::PolicySet { policy });
            Ok(())
        }

        /// Remove the record of a host that is attested no more.
        ///
        /// Anyone may send it; free of charge if there is something to remove.
        #[pallet::call_index(8)]
        pub fn clear(origin: OriginFor<T>, host: AccountId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_clear(host)?;
            Ok(Pays::No.into())
        }
    }

    #[pallet::view_functions]
    impl<T: Config<I>, I: 'static> Pallet<T, I> {
        /// What is known of a host's machine.
        pub fn attestation_view(host: AccountId) -> Option<AttestationView> {
            Self::view(&host)
        }

        /// Why a host is not attested by this vendor's hardware; nothing if it is.
        pub fn why_not(host: AccountId) -> Option<WhyNot> {
            Self::check(&host).err()
        }
    }
}
