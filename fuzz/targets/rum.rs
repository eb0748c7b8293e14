//! Real user monitoring.
#![no_main]

use fuzz::{NOW, bounded};
use ingest::sources::rum::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let _outcomes = bounded(|| decode(body, NOW));
});
