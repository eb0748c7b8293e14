//! No body makes a decoder take more than eight times the largest body in memory.
//!
//! One test in a program of its own: what is measured is the memory of the whole process.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use edge::MAX_UNPACKED_BYTES;
use event::Timestamp;
use ingest::sources::json_logs;
use ingest::sources::otlp::{self, Contexts, Encoding, Kind};
use ingest::sources::{firehose, rum};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const NOW: Timestamp = Timestamp::from_millis(1_795_240_800_000);
/// Half the largest body: what holds for it within a limit of its own holds for the largest, since
/// what is taken is a fixed part and one that grows with the body.
const SIZE: usize = MAX_UNPACKED_BYTES / 2;
const LIMIT: usize = 8 * SIZE;

/// What decoding takes beside the body itself.
fn taken<T>(decode: impl FnOnce() -> T) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let decoded = decode();
    let peak = MEMORY.peak_usage() - before;
    drop(decoded);
    peak
}

/// As many repetitions as a body holds, between a beginning and an end.
fn filled(begin: &[u8], item: &[u8], end: &[u8]) -> Vec<u8> {
    let count = (SIZE - begin.len() - end.len()) / item.len();
    [begin, &item.repeat(count), end].concat()
}

/// A protobuf field of bytes.
fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut field = vec![tag << 3 | 2];
    let mut length = content.len();
    while length > 127 {
        field.push(u8::try_from(length & 127).unwrap() | 128);
        length >>= 7;
    }
    field.push(u8::try_from(length).unwrap());
    [&field, content].concat()
}

/// Which decoder a body is meant for.
#[derive(Debug, Clone, Copy)]
enum Format {
    Protobuf(Kind),
    Json(Kind),
    Firehose,
    Rum,
    Logs,
    Msgpack,
}

// Bodies whose items are as small as can be, so that they are many.

fn protobuf() -> Vec<(Format, Vec<u8>)> {
    let inside = SIZE - 64;
    let many = |item: &[u8]| item.repeat(inside / item.len());
    let attributes = field(2, &many(&field(6, b"")));
    let bodies = [
        // Resources, scopes, records, attributes of one record, and of one resource.
        many(&field(1, b"")),
        field(1, &many(&field(2, b""))),
        field(1, &field(2, &many(&field(2, b"")))),
        field(1, &field(2, &attributes)),
        field(
            1,
            &[field(1, &many(&field(1, b""))), field(2, &field(2, b""))].concat(),
        ),
        // Many scopes with a record each under a resource of 200 KB.
        field(
            1,
            &[
                field(1, &field(1, &field(1, "x".repeat(200_000).as_bytes()))),
                field(2, &field(2, b"")).repeat(40_000),
            ]
            .concat(),
        ),
        // Data points of one metric, and metrics with one each.
        field(1, &field(2, &field(2, &field(5, &many(&field(1, b"")))))),
        field(1, &field(2, &many(&field(2, &field(5, &field(1, b"")))))),
    ];
    let bodies = bodies.into_iter().zip([
        Kind::Traces,
        Kind::Traces,
        Kind::Logs,
        Kind::Logs,
        Kind::Logs,
        Kind::Logs,
        Kind::Metrics,
        Kind::Metrics,
    ]);
    bodies
        .map(|(body, kind)| (Format::Protobuf(kind), body))
        .collect()
}

fn json() -> Vec<(Format, Vec<u8>)> {
    let bodies = [
        (
            Format::Json(Kind::Logs),
            r#"{"resourceLogs":["#,
            "{},",
            "{}]}",
        ),
        (
            Format::Json(Kind::Logs),
            r#"{"resourceLogs":[{"scopeLogs":["#,
            "{},",
            "{}]}]}",
        ),
        (
            Format::Json(Kind::Logs),
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":["#,
            "{},",
            "{}]}]}]}",
        ),
        (
            Format::Json(Kind::Metrics),
            r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":["#,
            "{},",
            "{}]}]}]}",
        ),
        (
            Format::Firehose,
            r#"{"requestId":"1","records":["#,
            "{},",
            "{}]}",
        ),
        (
            Format::Firehose,
            r#"{"requestId":"1","records":[{"data":""#,
            "Ww==",
            r#""}]}"#,
        ),
        (
            Format::Firehose,
            r#"{"requestId":"1","records":[{"data":""#,
            "WzEsMSwx",
            r#""}]}"#,
        ),
        (Format::Rum, r#"{"events":["#, "{},", "{}]}"),
        (
            Format::Rum,
            r#"{"events":[{"type":"x","attributes":{"a":["#,
            "1,",
            "1]}}]}",
        ),
        (Format::Logs, "[", "{},", "{}]"),
        (Format::Logs, "[", "1,", "1]"),
        (Format::Logs, "", "{}", ""),
        (Format::Logs, "", "x\n", ""),
        (Format::Logs, "{\"log\":\"", "\\u0001", "\"}"),
    ];
    let bodies = bodies.map(|(format, begin, item, end)| {
        let body = filled(begin.as_bytes(), item.as_bytes(), end.as_bytes());
        (format, body)
    });
    bodies.to_vec()
}

fn msgpack() -> Vec<(Format, Vec<u8>)> {
    // Numbers alone, an array of 2^32 - 1 nils, records, text that JSON escapes.
    let bodies = [
        filled(b"", b"\x01", b""),
        filled(b"\x92\x01\xdd\xff\xff\xff\xff", b"\xc0", b""),
        filled(b"", b"\x92\x01\x80", b""),
        filled(b"\x92\x01\x81\xa1m\xdb\x00\xff\xff\xff", b"\x01", b""),
    ];
    bodies.map(|body| (Format::Msgpack, body)).to_vec()
}

/// What decoding takes for the body.
fn peak(format: Format, body: &[u8]) -> usize {
    let contexts = Contexts::default();
    match format {
        Format::Protobuf(kind) => {
            taken(|| otlp::decode(kind, Encoding::Protobuf, body, &contexts, NOW))
        }
        Format::Json(kind) => taken(|| otlp::decode(kind, Encoding::Json, body, &contexts, NOW)),
        Format::Firehose => taken(|| firehose::decode(body, None, NOW)),
        Format::Rum => taken(|| rum::decode(body, NOW)),
        Format::Logs => taken(|| json_logs::decode(json_logs::Format::Json, body, NOW)),
        Format::Msgpack => taken(|| json_logs::decode(json_logs::Format::Msgpack, body, NOW)),
    }
}

#[test]
fn no_body_makes_a_decoder_take_more_than_eight_times_the_limit() {
    for (place, (format, body)) in [protobuf(), json(), msgpack()].concat().iter().enumerate() {
        assert!(body.len() <= SIZE, "{place}");
        let peak = peak(*format, body);
        println!("{place} {format:?}: {} MB", peak / 1024 / 1024);
        assert!(
            peak <= LIMIT,
            "{place} {format:?}: {} MB",
            peak / 1024 / 1024
        );
    }
}
