//! From a draft to a policy: every error at once, and what is odd but allowed as a warning.

use std::fmt;

use super::{AddressesDraft, EventsDraft, PolicyDraft, RowDraft};
use crate::origin::parse_origin;
use crate::{
    AddressError, AddressRow, AddressRules, EventPattern, EventRules, MAX_ADDRESS_ROWS,
    MAX_DESCRIPTION_CHARS, MAX_EVENT_PATTERNS, MAX_ORIGINS, OriginError, OverlapKind, PatternError,
    Policy, overlaps, parse_network,
};

/// A policy that may be stored, and what its author should know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedPolicy {
    /// The policy in its normal form.
    pub policy: Policy,
    /// What is allowed but perhaps not meant, in the order of the fields.
    pub warnings: Vec<Warning>,
}

/// Something about a field that is allowed but perhaps not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where, such as `addresses[3].cidr`.
    pub path: String,
    /// What.
    pub reason: WarningReason,
}

/// What is allowed but perhaps not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WarningReason {
    /// `10.1.2.3/8` was written; this network is kept.
    HostBitsCleared {
        /// The network as it is kept.
        network: String,
    },
    /// The same as an earlier entry.
    Duplicate {
        /// Where that one is.
        of: String,
    },
    /// Inside a wider entry.
    Covered {
        /// Where that one is.
        by: String,
    },
    /// An empty list: the key can do nothing.
    AdmitsNothing,
}

impl fmt::Display for WarningReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostBitsCleared { network } => write!(f, "host bits were set: kept as {network}"),
            Self::Duplicate { of } => write!(f, "is the same as {of}"),
            Self::Covered { by } => write!(f, "lies inside {by}"),
            Self::AdmitsNothing => f.write_str("the list is empty: it admits nothing"),
        }
    }
}

/// Everything that is wrong with a draft; at least one error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPolicy {
    /// The errors, in the order of the fields.
    pub errors: Vec<FieldError>,
}

impl std::error::Error for InvalidPolicy {}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

/// A field that may not be stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct FieldError {
    /// Where, such as `addresses[3].cidr`.
    pub path: String,
    /// Why. The message follows the path well, and does not repeat the field's text.
    pub problem: FieldProblem,
}

/// Why a field may not be stored as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// An address or CIDR range.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A description.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// An event pattern.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A web origin.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// A list beyond its limit.
    #[error("must have at most {max} entries")]
    TooMany {
        /// The limit.
        max: usize,
    },
}

/// Why a description may not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Longer than [`MAX_DESCRIPTION_CHARS`].
    #[error("must be at most {MAX_DESCRIPTION_CHARS} characters")]
    TooLong,
    /// A line break, a tab or another control character.
    #[error("must not contain a control character")]
    ControlCharacter,
}

impl PolicyDraft {
    /// Checks every field. The errors are all there are, not the first one.
    pub fn check(self) -> Result<CheckedPolicy, InvalidPolicy> {
        let mut findings = Findings::default();
        let policy = Policy {
            addresses: match self.addresses {
                AddressesDraft::Anywhere => AddressRules::Anywhere,
                AddressesDraft::Specific(rows) => AddressRules::Specific(findings.addresses(rows)),
            },
            events: match self.events {
                EventsDraft::All => EventRules::All,
                EventsDraft::Only(names) => EventRules::Only(findings.events(&names)),
            },
            origins: self.origins.map(|origins| findings.origins(&origins)),
        };
        if findings.errors.is_empty() {
            Ok(CheckedPolicy {
                policy,
                warnings: findings.warnings,
            })
        } else {
            Err(InvalidPolicy {
                errors: findings.errors,
            })
        }
    }
}

#[derive(Default)]
struct Findings {
    errors: Vec<FieldError>,
    warnings: Vec<Warning>,
}

impl Findings {
    fn addresses(&mut self, drafts: Vec<RowDraft>) -> Vec<AddressRow> {
        if !self.length("addresses", drafts.len(), MAX_ADDRESS_ROWS) {
            return Vec::new();
        }
        let given = drafts.len();
        let rows: Vec<_> = drafts
            .into_iter()
            .enumerate()
            .filter_map(|(index, draft)| self.row(index, draft))
            .collect();
        // A missing row would shift the indexes, and its author has to come back anyway.
        if rows.len() == given {
            self.overlapping_rows(&rows);
        }
        rows
    }

    fn row(&mut self, index: usize, draft: RowDraft) -> Option<AddressRow> {
        let path = format!("addresses[{index}].cidr");
        let parsed = self.accept(&path, parse_network(&draft.cidr));
        if let Some(parsed) = parsed.filter(|parsed| parsed.host_bits_cleared) {
            let network = parsed.network.to_string();
            self.warn(path, WarningReason::HostBitsCleared { network });
        }
        if let Some(description) = &draft.description {
            let path = format!("addresses[{index}].description");
            self.accept(&path, check_description(description))?;
        }
        let (description, expires_at) = (draft.description, draft.expires_at);
        Some(AddressRow {
            network: parsed?.network,
            description,
            expires_at,
        })
    }

    fn overlapping_rows(&mut self, rows: &[AddressRow]) {
        for overlap in overlaps(rows) {
            let other = format!("addresses[{}].cidr", overlap.other);
            let reason = match overlap.kind {
                OverlapKind::Duplicate => WarningReason::Duplicate { of: other },
                OverlapKind::Covered => WarningReason::Covered { by: other },
            };
            self.warn(format!("addresses[{}].cidr", overlap.row), reason);
        }
    }

    fn events(&mut self, names: &[String]) -> Vec<EventPattern> {
        if !self.length("events", names.len(), MAX_EVENT_PATTERNS) {
            return Vec::new();
        }
        let mut patterns: Vec<EventPattern> = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            let path = format!("events[{index}]");
            patterns.extend(self.accept(&path, EventPattern::parse(name)));
        }
        if patterns.len() == names.len() {
            self.overlapping_patterns(&patterns);
        }
        patterns
    }

    fn overlapping_patterns(&mut self, patterns: &[EventPattern]) {
        for (index, pattern) in patterns.iter().enumerate() {
            let path = |index: usize| format!("events[{index}]");
            let earlier = patterns
                .iter()
                .take(index)
                .position(|other| other == pattern);
            let wider = || {
                patterns
                    .iter()
                    .position(|other| other != pattern && other.covers(pattern))
            };
            if let Some(of) = earlier {
                self.warn(path(index), WarningReason::Duplicate { of: path(of) });
            } else if let Some(by) = wider() {
                self.warn(path(index), WarningReason::Covered { by: path(by) });
            }
        }
    }

    fn origins(&mut self, origins: &[String]) -> Vec<String> {
        if !self.length("origins", origins.len(), MAX_ORIGINS) {
            return Vec::new();
        }
        let origins = origins.iter().enumerate().filter_map(|(index, origin)| {
            self.accept(&format!("origins[{index}]"), parse_origin(origin))
        });
        origins.collect()
    }

    /// Whether a list is within its limit.
    fn length(&mut self, path: &str, length: usize, max: usize) -> bool {
        if length > max {
            self.reject(path, FieldProblem::TooMany { max });
        } else if length == 0 {
            self.warn(path.to_owned(), WarningReason::AdmitsNothing);
        }
        length <= max
    }

    fn accept<T>(&mut self, path: &str, field: Result<T, impl Into<FieldProblem>>) -> Option<T> {
        field
            .map_err(|problem| self.reject(path, problem.into()))
            .ok()
    }

    fn reject(&mut self, path: &str, problem: FieldProblem) {
        self.errors.push(FieldError {
            path: path.to_owned(),
            problem,
        });
    }

    fn warn(&mut self, path: String, reason: WarningReason) {
        self.warnings.push(Warning { path, reason });
    }
}

fn check_description(text: &str) -> Result<(), DescriptionError> {
    if text.chars().count() > MAX_DESCRIPTION_CHARS {
        Err(DescriptionError::TooLong)
    } else if text.contains(char::is_control) {
        Err(DescriptionError::ControlCharacter)
    } else {
        Ok(())
    }
}
