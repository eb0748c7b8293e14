//! OpenTelemetry's three requests as JSON.
#![no_main]

use fuzz::{NOW, bounded};
use ingest::sources::otlp::{Contexts, Encoding, Kind, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for kind in [Kind::Traces, Kind::Logs, Kind::Metrics] {
        let contexts = Contexts::default();
        let _outcomes = bounded(|| decode(kind, Encoding::Json, body, &contexts, NOW));
    }
});
