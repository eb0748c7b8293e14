//! The parameters of a page of a list.

use edge::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

/// Entries of a page where the caller does not say.
const DEFAULT_LIMIT: u16 = 50;
/// Entries of a page at most.
const MAX_LIMIT: u16 = 100;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Entries of a page: 1 to 100, 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl Wanted {
    pub(crate) fn limit(&self) -> Result<u16, Problem> {
        limit(self.limit.as_deref())
    }

    pub(crate) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The cursor of a list that is ordered by numbers.
    pub(crate) fn number(&self) -> Result<Option<u64>, Problem> {
        let parse = |text: &str| {
            text.parse().map_err(|_| Problem::InvalidParameter {
                name: "cursor",
                message: "is not one that was given out here".into(),
            })
        };
        self.cursor().map(parse).transpose()
    }
}

/// How many entries a page may have.
pub(crate) fn limit(text: Option<&str>) -> Result<u16, Problem> {
    let Some(text) = text else {
        return Ok(DEFAULT_LIMIT);
    };
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or(Problem::InvalidParameter {
            name: "limit",
            message: "must be a whole number from 1 to 100".into(),
        })
}
