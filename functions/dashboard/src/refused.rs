//! What a page says about a form that did not do its work.

use askama::Template;
use axum::response::Response;
use control::ControlError;
use edge::Problem;

use crate::form::{Errors, Undone};
use crate::frame::{page, page_about};

/// What is wrong with the form that was sent; nothing where none was.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    /// Field by field.
    pub(crate) errors: Errors,
    /// About the whole.
    pub(crate) message: Option<String>,
    problem: Option<Problem>,
}

impl Refused {
    /// What the form's page can say about it; `stale` where somebody else was faster. What no form
    /// could mend is the error.
    pub(crate) fn of(error: ControlError, stale: &str) -> Result<Self, Problem> {
        let undone = Undone::from(error);
        let problem = Some(undone.problem());
        let (errors, message) = match undone {
            Undone::Invalid(errors) => (errors, None),
            Undone::Stale => (Errors::default(), Some(stale.to_owned())),
            Undone::Conflict(message) => (Errors::default(), Some(message)),
            Undone::Problem(problem) => return Err(problem),
        };
        Ok(Self {
            errors,
            message,
            problem,
        })
    }

    /// Whether anything is wrong.
    pub(crate) const fn is_any(&self) -> bool {
        self.problem.is_some()
    }

    /// The page, with the status of what is wrong.
    pub(crate) fn page(&self, template: &impl Template) -> Response {
        match &self.problem {
            Some(problem) => page_about(problem, template),
            None => page(template),
        }
    }
}
