//! A definition as it is being edited: in the fields of a form, or as JSON.

use control::{ControlError, FieldError, Workflows};
use edge::Problem;
use event::WorkflowId;
use workflow::MAX_STEPS;

use super::form::{Form, MAX_ROWS, Press, Typed, unread};
use crate::form::Undone;

/// What a new workflow begins with, as JSON.
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

/// A definition that is being edited.
#[derive(Debug)]
pub(super) struct Edit {
    /// The revision that it replaces; 0 for a new workflow.
    pub(super) replaces: u64,
    /// The id that a new workflow will have: a form that is sent twice makes one.
    pub(super) new: Option<WorkflowId>,
    pub(super) view: View,
    /// It was looked at, and may be saved.
    pub(super) valid: bool,
    /// Somebody else saved a version meanwhile.
    pub(super) overtaken: bool,
    /// What is in the way as a whole.
    pub(super) trouble: Option<String>,
}

/// The two views of a definition.
#[derive(Debug)]
pub(crate) enum View {
    Form(Box<Form>),
    Json(Json),
}

/// The JSON of a definition, and what is wrong with it, place by place.
#[derive(Debug, Default)]
pub(crate) struct Json {
    pub(crate) text: String,
    pub(crate) wrong: Vec<FieldError>,
}

/// What becomes of an edit.
#[derive(Debug)]
pub(super) enum Next {
    /// It is shown.
    Show,
    /// It is shown, with what is wrong.
    Refuse,
    /// This definition is to be saved.
    Save(String),
}

impl Edit {
    fn of(replaces: u64, view: View) -> Self {
        Self {
            replaces,
            new: None,
            view,
            valid: false,
            overtaken: false,
            trouble: None,
        }
    }

    /// A new workflow.
    pub(super) fn new_one(as_json: bool) -> Result<Self, Problem> {
        let view = if as_json {
            View::json(FIRST.to_owned())
        } else {
            View::Form(Box::default())
        };
        Ok(Self {
            new: Some(Workflows::new_id()?),
            ..Self::of(0, view)
        })
    }

    /// A definition that is stored; as JSON, too, where the form cannot show it.
    pub(super) fn stored(revision: u64, definition: String, as_json: bool) -> Self {
        let view = if as_json {
            View::json(definition)
        } else {
            View::form(definition)
        };
        Self::of(revision, view)
    }

    /// What was sent, and the button that was pressed.
    pub(super) fn posted(fields: &[(String, String)]) -> Result<(Self, Press), Problem> {
        let field = |name: &str| {
            let field = fields.iter().find(|(it, _)| it == name);
            field.map(|(_, value)| value.as_str())
        };
        let replaces = field("replaces").and_then(|it| it.parse().ok());
        let view = if let Some(text) = field("definition") {
            // Forms send every end of a line as two characters.
            View::json(text.replace("\r\n", "\n"))
        } else {
            let typed = Typed::posted(fields).ok_or_else(not_ours)?;
            let mut form = Form::at(typed, None);
            form.before = field("before").and_then(|it| it.parse().ok());
            View::Form(Box::new(form))
        };
        let press = Press::read(field("do").unwrap_or_default());
        let edit = Self {
            new: field("new").and_then(|it| WorkflowId::parse(it).ok()),
            ..Self::of(replaces.ok_or_else(not_ours)?, view)
        };
        Ok((edit, press))
    }

    /// Does what the button asks for, up to the save itself.
    pub(super) fn press(&mut self, press: &Press, workflows: &Workflows) -> Result<Next, Problem> {
        match (press, &mut self.view) {
            (Press::Save | Press::Check, View::Form(form)) => {
                let made = form.typed.definition();
                let of_rules = faults(&made.text, workflows)?;
                let found = form.typed.faults(made.wrong.iter(), &of_rules);
                if found.is_empty() {
                    return Ok(self.passed(press, made.text));
                }
                form.show(found);
                Ok(Next::Refuse)
            }
            (Press::Save | Press::Check, View::Json(json)) => {
                json.wrong = faults(&json.text, workflows)?;
                if json.wrong.is_empty() {
                    let text = json.text.clone();
                    return Ok(self.passed(press, text));
                }
                Ok(Next::Refuse)
            }
            (Press::AsJson, View::Form(form)) => {
                let made = form.typed.definition();
                if made.wrong.is_empty() {
                    self.view = View::json(made.text);
                    return Ok(Next::Show);
                }
                let found = form.typed.faults(made.wrong.iter(), &[]);
                form.show(found);
                Ok(Next::Refuse)
            }
            (Press::AsForm, View::Json(json)) => {
                let text = std::mem::take(&mut json.text);
                self.view = View::form(text);
                let View::Json(json) = &mut self.view else {
                    return Ok(Next::Show);
                };
                if json.wrong.iter().all(|error| error.path.is_empty()) {
                    // What the rules say is nearer to the point, where they say something.
                    json.wrong.extend(faults(&json.text, workflows)?);
                    json.wrong.dedup();
                }
                Ok(Next::Refuse)
            }
            (Press::AddStep(_), View::Form(form)) if form.typed.steps.len() >= MAX_STEPS => {
                let message = format!("cannot take another: {MAX_STEPS} is the most");
                form.refuse("steps", message);
                Ok(Next::Refuse)
            }
            (Press::AddRow(list), View::Form(form)) if form.typed.is_full() => {
                let message =
                    format!("cannot take another: {MAX_ROWS} rows are the most in one form");
                form.refuse(list, message);
                Ok(Next::Refuse)
            }
            (press, View::Form(form)) => {
                form.focus = form.typed.press(press, form.before);
                if matches!(press, Press::AddStep(_)) {
                    form.before = None;
                }
                Ok(Next::Show)
            }
            (_, View::Json(_)) => Ok(Next::Show),
        }
    }

    fn passed(&mut self, press: &Press, text: String) -> Next {
        if *press == Press::Save {
            return Next::Save(text);
        }
        self.valid = true;
        Next::Show
    }

    /// The text to be saved instead of `old`: that itself, where the form changed nothing of it.
    pub(super) fn instead_of<'a>(&self, old: &'a str, new: &'a str) -> &'a str {
        match &self.view {
            View::Form(_) if Typed::read(old).is_ok_and(|it| it.definition().text == new) => old,
            View::Form(_) | View::Json(_) => new,
        }
    }

    /// What was wrong with what was sent; what no edit could mend is the error.
    pub(super) fn undone(&mut self, undone: Undone) -> Result<(), Problem> {
        match (undone, &mut self.view) {
            (Undone::Invalid(errors), View::Json(json)) => {
                json.wrong = errors.iter().cloned().collect();
            }
            (Undone::Invalid(errors), View::Form(form)) => {
                let found = form.typed.faults(errors.iter(), &[]);
                form.show(found);
            }
            (Undone::Stale, _) => self.overtaken = true,
            (Undone::Conflict(message), _) => self.trouble = Some(message),
            (Undone::Problem(problem), _) => return Err(problem),
        }
        Ok(())
    }
}

impl View {
    fn json(text: String) -> Self {
        let wrong = Vec::new();
        Self::Json(Json { text, wrong })
    }

    /// The form of a definition; its JSON with the reason where there is none.
    fn form(text: String) -> Self {
        match Typed::read(&text) {
            Ok(typed) => Self::Form(Box::new(Form::at(typed, None))),
            Err(wrong) => Self::Json(Json { text, wrong }),
        }
    }
}

/// What was sent is not what the page sends.
pub(super) fn not_ours() -> Problem {
    Problem::InvalidBody {
        at: "".into(),
        message: "this is not the form of the page".into(),
    }
}

/// What is wrong with the shape of a definition, or with what it says.
fn faults(text: &str, workflows: &Workflows) -> Result<Vec<FieldError>, Problem> {
    if let Some(unread) = unread(text) {
        return Ok(vec![unread]);
    }
    match workflows.check(text) {
        Ok(()) => Ok(Vec::new()),
        Err(ControlError::Invalid(errors)) => Ok(errors),
        Err(error) => Err(error.into()),
    }
}
