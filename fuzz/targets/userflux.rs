//! UserFlux: one event, a batch, a profile update.
#![no_main]

use fuzz::{NOW, bounded};
use ingest::sources::userflux;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    let _event = bounded(|| userflux::event(body, NOW));
    let _batch = bounded(|| userflux::batch(body, NOW));
    let _update = bounded(|| userflux::profile(body, NOW));
});
