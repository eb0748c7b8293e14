//! Templates: texts that are filled from the profile, the event and the variables of a run.
//!
//! The engine knows no files and no other templates. What one template may do is bounded by fuel, and
//! what it may write by [`MAX_RENDERED_BYTES`]. What it may hold on the way is not: `'x' * 100000000` is a
//! text of 100 MB, also when it is only read, and some of them are all memory. So nobody reads or fills
//! a template who did not record before that this is what ends the process.

use std::io::{self, Write};
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value as Context};
use serde_json::{Map, Value};

/// Instructions that one template may take.
const FUEL: u64 = 20_000;
/// Most bytes that the templates of one step may make.
pub const MAX_RENDERED_BYTES: usize = 256 * 1024;
/// Nesting of values in templates, and of the templates themselves.
const RECURSION: usize = 64;

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_recursion_limit(RECURSION);
    // What is made is JSON or an address, never HTML.
    engine.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    engine
});

/// Why a template cannot be read, or not be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The engine's word.
    #[error("{0}")]
    Engine(String),
    /// More than [`MAX_RENDERED_BYTES`].
    #[error("makes more than 256 KB")]
    TooLarge,
    /// Something other than JSON, such as a function.
    #[error("makes a value that is not JSON")]
    NotJson,
}

impl TemplateError {
    fn engine(error: &minijinja::Error) -> Self {
        if error.kind() == ErrorKind::WriteFailure {
            return Self::TooLarge;
        }
        let what = error.detail().map_or_else(
            || error.kind().to_string(),
            |detail| format!("{}: {detail}", error.kind()),
        );
        Self::Engine(match error.line() {
            Some(line) if line > 1 => format!("line {line}: {what}"),
            _ => what,
        })
    }
}

/// Whether the text can be read as a template.
pub(crate) fn check(text: &str) -> Result<(), TemplateError> {
    let read = match expression(text) {
        Some(inner) => ENGINE.compile_expression(inner).map(drop),
        None => ENGINE.template_from_str(text).map(drop),
    };
    read.map_err(|error| TemplateError::engine(&error))
}

/// Calls `found` with the path and the fault of every text in the value that is no template.
pub(crate) fn check_all(value: &Value, path: &str, found: &mut impl FnMut(String, TemplateError)) {
    match value {
        Value::String(text) => {
            if let Err(error) = check(text) {
                found(path.to_owned(), error);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_all(item, &format!("{path}[{index}]"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                check_all(member, &format!("{path}.{name}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What templates see of a run.
#[derive(Debug)]
pub(crate) struct Filler {
    context: Context,
    left: usize,
}

impl Filler {
    pub(crate) fn new(context: &Value) -> Self {
        Self {
            context: Context::from(Serde(context)),
            left: MAX_RENDERED_BYTES,
        }
    }

    /// The text filled.
    pub(crate) fn text(&mut self, template: &str) -> Result<String, TemplateError> {
        let engine = |error| TemplateError::engine(&error);
        let template = ENGINE.template_from_str(template).map_err(engine)?;
        let mut output = Capped {
            bytes: Vec::new(),
            left: self.left,
        };
        template
            .render_captured_to(self.context.clone(), &mut output)
            .map_err(engine)?;
        self.left = output.left;
        String::from_utf8(output.bytes).map_err(|_| TemplateError::NotJson)
    }

    /// The value with every text in it filled. A text that is one expression and nothing else becomes
    /// what the expression is, with its type.
    pub(crate) fn value(&mut self, value: &Value) -> Result<Value, TemplateError> {
        Ok(match value {
            Value::String(text) => match expression(text) {
                Some(inner) => self.expression(inner)?,
                None => Value::String(self.text(text)?),
            },
            Value::Array(items) => {
                let filled = items.iter().map(|item| self.value(item));
                Value::Array(filled.collect::<Result<_, _>>()?)
            }
            Value::Object(members) => Value::Object(self.members(members)?),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        })
    }

    /// The members of an object with every text in their values filled.
    pub(crate) fn members(
        &mut self,
        members: &Map<String, Value>,
    ) -> Result<Map<String, Value>, TemplateError> {
        let filled = members
            .iter()
            .map(|(name, member)| Ok((name.clone(), self.value(member)?)));
        filled.collect()
    }

    fn expression(&mut self, inner: &str) -> Result<Value, TemplateError> {
        let engine = |error| TemplateError::engine(&error);
        let expression = ENGINE.compile_expression(inner).map_err(engine)?;
        let value = expression.eval(self.context.clone()).map_err(engine)?;
        if value.is_undefined() {
            return Err(TemplateError::Engine("undefined value".to_owned()));
        }
        // Its text is what counts against the bound, so it is written first.
        let mut output = Capped {
            bytes: Vec::new(),
            left: self.left,
        };
        serde_json::to_writer(&mut output, &value).map_err(|error| {
            if error.is_io() {
                TemplateError::TooLarge
            } else {
                TemplateError::NotJson
            }
        })?;
        self.left = output.left;
        serde_json::from_slice(&output.bytes).map_err(|_| TemplateError::NotJson)
    }
}

/// The expression that a text is, where it is one and nothing else.
fn expression(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("{{")?.strip_suffix("}}")?;
    let is_one = !["{{", "}}", "{%", "{#"]
        .iter()
        .any(|mark| inner.contains(mark));
    let inner = inner.trim_matches('-').trim();
    (is_one && !inner.is_empty()).then_some(inner)
}

/// Takes so many bytes and no more.
struct Capped {
    bytes: Vec<u8>,
    left: usize,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fill(value: &Value) -> Result<Value, TemplateError> {
        let context = json!({
            "profile": {"userId": "ann", "properties": {"plan": "pro", "seats": 9_007_199_254_740_993_i64}},
            "event": null,
            "variables": {"code": "x&\"y", "list": [1, 2]},
        });
        Filler::new(&context).value(value)
    }

    #[test]
    fn texts_are_filled_and_one_expression_keeps_its_type() {
        let template = json!({
            "text": "Dear {{ profile.userId }}: {{ variables.code }}",
            "seats": "{{ profile.properties.seats }}",
            "list": "{{ variables.list }}",
            "plan": ["{{ profile.properties.plan | upper }}", 1, null, true],
            "or": "{{ profile.properties.none | default(0) }}",
            "path": "{{ variables.code | urlencode }}",
        });
        assert_eq!(
            fill(&template).unwrap(),
            json!({
                "text": "Dear ann: x&\"y",
                "seats": 9_007_199_254_740_993_i64,
                "list": [1, 2],
                "plan": ["PRO", 1, null, true],
                "or": 0,
                "path": "x%26%22y",
            })
        );
    }

    #[test]
    fn what_is_not_there_is_an_error_and_not_an_empty_text() {
        for text in [
            "{{ profile.properties.none }}",
            "a {{ event.name }}",
            "{{ nothing }}",
        ] {
            assert!(fill(&json!(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused_with_its_place() {
        for text in [
            "{{ a",
            "{% if %}",
            "{{ }}{{",
            "{% include 'x' %}",
            "{{ a b }}",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
        let mut found = Vec::new();
        let value = json!({"a": [1, "{{ x"], "b": "{{ y }}"});
        check_all(&value, "body", &mut |path, _| found.push(path));
        assert_eq!(found, ["body.a[1]"]);
    }

    #[test]
    fn neither_a_long_text_nor_a_long_loop_gets_through() {
        for text in [
            "{{ 'x' * 300000 }}",
            "{% for i in range(100) %}{{ 'x' * 10000 }}{% endfor %}",
            "{% for i in range(90000) %}{% endfor %}",
            "{{ range(100000) | list }}{{ range(100000) | list }}",
        ] {
            assert!(fill(&json!(text)).is_err(), "{text}");
        }
    }
}
