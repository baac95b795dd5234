//! Pages of other origins: what a browser has to be told before a page may call and read (CORS, the Fetch standard).
//!
//! All pages may call what is anybody's to call: a session pays, or a header that no browser sends by itself. A server whose
//! caller is known by the network, as the proxy on one's own machine, answers pages that were named only: any other that its
//! user looks at could spend the budget.

use super::Failure;
use axum::{
    extract::{Request, State},
    http::{header, HeaderMap, HeaderValue, Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    Router,
};
use std::sync::Arc;

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

/// Pages that may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Of every origin.
    Any,
    /// Of these origins, as browsers write them: `https://app.example.org`.
    Named(Vec<String>),
}

/// Let pages call all routes that the router has so far, and refuse other pages.
pub fn open_to_pages(router: Router, pages: Pages) -> Router {
    router.layer(middleware::from_fn_with_state(Arc::new(pages), answer))
}

async fn answer(State(pages): State<Arc<Pages>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let allowed = match &*pages {
        Pages::Any => ANY,
        Pages::Named(names) if names.iter().any(|name| name.as_bytes() == origin.as_bytes()) => origin,
        Pages::Named(_) => {
            return Failure::Page(String::from_utf8_lossy(origin.as_bytes()).into_owned()).into_response()
        },
    };
    let mut response = match preflight(&request) {
        Some(headers) => (StatusCode::NO_CONTENT, headers).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    if allowed != ANY {
        // What is kept of an answer must not be shown to another page.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
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

    async fn ask(method: Method, headers: &[(&str, &str)]) -> Response {
        ask_of(Pages::Any, method, headers).await
    }

    async fn ask_of(pages: Pages, method: Method, headers: &[(&str, &str)]) -> Response {
        let echo = || async { ([(wire::RECEIPT, "AA==")], "an answer") };
        let router = open_to_pages(Router::new().route("/v2/models/{model}/infer", post(echo)), pages);
        let mut request = axum::http::Request::builder().method(method).uri("/v2/models/m/infer");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
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
    async fn page_should_be_refused_when_it_is_not_one_of_those_named() {
        let named = || Pages::Named(vec!["https://app.example.org".into()]);
        let asked = [("access-control-request-method", "POST")];
        for origin in ["https://app.example.org.evil.net", "http://app.example.org", "null", "http://localhost:8000"] {
            for method in [Method::POST, Method::OPTIONS] {
                let response = ask_of(named(), method, &[("origin", origin), asked[0]]).await;
                assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
                assert!(response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
            }
        }
        let response = ask_of(named(), Method::POST, &[("origin", "https://app.example.org")]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example.org");
        assert_eq!(response.headers()[header::VARY], "origin");
        assert_eq!(ask_of(named(), Method::POST, &[]).await.status(), StatusCode::OK, "no page");
    }

    #[tokio::test]
    async fn answers_should_be_as_they_were_when_no_page_asks() {
        let response = ask(Method::POST, &[]).await;
        assert!(response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
        assert_eq!(ask(Method::OPTIONS, &[]).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
