use super::publish;
use crate::{
    metrics::Metrics,
    store::{content_id, parse_root, Patience, Store, StoreError, StoreLimits},
};
use axum::{
    body::Body,
    extract::State,
    http::{header, HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
    Router,
};
use bytes::Bytes;
use candor_commitments::{file_root, Blake2b256};
use candor_primitives::FileSpec;
use futures::{stream, StreamExt};
use sp_core::H256;
use std::{
    io,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

fn open(data: &Path, limits: StoreLimits) -> (Store, Arc<Metrics>) {
    let metrics = Arc::new(Metrics::new().unwrap());
    let patience = Patience { tries: 3, pause: Duration::from_millis(5) };
    (Store::open(data, limits, patience, metrics.clone()).unwrap(), metrics)
}

fn roomy() -> StoreLimits {
    StoreLimits { keep_free: 0, ..StoreLimits::default() }
}

fn quota(bytes: u64) -> StoreLimits {
    StoreLimits { quota: Some(bytes), ..roomy() }
}

fn content(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

fn spec(bytes: &[u8]) -> FileSpec {
    let root = H256(file_root::<Blake2b256>(bytes));
    FileSpec { path: b"f".to_vec().try_into().unwrap(), size: bytes.len() as u64, root }
}

fn upload(bytes: &[u8]) -> impl futures::Stream<Item = Result<Bytes, io::Error>> + Unpin {
    let pieces: Vec<_> = bytes.chunks(1000).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    stream::iter(pieces)
}

async fn put(store: &Store, bytes: &[u8]) -> Result<H256, StoreError> {
    let root = spec(bytes).root;
    store.put(&root, bytes.len() as u64, upload(bytes)).await.map(|()| root)
}

/// A source that breaks off half-way the first time, and notes what it was asked for.
#[derive(Clone)]
struct Flaky {
    bytes: Arc<Vec<u8>>,
    asked: Arc<Mutex<Vec<Option<String>>>>,
    ranges: bool,
}

async fn flaky(State(source): State<Flaky>, headers: HeaderMap) -> Response {
    let range = headers.get(header::RANGE).map(|v| v.to_str().unwrap().to_owned());
    let first = {
        let mut asked = source.asked.lock().unwrap();
        asked.push(range.clone());
        asked.len() == 1
    };
    let all = Bytes::from(source.bytes.to_vec());
    if first {
        let half = all.slice(..all.len() / 2);
        let cut = stream::once(async {
            // Long enough for the half to arrive.
            tokio::time::sleep(Duration::from_millis(200)).await;
            Err(io::Error::other("the line is cut"))
        });
        return Body::from_stream(stream::iter([Ok(half)]).chain(cut)).into_response();
    }
    match range.filter(|_| source.ranges) {
        None => all.into_response(),
        Some(range) => {
            let from: usize = range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap();
            let of = format!("bytes {from}-{}/{}", all.len() - 1, all.len());
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, of)], all.slice(from..)).into_response()
        },
    }
}

async fn source(bytes: &[u8], ranges: bool) -> (String, Arc<Mutex<Vec<Option<String>>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let state = Flaky { bytes: Arc::new(bytes.to_vec()), asked: asked.clone(), ranges };
    let app = Router::new().route("/files/{id}", get(flaky)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/files", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, asked)
}

#[tokio::test]
async fn download_should_go_on_where_it_broke_off() {
    let folder = tempfile::tempdir().unwrap();
    let (store, metrics) = open(folder.path(), roomy());
    let bytes = content(300_000, 1);
    let (url, asked) = source(&bytes, true).await;
    let path = store.ensure(&spec(&bytes), &[url]).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), bytes);
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].as_ref().unwrap().starts_with("bytes="), "{asked:?}");
    assert_eq!(metrics.downloaded_bytes.get(), 300_000);
}

#[tokio::test]
async fn download_should_start_again_when_the_source_has_no_ranges() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), roomy());
    let bytes = content(300_000, 2);
    let (url, asked) = source(&bytes, false).await;
    let path = store.ensure(&spec(&bytes), &[url]).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), bytes);
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn damaged_half_should_be_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), roomy());
    let bytes = content(50_000, 3);
    let from = tempfile::tempdir().unwrap();
    let url = publish(from.path(), &bytes);
    let part = folder.path().join("parts").join(format!("{}.part", hex::encode(spec(&bytes).root)));
    std::fs::write(&part, vec![0xee; 10_000]).unwrap();
    let path = store.ensure(&spec(&bytes), &[url]).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), bytes);
    assert!(!part.exists());
}

#[tokio::test]
async fn damaged_file_should_be_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let (store, metrics) = open(folder.path(), roomy());
    let bytes = content(5_000, 4);
    let from = tempfile::tempdir().unwrap();
    let url = publish(from.path(), &bytes);
    let path = store.ensure(&spec(&bytes), std::slice::from_ref(&url)).await.unwrap();
    let mut damaged = bytes.clone();
    damaged[4_321] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    store.ensure(&spec(&bytes), &[url]).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), bytes);
    assert_eq!(metrics.damaged.get(), 1);
}

#[tokio::test]
async fn lying_source_should_be_passed_over_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), roomy());
    let bytes = content(5_000, 5);
    let wanted = spec(&bytes);
    let (liar, honest) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(liar.path().join(hex::encode(wanted.root)), content(5_000, 6)).unwrap();
    let liar = format!("file://{}", liar.path().display());
    let only_liars = store.ensure(&wanted, &[liar.clone(), "ftp://nothing".into()]).await;
    assert!(matches!(only_liars, Err(StoreError::Unavailable { .. })), "{only_liars:?}");
    assert!(store.find(&wanted.root).is_none());
    let honest = publish(honest.path(), &bytes);
    assert!(store.ensure(&wanted, &[liar, honest]).await.is_ok());
}

#[tokio::test]
async fn upload_should_leave_nothing_when_root_or_size_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), roomy());
    let bytes = content(5_000, 7);
    let other = H256::repeat_byte(1);
    assert!(matches!(store.put(&other, 5_000, upload(&bytes)).await, Err(StoreError::Root(_))));
    let root = spec(&bytes).root;
    assert!(matches!(store.put(&root, 4_999, upload(&bytes)).await, Err(StoreError::Size { .. })));
    assert!(matches!(store.put(&root, 5_001, upload(&bytes)).await, Err(StoreError::Size { .. })));
    assert_eq!(store.used(), 0);
    put(&store, &bytes).await.unwrap();
    assert_eq!(store.used(), 5_000);
}

#[tokio::test]
async fn quota_should_evict_the_longest_unused_and_keep_what_is_pinned() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), quota(10_000));
    let old = put(&store, &content(4_000, 1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let young = put(&store, &content(4_000, 2)).await.unwrap();
    put(&store, &content(4_000, 3)).await.unwrap();
    assert!(store.find(&old).is_none());
    assert!(store.find(&young).is_some());
    store.pin([young]);
    let refused = put(&store, &content(9_000, 4)).await;
    assert!(matches!(refused, Err(StoreError::NoSpace { .. })), "{refused:?}");
    assert!(store.find(&young).is_some());
}

#[tokio::test]
async fn full_disk_should_be_noticed_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), StoreLimits { keep_free: u64::MAX / 2, ..roomy() });
    assert!(matches!(put(&store, &content(10, 1)).await, Err(StoreError::NoSpace { .. })));
    assert!(matches!(store.reserve(1), Err(StoreError::NoSpace { .. })));
    assert_eq!(store.used(), 0);
}

#[tokio::test]
async fn space_should_be_held_while_files_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), quota(10_000));
    let held = store.reserve(8_000).unwrap();
    assert!(store.reserve(4_000).is_err());
    drop(held);
    assert!(store.reserve(4_000).is_ok());
}

#[test]
fn content_id_should_be_the_file_root() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let bytes = content(700_001, 9);
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(content_id(&path).unwrap(), (700_001, spec(&bytes).root));
}

#[test]
fn content_ids_should_parse_when_they_have_64_digits() {
    let root = H256::repeat_byte(0xab);
    assert_eq!(parse_root(&hex::encode(root)), Some(root));
    assert_eq!(parse_root(&format!("{root:?}")), Some(root));
    for wrong in ["", "0x", "../../etc/passwd", &"a".repeat(63), &"g".repeat(64)] {
        assert_eq!(parse_root(wrong), None, "{wrong}");
    }
}
