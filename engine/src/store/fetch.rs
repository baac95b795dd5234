//! Where files come from: `http(s)://`, `s3://`, `file://`, each asked for `<source>/<root as hex>`.

use bytes::Bytes;
use candor_gateway::secret::shown;
use futures::{stream::BoxStream, StreamExt, TryStreamExt};
use object_store::{aws::AmazonS3Builder, path::Path as ObjectPath, GetOptions, GetRange, ObjectStore};
use reqwest::{header, StatusCode};
use std::{io::SeekFrom, path::Path, time::Duration};
use tokio::io::AsyncSeekExt;
use tokio_util::io::ReaderStream;

/// Why a source did not give a file.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The source is none of `http(s)://`, `s3://bucket/prefix`, `file:///folder`.
    #[error("{0} is not a source: use http(s)://, s3://bucket/prefix or file:///folder")]
    Source(String),
    /// The source does not have the file; upload it there.
    #[error("{0} does not have the file")]
    Missing(String),
    /// The source does not answer, or broke off; it is asked again.
    #[error("{source_url}: {reason}")]
    Broken {
        /// Source.
        source_url: String,
        /// Cause.
        reason: String,
    },
}

impl FetchError {
    fn none(source: &str) -> Self {
        Self::Source(shown(source))
    }

    fn missing(source: &str) -> Self {
        Self::Missing(shown(source))
    }

    fn broken(source: &str, reason: impl std::fmt::Display) -> Self {
        Self::Broken { source_url: shown(source), reason: reason.to_string() }
    }

    /// Whether it is worth asking the same source again.
    pub const fn retry(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

/// Bytes as they arrive.
pub type ByteStream = BoxStream<'static, Result<Bytes, FetchError>>;

/// A client for all downloads.
pub fn client() -> Result<reqwest::Client, FetchError> {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(30))
        .build()
        .map_err(|e| FetchError::broken("the HTTP client (are CA certificates installed?)", e))
}

/// Ask `source` for the content `id` from byte `offset`. Answers the byte at which the stream starts (`offset`, or 0 if
/// the source cannot resume) and the stream.
pub async fn open(
    client: &reqwest::Client,
    source: &str,
    id: &str,
    offset: u64,
) -> Result<(u64, ByteStream), FetchError> {
    match source.split_once("://") {
        // The id would become a part of the query or fragment: not a file that is asked for, but any request at all.
        Some(("http" | "https", place)) if place.contains(['?', '#']) => Err(FetchError::none(source)),
        Some(("http" | "https", _)) => http(client, source, id, offset).await,
        Some(("file", folder)) => file(source, Path::new(folder), id, offset).await,
        Some(("s3", place)) => s3(source, place, id, offset).await,
        _ => Err(FetchError::none(source)),
    }
}

async fn http(client: &reqwest::Client, source: &str, id: &str, offset: u64) -> Result<(u64, ByteStream), FetchError> {
    let mut request = client.get(format!("{}/{id}", source.trim_end_matches('/')));
    if offset > 0 {
        request = request.header(header::RANGE, format!("bytes={offset}-"));
    }
    let response = request.send().await.map_err(|e| FetchError::broken(source, e))?;
    let start = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(offset) => offset,
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN => return Err(FetchError::missing(source)),
        other => return Err(FetchError::broken(source, other)),
    };
    let named = source.to_owned();
    let stream = response.bytes_stream().map_err(move |e| FetchError::broken(&named, e));
    Ok((start, stream.boxed()))
}

/// First byte of a `content-range: bytes 5-9/10`.
fn range_start(response: &reqwest::Response) -> Option<u64> {
    let value = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    value.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()
}

async fn file(source: &str, folder: &Path, id: &str, offset: u64) -> Result<(u64, ByteStream), FetchError> {
    let path = folder.join(id);
    // Only plain files: opening a pipe would wait for ever.
    match tokio::fs::metadata(&path).await {
        Ok(data) if data.is_file() => {},
        _ => return Err(FetchError::missing(source)),
    }
    let mut file = tokio::fs::File::open(&path).await.map_err(|e| FetchError::broken(source, e))?;
    file.seek(SeekFrom::Start(offset)).await.map_err(|e| FetchError::broken(source, e))?;
    let named = source.to_owned();
    let stream = ReaderStream::with_capacity(file, 1 << 18).map_err(move |e| FetchError::broken(&named, e));
    Ok((offset, stream.boxed()))
}

async fn s3(source: &str, place: &str, id: &str, offset: u64) -> Result<(u64, ByteStream), FetchError> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = prefix.trim_matches('/');
    let key = if prefix.is_empty() { id.to_owned() } else { format!("{prefix}/{id}") };
    // Credentials, region and endpoint come from the environment (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT, ...).
    let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(|_| FetchError::none(source))?;
    let range = (offset > 0).then_some(GetRange::Offset(offset));
    let options = GetOptions { range, ..GetOptions::default() };
    let result = store.get_opts(&ObjectPath::from(key), options).await.map_err(|error| match error {
        object_store::Error::NotFound { .. } => FetchError::missing(source),
        other => FetchError::broken(source, other),
    })?;
    let start = result.range.start;
    let named = source.to_owned();
    let stream = result.into_stream().map_err(move |e| FetchError::broken(&named, e));
    Ok((start, stream.boxed()))
}
