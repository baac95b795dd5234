//! The gateway in front of models in memory: an addition, an identity for every type, embeddings of a few words.
//!
//! `cargo run --release -p candor-gateway --example echo -- 127.0.0.1:8080`. With `KEY=secret` in the environment, calls need it.

#[path = "../tests/support/mod.rs"]
mod support;

use candor_gateway::{
    grpc,
    rest::{keys, no_such_path, router, Options},
    serve::{serve, Threads},
};
use std::{error::Error, sync::Arc};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".into());
    let mut options = Options::default();
    if let Ok(key) = std::env::var("KEY") {
        options.caller = keys([key]);
    }
    let backend = Arc::new(support::Memory::default());
    // Both protocols on one port.
    let app = router(backend.clone(), options.clone()).merge(grpc::router(backend, options)).fallback(no_such_path);
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    // Until the process is ended.
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    serve(listener, None, app, &Threads::whole(), stopped).await?;
    Ok(())
}
