//! Bodies that say they are gzip.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|sent: &[u8]| {
    let _length = fuzz::unpack("gzip", sent);
});
