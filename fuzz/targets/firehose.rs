//! Amazon Data Firehose: the body, also with attributes.
#![no_main]

use fuzz::{NOW, bounded};
use ingest::sources::firehose::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let _delivery = bounded(|| decode(body, None, NOW));
    // The attributes are the sender's, too.
    if let Ok(attributes) = str::from_utf8(body) {
        let delivery = br#"{"requestId":"1","timestamp":1,"records":[{"data":"bGluZQ=="}]}"#;
        let _delivery = bounded(|| decode(delivery, Some(attributes), NOW));
    }
});
