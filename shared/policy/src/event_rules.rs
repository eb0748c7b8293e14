//! Which events a key may send.

use std::fmt;

use event::{EventName, IdError, ids::check_event_name};

/// Which events a key may send.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EventRules {
    /// Events of any name.
    #[default]
    All,
    /// Events of these names; no pattern, no event.
    Only(Vec<EventPattern>),
}

/// A name, or the beginning of names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventPattern {
    /// Exactly this name.
    Exact(EventName),
    /// Names that start with this text; written with a `*` at its end.
    Prefix(Box<str>),
}

/// Why a text is no event pattern. The message names the rule, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// `*`.
    #[error("must not be * alone: to allow every event, set events to \"all\"")]
    StarAlone,
    /// `a*b`, `*a`, `a**`.
    #[error("must not contain * except at its end")]
    StarInside,
    /// What precedes the `*`, or the whole, is no event name.
    #[error(transparent)]
    Name(#[from] IdError),
}

impl EventPattern {
    /// Parses `name` or `prefix*`.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text == "*" {
            return Err(PatternError::StarAlone);
        }
        let name = text.strip_suffix('*').unwrap_or(text);
        if name.contains('*') {
            return Err(PatternError::StarInside);
        }
        check_event_name(name)?;
        if name.len() < text.len() {
            Ok(Self::Prefix(name.into()))
        } else {
            Ok(Self::Exact(EventName::parse(name)?))
        }
    }

    /// Whether the pattern allows an event of that name.
    pub fn admits(&self, name: &str) -> bool {
        match self {
            Self::Exact(exact) => exact.as_str() == name,
            Self::Prefix(prefix) => name.starts_with(&**prefix),
        }
    }

    /// Whether every name that `other` admits is admitted by this pattern too.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exact(_), Self::Prefix(_)) => false,
            (_, Self::Exact(name)) => self.admits(name.as_str()),
            (Self::Prefix(_), Self::Prefix(prefix)) => self.admits(prefix),
        }
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => f.write_str(name.as_str()),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_alone_is_refused_with_the_advice_to_allow_all() {
        let error = EventPattern::parse("*").unwrap_err();
        assert!(error.to_string().contains("\"all\""));
    }

    #[test]
    fn a_star_is_allowed_at_the_end_only() {
        for text in ["*a", "a*b", "a**", "**"] {
            assert_eq!(
                EventPattern::parse(text),
                Err(PatternError::StarInside),
                "{text}"
            );
        }
        assert_eq!(
            EventPattern::parse("page_*"),
            Ok(EventPattern::Prefix("page_".into()))
        );
    }

    #[test]
    fn a_pattern_is_a_valid_event_name_before_its_star() {
        assert_eq!(
            EventPattern::parse(""),
            Err(PatternError::Name(IdError::Empty))
        );
        assert_eq!(
            EventPattern::parse(" *"),
            Err(PatternError::Name(IdError::Empty))
        );
        let longest = "x".repeat(128);
        assert!(EventPattern::parse(&format!("{longest}*")).is_ok());
        assert!(EventPattern::parse(&format!("{longest}x")).is_err());
        assert!(EventPattern::parse("a\nb").is_err());
    }

    #[test]
    fn an_exact_pattern_never_covers_a_prefix() {
        let parse = |text| EventPattern::parse(text).unwrap();
        assert!(!parse("page").covers(&parse("page*")));
        assert!(parse("page*").covers(&parse("page")));
        assert!(parse("page*").covers(&parse("page_view*")));
        assert!(!parse("page_view*").covers(&parse("page*")));
    }
}
