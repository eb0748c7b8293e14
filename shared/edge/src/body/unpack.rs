//! Decompression that stops at the limit instead of trusting what the data say about themselves.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use http::HeaderMap;

use super::snappy;
use super::{CONTENT_ENCODING, MAX_UNPACKED_BYTES, too_large};
use crate::Problem;

/// zstd's window, as a power of two: 32 MB holds any body within the limit, and no more is allocated
/// whatever a frame asks for.
const ZSTD_WINDOW_LOG: u32 = 25;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Zstd,
    Snappy,
}

impl Encoding {
    /// The encoding of the body. Several, one over the other, are not accepted.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(given) = headers.get(CONTENT_ENCODING) else {
            return Ok(Self::Identity);
        };
        let given = given.to_str().unwrap_or("?").trim();
        let is = |name: &str| given.eq_ignore_ascii_case(name);
        if given.is_empty() || is("identity") {
            Ok(Self::Identity)
        } else if is("gzip") || is("x-gzip") {
            Ok(Self::Gzip)
        } else if is("zstd") {
            Ok(Self::Zstd)
        } else {
            Err(Problem::UnsupportedEncoding)
        }
    }

    /// As [`Encoding::of`], and snappy, which senders of logs know.
    pub(super) fn of_machine(headers: &HeaderMap) -> Result<Self, Problem> {
        let given = headers
            .get(CONTENT_ENCODING)
            .and_then(|given| given.to_str().ok());
        let is = |name| given.is_some_and(|given| given.trim().eq_ignore_ascii_case(name));
        if is("snappy") || is("x-snappy-framed") {
            Ok(Self::Snappy)
        } else {
            Self::of(headers)
        }
    }

    pub(super) fn unpack(self, sent: Bytes) -> Result<Bytes, Problem> {
        match self {
            Self::Identity => Ok(sent),
            Self::Gzip => read(MultiGzDecoder::new(&*sent), sent.len(), "gzip"),
            Self::Zstd => {
                let decoder = zstd::Decoder::with_buffer(&*sent).and_then(|mut decoder| {
                    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                    Ok(decoder)
                });
                read(decoder.map_err(|_| Problem::Internal)?, sent.len(), "zstd")
            }
            Self::Snappy => snappy::unpack(&sent),
        }
    }
}

pub(super) fn read(decoder: impl Read, sent: usize, name: &str) -> Result<Bytes, Problem> {
    // Event data shrink to a fifth or less: start with that and grow with what really comes.
    let mut unpacked = Vec::with_capacity(sent.saturating_mul(4).min(MAX_UNPACKED_BYTES));
    let limit = MAX_UNPACKED_BYTES as u64 + 1;
    let result = decoder.take(limit).read_to_end(&mut unpacked);
    if unpacked.len() > MAX_UNPACKED_BYTES {
        return Err(too_large("20 MB decompressed"));
    }
    result.map_err(|error| Problem::InvalidBody {
        at: format!("byte {} decompressed", unpacked.len()).into(),
        message: if error.kind() == io::ErrorKind::UnexpectedEof {
            format!("the {name} data break off").into()
        } else {
            format!("not valid {name} data").into()
        },
    })?;
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn gzip(text: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap().into()
    }

    fn zstd(text: &[u8]) -> Bytes {
        zstd::encode_all(text, 3).unwrap().into()
    }

    fn encoding(value: &str) -> Result<Encoding, Problem> {
        Encoding::of(&HeaderMap::from_iter([(
            CONTENT_ENCODING,
            HeaderValue::from_str(value).unwrap(),
        )]))
    }

    fn error(encoding: Encoding, sent: Bytes) -> (u16, String) {
        let problem = encoding.unpack(sent).unwrap_err();
        (problem.status().as_u16(), problem.message().into_owned())
    }

    #[test]
    fn what_was_packed_comes_out_again() {
        let text = b"some text, some text, some text".as_slice();
        assert_eq!(Encoding::Gzip.unpack(gzip(text)).unwrap(), text);
        assert_eq!(Encoding::Zstd.unpack(zstd(text)).unwrap(), text);
        assert_eq!(Encoding::Identity.unpack(text.into()).unwrap(), text);
        let members = [gzip(b"one"), gzip(b"two")].concat();
        assert_eq!(
            Encoding::Gzip.unpack(members.into()).unwrap(),
            b"onetwo".as_slice()
        );
    }

    #[test]
    fn the_header_is_read_whatever_its_case_and_the_unknown_is_refused() {
        assert_eq!(encoding("GZIP"), Ok(Encoding::Gzip));
        assert_eq!(encoding(" zstd "), Ok(Encoding::Zstd));
        assert_eq!(encoding("identity"), Ok(Encoding::Identity));
        assert_eq!(encoding(""), Ok(Encoding::Identity));
        for unknown in ["br", "deflate", "snappy", "gzip, zstd", "gzip;q=1"] {
            assert_eq!(
                encoding(unknown),
                Err(Problem::UnsupportedEncoding),
                "{unknown}"
            );
        }
    }

    #[test]
    fn a_bomb_is_cut_off_at_the_limit() {
        let bomb = vec![b' '; 2 * MAX_UNPACKED_BYTES];
        let expected = (
            413,
            "the body may have at most 20 MB decompressed".to_owned(),
        );
        assert_eq!(error(Encoding::Gzip, gzip(&bomb)), expected);
        assert_eq!(error(Encoding::Zstd, zstd(&bomb)), expected);
        let fits = bomb.get(..MAX_UNPACKED_BYTES).unwrap();
        assert_eq!(
            Encoding::Zstd.unpack(zstd(fits)).unwrap().len(),
            MAX_UNPACKED_BYTES
        );
    }

    #[test]
    fn damaged_data_are_a_client_error_with_its_place() {
        let text = b"some text, some text, some text".as_slice();
        for (encoding, packed) in [(Encoding::Gzip, gzip(text)), (Encoding::Zstd, zstd(text))] {
            let cut = packed.slice(..packed.len() - 5);
            let (status, message) = error(encoding, cut);
            assert_eq!(status, 400);
            assert!(message.ends_with("data break off"), "{message}");
            let (status, message) = error(encoding, "plain text".into());
            assert_eq!(status, 400);
            assert!(
                message.starts_with("byte 0 decompressed: not valid"),
                "{message}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_decompression_panic(sent in prop::collection::vec(any::<u8>(), 0..200)) {
            for encoding in [Encoding::Gzip, Encoding::Zstd] {
                let _unpacked = encoding.unpack(sent.clone().into());
            }
        }
    }
}
