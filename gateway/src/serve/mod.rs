//! Listening: plain or with TLS, each connection on a thread of its own.
//!
//! What comes in, is answered and goes out on one thread: no other one is woken on the way, which costs more than everything
//! else that a server does for a call. A handler may even work on its thread where nobody else waits for it ([`connections`]).
//! Connections for which there are no threads left share those that there are.

mod threads;
mod tls;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;

pub use threads::{connections, Threads};
pub use tls::tls;

use axum::{body::Body, Router};
use http::Request;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{watch, OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::{server::TlsStream, TlsAcceptor};
use tower::ServiceExt as _;

/// Longest time of a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at the same time.
const MOST_HANDSHAKES: usize = 256;
/// Pause after a connection could not be accepted, for example because too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// Serve until `stopped` says so, then let open requests end.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    threads: &Threads,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let (handshakes, ending) = (Arc::new(Semaphore::new(MOST_HANDSHAKES)), GracefulShutdown::new());
    let stopping = stopped.clone();
    // Whoever could say so is gone: then it is over too.
    let mut stopped = pin!(stopped.wait_for(|stop| *stop));
    loop {
        let next = async {
            let place = handshakes.clone().acquire_owned().await.map_err(io::Error::other)?;
            let (stream, address) = listener.accept().await?;
            // Small answers leave at once. It fails where the other side is gone, which is found soon enough.
            let _ = stream.set_nodelay(true);
            let tls = tls.clone().map(|tls| Handshake { acceptor: tls, stopped: stopping.clone(), _place: place });
            let connection = Connection { address, tls, router: router.clone(), watcher: ending.watcher() };
            threads.hand(stream.into_std()?, |stream| connection.serve(stream))
        };
        let handed = tokio::select! {
            _ = &mut stopped => break,
            handed = next => handed,
        };
        match handed {
            Ok(()) => {},
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {
                tracing::debug!(%error, "a connection was gone before it was accepted");
            },
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            },
        }
    }
    drop(listener);
    ending.shutdown().await;
    Ok(())
}

/// What is to be done with a connection.
struct Connection {
    address: SocketAddr,
    tls: Option<Handshake>,
    router: Router,
    watcher: Watcher,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        let Self { address, tls, router, watcher } = self;
        let Some(handshake) = tls else { return answer(stream, router, watcher).await };
        match handshake.shake(stream).await {
            Ok(Some(secured)) => answer(secured, router, watcher).await,
            Ok(None) => tracing::debug!(%address, "a TLS handshake took too long"),
            Err(error) => tracing::debug!(%error, %address, "no TLS connection"),
        }
    }
}

/// A handshake, with its place among those that there may be at the same time.
struct Handshake {
    acceptor: TlsAcceptor,
    stopped: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl Handshake {
    /// Nothing, if it took too long: then, or when the server stopped.
    async fn shake(mut self, stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
        tokio::select! {
            secured = self.acceptor.accept(stream) => secured.map(Some),
            () = tokio::time::sleep(HANDSHAKE) => Ok(None),
            _ = self.stopped.wait_for(|stop| *stop) => Ok(None),
        }
    }
}

/// Answer what comes over a connection until it ends.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router, watcher: Watcher) {
    let service = TowerToHyperService::new(router.map_request(|request: Request<Incoming>| request.map(Body::new)));
    let served = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).into_owned();
    if let Err(error) = watcher.watch(served).await {
        tracing::trace!(error, "a connection broke off");
    }
}
