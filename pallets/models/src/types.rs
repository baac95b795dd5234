//! What is stored, and what it costs.

use crate::{Config, HoldReason};
use alloc::{format, vec::Vec};
use candor_primitives::{
    release::{Name, Source},
    AccountId, Balance, ReleaseSpec, RepositoryId,
};
use codec::{Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
    traits::{fungible::HoldConsideration, Footprint},
    BoundedVec,
};
use sp_core::{ConstU32, Get};
use sp_runtime::traits::Convert;

/// Why a release was deprecated (UTF-8).
pub type Reason = BoundedVec<u8, ConstU32<256>>;
/// Description of a repository (UTF-8, usually JSON).
pub type MetadataText = BoundedVec<u8, ConstU32<1024>>;

/// Deposit for a repository, its metadata and its access list.
pub type RepositoryTicket<T> =
    HoldConsideration<AccountId, <T as Config>::Currency, RepositoryReason<T>, DepositPrice<T>>;
/// Deposit for all releases of a repository.
pub type ReleaseTicket<T> = HoldConsideration<AccountId, <T as Config>::Currency, ReleaseReason<T>, DepositPrice<T>>;
/// A repository with the deposits of this runtime.
pub type RepositoryOf<T> = Repository<RepositoryTicket<T>, ReleaseTicket<T>>;

/// Version of a release: `major.minor.patch`, ordered as in Semantic Versioning 2.0.0 (without pre-releases).
#[frame_support::stored]
#[derive(Copy, PartialOrd, Ord)]
pub struct Version {
    /// Grows with incompatible changes.
    pub major: u32,
    /// Grows with compatible additions.
    pub minor: u32,
    /// Grows with compatible corrections.
    pub patch: u32,
}

impl Version {
    /// Read `1.2.3`; `None` for everything else, also for leading zeros and signs.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut parts = core::str::from_utf8(text).ok()?.split('.').map(|part| {
            let canonical = part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
            part.parse::<u32>().ok().filter(|_| canonical)
        });
        let version = Self { major: parts.next()??, minor: parts.next()??, patch: parts.next()?? };
        parts.next().is_none().then_some(version)
    }

    /// The text `1.2.3`.
    pub fn to_text(&self) -> Vec<u8> {
        format!("{}.{}.{}", self.major, self.minor, self.patch).into_bytes()
    }
}

/// One publisher's model with all its releases.
#[frame_support::stored]
pub struct Repository<RepositoryDeposit, ReleaseDeposit> {
    /// Who may change it, pays its deposits and earns its royalties.
    pub owner: AccountId,
    /// Name, unique among the owner's repositories.
    pub name: Name,
    /// Whether only the owner and the accounts on the access list may use its releases.
    pub private: bool,
    /// Who may accept it, if it was offered to a new owner.
    pub pending_owner: Option<AccountId>,
    /// Accounts on the access list.
    pub access_entries: u32,
    /// Bytes of its metadata, 0 for none.
    pub metadata_bytes: u32,
    /// Number of its releases, and the bytes that they pay for.
    pub releases: Footprint,
    /// Deposit for the repository, its metadata and its access list.
    pub deposit: RepositoryDeposit,
    /// Deposit for its releases, from the first on. One for all, so that a transfer costs the same however many there
    /// are.
    pub release_deposit: Option<ReleaseDeposit>,
}

/// One immutable version of a model, without what it commits to.
#[frame_support::stored]
pub struct Release {
    /// Repository that it belongs to.
    pub repository: RepositoryId,
    /// Its version.
    pub version: Version,
    /// Why it was deprecated, if it was.
    pub deprecated: Option<Reason>,
}

/// What a repository pays for: itself at its largest, its metadata, its access list.
pub(crate) fn repository_footprint<T: Config>(access_entries: u32, metadata_bytes: u32) -> Footprint {
    const ACCESS_ENTRY: u64 = 36;
    let access = u64::from(access_entries);
    let metadata = u64::from(metadata_bytes);
    Footprint {
        count: 1u64.saturating_add(access).saturating_add(metadata.min(1)),
        size: (RepositoryOf::<T>::max_encoded_len() as u64)
            .saturating_add(access.saturating_mul(ACCESS_ENTRY))
            .saturating_add(metadata),
    }
}

/// What a release pays for. Reason and source count with their largest length, so that deprecating a release and
/// moving its files never need money.
pub(crate) fn release_footprint(spec: &ReleaseSpec) -> Footprint {
    let fixed = Release::max_encoded_len().saturating_add(Source::max_encoded_len());
    let spec = spec.encoded_size().saturating_sub(spec.source.encoded_size());
    Footprint::from_parts(1, fixed.saturating_add(spec))
}

/// Sum of two footprints.
pub(crate) fn add(a: Footprint, b: Footprint) -> Footprint {
    Footprint { count: a.count.saturating_add(b.count), size: a.size.saturating_add(b.size) }
}

/// Deposit for a footprint: items and bytes, each with its price.
pub struct DepositPrice<T>(PhantomData<T>);

impl<T: Config> Convert<Footprint, Balance> for DepositPrice<T> {
    fn convert(footprint: Footprint) -> Balance {
        let items = T::DepositPerItem::get().saturating_mul(footprint.count.into());
        let bytes = T::DepositPerByte::get().saturating_mul(footprint.size.into());
        items.saturating_add(bytes)
    }
}

/// [`HoldReason::Repository`] as the runtime's reason.
pub struct RepositoryReason<T>(PhantomData<T>);

impl<T: Config> Get<T::RuntimeHoldReason> for RepositoryReason<T> {
    fn get() -> T::RuntimeHoldReason {
        HoldReason::Repository.into()
    }
}

/// [`HoldReason::Release`] as the runtime's reason.
pub struct ReleaseReason<T>(PhantomData<T>);

impl<T: Config> Get<T::RuntimeHoldReason> for ReleaseReason<T> {
    fn get() -> T::RuntimeHoldReason {
        HoldReason::Release.into()
    }
}
