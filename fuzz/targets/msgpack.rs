//! Fluent Bit's msgpack: whatever it is made of, the properties of a record are JSON.
#![no_main]

use fuzz::{NOW, bounded};
use ingest::sources::json_logs::{Format, decode};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|body: &[u8]| {
    let Ok(outcomes) = bounded(|| decode(Format::Msgpack, body, NOW)) else {
        return;
    };
    for draft in outcomes.into_iter().flatten() {
        let properties = draft.members.properties.expect("a record");
        let _object: Map<String, Value> = serde_json::from_str(&properties).expect("JSON");
    }
});
