//! One JSON document, by GET or for a form: on the TLS stack of the AWS SDKs, without redirects.

use std::time::Duration;

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, Limited};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

/// From the name's resolution to the last byte.
const PATIENCE: Duration = Duration::from_secs(3);
/// Far more than any provider's keys need.
const MAX_BYTES: usize = 256 * 1024;
/// What a form or a query does not hold as it is: everything but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a document did not come.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// Not in time.
    #[error("no answer within three seconds")]
    Timeout,
    /// The connection could not be made, or broke.
    #[error("the connection failed")]
    Connection,
    /// An answer that is not 200.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// A document that is not what it should be.
    #[error("the document {0}")]
    Content(&'static str),
}

/// Reads the document. It comes seldom, so no connection is kept.
pub(super) async fn json<T: DeserializeOwned>(url: &str) -> Result<T, FetchError> {
    read(HttpRequest::get(url)).await
}

/// Posts the form and reads the document that answers it.
pub(super) async fn post<T: DeserializeOwned>(
    url: &str,
    form: &[(&str, &str)],
) -> Result<T, FetchError> {
    let mut request = HttpRequest::new(SdkBody::from(encode(form)));
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-www-form-urlencoded");
    headers.insert("accept", "application/json");
    let request = request
        .set_method("POST")
        .and_then(|()| request.set_uri(url))
        .map(|()| request);
    read(request).await
}

/// Names and values as a form or a query has them.
pub(super) fn encode(pairs: &[(&str, &str)]) -> String {
    let encoded = |text| utf8_percent_encode(text, RESERVED);
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

async fn read<T: DeserializeOwned>(
    request: Result<HttpRequest, HttpError>,
) -> Result<T, FetchError> {
    let request = request.map_err(|_| FetchError::Content("has no address"))?;
    let body = tokio::time::timeout(PATIENCE, send(request))
        .await
        .map_err(|_| FetchError::Timeout)??;
    serde_json::from_slice(&body).map_err(|_| FetchError::Content("is not the expected JSON"))
}

async fn send(request: HttpRequest) -> Result<Vec<u8>, FetchError> {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
    let connector = Connector::builder().tls_provider(provider).build();
    let answer = connector.call(request).await;
    let answer = answer.map_err(|_| FetchError::Connection)?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(FetchError::Status(status));
    }
    let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
    let body = body.map_err(|_| FetchError::Content("is cut off or has more than 256 KB"))?;
    Ok(body.to_bytes().into())
}
