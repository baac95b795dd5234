//! The gateway in front of another server of the Open Inference Protocol.
//!
//! `cargo run --release -p candor-gateway --example relay -- 127.0.0.1:8081 http://127.0.0.1:8080`

use candor_gateway::{
    client::{Remote, RemoteOptions},
    grpc,
    rest::{no_such_path, router, Options},
    serve::{serve, Threads},
};
use std::{error::Error, sync::Arc};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(url)) = (arguments.next(), arguments.next()) else {
        return Err("usage: relay ADDRESS URL".into());
    };
    let remote = Arc::new(Remote::connect(&url, RemoteOptions::default()).await?);
    let options = Options::default();
    let app = router(remote.clone(), options.clone()).merge(grpc::router(remote, options)).fallback(no_such_path);
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    // Until the process is ended.
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    serve(listener, None, app, &Threads::whole(), stopped).await?;
    Ok(())
}
