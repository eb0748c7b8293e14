//! No bytes make a decoder panic, whatever they look like.

use ingest::sources::json_logs::{self, Format};
use ingest::sources::otlp::{self, Contexts, Encoding, Kind};
use ingest::sources::{firehose, rum};
use proptest::prelude::*;
use prost::Message as _;

use crate::otlp::{logs, record};
use crate::support::NOW;

/// All decoders, one after the other, of the same bytes.
fn decode_all(body: &[u8]) {
    for kind in [Kind::Traces, Kind::Logs, Kind::Metrics] {
        for encoding in [Encoding::Protobuf, Encoding::Json] {
            let _outcomes = otlp::decode(kind, encoding, body, &Contexts::default(), NOW);
        }
    }
    let _outcomes = json_logs::decode(Format::Json, body, NOW);
    let _outcomes = json_logs::decode(Format::Msgpack, body, NOW);
    let _delivery = firehose::decode(body, std::str::from_utf8(body).ok(), NOW);
    let _outcomes = rum::decode(body, NOW);
}

/// Texts made of the pieces that the decoders look for.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\n",
        "\\",
        "null",
        "1795230164757",
        "1e999",
        "-",
        "\"message\"",
        "\"timestamp\"",
        "\"events\"",
        "\"type\"",
        "\"records\"",
        "\"data\"",
        "\"requestId\"",
        "\"resourceLogs\"",
        "\"scopeLogs\"",
        "\"logRecords\"",
        "\"body\"",
        "\"attributes\"",
        "\"2026-11-21T03:13:33Z\"",
        "\"eyJtIjoxfQ==\"",
        "\u{e9}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn random_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
        decode_all(&body);
    }

    #[test]
    fn random_text(body in "\\PC{0,100}") {
        decode_all(body.as_bytes());
    }

    #[test]
    fn pieces_of_valid_bodies(body in pieces()) {
        decode_all(body.as_bytes());
    }

    #[test]
    fn valid_protobuf_with_bytes_changed(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut body = logs(vec![record("one"), record("two")]).encode_to_vec();
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        decode_all(&body);
        decode_all(&body[..cut.index(body.len())]);
    }

    #[test]
    fn a_record_decodes_the_same_alone_and_beside_others(text in "\\PC{0,40}", count in 1_usize..5) {
        let contexts = [Contexts::default(), Contexts::default()];
        let alone = logs(vec![record(&text)]).encode_to_vec();
        let beside = logs(vec![record(&text); count]).encode_to_vec();
        let [first, second] = &contexts;
        let alone = otlp::decode(Kind::Logs, Encoding::Protobuf, &alone, first, NOW).unwrap();
        let beside = otlp::decode(Kind::Logs, Encoding::Protobuf, &beside, second, NOW).unwrap();
        prop_assert!(beside.iter().all(|outcome| *outcome == alone[0]));
    }

    #[test]
    fn any_object_of_a_stream_is_kept_to_the_letter(text in "\\PC{0,40}", number in any::<i64>()) {
        let record = serde_json::json!({"message": text, "n": number}).to_string();
        let body = format!("{record}\n{record}{record}");
        let outcomes = json_logs::decode(Format::Json, body.as_bytes(), NOW).unwrap();
        prop_assert_eq!(outcomes.len(), 3);
        for outcome in outcomes {
            let members = outcome.unwrap().members;
            prop_assert_eq!(members.properties.as_deref(), Some(&*record));
        }
    }
}
