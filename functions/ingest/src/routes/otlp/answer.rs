//! Answers as OTLP prescribes them: in the request's encoding, an error as `google.rpc.Status`.

use axum::response::{IntoResponse, Response};
use edge::{ErrorBody, Problem};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceResponse,
};
use prost::Message;
use serde::Serialize;
use serde_json::json;

use super::{JSON, PROTOBUF};
use crate::sources::otlp::{Encoding, Kind};
use crate::verdicts::Refused;

/// `google.rpc.Status`, without its details.
#[derive(Clone, PartialEq, Eq, Message, Serialize)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

/// 200; with what was refused, which the client must not send again.
pub(super) fn success(kind: Kind, encoding: Encoding, refused: &[Refused]) -> Response {
    let partial = refused.first().map(|first| {
        let Refused { path, message, .. } = first;
        (
            refused.len(),
            format!("{} refused, the first: {path}: {message}", refused.len()),
        )
    });
    let body = match encoding {
        Encoding::Protobuf => protobuf(partial),
        Encoding::Json => json(kind, partial),
    };
    (
        StatusCode::OK,
        [(CONTENT_TYPE, content_type(encoding))],
        body,
    )
        .into_response()
}

/// The answers to the three kinds of request are the same bytes.
fn protobuf(partial: Option<(usize, String)>) -> Vec<u8> {
    let partial_success = partial.map(|(count, error_message)| ExportLogsPartialSuccess {
        rejected_log_records: i64::try_from(count).unwrap_or(i64::MAX),
        error_message,
    });
    ExportLogsServiceResponse { partial_success }.encode_to_vec()
}

fn json(kind: Kind, partial: Option<(usize, String)>) -> Vec<u8> {
    let Some((count, message)) = partial else {
        return b"{}".to_vec();
    };
    let rejected = match kind {
        Kind::Traces => "rejectedSpans",
        Kind::Logs => "rejectedLogRecords",
        Kind::Metrics => "rejectedDataPoints",
    };
    // 64-bit integers are strings in the JSON of protobuf.
    let partial = json!({rejected: count.to_string(), "errorMessage": message});
    json!({"partialSuccess": partial}).to_string().into_bytes()
}

/// A problem as this protocol says it.
pub(super) fn failure(encoding: Encoding, problem: &Problem) -> ErrorBody {
    let status = Status {
        code: problem.rpc_code(),
        message: format!("{} ({})", problem.message(), problem.code()),
    };
    ErrorBody {
        content_type: content_type(encoding),
        bytes: match encoding {
            Encoding::Protobuf => status.encode_to_vec(),
            Encoding::Json => serde_json::to_vec(&status).unwrap_or_default(),
        },
    }
}

const fn content_type(encoding: Encoding) -> HeaderValue {
    HeaderValue::from_static(match encoding {
        Encoding::Protobuf => PROTOBUF,
        Encoding::Json => JSON,
    })
}
