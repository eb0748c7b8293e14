//! Addresses and ranges: what is read is written so that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policy::parse_network;

fuzz_target!(|text: &str| {
    if let Ok(parsed) = parse_network(text) {
        let written = parsed.network.to_string();
        let again = parse_network(&written).expect("what was written");
        assert_eq!(again.network, parsed.network);
    }
});
