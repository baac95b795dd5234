use super::worker;
use crate::keys::Keys;
use candor_primitives::WORKER_KEY_TYPE;
use sp_core::{sr25519::Pair, Pair as _};
use std::path::Path;

fn write(folder: &Path, pair: &Pair, content: &str) {
    let name = format!("{}{}", hex::encode(WORKER_KEY_TYPE.0), hex::encode(pair.public().0));
    std::fs::write(folder.join(name), content).unwrap();
}

#[test]
fn key_should_be_found_when_the_node_writes_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let keystore = folder.path().join("keystore");
    let keys = Keys::open(Some(keystore.clone()), None).unwrap();
    assert!(keys.get(&worker().public()).is_none());
    std::fs::create_dir(&keystore).unwrap();
    write(&keystore, &worker(), "\"//Worker\"");
    assert_eq!(keys.get(&worker().public()).unwrap().public(), worker().public());
    assert_eq!(keys.public(), [worker().public()]);
}

#[test]
fn key_should_be_ignored_when_name_and_secret_differ_or_type_is_another() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &worker(), "\"//Somebody\"");
    let other = format!("{}{}", hex::encode(b"babe"), hex::encode(worker().public().0));
    std::fs::write(folder.path().join(other), "\"//Worker\"").unwrap();
    std::fs::write(folder.path().join("readme"), "no key").unwrap();
    let keys = Keys::open(Some(folder.path().to_owned()), None).unwrap();
    assert!(keys.public().is_empty());
}

#[test]
fn key_file_should_take_uri_seed_and_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let seed = [9u8; 32];
    let of_seed = Pair::from_seed(&seed).public();
    let cases = [
        ("//Worker\n".to_owned(), worker().public()),
        (hex::encode(seed), of_seed),
        (format!("\"0x{}\"", hex::encode(seed)), of_seed),
    ];
    for (content, public) in cases {
        std::fs::write(&path, content).unwrap();
        assert_eq!(Keys::open(None, Some(&path)).unwrap().public(), [public]);
    }
    std::fs::write(&path, "not a secret at all").unwrap();
    assert!(Keys::open(None, Some(&path)).is_err());
}
