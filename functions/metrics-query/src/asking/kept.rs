//! Answers as they are kept: a page, and what is known of it.

use std::sync::Arc;

use event::Timestamp;
use query::{Answer, Format, Page, QueryError};
use serde::{Deserialize, Serialize};
use store::KeptPage;

/// What is known of a page beside its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    #[serde(rename = "f")]
    pub(crate) format: Wire,
    /// Which page it is, from 0, and how many there are.
    #[serde(rename = "p")]
    pub(crate) page: usize,
    #[serde(rename = "o")]
    pub(crate) pages: usize,
    /// Rows on it.
    #[serde(rename = "n")]
    pub(crate) rows: usize,
    /// What the whole answer cost.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<(i64, i64)>,
    #[serde(rename = "r")]
    pub(crate) rows_scanned: u64,
    #[serde(rename = "b")]
    pub(crate) bytes_scanned: u64,
    #[serde(rename = "d")]
    pub(crate) duration_ms: u64,
}

/// The format, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Wire {
    #[serde(rename = "j")]
    Json,
    #[serde(rename = "c")]
    Csv,
    #[serde(rename = "n")]
    NdJson,
    #[serde(rename = "a")]
    ArrowStream,
}

impl From<Format> for Wire {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
            Format::NdJson => Self::NdJson,
            Format::ArrowStream => Self::ArrowStream,
        }
    }
}

impl From<Wire> for Format {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::Json => Self::Json,
            Wire::Csv => Self::Csv,
            Wire::NdJson => Self::NdJson,
            Wire::ArrowStream => Self::ArrowStream,
        }
    }
}

impl Meta {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// A page on its way to who asked.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) meta: Meta,
    pub(crate) body: Arc<[u8]>,
    pub(crate) as_of: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Whether it was not computed for this very request.
    pub(crate) is_kept: bool,
}

impl Given {
    /// A page that was kept; none where another version of Weir kept it.
    pub(crate) fn kept(page: &KeptPage) -> Option<Self> {
        Some(Self {
            meta: Meta::read(&page.meta)?,
            body: page.body.as_slice().into(),
            as_of: page.as_of,
            expires_at: page.expires_at,
            is_kept: true,
        })
    }
}

/// What is to be known of a page, and the page.
pub(super) type Described = (Vec<u8>, Vec<u8>);

/// The pages of an answer, each with what is to be known of it.
pub(super) fn pages(
    answer: &Answer,
    format: Format,
    pages: Vec<Page>,
) -> Result<Vec<Described>, QueryError> {
    let count = pages.len();
    let range = answer.range();
    let described = pages
        .into_iter()
        .enumerate()
        .map(|(page, Page { bytes, rows })| {
            let meta = Meta {
                format: format.into(),
                page,
                pages: count,
                rows,
                range: range.map(|(from, to)| (from.as_millis(), to.as_millis())),
                rows_scanned: answer.rows_scanned(),
                bytes_scanned: answer.bytes_scanned(),
                duration_ms: u64::try_from(answer.duration().as_millis()).unwrap_or(u64::MAX),
            };
            let meta = serde_json::to_vec(&meta);
            let meta = meta.map_err(|_| QueryError::Internal("an answer cannot be described"))?;
            Ok((meta, bytes))
        });
    described.collect()
}
