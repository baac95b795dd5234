//! A real server: what sockets do.

use crate::support::Memory;
use candor_gateway::rest::{router, Options};
use std::{
    sync::{atomic::Ordering::SeqCst, Arc},
    time::Duration,
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// Wait until `ready`, for at most two seconds.
async fn until(ready: impl Fn() -> bool) -> bool {
    for _ in 0..200 {
        if ready() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn calls_should_be_cancelled_when_the_client_goes_away() {
    let backend = Arc::new(Memory::default());
    let app = router(backend.clone(), Options::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let body = r#"{"id":"slow","inputs":[{"name":"x","datatype":"BOOL","shape":[1],"data":[true]}]}"#;
    let head =
        format!("POST /v2/models/identity-bool/infer HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    assert!(until(|| backend.begun.load(SeqCst) == 1).await);
    assert_eq!(backend.dropped.load(SeqCst), 0);
    drop(stream);
    assert!(until(|| backend.dropped.load(SeqCst) == 1).await);
    server.abort();
}
