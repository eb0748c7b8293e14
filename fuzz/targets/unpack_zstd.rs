//! Bodies that say they are zstd.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|sent: &[u8]| {
    let _length = fuzz::unpack("zstd", sent);
});
