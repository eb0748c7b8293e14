//! Log records as JSON in any arrangement: an array, lines, or nothing between them.
#![no_main]

use fuzz::{NOW, bounded};
use ingest::sources::json_logs::{Format, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let _outcomes = bounded(|| decode(Format::Json, body, NOW));
});
