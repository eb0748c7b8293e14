//! `POST /metrics/query`: a query that comes with the request.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use edge::{BodyText, Media, Problem};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use query::{Query, Variables};
use serde::Deserialize;
use serde_json::Value;

use crate::caller::Caller;
use crate::{MetricsQuery, fault, format};

/// What a body says. Members that nobody knows are refused: a misspelled one would be missed otherwise.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    /// The text in base64, as UserFlux has it.
    encoded_query: Option<String>,
    /// The text as it is.
    query: Option<String>,
    #[serde(default)]
    variables: Option<BTreeMap<String, Value>>,
}

/// Answers the query in the format that the client accepts.
pub(crate) async fn ad_hoc(
    State(metrics_query): State<MetricsQuery>,
    request: Request,
) -> Result<Response, Response> {
    let (mut parts, body) = request.into_parts();
    let refused = IntoResponse::into_response;
    let caller = Caller::judge(&metrics_query, &mut parts)
        .await
        .map_err(refused)?;
    let format = format::of(&parts.headers).map_err(refused)?;
    let text = BodyText::read(&parts.headers, body, Media::Json)
        .await
        .map_err(refused)?;
    let body: Body =
        serde_json::from_str(&text).map_err(|error| invalid(&error).into_response())?;
    let query = Query {
        workspace: caller.workspace,
        sql: body.text().map_err(refused)?,
        variables: Variables::new(body.variables.unwrap_or_default()),
        now: caller.now,
    };

    let answer = metrics_query
        .engine
        .run(query)
        .await
        .map_err(fault::answer)?;
    let max_bytes = metrics_query.engine.limits().answer_bytes;
    let bytes = answer.write(format, max_bytes).map_err(fault::answer)?;
    let headers = [
        (CONTENT_TYPE, format::media_type(format)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

impl Body {
    /// The text of the query.
    fn text(&self) -> Result<String, Problem> {
        match (&self.encoded_query, &self.query) {
            (Some(encoded), None) => {
                let bytes = BASE64_STANDARD.decode(encoded.trim_ascii());
                let bytes = bytes.map_err(|_| wrong("encodedQuery", "is not base64"))?;
                String::from_utf8(bytes)
                    .map_err(|_| wrong("encodedQuery", "is not UTF-8 in base64"))
            }
            (None, Some(text)) => Ok(text.clone()),
            (Some(_), Some(_)) => Err(wrong(
                "query",
                "stands beside encodedQuery: give one of them",
            )),
            (None, None) => Err(wrong("query", "is missing, and so is encodedQuery")),
        }
    }
}

fn wrong(at: &'static str, message: &'static str) -> Problem {
    Problem::InvalidBody {
        at: at.into(),
        message: message.into(),
    }
}

fn invalid(error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    // The place stands at the end, and is said first here.
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(said, _)| said);
    Problem::InvalidBody {
        at: format!("line {}, column {}", error.line(), error.column()).into(),
        message: message.to_owned().into(),
    }
}
