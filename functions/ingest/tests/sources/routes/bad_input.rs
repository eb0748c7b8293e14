//! The same bad input in every format: what of it is stored, and what the client is told.

use std::fmt::Write as _;

use event::Signal;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use policy::{ApiKey, KeyKind};
use prost::Message as _;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::firehose::delivery;
use crate::otlp::{logs, record};
use crate::support::gzip;

/// Above what a record may have, in bytes.
const TOO_LARGE: usize = 257 * 1024;
/// Above what a body may have as sent, and decompressed.
const TOO_LONG: [usize; 2] = [4 * 1024 * 1024 + 1, 20 * 1024 * 1024 + 1];

/// A wire format, and how it writes records: good, invalid or too large.
struct Format {
    name: &'static str,
    path: &'static str,
    media: &'static str,
    kind: KeyKind,
    body: fn(&[Record]) -> Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Record {
    Good(u8),
    Invalid,
    TooLarge,
}

impl Record {
    /// As a JSON object with the message in this member.
    fn object(self, member: &str) -> Value {
        match self {
            Self::Good(n) => json!({member: format!("good {n}"), "timestamp": 1_795_230_164}),
            Self::Invalid => json!({member: "early", "timestamp": 978_307_200}),
            Self::TooLarge => json!({member: "x".repeat(TOO_LARGE)}),
        }
    }

    /// As a log record of JSON, of which no time is too early.
    fn log(self) -> Value {
        match self {
            Self::Invalid => json!(5),
            Self::Good(_) | Self::TooLarge => self.object("message"),
        }
    }

    fn message(self) -> LogRecord {
        match self {
            Self::Good(n) => record(&format!("good {n}")),
            Self::Invalid => LogRecord {
                time_unix_nano: 1,
                ..LogRecord::default()
            },
            Self::TooLarge => record(&"x".repeat(TOO_LARGE)),
        }
    }
}

fn otlp_protobuf(records: &[Record]) -> Vec<u8> {
    logs(records.iter().map(|record| record.message()).collect()).encode_to_vec()
}

fn otlp_json(records: &[Record]) -> Vec<u8> {
    let log = |record: &Record| match record {
        Record::Invalid => json!({"timeUnixNano": "1"}),
        Record::Good(_) | Record::TooLarge => {
            json!({"body": {"stringValue": record.object("m")["m"]}})
        }
    };
    let records: Vec<_> = records.iter().map(log).collect();
    let body = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]});
    body.to_string().into_bytes()
}

fn firehose(records: &[Record]) -> Vec<u8> {
    let text = |record: &Record| match record {
        Record::Invalid => vec![0xff],
        Record::Good(_) | Record::TooLarge => record.log().to_string().into_bytes(),
    };
    let texts: Vec<_> = records.iter().map(text).collect();
    let texts: Vec<_> = texts.iter().map(Vec::as_slice).collect();
    delivery(&texts).to_string().into_bytes()
}

fn array(records: &[Record]) -> Vec<u8> {
    let records: Vec<_> = records.iter().map(|it| it.log()).collect();
    json!(records).to_string().into_bytes()
}

fn lines(records: &[Record]) -> Vec<u8> {
    let lines = records.iter().map(|it| it.log().to_string());
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

/// `[time, {"m": text}]`, or 5 instead of the map, one behind the other.
fn msgpack(records: &[Record]) -> Vec<u8> {
    let mut body = Vec::new();
    for record in records {
        let object = record.object("m");
        let seconds = object["timestamp"].as_u64().unwrap_or(1_795_230_164);
        let seconds = u32::try_from(seconds).unwrap().to_be_bytes();
        if *record == Record::Invalid {
            body.extend([b"\x92\xce", &seconds[..], b"\x05"].concat());
            continue;
        }
        let text = object["m"].as_str().unwrap();
        let length = u32::try_from(text.len()).unwrap().to_be_bytes();
        body.extend(
            [
                b"\x92\xce",
                &seconds[..],
                b"\x81\xa1m\xdb",
                &length,
                text.as_bytes(),
            ]
            .concat(),
        );
    }
    body
}

fn rum(records: &[Record]) -> Vec<u8> {
    let event = |record: &Record| {
        let mut event = record.object("attributes");
        event["type"] = json!("view");
        event
    };
    let events: Vec<_> = records.iter().map(event).collect();
    json!({"events": events}).to_string().into_bytes()
}

fn formats() -> [Format; 7] {
    let third_party = |name, path, media, body| Format {
        name,
        path,
        media,
        kind: KeyKind::ThirdParty,
        body,
    };
    let json = "application/json";
    [
        third_party(
            "otlp protobuf",
            "/v1/logs",
            "application/x-protobuf",
            otlp_protobuf,
        ),
        third_party("otlp json", "/v1/logs", json, otlp_json),
        third_party("firehose", "/firehose/logs", json, firehose),
        third_party("array", "/json/logs", json, array),
        third_party("lines", "/json/logs", "application/x-ndjson", lines),
        third_party("msgpack", "/json/logs", "application/msgpack", msgpack),
        Format {
            kind: KeyKind::Rum,
            ..third_party("rum", "/json/rum", json, rum)
        },
    ]
}

/// What is wrong with a request: its body, its media type, its encoding.
type Case = (
    &'static str,
    Vec<u8>,
    Option<&'static str>,
    Option<&'static str>,
);

fn cases(format: &Format) -> Vec<Case> {
    let good = (format.body)(&[Record::Good(1), Record::Good(2)]);
    let beside = |bad| (format.body)(&[Record::Good(1), bad, Record::Good(2)]);
    let mut wrong = good.clone();
    let place = wrong.windows(4).rposition(|text| text == b"good");
    // In base64 no text shows.
    let place = place.unwrap_or(wrong.len() / 2);
    wrong[place] = 0xff;
    let [long, unpacked] = TOO_LONG;
    vec![
        ("good", good.clone(), None, None),
        ("cut off", good[..good.len() - 3].to_vec(), None, None),
        ("not UTF-8", wrong, None, None),
        ("empty", Vec::new(), None, None),
        ("no gzip", good.clone(), None, Some("gzip")),
        (
            "gzip cut off",
            gzip(&good)[..20].to_vec(),
            None,
            Some("gzip"),
        ),
        ("unknown encoding", good.clone(), None, Some("br")),
        ("wrong type", good, Some("text/csv"), None),
        ("4 MB and more", vec![b' '; long], None, None),
        ("a bomb", gzip(&vec![b' '; unpacked]), None, Some("gzip")),
        ("an invalid one", beside(Record::Invalid), None, None),
        ("a large one", beside(Record::TooLarge), None, None),
        ("all invalid", (format.body)(&[Record::Invalid]), None, None),
        ("all large", (format.body)(&[Record::TooLarge]), None, None),
    ]
}

/// The status, and how many records are in the log.
async fn outcome(format: &Format, case: &Case) -> (u16, usize) {
    let (_, body, media, encoding) = case;
    let app = TestApp::start().await;
    let key: ApiKey = app.key(format.kind).await;
    let call = app.post(format.path).key(&key).bytes(body);
    let call = call.header("content-type", media.unwrap_or(format.media));
    let answer = match encoding {
        Some(encoding) => call.header("content-encoding", encoding).send().await,
        None => call.send().await,
    };
    assert!(!answer.headers.contains_key("retry-after"));
    let logged = app.log(Signal::Logs).await.len() + app.log(Signal::Events).await.len();
    (answer.status, logged)
}

#[tokio::test]
async fn bad_input_is_refused_for_good_and_costs_nothing_but_itself() {
    let mut table = formats().map(|format| format.name).join(", ");
    let mut columns = vec![Vec::new(); cases(&formats()[0]).len()];
    for format in formats() {
        for (column, case) in columns.iter_mut().zip(cases(&format)) {
            let (status, stored) = outcome(&format, &case).await;
            column.push(format!("{status} {stored}"));
        }
    }
    for (column, (name, ..)) in columns.iter().zip(cases(&formats()[0])) {
        write!(table, "\n{name}: {}", column.join(" | ")).unwrap();
    }
    insta::assert_snapshot!(table, @"
    otlp protobuf, otlp json, firehose, array, lines, msgpack, rum
    good: 200 2 | 200 2 | 200 2 | 204 2 | 204 2 | 204 2 | 200 2
    cut off: 400 0 | 400 0 | 400 0 | 400 0 | 200 1 | 200 1 | 400 0
    not UTF-8: 200 1 | 400 0 | 400 0 | 400 0 | 200 1 | 204 2 | 400 0
    empty: 200 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0
    no gzip: 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0
    gzip cut off: 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0
    unknown encoding: 415 0 | 415 0 | 415 0 | 415 0 | 415 0 | 415 0 | 415 0
    wrong type: 415 0 | 415 0 | 415 0 | 415 0 | 415 0 | 415 0 | 415 0
    4 MB and more: 413 0 | 413 0 | 413 0 | 413 0 | 413 0 | 413 0 | 413 0
    a bomb: 413 0 | 413 0 | 413 0 | 413 0 | 413 0 | 413 0 | 413 0
    an invalid one: 200 2 | 200 2 | 200 2 | 200 2 | 200 2 | 200 2 | 200 2
    a large one: 200 2 | 200 2 | 200 2 | 200 2 | 200 2 | 200 2 | 200 2
    all invalid: 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0 | 400 0
    all large: 413 0 | 413 0 | 400 0 | 413 0 | 413 0 | 413 0 | 413 0
    ");
}
