#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate alloc;

mod dispatchable_impls;
mod registry_impls;
mod try_state_impls;
mod types;
mod validation;
mod views;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod fixtures;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Declarations of the pallet; what they do stands in the modules beside it.
#[frame_support::pallet]
pub mod pallet {
    use super::{types::*, WeightInfo};
    use alloc::{boxed::Box, vec::Vec};
    use candor_primitives::{
        release::{Name, Source},
        AccountId, Balance, ReleaseId, ReleaseSpec, RepositoryId,
    };
    use candor_runtime_api::views::ReleaseView;
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Mutate, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;
    use sp_runtime::Permill;

    /// Version of the storage layout.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// Repositories and releases of models.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime supplies.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId, Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// Where deposits are held.
        type Currency: Mutate<AccountId, Balance = Balance>
            + MutateHold<AccountId, Reason = <Self as Config>::RuntimeHoldReason>;

        /// Deposit for each thing stored (a repository, its metadata, an account on an access list, a release), in
        /// planck.
        #[pallet::constant]
        type DepositPerItem: Get<Balance>;

        /// Deposit for each byte of such a thing, in planck.
        #[pallet::constant]
        type DepositPerByte: Get<Balance>;

        /// Highest share of a fee that a publisher may ask for, in parts per million.
        #[pallet::constant]
        type MaxRoyalty: Get<Permill>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Deposit for a repository, its metadata and its access list.
        Repository,
        /// Deposit for the releases of a repository.
        Release,
    }

    /// Id of the next repository. Ids are never reused.
    #[pallet::storage]
    pub type NextRepositoryId<T> = StorageValue<_, RepositoryId, ValueQuery>;

    /// Id of the next release, which is also the number of releases. Ids are never reused.
    #[pallet::storage]
    pub type NextReleaseId<T> = StorageValue<_, ReleaseId, ValueQuery>;

    /// Repositories by id. Ids are counted by the chain, so the fast hasher is safe.
    #[pallet::storage]
    pub type Repositories<T> = StorageMap<_, Twox64Concat, RepositoryId, RepositoryOf<T>>;

    /// Repository by owner and name. Names are chosen by users, so the hasher is a cryptographic one.
    #[pallet::storage]
    pub type RepositoryIds<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, Name, RepositoryId>;

    /// Description of a repository in its owner's words.
    #[pallet::storage]
    pub type Metadata<T> = StorageMap<_, Twox64Concat, RepositoryId, MetadataText>;

    /// Accounts, besides the owner, that may use the releases of a private repository.
    #[pallet::storage]
    pub type AccessList<T> = StorageDoubleMap<_, Twox64Concat, RepositoryId, Blake2_128Concat, AccountId, ()>;

    /// Releases by id, without what they commit to: small, since every job reads it.
    #[pallet::storage]
    pub type Releases<T> = StorageMap<_, Twox64Concat, ReleaseId, Release>;

    /// What each release commits to.
    #[pallet::storage]
    pub type Specs<T> = StorageMap<_, Twox64Concat, ReleaseId, ReleaseSpec>;

    /// Release by repository and version. Versions are chosen by users, so the hasher is a cryptographic one.
    #[pallet::storage]
    pub type ReleaseIds<T> = StorageDoubleMap<_, Twox64Concat, RepositoryId, Blake2_128Concat, Version, ReleaseId>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T> {
        /// A repository was created.
        RepositoryCreated {
            /// Its id.
            repository: RepositoryId,
            /// Its owner, who pays the deposit.
            owner: AccountId,
            /// Its name (UTF-8).
            name: Name,
            /// Whether only accounts on its access list may use its releases.
            private: bool,
        },
        /// A repository was removed; its deposit is free again.
        RepositoryRemoved {
            /// Its id.
            repository: RepositoryId,
            /// Its last owner.
            owner: AccountId,
        },
        /// A release was published. It can be deprecated, never changed or removed.
        ReleasePublished {
            /// Its id.
            release: ReleaseId,
            /// Repository that it belongs to.
            repository: RepositoryId,
            /// Its version.
            version: Version,
            /// Root over its files.
            model_root: H256,
        },
        /// A release was deprecated: no new jobs and offers.
        ReleaseDeprecated {
            /// Its id.
            release: ReleaseId,
            /// Why (UTF-8).
            reason: Reason,
        },
        /// The files of a release moved to another place.
        SourceChanged {
            /// Release.
            release: ReleaseId,
            /// Where its files are now (UTF-8).
            source: Source,
        },
        /// An account was put on an access list, or taken off.
        AccessChanged {
            /// Repository.
            repository: RepositoryId,
            /// Account.
            account: AccountId,
            /// Whether it may use private releases now.
            allowed: bool,
        },
        /// A repository became private, or public.
        PrivacyChanged {
            /// Repository.
            repository: RepositoryId,
            /// Whether only accounts on its access list may use its releases now.
            private: bool,
        },
        /// A repository was offered to a new owner, who has to accept it.
        TransferOffered {
            /// Repository.
            repository: RepositoryId,
            /// Its owner.
            from: AccountId,
            /// Who may accept it.
            to: AccountId,
        },
        /// The owner took back the offer of a repository.
        TransferWithdrawn {
            /// Repository.
            repository: RepositoryId,
            /// Who could have accepted it.
            to: AccountId,
        },
        /// A repository has a new owner, who pays its deposits from now on and earns its royalties.
        RepositoryTransferred {
            /// Repository.
            repository: RepositoryId,
            /// Owner before.
            from: AccountId,
            /// Owner now.
            to: AccountId,
        },
        /// The metadata of a repository were changed or removed.
        MetadataChanged {
            /// Repository.
            repository: RepositoryId,
            /// Length of the new metadata in bytes, 0 if they were removed.
            bytes: u32,
        },
    }

    /// Why a call was refused, and what to do about it.
    #[pallet::error]
    pub enum Error<T> {
        /// No repository has this id. Look it up by owner and name, or create it first.
        UnknownRepository,
        /// No release has this id. Look it up by publisher, name and version, or publish it first.
        UnknownRelease,
        /// Only the owner of the repository may do this. Sign with the owner's account.
        NotOwner,
        /// The repository was not offered to you. Ask its owner to send `transfer_repository` with your account.
        NotOffered,
        /// Names have 1 to 64 characters of a-z, 0-9, '-', '_' and '.', and begin with a letter or digit.
        InvalidName,
        /// This owner already has a repository of this name. Choose another name.
        NameTaken,
        /// This version was already published, and releases never change. Choose a higher version.
        VersionTaken,
        /// The release is deprecated already. Nothing is left to do.
        AlreadyDeprecated,
        /// No reason was given. Say in a few words why nobody should use the release any more.
        EmptyReason,
        /// A text is not UTF-8 or has control characters. Send plain text.
        InvalidText,
        /// The repository has releases, which are permanent. Deprecate them instead of removing the repository.
        HasReleases,
        /// The access list is not empty. Take its accounts off with `set_access` first.
        HasAccessList,
        /// A source starts with http://, https://, s3:// or file://, or is empty. Correct the address.
        InvalidSource,
        /// The release has no files. List at least the graph.
        NoFiles,
        /// A file's path is empty, absolute, leaves its folder, or is not plain text. Use a path like `data/model.onnx`.
        InvalidPath,
        /// Two files have the same path, or one stands where another needs a folder. Rename one.
        PathConflict,
        /// The model root is not the root of the files listed. Compute it again from these files in this order.
        WrongModelRoot,
        /// The release has no variant. Prepare it for at least one execution profile.
        NoVariants,
        /// A variant's graph is not among the files. Its number is the position in the list of files, from 0.
        UnknownGraph,
        /// A variant root does not bind its profile, graph and judging. Compute it again from them.
        WrongVariantRoot,
        /// Two variants are the same. List each once.
        DuplicateVariant,
        /// A variant's trace has no roots. Prepare the release again: a run has at least its inputs and outputs.
        EmptyTrace,
        /// A variant's trace has more than 8192 roots: it would not fit a dispute. Use a graph with fewer nodes.
        LongTrace,
        /// The release has no input. Declare every input of the graph.
        NoInputs,
        /// The release has no output. Declare at least one output of the graph.
        NoOutputs,
        /// An input or output has no name, or one that is not plain text. Use the names in the graph.
        InvalidTensorName,
        /// Two inputs, or two outputs, have the same name. Use the names in the graph.
        DuplicateTensorName,
        /// A symbolic dimension has no name, or a largest length of 0. Give it both.
        InvalidDimension,
        /// A range of values was set for a type that is not an integer. Leave the range out.
        RangeNotInteger,
        /// A range of values has its smallest above its largest value. Swap them.
        EmptyRange,
        /// A range of values was set for an output. Ranges are checked on inputs only: leave it out.
        RangeOnOutput,
        /// The unit rule names a dimension that no input has. Use names of symbolic dimensions of the inputs.
        UnknownUnitDimension,
        /// The unit rule divides by 0. Set the divisor to 1 or more.
        ZeroDivisor,
        /// The unit rule says that a typical call has 0 units. Set the reference to 1 or more.
        ZeroReference,
        /// The royalty is above the highest allowed (constant `MaxRoyalty`). Ask for less.
        RoyaltyTooHigh,
        /// The release has no licence. Give its SPDX identifier, for example `Apache-2.0`.
        NoLicence,
        /// A tag is empty. Leave it out.
        EmptyTag,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::DepositPerItem::get() > 0, "a deposit of 0 would let storage grow for nothing");
            assert!(T::DepositPerByte::get() > 0, "a deposit of 0 would let storage grow for nothing");
            assert!(T::MaxRoyalty::get() < Permill::one(), "hosts must be left a part of the fee");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Create a repository for your model.
        ///
        /// `name` is unique among your repositories. The releases of a private one can be used by you and by the
        /// accounts on its access list only. A deposit is held until the repository is removed or transferred.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::create_repository())]
        pub fn create_repository(origin: OriginFor<T>, name: Name, private: bool) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_create_repository(who, name, private).map(|_| ())
        }

        /// Publish a release of your model.
        ///
        /// A release is immutable and permanent; a deposit by its size is held from the owner of the repository.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::publish_release(spec.files.len() as u32))]
        pub fn publish_release(
            origin: OriginFor<T>,
            repository: RepositoryId,
            version: Version,
            spec: Box<ReleaseSpec>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_publish_release(who, repository, version, *spec).map(|_| ())
        }

        /// Stop new use of a release.
        ///
        /// There will be no new jobs and offers; what is under way goes on. This can't be undone.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::deprecate())]
        pub fn deprecate(origin: OriginFor<T>, release: ReleaseId, reason: Reason) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_deprecate(who, release, reason)
        }

        /// Let an account use your private repository, or stop it.
        ///
        /// A deposit is held for each account on the list. Nothing happens if the account is where it should be.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_access())]
        pub fn set_access(
            origin: OriginFor<T>,
            repository: RepositoryId,
            account: AccountId,
            allowed: bool,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_access(who, repository, account, allowed)
        }

        /// Make your repository private or public.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::set_private())]
        pub fn set_private(origin: OriginFor<T>, repository: RepositoryId, private: bool) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_private(who, repository, private)
        }

        /// Offer your repository to a new owner.
        ///
        /// It stays yours until they accept it. Offer it to yourself to take the offer back.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::transfer_repository())]
        pub fn transfer_repository(
            origin: OriginFor<T>,
            repository: RepositoryId,
            new_owner: AccountId,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_transfer_repository(who, repository, new_owner)
        }

        /// Accept a repository that was offered to you.
        ///
        /// You pay its deposits from now on; those of the owner before are released.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::accept_transfer())]
        pub fn accept_transfer(origin: OriginFor<T>, repository: RepositoryId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_accept_transfer(who, repository)
        }

        /// Describe your repository (JSON); empty removes.
        ///
        /// The chain stores the text and does not interpret it. A deposit by its size is held.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::set_metadata())]
        pub fn set_metadata(origin: OriginFor<T>, repository: RepositoryId, metadata: MetadataText) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_metadata(who, repository, metadata)
        }

        /// Remove your repository if it has no releases.
        ///
        /// Its deposit is released. Its access list must be empty.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::remove_repository())]
        pub fn remove_repository(origin: OriginFor<T>, repository: RepositoryId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_remove_repository(who, repository)
        }

        /// Tell where the files of a release are now.
        ///
        /// Files may move: what counts is their hash, which stays.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::set_source())]
        pub fn set_source(origin: OriginFor<T>, release: ReleaseId, source: Source) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_source(who, release, source)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// One release.
        pub fn release(id: ReleaseId) -> Option<ReleaseView> {
            Self::release_view(id)
        }

        /// Id of a release by publisher, repository name and version (`1.2.3`; empty for the newest that is not
        /// deprecated).
        pub fn find_release(publisher: AccountId, name: Vec<u8>, version: Vec<u8>) -> Option<ReleaseId> {
            Self::lookup(&publisher, name, &version)
        }

        /// Releases with id >= `start`, at most `limit` (100 at most), in order of id.
        pub fn releases(start: ReleaseId, limit: u32) -> Vec<ReleaseView> {
            Self::release_views(start, limit)
        }
    }
}
