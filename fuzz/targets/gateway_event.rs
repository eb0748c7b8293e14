//! What the gateway hands over.
#![no_main]

use edge::gateway::Event;
use fuzz::bounded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    let event = bounded(|| serde_json::from_slice::<Event>(payload));
    if let Ok(event) = event {
        let _request = bounded(|| event.into_request());
    }
});
