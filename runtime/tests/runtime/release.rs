//! The runtime of the working tree against the last release (`runtime/releases`): what an upgrade has to keep, and what it
//! has to say.

use crate::{
    metadata::{changes, Change, How, Kind, Metadata},
    migrations::MOST_STEPS,
};
use candor_runtime::{Executive, Runtime, VERSION};
use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use frame_support::{
    migrations::MultiStepMigrator,
    traits::{StorageVersion, STORAGE_VERSION_STORAGE_KEY_POSTFIX},
};
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sc_executor::{RuntimeVersion, WasmExecutor};
use serde_json::Value;
use sp_core::{
    storage::Storage,
    traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_io::hashing::{blake2_256, sha2_256, twox_128};
use std::{collections::BTreeMap, path::PathBuf};

/// Metadata of which version are compared: the newest one.
const METADATA_VERSION: u32 = 16;

/// A release as it is recorded.
pub struct Recorded {
    pub manifest: Value,
    pub wasm: Vec<u8>,
}

impl Recorded {
    /// The last one.
    pub fn last() -> Self {
        let spec = |manifest: &Value| manifest["spec_version"].as_u64();
        let manifest = std::fs::read_dir(folder())
            .expect("releases")
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .map(|path| json(&std::fs::read(path).expect("a file")))
            .filter(|file| spec(file).is_some())
            .max_by_key(spec)
            .expect("a release");
        let name = format!("v{}.wasm", spec(&manifest).expect("a version"));
        Self { wasm: std::fs::read(folder().join(name)).expect("the release's Wasm"), manifest }
    }

    pub fn plain(&self) -> Vec<u8> {
        sp_maybe_compressed_blob::decompress(&self.wasm, 64 * 1024 * 1024).expect("a runtime").into_owned()
    }

    /// Call one of its runtime APIs on an empty state.
    fn call(&self, method: &str, arguments: &[u8]) -> Vec<u8> {
        let code = WrappedRuntimeCode(self.wasm.as_slice().into());
        let runtime = RuntimeCode { code_fetcher: &code, heap_pages: None, hash: blake2_256(&self.wasm).to_vec() };
        let executor = WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
        let mut state = sp_io::TestExternalities::default();
        let (result, _) = executor.call(&mut state.ext(), &runtime, method, arguments, CallContext::Offchain);
        result.expect("the release has this API")
    }

    pub fn version(&self) -> RuntimeVersion {
        RuntimeVersion::decode(&mut &self.call("Core_version", &[])[..]).expect("a version")
    }

    fn metadata(&self) -> Metadata {
        let found = self.call("Metadata_metadata_at_version", &METADATA_VERSION.encode());
        decode(Option::<Vec<u8>>::decode(&mut &found[..]).expect("SCALE").expect("this version of metadata"))
    }

    fn chain(&self) -> GenesisConfigBuilderRuntimeCaller<'_> {
        GenesisConfigBuilderRuntimeCaller::new(&self.wasm)
    }

    /// The development chain as it starts with this release.
    pub fn genesis(&self) -> Storage {
        self.chain().get_storage_for_named_preset(Some(&development())).expect("the preset's genesis")
    }
}

/// Name of the preset of a development chain.
fn development() -> String {
    sp_genesis_builder::DEV_RUNTIME_PRESET.into()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("releases")
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("json")
}

fn decode(metadata: Vec<u8>) -> Metadata {
    match RuntimeMetadataPrefixed::decode(&mut &metadata[..]).expect("metadata").1 {
        RuntimeMetadata::V16(metadata) => metadata,
        other => panic!("metadata {}", other.version()),
    }
}

/// Metadata of the working tree, on an empty state too: some constants are parameters.
fn current() -> Metadata {
    sp_io::TestExternalities::default().execute_with(|| {
        let opaque = Runtime::metadata_at_version(METADATA_VERSION).expect("this version of metadata");
        decode(opaque.to_vec())
    })
}

/// Storage versions in the state, by pallet.
type StorageVersions = BTreeMap<String, StorageVersion>;

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
struct Side {
    spec_version: u32,
    transaction_version: u32,
    storage_versions: StorageVersions,
}

/// Which rules of `runtime/releases/README.md` are broken.
fn broken(old: &Side, new: &Side, changes: &[Change], allowed: &BTreeMap<String, String>) -> Vec<String> {
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
    let Recorded { manifest, wasm } = &release;
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
    assert_eq!(release.chain().get_named_preset(Some(&development())), Ok(json(&preset)));
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
        let issued = candor_runtime::Balances::total_issuance();
        upgrade();
        assert_eq!(candor_runtime::Balances::total_issuance(), issued);
        crate::chain::check_invariants();
    });
}

/// Metadata, changed by hand, against what they were: kinds and items that differ, and the rules that are broken if only
/// the version of the runtime was raised.
fn doctored(change: impl FnOnce(&mut Metadata)) -> (Vec<(Kind, String)>, Vec<String>) {
    let old = current();
    let mut new = old.clone();
    change(&mut new);
    let versions = || old.pallets.iter().map(|pallet| (pallet.name.clone(), StorageVersion::new(1))).collect();
    let side = |spec_version| Side { spec_version, transaction_version: 1, storage_versions: versions() };
    let changes = changes(&old, &new);
    let broken = broken(&side(1), &side(2), &changes, &BTreeMap::new());
    if !changes.is_empty() {
        let same = self::broken(&side(1), &side(1), &changes, &BTreeMap::new());
        assert!(same.iter().any(|rule| rule.starts_with("spec_version")), "{same:?}");
    }
    (changes.into_iter().map(|change| (change.kind, change.item)).collect(), broken)
}

fn of(kind: Kind, item: &str) -> Vec<(Kind, String)> {
    vec![(kind, item.into())]
}

mod edit {
    //! What is changed by hand.

    use super::Metadata;
    use frame_metadata::v16::{PalletMetadata, StorageEntryMetadata};
    use scale_info::{form::PortableForm, TypeDef, Variant};

    pub fn pallet<'a>(metadata: &'a mut Metadata, name: &str) -> &'a mut PalletMetadata<PortableForm> {
        metadata.pallets.iter_mut().find(|pallet| pallet.name == name).expect("a pallet")
    }

    pub fn entry<'a>(metadata: &'a mut Metadata, of: &str, name: &str) -> &'a mut StorageEntryMetadata<PortableForm> {
        let storage = pallet(metadata, of).storage.as_mut().expect("storage");
        storage.entries.iter_mut().find(|entry| entry.name == name).expect("an item")
    }

    pub fn variants(metadata: &mut Metadata, id: u32) -> &mut Vec<Variant<PortableForm>> {
        let found = metadata.types.types.iter_mut().find(|found| found.id == id).expect("a type");
        let TypeDef::Variant(found) = &mut found.ty.type_def else { panic!("an enum") };
        &mut found.variants
    }

    pub fn calls<'a>(metadata: &'a mut Metadata, of: &str) -> &'a mut Vec<Variant<PortableForm>> {
        let id = pallet(metadata, of).calls.as_ref().expect("calls").ty.id;
        variants(metadata, id)
    }

    pub fn call<'a>(metadata: &'a mut Metadata, of: &str, name: &str) -> &'a mut Variant<PortableForm> {
        calls(metadata, of).iter_mut().find(|call| call.name == name).expect("a call")
    }
}

#[test]
fn metadata_should_be_equal_when_only_documentation_differs() {
    let (changes, broken) = doctored(|metadata| {
        edit::pallet(metadata, "Jobs").docs = vec!["Other words.".into()];
        edit::call(metadata, "Jobs", "submit").docs.clear();
        edit::entry(metadata, "Jobs", "Jobs").docs.clear();
    });
    assert_eq!((changes, broken), (vec![], vec![]));
}

#[test]
fn transaction_version_should_be_asked_for_when_a_call_changes() {
    type Edit = Box<dyn FnOnce(&mut Metadata)>;
    let edits: [(&str, Edit); 5] = [
        ("index", Box::new(|metadata| edit::call(metadata, "Jobs", "submit").index = 200)),
        (
            "type",
            Box::new(|metadata| {
                let call = edit::call(metadata, "Jobs", "submit");
                call.fields[0].ty = call.fields[1].ty;
            }),
        ),
        ("order", Box::new(|metadata| edit::call(metadata, "Jobs", "submit").fields.swap(0, 1))),
        ("argument", Box::new(|metadata| drop(edit::call(metadata, "Jobs", "submit").fields.pop()))),
        ("removal", Box::new(|metadata| edit::calls(metadata, "Jobs").retain(|call| call.name != "submit"))),
    ];
    for (what, change) in edits {
        let (changes, broken) = doctored(change);
        assert_eq!(changes, of(Kind::Call, "Jobs.submit"), "{what}");
        assert!(matches!(&broken[..], [rule] if rule.starts_with("transaction_version")), "{what}: {broken:?}");
    }
}

#[test]
fn transaction_version_should_be_asked_for_when_extensions_or_indices_of_pallets_change() {
    let (changes, broken) = doctored(|metadata| drop(metadata.extrinsic.transaction_extensions.pop()));
    assert_eq!(changes, of(Kind::Extrinsic, "extensions"));
    assert!(broken[0].starts_with("transaction_version"), "{broken:?}");

    let (changes, broken) = doctored(|metadata| edit::pallet(metadata, "Timestamp").index = 99);
    assert_eq!(changes, [of(Kind::Pallet, "Timestamp."), of(Kind::Call, "Timestamp.set")].concat());
    assert!(broken[0].starts_with("transaction_version"), "{broken:?}");
}

#[test]
fn transaction_version_should_stay_when_calls_and_variants_are_added() {
    let (changes, broken) = doctored(|metadata| {
        let mut added = edit::call(metadata, "Jobs", "submit").clone();
        (added.name, added.index) = ("more".into(), 200);
        edit::calls(metadata, "Jobs").push(added);
    });
    assert_eq!((changes, broken), (of(Kind::Call, "Jobs.more"), vec![]));

    let (changes, broken) = doctored(|metadata| {
        let call = edit::call(metadata, "Proxy", "add_proxy");
        let kind = call.fields.iter().find(|field| field.name.as_deref() == Some("proxy_type")).expect("a type").ty.id;
        let kinds = edit::variants(metadata, kind);
        let mut added = kinds[0].clone();
        (added.name, added.index) = ("More".into(), 200);
        kinds.push(added);
    });
    assert!(changes.contains(&(Kind::Call, "Proxy.add_proxy".into())), "{changes:?}");
    assert_eq!(broken, Vec::<String>::new(), "whoever signed before meant the same");
}

#[test]
fn migration_should_be_asked_for_when_storage_changes() {
    type Edit = Box<dyn FnOnce(&mut Metadata)>;
    use frame_metadata::v14::{StorageEntryType, StorageHasher};
    let edits: [(&str, Edit); 3] = [
        (
            "removal",
            Box::new(|metadata| {
                edit::pallet(metadata, "Jobs").storage.as_mut().unwrap().entries.retain(|entry| entry.name != "Jobs")
            }),
        ),
        (
            "value",
            Box::new(|metadata| {
                let StorageEntryType::Plain(number) = edit::entry(metadata, "System", "Number").ty.clone() else {
                    panic!()
                };
                let StorageEntryType::Map { value, .. } = &mut edit::entry(metadata, "Jobs", "Jobs").ty else {
                    panic!()
                };
                *value = number;
            }),
        ),
        (
            "hasher",
            Box::new(|metadata| {
                let StorageEntryType::Map { hashers, .. } = &mut edit::entry(metadata, "Jobs", "Jobs").ty else {
                    panic!()
                };
                *hashers = vec![StorageHasher::Blake2_256];
            }),
        ),
    ];
    for (what, change) in edits {
        let (changes, broken) = doctored(change);
        assert_eq!(changes, of(Kind::Storage, "Jobs.Jobs"), "{what}");
        assert!(matches!(&broken[..], [rule] if rule.starts_with("a migration")), "{what}: {broken:?}");
    }
}

#[test]
fn migration_should_be_enough_when_it_raises_the_version_or_the_change_is_listed() {
    let change =
        Change { kind: Kind::Storage, item: "Jobs.Jobs".into(), how: How::Changed("value: u32 became u64".into()) };
    let side = |spec_version, storage| Side {
        spec_version,
        transaction_version: 1,
        storage_versions: BTreeMap::from([("Jobs".into(), StorageVersion::new(storage))]),
    };
    let listed = BTreeMap::from([("Jobs.Jobs".to_string(), "it is empty on every chain".to_string())]);
    let changes = [change];
    assert_eq!(broken(&side(1, 1), &side(2, 1), &changes, &BTreeMap::new()).len(), 1);
    assert!(broken(&side(1, 1), &side(2, 2), &changes, &BTreeMap::new()).is_empty());
    assert!(broken(&side(1, 1), &side(2, 1), &changes, &listed).is_empty());
    assert_eq!(broken(&side(1, 1), &side(2, 1), &[], &listed).len(), 1, "the list is kept short");
}

#[test]
fn constants_should_only_ask_for_another_version_when_they_change() {
    let (changes, broken) = doctored(|metadata| {
        let constants = &mut edit::pallet(metadata, "Balances").constants;
        constants.iter_mut().find(|constant| constant.name == "ExistentialDeposit").unwrap().value[0] ^= 1;
    });
    assert_eq!((changes, broken), (of(Kind::Constant, "Balances.ExistentialDeposit"), vec![]));
}
