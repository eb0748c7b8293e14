//! CloudWatch metrics over the Smithy RPC v2 CBOR protocol, the only one the Rust SDK speaks.

mod bucket;
mod cbor;
mod checks;
mod get_data;
mod get_statistics;
mod journal;
mod list;
mod math;
mod put;
mod refusal;
mod results;
mod series;
mod shapes;
mod statistic;

use std::io::Read;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};

use crate::faults::{Faults, Kind, aws_error};
use crate::recorder::{self, Recorder};
use crate::wire::{Cut, Handler};
use crate::{Permission, Recorded, Service};
use refusal::Refusal;
pub(crate) use series::Metrics;

/// The largest request after decompression; AWS takes 1 MB.
const MAX_BODY: u64 = 4 * 1024 * 1024;

/// The running service.
#[derive(Debug)]
pub(crate) struct CloudWatch {
    metrics: Metrics,
    recorder: Recorder,
    faults: Faults,
}

impl CloudWatch {
    pub(crate) const fn new(metrics: Metrics, recorder: Recorder, faults: Faults) -> Self {
        Self {
            metrics,
            recorder,
            faults,
        }
    }

    fn perform(&self, action: &str, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        match action {
            "PutMetricData" => cbor::encode(&put::put(&self.metrics, cbor::decode(body)?)?),
            "GetMetricData" => cbor::encode(&get_data::get(&self.metrics, cbor::decode(body)?)?),
            "GetMetricStatistics" => {
                cbor::encode(&get_statistics::get(&self.metrics, cbor::decode(body)?)?)
            }
            "ListMetrics" => cbor::encode(&list::list(&self.metrics, &cbor::decode(body)?)?),
            _ => Err(Refusal::unknown_operation()),
        }
    }

    fn perform_request(&self, action: &str, request: &Request<Bytes>) -> Response<Bytes> {
        let answer = plain_body(request).and_then(|body| self.perform(action, &body));
        match answer {
            Ok(body) => respond(StatusCode::OK, body),
            Err(refusal) => refused(&refusal),
        }
    }
}

impl Handler for CloudWatch {
    type Connection = ();

    fn refuses_connections(&self) -> bool {
        self.faults.refuses_connections(Service::CloudWatch)
    }

    async fn answer(&self, (): &(), request: Request<Bytes>) -> Result<Response<Bytes>, Cut> {
        let Some(action) = operation(&request) else {
            return Ok(refused(&Refusal::unknown_operation()));
        };
        self.recorder.record(Recorded {
            service: Service::CloudWatch,
            action: action.to_owned(),
            table: None,
            caller: recorder::caller(request.headers()),
            permissions: vec![Permission::new(format!("cloudwatch:{action}"), None)],
        });
        let fate = self.faults.decide(Service::CloudWatch, action, &[]);
        if !fate.delay.is_zero() {
            tokio::time::sleep(fate.delay).await;
        }
        match fate.kind {
            None => Ok(self.perform_request(action, &request)),
            Some(Kind::Hang) => std::future::pending().await,
            Some(Kind::AnswerLost) => {
                self.perform_request(action, &request);
                Err(Cut)
            }
            Some(kind) => {
                let error = aws_error(Service::CloudWatch, kind).ok_or(Cut)?;
                Ok(refused(&Refusal::from_fault(error)))
            }
        }
    }
}

/// The operation's name, out of `/service/GraniteServiceVersion20100801/operation/NAME`.
fn operation(request: &Request<Bytes>) -> Option<&str> {
    let protocol = request.headers().get("smithy-protocol")?;
    let path = request
        .uri()
        .path()
        .strip_prefix("/service/GraniteServiceVersion20100801")?;
    let name = path.strip_prefix("/operation/")?;
    (protocol == "rpc-v2-cbor").then_some(name)
}

fn plain_body(request: &Request<Bytes>) -> Result<Bytes, Refusal> {
    if !is_gzip(request.headers()) {
        return Ok(request.body().clone());
    }
    let mut plain = Vec::new();
    GzDecoder::new(&request.body()[..])
        .take(MAX_BODY + 1)
        .read_to_end(&mut plain)
        .map_err(|_| Refusal::serialization("the body is no gzip"))?;
    if plain.len() as u64 > MAX_BODY {
        return Err(Refusal::too_large());
    }
    Ok(plain.into())
}

fn is_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding.as_bytes() == b"gzip")
}

fn refused(refusal: &Refusal) -> Response<Bytes> {
    let mut response = respond(refusal.status(), refusal.body());
    if let Ok(value) = HeaderValue::from_str(&refusal.query_error()) {
        response.headers_mut().insert("x-amzn-query-error", value);
    }
    response
}

fn respond(status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
