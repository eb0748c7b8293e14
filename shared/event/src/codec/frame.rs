//! Compression: one zstd frame, with contexts that live as long as their thread.
//!
//! Making a context costs more than compressing an event does, and digesting the dictionary for a
//! level costs more again.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::compress_bound;

use super::dictionary::DICTIONARY;
use super::{CodecError, MAX_DECODED};

/// What a thread keeps between calls, in bytes, of a buffer that once had to be larger.
const KEPT: usize = 1024 * 1024;

/// What the compressor knows beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// Nothing: the fastest.
    Nothing,
    /// The dictionary: fewer bytes where few events share a frame.
    Dictionary,
}

impl Knowledge {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Nothing => &[],
            Self::Dictionary => DICTIONARY,
        }
    }
}

#[derive(Default)]
struct Compression {
    contexts: Vec<(Knowledge, i32, Compressor<'static>)>,
    output: Vec<u8>,
}

#[derive(Default)]
struct Decompression {
    contexts: Vec<(Knowledge, Decompressor<'static>)>,
    output: Vec<u8>,
}

thread_local! {
    static COMPRESSION: RefCell<Compression> = RefCell::default();
    static DECOMPRESSION: RefCell<Decompression> = RefCell::default();
}

/// `head`, then `body` as one frame.
pub(super) fn compress(knowledge: Knowledge, level: i32, head: &[u8], body: &[u8]) -> Vec<u8> {
    COMPRESSION.with_borrow_mut(|Compression { contexts, output }| {
        output.clear();
        output.reserve(compress_bound(body.len()));
        let found = contexts
            .iter()
            .position(|(known, at, _)| *known == knowledge && *at == level);
        let index = found.unwrap_or(contexts.len());
        let context = if found.is_none() {
            Compressor::with_dictionary(level, knowledge.bytes()).map(|context| {
                contexts.push((knowledge, level, context));
            })
        } else {
            Ok(())
        };
        let compressed = context.ok().and_then(|()| {
            contexts
                .get_mut(index)?
                .2
                .compress_to_buffer(body, output)
                .ok()
        });
        // There is room for every outcome, so zstd can fail only for want of memory, where Rust's
        // own collections end the same way.
        assert!(compressed.is_some(), "no memory to compress");
        let mut blob = Vec::with_capacity(head.len() + output.len());
        blob.extend_from_slice(head);
        blob.extend_from_slice(output);
        output.clear();
        output.shrink_to(KEPT);
        blob
    })
}

/// Hands the content of a frame to `read`. At most [`MAX_DECODED`] bytes are allocated, whatever
/// the frame says of itself.
pub(super) fn decompress<T>(
    knowledge: Knowledge,
    frame: &[u8],
    read: impl FnOnce(&[u8]) -> Result<T, CodecError>,
) -> Result<T, CodecError> {
    let size = Decompressor::upper_bound(frame).ok_or(CodecError::Compression)?;
    if size > MAX_DECODED {
        return Err(CodecError::TooLarge);
    }
    DECOMPRESSION.with_borrow_mut(|Decompression { contexts, output }| {
        if !contexts.iter().any(|(known, _)| *known == knowledge) {
            let context = Decompressor::with_dictionary(knowledge.bytes());
            contexts.push((knowledge, context.map_err(|_| CodecError::Compression)?));
        }
        output.clear();
        output.reserve(size);
        let context = contexts.iter_mut().find(|(known, _)| *known == knowledge);
        let result = match context.map(|(_, context)| context.decompress_to_buffer(frame, output)) {
            Some(Ok(_)) => read(output),
            Some(Err(_)) | None => Err(CodecError::Compression),
        };
        output.clear();
        output.shrink_to(KEPT);
        result
    })
}
