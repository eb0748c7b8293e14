//! Documents inside an item: as they are while small, compressed when large.

use std::io::Read;

use crate::StoreError;

/// Documents of fewer bytes are not worth compressing: the item costs one unit anyway.
const COMPRESS_FROM: usize = 600;
/// Compression level: documents are written seldom and read often.
const LEVEL: i32 = 9;
/// No document is larger when unpacked, in bytes.
const MAX_DOCUMENT: usize = 8 << 20;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// The document, its first byte telling how it is packed.
pub(crate) fn pack(document: &[u8], what: &'static str) -> Result<Vec<u8>, StoreError> {
    if document.len() > MAX_DOCUMENT {
        return Err(StoreError::TooLarge { what });
    }
    let compressed = (document.len() >= COMPRESS_FROM)
        .then(|| zstd::bulk::compress(document, LEVEL).ok())
        .flatten()
        .filter(|compressed| compressed.len() < document.len());
    let (mark, body) = match &compressed {
        Some(compressed) => (ZSTD, compressed.as_slice()),
        None => (PLAIN, document),
    };
    let mut packed = Vec::with_capacity(1 + body.len());
    packed.push(mark);
    packed.extend_from_slice(body);
    Ok(packed)
}

/// The document that was packed.
pub(crate) fn unpack(packed: &[u8], what: &'static str) -> Result<Vec<u8>, StoreError> {
    let corrupt = || StoreError::Corrupt { what };
    match packed.split_first() {
        Some((&PLAIN, body)) => Ok(body.to_vec()),
        Some((&ZSTD, body)) => {
            let decoder = zstd::Decoder::with_buffer(body).map_err(|_| corrupt())?;
            let mut document = Vec::new();
            // One byte more than allowed tells a document that is too large from one that just fits.
            let limit = u64::try_from(MAX_DOCUMENT).unwrap_or(u64::MAX) + 1;
            decoder
                .take(limit)
                .read_to_end(&mut document)
                .map_err(|_| corrupt())?;
            if document.len() > MAX_DOCUMENT {
                Err(corrupt())
            } else {
                Ok(document)
            }
        }
        _ => Err(corrupt()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_survives_packing_whatever_its_size() {
        for size in [0, 1, COMPRESS_FROM - 1, COMPRESS_FROM, 100_000] {
            let document: Vec<u8> = (0..size).map(|i| u8::try_from(i % 7).unwrap()).collect();
            let packed = pack(&document, "document").unwrap();
            assert!(packed.len() <= document.len() + 1);
            assert_eq!(unpack(&packed, "document").unwrap(), document);
        }
    }

    #[test]
    fn bytes_that_are_no_document_are_corrupt_and_a_bomb_is_cut_off() {
        let bomb = zstd::bulk::compress(&vec![0; MAX_DOCUMENT + 1], 1).unwrap();
        for bytes in [
            &[][..],
            &[9, 9],
            &[ZSTD, 1, 2, 3],
            &[&[ZSTD], &bomb[..]].concat(),
        ] {
            assert!(matches!(
                unpack(bytes, "document"),
                Err(StoreError::Corrupt { .. })
            ));
        }
        let large = vec![0; MAX_DOCUMENT + 1];
        assert!(matches!(
            pack(&large, "document"),
            Err(StoreError::TooLarge { .. })
        ));
    }
}
