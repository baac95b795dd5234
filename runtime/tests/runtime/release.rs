//! The runtime of the working tree against the last release: what an upgrade has to keep, and what it has to say
//! (`runtime/releases/README.md`).

use crate::{
    metadata::{changes, Change, Kind, Metadata},
    migrations::MOST_STEPS,
    recorded::{decode, folder, json, Recorded, METADATA_VERSION},
};
use candor_runtime::{Balances, Executive, Runtime, VERSION};
use frame_support::{
    migrations::MultiStepMigrator,
    traits::{StorageVersion, STORAGE_VERSION_STORAGE_KEY_POSTFIX},
};
use sp_io::hashing::{blake2_256, sha2_256, twox_128};
use std::collections::BTreeMap;

/// Metadata of the working tree, on an empty state too: some constants are parameters.
pub fn current() -> Metadata {
    sp_io::TestExternalities::default().execute_with(|| {
        let opaque = Runtime::metadata_at_version(METADATA_VERSION).expect("this version of metadata");
        decode(&opaque)
    })
}

/// Storage versions in the state, by pallet.
pub type StorageVersions = BTreeMap<String, StorageVersion>;

fn storage_versions(metadata: &Metadata) -> StorageVersions {
    let version = |name: &str| {
        let key = [twox_128(name.as_bytes()), twox_128(STORAGE_VERSION_STORAGE_KEY_POSTFIX)].concat();
        frame_support::storage::unhashed::get(&key)
    };
    let names = metadata.pallets.iter().map(|pallet| pallet.name.clone());
    names.filter_map(|name| version(&name).map(|version| (name, version))).collect()
}

/// Upgrade the state at hand, to the last step of the last migration.
pub fn upgrade() {
    Executive::execute_on_runtime_upgrade();
    let mut steps = 0;
    while <Runtime as frame_system::Config>::MultiBlockMigrator::ongoing() {
        assert!(steps < MOST_STEPS, "migrations last longer than {MOST_STEPS} blocks");
        <Runtime as frame_system::Config>::MultiBlockMigrator::step();
        steps += 1;
    }
}

/// One side of an upgrade.
pub struct Side {
    pub spec_version: u32,
    pub transaction_version: u32,
    pub storage_versions: StorageVersions,
}

/// Which rules of `runtime/releases/README.md` are broken.
pub fn broken(old: &Side, new: &Side, changes: &[Change], allowed: &BTreeMap<String, String>) -> Vec<String> {
    let mut broken = Vec::new();
    if new.spec_version < old.spec_version || (new.spec_version == old.spec_version && !changes.is_empty()) {
        broken.push(format!("spec_version has to be greater than {}: the metadata differ", old.spec_version));
    }
    let signed = |change: &&Change| matches!(change.kind, Kind::Call | Kind::Extrinsic) && change.breaks();
    if let Some(first) = changes.iter().find(signed).filter(|_| new.transaction_version <= old.transaction_version) {
        broken.push(format!("transaction_version has to be greater than {}: {first}", old.transaction_version));
    }
    if new.transaction_version < old.transaction_version {
        broken.push("transaction_version became smaller".into());
    }
    let stored: Vec<_> = changes.iter().filter(|change| change.kind == Kind::Storage && change.breaks()).collect();
    for change in &stored {
        let version = |side: &Side| side.storage_versions.get(change.pallet()).copied();
        if version(new) <= version(old) && !allowed.contains_key(&change.item) {
            broken.push(format!("a migration has to raise the storage version of its pallet: {change}"));
        }
    }
    for item in allowed.keys() {
        if stored.iter().all(|change| change.item != *item) {
            broken.push(format!("storage.json lists {item}, which keeps its form"));
        }
    }
    broken
}

#[test]
fn release_manifest_should_be_true_when_the_wasm_is_looked_at() {
    let release = Recorded::last();
    let Recorded { manifest, wasm, .. } = release;
    for (name, bytes) in [("compressed", wasm), ("plain", &release.plain())] {
        let said = &manifest[name];
        assert_eq!(said["bytes"], bytes.len(), "{name}");
        assert_eq!(said["blake2_256"], format!("0x{}", hex::encode(blake2_256(bytes))), "{name}");
        assert_eq!(said["sha256"], format!("0x{}", hex::encode(sha2_256(bytes))), "{name}");
    }
    let version = release.version();
    assert_eq!(manifest["spec_name"], version.spec_name.as_ref());
    assert_eq!(manifest["spec_version"], version.spec_version);
    assert_eq!(manifest["transaction_version"], version.transaction_version);
    assert_eq!(version.spec_name, VERSION.spec_name, "no chain can be upgraded to a runtime of another name");
    let preset = std::fs::read(folder().join(format!("v{}.development.json", version.spec_version))).expect("a preset");
    assert_eq!(release.preset(), json(&preset));
}

#[test]
fn release_rules_should_be_kept_when_the_runtime_differs_from_the_last_release() {
    let release = Recorded::last();
    let (before, after) = (release.metadata(), current());
    let version = release.version();
    let (old, new) = sp_io::TestExternalities::new(release.genesis()).execute_with(|| {
        let old = storage_versions(&before);
        upgrade();
        let sides = [(version, old), (VERSION, storage_versions(&after))].map(|(version, storage_versions)| Side {
            spec_version: version.spec_version,
            transaction_version: version.transaction_version,
            storage_versions,
        });
        let [old, new] = sides;
        (old, new)
    });
    let changes = changes(&before, &after);
    let report: String = changes.iter().map(|change| format!("{change}\n")).collect();
    println!("{} -> {}: {} differences\n{report}", old.spec_version, new.spec_version, changes.len());
    let allowed = std::fs::read(folder().join("storage.json")).expect("a list");
    let allowed = serde_json::from_slice(&allowed).expect("reasons by item");
    let broken = broken(&old, &new, &changes, &allowed);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn release_should_become_this_runtime_when_its_genesis_is_upgraded() {
    let release = Recorded::last();
    sp_io::TestExternalities::new(release.genesis()).execute_with(|| {
        let issued = Balances::total_issuance();
        upgrade();
        assert_eq!(Balances::total_issuance(), issued);
        crate::chain::check_invariants();
    });
}
