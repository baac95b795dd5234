use crate::engine::{
    error::EngineError,
    setup::{check_listen, check_url, child_arguments, Endpoint, EngineSetup, TOKEN_KEY, URL_KEY},
};
use sp_core::offchain::{storage::InMemOffchainStorage, OffchainStorage, STORAGE_PREFIX};
use std::{ffi::OsStr, path::Path};

#[test]
fn worker_should_find_the_engine_when_one_is_announced() {
    let mut storage = InMemOffchainStorage::default();
    let endpoint = Endpoint { url: "http://127.0.0.1:9955".into(), token: "secret".into() };
    EngineSetup::Remote(endpoint).announce(&mut storage);
    assert_eq!(storage.get(STORAGE_PREFIX, b"candor::engine::url").as_deref(), Some(&b"http://127.0.0.1:9955"[..]));
    assert_eq!(storage.get(STORAGE_PREFIX, b"candor::engine::token").as_deref(), Some(&b"secret"[..]));
}

#[test]
fn worker_should_find_no_engine_when_the_node_starts_without_one() {
    let mut storage = InMemOffchainStorage::default();
    storage.set(STORAGE_PREFIX, URL_KEY, b"http://127.0.0.1:1");
    storage.set(STORAGE_PREFIX, TOKEN_KEY, b"old");
    EngineSetup::None.announce(&mut storage);
    assert_eq!(storage.get(STORAGE_PREFIX, URL_KEY), None);
    assert_eq!(storage.get(STORAGE_PREFIX, TOKEN_KEY), None);
}

#[test]
fn arguments_should_follow_the_engines_command_line_when_a_child_is_started() {
    let arguments = child_arguments(
        "127.0.0.1:9955".parse().unwrap(),
        Path::new("/data/engine"),
        Path::new("/data/keystore"),
        Path::new("/data/engine/token"),
        &["--threads=2".into()],
    );
    let expected = "serve --listen 127.0.0.1:9955 --data-dir /data/engine --keystore /data/keystore \
         --token-file /data/engine/token --die-with-stdin --threads=2";
    assert_eq!(arguments.join(OsStr::new(" ")), *expected);
}

#[test]
fn listen_address_should_be_refused_when_other_machines_could_reach_it() {
    for good in ["127.0.0.1:9955", "[::1]:9955"] {
        assert!(check_listen(good.parse().unwrap()).is_ok());
    }
    for bad in ["0.0.0.0:9955", "10.0.0.7:9955", "127.0.0.1:0"] {
        assert!(matches!(check_listen(bad.parse().unwrap()), Err(EngineError::NotLoopback(_))));
    }
}

#[test]
fn url_should_lose_its_last_slash_when_it_names_a_host() {
    assert_eq!(check_url("http://10.0.0.7:9955/").unwrap(), "http://10.0.0.7:9955");
    assert_eq!(check_url("https://engine.example").unwrap(), "https://engine.example");
    for bad in ["", "10.0.0.7:9955", "http://", "http:///path", "ftp://host", "http://a b"] {
        assert!(matches!(check_url(bad), Err(EngineError::BadUrl(_))), "{bad}");
    }
}
