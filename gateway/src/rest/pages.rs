//! Pages of other origins: what a browser has to be told before a page may call and read (CORS, the Fetch standard).
//!
//! Only for what is anybody's to call: a session pays, or a header that no browser sends by itself. A server whose caller
//! is known by the network, as the proxy on one's own machine, must not be opened so: any page could spend its budget.

use axum::{
    extract::Request,
    http::{header, HeaderMap, HeaderValue, Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    Router,
};

/// How long a browser may remember what it was told, in seconds.
const REMEMBER: HeaderValue = HeaderValue::from_static("7200");
/// Methods of the protocols.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// Headers beyond the simple ones that a page may read: receipt and roots of [`crate::wire`], where the tensors begin, when to
/// try again, and the root of a trace.
const READABLE: HeaderValue = HeaderValue::from_static(
    "candor-receipt, candor-output-roots, candor-trace-root, inference-header-content-length, retry-after",
);
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Let pages of every origin call these routes.
pub fn open_to_pages(router: Router) -> Router {
    router.layer(middleware::from_fn(answer))
}

async fn answer(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::ORIGIN) {
        return next.run(request).await;
    }
    let mut response = match preflight(&request) {
        Some(headers) => (StatusCode::NO_CONTENT, headers).into_response(),
        None => next.run(request).await,
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
    response
}

/// What a browser asks before it sends a request with headers that forms cannot have.
fn preflight(request: &Request) -> Option<HeaderMap> {
    let asked = request.headers();
    if request.method() != Method::OPTIONS || !asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBER);
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;
    use axum::{body::Body, routing::post};
    use tower::ServiceExt;

    fn router() -> Router {
        let echo = || async { ([(wire::RECEIPT, "AA==")], "an answer") };
        open_to_pages(Router::new().route("/v2/models/{model}/infer", post(echo)))
    }

    async fn ask(method: Method, headers: &[(&str, &str)]) -> Response {
        let mut request = axum::http::Request::builder().method(method).uri("/v2/models/m/infer");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn page_should_be_told_that_it_may_call_when_its_browser_asks() {
        let wanted = "candor-session,candor-voucher,inference-header-content-length";
        let response = ask(
            Method::OPTIONS,
            &[
                ("origin", "https://app.example.org"),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", wanted),
            ],
        )
        .await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_HEADERS], wanted);
        assert!(response.headers()[header::ACCESS_CONTROL_ALLOW_METHODS].to_str().unwrap().contains("POST"));
    }

    #[tokio::test]
    async fn receipt_should_be_readable_when_a_page_calls() {
        let response = ask(Method::POST, &[("origin", "https://app.example.org")]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let readable = response.headers()[header::ACCESS_CONTROL_EXPOSE_HEADERS].to_str().unwrap();
        for name in [wire::RECEIPT, wire::ROOTS, "inference-header-content-length"] {
            assert!(readable.contains(name), "{name}");
        }
        assert!(response.headers().get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none());
    }

    #[tokio::test]
    async fn answers_should_be_as_they_were_when_no_page_asks() {
        let response = ask(Method::POST, &[]).await;
        assert!(response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
        assert_eq!(ask(Method::OPTIONS, &[]).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
