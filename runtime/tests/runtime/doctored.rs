//! The rules of releases, tried on metadata that were changed by hand.

use crate::{
    metadata::{changes, Change, How, Kind, Metadata},
    release::{broken, current, Side},
};
use frame_metadata::v14::{StorageEntryType, StorageHasher};
use frame_support::traits::StorageVersion;
use std::collections::BTreeMap;

type Edit = Box<dyn FnOnce(&mut Metadata)>;

/// Metadata, changed by hand, against what they were: kinds and items that differ, and the rules that are broken if only
/// the version of the runtime was raised.
fn doctored(change: impl FnOnce(&mut Metadata)) -> (Vec<(Kind, String)>, Vec<String>) {
    let old = current();
    let mut new = old.clone();
    change(&mut new);
    let versions = || old.pallets.iter().map(|pallet| (pallet.name.clone(), StorageVersion::new(1))).collect();
    let side = |spec_version| Side { spec_version, transaction_version: 1, storage_versions: versions() };
    let changes = changes(&old, &new);
    let rules = |version| broken(&side(1), &side(version), &changes, &BTreeMap::new());
    assert_eq!(rules(1).iter().any(|rule| rule.starts_with("spec_version")), !changes.is_empty());
    let broken = rules(2);
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
