//! Which entries are wanted: as the form of the page has it, and as the log is asked.

use control::FieldError;
use event::Day;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use store::{AuditAction, AuditQuery};

use crate::moment::NO_DAY;

/// Entries in a page.
const LIMIT: usize = 50;

/// The filter as somebody typed it; empty fields ask for everything.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    /// The id or the name of who did it.
    pub(super) actor: String,
    /// The name of an action.
    pub(super) action: String,
    /// The id of the thing.
    pub(super) subject: String,
    /// The first day, in UTC.
    pub(super) from: String,
    /// The last day, in UTC.
    pub(super) until: String,
    /// Where the page before ended.
    pub(super) cursor: String,
}

impl Filter {
    /// The question to the log, or what is wrong with the fields.
    pub(super) fn query(&self) -> Result<AuditQuery, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut day = |path: &str, text: &str| {
            let day = Day::parse(text);
            if day.is_none() && !text.is_empty() {
                errors.push(FieldError::new(path, NO_DAY));
            }
            day
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        let action = AuditAction::parse(&self.action);
        if action.is_none() && !self.action.is_empty() {
            errors.push(FieldError::new("action", "must be one of the list"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(AuditQuery {
            from: from.map(Day::start),
            // Until the end of that day.
            until: until.map(|day| day.next().start()),
            actor: some(&self.actor),
            subject: some(&self.subject),
            action,
            cursor: some(&self.cursor),
            limit: LIMIT,
        })
    }

    /// Whether it asks for less than everything.
    pub(super) fn is_set(&self) -> bool {
        [
            &self.actor,
            &self.action,
            &self.subject,
            &self.from,
            &self.until,
        ]
        .iter()
        .any(|field| !field.is_empty())
    }

    /// The parameters of the page with the entries before `cursor`.
    pub(super) fn before(&self, cursor: &str) -> String {
        let cursor = cursor.to_owned();
        Self {
            cursor,
            ..self.clone()
        }
        .parameters()
    }

    /// The parameters of a page with these fields.
    pub(super) fn parameters(&self) -> String {
        let fields = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
            ("from", &self.from),
            ("until", &self.until),
            ("cursor", &self.cursor),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<_> = set
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        pairs.join("&")
    }
}

fn some(field: &str) -> Option<String> {
    let field = field.trim();
    (!field.is_empty()).then(|| field.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_days_holds_its_last_day() {
        let filter = Filter {
            from: "2026-11-20".to_owned(),
            until: "2026-11-21".to_owned(),
            actor: " ann ".to_owned(),
            ..Filter::default()
        };
        let query = filter.query().unwrap();
        assert_eq!(query.from.unwrap().to_string(), "2026-11-20T00:00:00.000Z");
        assert_eq!(query.until.unwrap().to_string(), "2026-11-22T00:00:00.000Z");
        assert_eq!(query.actor.as_deref(), Some("ann"));
        assert_eq!((query.subject, query.action), (None, None));
    }

    #[test]
    fn each_field_that_makes_no_sense_is_named() {
        let filter = Filter {
            from: "yesterday".to_owned(),
            action: "key.eaten".to_owned(),
            ..Filter::default()
        };
        let errors = filter.query().unwrap_err();
        let paths: Vec<_> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["from", "action"]);
    }

    #[test]
    fn the_next_page_is_of_the_same_filter() {
        let filter = Filter {
            actor: "ann & ben".to_owned(),
            cursor: "one".to_owned(),
            ..Filter::default()
        };
        assert_eq!(filter.before("two"), "actor=ann%20%26%20ben&cursor=two");
    }
}
