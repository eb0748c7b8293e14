//! The form of a workflow as somebody has filled it in.

use control::FieldError;
use edge::{Problem, nesting_exceeds, read_json};
use workflow::{MAX_DEFINITION_BYTES, MAX_STEPS};

use super::condition::Conditions;
use super::json_text::{compact, indented};
use super::path::{at, segments};
use super::shape::Shape;
use super::step::Step;
use super::trigger::Trigger;
use crate::form::Errors;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 127;
/// Rows of all lists that the form shows: a page is to stay one.
pub(crate) const MAX_ROWS: usize = 1_000;
/// More fields than a form has.
const MAX_FIELDS: usize = 10_000;

/// The form as somebody has filled it in. Anything may be in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) trigger: Trigger,
    pub(crate) steps: Vec<Step>,
}

/// The JSON of what was typed.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) text: String,
    /// What the JSON cannot say; it is left out there.
    pub(crate) wrong: Errors,
}

impl Typed {
    /// The form of a definition; what is wrong, where it is none or the form cannot show all of it.
    pub(crate) fn read(json: &str) -> Result<Self, Vec<FieldError>> {
        let fault = |path: &str, message: &str| vec![FieldError::new(path, message)];
        if let Some(unread) = unread(json) {
            return Err(vec![unread]);
        }
        let shape: Result<Shape, _> = serde_json::from_str(json);
        let shape = shape.map_err(|_| fault("", UNSHOWN))?.without_empty();
        if shape.steps.len() > MAX_STEPS {
            let message = format!("must have at most {MAX_STEPS} steps");
            return Err(fault("steps", &message));
        }
        let ids: Vec<_> = shape.steps.iter().map(|step| step.id.as_str()).collect();
        let typed = Self {
            name: line(&shape.name),
            trigger: Trigger::of(&shape.trigger),
            steps: shape
                .steps
                .iter()
                .map(|step| Step::of(step, &ids))
                .collect(),
        };
        if typed.row_count() > MAX_ROWS {
            let message =
                format!("the form shows at most {MAX_ROWS} conditions, headers and properties");
            return Err(fault("", &message));
        }
        // Nothing is to be lost that has no place in the form.
        let mut wrong = Errors::default();
        let again = typed.shape(&mut wrong).without_empty();
        if wrong.is_empty() && again.meaning() == shape.meaning() {
            Ok(typed)
        } else {
            Err(fault("", UNSHOWN))
        }
    }

    /// The form that was sent; none where it is not one of these pages.
    pub(crate) fn posted(fields: &[(String, String)]) -> Option<Self> {
        if fields.len() > MAX_FIELDS {
            return None;
        }
        let mut typed = Self::default();
        for (name, value) in fields {
            // Forms send every end of a line as two characters.
            let value = value.replace("\r\n", "\n");
            match segments(name).as_slice() {
                [("name", None)] => typed.name = value,
                [("trigger", None), rest @ ..] => typed.trigger.set(rest, value),
                [("steps", Some(place)), rest @ ..] if *place < MAX_STEPS => {
                    at(&mut typed.steps, *place)?.set(rest, value);
                }
                [("steps", Some(_)), ..] => return None,
                _ => {}
            }
        }
        Some(typed)
    }

    /// Whether there is no place for another row.
    pub(crate) fn is_full(&self) -> bool {
        self.row_count() >= MAX_ROWS
    }

    fn row_count(&self) -> usize {
        let conditions = |when: &Conditions| when.all.len() + when.any.len();
        let of_step =
            |step: &Step| conditions(&step.when) + step.headers.len() + step.properties.len();
        conditions(&self.trigger.when) + self.steps.iter().map(of_step).sum::<usize>()
    }

    /// The JSON of it, laid out for people if it may be as long as that.
    pub(crate) fn definition(&self) -> Made {
        let mut wrong = Errors::default();
        let shape = self.shape(&mut wrong).without_empty();
        // Texts and lists of texts: nothing that has no JSON.
        let json = serde_json::to_string(&shape).unwrap_or_default();
        if nesting_exceeds(&json, MAX_DEPTH).is_some() {
            let message = format!("must not be nested deeper than {MAX_DEPTH} lists and objects");
            wrong.add("", message);
        }
        let text = indented(&json);
        let text = if text.len() <= MAX_DEFINITION_BYTES {
            text
        } else {
            compact(&json)
        };
        Made { text, wrong }
    }

    fn shape(&self, wrong: &mut Errors) -> Shape {
        let trigger = self.trigger.shape(wrong);
        let steps = self
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| step.shape(&format!("steps[{place}]"), &self.steps, wrong));
        Shape {
            name: self.name.clone(),
            trigger,
            steps: steps.collect(),
        }
    }
}

/// Why a definition is not shown.
const UNSHOWN: &str = "there is something in it that the form has no field for, such as a member of another type, \
    a name that is empty or there twice, or a line break in an address";

/// Why a text is no definition at all.
pub(crate) fn unread(json: &str) -> Option<FieldError> {
    let problem = read_json::<workflow::Draft>(json).err()?;
    let (path, message) = if let Problem::InvalidBody { at, message } = &problem {
        (at.to_string(), message.to_string())
    } else {
        (String::new(), problem.message().into_owned())
    };
    Some(FieldError { path, message })
}

/// A text as a field of one line holds it.
pub(super) fn line(text: &str) -> String {
    text.replace(['\r', '\n', '\0'], "")
}

/// What a field says, or nothing and what is wrong with it.
pub(super) fn said<T>(
    read: Result<Option<T>, String>,
    path: &str,
    wrong: &mut Errors,
) -> Option<T> {
    read.unwrap_or_else(|message| {
        wrong.add(path, message);
        None
    })
}
