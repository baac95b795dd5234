//! Connections that are kept, each driven by the task that waits on it.

use super::{
    tls::{self, Stream},
    ClientError, Options,
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body::{Body, Frame, SizeHint};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use std::{
    collections::VecDeque,
    convert::Infallible,
    future::{poll_fn, Future},
    pin::{pin, Pin},
    sync::{Mutex, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};
use tokio::{
    net::TcpStream,
    runtime::{self, Handle},
};

/// An answer of any status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A body of several pieces that are not copied together.
pub(super) struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}

type Driver = Pin<Box<http1::Connection<TokioIo<Stream>, Pieces>>>;

struct Connection {
    sender: SendRequest<Pieces>,
    driver: Driver,
    /// The runtime that is told when something comes: another one would have to be woken by it.
    runtime: runtime::Id,
    /// What is to be read was read, and the server said that it goes on.
    used: Instant,
}

/// How an exchange ended without an answer.
enum Broken {
    /// Nothing of an answer came; on a kept connection the server may have closed it long before.
    Unanswered(String),
    /// The answer broke off, or is too large.
    Error(ClientError),
}

/// The connections to one server.
pub(super) struct Pool {
    host: String,
    port: u16,
    tls: Option<tls::Connector>,
    idle: Mutex<Vec<Connection>>,
    connect: Duration,
    keep: Duration,
    most_idle: usize,
    most: usize,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl Pool {
    pub(super) fn new(uri: &Uri, options: &Options) -> Result<Self, String> {
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err("it must begin with http:// or https://".into()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or("it has no host")?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let tls = secure.then(|| tls::Connector::new(&host, &options.authorities)).transpose()?;
        Ok(Self {
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            host,
            tls,
            idle: Mutex::default(),
            connect: options.connect,
            keep: options.idle,
            most_idle: options.connections,
            most: options.most,
        })
    }

    /// Send a request and wait for its whole answer. One that a kept connection did not answer is sent again on a new one.
    pub(super) async fn ask(
        &self,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Vec<Bytes>,
    ) -> Result<Answer, ClientError> {
        let request = |body: Vec<Bytes>| {
            let mut request = Request::new(Pieces(body.into()));
            *request.method_mut() = method.clone();
            *request.uri_mut() = uri.clone();
            *request.headers_mut() = headers.clone();
            request
        };
        if let Some(mut connection) = self.kept() {
            match connection.exchange(request(body.clone()), self.most).await {
                Ok(answer) => {
                    self.keep(connection);
                    return Ok(answer);
                },
                Err(Broken::Error(error)) => return Err(error),
                Err(Broken::Unanswered(reason)) => tracing::trace!(reason, "a kept connection was closed"),
            }
        }
        let mut connection = self.open().await?;
        match connection.exchange(request(body), self.most).await {
            Ok(answer) => {
                self.keep(connection);
                Ok(answer)
            },
            Err(Broken::Error(error)) => Err(error),
            Err(Broken::Unanswered(reason)) => Err(ClientError::Lost(reason)),
        }
    }

    /// A connection that the server did not close meanwhile.
    fn kept(&self) -> Option<Connection> {
        let runtime = Handle::current().id();
        loop {
            let mut connection = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                let at = idle.iter().rposition(|connection| connection.runtime == runtime)?;
                idle.remove(at)
            };
            let old = connection.used.elapsed() > self.keep;
            let mut context = Context::from_waker(Waker::noop());
            if !old && connection.driver.as_mut().poll(&mut context).is_pending() && connection.sender.is_ready() {
                return Some(connection);
            }
        }
    }

    fn keep(&self, mut connection: Connection) {
        let mut context = Context::from_waker(Waker::noop());
        if connection.driver.as_mut().poll(&mut context).is_ready() || connection.sender.is_closed() {
            return;
        }
        connection.used = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= self.most_idle {
            idle.retain(|connection| connection.used.elapsed() <= self.keep);
        }
        if idle.len() < self.most_idle {
            idle.push(connection);
        }
    }

    async fn open(&self) -> Result<Connection, ClientError> {
        let opening = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|e| e.to_string())?;
            stream.set_nodelay(true).map_err(|e| e.to_string())?;
            let stream = match &self.tls {
                Some(connector) => connector.connect(stream).await?,
                None => Stream::Plain(stream),
            };
            let (sender, driver) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
            Ok(Connection { sender, driver: Box::pin(driver), runtime: Handle::current().id(), used: Instant::now() })
        };
        let named = |reason: String| ClientError::Connect(format!("{}:{}: {reason}", self.host, self.port));
        match tokio::time::timeout(self.connect, opening).await {
            Ok(opened) => opened.map_err(named),
            Err(_) => Err(named("connecting took too long".into())),
        }
    }
}

impl Connection {
    async fn exchange(&mut self, request: Request<Pieces>, most: usize) -> Result<Answer, Broken> {
        let Self { sender, driver, .. } = self;
        let mut sent = pin!(sender.send_request(request));
        let mut over = false;
        let response = poll_fn(|cx| {
            // First the driver: it takes the request, and brings the answer.
            over = over || driver.as_mut().poll(cx).is_ready();
            match sent.as_mut().poll(cx) {
                Poll::Pending if over => Poll::Ready(Err("it was closed".to_owned())),
                polled => polled.map_err(|e| described(&e)),
            }
        });
        let (parts, mut body) = response.await.map_err(Broken::Unanswered)?.into_parts();
        let body = whole(&mut body, driver, &mut over, most).await.map_err(Broken::Error)?;
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

type Data = Option<Result<Frame<Bytes>, hyper::Error>>;

/// The next piece of a body, which the driver brings.
fn next(body: &mut Incoming, driver: &mut Driver, over: &mut bool, cx: &mut Context<'_>) -> Poll<Data> {
    loop {
        if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        if *over {
            return Pin::new(&mut *body).poll_frame(cx);
        }
        *over = driver.as_mut().poll(cx).is_ready();
        if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        if !*over {
            return Poll::Pending;
        }
    }
}

/// The whole body. One that comes in one piece is not copied.
async fn whole(body: &mut Incoming, driver: &mut Driver, over: &mut bool, most: usize) -> Result<Bytes, ClientError> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let frame = poll_fn(|cx| next(body, driver, over, cx)).await;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|e| ClientError::Lost(described(&e)))?;
        let Ok(data) = frame.into_data() else { continue };
        if first.len() + rest.len() + data.len() > most {
            return Err(ClientError::Protocol(format!("it has more than {most} bytes")));
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(first.len() + body.size_hint().exact().map_or(0, |n| n as usize) + data.len());
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

fn described(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
