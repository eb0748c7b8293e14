//! API keys: what is taken for one is one, to the letter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policy::ApiKey;

fuzz_target!(|text: &str| {
    if let Ok(key) = ApiKey::parse(text) {
        assert_eq!(key.expose(), text);
    }
});
