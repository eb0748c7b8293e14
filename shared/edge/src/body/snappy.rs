//! Snappy, of which there are two kinds under one name: a single block, as Fluent Bit sends it, and
//! the framed format, as the OpenTelemetry Collector does.

use bytes::Bytes;
use snap::raw::{Decoder, decompress_len};
use snap::read::FrameDecoder;

use super::unpack::read;
use super::{MAX_UNPACKED_BYTES, too_large};
use crate::Problem;

/// How a framed body begins: the stream identifier. No block does, since it would be one of 2^31
/// bytes or more.
const STREAM_IDENTIFIER: [u8; 4] = [0xff, 0x06, 0x00, 0x00];

pub(super) fn unpack(sent: &[u8]) -> Result<Bytes, Problem> {
    if sent.starts_with(&STREAM_IDENTIFIER) {
        return read(FrameDecoder::new(sent), sent.len(), "snappy");
    }
    let invalid = |_| Problem::InvalidBody {
        at: "byte 0 decompressed".into(),
        message: "not valid snappy data".into(),
    };
    // What a block says of its length is believed only within the limit, and must then be true.
    if decompress_len(sent).map_err(invalid)? > MAX_UNPACKED_BYTES {
        return Err(too_large("20 MB decompressed"));
    }
    Decoder::new()
        .decompress_vec(sent)
        .map(Bytes::from)
        .map_err(invalid)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use snap::raw::Encoder;
    use snap::write::FrameEncoder;

    use super::*;

    fn framed(text: &[u8]) -> Vec<u8> {
        let mut encoder = FrameEncoder::new(Vec::new());
        encoder.write_all(text).unwrap();
        encoder.into_inner().unwrap()
    }

    fn block(text: &[u8]) -> Vec<u8> {
        Encoder::new().compress_vec(text).unwrap()
    }

    #[test]
    fn both_kinds_come_out_again() {
        let text = b"some text, some text, some text".as_slice();
        assert_eq!(unpack(&block(text)).unwrap(), text);
        assert_eq!(unpack(&framed(text)).unwrap(), text);
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let bomb = vec![b' '; MAX_UNPACKED_BYTES + 1];
        assert_eq!(unpack(&block(&bomb)).unwrap_err().status(), 413);
        assert_eq!(unpack(&framed(&bomb)).unwrap_err().status(), 413);
        assert_eq!(
            unpack(&[0xff, 0xff, 0xff, 0xff, 0x07])
                .unwrap_err()
                .status(),
            413
        );
    }

    #[test]
    fn damaged_data_are_a_client_error() {
        let text = b"some text, some text, some text".as_slice();
        for packed in [block(text), framed(text)] {
            let cut = packed.get(..packed.len() - 5).unwrap();
            assert_eq!(unpack(cut).unwrap_err().status(), 400);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(sent in prop::collection::vec(any::<u8>(), 0..200)) {
            let _unpacked = unpack(&sent);
            let _unpacked = unpack(&[&STREAM_IDENTIFIER, &*sent].concat());
        }
    }
}
