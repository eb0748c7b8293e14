//! The short word that something is done: shown once, by the page that a form leads to.

use std::time::Duration;

use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use crate::cookie::Cookie;

const COOKIE: Cookie = Cookie::new("__Host-weir-notice");
/// The page that shows it is asked for at once.
const LIFETIME: Duration = Duration::from_mins(1);

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    ChangesSaved,
    KeyEnabled,
    KeyDisabled,
    KeyRevoked,
    PreviousEnded,
    WorkflowPaused,
    WorkflowResumed,
    /// What the form asks for was done when it was sent before.
    DoneBefore,
}

impl Notice {
    const ALL: &[Self] = &[
        Self::ChangesSaved,
        Self::KeyEnabled,
        Self::KeyDisabled,
        Self::KeyRevoked,
        Self::PreviousEnded,
        Self::WorkflowPaused,
        Self::WorkflowResumed,
        Self::DoneBefore,
    ];

    /// The name in the cookie.
    const fn as_str(self) -> &'static str {
        match self {
            Self::ChangesSaved => "changes-saved",
            Self::KeyEnabled => "key-enabled",
            Self::KeyDisabled => "key-disabled",
            Self::KeyRevoked => "key-revoked",
            Self::PreviousEnded => "previous-ended",
            Self::WorkflowPaused => "workflow-paused",
            Self::WorkflowResumed => "workflow-resumed",
            Self::DoneBefore => "done-before",
        }
    }

    /// What people read.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::ChangesSaved => "Changes saved",
            Self::KeyEnabled => "Key enabled",
            Self::KeyDisabled => "Key disabled",
            Self::KeyRevoked => "Key revoked",
            Self::PreviousEnded => "The previous secret has ended",
            Self::WorkflowPaused => "Workflow paused",
            Self::WorkflowResumed => "Workflow active",
            Self::DoneBefore => "Done already: the form came twice",
        }
    }

    /// What the request's page is to show.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let name = COOKIE.read(headers)?;
        Self::ALL.iter().find(|it| it.as_str() == name).copied()
    }

    /// Has the next page show it.
    pub(crate) fn leave(self, headers: &mut HeaderMap) {
        COOKIE.set(headers, self.as_str(), LIFETIME);
    }

    /// It was shown.
    pub(crate) fn forget(headers: &mut HeaderMap) {
        if !COOKIE.is_set(headers) {
            COOKIE.remove(headers);
        }
    }
}

/// The answer to a form that did its work: on to the page at `path`, which says so.
///
/// A reload of that page sends no form again.
pub(crate) fn done(path: &str, notice: Notice) -> Response {
    let mut response = Redirect::to(path).into_response();
    notice.leave(response.headers_mut());
    response
}
