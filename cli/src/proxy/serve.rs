//! The addresses that the proxy listens on.

use super::{backend::Front, core::Proxy, spend, taken};
use crate::{
    args::Proxy as Args,
    errors::{Context, Result},
};
use axum::Router;
use candor_gateway::{
    grpc,
    rest::{self, Options, Pages},
    serve::{serve, Threads},
};
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch};

/// How long callers are answered after the end was asked for.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
/// What the server calls itself.
const NAME: &str = "candor proxy";

/// Everything that is answered: REST and gRPC on one port, told apart by their paths.
pub fn router(proxy: Arc<Proxy>, grpc: bool) -> Router {
    let front = Arc::new(Front(proxy.clone()));
    // A call may wait for a session to be opened.
    let deadline = Some(proxy.settings.wait);
    let options = Options { name: NAME.into(), deadline, ..Options::default() };
    let pages = Pages::Named(proxy.settings.pages.clone());
    let rest = rest::router(front.clone(), options.clone()).merge(spend::router(proxy));
    let all = if grpc { rest.merge(grpc::router(front, options)) } else { rest };
    rest::open_to_pages(all.fallback(rest::no_such_path), pages)
}

/// Bound, not answering yet.
pub struct Listening {
    rest: TcpListener,
    grpc: Option<TcpListener>,
    no_grpc: bool,
}

impl Listening {
    /// Bind what was asked for.
    pub async fn bind(args: &Args) -> Result<Self> {
        let rest = TcpListener::bind(args.listen).await.map_err(|error| taken(&args.listen, &error))?;
        let grpc = match args.grpc_listen {
            None => None,
            Some(address) => Some(TcpListener::bind(address).await.map_err(|error| taken(&address, &error))?),
        };
        Ok(Self { rest, grpc, no_grpc: args.no_grpc })
    }

    /// Where HTTP is answered.
    pub fn rest(&self) -> String {
        self.rest.local_addr().map(|a: SocketAddr| a.to_string()).unwrap_or_default()
    }

    /// Where gRPC is answered.
    pub fn grpc(&self) -> Option<String> {
        match &self.grpc {
            Some(grpc) => Some(grpc.local_addr().ok()?.to_string()),
            None => (!self.no_grpc).then(|| self.rest()),
        }
    }

    /// Answer until `stopped`.
    pub async fn serve(self, proxy: Arc<Proxy>, threads: &Threads, stopped: impl Future<Output = ()>) -> Result<()> {
        let (stop, stopping) = watch::channel(false);
        let http = serve(self.rest, None, router(proxy.clone(), !self.no_grpc), threads, stopping.clone());
        let grpc = async {
            match self.grpc {
                Some(listener) => serve(listener, None, router(proxy.clone(), true), threads, stopping.clone()).await,
                None => Ok(()),
            }
        };
        let both = async { tokio::try_join!(http, grpc) };
        let hung_up = async {
            stopped.await;
            proxy.hang_up();
            let _ = stop.send(true);
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            served = both => served.map(drop).context("the server broke off"),
            () = hung_up => Ok(()),
        }
    }
}
