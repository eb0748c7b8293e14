//! How many events one core takes: decoding with verdict and validation, and the whole way from the
//! gateway's event to the chunks ready to put. CPU time of the thread, the best of many runs.
//!
//! `lambda_http`'s own reading of the event is measured beside ours, in the same run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod measure;

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use edge::{BodyText, Caller, Connection, Media, Presented};
use event::chunk;
use event::codec::{Layout, Options};
use event::{Event, KeyId, Signal, Timestamp, WorkspaceId};
use ingest::sources::userflux;
use ingest::verdicts::{Place, Verdicts};
use measure::{RUNS, at_least, at_most, best_cpu_seconds, measure};
use policy::{
    AddressRow, AddressRules, ApiKey, CompiledPolicy, KeyKind, KeyRecord, Operation, Policy,
    SecretSlot, judge_key, judge_request, parse_network,
};
use serde_json::json;
use traffic::{Size, Traffic, Users, batch_body};

const NOW: Timestamp = Timestamp::from_millis(1_795_240_000_000);

fn main() {
    let setting = Setting::new();
    println!("events per CPU-second, {RUNS} runs each, events of about 620 B\n");
    for (batch, decode, whole) in [(1, 150e3, 50e3), (10, 800e3, 200e3), (100, 1.5e6, 450e3)] {
        let body = batch_body(&Traffic::new(1, Size::Medium, Users::Mixed).events(batch));
        let gateway_event = setting.gateway_event(&body);
        let rate = |run: &dyn Fn()| batch as f64 / best_cpu_seconds(run);
        let rows = Some(Options {
            layout: Layout::Rows,
            level: 3,
        });

        at_least(
            &format!("decode, verdict, validation: batch {batch}"),
            decode,
            rate(&|| {
                black_box(setting.decode(&body));
            }),
        );
        at_least(
            &format!("gateway event to chunk, rows at level 3: batch {batch}"),
            whole,
            rate(&|| {
                black_box(setting.whole(&gateway_event, rows));
            }),
        );
        let chosen = rate(&|| {
            black_box(setting.whole(&gateway_event, None));
        });
        let name = format!("gateway event to chunk, as stored: batch {batch}");
        measure(&name, chosen, (batch == 100).then_some(180e3));
        measure(
            &format!("read the gateway event: batch {batch}"),
            rate(&|| {
                let event: edge::gateway::Event = serde_json::from_str(&gateway_event).unwrap();
                black_box(event.into_request().unwrap());
            }),
            None,
        );
        measure(
            &format!("the same by lambda_http: batch {batch}"),
            rate(&|| {
                black_box(lambda_http::request::from_str(&gateway_event).unwrap());
            }),
            None,
        );
    }
    verdict_on_ten_thousand_ranges();
}

/// The slowest address there is to judge: a policy of 10,000 ranges, an IPv6 caller in one of them.
fn verdict_on_ten_thousand_ranges() {
    let row = |n: u32| {
        let text = format!("2001:db8:{:x}:{:x}::/64", n >> 16, n & 0xffff);
        AddressRow::new(parse_network(&text).unwrap().network)
    };
    let addresses = AddressRules::Specific((0..10_000).map(row).collect());
    let policy = CompiledPolicy::new(&Policy {
        addresses,
        ..Policy::default()
    });
    let key = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let record = KeyRecord::issued(&key, WorkspaceId::parse("bench").unwrap());
    let address: IpAddr = "2001:db8:0:26ff::1".parse().unwrap();
    let seconds = best_cpu_seconds(&|| {
        let key = ApiKey::parse(key.expose()).unwrap();
        let verdict = judge_key(Some(&record), &key, NOW)
            .and_then(|_| judge_request(record.kind, &policy, address, Operation::SendEvents, NOW));
        assert!(black_box(verdict).is_allowed());
    });
    at_most(
        "key parsed and judged, 10,000 address ranges",
        1.0,
        "µs",
        seconds * 1e6,
    );
}

/// A key with a policy, and what else a request meets.
struct Setting {
    key: ApiKey,
    record: KeyRecord,
    caller: Caller,
}

impl Setting {
    fn new() -> Self {
        let workspace = WorkspaceId::parse("bench").unwrap();
        let key = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
        let record = KeyRecord::issued(&key, workspace.clone());
        let caller = Caller {
            workspace,
            key_id: KeyId::parse(key.id().as_str()).unwrap(),
            kind: KeyKind::WriteOnly,
            role: None,
            account: None,
            slot: SecretSlot::Current,
            policy: Arc::new(CompiledPolicy::new(&Policy::default())),
        };
        Self {
            key,
            record,
            caller,
        }
    }

    fn decode<'a>(&self, body: &'a str) -> Vec<Event<'a>> {
        let outcomes = userflux::batch(body, NOW).unwrap();
        let verdicts = Verdicts::judge(outcomes, &self.caller, None, Place::Batch);
        assert!(verdicts.refused.is_empty(), "{:?}", verdicts.refused);
        verdicts.accepted
    }

    fn whole(&self, gateway_event: &str, options: Option<Options>) -> Vec<chunk::Chunk> {
        let event: edge::gateway::Event = serde_json::from_str(gateway_event).unwrap();
        let (parts, body): (_, Body) = event.into_request().unwrap().into_parts();
        let address: IpAddr = parts.extensions.get::<Connection>().unwrap().source_ip;
        let presented = Presented::find(&parts.headers, parts.uri.query()).unwrap();
        let key = ApiKey::parse(presented.text()).unwrap();
        let verdict = judge_key(Some(&self.record), &key, NOW).and_then(|_| {
            let Caller { kind, policy, .. } = &self.caller;
            judge_request(*kind, policy, address, Operation::SendEvents, NOW)
        });
        assert!(verdict.is_allowed());
        let text = now(BodyText::read(&parts.headers, body, Media::JsonOrText)).unwrap();
        let events = self.decode(&text);
        chunk::build_with(&self.caller.workspace, Signal::Events, &events, options)
    }

    /// As an HTTP API hands a request of a browser SDK to the function.
    fn gateway_event(&self, body: &str) -> String {
        let authorization = format!("Bearer {}", self.key.expose());
        json!({
            "version": "2.0",
            "routeKey": "POST /event/ingest/batch",
            "rawPath": "/event/ingest/batch",
            "rawQueryString": "locationEnrichment=true",
            "headers": {
                "accept": "*/*",
                "accept-encoding": "gzip, deflate, br, zstd",
                "accept-language": "en-US,en;q=0.9",
                "authorization": authorization,
                "content-length": body.len().to_string(),
                "content-type": "application/json",
                "host": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
                "origin": "https://shop.example.com",
                "referer": "https://shop.example.com/",
                "sec-ch-ua": "\"Not:A-Brand\";v=\"8\", \"Chromium\";v=\"156\"",
                "sec-ch-ua-mobile": "?0",
                "sec-ch-ua-platform": "\"Linux\"",
                "sec-fetch-dest": "empty",
                "sec-fetch-mode": "cors",
                "sec-fetch-site": "cross-site",
                "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36",
                "x-amzn-trace-id": "Root=1-692000b0-0123456789abcdef01234567",
                "x-forwarded-for": "203.0.113.7",
                "x-forwarded-port": "443",
                "x-forwarded-proto": "https"
            },
            "queryStringParameters": {"locationEnrichment": "true"},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "http": {
                    "method": "POST",
                    "path": "/event/ingest/batch",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7",
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36"
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "POST /event/ingest/batch",
                "stage": "$default",
                "time": "21/Nov/2026:05:46:40 +0000",
                "timeEpoch": 1_795_240_000_000_i64
            },
            "body": body,
            "isBase64Encoded": false
        })
        .to_string()
    }
}

/// The result of a future that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("a body in memory is there"),
    }
}
