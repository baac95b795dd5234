//! Connections that last, break, hang.

use super::{
    client, request,
    server::{answer, Reply, Server},
};
use crate::client::{Client, ClientError, Options};
use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

const EMPTY: &[u8] = b"{\"outputs\":[]}";

#[tokio::test]
async fn a_connection_should_be_kept_when_calls_follow_each_other() {
    let server = Server::start(|_| Reply::Keep(answer(200, &[], EMPTY))).await;
    let client = client(&server);
    for _ in 0..20 {
        client.infer(&request(vec![])).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_should_be_used_where_it_was_opened_when_there_are_several_runtimes() {
    let server = Server::start(|_| Reply::Keep(answer(200, &[], EMPTY))).await;
    let client = Arc::new(client(&server));
    for others in 1..4 {
        let elsewhere = client.clone();
        let calls = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                for _ in 0..3 {
                    elsewhere.infer(&request(vec![])).await.unwrap();
                }
            });
        };
        client.infer(&request(vec![])).await.unwrap();
        // That runtime is gone when the next call is made here.
        tokio::task::spawn_blocking(calls).await.unwrap();
        client.infer(&request(vec![])).await.unwrap();
        assert_eq!(server.connections(), 1 + others);
    }
}

#[tokio::test]
async fn a_call_should_be_answered_when_the_kept_connection_was_closed() {
    let server = Server::start(|_| Reply::Close(answer(200, &[], EMPTY))).await;
    let client = client(&server);
    for _ in 0..5 {
        client.infer(&request(vec![])).await.unwrap();
        // Sometimes before the end of the connection is seen, sometimes after.
        tokio::task::yield_now().await;
    }
    assert_eq!(server.connections(), 5);
}

#[tokio::test]
async fn a_call_should_be_lost_when_the_answer_breaks_off() {
    let bytes = b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let server = Server::start(move |_| Reply::Close(bytes.clone())).await;
    let failed = client(&server).infer(&request(vec![])).await.unwrap_err();
    assert!(matches!(failed, ClientError::Lost(_)), "{failed:?}");
    assert!(failed.may_have_run());
    let server = Server::start(|_| Reply::Close(Vec::new())).await;
    let failed = client(&server).infer(&request(vec![])).await.unwrap_err();
    assert!(matches!(failed, ClientError::Lost(_)), "{failed:?}");
}

#[tokio::test]
async fn a_call_should_end_when_its_deadline_passes() {
    let server = Server::start(|_| Reply::Silence).await;
    let client = client(&server);
    let mut call = request(vec![]);
    call.deadline = Some(Instant::now() + Duration::from_millis(50));
    let failed = client.infer(&call).await.unwrap_err();
    assert!(matches!(failed, ClientError::Timeout), "{failed:?}");
    assert!(Instant::now() >= call.deadline.unwrap());
}

#[tokio::test]
async fn nothing_should_have_been_sent_when_nobody_listens() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::new(&format!("http://{free}"), Options::default()).unwrap();
    let failed = client.infer(&request(vec![])).await.unwrap_err();
    assert!(matches!(failed, ClientError::Connect(_)), "{failed:?}");
    assert!(!failed.may_have_run());
}

#[tokio::test]
async fn an_answer_should_be_refused_when_it_is_too_large() {
    let server = Server::start(|_| Reply::Keep(answer(200, &[], &vec![b' '; 1 << 20]))).await;
    let client = Client::new(&server.url, Options { most: 1000, ..Options::default() }).unwrap();
    let failed = client.infer(&request(vec![])).await.unwrap_err();
    assert!(matches!(failed, ClientError::Protocol(_)), "{failed:?}");
}

#[tokio::test]
async fn an_answer_should_be_whole_when_it_comes_in_pieces() {
    let server = Server::start(|_| {
        let mut bytes = b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        let text = format!("{{\"outputs\":[]{}}}", " ".repeat(3 << 20));
        for piece in text.as_bytes().chunks(100_000) {
            bytes.extend(format!("{:x}\r\n", piece.len()).bytes().chain(piece.iter().copied()).chain(*b"\r\n"));
        }
        bytes.extend(b"0\r\n\r\n");
        Reply::Keep(bytes)
    })
    .await;
    let client = client(&server);
    for _ in 0..3 {
        assert!(client.infer(&request(vec![])).await.unwrap().outputs.is_empty());
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_should_not_mix_when_many_run_at_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let server = Server::start(move |request| {
        counted.fetch_add(1, Ordering::SeqCst);
        let name = request.path.split('/').nth_back(1).unwrap().to_owned();
        Reply::Keep(answer(200, &[], format!("{{\"model_name\":\"{name}\",\"outputs\":[]}}").as_bytes()))
    })
    .await;
    let client = Arc::new(client(&server));
    let calls: Vec<_> = (0..8)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                for m in 0..50 {
                    let mut call = request(vec![]);
                    call.model = format!("m{n}-{m}");
                    assert_eq!(client.infer(&call).await.unwrap().model, call.model);
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 400);
    assert!(server.connections() <= 8, "{}", server.connections());
}

#[tokio::test]
async fn urls_should_be_refused_when_they_are_none() {
    for url in ["ftp://host", "host:1", "http://", "/path", "http://a b"] {
        assert!(matches!(Client::new(url, Options::default()), Err(ClientError::Url(..))), "{url}");
    }
    assert!(Client::new("https://[::1]:99/x/", Options::default()).is_ok());
    assert_eq!(Client::new("http://host/x/", Options::default()).unwrap().base_url(), "http://host/x");
}
