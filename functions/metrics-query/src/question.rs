//! What is asked: the body of a request.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use edge::{Problem, QueryFault, read_json};
use event::{MetricId, Timestamp};
use query::Format;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::AnswerPage;

use crate::format;

/// Most rows of a page that somebody may wish for.
const MAX_PAGE_SIZE: u32 = 50_000;

/// Most pages of an answer.
pub(crate) const MAX_PAGES: usize = 999;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// An answer, from its first page on.
    Question(Question),
    /// Another page of an answer that was given.
    Page(Cursor),
}

/// A question, not yet bound to a saved metric if it is of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// The text; `None` where a saved metric has it.
    pub(crate) sql: Option<String>,
    pub(crate) variables: BTreeMap<String, Value>,
    /// Rows of a page, where the caller says.
    pub(crate) page_size: Option<usize>,
    pub(crate) format: Format,
    /// Equal for equal questions: half a SHA-256 of everything that the answer rests on but the events.
    pub(crate) digest: u128,
}

/// Names a page of a kept answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) digest: u128,
    /// From 1: the first page has no cursor.
    pub(crate) page: usize,
    /// When the answer was computed: what was computed anew since has pages of its own.
    pub(crate) as_of: Timestamp,
}

/// A body. Members that nobody knows are refused: a misspelled one would be missed otherwise.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AdHoc {
    /// The text in base64, as UserFlux has it.
    encoded_query: Option<String>,
    /// The text as it is.
    query: Option<String>,
    #[serde(default)]
    variables: Option<BTreeMap<String, Value>>,
    page_size: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Saved {
    #[serde(default)]
    variables: Option<BTreeMap<String, Value>>,
    page_size: Option<u32>,
    cursor: Option<String>,
}

impl Asked {
    /// Reads a question that brings its text.
    pub(crate) fn ad_hoc(body: &str, format: Format) -> Result<Self, Problem> {
        let read: AdHoc = read_json(body)?;
        if let Some(cursor) = &read.cursor {
            let is_alone = read.query.is_none() && read.encoded_query.is_none();
            return Cursor::read(cursor, is_alone && read.variables.is_none()).map(Self::Page);
        }
        let sql = read.text()?;
        if sql.trim().is_empty() {
            return Err(Problem::Query {
                fault: QueryFault::Empty,
                message: "the query is empty".into(),
            });
        }
        Ok(Self::Question(Question {
            sql: Some(sql),
            variables: read.variables.unwrap_or_default(),
            page_size: read.page_size.map(page_size).transpose()?,
            format,
            digest: digest(None, body, format),
        }))
    }

    /// Reads a question of a saved metric. Without a body it is one without variables.
    pub(crate) fn saved(metric: &MetricId, body: &str, format: Format) -> Result<Self, Problem> {
        let read = if body.trim_ascii().is_empty() {
            Saved::default()
        } else {
            read_json(body)?
        };
        if let Some(cursor) = &read.cursor {
            return Cursor::read(cursor, read.variables.is_none()).map(Self::Page);
        }
        Ok(Self::Question(Question {
            sql: None,
            variables: read.variables.unwrap_or_default(),
            page_size: read.page_size.map(page_size).transpose()?,
            format,
            digest: digest(Some(metric), body, format),
        }))
    }

    /// The page that may have been kept.
    pub(crate) const fn page(&self) -> AnswerPage {
        match self {
            Self::Question(question) => AnswerPage::First(question.digest),
            Self::Page(cursor) => AnswerPage::Other {
                answer: cursor.digest,
                page: cursor.page,
                as_of: cursor.as_of,
            },
        }
    }
}

impl AdHoc {
    /// The text of the query.
    fn text(&self) -> Result<String, Problem> {
        match (&self.encoded_query, &self.query) {
            (Some(encoded), None) => {
                let bytes = BASE64_STANDARD.decode(encoded.trim_ascii());
                let bytes = bytes.map_err(|_| encoding("encodedQuery: is not base64"))?;
                String::from_utf8(bytes)
                    .map_err(|_| encoding("encodedQuery: is not UTF-8 in base64"))
            }
            (None, Some(text)) => Ok(text.clone()),
            (Some(_), Some(_)) => Err(wrong(
                "query",
                "stands beside encodedQuery: give one of them",
            )),
            (None, None) => Err(wrong("query", "is missing, and so is encodedQuery")),
        }
    }
}

impl Cursor {
    fn read(text: &str, is_alone: bool) -> Result<Self, Problem> {
        if !is_alone {
            return Err(wrong("cursor", "stands alone: it says what was asked"));
        }
        let cursor = || {
            let (digest, rest) = text.split_once('.')?;
            let (page, as_of) = rest.split_once('.')?;
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(digest).ok()?;
            let page = page.parse().ok();
            Some(Self {
                digest: u128::from_be_bytes(bytes.try_into().ok()?),
                page: page.filter(|page| (1..MAX_PAGES).contains(page))?,
                as_of: Timestamp::from_millis(as_of.parse().ok()?),
            })
        };
        cursor().ok_or_else(|| wrong("cursor", "is not one that was given out here"))
    }

    /// The text that an answer has.
    pub(crate) fn text(self) -> String {
        let digest = BASE64_URL_SAFE_NO_PAD.encode(self.digest.to_be_bytes());
        format!("{digest}.{}.{}", self.page, self.as_of.as_millis())
    }
}

/// What the answer rests on: the whole body, the saved metric, the format.
fn digest(metric: Option<&MetricId>, body: &str, format: Format) -> u128 {
    let digest = Sha256::new()
        .chain_update(format::media_type(format).as_bytes())
        .chain_update([0])
        .chain_update(metric.map_or("", MetricId::as_str))
        .chain_update([0])
        .chain_update(body)
        .finalize();
    digest
        .iter()
        .take(16)
        .fold(0, |number, byte| number << 8 | u128::from(*byte))
}

fn page_size(rows: u32) -> Result<usize, Problem> {
    if !(1..=MAX_PAGE_SIZE).contains(&rows) {
        return Err(wrong("pageSize", "must be 1 to 50000"));
    }
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}

fn encoding(message: &'static str) -> Problem {
    Problem::Query {
        fault: QueryFault::Encoding,
        message: message.into(),
    }
}

fn wrong(at: &'static str, message: &'static str) -> Problem {
    Problem::InvalidBody {
        at: at.into(),
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_others_are_refused() {
        let cursor = Cursor {
            digest: 0x0123_4567_89ab_cdef,
            page: 7,
            as_of: Timestamp::from_millis(1_795_240_800_000),
        };
        assert_eq!(Cursor::read(&cursor.text(), true), Ok(cursor));
        for other in [
            "",
            "x.1",
            "AAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAA.1",
            "AAAAAAAAAAAAAAAAAAAAAA.0.1",
            "AAAAAAAAAAAAAAAAAAAAAA.999.1",
            "AAAAAAAAAAAAAAAAAAAAAA.1.x",
        ] {
            assert!(Cursor::read(other, true).is_err(), "{other}");
        }
    }

    #[test]
    fn everything_that_an_answer_rests_on_is_in_its_digest() {
        let metric = MetricId::parse("000000000000").unwrap();
        let mut digests = vec![
            digest(None, "{}", Format::Json),
            digest(None, "{ }", Format::Json),
            digest(None, "{}", Format::Csv),
            digest(Some(&metric), "{}", Format::Json),
        ];
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), 4);
    }
}
