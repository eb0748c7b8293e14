//! A definition as it is being edited.

use control::{FieldError, Workflows};
use edge::{Problem, read_json};
use serde::Deserialize;

use crate::form::Undone;

/// What the form of a new workflow starts with.
const FIRST: &str = r#"{
  "name": "Welcome",
  "trigger": {"type": "event", "events": ["signed_up"]},
  "steps": [
    {"id": "day", "type": "wait", "seconds": 86400},
    {
      "id": "tell",
      "type": "webhook",
      "url": "https://hooks.example.com/welcome",
      "body": {"user": "{{ profile.userId }}"}
    }
  ]
}
"#;

/// The form as it was sent.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    definition: String,
    /// The revision that it replaces; 0 for a new workflow.
    pub(super) replaces: u64,
    /// `check`: only to hear whether it may be saved.
    #[serde(default)]
    what: String,
}

/// A text that is being edited.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) replaces: u64,
    pub(super) text: String,
    /// What is wrong with it, place by place.
    pub(super) wrong: Vec<FieldError>,
    /// It was looked at, and may be saved.
    pub(super) valid: bool,
    /// Somebody else saved a version meanwhile.
    pub(super) overtaken: bool,
}

impl Edit {
    /// One that begins with this text.
    pub(super) fn begin(replaces: u64, text: String) -> Self {
        Self {
            replaces,
            text,
            wrong: Vec::new(),
            valid: false,
            overtaken: false,
        }
    }

    /// A new workflow.
    pub(super) fn new_one() -> Self {
        Self::begin(0, FIRST.to_owned())
    }

    /// What was wrong with what was sent; what no edit could mend is the error.
    pub(super) fn undone(&mut self, undone: Undone) -> Result<(), Problem> {
        match undone {
            Undone::Invalid(errors) => self.wrong = errors.iter().cloned().collect(),
            Undone::Stale => self.overtaken = true,
            Undone::Conflict(message) => self.wrong.push(FieldError {
                path: String::new(),
                message,
            }),
            Undone::Problem(problem) => return Err(problem),
        }
        Ok(())
    }
}

impl Sent {
    /// The text as it was typed; forms send every end of a line as two characters.
    pub(super) fn text(&self) -> String {
        self.definition.replace("\r\n", "\n")
    }

    /// Only to be looked at.
    pub(super) fn is_check(&self) -> bool {
        self.what == "check"
    }

    /// What is wrong with the shape of the text, or with what it says.
    pub(super) fn check(&self, workflows: &Workflows) -> Result<(), Undone> {
        let text = self.text();
        if let Err(problem) = read_json::<workflow::Draft>(&text) {
            let Problem::InvalidBody { at, message } = &problem else {
                return Err(Undone::Problem(problem));
            };
            let error = FieldError {
                path: at.to_string(),
                message: message.to_string(),
            };
            return Err(control::ControlError::Invalid(vec![error]).into());
        }
        workflows.check(&text).map_err(Undone::from)
    }
}
