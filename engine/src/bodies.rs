//! Bodies of calls share a bounded memory: whoever sends them has not paid yet.
//!
//! Over REST a body takes memory for what its head says of its length; one that is packed, for the most that it can
//! hold. Over gRPC a message says its own length, so each takes memory when it begins, until it is answered. Small ones
//! count for nothing, and those that are too large are refused unread by the gateway. Whoever finds no room is told to
//! come back.

use crate::engine::Engine;
use axum::{
    body::{Body, BodyDataStream, HttpBody},
    extract::{Request, State},
    http::{header, HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
    Json,
};
use bytes::Bytes;
use candor_gateway::{
    grpc::{self, proto::grpc_inference_service_server::SERVICE_NAME, Status},
    CallError, Problem,
};
use futures::{stream, StreamExt};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{timeout_at, Instant},
};

/// Smaller bodies and messages count for nothing.
const SMALL: usize = 64 << 10;
/// How much longer than itself a packed body can be at most (gzip and deflate).
const PACKED: usize = 1032;
/// Longest time in which a message over gRPC arrives.
const MESSAGE_TIME: Duration = Duration::from_secs(60);
/// Bytes before a message over gRPC: whether it is packed, and its length.
const HEAD: usize = 5;

/// Lets a call in if there is memory for its body.
pub(crate) async fn in_memory(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path.split_once('/').is_some_and(|(service, _)| service == SERVICE_NAME) {
        return messages(engine, request, next).await;
    }
    let length = match length(request.headers()) {
        Some(length) => length,
        None if request.body().is_end_stream() => 0,
        None => engine.config.most_body,
    };
    // Too large ones are refused unread.
    let most = engine.config.most_body;
    let bytes = match is_packed(request.headers()) && length <= most {
        true => length.saturating_mul(PACKED).min(most),
        false => length,
    };
    match memory(&engine, bytes) {
        Ok(_held) => next.run(request).await,
        Err(busy) => (StatusCode::TOO_MANY_REQUESTS, Json(Problem::from(&busy))).into_response(),
    }
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_packed(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_ENCODING).is_some_and(|packing| !matches!(packing.as_bytes(), b"" | b"identity"))
}

/// Memory for so many bytes; none where they count for nothing.
fn memory(engine: &Engine, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, CallError> {
    if !(SMALL..=engine.config.most_body).contains(&bytes) {
        return Ok(None);
    }
    let kib = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
    engine.bodies.clone().try_acquire_many_owned(kib).map(Some).map_err(|_| {
        engine.metrics.rejected.with_label_values(&["memory"]).inc();
        CallError::Busy { retry_ms: 1000 }
    })
}

/// Answer calls over gRPC, whose messages take memory as they arrive.
async fn messages(engine: Engine, request: Request, next: Next) -> Response {
    let held = Arc::new(Held::default());
    let (parts, body) = request.into_parts();
    let arriving = Arriving {
        data: body.into_data_stream(),
        framing: Framing::default(),
        until: None,
        engine,
        held: held.clone(),
    };
    let body = stream::try_unfold(arriving, |mut arriving| async move {
        Ok::<_, Status>(arriving.next().await?.map(|bytes| (bytes, arriving)))
    });
    let response = next.run(Request::from_parts(parts, Body::from_stream(body))).await;
    held.state().answers = true;
    response
}

/// What the messages of a call hold.
#[derive(Default)]
struct Held(Mutex<Messages>);

#[derive(Default)]
struct Messages {
    /// By the message that began last.
    last: Option<OwnedSemaphorePermit>,
    /// By those before it.
    before: Vec<OwnedSemaphorePermit>,
    /// Whether the answer has begun. A stream that then asks for more has answered the messages before; until then the
    /// call's one message is being answered.
    answers: bool,
}

impl Held {
    fn state(&self) -> std::sync::MutexGuard<'_, Messages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of a call over gRPC.
struct Arriving {
    data: BodyDataStream,
    framing: Framing,
    /// When the message that is arriving must be here.
    until: Option<Instant>,
    engine: Engine,
    held: Arc<Held>,
}

impl Arriving {
    async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        self.release();
        let bytes = if self.framing.between() {
            self.until = None;
            self.data.next().await
        } else {
            let until = *self.until.get_or_insert_with(|| Instant::now() + MESSAGE_TIME);
            timeout_at(until, self.data.next()).await.map_err(|_| grpc::status(&CallError::Deadline))?
        };
        let Some(bytes) = bytes.transpose().map_err(|error| Status::from_error(Box::new(error)))? else {
            return Ok(None);
        };
        for length in self.framing.take(&bytes) {
            self.until = None;
            let memory = memory(&self.engine, length).map_err(|error| grpc::status(&error))?;
            let mut held = self.held.state();
            let last = std::mem::replace(&mut held.last, memory);
            held.before.extend(last);
        }
        Ok(Some(bytes))
    }

    /// Give back what answered messages held.
    fn release(&self) {
        let mut held = self.held.state();
        if held.answers {
            held.before.clear();
            if self.framing.between() {
                held.last = None;
            }
        }
    }
}

/// Where in a stream of messages the bytes are.
#[derive(Default)]
struct Framing {
    /// What is here of the head of the next message.
    head: Vec<u8>,
    /// Bytes that the message still lacks.
    left: usize,
}

impl Framing {
    /// Whether no message has begun that is not whole.
    fn between(&self) -> bool {
        self.left == 0 && self.head.is_empty()
    }

    /// Go on by these bytes. Gives the lengths of the messages that begin in them.
    fn take(&mut self, mut bytes: &[u8]) -> Vec<usize> {
        let mut begun = Vec::new();
        while !bytes.is_empty() {
            let inside = self.left.min(bytes.len());
            self.left -= inside;
            let rest = bytes.get(inside..).unwrap_or_default();
            let (head, rest) = rest.split_at(HEAD.saturating_sub(self.head.len()).min(rest.len()));
            self.head.extend_from_slice(head);
            if let Ok([_, a, b, c, d]) = <[u8; HEAD]>::try_from(self.head.as_slice()) {
                self.left = u32::from_be_bytes([a, b, c, d]) as usize;
                self.head.clear();
                begun.push(self.left);
            }
            bytes = rest;
        }
        begun
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn messages(lengths: &[usize]) -> Vec<u8> {
        let message = |length: &usize| [&[0u8][..], &(*length as u32).to_be_bytes(), &vec![7; *length]].concat();
        lengths.iter().flat_map(message).collect()
    }

    #[test]
    fn framing_should_find_every_message_when_its_bytes_come_in_pieces() {
        let lengths = [3, 0, 0, 300, 1, 70_000, 5];
        let bytes = messages(&lengths);
        for piece in [1, 2, 4, 5, 6, 7, 299, 65_536, bytes.len()] {
            let mut framing = Framing::default();
            let found: Vec<usize> = bytes.chunks(piece).flat_map(|bytes| framing.take(bytes)).collect();
            assert_eq!(found, lengths, "pieces of {piece}");
            assert!(framing.between());
        }
    }

    #[test]
    fn framing_should_wait_for_the_rest_when_a_message_is_not_whole() {
        let bytes = messages(&[3]);
        for end in 1..bytes.len() {
            let mut framing = Framing::default();
            framing.take(&bytes[..end]);
            assert!(!framing.between(), "after {end} bytes");
        }
    }
}
