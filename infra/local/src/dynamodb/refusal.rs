//! A fault as DynamoDB would word it.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::target::Target;
use crate::Service;
use crate::faults::{AwsError, Kind, aws_error};

/// The answer for a fault that has one.
pub(super) fn refusal(kind: Kind, target: &Target, body: &[u8]) -> Option<Response<Bytes>> {
    if kind == Kind::Unprocessed
        && let Some(given_back) = unprocessed(&target.action, body)
    {
        return Some(answer(StatusCode::OK, &given_back));
    }
    let error = aws_error(Service::DynamoDb, kind)?;
    let body = match cancellation_reason(kind) {
        Some(reason) if target.transaction_items > 0 => {
            cancelled(reason, error, target.transaction_items)
        }
        _ => json!({ "__type": qualified(error.code), "message": error.message }),
    };
    Some(answer(error.status, &body))
}

/// Why a transaction was cancelled, for the faults that cancel one.
fn cancellation_reason(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Conflict => Some("TransactionConflict"),
        Kind::ConditionFailed => Some("ConditionalCheckFailed"),
        Kind::Throttled
        | Kind::RateExceeded
        | Kind::ServerError
        | Kind::Refused
        | Kind::Hang
        | Kind::Slow(_)
        | Kind::AnswerLost
        | Kind::Unprocessed => None,
    }
}

/// The first item failed, the others did not.
fn cancelled(reason: &str, error: AwsError, items: usize) -> Value {
    let reasons: Vec<Value> = (0..items)
        .map(|item| match item {
            0 => json!({ "Code": reason, "Message": error.message }),
            _ => json!({ "Code": "None" }),
        })
        .collect();
    let codes = std::iter::once(reason).chain(std::iter::repeat_n("None", items - 1));
    let codes = codes.collect::<Vec<_>>().join(", ");
    json!({
        "__type": qualified("TransactionCanceledException"),
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        ),
        "CancellationReasons": reasons,
    })
}

fn unprocessed(action: &str, body: &[u8]) -> Option<Value> {
    let (done, left) = match action {
        "BatchWriteItem" => (None, "UnprocessedItems"),
        "BatchGetItem" => (Some("Responses"), "UnprocessedKeys"),
        _ => return None,
    };
    let request: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let mut answer = Map::new();
    answer.insert(left.into(), request.get("RequestItems")?.clone());
    if let Some(done) = done {
        answer.insert(done.into(), json!({}));
    }
    Some(Value::Object(answer))
}

fn qualified(code: &str) -> String {
    match code {
        "ThrottlingException" => "com.amazon.coral.availability#ThrottlingException".into(),
        _ => format!("com.amazonaws.dynamodb.v20120810#{code}"),
    }
}

fn answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    response
}
