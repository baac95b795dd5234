//! Calls.

use super::{
    body, headers,
    path::{Part, Target},
    Failure, Observation, Shared,
};
use crate::{
    backend::{Backend, CallError, InferRequest, InferResponse},
    message::{decode, HEADER_LENGTH},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{header, request::Parts, HeaderName, HeaderValue, Uri},
    response::{IntoResponse, Response},
};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

const HEADER: HeaderName = HeaderName::from_static(HEADER_LENGTH);

/// Everything below `/v2/models/` that is posted: calls.
pub(crate) async fn post<B: Backend>(State(shared): State<Arc<Shared<B>>>, uri: Uri, request: Request) -> Response {
    let target = match Target::parse(uri.path()) {
        Ok(target) if target.part == Part::Infer => target,
        Ok(_) => return Failure::Method("GET").into_response(),
        Err(error) => return Failure::from(error).into_response(),
    };
    let mut seen = Seen::new("infer");
    let response = call(&shared, &target, request, &mut seen).await.unwrap_or_else(Failure::into_response);
    seen.tell(&shared, &target.model, &response);
    response
}

/// What an observer is told.
pub(crate) struct Seen {
    route: &'static str,
    started: Instant,
    /// Bytes of the request's body.
    pub(crate) received: usize,
    /// Bytes of the answer's body.
    pub(crate) sent: usize,
}

impl Seen {
    pub(crate) fn new(route: &'static str) -> Self {
        Self { route, started: Instant::now(), received: 0, sent: 0 }
    }

    /// When the request's head had come.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    pub(crate) fn tell<B>(&self, shared: &Shared<B>, model: &str, response: &Response) {
        if let Some(observer) = &shared.options.observer {
            let Self { route, received, sent, .. } = *self;
            let (status, took) = (response.status().as_u16(), self.started.elapsed());
            observer.answered(&Observation { route, model, status, took, received, sent });
        }
    }
}

async fn call<B: Backend>(
    shared: &Shared<B>,
    target: &Target,
    request: Request,
    seen: &mut Seen,
) -> Result<Response, Failure> {
    let (head, content) = request.into_parts();
    let caller = (shared.options.caller)(&head.headers)?;
    let payment = headers::payment(&head.headers)?;
    let length = headers::header_length(&head.headers)?;
    let content = body::read(content, &head.headers, &shared.options).await?;
    seen.received = content.len();
    let mut decoded = decode(&content, length)?;
    let call = InferRequest {
        model: target.model.clone(),
        version: target.version.clone(),
        id: decoded.id.clone(),
        inputs: std::mem::take(&mut decoded.inputs),
        outputs: decoded.outputs.iter().map(|output| output.name.clone()).collect(),
        deadline: deadline(shared, &head, decoded.timeout, seen.started)?,
        payment,
        caller,
    };
    let answer = infer(shared, call).await?;
    let encoded = decoded.answer(&answer)?;
    seen.sent = encoded.body.len();
    let mut response = Response::new(Body::from(encoded.body));
    let map = response.headers_mut();
    match encoded.header {
        None => {
            map.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        },
        Some(length) => {
            map.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
            map.insert(HEADER, length.into());
        },
    }
    headers::receipt(&answer, map);
    Ok(response)
}

/// When nobody waits any more: the soonest of what header, parameter and, if neither names a time, the server says.
pub(crate) fn deadline<B>(
    shared: &Shared<B>,
    head: &Parts,
    parameter: Option<Duration>,
    started: Instant,
) -> Result<Option<Instant>, CallError> {
    let told = headers::timeout(&head.headers)?.into_iter().chain(parameter).min();
    Ok(told.or(shared.options.deadline).and_then(|time| started.checked_add(time)))
}

/// Call the backend until the deadline, and count it.
pub(crate) async fn infer<B: Backend>(shared: &Shared<B>, call: InferRequest) -> Result<InferResponse, CallError> {
    let started = Instant::now();
    let (model, version) = (call.model.clone(), call.version.clone());
    let result = until(call.deadline, shared.backend.infer(call)).await;
    match &result {
        Ok(answer) => shared.stats.success(&answer.model, &answer.version, started.elapsed()),
        Err(CallError::Run { .. }) => {
            // Counted under the names that the model has, not those it was called by.
            if let Ok(info) = shared.backend.model(&model, version.as_deref()).await {
                if let Some(version) = version.as_ref().or(info.versions.last()) {
                    shared.stats.failure(&info.name, version, started.elapsed());
                }
            }
        },
        Err(_) => {},
    }
    result
}

async fn until<T>(deadline: Option<Instant>, work: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
    match deadline {
        None => work.await,
        Some(deadline) => tokio::time::timeout_at(deadline.into(), work).await.unwrap_or(Err(CallError::Deadline)),
    }
}
