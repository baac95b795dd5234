//! `POST /v1/embeddings`.

use super::{
    failure,
    input::{invalid, Asked},
    named,
    pool::Vectors,
    tokens::{inputs, tokens, Tokens},
};
use crate::{
    backend::{Backend, CallError, InferRequest, InferResponse, ModelInfo, Payment},
    json::{write_string, write_values},
    rest::{self, body, headers, infer, Failure, Seen, Shared},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{header, HeaderValue},
    response::Response,
};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use candor_primitives::DType;
use futures::{StreamExt, TryStreamExt};
use std::{
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

pub(crate) async fn embeddings<B: Backend>(State(shared): State<Arc<Shared<B>>>, request: Request) -> Response {
    let mut seen = Seen::new("embeddings");
    let mut model = String::new();
    let response = match answer(&shared, request, &mut seen, &mut model).await {
        Ok(response) => response,
        Err(failure) => failure::response(&failure),
    };
    seen.tell(&shared, &model, &response);
    response
}

async fn answer<B: Backend>(
    shared: &Shared<B>,
    request: Request,
    seen: &mut Seen,
    called: &mut String,
) -> Result<Response, Failure> {
    let (head, content) = request.into_parts();
    let caller = (shared.options.caller)(&head.headers)?;
    let payment = headers::payment(&head.headers)?;
    let deadline = rest::deadline(shared, &head, None::<Duration>, seen.started())?;
    let content = body::read(content, &head.headers, &shared.options).await?;
    seen.received = content.len();
    let Asked { model: name, rows, base64, dimensions } = Asked::parse(&content)?;
    called.clone_from(&name);
    if payment.is_some() && rows.len() > 1 {
        let message = "a paid request has one text, since every text is a call of its own: send one request for each";
        return Err(invalid("input", message).into());
    }
    let (model, version) = named(&*shared.backend, &name).await?;
    let vectors = Vectors::of(&model)?;
    let run = Run { shared, model, version, vectors, deadline, payment, caller, dimensions };
    let rows = tokens(&shared.tokenizers, &*shared.backend, &run.model, run.version.as_deref(), rows).await?;
    let used: usize = rows.iter().map(Tokens::len).sum();
    let parallel = shared.options.parallel.max(1);
    let answers = futures::stream::iter(rows).map(|row| run.row(row)).buffered(parallel);
    let answers: Vec<(Vec<f32>, InferResponse)> = answers.try_collect().await?;
    let out = write(&run.model.name, &answers, base64, used);
    seen.sent = out.len();
    let mut response = Response::new(Body::from(out));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let [(_, only)] = &answers[..] {
        headers::receipt(only, response.headers_mut());
    }
    Ok(response)
}

/// What the rows of a request have in common.
struct Run<'a, B> {
    shared: &'a Shared<B>,
    model: ModelInfo,
    version: Option<String>,
    vectors: Vectors,
    deadline: Option<Instant>,
    payment: Option<Payment>,
    caller: Option<Arc<str>>,
    dimensions: Option<u64>,
}

impl<B: Backend> Run<'_, B> {
    /// One row is one call, so that its vector does not depend on what else is asked.
    async fn row(&self, tokens: Tokens) -> Result<(Vec<f32>, InferResponse), CallError> {
        let (inputs, mask) = inputs(&self.model, &tokens)?;
        let request = InferRequest {
            model: self.model.name.clone(),
            version: self.version.clone(),
            id: None,
            inputs,
            outputs: vec![self.vectors.name().into()],
            deadline: self.deadline,
            payment: self.payment.clone(),
            caller: self.caller.clone(),
        };
        let answer = infer(self.shared, request).await?;
        let output = answer.outputs.iter().find(|output| output.name == self.vectors.name());
        let output = output.ok_or_else(|| CallError::Internal(format!("`{}` was not given", self.vectors.name())))?;
        let vector = self.vectors.vector(&output.tensor, &mask)?;
        match self.dimensions {
            Some(wanted) if wanted != vector.len() as u64 => {
                let message = format!(
                    "the model's vectors have {} dimensions, and it was not made to shorten them",
                    vector.len()
                );
                Err(invalid("dimensions", message))
            },
            _ => Ok((vector, answer)),
        }
    }
}

fn write(model: &str, answers: &[(Vec<f32>, InferResponse)], base64: bool, used: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + answers.iter().map(|(vector, _)| 64 + vector.len() * 12).sum::<usize>());
    out.extend_from_slice(b"{\"object\":\"list\",\"data\":[");
    for (index, (vector, _)) in answers.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        // Writing to memory does not fail.
        let _ = write!(out, "{comma}{{\"object\":\"embedding\",\"index\":{index},\"embedding\":");
        let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
        if base64 {
            let _ = write!(out, "\"{}\"", STANDARD.encode(bytes));
        } else {
            write_values(DType::Float32, vector.len() as u64, &bytes, &mut out);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"],\"model\":");
    write_string(model, &mut out);
    let _ = write!(out, ",\"usage\":{{\"prompt_tokens\":{used},\"total_tokens\":{used}}}}}");
    out
}
